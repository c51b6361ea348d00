//! `bug/chained-comparison`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/chained-comparison",
    category: Category::Bug,
    summary: "A comparison is compared again",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["javascript", "typescript", "c", "cpp"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `a < b < c`, where it does not mean what it means in mathematics.",
        why: "The first comparison gives true or false, which counts as one or zero: `0 < x < 10` holds for every `x`.",
        fix: "Compare twice, and join the two by `&&`.",
        limits: "Comparisons of truth values by `==`, and ones in parentheses, are left alone: they may be meant.",
        references: &["https://cwe.mitre.org/data/definitions/783.html"],
    },
    examples: &[
        Example::fixed(
            "javascript",
            "function check(low, x, high) {
  return high > x > low;
         ^^^^^^^^^^^^^^ compares the outcome of a comparison
}
",
            "function check(low, x, high) {
  return high > x && x > low;
}
",
        ),
        Example::fixed(
            "javascript",
            "function check(low, x, high) {
  return low <= x <= high;
         ^^^^^^^^^^^^^^^^ compares the outcome of a comparison
}
",
            "function check(low, x, high) {
  return low <= x && x <= high;
}
",
        ),
        Example::good(
            "javascript",
            "function check(low, x, high) {
  return low < x && x < high;
}
",
        ),
        Example::good(
            "javascript",
            "function check(low, x, high) {
  return (low < x) === (x < high);
}
",
        ),
        Example::fixed(
            "typescript",
            "function check(low: number, x: number, high: number): boolean {
  return high > x > low;
         ^^^^^^^^^^^^^^ compares the outcome of a comparison
}
",
            "function check(low: number, x: number, high: number): boolean {
  return high > x && x > low;
}
",
        ),
        Example::fixed(
            "typescript",
            "function check(low: number, x: number, high: number): boolean {
  return low <= x <= high;
         ^^^^^^^^^^^^^^^^ compares the outcome of a comparison
}
",
            "function check(low: number, x: number, high: number): boolean {
  return low <= x && x <= high;
}
",
        ),
        Example::good(
            "typescript",
            "function check(low: number, x: number, high: number): boolean {
  return low < x && x < high;
}
",
        ),
        Example::good(
            "typescript",
            "function check(low: number, x: number, high: number): boolean {
  return (low < x) === (x < high);
}
",
        ),
        Example::fixed(
            "c",
            "int check(int low, int x, int high) {
    return high > x > low;
           ^^^^^^^^^^^^^^ compares the outcome of a comparison
}
",
            "int check(int low, int x, int high) {
    return high > x && x > low;
}
",
        ),
        Example::fixed(
            "c",
            "int check(int low, int x, int high) {
    return low <= x <= high;
           ^^^^^^^^^^^^^^^^ compares the outcome of a comparison
}
",
            "int check(int low, int x, int high) {
    return low <= x && x <= high;
}
",
        ),
        Example::good(
            "c",
            "int check(int low, int x, int high) {
    return low < x && x < high;
}
",
        ),
        Example::good(
            "c",
            "int check(int low, int x, int high) {
    return (low < x) == (x < high);
}
",
        ),
        Example::fixed(
            "cpp",
            "bool check(int low, int x, int high) {
    return high > x > low;
           ^^^^^^^^^^^^^^ compares the outcome of a comparison
}
",
            "bool check(int low, int x, int high) {
    return high > x && x > low;
}
",
        ),
        Example::fixed(
            "cpp",
            "bool check(int low, int x, int high) {
    return low <= x <= high;
           ^^^^^^^^^^^^^^^^ compares the outcome of a comparison
}
",
            "bool check(int low, int x, int high) {
    return low <= x && x <= high;
}
",
        ),
        Example::good(
            "cpp",
            "bool check(int low, int x, int high) {
    return low < x && x < high;
}
",
        ),
        Example::good(
            "cpp",
            "bool check(int low, int x, int high) {
    return (low < x) == (x < high);
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if !is_order(tree, id) {
        return;
    }
    let Some(left) = tree.child(id, Role::Left).filter(|it| is_order(tree, *it)) else { return };
    let Some(middle) = tree.child(left, Role::Right) else { return };
    // `f<A>(x)`, where the grammar did not see type arguments.
    let is_grouped = |it: NodeId| tree.flags(it).has(Flags::PARENTHESIZED);
    if is_grouped(left) || tree.child(id, Role::Right).is_some_and(is_grouped) {
        return;
    }
    let text = context.excerpt(id);
    let again = format!(" && {}", context.text(middle));
    let after = Span::new(tree.span(left).end, tree.span(left).end);
    context
        .report(id, format!("`{text}` compares the outcome of a comparison, true or false"))
        .because("A comparison's outcome counts as 0 or 1.")
        .fix("compare twice", Safety::Unsafe, vec![(after, again)])
        .emit();
}

fn is_order(tree: &Tree, id: NodeId) -> bool {
    let orders = [Operator::Less, Operator::LessEqual, Operator::Greater, Operator::GreaterEqual];
    tree.kind(id) == Kind::Compare && orders.contains(&tree.node(id).operator)
}
