//! `perf/roundabout-iterator`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/roundabout-iterator",
    category: Category::Perf,
    summary: "An iterator takes a detour",
    severity: Severity::Hint,
    confidence: 0.9,
    languages: &["rust"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports chains of iterators for which there is one that does less: `filter(…).next()`, `iter().nth(0)`, `skip(n).next()`, `iter().count()`, `map(|x| x.clone())`, a `collect` in the middle of a chain, and parameters of type `&String`, `&Vec<T>` and `Box<Vec<T>>`.",
        why: "Each detour makes an adapter, a list or a copy more than the n elements need, or asks the caller to make one.",
        fix: "`find`, `next`, `nth`, `len`, `cloned`, `&str` and `&[T]`.",
        limits: "A `collect` that ends a borrow is needed; the compiler says so when it is taken out.",
        references: &["https://rust-lang.github.io/rust-clippy/master/index.html#filter_next"],
    },
    examples: &[
        Example::bad(
            "rust",
            "fn first(rows: &[i32]) -> Option<&i32> {
    rows.iter().filter(|row| **row > 1).next()
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ detour
}
",
        ),
        Example::bad(
            "rust",
            "fn show(name: &String) {
        ^^^^^^^^^^^^^ detour
    print(name.len());
}
",
        ),
        Example::good(
            "rust",
            "fn first(rows: &[i32]) -> Option<&i32> {
    rows.iter().find(|row| **row > 1)
}
",
        ),
        Example::good(
            "rust",
            "fn show(name: &str, rows: &mut Vec<i32>) {
    rows.push(name.len());
}
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Parameter, Kind::ForEach],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let instead = match tree.kind(id) {
        Kind::Parameter => owner(context, id),
        Kind::ForEach => tree.child(id, Role::Iterable).and_then(|it| collected(context, it)),
        _ => detour(context, id),
    };
    let Some(instead) = instead.filter(|_| !context.is_test_code(id)) else { return };
    let at = match tree.kind(id) {
        Kind::ForEach => tree.child(id, Role::Iterable).unwrap_or(id),
        _ => id,
    };
    let shown = context.excerpt(at);
    context
        .report(at, format!("`{shown}` is a detour: {instead} does less"))
        .because("Both give the same.")
        .emit();
}

fn detour(context: &Context<'_>, id: NodeId) -> Option<&'static str> {
    let tree = context.tree;
    let (from, method) = context.method(id)?;
    let arguments = context.arguments(id);
    let before = context.method(from).map_or("", |(_, it)| it);
    let starts = matches!(before, "iter" | "into_iter" | "chars" | "iter_mut");
    match (before, method, arguments.as_slice()) {
        ("filter", "next", []) => Some("`find`"),
        ("filter_map", "next", []) => Some("`find_map`"),
        ("skip", "next", []) => Some("`nth`"),
        ("iter" | "into_iter" | "iter_mut", "count", []) => Some("`len`"),
        ("to_string" | "to_owned", "to_string" | "to_owned", []) => Some("one copy"),
        ("replace" | "to_lowercase" | "to_uppercase", "to_string", []) => Some("the text as it is"),
        (_, "nth", [zero]) if starts && context.text(*zero) == "0" => Some("`next`"),
        (_, "map", [function]) => is_clone(context, *function).then_some("`cloned`"),
        ("collect", "into_iter" | "iter" | "first" | "len" | "is_empty" | "get", _) => {
            let whole = tree.text(from);
            whole.contains("Vec<").then_some("the chain without the list in between")
        }
        _ => None,
    }
}

/// `|x| x.clone()`, `|x| *x`
fn is_clone(context: &Context<'_>, function: NodeId) -> bool {
    let tree = context.tree;
    let text: String = tree.text(function).split_whitespace().collect();
    let Some((parameter, body)) = text.strip_prefix('|').and_then(|it| it.split_once('|')) else {
        return false;
    };
    body == format!("{parameter}.clone()") || body == format!("*{parameter}")
}

/// A loop over a list that was collected for it.
fn collected(context: &Context<'_>, iterable: NodeId) -> Option<&'static str> {
    let (_, method) = context.method(iterable)?;
    let text = context.text(iterable);
    (method == "collect" && text.contains("Vec<_>") && !text.contains("keys()"))
        .then_some("the chain without the list")
}

/// A parameter that borrows an owner, or boxes one.
fn owner(context: &Context<'_>, parameter: NodeId) -> Option<&'static str> {
    let tree = context.tree;
    let written = context.text(tree.child(parameter, Role::Type)?);
    let text: String = written.split_whitespace().collect();
    if text == "&String" {
        Some("`&str`")
    } else if text.starts_with("&Vec<") {
        Some("`&[…]`")
    } else if text == "&PathBuf" {
        Some("`&Path`")
    } else if text.starts_with("Box<Vec<") || text.starts_with("Vec<Box<") && !text.contains("dyn")
    {
        Some("the list without the box")
    } else if text.starts_with("&Box<") {
        Some("a plain borrow")
    } else {
        None
    }
}
