//! Which calls give something to await: what the rules about promises, coroutines and futures share.

use super::{ByLanguage, Context};
use crate::facts::paths::ends_in;
use crate::ir::{Flags, Kind, NodeId, Role};

/// Functions of libraries that give something to await, which does nothing before.
const LAZY_FUNCTIONS: ByLanguage<&[&str]> = &[
    (
        &["python"],
        &[
            "asyncio.sleep",
            "asyncio.wait_for",
            "asyncio.wait",
            "asyncio.to_thread",
            "asyncio.open_connection",
            "asyncio.start_server",
            "asyncio.create_subprocess_exec",
            "asyncio.create_subprocess_shell",
            "anyio.sleep",
            "trio.sleep",
        ],
    ),
    (&["rust"], &["tokio.time.sleep", "tokio.task.yield_now"]),
    (&["javascript", "typescript"], &[]),
];

/// Whether what a call gives does nothing before it is awaited, unlike a promise.
pub(super) fn starts_late(context: &Context<'_>) -> bool {
    context.in_language(LAZY_FUNCTIONS).is_some_and(|known| !known.is_empty())
}

/// Whether a call gives a promise, coroutine or future.
pub(super) fn gives_awaitable(context: &Context<'_>, call: NodeId) -> bool {
    let tree = context.tree;
    let Some(callee) = tree.child(call, Role::Callee) else { return false };
    let Some(known) = context.in_language(LAZY_FUNCTIONS) else { return false };
    if let Some(foreign) = context.callees.of_call(call) {
        return foreign.signature.is_async && !foreign.signature.is_generator;
    }
    match tree.kind(callee) {
        Kind::Name if context.facts.bindings.resolve(callee).is_some() => is_local(context, callee),
        Kind::Name => {
            let signature = context.environment.signature(tree.name(callee));
            signature.is_some_and(|it| it.is_async && !it.is_generator)
                || is_known(context, callee, known)
        }
        Kind::Member => {
            let receiver = tree.child(callee, Role::Receiver);
            let is_own = receiver.is_some_and(|receiver| {
                tree.kind(receiver) == Kind::Name && matches!(tree.name(receiver), "self" | "this")
            });
            if is_own {
                context.environment.is_async_method(tree.name(callee))
            } else {
                is_known(context, callee, known)
            }
        }
        _ => false,
    }
}

/// Whether a name means an async function of the unit's own.
fn is_local(context: &Context<'_>, callee: NodeId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let Some(id) = bindings.resolve(callee) else { return false };
    let mut definitions = bindings.definitions(id);
    let (Some(only), None) = (definitions.next(), definitions.next()) else { return false };
    let parent = tree.node(only).parent;
    let function = match tree.kind(parent) {
        Kind::Function => Some(parent),
        Kind::Declare => {
            tree.child(parent, Role::Value).filter(|it| tree.kind(*it) == Kind::Lambda)
        }
        _ => None,
    };
    function.is_some_and(|it| {
        let flags = tree.flags(it);
        let is_generator = flags.has(Flags::GENERATOR)
            || tree.descendants(it).any(|inner| tree.kind(inner) == Kind::Yield);
        flags.has(Flags::ASYNC)
            && !flags.has(Flags::STUB)
            && !is_generator
            && tree.kind(tree.node(it).parent) != Kind::Decorated
    })
}

fn is_known(context: &Context<'_>, callee: NodeId, known: &[&str]) -> bool {
    let last = context.tree.name(callee);
    known.iter().any(|it| ends_in(it, last))
        && context.paths().of(callee).is_some_and(|path| known.contains(&&*path))
}
