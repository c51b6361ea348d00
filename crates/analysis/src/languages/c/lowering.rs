//! How C's syntax maps to the IR; C++ reuses these rows.
//!
//! Choices that are not obvious:
//! - What stands between `#if` and `#endif` keeps its place and is flagged as conditional: the
//!   alternatives are no sequence, and only the build knows which of them is there.
//! - A `case` also holds what the grammar puts beside it, up to the next `case`.
//! - Names of types are leaves of [`Kind::Type`], never variables; `&x` reads and writes `x`.
//! - Macros are opaque where they are defined, and calls where they are used.

use super::choices::{
    assignment, attribute, attributed_statement, binary, case, comma, compound_statement,
    expression_statement, for_type, include, initializer_list, parenthesized_expression, pointer,
    type_identifier, type_leaf,
};
use super::declarators::{
    declaration, declarator, field_identifier, function_flags, function_name, identifier,
    parameter, parameter_list,
};
use crate::ir::{Access, Flags, Kind, Operator, Role};
use crate::languages::{Choice, Row, Shape, UnitPart};

/// Rows for what C and C++ share.
pub(in crate::languages) static ROWS: &[Row] = &[
    // Structure
    Row::node("translation_unit", Kind::Module).positions(&[Role::Statement]).contains_units(),
    Row::choose("compound_statement", compound_statement).positions(&[Role::Statement]),
    Row::new("comment", Shape::Comment),
    Row::choose("expression_statement", expression_statement),
    Row::choose("attributed_statement", attributed_statement),
    Row::through("linkage_specification")
        .fields(&[("body", Role::Statement)])
        .hides(&["value"])
        .contains_units(),
    Row::through("declaration_list").positions(&[Role::Statement]).contains_units(),
    // The preprocessor
    Row::choose("preproc_include", include),
    Row::choose("preproc_def", |_| Choice::leaf(Kind::Macro).symbol("#define")),
    Row::choose("preproc_function_def", |_| Choice::leaf(Kind::Macro).symbol("#define")),
    Row::choose("preproc_call", |_| Choice::leaf(Kind::Macro).symbol("#")),
    Row::through("preproc_if").flags(Flags::CONDITIONAL).hides(&["condition"]).contains_units(),
    Row::through("preproc_ifdef").flags(Flags::CONDITIONAL).hides(&["name"]).contains_units(),
    Row::through("preproc_elif").flags(Flags::CONDITIONAL).hides(&["condition"]).contains_units(),
    Row::through("preproc_elifdef").flags(Flags::CONDITIONAL).hides(&["name"]).contains_units(),
    Row::through("preproc_else").flags(Flags::CONDITIONAL).contains_units(),
    Row::skip("preproc_defined"),
    // Functions
    Row::new("function_definition", Shape::Function(Kind::Function))
        .fields(FUNCTION_FIELDS)
        .flags_of(function_flags)
        .named_by(function_name),
    Row::choose("parameter_list", parameter_list),
    Row::choose("parameter_declaration", parameter).fields(DECLARATION_FIELDS).declares(),
    // Types with a body
    Row::choose("struct_specifier", for_type).fields(CLASS_FIELDS).unit(UnitPart::Named("name")),
    Row::choose("union_specifier", for_type).fields(CLASS_FIELDS).unit(UnitPart::Named("name")),
    Row::choose("enum_specifier", for_type).fields(CLASS_FIELDS),
    Row::node("field_declaration_list", Kind::Block).positions(&[Role::Statement]).contains_units(),
    Row::choose("field_declaration", declaration)
        .fields(&[
            ("type", Role::Type),
            ("declarator", Role::Target),
            ("default_value", Role::Value),
        ])
        .declares()
        .contains_units(),
    Row::skip("bitfield_clause"),
    Row::node("enumerator_list", Kind::Block).positions(&[Role::Statement]),
    Row::node("enumerator", Kind::Declare)
        .fields(&[("name", Role::Target), ("value", Role::Value)])
        .flags(Flags::CONSTANT)
        .declares(),
    Row::node("type_definition", Kind::Type)
        .fields(&[("type", Role::Type), ("declarator", Role::Attribute)])
        .contains_units(),
    // Declarations
    Row::choose("declaration", declaration).fields(DECLARATION_FIELDS).declares().contains_units(),
    Row::choose("init_declarator", declarator)
        .fields(&[("declarator", Role::Target), ("value", Role::Value)]),
    Row::choose("pointer_declarator", declarator),
    Row::choose("array_declarator", declarator).fields(&[("size", Role::Index)]),
    Row::choose("function_declarator", declarator)
        .fields(&[("parameters", Role::Type)])
        .hides(&[""]),
    Row::choose("parenthesized_declarator", declarator),
    Row::choose("attributed_declarator", declarator),
    Row::skip("abstract_array_declarator"),
    Row::skip("abstract_function_declarator"),
    Row::skip("abstract_parenthesized_declarator"),
    Row::skip("abstract_pointer_declarator"),
    Row::skip("storage_class_specifier"),
    Row::skip("type_qualifier"),
    Row::skip("alignas_qualifier"),
    Row::choose("attribute_specifier", attribute),
    Row::choose("attribute_declaration", attribute),
    Row::skip("ms_declspec_modifier"),
    Row::skip("ms_based_modifier"),
    Row::skip("ms_call_modifier"),
    Row::skip("ms_pointer_modifier"),
    // Branches and loops
    Row::node("if_statement", Kind::If).fields(&[
        ("condition", Role::Condition),
        ("consequence", Role::Then),
        ("alternative", Role::Else),
    ]),
    Row::through("else_clause"),
    Row::node("switch_statement", Kind::Switch)
        .flags(Flags::BREAKABLE.with(Flags::FALLS_THROUGH))
        .fields(&[("condition", Role::Subject), ("body", Role::Body)]),
    Row::choose("case_statement", case)
        .fields(&[("value", Role::Pattern)])
        .positions(&[Role::Statement]),
    Row::node("for_statement", Kind::ForCount).fields(&[
        ("initializer", Role::Initializer),
        ("condition", Role::Condition),
        ("update", Role::Update),
        ("body", Role::Body),
    ]),
    Row::node("while_statement", Kind::While)
        .fields(&[("condition", Role::Condition), ("body", Role::Body)]),
    Row::node("do_statement", Kind::While)
        .fields(&[("condition", Role::Condition), ("body", Role::Body)])
        .flags(Flags::POST_CONDITION),
    Row::node("labeled_statement", Kind::Label)
        .fields(&[("label", Role::Label)])
        .positions(&[Role::Body]),
    Row::leaf("statement_identifier", Kind::Label),
    // Jumps and exceptions
    Row::node("return_statement", Kind::Return).positions(&[Role::Value]),
    Row::node("break_statement", Kind::Break),
    Row::node("continue_statement", Kind::Continue),
    Row::node("goto_statement", Kind::Goto).fields(&[("label", Role::Label)]),
    Row::node("seh_try_statement", Kind::Try)
        .fields(&[("body", Role::Body)])
        .positions(&[Role::Handler]),
    Row::node("seh_except_clause", Kind::Catch)
        .fields(&[("filter", Role::Pattern), ("body", Role::Body)]),
    Row::choose("seh_finally_clause", |_| Choice::node(Kind::Finally).role(Role::Finally))
        .fields(&[("body", Role::Body)]),
    Row::leaf("seh_leave_statement", Kind::Goto),
    // Operations
    Row::choose("assignment_expression", assignment)
        .fields(&[("left", Role::Target), ("right", Role::Value)])
        .takes_operator(),
    Row::choose("binary_expression", binary)
        .fields(&[("left", Role::Left), ("right", Role::Right)])
        .takes_operator(),
    Row::node("unary_expression", Kind::Unary)
        .fields(&[("argument", Role::Operand)])
        .takes_operator(),
    Row::node("update_expression", Kind::Update)
        .fields(&[("argument", Role::Target)])
        .target(Access::ReadWrite)
        .takes_operator(),
    Row::choose("pointer_expression", pointer).fields(&[("argument", Role::Value)]),
    Row::node("conditional_expression", Kind::Ternary).fields(&[
        ("condition", Role::Condition),
        ("consequence", Role::Then),
        ("alternative", Role::Else),
    ]),
    Row::choose("comma_expression", comma)
        .fields(&[("left", Role::Element), ("right", Role::Element)]),
    Row::choose("parenthesized_expression", parenthesized_expression),
    Row::through("extension_expression"),
    Row::node("cast_expression", Kind::Cast)
        .fields(&[("type", Role::Type), ("value", Role::Value)]),
    Row::node("compound_literal_expression", Kind::Cast)
        .fields(&[("type", Role::Type), ("value", Role::Value)]),
    Row::node("sizeof_expression", Kind::Unary)
        .fields(&[("type", Role::Type), ("value", Role::Operand)])
        .operator(Operator::SizeOf),
    Row::choose("alignof_expression", |_| Choice::node(Kind::Unary).symbol("alignof"))
        .fields(&[("type", Role::Type)])
        .operator(Operator::SizeOf),
    Row::choose("offsetof_expression", |_| Choice::node(Kind::Unary).symbol("offsetof"))
        .fields(&[("type", Role::Type), ("member", Role::Attribute)])
        .operator(Operator::SizeOf),
    Row::choose("generic_expression", |_| Choice::node(Kind::Macro).symbol("_Generic"))
        .positions(&[Role::Argument]),
    // Access and calls
    Row::node("field_expression", Kind::Member)
        .fields(&[("argument", Role::Receiver), ("field", Role::Attribute)]),
    Row::node("subscript_expression", Kind::Index).fields(&[("argument", Role::Receiver)]),
    Row::node("call_expression", Kind::Call)
        .fields(&[("function", Role::Callee), ("arguments", Role::Argument)]),
    Row::through("argument_list"),
    Row::choose("gnu_asm_expression", |_| Choice::node(Kind::Macro).symbol("asm")).hides(&[
        "assembly_code",
        "clobbers",
        "goto_labels",
        "",
    ]),
    Row::through("gnu_asm_input_operand_list"),
    Row::through("gnu_asm_output_operand_list"),
    Row::through("gnu_asm_input_operand")
        .fields(&[("value", Role::Argument)])
        .hides(&["constraint", "symbol"]),
    Row::through("gnu_asm_output_operand")
        .fields(&[("value", Role::Target)])
        .hides(&["constraint", "symbol"]),
    // Names
    Row::choose("identifier", identifier),
    Row::choose("field_identifier", field_identifier),
    // Literals
    Row::leaf("number_literal", Kind::Number),
    Row::leaf("char_literal", Kind::Character),
    Row::leaf("string_literal", Kind::String),
    Row::leaf("concatenated_string", Kind::String),
    Row::leaf("system_lib_string", Kind::String),
    Row::leaf("true", Kind::Boolean),
    Row::leaf("false", Kind::Boolean),
    Row::leaf("null", Kind::Null),
    Row::choose("initializer_list", initializer_list).positions(&[Role::Element]),
    Row::node("initializer_pair", Kind::Pair)
        .fields(&[("designator", Role::Key), ("value", Role::Value)]),
    Row::through("field_designator"),
    Row::through("subscript_designator"),
    Row::node("subscript_range_designator", Kind::Range)
        .fields(&[("start", Role::Operand), ("end", Role::Operand)]),
    // Types
    Row::choose("primitive_type", type_leaf),
    Row::choose("sized_type_specifier", type_leaf),
    Row::leaf("type_descriptor", Kind::Type),
];

/// Rows for what C++'s grammar has otherwise.
pub(super) static OWN_ROWS: &[Row] = &[
    Row::choose("type_identifier", type_identifier),
    Row::choose("macro_type_specifier", type_leaf),
    Row::node("subscript_expression", Kind::Index)
        .fields(&[("argument", Role::Receiver), ("index", Role::Index)]),
    Row::node("variadic_parameter", Kind::Parameter).flags(Flags::REST),
];

/// The parts of a function.
const FUNCTION_FIELDS: &[(&str, Role)] =
    &[("type", Role::Type), ("declarator", Role::Name), ("body", Role::Body)];

const CLASS_FIELDS: &[(&str, Role)] = &[("name", Role::Name), ("body", Role::Body)];

const DECLARATION_FIELDS: &[(&str, Role)] = &[("type", Role::Type), ("declarator", Role::Target)];

/// Operators.
pub(in crate::languages) static TOKENS: &[Row] = &[
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
];
