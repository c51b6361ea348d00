//! How each kind of node becomes tasks, steps and branches.

use super::BlockId;
use super::builder::{Builder, Exit, PlainFrame, Task, literal_truth, operands};
use crate::facts::control_flow::is_conditional;
use crate::ir::{Flags, Kind, NodeId, Operator, Role, Symbol, Tree};

impl Builder<'_> {
    /// Plans the evaluation of a statement or expression.
    pub(super) fn evaluate(&mut self, node: NodeId) {
        let tree = self.tree;
        let parts = tree.node(node);
        let is_optional = parts.flags.has(Flags::CONDITIONAL);
        if parts.kind.is_statement() || parts.role == Role::Statement || is_optional {
            // A label stands where jumps to it lead, which is not here.
            if parts.kind != Kind::Label {
                self.mark(node);
            }
            if is_conditional(tree, node) {
                // The build may leave it out.
                let after = self.new_block();
                let around = [Task::Jump(after), Task::Enter(after)];
                self.then([Task::MayJump(after), Task::Plan(node)].into_iter().chain(around));
                return;
            }
        }
        self.plan(node);
    }

    /// Plans a statement or expression that is surely there.
    pub(super) fn plan(&mut self, node: NodeId) {
        let tree = self.tree;
        let parts = tree.node(node);
        match parts.kind {
            // What no step stands for.
            Kind::Type
            | Kind::Operator
            | Kind::Attribute
            | Kind::Number
            | Kind::String
            | Kind::Character
            | Kind::Boolean
            | Kind::Null
            | Kind::Regex
            | Kind::Empty
            | Kind::OuterScope => {}
            Kind::Module | Kind::Block | Kind::ExpressionStatement | Kind::Export => {
                self.evaluate_all(tree.children(node));
            }
            // The inside of a function is a region of its own.
            Kind::Function | Kind::Lambda => self.tasks.push(Task::Step(node)),
            Kind::Label => self.label(node),
            Kind::If | Kind::Ternary => self.branch(node),
            Kind::Logical => self.logical(node, parts.operator),
            Kind::Switch => self.switch(node),
            Kind::While | Kind::Infinite | Kind::ForCount => self.counted_loop(node),
            Kind::ForEach => self.for_each(node),
            Kind::Comprehension => self.comprehension(node),
            Kind::Try => self.guarded(node),
            Kind::With => self.with(node),
            Kind::Return => {
                self.evaluate_then(node, [Task::Step(node), Task::Exit]);
            }
            Kind::Raise => {
                self.evaluate_then(node, [Task::Step(node), Task::Raise]);
            }
            Kind::Break | Kind::Continue | Kind::Goto | Kind::Fallthrough => self.jump(node),
            Kind::Assert => self.assert(node),
            Kind::Macro => self.macro_call(node),
            Kind::Propagate => self.evaluate_then(node, [Task::Step(node), Task::MayExit]),
            _ => self.operation(node),
        }
    }

    /// Evaluates the children, then does what follows.
    fn evaluate_then(&mut self, node: NodeId, tasks: impl IntoIterator<Item = Task>) {
        let children: Vec<NodeId> = self.tree.children(node).collect();
        self.then(children.into_iter().map(Task::Evaluate).chain(tasks));
    }

    /// Operands in the order of the text, except that what is assigned comes before where to.
    fn operation(&mut self, node: NodeId) {
        let tree = self.tree;
        let is_target = |it: &NodeId| tree.role(*it) == Role::Target;
        let otherwise =
            (tree.kind(node) == Kind::Declare).then(|| tree.child(node, Role::Else)).flatten();
        let first = tree.children(node).filter(|it| !is_target(it) && Some(*it) != otherwise);
        let mut tasks: Vec<Task> = first.map(Task::Evaluate).collect();
        // `let Some(x) = y else { return };`
        if let Some(otherwise) = otherwise {
            let (bound, unbound) = (self.new_block(), self.new_block());
            tasks.extend([
                Task::Branch(node, bound, unbound),
                Task::Enter(unbound),
                Task::Evaluate(otherwise),
                Task::Jump(bound),
                Task::Enter(bound),
            ]);
        }
        tasks.extend(tree.children(node).filter(is_target).map(Task::Evaluate));
        tasks.push(Task::Step(node));
        self.then(tasks);
    }

    /// Tokens of a macro that nobody understood may jump.
    fn macro_call(&mut self, node: NodeId) {
        let text = self.tree.text(node);
        let innermost = self.frames.iter().rev().find_map(|frame| match frame.plain {
            PlainFrame::Breakable { after, next_round: Some(next), .. } => Some((after, next)),
            _ => None,
        });
        let mut tasks = vec![Task::Step(node)];
        if let Some((after, next_round)) = innermost {
            tasks.extend(text.contains("break").then_some(Task::MayJump(after)));
            tasks.extend(text.contains("continue").then_some(Task::MayJump(next_round)));
        }
        tasks.extend(text.contains("return").then_some(Task::MayExit));
        self.evaluate_then(node, tasks);
    }

    fn label(&mut self, node: NodeId) {
        let tree = self.tree;
        let Some(label) = tree.child(node, Role::Label) else { return };
        let symbol = tree.node(label).symbol;
        let (start, after) = (self.new_block(), self.new_block());
        self.mark_in(node, start);
        self.labels.push((symbol, start));
        self.next_label = symbol;
        let inner: Vec<NodeId> = tree.children(node).filter(|it| *it != label).collect();
        let frame = PlainFrame::Labelled { label: symbol, after };
        let enter = [Task::Jump(start), Task::Enter(start), Task::Step(node), Task::Push(frame)];
        let inner = inner.into_iter().map(Task::Evaluate);
        let leave = [Task::Pop, Task::Jump(after), Task::Enter(after)];
        self.then(enter.into_iter().chain(inner).chain(leave));
    }

    fn branch(&mut self, node: NodeId) {
        let tree = self.tree;
        let (yes, no, after) = (self.new_block(), self.new_block(), self.new_block());
        let mut tasks: Vec<Task> =
            tree.children_with(node, Role::Initializer).map(Task::Evaluate).collect();
        if let Some(condition) = tree.child(node, Role::Condition) {
            tasks.push(Task::Condition(condition, yes, no));
        } else {
            tasks.extend([Task::MayJump(no), Task::Jump(yes)]);
        }
        for (block, role) in [(yes, Role::Then), (no, Role::Else)] {
            tasks.push(Task::Enter(block));
            tasks.extend(tree.children_with(node, role).map(Task::Evaluate));
            // The condition of the other branch stays what an analysis knows here.
            tasks.push(Task::Jump(after));
        }
        tasks.push(Task::Enter(after));
        if tree.kind(node) == Kind::Ternary {
            tasks.push(Task::Step(node));
        }
        self.then(tasks);
    }

    /// A short-circuit operator whose value is used.
    fn logical(&mut self, node: NodeId, operator: Operator) {
        let after = self.new_block();
        let operands: Vec<NodeId> = operands(self.tree, node).collect();
        let count = operands.len();
        let mut tasks = Vec::with_capacity(count * 3 + 3);
        for (at, operand) in operands.into_iter().enumerate() {
            if at + 1 == count {
                tasks.extend([Task::Evaluate(operand), Task::Jump(after)]);
                continue;
            }
            match operator {
                Operator::And | Operator::Or => {
                    let next = self.new_block();
                    let is_and = operator == Operator::And;
                    let (yes, no) = if is_and { (next, after) } else { (after, next) };
                    tasks.extend([Task::Condition(operand, yes, no), Task::Enter(next)]);
                }
                _ => tasks.extend([Task::Evaluate(operand), Task::MayJump(after)]),
            }
        }
        tasks.extend([Task::Enter(after), Task::Step(node)]);
        self.then(tasks);
    }

    fn switch(&mut self, node: NodeId) {
        let tree = self.tree;
        let flags = tree.flags(node);
        let after = self.new_block();
        let cases: Vec<(NodeId, BlockId)> =
            cases(tree, node).map(|case| (case, self.new_block())).collect();
        let before = tree.children(node).filter(|it| {
            matches!(tree.role(*it), Role::Subject | Role::Initializer | Role::Target)
        });
        let mut tasks: Vec<Task> = before.map(Task::Evaluate).collect();
        self.choose_case(node, &cases, after, &mut tasks);
        let label = std::mem::replace(&mut self.next_label, Symbol::NONE);
        for (at, (case, body)) in cases.iter().enumerate() {
            let next = cases.get(at + 1).map_or(after, |(_, body)| *body);
            tasks.push(Task::Enter(*body));
            if flags.has(Flags::BREAKABLE) {
                let frame = PlainFrame::Breakable { label, after, next_round: None };
                tasks.push(Task::Push(frame));
            }
            tasks.push(Task::Push(PlainFrame::Case { next }));
            let inside = tree
                .children(*case)
                .filter(|it| !matches!(tree.role(*it), Role::Pattern | Role::Guard));
            tasks.extend(inside.map(Task::Evaluate));
            tasks.push(Task::Pop);
            if flags.has(Flags::BREAKABLE) {
                tasks.push(Task::Pop);
            }
            let falls = flags.has(Flags::FALLS_THROUGH);
            tasks.push(Task::Jump(if falls { next } else { after }));
        }
        tasks.extend([Task::Enter(after), Task::Step(node)]);
        self.then(tasks);
    }

    /// Tests the cases one after the other.
    fn choose_case(
        &mut self,
        node: NodeId,
        cases: &[(NodeId, BlockId)],
        after: BlockId,
        tasks: &mut Vec<Task>,
    ) {
        let tree = self.tree;
        let has_subject = tree.child(node, Role::Subject).is_some();
        // Where every value has its case, the last one's test cannot fail.
        let is_exhaustive = tree.flags(node).has(Flags::EXHAUSTIVE);
        let last = cases.last().map(|(_, body)| *body);
        let mut otherwise = if is_exhaustive { last.unwrap_or(after) } else { after };
        for (case, body) in cases {
            let patterns: Vec<NodeId> = tree.children_with(*case, Role::Pattern).collect();
            let guard = tree.child(*case, Role::Guard);
            let is_default = tree.flags(*case).has(Flags::DEFAULT);
            if is_default || patterns.is_empty() && guard.is_none() {
                otherwise = *body;
                continue;
            }
            let next = self.new_block();
            match (has_subject, patterns.as_slice(), guard) {
                (false, [condition], None) => {
                    tasks.push(Task::Condition(*condition, *body, next));
                }
                (.., guard) => {
                    tasks.extend(patterns.into_iter().map(Task::Evaluate));
                    tasks.push(Task::MayJump(next));
                    tasks.push(match guard {
                        Some(guard) => Task::Condition(guard, *body, next),
                        None => Task::Jump(*body),
                    });
                }
            }
            tasks.push(Task::Enter(next));
        }
        tasks.push(Task::Jump(otherwise));
    }

    /// `while`, `do … while`, `loop`, and the `for` of C.
    fn counted_loop(&mut self, node: NodeId) {
        let tree = self.tree;
        let (head, body, after) = (self.new_block(), self.new_block(), self.new_block());
        let (update, done) = (self.new_block(), self.new_block());
        let mut tasks: Vec<Task> =
            tree.children_with(node, Role::Initializer).map(Task::Evaluate).collect();
        let is_post = tree.flags(node).has(Flags::POST_CONDITION);
        tasks.push(Task::Jump(if is_post { body } else { head }));
        tasks.extend([Task::Push(self.loop_frame(node, after, update)), Task::Enter(head)]);
        match tree.child(node, Role::Condition) {
            Some(condition) => tasks.push(Task::Condition(condition, body, done)),
            None => tasks.push(Task::Jump(body)),
        }
        tasks.push(Task::Enter(body));
        tasks.extend(tree.children_with(node, Role::Body).map(Task::Evaluate));
        tasks.extend([Task::Jump(update), Task::Enter(update)]);
        tasks.extend(tree.children_with(node, Role::Update).map(Task::Evaluate));
        tasks.extend([Task::Jump(head), Task::Pop, Task::Enter(done)]);
        tasks.extend(tree.children_with(node, Role::Else).map(Task::Evaluate));
        tasks.extend([Task::Jump(after), Task::Enter(after)]);
        self.then(tasks);
    }

    fn loop_frame(&mut self, node: NodeId, after: BlockId, next_round: BlockId) -> PlainFrame {
        // JavaScript's label stands around the loop, Rust's in it.
        let own = self.tree.child(node, Role::Label).map(|it| self.tree.node(it).symbol);
        let before = std::mem::replace(&mut self.next_label, Symbol::NONE);
        let label = own.unwrap_or(before);
        PlainFrame::Breakable { label, after, next_round: Some(next_round) }
    }

    fn for_each(&mut self, node: NodeId) {
        let tree = self.tree;
        let (head, round, done) = (self.new_block(), self.new_block(), self.new_block());
        let after = self.new_block();
        let mut tasks: Vec<Task> = tree
            .children(node)
            .filter(|it| matches!(tree.role(*it), Role::Initializer | Role::Iterable))
            .map(Task::Evaluate)
            .collect();
        tasks.extend([Task::Jump(head), Task::Enter(head), Task::MayJump(done)]);
        tasks.push(Task::Jump(round));
        tasks.extend([Task::Push(self.loop_frame(node, after, head)), Task::Enter(round)]);
        tasks.extend(tree.children_with(node, Role::Target).map(Task::Evaluate));
        tasks.push(Task::Step(node));
        tasks.extend(tree.children_with(node, Role::Body).map(Task::Evaluate));
        tasks.extend([Task::Jump(head), Task::Pop, Task::Enter(done)]);
        tasks.extend(tree.children_with(node, Role::Else).map(Task::Evaluate));
        tasks.extend([Task::Jump(after), Task::Enter(after)]);
        self.then(tasks);
    }

    /// Clauses nest: each `for` is a loop around what follows it, each `if` a test in it.
    fn comprehension(&mut self, node: NodeId) {
        let tree = self.tree;
        let after = self.new_block();
        let mut outer = after;
        let mut tasks = Vec::new();
        let clauses = tree.children(node).filter(|it| tree.role(*it) != Role::Body);
        for clause in clauses {
            if tree.kind(clause) == Kind::ComprehensionFor {
                let (head, round) = (self.new_block(), self.new_block());
                tasks.extend(tree.children_with(clause, Role::Iterable).map(Task::Evaluate));
                tasks.extend([Task::Jump(head), Task::Enter(head), Task::MayJump(outer)]);
                tasks.extend([Task::Jump(round), Task::Enter(round)]);
                tasks.extend(tree.children_with(clause, Role::Target).map(Task::Evaluate));
                outer = head;
            } else {
                let kept = self.new_block();
                let condition = match tree.kind(clause) {
                    Kind::ComprehensionIf => tree.children(clause).next().unwrap_or(clause),
                    _ => clause,
                };
                tasks.extend([Task::Condition(condition, kept, outer), Task::Enter(kept)]);
            }
        }
        tasks.extend(tree.children_with(node, Role::Body).map(Task::Evaluate));
        tasks.extend([Task::Jump(outer), Task::Enter(after), Task::Step(node)]);
        self.then(tasks);
    }

    fn guarded(&mut self, node: NodeId) {
        let tree = self.tree;
        let is_kind = |kind| move |it: &NodeId| tree.kind(*it) == kind;
        let catches: Vec<NodeId> = tree.children(node).filter(is_kind(Kind::Catch)).collect();
        let finally = tree.children(node).find(is_kind(Kind::Finally));
        let part = |role| tree.children_with(node, role).map(Task::Evaluate);
        let after = self.new_block();
        let entry = finally.map(|_| self.new_block());
        let join = entry.unwrap_or(after);
        let mut tasks = Vec::new();
        tasks.extend(entry.map(|entry| Task::Push(PlainFrame::Finally { entry })));
        if catches.is_empty() {
            tasks.extend(part(Role::Resource).chain(part(Role::Body)));
            tasks.push(Task::EndPart(join));
        } else {
            tasks.push(Task::Guard(node, join));
        }
        match (finally, entry) {
            (Some(finally), Some(entry)) => {
                tasks.push(Task::EnterFinally(entry));
                tasks.extend(tree.children(finally).map(Task::Evaluate));
                tasks.push(Task::EndFinally(after));
            }
            _ => tasks.push(Task::Enter(after)),
        }
        self.then(tasks);
    }

    /// The part of a `try` that its handlers guard, and the handlers; runs inside the frame of its
    /// `finally`, so that the blocks made here lead there.
    pub(super) fn handlers(&mut self, node: NodeId, join: BlockId) {
        let tree = self.tree;
        let part = |role| tree.children_with(node, role).map(Task::Evaluate);
        let mut dispatch = self.new_block();
        let mut tasks = vec![Task::Push(PlainFrame::Guarded { handler: dispatch })];
        tasks.extend(part(Role::Resource).chain(part(Role::Body)));
        tasks.push(Task::Pop);
        tasks.extend(part(Role::Else));
        tasks.push(Task::EndPart(join));
        let mut catches_all = false;
        for catch in tree.children(node).filter(|it| tree.kind(*it) == Kind::Catch) {
            let (body, next) = (self.new_block(), self.new_block());
            catches_all |= tree.child(catch, Role::Pattern).is_none();
            tasks.extend([Task::Enter(dispatch), Task::MayJump(next), Task::Jump(body)]);
            tasks.push(Task::Enter(body));
            let is_body = |it: &NodeId| tree.role(*it) == Role::Body;
            let (bodies, heads): (Vec<_>, Vec<_>) = tree.children(catch).partition(is_body);
            tasks.extend(heads.into_iter().chain(bodies).map(Task::Evaluate));
            tasks.push(Task::EndPart(join));
            dispatch = next;
        }
        tasks.extend([Task::Enter(dispatch), if catches_all { Task::Dead } else { Task::Raise }]);
        self.then(tasks);
    }

    fn with(&mut self, node: NodeId) {
        let tree = self.tree;
        let is_body = |it: &NodeId| tree.role(*it) == Role::Body;
        let (bodies, resources): (Vec<_>, Vec<_>) = tree.children(node).partition(is_body);
        let mut tasks: Vec<Task> = resources.into_iter().map(Task::Evaluate).collect();
        let bodies = bodies.into_iter().map(Task::Evaluate);
        if tree.flags(node).has(Flags::SWALLOWS) {
            // Leaving the scope may swallow an exception: control goes on after it.
            let (swallow, after) = (self.new_block(), self.new_block());
            tasks.push(Task::Push(PlainFrame::Guarded { handler: swallow }));
            tasks.extend(bodies);
            tasks.extend([Task::Pop, Task::Jump(after), Task::Enter(swallow)]);
            tasks.extend([Task::MayJump(after), Task::Raise, Task::Enter(after)]);
        } else {
            tasks.extend(bodies);
        }
        tasks.push(Task::Step(node));
        self.then(tasks);
    }

    fn assert(&mut self, node: NodeId) {
        let tree = self.tree;
        let condition = tree.child(node, Role::Condition).or_else(|| tree.children(node).next());
        let Some(condition) = condition else { return };
        let (holds, fails) = (self.new_block(), self.new_block());
        let mut tasks = Vec::new();
        // `assert false` says what should not be; where assertions are off, control goes on.
        if tree.flags(node).has(Flags::OPTIONAL) && literal_truth(tree, condition) == Some(false) {
            tasks.push(Task::MayJump(holds));
        }
        tasks.extend([Task::Condition(condition, holds, fails), Task::Enter(fails)]);
        let message = tree.children(node).filter(|it| *it != condition);
        tasks.extend(message.map(Task::Evaluate));
        tasks.extend([Task::Raise, Task::Enter(holds), Task::Step(node)]);
        self.then(tasks);
    }

    fn jump(&mut self, node: NodeId) {
        let tree = self.tree;
        let values = tree.children(node).filter(|it| tree.kind(*it) != Kind::Label);
        let values = values.map(Task::Evaluate);
        self.then(values.chain([Task::Step(node), Task::Leave(node)]));
    }

    /// Takes a `break`, `continue`, `goto` or `fallthrough`.
    pub(super) fn take_jump(&mut self, node: NodeId) {
        let tree = self.tree;
        let own = tree.node(node).symbol;
        let label = tree.child(node, Role::Label).map_or(own, |it| tree.node(it).symbol);
        let kind = tree.kind(node);
        if kind == Kind::Goto {
            let from = self.here();
            self.gotos.push((label, from));
            self.current = None;
            return;
        }
        if label.is_some() && !self.used_labels.contains(&label) {
            self.used_labels.push(label);
        }
        let target = self.frames.iter().enumerate().rev().find_map(|(depth, frame)| {
            let to = match frame.plain {
                PlainFrame::Case { next } => (kind == Kind::Fallthrough).then_some(next),
                PlainFrame::Labelled { label: own, after } => {
                    (kind == Kind::Break && label.is_some() && own == label).then_some(after)
                }
                PlainFrame::Breakable { label: own, after, next_round } => {
                    let is_meant = !label.is_some() || own == label;
                    let to = if kind == Kind::Break { Some(after) } else { next_round };
                    to.filter(|_| is_meant && kind != Kind::Fallthrough)
                }
                _ => None,
            };
            Some((to?, depth))
        });
        self.leave(match target {
            Some((to, depth)) => Exit::To(to, depth + 1),
            None => Exit::Return,
        });
    }
}

/// The cases of a switch.
fn cases(tree: &Tree, switch: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let is_case = |it: &NodeId| tree.kind(*it) == Kind::Case;
    // C puts them in a block.
    let block = tree.children(switch).find(|it| {
        tree.kind(*it) == Kind::Block && tree.children(*it).any(|inner| is_case(&inner))
    });
    tree.children(block.unwrap_or(switch)).filter(is_case)
}
