//! `bug/result-of-nothing`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::languages::ValueType;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/result-of-nothing",
    category: Category::Bug,
    summary: "The result of a call that gives nothing is used",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python", "javascript", "typescript", "rust"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports uses of what methods return that change their object in place and give nothing: `sort` and `append` in Python, `forEach` in JavaScript, `push` and `sort` in Rust.",
        why: "The result is `None`, `undefined` or `()`, not the changed collection.",
        fix: "Call the method in a statement of its own and use the collection, or call what gives a new one (`sorted`, `map`).",
        limits: "In Python and Rust the receiver must be known to be a collection. `return items.forEach(…)`, which only ends the function, is left alone.",
        references: &["https://docs.python.org/3/library/stdtypes.html#list.sort"],
    },
    examples: &[
        Example::bad(
            "python",
            "def ordered(items: list):
    result = items.sort()
             ^^^^^^^^^^^^ gives nothing
    return result
",
        ),
        Example::bad(
            "python",
            "def grown(items: list, item):
    return items.append(item)
           ^^^^^^^^^^^^^^^^^^ gives nothing
",
        ),
        Example::good(
            "python",
            "def ordered(items: list):
    items.sort()
    return sorted(items)
",
        ),
        Example::good(
            "python",
            "def put(queue, item):
    return queue.append(item)
",
        ),
        Example::bad(
            "javascript",
            "function show(items) {
  const shown = items.forEach((item) => item.show());
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ gives nothing
  return shown;
}
",
        ),
        Example::bad(
            "javascript",
            "function show(items) {
  return items.forEach((item) => item.show()).length;
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ gives nothing
}
",
        ),
        Example::good(
            "javascript",
            "function show(items) {
  items.forEach((item) => item.show());
}
",
        ),
        Example::good(
            "javascript",
            "function show(items) {
  const shown = items.map((item) => item.show());
  return shown;
}
",
        ),
        Example::bad(
            "typescript",
            "function show(items) {
  const shown = items.forEach((item) => item.show());
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ gives nothing
  return shown;
}
",
        ),
        Example::bad(
            "typescript",
            "function show(items) {
  return items.forEach((item) => item.show()).length;
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ gives nothing
}
",
        ),
        Example::good(
            "typescript",
            "function show(items) {
  items.forEach((item) => item.show());
}
",
        ),
        Example::good(
            "typescript",
            "function show(items) {
  const shown = items.map((item) => item.show());
  return shown;
}
",
        ),
        Example::bad(
            "rust",
            "fn ordered(mut items: Vec<u32>) {
    let sorted = items.sort();
                 ^^^^^^^^^^^^ gives nothing
    show(sorted);
}
",
        ),
        Example::bad(
            "rust",
            "fn grown(mut items: Vec<u32>) {
    let longer = items.push(3);
                 ^^^^^^^^^^^^^ gives nothing
    show(longer);
}
",
        ),
        Example::good(
            "rust",
            "fn ordered(mut items: Vec<u32>) {
    items.sort();
    show(items);
}
",
        ),
        Example::good(
            "rust",
            "fn last(mut items: Vec<u32>) {
    let last = items.pop();
    show(last);
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Methods that give nothing, and whether their receiver's type must be known.
type Methods = (&'static [&'static str], bool);

const METHODS: ByLanguage<Methods> = &[
    (
        &["python"],
        (
            &["sort", "append", "extend", "reverse", "insert", "clear", "update", "add", "discard"],
            true,
        ),
    ),
    (&["javascript", "typescript"], (&["forEach"], false)),
    (
        &["rust"],
        (
            &[
                "sort",
                "push",
                "sort_unstable",
                "reverse",
                "extend",
                "clear",
                "sort_by_key",
                "dedup",
            ],
            true,
        ),
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((methods, is_typed)) = context.in_language(METHODS) else { return };
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let name = tree.name(callee);
    if tree.kind(callee) != Kind::Member || !methods.contains(&name) {
        return;
    }
    let collections = [ValueType::List, ValueType::Map, ValueType::Set];
    let is_collection = tree
        .child(callee, Role::Receiver)
        .and_then(|it| context.types().of(it))
        .is_some_and(|it| collections.contains(&it));
    if *is_typed && !is_collection {
        return;
    }
    let parent = tree.node(id).parent;
    let is_used = match tree.kind(parent) {
        Kind::Assign | Kind::Declare => tree.role(id) == Role::Value,
        Kind::Return => *is_typed,
        Kind::ForEach => tree.role(id) == Role::Iterable,
        Kind::Member => tree.role(id) == Role::Receiver,
        Kind::Index | Kind::Compare | Kind::Binary => true,
        _ => false,
    };
    // `let () = items.sort();` and Rust's last expression say so.
    let is_unit = tree.child(parent, Role::Target).is_some_and(|it| context.text(it) == "()");
    if !is_used || is_unit {
        return;
    }
    let text = context.excerpt(id);
    context
        .report(id, format!("`{text}` gives nothing: it changes its object in place"))
        .because(format!("`{name}` has no result."))
        .emit();
}
