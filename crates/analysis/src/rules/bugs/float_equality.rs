//! `bug/float-equality`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/float-equality",
    category: Category::Bug,
    summary: "A number with a fraction is compared exactly",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `==` and `!=` with a number that no binary fraction holds exactly: `share == 0.3`.",
        why: "Such numbers are rounded, and so is every result that is computed of them: `0.1 + 0.2 == 0.3` is false.",
        fix: "Ask whether the difference is small: `math.isclose`, `fabs(a - b) < tolerance`; or reckon in whole numbers.",
        limits: "Comparisons with fractions that are held exactly (0.5, 0.25, 1.0), often marks that a value was never computed, are left alone, and so are assertions, tests and comparisons of two variables.",
        references: &[
            "https://docs.oracle.com/cd/E19957-01/806-3568/ncg_goldberg.html",
            "https://docs.python.org/3/tutorial/floatingpoint.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def is_due(share: float):
    return share == 0.3
           ^^^^^^^^^^^^ exactly
",
        ),
        Example::bad(
            "python",
            "def differs(first: float, second: float):
    return first + second != 0.7
           ^^^^^^^^^^^^^^^^^^^^^ exactly
",
        ),
        Example::good(
            "python",
            "def is_unset(share: float):
    return share == 0.0 or share == 1.0
",
        ),
        Example::good(
            "python",
            "def is_due(share: float):
    return math.isclose(share, 0.3)
",
        ),
        Example::bad(
            "javascript",
            "function isDue(share) {
  return share === 0.3;
         ^^^^^^^^^^^^^ exactly
}
",
        ),
        Example::bad(
            "javascript",
            "function differs(first, second) {
  return first + second !== 0.7;
         ^^^^^^^^^^^^^^^^^^^^^^ exactly
}
",
        ),
        Example::good(
            "javascript",
            "function isUnset(share) {
  return share === 0.0 || share === 1.0;
}
",
        ),
        Example::good(
            "javascript",
            "function isDue(share) {
  return Math.abs(share - 0.3) < 1e-9;
}
",
        ),
        Example::bad(
            "typescript",
            "function isDue(share) {
  return share === 0.3;
         ^^^^^^^^^^^^^ exactly
}
",
        ),
        Example::bad(
            "typescript",
            "function differs(first, second) {
  return first + second !== 0.7;
         ^^^^^^^^^^^^^^^^^^^^^^ exactly
}
",
        ),
        Example::good(
            "typescript",
            "function isUnset(share) {
  return share === 0.0 || share === 1.0;
}
",
        ),
        Example::good(
            "typescript",
            "function isDue(share) {
  return Math.abs(share - 0.3) < 1e-9;
}
",
        ),
        Example::bad(
            "rust",
            "fn is_due(share: f64) -> bool {
    share == 0.3
    ^^^^^^^^^^^^ exactly
}
",
        ),
        Example::bad(
            "rust",
            "fn differs(first: f64, second: f64) -> bool {
    first + second != 0.7
    ^^^^^^^^^^^^^^^^^^^^^ exactly
}
",
        ),
        Example::good(
            "rust",
            "fn is_unset(share: f64) -> bool {
    share == 0.0 || share == 1.0
}
",
        ),
        Example::good(
            "rust",
            "fn is_due(share: f64) -> bool {
    (share - 0.3).abs() < 1e-9
}
",
        ),
        Example::bad(
            "go",
            "package shop

func isDue(share float64) bool {
	return share == 0.3
	       ^^^^^^^^^^^^ exactly
}
",
        ),
        Example::bad(
            "go",
            "package shop

func differs(first, second float64) bool {
	return first+second != 0.7
	       ^^^^^^^^^^^^^^^^^^^ exactly
}
",
        ),
        Example::good(
            "go",
            "package shop

func isUnset(share float64) bool {
	return share == 0.0 || share == 1.0
}
",
        ),
        Example::good(
            "go",
            "package shop

func isDue(share float64) bool {
	return math.Abs(share-0.3) < 1e-9
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean isDue(double share) {
        return share == 0.3;
               ^^^^^^^^^^^^ exactly
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean differs(double first, double second) {
        return first + second != 0.7;
               ^^^^^^^^^^^^^^^^^^^^^ exactly
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isUnset(double share) {
        return share == 0.0 || share == 1.0;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isDue(double share) {
        return Math.abs(share - 0.3) < 1e-9;
    }
}
",
        ),
        Example::bad(
            "c",
            "int is_due(double share) {
    return share == 0.3;
           ^^^^^^^^^^^^ exactly
}
",
        ),
        Example::bad(
            "c",
            "int differs(double first, double second) {
    return first + second != 0.7;
           ^^^^^^^^^^^^^^^^^^^^^ exactly
}
",
        ),
        Example::good(
            "c",
            "int is_unset(double share) {
    return share == 0.0 || share == 1.0;
}
",
        ),
        Example::good(
            "c",
            "int is_due(double share) {
    return fabs(share - 0.3) < 1e-9;
}
",
        ),
        Example::bad(
            "cpp",
            "bool is_due(double share) {
    return share == 0.3;
           ^^^^^^^^^^^^ exactly
}
",
        ),
        Example::bad(
            "cpp",
            "bool differs(double first, double second) {
    return first + second != 0.7;
           ^^^^^^^^^^^^^^^^^^^^^ exactly
}
",
        ),
        Example::good(
            "cpp",
            "bool is_unset(double share) {
    return share == 0.0 || share == 1.0;
}
",
        ),
        Example::good(
            "cpp",
            "bool is_due(double share) {
    return fabs(share - 0.3) < 1e-9;
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if !tree.node(id).operator.is_equality() || context.is_test_code(id) {
        return;
    }
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    let Some((number, other)) = [(left, right), (right, left)]
        .into_iter()
        .find(|(number, other)| is_rounded(tree, *number) && !tree.kind(*other).is_literal())
    else {
        return;
    };
    let (number, other) = (context.excerpt(number), context.excerpt(other));
    context
        .report(id, format!("`{other}` hardly ever is exactly `{number}`"))
        .because(format!("No binary fraction is `{number}`: both sides are rounded."))
        .emit();
}

/// Whether a literal is a decimal fraction that no floating-point number holds.
fn is_rounded(tree: &Tree, id: NodeId) -> bool {
    let text = tree.text(id);
    if tree.kind(id) != Kind::Number || text.starts_with("0x") || !text.contains('.') {
        return false;
    }
    let digits: String = text.chars().filter(|it| *it != '_').collect();
    let digits = digits.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    // What is held exactly is a whole number of 2⁻²⁰; more digits no one writes for such a number.
    digits.parse::<f64>().is_ok_and(|value| (value * f64::from(1_u32 << 20)).fract() != 0.0)
}
