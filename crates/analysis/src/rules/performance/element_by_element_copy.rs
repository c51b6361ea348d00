//! `perf/element-by-element-copy`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/element-by-element-copy",
    category: Category::Perf,
    summary: "A loop copies a collection element by element",
    severity: Severity::Hint,
    confidence: 0.9,
    languages: &["python", "rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports loops whose only statement adds each element, as it is, to another collection, or copies one array to another by index.",
        why: "Each of n rounds checks for room and may grow the list; one call makes room once and copies the memory as a whole.",
        fix: "`extend`, `addAll`, `append(a, b...)`, `System.arraycopy`, `insert`.",
        limits: "Loops over what is no collection may have no such call.",
        references: &["https://staticcheck.dev/docs/checks/#S1011"],
    },
    examples: &[
        Example::bad(
            "python",
            "def gather(rows, result):
    for row in rows:
        result.append(row)
        ^^^^^^^^^^^^^^^^^^ one by one
",
        ),
        Example::bad(
            "python",
            "class Shop:
    def gather(self, rows):
        for row in rows:
            self.rows.append(row)
            ^^^^^^^^^^^^^^^^^^^^^ one by one
",
        ),
        Example::good(
            "python",
            "def gather(rows, result):
    result.extend(rows)
",
        ),
        Example::good(
            "python",
            "def gather(rows, result):
    for row in rows:
        result.append(row.name)
",
        ),
        Example::bad(
            "rust",
            "fn gather(rows: &[i32], result: &mut Vec<i32>) {
    for row in rows {
        result.push(*row);
        ^^^^^^^^^^^^^^^^^ one by one
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn gather(rows: Vec<String>, result: &mut Vec<String>) {
    for row in rows {
        result.push(row);
        ^^^^^^^^^^^^^^^^ one by one
    }
}
",
        ),
        Example::good(
            "rust",
            "fn gather(rows: &[i32], result: &mut Vec<i32>) {
    result.extend_from_slice(rows);
}
",
        ),
        Example::good(
            "rust",
            "fn gather(rows: &[i32], result: &mut Vec<i32>) {
    for row in rows {
        result.push(row + 1);
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

func gather(rows []int, result []int) []int {
	for _, row := range rows {
		result = append(result, row)
		^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one by one
	}
	return result
}
",
        ),
        Example::bad(
            "go",
            "package shop

func (s *Shop) gather(rows []int) {
	for _, row := range rows {
		s.rows = append(s.rows, row)
		^^^^^^^^^^^^^^^^^^^^^^^^^^^^ one by one
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func gather(rows []int, result []int) []int {
	return append(result, rows...)
}
",
        ),
        Example::good(
            "go",
            "package shop

func gather(rows []int, result []int) []int {
	for _, row := range rows {
		result = append(result, row+1)
	}
	return result
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void gather(List<Row> rows, List<Row> result) {
        for (Row row : rows) {
            result.add(row);
            ^^^^^^^^^^^^^^^ one by one
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void gather(Set<Row> rows) {
        for (Row row : rows) all.add(row);
                             ^^^^^^^^^^^^ one by one
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void gather(List<Row> rows, List<Row> result) {
        result.addAll(rows);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void gather(List<Row> rows, List<String> result) {
        for (Row row : rows) result.add(row.name());
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void gather(const std::vector<int>& rows, std::vector<int>& result) {
    for (int row : rows) result.push_back(row);
                         ^^^^^^^^^^^^^^^^^^^^^ one by one
}
",
        ),
        Example::bad(
            "cpp",
            "void gather(const std::vector<int>& rows, std::vector<int>& result) {
    for (auto row : rows) {
        result.push_back(row);
        ^^^^^^^^^^^^^^^^^^^^^ one by one
    }
}
",
        ),
        Example::good(
            "cpp",
            "void gather(const std::vector<int>& rows, std::vector<int>& result) {
    result.insert(result.end(), rows.begin(), rows.end());
}
",
        ),
        Example::good(
            "cpp",
            "void gather(const std::vector<int>& rows, std::vector<int>& result) {
    for (int row : rows) result.push_back(row + 1);
}
",
        ),
    ],
    kinds: &[Kind::ForEach],
    check,
};

/// Methods that add one element.
const ADDING: ByLanguage<&[&str]> = &[
    (&["python"], &["append"]),
    (&["rust"], &["push"]),
    (&["go"], &["append"]),
    (&["java"], &["add"]),
    (&["cpp"], &["push_back"]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let parts = [Role::Target, Role::Body, Role::Iterable].map(|role| tree.child(id, role));
    let [Some(target), Some(body), Some(iterable)] = parts else { return };
    if tree.flags(id).has(Flags::ASYNC) {
        return;
    }
    let mut at = body;
    if tree.kind(body) == Kind::Block {
        let mut statements = tree.children(body);
        let (Some(only), None) = (statements.next(), statements.next()) else { return };
        at = only;
    }
    let call = match tree.kind(at) {
        Kind::ExpressionStatement => tree.children(at).next(),
        Kind::Assign => tree.child(at, Role::Value),
        _ => Some(at),
    };
    let Some(call) = call.filter(|it| tree.kind(*it) == Kind::Call) else { return };
    let Some(adding) = context.in_language(ADDING) else { return };
    let name = tree.child(call, Role::Callee).map_or("", |it| tree.name(it));
    if !adding.contains(&name) || context.has_comment(tree.span(body)) {
        return;
    }
    let arguments = context.arguments(call);
    let value = match (context.method(call), arguments.as_slice()) {
        (Some(_), [value]) => *value,
        // `rows = append(rows, row)`
        (None, [list, value]) => {
            let assigned = tree.child(at, Role::Target);
            if !assigned.is_some_and(|it| tree.is_same(it, *list)) {
                return;
            }
            *value
        }
        _ => return,
    };
    let value = match tree.kind(value) {
        Kind::Dereference => tree.children(value).last().unwrap_or(value),
        _ => value,
    };
    let bindings = &context.facts.bindings;
    // Go's loop has an index before the element.
    let element = match tree.kind(target) {
        Kind::Tuple => match tree.children(target).collect::<Vec<_>>().as_slice() {
            [index, element] if context.text(*index) == "_" => *element,
            _ => return,
        },
        _ => target,
    };
    let is_element = tree.kind(value) == Kind::Name
        && bindings.resolve(value).is_some()
        && bindings.resolve(value) == bindings.resolve(element);
    // A call may give anything that can be run through.
    let is_collection = matches!(tree.kind(iterable), Kind::Name | Kind::Member | Kind::Reference);
    if !is_element || !is_collection || context.is_test_code(id) {
        return;
    }
    let shown = context.excerpt(at).trim_end_matches(';').to_owned();
    let at = if tree.kind(at) == Kind::ExpressionStatement { call } else { at };
    context
        .report(at, format!("`{shown}` copies the elements one by one, n calls for one"))
        .because("Each element is added as it is, and nothing else happens.")
        .emit();
}
