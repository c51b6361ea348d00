//! `bug/typeof-typo`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/typeof-typo",
    category: Category::Bug,
    summary: "typeof is compared with what it never gives",
    severity: Severity::Error,
    confidence: 0.98,
    languages: &["javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports comparisons of `typeof` with a string that is none of the types it names.",
        why: "`typeof` gives one of eight strings. A comparison with anything else is always false, and its branch never runs.",
        fix: "Spell the type as `typeof` does; for null and arrays compare with `null` or ask `Array.isArray`.",
        limits: "Only literal strings are looked at.",
        references: &["https://tc39.es/ecma262/#sec-typeof-operator"],
    },
    examples: &[
        Example::bad(
            "javascript",
            "function check(x) {
  return typeof x === 'strnig';
                      ^^^^^^^^ never gives
}
",
        ),
        Example::bad(
            "javascript",
            "function check(x) {
  return typeof x == \"array\";
                     ^^^^^^^ never gives
}
",
        ),
        Example::bad(
            "javascript",
            "function check(x) {
  return typeof x === undefined;
                      ^^^^^^^^^ never gives
}
",
        ),
        Example::good(
            "javascript",
            "const isCalled = (value) => typeof value === `function`;
",
        ),
        Example::good(
            "javascript",
            "function check(x) {
  return typeof x === 'string';
}
",
        ),
        Example::good(
            "javascript",
            "function check(x, y) {
  return typeof x === typeof y || typeof x === y;
}
",
        ),
        Example::bad(
            "typescript",
            "function check(x) {
  return typeof x === 'strnig';
                      ^^^^^^^^ never gives
}
",
        ),
        Example::bad(
            "typescript",
            "function check(x) {
  return typeof x == \"array\";
                     ^^^^^^^ never gives
}
",
        ),
        Example::bad(
            "typescript",
            "function check(x) {
  return typeof x === undefined;
                      ^^^^^^^^^ never gives
}
",
        ),
        Example::good(
            "typescript",
            "function check(x) {
  return typeof x === 'string';
}
",
        ),
        Example::good(
            "typescript",
            "function check(x, y) {
  return typeof x === typeof y || typeof x === y;
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

/// What `typeof` gives (ECMA-262, 13.5.3), and `unknown` of old Internet Explorer.
const TYPES: &[&str] = &[
    "undefined",
    "object",
    "boolean",
    "number",
    "string",
    "function",
    "symbol",
    "bigint",
    "unknown",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    let is_typeof =
        |it: NodeId| tree.kind(it) == Kind::Unary && tree.node(it).operator == Operator::TypeOf;
    let literal = match (is_typeof(left), is_typeof(right)) {
        (true, false) => right,
        (false, true) => left,
        _ => return,
    };
    let text = context.text(literal);
    let name = match tree.kind(literal) {
        Kind::String => text.trim_matches(['"', '\'', '`']),
        // `typeof x === undefined`
        Kind::Name | Kind::Null if matches!(text, "undefined" | "null") => text,
        _ => return,
    };
    if tree.kind(literal) == Kind::String && TYPES.contains(&name) {
        return;
    }
    context
        .report(literal, format!("`typeof` never gives {text}"))
        .because("`typeof` gives one of `undefined`, `object`, `boolean`, `number`, `string`, `function`, `symbol`, `bigint`.")
        .emit();
}
