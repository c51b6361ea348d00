//! `bug/impossible-bit-test`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/impossible-bit-test",
    category: Category::Bug,
    summary: "A masked value is compared with what the mask rules out",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a comparison of `x & mask` or `x | mask` with a number that the mask makes impossible, and a condition that is `x | mask` alone.",
        why: "The comparison has the same outcome whatever the value is. The mask or the number is wrong, or `&` was meant.",
        fix: "Compare with the mask itself or with zero, and test bits with `&`.",
        limits: "Only numbers that are written out are compared.",
        references: &[
            "https://rust-lang.github.io/rust-clippy/master/index.html#bad_bit_mask",
            "https://spotbugs.readthedocs.io/en/stable/bugDescriptions.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def f(x):
    return (x & 4) == 2
           ^^^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "def f(x):
    return x | 1 == 0
           ^^^^^^^^^^
",
        ),
        Example::good(
            "python",
            "def f(x):
    return (x & 4) == 4
",
        ),
        Example::good(
            "python",
            "def f(x):
    return (x | 1) == 3
",
        ),
        Example::bad(
            "javascript",
            "const f = (x) => (x & 4) === 2;
                 ^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "javascript",
            "function f(x) { if (x | 4) { go(); } }
                    ^^^^^
",
        ),
        Example::good(
            "javascript",
            "const f = (x) => (x & 4) === 4;
",
        ),
        Example::good(
            "javascript",
            "function f(x) { if (x & 4) { go(); } }
",
        ),
        Example::bad(
            "typescript",
            "const f = (x: number): boolean => (x & 4) === 2;
                                  ^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "typescript",
            "function f(x: number): void { if (x | 4) { go(); } }
                                  ^^^^^
",
        ),
        Example::good(
            "typescript",
            "const f = (x: number): boolean => (x & 4) === 4;
",
        ),
        Example::good(
            "typescript",
            "function f(x: number): void { if (x & 4) { go(); } }
",
        ),
        Example::bad(
            "rust",
            "fn f(x: i32) -> bool { x & 4 == 2 }
                       ^^^^^^^^^^
",
        ),
        Example::bad(
            "rust",
            "fn f(x: i32) -> bool { x | 1 == 0 }
                       ^^^^^^^^^^
",
        ),
        Example::good(
            "rust",
            "fn f(x: i32) -> bool { x & 4 == 4 }
",
        ),
        Example::good(
            "rust",
            "fn f(x: i32) -> bool { x | 1 == 3 }
",
        ),
        Example::bad(
            "go",
            "func f(x int) bool { return x&4 == 2 }
                            ^^^^^^^^
",
        ),
        Example::bad(
            "go",
            "func f(x int) bool { return x|1 == 0 }
                            ^^^^^^^^
",
        ),
        Example::good(
            "go",
            "func f(x int) bool { return x&4 == 4 }
",
        ),
        Example::good(
            "go",
            "func f(x int) bool { return x|1 == 3 }
",
        ),
        Example::bad(
            "java",
            "class A { boolean f(int x) { return (x & 4) == 2; } }
                                    ^^^^^^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { boolean f(int x) { return (x | 1) == 0; } }
                                    ^^^^^^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { boolean f(int x) { return (x & 4) == 4; } }
",
        ),
        Example::good(
            "java",
            "class A { boolean f(int x) { return (x | 1) == 3; } }
",
        ),
        Example::bad(
            "c",
            "int f(int x) { return (x & 4) == 2; }
                      ^^^^^^^^^^^^
",
        ),
        Example::bad(
            "c",
            "int f(int x) { if (x | 4) return 1; return 0; }
                   ^^^^^
",
        ),
        Example::good(
            "c",
            "int f(int x) { return (x & 4) == 4; }
",
        ),
        Example::good(
            "c",
            "int f(int x, int y) { if (x | y) return 1; return 0; }
",
        ),
        Example::bad(
            "cpp",
            "bool f(int x) { return (x & 4) == 2; }
                       ^^^^^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "int f(int x) { return (x | 4) ? 1 : 2; }
                       ^^^^^
",
        ),
        Example::good(
            "cpp",
            "bool f(int x) { return (x & 4) == 4; }
",
        ),
        Example::good(
            "cpp",
            "bool f(int x) { return (x | 1) != 3; }
",
        ),
    ],
    kinds: &[Kind::Compare, Kind::If, Kind::While, Kind::Ternary],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.kind(id) != Kind::Compare {
        let Some(condition) = tree.child(id, Role::Condition) else { return };
        if let Some((Operator::BitOr, mask)) = masked(tree, condition)
            && mask > 0
            && context.language.id() != "python"
        {
            let text = context.excerpt(condition);
            context
                .report(condition, format!("`{text}` is never zero, so the condition always holds"))
                .because("Bits that `|` sets are set whatever the other side is.")
                .emit();
        }
        return;
    }
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    let operator = tree.node(id).operator;
    if !operator.is_equality() {
        return;
    }
    for (operation, other) in [(left, right), (right, left)] {
        let (Some((bits, mask)), Some(number)) = (masked(tree, operation), number(tree, other))
        else {
            continue;
        };
        let is_possible = match bits {
            Operator::BitAnd => number & !mask == 0,
            _ => number & mask == mask,
        };
        if !is_possible {
            let outcome = matches!(operator, Operator::NotEqual | Operator::StrictNotEqual);
            let text = context.excerpt(id);
            context
                .report(id, format!("`{text}` is always {outcome}, by the bits of its two numbers"))
                .because(format!("The mask is {mask:#b}, the number {number:#b}."))
                .emit();
            return;
        }
    }
}

/// The operator and the number of `x & 4` and `x | 4`.
fn masked(tree: &Tree, id: NodeId) -> Option<(Operator, u64)> {
    let operator = tree.node(id).operator;
    if tree.kind(id) != Kind::Binary || !matches!(operator, Operator::BitAnd | Operator::BitOr) {
        return None;
    }
    let mut operands = [Role::Right, Role::Left].into_iter().filter_map(|it| tree.child(id, it));
    operands.find_map(|it| number(tree, it)).map(|it| (operator, it))
}

fn number(tree: &Tree, id: NodeId) -> Option<u64> {
    if tree.kind(id) != Kind::Number {
        return None;
    }
    let text = tree.text(id).to_ascii_lowercase().replace('_', "");
    let text = text.trim_end_matches(['u', 'l']);
    match text.get(..2) {
        Some("0x") => u64::from_str_radix(text.get(2..)?, 16).ok(),
        Some("0b") => u64::from_str_radix(text.get(2..)?, 2).ok(),
        // `0177` counts in eights, or not, by the language.
        Some(start) if start.starts_with('0') => None,
        _ => text.parse().ok(),
    }
}
