//! Candidates: the rewrites of a unit that may repair it.
//!
//! Which rewrites are listed decides what the network can find. Each is the inverse of another, so
//! that whatever slip is made on purpose in training is among the candidates of the result. The
//! number of candidates at one position is bounded, so the list is linear in the unit.

mod calls;
mod conditions;
mod names;
mod operations;

use analysis::facts::Bindings;
use analysis::ir::{Flags, Kind, NodeId, Role, Tree};
use analysis::text::Span;

use super::rewrite::{Candidate, Edit, Group, Payload, Piece, RewriteKind};
use super::spelling::Spelling;
use super::{Features, Heads};

/// Functions whose arguments are bounds: a literal there is off by one as easily as an index.
const TAKES_BOUNDS: &[&str] = &[
    "range",
    "slice",
    "substring",
    "substr",
    "subSequence",
    "subList",
    "splice",
    "rangeInclusive",
];

/// What the families of candidates work with.
struct Collector<'a> {
    tree: &'a Tree,
    bindings: &'a Bindings,
    heads: &'a Heads,
    spelling: Spelling,
    groups: Vec<Group>,
    candidates: Vec<Candidate>,
}

/// Lists the unit's candidates, ordered by position.
pub(super) fn collect(features: &mut Features<'_>, bindings: &Bindings, heads: &Heads) {
    let mut collector = Collector {
        tree: features.tree,
        bindings,
        heads,
        spelling: Spelling::of(features.language),
        groups: Vec::new(),
        candidates: Vec::new(),
    };
    collector.names(features);
    collector.operations(features);
    collector.conditions();
    collector.calls();
    let Collector { mut groups, candidates, .. } = collector;
    groups.sort_by_key(|group| (group.position, group.kind));
    for group in &mut groups {
        let run = candidates.get(group.start as usize..group.end as usize).unwrap_or_default();
        group.start = features.candidates.len() as u32;
        features.candidates.extend_from_slice(run);
        group.end = features.candidates.len() as u32;
    }
    features.groups = groups;
}

impl Collector<'_> {
    /// Adds a group, unless it is empty.
    fn group(
        &mut self,
        kind: RewriteKind,
        position: u32,
        candidates: impl IntoIterator<Item = Candidate>,
    ) {
        let start = self.candidates.len() as u32;
        self.candidates.extend(candidates);
        let end = self.candidates.len() as u32;
        if end > start {
            self.groups.push(Group { kind, position, start, end });
        }
    }

    /// A group of one candidate that needs no payload.
    fn single(&mut self, kind: RewriteKind, position: u32, edit: Edit) {
        self.group(kind, position, [Candidate { payload: Payload::None, edit }]);
    }

    /// Whether a node stands where an off-by-one is made: at a comparison by size, in an index or
    /// range, or among arguments that are bounds.
    fn is_bound(&self, id: NodeId) -> bool {
        let node = self.tree.node(id);
        let parent = self.tree.node(node.parent);
        match parent.kind {
            Kind::Compare => {
                use analysis::ir::Operator as O;
                matches!(parent.operator, O::Less | O::LessEqual | O::Greater | O::GreaterEqual)
            }
            Kind::Index => node.role == Role::Index,
            Kind::Range => true,
            Kind::Call => {
                let callee = self.tree.child(node.parent, Role::Callee);
                node.role == Role::Argument
                    && callee.is_some_and(|it| TAKES_BOUNDS.contains(&self.tree.name(it)))
            }
            _ => false,
        }
    }

    /// Whether the node is missing a part that the parser could not read.
    fn is_damaged(&self, id: NodeId) -> bool {
        self.tree.flags(id).has(Flags::DAMAGED)
    }
}

/// A candidate that puts `piece` where `span` is, and shows it to the network.
fn replacing(span: Span, piece: Piece) -> Candidate {
    Candidate { payload: Payload::Piece(piece), edit: Edit::Replace(span, piece) }
}
