//! The control-flow graph of a unit: which step may follow which.
//!
//! A unit's functions are the graph's regions, all in one arena of basic blocks. A block's steps
//! are IR nodes in the order of their evaluation: operands before operations, values before the
//! names they are assigned to. Short-circuit operators and conditional expressions branch like
//! statements do, and an edge knows the condition it was taken on, so that a dataflow analysis can
//! learn from tests ([`dataflow`](super::dataflow)).
//!
//! Exceptions: a block inside a `try` names the block its exceptions go to. A `finally` stands in
//! the graph once, with an edge to everywhere its end may lead.

mod builder;
mod statements;

use smallvec::SmallVec;

use crate::ir::{Kind, NodeId, Tree};

/// Index of a basic block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockId(pub u32);

/// A way out of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it leads.
    pub to: BlockId,
    /// The condition it is taken on, and what that came to.
    pub condition: Option<(NodeId, bool)>,
}

/// Steps that run one after the other.
#[derive(Clone, Debug, Default)]
pub struct BasicBlock {
    /// Its steps, as a range of the graph's.
    pub(super) steps: std::ops::Range<u32>,
    /// Where control goes after the last step.
    pub successors: SmallVec<[Edge; 2]>,
    /// Where an exception raised in it goes, if the function catches it.
    pub handler: Option<BlockId>,
}

/// The part of the graph that is one function, or the unit's outermost code.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// The function, or the unit's root.
    pub node: NodeId,
    /// Where it starts.
    pub entry: BlockId,
    /// Where it ends by returning, or at the end of its body.
    pub exit: BlockId,
    /// Where it ends by an exception that it does not catch.
    pub raised: BlockId,
    /// The block that runs off the end of the body, if there is a way to get there.
    pub falls_off: Option<BlockId>,
}

/// The control-flow graph of a unit.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    blocks: Vec<BasicBlock>,
    /// The steps of all blocks, each block's in one run.
    steps: Vec<NodeId>,
    regions: Vec<Region>,
    /// For each node that is a step or a statement, its block's index plus one.
    block_of: Vec<u32>,
    reachable: Vec<bool>,
}

impl Graph {
    /// Builds the graph; `never_returns` tells of a call or macro whether control comes back.
    pub fn build(tree: &Tree, never_returns: &dyn Fn(NodeId) -> bool) -> Self {
        let mut graph = builder::Builder::new(tree, never_returns).build();
        graph.find_reachable();
        graph
    }

    /// All blocks.
    pub fn blocks(&self) -> impl Iterator<Item = (BlockId, &BasicBlock)> {
        self.blocks.iter().enumerate().map(|(at, block)| (BlockId(at as u32), block))
    }

    /// Number of blocks.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Whether there is no block.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The block of an id.
    pub fn block(&self, id: BlockId) -> Option<&BasicBlock> {
        self.blocks.get(id.0 as usize)
    }

    /// A block's steps: IR nodes in the order of their evaluation.
    pub fn steps(&self, id: BlockId) -> &[NodeId] {
        let range =
            self.block(id).map(|block| block.steps.start as usize..block.steps.end as usize);
        range.and_then(|range| self.steps.get(range)).unwrap_or(&[])
    }

    /// The functions, outermost first.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The region of a function, or of the unit's outermost code.
    pub fn region(&self, node: NodeId) -> Option<&Region> {
        // Regions are built in the order of the text.
        let at = self.regions.binary_search_by_key(&node, |region| region.node).ok()?;
        self.regions.get(at)
    }

    /// The blocks of a region.
    pub fn blocks_of(&self, region: &Region) -> impl Iterator<Item = BlockId> + use<> {
        let next = self.regions.partition_point(|it| it.entry <= region.entry);
        let end = self.regions.get(next).map_or(self.blocks.len() as u32, |it| it.entry.0);
        (region.entry.0..end).map(BlockId)
    }

    /// The block in which a step is taken or a statement starts.
    pub fn block_of(&self, node: NodeId) -> Option<BlockId> {
        let number = *self.block_of.get(node.index())?;
        Some(BlockId(number.checked_sub(1)?))
    }

    /// Whether control can get to the block from the start of its region.
    pub fn is_reachable(&self, block: BlockId) -> bool {
        self.reachable.get(block.0 as usize).copied().unwrap_or(false)
    }

    /// Whether a region's end can be reached by returning or running off its body.
    pub fn can_return(&self, region: &Region) -> bool {
        self.is_reachable(region.exit)
    }

    /// Whether control can run off the end of a function's body without a `return`.
    pub fn can_fall_off(&self, region: &Region) -> bool {
        region.falls_off.is_some_and(|block| self.is_reachable(block))
    }

    /// Where control may go after a block, by an exception too.
    pub fn successors(&self, block: BlockId) -> impl Iterator<Item = BlockId> + '_ {
        let block = self.block(block);
        let edges = block.map(|block| block.successors.as_slice()).unwrap_or_default();
        edges.iter().map(|edge| edge.to).chain(block.and_then(|block| block.handler))
    }

    fn find_reachable(&mut self) {
        let mut reachable = vec![false; self.blocks.len()];
        let mut open: Vec<BlockId> = self.regions.iter().map(|region| region.entry).collect();
        while let Some(block) = open.pop() {
            let Some(seen) = reachable.get_mut(block.0 as usize) else { continue };
            if !std::mem::replace(seen, true) {
                open.extend(self.successors(block));
            }
        }
        self.reachable = reachable;
    }

    /// Whether a step may raise an exception, as far as rules care.
    pub fn may_raise(kind: Kind) -> bool {
        matches!(
            kind,
            Kind::Call
                | Kind::Macro
                | Kind::Member
                | Kind::Index
                | Kind::Raise
                | Kind::Await
                | Kind::Yield
                | Kind::With
                | Kind::Assert
                | Kind::Binary
                | Kind::Import
                | Kind::ForEach
        )
    }
}
