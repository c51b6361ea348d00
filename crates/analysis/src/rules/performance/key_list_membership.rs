//! `perf/key-list-membership`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/key-list-membership",
    category: Category::Perf,
    summary: "A key is looked for among all keys",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "java"],
    since: "0.1.0",
    fix: Some(Safety::Safe),
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports a search in the keys of a map: `k in d.keys()`, `Object.keys(o).includes(k)`, `m.keySet().contains(k)`.",
        why: "The map answers in constant time by itself. `Object.keys` builds an array of all keys first and scans it, O(n); the others make a view for nothing.",
        fix: "Ask the map: `k in d`, `Object.hasOwn(o, k)`, `m.containsKey(k)`.",
        limits: "A list of keys that is kept in a variable is not followed.",
        references: &["https://docs.astral.sh/ruff/rules/in-dict-keys/"],
    },
    examples: &[
        Example::fixed(
            "python",
            "def has(prices, name):
    return name in prices.keys()
           ^^^^^^^^^^^^^^^^^^^^^ itself knows in constant time
",
            "def has(prices, name):
    return name in prices
",
        ),
        Example::fixed(
            "python",
            "def lacks(prices, name):
    return name not in prices.keys()
           ^^^^^^^^^^^^^^^^^^^^^^^^^ itself knows in constant time
",
            "def lacks(prices, name):
    return name not in prices
",
        ),
        Example::good(
            "python",
            "def has(prices, name):
    return name in prices
",
        ),
        Example::good(
            "python",
            "def has(prices, name):
    return name in prices.values()
",
        ),
        Example::good(
            "python",
            "class Prices:
    def __contains__(self, name):
        return name in self.keys()
",
        ),
        Example::bad(
            "javascript",
            "const has = Object.keys(prices).includes(name);
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ itself knows in constant time
",
        ),
        Example::bad(
            "javascript",
            "if (Object.keys(prices).indexOf(name) >= 0) use(name);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ itself knows in constant time
",
        ),
        Example::good(
            "javascript",
            "const has = Object.hasOwn(prices, name);
",
        ),
        Example::good(
            "javascript",
            "const has = names.includes(name);
",
        ),
        Example::bad(
            "typescript",
            "const has: boolean = Object.keys(prices).includes(name);
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ itself knows in constant time
",
        ),
        Example::bad(
            "typescript",
            "if (Object.keys(prices).indexOf(name) >= 0) use(name);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ itself knows in constant time
",
        ),
        Example::good(
            "typescript",
            "const has = name in prices;
",
        ),
        Example::good(
            "typescript",
            "const names = Object.keys(prices).map(label);
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    boolean has(Map<String, Integer> prices, String name) {
        return prices.keySet().contains(name);
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ itself knows in constant time
    }
}
",
            "class Shop {
    boolean has(Map<String, Integer> prices, String name) {
        return prices.containsKey(name);
    }
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    void f(Map<String, Integer> prices) {
        if (prices.keySet().contains(\"a\")) run();
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ itself knows in constant time
    }
}
",
            "class Shop {
    void f(Map<String, Integer> prices) {
        if (prices.containsKey(\"a\")) run();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean has(Map<String, Integer> prices, String name) {
        return prices.containsKey(name);
    }
}
",
        ),
        Example::good(
            "java",
            "class Prices extends AbstractPrices {
    @Override
    public boolean containsKey(Object name) {
        return this.keySet().contains(name);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean has(Map<String, Integer> prices) {
        return prices.values().contains(1);
    }
}
",
        ),
    ],
    kinds: &[Kind::Compare, Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.kind(id) == Kind::Compare {
        let is_membership = matches!(tree.node(id).operator, Operator::In | Operator::NotIn);
        if let Some(keys) = tree.child(id, Role::Right).filter(|_| is_membership)
            && let Some((map, "keys")) = method(context, keys, 0)
        {
            let span = Span::new(tree.span(map).end, tree.span(keys).end);
            report(
                context,
                id,
                map,
                "makes a view of all keys for nothing",
                vec![(span, String::new())],
            );
        }
        return;
    }
    let Some((keys, search)) = method(context, id, 1) else { return };
    if search == "contains"
        && let Some((map, "keySet")) = method(context, keys, 0)
    {
        let Some(callee) = tree.child(id, Role::Callee) else { return };
        let span = Span::new(tree.span(map).end, tree.span(callee).end);
        let edits = vec![(span, ".containsKey".to_owned())];
        report(context, id, map, "makes a view of all keys for nothing", edits);
        return;
    }
    let listed = tree.child(keys, Role::Callee).filter(|it| context.text(*it) == "Object.keys");
    if matches!(search, "includes" | "indexOf")
        && let (Some(_), Some(map)) = (listed, tree.child(keys, Role::Argument))
    {
        report(context, id, map, "builds and scans a list of all keys, O(n)", Vec::new());
    }
}

/// The receiver and name of a method call with so many arguments.
fn method<'a>(context: &Context<'a>, id: NodeId, arguments: usize) -> Option<(NodeId, &'a str)> {
    let tree = context.tree;
    let callee = tree.child(id, Role::Callee).filter(|_| tree.kind(id) == Kind::Call)?;
    let receiver = tree.child(callee, Role::Receiver)?;
    (tree.children_with(id, Role::Argument).count() == arguments)
        .then(|| (receiver, tree.name(callee)))
}

/// Whether the code is how an object itself answers whether it has a key: to ask it would go round
/// for ever.
fn is_own_answer(context: &Context<'_>, map: NodeId) -> bool {
    let function = context.tree.enclosing_function(map);
    matches!(context.text(map), "self" | "this")
        && matches!(context.tree.name(function), "__contains__" | "has_key" | "containsKey")
}

fn report(
    context: &mut Context<'_>,
    id: NodeId,
    map: NodeId,
    cost: &str,
    edits: Vec<(Span, String)>,
) {
    if is_own_answer(context, map) {
        return;
    }
    // Another class may have keys, and look among something else when it is asked.
    let is_map = context.types().of(map) == Some(ValueType::Map);
    let is_python = context.in_language(&[(&["python"], ())]).is_some();
    let safety = if is_map || !is_python { Safety::Safe } else { Safety::Unsafe };
    let (search, map) = (context.excerpt(id), context.excerpt(map));
    let report = context
        .report(id, format!("`{search}` {cost}; `{map}` itself knows in constant time"))
        .because("A map finds a key by its hash.");
    if edits.is_empty() {
        report.emit();
    } else {
        report.fix("Ask the map", safety, edits).emit();
    }
}
