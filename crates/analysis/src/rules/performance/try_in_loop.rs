//! `perf/try-in-loop`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/try-in-loop",
    category: Category::Perf,
    summary: "A handler is set up in each round of a loop",
    severity: Severity::Hint,
    confidence: 0.8,
    languages: &["python"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports loops whose body is a `try`, so that each round enters and leaves it.",
        why: "Before Python 3.11 entering costs time in each of n rounds; in all versions an exception that is expected costs far more than a test.",
        fix: "Put the `try` around the loop if the first failure ends it anyway, or test before.",
        limits: "Where single elements may fail and the rest go on, this is right.",
        references: &["https://docs.astral.sh/ruff/rules/try-except-in-loop/"],
    },
    examples: &[
        Example::bad(
            "python",
            "def parse(rows):
    for row in rows:
        try:
        ^^^^ in each round
            use(int(row))
        except ValueError:
            pass
",
        ),
        Example::bad(
            "python",
            "def parse(rows):
    while rows:
        row = rows.pop()
        try:
        ^^^^ in each round
            use(int(row))
        except ValueError:
            print(row)
",
        ),
        Example::good(
            "python",
            "def parse(rows):
    try:
        for row in rows:
            use(int(row))
    except ValueError:
        pass
",
        ),
        Example::good(
            "python",
            "def retry(job):
    for attempt in range(3):
        try:
            return job()
        except OSError:
            wait(attempt)
",
        ),
    ],
    kinds: &[Kind::Try],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let block = tree.node(id).parent;
    let around = tree.node(block).parent;
    let is_last = tree.node(id).subtree_end == tree.node(block).subtree_end;
    if !tree.kind(around).is_loop()
        || !is_last
        || tree.role(block) != Role::Body
        || tree.child(id, Role::Handler).is_none()
        || tree.kind(around) == Kind::Infinite
    {
        return;
    }
    let bindings = &context.facts.bindings;
    let leaves = tree.descendants(id).any(|it| {
        matches!(
            tree.kind(it),
            Kind::Return | Kind::Break | Kind::Await | Kind::Yield | Kind::Raise
        )
    });
    let is_short = crate::facts::loops::has_few_rounds(tree, bindings, around)
        || crate::facts::loops::is_retry(tree, around);
    if leaves || is_short || context.is_test_code(id) {
        return;
    }
    let mut span = tree.span(id);
    let first = tree.text(id).lines().next().unwrap_or("");
    span.end = span.start + first.trim_end().len() as u32;
    context
        .report(id, "the `try` is set up in each round of the loop, and each exception unwinds it")
        .span(span)
        .related(crate::facts::loops::head(tree, around), "the loop")
        .because("Nothing else follows in the loop's body.")
        .emit();
}
