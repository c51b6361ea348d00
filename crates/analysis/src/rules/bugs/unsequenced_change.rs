//! `bug/unsequenced-change`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/unsequenced-change",
    category: Category::Bug,
    summary: "A variable is changed and used in one expression, in no fixed order",
    severity: Severity::Error,
    confidence: 0.94,
    languages: &["javascript", "typescript", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports `i = i++`, and in C and C++ a variable that one operand changes and another one reads.",
        why: "`i = i++` puts the old value back, so nothing changes. In C and C++ the order of the two is not fixed, and the program has no meaning.",
        fix: "Write the change as a statement of its own.",
        limits: "Only variables are compared, not what pointers lead to.",
        references: &[
            "https://wiki.sei.cmu.edu/confluence/display/c/EXP30-C.+Do+not+depend+on+the+order+of+evaluation+for+side+effects",
            "https://cwe.mitre.org/data/definitions/758.html",
        ],
    },
    examples: &[
        Example::bad(
            "javascript",
            "function f(x) { x = x++; return x; }
                ^^^^^^^
",
        ),
        Example::bad(
            "javascript",
            "function f(n) { let i = n; i = i--; return i; }
                           ^^^^^^^
",
        ),
        Example::good(
            "javascript",
            "function f(x) { x = ++x; return x; }
",
        ),
        Example::good(
            "javascript",
            "function f(a, i) { a[i] = i++; return g(i++, i); }
",
        ),
        Example::bad(
            "typescript",
            "function f(x: number): number { x = x++; return x; }
                                ^^^^^^^
",
        ),
        Example::bad(
            "typescript",
            "function f(n: number): number { let i = n; i = i--; return i; }
                                           ^^^^^^^
",
        ),
        Example::good(
            "typescript",
            "function f(x: number): number { x++; return x; }
",
        ),
        Example::good(
            "typescript",
            "function f(x: number, y: number): number { x = y++; return x + y; }
",
        ),
        Example::bad(
            "java",
            "class A { int f(int x) { x = x++; return x; } }
                         ^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { int f(int x) { x = x--; return x; } }
                         ^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { int f(int x, int y) { x = y++; return x + y; } }
",
        ),
        Example::good(
            "java",
            "class A { void f(int[] a, int i) { a[i] = i++; g(i++, i); } }
",
        ),
        Example::bad(
            "c",
            "int f(int i) { i = i++; return i; }
               ^^^^^^^
",
        ),
        Example::bad(
            "c",
            "int f(int i, int *a) { a[i] = i++; return i; }
                       ^^^^^^^^^^
",
        ),
        Example::bad(
            "c",
            "int f(int i) { return g(i++, i); }
                      ^^^^^^^^^
",
        ),
        Example::good(
            "c",
            "int f(int i, int *a) { a[i++] = 1; return i; }
",
        ),
        Example::good(
            "c",
            "int f(int i, int j) { return g(i++, j); }
",
        ),
        Example::bad(
            "cpp",
            "int f(int i) { i = i++; return i; }
               ^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "int f(int i) { return g(i, ++i); }
                      ^^^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "int f(int i) { i++; return i; }
",
        ),
        Example::good(
            "cpp",
            "int f(int i, int j) { return g(i, ++j); }
",
        ),
    ],
    kinds: &[Kind::Assign, Kind::Call],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_c = matches!(context.language.id(), "c" | "cpp");
    let found = match tree.kind(id) {
        Kind::Call if is_c => in_call(context, id),
        Kind::Assign if tree.node(id).operator == Operator::Assign => {
            let sides = [Role::Target, Role::Value].map(|role| tree.child(id, role));
            let [Some(target), Some(value)] = sides else { return };
            let restores = tree.kind(value) == Kind::Update
                && tree.child(value, Role::Target).is_some_and(|it| is_same_name(tree, it, target))
                && context.text(value).ends_with(['+', '-']);
            if restores {
                Some(target)
            } else if is_c && tree.kind(target) == Kind::Index && tree.kind(value) == Kind::Update {
                let index = tree.child(target, Role::Index);
                let changed = tree.child(value, Role::Target);
                index.filter(|it| changed.is_some_and(|other| is_same_name(tree, *it, other)))
            } else {
                None
            }
        }
        _ => None,
    };
    let Some(found) = found else { return };
    let name = context.excerpt(found);
    context
        .report(id, format!("`{name}` is changed and used at once"))
        .because("What the other place sees of the change is not fixed, or the change is undone.")
        .emit();
}

/// Whether both are the same variable.
fn is_same_name(tree: &Tree, one: NodeId, other: NodeId) -> bool {
    let are_names = tree.kind(one) == Kind::Name && tree.kind(other) == Kind::Name;
    are_names && tree.node(one).symbol == tree.node(other).symbol
}

/// An argument that changes a variable which another argument is.
fn in_call(context: &Context<'_>, id: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let callee = tree.child(id, Role::Callee)?;
    // A macro may well use its arguments one after the other.
    if !tree.name(callee).contains(char::is_lowercase) || tree.name(callee) == "sizeof" {
        return None;
    }
    let arguments = context.arguments(id);
    let changed = arguments.iter().filter(|it| tree.kind(**it) == Kind::Update);
    let mut changed = changed.filter_map(|it| tree.child(*it, Role::Target));
    changed.find(|it| arguments.iter().any(|other| is_same_name(tree, *other, *it)))
}
