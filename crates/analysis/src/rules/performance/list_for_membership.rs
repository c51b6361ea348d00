//! `perf/list-for-membership`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::languages::ValueType;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/list-for-membership",
    category: Category::Perf,
    summary: "A list is written only to be asked what it holds",
    severity: Severity::Hint,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports a list of three or more literals of which nothing is used but whether it holds a value: in Python where it is searched on the spot (`kind in [\"a\", \"b\", \"c\"]`), in all languages where a variable of a function holds it and a loop asks it again and again.",
        why: "A list compares its elements one by one; a set finds the one that can be equal. It also says that order and repetition mean nothing here.",
        fix: "Write a set: `{\"a\", \"b\", \"c\"}`, `new Set([\"a\", \"b\", \"c\"])`.",
        limits: "Lists at the outermost level, which other functions and files may use otherwise, and lists of anything but texts and numbers are left alone. In Python a set answers with an error where it is asked for a value that has no hash.",
        references: &["https://docs.astral.sh/ruff/rules/literal-membership/"],
    },
    examples: &[
        Example::fixed(
            "python",
            "def is_open(state):
    return state in [\"new\", \"open\", \"waiting\"]
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^ only asked what it holds
",
            "def is_open(state):
    return state in {\"new\", \"open\", \"waiting\"}
",
        ),
        Example::fixed(
            "python",
            "def kept(rows):
    skipped = [1, 2, 3]
              ^^^^^^^^^ `skipped` is only asked what it holds
    for row in rows:
        if row.id not in skipped:
            yield row
",
            "def kept(rows):
    skipped = {1, 2, 3}
    for row in rows:
        if row.id not in skipped:
            yield row
",
        ),
        Example::good(
            "python",
            "def is_open(state):
    return state in {\"new\", \"open\", \"waiting\"} or state in [\"a\", \"b\"]
",
        ),
        Example::good(
            "python",
            "def kept(rows):
    skipped = [1, 2, 3]
    for row in rows:
        if row.id not in skipped:
            yield row, skipped[0]
",
        ),
        Example::good(
            "python",
            "def known(pair):
    return [pair] in [[1], [2], [3]] or [pair] in [1, 2, 3]
",
        ),
        Example::fixed(
            "javascript",
            "function kept(rows) {
  const skipped = [\"a\", \"b\", \"c\"];
                  ^^^^^^^^^^^^^^^ `skipped` is only asked what it holds
  return rows.filter((row) => !skipped.includes(row.kind));
}
",
            "function kept(rows) {
  const skipped = new Set([\"a\", \"b\", \"c\"]);
  return rows.filter((row) => !skipped.has(row.kind));
}
",
        ),
        Example::fixed(
            "javascript",
            "function count(rows) {
  const skipped = [1, 2, 3];
                  ^^^^^^^^^ `skipped` is only asked what it holds
  let all = 0;
  for (const row of rows) {
    if (skipped.includes(row.id) || skipped.includes(row.parent)) continue;
    all += 1;
  }
  return all;
}
",
            "function count(rows) {
  const skipped = new Set([1, 2, 3]);
  let all = 0;
  for (const row of rows) {
    if (skipped.has(row.id) || skipped.has(row.parent)) continue;
    all += 1;
  }
  return all;
}
",
        ),
        Example::good(
            "javascript",
            "function kept(row) {
  const skipped = [\"a\", \"b\", \"c\"];
  return !skipped.includes(row.kind);
}
",
        ),
        Example::good(
            "javascript",
            "function kept(rows) {
  const skipped = [\"a\", \"b\", \"c\"];
  console.log(skipped);
  return rows.filter((row) => !skipped.includes(row.kind));
}
",
        ),
        Example::fixed(
            "typescript",
            "function kept(rows: Row[]): Row[] {
  const skipped = [\"a\", \"b\", \"c\"];
                  ^^^^^^^^^^^^^^^ `skipped` is only asked what it holds
  return rows.filter((row) => !skipped.includes(row.kind));
}
",
            "function kept(rows: Row[]): Row[] {
  const skipped = new Set([\"a\", \"b\", \"c\"]);
  return rows.filter((row) => !skipped.has(row.kind));
}
",
        ),
        Example::fixed(
            "typescript",
            "function warn(rows: Row[]) {
  const skipped = [1, 2, 3];
                  ^^^^^^^^^ `skipped` is only asked what it holds
  for (const row of rows) {
    if (!skipped.includes(row.id)) warnOf(row);
  }
}
",
            "function warn(rows: Row[]) {
  const skipped = new Set([1, 2, 3]);
  for (const row of rows) {
    if (!skipped.has(row.id)) warnOf(row);
  }
}
",
        ),
        Example::good(
            "typescript",
            "function kept(rows: Row[]): Row[] {
  const skipped: string[] = [\"a\", \"b\", \"c\"];
  return rows.filter((row) => !skipped.includes(row.kind));
}
",
        ),
        Example::good(
            "typescript",
            "function kept(rows: Row[]): Row[] {
  const skipped = [\"a\", \"b\", \"c\"];
  return rows.filter((row) => !skipped.includes(row.kind) || row.kind === skipped[0]);
}
",
        ),
    ],
    kinds: &[Kind::List],
    check,
};

/// Fewer elements are compared as quickly as one is hashed.
const FEWEST: usize = 3;

/// Languages that write a set in braces and ask by an operator.
const BRACES: ByLanguage<()> = &[(&["python"], ())];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_simple = |it: NodeId| matches!(tree.kind(it), Kind::String | Kind::Number);
    if tree.children(id).count() < FEWEST || !tree.children(id).all(is_simple) {
        return;
    }
    let Some(edits) = as_set(context, id) else { return };
    let parent = tree.node(id).parent;
    let held = tree.child(parent, Role::Target).map(|target| context.excerpt(target));
    let shown = held.unwrap_or_else(|| context.excerpt(id));
    context
        .report(id, format!("`{shown}` is only asked what it holds; a list compares its elements one by one for that"))
        .because("Nothing else is done with it: neither its order nor its length matters.")
        .fix("Make it a set", Safety::Unsafe, edits)
        .emit();
}

/// The edits that make a list a set; nothing if it is used for more than asking what it holds.
fn as_set(context: &Context<'_>, list: NodeId) -> Option<Vec<(Span, String)>> {
    let tree = context.tree;
    let has_braces = context.in_language(BRACES).is_some();
    let mut edits =
        around(context, list, if has_braces { ["{", "}"] } else { ["new Set([", "])"] })?;
    if has_braces && is_asked_by_operator(context, list) {
        return Some(edits);
    }
    let statement = tree.node(list).parent;
    let target = tree.child(statement, Role::Target)?;
    let is_plain = matches!(tree.kind(statement), Kind::Declare | Kind::Assign)
        && tree.child(statement, Role::Value) == Some(list)
        && tree.child(statement, Role::Type).is_none()
        && tree.kind(target) == Kind::Name
        && tree.kind(NodeId::ROOT) != Kind::Module;
    let bindings = &context.facts.bindings;
    let binding = bindings.resolve(target).filter(|_| is_plain)?;
    let mut is_repeated = false;
    for name in bindings.occurrences(binding).iter().filter(|it| **it != target) {
        if has_braces {
            is_asked_by_operator(context, *name).then_some(())?;
        } else {
            edits.push(asked_by_method(context, *name)?);
        }
        let busy = context.busy_loops(*name);
        is_repeated |= busy.iter().any(|it| !tree.is_within(statement, *it));
    }
    is_repeated.then_some(edits)
}

/// Replaces the brackets around a list.
fn around(
    context: &Context<'_>,
    list: NodeId,
    [open, close]: [&str; 2],
) -> Option<Vec<(Span, String)>> {
    let text = context.text(list);
    let is_bracketed = text.starts_with('[') && text.ends_with(']') && text.len() > 1;
    let span = context.tree.span(list);
    is_bracketed.then(|| {
        let first = Span::new(span.start, span.start + 1);
        vec![(first, open.to_owned()), (Span::new(span.end - 1, span.end), close.to_owned())]
    })
}

/// Whether an expression stands behind `in` or `not in`, for a value that may have a hash.
fn is_asked_by_operator(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let compare = tree.node(id).parent;
    let is_membership = tree.kind(compare) == Kind::Compare
        && matches!(tree.node(compare).operator, Operator::In | Operator::NotIn)
        && tree.role(id) == Role::Right;
    let value = tree.child(compare, Role::Left).filter(|_| is_membership);
    let unhashable = [ValueType::List, ValueType::Map, ValueType::Set];
    value.is_some_and(|it| context.types().of(it).is_none_or(|it| !unhashable.contains(&it)))
}

/// The edit that asks a set instead of a list: `names.includes(name)`.
fn asked_by_method(context: &Context<'_>, name: NodeId) -> Option<(Span, String)> {
    let tree = context.tree;
    let callee = tree.node(name).parent;
    let call = tree.node(callee).parent;
    let is_question = tree.kind(callee) == Kind::Member
        && tree.role(name) == Role::Receiver
        && tree.name(callee) == "includes"
        && tree.kind(call) == Kind::Call
        && tree.role(callee) == Role::Callee
        && context.arguments(call).len() == 1;
    let span = Span::new(tree.span(name).end, tree.span(callee).end);
    is_question.then(|| (span, ".has".to_owned()))
}
