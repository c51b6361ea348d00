//! How Rust's syntax maps to the IR: one row per syntax kind of tree-sitter-rust.
//!
//! Choices that are not obvious:
//! - Items of an inline `mod` count as items of the file, so that its imports hold for its
//!   functions.
//! - `async` and `gen` blocks are closures: their code runs when somebody polls them.
//! - A struct expression is a map with a type; a path is a chain of members, so that both `a::b`
//!   and `a.b` read `a.b`.
//! - `pub use` is an export that binds, `use` an import.
//! - `&mut x` reads and writes `x`.
//! - In an or-pattern, the first alternative declares; the others write the same variables.

use super::imports::{use_clause, use_declaration};
use super::macros::{macro_invocation, string};
use super::shapes::{
    attribute, binary, block, body, constant_item, declaration_list, expression_statement,
    field_number, fn_flags, function_flags, generic_type, identifier, implementation, let_flags,
    mark, match_arm, module, reference, scoped_identifier, scoped_type, type_name, type_parameter,
    unary,
};
use crate::ir::{Access, Flags, Kind, Operator, Role};
use crate::languages::{Choice, Row, Shape, UnitPart};

/// Structure, definitions, bindings, control flow, expressions, patterns and literals.
pub(super) static ROWS: &[Row] = &[
    // Structure
    Row::node("source_file", Kind::Module).positions(&[Role::Statement]).contains_units(),
    Row::choose("declaration_list", declaration_list)
        .positions(&[Role::Statement])
        .contains_units(),
    Row::choose("block", block).positions(&[Role::Statement]),
    Row::choose("expression_statement", expression_statement),
    Row::node("empty_statement", Kind::Empty),
    Row::new("line_comment", Shape::Comment),
    Row::new("block_comment", Shape::Comment),
    Row::skip("shebang"),
    Row::choose("attribute_item", attribute).marks(mark),
    Row::choose("inner_attribute_item", attribute),
    Row::skip("visibility_modifier"),
    Row::skip("function_modifiers"),
    Row::skip("extern_modifier"),
    Row::skip("mutable_specifier"),
    Row::choose("label", |_| Choice::leaf(Kind::Label).role(Role::Label)),
    Row::through("parenthesized_expression").flags(Flags::PARENTHESIZED),
    // Functions
    Row::new("function_item", Shape::Function(Kind::Function))
        .fields(FUNCTION_FIELDS)
        .flags_of(function_flags),
    Row::node("function_signature_item", Kind::Function)
        .fields(FUNCTION_FIELDS)
        .flags_of(function_flags),
    Row::node("closure_expression", Kind::Lambda).fields(FUNCTION_FIELDS).flags_of(fn_flags),
    Row::node("async_block", Kind::Lambda).positions(&[Role::Body]).flags(Flags::ASYNC),
    Row::node("gen_block", Kind::Lambda).positions(&[Role::Body]).flags(Flags::GENERATOR),
    Row::through("parameters"),
    Row::through("closure_parameters"),
    Row::choose("parameter", type_parameter)
        .fields(&[("pattern", Role::Target), ("type", Role::Type)])
        .declares(),
    Row::node("self_parameter", Kind::Parameter).positions(&[Role::Target]).declares(),
    Row::node("variadic_parameter", Kind::Parameter)
        .fields(&[("pattern", Role::Target)])
        .flags(Flags::REST)
        .declares(),
    // Classes and modules
    Row::choose("mod_item", module)
        .fields(&[("name", Role::Target), ("body", Role::Statement)])
        .declares()
        .contains_units(),
    Row::choose("foreign_mod_item", |_| Choice::of(Shape::Through)).contains_units(),
    Row::node("struct_item", Kind::Class).fields(CLASS_FIELDS),
    Row::node("enum_item", Kind::Class).fields(CLASS_FIELDS),
    Row::node("union_item", Kind::Class).fields(CLASS_FIELDS),
    Row::node("trait_item", Kind::Class).fields(CLASS_FIELDS).unit(UnitPart::Named("name")),
    Row::choose("impl_item", implementation)
        .fields(&[
            ("trait", Role::Base),
            ("type", Role::Type),
            ("type_parameters", Role::Type),
            ("body", Role::Body),
        ])
        .unit(UnitPart::Named("type")),
    Row::node("type_item", Kind::Class).fields(CLASS_FIELDS),
    Row::node("associated_type", Kind::Class).fields(CLASS_FIELDS),
    Row::choose("enum_variant_list", body).positions(&[Role::Statement]),
    Row::choose("field_declaration_list", body).positions(&[Role::Statement]),
    Row::choose("ordered_field_declaration_list", body).fields(&[("type", Role::Type)]),
    Row::node("enum_variant", Kind::Pair).fields(&[
        ("name", Role::Key),
        ("body", Role::Type),
        ("value", Role::Value),
    ]),
    Row::node("field_declaration", Kind::Pair).fields(&[("name", Role::Key), ("type", Role::Type)]),
    Row::node("const_item", Kind::Declare).fields(DECLARE_FIELDS).declares().flags(Flags::CONSTANT),
    Row::choose("static_item", constant_item).fields(DECLARE_FIELDS).declares(),
    Row::choose("macro_definition", |_| Choice::leaf(Kind::Macro).symbol("macro_rules")),
    // Imports
    Row::choose("use_declaration", use_declaration),
    Row::through("use_list"),
    Row::through("scoped_use_list").fields(&[("path", Role::Attribute)]),
    Row::choose("use_as_clause", use_clause),
    Row::choose("use_wildcard", use_clause),
    Row::node("extern_crate_declaration", Kind::Import)
        .fields(&[("name", Role::Child), ("alias", Role::Attribute)])
        .positions(&[Role::Attribute]),
    // Bindings and assignments
    Row::node("let_declaration", Kind::Declare)
        .fields(&[
            ("pattern", Role::Target),
            ("type", Role::Type),
            ("value", Role::Value),
            ("alternative", Role::Else),
        ])
        .declares()
        .flags_of(let_flags),
    Row::node("assignment_expression", Kind::Assign)
        .fields(&[("left", Role::Target), ("right", Role::Value)])
        .operator(Operator::Assign),
    Row::node("compound_assignment_expr", Kind::Assign)
        .fields(&[("left", Role::Target), ("right", Role::Value)])
        .target(Access::ReadWrite)
        .takes_operator(),
    // Branches and loops
    Row::node("if_expression", Kind::If).fields(&[
        ("condition", Role::Condition),
        ("consequence", Role::Then),
        ("alternative", Role::Else),
    ]),
    Row::through("else_clause"),
    Row::node("let_condition", Kind::LetCondition)
        .fields(&[("pattern", Role::Target), ("value", Role::Value)])
        .declares(),
    Row::node("let_chain", Kind::Logical).positions(&[Role::Operand]).operator(Operator::And),
    Row::node("match_expression", Kind::Switch)
        .flags(Flags::EXHAUSTIVE)
        .fields(&[("value", Role::Subject)]),
    Row::through("match_block"),
    Row::choose("match_arm", match_arm).fields(&[("value", Role::Body)]).declares(),
    Row::through("match_pattern").fields(&[("condition", Role::Guard)]).positions(&[Role::Pattern]),
    Row::node("loop_expression", Kind::Infinite).fields(&[("body", Role::Body)]),
    Row::node("while_expression", Kind::While)
        .fields(&[("condition", Role::Condition), ("body", Role::Body)]),
    Row::node("for_expression", Kind::ForEach)
        .fields(&[("pattern", Role::Target), ("value", Role::Iterable), ("body", Role::Body)])
        .declares(),
    Row::node("break_expression", Kind::Break).positions(&[Role::Value]),
    Row::node("continue_expression", Kind::Continue),
    Row::node("return_expression", Kind::Return).positions(&[Role::Value]),
    Row::node("yield_expression", Kind::Yield).positions(&[Role::Value]),
    Row::node("await_expression", Kind::Await).positions(&[Role::Value]),
    Row::node("try_expression", Kind::Propagate).positions(&[Role::Value]),
    Row::node("try_block", Kind::Try).positions(&[Role::Body]),
    Row::through("unsafe_block"),
    Row::through("const_block"),
    // Expressions
    Row::choose("binary_expression", binary)
        .fields(&[("left", Role::Left), ("right", Role::Right)])
        .takes_operator(),
    Row::choose("unary_expression", unary).positions(&[Role::Operand]).takes_operator(),
    Row::choose("reference_expression", reference).fields(&[("value", Role::Value)]),
    Row::node("type_cast_expression", Kind::Cast)
        .fields(&[("value", Role::Value), ("type", Role::Type)]),
    Row::node("call_expression", Kind::Call)
        .fields(&[("function", Role::Callee), ("arguments", Role::Argument)]),
    Row::through("arguments"),
    Row::through("generic_function"),
    Row::node("field_expression", Kind::Member)
        .fields(&[("value", Role::Receiver), ("field", Role::Attribute)]),
    Row::choose("scoped_identifier", scoped_identifier).fields(PATH_FIELDS),
    Row::node("index_expression", Kind::Index).positions(&[Role::Receiver, Role::Index]),
    Row::node("range_expression", Kind::Range).positions(&[Role::Operand]),
    Row::choose("identifier", identifier),
    Row::choose("self", identifier),
    Row::choose("super", identifier),
    Row::choose("crate", identifier),
    Row::leaf("field_identifier", Kind::Attribute),
    Row::leaf("metavariable", Kind::Attribute),
    Row::choose("macro_invocation", macro_invocation)
        .fields(&[("macro", Role::Attribute)])
        .positions(&[Role::Argument]),
    Row::through("token_tree"),
    Row::through("token_repetition"),
    // Literals and collections
    Row::choose("integer_literal", field_number),
    Row::leaf("float_literal", Kind::Number),
    Row::leaf("negative_literal", Kind::Number),
    Row::leaf("char_literal", Kind::Character),
    Row::leaf("boolean_literal", Kind::Boolean),
    Row::choose("string_literal", string),
    Row::choose("raw_string_literal", string),
    Row::leaf("unit_expression", Kind::Tuple),
    Row::node("tuple_expression", Kind::Tuple).positions(&[Role::Element]),
    // The length of `[value; length]` is no element.
    Row::node("array_expression", Kind::List)
        .fields(&[("length", Role::Argument)])
        .positions(&[Role::Element]),
    Row::node("struct_expression", Kind::Map)
        .fields(&[("name", Role::Type)])
        .positions(&[Role::Element]),
    Row::through("field_initializer_list"),
    Row::node("field_initializer", Kind::Pair)
        .fields(&[("field", Role::Key), ("value", Role::Value)]),
    Row::node("shorthand_field_initializer", Kind::Pair).positions(&[Role::Value]),
    Row::node("base_field_initializer", Kind::Spread).positions(&[Role::Value]),
    // Patterns
    Row::through("mut_pattern"),
    Row::through("ref_pattern"),
    Row::node("reference_pattern", Kind::Reference).positions(&[Role::Value]),
    Row::node("captured_pattern", Kind::Pattern).positions(&[Role::Element]),
    Row::node("or_pattern", Kind::Pattern).positions(&[Role::Element, Role::Target]),
    Row::node("range_pattern", Kind::Range)
        .fields(&[("left", Role::Operand), ("right", Role::Operand)]),
    Row::leaf("remaining_field_pattern", Kind::Spread),
    Row::node("tuple_pattern", Kind::Tuple).positions(&[Role::Element]),
    Row::node("slice_pattern", Kind::List).positions(&[Role::Element]),
    Row::node("tuple_struct_pattern", Kind::Pattern)
        .fields(&[("type", Role::Type)])
        .positions(&[Role::Element]),
    Row::node("struct_pattern", Kind::Pattern)
        .fields(&[("type", Role::Type)])
        .positions(&[Role::Element]),
    Row::node("field_pattern", Kind::Pair).fields(&[("name", Role::Key), ("pattern", Role::Value)]),
    Row::choose("shorthand_field_identifier", |_| Choice::leaf(Kind::Name).role(Role::Value)),
    Row::leaf("generic_pattern", Kind::Attribute),
];

const FUNCTION_FIELDS: &[(&str, Role)] = &[
    ("name", Role::Name),
    ("type_parameters", Role::Type),
    ("parameters", Role::Parameter),
    ("return_type", Role::Type),
    ("body", Role::Body),
];

const CLASS_FIELDS: &[(&str, Role)] = &[
    ("name", Role::Name),
    ("type_parameters", Role::Type),
    ("bounds", Role::Base),
    ("type", Role::Type),
    ("body", Role::Body),
];

const DECLARE_FIELDS: &[(&str, Role)] =
    &[("name", Role::Target), ("type", Role::Type), ("value", Role::Value)];

const PATH_FIELDS: &[(&str, Role)] = &[("path", Role::Receiver), ("name", Role::Attribute)];

/// Types, whose names are no variables.
pub(super) static TYPES: &[Row] = &[
    Row::choose("type_identifier", type_name),
    Row::leaf("primitive_type", Kind::Type),
    Row::choose("generic_type", generic_type),
    Row::choose("generic_type_with_turbofish", generic_type),
    Row::choose("scoped_type_identifier", scoped_type).fields(PATH_FIELDS),
    Row::choose("type_arguments", |_| Choice::node(Kind::Type).role(Role::Type)),
    Row::choose("where_clause", |_| Choice::node(Kind::Type).role(Role::Type)),
    Row::through("where_predicate"),
    Row::node("type_parameters", Kind::Type),
    Row::node("type_parameter", Kind::Type),
    Row::node("const_parameter", Kind::Type).fields(&[("name", Role::Attribute)]),
    Row::skip("lifetime_parameter"),
    Row::skip("lifetime"),
    Row::skip("for_lifetimes"),
    Row::skip("use_bounds"),
    Row::node("type_binding", Kind::Type),
    Row::node("trait_bounds", Kind::Type),
    Row::node("higher_ranked_trait_bound", Kind::Type),
    Row::node("removed_trait_bound", Kind::Type),
    Row::node("bounded_type", Kind::Type),
    Row::node("bracketed_type", Kind::Type),
    Row::node("qualified_type", Kind::Type),
    Row::node("abstract_type", Kind::Type),
    Row::node("dynamic_type", Kind::Type),
    Row::node("array_type", Kind::Type),
    Row::node("tuple_type", Kind::Type),
    Row::node("reference_type", Kind::Type),
    Row::node("pointer_type", Kind::Type),
    Row::node("function_type", Kind::Type),
    Row::leaf("unit_type", Kind::Type),
    Row::leaf("never_type", Kind::Type),
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
