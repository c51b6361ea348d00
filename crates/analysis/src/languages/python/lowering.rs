//! How Python's syntax maps to the IR.

use crate::ir::{Access, Flags, Kind, Operator, Role};
use crate::languages::{Choice, Row, Shape, UnitPart, Visit};

/// One row per syntax kind of tree-sitter-python.
pub(super) static ROWS: &[Row] = &[
    // Structure
    Row::node("module", Kind::Module).positions(&[Role::Statement]).contains_units(),
    Row::choose("block", block).positions(&[Role::Statement]).contains_units(),
    Row::new("comment", Shape::Comment),
    Row::skip("line_continuation"),
    Row::choose("expression_statement", expression_statement),
    Row::through("parenthesized_expression").flags(Flags::PARENTHESIZED),
    // Definitions
    Row::new("function_definition", Shape::Function(Kind::Function))
        .fields(&[
            ("name", Role::Name),
            ("return_type", Role::Type),
            ("type_parameters", Role::Type),
            ("body", Role::Body),
        ])
        .flags_of(asynchronous),
    Row::new("lambda", Shape::Node(Kind::Lambda)).fields(&[("body", Role::Body)]),
    Row::through("parameters").positions(&[Role::Parameter]),
    Row::through("lambda_parameters").positions(&[Role::Parameter]),
    Row::node("default_parameter", Kind::Parameter)
        .fields(&[("name", Role::Target), ("value", Role::Default)])
        .declares(),
    Row::node("typed_parameter", Kind::Parameter)
        .fields(&[("type", Role::Type)])
        .positions(&[Role::Target])
        .declares(),
    Row::node("typed_default_parameter", Kind::Parameter)
        .fields(&[("name", Role::Target), ("type", Role::Type), ("value", Role::Default)])
        .declares(),
    Row::skip("keyword_separator"),
    Row::skip("positional_separator"),
    Row::node("class_definition", Kind::Class)
        .fields(&[
            ("name", Role::Name),
            ("superclasses", Role::Base),
            ("type_parameters", Role::Type),
            ("body", Role::Body),
        ])
        .unit(UnitPart::Named("name")),
    Row::node("decorated_definition", Kind::Decorated).unit(UnitPart::Wrapper("definition")),
    Row::node("decorator", Kind::Decorator).positions(&[Role::Value]),
    // Bindings
    Row::choose("assignment", assignment).fields(&[
        ("left", Role::Target),
        ("type", Role::Type),
        ("right", Role::Value),
    ]),
    Row::node("augmented_assignment", Kind::Assign)
        .fields(&[("left", Role::Target), ("right", Role::Value)])
        .target(Access::ReadWrite)
        .takes_operator(),
    Row::node("named_expression", Kind::LetCondition)
        .fields(&[("name", Role::Target), ("value", Role::Value)]),
    Row::node("type_alias_statement", Kind::Declare)
        .fields(&[("left", Role::Target), ("right", Role::Type)]),
    Row::node("global_statement", Kind::OuterScope),
    Row::node("nonlocal_statement", Kind::OuterScope),
    Row::node("delete_statement", Kind::Delete).positions(&[Role::Target]).target(Access::Delete),
    Row::node("pattern_list", Kind::Tuple).positions(&[Role::Element]),
    Row::node("tuple_pattern", Kind::Tuple).positions(&[Role::Element]),
    Row::node("list_pattern", Kind::List).positions(&[Role::Element]),
    Row::node("list_splat_pattern", Kind::Spread).positions(&[Role::Value]),
    Row::node("dictionary_splat_pattern", Kind::Spread).positions(&[Role::Value]),
    // Imports
    Row::node("import_statement", Kind::Import),
    Row::node("import_from_statement", Kind::Import).fields(&[("module_name", Role::Attribute)]),
    Row::node("future_import_statement", Kind::Import),
    Row::skip("relative_import"),
    Row::choose("wildcard_import", wildcard_import),
    Row::choose("aliased_import", aliased_import)
        .fields(&[("name", Role::Attribute), ("alias", Role::Target)])
        .declares(),
    Row::choose("dotted_name", dotted_name).positions(&[Role::Target, Role::Attribute]).declares(),
    // Branches and loops
    Row::node("if_statement", Kind::If).fields(&[
        ("condition", Role::Condition),
        ("consequence", Role::Then),
        ("alternative", Role::Else),
    ]),
    Row::new("elif_clause", Shape::Chain(Kind::If))
        .fields(&[("condition", Role::Condition), ("consequence", Role::Then)]),
    Row::choose("else_clause", |_| Choice::of(Shape::Through).role(Role::Else)),
    Row::node("for_statement", Kind::ForEach)
        .fields(&[
            ("left", Role::Target),
            ("right", Role::Iterable),
            ("body", Role::Body),
            ("alternative", Role::Else),
        ])
        .flags_of(asynchronous),
    Row::node("while_statement", Kind::While).fields(&[
        ("condition", Role::Condition),
        ("body", Role::Body),
        ("alternative", Role::Else),
    ]),
    Row::node("match_statement", Kind::Switch)
        .fields(&[("subject", Role::Subject), ("body", Role::Body)]),
    Row::choose("case_clause", case_clause)
        .fields(&[("guard", Role::Guard), ("consequence", Role::Body)])
        .positions(&[Role::Pattern])
        .declares(),
    Row::through("if_clause"),
    Row::through("case_pattern"),
    Row::node("class_pattern", Kind::Pattern).positions(&[Role::Receiver, Role::Element]),
    Row::node("keyword_pattern", Kind::Pattern).positions(&[Role::Attribute, Role::Element]),
    Row::node("union_pattern", Kind::Pattern).positions(&[Role::Element]),
    Row::node("dict_pattern", Kind::Pattern)
        .fields(&[("key", Role::Key), ("value", Role::Element)])
        .positions(&[Role::Element]),
    Row::node("splat_pattern", Kind::Spread).positions(&[Role::Value]),
    Row::leaf("complex_pattern", Kind::Number),
    Row::choose("as_pattern", as_pattern)
        .fields(&[("alias", Role::Target)])
        .positions(&[Role::Value]),
    Row::through("as_pattern_target"),
    // Exceptions and resources
    Row::node("try_statement", Kind::Try)
        .fields(&[("body", Role::Body)])
        .positions(&[Role::Handler]),
    Row::node("except_clause", Kind::Catch)
        .fields(&[("value", Role::Pattern), ("alias", Role::Target)])
        .positions(&[Role::Body]),
    Row::choose("finally_clause", |_| Choice::node(Kind::Finally).role(Role::Finally))
        .positions(&[Role::Body]),
    Row::node("with_statement", Kind::With)
        .fields(&[("body", Role::Body)])
        .flags(Flags::SWALLOWS)
        .flags_of(asynchronous),
    Row::through("with_clause"),
    Row::choose("with_item", |_| Choice::of(Shape::Through).role(Role::Resource)),
    Row::node("raise_statement", Kind::Raise)
        .fields(&[("cause", Role::Argument)])
        .positions(&[Role::Value]),
    Row::node("assert_statement", Kind::Assert).positions(&[Role::Condition, Role::Argument]),
    // Jumps and small statements
    Row::node("return_statement", Kind::Return).positions(&[Role::Value]),
    Row::node("break_statement", Kind::Break),
    Row::node("continue_statement", Kind::Continue),
    Row::node("pass_statement", Kind::Empty),
    Row::choose("yield", |visit| {
        Choice::node(Kind::Yield).flags_if(visit.has_token("from"), Flags::REST)
    })
    .positions(&[Role::Value]),
    Row::node("await", Kind::Await).positions(&[Role::Value]),
    Row::node("print_statement", Kind::Call).positions(&[Role::Argument]),
    Row::through("chevron").positions(&[Role::Child]),
    Row::node("exec_statement", Kind::Call).positions(&[Role::Argument]),
    // Expressions
    Row::node("boolean_operator", Kind::Logical)
        .fields(&[("left", Role::Left), ("right", Role::Right)])
        .takes_operator(),
    Row::node("not_operator", Kind::Unary).fields(&[("argument", Role::Operand)]).takes_operator(),
    Row::node("unary_operator", Kind::Unary)
        .fields(&[("argument", Role::Operand)])
        .takes_operator(),
    Row::node("binary_operator", Kind::Binary)
        .fields(&[("left", Role::Left), ("right", Role::Right)])
        .takes_operator(),
    Row::node("comparison_operator", Kind::Compare)
        .positions(&[Role::Left, Role::Right])
        .takes_operator(),
    Row::node("conditional_expression", Kind::Ternary).positions(&[
        Role::Then,
        Role::Condition,
        Role::Else,
    ]),
    Row::node("call", Kind::Call)
        .fields(&[("function", Role::Callee), ("arguments", Role::Argument)]),
    Row::through("argument_list"),
    Row::node("keyword_argument", Kind::Argument)
        .fields(&[("name", Role::Attribute), ("value", Role::Value)]),
    Row::node("list_splat", Kind::Spread).positions(&[Role::Value]),
    Row::node("dictionary_splat", Kind::Spread).positions(&[Role::Value]),
    Row::through("parenthesized_list_splat"),
    Row::node("attribute", Kind::Member)
        .fields(&[("object", Role::Receiver), ("attribute", Role::Attribute)]),
    Row::node("subscript", Kind::Index)
        .fields(&[("value", Role::Receiver), ("subscript", Role::Index)]),
    Row::node("slice", Kind::Range).positions(&[Role::Operand]),
    Row::leaf("identifier", Kind::Name),
    // Literals and collections
    Row::leaf("integer", Kind::Number),
    Row::leaf("float", Kind::Number),
    Row::leaf("true", Kind::Boolean),
    Row::leaf("false", Kind::Boolean),
    Row::leaf("none", Kind::Null),
    Row::leaf("ellipsis", Kind::Null),
    Row::choose("string", string),
    Row::node("concatenated_string", Kind::Template).positions(&[Role::Element]),
    Row::skip("string_start"),
    Row::through("string_content"),
    Row::skip("string_end"),
    Row::skip("escape_sequence"),
    Row::skip("escape_interpolation"),
    Row::through("interpolation").fields(&[("expression", Role::Element)]),
    Row::through("format_specifier"),
    Row::through("format_expression").fields(&[("expression", Role::Element)]),
    Row::skip("type_conversion"),
    Row::node("list", Kind::List).positions(&[Role::Element]),
    Row::node("tuple", Kind::Tuple).positions(&[Role::Element]),
    Row::node("expression_list", Kind::Tuple).positions(&[Role::Element]),
    Row::node("set", Kind::Set).positions(&[Role::Element]),
    Row::node("dictionary", Kind::Map).positions(&[Role::Element]),
    Row::node("pair", Kind::Pair).fields(&[("key", Role::Key), ("value", Role::Value)]),
    Row::node("list_comprehension", Kind::Comprehension).fields(&[("body", Role::Body)]),
    Row::node("set_comprehension", Kind::Comprehension).fields(&[("body", Role::Body)]),
    Row::node("dictionary_comprehension", Kind::Comprehension).fields(&[("body", Role::Body)]),
    Row::node("generator_expression", Kind::Comprehension)
        .fields(&[("body", Role::Body)])
        .flags(Flags::LAZY),
    Row::node("for_in_clause", Kind::ComprehensionFor)
        .fields(&[("left", Role::Target), ("right", Role::Iterable)])
        .declares(),
    // Types
    Row::node("type", Kind::Type),
    Row::through("generic_type"),
    Row::through("type_parameter"),
    Row::through("union_type"),
    Row::through("member_type"),
    Row::through("constrained_type"),
    Row::through("splat_type"),
    // Operators
    Row::token("+", Operator::Add),
    Row::token("-", Operator::Subtract),
    Row::token("*", Operator::Multiply),
    Row::token("/", Operator::Divide),
    Row::token("//", Operator::FloorDivide),
    Row::token("%", Operator::Remainder),
    Row::token("**", Operator::Power),
    Row::token("@", Operator::MatrixMultiply),
    Row::token("&", Operator::BitAnd),
    Row::token("|", Operator::BitOr),
    Row::token("^", Operator::BitXor),
    Row::token("~", Operator::BitNot),
    Row::token("<<", Operator::ShiftLeft),
    Row::token(">>", Operator::ShiftRight),
    Row::token("and", Operator::And),
    Row::token("or", Operator::Or),
    Row::token("not", Operator::Not),
    Row::token("==", Operator::Equal),
    Row::token("!=", Operator::NotEqual),
    Row::token("<>", Operator::NotEqual),
    Row::token("<", Operator::Less),
    Row::token("<=", Operator::LessEqual),
    Row::token(">", Operator::Greater),
    Row::token(">=", Operator::GreaterEqual),
    Row::token("in", Operator::In),
    Row::token("not in", Operator::NotIn),
    Row::token("is", Operator::Is),
    Row::token("is not", Operator::IsNot),
    Row::token("+=", Operator::AddAssign),
    Row::token("-=", Operator::SubtractAssign),
    Row::token("*=", Operator::MultiplyAssign),
    Row::token("/=", Operator::DivideAssign),
    Row::token("//=", Operator::FloorDivideAssign),
    Row::token("%=", Operator::RemainderAssign),
    Row::token("**=", Operator::PowerAssign),
    Row::token("@=", Operator::MatrixMultiplyAssign),
    Row::token("&=", Operator::BitAndAssign),
    Row::token("|=", Operator::BitOrAssign),
    Row::token("^=", Operator::BitXorAssign),
    Row::token("<<=", Operator::ShiftLeftAssign),
    Row::token(">>=", Operator::ShiftRightAssign),
];

/// Assignments stand in expression statements; they are statements of their own in the IR.
fn expression_statement(visit: &Visit<'_>) -> Choice {
    match visit.node.named_child(0).map(|child| child.kind()) {
        Some("assignment" | "augmented_assignment") => Choice::of(Shape::Through),
        _ => Choice::node(Kind::ExpressionStatement),
    }
}

fn block(visit: &Visit<'_>) -> Choice {
    // The block of a `match` holds its cases only.
    if visit.parent == Kind::Switch {
        return Choice::of(Shape::Through).role(Role::Child);
    }
    Choice::node(Kind::Block)
}

fn asynchronous(visit: &Visit<'_>) -> Flags {
    if visit.text(visit.node).starts_with("async") { Flags::ASYNC } else { Flags::NONE }
}

fn assignment(visit: &Visit<'_>) -> Choice {
    if visit.field("right").is_some() {
        Choice::node(Kind::Assign).operator(Operator::Assign)
    } else {
        // `name: type` alone.
        Choice::node(Kind::Declare)
    }
}

fn wildcard_import(visit: &Visit<'_>) -> Choice {
    Choice::leaf(Kind::ImportBinding).symbol(format!("{}.*", module_of(visit)))
}

/// `a.b as c`, in either form of import.
fn aliased_import(visit: &Visit<'_>) -> Choice {
    let name = visit.field("name").map_or("", |name| visit.text(name));
    Choice::node(Kind::ImportBinding).symbol(imported_path(visit, name))
}

/// A dotted name: what an import binds, or part of a pattern.
fn dotted_name(visit: &Visit<'_>) -> Choice {
    let text = visit.text(visit.node);
    match visit.parent {
        Kind::Import if visit.role != Role::Attribute => {
            let first = text.split('.').next().unwrap_or(text);
            let is_from =
                visit.node.parent().is_some_and(|it| it.kind() == "import_from_statement");
            // `import a.b` binds `a`; `from m import a` binds `m.a`.
            let path = if is_from { imported_path(visit, text) } else { first.to_owned() };
            Choice::node(Kind::ImportBinding).symbol(path)
        }
        Kind::Import | Kind::ImportBinding => Choice::of(Shape::Skip),
        // `_` and dotted constants bind nothing.
        _ if text == "_" || text.contains('.') => Choice::leaf(Kind::Attribute),
        _ => Choice::leaf(Kind::Name),
    }
}

/// The dotted path of `name` as imported by the statement around the node.
fn imported_path(visit: &Visit<'_>, name: &str) -> String {
    match module_of(visit) {
        "" => name.to_owned(),
        // A relative module already ends in its dots.
        module if module.ends_with('.') => format!("{module}{name}"),
        module => format!("{module}.{name}"),
    }
}

/// The module that a `from` import around the node names; empty for a plain import.
fn module_of<'a>(visit: &Visit<'a>) -> &'a str {
    let module = visit.node.parent().and_then(|it| it.child_by_field_name("module_name"));
    module.map_or("", |module| visit.text(module))
}

fn case_clause(visit: &Visit<'_>) -> Choice {
    let pattern = visit.node.named_child(0).map_or("", |pattern| visit.text(pattern));
    let is_default = pattern == "_" && visit.field("guard").is_none();
    Choice::node(Kind::Case).flags_if(is_default, Flags::DEFAULT)
}

/// `value as name`: a resource that is bound, or a pattern that captures.
fn as_pattern(visit: &Visit<'_>) -> Choice {
    match visit.role {
        Role::Resource => Choice::node(Kind::Assign).operator(Operator::Assign),
        _ => Choice::node(Kind::Pattern).target(Access::Declare),
    }
}

fn string(visit: &Visit<'_>) -> Choice {
    let text = visit.text(visit.node);
    let prefix = text.split(['"', '\'']).next().unwrap_or("");
    let is_bytes = prefix.contains(['b', 'B']);
    if prefix.contains(['f', 'F', 't', 'T']) {
        Choice::node(Kind::Template)
    } else {
        Choice::leaf(Kind::String).flags_if(is_bytes, Flags::LAZY)
    }
}
