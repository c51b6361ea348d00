//! Candidates at calls: arguments that change places, and calls that are waited for.

use analysis::ir::{Flags, Kind, NodeId, Role};
use analysis::text::Span;
use smallvec::SmallVec;

use super::{Candidate, Collector, Edit, Payload, Piece, RewriteKind};

/// With more arguments than this, only neighbours change places.
const ALL_PAIRS: usize = 4;
/// Calls with more arguments are tables.
const MOST_ARGUMENTS: usize = 9;

impl Collector<'_> {
    pub(super) fn calls(&mut self) {
        let in_async = self.in_async();
        for id in self.tree.ids().filter(|id| self.tree.kind(*id) == Kind::Call) {
            let callee = self.tree.child(id, Role::Callee);
            let Some(at) = callee.and_then(|it| self.heads.of(it)).or_else(|| self.heads.of(id))
            else {
                continue;
            };
            self.swaps(id, at);
            if in_async.get(id.index()).copied().unwrap_or(false) {
                self.waiting(id, at);
            }
        }
    }

    fn swaps(&mut self, call: NodeId, at: u32) {
        // Python's comprehension as the only argument is no list of arguments; named ones may
        // stand in any order anyway.
        let arguments: SmallVec<[NodeId; MOST_ARGUMENTS]> = self
            .tree
            .children_with(call, Role::Argument)
            .take_while(|it| !matches!(self.tree.kind(*it), Kind::Argument | Kind::Spread))
            .take(MOST_ARGUMENTS)
            .collect();
        let count = arguments.len();
        let reach = if count <= ALL_PAIRS { count } else { 1 };
        let mut offered: SmallVec<[Candidate; 8]> = SmallVec::new();
        for (index, first) in arguments.iter().enumerate() {
            for second in arguments.iter().skip(index + 1).take(reach) {
                offered.extend(self.swap(*first, *second));
            }
        }
        self.group(RewriteKind::Swap, at, offered);
    }

    fn swap(&self, first: NodeId, second: NodeId) -> Option<Candidate> {
        let spans = (self.tree.span(first), self.tree.span(second));
        if self.tree.text(first) == self.tree.text(second) || spans.0.end > spans.1.start {
            return None;
        }
        let positions = (self.heads.of(first)?, self.heads.of(second)?);
        Some(Candidate {
            payload: Payload::Positions(positions.0, positions.1),
            edit: Edit::Swap(spans.0, spans.1),
        })
    }

    fn waiting(&mut self, call: NodeId, at: u32) {
        let node = self.tree.node(call);
        let parent = self.tree.kind(node.parent);
        let is_suffix = self.spelling.await_is_suffix();
        let is_link = matches!(parent, Kind::Member | Kind::Call) && node.role != Role::Argument;
        if matches!(parent, Kind::Await | Kind::Spawn)
            || node.flags.has(Flags::CONSTRUCT)
            || (is_link && !is_suffix)
        {
            return;
        }
        let (offset, text) =
            if is_suffix { (node.span.end, ".await") } else { (node.span.start, "await ") };
        let edit = Edit::Replace(Span::new(offset, offset), Piece::Text(text));
        self.single(RewriteKind::Await, at, edit);
    }

    /// For each node, whether the nearest function around it is `async`.
    fn in_async(&self) -> Vec<bool> {
        let mut within = vec![false; self.tree.len()];
        for id in self.tree.ids() {
            let node = self.tree.node(id);
            let inherited = within.get(node.parent.index()).copied().unwrap_or(false);
            let own =
                if node.kind.is_function() { node.flags.has(Flags::ASYNC) } else { inherited };
            if let Some(slot) = within.get_mut(id.index()) {
                *slot = own;
            }
        }
        within
    }
}
