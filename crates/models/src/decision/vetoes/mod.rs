//! Vetoes: rewrites that cannot be right, or that nothing in the unit speaks for, whatever the
//! network thinks of them. Unlike [`evidence`](super::evidence) they are logic, not measured weights.
//!
//! What cannot be right ([`is_impossible`]) is not considered at all: its probability goes to "nothing
//! to repair". What nothing speaks for ([`is_groundless`]) is still a sign that something may be wrong,
//! and counts in the score, but nobody is shown it.

mod arguments;
mod assignments;
mod conditions;
mod types;

use analysis::facts::{BindingId, BindingKind};
use analysis::ir::{Flags, Kind, NodeId, Role};

use super::evidence::{Sign, Signs};
use crate::features::{Candidate, Edit, Features, Group, RewriteKind};

pub(super) use types::clash;

/// Whether a rewrite cannot be right: it changes nothing, or puts in what is not there yet.
pub(super) fn is_impossible(features: &Features<'_>, candidate: &Candidate, signs: Signs) -> bool {
    signs.has(Sign::NewIsUnset) || changes_no_text(features, candidate.edit)
}

/// Whether nothing in the unit speaks for a rewrite, or the types of its variables speak against it:
/// those are told from names, and what stands there may be the one of the wrong type.
pub(super) fn is_groundless(
    features: &Features<'_>,
    group: &Group,
    candidate: &Candidate,
    signs: Signs,
) -> bool {
    if signs.has(Sign::TypesClash) {
        return true;
    }
    let Some(position) = features.positions.get(group.position as usize) else { return false };
    let place = position.token.node;
    match group.kind {
        RewriteKind::Variable => {
            is_no_callee(features, candidate, place) || is_idle_receiver(features, candidate, place)
        }
        RewriteKind::Assignment => assignments::rules_out(features, candidate, place),
        RewriteKind::Comparison => conditions::rules_out_comparison(features, candidate, place),
        RewriteKind::Negate | RewriteKind::DropNegation => {
            conditions::rules_out_negation(features, group.kind, place)
        }
        RewriteKind::Swap => arguments::rules_out(features, position, candidate),
        _ => false,
    }
}

/// Whether what is put in is what stands there.
fn changes_no_text(features: &Features<'_>, edit: Edit) -> bool {
    let source = features.tree.source();
    match edit {
        Edit::Replace(span, piece) => span.of(source).trim() == features.piece_text(piece).trim(),
        Edit::Swap(first, second) => first.of(source) == second.of(source),
    }
}

/// What is called or made is named like a class, and what would be put in is not.
fn is_no_callee(features: &Features<'_>, candidate: &Candidate, place: NodeId) -> bool {
    let tree = features.tree;
    let node = tree.node(place);
    let is_made = tree.flags(node.parent).has(Flags::CONSTRUCT);
    let Edit::Replace(_, piece) = candidate.edit else { return false };
    let is_class = |name: &str| name.starts_with(|first: char| first.is_uppercase());
    node.role == Role::Callee
        && (is_made || is_class(tree.name(place)))
        && !is_class(&features.piece_text(piece))
}

/// The object whose method the unit is stands everywhere and is often not used; that is no reason
/// to put it in. Only where its own member of that name is used elsewhere, or where both sides of
/// an operation are otherwise the same, it is a likely repair.
fn is_idle_receiver(features: &Features<'_>, candidate: &Candidate, place: NodeId) -> bool {
    let tree = features.tree;
    let Some(new) = super::evidence::variable(features, candidate) else { return false };
    if !is_receiver(features, new) {
        return false;
    }
    let member = tree.node(place).parent;
    if tree.kind(member) != Kind::Member || tree.role(place) != Role::Receiver {
        return true;
    }
    let name = tree.name(member);
    let is_own = features.bindings.uses(tree, new).any(|it| {
        let around = tree.node(it).parent;
        tree.kind(around) == Kind::Member && tree.name(around) == name
    });
    let operation = tree.node(member).parent;
    let sides = [Role::Left, Role::Right].map(|role| tree.child(operation, role));
    let is_doubled = matches!(sides, [Some(a), Some(b)] if tree.is_same(a, b));
    !(is_own || is_doubled)
}

/// Whether a variable is the object whose method the unit is.
pub(super) fn is_receiver(features: &Features<'_>, variable: BindingId) -> bool {
    let tree = features.tree;
    let Some(binding) = features.bindings.binding(variable) else { return false };
    if binding.kind != BindingKind::Parameter {
        return false;
    }
    if matches!(tree.symbol_text(binding.symbol), "self" | "cls" | "this") {
        return true;
    }
    // Go names it before the method.
    let name = tree.child(NodeId::ROOT, Role::Name);
    features.language.id() == "go" && name.is_some_and(|name| binding.declared_at < name)
}
