//! What the rows of JavaScript and TypeScript decide by looking at a node.

use tree_sitter::Node as SyntaxNode;

use crate::ir::{Access, Flags, Kind, Role};
use crate::languages::{Choice, Shape, Visit};

/// Modules that come with Node.js; a default import of one is the module itself.
const NODE_MODULES: &[&str] = &[
    "assert",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "crypto",
    "dgram",
    "dns",
    "events",
    "fs",
    "fs/promises",
    "http",
    "http2",
    "https",
    "module",
    "net",
    "os",
    "path",
    "perf_hooks",
    "process",
    "querystring",
    "readline",
    "stream",
    "string_decoder",
    "timers",
    "tls",
    "tty",
    "url",
    "util",
    "v8",
    "vm",
    "worker_threads",
    "zlib",
];

/// Assignments and the like are statements of their own in the IR.
pub(super) fn expression_statement(visit: &Visit<'_>) -> Choice {
    if matches!(visit.role, Role::Initializer | Role::Condition) {
        return Choice::of(Shape::Through);
    }
    let mut inner = visit.node.named_child(0);
    // `({ a } = b);` needs its parentheses.
    if let Some(node) = inner.filter(|inner| inner.kind() == "parenthesized_expression") {
        inner = node.named_child(0).filter(|inner| inner.kind() == "assignment_expression");
    }
    let is_statement = inner.is_some_and(|inner| match inner.kind() {
        "assignment_expression" | "augmented_assignment_expression" | "internal_module" => true,
        "unary_expression" => is_delete(inner),
        _ => false,
    });
    if is_statement { Choice::of(Shape::Through) } else { Choice::node(Kind::ExpressionStatement) }
}

/// The parentheses that a statement's syntax asks for say nothing; doubled ones do.
pub(super) fn parenthesized_expression(visit: &Visit<'_>) -> Choice {
    let is_required = matches!(
        (visit.parent, visit.role),
        (Kind::If | Kind::While, Role::Condition)
            | (Kind::Switch, Role::Subject)
            | (Kind::With, Role::Resource)
    );
    let inner = visit.node.named_child(0).map(|child| child.kind());
    let counts = !is_required || inner == Some("parenthesized_expression");
    Choice::of(Shape::Through).flags_if(counts, Flags::PARENTHESIZED)
}

/// A missing part of a `for` is written as an empty statement.
pub(super) fn empty_statement(visit: &Visit<'_>) -> Choice {
    match visit.role {
        Role::Initializer | Role::Condition => Choice::of(Shape::Skip),
        _ => Choice::leaf(Kind::Empty),
    }
}

/// `async` and the star of a generator stand before the name, in few tokens.
pub(super) fn asynchronous(visit: &Visit<'_>) -> Flags {
    let mut flags = Flags::NONE;
    let mut cursor = visit.node.walk();
    for child in visit.node.children(&mut cursor) {
        match child.kind() {
            "async" => flags.set(Flags::ASYNC),
            "*" => flags.set(Flags::GENERATOR),
            "formal_parameters" | "statement_block" => break,
            _ => {}
        }
    }
    flags
}

/// Parameters of a function bind names; those of a type only describe it.
pub(super) fn formal_parameters(visit: &Visit<'_>) -> Choice {
    if visit.parent.is_function() {
        Choice::of(Shape::Through).role(Role::Parameter)
    } else {
        Choice::node(Kind::Type).role(Role::Type)
    }
}

/// A declaration of one variable is a statement of its own; one of several vanishes around them.
pub(super) fn declaration(visit: &Visit<'_>) -> Choice {
    let keyword = visit.node.child(0).map_or("", |child| child.kind());
    let is_single = visit.node.named_child_count() == 1;
    let shape = if is_single { Shape::Node(Kind::Declare) } else { Shape::Through };
    Choice::of(shape).flags(flags_of_keyword(keyword))
}

pub(super) fn variable_declarator(visit: &Visit<'_>) -> Choice {
    match visit.parent {
        Kind::Declare => Choice::of(Shape::Through),
        _ => Choice::node(Kind::Declare),
    }
}

fn flags_of_keyword(keyword: &str) -> Flags {
    match keyword {
        "var" => Flags::FUNCTION_SCOPED,
        "let" => Flags::NONE,
        _ => Flags::CONSTANT,
    }
}

/// An object or array that takes a value apart.
pub(super) fn pattern(visit: &Visit<'_>, kind: Kind) -> Choice {
    match (visit.parent, visit.role) {
        (Kind::Type, Role::Target) => Choice::of(Shape::Skip),
        (Kind::Parameter, Role::Value) => Choice::node(kind).role(Role::Target),
        _ => Choice::node(kind),
    }
}

pub(super) fn rest_pattern(visit: &Visit<'_>) -> Choice {
    match visit.parent {
        Kind::Type => Choice::of(Shape::Skip),
        _ => Choice::node(Kind::Spread),
    }
}

/// A pattern with a default: a parameter, or a part of a larger pattern.
pub(super) fn assignment_pattern(visit: &Visit<'_>) -> Choice {
    match visit.role {
        Role::Parameter => Choice::node(Kind::Parameter).target(Access::Declare),
        _ => Choice::node(Kind::Pattern),
    }
}

/// A variable, or one of the places where the grammar has an identifier that is none.
pub(super) fn identifier(visit: &Visit<'_>) -> Choice {
    match (visit.parent, visit.role) {
        // The parameter of a function with a default.
        (Kind::Parameter, Role::Value) => Choice::leaf(Kind::Name).role(Role::Target),
        // A namespace's name in a type.
        (Kind::Type, Role::Receiver) => Choice::leaf(Kind::Type),
        (Kind::Import, _) => imported_name(visit),
        // The name of a parameter in a type; another module's name, handed on.
        (Kind::Type, Role::Target) | (Kind::ImportBinding, Role::Value) => {
            Choice::leaf(Kind::Attribute)
        }
        // `<div>` is an element's name, `<Panel>` a variable.
        (Kind::Markup, Role::Callee) if is_element_name(visit.text(visit.node)) => {
            Choice::leaf(Kind::Attribute).role(Role::Attribute)
        }
        _ => Choice::leaf(Kind::Name),
    }
}

fn is_element_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_lowercase()) || name.contains('-')
}

pub(super) fn this(visit: &Visit<'_>) -> Choice {
    match visit.parent {
        Kind::Type => Choice::leaf(Kind::Type),
        _ => Choice::leaf(Kind::Name),
    }
}

/// A name that an import binds under its own name, or as the default.
fn imported_name(visit: &Visit<'_>) -> Choice {
    let around = visit.node.parent();
    let symbol = match around.map_or("", |around| around.kind()) {
        "import_specifier" => format!("{}.{}", module_of(visit), visit.text(visit.node)),
        // `import name = require("module")`
        "import_require_clause" => module_of(visit).to_owned(),
        _ => default_path(module_of(visit)),
    };
    Choice::leaf(Kind::Name)
        .inside(Kind::ImportBinding)
        .role(Role::Child)
        .symbol(symbol)
        .target(Access::Declare)
}

fn default_path(module: &str) -> String {
    if NODE_MODULES.contains(&module) { module.to_owned() } else { format!("{module}.default") }
}

/// `name as alias` in an import binds the alias; a name alone binds itself.
pub(super) fn import_specifier(visit: &Visit<'_>) -> Choice {
    if visit.field("alias").is_none() {
        return Choice::of(Shape::Through).role(Role::Child);
    }
    Choice::node(Kind::ImportBinding).symbol(path_of_specifier(visit))
}

pub(super) fn namespace_import(visit: &Visit<'_>) -> Choice {
    Choice::node(Kind::ImportBinding).symbol(module_of(visit))
}

/// `export { name as alias }`: a pair; with `from`, another module's name handed on.
pub(super) fn export_specifier(visit: &Visit<'_>) -> Choice {
    let Some(statement) = visit.node.parent().and_then(|clause| clause.parent()) else {
        return Choice::node(Kind::Pair);
    };
    if statement.child_by_field_name("source").is_some() {
        return Choice::node(Kind::ImportBinding).symbol(path_of_specifier(visit));
    }
    match statement.child(1).map(|keyword| keyword.kind()) {
        Some("type") => Choice::leaf(Kind::Type),
        _ => Choice::node(Kind::Pair),
    }
}

pub(super) fn namespace_export(visit: &Visit<'_>) -> Choice {
    Choice::node(Kind::ImportBinding).symbol(module_of(visit)).role(Role::Child)
}

fn path_of_specifier(visit: &Visit<'_>) -> String {
    let name = visit.field("name").map_or("", |name| visit.text(name));
    let name = name.trim_matches(['"', '\'']);
    match name {
        "default" => default_path(module_of(visit)),
        name => format!("{}.{name}", module_of(visit)),
    }
}

/// The module that the import or export around the node names.
fn module_of<'a>(visit: &Visit<'a>) -> &'a str {
    let mut around = visit.node.parent();
    // The statement is at most three levels up.
    for _ in 0..4 {
        let Some(node) = around else { break };
        if let Some(source) = node.child_by_field_name("source") {
            let text = visit.text(source).trim_matches(['"', '\'']);
            return text.strip_prefix("node:").unwrap_or(text);
        }
        around = node.parent();
    }
    ""
}

pub(super) fn default_export(visit: &Visit<'_>) -> Flags {
    if visit.has_token("default") { Flags::DEFAULT } else { Flags::NONE }
}

/// `for … of` and `for … in`.
pub(super) fn for_in_statement(visit: &Visit<'_>) -> Choice {
    let is_over_keys = visit.field("operator").is_some_and(|operator| operator.kind() == "in");
    let choice = Choice::node(Kind::ForEach)
        .flags_if(is_over_keys, Flags::OVER_KEYS)
        .flags_if(visit.has_token("await"), Flags::ASYNC);
    match visit.field("kind") {
        Some(keyword) => choice.target(Access::Declare).flags(flags_of_keyword(keyword.kind())),
        None => choice,
    }
}

pub(super) fn binary_expression(visit: &Visit<'_>) -> Choice {
    let operator = visit.field("operator").map_or("", |operator| operator.kind());
    Choice::node(match operator {
        "&&" | "||" | "??" => Kind::Logical,
        "==" | "!=" | "===" | "!==" | "<" | "<=" | ">" | ">=" | "in" | "instanceof" => {
            Kind::Compare
        }
        _ => Kind::Binary,
    })
}

pub(super) fn unary_expression(visit: &Visit<'_>) -> Choice {
    if is_delete(visit.node) {
        return Choice::node(Kind::Delete).target(Access::Delete);
    }
    Choice::node(Kind::Unary)
}

fn is_delete(unary: SyntaxNode<'_>) -> bool {
    unary.child(0).is_some_and(|operator| operator.kind() == "delete")
}

pub(super) fn flags_of_yield(visit: &Visit<'_>) -> Flags {
    let is_delegating = visit.node.child(1).is_some_and(|token| token.kind() == "*");
    if is_delegating { Flags::REST } else { Flags::NONE }
}

pub(super) fn member_expression(visit: &Visit<'_>) -> Choice {
    access(visit, Kind::Member)
}

pub(super) fn subscript_expression(visit: &Visit<'_>) -> Choice {
    access(visit, Kind::Index)
}

fn access(visit: &Visit<'_>, kind: Kind) -> Choice {
    match (visit.parent, visit.role) {
        (Kind::Delete, Role::Operand) => Choice::node(kind).role(Role::Target),
        _ => Choice::node(kind),
    }
}

pub(super) fn optional_access(visit: &Visit<'_>) -> Flags {
    optional(visit.field("optional_chain").is_some())
}

pub(super) fn flags_of_call(visit: &Visit<'_>) -> Flags {
    let after_callee = visit.node.child(1).map(|child| child.kind());
    optional(matches!(after_callee, Some("?." | "optional_chain")))
}

fn optional(is_optional: bool) -> Flags {
    if is_optional { Flags::OPTIONAL } else { Flags::NONE }
}

/// A template without substitutions is a string.
pub(super) fn template_string(visit: &Visit<'_>) -> Choice {
    if visit.has_child("template_substitution") {
        Choice::node(Kind::Template)
    } else {
        Choice::leaf(Kind::String)
    }
}

/// Blank text between elements is layout.
pub(super) fn jsx_text(visit: &Visit<'_>) -> Choice {
    if visit.text(visit.node).trim().is_empty() {
        Choice::of(Shape::Skip)
    } else {
        Choice::leaf(Kind::String)
    }
}

/// `<svg:rect>`, or an attribute of such a name.
pub(super) fn jsx_namespace_name(_: &Visit<'_>) -> Choice {
    Choice::leaf(Kind::Attribute).role(Role::Attribute)
}
