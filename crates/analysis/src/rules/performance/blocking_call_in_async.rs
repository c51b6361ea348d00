//! `perf/blocking-call-in-async`.

use std::borrow::Cow;

use crate::facts::control_flow::is_async;
use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/blocking-call-in-async",
    category: Category::Perf,
    summary: "An async function calls something that blocks its thread",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports calls of functions known to block (sleeping, files, processes, requests) \
               whose nearest function is async.",
        why: "Async functions share a thread. While one blocks it, none of the others goes on: \
              servers stop answering, timers come late.",
        fix: "Await the async counterpart, or hand the call to another thread \
              (`asyncio.to_thread`, `spawn_blocking`). `time.sleep(x)` can be replaced by \
              `await asyncio.sleep(x)` at once, where `asyncio` is imported; that lets others run \
              in between, which is why the fix asks to be looked at.",
        limits: "Knows the standard libraries and a few well-known packages; blocking calls behind \
                 functions of one's own are not followed. Calls that take microseconds (`existsSync`) and tests, \
                 as far as they can be told, are left alone. A program that does one thing at a time \
                 loses nothing by blocking.",
        references: &[
            "https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code",
            "https://nodejs.org/en/learn/asynchronous-work/dont-block-the-event-loop",
            "https://docs.rs/tokio/latest/tokio/#cpu-bound-tasks-and-blocking-code",
        ],
    },
    examples: &[
        Example::fixed(
            "python",
            "import asyncio
import time

async def fetch_all(urls):
    for url in urls:
        await fetch(url)
        time.sleep(1)
        ^^^^^^^^^^^^^ `time.sleep` blocks the event loop in async `fetch_all`; use `asyncio.sleep`
",
            "import asyncio
import time

async def fetch_all(urls):
    for url in urls:
        await fetch(url)
        await asyncio.sleep(1)
",
        ),
        Example::bad(
            "python",
            "import requests

async def status(url):
    return requests.get(url).status_code
           ^^^^^^^^^^^^^^^^^ use an async HTTP client
",
        ),
        Example::bad(
            "python",
            "async def settings(path):
    return parse(open(path).read())
                 ^^^^^^^^^^^^^^^^^ `open().read` blocks the event loop in async `settings`; use `asyncio.to_thread`
",
        ),
        Example::good(
            "python",
            "from aiofiles import open

async def settings(path):
    return parse(await open(path).read())
",
        ),
        Example::good(
            "python",
            "import asyncio, time

async def pause():
    await asyncio.to_thread(time.sleep, 1)
    await asyncio.sleep(1)
",
        ),
        Example::good(
            "python",
            "import time

async def start(loop):
    def work():
        time.sleep(1)
    await loop.run_in_executor(None, work)
",
        ),
        Example::bad(
            "javascript",
            "import fs from 'node:fs';

async function handle(request) {
  return fs.readFileSync(request.path);
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `fs.readFileSync` blocks the event loop in async `handle`
}
",
        ),
        Example::bad(
            "javascript",
            "const { execSync } = require('child_process');

const revision = async () => execSync('git rev-parse HEAD');
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ use `child_process.exec`
",
        ),
        Example::good(
            "javascript",
            "import fs from 'node:fs';

const settings = fs.readFileSync('settings.json');
",
        ),
        Example::good(
            "javascript",
            "import fs from 'node:fs';

async function handle(request) {
  return await fs.promises.readFile(request.path);
}
",
        ),
        Example::bad(
            "typescript",
            "import { readFileSync } from 'fs';

class Files {
  async load(path: string): Promise<string> {
    return readFileSync(path, 'utf8');
           ^^^^^^^^^^^^^^^^^^^^^^^^^^ in async `load`
  }
}
",
        ),
        Example::bad(
            "typescript",
            "import * as crypto from 'crypto';

export async function hash(password: string, salt: string): Promise<Buffer> {
  return crypto.scryptSync(password, salt, 64);
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ use `crypto.scrypt`
}
",
        ),
        Example::good(
            "typescript",
            "import { readFileSync } from 'fs';

function load(path: string): string {
  return readFileSync(path, 'utf8');
}
",
        ),
        Example::good(
            "typescript",
            "import { readFile } from 'fs/promises';

const load = async (path: string): Promise<string> => readFile(path, 'utf8');
",
        ),
        Example::bad(
            "rust",
            "use std::thread;

async fn poll(client: &Client) {
    while !client.ready().await {
        thread::sleep(PAUSE);
        ^^^^^^^^^^^^^^^^^^^^ `std::thread::sleep` blocks the executor's thread in async `poll`
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn serve(path: PathBuf) {
    spawn(async move {
        let text = std::fs::read_to_string(&path);
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ use `tokio::fs::read_to_string`
        send(text).await;
    });
}
",
        ),
        Example::good(
            "rust",
            "async fn read(path: PathBuf) -> String {
    spawn_blocking(move || std::fs::read_to_string(path)).await
}
",
        ),
        Example::good(
            "rust",
            "#[cfg(test)]
mod tests {
    async fn wait() {
        std::thread::sleep(PAUSE);
    }
}

#[tokio::test]
async fn waits() {
    std::thread::sleep(PAUSE);
}
",
        ),
        Example::bad(
            "rust",
            "#[cfg(not(test))]
mod real {
    async fn wait() {
        std::thread::sleep(PAUSE);
        ^^^^^^^^^^^^^^^^^^^^^^^^^ in async `wait`
    }
}

#[cfg(test)]
mod tests {}

async fn wait() {
    std::thread::sleep(PAUSE);
    ^^^^^^^^^^^^^^^^^^^^^^^^^ in async `wait`
}
",
        ),
        Example::good("rust", "fn pause() {\n    std::thread::sleep(PAUSE);\n}\n"),
    ],
    kinds: &[Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let Some(path) = called(context, callee) else { return };
    let known = context.knowledge().blocking.iter().find(|(blocking, _)| *blocking == path);
    let Some((_, instead)) = known else { return };
    let function = tree.enclosing_function(id);
    if !is_async(tree, function) && !answers_requests(context, function)
        || is_default(context, id, function)
    {
        return;
    }
    // Who unwraps what files and sockets give in `main` writes an example.
    let parent = tree.node(id).parent;
    let is_unwrapped =
        tree.kind(parent) == Kind::Member && matches!(tree.name(parent), "unwrap" | "expect");
    let is_example = is_unwrapped && tree.name(function) == "main";
    if tree.kind(parent) == Kind::Await || is_example || context.is_test_code(id) {
        return;
    }
    let knowledge = context.knowledge();
    let shown = path.replace('.', knowledge.path_separator);
    let place = match tree.name(function) {
        "" if is_async(tree, function) => "async code".to_owned(),
        "" => "a server's handler".to_owned(),
        name => format!("async `{name}`"),
    };
    let what = knowledge.async_runner;
    let fix = replacement(context, id, callee, &path, instead);
    let instead =
        if instead.contains([' ', '`']) { (*instead).to_owned() } else { format!("`{instead}`") };

    let mut report = context
        .report(id, format!("`{shown}` blocks {what} in {place}; use {instead}"))
        .because(format!("`{shown}` is known to keep its thread until it is done."))
        .because(format!("The nearest function around it is {place}, which shares its thread."));
    if let Some(name) = tree.child(function, Role::Name) {
        report = report.related(name, "the async function");
    }
    if let Some((span, text)) = fix {
        let title = format!("Replace `{shown}` with `{text}`");
        report = report.fix(title, Safety::Unsafe, vec![(span, text)]);
    }
    report.emit();
}

/// The path of what is called; of a method of what another call gives, that call's path, `()` and
/// the method: `open().read`.
fn called<'a>(context: &Context<'a>, callee: NodeId) -> Option<Cow<'a, str>> {
    let tree = context.tree;
    let paths = context.paths();
    if let Some(path) = paths.of(callee) {
        return Some(path);
    }
    let receiver = tree.child(callee, Role::Receiver).filter(|it| tree.kind(*it) == Kind::Call)?;
    let maker = paths.of(tree.child(receiver, Role::Callee)?)?;
    Some(Cow::Owned(format!("{maker}().{}", tree.name(callee))))
}

/// Whether a function answers requests, by its parameters: JavaScript's servers call their handlers
/// on the one thread that serves everybody.
fn answers_requests(context: &Context<'_>, function: NodeId) -> bool {
    let tree = context.tree;
    let names: Vec<&str> = tree
        .children_with(function, Role::Parameter)
        .filter_map(|it| tree.child(it, Role::Target))
        .map(|it| tree.name(it))
        .collect();
    context.in_language(&[(&["javascript", "typescript"], ())]).is_some()
        && matches!(names.as_slice(), ["req" | "request", "res" | "response" | "reply", ..])
}

/// Whether the call gives a parameter's default, which is evaluated where the function is made.
fn is_default(context: &Context<'_>, id: NodeId, function: NodeId) -> bool {
    let tree = context.tree;
    let mut inside = tree.ancestors(id).take_while(|it| *it != function);
    inside.any(|it| matches!(tree.kind(it), Kind::Parameter | Kind::Decorator))
}

/// The awaited counterpart of the same name, if it takes the callee's place as it stands and the
/// file imports its module.
fn replacement(
    context: &Context<'_>,
    id: NodeId,
    callee: NodeId,
    path: &str,
    instead: &str,
) -> Option<(Span, String)> {
    let tree = context.tree;
    let (module, _) = instead.split_once('.')?;
    let is_same_function = path.rsplit('.').next() == instead.rsplit('.').next();
    let is_imported = context.environment.entry(module)?.import_path() == Some(module);
    // A local variable of the module's name would hide it.
    let is_hidden = tree.symbol(module).is_some_and(|symbol| {
        context.facts.bindings.iter().any(|(_, binding)| binding.symbol == symbol)
    });
    let stands_alone = tree.kind(tree.node(id).parent) == Kind::ExpressionStatement;
    (is_same_function && is_imported && !is_hidden && stands_alone)
        .then(|| (tree.span(callee), format!("await {instead}")))
}
