//! `bug/misread-literal`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/misread-literal",
    category: Category::Bug,
    summary: "A literal that means another value than it shows",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports whole numbers with more digits than a number can hold, numbers that a leading zero makes octal, and patterns for `RegExp` whose backslashes the text swallows.",
        why: "The program runs with another value: `9007199254740993` is `9007199254740992`, `071` is 57, and `\"\\d+\"` is `d+`.",
        fix: "Write a `BigInt` or a text, `0o71` or `71`, and `\"\\\\d+\"`.",
        limits: "Patterns are read only where they are written in the call.",
        references: &["https://eslint.org/docs/latest/rules/no-loss-of-precision"],
    },
    examples: &[
        Example::bad(
            "javascript",
            "const x = 9007199254740993;
          ^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "javascript",
            "const x = 071;
          ^^^
",
        ),
        Example::bad(
            "javascript",
            "const r = new RegExp(\"\\d+\");
                     ^^^^^
",
        ),
        Example::good(
            "javascript",
            "const x = 9007199254740991n + 9007199254740993n;
",
        ),
        Example::good(
            "javascript",
            "const r = new RegExp(\"\\\\d+\\n\"), y = 0.10;
",
        ),
        Example::bad(
            "typescript",
            "const x: number = 9007199254740993;
                  ^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "typescript",
            "const r = new RegExp(\"a\\.b\");
                     ^^^^^^
",
        ),
        Example::good(
            "typescript",
            "const x: number = 9007199254740992;
",
        ),
        Example::good(
            "typescript",
            "const r = new RegExp(\"a\\\\.b\");
",
        ),
    ],
    kinds: &[Kind::Number, Kind::Call],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    if context.tree.kind(id) == Kind::Number {
        number(context, id);
        return;
    }
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    if tree.name(callee) != "RegExp" || tree.kind(callee) != Kind::Name {
        return;
    }
    let Some(pattern) = context.arguments(id).first().copied() else { return };
    let text = context.text(pattern);
    if tree.kind(pattern) != Kind::String || text.starts_with('`') {
        return;
    }
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            continue;
        }
        let Some(next) = letters.next() else { return };
        if "dDwWsS.()[]{}+*?|^$".contains(next) {
            context
                .report(
                    pattern,
                    format!("the text swallows the backslash: the pattern has `{next}`"),
                )
                .because("In a text, a backslash has to be written twice.")
                .emit();
            return;
        }
    }
}

fn number(context: &mut Context<'_>, id: NodeId) {
    let text = context.text(id).replace('_', "");
    if text.is_empty() || !text.bytes().all(|it| it.is_ascii_digit()) {
        return;
    }
    let is_octal = text.len() > 1 && text.starts_with('0') && text.bytes().all(|it| it < b'8');
    if is_octal && text.bytes().any(|it| it != b'0') {
        let Ok(value) = i64::from_str_radix(&text, 8) else { return };
        context
            .report(id, format!("the leading zero makes this octal: it is {value}"))
            .because("Octal numbers are written with `0o`.")
            .emit();
        return;
    }
    let digits = text.trim_end_matches('0').len();
    let Ok(value) = text.parse::<u128>() else { return };
    // Up to there, every whole number has a form of its own.
    if digits < 16 || value <= 1 << 53 {
        return;
    }
    let shift = (128 - value.leading_zeros()).saturating_sub(53);
    if value >> shift << shift == value {
        return;
    }
    context
        .report(id, "this number has more digits than a number can hold")
        .because("Numbers have 53 bits for their digits.")
        .emit();
}
