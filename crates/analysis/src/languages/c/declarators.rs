//! Declarations of C and C++: a type once, then declarators that wrap the declared name.
//!
//! A declaration of one variable is a `Declare` of its own; one of several vanishes around its
//! declarators, each of which becomes a `Declare`. Pointer, array and function declarators vanish
//! around the name.

use tree_sitter::Node as SyntaxNode;

use super::choices::is_statement_place;
use crate::ir::{Access, Flags, Kind, Role};
use crate::languages::{Choice, FunctionName, Shape, Visit};

/// A declaration of variables, functions or fields; in C++ also one that is a condition.
pub(in crate::languages) fn declaration(visit: &Visit<'_>) -> Choice {
    let declarators = {
        let mut cursor = visit.node.walk();
        visit.node.children_by_field_name("declarator", &mut cursor).take(2).collect::<Vec<_>>()
    };
    let flags = qualifiers(visit, declarators.first().copied());
    let shape = match (visit.role, declarators.len()) {
        (Role::Condition, _) => Shape::Node(Kind::LetCondition),
        (_, 1) => Shape::Node(Kind::Declare),
        _ => Shape::Through,
    };
    Choice::of(shape).flags(flags)
}

/// `static`, and `const` or `constexpr` where it concerns the variable rather than what it points
/// to.
fn qualifiers(visit: &Visit<'_>, declarator: Option<SyntaxNode<'_>>) -> Flags {
    let mut flags = Flags::NONE;
    let mut is_constant = false;
    let mut cursor = visit.node.walk();
    for child in visit.node.named_children(&mut cursor) {
        match child.kind() {
            "type_qualifier" => {
                is_constant |= matches!(visit.text(child), "const" | "constexpr" | "constinit");
            }
            "storage_class_specifier" if visit.text(child) == "static" => flags.set(Flags::STATIC),
            _ => {}
        }
    }
    let inner = declarator.and_then(|it| match it.kind() {
        "init_declarator" => it.child_by_field_name("declarator"),
        _ => Some(it),
    });
    if is_constant && inner.is_none_or(|it| it.kind() != "pointer_declarator") {
        flags.set(Flags::CONSTANT);
    }
    flags
}

/// A declarator around a name: it vanishes. One among several of a declaration is a declaration of
/// its own.
pub(in crate::languages) fn declarator(visit: &Visit<'_>) -> Choice {
    declared(visit, Choice::of(Shape::Through))
}

fn declared(visit: &Visit<'_>, choice: Choice) -> Choice {
    if visit.role != Role::Target || !is_statement_place(visit.parent) {
        return choice;
    }
    let role = match visit.parent {
        Kind::ForCount => Role::Initializer,
        _ => Role::Statement,
    };
    choice.inside(Kind::Declare).role(role).target(Access::Declare)
}

/// A variable, or one of the places where the grammar has an identifier that is none.
pub(super) fn identifier(visit: &Visit<'_>) -> Choice {
    match (visit.parent, visit.role) {
        // The name of a parameter in a function's type.
        (Kind::Type, Role::Target) => Choice::of(Shape::Skip),
        _ => declared(visit, Choice::leaf(Kind::Name)),
    }
}

/// The name of a member: no variable.
pub(super) fn field_identifier(visit: &Visit<'_>) -> Choice {
    match (visit.parent, visit.role) {
        (Kind::Type, Role::Target) => Choice::of(Shape::Skip),
        _ => declared(visit, Choice::leaf(Kind::Attribute)),
    }
}

/// Parameters of a function bind names; those of a function's type only describe it.
pub(super) fn parameter_list(visit: &Visit<'_>) -> Choice {
    if visit.parent.is_function() {
        Choice::of(Shape::Through).role(Role::Parameter)
    } else {
        Choice::node(Kind::Type).role(Role::Type)
    }
}

/// A parameter, named or not; `void` alone says that there is none.
pub(in crate::languages) fn parameter(visit: &Visit<'_>) -> Choice {
    if !visit.parent.is_function() {
        return Choice::of(Shape::Through);
    }
    if visit.text(visit.node) == "void" {
        return Choice::of(Shape::Skip);
    }
    Choice::node(Kind::Parameter).flags(qualifiers(visit, visit.field("declarator")))
}

/// Whether a declaration stands among the statements of a function. Looks up from its declarator.
pub(in crate::languages) fn is_local(declarator: SyntaxNode<'_>) -> bool {
    let around = std::iter::successors(declarator.parent(), SyntaxNode::parent);
    around
        .take(4)
        .find(|it| !it.kind().ends_with("declarator") && it.kind() != "declaration")
        .is_some_and(|it| it.kind().ends_with("_statement"))
}

/// The name of a function definition, inside its declarators.
pub(super) fn function_name(function: SyntaxNode<'_>) -> Option<FunctionName<'_>> {
    let mut at = function.child_by_field_name("declarator")?;
    let mut path_start = None;
    loop {
        at = match at.kind() {
            "identifier" | "field_identifier" | "type_identifier" | "destructor_name"
            | "operator_name" => return Some(FunctionName { name: at, path_start }),
            "qualified_identifier" => {
                path_start.get_or_insert(at.start_byte());
                at.child_by_field_name("name")?
            }
            "template_function" | "template_method" => at.child_by_field_name("name")?,
            "operator_cast" => return None,
            _ => {
                let mut cursor = at.walk();
                let is_declarator = |it: &SyntaxNode<'_>| {
                    it.kind().ends_with("declarator") || it.kind().ends_with("identifier")
                };
                // Parentheses and references have their declarator under no field.
                at.child_by_field_name("declarator")
                    .or_else(|| at.named_children(&mut cursor).find(is_declarator))?
            }
        };
    }
}

/// `static` before a function.
pub(super) fn function_flags(visit: &Visit<'_>) -> Flags {
    qualifiers(visit, visit.field("declarator")) & Flags::STATIC
}
