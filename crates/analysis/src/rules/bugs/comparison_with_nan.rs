//! `bug/comparison-with-nan`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/comparison-with-nan",
    category: Category::Bug,
    summary: "A comparison with NaN",
    severity: Severity::Error,
    confidence: 0.97,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports comparisons with a NaN constant: `x == NaN`, `x < math.nan`.",
        why: "NaN is unequal to everything, itself included, and neither less nor greater: `==` never holds, `!=` always does.",
        fix: "Ask the value: `Number.isNaN(x)`, `math.isnan(x)`, `x.is_nan()`, `Double.isNaN(x)`, `math.IsNaN(x)`, `isnan(x)`.",
        limits: "A variable that holds NaN is not followed.",
        references: &["https://cwe.mitre.org/data/definitions/1024.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "import math

def is_missing(price):
    return price == math.nan
           ^^^^^^^^^^^^^^^^^ is always
",
        ),
        Example::bad(
            "python",
            "def is_missing(price):
    return price != float('nan')
           ^^^^^^^^^^^^^^^^^^^^^ is always
",
        ),
        Example::good(
            "python",
            "import math

def is_missing(price):
    return math.isnan(price)
",
        ),
        Example::good(
            "python",
            "def is_missing(price, nan):
    return price == nan
",
        ),
        Example::bad(
            "javascript",
            "function isMissing(price) {
  return price === NaN;
         ^^^^^^^^^^^^^ is always
}
",
        ),
        Example::bad(
            "javascript",
            "if (Number.NaN != price) report(price);
    ^^^^^^^^^^^^^^^^^^^ is always
",
        ),
        Example::good(
            "javascript",
            "const isMissing = (price) => Number.isNaN(price);
",
        ),
        Example::good(
            "javascript",
            "function f(price, NaN) { return price === NaN; }
",
        ),
        Example::bad(
            "typescript",
            "function isMissing(price: number): boolean {
  return price === NaN;
         ^^^^^^^^^^^^^ is always
}
",
        ),
        Example::bad(
            "typescript",
            "const known = (price: number) => price !== Number.NaN;
                                 ^^^^^^^^^^^^^^^^^^^^ is always
",
        ),
        Example::good(
            "typescript",
            "const isMissing = (price: number) => isNaN(price);
",
        ),
        Example::good(
            "typescript",
            "const same = (a: number, b: number) => Object.is(a, b);
",
        ),
        Example::bad(
            "rust",
            "fn is_missing(price: f64) -> bool {
    price == f64::NAN
    ^^^^^^^^^^^^^^^^^ is always
}
",
        ),
        Example::bad(
            "rust",
            "fn is_known(price: f32) -> bool {
    price != f32::NAN
    ^^^^^^^^^^^^^^^^^ is always
}
",
        ),
        Example::good(
            "rust",
            "fn is_missing(price: f64) -> bool {
    price.is_nan()
}
",
        ),
        Example::good(
            "rust",
            "fn is_open(price: f64) -> bool {
    price == f64::INFINITY
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"math\"

func isMissing(price float64) bool {
	return price == math.NaN()
	       ^^^^^^^^^^^^^^^^^^^ is always
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"math\"

func isKnown(price float64) bool {
	return math.NaN() != price
	       ^^^^^^^^^^^^^^^^^^^ is always
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"math\"

func isMissing(price float64) bool {
	return math.IsNaN(price)
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"math\"

func isOpen(price float64) bool {
	return price == math.Inf(1)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean isMissing(double price) {
        return price == Double.NaN;
               ^^^^^^^^^^^^^^^^^^^ is always
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean isKnown(float price) {
        return price != Float.NaN;
               ^^^^^^^^^^^^^^^^^^ is always
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isMissing(double price) {
        return Double.isNaN(price);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isOpen(double price) {
        return price == Double.MAX_VALUE;
    }
}
",
        ),
        Example::bad(
            "c",
            "int is_missing(double price) {
    return price == NAN;
           ^^^^^^^^^^^^ is always
}
",
        ),
        Example::bad(
            "c",
            "int is_known(double price) {
    return NAN != price;
           ^^^^^^^^^^^^ is always
}
",
        ),
        Example::good(
            "c",
            "int is_missing(double price) {
    return isnan(price);
}
",
        ),
        Example::good(
            "c",
            "int is_open(double price) {
    return price == INFINITY;
}
",
        ),
        Example::bad(
            "cpp",
            "bool is_missing(double price) {
    return price == NAN;
           ^^^^^^^^^^^^ is always
}
",
        ),
        Example::bad(
            "cpp",
            "bool is_known(double price) {
    return price != NAN;
           ^^^^^^^^^^^^ is always
}
",
        ),
        Example::good(
            "cpp",
            "bool is_missing(double price) {
    return std::isnan(price);
}
",
        ),
        Example::good(
            "cpp",
            "bool is_open(double price) {
    return price == HUGE_VAL;
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

/// Spellings of the constant, by language.
const NAMES: ByLanguage<&[&str]> = &[
    (
        &["python"],
        &["math.nan", "numpy.nan", "numpy.NaN", "float('nan')", "float(\"nan\")", "float('NaN')"],
    ),
    (&["javascript", "typescript"], &["NaN", "Number.NaN"]),
    (&["rust"], &["f64.NAN", "f32.NAN", "std.f64.NAN", "std.f32.NAN"]),
    (&["go"], &["math.NaN()"]),
    (&["java"], &["Double.NaN", "Float.NaN"]),
    (&["c", "cpp"], &["NAN", "nan(\"\")"]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(names) = context.in_language(NAMES) else { return };
    let is_identity = matches!(
        tree.node(id).operator,
        Operator::Is | Operator::IsNot | Operator::In | Operator::NotIn | Operator::InstanceOf
    );
    if is_identity {
        return;
    }
    let is_nan = |it: &NodeId| match tree.kind(*it) {
        Kind::Name | Kind::Member => {
            context.paths().of(*it).is_some_and(|path| names.contains(&&*path))
        }
        Kind::Call => {
            let text = context.text(*it);
            names.contains(&text)
        }
        _ => false,
    };
    let sides = [Role::Left, Role::Right].into_iter().filter_map(|role| tree.child(id, role));
    let Some(nan) = sides.into_iter().find(is_nan) else { return };
    let outcome = match tree.node(id).operator {
        Operator::NotEqual | Operator::StrictNotEqual => "true",
        _ => "false",
    };
    let name = context.excerpt(nan);
    context
        .report(id, format!("a comparison with `{name}` is always {outcome}"))
        .because("NaN equals nothing, not even itself, and has no order.")
        .emit();
}
