//! Arguments: calls whose arguments cannot be meant the other way round.

use analysis::ir::{Kind, NodeId, Role};

use super::types;
use crate::features::{Candidate, Edit, Features, Position, RewriteKind};
use crate::injection::equivalents::changes_nothing;

/// Functions of the language itself whose first argument is of another type than the second.
const FIXED: &[&str] = &["delete", "append", "make", "calloc", "getattr", "hasattr", "setattr"];
/// Functions that ask whether a value is of a class.
const ASKS_FOR_CLASS: &[&str] = &["isinstance", "issubclass"];

pub(super) fn rules_out(
    features: &Features<'_>,
    position: &Position,
    candidate: &Candidate,
) -> bool {
    let tree = features.tree;
    let Edit::Swap(first, second) = candidate.edit else { return false };
    if changes_nothing(features, position, RewriteKind::Swap, candidate) {
        return true;
    }
    let place = position.token.node;
    let own = std::iter::once(place).chain(tree.ancestors(place));
    let mut own = own.filter(|id| tree.kind(*id) == Kind::Call);
    let Some(call) = own.find(|id| tree.span(*id).end >= second.end) else { return false };
    let callee = tree.child(call, Role::Callee).map_or("", |it| tree.name(it));
    if FIXED.contains(&callee) {
        return true;
    }
    let argument =
        |span| tree.children_with(call, Role::Argument).find(|it| tree.span(*it) == span);
    let (Some(first), Some(second)) = (argument(first), argument(second)) else { return false };
    if ASKS_FOR_CLASS.contains(&callee) {
        return !is_class(features, first) || is_class(features, second);
    }
    have_other_types(features, first, second)
}

/// Whether a name is written like that of a class.
fn is_class(features: &Features<'_>, id: NodeId) -> bool {
    let name = features.tree.name(id);
    name.starts_with(|first: char| first.is_uppercase())
        || features.tree.kind(id) == Kind::Tuple
        || ["class", "cls", "type"].iter().any(|word| name.contains(word))
}

/// Where types are checked, what could change places has one type: a literal and something that is
/// not surely of the literal's type, or variables that are declared otherwise, could not.
fn have_other_types(features: &Features<'_>, first: NodeId, second: NodeId) -> bool {
    let (of_first, of_second) = (types::of(features, first), types::of(features, second));
    if of_first.zip(of_second).is_some_and(|(first, second)| first != second) {
        return true;
    }
    if !types::is_checked(features) {
        return false;
    }
    let is_literal = |id: NodeId| {
        let kind = features.tree.kind(id);
        kind.is_literal() || matches!(kind, Kind::Template | Kind::List | Kind::Map | Kind::Lambda)
    };
    let is_mixed = is_literal(first) != is_literal(second);
    is_mixed && of_first != of_second || types::names_clash(features, first, second)
}
