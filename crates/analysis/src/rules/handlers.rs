//! What a handler catches, and under which name: what the rules about exceptions share.

use crate::ir::{NodeId, Role, Tree};

/// The name a handler gives to what it caught; Python writes it within the pattern.
pub(super) fn caught_name(tree: &Tree, catch: NodeId) -> Option<NodeId> {
    tree.child(catch, Role::Target).or_else(|| {
        let pattern = tree.child(catch, Role::Pattern)?;
        tree.child(pattern, Role::Target)
    })
}

/// The classes that a handler catches, without the name; nothing if it catches everything.
pub(super) fn caught_classes(tree: &Tree, catch: NodeId) -> Option<NodeId> {
    let pattern = tree.child(catch, Role::Pattern)?;
    match tree.child(pattern, Role::Target) {
        Some(_) => tree.child(pattern, Role::Value),
        None => Some(pattern),
    }
}
