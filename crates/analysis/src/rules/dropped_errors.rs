//! How code drops errors: what the rules about errors ask of handlers and statements.

use super::Context;
use crate::facts::cleanup::is_cleaning_name;
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::suppression;
use crate::text::Span;

/// The call that drops an error and what it drops it of, where the statement does nothing else:
/// `attempt().catch(() => {});`, `attempt().ok();`
pub(super) fn dropped_by(context: &Context<'_>, id: NodeId) -> Option<(NodeId, NodeId)> {
    let tree = context.tree;
    let mut at = id;
    while matches!(tree.kind(at), Kind::ExpressionStatement | Kind::Await | Kind::Unary) {
        let part = tree.child(at, Role::Operand).or_else(|| tree.children(at).next());
        at = part?;
    }
    let callee = (tree.kind(at) == Kind::Call).then(|| tree.child(at, Role::Callee)).flatten();
    let callee = callee.filter(|it| tree.kind(*it) == Kind::Member)?;
    let attempt = tree.child(callee, Role::Receiver)?;
    let knowledge = context.knowledge();
    let arguments: Vec<NodeId> = tree.children_with(at, Role::Argument).collect();
    let is_dropped = match arguments.as_slice() {
        [] => {
            knowledge.error_droppers.contains(&tree.name(callee))
                && !may_be_dropped(context, attempt)
        }
        [handler] => {
            knowledge.rejection_handlers.contains(&tree.name(callee))
                && is_empty_function(context, *handler)
                && !is_awaited_elsewhere(context, attempt)
                && !cleans_or_imports(context, attempt)
        }
        _ => false,
    };
    (is_dropped && !is_machine_made(context, id)).then_some((at, attempt))
}

/// Whether it is common to drop what the attempt says: a channel or cell that is taken already, a
/// file of settings that need not be there, a macro that writes text.
fn may_be_dropped(context: &Context<'_>, attempt: NodeId) -> bool {
    const NAMES: &[&str] =
        &["dotenv", "send", "recv", "set", "init", "wait", "write_all", "write_str"];
    const BEGINNINGS: &[&str] = &["find", "probe", "compare_exchange"];
    let tree = context.tree;
    let callee = tree.child(attempt, Role::Callee).filter(|_| tree.kind(attempt) == Kind::Call);
    match callee {
        Some(callee) => {
            let name = tree.name(callee);
            NAMES.contains(&name) || BEGINNINGS.iter().any(|it| name.starts_with(it))
        }
        None => tree.kind(attempt) == Kind::Macro,
    }
}

/// `() => {}`, `function (error) {}`, without a comment.
fn is_empty_function(context: &Context<'_>, function: NodeId) -> bool {
    let tree = context.tree;
    let names_unused = |parameter| {
        let name = tree.text(parameter).to_lowercase();
        name.starts_with('_') || name.contains("ignore") || name.contains("unused")
    };
    tree.kind(function) == Kind::Lambda
        && tree.name(function).is_empty()
        && (tree.flags(function).has(Flags::IDLE)
            || tree.child(function, Role::Body).is_some_and(|body| is_empty(context, body)))
        && !tree.children_with(function, Role::Parameter).any(names_unused)
}

/// Whether the attempt loads a module that may be missing, or cleans up by a function made for it:
/// `promisify(fs.unlink)(path)`.
fn cleans_or_imports(context: &Context<'_>, attempt: NodeId) -> bool {
    let tree = context.tree;
    let is_import =
        |it: NodeId| tree.role(it) == Role::Callee && matches!(tree.text(it), "import" | "require");
    let made = tree.child(attempt, Role::Callee).filter(|it| tree.kind(*it) == Kind::Call);
    let cleans = |made: NodeId| {
        tree.children_with(made, Role::Argument).any(|it| is_cleaning_name(tree.name(it)))
    };
    made.is_some_and(cleans) || tree.descendants(attempt).any(is_import)
}

/// Whether the promise is kept where others wait for it too, and the handler only keeps the
/// runtime from complaining: a member, or a variable with further uses.
fn is_awaited_elsewhere(context: &Context<'_>, attempt: NodeId) -> bool {
    let bindings = &context.facts.bindings;
    match context.tree.kind(attempt) {
        Kind::Call | Kind::Lambda => false,
        Kind::Name => bindings
            .resolve(attempt)
            .is_none_or(|binding| bindings.uses(context.tree, binding).nth(1).is_some()),
        _ => true,
    }
}

/// Whether the handler stands on a line longer than anybody writes.
pub(super) fn is_machine_made(context: &Context<'_>, id: NodeId) -> bool {
    let source = context.tree.source();
    let start = context.tree.span(id).start as usize;
    let before = source.get(..start).and_then(|it| it.rsplit('\n').next()).map_or(0, str::len);
    let after = source.get(start..).and_then(|it| it.lines().next()).map_or(0, str::len);
    before + after > 300
}

/// Whether the attempt is named as one that may come to nothing: `try_lock`, `recv_timeout`.
pub(super) fn may_well_fail(context: &Context<'_>, attempt: NodeId) -> bool {
    let tree = context.tree;
    let callee = tree.child(attempt, Role::Callee);
    let name = callee.map_or("", |callee| tree.name(callee));
    name.starts_with("try_") || name.contains("timeout")
}

/// Whether nothing happens in a body.
pub(super) fn is_empty(context: &Context<'_>, body: NodeId) -> bool {
    let tree = context.tree;
    if tree.kind(body) == Kind::Tuple {
        return tree.children(body).next().is_none();
    }
    tree.kind(body) == Kind::Block
        && tree.children(body).all(|it| match tree.kind(it) {
            Kind::Empty => tree.children(it).next().is_none() && tree.text(it) != "debugger;",
            Kind::ExpressionStatement => tree.text(it).trim_end_matches(';') == "...",
            _ => false,
        })
}

/// Whether a comment stands in the handler, behind it on its last line, or on a line of its own
/// right before it.
pub(super) fn has_comment_near(context: &Context<'_>, id: NodeId) -> bool {
    let span = context.tree.span(id);
    let source = context.tree.source();
    let (before, after) = (source.get(..span.start as usize), source.get(span.end as usize..));
    let rest_of_line = after.and_then(|it| it.lines().next()).map_or(0, str::len) as u32;
    // From the start of the line before the handler's own.
    let mut lines = before.unwrap_or("").rsplitn(3, '\n').map(|line| line.len() as u32 + 1);
    let back = lines.next().unwrap_or(0) + lines.next().unwrap_or(0);
    let around = Span::new(span.start.saturating_sub(back), span.end + rest_of_line);
    let is_around = |it: &&Span| it.start >= around.start && it.start <= around.end;
    let mut comments = context.comments.iter().filter(is_around);
    comments.any(|it| !suppression::is_directive(it.of(source)))
}
