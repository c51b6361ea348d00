//! Purity: whether an expression can be evaluated twice with the same outcome, and whether two
//! pieces of code mean the same.

use super::Bindings;
use crate::ir::{Kind, NodeId, Operator, Role, Tree};

/// Whether evaluating the expression changes nothing and gives the same value each time, as far as
/// its form tells: it holds no call, assignment, suspension or opaque part.
pub fn is_repeatable(tree: &Tree, id: NodeId) -> bool {
    tree.descendants(id).chain([id]).all(|it| {
        tree.node(it).operator != Operator::Receive
            && !matches!(
                tree.kind(it),
                Kind::Call
                    | Kind::Macro
                    | Kind::Assign
                    | Kind::Update
                    | Kind::Await
                    | Kind::Yield
                    | Kind::LetCondition
                    | Kind::Delete
                    | Kind::Lambda
                    | Kind::Function
                    | Kind::Spawn
                    | Kind::Send
                    | Kind::Goto
                    | Kind::Comprehension
                    | Kind::Markup
                    | Kind::Other
                    | Kind::Error
            )
    })
}

/// Whether two subtrees say the same and their names mean the same: each pair of names resolves to
/// one binding, or to bindings of the two subtrees' own that correspond.
pub fn is_same_meaning(tree: &Tree, bindings: &Bindings, a: NodeId, b: NodeId) -> bool {
    if !tree.is_same(a, b) {
        return false;
    }
    let declared = |name| {
        let binding = bindings.resolve(name)?;
        bindings.binding(binding).map(|it| it.declared_at)
    };
    let pairs = tree.descendants(a).chain([a]).zip(tree.descendants(b).chain([b]));
    pairs.filter(|(left, _)| tree.kind(*left) == Kind::Name).all(|(left, right)| {
        match (declared(left), declared(right)) {
            (None, None) => true,
            (Some(left), Some(right)) => {
                left == right
                    || (tree.is_within(left, a)
                        && tree.is_within(right, b)
                        && left.0 - a.0 == right.0 - b.0)
            }
            _ => false,
        }
    })
}

/// Whether something in capitals is called in the code, and is no variable of it: by its name a
/// macro, which may assign variables that the call does not even mention.
pub fn calls_macro(tree: &Tree, bindings: &Bindings, code: NodeId) -> bool {
    tree.descendants(code).filter(|it| tree.kind(*it) == Kind::Call).any(|call| {
        let callee = tree.child(call, Role::Callee).filter(|it| tree.kind(*it) == Kind::Name);
        callee.is_some_and(|callee| {
            let name = tree.name(callee);
            name.len() > 1
                && !name.contains(char::is_lowercase)
                && bindings.resolve(callee).is_none()
        })
    })
}
