//! `perf/needless-comprehension`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/needless-comprehension",
    category: Category::Perf,
    summary: "A list is made only to be gone through once",
    severity: Severity::Hint,
    confidence: 0.92,
    languages: &["python"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports list comprehensions handed to `sum`, `min`, `max`, `set`, `frozenset`, `tuple`, `dict` and `sorted`, `list(map(lambda …))`, and a list made of a list, a set or a sorted one only to make another of it.",
        why: "All n elements are stored before the first of them is looked at, and dropped right after.",
        fix: "Hand over a generator, or write the comprehension of the right kind: `{… for …}`.",
        limits: "`sum` over a short list is a little faster than over a generator; memory is what is spared. `join` needs the list anyway.",
        references: &["https://docs.astral.sh/ruff/rules/unnecessary-list-comprehension-set/"],
    },
    examples: &[
        Example::bad(
            "python",
            "def total(rows):
    return sum([row.price for row in rows])
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^ all n elements
",
        ),
        Example::bad(
            "python",
            "def names(rows):
    return sorted(list(rows))
                  ^^^^^^^^^^ all n elements
",
        ),
        Example::good(
            "python",
            "def total(rows):
    return sum(row.price for row in rows)
",
        ),
        Example::good(
            "python",
            "def names(rows):
    return \",\".join([row.name for row in rows])
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Builtins that go through what they are given once, and keep nothing of its form.
const TAKING: &[&str] = &["sum", "min", "max", "set", "frozenset", "tuple", "dict", "sorted"];
/// Builtins that make a list or the like of what they are given.
const MAKING: &[&str] = &["list", "tuple", "sorted", "reversed", "set"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(path) = context.called(id) else { return };
    let name = &*path;
    let Some(given) = context.arguments(id).first().copied() else { return };
    let is_list = tree.kind(given) == Kind::Comprehension
        && context.text(given).trim_start().starts_with('[');
    let inner = tree.child(given, Role::Callee).and_then(|_| context.called(given));
    let inner = inner.as_deref().unwrap_or("");
    let is_needless = match name {
        _ if TAKING.contains(&name) && is_list => true,
        // `list(reversed(…))` and `sorted(set(…))` do something.
        "sorted" => matches!(inner, "list" | "tuple" | "reversed" | "sorted"),
        "set" | "frozenset" => matches!(inner, "list" | "tuple" | "reversed" | "sorted" | "set"),
        "list" => {
            let is_mapped = inner == "map"
                && context
                    .arguments(given)
                    .first()
                    .is_some_and(|it| tree.kind(*it) == Kind::Lambda);
            inner == "list" || inner == "sorted" || is_mapped
        }
        _ => false,
    };
    // What is asked for by a name keeps its order: `sorted(list(x), key=…)` is the same without.
    let is_known = TAKING.contains(&name) || MAKING.contains(&name);
    if !is_needless || !is_known || context.is_test_code(id) {
        return;
    }
    let shown = context.excerpt(given);
    context
        .report(
            given,
            format!("`{shown}` stores all n elements, only for `{name}` to go through them"),
        )
        .because(format!(
            "`{name}` takes anything that can be gone through, and keeps nothing of its form."
        ))
        .emit();
}
