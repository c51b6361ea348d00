//! `bug/unsigned-below-zero`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::languages::NumberKind;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/unsigned-below-zero",
    category: Category::Bug,
    summary: "An unsigned number is compared with what is below zero",
    severity: Severity::Warning,
    confidence: 0.93,
    languages: &["rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `x < 0` and `x >= 0` where `x` is an unsigned number: a variable of such a type, or a length.",
        why: "An unsigned number is never negative: the first is always false, and the second always true. A loop that counts down to `>= 0` never ends: the number wraps round.",
        fix: "Use a signed type, or test before counting down: `while (n-- > 0)`.",
        limits: "The type must be written out where the variable is declared, or follow from its one value. Differences are left alone: C computes small types as `int`.",
        references: &["https://cwe.mitre.org/data/definitions/570.html"],
    },
    examples: &[
        Example::bad(
            "c",
            "int has_name(const char *name) {
    return strlen(name) >= 0;
           ^^^^^^^^^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "rust",
            "fn check(items: &[u8]) -> bool {
    let count = items.len();
    count < 0
    ^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(const std::vector<int>& items) {
    return items.size() < 0;
           ^^^^^^^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "c",
            "int is_less(uint8_t one, uint8_t other) {
    return one - other < 0;
}
",
        ),
        Example::bad(
            "c",
            "int check(unsigned int count) {
    return count < 0;
           ^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "c",
            "int check(size_t count) {
    return count >= 0;
           ^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "c",
            "int check(unsigned int count) {
    return count > 0;
}
",
        ),
        Example::good(
            "c",
            "int check(int count) {
    return count < 0;
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(unsigned count) {
    return count < 0;
           ^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(std::size_t count) {
    return count >= 0;
           ^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "cpp",
            "bool check(unsigned count) {
    return count > 0;
}
",
        ),
        Example::good(
            "cpp",
            "bool check(long count) {
    return count < 0;
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(count uint) bool {
	return count < 0
	       ^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(count uint32) bool {
	return count >= 0
	       ^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(count uint) bool {
	return count > 0
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(count int) bool {
	return count < 0
}
",
        ),
        Example::bad(
            "rust",
            "fn check(count: u32) -> bool {
    count < 0
    ^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "rust",
            "fn check(count: usize) -> bool {
    count >= 0
    ^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "rust",
            "fn check(count: u32) -> bool {
    count > 0
}
",
        ),
        Example::good(
            "rust",
            "fn check(count: i32) -> bool {
    count < 0
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(char count) {
        return count < 0;
               ^^^^^^^^^ is never negative
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(char count) {
        return count >= 0;
               ^^^^^^^^^^ is never negative
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(char count) {
        return count > 0;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(int count) {
        return count < 0;
    }
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    let is_zero = |it: NodeId| tree.kind(it) == Kind::Number && context.text(it) == "0";
    let (number, outcome) = match tree.node(id).operator {
        Operator::Less if is_zero(right) => (left, false),
        Operator::GreaterEqual if is_zero(right) => (left, true),
        Operator::Greater if is_zero(left) => (right, false),
        Operator::LessEqual if is_zero(left) => (right, true),
        _ => return,
    };
    // An operation may be of a wider type than its operands: C computes with `int` at least.
    let is_plain = matches!(tree.kind(number), Kind::Name | Kind::Call);
    if !is_plain || context.numbers().of(number) != Some(NumberKind::Unsigned) {
        return;
    }
    let (text, name) = (context.excerpt(id), context.excerpt(number));
    let declared = context.types().declared(number);
    let reason = match declared {
        Some(declared) => format!("`{name}` is declared as `{}`.", context.text(declared)),
        None => format!("`{name}` is an unsigned number."),
    };
    let mut report = context
        .report(id, format!("`{text}` is always {outcome}: `{name}` is never negative"))
        .because(reason);
    if let Some(declared) = declared {
        report = report.related(declared, "its type has no negative numbers");
    }
    report.emit();
}
