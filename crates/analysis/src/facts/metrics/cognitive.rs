//! Cognitive complexity: one for each break in the flow, and one more for each level that it is
//! nested in.

use std::ops::Range;

use super::clauses;
use crate::ir::{Kind, NodeId, Operator, Role, Tree};

/// The cognitive complexity of a function with all that is defined inside, and how deep its deepest
/// statement is nested.
pub(super) fn of_function(tree: &Tree, function: NodeId) -> (u32, u32) {
    let mut walk = Walk::new(tree, function);
    for id in tree.descendants(function) {
        walk.step(id);
    }
    (walk.cognitive + u32::from(walk.calls_itself), walk.nesting)
}

/// What is nested in a structure: the nodes up to an end, but for what it tests or runs over.
struct Inside {
    /// How deep the structure itself is nested.
    depth: u32,
    to: u32,
    outside: Range<u32>,
}

struct Walk<'a> {
    tree: &'a Tree,
    function: NodeId,
    /// The structures whose subtree the walk is in.
    open: Vec<Inside>,
    cognitive: u32,
    nesting: u32,
    calls_itself: bool,
}

impl<'a> Walk<'a> {
    fn new(tree: &'a Tree, function: NodeId) -> Self {
        let open = Vec::new();
        Self { tree, function, open, cognitive: 0, nesting: 0, calls_itself: false }
    }

    fn step(&mut self, id: NodeId) {
        while self.open.last().is_some_and(|inside| inside.to <= id.0) {
            self.open.pop();
        }
        // The structures around the innermost one hold the node as they hold that one.
        let deeper = |it: &Inside| it.depth + u32::from(!it.outside.contains(&id.0));
        let depth = self.open.last().map_or(0, deeper);
        if self.add(id, depth) {
            let inside = self.inside(id, depth);
            self.open.push(inside);
            let is_function = self.tree.kind(id).is_function();
            let is_statement = self.tree.kind(id) != Kind::Comprehension;
            let deeper = u32::from(!is_function && is_statement);
            self.nesting = self.nesting.max(depth + deeper);
        }
    }

    /// Counts a node; tells whether what is inside it is nested one deeper.
    fn add(&mut self, id: NodeId, depth: u32) -> bool {
        let tree = self.tree;
        match tree.kind(id) {
            // `else if` continues its chain.
            Kind::If if tree.role(id) == Role::Else => {
                self.cognitive += 1 + u32::from(has_plain_else(tree, id));
                false
            }
            Kind::If => {
                self.cognitive += 1 + depth + u32::from(has_plain_else(tree, id));
                true
            }
            Kind::Ternary
            | Kind::Catch
            | Kind::ForEach
            | Kind::ForCount
            | Kind::While
            | Kind::Infinite
            | Kind::Switch => {
                self.cognitive += 1 + depth;
                true
            }
            Kind::Comprehension => {
                let (rounds, conditions) = clauses(tree, id);
                self.cognitive += rounds * (1 + depth) + conditions;
                true
            }
            Kind::Logical => {
                // A row of the same operator counts once.
                let parent = tree.node(id).parent;
                let goes_on = tree.kind(parent) == Kind::Logical
                    && tree.node(parent).operator == tree.node(id).operator;
                let counts = matches!(tree.node(id).operator, Operator::And | Operator::Or);
                self.cognitive += u32::from(counts && !goes_on);
                false
            }
            Kind::Goto => {
                self.cognitive += 1;
                false
            }
            Kind::Break | Kind::Continue => {
                self.cognitive += u32::from(tree.child(id, Role::Label).is_some());
                false
            }
            Kind::Call => {
                self.calls_itself |= self.is_recursive(id);
                false
            }
            Kind::Function => !self.is_decorator(id),
            Kind::Lambda => true,
            _ => false,
        }
    }

    fn inside(&self, id: NodeId, depth: u32) -> Inside {
        let tree = self.tree;
        let to = tree.node(id).subtree_end.0;
        let range = |it: NodeId| it.0..tree.node(it).subtree_end.0;
        if tree.kind(id) == Kind::Comprehension {
            let first = tree.children(id).find(|it| tree.kind(*it) == Kind::ComprehensionFor);
            return Inside { depth, to, outside: first.map_or(to..to, |first| first.0..to) };
        }
        let heads = [Role::Condition, Role::Iterable, Role::Subject];
        let mut head = heads.into_iter().filter_map(|role| tree.child(id, role));
        Inside { depth, to, outside: head.next().map_or(to..to, range) }
    }

    fn is_recursive(&self, call: NodeId) -> bool {
        let tree = self.tree;
        let name = tree.name(self.function);
        let callee = tree.child(call, Role::Callee);
        !name.is_empty()
            && callee.is_some_and(|it| tree.kind(it) == Kind::Name && tree.name(it) == name)
    }

    /// Whether the function around this one does nothing but to define and return it.
    fn is_decorator(&self, id: NodeId) -> bool {
        let tree = self.tree;
        let parent = tree.node(id).parent;
        let statement = if tree.kind(parent) == Kind::Decorated { parent } else { id };
        let body = tree.node(statement).parent;
        let around = tree.node(body).parent;
        let mut statements = tree.children(body);
        let row = (statements.next(), statements.next(), statements.next());
        tree.kind(around) == Kind::Function
            && tree.role(body) == Role::Body
            && matches!(row, (Some(first), Some(last), None)
                if first == statement && tree.kind(last) == Kind::Return)
    }
}

/// Whether an `if` ends in an `else` that is no `else if`.
fn has_plain_else(tree: &Tree, id: NodeId) -> bool {
    tree.child(id, Role::Else).is_some_and(|it| tree.kind(it) != Kind::If)
}
