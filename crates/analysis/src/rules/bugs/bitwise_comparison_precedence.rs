//! `bug/bitwise-comparison-precedence`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/bitwise-comparison-precedence",
    category: Category::Bug,
    summary: "A bitwise operation takes a comparison as its operand",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `flags & MASK == 0` where the comparison binds tighter than `&`, `|` and `^`, and, in Python, `a == 1 & b == 2`, where it binds looser.",
        why: "The code means something else than it looks like: the mask is compared first, and the outcome is combined with the value.",
        fix: "Put the operation in parentheses: `(flags & MASK) == 0`; or use the logical operator: `a == 1 and b == 2`.",
        limits: "Operations between two comparisons, which C programs use for truth values, are left alone.",
        references: &["https://cwe.mitre.org/data/definitions/783.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def pick(a, b):
    return a == 1 & b == 2
           ^^^^^^^^^^^^^^^ is evaluated first
",
        ),
        Example::bad(
            "python",
            "def paid(orders):
    return orders[orders.state == 3 | orders.state == 4]
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is evaluated first
",
        ),
        Example::good(
            "python",
            "def pick(a, b):
    return (a == 1) & (b == 2)
",
        ),
        Example::good(
            "python",
            "def even(flags):
    return flags & 1 == 0
",
        ),
        Example::bad(
            "javascript",
            "function isSet(flags) {
  return flags & 4 == 4;
         ^^^^^^^^^^^^^^ is evaluated first
}
",
        ),
        Example::bad(
            "javascript",
            "if (mode | FLAG_A !== 0) run();
    ^^^^^^^^^^^^^^^^^^^ is evaluated first
",
        ),
        Example::good(
            "javascript",
            "const isSet = (flags) => (flags & 4) === 4;
",
        ),
        Example::good(
            "javascript",
            "const any = (a, b) => a > 1 | b > 1;
",
        ),
        Example::bad(
            "typescript",
            "function isSet(flags: number) {
  return flags & 4 == 4;
         ^^^^^^^^^^^^^^ is evaluated first
}
",
        ),
        Example::bad(
            "typescript",
            "if (mode & FLAG_A === 0) run();
    ^^^^^^^^^^^^^^^^^^^ is evaluated first
",
        ),
        Example::good(
            "typescript",
            "const isSet = (flags: number) => (flags & 4) === 4;
",
        ),
        Example::good(
            "typescript",
            "const any = (a: number, b: number) => a > 1 | b > 1;
",
        ),
        Example::bad(
            "c",
            "int is_set(int flags) {
    return flags & 4 == 4;
           ^^^^^^^^^^^^^^ is evaluated first
}
",
        ),
        Example::bad(
            "c",
            "int f(int mode) {
    if (mode & MODE_OPEN != 0) return 1;
        ^^^^^^^^^^^^^^^^^^^^^ is evaluated first
    return 0;
}
",
        ),
        Example::good(
            "c",
            "int is_set(int flags) {
    return (flags & 4) == 4;
}
",
        ),
        Example::good(
            "c",
            "int any(int a, int b) {
    return a > 1 | b > 1;
}
",
        ),
        Example::bad(
            "cpp",
            "bool is_set(int flags) {
    return flags & 4 == 4;
           ^^^^^^^^^^^^^^ is evaluated first
}
",
        ),
        Example::bad(
            "cpp",
            "bool f(int mode) {
    if (mode & MODE_OPEN != 0) return true;
        ^^^^^^^^^^^^^^^^^^^^^ is evaluated first
    return false;
}
",
        ),
        Example::good(
            "cpp",
            "bool is_set(int flags) {
    return (flags & 4) == 4;
}
",
        ),
        Example::good(
            "cpp",
            "bool any(int a, int b) {
    return a > 1 | b > 1;
}
",
        ),
    ],
    kinds: &[Kind::Binary, Kind::Compare],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    if context.tree.kind(id) == Kind::Compare {
        check_chain(context, id);
    } else {
        check_operation(context, id);
    }
}

/// `flags & MASK == 0`: the comparison is the operand.
fn check_operation(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let operands = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = operands else { return };
    if !is_bitwise(tree.node(id).operator) {
        return;
    }
    let is_comparison =
        |it: NodeId| tree.kind(it) == Kind::Compare && !tree.flags(it).has(Flags::PARENTHESIZED);
    let is_truth = |it: NodeId| {
        matches!(tree.kind(it), Kind::Compare | Kind::Logical | Kind::Boolean)
            || tree.kind(it) == Kind::Unary && tree.node(it).operator == Operator::Not
            || tree.kind(it) == Kind::Call
            || tree.kind(it) == Kind::Binary
    };
    let (comparison, other) = match (is_comparison(left), is_comparison(right)) {
        (true, false) => (left, right),
        (false, true) => (right, left),
        _ => return,
    };
    // Between truth values, `&` is an `&&` that evaluates both sides.
    if is_truth(other) {
        return;
    }
    let number =
        [Role::Left, Role::Right].into_iter().filter_map(|role| tree.child(comparison, role));
    let has_number =
        number.into_iter().any(|it| tree.kind(it) == Kind::Number || is_upper(tree.name(it)));
    if !has_number {
        return;
    }
    let (comparison, other) = (context.excerpt(comparison), context.excerpt(other));
    context
        .report(id, format!("`{comparison}` is evaluated first, then combined with `{other}`"))
        .because("A comparison binds tighter than `&`, `|` and `^` here.")
        .emit();
}

/// `a == 1 & b == 2` in Python: the operation is an operand in the middle.
fn check_chain(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.node(id).operator != Operator::Chain {
        return;
    }
    let middle = tree.children(id).find(|it| {
        tree.kind(*it) == Kind::Binary
            && is_bitwise(tree.node(*it).operator)
            && !tree.flags(*it).has(Flags::PARENTHESIZED)
    });
    let is_equality = context.text(id).matches("==").count() >= 2;
    let Some(middle) = middle.filter(|_| is_equality) else { return };
    let operation = context.excerpt(middle);
    context
        .report(id, format!("`{operation}` is evaluated first, then compared on both sides"))
        .because("`&`, `|` and `^` bind tighter than comparisons here.")
        .emit();
}

fn is_bitwise(operator: Operator) -> bool {
    matches!(operator, Operator::BitAnd | Operator::BitOr | Operator::BitXor)
}

fn is_upper(name: &str) -> bool {
    name.len() > 1 && !name.contains(char::is_lowercase)
}
