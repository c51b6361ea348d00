//! `bug/same-in-assertion`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/same-in-assertion",
    category: Category::Bug,
    summary: "An assertion compares a value with itself",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["rust"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports `assert_eq!(a, a)` and `assert_ne!(a, a)` with two arguments that are written the same.",
        why: "The assertion holds, or fails, whatever the code does: it tests nothing.",
        fix: "Compare with the value that is expected.",
        limits: "Arguments with a call are left alone, as two calls may give two values.",
        references: &["https://rust-lang.github.io/rust-clippy/master/index.html#eq_op"],
    },
    examples: &[
        Example::bad(
            "rust",
            "fn f(a: i32) { assert_eq!(a, a); }
               ^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "rust",
            "fn f(a: S) { debug_assert_ne!(a.x, a.x); }
             ^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "rust",
            "fn f(a: i32, b: i32) { assert_eq!(a, b); }
",
        ),
        Example::good(
            "rust",
            "fn f(a: i32) { assert_eq!(next(), next()); }
",
        ),
    ],
    kinds: &[Kind::Macro],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let name = context.tree.name(id);
    if !matches!(name, "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne") {
        return;
    }
    let text = context.text(id);
    let inside = text.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    let mut parts = inside.unwrap_or("").split(',').map(str::trim);
    let (Some(left), Some(right)) = (parts.next(), parts.next()) else { return };
    let is_plain = |it: &str| !it.is_empty() && !it.contains(['(', '[', '{', '"', '\'', '!', '<']);
    if left != right || !is_plain(left) {
        return;
    }
    let left = left.to_owned();
    context
        .report(id, format!("`{left}` is compared with itself"))
        .because("Both arguments are written the same.")
        .emit();
}
