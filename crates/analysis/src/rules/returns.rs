//! What functions return: what the rules about results share.

use super::Context;
use crate::ir::{Flags, Kind, NodeId, Operator, Role, Tree};

/// Parts of names of functions that do not come back, or that stand for a missing value.
const ENDING: &[&str] = &[
    "exit",
    "abort",
    "fatal",
    "panic",
    "throw",
    "fail",
    "raise",
    "unreachable",
    "assert",
    "error",
    "die",
    "never",
    "longjmp",
    "trap",
    "todo",
    "unimplemented",
    "skip",
    "handle",
    "exception",
];

/// The first `return` of a function that gives a value, if it hands out nothing by `yield`.
pub(super) fn first_value(context: &Context<'_>, function: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let mut found = None;
    for it in tree.descendants(function) {
        match tree.kind(it) {
            Kind::Yield if tree.enclosing_function(it) == function => return None,
            Kind::Return if found.is_none() && tree.enclosing_function(it) == function => {
                let value = tree.child(it, Role::Value);
                found = value.filter(|it| tree.kind(*it) != Kind::Null).map(|_| it);
            }
            _ => {}
        }
    }
    found
}

/// Whether the last statements of a function may well end it by means that the graph does not see:
/// a switch over all there is, a scope that swallows nothing after all, a call that never returns.
pub(super) fn ends_otherwise(context: &Context<'_>, function: NodeId) -> bool {
    let tree = context.tree;
    let mut open: Vec<NodeId> = tree.child(function, Role::Body).into_iter().collect();
    while let Some(at) = open.pop() {
        if tree.flags(at).has(Flags::CONDITIONAL) {
            return true;
        }
        match tree.kind(at) {
            Kind::Switch
            | Kind::With
            | Kind::Macro
            | Kind::Label
            | Kind::Other
            | Kind::Error
            | Kind::Defer
            // What follows a `finally`, the graph only guesses.
            | Kind::Finally
            // `Py_RETURN_NONE;`
            | Kind::Name => return true,
            Kind::If if covers_types(tree, at) => return true,
            Kind::Block => open.extend(tree.last_child(at)),
            Kind::If => open.extend(
                [Role::Then, Role::Else].into_iter().filter_map(|role| tree.child(at, role)),
            ),
            Kind::Try | Kind::Catch => open.extend(tree.children(at).filter(|it| {
                matches!(tree.role(*it), Role::Body | Role::Handler | Role::Finally | Role::Else)
            })),
            Kind::ExpressionStatement => open.extend(tree.children(at).next()),
            Kind::Await => open.extend(tree.child(at, Role::Value)),
            Kind::Call => {
                // Any name that stands alone may be a macro's.
                let is_plain =
                    tree.child(at, Role::Callee).is_some_and(|it| tree.kind(it) == Kind::Name);
                if is_plain && context.knowledge().disables_by_condition {
                    return true;
                }
                if is_ending_call(tree, at) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Whether a call's name says that control may not come back from it.
pub(super) fn is_ending_call(tree: &Tree, call: NodeId) -> bool {
    let name = tree.child(call, Role::Callee).map_or("", |it| tree.name(it)).to_ascii_lowercase();
    ENDING.iter().any(|known| name.contains(known))
}

/// Whether an `if` is the last of several that ask for the type of a value, one after the other: they
/// may well cover all the types there are.
fn covers_types(tree: &Tree, last: NodeId) -> bool {
    let mut at = last;
    let mut count = 0;
    // The `else if`s below, then what stands above: that `if` is an `else`, or follows another.
    while tree.child(at, Role::Condition).is_some_and(|it| asks_for_type(tree, it)) {
        count += 1;
        match tree.child(at, Role::Else) {
            None => break,
            Some(next) if tree.kind(next) == Kind::If => at = next,
            Some(_) => return false,
        }
    }
    let is_open = tree.child(at, Role::Else).is_none();
    let mut before = tree.children(tree.node(last).parent).take_while(|it| *it < last);
    let follows = before.any(|it| {
        let condition = tree.child(it, Role::Condition).filter(|_| tree.kind(it) == Kind::If);
        condition.is_some_and(|it| asks_for_type(tree, it))
    });
    let has_all = tree.child(at, Role::Condition).is_some_and(|it| asks_for_type(tree, it));
    is_open && has_all && (count > 1 || follows)
}

/// Whether a condition asks for the type of a value.
fn asks_for_type(tree: &Tree, condition: NodeId) -> bool {
    let is_type = |it: NodeId| {
        tree.node(it).operator == Operator::TypeOf
            || tree.kind(it) == Kind::Call
                && tree
                    .child(it, Role::Callee)
                    .is_some_and(|it| matches!(tree.name(it), "isinstance" | "issubclass" | "type"))
    };
    match tree.kind(condition) {
        Kind::Compare => {
            tree.node(condition).operator == Operator::InstanceOf
                || tree.children(condition).any(is_type)
        }
        _ => is_type(condition),
    }
}
