//! Which parameters hold what comes from outside: those of functions that answer requests, and the
//! command line.

use super::{Origin, Origins, Sender};
use crate::facts::BindingId;
use crate::ir::{Kind, NodeId, Role};

impl Origins<'_> {
    /// Where a parameter comes from: a handler's, or the command line.
    pub(super) fn of_parameter(&self, binding: BindingId) -> Option<Origin> {
        let (tree, known) = (self.tree, self.known());
        let bound = self.bindings.binding(binding)?;
        let source = bound.declared_at;
        let parameter = tree.ancestors(source).find(|it| tree.kind(*it) == Kind::Parameter)?;
        let function = tree.node(parameter).parent;
        if !tree.kind(function).is_function() {
            return None;
        }
        let decorated = tree.children_with(parameter, Role::Decorator);
        let has_type = || {
            let annotation = tree.child(parameter, Role::Type)?;
            let head = tree.children(annotation).next().unwrap_or(annotation);
            let is_generic = tree.text(annotation).contains('<');
            (is_generic && known.request_parameters.contains(&tree.name(head))).then_some(())
        };
        let mark = decorated
            .into_iter()
            .map(|it| tree.name(it))
            .find(|it| known.request_parameters.contains(it));
        let route = self.route_of(function, parameter);
        if mark.is_some() || has_type().is_some() || route.is_some() {
            let name = tree.symbol_text(bound.symbol);
            let is_segment = mark.is_some_and(|it| it.starts_with("Path"))
                || route.is_some_and(|it| is_segment_of(tree.text(it), name));
            return Some(Origin { sender: Sender::Client, source, is_segment });
        }
        let name = tree.symbol_text(bound.symbol);
        let is_arguments = known.argument_parameters.contains(&name)
            && tree.name(function).rsplit('.').next() == Some("main");
        is_arguments.then_some(Origin { sender: Sender::User, source, is_segment: false })
    }

    /// The path of the requests that a decorator makes the function answer, if they decide the
    /// parameter.
    fn route_of(&self, function: NodeId, parameter: NodeId) -> Option<NodeId> {
        let (tree, around) = (self.tree, self.tree.node(function).parent);
        let annotation = tree.child(parameter, Role::Type).map_or("str", |it| tree.text(it));
        let is_text = annotation.trim_start_matches([':', ' ']).starts_with("str");
        if !is_text || tree.kind(around) != Kind::Decorated {
            return None;
        }
        let decorators = tree.children(around).filter(|it| tree.kind(*it) == Kind::Decorator);
        decorators.filter_map(|it| tree.child(it, Role::Value)).find_map(|call| {
            let callee = tree.child(call, Role::Callee)?;
            let is_route = tree.kind(callee) == Kind::Member
                && self.known().route_decorators.contains(&tree.name(callee));
            let pattern = tree.child(call, Role::Argument).filter(|_| is_route)?;
            let text = tree.text(pattern).trim_start_matches(['\'', '"']);
            (tree.kind(pattern) == Kind::String && text.starts_with('/')).then_some(pattern)
        })
    }
}

/// Whether a name stands in a route's path for what is between two slashes: `{name}`,
/// `<string:name>`, but not `{name:path}`.
fn is_segment_of(route: &str, name: &str) -> bool {
    route.match_indices(name).any(|(at, _)| {
        let before = route.get(..at).unwrap_or("");
        let after = route.get(at + name.len()..).unwrap_or("");
        let opens = before.ends_with(['{', '<']) || before.ends_with(':');
        opens && after.starts_with(['}', '>']) && !before.ends_with("path:")
    })
}
