//! Which function a call calls, and what that takes: what the rules about arguments share.

use super::Context;
use crate::facts::{BindingKind, Signature};
use crate::ir::{Flags, Kind, NodeId, Role};

/// How the function is called that a call names, if the file has but one by that name, or it is
/// sure which one of another file it is.
pub(super) fn of_callee<'a>(context: &Context<'a>, call: NodeId) -> Option<&'a Signature> {
    let tree = context.tree;
    let callee = tree.child(call, Role::Callee)?;
    let name = tree.name(callee);
    if tree.flags(call).has(Flags::CONSTRUCT) {
        return None;
    }
    if let Some(foreign) = context.callees.of_call(call) {
        return Some(&foreign.signature);
    }
    match tree.kind(callee) {
        Kind::Name => {
            let bindings = &context.facts.bindings;
            let binding = bindings.resolve(callee).and_then(|it| bindings.binding(it));
            // A variable or parameter of that name is another function.
            let is_function = binding.is_none_or(|it| it.kind == BindingKind::Function);
            context.environment.signature(name).filter(|_| is_function)
        }
        // Java's methods are called by their mere name.
        Kind::Attribute => context.environment.method(name),
        Kind::Member => {
            let receiver = tree.child(callee, Role::Receiver)?;
            let is_own = matches!(context.text(receiver), "self" | "this" | "cls");
            context.environment.method(name).filter(|_| is_own)
        }
        _ => None,
    }
}

/// Where the function that a call calls is declared, for a message: nothing where that is the same
/// file.
pub(super) fn place_of_callee(context: &Context<'_>, call: NodeId) -> String {
    let foreign = context.callees.of_call(call);
    foreign.map_or_else(String::new, |it| format!(" in `{}`", it.file_name()))
}
