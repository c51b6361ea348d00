//! `bug/throwing-destructor`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/throwing-destructor",
    category: Category::Bug,
    summary: "A destructor that throws",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports `throw` in a destructor, outside a `try` block.",
        why: "Destructors do not let exceptions through unless they say so: the program ends at once.",
        fix: "Note the failure, or offer a method that closes and may throw.",
        limits: "What the destructor calls is not followed.",
        references: &[
            "https://wiki.sei.cmu.edu/confluence/display/cplusplus/DCL57-CPP.+Do+not+let+exceptions+escape+from+destructors+or+deallocation+functions",
        ],
    },
    examples: &[
        Example::bad(
            "cpp",
            "struct A { ~A() { throw 1; } };
                  ^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "struct A { ~A() { if (open_) { throw Error(\"open\"); } } };
                               ^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "struct A { ~A() noexcept(false) { throw 1; } };
",
        ),
        Example::good(
            "cpp",
            "struct A { ~A() { try { throw 1; } catch (...) { } } };
",
        ),
    ],
    kinds: &[Kind::Raise],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let function = tree.enclosing_function(id);
    let name = tree.child(function, Role::Attribute).or_else(|| tree.child(function, Role::Name));
    let is_destructor = tree.kind(function) == Kind::Function
        && name.is_some_and(|it| {
            tree.name(it).rsplit([':', '.']).next().unwrap_or("").starts_with('~')
        });
    let is_caught = tree
        .ancestors(id)
        .take_while(|it| *it != function)
        .any(|it| matches!(tree.kind(it), Kind::Try | Kind::Catch));
    let Some(body) = tree.child(function, Role::Body) else { return };
    let start = tree.span(function).start as usize;
    let head = tree.source().get(start..tree.span(body).start as usize).unwrap_or("");
    if !is_destructor || is_caught || head.contains("noexcept") || context.is_test_code(id) {
        return;
    }
    context
        .report(id, "an exception does not leave a destructor: the program ends here")
        .because("A destructor is `noexcept` unless it says otherwise.")
        .emit();
}
