//! Loop nesting: which loop a node is evaluated in, again and again.

use crate::ir::{Flags, Kind, NodeId, Role, Tree};

/// The innermost loop (or comprehension) that evaluates the node once a round, within its own
/// function. A loop's iterable and initialiser are evaluated once and do not count.
pub fn innermost(tree: &Tree, id: NodeId) -> Option<NodeId> {
    around(tree, id).next()
}

/// All loops around the node within its own function, the innermost first.
pub fn around(tree: &Tree, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let mut inner = id;
    tree.ancestors(id).take_while(|it| !tree.kind(*it).is_function()).filter(move |outer| {
        let from = std::mem::replace(&mut inner, *outer);
        repeats(tree, *outer, from)
    })
}

/// Whether `outer` evaluates its child `from` once a round.
fn repeats(tree: &Tree, outer: NodeId, from: NodeId) -> bool {
    let role = tree.role(from);
    match tree.kind(outer) {
        Kind::ForEach => role == Role::Body,
        Kind::ForCount => matches!(role, Role::Body | Role::Condition | Role::Update),
        Kind::While | Kind::Infinite => role != Role::Else,
        Kind::Comprehension => {
            // All but the first clause.
            tree.children(outer).find(|it| tree.kind(*it) == Kind::ComprehensionFor) != Some(from)
        }
        _ => false,
    }
}

/// Whether any binding written inside the loop is used below `id`, so that its value may differ
/// from round to round.
pub fn depends_on_loop(
    tree: &Tree,
    bindings: &super::Bindings,
    id: NodeId,
    loop_node: NodeId,
) -> bool {
    tree.descendants(id).chain([id]).filter(|it| tree.kind(*it) == Kind::Name).any(|name| {
        bindings.resolve(name).is_some_and(|binding| {
            bindings.definitions(binding).any(|it| tree.is_within(it, loop_node))
        })
    })
}

/// The part of a loop that tells one loop from another: its target or condition, else all of it.
pub fn head(tree: &Tree, loop_node: NodeId) -> NodeId {
    let clause = match tree.kind(loop_node) {
        Kind::Comprehension => tree
            .children(loop_node)
            .find(|it| tree.kind(*it) == Kind::ComprehensionFor)
            .unwrap_or(loop_node),
        _ => loop_node,
    };
    let part = |role| tree.child(clause, role);
    part(Role::Iterable).or_else(|| part(Role::Condition)).unwrap_or(clause)
}

/// The most rounds of a loop that still count as few.
const FEW: i64 = 16;

/// Whether the loop surely has so few rounds that its cost does not matter: it runs over a literal
/// collection, a variable that holds one, or a range between small constants.
pub fn has_few_rounds(tree: &Tree, bindings: &super::Bindings, loop_node: NodeId) -> bool {
    match tree.kind(loop_node) {
        Kind::ForEach => tree
            .child(loop_node, Role::Iterable)
            .is_some_and(|iterable| is_small(tree, bindings, iterable)),
        Kind::Comprehension => tree
            .children(loop_node)
            .filter(|it| tree.kind(*it) == Kind::ComprehensionFor)
            .filter_map(|clause| tree.child(clause, Role::Iterable))
            .all(|iterable| is_small(tree, bindings, iterable)),
        Kind::ForCount => tree.child(loop_node, Role::Condition).is_some_and(|condition| {
            let mut operands = tree.children(condition);
            operands.any(|it| number(tree, it).is_some_and(|limit| (1..=FEW).contains(&limit)))
        }),
        _ => false,
    }
}

/// Whether running over the expression surely takes few rounds.
fn is_small(tree: &Tree, bindings: &super::Bindings, iterable: NodeId) -> bool {
    let mut at = iterable;
    // Bounded: each step goes to a child, or once from a variable to its value.
    let mut followed = false;
    loop {
        match tree.kind(at) {
            Kind::List | Kind::Tuple | Kind::Set | Kind::Map => {
                let mut elements = tree.children(at);
                return elements.clone().count() <= FEW as usize
                    && !elements.any(|it| tree.kind(it) == Kind::Spread);
            }
            Kind::String => return at == iterable,
            Kind::Range => return is_short_range(tree, tree.children(at)),
            Kind::Reference | Kind::Cast | Kind::Await => {
                let Some(inner) = tree.child(at, Role::Value) else { return false };
                at = inner;
            }
            Kind::Call => {
                let Some(callee) = tree.child(at, Role::Callee) else { return false };
                let argument = tree.child(at, Role::Argument);
                if argument.is_some_and(|it| number(tree, it).is_some()) {
                    return is_short_range(tree, tree.children_with(at, Role::Argument));
                }
                // `enumerate(xs)`, `xs.items()`, `xs.iter()`
                let next = match tree.kind(callee) {
                    Kind::Member => tree.child(callee, Role::Receiver),
                    _ => None,
                };
                let Some(next) = argument.or(next) else { return false };
                at = next;
            }
            Kind::Name if !followed => {
                let Some(value) = only_value(tree, bindings, at) else { return false };
                followed = true;
                at = value;
            }
            _ => return false,
        }
    }
}

/// The value of a variable that is given one only once and never used but to read it in loops.
fn only_value(tree: &Tree, bindings: &super::Bindings, name: NodeId) -> Option<NodeId> {
    let binding = bindings.resolve(name)?;
    let mut definitions = bindings.definitions(binding);
    let (only, None) = (definitions.next()?, definitions.next()) else { return None };
    let definition = tree.node(only).parent;
    let binds = matches!(tree.kind(definition), Kind::Assign | Kind::Declare);
    (binds && bindings.growth(binding).is_none()).then(|| tree.child(definition, Role::Value))?
}

fn is_short_range(tree: &Tree, bounds: impl Iterator<Item = NodeId>) -> bool {
    let bounds: Option<Vec<i64>> = bounds.map(|it| number(tree, it)).collect();
    match bounds.as_deref() {
        Some([end]) => *end <= FEW,
        Some([start, end, ..]) => (end - start).abs() <= FEW,
        _ => false,
    }
}

fn number(tree: &Tree, id: NodeId) -> Option<i64> {
    (tree.kind(id) == Kind::Number).then(|| tree.text(id).parse().ok())?
}

/// Whether the node is evaluated in at most one round of the loop, or only when something failed:
/// the statements after it leave the loop, or it stands in a handler.
pub fn runs_rarely(tree: &Tree, id: NodeId, loop_node: NodeId) -> bool {
    let mut at = id;
    while let Some(parent) = tree.parent(at).filter(|_| at != loop_node) {
        match tree.kind(at) {
            Kind::Return | Kind::Raise | Kind::Break | Kind::Assert | Kind::Catch => return true,
            // Whatever follows a statement that leaves is dead, so that one is the last.
            Kind::Block | Kind::Case
                if tree.last_child(at).is_some_and(|it| leaves(tree, it, loop_node)) =>
            {
                return true;
            }
            _ => {}
        }
        at = parent;
    }
    false
}

/// Whether a statement leaves the loop.
fn leaves(tree: &Tree, statement: NodeId, loop_node: NodeId) -> bool {
    let mut at = statement;
    // Rust writes a last expression without a statement around it.
    if tree.kind(at) == Kind::ExpressionStatement
        && let Some(inner) = tree.children(at).next()
    {
        at = inner;
    }
    match tree.kind(at) {
        Kind::Return | Kind::Raise => true,
        Kind::Break => tree
            .ancestors(at)
            .find(|it| tree.kind(*it).is_loop() || tree.flags(*it).has(Flags::BREAKABLE))
            .is_some_and(|it| it == loop_node),
        _ => false,
    }
}
