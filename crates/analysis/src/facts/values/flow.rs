//! The dataflow problem itself: what steps and conditions tell of variables.

use super::domain::{Constant, Nullness, Reason, State, Value};
use super::evaluate::integer;
use super::{Types, Values};
use crate::facts::control_flow::is_unevaluated;
use crate::facts::dataflow::{Forward, solve};
use crate::facts::graph::{Graph, Region};
use crate::facts::{Binding, BindingId, Bindings, ScopeKind};
use crate::ir::{Access, Flags, Kind, NodeId, Operator, Role, Tree};
use crate::languages::Knowledge;

pub(super) struct Flow<'a> {
    pub(super) tree: &'a Tree,
    bindings: &'a Bindings,
    types: Types<'a>,
    /// For each binding, the function whose variable it is, if no other changes it.
    owners: &'a [Option<NodeId>],
    /// The function whose variables are followed.
    function: NodeId,
}

/// For each binding, the function whose variable it is, if nobody else can change it: no other
/// function, nobody by a reference, and no importer of a module.
pub(super) fn owners(
    tree: &Tree,
    bindings: &Bindings,
    knowledge: &Knowledge,
) -> Vec<Option<NodeId>> {
    let owner = |(id, binding): (BindingId, &Binding)| {
        let scope = bindings.scope(binding.scope)?;
        let function = bindings.scope(scope.function)?;
        let node = function.node;
        let is_elsewhere = |it: NodeId| tree.enclosing_function(it) != node;
        let is_lent = |name: &NodeId| {
            tree.kind(tree.node(*name).parent) == Kind::Reference
                || knowledge.arguments_may_change && tree.role(*name) == Role::Argument
        };
        let declaration = tree.node(binding.declared_at).parent;
        // What outlives the call was set by an earlier one.
        let is_static = tree.flags(declaration).has(Flags::STATIC);
        let changes_elsewhere = binding.is_captured && bindings.definitions(id).any(is_elsewhere);
        let is_own = function.kind == ScopeKind::Function
            && !is_static
            && !changes_elsewhere
            && !bindings.occurrences(id).iter().any(is_lent);
        is_own.then_some(node)
    };
    bindings.iter().map(owner).collect()
}

/// Follows the variables of one function.
pub(super) fn solve_region(
    graph: &Graph,
    region: &Region,
    types: Types<'_>,
    owners: &[Option<NodeId>],
    values: &mut Values,
) {
    let (tree, bindings) = (types.tree, types.bindings);
    let flow = Flow { tree, bindings, types, owners, function: region.node };
    let Some(solution) = solve(types.tree, graph, region, &flow) else { return };
    for block in graph.blocks_of(region) {
        let Some(state) = solution.at(block) else {
            if graph.is_reachable(block) {
                values.never.push(block);
            }
            continue;
        };
        flow.record(graph, block, state.clone(), values);
    }
}

impl Flow<'_> {
    /// Notes what is known at the steps of a block.
    fn record(&self, graph: &Graph, block: super::BlockId, mut state: State, values: &mut Values) {
        for step in graph.steps(block) {
            match self.tree.kind(*step) {
                Kind::Name if self.tree.node(*step).access == Access::Read => {
                    let value = self.evaluate(&state, *step);
                    if !value.is_unknown() {
                        values.reads.insert(*step, value);
                    }
                }
                Kind::Compare => {
                    if let Some(truth) = self.truth(&state, *step) {
                        values.truths.insert(*step, truth);
                    }
                }
                _ => {}
            }
            self.step(&mut state, *step);
        }
        let edges = graph.block(block).map(|block| block.successors.as_slice());
        let condition = edges.unwrap_or_default().iter().find_map(|edge| edge.condition);
        if let Some((condition, _)) = condition
            && let Some(truth) = self.truth(&state, condition)
        {
            values.truths.insert(condition, truth);
        }
    }

    /// The binding of a name, if it is a variable that only this function changes.
    pub(super) fn tracked(&self, name: NodeId) -> Option<BindingId> {
        let binding = self.bindings.resolve(name)?;
        (self.owners.get(binding.0 as usize) == Some(&Some(self.function))).then_some(binding)
    }

    /// The value that a definition gives a variable.
    fn defined(&self, state: &State, name: NodeId, binding: BindingId) -> Value {
        let node = self.tree.node(name);
        let definition = node.parent;
        let parts = self.tree.node(definition);
        match parts.kind {
            Kind::Assign | Kind::Declare | Kind::LetCondition if node.role == Role::Target => {
                if parts.operator.is_augmented() {
                    return self.augmented(state, definition, binding);
                }
                match self.tree.child(definition, Role::Value) {
                    Some(value) => self.assigned(state, value),
                    None if self.is_unset(definition, name, binding) => {
                        Value::null(definition, Reason::Assigned)
                    }
                    // `var x` once more leaves it as it is.
                    None if parts.flags.has(Flags::FUNCTION_SCOPED) => state.get(binding),
                    None => Value::UNKNOWN,
                }
            }
            Kind::Update => {
                let by = if parts.operator == Operator::Increment { 1 } else { -1 };
                shifted(state.get(binding), by, definition)
            }
            _ => Value::UNKNOWN,
        }
    }

    /// Whether a declaration without a value leaves the variable null.
    fn is_unset(&self, definition: NodeId, name: NodeId, binding: BindingId) -> bool {
        let is_first = self.bindings.binding(binding).is_some_and(|it| it.declared_at == name);
        self.types.language.spec().knowledge.unset_is_null
            && is_first
            && self.tree.kind(definition) == Kind::Declare
            && !matches!(self.tree.kind(self.tree.node(definition).parent), Kind::ForEach)
    }

    fn assigned(&self, state: &State, value: NodeId) -> Value {
        let known = self.evaluate(state, value);
        match known.nullness {
            // The assignment tells more than where the null came from.
            Nullness::Always => Value { because: value, ..known },
            _ if known.is_unknown() && self.types.may_be_null(value) => Value {
                nullness: Nullness::Sometimes,
                reason: Reason::Returned,
                because: value,
                ..known
            },
            _ => known,
        }
    }

    fn augmented(&self, state: &State, assignment: NodeId, binding: BindingId) -> Value {
        let by = self.tree.child(assignment, Role::Value).and_then(|value| {
            (self.tree.kind(value) == Kind::Number).then(|| integer(self.tree.text(value)))?
        });
        match (self.tree.node(assignment).operator, by) {
            (Operator::AddAssign, Some(by)) => shifted(state.get(binding), by, assignment),
            (Operator::SubtractAssign, Some(by)) => shifted(state.get(binding), -by, assignment),
            _ => Value::UNKNOWN,
        }
    }

    /// What a comparison with null tells of a variable.
    fn assume_null(&self, state: &mut State, condition: NodeId, holds: bool) {
        let tree = self.tree;
        let operator = tree.node(condition).operator;
        let (is_equal, is_strict) = match operator {
            Operator::Equal | Operator::Is => (true, false),
            Operator::NotEqual | Operator::IsNot => (false, false),
            Operator::StrictEqual => (true, true),
            Operator::StrictNotEqual => (false, true),
            _ => return,
        };
        let sides = [Role::Left, Role::Right].map(|role| tree.child(condition, role));
        let [Some(left), Some(right)] = sides else { return };
        for (variable, other) in [(left, right), (right, left)] {
            let Some(binding) = self.variable(variable) else { continue };
            if tree.kind(other) == Kind::Null {
                let value = if is_equal == holds {
                    Value::null(condition, Reason::Tested)
                } else if is_strict {
                    // Not `null`, but it may still be `undefined`: which of the two it was is not
                    // known.
                    let known = state.get(binding);
                    if known.nullness == Nullness::Always { Value::UNKNOWN } else { known }
                } else {
                    Value { nullness: Nullness::Never, ..state.get(binding) }
                };
                state.set(binding, value);
            } else if is_equal == holds {
                let known = self.evaluate(state, other);
                if known.constant != Constant::Any {
                    state.set(binding, Value { because: condition, ..known });
                }
            }
        }
    }

    /// What an ordering comparison tells of integers.
    fn assume_order(&self, state: &mut State, condition: NodeId, holds: bool) {
        let tree = self.tree;
        let sides = [Role::Left, Role::Right].map(|role| tree.child(condition, role));
        let [Some(left), Some(right)] = sides else { return };
        let (low, high, strict) = match (tree.node(condition).operator, holds) {
            (Operator::Less, true) | (Operator::GreaterEqual, false) => (left, right, true),
            (Operator::LessEqual, true) | (Operator::Greater, false) => (left, right, false),
            (Operator::Greater, true) | (Operator::LessEqual, false) => (right, left, true),
            (Operator::GreaterEqual, true) | (Operator::Less, false) => (right, left, false),
            _ => return,
        };
        let step = i64::from(strict);
        let bounds = [low, high].map(|side| self.evaluate(state, side).constant);
        let [low_bounds, high_bounds] = bounds;
        // Only what is known to be an integer is narrowed: a float lies between two of them.
        if let (Some(binding), Constant::Range(from, to), Constant::Range(_, limit)) =
            (self.variable(low), low_bounds, high_bounds)
        {
            let to = if limit == i64::MAX { to } else { to.min(limit - step) };
            narrow(state, binding, from, to, condition);
        }
        if let (Some(binding), Constant::Range(limit, _), Constant::Range(from, to)) =
            (self.variable(high), low_bounds, high_bounds)
        {
            let from = if limit == i64::MIN { from } else { from.max(limit + step) };
            narrow(state, binding, from, to, condition);
        }
    }

    /// The variable that a condition is about: itself, or what it is assigned in the condition.
    fn variable(&self, id: NodeId) -> Option<BindingId> {
        let name = match self.tree.kind(id) {
            Kind::Assign | Kind::LetCondition => self.tree.child(id, Role::Target)?,
            _ => id,
        };
        (self.tree.kind(name) == Kind::Name).then(|| self.tracked(name))?
    }
}

fn narrow(state: &mut State, binding: BindingId, from: i64, to: i64, because: NodeId) {
    if from <= to {
        let value = Value::constant(because, Constant::Range(from, to).bounded());
        state.set(binding, value);
    }
}

fn shifted(value: Value, by: i64, because: NodeId) -> Value {
    match value.constant {
        Constant::Range(low, high) => {
            let shift = |end: i64, open: i64| match end {
                i64::MIN | i64::MAX => end,
                _ => end.checked_add(by).unwrap_or(open),
            };
            let range = Constant::Range(shift(low, i64::MIN), shift(high, i64::MAX)).bounded();
            Value::constant(because, range)
        }
        _ => Value::UNKNOWN,
    }
}

impl Forward for Flow<'_> {
    type State = State;

    fn start(&self, _: &Region) -> State {
        State::default()
    }

    fn step(&self, state: &mut State, step: NodeId) {
        let node = self.tree.node(step);
        if node.kind == Kind::Name
            && node.access != Access::Read
            && let Some(binding) = self.tracked(step)
        {
            let value = self.defined(state, step, binding);
            state.set(binding, value);
        }
        // Whoever got past a member of it holds something.
        let is_use = matches!(node.kind, Kind::Member | Kind::Index | Kind::Dereference);
        if is_use
            && !node.flags.has(Flags::OPTIONAL)
            && let Some(receiver) = self.tree.child(step, Role::Receiver).or_else(|| {
                self.tree.child(step, Role::Value).filter(|_| node.kind == Kind::Dereference)
            })
            && let Some(binding) = self.variable(receiver)
            && !is_unevaluated(self.tree, step)
        {
            let value = state.get(binding);
            if value.nullness != Nullness::Never {
                state.set(binding, Value { nullness: Nullness::Never, because: step, ..value });
            }
        }
    }

    fn assume(&self, state: &mut State, condition: NodeId, holds: bool) -> bool {
        if self.truth(state, condition).is_some_and(|truth| truth != holds) {
            return false;
        }
        let tree = self.tree;
        match tree.kind(condition) {
            Kind::Compare => {
                self.assume_null(state, condition, holds);
                self.assume_order(state, condition, holds);
            }
            Kind::Name | Kind::LetCondition | Kind::Assign => {
                if let Some(binding) = self.variable(condition) {
                    let value = state.get(binding);
                    if holds {
                        let is_boolean = matches!(value.constant, Constant::Boolean(_));
                        let constant = if is_boolean { Constant::Any } else { value.constant };
                        state.set(binding, Value { nullness: Nullness::Never, constant, ..value });
                    } else if self.types.language.spec().knowledge.falsy_is_null {
                        state.set(binding, Value::null(condition, Reason::Tested));
                    }
                }
            }
            // `isinstance(x, T)`, `x instanceof T`
            Kind::Call if holds => {
                let callee = tree.child(condition, Role::Callee);
                let is_type_test = callee.is_some_and(|it| tree.text(it) == "isinstance");
                if let Some(argument) = tree.child(condition, Role::Argument)
                    && is_type_test
                    && let Some(binding) = self.variable(argument)
                {
                    state.set(binding, Value::some(condition));
                }
            }
            _ => {}
        }
        true
    }

    fn join(&self, into: &mut State, from: &State) -> bool {
        into.join(from)
    }

    fn widen(&self, state: &mut State, earlier: &State) {
        state.widen(earlier);
    }
}
