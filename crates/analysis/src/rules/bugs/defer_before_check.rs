//! `bug/defer-before-check`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/defer-before-check",
    category: Category::Bug,
    summary: "A deferred call on what may be nil, before the error is tested",
    severity: Severity::Warning,
    confidence: 0.93,
    languages: &["go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports `defer x.Close()` between the call that gives `x` and an error, and the test of that error.",
        why: "Where the call fails, `x` is nil, and the deferred call panics or fails.",
        fix: "Test the error first, then defer.",
        limits: "Only statements that follow one another are looked at.",
        references: &["https://staticcheck.dev/docs/checks/#SA5001"],
    },
    examples: &[
        Example::bad(
            "go",
            "func f() { h, err := os.Open(p); defer h.Close(); if err != nil { return } }
                                 ^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "go",
            "func f() error { r, err := http.Get(u)
	defer r.Body.Close()
	^^^^^^^^^^^^^^^^^^^^
	if err != nil { return err }
	return nil }
",
        ),
        Example::good(
            "go",
            "func f() { h, err := os.Open(p); if err != nil { return }; defer h.Close() }
",
        ),
        Example::good(
            "go",
            "func f() { mu, ok := g(); defer mu.Unlock(); if ok { return } }
",
        ),
    ],
    kinds: &[Kind::Defer],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let block = tree.node(id).parent;
    let mut before = None;
    let mut after = None;
    for statement in tree.children(block) {
        if statement < id {
            before = Some(statement);
        } else if statement > id {
            after = Some(statement);
            break;
        }
    }
    let (Some(before), Some(after)) = (before, after) else { return };
    let Some(made) = tree.child(before, Role::Target).filter(|it| tree.kind(*it) == Kind::Tuple)
    else {
        return;
    };
    let names: Vec<NodeId> = tree.children(made).collect();
    let [value, error] = names.as_slice() else { return };
    let condition = tree.child(after, Role::Condition).filter(|_| tree.kind(after) == Kind::If);
    let tests = condition
        .and_then(|it| tree.child(it, Role::Left))
        .is_some_and(|it| tree.node(it).symbol == tree.node(*error).symbol);
    let is_error = tree.name(*error).to_ascii_lowercase().ends_with("err");
    let mut at = tree.child(id, Role::Value).and_then(|it| tree.child(it, Role::Callee));
    while let Some(it) = at.filter(|it| tree.kind(*it) == Kind::Member) {
        at = tree.child(it, Role::Receiver);
    }
    let closes = at.is_some_and(|it| tree.node(it).symbol == tree.node(*value).symbol);
    if !tests || !is_error || !closes || context.is_test_code(id) {
        return;
    }
    let name = context.excerpt(*error);
    context
        .report(id, format!("this is deferred before `{name}` is tested"))
        .related(after, "tested here")
        .because("Where the call failed, there is nothing to close.")
        .emit();
}
