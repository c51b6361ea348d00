//! `bug/mistyped-assignment-operator`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/mistyped-assignment-operator",
    category: Category::Bug,
    summary: "An assignment operator is written the wrong way round",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `x =+ 1` and `x =- 1`: an assignment, and a sign that stands right after it and away from its operand.",
        why: "`x =- 1` sets `x` to minus one; `x -= 1` takes one from it. The blanks say that the second was meant.",
        fix: "Turn the two characters around, or put the blank before the sign.",
        limits: "Only the spelling with a blank after the sign is reported: `x =-1` may be taste.",
        references: &["https://cwe.mitre.org/data/definitions/480.html"],
    },
    examples: &[
        Example::fixed(
            "python",
            "def check(total):
    total =+ 1
    ^^^^^^^^^^ assigns a signed value
",
            "def check(total):
    total += 1
",
        ),
        Example::fixed(
            "python",
            "def check(total):
    total =- 1
    ^^^^^^^^^^ assigns a signed value
",
            "def check(total):
    total -= 1
",
        ),
        Example::good(
            "python",
            "def check(total):
    total += 1
",
        ),
        Example::good(
            "python",
            "def check(total):
    total = -1
",
        ),
        Example::fixed(
            "javascript",
            "function check(total) {
  total =+ 1;
  ^^^^^^^^^^ assigns a signed value
}
",
            "function check(total) {
  total += 1;
}
",
        ),
        Example::fixed(
            "javascript",
            "function check(total) {
  total =- 1;
  ^^^^^^^^^^ assigns a signed value
}
",
            "function check(total) {
  total -= 1;
}
",
        ),
        Example::good(
            "javascript",
            "function check(total) {
  total += 1;
}
",
        ),
        Example::good(
            "javascript",
            "function check(total) {
  total = -1;
}
",
        ),
        Example::fixed(
            "typescript",
            "function check(total: number) {
  total =+ 1;
  ^^^^^^^^^^ assigns a signed value
}
",
            "function check(total: number) {
  total += 1;
}
",
        ),
        Example::fixed(
            "typescript",
            "function check(total: number) {
  total =- 1;
  ^^^^^^^^^^ assigns a signed value
}
",
            "function check(total: number) {
  total -= 1;
}
",
        ),
        Example::good(
            "typescript",
            "function check(total: number) {
  total += 1;
}
",
        ),
        Example::good(
            "typescript",
            "function check(total: number) {
  total = -1;
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    void check(int total) {
        total =+ 1;
        ^^^^^^^^^^ assigns a signed value
    }
}
",
            "class Shop {
    void check(int total) {
        total += 1;
    }
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    void check(int total) {
        total =- 1;
        ^^^^^^^^^^ assigns a signed value
    }
}
",
            "class Shop {
    void check(int total) {
        total -= 1;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int total) {
        total += 1;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int total) {
        total = -1;
    }
}
",
        ),
        Example::fixed(
            "c",
            "void check(int total) {
    total =+ 1;
    ^^^^^^^^^^ assigns a signed value
}
",
            "void check(int total) {
    total += 1;
}
",
        ),
        Example::fixed(
            "c",
            "void check(int total) {
    total =- 1;
    ^^^^^^^^^^ assigns a signed value
}
",
            "void check(int total) {
    total -= 1;
}
",
        ),
        Example::good(
            "c",
            "void check(int total) {
    total += 1;
}
",
        ),
        Example::good(
            "c",
            "void check(int total) {
    total = -1;
}
",
        ),
        Example::fixed(
            "cpp",
            "void check(int total) {
    total =+ 1;
    ^^^^^^^^^^ assigns a signed value
}
",
            "void check(int total) {
    total += 1;
}
",
        ),
        Example::fixed(
            "cpp",
            "void check(int total) {
    total =- 1;
    ^^^^^^^^^^ assigns a signed value
}
",
            "void check(int total) {
    total -= 1;
}
",
        ),
        Example::good(
            "cpp",
            "void check(int total) {
    total += 1;
}
",
        ),
        Example::good(
            "cpp",
            "void check(int total) {
    total = -1;
}
",
        ),
        Example::fixed(
            "go",
            "package shop

func check(total int) {
	total =- 1
	^^^^^^^^^^ assigns a signed value
}
",
            "package shop

func check(total int) {
	total -= 1
}
",
        ),
        Example::fixed(
            "go",
            "package shop

func check(total, rest int) {
	rest =- total
	^^^^^^^^^^^^^ assigns a signed value
}
",
            "package shop

func check(total, rest int) {
	rest -= total
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(total int) {
	total -= 1
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(total int) {
	total = -1
}
",
        ),
        Example::fixed(
            "rust",
            "fn check(total: i32) {
    total =- 1;
    ^^^^^^^^^^ assigns a signed value
}
",
            "fn check(total: i32) {
    total -= 1;
}
",
        ),
        Example::fixed(
            "rust",
            "fn check(total: i32, rest: i32) {
    rest =- total;
    ^^^^^^^^^^^^^ assigns a signed value
}
",
            "fn check(total: i32, rest: i32) {
    rest -= total;
}
",
        ),
        Example::good(
            "rust",
            "fn check(total: i32) {
    total -= 1;
}
",
        ),
        Example::good(
            "rust",
            "fn check(total: i32) {
    total = -1;
}
",
        ),
    ],
    kinds: &[Kind::Assign],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.node(id).operator != Operator::Assign {
        return;
    }
    let Some(value) = tree.child(id, Role::Value) else { return };
    let sign = match (tree.kind(value), tree.node(value).operator) {
        (Kind::Unary, Operator::Plus) => '+',
        (Kind::Unary, Operator::Negate) => '-',
        _ => return,
    };
    let start = tree.span(value).start as usize;
    let source = tree.source();
    let (before, after) =
        (source.get(..start).unwrap_or(""), source.get(start + 1..).unwrap_or(""));
    if !before.ends_with(" =") || !after.starts_with(' ') {
        return;
    }
    let operator = Span::new(start as u32 - 1, start as u32 + 1);
    context
        .report(id, format!("`={sign}` assigns a signed value; was `{sign}=` meant?"))
        .because("The sign stands by the equals sign, not by its operand.")
        .fix(format!("write `{sign}=`"), Safety::Unsafe, vec![(operator, format!("{sign}="))])
        .emit();
}
