//! `perf/growth-without-capacity`.

use crate::facts::loops;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::languages::ValueType;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/growth-without-capacity",
    category: Category::Perf,
    summary: "A list whose final length is known grows step by step",
    severity: Severity::Hint,
    confidence: 0.9,
    languages: &["rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports lists that start empty and get one element for each of another collection, in Go, Rust, Java and C++, without room made for them.",
        why: "A list that is full moves to a place twice as large: O(log n) allocations, and each element is copied about once more than needed.",
        fix: "Make room at once: `make([]T, 0, len(rows))`, `Vec::with_capacity(rows.len())`, `new ArrayList<>(rows.size())`, `reserve(rows.size())`; or collect a stream or iterator, which knows its length.",
        limits: "Elements that are added on a condition, and loops over what has no known length, are left alone.",
        references: &[
            "https://clang.llvm.org/extra/clang-tidy/checks/performance/inefficient-vector-operation.html",
        ],
    },
    examples: &[
        Example::bad(
            "rust",
            "fn names(rows: &[Row]) -> Vec<String> {
    let mut names = Vec::new();
    for row in rows {
        names.push(row.name());
        ^^^^^^^^^^^^^^^^^^^^^^ grows step by step
    }
    names
}
",
        ),
        Example::bad(
            "rust",
            "fn names(rows: &[Row]) -> Vec<String> {
    let mut names: Vec<String> = vec![];
    for row in rows.iter() {
        names.push(row.name());
        ^^^^^^^^^^^^^^^^^^^^^^ grows step by step
    }
    names
}
",
        ),
        Example::good(
            "rust",
            "fn names(rows: &[Row]) -> Vec<String> {
    let mut names = Vec::with_capacity(rows.len());
    for row in rows {
        names.push(row.name());
    }
    names
}
",
        ),
        Example::good(
            "rust",
            "fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in text.split(' ') {
        words.push(word.to_owned());
    }
    words
}
",
        ),
        Example::bad(
            "go",
            "package shop

func names(rows []Row) []string {
	var names []string
	for _, row := range rows {
		names = append(names, row.Name)
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ grows step by step
	}
	return names
}
",
        ),
        Example::bad(
            "go",
            "package shop

func names(rows []Row) []string {
	names := []string{}
	for _, row := range rows {
		names = append(names, row.Name)
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ grows step by step
	}
	return names
}
",
        ),
        Example::good(
            "go",
            "package shop

func names(rows []Row) []string {
	names := make([]string, 0, len(rows))
	for _, row := range rows {
		names = append(names, row.Name)
	}
	return names
}
",
        ),
        Example::good(
            "go",
            "package shop

func open(rows []Row) []string {
	var names []string
	for _, row := range rows {
		if row.Open {
			names = append(names, row.Name)
		}
	}
	return names
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    List<String> names(List<Row> rows) {
        List<String> names = new ArrayList<>();
        for (Row row : rows) {
            names.add(row.name());
            ^^^^^^^^^^^^^^^^^^^^^ grows step by step
        }
        return names;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    List<String> names(Set<Row> rows) {
        ArrayList<String> names = new ArrayList<>();
        for (Row row : rows) names.add(row.name());
                             ^^^^^^^^^^^^^^^^^^^^^ grows step by step
        return names;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    List<String> names(List<Row> rows) {
        List<String> names = new ArrayList<>(rows.size());
        for (Row row : rows) names.add(row.name());
        return names;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    List<String> names(List<Row> rows) {
        List<String> names = new ArrayList<>();
        for (Row row : rows) {
            if (row.open()) names.add(row.name());
        }
        return names;
    }
}
",
        ),
        Example::bad(
            "cpp",
            "std::vector<int> prices(const std::vector<Row>& rows) {
    std::vector<int> prices;
    for (const auto& row : rows) {
        prices.push_back(row.price);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ grows step by step
    }
    return prices;
}
",
        ),
        Example::bad(
            "cpp",
            "std::vector<std::string> names(const std::vector<Row>& rows) {
    std::vector<std::string> names;
    for (const auto& row : rows) names.emplace_back(row.name);
                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ grows step by step
    return names;
}
",
        ),
        Example::good(
            "cpp",
            "std::vector<int> prices(const std::vector<Row>& rows) {
    std::vector<int> prices;
    prices.reserve(rows.size());
    for (const auto& row : rows) prices.push_back(row.price);
    return prices;
}
",
        ),
        Example::good(
            "cpp",
            "std::vector<int> prices(const std::vector<Row>& rows) {
    std::vector<int> prices;
    for (const auto& row : rows) {
        if (row.open) prices.push_back(row.price);
    }
    return prices;
}
",
        ),
    ],
    kinds: &[Kind::Assign, Kind::Call],
    check,
};

/// Texts of values that start a list without room, by language; a C++ declaration has none.
const EMPTY: ByLanguage<&[&str]> = &[
    (&["go"], &["{}"]),
    (&["rust"], &["Vec::new()", "vec![]"]),
    (&["java"], &["new ArrayList<>()"]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(list) = grown(context, id) else { return };
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.resolve(list) else { return };
    // The statement stands in the loop's body by itself, so that each round adds one.
    let statement = if tree.kind(id) == Kind::Assign { id } else { tree.node(id).parent };
    let block = tree.node(statement).parent;
    let loop_node = if tree.kind(block) == Kind::Block { tree.node(block).parent } else { block };
    if tree.kind(loop_node) != Kind::ForEach
        || leaves_early(context, loop_node)
        || loops::innermost(tree, loop_node).is_some()
    {
        return;
    }
    let Some(iterable) = tree.child(loop_node, Role::Iterable) else { return };
    let Some(length) = countable(context, iterable) else { return };
    let Some(declared) = bindings.binding(binding).map(|it| it.declared_at) else { return };
    // Nothing has happened to the list before the loop, but that it was made empty.
    let before = bindings.occurrences(binding).iter().filter(|it| **it < loop_node).count();
    if before != 1 || !starts_empty(context, declared) || context.is_in_test(id) {
        return;
    }
    let (name, length) = (context.excerpt(list), context.excerpt(length));
    context
        .report(id, format!("`{name}` grows step by step to the length of `{length}`: O(log n) moves of all its elements"))
        .related(declared, format!("`{name}` starts without room"))
        .because(format!("Each round adds one element, so that `{name}` gets as long as `{length}`."))
        .emit();
}

/// The list that a statement adds one element to.
fn grown(context: &Context<'_>, id: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    if tree.kind(id) == Kind::Assign {
        let (target, value) = (tree.child(id, Role::Target)?, tree.child(id, Role::Value)?);
        let arguments = context.arguments(value);
        let [list, one] = *arguments.as_slice() else { return None };
        let adds = context.called(value)? == "append"
            && tree.kind(one) != Kind::Spread
            && tree.is_same(list, target);
        return (adds && tree.kind(target) == Kind::Name).then_some(target);
    }
    let (list, method) = context.method(id)?;
    let is_statement = tree.kind(tree.node(id).parent) == Kind::ExpressionStatement;
    let adds = matches!(method, "push" | "add" | "push_back" | "emplace_back");
    let known = context.in_language(&[(&["rust", "java", "cpp"], ())]).is_some();
    (adds
        && is_statement
        && known
        && context.arguments(id).len() == 1
        && tree.kind(list) == Kind::Name)
        .then_some(list)
}

/// The collection, of known length, that a loop runs over.
fn countable(context: &Context<'_>, iterable: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    match tree.kind(iterable) {
        Kind::Name => Some(iterable),
        Kind::Reference => {
            tree.child(iterable, Role::Value).filter(|it| tree.kind(*it) == Kind::Name)
        }
        Kind::Call => {
            let (list, method) = context.method(iterable)?;
            (matches!(method, "iter" | "iter_mut" | "into_iter") && tree.kind(list) == Kind::Name)
                .then_some(list)
        }
        _ => None,
    }
    .filter(|it| {
        matches!(context.types().of(*it), Some(ValueType::List | ValueType::Set | ValueType::Map))
    })
}

/// Whether a list is declared empty and without room.
fn starts_empty(context: &Context<'_>, declared: NodeId) -> bool {
    let tree = context.tree;
    let declaration = tree.node(declared).parent;
    if tree.kind(declaration) != Kind::Declare {
        return false;
    }
    let Some(value) = tree.child(declaration, Role::Value) else {
        // `var names []string`, `std::vector<int> prices;`
        let of = tree.child(declaration, Role::Type).map_or("", |it| context.text(it));
        return of.starts_with("[]") || of.starts_with("std::vector");
    };
    let text = context.text(value);
    context.in_language(EMPTY).is_some_and(|known| {
        known
            .iter()
            .any(|it| text == *it || *it == "{}" && text.starts_with("[]") && text.ends_with("{}"))
    })
}

/// Whether the loop may end or skip before the element is added.
fn leaves_early(context: &Context<'_>, loop_node: NodeId) -> bool {
    let tree = context.tree;
    tree.descendants(loop_node)
        .any(|it| matches!(tree.kind(it), Kind::Break | Kind::Continue | Kind::Return))
}
