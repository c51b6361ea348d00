//! Decisions of the lowering table that need a look at the syntax node.

use tree_sitter::Node as SyntaxNode;

use super::imports::use_clause;
use super::macros;
use crate::ir::{Access, Flags, Kind, Role};
use crate::languages::{Choice, Mark, Shape, Visit};

/// Names: of variables, unless what stands around says otherwise.
pub(super) fn identifier(visit: &Visit<'_>) -> Choice {
    let text = visit.text(visit.node);
    match (visit.parent, visit.role) {
        (Kind::Import | Kind::Export, _) => use_clause(visit),
        (Kind::Macro, Role::Argument) => macros::identifier(visit),
        (_, Role::Type | Role::Key) => Choice::leaf(Kind::Attribute),
        _ if text == "_" => Choice::leaf(Kind::Attribute),
        _ if is_pattern(visit) && is_constant(visit, text) => Choice::leaf(Kind::Attribute),
        // The name of an inline module, whose items count as the file's.
        (Kind::Module | Kind::Block, Role::Target) => Choice::of(Shape::Skip),
        _ => Choice::leaf(Kind::Name),
    }
}

/// Whether the node stands in a pattern; the later alternatives of an or-pattern write.
fn is_pattern(visit: &Visit<'_>) -> bool {
    match visit.access {
        Access::Declare => !matches!(visit.role, Role::Name),
        Access::Write => visit.parent != Kind::Assign,
        _ => false,
    }
}

/// Whether a name in a pattern is compared with rather than bound, as convention tells.
fn is_constant(visit: &Visit<'_>, text: &str) -> bool {
    let is_item = || {
        let item = visit.node.parent().map(|item| item.kind());
        matches!(item, Some("const_item" | "static_item"))
    };
    text.starts_with(char::is_uppercase) && !(visit.parent == Kind::Declare && is_item())
}

/// `a::b`: a member, or in a pattern a constant or variant.
pub(super) fn scoped_identifier(visit: &Visit<'_>) -> Choice {
    if matches!(visit.parent, Kind::Import | Kind::Export) {
        return use_clause(visit);
    }
    if matches!(visit.role, Role::Type | Role::Attribute) || is_pattern(visit) {
        return Choice::leaf(Kind::Attribute).symbol(dotted(visit.text(visit.node)));
    }
    match (visit.field("path"), visit.field("name")) {
        (None, Some(name)) => Choice::leaf(Kind::Name).symbol(visit.text(name)),
        _ => Choice::node(Kind::Member),
    }
}

/// A path as the knowledge tables and imports write it.
pub(super) fn dotted(path: &str) -> String {
    let words: String = path.chars().filter(|it| !it.is_whitespace()).collect();
    words.trim_start_matches("::").replace("::", ".")
}

/// The name of a type: declared, at the root of a path, or mentioned.
pub(super) fn type_name(visit: &Visit<'_>) -> Choice {
    match visit.role {
        Role::Name | Role::Target | Role::Receiver | Role::Attribute => Choice::leaf(Kind::Name),
        _ => Choice::leaf(Kind::Type),
    }
}

/// `a::T`: at the root of an expression's path a member, else a type.
pub(super) fn scoped_type(visit: &Visit<'_>) -> Choice {
    match visit.role {
        Role::Receiver => Choice::node(Kind::Member),
        _ => Choice::leaf(Kind::Type).symbol(dotted(visit.text(visit.node))),
    }
}

/// `Vec<T>`; in `Vec::<T>::new` the root of a path.
pub(super) fn generic_type(visit: &Visit<'_>) -> Choice {
    match visit.role {
        Role::Receiver => Choice::of(Shape::Through),
        _ => Choice::node(Kind::Type),
    }
}

/// A parameter of a function; in a function's type it binds nothing.
pub(super) fn type_parameter(visit: &Visit<'_>) -> Choice {
    match visit.parent {
        Kind::Type => Choice::leaf(Kind::Type),
        _ => Choice::node(Kind::Parameter),
    }
}

/// A number, or the name of a tuple's field.
pub(super) fn field_number(visit: &Visit<'_>) -> Choice {
    match visit.role {
        Role::Attribute | Role::Key => Choice::leaf(Kind::Attribute),
        _ => Choice::leaf(Kind::Number),
    }
}

/// The last of the node's children that is no comment.
fn last_child(node: SyntaxNode<'_>) -> Option<SyntaxNode<'_>> {
    let mut cursor = node.walk();
    let is_code = |child: &SyntaxNode<'_>| !child.kind().ends_with("_comment");
    node.named_children(&mut cursor).filter(is_code).last()
}

/// The first of the node's children that is no comment.
fn first_child(node: SyntaxNode<'_>) -> Option<SyntaxNode<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).find(|child| !child.kind().ends_with("_comment"))
}

pub(super) fn block(visit: &Visit<'_>) -> Choice {
    let last = last_child(visit.node);
    Choice::node(Kind::Block).flags_if(last.is_some_and(is_value), Flags::HAS_VALUE)
}

/// Whether a block's last child is its value. What ends in a block stands in an expression
/// statement even there.
fn is_value(last: SyntaxNode<'_>) -> bool {
    let expression = match last.kind() {
        "expression_statement" if ends_in_semicolon(last) => return false,
        "expression_statement" => first_child(last).unwrap_or(last),
        _ => last,
    };
    match expression.kind() {
        "if_expression" => expression.child_by_field_name("alternative").is_some(),
        "while_expression"
        | "for_expression"
        | "assignment_expression"
        | "compound_assignment_expr"
        | "return_expression"
        | "break_expression"
        | "continue_expression"
        | "label"
        | "ERROR" => false,
        kind => {
            !(kind.ends_with("_item")
                || kind.ends_with("_declaration")
                || kind.ends_with("_definition")
                || kind.ends_with("_statement"))
        }
    }
}

fn ends_in_semicolon(statement: SyntaxNode<'_>) -> bool {
    let last = statement.child_count().checked_sub(1);
    last.and_then(|last| statement.child(last)).is_some_and(|last| last.kind() == ";")
}

/// Control flow and assignments are statements of their own in the IR.
pub(super) fn expression_statement(visit: &Visit<'_>) -> Choice {
    match first_child(visit.node).map(|child| child.kind()) {
        Some(
            "if_expression"
            | "match_expression"
            | "loop_expression"
            | "while_expression"
            | "for_expression"
            | "block"
            | "unsafe_block"
            | "const_block"
            | "try_block"
            | "return_expression"
            | "break_expression"
            | "continue_expression"
            | "assignment_expression"
            | "compound_assignment_expr",
        ) => Choice::of(Shape::Through),
        _ => Choice::node(Kind::ExpressionStatement),
    }
}

/// The items of a class are its body; those of a module count as the file's.
pub(super) fn declaration_list(visit: &Visit<'_>) -> Choice {
    match visit.parent {
        Kind::Class => Choice::node(Kind::Block),
        _ => Choice::of(Shape::Through),
    }
}

/// Fields and variants: a class's body, or part of a variant.
pub(super) fn body(visit: &Visit<'_>) -> Choice {
    match visit.parent {
        Kind::Class => Choice::node(Kind::Block),
        _ => Choice::node(Kind::Type),
    }
}

/// `mod name;` declares a name; the items of `mod name { … }` count as the file's.
pub(super) fn module(visit: &Visit<'_>) -> Choice {
    match visit.field("body") {
        Some(_) => Choice::of(Shape::Through),
        None => Choice::node(Kind::Declare).flags(Flags::CONSTANT),
    }
}

pub(super) fn implementation(visit: &Visit<'_>) -> Choice {
    let mut of = visit.field("type");
    while let Some(inner) = of.and_then(|of| of.child_by_field_name("type")) {
        of = Some(inner);
    }
    Choice::node(Kind::Class).symbol(of.map(|of| dotted(visit.text(of))).unwrap_or_default())
}

/// An attribute, named by its path; what it holds is the attribute's own language.
pub(super) fn attribute(visit: &Visit<'_>) -> Choice {
    let path = visit.node.named_child(0).and_then(first_child);
    let path = path.map(|path| dotted(visit.text(path))).unwrap_or_default();
    Choice::leaf(Kind::Decorator).role(Role::Decorator).symbol(path)
}

/// What an attribute says of the function behind it: that it is a test or built for tests only
/// (`#[test]`, `#[tokio::test]`, `#[rstest]`, `#[bench]`, `#[cfg(test)]`, but not
/// `#[cfg(not(test))]`), or that a runtime runs it, so that it is `async` no more (`#[tokio::main]`).
pub(super) fn mark(attribute: &str) -> Option<Mark> {
    let inner: String = attribute.chars().filter(|it| !it.is_whitespace()).collect();
    let inner = inner.trim_start_matches("#[").trim_end_matches(']');
    let path = inner.split(['(', '=']).next().unwrap_or(inner);
    let name = path.rsplit("::").next().unwrap_or(path);
    let is_built_for_tests = matches!(inner, "cfg(test)") || inner.starts_with("cfg(all(test,");
    match name {
        "test" | "rstest" | "bench" | "test_case" => Some(Mark::Test),
        _ if is_built_for_tests => Some(Mark::Test),
        "main" => Some(Mark::Rewritten),
        _ => None,
    }
}

pub(super) fn function_flags(visit: &Visit<'_>) -> Flags {
    let mut cursor = visit.node.walk();
    let mut children = visit.node.named_children(&mut cursor);
    let modifiers = children.find(|child| child.kind() == "function_modifiers");
    let words = modifiers.map_or("", |modifiers| visit.text(modifiers));
    if words.split_whitespace().any(|word| word == "async") { Flags::ASYNC } else { Flags::NONE }
}

pub(super) fn fn_flags(visit: &Visit<'_>) -> Flags {
    if visit.has_token("async") { Flags::ASYNC } else { Flags::NONE }
}

/// Whether none of the names bound can be assigned again.
pub(super) fn let_flags(visit: &Visit<'_>) -> Flags {
    let pattern = visit.field("pattern").map_or("", |pattern| visit.text(pattern));
    let is_mutable = visit.has_child("mutable_specifier")
        || pattern.split(|it: char| !it.is_alphanumeric() && it != '_').any(|word| word == "mut");
    if is_mutable { Flags::NONE } else { Flags::CONSTANT }
}

pub(super) fn constant_item(visit: &Visit<'_>) -> Choice {
    Choice::node(Kind::Declare).flags_if(!visit.has_child("mutable_specifier"), Flags::CONSTANT)
}

/// An arm; one whose pattern takes everything is the default.
pub(super) fn match_arm(visit: &Visit<'_>) -> Choice {
    let pattern = visit.field("pattern");
    let text = pattern.map_or("", |pattern| visit.text(pattern));
    let is_name = || {
        let name = pattern.and_then(|pattern| pattern.named_child(0));
        name.is_some_and(|name| name.kind() == "identifier" && visit.text(name) == text)
            && !text.starts_with(char::is_uppercase)
    };
    Choice::node(Kind::Case).flags_if(text == "_" || is_name(), Flags::DEFAULT)
}

pub(super) fn binary(visit: &Visit<'_>) -> Choice {
    Choice::node(match visit.field("operator").map(|operator| operator.kind()) {
        Some("&&" | "||") => Kind::Logical,
        Some("==" | "!=" | "<" | "<=" | ">" | ">=") => Kind::Compare,
        _ => Kind::Binary,
    })
}

pub(super) fn unary(visit: &Visit<'_>) -> Choice {
    Choice::node(if visit.has_token("*") { Kind::Dereference } else { Kind::Unary })
}

/// `&x` reads; through `&mut x` somebody may write.
pub(super) fn reference(visit: &Visit<'_>) -> Choice {
    let reference = Choice::node(Kind::Reference);
    let is_mutable = visit.has_child("mutable_specifier");
    reference.access(if is_mutable { Access::ReadWrite } else { Access::Read })
}
