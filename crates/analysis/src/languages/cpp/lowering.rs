//! How C++'s syntax maps to the IR, where it adds to C's or differs.
//!
//! Choices that are not obvious:
//! - `a::b::c` is one member with `a` and `b` as its receivers, so that its path reads `a.b.c`.
//! - What stands in a namespace counts as the file's.
//! - `Point p(x, y);` in a function makes a value, although it reads like a function's declaration.
//! - The members that a constructor initialises are pairs of a name and its arguments.

use super::choices::{
    abstract_function_declarator, argument_list, as_type, call, friend, namespace_alias,
    other_type, parameter, parameter_list, path_part, qualified_identifier, template_function,
    template_type, type_identifier, user_defined_literal, using_declaration,
};
use crate::ir::{Flags, Kind, Operator, Role};
use crate::languages::c::{binary, declaration, declarator, for_type, grouping};
use crate::languages::{Choice, Row, Shape, UnitPart};

/// Rows for what C++ adds or has otherwise.
pub(super) static ROWS: &[Row] = &[
    // Structure
    Row::through("namespace_definition")
        .fields(&[("body", Role::Statement)])
        .hides(&["name", ""])
        .contains_units(),
    Row::choose("namespace_alias_definition", namespace_alias),
    Row::choose("using_declaration", using_declaration),
    Row::through("template_declaration").hides(&["parameters"]).contains_units(),
    Row::choose("template_instantiation", |_| Choice::leaf(Kind::Type)),
    Row::choose("concept_definition", |_| Choice::leaf(Kind::Type).symbol("concept")),
    Row::skip("requires_clause"),
    Row::choose("requires_expression", |_| Choice::leaf(Kind::Macro).symbol("requires")),
    Row::choose("friend_declaration", friend).contains_units(),
    Row::node("static_assert_declaration", Kind::Assert)
        .fields(&[("condition", Role::Condition), ("message", Role::Value)]),
    Row::node("alias_declaration", Kind::Type)
        .fields(&[("name", Role::Attribute), ("type", Role::Type)]),
    // Functions
    Row::skip("default_method_clause"),
    Row::skip("delete_method_clause"),
    Row::skip("pure_virtual_clause"),
    Row::skip("virtual_specifier"),
    Row::skip("explicit_function_specifier"),
    Row::skip("ref_qualifier"),
    Row::choose("noexcept", as_type),
    Row::choose("throw_specifier", as_type),
    Row::choose("trailing_return_type", as_type),
    Row::through("field_initializer_list"),
    Row::node("field_initializer", Kind::Pair).positions(&[Role::Key, Role::Value]),
    Row::through("operator_cast")
        .fields(&[("type", Role::Type), ("declarator", Role::Child)])
        .hides(&[""]),
    Row::choose("parameter_list", parameter_list),
    Row::choose("parameter_declaration", parameter)
        .fields(&[("type", Role::Type), ("declarator", Role::Target)])
        .declares(),
    Row::choose("optional_parameter_declaration", parameter)
        .fields(&[
            ("type", Role::Type),
            ("declarator", Role::Target),
            ("default_value", Role::Default),
        ])
        .declares(),
    Row::choose("variadic_parameter_declaration", parameter)
        .fields(&[("type", Role::Type), ("declarator", Role::Target)])
        .flags(Flags::REST)
        .declares(),
    Row::node("lambda_expression", Kind::Lambda)
        .fields(&[("declarator", Role::Parameter), ("body", Role::Body)])
        .hides(&["template_parameters", "constraint"]),
    Row::through("lambda_capture_specifier"),
    Row::skip("lambda_default_capture"),
    Row::node("lambda_capture_initializer", Kind::Declare)
        .fields(&[("left", Role::Target), ("right", Role::Value)])
        .declares(),
    // Classes
    Row::choose("class_specifier", for_type).fields(CLASS_FIELDS).unit(UnitPart::Named("name")),
    Row::choose("struct_specifier", for_type).fields(CLASS_FIELDS).unit(UnitPart::Named("name")),
    Row::choose("union_specifier", for_type).fields(CLASS_FIELDS).unit(UnitPart::Named("name")),
    Row::choose("enum_specifier", for_type).fields(&[
        ("name", Role::Name),
        ("base", Role::Type),
        ("body", Role::Body),
    ]),
    Row::choose("base_class_clause", |_| Choice::of(Shape::Through).role(Role::Base)),
    Row::skip("access_specifier"),
    // Declarations
    Row::choose("declaration", declaration)
        .fields(&[
            ("type", Role::Type),
            ("declarator", Role::Target),
            ("value", Role::Value),
            ("default_value", Role::Value),
        ])
        .declares()
        .contains_units(),
    Row::choose("reference_declarator", declarator),
    Row::choose("variadic_declarator", declarator),
    Row::choose("pointer_type_declarator", declarator),
    Row::choose("structured_binding_declarator", |visit| {
        let around = declarator(visit);
        Choice { shape: Shape::Node(Kind::Tuple), ..around }
    })
    .positions(&[Role::Element]),
    Row::skip("abstract_reference_declarator"),
    Row::choose("abstract_function_declarator", abstract_function_declarator)
        .fields(&[("parameters", Role::Parameter)])
        .hides(&["declarator", ""]),
    // Statements
    Row::through("condition_clause").fields(&[("initializer", Role::Initializer)]),
    Row::through("init_statement"),
    Row::node("for_range_loop", Kind::ForEach)
        .fields(&[
            ("initializer", Role::Initializer),
            ("type", Role::Type),
            ("declarator", Role::Target),
            ("right", Role::Iterable),
            ("body", Role::Body),
        ])
        .declares(),
    Row::node("try_statement", Kind::Try)
        .fields(&[("body", Role::Body)])
        .positions(&[Role::Handler]),
    Row::node("catch_clause", Kind::Catch)
        .fields(&[("parameters", Role::Pattern), ("body", Role::Body)])
        .declares(),
    Row::node("throw_statement", Kind::Raise).positions(&[Role::Value]),
    Row::node("co_return_statement", Kind::Return).positions(&[Role::Value]),
    Row::node("co_yield_statement", Kind::Yield).positions(&[Role::Value]),
    // Expressions
    Row::choose("parenthesized_expression", grouping),
    Row::choose("call_expression", call)
        .fields(&[("function", Role::Callee), ("arguments", Role::Argument)]),
    Row::choose("argument_list", argument_list),
    Row::node("new_expression", Kind::Call)
        .fields(&[
            ("type", Role::Callee),
            ("placement", Role::Argument),
            ("declarator", Role::Argument),
            ("arguments", Role::Argument),
        ])
        .flags(Flags::CONSTRUCT),
    Row::through("new_declarator"),
    Row::node("delete_expression", Kind::Delete).positions(&[Role::Value]),
    Row::node("subscript_expression", Kind::Index)
        .fields(&[("argument", Role::Receiver), ("indices", Role::Index)]),
    Row::through("subscript_argument_list"),
    Row::node("co_await_expression", Kind::Await).fields(&[("argument", Role::Value)]),
    Row::choose("fold_expression", binary)
        .fields(&[("left", Role::Left), ("right", Role::Right)])
        .takes_operator(),
    Row::node("parameter_pack_expansion", Kind::Spread).fields(&[("pattern", Role::Value)]),
    Row::choose("user_defined_literal", user_defined_literal),
    Row::leaf("raw_string_literal", Kind::String),
    // Names
    Row::leaf("this", Kind::Name),
    Row::choose("namespace_identifier", path_part),
    Row::choose("qualified_identifier", qualified_identifier)
        .fields(&[("scope", Role::Receiver), ("name", Role::Attribute)]),
    Row::leaf("destructor_name", Kind::Attribute),
    Row::leaf("operator_name", Kind::Attribute),
    Row::choose("template_function", template_function),
    Row::through("template_method"),
    Row::through("dependent_name"),
    Row::choose("template_argument_list", as_type),
    // Types
    Row::choose("type_identifier", type_identifier),
    Row::choose("primitive_type", other_type),
    Row::choose("sized_type_specifier", other_type),
    Row::choose("template_type", template_type),
    Row::choose("decltype", other_type),
    Row::choose("placeholder_type_specifier", other_type),
    Row::choose("dependent_type", other_type),
    Row::skip("literal_suffix"),
];

/// The parts of a class. What has none of these fields is a base or says nothing.
const CLASS_FIELDS: &[(&str, Role)] = &[("name", Role::Name), ("body", Role::Body)];

/// Operators that C does not have, or not under these names.
pub(super) static TOKENS: &[Row] = &[
    Row::token("<=>", Operator::ThreeWay),
    Row::token("and", Operator::And),
    Row::token("or", Operator::Or),
    Row::token("not", Operator::Not),
    Row::token("not_eq", Operator::NotEqual),
    Row::token("bitand", Operator::BitAnd),
    Row::token("bitor", Operator::BitOr),
    Row::token("xor", Operator::BitXor),
    Row::token("compl", Operator::BitNot),
    Row::token("and_eq", Operator::BitAndAssign),
    Row::token("or_eq", Operator::BitOrAssign),
    Row::token("xor_eq", Operator::BitXorAssign),
];
