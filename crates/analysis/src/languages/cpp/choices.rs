//! What the rows of C++ decide by looking at a node, where C does not know it.

use crate::ir::{Access, Flags, Kind, Role};
use crate::languages::c::{is_local, is_statement_place, parameter as bound_parameter, type_leaf};
use crate::languages::{Choice, Shape, TextName, Visit};

/// A path as the knowledge tables and imports write it.
fn dotted(path: &str) -> String {
    let words: String = path.chars().filter(|it| !it.is_whitespace()).collect();
    words.trim_start_matches("::").replace("::", ".")
}

/// The name of a type: a class's, which is a variable too, a constructor's, or one mentioned.
pub(super) fn type_identifier(visit: &Visit<'_>) -> Choice {
    match (visit.parent, visit.role) {
        (Kind::Class, Role::Name) => Choice::leaf(Kind::Name),
        (_, Role::Name | Role::Attribute) => Choice::leaf(Kind::Attribute),
        (_, Role::Receiver) => path_part(visit),
        // What looks like the type of a parameter is an argument.
        (Kind::Call, Role::Type) => Choice::leaf(Kind::Name).role(Role::Argument),
        (Kind::Catch, _) => Choice::leaf(Kind::Type).role(Role::Pattern),
        _ => type_leaf(visit),
    }
}

/// Any other type.
pub(super) fn other_type(visit: &Visit<'_>) -> Choice {
    match visit.parent {
        Kind::Catch => Choice::leaf(Kind::Type).role(Role::Pattern),
        _ => type_leaf(visit),
    }
}

/// `Box<T>`: a type; at the root of a path its name counts.
pub(super) fn template_type(visit: &Visit<'_>) -> Choice {
    match visit.role {
        Role::Receiver | Role::Name => Choice::of(Shape::Through),
        _ => other_type(visit),
    }
}

/// The first name of a path is a variable, class or namespace; those after it are members.
pub(super) fn path_part(visit: &Visit<'_>) -> Choice {
    let before = visit.source.get(..visit.node.start_byte()).unwrap_or("");
    match before.trim_end().strip_suffix("::") {
        Some(before) if before.ends_with(|it: char| it.is_alphanumeric() || "_>".contains(it)) => {
            Choice::leaf(Kind::Attribute)
        }
        _ => Choice::leaf(Kind::Name),
    }
}

/// `a::b`: a member, a type, the name of what is defined, or what an import binds.
pub(super) fn qualified_identifier(visit: &Visit<'_>) -> Choice {
    let text = visit.text(visit.node);
    match (visit.parent, visit.role) {
        (Kind::Import, _) => imported(visit, dotted(text)),
        (Kind::Catch, Role::Type) => other_type(visit).symbol(dotted(text)),
        (Kind::Call, Role::Type) => Choice::node(Kind::Member).role(Role::Argument),
        (_, Role::Type | Role::Base | Role::Statement) => type_leaf(visit).symbol(dotted(text)),
        (Kind::Call, Role::Callee) if is_constructed(visit) => {
            Choice::leaf(Kind::Type).symbol(dotted(text))
        }
        (_, Role::Name | Role::Target) => {
            let choice = Choice::leaf(Kind::Attribute);
            // The name that counts is the last of the path.
            let name = text.rsplit("::").next().unwrap_or(text).trim().to_owned();
            let is_declared = visit.role == Role::Target && is_statement_place(visit.parent);
            let choice = if is_declared { choice.inside(Kind::Declare) } else { choice };
            if visit.role == Role::Name { choice.symbol(name) } else { member_or(visit, choice) }
        }
        // The rest of a path: its parts join the member that is open.
        (Kind::Member, Role::Attribute) => Choice::of(Shape::Through),
        _ => match visit.field("scope") {
            Some(_) => Choice::node(Kind::Member),
            None => global(visit),
        },
    }
}

/// `::a` is a variable, `::a::b` a member.
fn global(visit: &Visit<'_>) -> Choice {
    match visit.field("name") {
        Some(name) if name.kind() != "qualified_identifier" => {
            Choice::leaf(Kind::Name).symbol(visit.text(name))
        }
        _ => Choice::node(Kind::Member),
    }
}

/// What is assigned to is a member; what is declared, `int Foo::count = 0;`, is its name.
fn member_or(visit: &Visit<'_>, declared: Choice) -> Choice {
    match visit.parent {
        Kind::Declare | Kind::Parameter | Kind::ForEach | Kind::Catch => declared,
        parent if is_statement_place(parent) => declared,
        _ => Choice::node(Kind::Member),
    }
}

/// Whether the callee of a call is the type in `new T`.
fn is_constructed(visit: &Visit<'_>) -> bool {
    let before = visit.source.get(..visit.node.start_byte()).unwrap_or("").trim_end();
    before.ends_with("new") || before.ends_with(')')
}

/// `using std::string;` binds a name.
fn imported(visit: &Visit<'_>, path: String) -> Choice {
    let text = visit.text(visit.node);
    let name = text.rsplit("::").next().unwrap_or(text);
    let end = visit.node.end_byte();
    let names = vec![TextName {
        role: Role::Target,
        range: end - name.len()..end,
        symbol: Some(name.trim().to_owned()),
    }];
    Choice::leaf(Kind::ImportBinding).target(Access::Declare).names(names).symbol(path)
}

/// `using namespace a;` or `using a::b;`
pub(super) fn using_declaration(visit: &Visit<'_>) -> Choice {
    if visit.has_token("namespace") {
        Choice::leaf(Kind::Import)
    } else {
        Choice::node(Kind::Import)
    }
}

/// `namespace fs = std::filesystem;`
pub(super) fn namespace_alias(visit: &Visit<'_>) -> Choice {
    let text = visit.text(visit.node);
    let path = text.split_once('=').map_or("", |(_, path)| path.trim_end_matches(';'));
    let name = visit.field("name").map(|name| TextName {
        role: Role::Target,
        range: name.byte_range(),
        symbol: None,
    });
    Choice::leaf(Kind::ImportBinding)
        .symbol(dotted(path))
        .target(Access::Declare)
        .names(name.into_iter().collect())
}

/// Parameters; in a local declaration, what looks like them may be a constructor's arguments:
/// `Point p(x, y);`.
pub(super) fn parameter_list(visit: &Visit<'_>) -> Choice {
    if visit.parent.is_function() {
        return Choice::of(Shape::Through).role(Role::Parameter);
    }
    if visit.parent == Kind::Catch {
        return Choice::of(Shape::Through);
    }
    if visit.parent == Kind::Declare && looks_like_arguments(visit) && is_local(visit.node) {
        return Choice::node(Kind::Call).role(Role::Value).flags(Flags::CONSTRUCT);
    }
    Choice::node(Kind::Type).role(Role::Type)
}

fn looks_like_arguments(visit: &Visit<'_>) -> bool {
    let mut cursor = visit.node.walk();
    let mut count = 0;
    visit.node.named_children(&mut cursor).all(|parameter| {
        count += 1;
        let is_name = |kind| matches!(kind, "type_identifier" | "qualified_identifier");
        parameter.kind() == "parameter_declaration"
            && parameter.named_child_count() == 1
            && parameter.child_by_field_name("type").is_some_and(|it| is_name(it.kind()))
    }) && count > 0
}

/// The arguments of `Point p(1, 2);`, or of a call.
pub(super) fn argument_list(visit: &Visit<'_>) -> Choice {
    match (visit.parent, visit.role) {
        (Kind::Declare | Kind::LetCondition, Role::Value) => {
            Choice::node(Kind::Call).flags(Flags::CONSTRUCT)
        }
        (Kind::Cast, _) => Choice::of(Shape::Through).role(Role::Value),
        _ => Choice::of(Shape::Through),
    }
}

const CASTS: &[&str] = &["static_cast", "dynamic_cast", "const_cast", "reinterpret_cast"];

/// `static_cast<T>(x)` is a conversion.
pub(super) fn call(visit: &Visit<'_>) -> Choice {
    let name = visit
        .field("function")
        .filter(|it| it.kind() == "template_function")
        .and_then(|it| it.child_by_field_name("name"))
        .map_or("", |name| visit.text(name));
    Choice::node(if CASTS.contains(&name) { Kind::Cast } else { Kind::Call })
}

/// `f<T>`: a name with its template's arguments.
pub(super) fn template_function(visit: &Visit<'_>) -> Choice {
    match visit.parent {
        Kind::Cast if visit.role == Role::Callee => Choice::leaf(Kind::Type).role(Role::Type),
        _ => Choice::of(Shape::Through),
    }
}

/// `catch (const E& e)`, `f(int a = 1)`, or a parameter of a template.
pub(super) fn parameter(visit: &Visit<'_>) -> Choice {
    match visit.parent {
        Kind::Function | Kind::Lambda => bound_parameter(visit),
        _ => Choice::of(Shape::Through),
    }
}

/// `noexcept`, `-> T` and the like.
pub(super) fn as_type(_: &Visit<'_>) -> Choice {
    Choice::leaf(Kind::Type).role(Role::Type)
}

/// The parameters of a lambda; of any other declarator without a name, only a type's.
pub(super) fn abstract_function_declarator(visit: &Visit<'_>) -> Choice {
    if visit.parent.is_function() { Choice::of(Shape::Through) } else { Choice::of(Shape::Skip) }
}

/// A number or string with a suffix that makes it something else.
pub(super) fn user_defined_literal(visit: &Visit<'_>) -> Choice {
    let kind = match visit.node.named_child(0).map(|child| child.kind()) {
        Some("number_literal") => Kind::Number,
        Some("char_literal") => Kind::Character,
        _ => Kind::String,
    };
    Choice::leaf(kind).flags(Flags::LAZY)
}

/// A friend that is only mentioned says nothing; one that is defined is a function.
pub(super) fn friend(visit: &Visit<'_>) -> Choice {
    let defines = visit.has_child("function_definition") || visit.has_child("declaration");
    Choice::of(if defines { Shape::Through } else { Shape::Skip })
}
