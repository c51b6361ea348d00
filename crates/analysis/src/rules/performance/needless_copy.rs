//! `perf/needless-copy`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/needless-copy",
    category: Category::Perf,
    summary: "A list or text is copied though the copy is dropped at once",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports copies that only serve to make something else: `sorted(list(xs))`, `set(sorted(xs))`, `[...xs.map(f)].filter(g)`, `xs.filter(f).slice()`, `xs.to_vec().iter()`, `text.to_string().as_str()`, `text.clone().len()`, `[]byte(string(data))`, `new ArrayList<>(list).size()`.",
        why: "The copy takes O(n) time and memory, and is thrown away by the very next step.",
        fix: "Leave the copy out: what follows works on the original.",
        limits: "Copies that are kept in a variable are not followed here.",
        references: &["https://docs.astral.sh/ruff/rules/unnecessary-double-cast-or-process/"],
    },
    examples: &[
        Example::fixed(
            "python",
            "def order(rows):
    return sorted(list(rows))
                  ^^^^^^^^^^ copies all of `rows` only
",
            "def order(rows):
    return sorted(rows)
",
        ),
        Example::fixed(
            "python",
            "def names(rows):
    return set(sorted(rows))
               ^^^^^^^^^^^^ copies all of `rows` only
",
            "def names(rows):
    return set(rows)
",
        ),
        Example::good(
            "python",
            "def order(rows):
    return sorted(rows)
",
        ),
        Example::good(
            "python",
            "def first(rows):
    return list(sorted(rows))
",
        ),
        Example::bad(
            "javascript",
            "function open(rows) {
  return [...rows.map(read)].filter(isOpen);
         ^^^^^^^^^^^^^^^^^^^ copies all
}
",
        ),
        Example::bad(
            "javascript",
            "function open(rows) {
  return rows.filter(isOpen).slice();
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies all
}
",
        ),
        Example::good(
            "javascript",
            "function open(rows) {
  return [...rows].filter(isOpen);
}
",
        ),
        Example::good(
            "javascript",
            "function open(rows) {
  return rows.slice().sort(byAge);
}
",
        ),
        Example::bad(
            "typescript",
            "function open(rows: Row[]) {
  return [...rows.map(read)].filter(isOpen);
         ^^^^^^^^^^^^^^^^^^^ copies all
}
",
        ),
        Example::bad(
            "typescript",
            "function open(rows: Row[]) {
  return rows.filter(isOpen).slice();
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies all
}
",
        ),
        Example::good(
            "typescript",
            "function open(rows: Set<Row>) {
  return [...rows].filter(isOpen);
}
",
        ),
        Example::good(
            "typescript",
            "function open(rows: Row[]) {
  return rows.slice().sort(byAge);
}
",
        ),
        Example::fixed(
            "rust",
            "fn show(rows: &[Row]) {
    for row in rows.to_vec().iter() {
               ^^^^^^^^^^^^^ copies all of `rows` only
        print(row);
    }
}
",
            "fn show(rows: &[Row]) {
    for row in rows.iter() {
        print(row);
    }
}
",
        ),
        Example::fixed(
            "rust",
            "fn length(name: &str) -> usize {
    name.to_string().len()
    ^^^^^^^^^^^^^^^^ copies all of `name` only
}
",
            "fn length(name: &str) -> usize {
    name.len()
}
",
        ),
        Example::good(
            "rust",
            "fn own(rows: &[Row]) -> Vec<Row> {
    rows.to_vec()
}
",
        ),
        Example::good(
            "rust",
            "fn shout(name: &str) -> String {
    name.to_string().to_uppercase()
}
",
        ),
        Example::bad(
            "go",
            "package shop

func copied(data []byte) []byte {
	return []byte(string(data))
               ^^^^^^^^^^^^ copies all of `data` only
}
",
        ),
        Example::bad(
            "go",
            "package shop

func copied(text string) string {
	return string([]byte(text))
               ^^^^^^^^^^^^ copies all of `text` only
}
",
        ),
        Example::good(
            "go",
            "package shop

func bytes(text string) []byte {
	return []byte(text)
}
",
        ),
        Example::good(
            "go",
            "package shop

func text(data []byte) string {
	return string(data)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int count(Set<Row> rows) {
        return new ArrayList<>(rows).size();
               ^^^^^^^^^^^^^^^^^^^^^ copies all of `rows` only
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Stream<Row> open(Set<Row> rows) {
        return new ArrayList<>(rows).stream();
               ^^^^^^^^^^^^^^^^^^^^^ copies all of `rows` only
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    List<Row> list(Set<Row> rows) {
        return new ArrayList<>(rows);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Row first(Set<Row> rows) {
        return new ArrayList<>(rows).get(0);
    }
}
",
        ),
    ],
    kinds: &[Kind::Call, Kind::List, Kind::Cast],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(copied) = copied(context, id) else { return };
    let shown = context.excerpt(copied);
    let (copy, inner) = (tree.span(id), tree.span(copied));
    let removable =
        !matches!(tree.kind(copied), Kind::Spread | Kind::List) && tree.kind(id) == Kind::Call;
    let is_exact = removable && context.in_language(&[(&["python", "rust"], ())]).is_some();
    let copying = context.excerpt(id);
    let report = context
        .report(
            id,
            format!(
                "`{copying}` copies all of `{shown}` only to drop the copy, O(n) time and memory"
            ),
        )
        .because("What is done next with the copy works on the original as well.");
    if is_exact {
        let edits = vec![
            (Span::new(copy.start, inner.start), String::new()),
            (Span::new(inner.end, copy.end), String::new()),
        ];
        report.fix("Leave the copy out", Safety::Unsafe, edits).emit();
    } else {
        report.emit();
    }
}

/// What an expression copies, if the copy serves nothing.
fn copied(context: &Context<'_>, id: NodeId) -> Option<NodeId> {
    if context.in_language(&[(&["python"], ())]).is_some() {
        return copied_by_function(context, id);
    }
    if context.in_language(&[(&["rust"], ())]).is_some() {
        return copied_before_method(context, id);
    }
    if context.in_language(&[(&["javascript", "typescript"], ())]).is_some() {
        return copied_array(context, id);
    }
    if context.in_language(&[(&["go"], ())]).is_some() {
        return converted_back(context, id);
    }
    copied_collection(context, id)
}

/// Python: `sorted(list(xs))`
fn copied_by_function(context: &Context<'_>, id: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let outer = tree.node(id).parent;
    let [inner] = *context.arguments(id).as_slice() else { return None };
    if tree.role(id) != Role::Argument || matches!(tree.kind(inner), Kind::Argument | Kind::Spread)
    {
        return None;
    }
    let (copy, user) = (context.called(id)?, context.called(outer)?);
    let is_dropped = match &*copy {
        "list" | "tuple" => {
            matches!(&*user, "list" | "tuple" | "set" | "frozenset" | "sorted" | "sum")
        }
        // Not `list`, which keeps the order, nor `sorted` by something else.
        "sorted" => matches!(&*user, "set" | "frozenset"),
        _ => false,
    };
    (is_dropped && context.arguments(outer).first() == Some(&id)).then_some(inner)
}

/// Rust: `xs.to_vec().iter()`
fn copied_before_method(context: &Context<'_>, id: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let (receiver, copy) = context.method(id)?;
    let member = tree.node(id).parent;
    if tree.kind(member) != Kind::Member
        || tree.role(member) != Role::Callee
        || !context.arguments(id).is_empty()
    {
        return None;
    }
    let next = tree.name(member);
    let of = context.types().of(receiver);
    let reads = match copy {
        "to_vec" => matches!(next, "iter" | "len" | "is_empty" | "contains" | "first" | "last"),
        // What becomes a text need not have been one.
        "to_string" | "to_owned" if of == Some(ValueType::String) => {
            matches!(
                next,
                "as_str"
                    | "len"
                    | "is_empty"
                    | "contains"
                    | "starts_with"
                    | "ends_with"
                    | "chars"
                    | "bytes"
                    | "trim"
            )
        }
        "clone"
            if matches!(
                of,
                Some(ValueType::List | ValueType::String | ValueType::Map | ValueType::Set)
            ) =>
        {
            matches!(
                next,
                "iter" | "len" | "is_empty" | "contains" | "as_str" | "chars" | "contains_key"
            )
        }
        _ => return None,
    };
    reads.then_some(receiver)
}

/// JavaScript: `[...xs.map(f)].filter(g)`, `xs.filter(f).slice()`
fn copied_array(context: &Context<'_>, id: NodeId) -> Option<NodeId> {
    const MAKES_ARRAY: &[&str] = &["map", "filter", "flatMap", "concat", "toSorted", "toReversed"];
    let tree = context.tree;
    let fresh = |it: NodeId| {
        context.method(it).is_some_and(|(receiver, name)| {
            (MAKES_ARRAY.contains(&name) && context.types().of(it) == Some(ValueType::List))
                || (MAKES_ARRAY.contains(&name)
                    && tree.kind(receiver) == Kind::Name
                    && matches!(name, "map" | "filter")
                    && takes_callback(context, it))
                || context.text(receiver) == "Object"
                    && matches!(name, "keys" | "values" | "entries")
        })
    };
    match tree.kind(id) {
        Kind::List => {
            let mut elements = tree.children(id);
            let (Some(spread), None) = (elements.next(), elements.next()) else { return None };
            let inner =
                tree.child(spread, Role::Value).filter(|_| tree.kind(spread) == Kind::Spread)?;
            fresh(inner).then_some(inner)
        }
        Kind::Call => {
            let (receiver, name) = context.method(id)?;
            (name == "slice" && context.arguments(id).is_empty() && fresh(receiver))
                .then_some(receiver)
        }
        _ => None,
    }
}

/// Whether the only argument is a function: those of iterators give iterators, but take one, too.
fn takes_callback(context: &Context<'_>, call: NodeId) -> bool {
    let [only] = *context.arguments(call).as_slice() else { return false };
    matches!(context.tree.kind(only), Kind::Lambda | Kind::Name)
}

/// Go: `[]byte(string(data))`
fn converted_back(context: &Context<'_>, id: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let outer = tree.node(id).parent;
    let text = context.text(id);
    let other = context.text(outer);
    let is_pair = (text.starts_with("string(") && other.starts_with("[]byte("))
        || (text.starts_with("[]byte(") && other.starts_with("string("));
    let converts = |it| matches!(tree.kind(it), Kind::Call | Kind::Cast);
    let only = |it: NodeId| {
        tree.children(it)
            .filter(|part| matches!(tree.role(*part), Role::Argument | Role::Value))
            .collect::<Vec<_>>()
    };
    let inner = only(id);
    let is_direct = converts(id) && converts(outer) && only(outer) == [id];
    match *inner.as_slice() {
        [inner] if is_pair && is_direct => Some(inner),
        _ => None,
    }
}

/// Java: `new ArrayList<>(rows).stream()`
fn copied_collection(context: &Context<'_>, id: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let member = tree.node(id).parent;
    let next = tree.name(member);
    let is_read = tree.kind(member) == Kind::Member
        && tree.role(member) == Role::Callee
        && matches!(next, "size" | "isEmpty" | "stream" | "contains");
    let [inner] = *context.arguments(id).as_slice() else { return None };
    let of = if is_read { context.called(id) } else { None };
    let copies =
        of.is_some_and(|path| matches!(path.rsplit('.').next(), Some("ArrayList" | "LinkedList")));
    (copies
        && tree.flags(id).has(Flags::CONSTRUCT)
        && context.types().of(inner) != Some(ValueType::Number))
    .then_some(inner)
}
