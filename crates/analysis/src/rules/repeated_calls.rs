//! Calls that every round of a loop repeats: what several rules about costly calls ask, each with
//! its own table of calls.

use std::borrow::Cow;

use super::Context;
use crate::facts::loops;
use crate::facts::paths::ends_in;
use crate::ir::{Flags, Kind, NodeId, Role};

/// The entry of a table for what a call calls. Classes are known by their full path; code that
/// imports a whole package names them without.
pub(super) fn known_call<'t, T>(
    context: &Context<'_>,
    call: NodeId,
    table: &'t [(&'static str, T)],
) -> Option<(&'static str, &'t T)> {
    let tree = context.tree;
    // Most calls end in a name that no such path ends in: no path has to be put together.
    let callee = tree.child(call, Role::Callee);
    let last = callee.map_or("", |callee| tree.name(callee));
    // A plain name may be the one that a path was imported as.
    let is_open = last.is_empty() || callee.is_some_and(|it| tree.kind(it) == Kind::Name);
    let mut candidates =
        table.iter().filter(|(known, _)| is_open || ends_in(known, last)).peekable();
    candidates.peek()?;
    let path = context.called(call)?;
    // What JavaScript's modules export by default goes by the module's own name.
    let is_default = path.contains(".default");
    let path = if is_default { Cow::Owned(path.replace(".default", "")) } else { path };
    let without_package = context.knowledge().imports_whole_packages;
    candidates
        .find(|(known, _)| is_path(&path, known, without_package))
        .map(|(known, value)| (*known, value))
}

/// Whether a path is the known one, or its end from a class on.
fn is_path(path: &str, known: &str, without_package: bool) -> bool {
    path == known
        || without_package
            && path.starts_with(char::is_uppercase)
            && known.strip_suffix(path).is_some_and(|package| {
                package.ends_with('.') && !package.contains(char::is_uppercase)
            })
}

/// The loop that makes a call with the same arguments in each round.
pub(super) fn same_each_round(context: &Context<'_>, call: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    if is_kept(context, call) {
        return None;
    }
    let bindings = &context.facts.bindings;
    // The outermost that changes nothing of it: that is how far out it can be moved.
    let same = context.busy_loops(call).into_iter().take_while(|it| {
        !loops::depends_on_loop(tree, bindings, call, *it) && is_over_elements(context, *it)
    });
    same.filter(|it| !loops::is_retry(tree, *it) && !is_guarded(context, call, *it)).last()
}

/// Whether a loop runs over elements or counts, rather than until something happens. A `for` whose
/// head does not go on to the next (`for (job = first; job;)`) leaves it to the body whether to try
/// the same one again.
pub(super) fn is_over_elements(context: &Context<'_>, loop_node: NodeId) -> bool {
    let tree = context.tree;
    match tree.kind(loop_node) {
        Kind::While | Kind::Infinite => false,
        Kind::ForCount => tree.child(loop_node, Role::Update).is_some(),
        _ => true,
    }
}

/// Whether what a call gives outlives the round by its own declaration.
fn is_kept(context: &Context<'_>, call: NodeId) -> bool {
    let tree = context.tree;
    let parent = tree.node(call).parent;
    tree.flags(parent).has(Flags::STATIC)
        || tree.flags(tree.node(parent).parent).has(Flags::STATIC)
        // `connections.append(connect())`, `return connect()`: each round gives one of its own.
        || matches!(tree.kind(parent), Kind::Return | Kind::List | Kind::Pair | Kind::Yield)
        || (tree.kind(parent) == Kind::Call && tree.role(call) == Role::Argument)
        || matches!(tree.role(call), Role::Body)
        || (tree.kind(parent) == Kind::Assign
            && tree.child(parent, Role::Target).is_some_and(|it| tree.kind(it) != Kind::Name))
}

/// Whether a test within the loop looks at the variable that gets the call's value, as one does to
/// make it once.
fn is_guarded(context: &Context<'_>, call: NodeId, loop_node: NodeId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let statement = tree.node(call).parent;
    let Some(target) = tree.child(statement, Role::Target) else { return false };
    let Some(binding) = bindings.resolve(target) else { return false };
    tree.ancestors(call).take_while(|it| *it != loop_node).any(|it| {
        let condition = tree.child(it, Role::Condition);
        condition.is_some_and(|condition| {
            let mut names = tree.descendants(condition).chain([condition]);
            names.any(|name| bindings.resolve(name) == Some(binding))
        })
    })
}
