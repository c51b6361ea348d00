//! `perf/sequential-await-in-loop`.

use crate::facts::control_flow::is_async;
use crate::facts::loops;
use crate::findings::{Category, Severity};
use crate::ir::{Access, Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/sequential-await-in-loop",
    category: Category::Perf,
    summary: "A loop awaits independent requests one after the other",
    severity: Severity::Information,
    confidence: 0.6,
    languages: &["python", "javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports loops that await one request per element where no round needs what an \
               earlier one gave: only results are collected.",
        why: "Each request waits for the one before it, so that the loop takes the sum of all \
              their times. Started together they take about as long as the slowest.",
        fix: "Start all requests and await them together: `asyncio.gather` or a `TaskGroup`, \
              `Promise.all`. Bound their number where there may be many.",
        limits: "Reports only calls whose names say that they read (`fetch`, `get`, `load` …), \
                 since the order of writes may matter. A server that limits requests may be a \
                 reason to wait; loops that pause, leave early or handle errors are not reported.",
        references: &[
            "https://docs.python.org/3/library/asyncio-task.html#running-tasks-concurrently",
            "https://eslint.org/docs/latest/rules/no-await-in-loop",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "async def download_all(urls):
    results = []
    for url in urls:
        results.append(await fetch(url))
                       ^^^^^^^^^^^^^^^^ each `fetch` waits for the one before
    return results
",
        ),
        Example::bad(
            "python",
            "async def names(client, ids):
    found = {}
    for id in ids:
        user = await client.get_user(id)
               ^^^^^^^^^^^^^^^^^^^^^^^^^ `asyncio.gather`
        found[id] = user.name
    return found
",
        ),
        Example::good(
            "python",
            "async def follow(urls):
    token = None
    for url in urls:
        token = await fetch(url, token)
    return token
",
        ),
        Example::good(
            "python",
            "async def first(urls):
    for url in urls:
        page = await fetch(url)
        if page:
            return page
",
        ),
        Example::bad(
            "javascript",
            "async function loadAll(ids) {
  const users = [];
  for (const id of ids) {
    users.push(await loadUser(id));
               ^^^^^^^^^^^^^^^^^^ each `loadUser` waits for the one before
  }
  return users;
}
",
        ),
        Example::bad(
            "javascript",
            "const sizes = async (paths) => {
  const result = {};
  for (const path of paths) {
    const text = await fs.promises.readFile(path);
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `Promise.all`
    result[path] = text.length;
  }
  return result;
};
",
        ),
        Example::good(
            "javascript",
            "async function saveAll(items) {
  for (const item of items) {
    await save(item);
  }
}
",
        ),
        Example::good(
            "javascript",
            "async function loadAll(ids) {
  return Promise.all(ids.map((id) => loadUser(id)));
}
",
        ),
        Example::bad(
            "typescript",
            "async function titles(urls: string[]): Promise<string[]> {
  const result: string[] = [];
  for (const url of urls) {
    const response = await fetch(url);
                     ^^^^^^^^^^^^^^^^ each `fetch` waits for the one before
    result.push(response.headers.title);
  }
  return result;
}
",
        ),
        Example::bad(
            "typescript",
            "async function fill(users: User[]): Promise<void> {
  for (const user of users) {
    user.avatar = await getAvatar(user.id);
                  ^^^^^^^^^^^^^^^^^^^^^^^^ waits for the one before
  }
}
",
        ),
        Example::good(
            "typescript",
            "async function any(urls: string[]): Promise<Page | undefined> {
  for (const url of urls) {
    try {
      return await fetchPage(url);
    } catch (error) {
      log(error);
    }
  }
}
",
        ),
        Example::good(
            "typescript",
            "async function walk(pages: string[]): Promise<void> {
  for (const page of pages) {
    const content = await fetch(page);
    await delay(100);
    show(content);
  }
}
",
        ),
    ],
    kinds: &[Kind::ForEach],
    check,
};

/// First words of functions that read: their order does not matter.
const READING: &[&str] = &[
    "fetch", "get", "load", "download", "request", "lookup", "resolve", "find", "stat", "lstat",
    "search", "retrieve", "readFile", "describe", "head", "exists",
];

/// Words of receivers that do one thing at a time, or whose state the calls move on.
const ORDERED: &[&str] = &[
    "page",
    "pages",
    "reader",
    "stream",
    "conn",
    "connection",
    "cursor",
    "tx",
    "transaction",
    "trx",
    "db",
    "retry",
    "retries",
    "attempt",
    "attempts",
    "chunk",
    "chunks",
    "step",
    "steps",
    "migration",
    "migrations",
    "batch",
    "batches",
    "part",
    "parts",
    "queue",
    "browser",
    "driver",
    "locator",
    "lock",
    "semaphore",
    "limiter",
    "throttle",
    "cache",
    "iterator",
    "mirrors",
    "candidates",
    "fallbacks",
    "test",
    "expect",
];

/// Methods that collect results.
const COLLECTING: &[&str] = &["append", "push", "add", "set", "extend", "update"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let flags = tree.flags(id);
    let (Some(body), Some(iterable)) = (tree.child(id, Role::Body), tree.child(id, Role::Iterable))
    else {
        return;
    };
    let function = tree.enclosing_function(id);
    if flags.has(Flags::ASYNC)
        || flags.has(Flags::OVER_KEYS)
        || !is_async(tree, function)
        || tree.flags(function).has(Flags::GENERATOR)
        || loops::has_few_rounds(tree, &context.facts.bindings, id)
    {
        return;
    }
    let Some((awaited, call)) = only_await(context, body) else { return };
    let Some(callee) = tree.child(call, Role::Callee) else { return };
    let depends = loops::depends_on_loop(tree, &context.facts.bindings, call, id);
    let ordered = [iterable, callee].iter().any(|it| has_ordered_word(tree.text(*it)))
        || tree.child(id, Role::Target).is_some_and(|it| has_ordered_word(tree.text(it)));
    if !depends || ordered || !reads(tree.name(callee)) || !is_independent(context, id, body) {
        return;
    }
    let name = tree.name(callee).to_owned();
    let together = context.knowledge().concurrent_await;
    context
        .report(
            awaited,
            format!("each `{name}` waits for the one before; start them all and await them together with {together}"),
        )
        .related(iterable, "the loop waits once for each of these")
        .because(format!("`{name}` is the only thing the loop awaits, and gets the loop's variable."))
        .because("No round reads what an earlier round wrote; results are only collected.")
        .because("One after the other, n requests take the sum of their times.")
        .emit();
}

/// The only await below the body, and the call it waits for.
fn only_await(context: &Context<'_>, body: NodeId) -> Option<(NodeId, NodeId)> {
    let tree = context.tree;
    let mut awaits = tree.descendants(body).filter(|it| tree.kind(*it) == Kind::Await);
    let (Some(only), None) = (awaits.next(), awaits.next()) else { return None };
    let call = tree.children(only).next().filter(|it| tree.kind(*it) == Kind::Call)?;
    Some((only, call))
}

/// Whether the rounds could run at the same time: the body neither leaves the loop nor does
/// anything but compute, collect, and fill in the loop's own element.
fn is_independent(context: &Context<'_>, loop_node: NodeId, body: NodeId) -> bool {
    let tree = context.tree;
    tree.descendants(body).all(|it| match tree.kind(it) {
        Kind::Break
        | Kind::Return
        | Kind::Yield
        | Kind::Raise
        | Kind::Try
        | Kind::With
        | Kind::While
        | Kind::ForEach
        | Kind::ForCount
        | Kind::Infinite
        | Kind::Switch
        | Kind::Macro
        | Kind::Delete
        | Kind::Update
        | Kind::Function
        | Kind::Other => false,
        Kind::ExpressionStatement => is_collecting(context, it),
        Kind::Assign => tree
            .child(it, Role::Target)
            .is_some_and(|target| is_own_place(context, target, loop_node)),
        Kind::Name => is_own_name(context, it, loop_node),
        _ => true,
    })
}

/// A statement that awaits, or adds to a collection.
fn is_collecting(context: &Context<'_>, statement: NodeId) -> bool {
    let tree = context.tree;
    let Some(expression) = tree.children(statement).next() else { return false };
    match tree.kind(expression) {
        // A request whose answer nobody looks at is there for its effect.
        Kind::Call => tree.child(expression, Role::Callee).is_some_and(|callee| {
            tree.kind(callee) == Kind::Member && COLLECTING.contains(&tree.name(callee))
        }),
        _ => false,
    }
}

/// Whether writing there concerns no other round: a variable of the round, a member of the loop's
/// element, or an element under a key of the round's own.
fn is_own_place(context: &Context<'_>, target: NodeId, loop_node: NodeId) -> bool {
    let tree = context.tree;
    let depends = |it| loops::depends_on_loop(tree, &context.facts.bindings, it, loop_node);
    match tree.kind(target) {
        Kind::Member => tree.child(target, Role::Receiver).is_some_and(depends),
        Kind::Index => {
            tree.child(target, Role::Index).is_some_and(depends)
                || tree.child(target, Role::Receiver).is_some_and(depends)
        }
        // Names are looked at one by one.
        _ => true,
    }
}

/// Whether a name is only read in the loop, or belongs to one round: it is written before it is
/// read, and nowhere outside.
fn is_own_name(context: &Context<'_>, name: NodeId, loop_node: NodeId) -> bool {
    let tree = context.tree;
    if tree.node(name).access == Access::Read {
        return true;
    }
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.resolve(name) else { return false };
    let occurrences = bindings.occurrences(binding);
    let stays_inside = occurrences.iter().all(|it| tree.is_within(*it, loop_node));
    // The first write may stand left of the value it gets.
    let first_is_write =
        occurrences.first().is_some_and(|it| tree.node(*it).access != Access::ReadWrite);
    let reads_itself = occurrences.iter().any(|it| {
        let statement = tree.node(name).parent;
        *it != name && tree.is_within(*it, statement) && tree.kind(statement) == Kind::Assign
    });
    stays_inside && first_is_write && !reads_itself
}

/// Whether the first word of a function's name says that it reads.
fn reads(name: &str) -> bool {
    READING.iter().any(|word| {
        name.strip_prefix(word).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(|next: char| next == '_' || next.is_uppercase())
        })
    })
}

/// Whether a word in the code names something that goes in order.
fn has_ordered_word(text: &str) -> bool {
    let words = text.split(|it: char| !it.is_alphanumeric());
    words.into_iter().any(|word| {
        ORDERED.iter().any(|ordered| {
            word.eq_ignore_ascii_case(ordered)
                || word.get(word.len().saturating_sub(ordered.len())..).is_some_and(|end| {
                    end.starts_with(char::is_uppercase) && end.eq_ignore_ascii_case(ordered)
                })
        })
    })
}
