//! `bug/index-past-end`.

use crate::facts::control_flow::is_probe;
use crate::facts::purity::{is_repeatable, is_same_meaning};
use crate::findings::{Category, Severity};
use crate::ir::{Access, Kind, NodeId, Operator, Role};
use crate::languages::ValueType;
use crate::rules::lengths::measured;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/index-past-end",
    category: Category::Bug,
    summary: "An index one past the last element",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `items[len(items)]` and its like: the element at the index that equals the length; and `rows[i + 1]` where a loop takes `i` up to the last index.",
        why: "Indices start at zero, so the last element stands at the length minus one. This place is one past it: an exception, `undefined`, or foreign memory.",
        fix: "Subtract one from the index, or take the last element by the means the language has for it.",
        limits: "Assignments to `items[items.length]`, which append in JavaScript, are left alone, as are slices.",
        references: &["https://cwe.mitre.org/data/definitions/193.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def last(items):
    return items[len(items)]
           ^^^^^^^^^^^^^^^^^ is one past the last index
",
        ),
        Example::bad(
            "python",
            "def last(items):
    return 1 + items[len(items)]
               ^^^^^^^^^^^^^^^^^ is one past the last index
",
        ),
        Example::bad(
            "python",
            "def gaps(rows):
    found = []
    for i in range(len(rows)):
        found.append(rows[i + 1] - rows[i])
                     ^^^^^^^^^^^ in the last round
    return found
",
        ),
        Example::good(
            "python",
            "def gaps(rows):
    found = []
    for i in range(len(rows) - 1):
        found.append(rows[i + 1] - rows[i])
    for i in range(len(rows)):
        if i + 1 < len(rows):
            found.append(rows[i + 1])
    for i in range(len(rows)):
        if rows[i] is None:
            break
        found.append(rows[i + 1])
    return found
",
        ),
        Example::good(
            "python",
            "def last(items):
    return items[len(items) - 1]
",
        ),
        Example::good(
            "python",
            "def last(items):
    return items[len(items) - 2]
",
        ),
        Example::bad(
            "javascript",
            "function last(items) {
  return items[items.length];
         ^^^^^^^^^^^^^^^^^^^ is one past the last index
}
",
        ),
        Example::bad(
            "javascript",
            "function last(items) {
  return 1 + items[items.length];
             ^^^^^^^^^^^^^^^^^^^ is one past the last index
}
",
        ),
        Example::good(
            "javascript",
            "function last(items) {
  return items[items.length - 1];
}
",
        ),
        Example::good(
            "javascript",
            "function last(items) {
  return items[items.length - 2];
}
",
        ),
        Example::bad(
            "typescript",
            "function last(items: string[]): string {
  return items[items.length];
         ^^^^^^^^^^^^^^^^^^^ is one past the last index
}
",
        ),
        Example::bad(
            "typescript",
            "function last(items: string[]): string {
  return 1 + items[items.length];
             ^^^^^^^^^^^^^^^^^^^ is one past the last index
}
",
        ),
        Example::good(
            "typescript",
            "function last(items: string[]): string {
  return items[items.length - 1];
}
",
        ),
        Example::good(
            "typescript",
            "function last(items: string[]): string {
  return items[items.length - 2];
}
",
        ),
        Example::bad(
            "rust",
            "fn last(items: &[u32]) -> u32 {
    items[items.len()]
    ^^^^^^^^^^^^^^^^^^ is one past the last index
}
",
        ),
        Example::bad(
            "rust",
            "fn last(items: &[u32]) -> u32 {
    1 + items[items.len()]
        ^^^^^^^^^^^^^^^^^^ is one past the last index
}
",
        ),
        Example::good(
            "rust",
            "fn last(items: &[u32]) -> u32 {
    items[items.len() - 1]
}
",
        ),
        Example::good(
            "rust",
            "fn last(items: &[u32]) -> u32 {
    items[items.len() - 2]
}
",
        ),
        Example::bad(
            "go",
            "package shop

func last(items []int) int {
	return items[len(items)]
	       ^^^^^^^^^^^^^^^^^ is one past the last index
}
",
        ),
        Example::bad(
            "go",
            "package shop

func last(items []int) int {
	return 1 + items[len(items)]
	           ^^^^^^^^^^^^^^^^^ is one past the last index
}
",
        ),
        Example::good(
            "go",
            "package shop

func last(items []int) int {
	return items[len(items)-1]
}
",
        ),
        Example::good(
            "go",
            "package shop

func last(items []int) int {
	return items[len(items)-2]
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int last(int[] items) {
        return items[items.length];
               ^^^^^^^^^^^^^^^^^^^ is one past the last index
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int last(int[] items) {
        return 1 + items[items.length];
                   ^^^^^^^^^^^^^^^^^^^ is one past the last index
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int last(int[] items) {
        return items[items.length - 1];
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int last(int[] items) {
        return items[items.length - 2];
    }
}
",
        ),
        Example::bad(
            "cpp",
            "int last(const std::vector<int> &items) {
    return items[items.size()];
           ^^^^^^^^^^^^^^^^^^^ is one past the last index
}
",
        ),
        Example::bad(
            "cpp",
            "int last(const std::vector<int> &items) {
    return 1 + items[items.size()];
               ^^^^^^^^^^^^^^^^^^^ is one past the last index
}
",
        ),
        Example::good(
            "cpp",
            "int last(const std::vector<int> &items) {
    return items[items.size() - 1];
}
",
        ),
        Example::good(
            "cpp",
            "int last(const std::vector<int> &items) {
    return items[items.size() - 2];
}
",
        ),
    ],
    kinds: &[Kind::Index],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let parts = [Role::Receiver, Role::Index].map(|role| tree.child(id, role));
    let [Some(list), Some(index)] = parts else { return };
    let is_written = tree.role(id) == Role::Target || tree.node(id).access != Access::Read;
    let in_reference = tree.kind(tree.node(id).parent) == Kind::Reference;
    if is_written || in_reference || !is_repeatable(tree, list) {
        return;
    }
    if runs_past_end(context, list, index) {
        let (list, index) = (context.excerpt(list), context.excerpt(index));
        context
            .report(
                id,
                format!("in the last round `{index}` is one past the last index of `{list}`"),
            )
            .because("The loop goes up to the last index, and this is one more.")
            .emit();
        return;
    }
    let measured = measured(context, index);
    let Some(measured) = measured else { return };
    if !is_same_meaning(tree, &context.facts.bindings, measured, list)
        || is_probe(tree, tree.enclosing_statement(id))
    {
        return;
    }
    // A dictionary may well have its size as a key.
    if matches!(context.types().of(list), Some(ValueType::Map)) {
        return;
    }
    let (list, index) = (context.excerpt(list), context.excerpt(index));
    context
        .report(id, format!("`{index}` is one past the last index of `{list}`"))
        .because("The last element stands at the length minus one.")
        .emit();
}

/// `rows[i + 1]` in `for i in range(len(rows))`, where nothing before asks or leaves the loop, and the
/// list does not grow.
fn runs_past_end(context: &Context<'_>, list: NodeId, index: NodeId) -> bool {
    let (tree, bindings) = (context.tree, &context.facts.bindings);
    let sides = [Role::Left, Role::Right].map(|role| tree.child(index, role));
    let [Some(counter), Some(step)] = sides else { return false };
    if tree.kind(index) != Kind::Binary
        || tree.node(index).operator != Operator::Add
        || tree.kind(counter) != Kind::Name
        || context.text(step) != "1"
    {
        return false;
    }
    let Some(around) = tree.ancestors(index).find(|it| tree.kind(*it).is_loop()) else {
        return false;
    };
    let parts = [Role::Target, Role::Iterable].map(|role| tree.child(around, role));
    let ([Some(target), Some(range)], Kind::ForEach) = (parts, tree.kind(around)) else {
        return false;
    };
    let [length] = *context.arguments(range).as_slice() else { return false };
    let counts = context.called(range).is_some_and(|it| it == "range")
        && context.called(length).is_some_and(|it| it == "len")
        && bindings.resolve(counter).is_some()
        && bindings.resolve(counter) == bindings.resolve(target);
    let [measured] = *context.arguments(length).as_slice() else { return false };
    let is_free = |it: NodeId| {
        let grows = tree.kind(it) == Kind::Member
            && tree.child(it, Role::Receiver).is_some_and(|it| tree.is_same(it, list))
            || tree.node(it).access != Access::Read && tree.is_same(it, list);
        let leaves = matches!(
            tree.kind(it),
            Kind::If
                | Kind::Ternary
                | Kind::Logical
                | Kind::Switch
                | Kind::Try
                | Kind::With
                | Kind::While
                | Kind::Break
                | Kind::Continue
                | Kind::Return
                | Kind::Raise
                | Kind::Assert
                | Kind::Lambda
                | Kind::ComprehensionIf
        );
        !(grows || leaves && it < index)
    };
    counts
        && is_same_meaning(tree, bindings, measured, list)
        && tree.descendants(around).all(is_free)
        && !tree.ancestors(around).any(|it| tree.kind(it) == Kind::Try)
}
