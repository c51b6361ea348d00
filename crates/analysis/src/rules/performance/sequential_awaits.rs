//! `perf/sequential-awaits`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/sequential-awaits",
    category: Category::Perf,
    summary: "Two requests wait for each other though neither needs the other",
    severity: Severity::Information,
    confidence: 0.7,
    languages: &["python", "javascript", "typescript", "rust"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports an `await` of a call that reads something, followed right away by another whose arguments have nothing to do with the first.",
        why: "The second starts only when the first is done: the time of both adds up, where it could be the longer of the two.",
        fix: "Start both and await them together (`Promise.all`, `asyncio.gather`, `tokio::try_join!`).",
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
        Example::bad(
            "javascript",
            "async function page(api) {
  const user = await api.getUser();
               ^^^^^^^^^^^^^^^^^^^ one after the other
  const posts = await api.getPosts();
  return { user, posts };
}
",
        ),
        Example::bad(
            "javascript",
            "const page = async (name) => {
  const rates = await fetchRates(name);
                ^^^^^^^^^^^^^^^^^^^^^^ one after the other
  const stock = await fetchStock(name);
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
        Example::bad(
            "typescript",
            "async function page(api) {
  const user = await api.getUser();
               ^^^^^^^^^^^^^^^^^^^ one after the other
  const posts = await api.getPosts();
  return { user, posts };
}
",
        ),
        Example::bad(
            "typescript",
            "const page = async (name) => {
  const rates = await fetchRates(name);
                ^^^^^^^^^^^^^^^^^^^^^^ one after the other
  const stock = await fetchStock(name);
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

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let statements: Vec<NodeId> = tree.children(id).collect();
    let mut last_reported = None;
    let mut found = Vec::new();
    for pair in statements.windows(2) {
        let [first, second] = *pair else { continue };
        let (Some(one), Some(other)) =
            (awaited_read(context, first), awaited_read(context, second))
        else {
            continue;
        };
        let named = |it: NodeId| {
            let target = tree.child(it, Role::Target);
            target.and_then(|target| {
                let mut names = tree.descendants(target).chain([target]);
                names.find_map(|name| bindings.resolve(name))
            })
        };
        let Some(given) = named(first) else { continue };
        let uses = tree.descendants(second).any(|it| bindings.resolve(it) == Some(given));
        if !uses && named(second) != Some(given) && last_reported != Some(first) {
            found.push((one, other));
        }
        last_reported = Some(second).filter(|_| !uses);
    }
    if context.is_test_code(id) {
        return;
    }
    for (one, other) in found {
        let (shown, next) = (context.excerpt(one), context.excerpt(other));
        context
            .report(one, format!("`{shown}` and `{next}` wait one after the other: their times add up, though neither needs the other"))
            .related(other, "the next one")
            .because("The second call is given nothing that the first one gave.")
            .emit();
    }
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
