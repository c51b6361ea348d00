//! How JavaScript's syntax maps to the IR.
//!
//! The rows stand in three groups, because TypeScript uses two of them: [`ROWS`] holds for every
//! dialect of both languages, [`MARKUP_ROWS`] for those with JSX, [`OWN_ROWS`] for JavaScript only.

use super::choices::{
    assignment_pattern, asynchronous, binary_expression, declaration, default_export,
    empty_statement, export_specifier, expression_statement, flags_of_call, flags_of_yield,
    for_in_statement, formal_parameters, identifier, import_specifier, jsx_namespace_name,
    jsx_text, member_expression, namespace_export, namespace_import, optional_access,
    parenthesized_expression, pattern, rest_pattern, subscript_expression, template_string, this,
    unary_expression, variable_declarator,
};
use crate::ir::{Access, Flags, Kind, Operator, Role};
use crate::languages::{Choice, Row, Shape, UnitPart};

/// Rows for what JavaScript and TypeScript share.
pub(in crate::languages) static ROWS: &[Row] = &[
    // Structure
    Row::node("program", Kind::Module).positions(&[Role::Statement]).contains_units(),
    Row::node("statement_block", Kind::Block).positions(&[Role::Statement]).contains_units(),
    Row::new("comment", Shape::Comment),
    Row::new("html_comment", Shape::Comment),
    Row::skip("hash_bang_line"),
    Row::choose("expression_statement", expression_statement).contains_units(),
    Row::choose("parenthesized_expression", parenthesized_expression).contains_units(),
    Row::choose("empty_statement", empty_statement),
    Row::leaf("debugger_statement", Kind::Empty),
    // Functions
    Row::new("function_declaration", Shape::Function(Kind::Function))
        .fields(FUNCTION)
        .positions(&[Role::Type])
        .flags_of(asynchronous),
    Row::new("generator_function_declaration", Shape::Function(Kind::Function))
        .fields(FUNCTION)
        .positions(&[Role::Type])
        .flags(Flags::GENERATOR)
        .flags_of(asynchronous),
    Row::new("function_expression", Shape::Function(Kind::Lambda))
        .fields(FUNCTION)
        .positions(&[Role::Type])
        .flags_of(asynchronous),
    Row::new("generator_function", Shape::Function(Kind::Lambda))
        .fields(FUNCTION)
        .positions(&[Role::Type])
        .flags(Flags::GENERATOR)
        .flags_of(asynchronous),
    Row::new("arrow_function", Shape::Function(Kind::Lambda))
        .fields(FUNCTION)
        .positions(&[Role::Type])
        .flags_of(asynchronous),
    Row::new("method_definition", Shape::Function(Kind::Function))
        .fields(FUNCTION)
        .positions(&[Role::Type])
        .flags(Flags::METHOD)
        .flags_of(asynchronous),
    Row::choose("formal_parameters", formal_parameters),
    // Classes
    Row::node("class_declaration", Kind::Class)
        .fields(CLASS)
        .positions(&[Role::Base])
        .unit(UnitPart::Named("name")),
    Row::node("class", Kind::Class)
        .fields(CLASS)
        .positions(&[Role::Base])
        .unit(UnitPart::Named("name")),
    Row::through("class_heritage"),
    Row::node("class_body", Kind::Block).positions(&[Role::Statement]).contains_units(),
    Row::through("class_static_block"),
    Row::node("decorator", Kind::Decorator).positions(&[Role::Value]),
    // Bindings
    Row::choose("lexical_declaration", declaration).declares().contains_units(),
    Row::choose("variable_declaration", declaration).declares().contains_units(),
    Row::choose("variable_declarator", variable_declarator)
        .fields(&[("name", Role::Target), ("value", Role::Value)])
        .positions(&[Role::Type])
        .declares()
        .unit(UnitPart::Named("name")),
    Row::node("assignment_expression", Kind::Assign)
        .fields(&[("left", Role::Target), ("right", Role::Value)])
        .operator(Operator::Assign)
        .unit(UnitPart::Named("left")),
    Row::node("augmented_assignment_expression", Kind::Assign)
        .fields(&[("left", Role::Target), ("right", Role::Value)])
        .target(Access::ReadWrite)
        .takes_operator()
        .contains_units(),
    Row::choose("object_pattern", |visit| pattern(visit, Kind::Map)).positions(&[Role::Element]),
    Row::choose("array_pattern", |visit| pattern(visit, Kind::List)).positions(&[Role::Element]),
    Row::node("pair_pattern", Kind::Pair).fields(&[("key", Role::Key), ("value", Role::Value)]),
    Row::choose("rest_pattern", rest_pattern).positions(&[Role::Value]),
    Row::choose("assignment_pattern", assignment_pattern)
        .fields(&[("left", Role::Value), ("right", Role::Default)]),
    Row::node("object_assignment_pattern", Kind::Pattern)
        .fields(&[("left", Role::Value), ("right", Role::Default)]),
    // Imports and exports
    Row::node("import_statement", Kind::Import).fields(&[("source", Role::Attribute)]),
    Row::through("import_clause"),
    Row::through("named_imports"),
    Row::choose("import_specifier", import_specifier)
        .fields(&[("name", Role::Attribute), ("alias", Role::Target)])
        .declares(),
    Row::choose("namespace_import", namespace_import).positions(&[Role::Target]).declares(),
    Row::skip("import_attribute"),
    Row::node("export_statement", Kind::Export)
        .fields(&[
            ("declaration", Role::Statement),
            ("source", Role::Attribute),
            ("decorator", Role::Decorator),
        ])
        .positions(&[Role::Value])
        .flags_of(default_export)
        .contains_units(),
    Row::choose("export_clause", |_| Choice::of(Shape::Through).role(Role::Child)),
    Row::choose("export_specifier", export_specifier)
        .fields(&[("name", Role::Value), ("alias", Role::Attribute)]),
    Row::choose("namespace_export", namespace_export).positions(&[Role::Attribute]),
    // Branches and loops
    Row::node("if_statement", Kind::If).fields(&[
        ("condition", Role::Condition),
        ("consequence", Role::Then),
        ("alternative", Role::Else),
    ]),
    Row::through("else_clause"),
    Row::node("switch_statement", Kind::Switch)
        .flags(Flags::BREAKABLE.with(Flags::FALLS_THROUGH))
        .fields(&[("value", Role::Subject), ("body", Role::Child)]),
    Row::through("switch_body"),
    Row::node("switch_case", Kind::Case)
        .fields(&[("value", Role::Pattern)])
        .positions(&[Role::Statement]),
    Row::node("switch_default", Kind::Case).positions(&[Role::Statement]).flags(Flags::DEFAULT),
    Row::node("for_statement", Kind::ForCount).fields(&[
        ("initializer", Role::Initializer),
        ("condition", Role::Condition),
        ("increment", Role::Update),
        ("body", Role::Body),
    ]),
    Row::choose("for_in_statement", for_in_statement).fields(&[
        ("left", Role::Target),
        ("right", Role::Iterable),
        ("value", Role::Initializer),
        ("body", Role::Body),
    ]),
    Row::node("while_statement", Kind::While)
        .fields(&[("condition", Role::Condition), ("body", Role::Body)]),
    Row::node("do_statement", Kind::While)
        .fields(&[("condition", Role::Condition), ("body", Role::Body)])
        .flags(Flags::POST_CONDITION),
    Row::node("labeled_statement", Kind::Label)
        .fields(&[("label", Role::Label), ("body", Role::Body)]),
    Row::leaf("statement_identifier", Kind::Label),
    // Exceptions, resources, jumps
    Row::node("try_statement", Kind::Try).fields(&[
        ("body", Role::Body),
        ("handler", Role::Handler),
        ("finalizer", Role::Finally),
    ]),
    Row::node("catch_clause", Kind::Catch)
        .fields(&[("parameter", Role::Target), ("body", Role::Body)])
        .positions(&[Role::Type])
        .declares(),
    Row::node("finally_clause", Kind::Finally).fields(&[("body", Role::Body)]),
    Row::node("with_statement", Kind::With)
        .fields(&[("object", Role::Resource), ("body", Role::Body)]),
    Row::node("throw_statement", Kind::Raise).positions(&[Role::Value]),
    Row::node("return_statement", Kind::Return).positions(&[Role::Value]),
    Row::node("break_statement", Kind::Break).fields(&[("label", Role::Label)]),
    Row::node("continue_statement", Kind::Continue).fields(&[("label", Role::Label)]),
    // Operations
    Row::choose("binary_expression", binary_expression)
        .fields(&[("left", Role::Left), ("right", Role::Right)])
        .takes_operator()
        .contains_units(),
    Row::choose("unary_expression", unary_expression)
        .fields(&[("argument", Role::Operand)])
        .takes_operator()
        .contains_units(),
    Row::node("update_expression", Kind::Update)
        .fields(&[("argument", Role::Target)])
        .target(Access::ReadWrite)
        .takes_operator(),
    Row::node("ternary_expression", Kind::Ternary)
        .fields(&[
            ("condition", Role::Condition),
            ("consequence", Role::Then),
            ("alternative", Role::Else),
        ])
        .contains_units(),
    Row::node("sequence_expression", Kind::Tuple)
        .positions(&[Role::Element])
        .flags(Flags::HAS_VALUE)
        .contains_units(),
    Row::node("await_expression", Kind::Await).positions(&[Role::Value]).contains_units(),
    Row::node("yield_expression", Kind::Yield).positions(&[Role::Value]).flags_of(flags_of_yield),
    Row::node("spread_element", Kind::Spread).positions(&[Role::Value]),
    // Access and calls
    Row::choose("member_expression", member_expression)
        .fields(&[("object", Role::Receiver), ("property", Role::Attribute)])
        .flags_of(optional_access)
        .contains_units(),
    Row::choose("subscript_expression", subscript_expression)
        .fields(&[("object", Role::Receiver), ("index", Role::Index)])
        .flags_of(optional_access),
    Row::skip("optional_chain"),
    Row::node("call_expression", Kind::Call)
        .fields(&[("function", Role::Callee), ("arguments", Role::Argument)])
        .flags_of(flags_of_call)
        .contains_units(),
    Row::node("new_expression", Kind::Call)
        .fields(&[("constructor", Role::Callee), ("arguments", Role::Argument)])
        .flags(Flags::CONSTRUCT)
        .contains_units(),
    Row::through("arguments").contains_units(),
    // Names
    Row::choose("identifier", identifier),
    Row::choose("this", this),
    Row::leaf("super", Kind::Name),
    Row::leaf("import", Kind::Name),
    Row::leaf("shorthand_property_identifier", Kind::Name),
    Row::leaf("shorthand_property_identifier_pattern", Kind::Name),
    Row::leaf("property_identifier", Kind::Attribute),
    Row::leaf("private_property_identifier", Kind::Attribute),
    Row::leaf("meta_property", Kind::Attribute),
    Row::choose("computed_property_name", |_| Choice::of(Shape::Through).role(Role::Key)),
    // Literals and collections
    Row::leaf("number", Kind::Number),
    Row::leaf("string", Kind::String),
    Row::leaf("regex", Kind::Regex),
    Row::leaf("true", Kind::Boolean),
    Row::leaf("false", Kind::Boolean),
    Row::leaf("null", Kind::Null),
    Row::leaf("undefined", Kind::Null),
    Row::choose("template_string", template_string).positions(&[Role::Element]),
    Row::through("template_substitution"),
    Row::skip("string_fragment"),
    Row::skip("escape_sequence"),
    Row::node("array", Kind::List).positions(&[Role::Element]).contains_units(),
    Row::node("object", Kind::Map).positions(&[Role::Element]).contains_units(),
    Row::node("pair", Kind::Pair)
        .fields(&[("key", Role::Key), ("value", Role::Value)])
        .unit(UnitPart::Named("key")),
    // Operators
    Row::token("+", Operator::Add),
    Row::token("-", Operator::Subtract),
    Row::token("*", Operator::Multiply),
    Row::token("/", Operator::Divide),
    Row::token("%", Operator::Remainder),
    Row::token("**", Operator::Power),
    Row::token("&", Operator::BitAnd),
    Row::token("|", Operator::BitOr),
    Row::token("^", Operator::BitXor),
    Row::token("~", Operator::BitNot),
    Row::token("<<", Operator::ShiftLeft),
    Row::token(">>", Operator::ShiftRight),
    Row::token(">>>", Operator::ShiftRightUnsigned),
    Row::token("&&", Operator::And),
    Row::token("||", Operator::Or),
    Row::token("??", Operator::Coalesce),
    Row::token("!", Operator::Not),
    Row::token("typeof", Operator::TypeOf),
    Row::token("void", Operator::Void),
    Row::token("==", Operator::Equal),
    Row::token("!=", Operator::NotEqual),
    Row::token("===", Operator::StrictEqual),
    Row::token("!==", Operator::StrictNotEqual),
    Row::token("<", Operator::Less),
    Row::token("<=", Operator::LessEqual),
    Row::token(">", Operator::Greater),
    Row::token(">=", Operator::GreaterEqual),
    Row::token("in", Operator::In),
    Row::token("instanceof", Operator::InstanceOf),
    Row::token("++", Operator::Increment),
    Row::token("--", Operator::Decrement),
    Row::token("+=", Operator::AddAssign),
    Row::token("-=", Operator::SubtractAssign),
    Row::token("*=", Operator::MultiplyAssign),
    Row::token("/=", Operator::DivideAssign),
    Row::token("%=", Operator::RemainderAssign),
    Row::token("**=", Operator::PowerAssign),
    Row::token("&=", Operator::BitAndAssign),
    Row::token("|=", Operator::BitOrAssign),
    Row::token("^=", Operator::BitXorAssign),
    Row::token("<<=", Operator::ShiftLeftAssign),
    Row::token(">>=", Operator::ShiftRightAssign),
    Row::token(">>>=", Operator::ShiftRightUnsignedAssign),
    Row::token("&&=", Operator::AndAssign),
    Row::token("||=", Operator::OrAssign),
    Row::token("??=", Operator::CoalesceAssign),
];

/// Rows for JSX.
pub(in crate::languages) static MARKUP_ROWS: &[Row] = &[
    Row::node("jsx_element", Kind::Markup).positions(&[Role::Element]),
    Row::through("jsx_opening_element")
        .fields(&[("name", Role::Callee), ("attribute", Role::Argument)]),
    Row::skip("jsx_closing_element"),
    Row::node("jsx_self_closing_element", Kind::Markup)
        .fields(&[("name", Role::Callee), ("attribute", Role::Argument)]),
    Row::node("jsx_attribute", Kind::Argument).positions(&[Role::Attribute, Role::Value]),
    Row::choose("jsx_namespace_name", jsx_namespace_name),
    Row::through("jsx_expression"),
    Row::choose("jsx_text", jsx_text),
    Row::leaf("html_character_reference", Kind::String),
];

/// Rows for what TypeScript's grammar lacks.
pub(super) static OWN_ROWS: &[Row] = &[
    Row::node("field_definition", Kind::Declare)
        .fields(&[
            ("property", Role::Target),
            ("value", Role::Value),
            ("decorator", Role::Decorator),
        ])
        .declares()
        .unit(UnitPart::Named("property")),
    Row::choose("using_declaration", declaration).declares().contains_units(),
];

/// The parts of a function. What has none of these fields is a type.
const FUNCTION: &[(&str, Role)] = &[
    ("name", Role::Name),
    ("parameter", Role::Parameter),
    ("parameters", Role::Parameter),
    ("body", Role::Body),
    ("decorator", Role::Decorator),
];

/// The parts of a class. What has none of these fields is a base.
pub(in crate::languages) const CLASS: &[(&str, Role)] =
    &[("name", Role::Name), ("body", Role::Body), ("decorator", Role::Decorator)];
