//! Builds the graph, without recursion: what is still to do lies on a stack of [`Task`]s.

use super::{BasicBlock, BlockId, Edge, Graph, Region};
use crate::ir::{Flags, Kind, NodeId, Operator, Role, Symbol, Tree};

/// One piece of work. Tasks run in order, the last pushed first.
#[derive(Clone, Copy, Debug)]
pub(super) enum Task {
    /// Evaluate a statement or expression.
    Evaluate(NodeId),
    /// Evaluate a statement or expression that no condition of the build leaves out.
    Plan(NodeId),
    /// Take the step itself, its operands being evaluated.
    Step(NodeId),
    /// Evaluate a condition, and go to the first block if it holds, else to the second.
    Condition(NodeId, BlockId, BlockId),
    /// Go to one of two blocks by what the evaluated condition came to.
    Branch(NodeId, BlockId, BlockId),
    /// Go to a block, or on from here, for reasons that no node tells.
    MayJump(BlockId),
    /// Go to a block.
    Jump(BlockId),
    /// Leave the function.
    Exit,
    /// Leave the function, or go on: `?`.
    MayExit,
    /// Raise an exception.
    Raise,
    /// Go on in a block.
    Enter(BlockId),
    /// Go on in a block that stands inside this frame.
    Push(PlainFrame),
    /// Leave the innermost frame, and go on outside it.
    Pop,
    /// The guarded part of a `try`, which ends in the block, and its handlers.
    Guard(NodeId, BlockId),
    /// Take a jump statement.
    Leave(NodeId),
    /// The end of a part of a `try`: to the block after it, through its `finally`.
    EndPart(BlockId),
    /// The start of a `finally`.
    EnterFinally(BlockId),
    /// The end of a `finally`; normal control goes on in the block.
    EndFinally(BlockId),
    /// Whatever comes now cannot be reached.
    Dead,
    /// The end of a function's body.
    EndRegion,
}

/// What surrounds the place being built, and where jumps out of it lead.
#[derive(Clone, Copy, Debug)]
pub(super) enum PlainFrame {
    /// A loop, or a switch that `break` leaves; only a loop has a next round.
    Breakable { label: Symbol, after: BlockId, next_round: Option<BlockId> },
    /// A labelled statement that is no loop.
    Labelled { label: Symbol, after: BlockId },
    /// A case of a switch: where `fallthrough` leads.
    Case { next: BlockId },
    /// The guarded part of a `try`: where exceptions go.
    Guarded { handler: BlockId },
    /// The part of a `try` whose end, however it comes, leads to its `finally`.
    Finally { entry: BlockId },
}

/// A frame, with what was noted while it was open.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) plain: PlainFrame,
    /// Where an exception goes that is raised inside; nothing if it leaves the function.
    exception: Option<BlockId>,
    /// For a `finally`: jumps that go on at its end.
    pending: Vec<Exit>,
    /// For a `finally`: whether its `try` may end normally.
    ends_normally: bool,
}

/// A jump on its way out through `finally` blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// To the end of the function.
    Return,
    /// To a block, out of all frames from this depth on.
    To(BlockId, usize),
}

pub(super) struct Builder<'a> {
    pub(super) tree: &'a Tree,
    never_returns: &'a dyn Fn(NodeId) -> bool,
    blocks: Vec<BasicBlock>,
    steps: Vec<NodeId>,
    block_of: Vec<u32>,
    regions: Vec<Region>,
    /// The block being filled; nothing after a jump.
    pub(super) current: Option<BlockId>,
    pub(super) frames: Vec<Frame>,
    /// `finally` blocks being built.
    finishing: Vec<Frame>,
    pub(super) tasks: Vec<Task>,
    /// The label before the statement that comes next.
    pub(super) next_label: Symbol,
    /// Labels of the function, and jumps to them.
    pub(super) labels: Vec<(Symbol, BlockId)>,
    pub(super) gotos: Vec<(Symbol, BlockId)>,
    /// Labels that a `break` or `continue` names.
    pub(super) used_labels: Vec<Symbol>,
    exit: BlockId,
    raised: BlockId,
}

impl<'a> Builder<'a> {
    pub(super) fn new(tree: &'a Tree, never_returns: &'a dyn Fn(NodeId) -> bool) -> Self {
        Self {
            tree,
            never_returns,
            blocks: Vec::new(),
            steps: Vec::new(),
            block_of: vec![0; tree.len()],
            regions: Vec::new(),
            current: None,
            frames: Vec::new(),
            finishing: Vec::new(),
            tasks: Vec::new(),
            next_label: Symbol::NONE,
            labels: Vec::new(),
            gotos: Vec::new(),
            used_labels: Vec::new(),
            exit: BlockId(0),
            raised: BlockId(0),
        }
    }

    pub(super) fn build(mut self) -> Graph {
        for id in self.tree.ids() {
            let is_function =
                self.tree.kind(id).is_function() && !self.tree.flags(id).has(Flags::STUB);
            if id == NodeId::ROOT || is_function {
                self.region(id);
            }
        }
        Graph {
            blocks: self.blocks,
            steps: self.steps,
            regions: self.regions,
            block_of: self.block_of,
            reachable: Vec::new(),
        }
    }

    fn region(&mut self, node: NodeId) {
        self.frames.clear();
        self.finishing.clear();
        self.next_label = Symbol::NONE;
        self.labels.clear();
        self.gotos.clear();
        self.used_labels.clear();
        let entry = self.new_block();
        self.exit = self.new_block();
        self.raised = self.new_block();
        self.current = Some(entry);
        let (exit, raised) = (self.exit, self.raised);
        self.regions.push(Region { node, entry, exit, raised, falls_off: None });
        self.tasks.push(Task::EndRegion);
        let is_function = self.tree.kind(node).is_function();
        let parts: Vec<NodeId> = self
            .tree
            .children(node)
            .filter(|it| {
                !is_function
                    || !matches!(self.tree.role(*it), Role::Name | Role::Type | Role::Decorator)
            })
            .collect();
        self.evaluate_all(parts);
        while let Some(task) = self.tasks.pop() {
            self.run(task);
        }
    }

    fn run(&mut self, task: Task) {
        match task {
            Task::Evaluate(node) => self.evaluate(node),
            Task::Plan(node) => self.plan(node),
            Task::Step(node) => self.step(node),
            Task::Condition(node, yes, no) => self.condition(node, yes, no),
            Task::Branch(node, yes, no) => {
                let from = self.here();
                self.edge(from, yes, Some((node, true)));
                self.edge(from, no, Some((node, false)));
                self.current = None;
            }
            Task::MayJump(to) => {
                let from = self.here();
                self.edge(from, to, None);
                let next = self.new_block();
                self.edge(from, next, None);
                self.current = Some(next);
            }
            Task::Jump(to) => {
                if let Some(from) = self.current.take() {
                    self.edge(from, to, None);
                }
            }
            Task::Exit => self.leave(Exit::Return),
            Task::MayExit => {
                let (from, next) = (self.here(), self.new_block());
                self.edge(from, next, None);
                self.leave(Exit::Return);
                self.current = Some(next);
            }
            Task::Raise => {
                let to = self.exception_target().unwrap_or(self.raised);
                let from = self.here();
                self.edge(from, to, None);
                self.current = None;
            }
            Task::Enter(block) => self.current = Some(block),
            Task::Push(plain) => {
                let exception = match plain {
                    PlainFrame::Guarded { handler: entry } | PlainFrame::Finally { entry } => {
                        Some(entry)
                    }
                    _ => self.exception_target(),
                };
                let (pending, ends_normally) = (Vec::new(), false);
                self.frames.push(Frame { plain, exception, pending, ends_normally });
                self.next_block();
            }
            Task::Pop => {
                let frame = self.frames.pop();
                let guarded = matches!(
                    frame.map(|frame| frame.plain),
                    Some(PlainFrame::Guarded { .. } | PlainFrame::Finally { .. })
                );
                if guarded {
                    self.next_block();
                }
            }
            Task::Guard(node, join) => self.handlers(node, join),
            Task::Leave(node) => self.take_jump(node),
            Task::EndPart(join) => {
                let finally = self.frames.last_mut().filter(
                    |frame| matches!(frame.plain, PlainFrame::Finally { entry } if entry == join),
                );
                if let Some(frame) = finally {
                    frame.ends_normally |= self.current.is_some();
                }
                self.run(Task::Jump(join));
            }
            Task::EnterFinally(entry) => {
                self.finishing.extend(self.frames.pop());
                self.current = Some(entry);
            }
            Task::EndFinally(after) => self.end_finally(after),
            Task::Dead => self.current = None,
            Task::EndRegion => self.end_region(),
        }
    }

    fn end_region(&mut self) {
        let falls_off = self.current.take();
        if let Some(from) = falls_off {
            self.edge(from, self.exit, None);
        }
        if let Some(region) = self.regions.last_mut() {
            region.falls_off = falls_off;
        }
        let gotos = std::mem::take(&mut self.gotos);
        let labels = std::mem::take(&mut self.labels);
        // A label that nothing mentions is where a macro jumps.
        for (label, block) in &labels {
            let is_used =
                self.used_labels.contains(label) || gotos.iter().any(|(wanted, _)| wanted == label);
            if let Some(region) = self.regions.last().filter(|_| !is_used) {
                let entry = region.entry;
                self.edge(entry, *block, None);
            }
        }
        for (label, from) in gotos {
            let target = labels.iter().find(|(known, _)| *known == label);
            // A label that is not there may be anywhere.
            let to = target.map_or(self.exit, |(_, block)| *block);
            self.edge(from, to, None);
        }
    }

    /// A new block, inside the frames that are open now.
    pub(super) fn new_block(&mut self) -> BlockId {
        let id = BlockId(self.blocks.len() as u32);
        let handler = self.exception_target();
        self.blocks.push(BasicBlock { handler, ..BasicBlock::default() });
        id
    }

    /// Goes on in a new block, if control gets here at all: what follows stands in other frames.
    fn next_block(&mut self) {
        if let Some(from) = self.current {
            let next = self.new_block();
            self.edge(from, next, None);
            self.current = Some(next);
        }
    }

    /// The block being filled; after a jump, a new one that nothing leads to.
    pub(super) fn here(&mut self) -> BlockId {
        if let Some(current) = self.current {
            return current;
        }
        let fresh = self.new_block();
        self.current = Some(fresh);
        fresh
    }

    pub(super) fn edge(&mut self, from: BlockId, to: BlockId, condition: Option<(NodeId, bool)>) {
        if let Some(block) = self.blocks.get_mut(from.0 as usize) {
            block.successors.push(Edge { to, condition });
        }
    }

    fn exception_target(&self) -> Option<BlockId> {
        self.frames.last().and_then(|frame| frame.exception)
    }

    /// Notes where a statement starts; where its step is taken, at its end, is not noted any more.
    pub(super) fn mark(&mut self, node: NodeId) {
        let here = self.here();
        self.mark_in(node, here);
    }

    /// Notes that a statement starts in this block.
    pub(super) fn mark_in(&mut self, node: NodeId, block: BlockId) {
        if let Some(slot) = self.block_of.get_mut(node.index()).filter(|slot| **slot == 0) {
            *slot = block.0 + 1;
        }
    }

    fn step(&mut self, node: NodeId) {
        let here = self.here();
        self.mark(node);
        let at = self.steps.len() as u32;
        if let Some(block) = self.blocks.get_mut(here.0 as usize) {
            // A block is filled in one go, so that its steps lie in one run.
            if block.steps.is_empty() {
                block.steps = at..at;
            }
            block.steps.end = at + 1;
        }
        self.steps.push(node);
        // A call that is put off, or runs beside its caller, does not stop it.
        let runs_here =
            !matches!(self.tree.kind(self.tree.node(node).parent), Kind::Defer | Kind::Spawn);
        let is_call = matches!(self.tree.kind(node), Kind::Call | Kind::Macro);
        if is_call && runs_here && (self.never_returns)(node) {
            self.run(Task::Raise);
        }
    }

    /// Pushes tasks so that they run in this order.
    pub(super) fn then(&mut self, tasks: impl IntoIterator<Item = Task>) {
        let start = self.tasks.len();
        self.tasks.extend(tasks);
        if let Some(pushed) = self.tasks.get_mut(start..) {
            pushed.reverse();
        }
    }

    pub(super) fn evaluate_all(&mut self, nodes: impl IntoIterator<Item = NodeId>) {
        self.then(nodes.into_iter().map(Task::Evaluate));
    }

    /// Jumps out of frames; the innermost `finally` on the way runs first.
    pub(super) fn leave(&mut self, exit: Exit) {
        let Some(from) = self.current.take() else { return };
        let depth = match exit {
            Exit::Return => 0,
            Exit::To(_, depth) => depth,
        };
        let finally =
            self.frames.iter_mut().skip(depth).rev().find_map(|frame| match frame.plain {
                PlainFrame::Finally { entry } => Some((entry, &mut frame.pending)),
                _ => None,
            });
        let to = match (finally, exit) {
            (Some((entry, pending)), _) => {
                if !pending.contains(&exit) {
                    pending.push(exit);
                }
                entry
            }
            (None, Exit::Return) => self.exit,
            (None, Exit::To(block, _)) => block,
        };
        self.edge(from, to, None);
    }

    /// After a `finally`: on where the ways into it were going.
    fn end_finally(&mut self, after: BlockId) {
        let Some(frame) = self.finishing.pop() else { return };
        let Some(from) = self.current else { return };
        for exit in frame.pending {
            self.current = Some(from);
            self.leave(exit);
        }
        self.edge(from, self.exception_target().unwrap_or(self.raised), None);
        if frame.ends_normally {
            self.edge(from, after, None);
        }
        self.current = frame.ends_normally.then_some(after);
    }

    /// Evaluates a condition and branches on it; `&&`, `||` and `!` become branches of their own.
    fn condition(&mut self, node: NodeId, yes: BlockId, no: BlockId) {
        let tree = self.tree;
        let parts = tree.node(node);
        match (parts.kind, parts.operator) {
            (Kind::Logical, Operator::And | Operator::Or) => {
                self.mark(node);
                let is_and = parts.operator == Operator::And;
                let operands: Vec<NodeId> = operands(tree, node).collect();
                let count = operands.len();
                let mut tasks = Vec::with_capacity(count * 2);
                for (at, operand) in operands.into_iter().enumerate() {
                    if at + 1 == count {
                        tasks.push(Task::Condition(operand, yes, no));
                    } else {
                        let next = self.new_block();
                        let (yes, no) = if is_and { (next, no) } else { (yes, next) };
                        tasks.extend([Task::Condition(operand, yes, no), Task::Enter(next)]);
                    }
                }
                self.then(tasks);
            }
            (Kind::Unary, Operator::Not) => {
                self.mark(node);
                if let Some(operand) = operands(tree, node).next() {
                    self.tasks.push(Task::Condition(operand, no, yes));
                }
            }
            _ => match literal_truth(tree, node) {
                Some(truth) => {
                    self.mark(node);
                    self.run(Task::Jump(if truth { yes } else { no }));
                }
                None => self.then([Task::Evaluate(node), Task::Branch(node, yes, no)]),
            },
        }
    }
}

/// The children of an operation that are its operands.
pub(super) fn operands(tree: &Tree, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    tree.children(node).filter(|it| tree.kind(*it) != Kind::Operator)
}

/// What a literal condition comes to: `while True`, `for (; 1;)`.
pub(super) fn literal_truth(tree: &Tree, node: NodeId) -> Option<bool> {
    match tree.kind(node) {
        Kind::Boolean => Some(tree.text(node).eq_ignore_ascii_case("true")),
        Kind::Number => match tree.text(node) {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
