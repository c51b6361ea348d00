//! How code asks for the length of a collection: what the rules about indices share.

use super::{ByLanguage, Context};
use crate::ir::{Kind, NodeId, Role};

/// Functions and members.
type Members = (&'static [&'static str], &'static [&'static str]);

/// What gives the length, by language: a function of the collection, or a member or method of it.
const LENGTHS: ByLanguage<Members> = &[
    (&["python", "go"], (&["len"], &[])),
    (&["javascript", "typescript"], (&[], &["length"])),
    (&["java"], (&[], &["length", "size"])),
    (&["rust"], (&[], &["len"])),
    (&["cpp"], (&[], &["size", "length"])),
];

/// The collection whose length an expression gives.
pub(super) fn measured(context: &Context<'_>, length: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let (functions, members) = context.in_language(LENGTHS)?;
    match tree.kind(length) {
        Kind::Call => {
            let callee = tree.child(length, Role::Callee)?;
            match tree.kind(callee) {
                Kind::Member if members.contains(&tree.name(callee)) => {
                    tree.child(callee, Role::Receiver)
                }
                Kind::Name if functions.contains(&tree.name(callee)) => {
                    tree.child(length, Role::Argument)
                }
                _ => None,
            }
        }
        Kind::Member if members.contains(&tree.name(length)) => tree.child(length, Role::Receiver),
        _ => None,
    }
}
