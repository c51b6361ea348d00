//! `bug/shift-out-of-range`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/shift-out-of-range",
    category: Category::Bug,
    summary: "A shift by more bits than there are",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports shifts by a constant that is negative, or as large as the number shifted is wide.",
        why: "JavaScript and Java take the distance modulo the width, so that a shift by 32 changes nothing; in C and C++ it is undefined; Go gives zero; Rust panics.",
        fix: "Shift a wider type, or by the distance that was meant.",
        limits: "The width is 32 bits for JavaScript's numbers and for literals without a suffix, otherwise the widest the language has.",
        references: &[
            "https://tc39.es/ecma262/#sec-left-shift-operator",
            "https://docs.oracle.com/javase/specs/jls/se17/html/jls-15.html#jls-15.19",
            "https://cwe.mitre.org/data/definitions/1335.html",
        ],
    },
    examples: &[
        Example::bad(
            "javascript",
            "function check(flags, bits) {
  return flags << 32;
         ^^^^^^^^^^^ at most
}
",
        ),
        Example::bad(
            "javascript",
            "function check(flags, bits) {
  return flags >> -1;
         ^^^^^^^^^^^ at most
}
",
        ),
        Example::good(
            "javascript",
            "function check(flags, bits) {
  return flags << 31;
}
",
        ),
        Example::good(
            "javascript",
            "function check(flags, bits) {
  return flags << bits;
}
",
        ),
        Example::bad(
            "typescript",
            "function check(flags: number, bits: number): number {
  return flags << 32;
         ^^^^^^^^^^^ at most
}
",
        ),
        Example::bad(
            "typescript",
            "function check(flags: number, bits: number): number {
  return flags >> -1;
         ^^^^^^^^^^^ at most
}
",
        ),
        Example::good(
            "typescript",
            "function check(flags: number, bits: number): number {
  return flags << 31;
}
",
        ),
        Example::good(
            "typescript",
            "function check(flags: number, bits: number): number {
  return flags << bits;
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    long check(int flags, int bits) {
        return flags << 64;
               ^^^^^^^^^^^ at most
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    long check(int flags, int bits) {
        return 1 << 32;
               ^^^^^^^ at most
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    long check(int flags, int bits) {
        return 1L << 32;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    long check(int flags, int bits) {
        return flags << 3;
    }
}
",
        ),
        Example::bad(
            "c",
            "long check(int flags, int bits) {
    return 1 << 40;
           ^^^^^^^ at most
}
",
        ),
        Example::bad(
            "c",
            "long check(int flags, int bits) {
    return flags >> 128;
           ^^^^^^^^^^^^ at most
}
",
        ),
        Example::good(
            "c",
            "long check(int flags, int bits) {
    return 1ULL << 40;
}
",
        ),
        Example::good(
            "c",
            "long check(int flags, int bits) {
    return flags << 3;
}
",
        ),
        Example::bad(
            "cpp",
            "long check(int flags, int bits) {
    return 1 << 40;
           ^^^^^^^ at most
}
",
        ),
        Example::bad(
            "cpp",
            "long check(int flags, int bits) {
    return flags >> 128;
           ^^^^^^^^^^^^ at most
}
",
        ),
        Example::good(
            "cpp",
            "long check(int flags, int bits) {
    return 1ULL << 40;
}
",
        ),
        Example::good(
            "cpp",
            "long check(int flags, int bits) {
    return flags << 3;
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(flags, bits int) int {
	return flags << 64
	       ^^^^^^^^^^^ at most
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(flags, bits int) int {
	return flags << 70
	       ^^^^^^^^^^^ at most
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(flags, bits int) int {
	return flags << 3
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(flags, bits int) int {
	return flags >> 63
}
",
        ),
        Example::bad(
            "rust",
            "fn check(flags: i32, bits: i32) -> i32 {
    flags << 128
    ^^^^^^^^^^^^ at most
}
",
        ),
        Example::bad(
            "rust",
            "fn check(flags: i32, bits: i32) -> i32 {
    flags >> 200
    ^^^^^^^^^^^^ at most
}
",
        ),
        Example::good(
            "rust",
            "fn check(flags: i32, bits: i32) -> i32 {
    flags << 3
}
",
        ),
        Example::good(
            "rust",
            "fn check(flags: i32, bits: i32) -> i32 {
    flags >> 31
}
",
        ),
    ],
    kinds: &[Kind::Binary],
    check,
};

/// A distance that may still be meant as one.
const MOST_MEANT: i64 = 256;

/// The widest integer in bits, and how wide a literal without a suffix is.
const WIDTHS: ByLanguage<(i64, i64)> = &[
    (&["javascript", "typescript"], (32, 32)),
    (&["java"], (64, 32)),
    (&["c", "cpp"], (128, 32)),
    (&["go"], (64, 1 << 16)),
    (&["rust"], (128, 128)),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((widest, of_literal)) = context.in_language(WIDTHS) else { return };
    let shifts = [Operator::ShiftLeft, Operator::ShiftRight, Operator::ShiftRightUnsigned];
    if !shifts.contains(&tree.node(id).operator) {
        return;
    }
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    // A stream is written to: `out << 64`.
    let text = context.text(left);
    let is_number = tree.kind(left) == Kind::Number;
    let is_plain = is_number && text.bytes().all(|it| it.is_ascii_digit());
    let is_chain = tree.kind(left) == Kind::Binary && shifts.contains(&tree.node(left).operator);
    let stands_alone = tree.kind(tree.node(id).parent) == Kind::ExpressionStatement;
    // Go's constants are as wide as they need to be, and a mask of theirs is shifted to the right.
    let is_open = *of_literal > 128 && tree.node(id).operator == Operator::ShiftRight;
    if is_open || is_chain || stands_alone || tree.kind(left) == Kind::String {
        return;
    }
    let Some(distance) = distance(context, right) else { return };
    let width = if is_plain { *of_literal } else { *widest };
    // Nobody shifts so far: a stream is written to.
    if (0..width).contains(&distance) || distance > MOST_MEANT {
        return;
    }
    let text = context.excerpt(id);
    let most = width - 1;
    context
        .report(id, format!("`{text}` shifts by {distance}; at most {most} makes sense here"))
        .because(format!("The value has at most {width} bits."))
        .emit();
}

/// A shift's distance, where it is written out.
fn distance(context: &Context<'_>, id: NodeId) -> Option<i64> {
    let tree = context.tree;
    match tree.kind(id) {
        Kind::Number => context.text(id).parse().ok(),
        Kind::Unary if tree.node(id).operator == Operator::Negate => {
            let operand = tree.child(id, Role::Operand)?;
            context.text(operand).parse::<i64>().ok().map(|it| -it)
        }
        _ => None,
    }
}
