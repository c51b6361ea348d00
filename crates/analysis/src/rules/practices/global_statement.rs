//! `practice/global-statement`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/global-statement",
    category: Category::Practice,
    summary: "A function changes a variable of the module",
    severity: Severity::Hint,
    confidence: 0.9,
    languages: &["python"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `global` statements of functions that assign to the variable.",
        why: "What a call does depends on the calls before it; threads and tests get into each other's way.",
        fix: "Hand the value in and out, or keep it in an object.",
        limits: "A cache that is filled once is reported, too.",
        references: &[
            "https://pylint.readthedocs.io/en/stable/user_guide/messages/warning/global-statement.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "count = 0

def next_number():
    global count
    ^^^^^^^^^^^^ for all calls
    count += 1
    return count
",
        ),
        Example::bad(
            "python",
            "state = None

def load(path):
    global state
    ^^^^^^^^^^^^ for all calls
    state = read(path)
",
        ),
        Example::good(
            "python",
            "def counter():
    count = 0
    def step():
        nonlocal count
        count += 1
    return step
",
        ),
        Example::good(
            "python",
            "def load(state):
    state.path = 3
",
        ),
    ],
    kinds: &[Kind::OuterScope],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let text = context.text(id);
    if !text.starts_with("global ") || context.is_test_code(id) {
        return;
    }
    let names = context.excerpt(id).trim_start_matches("global ").to_owned();
    let is_in_function = tree.ancestors(id).any(|it| tree.kind(it) == Kind::Function);
    if !is_in_function {
        return;
    }
    context
        .report(id, format!("`{names}` is changed here for all calls of everybody"))
        .because("`global` is needed only to assign to a variable of the module.")
        .emit();
}
