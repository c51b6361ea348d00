//! What variables surely hold, place by place: null or not, constants, small ranges of integers.
//!
//! A forward dataflow problem ([`dataflow`](super::dataflow)) over the variables that only their
//! own function assigns. It learns from assignments and from tests, and forgets whatever it cannot
//! be sure of, so that an answer is a fact and silence means nothing.

mod domain;
mod evaluate;
mod flow;

use rustc_hash::FxHashMap;

use super::graph::{BlockId, Graph};
use super::types::Types;
use crate::ir::NodeId;
pub use domain::{Constant, Nullness, Reason, Value};

/// Blocks of a function that is still followed.
const MOST_BLOCKS: usize = 20_000;

/// What is known of a unit's variables where they are read, and of its conditions.
#[derive(Clone, Debug, Default)]
pub struct Values {
    reads: FxHashMap<NodeId, Value>,
    truths: FxHashMap<NodeId, bool>,
    /// Blocks that no way leads to, given what is known.
    never: Vec<BlockId>,
}

impl Values {
    /// Solves the problem for every function of a unit.
    pub fn compute(graph: &Graph, types: Types<'_>) -> Self {
        let mut values = Self::default();
        let owners = flow::owners(types.tree, types.bindings, types.language.spec().knowledge);
        for region in graph.regions() {
            // A state per block: what generators write would fill the memory.
            if graph.blocks_of(region).count() > MOST_BLOCKS {
                continue;
            }
            flow::solve_region(graph, region, types, &owners, &mut values);
        }
        values.never.sort_unstable();
        values
    }

    /// What the variable holds that a name node reads.
    pub fn at(&self, read: NodeId) -> Option<&Value> {
        self.reads.get(&read)
    }

    /// What a condition or comparison surely comes to, by the values of variables; nothing for one
    /// that is evaluated with different outcomes, or never.
    pub fn truth(&self, condition: NodeId) -> Option<bool> {
        self.truths.get(&condition).copied()
    }

    /// Whether values rule out every way to a block that the graph alone does not.
    pub fn is_never_reached(&self, block: BlockId) -> bool {
        self.never.binary_search(&block).is_ok()
    }
}
