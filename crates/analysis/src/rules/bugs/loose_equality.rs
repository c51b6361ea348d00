//! `bug/loose-equality`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/loose-equality",
    category: Category::Bug,
    summary: "A comparison that converts its operands before it compares them",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["javascript", "typescript"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `==` and `!=` in JavaScript and TypeScript.",
        why: "They convert operands of different types: `0 == \"\"`, `\"1\" == [1]` and `null == undefined` are true, while `\"\" == \"0\"` is not.",
        fix: "Write `===` or `!==`, and convert on purpose where that is wanted.",
        limits: "Comparisons with `null` or `undefined`, which ask for both, are left alone, and so are those in which both sides are surely of one type.",
        references: &[
            "https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Operators/Equality",
        ],
    },
    examples: &[
        Example::fixed(
            "javascript",
            "function isAdmin(user) {
  return user.role == \"admin\";
         ^^^^^^^^^^^^^^^^^^^^ converts
}
",
            "function isAdmin(user) {
  return user.role === \"admin\";
}
",
        ),
        Example::fixed(
            "javascript",
            "function isEmpty(text) {
  if (text != 0) {
      ^^^^^^^^^ converts
    return false;
  }
  return true;
}
",
            "function isEmpty(text) {
  if (text !== 0) {
    return false;
  }
  return true;
}
",
        ),
        Example::fixed(
            "javascript",
            "function isSame(first, second) {
  return first == second;
         ^^^^^^^^^^^^^^^ converts
}
",
            "function isSame(first, second) {
  return first === second;
}
",
        ),
        Example::good(
            "javascript",
            "function isMissing(value) {
  return value == null || undefined != value.name;
}
",
        ),
        Example::good(
            "javascript",
            "function isText(value) {
  return typeof value == \"string\" && value !== \"\";
}
",
        ),
        Example::fixed(
            "typescript",
            "function isAdmin(user) {
  return user.role == \"admin\";
         ^^^^^^^^^^^^^^^^^^^^ converts
}
",
            "function isAdmin(user) {
  return user.role === \"admin\";
}
",
        ),
        Example::fixed(
            "typescript",
            "function isEmpty(text) {
  if (text != 0) {
      ^^^^^^^^^ converts
    return false;
  }
  return true;
}
",
            "function isEmpty(text) {
  if (text !== 0) {
    return false;
  }
  return true;
}
",
        ),
        Example::fixed(
            "typescript",
            "function isSame(first, second) {
  return first == second;
         ^^^^^^^^^^^^^^^ converts
}
",
            "function isSame(first, second) {
  return first === second;
}
",
        ),
        Example::good(
            "typescript",
            "function isMissing(value) {
  return value == null || undefined != value.name;
}
",
        ),
        Example::good(
            "typescript",
            "function isText(value) {
  return typeof value == \"string\" && value !== \"\";
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let strict = match tree.node(id).operator {
        Operator::Equal => "===",
        Operator::NotEqual => "!==",
        _ => return,
    };
    let side = |role| tree.child(id, role);
    let (Some(left), Some(operator), Some(right)) =
        (side(Role::Left), side(Role::Operator), side(Role::Right))
    else {
        return;
    };
    let asks_for_both = |it: NodeId| {
        tree.kind(it) == Kind::Null
            || (tree.kind(it) == Kind::Name && tree.name(it) == "undefined")
            || tree.node(it).operator == Operator::TypeOf
    };
    let types = context.types();
    let is_one_type = types.of(left).is_some_and(|it| types.of(right) == Some(it));
    if is_one_type || asks_for_both(left) || asks_for_both(right) {
        return;
    }
    let written = context.text(operator).to_owned();
    let edit = (tree.span(operator), strict.to_owned());
    context
        .report(id, format!("`{written}` converts its operands before it compares them"))
        .because("Nothing says that both sides are of one type.")
        .fix(format!("write `{strict}`"), Safety::Unsafe, vec![edit])
        .emit();
}
