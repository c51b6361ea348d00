//! `bug/return-of-local`.

use crate::facts::ScopeKind;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/return-of-local",
    category: Category::Bug,
    summary: "A function hands out what ends with it",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a function that returns the address of a local variable, a local array, a reference to a local variable, or a pointer into a local text.",
        why: "The variable is gone when the function returns; whoever reads it gets whatever stands there by then.",
        fix: "Return the value itself, take the place to write to as a parameter, or allocate it.",
        limits: "Addresses that pass through another variable are not followed.",
        references: &["https://cwe.mitre.org/data/definitions/562.html"],
    },
    examples: &[
        Example::bad(
            "c",
            "int *f(void) { int x = 1; return &x; }
                                 ^^
",
        ),
        Example::bad(
            "c",
            "char *f(void) { char buffer[10]; fill(buffer); return buffer; }
                                                      ^^^^^^
",
        ),
        Example::good(
            "c",
            "int *f(void) { static int x = 1; return &x; }
",
        ),
        Example::good(
            "c",
            "int f(void) { int x = 1; return x; }
",
        ),
        Example::bad(
            "cpp",
            "int& f() { int x = 1; return x; }
                             ^
",
        ),
        Example::bad(
            "cpp",
            "const char* f() { std::string s = g(); return s.c_str(); }
                                              ^^^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "int& f(int& x) { return x; }
",
        ),
        Example::good(
            "cpp",
            "std::string f() { std::string s = g(); return s; }
",
        ),
    ],
    kinds: &[Kind::Return],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(value) = tree.child(id, Role::Value) else { return };
    let function = tree.enclosing_function(id);
    if tree.kind(function) != Kind::Function {
        return;
    }
    let head = head(context, function);
    let (name, what) = match tree.kind(value) {
        Kind::Reference if context.text(value).starts_with('&') => {
            let Some(inner) =
                tree.child(value, Role::Value).or_else(|| tree.children(value).last())
            else {
                return;
            };
            (inner, "the address of")
        }
        Kind::Name if head.ends_with('&') && !head.ends_with("&&") => (value, "a reference to"),
        Kind::Name if head.ends_with('*') || head.ends_with("string_view") => {
            let is_view = head.ends_with("string_view");
            let Some(declaration) = declaration(context, value) else { return };
            let is_array = tree.child(declaration, Role::Index).is_some();
            let of_text = tree
                .child(declaration, Role::Type)
                .is_some_and(|it| tree.text(it).ends_with("string"));
            if !(is_array && !is_view || of_text && is_view) {
                return;
            }
            (value, "a pointer into")
        }
        Kind::Call if head.ends_with('*') => {
            let Some((receiver, method)) = context.method(value) else { return };
            if !matches!(method, "c_str" | "data") || tree.kind(receiver) != Kind::Name {
                return;
            }
            let Some(declaration) = declaration(context, receiver) else { return };
            let of_text = tree
                .child(declaration, Role::Type)
                .is_some_and(|it| tree.text(it).ends_with("string"));
            if !of_text || tree.text(declaration).contains('&') {
                return;
            }
            (receiver, "a pointer into")
        }
        _ => return,
    };
    let Some(declaration) = declaration(context, name) else { return };
    let statement = tree.enclosing_statement(declaration);
    let is_lasting = [declaration, statement]
        .iter()
        .any(|it| tree.flags(*it).has(Flags::STATIC) || context.text(*it).starts_with("static"));
    let text = context.text(statement);
    let is_alias = what == "a reference to"
        && text.split('=').next().is_some_and(|it| it.contains(['&', '*']));
    if is_lasting || is_alias || text.contains("thread_local") {
        return;
    }
    let name = context.excerpt(name);
    context
        .report(value, format!("this returns {what} `{name}`, which ends with the function"))
        .related(declaration, "declared here")
        .because("A local variable lives until its function returns.")
        .emit();
}

/// What stands before the name of a function: its type.
fn head<'a>(context: &Context<'a>, function: NodeId) -> &'a str {
    let tree = context.tree;
    let Some(name) = tree.child(function, Role::Name) else { return "" };
    let start = tree.span(function).start;
    let end = tree.span(name).start;
    tree.source().get(start as usize..end as usize).unwrap_or("").trim_end()
}

/// The declaration of a local variable.
fn declaration(context: &Context<'_>, name: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let binding = bindings.binding(bindings.resolve(name)?)?;
    let scope = bindings.scope(binding.scope)?;
    let around = tree.node(binding.declared_at).parent;
    let is_local = matches!(scope.kind, ScopeKind::Function | ScopeKind::Block)
        && tree.kind(around) == Kind::Declare
        && tree.role(binding.declared_at) == Role::Target
        && tree.enclosing_function(name) == tree.enclosing_function(around);
    is_local.then_some(around)
}
