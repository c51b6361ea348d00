//! `bug/unkept-result`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/unkept-result",
    category: Category::Bug,
    summary: "A task or generator is made and kept by nobody",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports a generator or a task that is made as a statement of its own and kept by nobody.",
        why: "A generator that nobody runs through does nothing, and a task that nobody keeps may be collected before it is done.",
        fix: "Run through the generator, and keep the task.",
        limits: "Of generators, only functions of the same file are known.",
        references: &["https://docs.astral.sh/ruff/rules/asyncio-dangling-task/"],
    },
    examples: &[
        Example::bad(
            "python",
            "import asyncio
async def run():
    asyncio.create_task(work())
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "def rows():
    yield 1

def run():
    rows()
    ^^^^^^
",
        ),
        Example::good(
            "python",
            "import asyncio
async def run():
    task = asyncio.create_task(work())
    await task
",
        ),
        Example::good(
            "python",
            "def rows():
    yield 1

def run():
    list(rows())
",
        ),
    ],
    kinds: &[Kind::ExpressionStatement],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(call) = tree.children(id).next().filter(|it| tree.kind(*it) == Kind::Call) else {
        return;
    };
    let Some(callee) = tree.child(call, Role::Callee) else { return };
    if context.is_in_test(id) {
        return;
    }
    let path = context.called(call);
    let name = context.excerpt(callee);
    if matches!(path.as_deref(), Some("asyncio.create_task" | "asyncio.ensure_future")) {
        context
            .report(call, "nobody keeps this task: it may be collected before it is done")
            .because("The event loop holds its tasks by weak references only.")
            .emit();
        return;
    }
    let is_free =
        tree.kind(callee) == Kind::Name && context.facts.bindings.resolve(callee).is_none();
    let signature = context.environment.signature(tree.name(callee)).filter(|_| is_free);
    if signature.is_some_and(|it| it.is_generator && !it.is_async && !it.takes_more) {
        context
            .report(call, format!("`{name}` makes a generator, and nothing runs through it"))
            .because("The body of a generator runs as its elements are asked for.")
            .emit();
    }
}
