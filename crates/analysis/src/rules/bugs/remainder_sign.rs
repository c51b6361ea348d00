//! `bug/remainder-sign`.

use crate::facts::values::Constant;
use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::languages::NumberKind;
use crate::rules::lengths;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/remainder-sign",
    category: Category::Bug,
    summary: "A remainder is compared as if it could not be negative",
    severity: Severity::Warning,
    confidence: 0.7,
    languages: &["javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports remainders of a variable that may be negative, compared with a positive number: `count % 2 == 1`.",
        why: "The remainder has the sign of the dividend: `-3 % 2` is -1, so that negative odd numbers pass for even ones.",
        fix: "Compare with 0, as in `count % 2 != 0`, or use the remainder that is never negative: `Math.floorMod`, `rem_euclid`.",
        limits: "Variables that are declared without a sign, or known to be no less than 0, are left alone, and so is Python, whose `%` has the sign of the divisor.",
        references: &[
            "https://go.dev/ref/spec#Integer_operators",
            "https://docs.oracle.com/javase/specs/jls/se17/html/jls-15.html#jls-15.17.3",
        ],
    },
    examples: &[
        Example::fixed(
            "javascript",
            "function isOdd(count) {
  return count % 2 === 1;
         ^^^^^^^^^^^^^^^ negative
}
",
            "function isOdd(count) {
  return count % 2 !== 0;
}
",
        ),
        Example::bad(
            "javascript",
            "function isLast(place, others) {
  const left = place - others;
  return left % 3 == 2;
         ^^^^^^^^^^^^^ negative
}
",
        ),
        Example::good(
            "javascript",
            "function padding(text) {
  const length = text.length;
  return length % 4 === 3 ? '=' : '';
}
",
        ),
        Example::good(
            "javascript",
            "function isOdd(count) {
  return count % 2 !== 0;
}
",
        ),
        Example::good(
            "javascript",
            "function odd(items) {
  return items.filter((item, at) => items.length % 2 === 1);
}
",
        ),
        Example::fixed(
            "typescript",
            "function isOdd(count) {
  return count % 2 === 1;
         ^^^^^^^^^^^^^^^ negative
}
",
            "function isOdd(count) {
  return count % 2 !== 0;
}
",
        ),
        Example::bad(
            "typescript",
            "function isLast(place, others) {
  const left = place - others;
  return left % 3 == 2;
         ^^^^^^^^^^^^^ negative
}
",
        ),
        Example::good(
            "typescript",
            "function isOdd(count) {
  return count % 2 !== 0;
}
",
        ),
        Example::good(
            "typescript",
            "function odd(items) {
  return items.filter((item, at) => items.length % 2 === 1);
}
",
        ),
        Example::fixed(
            "rust",
            "fn is_odd(count: i32) -> bool {
    count % 2 == 1
    ^^^^^^^^^^^^^^ negative
}
",
            "fn is_odd(count: i32) -> bool {
    count % 2 != 0
}
",
        ),
        Example::bad(
            "rust",
            "fn is_last(left: i64) -> bool {
    left % 3 == 2
    ^^^^^^^^^^^^^ negative
}
",
        ),
        Example::good(
            "rust",
            "fn is_odd(count: i32) -> bool {
    count % 2 != 0
}
",
        ),
        Example::good(
            "rust",
            "fn is_odd(count: u32) -> bool {
    count % 2 == 1
}
",
        ),
        Example::fixed(
            "go",
            "package shop

func isOdd(count int) bool {
	return count%2 == 1
	       ^^^^^^^^^^^^ negative
}
",
            "package shop

func isOdd(count int) bool {
	return count%2 != 0
}
",
        ),
        Example::bad(
            "go",
            "package shop

func isLast(left int64) bool {
	return left%3 == 2
	       ^^^^^^^^^^^ negative
}
",
        ),
        Example::good(
            "go",
            "package shop

func isOdd(count int) bool {
	return count%2 != 0
}
",
        ),
        Example::good(
            "go",
            "package shop

func isOdd(count uint) bool {
	return count%2 == 1
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    boolean isOdd(int count) {
        return count % 2 == 1;
               ^^^^^^^^^^^^^^ negative
    }
}
",
            "class Shop {
    boolean isOdd(int count) {
        return count % 2 != 0;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean isLast(long left) {
        return left % 3 == 2;
               ^^^^^^^^^^^^^ negative
    }
}
",
        ),
        Example::good(
            "java",
            "class Parity {
    boolean isOdd(int number) {
        if (number < 0) {
            throw new IllegalArgumentException();
        }
        return number % 2 == 1;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isOdd(int count) {
        return count % 2 != 0;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isOdd(char letter) {
        return letter % 2 == 1;
    }
}
",
        ),
        Example::fixed(
            "c",
            "int is_odd(int count) {
    return count % 2 == 1;
           ^^^^^^^^^^^^^^ negative
}
",
            "int is_odd(int count) {
    return count % 2 != 0;
}
",
        ),
        Example::bad(
            "c",
            "int is_last(long left) {
    return left % 3 == 2;
           ^^^^^^^^^^^^^ negative
}
",
        ),
        Example::good(
            "c",
            "int is_odd(int count) {
    return count % 2 != 0;
}
",
        ),
        Example::good(
            "c",
            "int is_odd(unsigned count) {
    return count % 2 == 1;
}
",
        ),
        Example::fixed(
            "cpp",
            "int is_odd(int count) {
    return count % 2 == 1;
           ^^^^^^^^^^^^^^ negative
}
",
            "int is_odd(int count) {
    return count % 2 != 0;
}
",
        ),
        Example::bad(
            "cpp",
            "int is_last(long left) {
    return left % 3 == 2;
           ^^^^^^^^^^^^^ negative
}
",
        ),
        Example::good(
            "cpp",
            "int is_odd(int count) {
    return count % 2 != 0;
}
",
        ),
        Example::good(
            "cpp",
            "int is_odd(unsigned count) {
    return count % 2 == 1;
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

/// How many uses of a variable are looked through for a test of its sign.
const LOOKED_AT: usize = 200;

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_equal = matches!(tree.node(id).operator, Operator::Equal | Operator::StrictEqual);
    if !is_equal || context.is_test_code(id) {
        return;
    }
    let side = |role| tree.child(id, role);
    let (Some(left), Some(operator), Some(right)) =
        (side(Role::Left), side(Role::Operator), side(Role::Right))
    else {
        return;
    };
    let is_remainder =
        tree.kind(left) == Kind::Binary && tree.node(left).operator == Operator::Remainder;
    let expected = tree.text(right).parse::<u64>();
    let (Some(dividend), Some(divisor)) =
        (tree.child(left, Role::Left), tree.child(left, Role::Right))
    else {
        return;
    };
    let is_plain = tree.kind(right) == Kind::Number
        && tree.kind(dividend) == Kind::Name
        && tree.kind(divisor) == Kind::Number;
    if !is_remainder || !is_plain || !expected.is_ok_and(|it| it > 0) {
        return;
    }
    if !may_be_negative(context, dividend) {
        return;
    }
    let (name, text) = (context.excerpt(dividend), context.excerpt(left));
    let mut report = context
        .report(id, format!("`{text}` is negative where `{name}` is"))
        .because("A remainder has the sign of the dividend.");
    if tree.text(divisor) == "2" {
        let unequal = if tree.node(id).operator == Operator::Equal { "!=" } else { "!==" };
        let edits =
            vec![(tree.span(operator), unequal.to_owned()), (tree.span(right), "0".to_owned())];
        report = report.fix("compare with 0", Safety::Unsafe, edits);
    }
    report.emit();
}

/// Whether nothing says that a variable is no less than 0.
fn may_be_negative(context: &Context<'_>, name: NodeId) -> bool {
    let (tree, bindings) = (context.tree, &context.facts.bindings);
    let Some(binding) = bindings.resolve(name) else { return false };
    // What an array or text has is counted from 0.
    let first = bindings.definitions(binding).next().and_then(|it| tree.parent(it));
    let value = first.and_then(|it| tree.child(it, Role::Value));
    if value.is_some_and(|it| lengths::measured(context, it).is_some()) {
        return false;
    }
    // A variable that counts a loop's rounds starts at 0.
    if context
        .values()
        .at(name)
        .is_some_and(|value| matches!(value.constant, Constant::Range(low, _) if low >= 0))
    {
        return false;
    }
    let types_tell = !context.knowledge().numbers.is_empty();
    let is_signed = !types_tell || context.numbers().of(name) == Some(NumberKind::Signed);
    is_signed && !is_tested(context, name)
}

/// Whether something before orders the variable, and so may look at its sign.
fn is_tested(context: &Context<'_>, name: NodeId) -> bool {
    let (tree, bindings) = (context.tree, &context.facts.bindings);
    let Some(binding) = bindings.resolve(name) else { return true };
    let mut before = bindings.occurrences(binding).iter().take_while(|it| **it < name);
    let orders = |it: &NodeId| tree.node(tree.node(*it).parent).operator.is_ordering();
    before.by_ref().take(LOOKED_AT).any(orders) || before.next().is_some()
}
