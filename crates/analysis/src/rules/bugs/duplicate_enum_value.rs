//! `bug/duplicate-enum-value`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/duplicate-enum-value",
    category: Category::Bug,
    summary: "Two members of an enumeration have one value",
    severity: Severity::Warning,
    confidence: 0.88,
    languages: &["python", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports a member of an enumeration whose value an earlier member has.",
        why: "The second is another name of the first: comparisons and lookups by value cannot tell the two apart, and usually one of the values was meant to change.",
        fix: "Give the member a value of its own, or, if it is an alias, say so next to it.",
        limits: "Only values that are written as literals are compared.",
        references: &[
            "https://typescript-eslint.io/rules/no-duplicate-enum-values/",
            "https://docs.astral.sh/ruff/rules/non-unique-enums/",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "class Color(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 1
    ^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "class Mode(str, Enum):
    ON = 'on'
    OFF = 'on'
    ^^^^^^^^^^
",
        ),
        Example::good(
            "python",
            "class Color(enum.Enum):
    RED = 1
    GREEN = 2
",
        ),
        Example::good(
            "python",
            "class Limits:
    LOW = 1
    START = 1
",
        ),
        Example::bad(
            "typescript",
            "enum Color { Red = 0, Green = 1, Blue = 0 }
                                 ^^^^^^^^
",
        ),
        Example::bad(
            "typescript",
            "enum Mode { On = 'on', Off = 'on' }
                       ^^^^^^^^^^
",
        ),
        Example::good(
            "typescript",
            "enum Color { Red = 0, Green = 1, Blue = 2 }
",
        ),
        Example::good(
            "typescript",
            "enum Color { Red, Green, Blue }
",
        ),
    ],
    kinds: &[Kind::Class],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_enumeration = match context.language.id() {
        "python" => tree.children_with(id, Role::Base).any(|base| {
            matches!(tree.name(base), "Enum" | "IntEnum" | "StrEnum" | "IntFlag" | "Flag")
        }),
        _ => context.text(id).contains("enum "),
    };
    let Some(body) = tree.child(id, Role::Body).filter(|_| is_enumeration) else { return };
    let mut seen: Vec<(NodeId, NodeId)> = Vec::new();
    for member in tree.children(body) {
        let Some(value) = tree.child(member, Role::Value) else { continue };
        if !matches!(tree.kind(value), Kind::Number | Kind::String) {
            continue;
        }
        let earlier = seen.iter().find(|(_, it)| tree.is_same(*it, value)).map(|(at, _)| *at);
        seen.push((member, value));
        let Some(earlier) = earlier else { continue };
        let text = context.excerpt(value);
        context
            .report(member, format!("an earlier member has the value `{text}`, too"))
            .related(earlier, "has the same value")
            .because("Members of one value are one member with two names.")
            .emit();
    }
}
