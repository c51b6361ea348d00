//! Structured control flow: whether a statement can end normally.

use crate::ir::{Flags, Kind, NodeId, Role, Tree};

/// Whether control never passes the end of the statement or block: it returns, raises, jumps or
/// loops for ever.
pub fn never_ends(tree: &Tree, id: NodeId) -> bool {
    // Iterative: a frame per nested statement whose answer is still open would be needed for full
    // generality; walking blocks by their last statement covers what people write, and `if` and
    // `try`, which fan out, are kept on a stack of statements that must all never end.
    let mut must_all = vec![id];
    while let Some(part) = must_all.pop() {
        if is_conditional(tree, part) {
            return false;
        }
        match tree.kind(part) {
            Kind::Return | Kind::Raise | Kind::Break | Kind::Continue => {}
            Kind::Block => match last_statement(tree, part) {
                Some(last) => must_all.push(last),
                None => return false,
            },
            Kind::If => match (tree.child(part, Role::Then), tree.child(part, Role::Else)) {
                (Some(then), Some(otherwise)) => must_all.extend([then, otherwise]),
                _ => return false,
            },
            Kind::Infinite if !has_break(tree, part) => {}
            Kind::Try => {
                let Some(body) = tree.child(part, Role::Body) else { return false };
                let handlers: Vec<NodeId> = tree
                    .children(part)
                    .filter(|it| tree.kind(*it) == Kind::Catch)
                    .filter_map(|it| tree.child(it, Role::Body))
                    .collect();
                must_all.push(body);
                must_all.extend(handlers);
            }
            _ => return false,
        }
    }
    true
}

/// The last statement of a block that can be reached; an earlier one that never ends decides.
fn last_statement(tree: &Tree, block: NodeId) -> Option<NodeId> {
    let is_jump = |it: &NodeId| {
        matches!(tree.kind(*it), Kind::Return | Kind::Raise | Kind::Break | Kind::Continue)
    };
    tree.children(block).find(is_jump).or_else(|| tree.children(block).last())
}

/// Whether a `break` inside leaves this loop. A labelled one counts, since it may.
pub fn has_break(tree: &Tree, loop_node: NodeId) -> bool {
    let opaque = |it| tree.kind(it) == Kind::Macro && tree.text(it).contains("break");
    if tree.descendants(loop_node).any(opaque) {
        return true;
    }
    tree.descendants(loop_node).filter(|it| tree.kind(*it) == Kind::Break).any(|jump| {
        let is_labelled =
            tree.node(jump).symbol.is_some() || tree.child(jump, Role::Label).is_some();
        let target = tree.ancestors(jump).find(|it| {
            tree.kind(*it).is_loop()
                || tree.flags(*it).has(Flags::BREAKABLE)
                || tree.kind(*it).is_function()
        });
        is_labelled || target == Some(loop_node)
    })
}

/// Whether the code stands in a test, as far as its unit tells: the outermost function around it is
/// named so, or expects and asserts by call or macro.
pub fn is_in_test(tree: &Tree, id: NodeId) -> bool {
    let outermost = tree.ancestors(id).filter(|it| tree.kind(*it).is_function()).last();
    let Some(function) = outermost else { return false };
    let is_check = |it: NodeId| {
        let name = match tree.kind(it) {
            Kind::Macro => tree.name(it),
            Kind::Call => tree.child(it, Role::Callee).map_or("", |callee| tree.text(callee)),
            _ => return false,
        };
        name.starts_with("assert") || name == "expect" || name.starts_with("expect.")
    };
    tree.name(function).starts_with("test") || tree.descendants(function).any(is_check)
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

/// Whether an attribute stands before the statement, which may leave it out of the build.
pub fn is_conditional(tree: &Tree, statement: NodeId) -> bool {
    // In pre-order, an attribute, which has no inside, comes right before its statement.
    let before = NodeId(statement.0.saturating_sub(1));
    tree.kind(before) == Kind::Decorator && tree.node(before).parent == tree.node(statement).parent
}
