//! `perf/eager-default`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/eager-default",
    category: Category::Perf,
    summary: "A default value is worked out though nothing may need it",
    severity: Severity::Information,
    confidence: 0.85,
    languages: &["python", "rust", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports calls handed over as the value for the case that there is none (`unwrap_or(load())`, `orElse(load())`, `d.get(key, load())`), and messages put together for `expect` and `ok_or`.",
        why: "Arguments are worked out before the call: the default is computed, or the text allocated, each time, and mostly dropped.",
        fix: "Hand over a function instead (`unwrap_or_else`, `orElseGet`), or test first.",
        limits: "Calls that only name or wrap a value are left alone.",
        references: &["https://rust-lang.github.io/rust-clippy/master/index.html#or_fun_call"],
    },
    examples: &[
        Example::bad(
            "python",
            "def price(prices, name):
    return prices.get(name, load_price(name))
                            ^^^^^^^^^^^^^^^^ worked out
",
        ),
        Example::bad(
            "python",
            "def row(rows, name):
    return rows.setdefault(name, read_row(name))
                                 ^^^^^^^^^^^^^^ worked out
",
        ),
        Example::good(
            "python",
            "def price(prices, name):
    return prices.get(name, 0)
",
        ),
        Example::good(
            "python",
            "def price(prices, name):
    return prices.get(name, str(name))
",
        ),
        Example::bad(
            "rust",
            "fn price(known: Option<i32>) -> i32 {
    known.unwrap_or(load_price())
                    ^^^^^^^^^^^^ worked out
}
",
        ),
        Example::bad(
            "rust",
            "fn price(known: Option<i32>, name: &str) -> i32 {
    known.expect(&format!(\"no {name}\"))
                 ^^^^^^^^^^^^^^^^^^^^^ worked out
}
",
        ),
        Example::good(
            "rust",
            "fn price(known: Option<i32>) -> i32 {
    known.unwrap_or_else(load_price)
}
",
        ),
        Example::good(
            "rust",
            "fn price(known: Option<i32>) -> i32 {
    known.unwrap_or(3)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Price price(Optional<Price> known) {
        return known.orElse(loadPrice());
                            ^^^^^^^^^^^ worked out
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Price price(Map<String, Price> known, String name) {
        return known.getOrDefault(name, loadPrice(name));
                                        ^^^^^^^^^^^^^^^ worked out
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Price price(Optional<Price> known) {
        return known.orElseGet(this::loadPrice);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Price price(Optional<Price> known) {
        return known.orElse(null);
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Methods that are given a value for the case that there is none, and the place of it.
const METHODS: ByLanguage<&[(&str, usize)]> = &[
    (&["python"], &[("get", 1), ("setdefault", 1), ("pop", 1)]),
    (
        &["rust"],
        &[
            ("unwrap_or", 0),
            ("ok_or", 0),
            ("or_insert", 0),
            ("expect", 0),
            ("or", 0),
            ("map_or", 0),
            ("get_or_insert", 0),
        ],
    ),
    (&["java"], &[("orElse", 0), ("getOrDefault", 1), ("putIfAbsent", 1)]),
];
/// Calls that cost nothing worth speaking of.
const CHEAP: &[&str] = &[
    "str",
    "int",
    "float",
    "len",
    "tuple",
    "frozenset",
    "Some",
    "Ok",
    "Err",
    "min",
    "max",
    "len",
    "is_empty",
    "as_str",
    "as_ref",
    "clone",
    "default",
    "empty",
    "of",
    "valueOf",
    "size",
    "length",
    "emptyList",
    "emptyMap",
    "emptySet",
    "as_bytes",
    "as_slice",
    "as_deref",
    "copied",
    "into",
    "from",
    "get",
    "dict",
    "list",
    "set",
    "bool",
    "object",
    "now",
    "unwrap",
    "name",
    "id",
    "key",
    "value",
    "upper",
    "lower",
    "strip",
    "new",
    "Duration",
    "is_some",
    "is_none",
    "abs",
    "pow",
    "with_capacity",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((_, method)) = context.method(id) else { return };
    let Some(methods) = context.in_language(METHODS) else { return };
    let Some((_, at)) = methods.iter().find(|(known, _)| *known == method) else { return };
    let arguments = context.arguments(id);
    let Some(given) =
        arguments.get(*at).copied().filter(|_| arguments.len() == at + 1 || method == "map_or")
    else {
        return;
    };
    let value = match tree.kind(given) {
        Kind::Reference => tree.child(given, crate::ir::Role::Value).unwrap_or(given),
        _ => given,
    };
    let is_costly = match tree.kind(value) {
        Kind::Macro => {
            tree.name(value) == "format"
                && tree.children_with(value, crate::ir::Role::Argument).count() > 0
        }
        Kind::Call => {
            let callee = tree.child(value, crate::ir::Role::Callee);
            let name = callee.map_or("", |it| tree.name(it));
            // What starts with a capital makes a value.
            let makes = name.starts_with(char::is_uppercase)
                || tree.child(value, crate::ir::Role::Callee).is_none();
            let is_made = tree.flags(value).has(crate::ir::Flags::CONSTRUCT);
            // A method without arguments mostly looks something up.
            let is_getter = context.method(value).is_some() && context.arguments(value).is_empty();
            let is_cheap = is_getter
                || CHEAP.contains(&name)
                || name.starts_with('_') && name.len() < 3
                || name.contains("gettext")
                || name.ends_with("_class");
            !name.is_empty() && !is_cheap && !makes && !is_made
        }
        _ => false,
    };
    if !is_costly || context.is_test_code(id) {
        return;
    }
    let shown = context.excerpt(given);
    context
        .report(given, format!("`{shown}` is worked out even when `{method}` does not need it"))
        .because("Arguments are computed before the call.")
        .emit();
}
