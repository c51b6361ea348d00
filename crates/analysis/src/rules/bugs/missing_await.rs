//! `bug/missing-await`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, Role};
use crate::rules::awaiting::{gives_awaitable, starts_late};
use crate::rules::signatures::place_of_callee;
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/missing-await",
    category: Category::Bug,
    summary: "What an async function gives is used, or dropped, without being awaited",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python", "javascript", "typescript", "rust"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a call of an async function whose result is tested, compared, computed with or taken apart without `await`. In Python and Rust, where nothing runs before it is awaited, also a call whose result is dropped.",
        why: "The call gives a promise, coroutine or future, not the value. As a condition it is always true; as a number or text it is rubbish; dropped in Python or Rust, the function never runs at all.",
        fix: "Await the call, or hand it to something that awaits it.",
        limits: "Functions and methods of the same file are known, those of other files of the workspace that are imported or whose class is known, and some of the standard library. A promise that JavaScript code drops is `bug/floating-promise`'s business.",
        references: &[
            "https://typescript-eslint.io/rules/no-misused-promises/",
            "https://docs.python.org/3/library/asyncio-dev.html#detect-never-awaited-coroutines",
        ],
    },
    examples: &[
        Example::fixed(
            "python",
            "async def save(order):
    await write(order)

async def place(order):
    save(order)
    ^^^^^^^^^^^ so it never runs
    return order
",
            "async def save(order):
    await write(order)

async def place(order):
    await save(order)
    return order
",
        ),
        Example::fixed(
            "python",
            "class Shop:
    async def is_open(self):
        return await self.ask()

    async def enter(self):
        if self.is_open():
           ^^^^^^^^^^^^^^ so this test is always true
            return 'welcome'
",
            "class Shop:
    async def is_open(self):
        return await self.ask()

    async def enter(self):
        if await self.is_open():
            return 'welcome'
",
        ),
        Example::fixed(
            "python",
            "import asyncio

async def wait():
    asyncio.sleep(1)
    ^^^^^^^^^^^^^^^^ so it never runs
",
            "import asyncio

async def wait():
    await asyncio.sleep(1)
",
        ),
        Example::good(
            "python",
            "async def save(order):
    await write(order)

async def place(order):
    task = asyncio.create_task(save(order))
    await save(order)
    return task
",
        ),
        Example::good(
            "python",
            "async def lines(path):
    for line in open(path):
        yield line

@background
async def tell(order):
    await send(order)

def place(order):
    tell(order)
    return lines(order)
",
        ),
        Example::fixed(
            "javascript",
            "async function isOpen() {
  return ask();
}
async function enter() {
  if (isOpen()) welcome();
      ^^^^^^^^ so this test is always true
}
",
            "async function isOpen() {
  return ask();
}
async function enter() {
  if (await isOpen()) welcome();
}
",
        ),
        Example::fixed(
            "javascript",
            "class Shop {
  async orders() {
    return load();
  }
  async count() {
    return this.orders().length;
           ^^^^^^^^^^^^^ so it has no value yet
  }
}
",
            "class Shop {
  async orders() {
    return load();
  }
  async count() {
    return (await this.orders()).length;
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
  save(order).catch(report);
  const saved = save(order);
  return open() && save(order);
}
",
        ),
        Example::good(
            "javascript",
            "async function isOpen() {
  return ask();
}
async function enter() {
  if (await isOpen()) welcome();
  return Promise.all([isOpen(), isOpen()]);
}
",
        ),
        Example::fixed(
            "typescript",
            "async function isOpen() {
  return ask();
}
async function enter() {
  if (isOpen()) welcome();
      ^^^^^^^^ so this test is always true
}
",
            "async function isOpen() {
  return ask();
}
async function enter() {
  if (await isOpen()) welcome();
}
",
        ),
        Example::fixed(
            "typescript",
            "class Shop {
  async orders() {
    return load();
  }
  async count() {
    return this.orders().length;
           ^^^^^^^^^^^^^ so it has no value yet
  }
}
",
            "class Shop {
  async orders() {
    return load();
  }
  async count() {
    return (await this.orders()).length;
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
  save(order).catch(report);
  const saved = save(order);
  return open() && save(order);
}
",
        ),
        Example::good(
            "typescript",
            "async function isOpen() {
  return ask();
}
async function enter() {
  if (await isOpen()) welcome();
  return Promise.all([isOpen(), isOpen()]);
}
",
        ),
        Example::fixed(
            "rust",
            "async fn save(order: &Order) {
    write(order).await;
}
async fn place(order: &Order) {
    save(order);
    ^^^^^^^^^^^ so it never runs
}
",
            "async fn save(order: &Order) {
    write(order).await;
}
async fn place(order: &Order) {
    save(order).await;
}
",
        ),
        Example::fixed(
            "rust",
            "use tokio::time::sleep;

async fn wait() {
    sleep(SECOND);
    ^^^^^^^^^^^^^ so it never runs
}
",
            "use tokio::time::sleep;

async fn wait() {
    sleep(SECOND).await;
}
",
        ),
        Example::good(
            "rust",
            "fn check() {
    serve();
}

#[tokio::main(flavor = \"current_thread\")]
async fn serve() {
    listen().await;
}
",
        ),
        Example::good(
            "rust",
            "async fn save(order: &Order) {
    write(order).await;
}
async fn place(order: &Order) {
    let saved = save(order);
    spawn(save(order));
    saved.await
}
",
        ),
        Example::good(
            "rust",
            "async fn save(order: &Order) {
    write(order).await;
}
fn place(order: &Order) -> impl Future<Output = ()> {
    save(order)
}
",
        ),
        Example::good(
            "javascript",
            "class Shop {
  async load(order) { return await fetch(order); }
  async open(order, spare) {
    return await (this.load(order) ?? spare.load(order));
  }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Members that a promise, coroutine or future has itself.
const OWN_MEMBERS: &[&str] = &[
    "then",
    "catch",
    "finally",
    "cancel",
    "close",
    "send",
    "throw",
    "add_done_callback",
    "constructor",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.role(id) == Role::Callee || !gives_awaitable(context, id) {
        return;
    }
    let Some(consequence) = misuse(context, id) else { return };
    let call = context.excerpt(id);
    let place = place_of_callee(context, id);
    let can_await = tree.flags(tree.enclosing_function(id)).has(Flags::ASYNC);
    let edits = can_await.then(|| awaiting(context, id));
    let mut report = context
        .report(id, format!("`{call}` is not awaited, {consequence}"))
        .because(format!(
            "The function{place} is async: a call gives something to await, not its value."
        ))
        .elsewhere(id, "the async function");
    if let Some(edits) = edits {
        report = report.fix("Await the call", Safety::Unsafe, edits);
    }
    report.emit();
}

/// What comes of using the call as it stands, if that is wrong.
fn misuse(context: &Context<'_>, call: NodeId) -> Option<&'static str> {
    let tree = context.tree;
    let node = tree.node(call);
    let parent = node.parent;
    let is_truth = "so this test is always true";
    let has_no_value = "so it has no value yet";
    match (tree.kind(parent), node.role) {
        // A last expression without a semicolon is handed on.
        (Kind::ExpressionStatement, _) => {
            let is_dropped = starts_late(context)
                && (context.language.spec().line_comment == "#"
                    || tree.text(parent).trim_end().ends_with(';'));
            is_dropped.then_some("so it never runs")
        }
        _ if context.language.spec().knowledge.path_separator == "::" => None,
        // What is missing gives way to another promise: `(a?.load() ?? b.load())`.
        (Kind::Logical, _) if tree.node(parent).operator == Operator::Coalesce => None,
        (Kind::If | Kind::While | Kind::Ternary, Role::Condition) | (Kind::Logical, Role::Left) => {
            Some(is_truth)
        }
        (Kind::Unary, _) => match tree.node(parent).operator {
            Operator::Not => Some("so this test is always false"),
            Operator::Negate | Operator::Plus => Some(has_no_value),
            _ => None,
        },
        (Kind::Compare, _) => {
            (tree.node(parent).operator != Operator::InstanceOf).then_some(has_no_value)
        }
        (Kind::Binary | Kind::Template, _) | (Kind::Index, Role::Receiver) => Some(has_no_value),
        (Kind::Member, Role::Receiver) => {
            let name = tree.name(parent);
            let is_own =
                OWN_MEMBERS.contains(&name) || name.starts_with("__") || name.starts_with("cr_");
            (!is_own).then_some(has_no_value)
        }
        (Kind::Spread, _) => {
            let around = tree.kind(tree.node(parent).parent);
            matches!(around, Kind::List | Kind::Map | Kind::Set).then_some(has_no_value)
        }
        _ => None,
    }
}

/// The edits that await a call.
fn awaiting(context: &Context<'_>, call: NodeId) -> Vec<(Span, String)> {
    let tree = context.tree;
    let span = tree.span(call);
    let (before, after) = (Span::new(span.start, span.start), Span::new(span.end, span.end));
    let parent = tree.kind(tree.node(call).parent);
    if context.language.spec().knowledge.path_separator == "::" {
        return vec![(after, ".await".to_owned())];
    }
    let binds_tighter = matches!(parent, Kind::Member | Kind::Index);
    if binds_tighter && !tree.flags(call).has(Flags::PARENTHESIZED) {
        return vec![(before, "(await ".to_owned()), (after, ")".to_owned())];
    }
    vec![(before, "await ".to_owned())]
}
