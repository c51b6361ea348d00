//! `perf/needless-list`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/needless-list",
    category: Category::Perf,
    summary: "A list is made only to learn whether, or which first",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports lists that are made in full for a single answer: `any([… for …])`, `len([… for …]) > 0`, `list(xs)[0]`, `xs.filter(f).length > 0`, `xs.filter(f)[0]`, `.collect::<Vec<_>>().len()`, `.collect(toList()).size()`, `.filter(f).count() > 0`, `strings.Count(s, part) > 0`, `std::count(…) > 0`.",
        why: "All elements are visited and most stored, O(n) time and memory, where the first that fits would do, or a count without a list.",
        fix: "Ask for the answer itself: `any(… for …)`, `next(iter(xs))`, `some`, `find`, `.count()`, `anyMatch`, `strings.Contains`, `std::find`.",
        limits: "A list that is kept in a variable is not followed. Where the condition has effects, stopping early changes how often they happen.",
        references: &["https://docs.astral.sh/ruff/rules/unnecessary-comprehension-in-call/", "https://rust-lang.github.io/rust-clippy/master/#needless_collect"],
    },
    examples: &[
        Example::fixed(
            "python",
            "def has_name(rows):
    return any([row.name for row in rows])
               ^^^^^^^^^^^^^^^^^^^^^^^^^^ stops at no element
",
            "def has_name(rows):
    return any(row.name for row in rows)
",
        ),
        Example::fixed(
            "python",
            "def has_name(rows):
    return any(
        [
        ^ stops at no element
            row.name
            for row in rows
        ],
    )
",
            "def has_name(rows):
    return any(
        row.name
            for row in rows
    )
",
        ),
        Example::fixed(
            "python",
            "def first(rows):
    return list(rows)[0]
           ^^^^^^^^^^^^^ copies all of `rows`
",
            "def first(rows):
    return next(iter(rows))
",
        ),
        Example::bad(
            "python",
            "def has_free(rows):
    return len([row for row in rows if row.is_free]) > 0
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a whole list for whether there is any
",
        ),
        Example::good(
            "python",
            "def has_name(rows):
    return any(row.name for row in rows)
",
        ),
        Example::good(
            "python",
            "def count(rows):
    return len([row for row in rows if row.is_free])
",
        ),
        Example::fixed(
            "javascript",
            "const isOpen = orders.filter((it) => it.open).length > 0;
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a whole list for whether there is any
",
            "const isOpen = orders.some((it) => it.open);
",
        ),
        Example::fixed(
            "javascript",
            "const first = orders.filter((it) => it.open)[0];
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a whole list for its first element
",
            "const first = orders.find((it) => it.open);
",
        ),
        Example::fixed(
            "javascript",
            "if (orders.filter((it) => it.open).length === 0) close();
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a whole list for whether there is any
",
            "if (!orders.some((it) => it.open)) close();
",
        ),
        Example::good(
            "javascript",
            "const isOpen = orders.some((it) => it.open);
",
        ),
        Example::good(
            "javascript",
            "const count = orders.filter((it) => it.open).length;
",
        ),
        Example::fixed(
            "typescript",
            "const isOpen = orders.filter((it) => it.open).length > 0;
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a whole list for whether there is any
",
            "const isOpen = orders.some((it) => it.open);
",
        ),
        Example::fixed(
            "typescript",
            "const first = orders.filter((it) => it.open)[0];
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a whole list for its first element
",
            "const first = orders.find((it) => it.open);
",
        ),
        Example::fixed(
            "typescript",
            "if (orders.filter((it) => it.open).length === 0) close();
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a whole list for whether there is any
",
            "if (!orders.some((it) => it.open)) close();
",
        ),
        Example::good(
            "typescript",
            "const isOpen = orders.some((it) => it.open);
",
        ),
        Example::good(
            "typescript",
            "const count = orders.filter((it) => it.open).length;
",
        ),
        Example::fixed(
            "rust",
            "fn count(rows: &[Row]) -> usize {
    rows.iter().filter(|it| it.open).collect::<Vec<_>>().len()
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a whole list for its length
}
",
            "fn count(rows: &[Row]) -> usize {
    rows.iter().filter(|it| it.open).count()
}
",
        ),
        Example::fixed(
            "rust",
            "fn is_closed(rows: &[Row]) -> bool {
    rows.iter().filter(|it| it.open).collect::<Vec<&Row>>().is_empty()
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a whole list for whether there is any
}
",
            "fn is_closed(rows: &[Row]) -> bool {
    rows.iter().filter(|it| it.open).next().is_none()
}
",
        ),
        Example::bad(
            "rust",
            "fn is_open(rows: &[Row]) -> bool {
    rows.iter().filter(|it| it.open).count() > 0
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ counts all for whether there is any
}
",
        ),
        Example::good(
            "rust",
            "fn is_open(rows: &[Row]) -> bool {
    rows.iter().any(|it| it.open)
}
",
        ),
        Example::good(
            "rust",
            "fn open(rows: &[Row]) -> Vec<&Row> {
    rows.iter().filter(|it| it.open).collect::<Vec<_>>()
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"strings\"

func has(text string) bool {
	return strings.Count(text, \"-\") > 0
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ counts all for whether there is any
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"strings\"

func lacks(text string) bool {
	return strings.Count(text, \"-\") == 0
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ counts all for whether there is any
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"strings\"

func has(text string) bool {
	return strings.Contains(text, \"-\")
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"strings\"

func count(text string) int {
	return strings.Count(text, \"-\") + 1
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    long count(List<Row> rows) {
        return rows.stream().filter(Row::isOpen).collect(Collectors.toList()).size();
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a whole list for its length
    }
}
",
            "class Shop {
    long count(List<Row> rows) {
        return rows.stream().filter(Row::isOpen).count();
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean isOpen(List<Row> rows) {
        return rows.stream().filter(Row::isOpen).count() > 0;
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ counts all for whether there is any
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isOpen(List<Row> rows) {
        return rows.stream().anyMatch(Row::isOpen);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isFull(List<Row> rows) {
        return rows.stream().filter(Row::isOpen).count() > 5;
    }
}
",
        ),
        Example::bad(
            "cpp",
            "bool has(const std::vector<int>& items, int one) {
    return std::count(items.begin(), items.end(), one) > 0;
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ counts all for whether there is any
}
",
        ),
        Example::bad(
            "cpp",
            "bool is_closed(const std::vector<Row>& rows) {
    return std::count_if(rows.begin(), rows.end(), is_open) == 0;
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ counts all for whether there is any
}
",
        ),
        Example::good(
            "cpp",
            "bool has(const std::vector<int>& items, int one) {
    return std::find(items.begin(), items.end(), one) != items.end();
}
",
        ),
        Example::good(
            "cpp",
            "bool many(const std::vector<int>& items) {
    return std::count(items.begin(), items.end(), 1) > 3;
}
",
        ),
    ],
    kinds: &[Kind::Compare, Kind::Index, Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    match context.tree.kind(id) {
        Kind::Compare => check_whether_any(context, id),
        Kind::Index => check_first(context, id),
        Kind::Call => check_call(context, id),
        _ => {}
    }
}

/// `len([…]) > 0`, `xs.filter(f).length > 0`, `xs.filter(f).count() > 0`, `strings.Count(…) > 0`
fn check_whether_any(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(left), Some(right)) = (tree.child(id, Role::Left), tree.child(id, Role::Right))
    else {
        return;
    };
    let limit = context.text(right);
    let is_some = match (tree.node(id).operator, limit) {
        (Operator::Greater | Operator::NotEqual | Operator::StrictNotEqual, "0")
        | (Operator::GreaterEqual, "1") => true,
        (Operator::Equal | Operator::StrictEqual | Operator::LessEqual, "0")
        | (Operator::Less, "1") => false,
        _ => return,
    };
    let shown = context.excerpt(left);
    if let Some(counted) = counted(context, left) {
        context
            .report(
                id,
                format!(
                    "`{shown}` counts all for whether there is any: O(n), though the first would do"
                ),
            )
            .because(counted)
            .emit();
        return;
    }
    let Some((list, replaced)) = filtered_for_length(context, left) else { return };
    let report = context
        .report(id, format!("`{shown}` makes a whole list for whether there is any: O(n), though the first would do"))
        .because("All elements are tested and those that fit are stored, only to be counted and dropped.");
    match replaced {
        Some(call) => {
            let (whole, made) = (tree.span(id), tree.span(list));
            let mut edits = vec![
                (tree.span(call), "some".to_owned()),
                (Span::new(made.end, whole.end), String::new()),
            ];
            if !is_some {
                edits.push((Span::new(whole.start, whole.start), "!".to_owned()));
            }
            report.fix("Use `some`", Safety::Unsafe, edits).emit();
        }
        None => report.emit(),
    }
}

/// Why what is compared is a count of all that fits.
fn counted(context: &Context<'_>, id: NodeId) -> Option<String> {
    const COUNTERS: ByLanguage<&[&str]> =
        &[(&["go"], &["strings.Count", "bytes.Count"]), (&["cpp"], &["std.count", "std.count_if"])];
    if let Some((receiver, "count")) =
        context.method(id).filter(|_| context.arguments(id).is_empty())
    {
        let (_, method) = context.method(receiver)?;
        // Of a stream or an iterator, not of a query, which counts elsewhere.
        let is_stream = context.in_language(&[(&["rust", "java"], ())]).is_some();
        return (method == "filter" && is_stream)
            .then(|| "`count` goes on to the last element, whatever came before.".to_owned());
    }
    let path = context.called(id)?;
    let counters = context.in_language(COUNTERS)?;
    counters.contains(&&*path).then(|| format!("`{}` goes on to the end.", context.excerpt(id)))
}

/// The list whose length is asked, and the name of the method to replace with `some`, if any.
fn filtered_for_length(context: &Context<'_>, id: NodeId) -> Option<(NodeId, Option<NodeId>)> {
    let tree = context.tree;
    match tree.kind(id) {
        Kind::Member if tree.name(id) == "length" => {
            let list = tree.child(id, Role::Receiver)?;
            let (_, method) = context.method(list)?;
            let name = tree.child(tree.child(list, Role::Callee)?, Role::Attribute)?;
            let takes_function = takes_function(context, list);
            (method == "filter" && takes_function).then_some((list, Some(name)))
        }
        Kind::Call => {
            let [list] = *context.arguments(id).as_slice() else { return None };
            let is_list =
                tree.kind(list) == Kind::Comprehension && tree.text(list).starts_with('[');
            let has_condition =
                tree.children(list).any(|it| tree.kind(it) == Kind::ComprehensionFor);
            let is_length = context.called(id).is_some_and(|path| path == "len");
            (is_list && has_condition && is_length).then_some((list, None))
        }
        _ => None,
    }
}

/// Whether a method is called with a function that stands there: jQuery's `filter` takes a selector.
fn takes_function(context: &Context<'_>, call: NodeId) -> bool {
    matches!(context.arguments(call).as_slice(), [one] if context.tree.kind(*one) == Kind::Lambda)
}

/// `list(xs)[0]`, `xs.filter(f)[0]`
fn check_first(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(list), Some(index)) = (tree.child(id, Role::Receiver), tree.child(id, Role::Index))
    else {
        return;
    };
    if context.text(index) != "0" || tree.kind(list) != Kind::Call || tree.role(id) == Role::Target
    {
        return;
    }
    let span = tree.span(id);
    if let Some((_, "filter")) = context.method(list) {
        if !takes_function(context, list) {
            return;
        }
        let name = tree.child(list, Role::Callee).and_then(|it| tree.child(it, Role::Attribute));
        let Some(name) = name else { return };
        let edits = vec![
            (tree.span(name), "find".to_owned()),
            (Span::new(tree.span(list).end, span.end), String::new()),
        ];
        let shown = context.excerpt(list);
        context
            .report(id, format!("`{shown}` makes a whole list for its first element: O(n), though the search could stop there"))
            .because("All elements are tested, and all but the first that fits are dropped.")
            .fix("Use `find`", Safety::Unsafe, edits)
            .emit();
        return;
    }
    let arguments = context.arguments(list);
    let ([one], true) = (arguments.as_slice(), context.called(list).is_some_and(|it| it == "list"))
    else {
        return;
    };
    if matches!(tree.kind(*one), Kind::Argument | Kind::Spread) {
        return;
    }
    let shown = context.excerpt(*one);
    let (inner, whole) = (tree.span(*one), span);
    let edits = vec![
        (Span::new(whole.start, inner.start), "next(iter(".to_owned()),
        (Span::new(inner.end, whole.end), "))".to_owned()),
    ];
    context
        .report(id, format!("`list(…)` copies all of `{shown}` for its first element, O(n)"))
        .because("An iterator gives the first element without the others.")
        .fix("Take the first of an iterator (of none: `StopIteration`)", Safety::Unsafe, edits)
        .emit();
}

/// `any([… for …])`, `.collect::<Vec<_>>().len()`, `.collect(toList()).size()`
fn check_call(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((receiver, method)) = context.method(id) else {
        check_any_of_list(context, id);
        return;
    };
    let Some((from, "collect" | "toList")) = context.method(receiver) else { return };
    let text = tree.text(receiver);
    let is_list =
        text.contains("::<Vec<") || text.ends_with("toList())") || text.ends_with(".toList()");
    let (what, instead) = match method {
        "len" | "size" => ("its length", "count()"),
        "is_empty" => ("whether there is any", "next().is_none()"),
        _ => return,
    };
    // What may fail stops at the first error only if it is collected.
    if !is_list || !context.arguments(id).is_empty() || text.contains("Result<") {
        return;
    }
    let shown = context.excerpt(from);
    let edits = vec![(Span::new(tree.span(from).end, tree.span(id).end), format!(".{instead}"))];
    context
        .report(
            id,
            format!("`{shown}` is collected into a whole list for {what}: O(n) memory for nothing"),
        )
        .because("The list is dropped as soon as it was asked.")
        .fix("Ask the iterator", Safety::Unsafe, edits)
        .emit();
}

/// `any([… for …])`
fn check_any_of_list(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let arguments = context.arguments(id);
    let [list] = arguments.as_slice() else { return };
    if tree.kind(*list) != Kind::Comprehension || !tree.text(*list).starts_with('[') {
        return;
    }
    let Some(path) = context.called(id).filter(|path| matches!(&**path, "any" | "all")) else {
        return;
    };
    if tree.descendants(*list).any(|it| tree.kind(it) == Kind::Await) {
        return;
    }
    let (shown, span) = (context.excerpt(*list), tree.span(*list));
    // With the brackets goes the blank inside them, so that no line is left empty; and the comma
    // after them, which a generator may not have.
    let text = tree.text(*list);
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
    let before = 1 + (inner.len() - inner.trim_start().len()) as u32;
    let after = 1 + (inner.len() - inner.trim_end().len()) as u32;
    let behind = tree.source().get(span.end as usize..tree.span(id).end as usize).unwrap_or("");
    let comma = u32::from(behind.starts_with(','));
    let edits = vec![
        (Span::new(span.start, span.start + before), String::new()),
        (Span::new(span.end - after, span.end + comma), String::new()),
    ];
    context
        .report(
            *list,
            format!(
                "`{shown}` is made in full before `{path}` looks at it: this stops at no element"
            ),
        )
        .because(format!(
            "`{path}` stops at the first element that decides, but a list is made first."
        ))
        .fix("Pass a generator", Safety::Unsafe, edits)
        .emit();
}
