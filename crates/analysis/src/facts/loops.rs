//! Loops: which of them evaluates a node again and again, how many rounds it may have, and what
//! stays the same from round to round. Rules ask here before they call anything costly.

use super::paths::{Paths, ends_in};
use super::{BindingId, Bindings};
use crate::ir::{Access, Flags, Kind, NodeId, Operator, Role, Tree};
use crate::languages::Knowledge;

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

/// All that evaluates the node again and again, the innermost first: loops, and calls that call the
/// function around the node once for each element (`items.map(…)`).
pub fn repeating(paths: &Paths<'_>, knowledge: &Knowledge, id: NodeId) -> Vec<NodeId> {
    let tree = paths.tree;
    let mut found = Vec::new();
    let mut inner = id;
    let mut at = id;
    while let Some(outer) = tree.parent(at) {
        let from = std::mem::replace(&mut inner, outer);
        at = outer;
        match tree.kind(outer) {
            Kind::Function => break,
            Kind::Lambda => {
                // `map(…)`, or `sorted(…, key=…)` with the argument's name between
                let parent = tree.node(outer).parent;
                let is_named = tree.kind(parent) == Kind::Argument;
                let call = if is_named { tree.node(parent).parent } else { parent };
                // Who knows when a function is called that is kept, or handed to something else.
                if tree.kind(call) != Kind::Call || !calls_for_each_element(paths, knowledge, call)
                {
                    break;
                }
                found.push(call);
                inner = call;
                at = call;
            }
            _ if repeats(tree, outer, from) => found.push(outer),
            _ => {}
        }
    }
    found
}

/// Whether a call calls the function it is given once for each element of a collection.
fn calls_for_each_element(paths: &Paths<'_>, knowledge: &Knowledge, call: NodeId) -> bool {
    let tree = paths.tree;
    let Some(callee) = tree.child(call, Role::Callee) else { return false };
    let name = tree.name(callee);
    let is_named = |known: &&str| ends_in(known, name);
    if knowledge.element_callbacks.iter().any(|known| {
        is_named(known)
            && match known.strip_prefix('.') {
                Some(_) => tree.kind(callee) == Kind::Member,
                None => paths.of(callee).is_some_and(|path| path == *known),
            }
    }) {
        return true;
    }
    if !knowledge.stream_callbacks.contains(&name) {
        return false;
    }
    // Down the chain, to where it gets its elements from.
    let mut at = callee;
    while let Some(receiver) = tree.child(at, Role::Receiver) {
        let Some(inner) = tree.child(receiver, Role::Callee) else { return false };
        if knowledge.stream_sources.contains(&tree.name(inner)) {
            return true;
        }
        at = inner;
    }
    false
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
        // A call that calls a function for each element.
        Kind::Call => {
            let receiver =
                tree.child(loop_node, Role::Callee).and_then(|it| tree.child(it, Role::Receiver));
            let elements = receiver.or_else(|| {
                let mut arguments = tree.children_with(loop_node, Role::Argument);
                arguments.find(|it| tree.kind(*it) != Kind::Lambda)
            });
            elements.is_some_and(|it| is_small(tree, bindings, it))
        }
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
    let mut is_rare = false;
    while let Some(parent) = tree.parent(at).filter(|_| at != loop_node) {
        match tree.kind(at) {
            Kind::Raise | Kind::Assert | Kind::Catch => return true,
            Kind::Return | Kind::Break => is_rare = true,
            // Whatever follows a statement that leaves is dead, so that one is the last.
            Kind::Block | Kind::Case
                if tree.last_child(at).is_some_and(|it| leaves(tree, it, loop_node)) =>
            {
                is_rare = true;
            }
            // What returns from a callback only ends this call of it.
            Kind::Lambda => is_rare = false,
            _ => {}
        }
        at = parent;
    }
    is_rare
}

/// Whether a loop tries the same thing until it works: its variables, or what it runs over, speak of
/// attempts.
pub fn is_retry(tree: &Tree, loop_node: NodeId) -> bool {
    let speaks = |it: NodeId| {
        let text = tree.text(it).to_ascii_lowercase();
        ["retr", "attempt", "tries", "try"].iter().any(|word| text.contains(word))
    };
    let heads = [Role::Target, Role::Iterable, Role::Condition, Role::Initializer, Role::Update];
    heads.into_iter().filter_map(|role| tree.child(loop_node, role)).any(speaks)
}

/// Whether the expression has the same value in each round of the loop, as far as the unit tells: it
/// is made of literals and of variables that the loop neither assigns nor hands to anything that
/// may change what they hold. `keeps` tells which calls change none of their arguments.
pub fn is_invariant(
    tree: &Tree,
    bindings: &Bindings,
    id: NodeId,
    loop_node: NodeId,
    keeps: &dyn Fn(NodeId) -> bool,
) -> bool {
    tree.descendants(id).chain([id]).all(|it| match tree.kind(it) {
        Kind::Name if tree.role(it) == Role::Callee => true,
        Kind::Name => match bindings.resolve(it) {
            Some(binding) => !may_change(tree, bindings, binding, loop_node, keeps),
            // The module or class of a function that is called.
            None => tree.role(tree.node(it).parent) == Role::Callee,
        },
        Kind::Call => keeps(it),
        Kind::Member => {
            tree.role(it) == Role::Callee
                || tree
                    .child(it, Role::Receiver)
                    .is_some_and(|receiver| tree.kind(receiver) == Kind::Name)
        }
        kind => {
            kind.is_literal()
                || matches!(
                    kind,
                    Kind::Attribute
                        | Kind::Operator
                        | Kind::Binary
                        | Kind::Reference
                        | Kind::Spread
                        | Kind::Type
                        | Kind::Argument
                )
        }
    })
}

/// Whether a variable, or what it holds, may change while the loop runs.
fn may_change(
    tree: &Tree,
    bindings: &Bindings,
    binding: BindingId,
    loop_node: NodeId,
    keeps: &dyn Fn(NodeId) -> bool,
) -> bool {
    let Some(bound) = bindings.binding(binding) else { return true };
    bound.is_captured && tree.kind(loop_node) != Kind::Call
        || bindings
            .occurrences(binding)
            .iter()
            .filter(|it| tree.is_within(**it, loop_node))
            .any(|it| tree.node(*it).access != Access::Read || is_given_away(tree, *it, keeps))
}

/// Whether a mention of a variable may change what it holds: it is assigned through, handed to a
/// call, or kept elsewhere.
fn is_given_away(tree: &Tree, name: NodeId, keeps: &dyn Fn(NodeId) -> bool) -> bool {
    let mut at = name;
    // Bounded by the depth of the expression.
    loop {
        let parent = tree.node(at).parent;
        let role = tree.role(at);
        match tree.kind(parent) {
            Kind::Member | Kind::Index if role != Role::Receiver => return false,
            Kind::Member
            | Kind::Index
            | Kind::Reference
            | Kind::Dereference
            | Kind::Spread
            | Kind::Argument
            | Kind::Pair => {
                at = parent;
            }
            Kind::Call => {
                return match role {
                    // The function itself.
                    Role::Callee => tree.kind(at) == Kind::Member && !keeps(parent),
                    _ => !keeps(parent),
                };
            }
            Kind::Assign | Kind::Declare => {
                return role == Role::Target || at == name && role == Role::Value;
            }
            Kind::Update
            | Kind::Delete
            | Kind::Macro
            | Kind::Other
            | Kind::Return
            | Kind::Yield
            | Kind::List
            | Kind::Tuple
            | Kind::Map
            | Kind::Set => return true,
            Kind::Unary => return tree.node(parent).operator == Operator::Receive,
            _ => return false,
        }
    }
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
        Kind::Break if tree.child(at, Role::Label).is_some() => true,
        Kind::Break => tree
            .ancestors(at)
            .find(|it| tree.kind(*it).is_loop() || tree.flags(*it).has(Flags::BREAKABLE))
            .is_some_and(|it| it == loop_node),
        _ => false,
    }
}
