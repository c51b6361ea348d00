//! Slips that are none: the program means the same, or nobody could say which was meant.
//!
//! To teach the network that one of two equal programs is wrong teaches it to guess.

use analysis::ir::{Kind, NodeId, Operator, Role};

use crate::features::{Candidate, Edit, Features, Payload, Piece, Position, RewriteKind};

/// Functions that treat their arguments alike, or as alike as to hide a swap.
const SYMMETRIC: &[&str] = &[
    "min",
    "max",
    "gcd",
    "lcm",
    "hypot",
    "add",
    "equals",
    "equal",
    "isequal",
    "assertequal",
    "assertequals",
    "assertnotequal",
    "assertnotequals",
    "assertsame",
    "assertis",
    "assertisnot",
    "assert_eq",
    "assert_ne",
    "deepequal",
    "strictequal",
    "notequal",
    "is_same",
    "same",
    "union",
    "intersect",
    "print",
    "println",
    "printf",
    "log",
    "zip",
    "and",
    "or",
    "xor",
    "all",
    "any",
    "concat",
    "join",
    "multiply",
    "debug",
    "info",
    "warn",
    "error",
    "allclose",
    "isclose",
];

/// Whether a rewrite leaves the meaning as it is, or changes what cannot be told.
pub(crate) fn changes_nothing(
    features: &Features<'_>,
    position: &Position,
    kind: RewriteKind,
    candidate: &Candidate,
) -> bool {
    let tree = features.tree;
    let leaf = position.token.node;
    let around = tree.node(leaf).parent;
    match kind {
        RewriteKind::Variable => is_unused(features, around),
        RewriteKind::Comparison => comparison_is_vague(features, around, candidate),
        RewriteKind::Logical => match candidate.payload {
            // Between truth values these give the same.
            Payload::Piece(Piece::Text("&" | "|" | "??")) => true,
            _ => features.text(position) == "??" || operands_are_same(features, around),
        },
        RewriteKind::Arithmetic => arithmetic_is_vague(features, around),
        RewriteKind::Bitwise => {
            matches!(candidate.payload, Payload::Piece(Piece::Text("^")))
                || operands_are_same(features, around)
        }
        RewriteKind::Assignment => assignment_is_vague(features, leaf, candidate),
        RewriteKind::Swap => match candidate.edit {
            Edit::Swap(..) => call_is_symmetric(features, position, candidate),
            Edit::Replace(..) => true,
        },
        RewriteKind::Boolean => tree.kind(around) == Kind::Declare,
        RewriteKind::Number
        | RewriteKind::Negate
        | RewriteKind::DropNegation
        | RewriteKind::AddOffset
        | RewriteKind::DropOffset
        | RewriteKind::Await
        | RewriteKind::Attribute
        | RewriteKind::Method
        | RewriteKind::Function => false,
    }
}

/// A name that stands alone as a statement has no effect, whichever it is.
fn is_unused(features: &Features<'_>, around: NodeId) -> bool {
    features.tree.kind(around) == Kind::ExpressionStatement
}

fn operands(features: &Features<'_>, operation: NodeId) -> [Option<NodeId>; 2] {
    [Role::Left, Role::Right].map(|role| features.tree.child(operation, role))
}

fn operands_are_same(features: &Features<'_>, operation: NodeId) -> bool {
    match operands(features, operation) {
        [Some(left), Some(right)] => features.tree.is_same(left, right),
        _ => true,
    }
}

/// `<` for `!=` in a loop, `> 0` for `!= 0`: equal for all values that occur.
fn comparison_is_vague(features: &Features<'_>, around: NodeId, candidate: &Candidate) -> bool {
    let tree = features.tree;
    let is_equality = |operator: Operator| {
        use Operator as O;
        matches!(operator, O::Equal | O::NotEqual | O::StrictEqual | O::StrictNotEqual)
    };
    let Payload::Piece(Piece::Text(put_in)) = candidate.payload else { return true };
    let becomes_equality = matches!(put_in, "==" | "!=" | "===" | "!==");
    let crosses = is_equality(tree.node(around).operator) != becomes_equality;
    let in_loop = tree.role(around) == Role::Condition
        && tree.parent(around).is_some_and(|parent| tree.kind(parent).is_loop());
    let has_literal = operands(features, around)
        .into_iter()
        .flatten()
        .any(|operand| tree.kind(operand).is_literal());
    operands_are_same(features, around) || (crosses && (in_loop || has_literal))
}

/// Sums of texts are no sums, and some numbers hide the operator.
fn arithmetic_is_vague(features: &Features<'_>, around: NodeId) -> bool {
    let tree = features.tree;
    let hides = |operand: NodeId| match tree.kind(operand) {
        Kind::String | Kind::Template | Kind::Character | Kind::List | Kind::Null => true,
        Kind::Number => tree.text(operand) == "0",
        _ => false,
    };
    let is_neutral = tree.child(around, Role::Right).is_some_and(|right| {
        let by = !matches!(tree.node(around).operator, Operator::Add | Operator::Subtract);
        by && tree.kind(right) == Kind::Number && tree.text(right) == "1"
    });
    is_neutral || operands(features, around).into_iter().flatten().any(hides)
}

/// A variable set just before, or to an empty value, hides whether it is added to.
fn assignment_is_vague(features: &Features<'_>, leaf: NodeId, candidate: &Candidate) -> bool {
    let tree = features.tree;
    let assignment = if tree.kind(leaf) == Kind::Assign { leaf } else { tree.node(leaf).parent };
    let Some(value) = tree.child(assignment, Role::Value) else { return false };
    let puts_sum_in = matches!(candidate.payload, Payload::Piece(Piece::Text("+=" | "-=")));
    let is_plain = tree.node(assignment).operator == Operator::Assign;
    // Nobody adds to a flag or a null.
    is_plain
        && puts_sum_in
        && !matches!(
            tree.kind(value),
            Kind::Number | Kind::Binary | Kind::Name | Kind::Member | Kind::Call | Kind::Index
        )
}

fn call_is_symmetric(features: &Features<'_>, position: &Position, candidate: &Candidate) -> bool {
    let name = features.text(position).to_ascii_lowercase();
    let Edit::Swap(first, second) = candidate.edit else { return true };
    let source = features.tree.source();
    let is_text = |text: &str| text.starts_with(['"', '\'', '`']);
    let is_number = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
    let (first, second) = (first.of(source), second.of(source));
    SYMMETRIC.contains(&name.as_str())
        || (is_text(first) && is_text(second))
        || (is_number(first) && is_number(second))
}
