//! What a handler catches, and under which name: what the rules about exceptions share.

use crate::ir::{NodeId, Role, Tree};

/// The name a handler gives to what it caught; Python writes it within the pattern.
pub(super) fn caught_name(tree: &Tree, catch: NodeId) -> Option<NodeId> {
    tree.child(catch, Role::Target).or_else(|| {
        let pattern = tree.child(catch, Role::Pattern)?;
        tree.child(pattern, Role::Target)
    })
}
