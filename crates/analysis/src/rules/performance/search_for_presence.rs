//! `perf/search-for-presence`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/search-for-presence",
    category: Category::Perf,
    summary: "An element is looked up only to see whether there is one",
    severity: Severity::Hint,
    confidence: 0.9,
    languages: &["javascript", "typescript", "rust", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports searches that give the element or its place, of which only is asked whether it was found.",
        why: "The call that answers just this says so, and need not hand anything out; a Java stream even stops to wrap the element.",
        fix: "Use `any`, `some`, `contains`, `anyMatch`.",
        limits: "Searches whose result is kept in a variable are left alone.",
        references: &["https://rust-lang.github.io/rust-clippy/master/index.html#search_is_some"],
    },
    examples: &[
        Example::bad(
            "javascript",
            "const has = (rows) => rows.findIndex((row) => row.a === 1) !== -1;
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whether
",
        ),
        Example::bad(
            "javascript",
            "const lacks = (rows) => rows.findIndex((row) => row.a) < 0;
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whether
",
        ),
        Example::good(
            "javascript",
            "const has = (rows) => rows.some((row) => row.a === 1);
",
        ),
        Example::good(
            "javascript",
            "const at = (rows) => rows.findIndex((row) => row.a === 1) + 1;
",
        ),
        Example::bad(
            "typescript",
            "const has = (rows) => rows.findIndex((row) => row.a === 1) !== -1;
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whether
",
        ),
        Example::bad(
            "typescript",
            "const lacks = (rows) => rows.findIndex((row) => row.a) < 0;
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whether
",
        ),
        Example::good(
            "typescript",
            "const has = (rows) => rows.some((row) => row.a === 1);
",
        ),
        Example::good(
            "typescript",
            "const at = (rows) => rows.findIndex((row) => row.a === 1) + 1;
",
        ),
        Example::bad(
            "rust",
            "fn has(rows: &[i32]) -> bool {
    rows.iter().find(|row| **row > 1).is_some()
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whether
}
",
        ),
        Example::bad(
            "rust",
            "fn lacks(rows: &[i32]) -> bool {
    rows.iter().position(|row| *row > 1).is_none()
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whether
}
",
        ),
        Example::good(
            "rust",
            "fn has(rows: &[i32]) -> bool {
    rows.iter().any(|row| *row > 1)
}
",
        ),
        Example::good(
            "rust",
            "fn has(row: Option<i32>) -> bool {
    row.is_some()
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"strings\"

func has(text string) bool {
	return strings.Index(text, \"x\") != -1
	       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whether
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"strings\"

func lacks(text string) bool {
	return strings.Index(text, \"x\") < 0
	       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whether
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"strings\"

func has(text string) bool {
	return strings.Contains(text, \"x\")
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"strings\"

func starts(text string) bool {
	return strings.Index(text, \"x\") == 0
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean has(List<Row> rows) {
        return rows.stream().filter(row -> row.open()).findFirst().isPresent();
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whether
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean lacks(List<Row> rows) {
        return rows.stream().filter(row -> row.open()).findAny().isEmpty();
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ whether
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean has(List<Row> rows) {
        return rows.stream().anyMatch(row -> row.open());
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean has(Optional<Row> row) {
        return row.isPresent();
    }
}
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Compare],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_asked = match tree.kind(id) {
        Kind::Call => asks_option(context, id),
        _ => compares_place(context, id),
    };
    if !is_asked {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` only asks whether there is one"))
        .because("Neither the element nor its place is used.")
        .emit();
}

/// `….find(…).is_some()`
fn asks_option(context: &Context<'_>, id: NodeId) -> bool {
    let Some((found, method)) = context.method(id) else { return false };
    let Some((from, search)) = context.method(found) else { return false };
    match method {
        "is_some" | "is_none" => {
            matches!(search, "find" | "position" | "rposition")
                && context.method(from).is_some_and(|(_, it)| {
                    matches!(
                        it,
                        "iter" | "into_iter" | "chars" | "bytes" | "keys" | "values" | "lines"
                    )
                })
        }
        "isPresent" | "isEmpty" => {
            matches!(search, "findFirst" | "findAny")
                && context.method(from).is_some_and(|(_, it)| it == "filter")
        }
        _ => false,
    }
}

/// `….findIndex(…) !== -1`
fn compares_place(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let parts = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(search), Some(bound)] = parts else { return false };
    let name = tree.child(search, Role::Callee).map_or("", |it| tree.name(it));
    let is_search = tree.kind(search) == Kind::Call
        && (name == "findIndex"
            || context.called(search).is_some_and(|it| {
                matches!(&*it, "strings.Index" | "bytes.Index" | "strings.IndexRune")
            }));
    let bound = context.text(bound);
    is_search
        && match tree.node(id).operator {
            Operator::Equal
            | Operator::NotEqual
            | Operator::StrictEqual
            | Operator::StrictNotEqual
            | Operator::Greater => bound == "-1",
            Operator::Less | Operator::GreaterEqual => bound == "0",
            _ => false,
        }
}
