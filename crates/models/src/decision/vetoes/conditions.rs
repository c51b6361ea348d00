//! Conditions: a test for "nothing there" turned round would use what is not there, and one whose
//! branch never looks at what was tested tells nothing either way.

use analysis::ir::{Kind, NodeId, Operator, Role, Tree};

use crate::features::{Candidate, Features, Payload, Piece, RewriteKind};

/// Whether turning round a comparison with "nothing" is ruled out.
pub(super) fn rules_out_comparison(
    features: &Features<'_>,
    candidate: &Candidate,
    place: NodeId,
) -> bool {
    let tree = features.tree;
    let comparison = tree.node(place).parent;
    let operands = [Role::Left, Role::Right].map(|role| tree.child(comparison, role));
    let [Some(left), Some(right)] = operands else { return false };
    let tested = match (tree.kind(left), tree.kind(right)) {
        (_, Kind::Null) => left,
        (Kind::Null, _) => right,
        _ => return false,
    };
    let Payload::Piece(Piece::Text(new)) = candidate.payload else { return false };
    let asks_for_something = |operator: Operator| {
        matches!(operator, Operator::NotEqual | Operator::StrictNotEqual | Operator::IsNot)
    };
    let is_something = asks_for_something(tree.node(comparison).operator);
    let becomes_something = matches!(new, "!=" | "!==" | "is not");
    if is_something == becomes_something {
        return false;
    }
    let Some(branch) = branch(tree, comparison) else { return false };
    if is_something {
        // `if (m != null) return m.name;` the other way round would fail, and `return err` give nothing.
        mentions(tree, branch, tested)
    } else {
        // `if err == nil { t.Error("no error") }` does not look at the error.
        !mentions(tree, branch, tested)
    }
}

/// Whether a negation put in or taken away is ruled out.
pub(super) fn rules_out_negation(
    features: &Features<'_>,
    kind: RewriteKind,
    place: NodeId,
) -> bool {
    let tree = features.tree;
    let own = std::iter::once(place).chain(tree.ancestors(place));
    let mut tested = own.take_while(|it| !tree.kind(*it).is_statement());
    if kind == RewriteKind::DropNegation {
        return false;
    }
    let Some(tested) = tested.find(|it| tree.role(*it) == Role::Condition) else { return false };
    // `if (node) { node.visit(); }`
    let Some(branch) = branch(tree, tested) else { return false };
    matches!(tree.kind(tested), Kind::Name | Kind::Member) && mentions(tree, branch, tested)
}

/// The branch that is taken where a condition, which stands alone, holds.
fn branch(tree: &Tree, condition: NodeId) -> Option<NodeId> {
    let around = tree.parent(condition)?;
    let is_alone = tree.role(condition) == Role::Condition
        && matches!(tree.kind(around), Kind::If | Kind::Ternary);
    tree.child(around, Role::Then).filter(|_| is_alone)
}

/// Whether the same expression stands in a branch.
fn mentions(tree: &Tree, branch: NodeId, tested: NodeId) -> bool {
    tree.descendants(branch).any(|it| tree.is_same(it, tested))
}
