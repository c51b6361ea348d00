//! `bug/unhashable-key`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/unhashable-key",
    category: Category::Bug,
    summary: "A key that cannot be hashed",
    severity: Severity::Error,
    confidence: 0.97,
    languages: &["python"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports lists, dictionaries and sets as a dictionary's key, or in a set.",
        why: "Python raises a `TypeError` there, always.",
        fix: "Use a tuple or a `frozenset`.",
        limits: "Only literals are seen.",
        references: &["https://docs.python.org/3/glossary.html#term-hashable"],
    },
    examples: &[
        Example::bad(
            "python",
            "def f():
    return {[1]: 2}
            ^^^
",
        ),
        Example::bad(
            "python",
            "def f(x):
    return {1, [x]}
               ^^^
",
        ),
        Example::good(
            "python",
            "def f():
    return {(1,): [2]}
",
        ),
        Example::good(
            "python",
            "def f(x):
    return {1, x}
",
        ),
    ],
    kinds: &[Kind::Pair, Kind::Set],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let found = match tree.kind(id) {
        Kind::Pair if tree.kind(tree.node(id).parent) == Kind::Map => tree.child(id, Role::Key),
        Kind::Set => tree.children(id).find(|it| is_unhashable(tree, *it)),
        _ => None,
    };
    let Some(found) = found.filter(|it| is_unhashable(tree, *it)) else { return };
    if context.is_in_test(id) {
        return;
    }
    context
        .report(found, "this cannot be hashed, and so cannot be a key")
        .because("Lists, dictionaries and sets have no hash.")
        .emit();
}

fn is_unhashable(tree: &Tree, id: NodeId) -> bool {
    matches!(tree.kind(id), Kind::List | Kind::Map | Kind::Set)
}
