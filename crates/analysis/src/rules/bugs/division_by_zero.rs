//! `bug/division-by-zero`.

use crate::facts::control_flow::is_probe;
use crate::facts::values::Constant;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::languages::ValueType;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/division-by-zero",
    category: Category::Bug,
    summary: "A division by zero",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports divisions and remainders whose divisor is surely zero: a literal, or a variable that holds zero wherever control comes from.",
        why: "The program ends with an error, or goes on with infinity or NaN.",
        fix: "Divide by what was meant, or handle the zero before.",
        limits: "In JavaScript only remainders are reported, since `1 / 0` is a common way to write infinity; so are literal divisions of floating-point numbers. What tests and probes divide to see it fail is left alone.",
        references: &["https://cwe.mitre.org/data/definitions/369.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(a):
    return a // 0
           ^^^^^^ divides by zero
",
        ),
        Example::bad(
            "python",
            "def check(a):
    count = 0
    return a / count
           ^^^^^^^^^ divides by zero
",
        ),
        Example::good(
            "python",
            "def check(a, b):
    if b == 0:
        return 0
    return a / b
",
        ),
        Example::good(
            "python",
            "def check(a):
    count = 2
    return a / count
",
        ),
        Example::bad(
            "javascript",
            "function check(a) {
  return a % 0;
         ^^^^^ divides by zero
}
",
        ),
        Example::bad(
            "javascript",
            "function check(a) {
  const count = 0;
  return a % count;
         ^^^^^^^^^ divides by zero
}
",
        ),
        Example::good(
            "javascript",
            "function check(a, b) {
  if (b === 0) {
    return 0;
  }
  return a / b;
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  const count = 2;
  return a / count;
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  return a % 0;
         ^^^^^ divides by zero
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  const count = 0;
  return a % count;
         ^^^^^^^^^ divides by zero
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number, b: number) {
  if (b === 0) {
    return 0;
  }
  return a / b;
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  const count = 2;
  return a / count;
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32) -> i32 {
    return a % 0;
           ^^^^^ divides by zero
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32) -> i32 {
    let count = 0;
    return a % count;
           ^^^^^^^^^ divides by zero
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32, b: i32) -> i32 {
    if b == 0 {
        return 0;
    }
    return a / b;
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32) -> i32 {
    let count = 2;
    return a / count;
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a int) int{
	return a % 0
	       ^^^^^ divides by zero
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a int) int{
	count := 0
	return a % count
	       ^^^^^^^^^ divides by zero
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a, b int) int{
	if b == 0 {
		return 0
	}
	return a / b
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a int) int{
	count := 2
	return a / count
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(int a) {
        return a % 0;
               ^^^^^ divides by zero
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(int a) {
        int count = 0;
        return a % count;
               ^^^^^^^^^ divides by zero
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(int a, int b) {
        if (b == 0) {
            return 0;
        }
        return a / b;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(int a) {
        int count = 2;
        return a / count;
    }
}
",
        ),
        Example::bad(
            "c",
            "int f(void) {
    int count = 0;
    return 4 / count;
           ^^^^^^^^^ divides by zero
}
",
        ),
        Example::bad(
            "c",
            "int check(int a) {
    return a % 0;
           ^^^^^ divides by zero
}
",
        ),
        Example::bad(
            "c",
            "int check(int a) {
    int count = 0;
    return a % count;
           ^^^^^^^^^ divides by zero
}
",
        ),
        Example::good(
            "c",
            "int check(int a, int b) {
    if (b == 0) {
        return 0;
    }
    return a / b;
}
",
        ),
        Example::good(
            "c",
            "int check(int a) {
    int count = 2;
    return a / count;
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(int a) {
    return a % 0;
           ^^^^^ divides by zero
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(int a) {
    int count = 0;
    return a % count;
           ^^^^^^^^^ divides by zero
}
",
        ),
        Example::good(
            "cpp",
            "bool check(int a, int b) {
    if (b == 0) {
        return 0;
    }
    return a / b;
}
",
        ),
        Example::good(
            "cpp",
            "bool check(int a) {
    int count = 2;
    return a / count;
}
",
        ),
        Example::good(
            "c",
            "double endless(void) {
    return 1.0 / 0.0;
}
",
        ),
        Example::good(
            "javascript",
            "const endless = 1 / 0;
",
        ),
        Example::bad(
            "python",
            "def share(total, people):
    if people == 0:
        return total / people
               ^^^^^^^^^^^^^^ divides by zero
    return 0
",
        ),
    ],
    kinds: &[Kind::Binary],
    check,
};

/// Where a quotient by zero is a number.
const HAS_INFINITY: ByLanguage<bool> = &[(&["javascript", "typescript"], true)];

/// Where the remainder of a string is a string.
const FORMATS: ByLanguage<bool> = &[(&["python"], true)];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let operator = tree.node(id).operator;
    let divides = match operator {
        Operator::Divide => context.in_language(HAS_INFINITY).is_none(),
        Operator::FloorDivide | Operator::Remainder => true,
        _ => false,
    };
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    let made = context.types().of(left);
    let is_formatting = operator == Operator::Remainder
        && context.in_language(FORMATS).is_some()
        && made != Some(ValueType::Number);
    // `1 / 0`, alone or as all that a function does, is there to fail.
    let holder = tree.kind(tree.node(id).parent);
    let literal = |it: NodeId| tree.kind(it) == Kind::Number && context.text(it) == "0";
    let stands_alone = matches!(holder, Kind::ExpressionStatement | Kind::Lambda | Kind::Return);
    let is_meant = literal(right)
        && (context.text(left) == "1" || tree.kind(left).is_literal() && stands_alone);
    if !divides || is_formatting || is_meant || made == Some(ValueType::String) {
        return;
    }
    let value = context.values().at(right).map(|it| (it.constant, it.because));
    let told = match value {
        _ if literal(right) => right,
        Some((Constant::Range(0, 0), because)) => because,
        _ => return,
    };
    let is_fraction = |it: NodeId| tree.kind(it) == Kind::Number && context.text(it).contains('.');
    if is_fraction(left) || context.is_in_test(id) || is_probe(tree, tree.enclosing_statement(id)) {
        return;
    }
    let (text, divisor) = (context.excerpt(id), context.excerpt(right));
    let report = context
        .report(id, format!("`{text}` divides by zero"))
        .because(format!("`{divisor}` is 0 here."));
    if told == right { report } else { report.related(told, "this tells that it is zero") }.emit();
}
