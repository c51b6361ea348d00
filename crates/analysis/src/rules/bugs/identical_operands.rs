//! `bug/identical-operands`.

use crate::facts::purity::{is_repeatable, is_same_meaning};
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/identical-operands",
    category: Category::Bug,
    summary: "Both operands of an operation are the same",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `a - a`, `a / a`, `a % a`, `a & a`, `a | a` and `a ^ a`: operations whose outcome does not depend on the value, or is the value itself.",
        why: "Nobody computes a zero or a copy in this way: one of the two operands was to be another variable, and was not changed when the line was copied.",
        fix: "Use the operand you meant. If the outcome is meant, write it: `0`, `1`, or the value alone.",
        limits: "Operands that hold a call are not compared, since it may give another value the second time; nor are literals and constants.",
        references: &["https://cwe.mitre.org/data/definitions/682.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(width, height, total):
    return width - width > 10
           ^^^^^^^^^^^^^ stands on both sides
",
        ),
        Example::bad(
            "python",
            "def check(width, height, total):
    return total / total > height
           ^^^^^^^^^^^^^ stands on both sides
",
        ),
        Example::good(
            "python",
            "def check(width, height, total):
    return width - height > 10
",
        ),
        Example::good(
            "python",
            "def check(width, height, total):
    return total + total > height
",
        ),
        Example::bad(
            "javascript",
            "function check(width, height, total) {
  return width - width > 10;
         ^^^^^^^^^^^^^ stands on both sides
}
",
        ),
        Example::bad(
            "javascript",
            "function check(width, height, total) {
  return total / total > height;
         ^^^^^^^^^^^^^ stands on both sides
}
",
        ),
        Example::good(
            "javascript",
            "function check(width, height, total) {
  return width - height > 10;
}
",
        ),
        Example::good(
            "javascript",
            "function check(width, height, total) {
  return total + total > height;
}
",
        ),
        Example::bad(
            "typescript",
            "function check(width: number, height: number, total: number): boolean {
  return width - width > 10;
         ^^^^^^^^^^^^^ stands on both sides
}
",
        ),
        Example::bad(
            "typescript",
            "function check(width: number, height: number, total: number): boolean {
  return total / total > height;
         ^^^^^^^^^^^^^ stands on both sides
}
",
        ),
        Example::good(
            "typescript",
            "function check(width: number, height: number, total: number): boolean {
  return width - height > 10;
}
",
        ),
        Example::good(
            "typescript",
            "function check(width: number, height: number, total: number): boolean {
  return total + total > height;
}
",
        ),
        Example::bad(
            "rust",
            "fn check(width: i32, height: i32, total: i32) -> bool {
    width - width > 10
    ^^^^^^^^^^^^^ stands on both sides
}
",
        ),
        Example::bad(
            "rust",
            "fn check(width: i32, height: i32, total: i32) -> bool {
    total / total > height
    ^^^^^^^^^^^^^ stands on both sides
}
",
        ),
        Example::good(
            "rust",
            "fn check(width: i32, height: i32, total: i32) -> bool {
    width - height > 10
}
",
        ),
        Example::good(
            "rust",
            "fn check(width: i32, height: i32, total: i32) -> bool {
    total + total > height
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(width, height, total int) bool {
	return width - width > 10
	       ^^^^^^^^^^^^^ stands on both sides
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(width, height, total int) bool {
	return total / total > height
	       ^^^^^^^^^^^^^ stands on both sides
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(width, height, total int) bool {
	return width - height > 10
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(width, height, total int) bool {
	return total + total > height
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(int width, int height, int total) {
        return width - width > 10;
               ^^^^^^^^^^^^^ stands on both sides
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(int width, int height, int total) {
        return total / total > height;
               ^^^^^^^^^^^^^ stands on both sides
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(int width, int height, int total) {
        return width - height > 10;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(int width, int height, int total) {
        return total + total > height;
    }
}
",
        ),
        Example::bad(
            "c",
            "int check(int width, int height, int total) {
    return width - width > 10;
           ^^^^^^^^^^^^^ stands on both sides
}
",
        ),
        Example::bad(
            "c",
            "int check(int width, int height, int total) {
    return total / total > height;
           ^^^^^^^^^^^^^ stands on both sides
}
",
        ),
        Example::good(
            "c",
            "int check(int width, int height, int total) {
    return width - height > 10;
}
",
        ),
        Example::good(
            "c",
            "int check(int width, int height, int total) {
    return total + total > height;
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(int width, int height, int total) {
    return width - width > 10;
           ^^^^^^^^^^^^^ stands on both sides
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(int width, int height, int total) {
    return total / total > height;
           ^^^^^^^^^^^^^ stands on both sides
}
",
        ),
        Example::good(
            "cpp",
            "bool check(int width, int height, int total) {
    return width - height > 10;
}
",
        ),
        Example::good(
            "cpp",
            "bool check(int width, int height, int total) {
    return total + total > height;
}
",
        ),
    ],
    kinds: &[Kind::Binary],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let outcome = match tree.node(id).operator {
        Operator::Subtract | Operator::BitXor | Operator::Remainder => "0",
        Operator::Divide | Operator::FloorDivide => "1",
        Operator::BitAnd | Operator::BitOr => "the operand itself",
        _ => return,
    };
    let operands = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = operands else { return };
    // Names in capitals are constants: a table of offsets may well start with a zero.
    let is_constant = !context.text(left).contains(char::is_lowercase);
    if is_constant
        || context.is_in_test(id)
        || !is_repeatable(tree, left)
        || !is_same_meaning(tree, &context.facts.bindings, left, right)
    {
        return;
    }
    let operand = context.excerpt(left);
    context
        .report(id, format!("`{operand}` stands on both sides: the outcome is always {outcome}"))
        .because(format!("Both operands are `{operand}`, which has one value here."))
        .emit();
}
