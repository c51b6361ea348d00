//! Sketches: so much of a function's shape that two sketches tell how alike their functions are.
//!
//! What is compared are all rows of four neighbouring nodes of the tree, with the names of what is
//! called and accessed, but without those of variables and without the values of literals. A sketch
//! keeps the least hash of each of 64 groups of such rows (Li, Owen and Zhang, *One Permutation
//! Hashing*, 2012); the share of groups whose least hashes agree is an estimate of the share of rows
//! that two functions have in common.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use crate::ir::{Kind, NodeId, Role, Tree};

/// Groups of hashes.
const GROUPS: usize = 64;
/// Groups that are looked up together.
const ROWS: usize = 8;
/// Nodes in a row.
const LENGTH: usize = 4;
/// What stands for a group without any row.
const NONE: u16 = u16::MAX;
/// A function of fewer nodes says too little to be compared.
const FEWEST_NODES: usize = 40;

/// The sketch of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    least: [u16; GROUPS],
    /// The function's nodes.
    pub nodes: u32,
    /// The function's lines.
    pub lines: u32,
}

impl Sketch {
    /// Sketches the function of a unit; nothing where there is none, or little.
    pub fn of_unit(tree: &Tree) -> Option<Box<Self>> {
        if tree.kind(NodeId::ROOT) == Kind::Module || tree.len() < FEWEST_NODES {
            return None;
        }
        let mut least = [NONE; GROUPS];
        let mut row = [0_u64; LENGTH];
        for (at, id) in tree.ids().enumerate() {
            row.rotate_left(1);
            if let Some(last) = row.last_mut() {
                *last = token(tree, id);
            }
            if at + 1 < LENGTH {
                continue;
            }
            let mut hasher = FxHasher::default();
            for token in row {
                hasher.write_u64(token);
            }
            // The lower bits of this hash are weak.
            let hash = hasher.finish().wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let value = ((hash >> 32) as u16).min(NONE - 1);
            if let Some(slot) = least.get_mut((hash >> 58) as usize) {
                *slot = (*slot).min(value);
            }
        }
        let lines = tree.source().lines().count() as u32;
        Some(Box::new(Self { least, nodes: tree.len() as u32, lines }))
    }

    /// How alike two functions are, 0 to 1.
    pub fn similarity(&self, other: &Self) -> f32 {
        let (few, many) = (self.nodes.min(other.nodes), self.nodes.max(other.nodes));
        // What is far longer cannot be the same.
        if few * 3 < many * 2 {
            return 0.0;
        }
        let (mut same, mut told) = (0_u32, 0_u32);
        for (one, two) in self.least.iter().zip(&other.least) {
            told += u32::from(*one != NONE || *two != NONE);
            same += u32::from(one == two && *one != NONE);
        }
        if told == 0 { 0.0 } else { same as f32 / told as f32 }
    }

    /// Keys of which two functions that are nearly the same have at least one in common.
    pub(super) fn keys(&self) -> impl Iterator<Item = u64> + '_ {
        self.least.chunks(ROWS).enumerate().map(|(at, rows)| {
            let mut hasher = FxHasher::default();
            hasher.write_usize(at);
            for row in rows {
                hasher.write_u16(*row);
            }
            hasher.finish()
        })
    }
}

/// What of a node is compared.
fn token(tree: &Tree, id: NodeId) -> u64 {
    let node = tree.node(id);
    let mut hasher = FxHasher::default();
    hasher.write_u8(node.kind as u8);
    hasher.write_u8(node.operator as u8);
    let is_named = matches!(node.kind, Kind::Attribute | Kind::Member | Kind::Macro)
        || node.role == Role::Callee && node.kind == Kind::Name
        || node.kind == Kind::Type;
    // What the function itself is called does not matter.
    if is_named && node.role != Role::Name {
        let name = match node.kind {
            Kind::Type => tree.text(id),
            _ => tree.name(id),
        };
        hasher.write(name.as_bytes());
    }
    hasher.finish()
}
