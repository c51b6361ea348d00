//! What the rows of C and C++ decide by looking at a node, besides
//! [declarations](super::declarators).

use crate::ir::{Access, Flags, Kind, Operator, Role};
use crate::languages::{Choice, Shape, Visit};

/// Whether statements stand directly in nodes of this kind.
pub(in crate::languages) fn is_statement_place(parent: Kind) -> bool {
    matches!(
        parent,
        Kind::Module
            | Kind::Block
            | Kind::Case
            | Kind::Switch
            | Kind::Label
            | Kind::If
            | Kind::ForCount
            | Kind::Function
            | Kind::Try
    )
}

/// The type of a declaration that has vanished, since it declares several variables.
pub(super) fn is_stray_type(visit: &Visit<'_>) -> bool {
    matches!(visit.role, Role::Type | Role::Statement)
        && is_statement_place(visit.parent)
        && visit.parent != Kind::Function
}

/// The name of a type, which is no variable.
pub(in crate::languages) fn type_leaf(visit: &Visit<'_>) -> Choice {
    if is_stray_type(visit) {
        return Choice::of(Shape::Skip);
    }
    Choice::leaf(Kind::Type)
}

/// `struct name`, or the definition of one; the names of C's structs are a world of their own.
pub(in crate::languages) fn for_type(visit: &Visit<'_>) -> Choice {
    if visit.field("body").is_none() {
        return type_leaf(visit);
    }
    let choice = Choice::node(Kind::Class);
    if is_stray_type(visit) { choice.role(Role::Statement) } else { choice }
}

/// The name of a type: declared, or mentioned.
pub(super) fn type_identifier(visit: &Visit<'_>) -> Choice {
    match visit.role {
        Role::Name | Role::Attribute => Choice::leaf(Kind::Attribute),
        _ => type_leaf(visit),
    }
}

/// The statements of a switch stand right in it.
pub(super) fn compound_statement(visit: &Visit<'_>) -> Choice {
    match (visit.parent, visit.role) {
        (Kind::Switch, Role::Body) => Choice::of(Shape::Through).role(Role::Statement),
        // What a macro does with a block, only the macro knows.
        (_, Role::Argument) => Choice::node(Kind::Block).flags(Flags::CONDITIONAL),
        (_, Role::Statement) if follows_parenthesis(visit) => {
            Choice::node(Kind::Block).flags(Flags::CONDITIONAL)
        }
        // A statement expression, whose last statement is its value.
        (_, Role::Value | Role::Child | Role::Left | Role::Right) => {
            Choice::node(Kind::Block).flags(Flags::HAS_VALUE)
        }
        _ => Choice::node(Kind::Block),
    }
}

/// Whether a block stands right behind a `)`: the body of a macro that reads like a loop,
/// `each(item, items) { … }`.
fn follows_parenthesis(visit: &Visit<'_>) -> bool {
    let before = visit.source.get(..visit.node.start_byte()).unwrap_or("");
    before.trim_end().ends_with(')')
}

/// Assignments and the like are statements of their own in the IR.
pub(super) fn expression_statement(visit: &Visit<'_>) -> Choice {
    let Some(inner) = visit.node.named_child(0) else { return Choice::leaf(Kind::Empty) };
    match inner.kind() {
        "assignment_expression" | "delete_expression" => Choice::of(Shape::Through),
        _ => Choice::node(Kind::ExpressionStatement),
    }
}

/// `[[fallthrough]];`, or any other statement with attributes.
pub(super) fn attributed_statement(visit: &Visit<'_>) -> Choice {
    if visit.text(visit.node).contains("fallthrough") {
        return Choice::leaf(Kind::Fallthrough);
    }
    Choice::of(Shape::Through)
}

/// The parentheses that a statement's syntax asks for say nothing; doubled ones do.
pub(super) fn parenthesized_expression(visit: &Visit<'_>) -> Choice {
    let is_required = matches!(
        (visit.parent, visit.role),
        (Kind::If | Kind::While, Role::Condition) | (Kind::Switch, Role::Subject)
    );
    let inner = visit.node.named_child(0).map(|child| child.kind());
    let counts = !is_required || inner == Some("parenthesized_expression");
    Choice::of(Shape::Through).flags_if(counts, Flags::PARENTHESIZED)
}

/// The parentheses of an expression.
pub(in crate::languages) fn grouping(_: &Visit<'_>) -> Choice {
    Choice::of(Shape::Through).flags(Flags::PARENTHESIZED)
}

/// `a, b, c` nests to the right; its parts stand side by side in the IR.
pub(super) fn comma(visit: &Visit<'_>) -> Choice {
    match (visit.parent, visit.role) {
        (Kind::Tuple, Role::Element) => Choice::of(Shape::Through),
        _ => Choice::node(Kind::Tuple).flags(Flags::HAS_VALUE),
    }
}

/// `default:` has no value.
pub(super) fn case(visit: &Visit<'_>) -> Choice {
    let is_default = visit.field("value").is_none();
    Choice::of(Shape::Section(Kind::Case)).flags_if(is_default, Flags::DEFAULT)
}

pub(super) fn assignment(visit: &Visit<'_>) -> Choice {
    let choice = Choice::node(Kind::Assign);
    match visit.field("operator").map(|operator| operator.kind()) {
        Some("=") => choice.operator(Operator::Assign),
        _ => choice.target(Access::ReadWrite),
    }
}

/// A binary operation, by its operator.
pub(in crate::languages) fn binary(visit: &Visit<'_>) -> Choice {
    Choice::node(match visit.field("operator").map(|operator| operator.kind()) {
        Some("&&" | "||" | "and" | "or") => Kind::Logical,
        Some("==" | "!=" | "<" | "<=" | ">" | ">=" | "<=>" | "not_eq") => Kind::Compare,
        _ => Kind::Binary,
    })
}

/// `*p` follows a pointer; through `&x` somebody may write.
pub(super) fn pointer(visit: &Visit<'_>) -> Choice {
    match visit.field("operator").map(|operator| operator.kind()) {
        Some("*") => Choice::node(Kind::Dereference),
        _ => Choice::node(Kind::Reference).access(Access::ReadWrite),
    }
}

/// An attribute of a definition; elsewhere it says nothing to the engine.
pub(super) fn attribute(visit: &Visit<'_>) -> Choice {
    match visit.parent {
        Kind::Function | Kind::Class | Kind::Declare if visit.role != Role::Name => {
            Choice::leaf(Kind::Decorator).role(Role::Decorator)
        }
        _ => Choice::of(Shape::Skip),
    }
}

/// `#include <stdio.h>`, named by its path.
pub(super) fn include(visit: &Visit<'_>) -> Choice {
    let path = visit.field("path").map_or("", |path| visit.text(path));
    Choice::leaf(Kind::Import).symbol(path)
}

/// A list in braces: an array, an object, or arguments; its declaration tells.
pub(super) fn initializer_list(_: &Visit<'_>) -> Choice {
    Choice::node(Kind::List).flags(Flags::LAZY)
}
