//! `perf/sequential-awaits`.

use crate::facts::{BindingId, Entry};
use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/sequential-awaits",
    category: Category::Perf,
    summary: "Two requests wait for each other though neither needs the other",
    severity: Severity::Information,
    confidence: 0.7,
    languages: &["python", "javascript", "typescript", "rust"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports an `await` of a call that reads something, followed right away by another whose arguments have nothing to do with the first.",
        why: "The second starts only when the first is done: the time of both adds up, where it could be the longer of the two.",
        fix: "Start both and await them together (`Promise.all`, `asyncio.gather`, `tokio::try_join!`). The fix does so in JavaScript and TypeScript, and in Python where the module imports `asyncio`.",
        limits: "Only calls whose names say that they read are looked at, on receivers that do several things at a time; whether a server minds two requests at once is not known.",
        references: &["https://docs.python.org/3/library/asyncio-task.html#asyncio.gather"],
    },
    examples: &[
        Example::bad(
            "python",
            "async def page(api):
    user = await api.get_user()
           ^^^^^^^^^^^^^^^^^^^^ one after the other
    posts = await api.get_posts()
    return user, posts
",
        ),
        Example::fixed(
            "python",
            "import asyncio


async def page(api, name):
    rates = await api.fetch_rates(name)
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ one after the other
    stock = await api.fetch_stock(name)
    total = await api.get_total(rates)
    return rates, stock, total
",
            "import asyncio


async def page(api, name):
    rates, stock = await asyncio.gather(api.fetch_rates(name), api.fetch_stock(name))
    total = await api.get_total(rates)
    return rates, stock, total
",
        ),
        Example::bad(
            "python",
            "async def page(api, name):
    rates = await api.fetch_rates(name)
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ one after the other
    stock = await api.fetch_stock(name)
    return rates, stock
",
        ),
        Example::good(
            "python",
            "async def page(api):
    user = await api.get_user()
    posts = await api.get_posts(user.name)
    return user, posts
",
        ),
        Example::good(
            "python",
            "async def page(stream):
    head = await stream.read_head()
    body = await stream.read_body()
    return head, body
",
        ),
        Example::fixed(
            "javascript",
            "async function page(api) {
  const user = await api.getUser();
               ^^^^^^^^^^^^^^^^^^^ one after the other
  const { posts } = await api.getPosts();
  return { user, posts };
}
",
            "async function page(api) {
  const [user, { posts }] = await Promise.all([api.getUser(), api.getPosts()]);
  return { user, posts };
}
",
        ),
        Example::good(
            "javascript",
            "async function page(api) {
  const { user, key } = await api.getUser();
  const posts = await api.getPosts(key);
  return { user, posts };
}
",
        ),
        Example::fixed(
            "javascript",
            "const page = async (name) => {
  const rates = await fetchRates(name);
                ^^^^^^^^^^^^^^^^^^^^^^ one after the other
  const stock = await fetchStock(name);
  return [rates, stock];
};
",
            "const page = async (name) => {
  const [rates, stock] = await Promise.all([fetchRates(name), fetchStock(name)]);
  return [rates, stock];
};
",
        ),
        Example::good(
            "javascript",
            "async function page(api) {
  const user = await api.getUser();
  const posts = await api.getPosts(user.name);
  return { user, posts };
}
",
        ),
        Example::good(
            "javascript",
            "async function page(url) {
  const response = await fetch(url);
  const body = await response.json();
  return body;
}
",
        ),
        Example::fixed(
            "typescript",
            "async function page(api) {
  const user = await api.getUser();
               ^^^^^^^^^^^^^^^^^^^ one after the other
  const posts = await api.getPosts();
  return { user, posts };
}
",
            "async function page(api) {
  const [user, posts] = await Promise.all([api.getUser(), api.getPosts()]);
  return { user, posts };
}
",
        ),
        Example::fixed(
            "typescript",
            "const page = async (name) => {
  const rates = await fetchRates(name);
                ^^^^^^^^^^^^^^^^^^^^^^ one after the other
  const stock = await fetchStock(name);
  return [rates, stock];
};
",
            "const page = async (name) => {
  const [rates, stock] = await Promise.all([fetchRates(name), fetchStock(name)]);
  return [rates, stock];
};
",
        ),
        Example::good(
            "typescript",
            "async function page(api) {
  const user = await api.getUser();
  const posts = await api.getPosts(user.name);
  return { user, posts };
}
",
        ),
        Example::good(
            "typescript",
            "async function page(url) {
  const response = await fetch(url);
  const body = await response.json();
  return body;
}
",
        ),
        Example::bad(
            "rust",
            "async fn page(api: &Api) -> (User, Posts) {
    let user = api.get_user().await;
               ^^^^^^^^^^^^^^^^^^^^ one after the other
    let posts = api.get_posts().await;
    (user, posts)
}
",
        ),
        Example::bad(
            "rust",
            "async fn page(api: &Api, name: &str) -> Result<Page> {
    let rates = api.fetch_rates(name).await?;
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^ one after the other
    let stock = api.fetch_stock(name).await?;
    Ok(Page { rates, stock })
}
",
        ),
        Example::good(
            "rust",
            "async fn page(api: &Api) -> (User, Posts) {
    let user = api.get_user().await;
    let posts = api.get_posts(&user).await;
    (user, posts)
}
",
        ),
        Example::good(
            "rust",
            "async fn page(connection: &mut Connection) -> (User, Posts) {
    let user = connection.get_user().await;
    let posts = connection.get_posts().await;
    (user, posts)
}
",
        ),
    ],
    kinds: &[Kind::Block],
    check,
};

/// First words of functions that read.
const READING: &[&str] = &[
    "fetch", "get", "load", "download", "lookup", "find", "search", "retrieve", "list", "query",
    "count",
];
/// Words of receivers that do one thing at a time.
const ORDERED: &[&str] = &[
    "page",
    "conn",
    "connection",
    "cursor",
    "tx",
    "trx",
    "transaction",
    "db",
    "session",
    "stream",
    "reader",
    "browser",
    "driver",
    "locator",
    "element",
    "socket",
    "client",
    "pool",
    "queue",
    "lock",
    "test",
    "redis",
    "store",
    "form",
    "request",
    "req",
    "body",
    "wrapper",
    "screen",
    "ctx",
];

const PYTHON: ByLanguage<()> = &[(&["python"], ())];
const JAVASCRIPT: ByLanguage<()> = &[(&["javascript", "typescript"], ())];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let statements: Vec<NodeId> = tree.children(id).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = statements.get(at..).filter(|it| !it.is_empty()) {
        let run = independent(context, rest);
        if let [one, other, ..] = *run.as_slice() {
            let run = rest.get(..run.len()).unwrap_or(&[]);
            found.push((one, other, gathered(context, run)));
        }
        at += run.len().max(1);
    }
    if context.is_test_code(id) {
        return;
    }
    for (one, other, fix) in found {
        let (shown, next) = (context.excerpt(one), context.excerpt(other));
        let report = context
            .report(one, format!("`{shown}` and `{next}` wait one after the other: their times add up, though neither needs the other"))
            .related(other, "the next one")
            .because("The second call is given nothing that the first one gave.");
        match fix {
            Some(edit) => report.fix("Await them together", Safety::Unsafe, vec![edit]).emit(),
            None => report.emit(),
        }
    }
}

/// The awaits of the statements at the start of a list, as long as each reads something and none
/// uses or sets what an earlier one gave.
fn independent(context: &Context<'_>, statements: &[NodeId]) -> Vec<NodeId> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let mut given: Vec<BindingId> = Vec::new();
    let mut run = Vec::new();
    for statement in statements {
        let Some(awaited) = awaited_read(context, *statement) else { break };
        let Some(target) = tree.child(*statement, Role::Target) else { break };
        let is_given = |it: NodeId| bindings.resolve(it).is_some_and(|it| given.contains(&it));
        if tree.descendants(*statement).any(is_given) {
            break;
        }
        let names = tree.descendants(target).chain([target]);
        given.extend(names.filter_map(|it| bindings.resolve(it)));
        run.push(awaited);
    }
    run
}

/// One statement in place of several, that awaits together what they await one by one.
fn gathered(context: &Context<'_>, statements: &[NodeId]) -> Option<(Span, String)> {
    let tree = context.tree;
    let (first, last) = (*statements.first()?, *statements.last()?);
    let is_python = context.in_language(PYTHON).is_some();
    let keyword = if is_python { "" } else { context.text(first).split_whitespace().next()? };
    let (mut targets, mut calls) = (Vec::new(), Vec::new());
    for statement in statements {
        let target = tree.child(*statement, Role::Target)?;
        let awaited = tree.child(*statement, Role::Value)?;
        let call = context.text(tree.child(awaited, Role::Value)?);
        if is_python && tree.kind(target) != Kind::Name {
            return None;
        }
        let target = context.text(target);
        // Nothing else, as a type, may stand in the statement.
        let plain = format!("{keyword} {target} = await {call}");
        if !context
            .text(*statement)
            .trim_end_matches(';')
            .split_whitespace()
            .eq(plain.split_whitespace())
        {
            return None;
        }
        targets.push(target);
        calls.push(call);
    }
    let (targets, calls) = (targets.join(", "), calls.join(", "));
    let text = if is_python {
        let imported = context.environment.entry("asyncio").and_then(Entry::import_path);
        if imported != Some("asyncio") {
            return None;
        }
        format!("{targets} = await asyncio.gather({calls})")
    } else {
        context.in_language(JAVASCRIPT)?;
        let end = if context.text(last).ends_with(';') { ";" } else { "" };
        format!("{keyword} [{targets}] = await Promise.all([{calls}]){end}")
    };
    let span = Span::new(tree.span(first).start, tree.span(last).end);
    Some((span, text))
}

/// The await of a statement that declares a variable, if it waits for a call that reads.
fn awaited_read(context: &Context<'_>, statement: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    if !matches!(tree.kind(statement), Kind::Declare | Kind::Assign) {
        return None;
    }
    let mut value = tree.child(statement, Role::Value)?;
    if tree.kind(value) == Kind::Propagate {
        value = tree.child(value, Role::Value)?;
    }
    let call = tree.child(value, Role::Value).filter(|_| tree.kind(value) == Kind::Await)?;
    let callee = tree.child(call, Role::Callee).filter(|_| tree.kind(call) == Kind::Call)?;
    let name = tree.name(callee).trim_start_matches('_');
    let is_read = READING.iter().any(|word| {
        name.strip_prefix(word)
            .is_some_and(|rest| rest.starts_with(|next: char| next == '_' || next.is_uppercase()))
    });
    let receiver = tree.child(callee, Role::Receiver).map_or("", |it| tree.text(it));
    let is_ordered = receiver
        .split(|it: char| !it.is_alphanumeric())
        .any(|word| ORDERED.iter().any(|it| word.to_ascii_lowercase().ends_with(it)));
    (is_read && !is_ordered).then_some(value)
}
