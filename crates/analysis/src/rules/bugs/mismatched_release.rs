//! `bug/mismatched-release`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/mismatched-release",
    category: Category::Bug,
    summary: "Memory is released in another way than it was made",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `delete` of what `new[]` made, `delete[]` of what `new` made, `free` of what either made and the reverse, and `free` of what was never allocated.",
        why: "Each way of making memory has its own way of releasing it; another one corrupts the heap, or runs no destructor.",
        fix: "Release with the counterpart of what made it. `new[]` needs `delete[]`, `malloc` needs `free`.",
        limits: "Only local pointers that are assigned once are followed.",
        references: &[
            "https://cwe.mitre.org/data/definitions/762.html",
            "https://cwe.mitre.org/data/definitions/590.html",
        ],
    },
    examples: &[
        Example::bad(
            "c",
            "void f(void) { char buffer[10]; free(buffer); }
                                ^^^^^^^^^^^^
",
        ),
        Example::bad(
            "c",
            "void f(void) { int x = 1; free(&x); }
                          ^^^^^^^^
",
        ),
        Example::good(
            "c",
            "void f(void) { char *p = malloc(10); free(p); }
",
        ),
        Example::good(
            "c",
            "void f(char *p) { free(p); }
",
        ),
        Example::bad(
            "cpp",
            "void f() { int* p = new int[10]; delete p; }
                                 ^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "void f() { int* p = new int(1); free(p); }
                                ^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "void f() { int* p = new int[10]; delete[] p; }
",
        ),
        Example::good(
            "cpp",
            "void f() { int* p = new int(1); delete p; }
",
        ),
    ],
    kinds: &[Kind::Delete, Kind::Call],
    check,
};

/// What made a pointer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Made {
    New,
    NewArray,
    Allocated,
    Never,
}

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (pointer, way) = if tree.kind(id) == Kind::Delete {
        let text = context.text(id).trim_start_matches("::").trim_start();
        let rest = text.strip_prefix("delete").unwrap_or("").trim_start();
        let way = if rest.starts_with('[') { Made::NewArray } else { Made::New };
        (tree.child(id, Role::Value), way)
    } else {
        let is_free = matches!(context.called(id).as_deref(), Some("free" | "std.free"));
        let first = context.arguments(id).first().copied();
        (first.filter(|_| is_free), Made::Allocated)
    };
    let Some(pointer) = pointer else { return };
    let Some(made) = made(context, pointer) else { return };
    if made == way {
        return;
    }
    let name = context.excerpt(pointer);
    let how = match made {
        Made::New => "was made by `new`",
        Made::NewArray => "was made by `new[]`",
        Made::Allocated => "was allocated by `malloc` or its like",
        Made::Never => "was never allocated",
    };
    let release = match way {
        Made::New => "delete",
        Made::NewArray => "delete[]",
        _ => "free",
    };
    context
        .report(id, format!("`{name}` {how}: `{release}` does not release that"))
        .because("Each way of making memory has one way of releasing it.")
        .emit();
}

fn made(context: &Context<'_>, pointer: NodeId) -> Option<Made> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    if tree.kind(pointer) == Kind::Reference && context.text(pointer).starts_with('&') {
        let inner = tree.children(pointer).last()?;
        return (tree.kind(inner) == Kind::Name && local(context, inner).is_some())
            .then_some(Made::Never);
    }
    if tree.kind(pointer) != Kind::Name {
        return None;
    }
    let declaration = local(context, pointer)?;
    if tree.child(declaration, Role::Index).is_some() {
        // An array of pointers is still no allocation.
        return Some(Made::Never);
    }
    let binding = bindings.resolve(pointer)?;
    let mut definitions = bindings.definitions(binding).filter_map(|it| {
        let around = tree.node(it).parent;
        Some((around, tree.child(around, Role::Value)?))
    });
    let ((_, mut value), None) = (definitions.next()?, definitions.next()) else { return None };
    while tree.kind(value) == Kind::Cast {
        value = tree.child(value, Role::Value).or_else(|| tree.children(value).last())?;
    }
    if tree.kind(value) == Kind::String {
        return Some(Made::Never);
    }
    if tree.kind(value) != Kind::Call {
        return None;
    }
    if tree.flags(value).has(Flags::CONSTRUCT) {
        let text = context.text(value).strip_prefix("new")?;
        // `new (place) T` allocates nothing of its own.
        if text.trim_start().starts_with('(') {
            return None;
        }
        let head = text.split(['(', '{']).next().unwrap_or(text);
        // `new char *[n]` may read as a product.
        let around = context.text(tree.node(value).parent);
        return Some(if head.contains('[') || around.contains("*[") || around.contains("* [") {
            Made::NewArray
        } else {
            Made::New
        });
    }
    let called = context.called(value)?;
    let name = called.trim_start_matches("std.");
    matches!(name, "malloc" | "calloc" | "realloc" | "strdup" | "strndup")
        .then_some(Made::Allocated)
}

/// The declaration of a local variable.
fn local(context: &Context<'_>, name: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let binding = bindings.binding(bindings.resolve(name)?)?;
    let around = tree.node(binding.declared_at).parent;
    let is_local = tree.kind(around) == Kind::Declare
        && tree.kind(tree.enclosing_function(around)).is_function();
    is_local.then_some(around)
}
