//! `perf/entry-set-lookup`.

use crate::findings::{Category, Severity};
use crate::ir::{Access, Kind, NodeId, Role};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/entry-set-lookup",
    category: Category::Perf,
    summary: "A loop over the keys of a map looks each of them up again",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports loops over `map.keySet()` (or the keys of a Python `dict`, `Object.keys` in JavaScript, a Go map) that look up the value of each key in the same map.",
        why: "Each round finds the entry that it already stands on a second time: one more hash or tree search for each of n elements.",
        fix: "Loop over the entries: `map.entrySet()`, `d.items()`, `Object.entries(o)`, `for k, v := range m`.",
        limits: "Loops that assign to the map are left alone.",
        references: &["https://pylint.readthedocs.io/en/stable/user_guide/messages/convention/consider-using-dict-items.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def show(prices):
    for name in prices.keys():
        print(name, prices[name])
                    ^^^^^^^^^^^^ looks up an entry the loop stands on
",
        ),
        Example::bad(
            "python",
            "def total(prices: dict[str, int]):
    sum = 0
    for name in prices:
        sum += prices[name]
               ^^^^^^^^^^^^ looks up an entry
    return sum
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
            "def double(prices):
    for name in prices.keys():
        prices[name] = prices[name] * 2
",
        ),
        Example::bad(
            "javascript",
            "function show(prices) {
  for (const name of Object.keys(prices)) {
    print(name, prices[name]);
                ^^^^^^^^^^^^ looks up an entry the loop stands on
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function show(prices) {
  for (const name of prices.keys()) {
    print(name, prices.get(name));
                ^^^^^^^^^^^^^^^^ looks up an entry
  }
}
",
        ),
        Example::good(
            "javascript",
            "function show(prices) {
  for (const [name, price] of Object.entries(prices)) print(name, price);
}
",
        ),
        Example::good(
            "javascript",
            "function double(prices) {
  for (const name of Object.keys(prices)) prices[name] *= 2;
}
",
        ),
        Example::bad(
            "typescript",
            "function show(prices: Prices) {
  for (const name of Object.keys(prices)) {
    print(name, prices[name]);
                ^^^^^^^^^^^^ looks up an entry the loop stands on
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function show(prices: Map<string, number>) {
  for (const name of prices.keys()) {
    print(name, prices.get(name));
                ^^^^^^^^^^^^^^^^ looks up an entry
  }
}
",
        ),
        Example::good(
            "typescript",
            "function show(prices: Prices) {
  for (const [name, price] of Object.entries(prices)) print(name, price);
}
",
        ),
        Example::good(
            "typescript",
            "function double(prices: Prices) {
  for (const name of Object.keys(prices)) prices[name] *= 2;
}
",
        ),
        Example::bad(
            "go",
            "package shop

func show(prices map[string]int) {
	for name := range prices {
		print(name, prices[name])
              ^^^^^^^^^^^^ looks up an entry the loop stands on
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

func total(prices map[string]int) int {
	sum := 0
	for name := range prices {
		sum += prices[name]
         ^^^^^^^^^^^^ looks up an entry
	}
	return sum
}
",
        ),
        Example::good(
            "go",
            "package shop

func show(prices map[string]int) {
	for name, price := range prices {
		print(name, price)
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func double(prices map[string]int) {
	for name := range prices {
		prices[name] = prices[name] * 2
	}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(Map<String, Integer> prices) {
        for (String name : prices.keySet()) {
            print(name, prices.get(name));
                        ^^^^^^^^^^^^^^^^ looks up an entry the loop stands on
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int total(Map<String, Integer> prices) {
        int sum = 0;
        for (String name : prices.keySet()) sum += prices.get(name);
                                                   ^^^^^^^^^^^^^^^^ looks up an entry
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
    void show(Map<String, Integer> prices, Map<String, Integer> others) {
        for (String name : prices.keySet()) print(others.get(name));
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
    let parts = [Role::Target, Role::Iterable, Role::Body].map(|role| tree.child(id, role));
    let [Some(target), Some(iterable), Some(body)] = parts else { return };
    let Some(map) = keyed(context, iterable) else { return };
    let bindings = &context.facts.bindings;
    if tree.kind(target) != Kind::Name || tree.kind(map) != Kind::Name {
        return;
    }
    let (Some(key), Some(held)) = (bindings.resolve(target), bindings.resolve(map)) else { return };
    // A key that is assigned anew is another key.
    if bindings.definitions(key).filter(|it| tree.is_within(*it, id)).count() != 1 {
        return;
    }
    let mut inside =
        bindings.occurrences(held).iter().filter(|it| tree.is_within(**it, body)).copied();
    if inside.clone().any(|it| is_changed(context, it)) {
        return;
    }
    let lookup = inside.find_map(|it| {
        lookup(context, it).filter(|(_, with)| bindings.resolve(*with) == Some(key))
    });
    let Some((lookup, _)) = lookup else { return };
    let (shown, name) = (context.excerpt(lookup), context.excerpt(map));
    context
        .report(lookup, format!("`{shown}` looks up an entry the loop stands on: one more search of `{name}` for each round"))
        .related(iterable, "the loop over the keys")
        .because("A loop over the entries has key and value at hand.")
        .emit();
}

/// The map whose keys a loop runs over.
fn keyed(context: &Context<'_>, iterable: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    if tree.kind(iterable) == Kind::Name {
        // Python's and Go's maps give their keys by themselves.
        return (context.types().of(iterable) == Some(ValueType::Map)
            && context.in_language(&[(&["python", "go"], ())]).is_some())
        .then_some(iterable);
    }
    let arguments = context.arguments(iterable);
    match (context.method(iterable), arguments.as_slice()) {
        (Some((map, "keySet" | "keys")), []) => Some(map),
        (Some((object, "keys")), [map]) if context.text(object) == "Object" => Some(*map),
        _ => None,
    }
}

/// The lookup whose map stands here, and its key.
fn lookup(context: &Context<'_>, map: NodeId) -> Option<(NodeId, NodeId)> {
    let tree = context.tree;
    let parent = tree.node(map).parent;
    match tree.kind(parent) {
        Kind::Index => Some((parent, tree.child(parent, Role::Index)?)),
        Kind::Member if tree.name(parent) == "get" => {
            let call = tree.node(parent).parent;
            match *context.arguments(call).as_slice() {
                [key] => Some((call, key)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a mention may change the map.
fn is_changed(context: &Context<'_>, map: NodeId) -> bool {
    let tree = context.tree;
    let parent = tree.node(map).parent;
    let around = tree.node(parent).parent;
    match tree.kind(parent) {
        Kind::Index => {
            tree.role(parent) == Role::Target
                || matches!(tree.kind(around), Kind::Delete | Kind::Update | Kind::Reference)
        }
        Kind::Member => {
            !matches!(tree.name(parent), "get" | "size" | "has" | "containsKey" | "keys" | "items")
        }
        Kind::Call => {
            tree.role(map) == Role::Argument && context.called(parent).is_none_or(|it| it != "len")
        }
        _ => tree.node(map).access != Access::Read,
    }
}
