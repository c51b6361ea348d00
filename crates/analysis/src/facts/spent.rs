//! Variables whose value is gone: what they held was released, moved away, or run through to its
//! end, wherever control came from. A forward dataflow problem over the variables that only their
//! own function mentions; which mentions use a value up, the asking rule says.

use rustc_hash::{FxHashMap, FxHashSet};

use super::dataflow::{Forward, solve};
use super::graph::{Graph, Region};
use super::{BindingId, BindingKind, Bindings, ScopeKind};
use crate::ir::{Access, Kind, NodeId, Tree};

/// Mentions of variables whose value is gone.
#[derive(Clone, Debug, Default)]
pub struct Spent {
    gone: FxHashMap<NodeId, NodeId>,
}

impl Spent {
    /// Solves the problem for the functions in which a mention spends its variable's value;
    /// `renews` are mentions that give it a new one by other means than an assignment.
    pub fn compute(
        graph: &Graph,
        tree: &Tree,
        bindings: &Bindings,
        spends: &FxHashSet<NodeId>,
        renews: &FxHashSet<NodeId>,
    ) -> Self {
        let mut result = Self::default();
        let functions: FxHashSet<NodeId> =
            spends.iter().map(|it| tree.enclosing_function(*it)).collect();
        for region in graph.regions().iter().filter(|it| functions.contains(&it.node)) {
            let problem = Flow { tree, bindings, spends, renews, function: region.node };
            let Some(solution) = solve(tree, graph, region, &problem) else { continue };
            for block in graph.blocks_of(region) {
                let Some(mut state) = solution.at(block).cloned() else { continue };
                for step in graph.steps(block) {
                    if let Some(spent) = problem.tracked(*step).and_then(|it| state.get(it))
                        && tree.node(*step).access == Access::Read
                        && !renews.contains(step)
                    {
                        result.gone.insert(*step, spent);
                    }
                    problem.step(&mut state, *step);
                }
            }
        }
        result
    }

    /// Where the value was spent that a name reads, if it surely was.
    pub fn at(&self, read: NodeId) -> Option<NodeId> {
        self.gone.get(&read).copied()
    }

    /// All reads of spent values, in the order of the text, each with where it was spent.
    pub fn reads(&self) -> Vec<(NodeId, NodeId)> {
        let mut reads: Vec<_> = self.gone.iter().map(|(read, spent)| (*read, *spent)).collect();
        reads.sort_unstable();
        reads
    }
}

/// Spent variables, ordered by binding, with the mention that spent each.
#[derive(Clone, Debug, Default, PartialEq)]
struct State(Vec<(BindingId, NodeId)>);

impl State {
    fn find(&self, binding: BindingId) -> Result<usize, usize> {
        self.0.binary_search_by_key(&binding, |(known, _)| *known)
    }

    fn get(&self, binding: BindingId) -> Option<NodeId> {
        let at = self.find(binding).ok()?;
        self.0.get(at).map(|(_, spent)| *spent)
    }
}

struct Flow<'a> {
    tree: &'a Tree,
    bindings: &'a Bindings,
    spends: &'a FxHashSet<NodeId>,
    renews: &'a FxHashSet<NodeId>,
    function: NodeId,
}

impl Flow<'_> {
    /// The binding of a name, if it is the function's own and no closure mentions it.
    fn tracked(&self, name: NodeId) -> Option<BindingId> {
        if self.tree.kind(name) != Kind::Name {
            return None;
        }
        let id = self.bindings.resolve(name)?;
        let binding = self.bindings.binding(id)?;
        let function = self.bindings.scope(self.bindings.scope(binding.scope)?.function)?;
        let is_own = function.kind == ScopeKind::Function && function.node == self.function;
        let is_variable = matches!(binding.kind, BindingKind::Variable | BindingKind::Parameter);
        (is_own && is_variable && !binding.is_captured).then_some(id)
    }
}

impl Forward for Flow<'_> {
    type State = State;

    fn start(&self, _: &Region) -> State {
        State::default()
    }

    fn step(&self, state: &mut State, step: NodeId) {
        let Some(binding) = self.tracked(step) else { return };
        let node = self.tree.node(step);
        let is_lent = self.tree.kind(node.parent) == Kind::Reference;
        let is_renewed = node.access != Access::Read || is_lent || self.renews.contains(&step);
        match state.find(binding) {
            Ok(at) if is_renewed => {
                state.0.remove(at);
            }
            Err(at) if self.spends.contains(&step) => state.0.insert(at, (binding, step)),
            _ => {}
        }
    }

    fn assume(&self, _: &mut State, _: NodeId, _: bool) -> bool {
        true
    }

    /// Only what every way has spent is gone.
    fn join(&self, into: &mut State, from: &State) -> bool {
        let before = into.0.len();
        into.0.retain(|(binding, _)| from.find(*binding).is_ok());
        into.0.len() != before
    }

    fn widen(&self, _: &mut State, _: &State) {}
}
