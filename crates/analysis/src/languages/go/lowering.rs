//! How Go's syntax maps to the IR: one row per syntax kind of tree-sitter-go.
//!
//! Choices that are not obvious:
//! - `a, b := f()` declares a tuple; a name that its scope already has keeps its binding.
//! - Parameters and the names of a function's body share a scope: what the body declares, outside
//!   inner blocks, is flagged as belonging to the function.
//! - A composite literal of a slice or array is a list, of a map a map; of any other type a map
//!   flagged as construction, whose keys are field names.
//! - A method names the class that its receiver names, wherever in the file it stands.
//! - `xs[a:b]` is a range over its receiver, with its bounds to the left and right.
//! - `select` is a switch whose cases match communications; named results are parameters in the
//!   role of a type.

use super::imports::import_spec;
use super::shapes::{
    assignment, binary, composite_literal, declared_in_body, for_statement, function_body,
    identifier, interface_method, keyed_element, literal_value, operand, parameter,
    receive_statement, row_of_expressions, type_body, type_name, unary,
};
use crate::ir::{Access, Flags, Kind, Operator, Role};
use crate::languages::{Choice, Row, Shape, UnitPart};

/// Structure, definitions, bindings, control flow, expressions and literals.
pub(super) static ROWS: &[Row] = &[
    // Structure
    Row::node("source_file", Kind::Module).positions(&[Role::Statement]).contains_units(),
    Row::choose("block", function_body).positions(&[Role::Statement]),
    Row::through("statement_list").positions(&[Role::Statement]),
    Row::node("expression_statement", Kind::ExpressionStatement),
    Row::leaf("empty_statement", Kind::Empty),
    Row::new("comment", Shape::Comment),
    Row::skip("package_clause"),
    Row::choose("parenthesized_expression", |visit| operand(visit, Shape::Through))
        .flags(Flags::PARENTHESIZED),
    Row::choose("expression_list", row_of_expressions),
    // Functions
    Row::new("function_declaration", Shape::Function(Kind::Function)).fields(FUNCTION),
    Row::new("method_declaration", Shape::Function(Kind::Function))
        .fields(FUNCTION)
        .flags(Flags::METHOD)
        .unit(UnitPart::Method { field: "receiver", kind: "type_identifier" }),
    Row::node("func_literal", Kind::Lambda).fields(FUNCTION),
    Row::through("parameter_list"),
    Row::choose("parameter_declaration", parameter)
        .fields(&[("name", Role::Target), ("type", Role::Type)])
        .declares(),
    // The type of the elements is not that of the parameter.
    Row::choose("variadic_parameter_declaration", parameter)
        .fields(&[("name", Role::Target), ("type", Role::Child)])
        .flags(Flags::REST)
        .declares(),
    // Imports
    Row::node("import_declaration", Kind::Import),
    Row::through("import_spec_list"),
    Row::choose("import_spec", import_spec),
    // Bindings and assignments
    Row::through("const_declaration"),
    Row::through("var_declaration"),
    Row::through("var_spec_list"),
    Row::node("const_spec", Kind::Declare)
        .fields(SPECIFICATION)
        .declares()
        .flags(Flags::CONSTANT)
        .flags_of(declared_in_body),
    Row::node("var_spec", Kind::Declare)
        .fields(SPECIFICATION)
        .declares()
        .flags_of(declared_in_body),
    Row::node("short_var_declaration", Kind::Declare)
        .fields(SIDES)
        .declares()
        .flags_of(declared_in_body),
    Row::choose("assignment_statement", assignment).fields(SIDES).takes_operator(),
    Row::node("inc_statement", Kind::Update)
        .positions(&[Role::Target])
        .target(Access::ReadWrite)
        .takes_operator(),
    Row::node("dec_statement", Kind::Update)
        .positions(&[Role::Target])
        .target(Access::ReadWrite)
        .takes_operator(),
    // A channel is not written: a value is put into it.
    Row::node("send_statement", Kind::Send)
        .fields(&[("channel", Role::Target), ("value", Role::Value)])
        .target(Access::Read),
    Row::choose("receive_statement", receive_statement).fields(SIDES),
    // Branches and loops
    Row::node("if_statement", Kind::If).fields(&[
        ("initializer", Role::Initializer),
        ("condition", Role::Condition),
        ("consequence", Role::Then),
        ("alternative", Role::Else),
    ]),
    Row::node("expression_switch_statement", Kind::Switch)
        .flags(Flags::BREAKABLE)
        .fields(&[("initializer", Role::Initializer), ("value", Role::Subject)]),
    Row::node("expression_case", Kind::Case).fields(&[("value", Role::Pattern)]),
    Row::node("type_switch_statement", Kind::Switch)
        .flags(Flags::BREAKABLE)
        .fields(&[
            ("initializer", Role::Initializer),
            ("alias", Role::Target),
            ("value", Role::Subject),
        ])
        .declares(),
    Row::node("type_case", Kind::Case).fields(&[("type", Role::Pattern)]),
    // It waits until one of its cases can be taken.
    Row::node("select_statement", Kind::Switch).flags(Flags::BREAKABLE.with(Flags::EXHAUSTIVE)),
    Row::node("communication_case", Kind::Case).fields(&[("communication", Role::Pattern)]),
    Row::node("default_case", Kind::Case).flags(Flags::DEFAULT),
    Row::choose("for_statement", for_statement)
        .fields(&[("body", Role::Body)])
        .positions(&[Role::Condition]),
    Row::through("for_clause").fields(&[
        ("initializer", Role::Initializer),
        ("condition", Role::Condition),
        ("update", Role::Update),
    ]),
    Row::through("range_clause").fields(&[("left", Role::Target), ("right", Role::Iterable)]),
    Row::node("labeled_statement", Kind::Label)
        .fields(&[("label", Role::Label)])
        .positions(&[Role::Body]),
    Row::leaf("label_name", Kind::Label),
    Row::node("return_statement", Kind::Return).positions(&[Role::Value]),
    Row::node("break_statement", Kind::Break).positions(&[Role::Label]),
    Row::node("continue_statement", Kind::Continue).positions(&[Role::Label]),
    Row::node("goto_statement", Kind::Goto).positions(&[Role::Label]),
    Row::leaf("fallthrough_statement", Kind::Fallthrough),
    Row::node("defer_statement", Kind::Defer).positions(&[Role::Value]),
    Row::node("go_statement", Kind::Spawn).positions(&[Role::Value]),
    // Expressions
    Row::choose("binary_expression", binary)
        .fields(&[("left", Role::Left), ("right", Role::Right)])
        .takes_operator(),
    Row::choose("unary_expression", unary).fields(&[("operand", Role::Operand)]).takes_operator(),
    Row::node("call_expression", Kind::Call).fields(&[
        ("function", Role::Callee),
        ("type_arguments", Role::Type),
        ("arguments", Role::Argument),
    ]),
    Row::through("argument_list"),
    Row::node("variadic_argument", Kind::Spread).positions(&[Role::Value]),
    Row::choose("selector_expression", |visit| operand(visit, Shape::Node(Kind::Member)))
        .fields(&[("operand", Role::Receiver), ("field", Role::Attribute)]),
    Row::choose("index_expression", |visit| operand(visit, Shape::Node(Kind::Index)))
        .fields(&[("operand", Role::Receiver), ("index", Role::Index)]),
    Row::node("slice_expression", Kind::Range).fields(&[
        ("operand", Role::Receiver),
        ("start", Role::Left),
        ("end", Role::Right),
        ("capacity", Role::Operand),
    ]),
    Row::node("type_assertion_expression", Kind::Cast)
        .fields(&[("operand", Role::Value), ("type", Role::Type)]),
    Row::node("type_conversion_expression", Kind::Cast)
        .fields(&[("operand", Role::Value), ("type", Role::Type)]),
    Row::choose("identifier", identifier),
    Row::leaf("iota", Kind::Name),
    Row::leaf("blank_identifier", Kind::Attribute),
    Row::leaf("dot", Kind::Attribute),
    Row::leaf("field_identifier", Kind::Attribute),
    // Literals and collections
    Row::leaf("int_literal", Kind::Number),
    Row::leaf("float_literal", Kind::Number),
    Row::leaf("imaginary_literal", Kind::Number),
    Row::leaf("rune_literal", Kind::Character),
    Row::leaf("interpreted_string_literal", Kind::String),
    Row::leaf("raw_string_literal", Kind::String),
    Row::leaf("true", Kind::Boolean),
    Row::leaf("false", Kind::Boolean),
    Row::leaf("nil", Kind::Null),
    Row::choose("composite_literal", composite_literal)
        .fields(&[("type", Role::Type), ("body", Role::Body)]),
    Row::choose("literal_value", literal_value).positions(&[Role::Element]),
    Row::through("literal_element"),
    Row::node("keyed_element", Kind::Pair)
        .fields(&[("key", Role::Key), ("value", Role::Value)])
        .flags_of(keyed_element),
];

const FUNCTION: &[(&str, Role)] = &[
    ("receiver", Role::Parameter),
    ("name", Role::Name),
    ("type_parameters", Role::Type),
    ("parameters", Role::Parameter),
    ("result", Role::Type),
    ("body", Role::Body),
];

const TYPE_DEFINITION: &[(&str, Role)] =
    &[("name", Role::Name), ("type_parameters", Role::Type), ("type", Role::Type)];

const SPECIFICATION: &[(&str, Role)] =
    &[("name", Role::Target), ("type", Role::Type), ("value", Role::Value)];

const SIDES: &[(&str, Role)] = &[("left", Role::Target), ("right", Role::Value)];

/// Types, whose names are no variables.
pub(super) static TYPES: &[Row] = &[
    Row::through("type_declaration"),
    Row::node("type_spec", Kind::Class).fields(TYPE_DEFINITION),
    Row::node("type_alias", Kind::Class).fields(TYPE_DEFINITION),
    Row::choose("struct_type", type_body),
    Row::through("field_declaration_list").positions(&[Role::Statement]),
    Row::node("field_declaration", Kind::Pair).fields(&[
        ("name", Role::Key),
        ("type", Role::Type),
        ("tag", Role::Value),
    ]),
    Row::choose("interface_type", type_body).positions(&[Role::Statement]),
    Row::choose("method_elem", interface_method).fields(FUNCTION),
    Row::choose("type_elem", |_| Choice::of(Shape::Through).role(Role::Type)),
    Row::choose("type_identifier", type_name),
    Row::choose("package_identifier", |_| Choice::leaf(Kind::Name)),
    Row::node("qualified_type", Kind::Type)
        .fields(&[("package", Role::Receiver), ("name", Role::Attribute)]),
    Row::node("generic_type", Kind::Type),
    Row::node("type_arguments", Kind::Type),
    Row::node("type_parameter_list", Kind::Type),
    Row::through("type_parameter_declaration").fields(&[("name", Role::Attribute)]),
    Row::node("type_constraint", Kind::Type),
    Row::node("type_instantiation_expression", Kind::Type),
    Row::through("parenthesized_type"),
    Row::node("negated_type", Kind::Type),
    Row::node("pointer_type", Kind::Type),
    Row::node("array_type", Kind::Type).fields(&[("length", Role::Value)]),
    Row::node("implicit_length_array_type", Kind::Type),
    Row::node("slice_type", Kind::Type),
    Row::node("map_type", Kind::Type),
    Row::node("channel_type", Kind::Type),
    Row::node("function_type", Kind::Type)
        .fields(&[("parameters", Role::Type), ("result", Role::Type)]),
];

/// Operators.
pub(super) static TOKENS: &[Row] = &[
    Row::token("+", Operator::Add),
    Row::token("-", Operator::Subtract),
    Row::token("*", Operator::Multiply),
    Row::token("/", Operator::Divide),
    Row::token("%", Operator::Remainder),
    Row::token("&", Operator::BitAnd),
    Row::token("|", Operator::BitOr),
    Row::token("^", Operator::BitXor),
    Row::token("&^", Operator::BitClear),
    Row::token("<<", Operator::ShiftLeft),
    Row::token(">>", Operator::ShiftRight),
    Row::token("&&", Operator::And),
    Row::token("||", Operator::Or),
    Row::token("!", Operator::Not),
    Row::token("<-", Operator::Receive),
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
    Row::token("&^=", Operator::BitClearAssign),
    Row::token("<<=", Operator::ShiftLeftAssign),
    Row::token(">>=", Operator::ShiftRightAssign),
];
