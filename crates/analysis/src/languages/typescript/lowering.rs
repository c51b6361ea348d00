//! How TypeScript's syntax maps to the IR, where it differs from JavaScript's.
//!
//! Names of types are leaves of [`Kind::Type`], never variables: a type and a value may share a
//! name. What exists only for the type checker (signatures, parameters of function types) binds
//! nothing.

use crate::ir::{Flags, Kind, Role};
use crate::languages::javascript::CLASS;
use crate::languages::{Choice, Row, Shape, UnitPart, Visit};

/// Rows for what TypeScript adds.
pub(super) static ROWS: &[Row] = &[
    // Parameters and fields
    Row::choose("required_parameter", parameter).fields(PARAMETER).declares(),
    Row::choose("optional_parameter", parameter).fields(PARAMETER).declares(),
    Row::skip("accessibility_modifier"),
    Row::skip("override_modifier"),
    Row::node("public_field_definition", Kind::Declare)
        .fields(&[
            ("name", Role::Target),
            ("type", Role::Type),
            ("value", Role::Value),
            ("decorator", Role::Decorator),
        ])
        .declares()
        .unit(UnitPart::Named("name")),
    // Declarations
    Row::node("abstract_class_declaration", Kind::Class)
        .fields(CLASS)
        .positions(&[Role::Base])
        .unit(UnitPart::Named("name")),
    Row::through("extends_clause").fields(&[("value", Role::Base)]),
    Row::choose("implements_clause", |_| Choice::node(Kind::Type).role(Role::Type))
        .positions(&[Role::Type]),
    Row::node("interface_declaration", Kind::Class)
        .fields(&[("name", Role::Attribute), ("body", Role::Body)])
        .positions(&[Role::Base]),
    Row::through("extends_type_clause"),
    Row::node("interface_body", Kind::Type).positions(&[Role::Type]),
    Row::node("type_alias_declaration", Kind::Type)
        .fields(&[("name", Role::Attribute), ("value", Role::Type)]),
    Row::node("enum_declaration", Kind::Class)
        .fields(&[("name", Role::Name), ("body", Role::Body)]),
    Row::node("enum_body", Kind::Block).positions(&[Role::Element]),
    Row::node("enum_assignment", Kind::Declare)
        .fields(&[("name", Role::Target), ("value", Role::Value)]),
    Row::node("internal_module", Kind::Declare)
        .fields(&[("name", Role::Target), ("body", Role::Body)])
        .declares()
        .contains_units(),
    Row::node("module", Kind::Declare)
        .fields(&[("name", Role::Target), ("body", Role::Body)])
        .declares()
        .contains_units(),
    Row::through("ambient_declaration").contains_units(),
    Row::node("import_alias", Kind::Declare).positions(&[Role::Target, Role::Value]).declares(),
    Row::through("import_require_clause").fields(&[("source", Role::Attribute)]),
    Row::choose("nested_identifier", nested_identifier)
        .fields(&[("object", Role::Receiver), ("property", Role::Attribute)]),
    // Signatures
    Row::node("function_signature", Kind::Declare)
        .fields(&[("name", Role::Target)])
        .positions(&[Role::Type])
        .declares(),
    Row::choose("method_signature", signature)
        .fields(&[("name", Role::Target)])
        .positions(&[Role::Type])
        .declares(),
    Row::choose("abstract_method_signature", signature)
        .fields(&[("name", Role::Target)])
        .positions(&[Role::Type])
        .declares(),
    Row::node("property_signature", Kind::Type)
        .fields(&[("name", Role::Attribute)])
        .positions(&[Role::Type]),
    Row::node("call_signature", Kind::Type).positions(&[Role::Type]),
    Row::node("construct_signature", Kind::Type).positions(&[Role::Type]),
    Row::node("index_signature", Kind::Type)
        .fields(&[("name", Role::Attribute)])
        .positions(&[Role::Type]),
    // Conversions
    Row::node("as_expression", Kind::Cast).positions(&[Role::Value, Role::Type]).contains_units(),
    Row::node("satisfies_expression", Kind::Cast)
        .positions(&[Role::Value, Role::Type])
        .contains_units(),
    Row::node("non_null_expression", Kind::Cast).positions(&[Role::Value]),
    Row::node("instantiation_expression", Kind::Cast).positions(&[Role::Value, Role::Type]),
    // Annotations, which vanish around their types
    Row::choose("type_annotation", annotation),
    Row::choose("asserts_annotation", annotation),
    Row::choose("type_predicate_annotation", annotation),
    Row::choose("omitting_type_annotation", annotation),
    Row::choose("adding_type_annotation", annotation),
    Row::choose("opting_type_annotation", annotation),
    Row::choose("type_arguments", annotation),
    Row::choose("type_parameters", annotation),
    Row::choose("constraint", annotation),
    Row::choose("default_type", annotation),
    // Types
    Row::choose("type_identifier", type_identifier),
    Row::leaf("predefined_type", Kind::Type),
    Row::leaf("this_type", Kind::Type),
    Row::leaf("literal_type", Kind::Type),
    Row::leaf("existential_type", Kind::Type),
    Row::node("type_parameter", Kind::Type)
        .fields(&[("name", Role::Attribute)])
        .positions(&[Role::Type]),
    Row::node("generic_type", Kind::Type)
        .fields(&[("name", Role::Attribute)])
        .positions(&[Role::Type]),
    Row::node("nested_type_identifier", Kind::Type)
        .fields(&[("module", Role::Receiver), ("name", Role::Attribute)]),
    Row::choose("array_type", |_| Choice::node(Kind::Type).symbol("Array"))
        .positions(&[Role::Type]),
    Row::node("tuple_type", Kind::Type).positions(&[Role::Type]),
    Row::node("optional_type", Kind::Type).positions(&[Role::Type]),
    Row::node("rest_type", Kind::Type).positions(&[Role::Type]),
    Row::node("readonly_type", Kind::Type).positions(&[Role::Type]),
    Row::node("union_type", Kind::Type).positions(&[Role::Type]),
    Row::node("intersection_type", Kind::Type).positions(&[Role::Type]),
    Row::node("conditional_type", Kind::Type).positions(&[Role::Type]),
    Row::node("lookup_type", Kind::Type).positions(&[Role::Type]),
    Row::node("index_type_query", Kind::Type).positions(&[Role::Type]),
    Row::node("infer_type", Kind::Type).positions(&[Role::Type]),
    Row::node("type_query", Kind::Type).positions(&[Role::Value]),
    Row::node("template_literal_type", Kind::Type).positions(&[Role::Type]),
    Row::through("template_type"),
    Row::node("flow_maybe_type", Kind::Type).positions(&[Role::Type]),
    Row::through("parenthesized_type"),
    Row::node("function_type", Kind::Type).positions(&[Role::Type]),
    Row::node("constructor_type", Kind::Type).positions(&[Role::Type]),
    Row::node("object_type", Kind::Type).positions(&[Role::Type]),
    Row::node("mapped_type_clause", Kind::Type)
        .fields(&[("name", Role::Attribute)])
        .positions(&[Role::Type]),
    Row::node("type_predicate", Kind::Type)
        .fields(&[("name", Role::Attribute)])
        .positions(&[Role::Type]),
    Row::node("asserts", Kind::Type).positions(&[Role::Attribute]),
];

/// Rows for what only the dialect without JSX has.
pub(super) static PLAIN_ROWS: &[Row] = &[Row::node("type_assertion", Kind::Cast)
    .positions(&[Role::Type, Role::Value])
    .contains_units()];

/// The parts of a parameter; those of a tuple type have names.
const PARAMETER: &[(&str, Role)] = &[
    ("pattern", Role::Target),
    ("name", Role::Attribute),
    ("type", Role::Type),
    ("value", Role::Default),
    ("decorator", Role::Decorator),
];

/// A parameter of a function, or one that only describes a type. A parameter that is a field of
/// the class too is flagged as belonging to it.
fn parameter(visit: &Visit<'_>) -> Choice {
    if visit.role != Role::Parameter {
        return Choice::node(Kind::Type);
    }
    let pattern = visit.field("pattern").map_or("", |pattern| pattern.kind());
    if pattern == "this" {
        // Only tells the type of `this`; no argument fills it.
        return Choice::of(Shape::Skip);
    }
    let is_field = visit.has_child("accessibility_modifier")
        || visit.has_child("override_modifier")
        || visit.has_token("readonly");
    Choice::node(Kind::Parameter)
        .flags_if(pattern == "rest_pattern", Flags::REST)
        .flags_if(visit.has_token("?"), Flags::OPTIONAL)
        .flags_if(is_field, Flags::METHOD)
}

/// A method without a body: in a class it announces the method, in a type it is part of the type.
fn signature(visit: &Visit<'_>) -> Choice {
    match visit.parent {
        Kind::Type => Choice::node(Kind::Type),
        _ => Choice::node(Kind::Declare),
    }
}

fn annotation(_: &Visit<'_>) -> Choice {
    Choice::of(Shape::Through).role(Role::Type)
}

/// The name of a class is a variable; every other name of a type is not.
fn type_identifier(visit: &Visit<'_>) -> Choice {
    match (visit.parent, visit.role) {
        (Kind::Class, Role::Name) => Choice::leaf(Kind::Name),
        _ => Choice::leaf(Kind::Type),
    }
}

/// A dotted name: of a namespace in a type or in its own declaration, or a value.
fn nested_identifier(visit: &Visit<'_>) -> Choice {
    match (visit.parent, visit.role) {
        (Kind::Type, _) => Choice::leaf(Kind::Type),
        (Kind::Declare, Role::Target) => Choice::leaf(Kind::Attribute),
        _ => Choice::node(Kind::Member),
    }
}
