//! `bug/async-callback`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/async-callback",
    category: Category::Bug,
    summary: "An async function is given to what does not wait for it",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports an async function that `forEach`, `filter`, `some`, `every`, `find` or `sort` calls for each element, and one that a promise is made with.",
        why: "What the function gives is a promise. `forEach` does not wait for it, to the others it counts as true, and an error in the function that makes a promise is lost.",
        fix: "Loop with `for … of` and `await`, or wait for `Promise.all` of a `map`; make a promise with a function that is not async.",
        limits: "Only functions that are written at the call are seen.",
        references: &[
            "https://typescript-eslint.io/rules/no-misused-promises/",
            "https://eslint.org/docs/latest/rules/no-async-promise-executor",
        ],
    },
    examples: &[
        Example::bad(
            "javascript",
            "users.forEach(async (user) => { await save(user); });
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "javascript",
            "const done = new Promise(async (resolve) => { resolve(await load()); });
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "javascript",
            "const valid = users.filter(async (user) => await check(user));
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "javascript",
            "await Promise.all(users.map(async (user) => { await save(user); }));
",
        ),
        Example::good(
            "javascript",
            "const done = new Promise((resolve) => { setTimeout(resolve, 10); });
",
        ),
        Example::bad(
            "typescript",
            "const any = users.some(async (user: User) => await check(user));
                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "typescript",
            "users.forEach(async (user: User): Promise<void> => { await save(user); });
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "typescript",
            "for (const user of users) { await save(user); }
",
        ),
        Example::good(
            "typescript",
            "const any = users.some((user: User) => check(user));
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Methods that call a function for each element, and take what it gives as an answer.
const ASKING: &[&str] =
    &["filter", "some", "every", "find", "findIndex", "findLast", "findLastIndex", "sort"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let arguments = context.arguments(id);
    let Some(function) = arguments.first().copied() else { return };
    if !tree.kind(function).is_function() || !tree.flags(function).has(Flags::ASYNC) {
        return;
    }
    let is_made =
        tree.flags(id).has(Flags::CONSTRUCT) && context.called(id).as_deref() == Some("Promise");
    let message = match context.method(id) {
        Some((_, "forEach")) => {
            "`forEach` does not wait for what an async function does".to_owned()
        }
        Some((receiver, method)) if ASKING.contains(&method) => {
            // Collections of other libraries may await what they are given.
            let is_wrapped =
                tree.kind(receiver) == Kind::Call && tree.text(receiver).contains("async");
            if is_wrapped {
                return;
            }
            format!("`{method}` takes the promise that an async function gives for its answer")
        }
        _ if is_made => "an error in an async function that makes a promise is lost".to_owned(),
        _ => return,
    };
    if context.is_in_test(id) && !is_made {
        return;
    }
    context
        .report(function, message)
        .because("An async function gives a promise at once, whatever it computes later.")
        .emit();
}
