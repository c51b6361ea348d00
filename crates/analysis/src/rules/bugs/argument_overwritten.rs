//! `bug/argument-overwritten`.

use crate::findings::{Category, Severity};
use crate::ir::{Access, Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/argument-overwritten",
    category: Category::Bug,
    summary: "A parameter gets another value before anybody reads it",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports a parameter that the function's own block assigns before it is read for the first time.",
        why: "What callers pass has no effect: the assignment was meant for another variable, or is a leftover of debugging.",
        fix: "Assign to another variable, or remove the parameter.",
        limits: "Only assignments in the outermost block of the function are looked at.",
        references: &[
            "https://staticcheck.dev/docs/checks/#SA4009",
            "https://rules.sonarsource.com/java/RSPEC-1226/",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def greet(name, title):
    name = 'World'
    ^^^^
    return title + name
",
        ),
        Example::bad(
            "python",
            "def load(path, mode):
    log('load')
    path = settings.path
    ^^^^
    return open(path, mode)
",
        ),
        Example::good(
            "python",
            "def greet(name, title):
    name = name or 'World'
    return title + name
",
        ),
        Example::good(
            "python",
            "def load(path, mode):
    if not mode:
        path = 'x'
    return read(path, mode)
",
        ),
        Example::bad(
            "javascript",
            "function greet(name, title) {
  name = 'World';
  ^^^^
  return title + name;
}
",
        ),
        Example::bad(
            "javascript",
            "const load = (path) => {
  path = settings.path;
  ^^^^
  return read(path);
};
",
        ),
        Example::good(
            "javascript",
            "function greet(name, title) {
  name = name || 'World';
  return title + name;
}
",
        ),
        Example::good(
            "javascript",
            "const load = (path) => read(path);
",
        ),
        Example::bad(
            "typescript",
            "function greet(name: string): string {
  name = 'World';
  ^^^^
  return 'Hello ' + name;
}
",
        ),
        Example::bad(
            "typescript",
            "class A { load(path: string): string {
  path = this.path;
  ^^^^
  return read(path);
} }
",
        ),
        Example::good(
            "typescript",
            "function greet(name: string): string {
  name = name.trim();
  return name;
}
",
        ),
        Example::good(
            "typescript",
            "function load(path?: string): string { return read(path); }
",
        ),
        Example::bad(
            "go",
            "func greet(name string) string {
	name = \"World\"
	^^^^
	return \"Hello \" + name
}
",
        ),
        Example::bad(
            "go",
            "func load(path string, mode int) []byte {
	log(mode)
	path = settings.Path
	^^^^
	return read(path)
}
",
        ),
        Example::good(
            "go",
            "func greet(name string) string {
	name = strings.TrimSpace(name)
	return name
}
",
        ),
        Example::good(
            "go",
            "func load(path string) []byte { return read(path) }
",
        ),
        Example::bad(
            "java",
            "class A { int f(int x) { x = 5; return x; } }
                         ^
",
        ),
        Example::bad(
            "java",
            "class A { String greet(String name) { log(); name = title(); return name; } }
                                             ^^^^
",
        ),
        Example::good(
            "java",
            "class A { int f(int x) { x = x + 5; return x; } }
",
        ),
        Example::good(
            "java",
            "class A { String greet(String name) { if (ok) { name = title(); } return name; } }
",
        ),
        Example::bad(
            "c",
            "int f(int x) { x = 5; return x; }
               ^
",
        ),
        Example::bad(
            "c",
            "int g(char *name, int n) { log(n); name = title(); return len(name); }
                                   ^^^^
",
        ),
        Example::good(
            "c",
            "int f(int x) { x = x + 5; return x; }
",
        ),
        Example::good(
            "c",
            "int g(int *x) { *x = 5; return 1; }
",
        ),
        Example::bad(
            "cpp",
            "int f(int x) { x = 5; return x; }
               ^
",
        ),
        Example::bad(
            "cpp",
            "int g(Name *name) { log(); name = title(); return len(name); }
                           ^^^^
",
        ),
        Example::good(
            "cpp",
            "void f(int &x) { x = 5; }
",
        ),
        Example::good(
            "cpp",
            "int f(int x) { x = x + 5; return x; }
",
        ),
    ],
    kinds: &[Kind::Parameter],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let function = tree.node(id).parent;
    let Some(target) = tree.child(id, Role::Target).filter(|it| tree.kind(*it) == Kind::Name)
    else {
        return;
    };
    let Some(body) = tree.child(function, Role::Body) else { return };
    let Some(binding) = bindings.resolve(target) else { return };
    // A reference of C++ hands the value back.
    let is_handed_back = tree.text(id).contains('&') || tree.text(id).contains("[]");
    let is_captured = bindings.binding(binding).is_none_or(|it| it.is_captured);
    // What a function of Go gives stands after its parameters, by name.
    let name = tree.child(function, Role::Name).unwrap_or(function);
    let between = Span::new(tree.span(name).end, tree.span(id).start);
    let is_result = context.language.id() == "go" && between.of(tree.source()).contains(')');
    let has_default = tree.child(id, Role::Default).is_some();
    if is_result || has_default || context.is_test_code(id) {
        return;
    }
    if is_handed_back || is_captured || tree.name(target).starts_with('_') {
        return;
    }
    let Some(first) = bindings.occurrences(binding).iter().copied().find(|it| *it > target) else {
        return;
    };
    let assignment = tree.node(first).parent;
    let is_plain = tree.role(first) == Role::Target
        && tree.node(first).access == Access::Write
        && tree.kind(assignment) == Kind::Assign
        && tree.node(assignment).operator == Operator::Assign
        && tree.node(assignment).parent == body
        && tree.children_with(assignment, Role::Target).count() == 1;
    let Some(value) = tree.child(assignment, Role::Value).filter(|_| is_plain) else { return };
    let mentions =
        tree.descendants(value).chain([value]).any(|it| bindings.resolve(it) == Some(binding));
    // Somebody reads it afterwards, or it is there for its own sake.
    let is_read = bindings.uses(tree, binding).next().is_some();
    if mentions || !is_read || tree.symbol("arguments").is_some() || context.calls_macro(function) {
        return;
    }
    let name = context.excerpt(first);
    context
        .report(first, format!("the argument `{name}` is overwritten before anybody reads it"))
        .related(target, "the parameter")
        .because(format!("No way from the start of the function reads `{name}` before this."))
        .emit();
}
