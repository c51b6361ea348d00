//! Whether a variable can have a value at a place: nobody means one that has none yet.
//!
//! Two questions. Is the place part of what gives the variable its only values (`total = sum(total)`,
//! `for item in items(item)`)? Then it has none, loop or not. Otherwise, does any way through the
//! function lead from a definition to the place? That is a forward dataflow problem for one variable.

use std::cell::OnceCell;

use analysis::facts::dataflow::{Forward, solve};
use analysis::facts::graph::{Graph, Region};
use analysis::facts::initialization::is_bare;
use analysis::facts::{BindingId, BindingKind, Bindings};
use analysis::ir::{Access, Kind, NodeId, Role, Tree};

use crate::features::Features;

/// Steps a definition may stand below what gives it its value: patterns within patterns.
const DEEPEST_PATTERN: usize = 6;

/// The ways through a unit, found when they are first asked for.
#[derive(Debug, Default)]
pub struct Ways {
    graph: OnceCell<Graph>,
}

impl Ways {
    /// Whether no way to a place gives a variable a value.
    pub fn is_unset(&self, features: &Features<'_>, variable: BindingId, place: NodeId) -> bool {
        let Features { tree, bindings, .. } = *features;
        let Some(binding) = bindings.binding(variable) else { return false };
        if binding.kind != BindingKind::Variable {
            return false;
        }
        let mut definitions =
            bindings.definitions(variable).filter(|it| !is_bare(tree, *it)).peekable();
        // What gets no value here gets it elsewhere.
        if definitions.peek().is_none() {
            return false;
        }
        if definitions.all(|it| gives_from(tree, it, place)) {
            return true;
        }
        // A closure may run, and assign, at any time.
        let function = tree.enclosing_function(place);
        if binding.is_captured || tree.enclosing_function(binding.declared_at) != function {
            return false;
        }
        let graph = self.graph.get_or_init(|| Graph::build(tree, &|_| false));
        let Some(region) = graph.region(function) else { return false };
        let problem = Given { tree, bindings, variable };
        let Some(solution) = solve(tree, graph, region, &problem) else { return false };
        for block in graph.blocks_of(region) {
            let Some(mut is_given) = solution.at(block).copied() else { continue };
            for step in graph.steps(block) {
                if *step == place {
                    return !is_given;
                }
                problem.step(&mut is_given, *step);
            }
        }
        false
    }
}

/// Whether a place is part of the value that a definition gives.
fn gives_from(tree: &Tree, definition: NodeId, place: NodeId) -> bool {
    let node = tree.node(definition);
    if node.access == Access::ReadWrite {
        return false;
    }
    let is_giver = |id: &NodeId| {
        matches!(
            tree.kind(*id),
            Kind::Assign
                | Kind::Declare
                | Kind::ForEach
                | Kind::ComprehensionFor
                | Kind::With
                | Kind::LetCondition
        )
    };
    let mut around = tree.ancestors(definition).take(DEEPEST_PATTERN);
    let Some(giver) = around.find(is_giver) else { return false };
    let parts = [Role::Value, Role::Iterable, Role::Resource, Role::Subject];
    parts
        .into_iter()
        .flat_map(|role| tree.children_with(giver, role))
        .any(|part| tree.is_within(place, part) && !tree.is_within(definition, part))
}

/// Whether some way gave the variable a value.
struct Given<'a> {
    tree: &'a Tree,
    bindings: &'a Bindings,
    variable: BindingId,
}

impl Forward for Given<'_> {
    type State = bool;

    fn start(&self, _: &Region) -> bool {
        false
    }

    fn step(&self, is_given: &mut bool, step: NodeId) {
        let node = self.tree.node(step);
        if node.kind == Kind::Name
            && node.access != Access::Read
            && self.bindings.resolve(step) == Some(self.variable)
            && !is_bare(self.tree, step)
        {
            *is_given = node.access != Access::Delete;
        }
    }

    fn assume(&self, _: &mut bool, _: NodeId, _: bool) -> bool {
        true
    }

    fn join(&self, into: &mut bool, from: &bool) -> bool {
        let changed = *from && !*into;
        *into |= *from;
        changed
    }

    fn widen(&self, _: &mut bool, _: &bool) {}
}
