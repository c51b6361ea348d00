//! `bug/lost-change`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/lost-change",
    category: Category::Bug,
    summary: "A change goes to a copy that nobody reads",
    severity: Severity::Warning,
    confidence: 0.88,
    languages: &["go", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports an assignment to a field of a loop's copy of an element, or of a receiver that is passed by value, when nothing reads the copy afterwards.",
        why: "The element of the collection, or the object that the method was called on, stays as it was.",
        fix: "Change the element by its index or through a pointer, and give the method a pointer receiver.",
        limits: "Copies that are read, returned or handed on anywhere are left alone.",
        references: &["https://staticcheck.dev/docs/checks/#SA4005"],
    },
    examples: &[
        Example::bad("go", 
"func f(items []Item) {
	for _, item := range items {
		item.size = 1
		^^^^^^^^^
	}
}
"),
        Example::bad("go", 
"func (t T) Set(n int) {
	t.n = n
	^^^
}
"),
        Example::good("go", 
"func f(items []*Item) {
	for i := range items {
		items[i].size = 1
	}
}
"),
        Example::good("go", 
"func (t *T) Set(n int) {
	t.n = n
}
"),
        Example::bad("cpp", 
"void f(std::vector<Item>& items) { for (auto item : items) { item.size = 1; } }
                                                             ^^^^^^^^^
"),
        Example::bad("cpp", 
"void f(std::vector<Item>& items) { for (Item item : items) { item.name = \"\"; } }
                                                             ^^^^^^^^^
"),
        Example::good("cpp", 
"void f(std::vector<Item>& items) { for (auto& item : items) { item.size = 1; } }
"),
        Example::good("cpp", 
"void f(std::vector<Item>& items) { for (auto item : items) { item.size = 1; show(item); } }
"),
    ],
    kinds: &[Kind::Assign],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let Some(target) = tree.child(id, Role::Target).filter(|it| tree.kind(*it) == Kind::Member)
    else {
        return;
    };
    let Some(copy) = tree.child(target, Role::Receiver).filter(|it| tree.kind(*it) == Kind::Name)
    else {
        return;
    };
    let Some(binding) = bindings.resolve(copy) else { return };
    let Some(known) = bindings.binding(binding) else { return };
    let mut at = tree.node(known.declared_at).parent;
    if tree.kind(at) == Kind::Tuple {
        at = tree.node(at).parent;
    }
    let is_go = context.language.id() == "go";
    let is_copy = match tree.kind(at) {
        Kind::ForEach if is_go => is_of_values(context, at),
        Kind::ForEach => {
            let end = tree.child(at, Role::Iterable).map_or(0, |it| tree.span(it).start);
            let head = Span::new(tree.span(at).start, end).of(tree.source());
            !head.contains(['&', '*']) && !context.text(target).contains("->")
        }
        // The receiver stands before the name of its method.
        Kind::Parameter if is_go => {
            let function = tree.node(at).parent;
            let name = tree.child(function, Role::Name).map_or(0, |it| tree.span(it).start);
            let is_value =
                tree.child(at, Role::Type).is_some_and(|it| !tree.text(it).starts_with('*'));
            tree.span(at).end <= name && is_value
        }
        _ => false,
    };
    // Every other mention writes to a field of it, too.
    let is_read = bindings.occurrences(binding).iter().any(|it| {
        let user = tree.node(*it).parent;
        *it != known.declared_at
            && !(tree.kind(user) == Kind::Member
                && tree.role(user) == Role::Target
                && tree.role(*it) == Role::Receiver)
    });
    if !is_copy || is_read || known.is_captured {
        return;
    }
    let name = context.excerpt(copy);
    context
        .report(target, format!("`{name}` is a copy, and nobody reads what is changed here"))
        .because("The original stays as it was.")
        .emit();
}

/// Whether the elements of what a loop of Go runs over are values, as far as its declaration tells.
fn is_of_values(context: &Context<'_>, around: NodeId) -> bool {
    let tree = context.tree;
    let Some(list) = tree.child(around, Role::Iterable).filter(|it| tree.kind(*it) == Kind::Name)
    else {
        return false;
    };
    let Some(declared) = context.types().declared(list) else { return false };
    let element = context.text(declared).rsplit(']').next().unwrap_or("");
    element.chars().next().is_some_and(char::is_alphabetic)
}
