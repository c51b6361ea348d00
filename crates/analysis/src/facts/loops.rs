//! Loop nesting: which loop a node is evaluated in, again and again.

use crate::ir::{Kind, NodeId, Role, Tree};

/// The innermost loop (or comprehension) that evaluates the node once a round, within its own
/// function. A loop's iterable and initialiser are evaluated once and do not count.
pub fn innermost(tree: &Tree, id: NodeId) -> Option<NodeId> {
    around(tree, id).next()
}

/// All loops around the node within its own function, the innermost first.
pub fn around(tree: &Tree, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let mut inner = id;
    tree.ancestors(id).take_while(|it| !tree.kind(*it).is_function()).filter(move |outer| {
        let from = std::mem::replace(&mut inner, *outer);
        repeats(tree, *outer, from)
    })
}

/// Whether `outer` evaluates its child `from` once a round.
fn repeats(tree: &Tree, outer: NodeId, from: NodeId) -> bool {
    let role = tree.role(from);
    match tree.kind(outer) {
        Kind::ForEach => role == Role::Body,
        Kind::ForCount => matches!(role, Role::Body | Role::Condition | Role::Update),
        Kind::While | Kind::Infinite => role != Role::Else,
        Kind::Comprehension => {
            // All but the first clause.
            tree.children(outer).find(|it| tree.kind(*it) == Kind::ComprehensionFor) != Some(from)
        }
        _ => false,
    }
}

/// Whether any binding written inside the loop is used below `id`, so that its value may differ
/// from round to round.
pub fn depends_on_loop(
    tree: &Tree,
    bindings: &super::Bindings,
    id: NodeId,
    loop_node: NodeId,
) -> bool {
    tree.descendants(id).chain([id]).filter(|it| tree.kind(*it) == Kind::Name).any(|name| {
        bindings.resolve(name).is_some_and(|binding| {
            bindings.definitions(tree, binding).any(|it| tree.is_within(it, loop_node))
        })
    })
}
