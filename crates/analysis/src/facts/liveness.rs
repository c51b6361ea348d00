//! Which assignments nobody reads: liveness of variables, by backward dataflow.
//!
//! A variable is live where its present value may still be read. Only variables that no closure
//! mentions and nobody holds a reference to are followed.

use super::graph::{BlockId, Graph, Region};
use super::{BindingId, BindingKind, Bindings, ScopeKind};
use crate::ir::{Access, Flags, Kind, NodeId, Role, Tree};

/// Variables times blocks of a function that are still followed.
const MOST_BITS: usize = 64_000_000;

/// Assignments whose value nobody reads.
#[derive(Clone, Debug, Default)]
pub struct Liveness {
    /// Name nodes that write such a value, in the order of the text.
    dead: Vec<NodeId>,
}

impl Liveness {
    /// Solves the problem for every function of a unit.
    pub fn compute(graph: &Graph, tree: &Tree, bindings: &Bindings) -> Self {
        let mut dead = Vec::new();
        let numbers = Numbers::new(tree, bindings);
        for region in graph.regions() {
            let Some(count) = numbers.count_of(region) else { continue };
            // As many bits as there are variables, for each block: more is nobody's handiwork.
            if count * graph.blocks_of(region).count() > MOST_BITS {
                continue;
            }
            let solver = Solver { graph, tree, bindings, numbers: &numbers, region, count };
            solver.solve(&mut dead);
        }
        dead.sort_unstable();
        Self { dead }
    }

    /// Whether a name writes a value that nobody reads.
    pub fn is_dead(&self, write: NodeId) -> bool {
        self.dead.binary_search(&write).is_ok()
    }

    /// All writes of values that nobody reads, in the order of the text.
    pub fn dead(&self) -> &[NodeId] {
        &self.dead
    }
}

/// Numbers of the variables that are followed, counted from 0 in each function.
struct Numbers {
    of_binding: Vec<Option<(NodeId, u32)>>,
    counts: rustc_hash::FxHashMap<NodeId, u32>,
}

impl Numbers {
    fn new(tree: &Tree, bindings: &Bindings) -> Self {
        let mut counts = rustc_hash::FxHashMap::default();
        let of_binding = bindings
            .iter()
            .map(|(id, binding)| {
                let scope = bindings.scope(binding.scope)?;
                let function = bindings.scope(scope.function)?;
                let is_lent = |name: &NodeId| {
                    let parent = tree.node(*name).parent;
                    tree.kind(parent) == Kind::Reference
                };
                let is_followed = function.kind == ScopeKind::Function
                    && binding.kind == BindingKind::Variable
                    && !binding.is_captured
                    && !bindings.occurrences(id).iter().any(is_lent);
                if !is_followed {
                    return None;
                }
                let count = counts.entry(function.node).or_insert(0);
                *count += 1;
                Some((function.node, *count - 1))
            })
            .collect();
        Self { of_binding, counts }
    }

    fn count_of(&self, region: &Region) -> Option<usize> {
        self.counts.get(&region.node).map(|count| *count as usize)
    }

    fn of(&self, region: &Region, binding: BindingId) -> Option<usize> {
        let (function, number) = (*self.of_binding.get(binding.0 as usize)?)?;
        (function == region.node).then_some(number as usize)
    }
}

/// A set of variables, as bits.
#[derive(Clone, PartialEq)]
struct Live(Vec<u64>);

impl Live {
    fn none(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    fn has(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    fn set(&mut self, number: usize, live: bool) {
        if let Some(word) = self.0.get_mut(number / 64) {
            let bit = 1 << (number % 64);
            *word = if live { *word | bit } else { *word & !bit };
        }
    }

    fn add(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }
}

struct Solver<'a> {
    graph: &'a Graph,
    tree: &'a Tree,
    bindings: &'a Bindings,
    numbers: &'a Numbers,
    region: &'a Region,
    count: usize,
}

impl Solver<'_> {
    fn solve(&self, dead: &mut Vec<NodeId>) {
        let first = self.region.entry.0;
        let blocks: Vec<BlockId> = self.graph.blocks_of(self.region).collect();
        let mut at_start = vec![Live::none(self.count); blocks.len()];
        // Blocks mostly lead to later ones, so that going backward settles in a few rounds.
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for block in blocks.iter().rev() {
                let live = self.through(*block, &at_start, None);
                if let Some(known) = at_start.get_mut((block.0 - first) as usize)
                    && *known != live
                {
                    *known = live;
                    changed = true;
                }
            }
        }
        for block in blocks.iter().filter(|block| self.graph.is_reachable(**block)) {
            self.through(*block, &at_start, Some(dead));
        }
    }

    /// What is live where a block starts; notes the dead writes in it.
    fn through(
        &self,
        block: BlockId,
        at_start: &[Live],
        mut dead: Option<&mut Vec<NodeId>>,
    ) -> Live {
        let at = |block: BlockId| at_start.get((block.0 - self.region.entry.0) as usize);
        let mut live = Live::none(self.count);
        for next in self.graph.successors(block) {
            if let Some(next) = at(next) {
                live.add(next);
            }
        }
        let handler = self.graph.block(block).and_then(|block| at(block.handler?));
        for step in self.graph.steps(block).iter().rev() {
            let node = self.tree.node(*step);
            if let Some(handler) = handler {
                live.add(handler);
            }
            if node.kind != Kind::Name {
                continue;
            }
            let Some(number) =
                self.bindings.resolve(*step).and_then(|it| self.numbers.of(self.region, it))
            else {
                continue;
            };
            match node.access {
                Access::Read | Access::Delete => live.set(number, true),
                Access::Write | Access::Declare | Access::ReadWrite => {
                    if !live.has(number)
                        && let Some(dead) = dead.as_deref_mut()
                        && self.gives_value(*step)
                    {
                        dead.push(*step);
                    }
                    live.set(number, node.access == Access::ReadWrite);
                }
            }
        }
        live
    }

    /// Whether a write stands for a value of its own: a plain assignment, or a declaration with a
    /// value, of the name alone or of several in a row.
    fn gives_value(&self, write: NodeId) -> bool {
        let is_part = self.tree.role(write) == Role::Element
            && self.tree.kind(self.tree.node(write).parent) == Kind::Tuple;
        let target = if is_part { self.tree.node(write).parent } else { write };
        let definition = self.tree.node(target).parent;
        self.tree.role(target) == Role::Target
            && match self.tree.kind(definition) {
                Kind::Assign => true,
                Kind::Declare => {
                    !self.tree.flags(definition).has(Flags::STATIC)
                        && self.tree.child(definition, Role::Value).is_some()
                }
                _ => false,
            }
    }
}
