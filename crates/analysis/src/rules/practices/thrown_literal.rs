//! `practice/thrown-literal`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/thrown-literal",
    category: Category::Practice,
    summary: "Something that is no error is thrown",
    severity: Severity::Warning,
    confidence: 0.95,
    languages: &["cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `throw` of a text or a number. In Python and JavaScript, `bug/not-an-exception` does.",
        why: "Handlers of `std::exception` do not catch it, and it says nothing of its kind.",
        fix: "Throw a class derived from `std::exception`, with the text as its message.",
        limits: "Variables that hold such a value are not followed.",
        references: &[
            "https://isocpp.github.io/CppCoreGuidelines/CppCoreGuidelines#re-exception-types",
        ],
    },
    examples: &[
        Example::bad(
            "cpp",
            "void load() {
    throw \"cannot load\";
          ^^^^^^^^^^^^^ is no error
}
",
        ),
        Example::bad(
            "cpp",
            "int load(int code) {
    if (code) throw 1;
                    ^ is no error
    return code;
}
",
        ),
        Example::good(
            "cpp",
            "void load() {
    throw std::runtime_error(\"cannot load\");
}
",
        ),
        Example::good(
            "cpp",
            "void load() {
    try { read(); } catch (...) { throw; }
}
",
        ),
    ],
    kinds: &[Kind::Raise],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(value) = tree.child(id, Role::Value) else { return };
    let is_plain = tree.kind(value).is_literal();
    if !is_plain || context.is_test_code(id) {
        return;
    }
    let shown = context.excerpt(value);
    context
        .report(value, format!("`{shown}` is no error: it carries no class to catch it by"))
        .because("A literal is thrown as it is.")
        .emit();
}
