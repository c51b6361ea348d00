//! Cleaning up: which code lets things go, so that nobody could do anything about its errors.

use crate::ir::{Kind, NodeId, Role, Tree};

/// Functions that only clean up: when they fail, there is nothing left to do.
const CLEANING: &str = "close unlink remove rmtree rmdir delete drop kill terminate cancel abort \
    disconnect shutdown cleanup clear destroy dispose stop quit end release detach rollback \
    unsubscribe revoke flush join wait";

/// Functions that run when an object goes away, where nobody could handle an error.
const FINALIZERS: &[&str] = &["__del__", "drop", "__exit__", "__aexit__", "finalize"];

/// Whether the node stands in a function that runs when an object goes away.
pub fn is_in_finalizer(tree: &Tree, id: NodeId) -> bool {
    let mut functions = tree.ancestors(id).filter(|it| tree.kind(*it).is_function());
    functions.any(|it| {
        let name = tree.name(it);
        FINALIZERS.contains(&name) || name.starts_with('~') || is_cleaning_name(name)
    })
}

/// Whether all a block does is import, or call what cleans up.
pub fn only_cleans_up(tree: &Tree, block: NodeId) -> bool {
    let mut open: Vec<NodeId> = tree.children(block).collect();
    while let Some(statement) = open.pop() {
        let is_harmless = match tree.kind(statement) {
            Kind::Import | Kind::Empty | Kind::Delete => true,
            Kind::Assign => tree.child(statement, Role::Value).is_some_and(|value| {
                let callee = tree.child(value, Role::Callee);
                callee.is_some_and(|callee| tree.name(callee).contains("import"))
            }),
            Kind::If => {
                let branches = [Role::Then, Role::Else].map(|role| tree.child(statement, role));
                let blocks = branches.into_iter().flatten();
                let blocks = blocks.filter(|it| tree.kind(*it) == Kind::Block);
                open.extend(blocks.flat_map(|it| tree.children(it)));
                true
            }
            _ => is_cleaning(tree, statement),
        };
        if !is_harmless {
            return false;
        }
    }
    true
}

/// Whether the statement or expression is a call of what cleans up.
pub fn is_cleaning(tree: &Tree, id: NodeId) -> bool {
    let mut at = id;
    while matches!(tree.kind(at), Kind::ExpressionStatement | Kind::Await | Kind::Propagate) {
        let Some(inner) = tree.children(at).next() else { return false };
        at = inner;
    }
    let callee = (tree.kind(at) == Kind::Call).then(|| tree.child(at, Role::Callee)).flatten();
    callee.is_some_and(|callee| is_cleaning_name(tree.name(callee)))
}

/// `close`, `close_all`, `mysql_drop_db`, `removeListener`, `unlinkSync`
pub fn is_cleaning_name(name: &str) -> bool {
    let begins =
        |word: &str| name.strip_prefix(word).is_some_and(|it| it.starts_with(char::is_uppercase));
    let mut cleaning = CLEANING.split_whitespace();
    cleaning.any(|word| begins(word) || name.split('_').any(|part| part == word))
}
