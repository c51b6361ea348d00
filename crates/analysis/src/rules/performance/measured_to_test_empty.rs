//! `perf/measured-to-test-empty`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/measured-to-test-empty",
    category: Category::Perf,
    summary: "All of a text or collection is counted to see whether there is any",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports lengths that take a walk over the whole (`strlen`, `chars().count()`, `len([]rune(s))`, `stream().count()`, `Object.keys(o).length`) compared with zero.",
        why: "The walk takes n steps where the first one would settle it.",
        fix: "Look at the first element: `*text == 0`, `is_empty()`, `s == \"\"`, `isEmpty()`.",
        limits: "Lengths that are kept with the collection cost nothing, and are left alone.",
        references: &["https://cwe.mitre.org/data/definitions/1176.html"],
    },
    examples: &[
        Example::bad(
            "javascript",
            "const isEmpty = (text) => [...text].length === 0;
                          ^^^^^^^^^^^^^^^^^^^^^^ counts all of it
",
        ),
        Example::bad(
            "javascript",
            "const hasAny = (text) => Array.from(text).length > 0;
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ counts all of it
",
        ),
        Example::good(
            "javascript",
            "const isEmpty = (text) => text.length === 0;
",
        ),
        Example::good(
            "javascript",
            "const isLong = (text) => [...text].length > 80;
",
        ),
        Example::bad(
            "typescript",
            "const isEmpty = (text) => [...text].length === 0;
                          ^^^^^^^^^^^^^^^^^^^^^^ counts all of it
",
        ),
        Example::bad(
            "typescript",
            "const hasAny = (text) => Array.from(text).length > 0;
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ counts all of it
",
        ),
        Example::good(
            "typescript",
            "const isEmpty = (text) => text.length === 0;
",
        ),
        Example::good(
            "typescript",
            "const isLong = (text) => [...text].length > 80;
",
        ),
        Example::bad(
            "rust",
            "fn is_empty(text: &str) -> bool {
    text.chars().count() == 0
    ^^^^^^^^^^^^^^^^^^^^^^^^^ counts all of it
}
",
        ),
        Example::bad(
            "rust",
            "fn has_any(rows: &[i32]) -> bool {
    rows.iter().count() > 0
    ^^^^^^^^^^^^^^^^^^^^^^^ counts all of it
}
",
        ),
        Example::good(
            "rust",
            "fn is_empty(text: &str) -> bool {
    text.is_empty()
}
",
        ),
        Example::good(
            "rust",
            "fn is_long(text: &str) -> bool {
    text.chars().count() > 80
}
",
        ),
        Example::bad(
            "go",
            "package shop

func isEmpty(text string) bool {
	return len([]rune(text)) == 0
	       ^^^^^^^^^^^^^^^^^^^^^^ counts all of it
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"unicode/utf8\"

func hasAny(text string) bool {
	return utf8.RuneCountInString(text) > 0
	       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ counts all of it
}
",
        ),
        Example::good(
            "go",
            "package shop

func isEmpty(text string) bool {
	return text == \"\"
}
",
        ),
        Example::good(
            "go",
            "package shop

func isEmpty(text string) bool {
	return len(text) == 0
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean isEmpty(List<Row> rows) {
        return rows.stream().count() == 0;
               ^^^^^^^^^^^^^^^^^^^^^^^^^^ counts all of it
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean isEmpty(String text) {
        return text.trim().length() == 0;
               ^^^^^^^^^^^^^^^^^^^^^^^^^ counts all of it
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isEmpty(List<Row> rows) {
        return rows.size() == 0;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isLong(List<Row> rows) {
        return rows.stream().count() > 80;
    }
}
",
        ),
        Example::bad(
            "c",
            "int is_empty(const char *text) {
    return strlen(text) == 0;
           ^^^^^^^^^^^^^^^^^ counts all of it
}
",
        ),
        Example::bad(
            "c",
            "void show(const char *text) {
    if (strlen(text) > 0) print(text);
        ^^^^^^^^^^^^^^^^ counts all of it
}
",
        ),
        Example::good(
            "c",
            "int is_empty(const char *text) {
    return *text == 0;
}
",
        ),
        Example::good(
            "c",
            "int is_long(const char *text) {
    return strlen(text) > 80;
}
",
        ),
        Example::bad(
            "cpp",
            "int is_empty(const char *text) {
    return strlen(text) == 0;
           ^^^^^^^^^^^^^^^^^ counts all of it
}
",
        ),
        Example::bad(
            "cpp",
            "void show(const char *text) {
    if (strlen(text) > 0) print(text);
        ^^^^^^^^^^^^^^^^ counts all of it
}
",
        ),
        Example::good(
            "cpp",
            "int is_empty(const char *text) {
    return *text == 0;
}
",
        ),
        Example::good(
            "cpp",
            "int is_long(const char *text) {
    return strlen(text) > 80;
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let parts = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = parts else { return };
    let zero = |it: NodeId| matches!(context.text(it), "0" | "1");
    let (measure, bound) = if zero(right) { (left, right) } else { (right, left) };
    if !zero(bound) || !walks(context, measure) {
        return;
    }
    // One is told from two by a walk only.
    let is_one = context.text(bound) == "1";
    let operator = tree.node(id).operator;
    let asks_any = matches!(operator, Operator::GreaterEqual | Operator::Less) && measure == left;
    if is_one != asks_any || context.is_test_code(id) {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(
            id,
            format!("`{shown}` counts all of it to see whether there is any: n steps for one"),
        )
        .because("The length is not kept; finding it takes a walk over the whole.")
        .emit();
}

/// Whether finding a length walks over the whole.
fn walks(context: &Context<'_>, measure: NodeId) -> bool {
    let tree = context.tree;
    if tree.kind(measure) == Kind::Member && tree.name(measure) == "length" {
        let Some(inner) = tree.child(measure, Role::Receiver) else { return false };
        let is_spread = tree.kind(inner) == Kind::List
            && tree.children(inner).all(|it| tree.kind(it) == Kind::Spread)
            && tree.children(inner).count() == 1;
        return is_spread || context.called(inner).as_deref() == Some("Array.from");
    }
    let Some(callee) =
        tree.child(measure, Role::Callee).filter(|_| tree.kind(measure) == Kind::Call)
    else {
        return false;
    };
    let receiver = tree.child(callee, Role::Receiver);
    let made_by =
        receiver.and_then(|it| tree.child(it, Role::Callee)).map_or("", |it| tree.name(it));
    match tree.name(callee) {
        "strlen" | "wcslen" | "RuneCountInString" | "RuneCount" => true,
        "count" => matches!(made_by, "chars" | "iter" | "into_iter" | "bytes" | "stream" | "lines"),
        "length" => made_by == "trim",
        "len" => {
            let first = context.arguments(measure).first().copied();
            first.is_some_and(|it| {
                tree.kind(it) == Kind::Cast && context.text(it).starts_with("[]rune")
            })
        }
        _ => false,
    }
}
