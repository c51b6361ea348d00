//! `practice/redundant-boolean-comparison`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/redundant-boolean-comparison",
    category: Category::Practice,
    summary: "A comparison with true or false",
    severity: Severity::Information,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports comparisons with the literals true and false.",
        why: "A truth value compared with `true` is itself. In dynamic languages the comparison also fails for values that only count as true.",
        fix: "Leave the comparison out; negate the value instead of comparing it with false.",
        limits: "`is True` and `is False` in Python, which ask for the very objects, are left alone.",
        references: &["https://peps.python.org/pep-0008/#programming-recommendations"],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(open):
    return open == True
           ^^^^^^^^^^^^ it is a truth value itself
",
        ),
        Example::bad(
            "python",
            "def check(open):
    return open != False
           ^^^^^^^^^^^^^ it is a truth value itself
",
        ),
        Example::good(
            "python",
            "def check(open):
    return open
",
        ),
        Example::good(
            "python",
            "def check(open, closed):
    return open == closed
",
        ),
        Example::bad(
            "javascript",
            "function check(open) {
  return open === true;
         ^^^^^^^^^^^^^ it is a truth value itself
}
",
        ),
        Example::bad(
            "javascript",
            "function check(open) {
  return open !== false;
         ^^^^^^^^^^^^^^ it is a truth value itself
}
",
        ),
        Example::good(
            "javascript",
            "function check(open) {
  return open;
}
",
        ),
        Example::good(
            "javascript",
            "function check(open, closed) {
  return open === closed;
}
",
        ),
        Example::bad(
            "typescript",
            "function check(open: boolean): boolean {
  return open === true;
         ^^^^^^^^^^^^^ it is a truth value itself
}
",
        ),
        Example::bad(
            "typescript",
            "function check(open: boolean): boolean {
  return open !== false;
         ^^^^^^^^^^^^^^ it is a truth value itself
}
",
        ),
        Example::good(
            "typescript",
            "function check(open: boolean): boolean {
  return open;
}
",
        ),
        Example::good(
            "typescript",
            "function check(open: boolean, closed: boolean): boolean {
  return open === closed;
}
",
        ),
        Example::bad(
            "rust",
            "fn check(open: bool) -> bool {
    open == true
    ^^^^^^^^^^^^ it is a truth value itself
}
",
        ),
        Example::bad(
            "rust",
            "fn check(open: bool) -> bool {
    open != false
    ^^^^^^^^^^^^^ it is a truth value itself
}
",
        ),
        Example::good(
            "rust",
            "fn check(open: bool) -> bool {
    open
}
",
        ),
        Example::good(
            "rust",
            "fn check(open: bool, closed: bool) -> bool {
    open == closed
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(open bool) bool {
	return open == true
	       ^^^^^^^^^^^^ it is a truth value itself
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(open bool) bool {
	return open != false
	       ^^^^^^^^^^^^^ it is a truth value itself
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(open bool) bool {
	return open
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(open, closed bool) bool {
	return open == closed
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(boolean open) {
        return open == true;
               ^^^^^^^^^^^^ it is a truth value itself
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(boolean open) {
        return open != false;
               ^^^^^^^^^^^^^ it is a truth value itself
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(boolean open) {
        return open;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(boolean open, boolean closed) {
        return open == closed;
    }
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(bool open) {
    return open == true;
           ^^^^^^^^^^^^ it is a truth value itself
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(bool open) {
    return open != false;
           ^^^^^^^^^^^^^ it is a truth value itself
}
",
        ),
        Example::good(
            "cpp",
            "bool check(bool open) {
    return open;
}
",
        ),
        Example::good(
            "cpp",
            "bool check(bool open, bool closed) {
    return open == closed;
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if !tree.node(id).operator.is_equality() || context.is_in_test(id) {
        return;
    }
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    let (literal, value) = match (tree.kind(left), tree.kind(right)) {
        (Kind::Boolean, Kind::Boolean) => return,
        (Kind::Boolean, _) => (left, right),
        (_, Kind::Boolean) => (right, left),
        _ => return,
    };
    let (literal, value) = (context.excerpt(literal), context.excerpt(value));
    context
        .report(id, format!("`{value}` is compared with `{literal}`; it is a truth value itself"))
        .because("A truth value needs no comparison.")
        .emit();
}
