//! `practice/var-declaration`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/var-declaration",
    category: Category::Practice,
    summary: "A variable that reaches beyond its block",
    severity: Severity::Hint,
    confidence: 0.95,
    languages: &["javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `var` in JavaScript.",
        why: "The variable belongs to the whole function, and is there, as `undefined`, before the line that declares it: a second one of the name, or a function made in a loop, gets the same.",
        fix: "Use `const`, or `let` where it is assigned again.",
        limits: "Scripts that have to run without a build step in very old browsers need it.",
        references: &["https://eslint.org/docs/latest/rules/no-var"],
    },
    examples: &[
        Example::bad(
            "javascript",
            "function show() {
  var row = 1;
  ^^^^^^^^^^^^ whole function
  print(row);
}
",
        ),
        Example::bad(
            "javascript",
            "for (var i = 0; i < 3; i++) print(i);
     ^^^^^^^^^^ whole function
",
        ),
        Example::good(
            "javascript",
            "function show() {
  const row = 1;
  print(row);
}
",
        ),
        Example::good(
            "javascript",
            "for (let i = 0; i < 3; i++) print(i);
",
        ),
        Example::bad(
            "typescript",
            "function show() {
  var row = 1;
  ^^^^^^^^^^^^ whole function
  print(row);
}
",
        ),
        Example::bad(
            "typescript",
            "for (var i = 0; i < 3; i++) print(i);
     ^^^^^^^^^^ whole function
",
        ),
        Example::good(
            "typescript",
            "function show() {
  const row = 1;
  print(row);
}
",
        ),
        Example::good(
            "typescript",
            "for (let i = 0; i < 3; i++) print(i);
",
        ),
    ],
    kinds: &[Kind::Declare],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_inner = tree.kind(tree.node(id).parent) == Kind::Declare;
    if !tree.flags(id).has(Flags::FUNCTION_SCOPED) || is_inner {
        return;
    }
    let shown = context.excerpt(id).trim_end_matches(';').to_owned();
    context
        .report(id, format!("`{shown}` reaches over the whole function, also before this line"))
        .because("`var` knows no blocks.")
        .emit();
}
