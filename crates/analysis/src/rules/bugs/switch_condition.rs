//! `bug/switch-condition`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/switch-condition",
    category: Category::Bug,
    summary: "A case holds a condition instead of a value",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["javascript", "typescript", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a case that is a comparison, or joins values by `||`, `&&` or a comma, in a switch over a value.",
        why: "The switch compares its subject with the outcome, so `case 1 || 2` is `case 1`, and `case x > 1` asks whether the subject is `true`.",
        fix: "Write one `case` for each value, or an `if` for a condition.",
        limits: "A switch over `true` tests conditions, and is left alone.",
        references: &["https://rules.sonarsource.com/javascript/RSPEC-3616/"],
    },
    examples: &[
        Example::bad(
            "javascript",
            "function f(x) { switch (x) { case 1 || 2: go(); } }
                                  ^^^^^^
",
        ),
        Example::bad(
            "javascript",
            "function f(x) { switch (x) { case x > 1: return 1; default: return 2; } }
                                  ^^^^^
",
        ),
        Example::good(
            "javascript",
            "function f(x) { switch (x) { case 1: case 2: go(); } }
",
        ),
        Example::good(
            "javascript",
            "function f(x) { switch (true) { case x > 1: go(); } }
",
        ),
        Example::bad(
            "typescript",
            "function f(x: string): void { switch (x) { case 'a' || 'b': go(); } }
                                                ^^^^^^^^^^
",
        ),
        Example::bad(
            "typescript",
            "function f(x: number): void { switch (x) { case 1, 2: go(); } }
                                                ^^^^
",
        ),
        Example::good(
            "typescript",
            "function f(x: string): void { switch (x) { case 'a': case 'b': go(); } }
",
        ),
        Example::good(
            "typescript",
            "function f(x: number): void { switch (true) { case x > 1 && x < 5: go(); } }
",
        ),
        Example::bad(
            "c",
            "void f(int x) { switch (x) { case 1 || 2: go(); } }
                                  ^^^^^^
",
        ),
        Example::bad(
            "c",
            "void f(int x) { switch (x) { case A && B: go(); } }
                                  ^^^^^^
",
        ),
        Example::good(
            "c",
            "void f(int x) { switch (x) { case 1: case 2: go(); } }
",
        ),
        Example::good(
            "c",
            "void f(int x) { switch (x) { case A | B: go(); } }
",
        ),
        Example::bad(
            "cpp",
            "void f(int x) { switch (x) { case 1 || 2: go(); } }
                                  ^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "void f(int x) { switch (x) { case A || B: go(); } }
                                  ^^^^^^
",
        ),
        Example::good(
            "cpp",
            "void f(int x) { switch (x) { case 1: case 2: go(); } }
",
        ),
        Example::good(
            "cpp",
            "void f(int x) { switch (x) { case A | B: go(); } }
",
        ),
    ],
    kinds: &[Kind::Case],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(pattern) = tree.child(id, Role::Pattern) else { return };
    let switch = tree.node(id).parent;
    let Some(subject) = tree.child(switch, Role::Subject) else { return };
    if matches!(tree.kind(subject), Kind::Boolean | Kind::Compare | Kind::Logical | Kind::Unary) {
        return;
    }
    let said = match tree.kind(pattern) {
        Kind::Logical => "gives one value, and only that is compared with the subject",
        Kind::Compare => "is true or false, and that is compared with the subject",
        Kind::Tuple if tree.flags(pattern).has(Flags::HAS_VALUE) => "is its last value only",
        _ => return,
    };
    let text = context.excerpt(pattern);
    context
        .report(pattern, format!("`{text}` {said}"))
        .because("A case holds the value that the subject is compared with.")
        .emit();
}
