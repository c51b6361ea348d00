//! Assignments: whether something is set or added to is seldom seen from the assignment itself. So
//! another operator is proposed only where a neighbour or the first value of the variable speaks for
//! it, and never against the name of the function.

use analysis::ir::{Kind, NodeId, Operator, Role};

use crate::features::{Candidate, Features, Payload, Piece};

/// Parts of names of functions that change a value by an amount.
const CHANGES: &[&str] = &[
    "add",
    "sub",
    "inc",
    "dec",
    "plus",
    "minus",
    "withdraw",
    "deposit",
    "append",
    "accumulate",
    "advance",
    "backup",
    "grow",
    "shrink",
    "update",
    "push",
    "extend",
    "concat",
    "merge",
    "shift",
    "move",
    "adjust",
    "apply",
    "debit",
    "credit",
    "bump",
    "skip",
    "consume",
    "count",
    "record",
];
/// Parts of names of functions that set a value.
const SETS: &[&str] = &["set", "init", "constructor", "reset", "with"];

/// Whether another operator is ruled out at an assignment.
pub(super) fn rules_out(features: &Features<'_>, candidate: &Candidate, place: NodeId) -> bool {
    let tree = features.tree;
    let assignment = if tree.kind(place) == Kind::Assign { place } else { tree.node(place).parent };
    let Payload::Piece(Piece::Text(new)) = candidate.payload else { return false };
    if tree.kind(assignment) != Kind::Assign {
        // `i++`
        return false;
    }
    let is_plain = tree.node(assignment).operator == Operator::Assign;
    let function = tree.name(tree.enclosing_function(assignment)).to_ascii_lowercase();
    let like = neighbours(features, assignment, new);
    match (is_plain, new) {
        (true, _) => !like && !sums_up(features, assignment),
        (false, "=") => {
            let changes = CHANGES.iter().any(|word| function.contains(word));
            let sets = is_setter(features, assignment, &function);
            changes || !(like || sets)
        }
        // Another sum: the name of the function or a neighbour has to say so.
        (false, "-=") => {
            !like && !["sub", "dec", "minus", "withdraw"].iter().any(|it| function.contains(it))
        }
        (false, "+=") => {
            !like && !["add", "inc", "plus", "deposit"].iter().any(|it| function.contains(it))
        }
        (false, _) => !like,
    }
}

/// Whether the assignments beside this one have the other operator and are otherwise alike: they set
/// the same kind of target to the same kind of value.
fn neighbours(features: &Features<'_>, assignment: NodeId, new: &str) -> bool {
    let tree = features.tree;
    let own = tree.enclosing_statement(assignment);
    let Some(block) = tree.parent(own) else { return false };
    let shape = |id: NodeId| {
        let part = |role| tree.child(id, role).map(|it| tree.kind(it));
        (part(Role::Target), part(Role::Value))
    };
    let statements: Vec<NodeId> = tree.children(block).collect();
    let Some(at) = statements.iter().position(|it| *it == own) else { return false };
    let beside = [at.checked_sub(1), at.checked_add(1)];
    beside.into_iter().flatten().filter_map(|it| statements.get(it)).any(|other| {
        let mut within = std::iter::once(*other).chain(tree.descendants(*other).take(4));
        let Some(other) = within.find(|it| tree.kind(*it) == Kind::Assign) else { return false };
        let operator = operator_text(features, other);
        operator == new && shape(other) == shape(assignment) && names_match(features, assignment)
    })
}

/// The sign of an assignment, as it is written.
fn operator_text<'a>(features: &Features<'a>, assignment: NodeId) -> &'a str {
    let tree = features.tree;
    let parts = [Role::Target, Role::Value].map(|role| tree.child(assignment, role));
    let [Some(target), Some(value)] = parts else { return "" };
    let (start, end) = (tree.span(target).end, tree.span(value).start);
    tree.source().get(start as usize..end as usize).unwrap_or_default().trim()
}

/// Whether what is assigned is a name like that of its target: `this.size = size`.
fn names_match(features: &Features<'_>, assignment: NodeId) -> bool {
    let tree = features.tree;
    let parts = [Role::Target, Role::Value].map(|role| tree.child(assignment, role));
    let [Some(target), Some(value)] = parts else { return false };
    let plain = |id: NodeId| tree.name(id).trim_matches('_').to_ascii_lowercase();
    let (target, value) = (plain(target), plain(value));
    !target.is_empty() && target == value
}

/// Whether the function is there to set what is assigned.
fn is_setter(features: &Features<'_>, assignment: NodeId, function: &str) -> bool {
    let is_named = SETS.iter().any(|word| function.trim_start_matches('_').starts_with(word));
    is_named && names_match(features, assignment)
}

/// Whether a variable is set to nothing before a loop, and in the loop to something else: a sum.
fn sums_up(features: &Features<'_>, assignment: NodeId) -> bool {
    let tree = features.tree;
    let Some(target) = tree.child(assignment, Role::Target) else { return false };
    let Some(variable) = features.bindings.resolve(target) else { return false };
    let function = tree.enclosing_function(assignment);
    let around = |id: NodeId| {
        let within = tree.ancestors(id).take_while(move |it| *it != function);
        within.filter(|it| tree.kind(*it).is_loop()).count()
    };
    let is_nothing = |id: NodeId| matches!(tree.text(id), "0" | "0.0" | "\"\"" | "''" | "0L");
    let mut definitions = features.bindings.definitions(variable);
    let first = definitions.next().map(|name| tree.node(name).parent);
    let starts_empty = first.is_some_and(|first| {
        let value = tree.child(first, Role::Value);
        value.is_some_and(is_nothing) && around(first) < around(assignment)
    });
    starts_empty && definitions.all(|name| tree.node(name).parent == assignment)
}
