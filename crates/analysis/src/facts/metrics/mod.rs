//! Metrics of a function: how hard it is to follow, how many ways lead through it, how deep it is
//! nested, how long it is.
//!
//! Rules compare them with their limits, the context of a function shows them. What is counted, and
//! where that differs from other tools, stands in `docs/metrics.md`.

mod cognitive;
mod decisions;
mod halstead;

pub use decisions::Decisions;
pub use halstead::Halstead;

use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::languages::{Counting, Language};

/// What is measured of a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Cognitive complexity, after G. Ann Campbell, *Cognitive Complexity* (`SonarSource`, 2018),
    /// with all that is defined inside.
    pub cognitive: u32,
    /// Cyclomatic complexity: decisions and one (`McCabe`, 1976), without the functions inside.
    pub cyclomatic: u32,
    /// How deep the deepest statement is nested in branches and loops.
    pub nesting: u32,
    /// Lines from the first to the last.
    pub lines: u32,
    /// Its parameters, as they are written.
    pub parameters: u32,
}

impl Metrics {
    /// Measures a function.
    pub fn of_function(tree: &Tree, function: NodeId, language: Language) -> Self {
        let (cognitive, nesting) = cognitive::of_function(tree, function);
        Self {
            cognitive,
            cyclomatic: Decisions::of_function(tree, function, language).cyclomatic(),
            nesting,
            lines: tree.text(function).lines().count() as u32,
            parameters: parameters(tree, function),
        }
    }
}

fn parameters(tree: &Tree, function: NodeId) -> u32 {
    // One may declare several names (`a, b int`), or none (Python's `/`).
    tree.children_with(function, Role::Parameter)
        .map(|it| tree.children_with(it, Role::Target).count().max(1) as u32)
        .sum()
}

/// The functions of a unit that count as functions of their own, in the order of the text.
pub fn functions(tree: &Tree, language: Language) -> impl Iterator<Item = NodeId> + '_ {
    let counting = language.spec().counting;
    tree.ids().filter(move |id| is_own(tree, *id, counting) && !tree.flags(*id).has(Flags::STUB))
}

/// Whether a node is a function that is counted by itself rather than as a part of the one around.
fn is_own(tree: &Tree, id: NodeId, counting: Counting) -> bool {
    match tree.kind(id) {
        Kind::Function => true,
        Kind::Lambda => counting.lambdas_are_functions,
        _ => false,
    }
}

/// How many `for` and how many `if` a comprehension has. A condition stands there without a node
/// around it, after the first `for`.
fn clauses(tree: &Tree, comprehension: NodeId) -> (u32, u32) {
    let is_round = |it: &NodeId| tree.kind(*it) == Kind::ComprehensionFor;
    let after = tree.children(comprehension).skip_while(|it| !is_round(it));
    after.fold((0, 0), |(rounds, conditions), it| {
        if is_round(&it) { (rounds + 1, conditions) } else { (rounds, conditions + 1) }
    })
}
