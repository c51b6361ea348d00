//! `perf/sort-then-first`.

use crate::facts::{BindingKind, loops};
use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/sort-then-first",
    category: Category::Perf,
    summary: "A list is sorted only for its least or greatest element",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a list that is sorted though only its first or last element is used: `sorted(xs)[0]`, `[...xs].sort(f)[0]`, `stream.sorted().findFirst()`, or a sort of a local list of which nothing but an end is read afterwards.",
        why: "To sort takes O(n log n); the least element is found in one pass, O(n).",
        fix: "Ask for the least or greatest: `min(xs)`, `max(xs)`, `iter().min()`, `Collections.min`, `std::min_element`, `slices.Min`, a `reduce`.",
        limits: "Sorted lists that are read elsewhere are left alone.",
        references: &["https://docs.astral.sh/ruff/rules/sorted-min-max/"],
    },
    examples: &[
        Example::fixed(
            "python",
            "def cheapest(prices):
    return sorted(prices)[0]
           ^^^^^^^^^^^^^^^^^ O(n log n), for one element
",
            "def cheapest(prices):
    return min(prices)
",
        ),
        Example::fixed(
            "python",
            "def newest(rows):
    return sorted(rows, key=age)[-1]
           ^^^^^^^^^^^^^^^^^^^^^^^^^ O(n log n), for one element
",
            "def newest(rows):
    return max(rows, key=age)
",
        ),
        Example::good(
            "python",
            "def cheapest(prices):
    return min(prices)
",
        ),
        Example::good(
            "python",
            "def second(prices):
    return sorted(prices)[1]
",
        ),
        Example::bad(
            "javascript",
            "function cheapest(prices) {
  return [...prices].sort((a, b) => a - b)[0];
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(n log n), for one element
}
",
        ),
        Example::bad(
            "javascript",
            "function newest(rows) {
  return rows.filter((row) => row.open).sort(byAge).pop();
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(n log n), for one element
}
",
        ),
        Example::good(
            "javascript",
            "function cheapest(prices) {
  return Math.min(...prices);
}
",
        ),
        Example::good(
            "javascript",
            "function sorted(prices) {
  return [...prices].sort((a, b) => a - b).slice(0, 10);
}
",
        ),
        Example::bad(
            "typescript",
            "function cheapest(prices: number[]) {
  return [...prices].sort((a, b) => a - b)[0];
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(n log n), for one element
}
",
        ),
        Example::bad(
            "typescript",
            "function newest(rows: Row[]) {
  return rows.filter((row) => row.open).sort(byAge).pop();
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(n log n), for one element
}
",
        ),
        Example::good(
            "typescript",
            "function cheapest(prices: number[]) {
  return Math.min(...prices);
}
",
        ),
        Example::good(
            "typescript",
            "function sorted(prices: number[]) {
  return [...prices].sort((a, b) => a - b).slice(0, 10);
}
",
        ),
        Example::bad(
            "rust",
            "fn cheapest(prices: &[u32]) -> u32 {
    let mut all = prices.to_vec();
    all.sort();
    ^^^^^^^^^^ O(n log n), for one element
    all[0]
}
",
        ),
        Example::bad(
            "rust",
            "fn newest(rows: &[Row]) -> Option<u32> {
    let mut ages: Vec<u32> = rows.iter().map(|row| row.age).collect();
    ages.sort_unstable();
    ^^^^^^^^^^^^^^^^^^^^ O(n log n), for one element
    ages.last().copied()
}
",
        ),
        Example::good(
            "rust",
            "fn cheapest(prices: &[u32]) -> Option<&u32> {
    prices.iter().min()
}
",
        ),
        Example::good(
            "rust",
            "fn cheapest(prices: &mut Vec<u32>) -> u32 {
    prices.sort();
    prices[0]
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"sort\"

func cheapest(rows []Row) int {
	prices := collect(rows)
	sort.Ints(prices)
 ^^^^^^^^^^^^^^^^^ O(n log n), for one element
	return prices[0]
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"slices\"

func first(rows []Row) string {
	names := collect(rows)
	slices.Sort(names)
 ^^^^^^^^^^^^^^^^^^ O(n log n), for one element
	return names[0]
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"slices\"

func first(names []string) string {
	return slices.Min(names)
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"sort\"

func list(rows []Row) []int {
	prices := collect(rows)
	sort.Ints(prices)
	return prices
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Optional<Row> cheapest(List<Row> rows) {
        return rows.stream().sorted(byPrice).findFirst();
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(n log n), for one element
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int cheapest(List<Row> rows) {
        List<Integer> prices = collect(rows);
        Collections.sort(prices);
        ^^^^^^^^^^^^^^^^^^^^^^^^ O(n log n), for one element
        return prices.get(0);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Optional<Row> cheapest(List<Row> rows) {
        return rows.stream().min(byPrice);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    List<Integer> list(List<Row> rows) {
        List<Integer> prices = collect(rows);
        Collections.sort(prices);
        return prices;
    }
}
",
        ),
        Example::bad(
            "cpp",
            "int cheapest(const std::vector<Row>& rows) {
    auto prices = collect(rows);
    std::sort(prices.begin(), prices.end());
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(n log n), for one element
    return prices[0];
}
",
        ),
        Example::bad(
            "cpp",
            "int dearest(const std::vector<Row>& rows) {
    auto prices = collect(rows);
    std::sort(prices.begin(), prices.end());
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(n log n), for one element
    return prices.back();
}
",
        ),
        Example::good(
            "cpp",
            "int cheapest(const std::vector<int>& prices) {
    return *std::min_element(prices.begin(), prices.end());
}
",
        ),
        Example::good(
            "cpp",
            "std::vector<int> list(const std::vector<Row>& rows) {
    auto prices = collect(rows);
    std::sort(prices.begin(), prices.end());
    return prices;
}
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Index],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.kind(id) == Kind::Index {
        check_index(context, id);
        return;
    }
    if tree.kind(tree.node(id).parent) == Kind::ExpressionStatement {
        check_statement(context, id);
        return;
    }
    // `xs.toSorted().at(-1)`, `stream.sorted().findFirst()`
    let Some((sorted, method)) = context.method(id) else { return };
    let arguments = context.arguments(id);
    let takes_end = match (method, arguments.as_slice()) {
        ("pop" | "shift" | "findFirst", []) => true,
        ("at", [index]) => matches!(context.text(*index), "0" | "-1"),
        _ => false,
    };
    if takes_end && is_fresh_sort(context, sorted) {
        report(context, id, sorted, Vec::new());
    }
}

/// `sorted(xs)[0]`, `[...xs].sort()[0]`
fn check_index(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(sorted), Some(index)) = (tree.child(id, Role::Receiver), tree.child(id, Role::Index))
    else {
        return;
    };
    let index = context.text(index);
    if !matches!(index, "0" | "-1") {
        return;
    }
    if is_fresh_sort(context, sorted) {
        if index == "0" {
            report(context, id, sorted, Vec::new());
        }
        return;
    }
    let is_sorted = tree.kind(sorted) == Kind::Call
        && context.called(sorted).is_some_and(|path| path == "sorted");
    let Some(callee) = tree.child(sorted, Role::Callee).filter(|_| is_sorted) else { return };
    let named: Vec<&str> = context
        .arguments(sorted)
        .iter()
        .filter(|it| tree.kind(**it) == Kind::Argument)
        .map(|it| tree.name(*it))
        .collect();
    // The last of several equal ones is not the one that `max` gives; nor is that of a reversed list.
    let edits = if named.contains(&"reverse") {
        Vec::new()
    } else {
        let function = if index == "0" { "min" } else { "max" };
        let (made, whole) = (tree.span(sorted), tree.span(id));
        vec![
            (tree.span(callee), function.to_owned()),
            (Span::new(made.end, whole.end), String::new()),
        ]
    };
    report(context, id, sorted, edits);
}

fn report(context: &mut Context<'_>, id: NodeId, sorted: NodeId, edits: Vec<(Span, String)>) {
    let shown = context.excerpt(sorted);
    let report = context
        .report(
            id,
            format!(
                "`{shown}` sorts all, O(n log n), for one element that a single pass finds, O(n)"
            ),
        )
        .because("Nothing but an end of the sorted list is used.");
    if edits.is_empty() {
        report.emit();
    } else {
        report.fix("Ask for the element", Safety::Unsafe, edits).emit();
    }
}

/// Whether a call sorts a list that nobody else holds, or gives a sorted copy.
fn is_fresh_sort(context: &Context<'_>, call: NodeId) -> bool {
    let tree = context.tree;
    let Some((list, method)) = context.method(call) else { return false };
    match method {
        "toSorted" => true,
        "sorted" => {
            context.method(list).is_some_and(|(_, it)| matches!(it, "stream" | "filter" | "map"))
        }
        "sort" => {
            (tree.kind(list) == Kind::List
                && tree.children(list).any(|it| tree.kind(it) == Kind::Spread))
                || context.method(list).is_some_and(|(_, it)| {
                    matches!(it, "filter" | "map" | "slice" | "keys" | "values" | "entries")
                })
        }
        _ => false,
    }
}

/// A statement that sorts a local list, of which only an end is read afterwards.
fn check_statement(context: &mut Context<'_>, id: NodeId) {
    const FUNCTIONS: &[&str] = &[
        "sort.Ints",
        "sort.Strings",
        "sort.Float64s",
        "slices.Sort",
        "Collections.sort",
        "java.util.Collections.sort",
        "std.sort",
    ];
    let tree = context.tree;
    let arguments = context.arguments(id);
    let path = context.called(id).filter(|path| FUNCTIONS.contains(&&**path));
    let list = match (path, arguments.first()) {
        (Some(_), Some(first)) => context.method(*first).map_or(*first, |(list, _)| list),
        _ => match context.method(id) {
            Some((list, "sort" | "sort_unstable")) if tree.kind(list) == Kind::Name => list,
            _ => return,
        },
    };
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.resolve(list) else { return };
    let Some(bound) = bindings.binding(binding) else { return };
    if bound.kind != BindingKind::Variable
        || bound.is_captured
        || loops::innermost(tree, id).is_some()
    {
        return;
    }
    // A list that somebody else holds, too, may be read there.
    let is_own = bindings.definitions(binding).all(|it| {
        tree.child(tree.node(it).parent, Role::Value)
            .is_some_and(|value| tree.kind(value) != Kind::Name)
    });
    let mut after =
        bindings.occurrences(binding).iter().filter(|it| **it > id && !tree.is_within(**it, id));
    let (Some(only), None) = (after.next(), after.next()) else { return };
    if is_own && takes_end(context, *only) {
        let name = context.excerpt(list);
        let end = tree.node(*only).parent;
        context
            .report(
                id,
                format!(
                    "`{name}` is sorted, O(n log n), for one element that a single pass finds, O(n)"
                ),
            )
            .related(end, "the only use of the sorted list")
            .because(format!("Nothing but an end of `{name}` is read after this."))
            .emit();
    }
}

/// Whether a mention reads one end of the list.
fn takes_end(context: &Context<'_>, list: NodeId) -> bool {
    let tree = context.tree;
    let parent = tree.node(list).parent;
    match tree.kind(parent) {
        Kind::Index => {
            let index = tree.child(parent, Role::Index);
            tree.role(parent) != Role::Target
                && index.is_some_and(|it| matches!(context.text(it), "0" | "-1"))
        }
        Kind::Member => match tree.name(parent) {
            "first" | "last" | "front" | "back" | "getFirst" | "getLast" => true,
            "get" => context
                .arguments(tree.node(parent).parent)
                .first()
                .is_some_and(|it| context.text(*it) == "0"),
            _ => false,
        },
        _ => false,
    }
}
