//! Which bindings are in force at a place of the text: for each symbol a stack, innermost on top,
//! kept while [`resolve`](super::resolve) walks the names in order.

use super::bindings::{BindingId, Bindings};
use crate::ir::{NodeId, Symbol, Tree};

/// The bindings in force at the name that the walk has reached.
pub(super) struct InForce {
    /// For each symbol, the top of its stack.
    tops: Vec<Option<BindingId>>,
    /// For each binding, what lies under it in its symbol's stack.
    below: Vec<Option<BindingId>>,
    /// For each symbol, the binding that the text declared last.
    latest: Vec<Option<BindingId>>,
    /// Bindings in the order of the text at which they come into force.
    by_start: Vec<(NodeId, BindingId)>,
    next_start: usize,
    /// The next binding that the text declares.
    next_declared: usize,
    /// What was pushed and not popped yet, with the node at which its scope ends; the ends do
    /// not rise towards the top, since scopes nest.
    pushed: Vec<(NodeId, BindingId)>,
}

impl InForce {
    /// Before the first name of a unit.
    pub(super) fn new(tree: &Tree, bindings: &Bindings) -> Self {
        let start_of = |(id, binding): (BindingId, &super::Binding)| {
            let opens = bindings.scope(binding.scope).map_or(NodeId::ROOT, |scope| scope.node);
            (opens.max(binding.visible_from), id)
        };
        let mut by_start: Vec<_> = bindings.iter().map(start_of).collect();
        by_start.sort_unstable();
        Self {
            tops: vec![None; tree.symbol_count()],
            below: vec![None; by_start.len()],
            latest: vec![None; tree.symbol_count()],
            by_start,
            next_start: 0,
            next_declared: 0,
            pushed: Vec::new(),
        }
    }

    /// Goes on to a name that stands after the last one.
    pub(super) fn advance(&mut self, tree: &Tree, bindings: &Bindings, name: NodeId) {
        while let Some((start, id)) = self.by_start.get(self.next_start).copied()
            && start <= name
        {
            self.next_start += 1;
            self.pop_until(bindings, start);
            self.push(tree, bindings, id);
        }
        self.pop_until(bindings, name);
        while let Some(binding) = bindings.binding(BindingId(self.next_declared as u32))
            && binding.declared_at <= name
        {
            if let Some(slot) = self.latest.get_mut(binding.symbol.0 as usize) {
                *slot = Some(BindingId(self.next_declared as u32));
            }
            self.next_declared += 1;
        }
    }

    fn push(&mut self, tree: &Tree, bindings: &Bindings, id: BindingId) {
        let Some(binding) = bindings.binding(id) else { return };
        let Some(scope) = bindings.scope(binding.scope) else { return };
        let end = match scope.node {
            NodeId::ROOT => NodeId(tree.len() as u32 + 1),
            node => tree.node(node).subtree_end,
        };
        let top = self.tops.get_mut(binding.symbol.0 as usize);
        if let (Some(top), Some(below)) = (top, self.below.get_mut(id.0 as usize)) {
            *below = top.replace(id);
            self.pushed.push((end, id));
        }
    }

    fn pop_until(&mut self, bindings: &Bindings, place: NodeId) {
        while let Some((end, id)) = self.pushed.last().copied()
            && end <= place
        {
            self.pushed.pop();
            let symbol = bindings.binding(id).map_or(0, |binding| binding.symbol.0 as usize);
            if let Some(top) = self.tops.get_mut(symbol) {
                *top = self.below.get(id.0 as usize).copied().flatten();
            }
        }
    }

    /// The binding of a symbol that the text declared last, in force or not.
    pub(super) fn latest(&self, symbol: Symbol) -> Option<BindingId> {
        self.latest.get(symbol.0 as usize).copied().flatten()
    }

    /// The bindings of a symbol in force, innermost first.
    pub(super) fn stack(&self, symbol: Symbol) -> impl Iterator<Item = BindingId> + '_ {
        let top = self.tops.get(symbol.0 as usize).copied().flatten();
        std::iter::successors(top, |id| self.below.get(id.0 as usize).copied().flatten())
    }
}
