//! Answers that cost more than a look at a node, kept while rules look at one unit.
//!
//! They depend on the rest of the file too, so they are not among the unit's [`Facts`](super::Facts);
//! each is computed when the first rule asks for it.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::graph::Graph;
use super::initialization::Initialization;
use super::liveness::Liveness;
use super::metrics::Metrics;
use super::outside::Traced;
use super::resources::Resources;
use super::values::Values;
use super::{BindingId, ScopeId};
use crate::ir::{NodeId, Symbol};
use crate::languages::ValueType;

/// What was found out about a unit so far.
#[derive(Debug, Default)]
pub struct Memo {
    types: RefCell<FxHashMap<(BindingId, u8), Option<ValueType>>>,
    graph: OnceCell<Graph>,
    values: OnceCell<Values>,
    liveness: OnceCell<Liveness>,
    initialization: OnceCell<Initialization>,
    resources: OnceCell<Resources>,
    tests: RefCell<FxHashMap<NodeId, bool>>,
    metrics: RefCell<FxHashMap<NodeId, Metrics>>,
    macro_callers: RefCell<FxHashMap<NodeId, bool>>,
    computing: RefCell<FxHashMap<NodeId, bool>>,
    kept_comparisons: OnceCell<FxHashSet<u64>>,
    handovers: OnceCell<FxHashSet<u64>>,
    declarations: OnceCell<FxHashMap<(ScopeId, Symbol), BindingId>>,
    traced: RefCell<FxHashMap<BindingId, Rc<Traced>>>,
}

impl Memo {
    /// The unit's control-flow graph, built by `build` the first time.
    pub fn graph(&self, build: impl FnOnce() -> Graph) -> &Graph {
        self.graph.get_or_init(build)
    }

    /// What is known of the unit's variables, computed the first time.
    pub fn values(&self, compute: impl FnOnce() -> Values) -> &Values {
        self.values.get_or_init(compute)
    }

    /// Which assignments nobody reads, computed the first time.
    pub fn liveness(&self, compute: impl FnOnce() -> Liveness) -> &Liveness {
        self.liveness.get_or_init(compute)
    }

    /// Which reads come before any assignment, computed the first time.
    pub fn initialization(&self, compute: impl FnOnce() -> Initialization) -> &Initialization {
        self.initialization.get_or_init(compute)
    }

    /// What becomes of resources, computed the first time.
    pub fn resources(&self, compute: impl FnOnce() -> Resources) -> &Resources {
        self.resources.get_or_init(compute)
    }

    /// Whether a function is a test, as `look` finds it the first time.
    pub fn is_test(&self, function: NodeId, look: impl FnOnce() -> bool) -> bool {
        *self.tests.borrow_mut().entry(function).or_insert_with(look)
    }

    /// The metrics of a function, measured the first time.
    pub fn metrics(&self, function: NodeId, measure: impl FnOnce() -> Metrics) -> Metrics {
        *self.metrics.borrow_mut().entry(function).or_insert_with(measure)
    }

    /// Whether something in a function looks like a macro, as `look` finds it the first time.
    pub fn calls_macro(&self, function: NodeId, look: impl FnOnce() -> bool) -> bool {
        *self.macro_callers.borrow_mut().entry(function).or_insert_with(look)
    }

    /// Whether a function's body only computes, as `look` finds it the first time.
    pub fn only_computes(&self, body: NodeId, look: impl FnOnce() -> bool) -> bool {
        *self.computing.borrow_mut().entry(body).or_insert_with(look)
    }

    /// The shapes of the comparisons whose outcome is kept, collected the first time.
    pub fn kept_comparisons(&self, collect: impl FnOnce() -> FxHashSet<u64>) -> &FxHashSet<u64> {
        self.kept_comparisons.get_or_init(collect)
    }

    /// The shapes of the pairs of arguments that calls hand over, collected the first time.
    pub fn handovers(&self, collect: impl FnOnce() -> FxHashSet<u64>) -> &FxHashSet<u64> {
        self.handovers.get_or_init(collect)
    }

    /// The first variable that each scope declares of each name, collected the first time.
    pub fn declarations(
        &self,
        collect: impl FnOnce() -> FxHashMap<(ScopeId, Symbol), BindingId>,
    ) -> &FxHashMap<(ScopeId, Symbol), BindingId> {
        self.declarations.get_or_init(collect)
    }

    /// Where a variable's values come from, as `trace` finds it the first time.
    pub(super) fn traced(&self, binding: BindingId, trace: impl FnOnce() -> Traced) -> Rc<Traced> {
        let mut traced = self.traced.borrow_mut();
        Rc::clone(traced.entry(binding).or_insert_with(|| Rc::new(trace())))
    }

    /// The type of a binding, followed so deep, as `derive` finds it the first time.
    pub(super) fn type_of(
        &self,
        binding: BindingId,
        depth: u8,
        derive: impl FnOnce() -> Option<ValueType>,
    ) -> Option<ValueType> {
        if let Some(known) = self.types.borrow().get(&(binding, depth)) {
            return *known;
        }
        let found = derive();
        self.types.borrow_mut().insert((binding, depth), found);
        found
    }
}
