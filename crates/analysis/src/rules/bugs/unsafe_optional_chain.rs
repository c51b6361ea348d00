//! `bug/unsafe-optional-chain`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/unsafe-optional-chain",
    category: Category::Bug,
    summary: "The outcome of an optional chain is used as if it were surely there",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports members of an optional chain in parentheses, `new`, spread into a list, taking apart and loops over what an optional chain gives.",
        why: "`?.` gives `undefined` where something is missing, and each of these raises a `TypeError` on `undefined`.",
        fix: "Go on with `?.`, or give a default: `a?.items ?? []`.",
        limits: "Only the chain itself is looked at, not variables that hold its outcome.",
        references: &["https://eslint.org/docs/latest/rules/no-unsafe-optional-chaining"],
    },
    examples: &[
        Example::bad(
            "javascript",
            "const f = (x) => (x?.c).d;
                 ^^^^^^^^
",
        ),
        Example::bad(
            "javascript",
            "const f = (o) => [...o?.xs];
                     ^^^^^
",
        ),
        Example::bad(
            "javascript",
            "const f = (o) => { const [a] = o?.xs; return a; };
                               ^^^^^
",
        ),
        Example::good(
            "javascript",
            "const f = (x) => (x?.c)?.d ?? x?.c.d;
",
        ),
        Example::good(
            "javascript",
            "const f = (o) => ({ ...o?.xs });
",
        ),
        Example::bad(
            "typescript",
            "const f = (x?: X) => (x?.c).d;
                     ^^^^^^^^
",
        ),
        Example::bad(
            "typescript",
            "function f(x?: X) { for (const y of x?.ys) { go(y); } }
                                    ^^^^^
",
        ),
        Example::good(
            "typescript",
            "const f = (x?: X) => (x?.c ?? NONE).d;
",
        ),
        Example::good(
            "typescript",
            "function f(x?: X) { for (const y of x?.ys ?? []) { go(y); } }
",
        ),
    ],
    kinds: &[Kind::Member, Kind::Index, Kind::Call, Kind::Spread, Kind::Declare, Kind::ForEach],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let found = match tree.kind(id) {
        Kind::Member | Kind::Index => tree
            .child(id, Role::Receiver)
            .filter(|it| {
                tree.flags(*it).has(Flags::PARENTHESIZED)
                    && !tree.flags(id).has(Flags::OPTIONAL)
                    && context.text(id).starts_with('(')
                    && !context.text(id).contains("!.")
            })
            .filter(|it| is_chain(context, *it))
            .map(|_| id),
        Kind::Call if tree.flags(id).has(Flags::CONSTRUCT) => tree.child(id, Role::Callee),
        Kind::Spread if matches!(tree.kind(tree.node(id).parent), Kind::List | Kind::Call) => {
            tree.children(id).next()
        }
        Kind::Declare
            if tree.child(id, Role::Target).is_some_and(|it| {
                matches!(tree.kind(it), Kind::List | Kind::Map | Kind::Pattern)
            }) =>
        {
            tree.child(id, Role::Value)
        }
        Kind::ForEach if !tree.flags(id).has(Flags::OVER_KEYS) => tree.child(id, Role::Iterable),
        _ => None,
    };
    let Some(found) = found.filter(|it| *it == id || is_chain(context, *it)) else { return };
    let text = context.excerpt(found);
    context
        .report(found, format!("`{text}` may be `undefined`, and this fails then"))
        .because("An optional chain gives `undefined` where something is missing.")
        .emit();
}

/// Whether an expression is a chain with `?.` in it.
fn is_chain(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let mut at = Some(id);
    while let Some(it) = at {
        if !matches!(tree.kind(it), Kind::Member | Kind::Index | Kind::Call)
            || tree.flags(it).has(Flags::CONSTRUCT)
        {
            return false;
        }
        if tree.flags(it).has(Flags::OPTIONAL) {
            return !context.text(id).ends_with('!');
        }
        at = tree.child(it, Role::Receiver).or_else(|| tree.child(it, Role::Callee));
    }
    false
}
