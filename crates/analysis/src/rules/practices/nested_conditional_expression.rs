//! `practice/nested-conditional-expression`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/nested-conditional-expression",
    category: Category::Practice,
    summary: "A conditional expression inside another",
    severity: Severity::Information,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports a conditional expression that is a branch of another one.",
        why: "Which condition goes with which value takes counting, and a misplaced parenthesis changes it.",
        fix: "Use an `if` chain, or give the inner expression a name.",
        limits: "One that stands in a call's arguments inside the other is left alone.",
        references: &["https://eslint.org/docs/latest/rules/no-nested-ternary"],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(a, b):
    return 1 if a else 2 if b else 3
                       ^^^^^^^^^^^^^ stands inside another
",
        ),
        Example::bad(
            "python",
            "def check(a, b):
    return (1 if a else 2) if b else 3
            ^^^^^^^^^^^^^ stands inside another
",
        ),
        Example::good(
            "python",
            "def check(a, b):
    return 1 if a else 2
",
        ),
        Example::good(
            "python",
            "def check(a, b):
    return f(1 if a else 2) if b else 3
",
        ),
        Example::bad(
            "javascript",
            "function check(a, b) {
  return a ? 1 : b ? 2 : 3;
                 ^^^^^^^^^ stands inside another
}
",
        ),
        Example::bad(
            "javascript",
            "function check(a, b) {
  return a ? b ? 1 : 2 : 3;
             ^^^^^^^^^ stands inside another
}
",
        ),
        Example::good(
            "javascript",
            "function check(a, b) {
  return a ? 1 : 2;
}
",
        ),
        Example::good(
            "javascript",
            "function check(a, b) {
  return a ? f(b ? 1 : 2) : 3;
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: boolean, b: boolean): number {
  return a ? 1 : b ? 2 : 3;
                 ^^^^^^^^^ stands inside another
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: boolean, b: boolean): number {
  return a ? b ? 1 : 2 : 3;
             ^^^^^^^^^ stands inside another
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: boolean, b: boolean): number {
  return a ? 1 : 2;
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: boolean, b: boolean): number {
  return a ? f(b ? 1 : 2) : 3;
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int check(boolean a, boolean b) {
        return a ? 1 : b ? 2 : 3;
                       ^^^^^^^^^ stands inside another
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int check(boolean a, boolean b) {
        return a ? b ? 1 : 2 : 3;
                   ^^^^^^^^^ stands inside another
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int check(boolean a, boolean b) {
        return a ? 1 : 2;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int check(boolean a, boolean b) {
        return a ? f(b ? 1 : 2) : 3;
    }
}
",
        ),
        Example::bad(
            "c",
            "int check(int a, int b) {
    return a ? 1 : b ? 2 : 3;
                   ^^^^^^^^^ stands inside another
}
",
        ),
        Example::bad(
            "c",
            "int check(int a, int b) {
    return a ? b ? 1 : 2 : 3;
               ^^^^^^^^^ stands inside another
}
",
        ),
        Example::good(
            "c",
            "int check(int a, int b) {
    return a ? 1 : 2;
}
",
        ),
        Example::good(
            "c",
            "int check(int a, int b) {
    return a ? f(b ? 1 : 2) : 3;
}
",
        ),
        Example::bad(
            "cpp",
            "int check(bool a, bool b) {
    return a ? 1 : b ? 2 : 3;
                   ^^^^^^^^^ stands inside another
}
",
        ),
        Example::bad(
            "cpp",
            "int check(bool a, bool b) {
    return a ? b ? 1 : 2 : 3;
               ^^^^^^^^^ stands inside another
}
",
        ),
        Example::good(
            "cpp",
            "int check(bool a, bool b) {
    return a ? 1 : 2;
}
",
        ),
        Example::good(
            "cpp",
            "int check(bool a, bool b) {
    return a ? f(b ? 1 : 2) : 3;
}
",
        ),
    ],
    kinds: &[Kind::Ternary],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let node = tree.node(id);
    let is_branch = tree.kind(node.parent) == Kind::Ternary
        && matches!(node.role, Role::Then | Role::Else | Role::Condition);
    if !is_branch {
        return;
    }
    let outer = node.parent;
    let inner = context.excerpt(id);
    context
        .report(id, format!("`{inner}` stands inside another conditional expression"))
        .related(outer, "the outer one")
        .because("Conditional expressions inside one another are easily misread.")
        .emit();
}
