//! `perf/blocking-call-in-async`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/blocking-call-in-async",
    category: Category::Perf,
    summary: "A blocking call holds up everything else in an async function",
    severity: Severity::Warning,
    confidence: 0.92,
    languages: &["python", "javascript", "typescript", "rust"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports calls that are known to block the thread (sleeping, files, sockets, \
               subprocesses) directly inside an async function.",
        why: "An event loop runs many tasks on one thread. While one of them blocks, none of the \
              others runs: requests pile up and timers fire late.",
        fix: "Use the asynchronous counterpart, or hand the call to a thread \
              (`asyncio.to_thread`, `tokio::task::spawn_blocking`).",
        limits: "Only calls of well-known libraries are known, and only those that stand in the \
                 async function itself: one that hides in a helper is not followed.",
        references: &["https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code"],
    },
    examples: &[
        Example::fixed(
            "python",
            "import asyncio
import time

async def poll(job):
    while not job.done:
        time.sleep(1)
        ^^^^^^^^^^^^^ `time.sleep` blocks the event loop in async `poll`
",
            "import asyncio
import time

async def poll(job):
    while not job.done:
        await asyncio.sleep(1)
",
        ),
        Example::bad(
            "python",
            "from requests import get

async def load(url):
    return get(url).json()
           ^^^^^^^^ `requests.get` blocks
",
        ),
        Example::good(
            "python",
            "import asyncio
import time

async def poll(job):
    await asyncio.to_thread(time.sleep, 1)
    await asyncio.sleep(1)
",
        ),
        Example::good(
            "python",
            "import time

async def schedule(pool):
    def work():
        time.sleep(1)
    return await pool.run(work)
",
        ),
        Example::bad(
            "javascript",
            "import fs from 'fs';

export async function load(path) {
  return JSON.parse(fs.readFileSync(path));
                    ^^^^^^^^^^^^^^^^^^^^^ `fs.readFileSync` blocks the event loop in async `load`
}
",
        ),
        Example::bad(
            "javascript",
            "const { execSync } = require('child_process');

async function version() {
  return execSync('git --version');
         ^^^^^^^^^^^^^^^^^^^^^^^^^ `child_process.execSync` blocks
}
",
        ),
        Example::good(
            "javascript",
            "import { readFile } from 'fs/promises';

export async function load(path) {
  return JSON.parse(await readFile(path));
}
",
        ),
        Example::good(
            "javascript",
            "import fs from 'fs';

export function load(path) {
  return JSON.parse(fs.readFileSync(path));
}
",
        ),
        Example::bad(
            "typescript",
            "import { readFileSync } from 'node:fs';

export async function load(path: string): Promise<string> {
  return readFileSync(path, 'utf8');
         ^^^^^^^^^^^^^^^^^^^^^^^^^^ `fs.readFileSync` blocks
}
",
        ),
        Example::bad(
            "typescript",
            "import * as fs from 'fs';

const save = async (path: string, text: string) => {
  fs.writeFileSync(path, text);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `fs.writeFileSync` blocks
};
",
        ),
        Example::good(
            "typescript",
            "import { readFileSync } from 'node:fs';
export const load = (path: string): string => readFileSync(path, 'utf8');
",
        ),
        Example::good(
            "typescript",
            "function readFileSync(name: string): string { return name; }
export async function load(path: string) { return readFileSync(path); }
",
        ),
        Example::bad(
            "rust",
            "use std::thread;

async fn poll(job: &Job) {
    while !job.done() {
        thread::sleep(STEP);
        ^^^^^^^^^^^^^^^^^^^ `std.thread.sleep` blocks the event loop in async `poll`
    }
}
",
        ),
        Example::bad(
            "rust",
            "async fn load(path: &str) -> String {
    std::fs::read_to_string(path).unwrap()
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `std.fs.read_to_string` blocks
}
",
        ),
        Example::good(
            "rust",
            "async fn load(path: &str) -> String {\n    tokio::fs::read_to_string(path).await.unwrap()\n}\n",
        ),
        Example::good(
            "rust",
            "async fn load(path: String) -> String {
    spawn_blocking(move || std::fs::read_to_string(path).unwrap()).await
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let function = tree.enclosing_function(id);
    let is_awaited = tree.kind(tree.node(id).parent) == Kind::Await;
    if !tree.flags(function).has(Flags::ASYNC) || is_awaited {
        return;
    }
    let Some(path) = context.paths().of(callee) else { return };
    let blocking = context.knowledge().blocking.iter();
    let Some((path, instead)) = blocking.copied().find(|(known, _)| *known == path) else { return };
    let place = match tree.name(function) {
        "" => "this async function".to_owned(),
        name => format!("async `{name}`"),
    };
    let instead_code =
        if instead.contains(['`', ' ']) { instead.to_owned() } else { format!("`{instead}`") };
    let fix = awaited_instead(context, id, callee, path, instead);
    let mut report = context
        .report(id, format!("`{path}` blocks the event loop in {place}; use {instead_code}"))
        .because(format!(
            "`{path}` does not return before its work is done, and does not yield to other tasks."
        ))
        .because(format!("It runs directly in {place}."));
    if let Some(edits) = fix {
        report = report.fix(format!("Await `{instead}` instead"), Safety::Unsafe, edits);
    }
    report.emit();
}

/// The counterpart with the same arguments, where its module is at hand.
fn awaited_instead(
    context: &Context<'_>,
    call: NodeId,
    callee: NodeId,
    path: &str,
    instead: &str,
) -> Option<Vec<(Span, String)>> {
    let (module, _) = instead.split_once('.')?;
    let is_same_function = path.rsplit('.').next() == instead.rsplit('.').next();
    let is_imported = context.environment.entry(module)?.import_path() == Some(module);
    let start = context.tree.span(call).start;
    (is_same_function && is_imported).then(|| {
        let name = Span::new(start, context.tree.span(callee).end);
        vec![(name, format!("await {instead}"))]
    })
}
