//! `bug/floating-promise`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Flags, Kind, NodeId};
use crate::rules::awaiting::{gives_awaitable, starts_late};
use crate::rules::signatures::place_of_callee;
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/floating-promise",
    category: Category::Bug,
    summary: "A promise that nobody waits for",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["javascript", "typescript"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports a call of an async function whose promise is dropped: neither awaited, returned, stored nor given a handler.",
        why: "What comes after it does not wait for it, and when it fails, nobody hears of it; Node ends the process.",
        fix: "Await it, give it a `.catch(…)`, or write `void` before it to say that nobody is to wait.",
        limits: "Functions of the same file, and methods called on `this`, are known, and those of other files of the workspace that are imported or whose class is known. A call outside of any function starts a program, and is left alone.",
        references: &["https://typescript-eslint.io/rules/no-floating-promises/"],
    },
    examples: &[
        Example::fixed(
            "javascript",
            "async function save(order) {
  await write(order);
}
async function place(order) {
  save(order);
  ^^^^^^^^^^^ nobody waits for
  return order;
}
",
            "async function save(order) {
  await write(order);
}
async function place(order) {
  await save(order);
  return order;
}
",
        ),
        Example::fixed(
            "javascript",
            "class Shop {
  async save() {
    await write(this);
  }
  async close() {
    this.save();
    ^^^^^^^^^^^ nobody waits for
    this.open = false;
  }
}
",
            "class Shop {
  async save() {
    await write(this);
  }
  async close() {
    await this.save();
    this.open = false;
  }
}
",
        ),
        Example::good(
            "javascript",
            "async function save(order) {
  await write(order);
}
function place(order) {
  void save(order);
  save(order).catch(report);
  return save(order);
}
",
        ),
        Example::good(
            "javascript",
            "async function main() {
  await run();
}
main();
",
        ),
        Example::fixed(
            "typescript",
            "async function save(order) {
  await write(order);
}
async function place(order) {
  save(order);
  ^^^^^^^^^^^ nobody waits for
  return order;
}
",
            "async function save(order) {
  await write(order);
}
async function place(order) {
  await save(order);
  return order;
}
",
        ),
        Example::fixed(
            "typescript",
            "class Shop {
  async save() {
    await write(this);
  }
  async close() {
    this.save();
    ^^^^^^^^^^^ nobody waits for
    this.open = false;
  }
}
",
            "class Shop {
  async save() {
    await write(this);
  }
  async close() {
    await this.save();
    this.open = false;
  }
}
",
        ),
        Example::good(
            "typescript",
            "async function save(order) {
  await write(order);
}
function place(order) {
  void save(order);
  save(order).catch(report);
  return save(order);
}
",
        ),
        Example::good(
            "typescript",
            "async function main() {
  await run();
}
main();
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// What makes a promise in every program, by path.
const PROMISES: &[&str] = &[
    "fetch",
    "Promise.all",
    "Promise.allSettled",
    "Promise.any",
    "Promise.race",
    "Promise.reject",
];

/// Whether a call makes a promise by its name, or goes on with one without handling its error:
/// `load().then(show)`.
fn makes_promise(context: &Context<'_>, call: NodeId) -> bool {
    let is_known = context.called(call).is_some_and(|path| PROMISES.contains(&path.as_ref()));
    let continues = context.method(call).is_some_and(|(receiver, name)| {
        name == "then"
            && context.tree.kind(receiver) == Kind::Call
            && !context.text(receiver).starts_with("Promise.resolve(")
            && !context.is_test_code(call)
            && context.arguments(call).len() == 1
    });
    is_known || continues
}

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_dropped = tree.kind(tree.node(id).parent) == Kind::ExpressionStatement;
    let function = tree.enclosing_function(id);
    let is_inside = tree.kind(function).is_function();
    let gives = || gives_awaitable(context, id) || makes_promise(context, id);
    if !is_dropped || !is_inside || starts_late(context) || !gives() {
        return;
    }
    let call = context.excerpt(id);
    let place = place_of_callee(context, id);
    let can_await = tree.flags(function).has(Flags::ASYNC);
    let start = tree.span(id).start;
    let mut report = context
        .report(id, format!("nobody waits for `{call}`, nor hears when it fails"))
        .because(format!("The function{place} is async, and its promise is dropped."))
        .elsewhere(id, "the async function");
    if can_await {
        let edit = (Span::new(start, start), "await ".to_owned());
        report = report.fix("Await the call", Safety::Unsafe, vec![edit]);
    }
    report.emit();
}
