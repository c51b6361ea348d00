//! How Java's syntax maps to the IR.
//!
//! Names of types are leaves of [`Kind::Type`], except where an expression stands on one: what
//! `new` makes, what a static method belongs to, what a handler catches. Methods have names of
//! their own, apart from variables, so that `size` in `size = size()` is one variable, not two
//! mentions of it.

use super::choices::{
    array_type, assignment, binary, case, catch_type, class_body, class_flags, declaration,
    dimensions, enum_constant_flags, explicit_constructor, expression_statement, generic_type,
    identifier, import_path, initializer, interface_constant, interface_flags, local_block,
    method_flags, method_invocation, method_reference, parameter_flags, parenthesized, resource,
    scoped_type, string, super_name, switch, type_name, variable_declarator, wildcard,
};
use crate::ir::{Access, Flags, Kind, Operator, Role};
use crate::languages::{Choice, Row, Shape, UnitPart};

/// Rows for Java.
pub(super) static ROWS: &[Row] = &[
    // Structure
    Row::node("program", Kind::Module).positions(&[Role::Statement]).contains_units(),
    Row::choose("block", local_block).positions(&[Role::Statement]),
    Row::node("constructor_body", Kind::Block).positions(&[Role::Statement]),
    Row::new("line_comment", Shape::Comment),
    Row::new("block_comment", Shape::Comment),
    Row::choose("expression_statement", expression_statement),
    Row::choose("parenthesized_expression", parenthesized).contains_units(),
    // Packages, modules and imports
    Row::node("package_declaration", Kind::Declare).positions(&[Role::Attribute]),
    Row::node("import_declaration", Kind::Import),
    Row::skip("asterisk"),
    Row::choose("scoped_identifier", import_path),
    Row::node("module_declaration", Kind::Declare)
        .fields(&[("name", Role::Attribute), ("body", Role::Body)]),
    Row::node("module_body", Kind::Block).positions(&[Role::Statement]),
    Row::node("requires_module_directive", Kind::Import).fields(&[("module", Role::Attribute)]),
    Row::skip("requires_modifier"),
    Row::node("exports_module_directive", Kind::Export)
        .fields(&[("package", Role::Attribute), ("modules", Role::Attribute)]),
    Row::node("opens_module_directive", Kind::Export)
        .fields(&[("package", Role::Attribute), ("modules", Role::Attribute)]),
    Row::node("uses_module_directive", Kind::Import).fields(&[("type", Role::Attribute)]),
    Row::node("provides_module_directive", Kind::Export).positions(&[Role::Attribute]),
    // Annotations and modifiers
    Row::through("modifiers"),
    Row::choose("marker_annotation", |_| Choice::node(Kind::Decorator).role(Role::Decorator))
        .fields(&[("name", Role::Attribute)]),
    Row::choose("annotation", |_| Choice::node(Kind::Decorator).role(Role::Decorator))
        .fields(&[("name", Role::Attribute), ("arguments", Role::Argument)]),
    Row::through("annotation_argument_list"),
    Row::node("element_value_pair", Kind::Argument)
        .fields(&[("key", Role::Attribute), ("value", Role::Value)]),
    Row::node("element_value_array_initializer", Kind::List).positions(&[Role::Element]),
    // Classes
    Row::node("class_declaration", Kind::Class)
        .fields(CLASS)
        .flags_of(class_flags)
        .unit(UnitPart::Named("name")),
    Row::node("interface_declaration", Kind::Class)
        .fields(CLASS)
        .flags_of(interface_flags)
        .unit(UnitPart::Named("name")),
    Row::node("enum_declaration", Kind::Class)
        .fields(CLASS)
        .flags_of(interface_flags)
        .unit(UnitPart::Named("name")),
    Row::node("record_declaration", Kind::Class)
        .fields(CLASS)
        .flags_of(interface_flags)
        .unit(UnitPart::Named("name")),
    Row::node("annotation_type_declaration", Kind::Class)
        .fields(CLASS)
        .flags_of(interface_flags)
        .unit(UnitPart::Named("name")),
    Row::choose("superclass", |_| Choice::of(Shape::Through).role(Role::Base)),
    Row::choose("super_interfaces", |_| Choice::of(Shape::Through).role(Role::Base)),
    Row::choose("extends_interfaces", |_| Choice::of(Shape::Through).role(Role::Base)),
    Row::choose("permits", |_| Choice::of(Shape::Through).role(Role::Type)),
    Row::through("type_list"),
    Row::choose("class_body", class_body).positions(&[Role::Statement]).contains_units(),
    Row::node("interface_body", Kind::Block).positions(&[Role::Statement]).contains_units(),
    Row::node("enum_body", Kind::Block).positions(&[Role::Statement]).contains_units(),
    Row::through("enum_body_declarations").positions(&[Role::Statement]).contains_units(),
    Row::node("annotation_type_body", Kind::Block).positions(&[Role::Statement]).contains_units(),
    Row::node("enum_constant", Kind::Declare)
        .fields(&[("name", Role::Target), ("arguments", Role::Argument), ("body", Role::Body)])
        .flags_of(enum_constant_flags)
        .declares()
        .unit(UnitPart::Named("name")),
    Row::node("annotation_type_element_declaration", Kind::Declare).fields(&[
        ("type", Role::Type),
        ("name", Role::Attribute),
        ("value", Role::Value),
    ]),
    Row::through("static_initializer"),
    // Methods
    Row::new("method_declaration", Shape::Function(Kind::Function))
        .fields(FUNCTION)
        .flags(Flags::METHOD)
        .flags_of(method_flags),
    Row::new("constructor_declaration", Shape::Function(Kind::Function))
        .fields(FUNCTION)
        .flags(Flags::METHOD),
    Row::new("compact_constructor_declaration", Shape::Function(Kind::Function))
        .fields(FUNCTION)
        .flags(Flags::METHOD),
    Row::new("lambda_expression", Shape::Function(Kind::Lambda)).fields(FUNCTION),
    Row::through("formal_parameters"),
    Row::through("inferred_parameters"),
    Row::node("formal_parameter", Kind::Parameter)
        .fields(VARIABLE)
        .flags_of(parameter_flags)
        .declares(),
    Row::node("spread_parameter", Kind::Parameter)
        .flags(Flags::REST)
        .flags_of(parameter_flags)
        .declares(),
    Row::skip("receiver_parameter"),
    Row::choose("throws", |_| Choice::of(Shape::Through).role(Role::Type)),
    Row::choose("explicit_constructor_invocation", explicit_constructor).fields(&[
        ("object", Role::Receiver),
        ("constructor", Role::Callee),
        ("type_arguments", Role::Type),
        ("arguments", Role::Argument),
    ]),
    // Variables
    Row::choose("local_variable_declaration", declaration)
        .fields(&[("type", Role::Type)])
        .declares(),
    Row::choose("field_declaration", declaration)
        .fields(&[("type", Role::Type)])
        .declares()
        .contains_units(),
    Row::choose("constant_declaration", interface_constant)
        .fields(&[("type", Role::Type)])
        .declares()
        .contains_units(),
    Row::choose("variable_declarator", variable_declarator)
        .fields(VARIABLE)
        .declares()
        .unit(UnitPart::Named("name")),
    Row::leaf("underscore_pattern", Kind::Attribute),
    Row::choose("assignment_expression", assignment)
        .fields(&[("left", Role::Target), ("right", Role::Value)])
        .takes_operator(),
    // Branches and loops
    Row::node("if_statement", Kind::If).fields(&[
        ("condition", Role::Condition),
        ("consequence", Role::Then),
        ("alternative", Role::Else),
    ]),
    Row::choose("switch_expression", switch).fields(&[("condition", Role::Subject)]),
    Row::choose("switch_block", |_| Choice::of(Shape::Through).role(Role::Child)),
    Row::choose("switch_block_statement_group", case).positions(&[Role::Statement]).declares(),
    Row::choose("switch_rule", case).positions(&[Role::Body]).declares(),
    Row::choose("switch_label", |_| Choice::of(Shape::Through).role(Role::Pattern)),
    Row::choose("guard", |_| Choice::of(Shape::Through).role(Role::Guard)),
    Row::through("pattern"),
    Row::node("type_pattern", Kind::Pattern).positions(&[Role::Type, Role::Element]),
    Row::node("record_pattern", Kind::Pattern).positions(&[Role::Type, Role::Element]),
    Row::through("record_pattern_body"),
    Row::node("record_pattern_component", Kind::Pattern).positions(&[Role::Type, Role::Element]),
    Row::node("while_statement", Kind::While)
        .fields(&[("condition", Role::Condition), ("body", Role::Body)]),
    Row::node("do_statement", Kind::While)
        .fields(&[("condition", Role::Condition), ("body", Role::Body)])
        .flags(Flags::POST_CONDITION),
    Row::node("for_statement", Kind::ForCount).fields(&[
        ("init", Role::Initializer),
        ("condition", Role::Condition),
        ("update", Role::Update),
        ("body", Role::Body),
    ]),
    Row::node("enhanced_for_statement", Kind::ForEach)
        .fields(&[
            ("type", Role::Type),
            ("name", Role::Target),
            ("value", Role::Iterable),
            ("body", Role::Body),
        ])
        .flags_of(parameter_flags)
        .declares(),
    Row::node("labeled_statement", Kind::Label).positions(&[Role::Label, Role::Body]),
    // Exceptions, resources, jumps
    Row::node("try_statement", Kind::Try)
        .fields(&[("body", Role::Body)])
        .positions(&[Role::Handler]),
    Row::node("try_with_resources_statement", Kind::Try)
        .fields(&[("resources", Role::Resource), ("body", Role::Body)])
        .positions(&[Role::Handler]),
    Row::through("resource_specification"),
    Row::choose("resource", resource)
        .fields(&[("type", Role::Type), ("name", Role::Target), ("value", Role::Value)])
        .declares(),
    Row::node("catch_clause", Kind::Catch).fields(&[("body", Role::Body)]).declares(),
    Row::through("catch_formal_parameter").fields(&[("name", Role::Target)]),
    Row::choose("catch_type", catch_type),
    Row::choose("finally_clause", |_| Choice::node(Kind::Finally).role(Role::Finally))
        .positions(&[Role::Body]),
    Row::node("synchronized_statement", Kind::With)
        .fields(&[("body", Role::Body)])
        .positions(&[Role::Resource]),
    Row::node("throw_statement", Kind::Raise).positions(&[Role::Value]),
    Row::node("assert_statement", Kind::Assert)
        .positions(&[Role::Condition, Role::Argument])
        .flags(Flags::OPTIONAL),
    Row::node("return_statement", Kind::Return).positions(&[Role::Value]),
    Row::node("break_statement", Kind::Break).positions(&[Role::Label]),
    Row::node("continue_statement", Kind::Continue).positions(&[Role::Label]),
    // Leaves the switch with a value, unlike a generator's.
    Row::node("yield_statement", Kind::Break).positions(&[Role::Value]),
    // Operations
    Row::choose("binary_expression", binary)
        .fields(&[("left", Role::Left), ("right", Role::Right)])
        .takes_operator(),
    Row::node("instanceof_expression", Kind::Compare)
        .fields(&[
            ("left", Role::Left),
            ("right", Role::Right),
            ("name", Role::Target),
            ("pattern", Role::Pattern),
        ])
        .operator(Operator::InstanceOf)
        .declares(),
    Row::node("unary_expression", Kind::Unary)
        .fields(&[("operand", Role::Operand)])
        .takes_operator(),
    Row::node("update_expression", Kind::Update)
        .positions(&[Role::Target])
        .target(Access::ReadWrite)
        .takes_operator(),
    Row::node("ternary_expression", Kind::Ternary).fields(&[
        ("condition", Role::Condition),
        ("consequence", Role::Then),
        ("alternative", Role::Else),
    ]),
    Row::node("cast_expression", Kind::Cast)
        .fields(&[("type", Role::Type), ("value", Role::Value)])
        .contains_units(),
    // Access and calls
    Row::node("field_access", Kind::Member)
        .fields(&[("object", Role::Receiver), ("field", Role::Attribute)]),
    Row::node("array_access", Kind::Index)
        .fields(&[("array", Role::Receiver), ("index", Role::Index)]),
    Row::choose("method_invocation", method_invocation)
        .fields(&[
            ("object", Role::Receiver),
            ("type_arguments", Role::Type),
            ("name", Role::Attribute),
            ("arguments", Role::Argument),
        ])
        .contains_units(),
    Row::choose("method_reference", method_reference).positions(&[Role::Receiver, Role::Attribute]),
    Row::node("object_creation_expression", Kind::Call)
        .fields(&[
            ("type_arguments", Role::Type),
            ("type", Role::Callee),
            ("arguments", Role::Argument),
        ])
        .flags(Flags::CONSTRUCT)
        .contains_units(),
    Row::through("argument_list").contains_units(),
    Row::node("template_expression", Kind::Call)
        .fields(&[("template_processor", Role::Callee), ("template_argument", Role::Argument)]),
    // Names
    Row::choose("identifier", identifier),
    Row::leaf("this", Kind::Name),
    Row::choose("super", super_name),
    // Literals and collections
    Row::leaf("decimal_integer_literal", Kind::Number),
    Row::leaf("hex_integer_literal", Kind::Number),
    Row::leaf("octal_integer_literal", Kind::Number),
    Row::leaf("binary_integer_literal", Kind::Number),
    Row::leaf("decimal_floating_point_literal", Kind::Number),
    Row::leaf("hex_floating_point_literal", Kind::Number),
    Row::leaf("true", Kind::Boolean),
    Row::leaf("false", Kind::Boolean),
    Row::leaf("null_literal", Kind::Null),
    Row::leaf("character_literal", Kind::Character),
    Row::choose("string_literal", string).positions(&[Role::Element]),
    Row::skip("string_fragment"),
    Row::skip("multiline_string_fragment"),
    Row::skip("escape_sequence"),
    Row::through("string_interpolation"),
    Row::choose("array_creation_expression", |visit| match visit.field("value") {
        Some(_) => Choice::node(Kind::List),
        None => Choice::node(Kind::Call).flags(Flags::CONSTRUCT),
    })
    .fields(&[("type", Role::Type), ("dimensions", Role::Argument), ("value", Role::Value)]),
    Row::through("dimensions_expr"),
    Row::choose("array_initializer", initializer).positions(&[Role::Element]).contains_units(),
    // Types
    Row::choose("void_type", type_name),
    Row::choose("integral_type", type_name),
    Row::choose("floating_point_type", type_name),
    Row::choose("boolean_type", type_name),
    Row::choose("type_identifier", type_name),
    Row::choose("scoped_type_identifier", scoped_type)
        .positions(&[Role::Receiver, Role::Attribute]),
    Row::choose("generic_type", generic_type),
    Row::choose("array_type", array_type).fields(&[("element", Role::Type)]),
    Row::through("annotated_type"),
    Row::choose("class_literal", |_| Choice::leaf(Kind::Type)),
    Row::choose("type_arguments", |_| Choice::of(Shape::Through).role(Role::Type)),
    Row::choose("type_parameters", |_| Choice::of(Shape::Through).role(Role::Type)),
    Row::node("type_parameter", Kind::Type),
    Row::choose("type_bound", |_| Choice::of(Shape::Through).role(Role::Type)),
    Row::choose("wildcard", wildcard),
    Row::choose("dimensions", dimensions),
    // Operators
    Row::token("+", Operator::Add),
    Row::token("-", Operator::Subtract),
    Row::token("*", Operator::Multiply),
    Row::token("/", Operator::Divide),
    Row::token("%", Operator::Remainder),
    Row::token("&", Operator::BitAnd),
    Row::token("|", Operator::BitOr),
    Row::token("^", Operator::BitXor),
    Row::token("~", Operator::BitNot),
    Row::token("<<", Operator::ShiftLeft),
    Row::token(">>", Operator::ShiftRight),
    Row::token(">>>", Operator::ShiftRightUnsigned),
    Row::token("&&", Operator::And),
    Row::token("||", Operator::Or),
    Row::token("!", Operator::Not),
    Row::token("==", Operator::Equal),
    Row::token("!=", Operator::NotEqual),
    Row::token("<", Operator::Less),
    Row::token("<=", Operator::LessEqual),
    Row::token(">", Operator::Greater),
    Row::token(">=", Operator::GreaterEqual),
    Row::token("++", Operator::Increment),
    Row::token("--", Operator::Decrement),
    Row::token("+=", Operator::AddAssign),
    Row::token("-=", Operator::SubtractAssign),
    Row::token("*=", Operator::MultiplyAssign),
    Row::token("/=", Operator::DivideAssign),
    Row::token("%=", Operator::RemainderAssign),
    Row::token("&=", Operator::BitAndAssign),
    Row::token("|=", Operator::BitOrAssign),
    Row::token("^=", Operator::BitXorAssign),
    Row::token("<<=", Operator::ShiftLeftAssign),
    Row::token(">>=", Operator::ShiftRightAssign),
    Row::token(">>>=", Operator::ShiftRightUnsignedAssign),
];

/// The parts of a method or lambda.
const FUNCTION: &[(&str, Role)] = &[
    ("name", Role::Name),
    ("type", Role::Type),
    ("parameters", Role::Parameter),
    ("body", Role::Body),
];

/// The parts of a class of any sort; a record's parameters are its fields.
const CLASS: &[(&str, Role)] =
    &[("name", Role::Name), ("parameters", Role::Parameter), ("body", Role::Body)];

/// The parts of a variable.
const VARIABLE: &[(&str, Role)] = &[
    ("type", Role::Type),
    ("name", Role::Target),
    ("dimensions", Role::Type),
    ("value", Role::Value),
];
