//! Which units are tests: what looks wrong in them is often what is tested. What marks a test from
//! outside the function, as Rust's attributes do, the engine sees; it asks nobody about those.

use analysis::ir::{Kind, NodeId, Role, Tree};

use crate::features::Features;

/// Whether a unit is a test, or measures speed: by its name, its parameters, or what marks it.
pub(super) fn is_test(features: &Features<'_>) -> bool {
    let tree = features.tree;
    if tree.is_empty() {
        return false;
    }
    let name = tree.name(NodeId::ROOT);
    let is_named = ["test", "Test", "Benchmark", "Example", "Fuzz"].iter().any(|word| {
        // `testable` says nothing.
        let rest = name.strip_prefix(word);
        rest.is_some_and(|rest| rest.starts_with(|it: char| it == '_' || it.is_uppercase()))
    });
    // googletest's macros.
    let is_macro = ["TEST", "TEST_F", "TEST_P", "TYPED_TEST", "TYPED_TEST_P"].contains(&name);
    is_named || is_macro || takes_a_test(tree) || is_marked(tree)
}

/// `t *testing.T`, `state: &mut benchmark::State`
fn takes_a_test(tree: &Tree) -> bool {
    let texts = tree.children_with(NodeId::ROOT, Role::Parameter).map(|it| tree.text(it));
    let known = ["testing.T", "testing.B", "testing.F", "benchmark::State"];
    texts.into_iter().any(|text| known.iter().any(|known| text.contains(known)))
}

/// `@Test`, `@ParameterizedTest`
fn is_marked(tree: &Tree) -> bool {
    let marks = tree.children(NodeId::ROOT).chain(tree.descendants(NodeId::ROOT).take(8));
    marks.filter(|it| tree.kind(*it) == Kind::Decorator).any(|it| tree.name(it).ends_with("Test"))
}
