//! `practice/unused-parameter`.

use crate::facts::BindingKind;
use crate::findings::{Category, Severity};
use crate::ir::{Access, Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/unused-parameter",
    category: Category::Practice,
    summary: "A parameter is never used",
    severity: Severity::Hint,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports the last parameters of functions that nothing in the function mentions.",
        why: "Callers work out a value for nothing, and readers look for what it does.",
        fix: "Take it away, or start its name with an underscore.",
        limits: "Methods that others may override, functions that are handed on as values in the same file, and functions that only raise an error are left alone, as are parameters before one that is used.",
        references: &["https://eslint.org/docs/latest/rules/no-unused-vars"],
    },
    examples: &[
        Example::bad(
            "python",
            "def add(a, b):
           ^ is never used
    return a + 1
",
        ),
        Example::bad(
            "python",
            "def show(rows, width, height):
               ^^^^^ is never used
                      ^^^^^^ is never used
    for row in rows:
        print(row)
",
        ),
        Example::good(
            "python",
            "def add(a, b):
    return b
",
        ),
        Example::good(
            "python",
            "def add(a, b):
    raise NotImplementedError
",
        ),
        Example::bad(
            "javascript",
            "function add(a, b) {
                ^ is never used
  return a + 1;
}
",
        ),
        Example::bad(
            "javascript",
            "function show(rows, width) {
                    ^^^^^ is never used
  rows.forEach((row) => print(row));
}
",
        ),
        Example::good(
            "javascript",
            "function add(a, b) {
  return b;
}
",
        ),
        Example::good(
            "javascript",
            "function add(a, _b) {
  return arguments.length + a;
}
",
        ),
        Example::bad(
            "typescript",
            "function add(a, b) {
                ^ is never used
  return a + 1;
}
",
        ),
        Example::bad(
            "typescript",
            "function show(rows, width) {
                    ^^^^^ is never used
  rows.forEach((row) => print(row));
}
",
        ),
        Example::good(
            "typescript",
            "function add(a, b) {
  return b;
}
",
        ),
        Example::good(
            "typescript",
            "function add(a, _b) {
  return arguments.length + a;
}
",
        ),
        Example::bad(
            "rust",
            "fn add(a: i32, b: i32) -> i32 {
               ^ is never used
    a + 1
}
",
        ),
        Example::bad(
            "rust",
            "fn show(rows: &[i32], width: i32) {
                      ^^^^^ is never used
    for row in rows { print(row); }
}
",
        ),
        Example::good(
            "rust",
            "fn add(a: i32, _b: i32) -> i32 {
    a
}
",
        ),
        Example::good(
            "rust",
            "fn add(a: i32, b: i32) -> i32 {
    println!(\"{b}\");
    a
}
",
        ),
        Example::bad(
            "go",
            "package shop

func add(a int, b int) int {
                ^ is never used
	return a + 1
}
",
        ),
        Example::bad(
            "go",
            "package shop

func show(rows []int, width int) {
                      ^^^^^ is never used
	for _, row := range rows {
		print(row)
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func add(a int, b int) int {
	return b
}
",
        ),
        Example::good(
            "go",
            "package shop

func add(a int, _ int) int {
	return a
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    private int add(int a, int b) {
                               ^ is never used
        return a + 1;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    static void show(List<Row> rows, int width) {
                                         ^^^^^ is never used
        for (Row row : rows) print(row);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    private int add(int a, int b) {
        return b;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    public void add(int a, int b) {
        show(a);
    }
}
",
        ),
        Example::bad(
            "c",
            "int add(int a, int b) {
                   ^ is never used
    return a + 1;
}
",
        ),
        Example::bad(
            "c",
            "void show(struct row *rows, int count, int width) {
                                           ^^^^^ is never used
    for (int i = 0; i < count; i++) print(rows[i]);
}
",
        ),
        Example::good(
            "c",
            "int add(int a, int b) {
    return b;
}
",
        ),
        Example::good(
            "c",
            "int add(int a, int b) {
    (void) b;
    return a;
}
",
        ),
        Example::bad(
            "cpp",
            "int add(int a, int b) {
                   ^ is never used
    return a + 1;
}
",
        ),
        Example::bad(
            "cpp",
            "void show(struct row *rows, int count, int width) {
                                           ^^^^^ is never used
    for (int i = 0; i < count; i++) print(rows[i]);
}
",
        ),
        Example::good(
            "cpp",
            "int add(int a, int b) {
    return b;
}
",
        ),
        Example::good(
            "cpp",
            "int add(int a, int b) {
    (void) b;
    return a;
}
",
        ),
    ],
    kinds: &[Kind::Function],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let flags = tree.flags(id);
    let Some(body) = tree.child(id, Role::Body) else { return };
    if flags.has(Flags::STUB)
        || tree.is_damaged(id)
        || context.is_test_code(id)
        || may_be_given_by_others(context, id, body)
    {
        return;
    }
    let bindings = &context.facts.bindings;
    let mut unused = Vec::new();
    let parameters: Vec<NodeId> = tree.children_with(id, Role::Parameter).collect();
    'parameters: for parameter in parameters.into_iter().rev() {
        let targets: Vec<NodeId> = tree.children_with(parameter, Role::Target).collect();
        for target in targets.into_iter().rev() {
            let Some(binding) = bindings.resolve(target) else { break 'parameters };
            let name = tree.name(target);
            let is_own = bindings
                .binding(binding)
                .is_some_and(|it| it.kind == BindingKind::Parameter && it.declared_at == target);
            let is_read = bindings.occurrences(binding).len() > 1
                || tree.node(target).access != Access::Declare;
            if !is_own || is_read || matches!(name, "self" | "this" | "cls") {
                break 'parameters;
            }
            if !name.starts_with('_') {
                unused.push(target);
            }
        }
    }
    let source = tree.text(body);
    for target in unused.into_iter().rev() {
        let name = tree.name(target);
        // Macros, templates and strings for later may name it.
        if source.contains(name) && mentions_word(source, name) {
            continue;
        }
        context
            .report(target, format!("`{name}` is never used"))
            .because("Nothing in the function mentions it.")
            .emit();
    }
}

/// Whether the text holds the name as a word of its own.
fn mentions_word(text: &str, name: &str) -> bool {
    text.split(|it: char| !it.is_alphanumeric() && it != '_').any(|word| word == name)
}

/// Whether somebody else says which parameters the function has: it overrides a method, has a
/// decorator, is a callback, or is only there to be filled in.
fn may_be_given_by_others(context: &Context<'_>, id: NodeId, body: NodeId) -> bool {
    let tree = context.tree;
    let start = tree.text(id).split(['(', '{']).next().unwrap_or("");
    let is_bound = start.contains("private ") || start.contains("static ");
    let is_method = tree.flags(id).has(Flags::METHOD) || !is_free(context, id);
    let is_marked = tree.kind(tree.node(id).parent) == Kind::Decorated
        || tree.child(id, Role::Decorator).is_some();
    let mut statements = tree.children(body).filter(|it| {
        let inner = tree.children(*it).next();
        // A docstring does nothing.
        !(tree.kind(*it) == Kind::ExpressionStatement
            && inner.is_some_and(|it| matches!(tree.kind(it), Kind::String | Kind::Null)))
    });
    let first = statements.next();
    let does_nothing = first.is_none_or(|it| matches!(tree.kind(it), Kind::Raise | Kind::Empty));
    let name = tree.name(id);
    let is_called_back =
        ["main", "handler", "callback", "hook", "on_", "test", "setup", "init", "__"]
            .iter()
            .any(|word| name.to_ascii_lowercase().contains(word))
            || name.starts_with("on");
    is_method && !is_bound || is_marked || does_nothing || is_called_back
}

/// Whether a function belongs to no class.
fn is_free(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    tree.child(id, Role::Name).is_some_and(|it| tree.kind(it) == Kind::Name)
}
