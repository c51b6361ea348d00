//! Decisions of the lowering table that need a look at the syntax node.

use crate::ir::{Access, Flags, Kind, Operator, Role};
use crate::languages::{Choice, Shape, Visit};

/// Names: of variables, unless what stands around says otherwise.
pub(super) fn identifier(visit: &Visit<'_>) -> Choice {
    match (visit.parent, visit.role) {
        // The name of a parameter in a function's type.
        (Kind::Type, Role::Target) => Choice::leaf(Kind::Attribute),
        (Kind::Pair, Role::Key) if visit.parent_flags.has(Flags::CONSTRUCT) => {
            Choice::leaf(Kind::Attribute)
        }
        _ if visit.text(visit.node) == "_" => Choice::leaf(Kind::Attribute),
        _ => operand(visit, Shape::Leaf(Kind::Name)),
    }
}

/// What may stand after `&`, which gives its operand another role than other operators do.
pub(super) fn operand(visit: &Visit<'_>, shape: Shape) -> Choice {
    match (visit.parent, visit.role) {
        (Kind::Reference, Role::Operand) => Choice::of(shape).role(Role::Value),
        _ => Choice::of(shape),
    }
}

/// The name of a type: declared by its definition, else no variable.
pub(super) fn type_name(visit: &Visit<'_>) -> Choice {
    match (visit.parent, visit.role) {
        (Kind::Class, Role::Name) => Choice::leaf(Kind::Name),
        _ => Choice::leaf(Kind::Type),
    }
}

/// The names of a function's body share the scope of its parameters.
pub(super) fn function_body(visit: &Visit<'_>) -> Choice {
    let is_body = visit.role == Role::Body && visit.parent.is_function();
    Choice::node(Kind::Block).flags_if(is_body, Flags::FUNCTION_SCOPED)
}

pub(super) fn declared_in_body(visit: &Visit<'_>) -> Flags {
    visit.parent_flags & Flags::FUNCTION_SCOPED
}

/// Several expressions are a tuple, but for the values of a case, each of which counts.
pub(super) fn row_of_expressions(visit: &Visit<'_>) -> Choice {
    if visit.role == Role::Pattern || visit.node.named_child_count() == 1 {
        Choice::of(Shape::Through)
    } else {
        Choice::node(Kind::Tuple)
    }
}

/// A parameter or named result of a function binds names; that of a function's type does not.
pub(super) fn parameter(visit: &Visit<'_>) -> Choice {
    let is_result = visit.role == Role::Type;
    if visit.parent.is_function() && (!is_result || visit.field("name").is_some()) {
        Choice::node(Kind::Parameter)
    } else {
        Choice::of(Shape::Through)
    }
}

/// The fields or methods of a type with a name are its body.
pub(super) fn type_body(visit: &Visit<'_>) -> Choice {
    match visit.parent {
        Kind::Class => Choice::node(Kind::Block).role(Role::Body),
        _ => Choice::node(Kind::Type),
    }
}

pub(super) fn interface_method(visit: &Visit<'_>) -> Choice {
    match visit.parent {
        Kind::Block => Choice::node(Kind::Function).flags(Flags::METHOD),
        _ => Choice::node(Kind::Type),
    }
}

pub(super) fn assignment(visit: &Visit<'_>) -> Choice {
    let operator = visit.field("operator").map_or("", |operator| operator.kind());
    match operator {
        "=" => Choice::node(Kind::Assign).operator(Operator::Assign),
        _ => Choice::node(Kind::Assign).target(Access::ReadWrite),
    }
}

/// What a case of a `select` receives: declared, assigned or dropped.
pub(super) fn receive_statement(visit: &Visit<'_>) -> Choice {
    if visit.field("left").is_none() {
        Choice::node(Kind::ExpressionStatement)
    } else if visit.has_token(":=") {
        Choice::node(Kind::Declare).target(Access::Declare)
    } else {
        Choice::node(Kind::Assign).operator(Operator::Assign)
    }
}

pub(super) fn for_statement(visit: &Visit<'_>) -> Choice {
    let mut cursor = visit.node.walk();
    let head = visit
        .node
        .named_children(&mut cursor)
        .find(|child| !matches!(child.kind(), "comment" | "block"));
    let Some(head) = head else { return Choice::node(Kind::Infinite) };
    match head.kind() {
        "for_clause" => Choice::node(Kind::ForCount),
        "range_clause" => {
            let left = head.child_by_field_name("left");
            // One variable is the key or index; the second is the element.
            let is_over_keys = left.is_some_and(|left| left.named_child_count() == 1);
            let mut cursor = head.walk();
            let declares = head.children(&mut cursor).any(|token| token.kind() == ":=");
            Choice::node(Kind::ForEach)
                .flags_if(is_over_keys, Flags::OVER_KEYS)
                .target(if declares { Access::Declare } else { Access::Write })
        }
        _ => Choice::node(Kind::While),
    }
}

pub(super) fn binary(visit: &Visit<'_>) -> Choice {
    let operator = visit.field("operator").map_or("", |operator| operator.kind());
    Choice::node(match operator {
        "&&" | "||" => Kind::Logical,
        "==" | "!=" | "<" | "<=" | ">" | ">=" => Kind::Compare,
        _ => Kind::Binary,
    })
}

pub(super) fn unary(visit: &Visit<'_>) -> Choice {
    let operator = visit.field("operator").map_or("", |operator| operator.kind());
    match operator {
        "*" => Choice::node(Kind::Dereference),
        "&" => {
            // Whoever holds its address may write the variable.
            let lends = visit.field("operand").is_some_and(|it| it.kind() == "identifier");
            let access = if lends { Access::ReadWrite } else { Access::Read };
            Choice::node(Kind::Reference).access(access)
        }
        _ => operand(visit, Shape::Node(Kind::Unary)),
    }
}

/// `[]T{…}` is a list, `map[K]V{…}` a map; a type with a name is most often a struct.
pub(super) fn composite_literal(visit: &Visit<'_>) -> Choice {
    let named = visit.field("type").map_or("", |named| named.kind());
    match named {
        "slice_type" | "array_type" | "implicit_length_array_type" => {
            operand(visit, Shape::Node(Kind::List))
        }
        "map_type" => operand(visit, Shape::Node(Kind::Map)),
        _ => operand(visit, Shape::Node(Kind::Map)).flags(Flags::CONSTRUCT),
    }
}

/// The elements of a composite literal; a literal of its own where it leaves out its type.
pub(super) fn literal_value(visit: &Visit<'_>) -> Choice {
    if visit.role == Role::Body {
        Choice::of(Shape::Through)
    } else if visit.has_child("keyed_element") {
        Choice::node(Kind::Map).flags(Flags::CONSTRUCT)
    } else {
        Choice::node(Kind::List)
    }
}

/// Keys of a struct are field names, which their names must know.
pub(super) fn keyed_element(visit: &Visit<'_>) -> Flags {
    visit.parent_flags & Flags::CONSTRUCT
}
