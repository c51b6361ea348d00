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

/// Whether the loop runs over fewer than `limit` constants: a literal collection, or a range of
/// numbers.
pub fn is_short(tree: &Tree, loop_node: NodeId, limit: usize) -> bool {
    let clause = match tree.kind(loop_node) {
        Kind::Comprehension => {
            tree.children(loop_node).find(|it| tree.kind(*it) == Kind::ComprehensionFor)
        }
        _ => Some(loop_node),
    };
    let Some(iterable) = clause.and_then(|it| tree.child(it, Role::Iterable)) else { return false };
    let numbers = |id: NodeId| -> Vec<usize> {
        let leaves = tree.descendants(id).filter(|it| tree.kind(*it) == Kind::Number);
        leaves.map(|it| tree.text(it).parse().unwrap_or(usize::MAX)).collect()
    };
    match tree.kind(iterable) {
        Kind::List | Kind::Tuple | Kind::Set => tree.children(iterable).count() < limit,
        Kind::Call | Kind::Range => {
            let is_range = tree.kind(iterable) == Kind::Range
                || tree.child(iterable, Role::Callee).is_some_and(|it| tree.text(it) == "range");
            let all_constant = tree
                .children(iterable)
                .filter(|it| tree.role(*it) != Role::Callee)
                .all(|it| matches!(tree.kind(it), Kind::Number | Kind::Operator));
            let numbers = numbers(iterable);
            is_range && all_constant && !numbers.is_empty() && numbers.iter().all(|it| *it < limit)
        }
        _ => false,
    }
}
