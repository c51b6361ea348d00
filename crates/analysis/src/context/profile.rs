//! Profiles: all that is known of a function by itself. What others have to do with it, the
//! workspace's index knows.

use super::cost::{Cost, CostClass, Costs};
use super::quality::Quality;
use crate::facts::Facts;
use crate::facts::metrics::{Decisions, Halstead, Metrics, functions};
use crate::ir::units::Unit;
use crate::ir::{Kind, NodeId, Role, Tree};
use crate::languages::Language;
use crate::text::Span;

/// A function by itself. Its spans are those of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Its dotted name; what has no name of its own is named after the line it starts in.
    pub name: String,
    /// The position of its unit among those of its file.
    pub unit: u32,
    /// Whether it is the unit's own function, rather than one inside.
    pub is_outermost: bool,
    /// Whether what stands around it marks it as a test.
    pub is_test: bool,
    /// All of it, without what decorates it.
    pub span: Span,
    /// Its name, or where it starts if it has none.
    pub name_span: Span,
    /// All before its body.
    pub head: Span,
    /// What was measured of it.
    pub metrics: Metrics,
    /// Its decisions, by kind.
    pub decisions: Decisions,
    /// Its operators and operands.
    pub halstead: Halstead,
    /// What it costs as its input grows.
    pub cost: CostClass,
    /// The loop that makes it so.
    pub cause: Option<Span>,
    /// How good it looks.
    pub quality: Quality,
    /// Its loops, each with what it costs together with those around it.
    pub loops: Vec<(Span, CostClass)>,
}

/// The profiles of a unit's functions, in the order of the text.
pub(crate) fn of_unit(
    unit: &Unit,
    at: u32,
    tree: &Tree,
    facts: &Facts,
    language: Language,
) -> Vec<Profile> {
    let costs = Costs::new(tree, &facts.bindings, language);
    let mut profiles = Vec::new();
    let mut outermost =
        (!unit.is_module).then(|| tree.ids().find(|id| tree.kind(*id).is_function())).flatten();
    if let Some(first) = outermost {
        profiles.push(profile(unit, at, tree, &costs, language, first, true));
    }
    for function in functions(tree, language) {
        if outermost.take_if(|first| *first == function).is_none() {
            profiles.push(profile(unit, at, tree, &costs, language, function, false));
        }
    }
    profiles
}

fn profile(
    unit: &Unit,
    at: u32,
    tree: &Tree,
    costs: &Costs<'_>,
    language: Language,
    function: NodeId,
    is_outermost: bool,
) -> Profile {
    let metrics = Metrics::of_function(tree, function, language);
    let halstead = Halstead::of_function(tree, function);
    let Cost { class, cause } = costs.of_function(function);
    let span = tree.span(function);
    let name = tree.child(function, Role::Name).map(|it| tree.span(it));
    let body = tree.child(function, Role::Body).map_or(span.end, |it| tree.span(it).start);
    let file = |span| unit.to_file(span);
    Profile {
        name: if is_outermost { unit.qualified_name() } else { name_within(unit, tree, function) },
        unit: at,
        is_outermost,
        is_test: unit.is_test,
        span: file(span),
        name_span: file(name.unwrap_or(Span::new(span.start, body.max(span.start)))),
        head: file(Span::new(span.start, body.max(span.start))),
        metrics,
        decisions: Decisions::of_function(tree, function, language),
        halstead,
        cost: class,
        cause: cause.map(|it| file(tree.span(it))),
        quality: Quality::of(&metrics, &halstead, class),
        loops: costs.loops(function).map(|(it, class)| (file(tree.span(it)), class)).collect(),
    }
}

/// The dotted name of a function inside another.
fn name_within(unit: &Unit, tree: &Tree, function: NodeId) -> String {
    let mut names: Vec<&str> = tree
        .ancestors(function)
        .filter(|it| tree.kind(*it).is_function() || tree.kind(*it) == Kind::Class)
        .map(|it| tree.name(it))
        .filter(|name| !name.is_empty())
        .collect();
    names.reverse();
    names.push(match tree.name(function) {
        "" => "(anonymous)",
        name => name,
    });
    match unit.container.as_str() {
        "" => names.join("."),
        container => format!("{container}.{}", names.join(".")),
    }
}
