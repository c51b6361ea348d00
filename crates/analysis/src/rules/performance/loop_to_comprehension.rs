//! `perf/loop-to-comprehension`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/loop-to-comprehension",
    category: Category::Perf,
    summary: "A loop that only fills a list or dictionary",
    severity: Severity::Hint,
    confidence: 0.85,
    languages: &["python"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `for` loops right after an empty list, set or dictionary, whose only work is to add one element to it in each round.",
        why: "Each round looks the method up and calls it; a comprehension does neither, and takes about half the time for the same n elements.",
        fix: "Write a comprehension, or `list(…)` and `extend` where nothing is computed.",
        limits: "Loops that await, or whose element takes several statements, are left alone.",
        references: &["https://docs.astral.sh/ruff/rules/manual-list-comprehension/"],
    },
    examples: &[
        Example::bad(
            "python",
            "def double(rows):
    result = []
    for row in rows:
        result.append(row * 2)
        ^^^^^^^^^^^^^^^^^^^^^^ in each round
    return result
",
        ),
        Example::bad(
            "python",
            "def by_name(rows):
    result = {}
    for row in rows:
        result[row.name] = row
        ^^^^^^^^^^^^^^^^^^^^^^ in each round
    return result
",
        ),
        Example::good(
            "python",
            "def double(rows):
    result = []
    for row in rows:
        print(row)
        result.append(row)
    return result
",
        ),
        Example::good(
            "python",
            "def double(rows, result):
    for row in rows:
        result.append(row * 2)
    return result
",
        ),
    ],
    kinds: &[Kind::ForEach],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(body) = tree.child(id, Role::Body) else { return };
    if tree.flags(id).has(Flags::ASYNC) || tree.child(id, Role::Else).is_some() {
        return;
    }
    let Some(mut only) = only_statement(context, body) else { return };
    if tree.kind(only) == Kind::If && tree.child(only, Role::Else).is_none() {
        let Some(inner) = tree.child(only, Role::Then).and_then(|it| only_statement(context, it))
        else {
            return;
        };
        only = inner;
    }
    let Some(filled) = filled(context, only) else { return };
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.resolve(filled) else { return };
    // Filled right after it was made, and not looked at meanwhile.
    let mut inside = bindings.occurrences(binding).iter().filter(|it| tree.is_within(**it, id));
    let is_only_mention = inside.next() == Some(&filled) && inside.next().is_none();
    let block = tree.node(id).parent;
    let before = tree.children(block).take_while(|it| *it != id).last();
    let is_fresh = before.is_some_and(|it| {
        let target = tree.child(it, Role::Target);
        matches!(tree.kind(it), Kind::Assign | Kind::Declare)
            && target.is_some_and(|it| bindings.resolve(it) == Some(binding))
            && tree.child(it, Role::Value).is_some_and(|it| is_empty(context, it))
    });
    let waits = tree.descendants(only).any(|it| matches!(tree.kind(it), Kind::Await | Kind::Yield));
    if !is_only_mention || !is_fresh || waits || context.is_test_code(id) {
        return;
    }
    let (shown, name) = (context.excerpt(only), context.excerpt(filled));
    context
        .report(only, format!("`{shown}` in each round is all the loop does: a comprehension makes `{name}` without n calls"))
        .because("The collection is empty before the loop, and nothing else happens in it.")
        .emit();
}

fn only_statement(context: &Context<'_>, block: NodeId) -> Option<NodeId> {
    let mut statements = context.tree.children(block);
    let (only, None) = (statements.next()?, statements.next()) else { return None };
    Some(only)
}

/// The variable that a statement adds an element to.
fn filled(context: &Context<'_>, statement: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let holder = match tree.kind(statement) {
        Kind::ExpressionStatement => {
            let call = tree.children(statement).next()?;
            let (receiver, method) = context.method(call)?;
            let is_plain = matches!(context.arguments(call).as_slice(), [only] if tree.kind(*only) != Kind::Spread);
            (matches!(method, "append" | "add") && is_plain).then_some(receiver)?
        }
        Kind::Assign if !tree.node(statement).operator.is_augmented() => {
            let target = tree.child(statement, Role::Target)?;
            (tree.kind(target) == Kind::Index).then(|| tree.child(target, Role::Receiver))??
        }
        _ => return None,
    };
    (tree.kind(holder) == Kind::Name).then_some(holder)
}

fn is_empty(context: &Context<'_>, value: NodeId) -> bool {
    let tree = context.tree;
    match tree.kind(value) {
        Kind::List | Kind::Map => tree.children(value).next().is_none(),
        Kind::Call => matches!(context.text(value), "list()" | "dict()" | "set()"),
        _ => false,
    }
}
