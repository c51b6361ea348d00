//! Solves forward dataflow problems over the control-flow graph, region by region.
//!
//! The classic worklist: a block's state at entry is the join of what its predecessors leave, and
//! blocks are visited again until nothing changes. A block that is visited too often has its state
//! widened, so that the number of visits is bounded whatever the lattice.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::graph::{BlockId, Graph, Region};
use crate::ir::{NodeId, Tree};

/// A forward dataflow problem.
pub trait Forward {
    /// What is known at a place.
    type State: Clone;

    /// What is known where the region starts.
    fn start(&self, region: &Region) -> Self::State;

    /// What a step changes.
    fn step(&self, state: &mut Self::State, step: NodeId);

    /// What is known when a condition came to `holds`; whether that is possible at all.
    fn assume(&self, state: &mut Self::State, condition: NodeId, holds: bool) -> bool;

    /// Adds another way to get to a place; whether that changed anything.
    fn join(&self, into: &mut Self::State, from: &Self::State) -> bool;

    /// Forgets whatever differs from an earlier state, so that the next visit is the last.
    fn widen(&self, state: &mut Self::State, earlier: &Self::State);
}

/// What is known at the entry of each block of a region; nothing for blocks that no way leads to.
#[derive(Clone, Debug)]
pub struct Solution<S> {
    first: BlockId,
    entries: Vec<Option<S>>,
}

impl<S> Solution<S> {
    /// What is known where a block starts.
    pub fn at(&self, block: BlockId) -> Option<&S> {
        let at = block.0.checked_sub(self.first.0)?;
        self.entries.get(at as usize)?.as_ref()
    }

    /// Whether some way leads to a block.
    pub fn is_reached(&self, block: BlockId) -> bool {
        self.at(block).is_some()
    }
}

/// Visits of one block after which its state is widened.
const VISITS_BEFORE_WIDENING: u8 = 4;
/// Visits of one block after which the region is given up.
const MOST_VISITS: u8 = 24;

/// Solves a problem for one region; nothing when it did not settle.
pub fn solve<F: Forward>(
    tree: &Tree,
    graph: &Graph,
    region: &Region,
    problem: &F,
) -> Option<Solution<F::State>> {
    let order = reverse_postorder(graph, region);
    let blocks = order.iter().map(|block| block.0 - region.entry.0 + 1).max().unwrap_or(0) as usize;
    let mut position = vec![u32::MAX; blocks];
    for (at, block) in order.iter().enumerate() {
        if let Some(slot) = position.get_mut((block.0 - region.entry.0) as usize) {
            *slot = at as u32;
        }
    }
    let mut entries = Vec::new();
    entries.resize_with(blocks, || None);
    let mut solver = Solver {
        tree,
        graph,
        problem,
        position,
        visits: vec![0; blocks],
        open: BTreeSet::new(),
        solution: Solution { first: region.entry, entries },
    };
    solver.flow(region.entry, &problem.start(region));
    while let Some(place) = solver.open.pop_first() {
        let block = order.get(place as usize).copied().unwrap_or(region.entry);
        if !solver.visit(block) {
            return None;
        }
    }
    Some(solver.solution)
}

struct Solver<'a, F: Forward> {
    tree: &'a Tree,
    graph: &'a Graph,
    problem: &'a F,
    /// For each block of the region, its place in the order of visits.
    position: Vec<u32>,
    visits: Vec<u8>,
    /// Places of the blocks to visit.
    open: BTreeSet<u32>,
    solution: Solution<F::State>,
}

impl<F: Forward> Solver<'_, F> {
    /// Takes a block's steps and hands its state on; false when it was visited too often.
    fn visit(&mut self, block: BlockId) -> bool {
        let at = (block.0 - self.solution.first.0) as usize;
        let Some(count) = self.visits.get_mut(at) else { return true };
        *count += 1;
        if *count > MOST_VISITS {
            return false;
        }
        let Some(mut state) = self.solution.at(block).cloned() else { return true };
        let handler = self.graph.block(block).and_then(|block| block.handler);
        for step in self.graph.steps(block) {
            // An exception may come before or after what the step does.
            let raises = handler.filter(|_| Graph::may_raise(self.tree.kind(*step)));
            if let Some(handler) = raises {
                self.flow(handler, &state);
            }
            self.problem.step(&mut state, *step);
            if let Some(handler) = raises {
                self.flow(handler, &state);
            }
        }
        let edges = self.graph.block(block).map(|block| block.successors.as_slice());
        for edge in edges.unwrap_or_default() {
            match edge.condition {
                None => self.flow(edge.to, &state),
                Some((condition, holds)) => {
                    let mut assumed = state.clone();
                    if self.problem.assume(&mut assumed, condition, holds) {
                        self.flow(edge.to, &assumed);
                    }
                }
            }
        }
        true
    }

    /// One more way to get to a block.
    fn flow(&mut self, to: BlockId, state: &F::State) {
        let Some(at) = to.0.checked_sub(self.solution.first.0).map(|at| at as usize) else {
            return;
        };
        let widens = self.visits.get(at).is_some_and(|count| *count >= VISITS_BEFORE_WIDENING);
        let Some(entry) = self.solution.entries.get_mut(at) else { return };
        let changed = match entry {
            None => {
                *entry = Some(state.clone());
                true
            }
            Some(known) if widens => {
                let earlier = known.clone();
                let changed = self.problem.join(known, state);
                if changed {
                    self.problem.widen(known, &earlier);
                }
                changed
            }
            Some(known) => self.problem.join(known, state),
        };
        if changed && let Some(place) = self.position.get(at) {
            self.open.insert(*place);
        }
    }
}

/// The region's blocks that some way leads to, each before those it leads to, loops aside.
fn reverse_postorder(graph: &Graph, region: &Region) -> Vec<BlockId> {
    let mut seen = FxHashSet::default();
    seen.insert(region.entry);
    let mut order = Vec::new();
    let mut open: Vec<(BlockId, Vec<BlockId>)> =
        vec![(region.entry, graph.successors(region.entry).collect())];
    while let Some((block, next)) = open.last_mut() {
        let Some(to) = next.pop() else {
            order.push(*block);
            open.pop();
            continue;
        };
        if seen.insert(to) {
            open.push((to, graph.successors(to).collect()));
        }
    }
    order.reverse();
    order
}
