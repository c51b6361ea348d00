//! What becomes of resources: files, connections and locks that variables hold, from where they
//! are opened to where they are closed, by forward dataflow.
//!
//! A resource that is returned, stored, or handed to somebody else is not followed any further:
//! closing it is then somebody else's business.

use rustc_hash::FxHashMap;

use super::dataflow::{Forward, solve};
use super::graph::{Graph, Region};
use super::paths::ends_in;
use super::types::Types;
use super::{BindingId, ScopeKind};
use crate::ir::{Access, Kind, NodeId, Operator, Role};

/// What is wrong with a resource at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It was closed before, wherever control came from.
    UsedAfterClose {
        /// Where it was closed.
        closed: NodeId,
    },
    /// It is closed a second time, wherever control came from.
    ClosedTwice {
        /// Where it was closed first.
        closed: NodeId,
    },
}

/// A resource that some way to the function's end leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leak {
    /// The call that opened it.
    pub opened: NodeId,
    /// Where another way closes it; nothing when none does.
    pub closed_elsewhere: Option<NodeId>,
    /// Whether only an exception leaves it open.
    pub by_exception: bool,
}

/// What is wrong with a unit's resources.
#[derive(Clone, Debug, Default)]
pub struct Resources {
    troubles: FxHashMap<NodeId, Trouble>,
    leaks: Vec<Leak>,
}

impl Resources {
    /// Solves the problem for every function of a unit.
    pub fn compute(graph: &Graph, types: Types<'_>) -> Self {
        let mut result = Self::default();
        let knowledge = types.language.spec().knowledge;
        if knowledge.resources.is_empty() {
            return result;
        }
        for region in graph.regions() {
            let problem = Flow { types, function: region.node };
            if !problem.opens_any(graph, region) {
                continue;
            }
            let Some(solution) = solve(types.tree, graph, region, &problem) else { continue };
            let mut closed_at = FxHashMap::default();
            for block in graph.blocks_of(region) {
                let Some(mut state) = solution.at(block).cloned() else { continue };
                for step in graph.steps(block) {
                    problem.look(&state, *step, &mut result);
                    problem.step(&mut state, *step);
                    for held in &state.0 {
                        if let Holding::Closed { closed } = held.1 {
                            closed_at.entry(held.2).or_insert(closed);
                        }
                    }
                }
            }
            let ends = [(region.exit, false), (region.raised, true)];
            for (end, by_exception) in ends {
                let Some(state) = solution.at(end) else { continue };
                for (_, holding, opened) in &state.0 {
                    let is_open = matches!(holding, Holding::Open | Holding::Either);
                    let known = result.leaks.iter().any(|leak| leak.opened == *opened);
                    if is_open && !known {
                        let closed_elsewhere = closed_at.get(opened).copied();
                        result.leaks.push(Leak { opened: *opened, closed_elsewhere, by_exception });
                    }
                }
            }
        }
        result
    }

    /// What is wrong at a use of a resource: the name node that mentions it.
    pub fn trouble(&self, mention: NodeId) -> Option<Trouble> {
        self.troubles.get(&mention).copied()
    }

    /// Resources that are not closed on every way.
    pub fn leaks(&self) -> &[Leak] {
        &self.leaks
    }

    /// The leak of the resource that a call opens.
    pub fn leak(&self, opened: NodeId) -> Option<&Leak> {
        self.leaks.iter().find(|leak| leak.opened == opened)
    }
}

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holding {
    Open,
    Closed { closed: NodeId },
    Either,
}

/// Variables that hold resources, ordered by binding, with the calls that opened them.
#[derive(Clone, Debug, Default, PartialEq)]
struct State(Vec<(BindingId, Holding, NodeId)>);

impl State {
    fn find(&self, binding: BindingId) -> Result<usize, usize> {
        self.0.binary_search_by_key(&binding, |(known, ..)| *known)
    }

    fn get(&self, binding: BindingId) -> Option<(Holding, NodeId)> {
        let at = self.find(binding).ok()?;
        self.0.get(at).map(|(_, holding, opened)| (*holding, *opened))
    }

    fn set(&mut self, binding: BindingId, held: Option<(Holding, NodeId)>) {
        match (self.find(binding), held) {
            (Ok(at), Some((holding, opened))) => {
                if let Some(slot) = self.0.get_mut(at) {
                    *slot = (binding, holding, opened);
                }
            }
            (Ok(at), None) => {
                self.0.remove(at);
            }
            (Err(at), Some((holding, opened))) => self.0.insert(at, (binding, holding, opened)),
            (Err(_), None) => {}
        }
    }
}

/// What a mention of a variable does to the resource in it.
enum Use {
    /// Calls a method that closes it.
    Closes,
    /// Reads a member, calls a method, tests it, runs over it.
    Uses,
    /// Hands it to somebody else.
    Escapes,
}

struct Flow<'a> {
    types: Types<'a>,
    function: NodeId,
}

impl Flow<'_> {
    fn opens_any(&self, graph: &Graph, region: &Region) -> bool {
        let mut blocks = graph.blocks_of(region);
        blocks.any(|block| graph.steps(block).iter().any(|step| self.opened(*step).is_some()))
    }

    /// The constructor of a call that opens a resource, with the methods that close it.
    fn opened(&self, call: NodeId) -> Option<&'static [&'static str]> {
        let tree = self.types.tree;
        if tree.kind(call) != Kind::Call {
            return None;
        }
        let callee = tree.child(call, Role::Callee)?;
        let knowledge = self.types.language.spec().knowledge;
        let name = tree.name(callee);
        let mut candidates =
            knowledge.resources.iter().filter(|(path, _)| ends_in(path, name)).peekable();
        candidates.peek()?;
        let path = self.types.paths.of(callee)?;
        candidates.find(|(known, _)| *known == path).map(|(_, closing)| *closing)
    }

    fn tracked(&self, name: NodeId) -> Option<BindingId> {
        let bindings = self.types.bindings;
        let id = bindings.resolve(name)?;
        let binding = bindings.binding(id)?;
        let function = bindings.scope(bindings.scope(binding.scope)?.function)?;
        let is_own = function.kind == ScopeKind::Function && function.node == self.function;
        // What a bare `return` hands over is a parameter of the result.
        let is_result =
            self.types.tree.role(self.types.tree.node(binding.declared_at).parent) == Role::Type;
        (is_own && !is_result && !binding.is_captured).then_some(id)
    }

    fn usage(&self, name: NodeId, closing: &[&str]) -> Use {
        let tree = self.types.tree;
        let node = tree.node(name);
        let parent = tree.node(node.parent);
        match (parent.kind, node.role) {
            (Kind::Member, Role::Receiver) => {
                let is_called = tree.role(node.parent) == Role::Callee;
                if is_called && closing.contains(&tree.name(node.parent)) {
                    Use::Closes
                } else if is_called && self.gives_part(node.parent) {
                    Use::Escapes
                } else if is_called || tree.role(node.parent) != Role::Value {
                    Use::Uses
                } else {
                    // `close = file.close`: who knows when it is called.
                    Use::Escapes
                }
            }
            (Kind::Index, Role::Receiver)
            | (Kind::Compare | Kind::Logical | Kind::Unary | Kind::Dereference, _)
            | (Kind::ForEach | Kind::ComprehensionFor, Role::Iterable)
            | (Kind::If | Kind::While | Kind::Ternary, Role::Condition) => Use::Uses,
            // `fclose(file)`, `os.close(descriptor)`
            (Kind::Call, Role::Argument) => {
                let callee = tree.child(node.parent, Role::Callee);
                match callee {
                    Some(callee) if closing.contains(&tree.text(callee)) => Use::Closes,
                    // What gives its argument back hands it on: `p = strcpy(q, s)`.
                    Some(callee)
                        if tree.kind(callee) == Kind::Name
                            && self.only_uses(tree.name(callee))
                            && tree.role(node.parent) != Role::Value =>
                    {
                        Use::Uses
                    }
                    _ => Use::Escapes,
                }
            }
            _ => Use::Escapes,
        }
    }

    /// Whether a method's result is kept or handed on and closes the resource with itself:
    /// `channel = file.getChannel()`.
    fn gives_part(&self, callee: NodeId) -> bool {
        let tree = self.types.tree;
        let call = tree.node(callee).parent;
        let is_kept = !matches!(tree.role(call), Role::Receiver | Role::Child);
        is_kept && self.types.language.spec().knowledge.resource_parts.contains(&tree.name(callee))
    }

    fn only_uses(&self, function: &str) -> bool {
        self.types.language.spec().knowledge.resource_users.contains(&function)
    }

    fn closing(&self, opened: NodeId) -> &'static [&'static str] {
        self.opened(opened).unwrap_or(&[])
    }

    fn is_deferred(&self, name: NodeId) -> bool {
        let tree = self.types.tree;
        let statement = tree.enclosing_statement(name);
        tree.kind(statement) == Kind::Defer
    }

    /// The name that takes the error of a call that opens a resource: the last of the row.
    fn error_of(&self, opened: NodeId) -> Option<BindingId> {
        let tree = self.types.tree;
        let row = tree.child(tree.node(opened).parent, Role::Target)?;
        let last = tree.last_child(row).filter(|_| tree.kind(row) == Kind::Tuple)?;
        self.types.bindings.resolve(last)
    }

    /// Notes what is wrong at a step.
    fn look(&self, state: &State, step: NodeId, result: &mut Resources) {
        let tree = self.types.tree;
        if tree.kind(step) != Kind::Name || tree.node(step).access != Access::Read {
            return;
        }
        let Some((Holding::Closed { closed }, opened)) =
            self.tracked(step).and_then(|binding| state.get(binding))
        else {
            return;
        };
        let member = tree.node(step).parent;
        let trouble = match self.usage(step, self.closing(opened)) {
            Use::Closes => Trouble::ClosedTwice { closed },
            Use::Uses if tree.role(member) == Role::Callee => Trouble::UsedAfterClose { closed },
            _ => return,
        };
        result.troubles.insert(step, trouble);
    }
}

impl Forward for Flow<'_> {
    type State = State;

    fn start(&self, _: &Region) -> State {
        State::default()
    }

    fn step(&self, state: &mut State, step: NodeId) {
        let tree = self.types.tree;
        let node = tree.node(step);
        if node.kind != Kind::Name {
            return;
        }
        let Some(binding) = self.tracked(step) else { return };
        if node.access == Access::Read {
            let Some((_, opened)) = state.get(binding) else { return };
            match self.usage(step, self.closing(opened)) {
                // What is put off closes at the end, whatever comes.
                Use::Closes if self.is_deferred(step) => state.set(binding, None),
                Use::Closes => {
                    state.set(binding, Some((Holding::Closed { closed: step }, opened)));
                }
                Use::Uses => {}
                Use::Escapes => state.set(binding, None),
            }
            return;
        }
        // `file, err := os.Open(path)`: the first of the row is the resource.
        let row = node.parent;
        let in_row = node.role == Role::Element
            && tree.kind(row) == Kind::Tuple
            && tree.children(row).next() == Some(step);
        let target = if in_row { row } else { step };
        let definition = tree.node(target).parent;
        let is_plain = tree.role(target) == Role::Target
            && matches!(tree.kind(definition), Kind::Assign | Kind::Declare)
            // What a `with` opens, it closes.
            && tree.kind(tree.node(definition).parent) != Kind::With
            && tree.role(definition) != Role::Resource;
        let value = tree.child(definition, Role::Value).filter(|_| is_plain);
        // `(char *)malloc(n)`
        let value = value.and_then(|it| match tree.kind(it) {
            Kind::Cast => tree.children(it).find(|inner| tree.kind(*inner) == Kind::Call),
            _ => Some(it),
        });
        let opened = value.filter(|value| self.opened(*value).is_some());
        state.set(binding, opened.map(|opened| (Holding::Open, opened)));
    }

    /// What turned out to be nothing needs no closing.
    fn assume(&self, state: &mut State, condition: NodeId, holds: bool) -> bool {
        let tree = self.types.tree;
        let names: Vec<NodeId> = std::iter::once(condition)
            .chain(tree.children(condition))
            // `(file = fopen(path, "r")) == NULL`
            .map(|it| match tree.kind(it) {
                Kind::Assign => tree.child(it, Role::Target).unwrap_or(it),
                _ => it,
            })
            .filter(|it| tree.kind(*it) == Kind::Name)
            .collect();
        let mentions_null = tree.children(condition).any(|it| tree.kind(it) == Kind::Null);
        let is_null = match tree.node(condition).operator {
            Operator::NotEqual | Operator::StrictNotEqual | Operator::IsNot => !holds,
            _ => holds,
        };
        let is_value = matches!(tree.kind(condition), Kind::Name | Kind::Assign);
        if is_value && !holds || mentions_null && is_null {
            for name in &names {
                if let Some(binding) = self.tracked(*name) {
                    state.set(binding, None);
                }
            }
        }
        // Where there is an error, nothing was opened: `err != nil`, `os.IsNotExist(err)`.
        if mentions_null && !is_null || tree.kind(condition) == Kind::Call && holds {
            for name in names {
                let error = self.types.bindings.resolve(name);
                state.0.retain(|(.., opened)| error.is_none() || self.error_of(*opened) != error);
            }
        }
        true
    }

    fn join(&self, into: &mut State, from: &State) -> bool {
        // Where one way has nothing to close, what another has closed is no matter any more; what
        // is open stays open.
        let matters = |holding: &Holding| !matches!(holding, Holding::Closed { .. });
        let before = into.0.len();
        into.0.retain(|(binding, holding, _)| matters(holding) || from.find(*binding).is_ok());
        let mut changed = into.0.len() != before;
        for (binding, holding, opened) in &from.0 {
            let joined = match into.get(*binding) {
                Some((known, _)) if known == *holding || known == Holding::Either => continue,
                // Closed here on one way and there on another is closed.
                Some((known, _)) if !matters(&known) && !matters(holding) => continue,
                Some(_) => Holding::Either,
                None if matters(holding) => *holding,
                None => continue,
            };
            into.set(*binding, Some((joined, *opened)));
            changed = true;
        }
        changed
    }

    fn widen(&self, _: &mut State, _: &State) {}
}
