//! What the rows of Java decide by looking at a node.

use tree_sitter::Node as SyntaxNode;

use crate::ir::{Access, Flags, Kind, Operator, Role};
use crate::languages::{Choice, Shape, TextName, Visit};

/// Assignments and switches are statements of their own in the IR; what stands behind the arrow of
/// a switch with a value is that value.
pub(super) fn expression_statement(visit: &Visit<'_>) -> Choice {
    let gives_value = visit.parent == Kind::Case
        && visit.role == Role::Body
        && visit.parent_flags.has(Flags::HAS_VALUE);
    let inner = first_child(visit.node).map(|child| child.kind());
    match inner {
        Some("assignment_expression" | "switch_expression") => Choice::of(Shape::Through),
        _ if gives_value => Choice::of(Shape::Through),
        _ => Choice::node(Kind::ExpressionStatement),
    }
}

/// The first of the node's children that is no comment.
fn first_child(node: SyntaxNode<'_>) -> Option<SyntaxNode<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).find(|child| !child.kind().ends_with("_comment"))
}

/// The parentheses that a statement's syntax asks for say nothing; doubled ones do.
pub(super) fn parenthesized(visit: &Visit<'_>) -> Choice {
    let is_required = matches!(
        (visit.parent, visit.role),
        (Kind::If | Kind::While, Role::Condition)
            | (Kind::Switch, Role::Subject)
            | (Kind::With, Role::Resource)
    );
    let is_doubled =
        first_child(visit.node).is_some_and(|inner| inner.kind() == "parenthesized_expression");
    Choice::of(Shape::Through).flags_if(!is_required || is_doubled, Flags::PARENTHESIZED)
}

/// A block; one that runs when its class is loaded is static.
pub(super) fn local_block(visit: &Visit<'_>) -> Choice {
    let is_static = visit.around.is_some_and(|around| around.kind() == "static_initializer");
    Choice::node(Kind::Block).flags_if(is_static, Flags::STATIC)
}

/// Whether the declaration has a modifier.
fn has_modifier(visit: &Visit<'_>, word: &str) -> bool {
    let Some(modifiers) = first_child(visit.node).filter(|it| it.kind() == "modifiers") else {
        return false;
    };
    let mut cursor = modifiers.walk();
    modifiers.children(&mut cursor).any(|child| child.kind() == word)
}

fn flags_of(visit: &Visit<'_>, modifiers: &[(&str, Flags)]) -> Flags {
    let given = modifiers.iter().filter(|(word, _)| has_modifier(visit, word));
    given.fold(Flags::NONE, |all, (_, flag)| all | *flag)
}

pub(super) fn method_flags(visit: &Visit<'_>) -> Flags {
    flags_of(visit, &[("static", Flags::STATIC)])
}

/// A class without `static` inside another one belongs to the objects of that one.
pub(super) fn class_flags(visit: &Visit<'_>) -> Flags {
    flags_of(visit, &[("static", Flags::STATIC)])
}

/// Interfaces, enums and records are static wherever they stand.
pub(super) fn interface_flags(_: &Visit<'_>) -> Flags {
    Flags::STATIC
}

pub(super) fn parameter_flags(visit: &Visit<'_>) -> Flags {
    flags_of(visit, &[("final", Flags::CONSTANT)])
}

pub(super) fn enum_constant_flags(_: &Visit<'_>) -> Flags {
    Flags::STATIC | Flags::CONSTANT
}

fn variable_flags(visit: &Visit<'_>) -> Flags {
    flags_of(visit, &[("static", Flags::STATIC), ("final", Flags::CONSTANT)])
}

/// A declaration of variables: of one, or around several.
pub(super) fn declaration(visit: &Visit<'_>) -> Choice {
    Choice::node(Kind::Declare).flags(variable_flags(visit))
}

/// Fields of an interface are constants, whatever their modifiers say.
pub(super) fn interface_constant(_: &Visit<'_>) -> Choice {
    Choice::node(Kind::Declare).flags(Flags::STATIC | Flags::CONSTANT)
}

/// The only variable of a declaration is the declaration itself; of several, each is one within it.
/// So is one with brackets of its own, which changes the declaration's type.
pub(super) fn variable_declarator(visit: &Visit<'_>) -> Choice {
    let is_alone = || {
        let Some(around) = visit.around else { return false };
        let mut cursor = around.walk();
        let mut declarators = around.children_by_field_name("declarator", &mut cursor);
        declarators.next().is_some()
            && declarators.next().is_none()
            && visit.field("dimensions").is_none()
    };
    match visit.parent {
        Kind::Declare if is_alone() => Choice::of(Shape::Through),
        Kind::Declare => {
            let shared = Flags::STATIC | Flags::CONSTANT;
            Choice::node(Kind::Declare).flags(visit.parent_flags & shared)
        }
        _ => Choice::of(Shape::Through),
    }
}

/// Brackets after a name make its type an array's; elsewhere the type around holds them.
pub(super) fn dimensions(visit: &Visit<'_>) -> Choice {
    match visit.around.map(|around| around.kind()) {
        Some("variable_declarator") => Choice::leaf(Kind::Type).role(Role::Type),
        _ => Choice::of(Shape::Skip),
    }
}

/// `=`, or an operator with it.
pub(super) fn assignment(visit: &Visit<'_>) -> Choice {
    let choice = Choice::node(Kind::Assign);
    match visit.field("operator").map(|operator| operator.kind()) {
        Some("=") => choice.operator(Operator::Assign),
        _ => choice.target(Access::ReadWrite),
    }
}

pub(super) fn binary(visit: &Visit<'_>) -> Choice {
    Choice::node(match visit.field("operator").map(|operator| operator.kind()) {
        Some("&&" | "||") => Kind::Logical,
        Some("==" | "!=" | "<" | "<=" | ">" | ">=") => Kind::Compare,
        _ => Kind::Binary,
    })
}

/// A switch: with a value unless it stands where statements do. Then the compiler sees to it that
/// every value of its subject has a case.
pub(super) fn switch(visit: &Visit<'_>) -> Choice {
    let is_statement = match visit.role {
        Role::Statement => true,
        Role::Then | Role::Else => visit.parent == Kind::If,
        Role::Body if visit.parent == Kind::Case => !visit.parent_flags.has(Flags::HAS_VALUE),
        Role::Body => visit.parent.is_loop() || visit.parent == Kind::Label,
        _ => false,
    };
    let falls = visit.field("body").is_some_and(|body| {
        first_child(body).is_some_and(|first| first.kind() == "switch_block_statement_group")
    });
    Choice::node(Kind::Switch)
        .flags(Flags::BREAKABLE)
        .flags_if(falls, Flags::FALLS_THROUGH)
        .flags_if(!is_statement, Flags::HAS_VALUE | Flags::EXHAUSTIVE)
}

/// A case with all its labels; `default` may be one of them.
pub(super) fn case(visit: &Visit<'_>) -> Choice {
    let mut cursor = visit.node.walk();
    let is_default = visit
        .node
        .named_children(&mut cursor)
        .any(|it| it.kind() == "switch_label" && visit.text(it).starts_with("default"));
    Choice::node(Kind::Case)
        .flags(visit.parent_flags & Flags::HAS_VALUE)
        .flags_if(is_default, Flags::DEFAULT)
}

/// What a handler catches: one type, or a row of them.
pub(super) fn catch_type(visit: &Visit<'_>) -> Choice {
    let is_row = visit.has_token("|");
    let shape = if is_row { Shape::Node(Kind::Tuple) } else { Shape::Through };
    Choice::of(shape).role(Role::Pattern)
}

/// A variable that a `try` opens, or one from before it.
pub(super) fn resource(visit: &Visit<'_>) -> Choice {
    match visit.field("name") {
        Some(_) => Choice::node(Kind::Declare).flags(Flags::CONSTANT),
        None => Choice::of(Shape::Through),
    }
}

/// The body of a class that has a name is its block; a class without one is made here.
pub(super) fn class_body(visit: &Visit<'_>) -> Choice {
    match visit.parent {
        Kind::Class => Choice::node(Kind::Block),
        _ => Choice::node(Kind::Class).role(Role::Body).part(
            Kind::Block,
            Role::Body,
            visit.node.byte_range(),
        ),
    }
}

/// `receiver.name(…)`: a call whose callee is a member, which the syntax leaves flat.
pub(super) fn method_invocation(visit: &Visit<'_>) -> Choice {
    let call = Choice::node(Kind::Call);
    match (visit.field("object"), visit.field("name")) {
        (Some(object), Some(name)) => {
            call.part(Kind::Member, Role::Callee, object.start_byte()..name.end_byte())
        }
        _ => call,
    }
}

/// `this(…);`, `super(…);`: a statement that is a call.
pub(super) fn explicit_constructor(visit: &Visit<'_>) -> Choice {
    let end = visit.field("arguments").unwrap_or(visit.node).end_byte();
    let range = visit.node.start_byte()..end;
    Choice::node(Kind::ExpressionStatement).part(Kind::Call, Role::Child, range)
}

/// A variable, or one of the places where the grammar has an identifier that is none.
pub(super) fn identifier(visit: &Visit<'_>) -> Choice {
    match (visit.parent, visit.role) {
        (Kind::Label | Kind::Break | Kind::Continue, Role::Label) => Choice::leaf(Kind::Label),
        (Kind::Import, Role::Child) => import_path(visit),
        (Kind::Function, Role::Name) => Choice::leaf(Kind::Attribute),
        // A method of the object itself.
        (Kind::Call, Role::Attribute) => Choice::leaf(Kind::Attribute).role(Role::Callee),
        (Kind::Pattern, Role::Type) => Choice::leaf(Kind::Type),
        // Compared with, not bound.
        (Kind::Case, Role::Pattern) => Choice::leaf(Kind::Name).access(Access::Read),
        _ if visit.text(visit.node) == "_" => Choice::leaf(Kind::Attribute),
        _ => Choice::leaf(Kind::Name),
    }
}

/// A dotted name: what an import binds, or the name of a package, module or annotation.
pub(super) fn import_path(visit: &Visit<'_>) -> Choice {
    let path = dotted(visit.text(visit.node));
    if (visit.parent, visit.role) != (Kind::Import, Role::Child) {
        return Choice::leaf(Kind::Attribute).symbol(path);
    }
    let after = visit.source.get(visit.node.end_byte()..).unwrap_or("");
    let binding = Choice::leaf(Kind::ImportBinding).target(Access::Declare);
    if after.trim_start().starts_with('.') {
        return binding.symbol(format!("{path}.*"));
    }
    let last = visit.field("name").unwrap_or(visit.node);
    let name = TextName { role: Role::Target, range: last.byte_range(), symbol: None };
    binding.symbol(path).names(vec![name])
}

/// A path as the knowledge tables write it.
fn dotted(path: &str) -> String {
    path.chars().filter(|it| !it.is_whitespace()).collect()
}

/// `super`; before a method's name in `Outer.super.run()`, and in a wildcard, it is no value.
pub(super) fn super_name(visit: &Visit<'_>) -> Choice {
    match (visit.parent, visit.role) {
        (Kind::Member, Role::Child) | (Kind::Type, _) => Choice::of(Shape::Skip),
        _ => Choice::leaf(Kind::Name),
    }
}

/// Whether an expression stands on the type: it is made, asked for a member, or caught.
fn is_value(visit: &Visit<'_>) -> bool {
    matches!(visit.role, Role::Callee | Role::Receiver) || is_caught(visit)
}

fn is_caught(visit: &Visit<'_>) -> bool {
    matches!((visit.parent, visit.role), (Kind::Catch, Role::Pattern))
        || visit.parent == Kind::Tuple
}

/// The role of a type: what no field names is a type all the same, except before the dots of a
/// parameter that takes many, whose own type is an array of it.
fn type_role(visit: &Visit<'_>) -> Role {
    let is_many = || visit.around.is_some_and(|around| around.kind() == "spread_parameter");
    match visit.role {
        Role::Child if visit.parent == Kind::Tuple => Role::Element,
        Role::Child if !is_many() => Role::Type,
        role => role,
    }
}

/// The name of a type.
pub(super) fn type_name(visit: &Visit<'_>) -> Choice {
    let choice = match visit.role {
        Role::Attribute => Choice::leaf(Kind::Attribute),
        _ if is_value(visit) => Choice::leaf(Kind::Name).access(Access::Read),
        _ => Choice::leaf(Kind::Type),
    };
    choice.role(type_role(visit))
}

/// `Outer.Inner`: a member where an expression stands on it, else a type.
pub(super) fn scoped_type(visit: &Visit<'_>) -> Choice {
    let choice = if is_value(visit) {
        Choice::node(Kind::Member)
    } else {
        Choice::leaf(Kind::Type).symbol(dotted(visit.text(visit.node)))
    };
    choice.role(type_role(visit))
}

/// `List<String>`; where an expression stands on it, the parameters tell nothing.
pub(super) fn generic_type(visit: &Visit<'_>) -> Choice {
    if is_value(visit) {
        return Choice::of(Shape::Through);
    }
    let head = first_child(visit.node).map_or("", |head| visit.text(head));
    Choice::node(Kind::Type).symbol(dotted(head)).role(type_role(visit))
}

/// An array; the brackets tell it from one of another depth.
pub(super) fn array_type(visit: &Visit<'_>) -> Choice {
    let brackets = visit.field("dimensions").map_or("", |it| visit.text(it));
    Choice::node(Kind::Type).symbol(dotted(brackets)).role(type_role(visit))
}

/// `?`, `? extends T`, `? super T`
pub(super) fn wildcard(visit: &Visit<'_>) -> Choice {
    let bound = match (visit.has_token("extends"), visit.has_child("super")) {
        (true, _) => "extends",
        (_, true) => "super",
        _ => "?",
    };
    Choice::node(Kind::Type).symbol(bound).role(type_role(visit))
}

/// `Type::name`, or `Type::new`, whose keyword is no node.
pub(super) fn method_reference(visit: &Visit<'_>) -> Choice {
    let makes = visit.has_token("new");
    let member = Choice::node(Kind::Member);
    if makes { member.symbol("new") } else { member }
}

/// A string; one with values in it is a template.
pub(super) fn string(visit: &Visit<'_>) -> Choice {
    if visit.has_child("string_interpolation") {
        Choice::node(Kind::Template)
    } else {
        Choice::leaf(Kind::String)
    }
}

/// The elements of an array, which may stand in the array's own expression.
pub(super) fn initializer(visit: &Visit<'_>) -> Choice {
    match (visit.parent, visit.role) {
        (Kind::List, Role::Value) => Choice::of(Shape::Through),
        _ => Choice::node(Kind::List),
    }
}
