//! `perf/sequential-await-in-loop`.

use crate::findings::{Category, Severity};
use crate::ir::{Access, Flags, Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/sequential-await-in-loop",
    category: Category::Perf,
    summary: "A loop awaits one by one what could run side by side",
    severity: Severity::Information,
    confidence: 0.65,
    languages: &["python", "javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports loops that await one call per element, where no round needs what an earlier \
               one gave.",
        why: "Each round waits for the one before, so the loop takes as long as all calls \
              together; started side by side, it takes as long as the slowest.",
        fix: "Start all calls, then await them together: `asyncio.gather` or a `TaskGroup` in \
              Python, `Promise.all` in JavaScript. Limit how many run at once if there are many.",
        limits: "Whether the calls may run side by side (order, rate limits, transactions) only \
                 the author knows; so the rule is not among the recommended ones. Loops that stop \
                 early, catch errors, or carry a value from round to round are not reported.",
        references: &["https://docs.python.org/3/library/asyncio-task.html#asyncio.gather"],
    },
    examples: &[
        Example::bad(
            "python",
            "async def fetch_all(client, urls):
    pages = []
    for url in urls:
        pages.append(await client.fetch(url))
                     ^^^^^^^^^^^^^^^^^^^^^^^ waits for the one before
    return pages
",
        ),
        Example::bad(
            "python",
            "async def notify(users, text):
    for user in users:
        await send_mail(user.address, text)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ waits for the one before
",
        ),
        Example::good(
            "python",
            "import asyncio

async def fetch_all(client, urls):
    return await asyncio.gather(*(client.fetch(url) for url in urls))
",
        ),
        Example::good(
            "python",
            "async def walk(client, pages):
    cursor = None
    for page in pages:
        cursor = await client.fetch(page, cursor)
    for page in pages:
        if await client.has(page):
            return page
",
        ),
        Example::bad(
            "javascript",
            "async function loadAll(ids) {
  const rows = [];
  for (const id of ids) {
    rows.push(await load(id));
              ^^^^^^^^^^^^^^ waits for the one before
  }
  return rows;
}
",
        ),
        Example::bad(
            "javascript",
            "async function removeAll(api, keys) {
  for (const key of keys) {
    await api.remove(key);
    ^^^^^^^^^^^^^^^^^^^^^ waits for the one before
  }
}
",
        ),
        Example::good(
            "javascript",
            "const loadAll = async (ids) => Promise.all(ids.map((id) => load(id)));\n",
        ),
        Example::good(
            "javascript",
            "async function first(ids) {
  for (const id of ids) {
    const row = await load(id);
    if (row) return row;
  }
}
",
        ),
        Example::bad(
            "typescript",
            "async function save(rows: Row[]): Promise<void> {
  for (const row of rows) {
    await store(row);
    ^^^^^^^^^^^^^^^^ waits for the one before
  }
}
",
        ),
        Example::bad(
            "typescript",
            "async function names(ids: number[]): Promise<string[]> {
  const result: string[] = [];
  for (const id of ids) {
    const user = await load(id);
                 ^^^^^^^^^^^^^^ waits for the one before
    result.push(user.name);
  }
  return result;
}
",
        ),
        Example::good(
            "typescript",
            "async function f(xs: AsyncIterable<number>) { for await (const x of xs) { await g(x); } }\n",
        ),
        Example::good(
            "typescript",
            "async function f(xs: number[]) { for (const x of xs) { try { await g(x); } catch (e) { log(e); } } }\n",
        ),
    ],
    kinds: &[Kind::ForEach],
    check,
};

/// Calls whose point is to wait.
const WAITS: &[&str] =
    &["sleep", "delay", "wait", "setTimeout", "drain", "acquire", "release", "tick"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(body) = tree.child(id, Role::Body) else { return };
    if tree.flags(id).has(Flags::ASYNC) || tree.flags(id).has(Flags::OVER_KEYS) {
        return;
    }
    let mut awaits = own(tree, body).filter(|it| tree.kind(*it) == Kind::Await);
    let (Some(only), None) = (awaits.next(), awaits.next()) else { return };
    let Some(call) = tree.child(only, Role::Value).filter(|it| tree.kind(*it) == Kind::Call) else {
        return;
    };
    let name = tree.child(call, Role::Callee).map_or("", |it| tree.name(it));
    if WAITS.contains(&name)
        || !uses_element(context, id, call)
        || depends_on_rounds(context, id, body)
    {
        return;
    }
    let text = context.excerpt(call);
    context
        .report(only, format!("each `{text}` waits for the one before"))
        .related(id, "the loop")
        .because("No round of the loop uses what an earlier round computed.")
        .because(format!("`{text}` is awaited before the next one starts."))
        .emit();
}

/// The nodes of a loop's body that belong to it: not to functions in it.
fn own(tree: &Tree, body: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let mut skip_to = body;
    tree.descendants(body).filter(move |it| {
        if *it < skip_to {
            return false;
        }
        if tree.kind(*it).is_function() {
            skip_to = tree.node(*it).subtree_end;
            return false;
        }
        true
    })
}

/// Whether the call mentions a name that the loop binds.
fn uses_element(context: &Context<'_>, loop_node: NodeId, call: NodeId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let Some(target) = tree.child(loop_node, Role::Target) else { return false };
    let bound: Vec<_> =
        tree.descendants(target).chain([target]).filter_map(|it| bindings.resolve(it)).collect();
    tree.descendants(call).any(|it| bindings.resolve(it).is_some_and(|it| bound.contains(&it)))
}

/// Whether the order of rounds matters: an early exit, an error caught, a resource held, or a
/// variable of the outside that is written.
fn depends_on_rounds(context: &Context<'_>, loop_node: NodeId, body: NodeId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    own(tree, body).any(|it| match tree.kind(it) {
        Kind::Break
        | Kind::Return
        | Kind::Raise
        | Kind::Yield
        | Kind::Try
        | Kind::With
        | Kind::ForEach
        | Kind::ForCount
        | Kind::While
        | Kind::Update
        | Kind::Infinite => true,
        Kind::Name => {
            let writes =
                tree.node(it).access != Access::Read && tree.node(it).access != Access::Declare;
            writes
                && bindings.resolve(it).is_none_or(|binding| {
                    bindings.occurrences(binding).iter().any(|it| !tree.is_within(*it, loop_node))
                })
        }
        // A field or element that is written may be read by the next round.
        Kind::Assign => tree
            .child(it, Role::Target)
            .is_some_and(|target| matches!(tree.kind(target), Kind::Member)),
        _ => false,
    })
}
