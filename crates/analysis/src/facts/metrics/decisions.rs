//! Decisions: where a function goes one way or another, by kind. One more than their number is the
//! cyclomatic complexity.
//!
//! Tools differ in which kinds they count; the numbers are kept apart, so that each tool's own can be
//! made of them.

use super::{clauses, is_own};
use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::languages::{Counting, Language};

/// The decisions of a function, without those of the functions inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// `if`, `else if`, and the guards of cases.
    pub branches: u32,
    /// Loops, but for those without a condition where these have a word of their own.
    pub loops: u32,
    /// Cases of a `switch` or `match`, but for the last of those of which one is always taken.
    pub cases: u32,
    /// Handlers of exceptions.
    pub handlers: u32,
    /// Conditional expressions.
    pub conditionals: u32,
    /// Operators that may leave their second operand out.
    pub operators: u32,
    /// `for` and `if` of comprehensions.
    pub comprehensions: u32,
    /// What passes an error on to the caller: Rust's `?`.
    pub propagations: u32,
    /// Default values that are evaluated when the function runs.
    pub defaults: u32,
    /// Statements that the build may leave out: `#if`.
    pub compilations: u32,
    /// Cases that are taken when no other is; not counted.
    pub default_cases: u32,
    /// Assertions; not counted.
    pub assertions: u32,
    /// `else` of loops and of `try`; not counted.
    pub completions: u32,
    /// `finally`; not counted.
    pub finals: u32,
}

impl Decisions {
    /// Counts those of a function.
    pub fn of_function(tree: &Tree, function: NodeId, language: Language) -> Self {
        let counting = language.spec().counting;
        let mut decisions = Self::default();
        let mut next = function.0 + 1;
        let end = tree.node(function).subtree_end.0;
        while next < end {
            let id = NodeId(next);
            next = if is_own(tree, id, counting) {
                tree.node(id).subtree_end.0
            } else {
                decisions.add(tree, id, counting);
                next + 1
            };
        }
        if counting.is_preprocessed {
            decisions.compilations = compilations(tree.text(function));
        }
        decisions
    }

    /// One more than the decisions.
    pub fn cyclomatic(self) -> u32 {
        1 + self.branches
            + self.loops
            + self.cases
            + self.handlers
            + self.conditionals
            + self.operators
            + self.comprehensions
            + self.propagations
            + self.defaults
            + self.compilations
    }

    fn add(&mut self, tree: &Tree, id: NodeId, counting: Counting) {
        let node = tree.node(id);
        if counting.defaults_decide && node.role == Role::Default {
            self.defaults += 1;
        }
        if node.role == Role::Guard {
            self.branches += 1;
        }
        match node.kind {
            Kind::If => self.branches += 1,
            Kind::ForEach | Kind::ForCount | Kind::While => {
                self.loops += 1;
                self.completions += u32::from(tree.child(id, Role::Else).is_some());
            }
            Kind::Infinite => self.loops += u32::from(counting.endless_loops_decide),
            Kind::Switch => self.add_cases(tree, id, counting),
            Kind::Catch => self.handlers += 1,
            Kind::Try => self.completions += u32::from(tree.child(id, Role::Else).is_some()),
            Kind::Finally => self.finals += 1,
            Kind::Ternary => self.conditionals += 1,
            Kind::Logical => self.operators += 1,
            Kind::Comprehension => {
                let (rounds, conditions) = clauses(tree, id);
                self.comprehensions += rounds + conditions;
            }
            Kind::Propagate => self.propagations += 1,
            Kind::Assert => self.assertions += 1,
            Kind::Declare => {
                // Rust's `let … else`.
                self.branches += u32::from(tree.child(id, Role::Else).is_some());
            }
            _ => {}
        }
    }

    fn add_cases(&mut self, tree: &Tree, switch: NodeId, counting: Counting) {
        let mut cases = 0;
        let mut defaults = 0;
        let mut stack: Vec<NodeId> = tree.children(switch).collect();
        while let Some(id) = stack.pop() {
            match tree.kind(id) {
                Kind::Case if tree.flags(id).has(Flags::DEFAULT) => defaults += 1,
                Kind::Case => {
                    let labels = tree.children_with(id, Role::Pattern).count() as u32;
                    cases += labels.max(1);
                }
                Kind::Block => stack.extend(tree.children(id)),
                _ => {}
            }
        }
        // Of cases of which one is always taken, the last is what is left.
        if counting.last_case_is_left && defaults == 0 {
            cases = cases.saturating_sub(1);
        }
        self.default_cases += defaults;
        self.cases += cases;
    }
}

/// The directives in a function's text that leave a part of it out or not.
fn compilations(text: &str) -> u32 {
    let decides = |line: &&str| {
        let Some(directive) = line.trim_start().strip_prefix('#') else { return false };
        let word = directive.trim_start().split(|it: char| !it.is_alphanumeric()).next();
        matches!(word, Some("if" | "ifdef" | "ifndef" | "elif"))
    };
    text.lines().filter(decides).count() as u32
}
