//! `bug/null-for-optional`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/null-for-optional",
    category: Category::Bug,
    summary: "Null where callers never expect it",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports `null` returned as an `Optional` or by `toString` or `clone`, and `nullptr` or 0 returned as a `std::string`.",
        why: "Callers of these go on without a test, and fail. A `std::string` made of a null pointer has no meaning at all.",
        fix: "Return `Optional.empty()`, or an empty text.",
        limits: "Only null that is written in the `return` is seen.",
        references: &["https://errorprone.info/bugpattern/NullOptional"],
    },
    examples: &[
        Example::bad(
            "java",
            "class A { Optional<String> f() { return null; } }
                                        ^^^^
",
        ),
        Example::bad(
            "java",
            "class A { public String toString() { return null; } }
                                            ^^^^
",
        ),
        Example::good(
            "java",
            "class A { Optional<String> f() { return Optional.empty(); } }
",
        ),
        Example::good(
            "java",
            "class A { String f() { return null; } }
",
        ),
        Example::bad(
            "cpp",
            "std::string f() { return nullptr; }
                         ^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "std::string f(bool a) { if (a) { return NULL; } return \"\"; }
                                        ^^^^
",
        ),
        Example::good(
            "cpp",
            "const char* f() { return nullptr; }
",
        ),
        Example::good(
            "cpp",
            "std::string f() { return \"\"; }
",
        ),
    ],
    kinds: &[Kind::Return],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let value = tree.child(id, Role::Value).filter(|it| tree.kind(*it) == Kind::Null);
    let function = tree.enclosing_function(id);
    let (Some(value), Kind::Function) = (value, tree.kind(function)) else { return };
    let Some(given) = tree.child(function, Role::Type) else { return };
    let (text, start) = (context.text(given), tree.span(given).end as usize);
    let after = tree.source().get(start..).unwrap_or("").trim_start();
    let name = tree.child(function, Role::Attribute).or_else(|| tree.child(function, Role::Name));
    let name = name.map_or("", |it| tree.name(it));
    let is_wrong = match context.language.id() {
        "java" => {
            let is_optional =
                text.starts_with("Optional") || text.starts_with("java.util.Optional");
            let is_text = name == "toString" && tree.child(function, Role::Parameter).is_none();
            is_optional && !text.ends_with(']') || is_text
        }
        _ => matches!(text, "std::string" | "string") && !after.starts_with(['*', '&']),
    };
    if !is_wrong || context.is_test_code(id) {
        return;
    }
    let text = context.excerpt(given);
    context
        .report(value, format!("null is given as a `{text}`, which callers do not test"))
        .because("The type promises that there is an object.")
        .emit();
}
