//! `perf/unused-half-of-entries`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/unused-half-of-entries",
    category: Category::Perf,
    summary: "A loop takes keys with values and uses only one of them",
    severity: Severity::Hint,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports loops over the entries of a map that drop the key or the value of each.",
        why: "Each round makes a pair and takes it apart for nothing: n pairs in all.",
        fix: "Loop over the keys or the values alone.",
        limits: "Only what is dropped by the name `_` (or by leaving its place empty), or a Java entry of which one half is asked for, is seen.",
        references: &["https://docs.astral.sh/ruff/rules/incorrect-dict-iterator/"],
    },
    examples: &[
        Example::bad(
            "python",
            "def show(prices):
    for name, _ in prices.items():
                   ^^^^^^^^^^^^^^ only
        print(name)
",
        ),
        Example::bad(
            "python",
            "def show(prices):
    for _, price in prices.items():
                    ^^^^^^^^^^^^^^ only
        print(price)
",
        ),
        Example::good(
            "python",
            "def show(prices):
    for name, price in prices.items():
        print(name, price)
",
        ),
        Example::good(
            "python",
            "def show(rows):
    for name, _ in rows:
        print(name)
",
        ),
        Example::bad(
            "javascript",
            "for (const [name] of Object.entries(prices)) print(name);
                     ^^^^^^^^^^^^^^^^^^^^^^ only
",
        ),
        Example::bad(
            "javascript",
            "for (const [, price] of Object.entries(prices)) print(price);
                        ^^^^^^^^^^^^^^^^^^^^^^ only
",
        ),
        Example::good(
            "javascript",
            "for (const [name, price] of Object.entries(prices)) print(name, price);
",
        ),
        Example::good(
            "javascript",
            "for (const [name] of rows) print(name);
",
        ),
        Example::bad(
            "typescript",
            "for (const [name] of Object.entries(prices)) print(name);
                     ^^^^^^^^^^^^^^^^^^^^^^ only
",
        ),
        Example::bad(
            "typescript",
            "for (const [, price] of Object.entries(prices)) print(price);
                        ^^^^^^^^^^^^^^^^^^^^^^ only
",
        ),
        Example::good(
            "typescript",
            "for (const [name, price] of Object.entries(prices)) print(name, price);
",
        ),
        Example::good(
            "typescript",
            "for (const [name] of rows) print(name);
",
        ),
        Example::bad(
            "rust",
            "fn show(prices: &HashMap<String, i32>) {
    for (name, _) in prices {
                     ^^^^^^ only
        print(name);
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn show(prices: &HashMap<String, i32>) {
    for (_, price) in prices.iter() {
                      ^^^^^^^^^^^^^ only
        print(price);
    }
}
",
        ),
        Example::good(
            "rust",
            "fn show(prices: &HashMap<String, i32>) {
    for (name, price) in prices {
        print(name, price);
    }
}
",
        ),
        Example::good(
            "rust",
            "fn show(rows: &[(i32, i32)]) {
    for (name, _) in rows.iter() {
        print(name);
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(Map<String, Integer> prices) {
        for (Map.Entry<String, Integer> entry : prices.entrySet()) print(entry.getKey());
                                                ^^^^^^^^^^^^^^^^^ only
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int total(Map<String, Integer> prices) {
        int sum = 0;
        for (Map.Entry<String, Integer> entry : prices.entrySet()) sum += entry.getValue();
                                                ^^^^^^^^^^^^^^^^^ only
        return sum;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(Map<String, Integer> prices) {
        for (Map.Entry<String, Integer> entry : prices.entrySet()) print(entry.getKey(), entry.getValue());
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(Map<String, Integer> prices) {
        for (Map.Entry<String, Integer> entry : prices.entrySet()) entry.setValue(3);
    }
}
",
        ),
    ],
    kinds: &[Kind::ForEach],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let parts = [Role::Target, Role::Iterable].map(|role| tree.child(id, role));
    let [Some(target), Some(iterable)] = parts else { return };
    let used = match context.method(iterable) {
        Some((_, "entrySet")) => half_of_entry(context, target),
        _ if gives_entries(context, iterable) => half_of_pair(context, target),
        _ => None,
    };
    let Some(used) = used else { return };
    let shown = context.excerpt(iterable);
    context
        .report(
            iterable,
            format!("of each pair that `{shown}` makes, the loop uses only the {used}"),
        )
        .because(format!("The other half of the pair is dropped: n {used}s would do."))
        .emit();
}

/// Whether running over it gives pairs of keys and values.
fn gives_entries(context: &Context<'_>, iterable: NodeId) -> bool {
    let tree = context.tree;
    let is_map = |it: NodeId| context.types().of(it) == Some(crate::languages::ValueType::Map);
    let is_rust = context.in_language(&[(&["rust"], ())]).is_some();
    match context.method(iterable) {
        Some((_, "items")) => context.arguments(iterable).is_empty(),
        Some((object, "entries")) => context.text(object) == "Object",
        Some((map, "iter" | "iter_mut")) => is_rust && is_map(map),
        _ => {
            let inner = match tree.kind(iterable) {
                Kind::Reference => tree.child(iterable, Role::Value).unwrap_or(iterable),
                _ => iterable,
            };
            is_rust && is_map(inner)
        }
    }
}

/// Which half of a pair a pattern takes, if it drops the other.
fn half_of_pair(context: &Context<'_>, target: NodeId) -> Option<&'static str> {
    let tree = context.tree;
    if !matches!(tree.kind(target), Kind::Tuple | Kind::List | Kind::Pattern) {
        return None;
    }
    let inside = context.text(target).trim_matches(['(', ')', '[', ']']);
    let (key, value) = inside.split_once(',').map_or((inside, None), |(a, b)| (a, Some(b)));
    let is_dropped = |part: &str| matches!(part.trim(), "" | "_");
    let value = value.unwrap_or("");
    if value.contains(',') {
        return None;
    }
    match (is_dropped(key), is_dropped(value)) {
        (true, false) => Some("value"),
        (false, true) => Some("key"),
        _ => None,
    }
}

/// Which half of an entry is asked for, if only one is.
fn half_of_entry(context: &Context<'_>, target: NodeId) -> Option<&'static str> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let binding = bindings.resolve(target)?;
    let mut asked = bindings.occurrences(binding).iter().filter(|it| **it != target).map(|it| {
        let parent = tree.node(*it).parent;
        (tree.kind(parent) == Kind::Member).then(|| tree.name(parent))
    });
    let first = asked.next()??;
    let half = match first {
        "getKey" => "key",
        "getValue" => "value",
        _ => return None,
    };
    asked.all(|it| it == Some(first)).then_some(half)
}
