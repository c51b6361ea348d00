//! `bug/negation-precedence`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, Role};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/negation-precedence",
    category: Category::Bug,
    summary: "A negation binds to one operand of a comparison",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["javascript", "typescript", "c", "cpp"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `!a in b`, `!a instanceof B`, `!a == b` and `!a > b`, where `!` applies to `a` alone.",
        why: "`!` binds tighter than comparisons: `!key in map` asks whether `true` or `false` is a key.",
        fix: "Put the comparison in parentheses: `!(key in map)`; or negate the operator: `a != b`.",
        limits: "A comparison of two negations, `!a == !b`, compares truth values and is left alone, as is a negation in parentheses.",
        references: &["https://eslint.org/docs/latest/rules/no-unsafe-negation"],
    },
    examples: &[
        Example::fixed(
            "javascript",
            "function add(key, map) {
  if (!key in map) return;
      ^^^^^^^^^^^ not the comparison negated
  map[key] = 1;
}
",
            "function add(key, map) {
  if (!(key in map)) return;
  map[key] = 1;
}
",
        ),
        Example::fixed(
            "javascript",
            "if (!shape instanceof Circle) draw(shape);
    ^^^^^^^^^^^^^^^^^^^^^^^^ not the comparison negated
",
            "if (!(shape instanceof Circle)) draw(shape);
",
        ),
        Example::good(
            "javascript",
            "if (!(key in map)) map[key] = 1;
",
        ),
        Example::good(
            "javascript",
            "function same(a, b) { return !a === !b; }
",
        ),
        Example::fixed(
            "typescript",
            "function add(key: string, map: Counts) {
  if (!key in map) return;
      ^^^^^^^^^^^ not the comparison negated
}
",
            "function add(key: string, map: Counts) {
  if (!(key in map)) return;
}
",
        ),
        Example::fixed(
            "typescript",
            "const many = (count: number) => !count > 3;
                                ^^^^^^^^^^ not the comparison negated
",
            "const many = (count: number) => !(count > 3);
",
        ),
        Example::good(
            "typescript",
            "if (!(shape instanceof Circle)) draw(shape);
",
        ),
        Example::good(
            "typescript",
            "const same = (a: boolean, isOpen: boolean) => !a === isOpen;
",
        ),
        Example::fixed(
            "c",
            "int few(int count) {
    return !count > 3;
           ^^^^^^^^^^ not the comparison negated
}
",
            "int few(int count) {
    return !(count > 3);
}
",
        ),
        Example::fixed(
            "c",
            "int f(int mode) {
    if (!mode == 2) return 1;
        ^^^^^^^^^^ not the comparison negated
    return 0;
}
",
            "int f(int mode) {
    if (!(mode == 2)) return 1;
    return 0;
}
",
        ),
        Example::good(
            "c",
            "int f(int mode) {
    return !(mode == 2);
}
",
        ),
        Example::good(
            "c",
            "int f(char *a, char *b) {
    return !a == !b;
}
",
        ),
        Example::fixed(
            "cpp",
            "bool few(int count) {
    return !count > 3;
           ^^^^^^^^^^ not the comparison negated
}
",
            "bool few(int count) {
    return !(count > 3);
}
",
        ),
        Example::fixed(
            "cpp",
            "bool f(int mode) {
    if (!mode == 2) return true;
        ^^^^^^^^^^ not the comparison negated
    return false;
}
",
            "bool f(int mode) {
    if (!(mode == 2)) return true;
    return false;
}
",
        ),
        Example::good(
            "cpp",
            "bool f(int mode) {
    return !(mode == 2);
}
",
        ),
        Example::good(
            "cpp",
            "bool f(char *a, char *b) {
    return !a == !b;
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(left), Some(right)) = (tree.child(id, Role::Left), tree.child(id, Role::Right))
    else {
        return;
    };
    let is_negation =
        |it: NodeId| tree.kind(it) == Kind::Unary && tree.node(it).operator == Operator::Not;
    let is_plain = is_negation(left) && !tree.flags(left).has(Flags::PARENTHESIZED);
    let is_double = tree.children(left).any(is_negation);
    // Compared with a truth value, a negation is one.
    let is_truth = is_negation(right)
        || matches!(tree.kind(right), Kind::Boolean | Kind::Compare | Kind::Logical)
        || matches!(context.types().of(right), Some(ValueType::Boolean));
    let looks_true = {
        let name = tree.name(right).trim_start_matches('_').to_ascii_lowercase();
        ["is", "has", "can", "should", "no", "was", "use", "enable", "allow", "invert", "negate"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
    };
    // `!(std::isnan)(x)`: a call, which the grammar takes for a cast.
    let is_cast = tree.children(left).any(|it| tree.kind(it) == Kind::Cast);
    if is_cast || !is_plain || is_double || is_truth || looks_true {
        return;
    }
    let is_membership = matches!(tree.node(id).operator, Operator::In | Operator::InstanceOf);
    let is_ordered = tree.node(id).operator.is_ordering();
    let is_literal = matches!(tree.kind(right), Kind::Number | Kind::String | Kind::Null);
    if !(is_membership || is_ordered || is_literal) {
        return;
    }
    let (negated, other) = (context.excerpt(left), context.excerpt(right));
    let inner = tree.child(left, Role::Operand).or_else(|| tree.last_child(left));
    let operand = tree.span(inner.unwrap_or(left));
    let start = tree.span(left).start;
    let end = tree.span(id).end;
    context
        .report(id, format!("`{negated}` is compared with `{other}`, not the comparison negated"))
        .because("`!` binds tighter than a comparison.")
        .fix(
            "Negate the comparison",
            Safety::Unsafe,
            vec![
                (Span::new(start, operand.start), "!(".to_owned()),
                (Span::new(end, end), ")".to_owned()),
            ],
        )
        .emit();
}
