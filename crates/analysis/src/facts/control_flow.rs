//! What a place in the code means for control: calls that never return, tests, code that may be
//! left out of the build. The ways between statements are the [`graph`](super::graph)'s.

use super::paths::{Paths, ends_in};
use crate::ir::{Flags, Kind, NodeId, Operator, Role, Tree};
use crate::languages::Knowledge;

/// Whether control never comes back from a call or macro.
pub fn never_returns(paths: &Paths<'_>, knowledge: &Knowledge, id: NodeId) -> bool {
    let tree = paths.tree;
    let known = knowledge.never_returns;
    if tree.kind(id) == Kind::Macro {
        return known.iter().any(|it| it.strip_suffix('!') == Some(tree.name(id)));
    }
    let Some(callee) = tree.child(id, Role::Callee) else { return false };
    // Most calls end in a name that no such path ends in: no path has to be put together.
    let last = tree.name(callee);
    known.iter().any(|it| ends_in(it, last))
        && paths.of(callee).is_some_and(|path| known.contains(&&*path))
}

/// Whether a function is a test, as far as its unit tells: it is named or marked so, or expects and
/// asserts by call or macro.
pub fn is_test(tree: &Tree, function: NodeId) -> bool {
    let is_check = |it: NodeId| {
        let (name, last) = match tree.kind(it) {
            Kind::Macro => (tree.name(it), ""),
            Kind::Call => tree
                .child(it, Role::Callee)
                .map_or(("", ""), |callee| (tree.text(callee), tree.name(callee))),
            // `@Test`, `@ParameterizedTest`
            Kind::Decorator => return tree.name(it).ends_with("Test"),
            _ => return false,
        };
        name.starts_with("assert")
            || last.starts_with("assert")
            || name == "expect"
            || name.starts_with("expect.")
    };
    let name = tree.name(function);
    let is_named = ["test", "Test", "Benchmark"].iter().any(|known| {
        // `testable` and a mere `test` say nothing.
        let rest = name.strip_prefix(known);
        rest.is_some_and(|rest| rest.starts_with(|it: char| it == '_' || it.is_uppercase()))
    });
    // googletest's macros.
    let is_macro = name == "TEST" || name.starts_with("TEST_") || name.starts_with("TYPED_TEST");
    let measures = |it: NodeId| {
        let text = tree.text(it);
        ["benchmark::State", "testing.B", "testing.T"].iter().any(|known| text.contains(known))
    };
    let is_macro = is_macro || tree.children_with(function, Role::Parameter).any(measures);
    is_named || is_macro || tree.descendants(function).any(is_check)
}

/// Whether an expression is never evaluated, since only its type or size is asked for.
pub fn is_unevaluated(tree: &Tree, id: NodeId) -> bool {
    let mut around = tree.ancestors(id).take_while(|it| !tree.kind(*it).is_statement());
    around.any(|it| matches!(tree.node(it).operator, Operator::SizeOf | Operator::TypeOf))
}

/// Whether a function suspends: it is declared `async`.
pub fn is_async(tree: &Tree, function: NodeId) -> bool {
    tree.flags(function).has(Flags::ASYNC)
}

/// Whether a statement stands alone in a block that is there to see whether it raises: the body of
/// a `try` or `with`.
pub fn is_probe(tree: &Tree, statement: NodeId) -> bool {
    let block = tree.node(statement).parent;
    let holder = tree.node(block).parent;
    tree.kind(block) == Kind::Block && matches!(tree.kind(holder), Kind::Try | Kind::With)
}

/// Whether the build may leave the statement out: an attribute stands before it, or it stands
/// between preprocessor conditions.
pub fn is_conditional(tree: &Tree, statement: NodeId) -> bool {
    if tree.flags(statement).has(Flags::CONDITIONAL) {
        return true;
    }
    // In pre-order, an attribute, which has no inside, comes right before its statement.
    let before = NodeId(statement.0.saturating_sub(1));
    tree.kind(before) == Kind::Decorator && tree.node(before).parent == tree.node(statement).parent
}
