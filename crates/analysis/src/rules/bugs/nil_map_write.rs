//! `bug/nil-map-write`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/nil-map-write",
    category: Category::Bug,
    summary: "An element is put into a map that was never made",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports an assignment to an element of a map variable that is declared without a value and assigned nowhere.",
        why: "The zero value of a map is nil: reading from it works, and writing panics.",
        fix: "Make the map first, with `make` or a literal.",
        limits: "Variables that are assigned, or whose address is taken, are left alone.",
        references: &["https://go.dev/blog/maps"],
    },
    examples: &[
        Example::bad(
            "go",
            "func f() {
	var sizes map[string]int
	sizes[\"a\"] = 1
	^^^^^^^^^^
}
",
        ),
        Example::bad(
            "go",
            "func f(keys []string) {
	var seen map[string]bool
	for _, key := range keys {
		seen[key] = true
		^^^^^^^^^
	}
}
",
        ),
        Example::good(
            "go",
            "func f() {
	sizes := map[string]int{}
	sizes[\"a\"] = 1
}
",
        ),
        Example::good(
            "go",
            "func f() int {
	var sizes map[string]int
	return sizes[\"a\"]
}
",
        ),
    ],
    kinds: &[Kind::Index],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    if tree.role(id) != Role::Target {
        return;
    }
    let Some(map) = tree.child(id, Role::Receiver).filter(|it| tree.kind(*it) == Kind::Name) else {
        return;
    };
    let Some(binding) = bindings.resolve(map) else { return };
    let Some(known) = bindings.binding(binding) else { return };
    let declaration = tree.node(known.declared_at).parent;
    let is_unset = tree.kind(declaration) == Kind::Declare
        && tree.child(declaration, Role::Value).is_none()
        && tree.child(declaration, Role::Type).is_some_and(|it| tree.text(it).starts_with("map["));
    let is_set = bindings.definitions(binding).any(|it| it != known.declared_at)
        || bindings
            .occurrences(binding)
            .iter()
            .any(|it| tree.kind(tree.node(*it).parent) == Kind::Reference);
    // What a loop or a call fills in is a variable of the caller's.
    if !is_unset || is_set || tree.kind(tree.enclosing_function(declaration)) == Kind::Module {
        return;
    }
    let name = context.excerpt(map);
    context
        .report(id, format!("`{name}` is nil here: putting an element in panics"))
        .related(declaration, "declared here, and never made")
        .because(format!("Nothing assigns `{name}`."))
        .emit();
}
