//! Metrics of a function: how hard it is to follow, how deep it is nested, how long it is.

use crate::ir::{Kind, NodeId, Operator, Role, Tree};

/// What is measured of a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Cognitive complexity, after G. Ann Campbell, *Cognitive Complexity* (`SonarSource`, 2018).
    pub cognitive: u32,
    /// Cyclomatic complexity: decisions and one (`McCabe`, 1976).
    pub cyclomatic: u32,
    /// How deep the deepest statement is nested in branches and loops.
    pub nesting: u32,
    /// Lines from the first to the last.
    pub lines: u32,
}

impl Metrics {
    /// Measures a function with all that is defined inside.
    pub fn of_function(tree: &Tree, function: NodeId) -> Self {
        let mut metrics = Self {
            cyclomatic: 1,
            lines: tree.text(function).lines().count() as u32,
            ..Self::default()
        };
        // Where the structures end that the walk is in.
        let mut open: Vec<NodeId> = Vec::new();
        for id in tree.descendants(function) {
            while open.last().is_some_and(|end| end.0 <= id.0) {
                open.pop();
            }
            let depth = open.len() as u32;
            if metrics.add(tree, id, depth) {
                open.push(tree.node(id).subtree_end);
                let is_function = tree.kind(id).is_function();
                metrics.nesting = metrics.nesting.max(depth + u32::from(!is_function));
            }
        }
        metrics
    }

    /// Counts a node; tells whether what is inside it is nested one deeper.
    fn add(&mut self, tree: &Tree, id: NodeId, depth: u32) -> bool {
        let kind = tree.kind(id);
        match kind {
            // `else if` continues its chain.
            Kind::If if tree.role(id) == Role::Else => {
                self.cognitive += 1 + u32::from(has_plain_else(tree, id));
                self.cyclomatic += 1;
                false
            }
            Kind::If => {
                self.cognitive += 1 + depth + u32::from(has_plain_else(tree, id));
                self.cyclomatic += 1;
                true
            }
            Kind::Ternary
            | Kind::Catch
            | Kind::ForEach
            | Kind::ForCount
            | Kind::While
            | Kind::Infinite => {
                self.cognitive += 1 + depth;
                self.cyclomatic += 1;
                true
            }
            Kind::Switch => {
                self.cognitive += 1 + depth;
                true
            }
            Kind::Case => {
                self.cyclomatic += u32::from(tree.child(id, Role::Pattern).is_some());
                false
            }
            Kind::ComprehensionFor | Kind::ComprehensionIf => {
                self.cyclomatic += 1;
                false
            }
            Kind::Logical => {
                self.cyclomatic += 1;
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
            Kind::Function | Kind::Lambda => true,
            _ => false,
        }
    }
}

/// Whether an `if` ends in an `else` that is no `else if`.
fn has_plain_else(tree: &Tree, id: NodeId) -> bool {
    tree.child(id, Role::Else).is_some_and(|it| tree.kind(it) != Kind::If)
}
