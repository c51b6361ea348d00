//! Which reads come before any assignment: definite assignment, by forward dataflow.

use rustc_hash::FxHashMap;

use super::dataflow::{Forward, solve};
use super::graph::{Graph, Region};
use super::{BindingId, BindingKind, Bindings, ScopeKind};
use crate::ir::{Access, Kind, NodeId, Role, Tree};

/// Variables times blocks of a function that are still followed.
const MOST_STATE: usize = 2_000_000;

/// Whether a variable has a value where it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unset {
    /// No way to the read assigns it.
    Surely,
    /// Some way to the read does not assign it.
    Perhaps,
}

/// Reads of variables that may have no value yet.
#[derive(Clone, Debug, Default)]
pub struct Initialization {
    unset: FxHashMap<NodeId, Unset>,
}

impl Initialization {
    /// Solves the problem for every function of a unit.
    pub fn compute(graph: &Graph, tree: &Tree, bindings: &Bindings) -> Self {
        let mut result = Self::default();
        let mut variables: FxHashMap<NodeId, Vec<(BindingId, Unset)>> = FxHashMap::default();
        for (id, binding) in bindings.iter() {
            let scope = bindings.scope(binding.scope);
            let function = scope.and_then(|scope| bindings.scope(scope.function));
            // A closure may run, and assign, at any time.
            let is_variable = binding.kind == BindingKind::Variable && !binding.is_captured;
            if let Some(function) = function
                && function.kind == ScopeKind::Function
                && is_variable
            {
                variables.entry(function.node).or_default().push((id, Unset::Surely));
            }
        }
        for region in graph.regions() {
            let start = State(variables.remove(&region.node).unwrap_or_default());
            // A state per block holds every variable: what generators write would fill the memory.
            let blocks = graph.blocks_of(region).count();
            if start.0.is_empty() || start.0.len() * blocks > MOST_STATE {
                continue;
            }
            let problem = Assigned { tree, bindings, start };
            let Some(solution) = solve(tree, graph, region, &problem) else { continue };
            for block in graph.blocks_of(region) {
                let Some(mut state) = solution.at(block).cloned() else { continue };
                for step in graph.steps(block) {
                    if matches!(tree.node(*step).access, Access::Read | Access::ReadWrite)
                        && tree.kind(*step) == Kind::Name
                        && let Some(unset) = bindings.resolve(*step).and_then(|it| state.get(it))
                    {
                        result.unset.insert(*step, unset);
                    }
                    problem.step(&mut state, *step);
                }
            }
        }
        result
    }

    /// Whether a name is read before its variable has a value; nothing when it surely has one.
    pub fn unset(&self, read: NodeId) -> Option<Unset> {
        self.unset.get(&read).copied()
    }
}

/// Variables without a value, ordered by binding.
#[derive(Clone, Debug, Default, PartialEq)]
struct State(Vec<(BindingId, Unset)>);

impl State {
    fn find(&self, binding: BindingId) -> Result<usize, usize> {
        self.0.binary_search_by_key(&binding, |(known, _)| *known)
    }

    fn get(&self, binding: BindingId) -> Option<Unset> {
        let at = self.find(binding).ok()?;
        self.0.get(at).map(|(_, unset)| *unset)
    }
}

/// Whether a name is declared without a value, which leaves the variable without one: C's `int a;`.
pub fn is_bare(tree: &Tree, name: NodeId) -> bool {
    let node = tree.node(name);
    tree.kind(node.parent) == Kind::Declare
        && node.role == Role::Target
        && node.access == Access::Declare
        && tree.child(node.parent, Role::Value).is_none()
}

struct Assigned<'a> {
    tree: &'a Tree,
    bindings: &'a Bindings,
    start: State,
}

impl Forward for Assigned<'_> {
    type State = State;

    fn start(&self, _: &Region) -> State {
        self.start.clone()
    }

    fn step(&self, state: &mut State, step: NodeId) {
        let node = self.tree.node(step);
        if node.kind != Kind::Name || node.access == Access::Read {
            return;
        }
        let Some(binding) = self.bindings.resolve(step) else { return };
        match (node.access, state.find(binding)) {
            (Access::Delete, Err(at)) => state.0.insert(at, (binding, Unset::Surely)),
            (Access::Delete, Ok(_)) | (_, Err(_)) => {}
            (_, Ok(at)) => {
                if !is_bare(self.tree, step) {
                    state.0.remove(at);
                }
            }
        }
    }

    fn assume(&self, _: &mut State, _: NodeId, _: bool) -> bool {
        true
    }

    fn join(&self, into: &mut State, from: &State) -> bool {
        let mut joined = Vec::with_capacity(into.0.len());
        let (mut left, mut right) = (into.0.iter().peekable(), from.0.iter().peekable());
        loop {
            let entry = match (left.peek(), right.peek()) {
                (None, None) => break,
                (Some((a, one)), Some((b, other))) if a == b => {
                    (*a, if one == other { *one } else { Unset::Perhaps })
                }
                (Some((a, _)), Some((b, _))) if a < b => (*a, Unset::Perhaps),
                (Some((a, _)), None) => (*a, Unset::Perhaps),
                (_, Some((b, _))) => (*b, Unset::Perhaps),
            };
            left.next_if(|(known, _)| *known == entry.0);
            right.next_if(|(known, _)| *known == entry.0);
            joined.push(entry);
        }
        let changed = joined != into.0;
        into.0 = joined;
        changed
    }

    fn widen(&self, _: &mut State, _: &State) {}
}
