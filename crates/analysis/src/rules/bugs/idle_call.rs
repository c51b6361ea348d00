//! `bug/idle-call`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/idle-call",
    category: Category::Bug,
    summary: "A call that only gives a value, as a statement",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports calls of `std::remove`, `std::unique`, `std::async` and constructors of exceptions whose value is thrown away.",
        why: "`std::remove` and `std::unique` only move elements and tell where the rest begins; the future of `std::async` waits at once; an exception that is not thrown does nothing.",
        fix: "Erase what is left over, keep the future, or throw.",
        limits: "Only the calls above are known.",
        references: &["https://en.cppreference.com/w/cpp/algorithm/remove"],
    },
    examples: &[
        Example::bad(
            "cpp",
            "void f(std::vector<int>& v) { std::remove(v.begin(), v.end(), 1); }
                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "void f(int x) { if (x < 0) { std::runtime_error(\"bad\"); } }
                             ^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "void f(std::vector<int>& v) { v.erase(std::remove(v.begin(), v.end(), 1), v.end()); }
",
        ),
        Example::good(
            "cpp",
            "void f(const char* path) { std::remove(path); }
",
        ),
    ],
    kinds: &[Kind::ExpressionStatement],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let mut children = tree.children(id);
    let (Some(call), None) = (children.next(), children.next()) else { return };
    let Some(called) = context.called(call) else { return };
    let count = context.arguments(call).len();
    let said = match called.as_ref() {
        "std.remove" | "std.remove_if" if count > 1 => {
            "the elements are moved to the end, but stay there"
        }
        "std.unique" => "the elements are moved to the end, but stay there",
        "std.async" => "nobody keeps the future, so this waits for it at once",
        "std.runtime_error"
        | "std.logic_error"
        | "std.invalid_argument"
        | "std.out_of_range"
        | "std.domain_error"
        | "std.length_error" => "the exception is made, but not thrown",
        _ => return,
    };
    if context.is_test_code(id) {
        return;
    }
    context.report(call, said).because("The value of the call is thrown away.").emit();
}
