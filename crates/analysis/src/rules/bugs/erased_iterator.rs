//! `bug/erased-iterator`.

use crate::findings::{Category, Severity};
use crate::ir::{Access, Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/erased-iterator",
    category: Category::Bug,
    summary: "An iterator is used after its element was erased",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports `erase(it)` in a loop that goes on to move `it`, where the result of `erase` is thrown away.",
        why: "`erase` makes its iterator invalid; moving it has no meaning, and skips an element where it seems to work.",
        fix: "Go on from what `erase` gives: `it = v.erase(it)`, and move only otherwise.",
        limits: "Only loops that move the iterator in their head are looked at.",
        references: &["https://wiki.sei.cmu.edu/confluence/display/cplusplus/CTR51-CPP.+Use+valid+references%2C+pointers%2C+and+iterators+to+reference+elements+of+a+container"],
    },
    examples: &[
        Example::bad("cpp", 
"void f(V& v) { for (auto it = v.begin(); it != v.end(); ++it) { if (*it == 1) { v.erase(it); } } }
                                                                                ^^^^^^^^^^^
"),
        Example::bad("cpp", 
"void f(V& v) { for (auto it = v.begin(); it != v.end(); it++) { v.erase(it); } }
                                                                ^^^^^^^^^^^
"),
        Example::good("cpp", 
"void f(V& v) { for (auto it = v.begin(); it != v.end(); ++it) { if (*it == 1) { v.erase(it); break; } } }
"),
        Example::good("cpp", 
"void f(V& v) { for (auto it = v.begin(); it != v.end();) { it = v.erase(it); } }
"),
    ],
    kinds: &[Kind::ForCount],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let sides = [Role::Update, Role::Body].map(|role| tree.child(id, role));
    let [Some(update), Some(body)] = sides else { return };
    let Some(moved) = tree
        .child(update, Role::Target)
        .filter(|it| tree.kind(update) == Kind::Update && tree.kind(*it) == Kind::Name)
    else {
        return;
    };
    let symbol = tree.node(moved).symbol;
    let found = tree.descendants(body).find(|it| {
        let user = tree.node(*it).parent;
        let is_erasure = tree.kind(user) == Kind::ExpressionStatement
            && context.method(*it).is_some_and(|(_, name)| name == "erase");
        let arguments = if is_erasure { context.arguments(*it) } else { Vec::new() };
        matches!(arguments.as_slice(), [only] if tree.kind(*only) == Kind::Name && tree.node(*only).symbol == symbol)
            && goes_on(tree, user, body)
    });
    let assigns = tree.descendants(body).any(|it| {
        tree.kind(it) == Kind::Name
            && tree.node(it).symbol == symbol
            && tree.node(it).access != Access::Read
    });
    let Some(found) = found.filter(|_| !assigns) else { return };
    let name = context.excerpt(moved);
    context
        .report(found, format!("`{name}` is moved on after its element was erased"))
        .related(update, "moved here")
        .because("`erase` makes the iterator invalid.")
        .emit();
}

/// Whether nothing after a statement leaves the loop for sure.
fn goes_on(tree: &Tree, statement: NodeId, body: NodeId) -> bool {
    let block = tree.node(statement).parent;
    let leaves = |block: NodeId| {
        tree.children(block).any(|it| {
            it > statement
                && matches!(tree.kind(it), Kind::Break | Kind::Return | Kind::Raise | Kind::Goto)
        })
    };
    let mut around = tree.ancestors(statement).take_while(|it| it.0 >= body.0);
    !leaves(block) && !around.any(leaves)
}
