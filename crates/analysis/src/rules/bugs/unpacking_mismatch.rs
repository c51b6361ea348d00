//! `bug/unpacking-mismatch`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/unpacking-mismatch",
    category: Category::Bug,
    summary: "A row of values is taken apart into another number of names",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["python"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports an assignment that takes a tuple or list literal apart into more, or fewer, names than it has elements, and a literal that is called, or run through, though it cannot be.",
        why: "Python raises an error whenever the line runs.",
        fix: "Make the two sides match, or write the comma that is missing.",
        limits: "Only values that are written out in the statement are counted.",
        references: &[
            "https://pylint.readthedocs.io/en/stable/user_guide/messages/warning/unbalanced-tuple-unpacking.html",
            "https://pylint.readthedocs.io/en/stable/user_guide/messages/error/not-callable.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "a, b = 1, 2, 3
^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "pairs = [(1, 2) (3, 4)]
         ^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "for x in 5:
         ^
    print(x)
",
        ),
        Example::good(
            "python",
            "a, b = 1, 2
",
        ),
        Example::good(
            "python",
            "a, *b = 1, 2, 3
",
        ),
    ],
    kinds: &[Kind::Assign, Kind::Call, Kind::ForEach],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    match tree.kind(id) {
        Kind::Assign => unpacked(context, id),
        Kind::Call => {
            let Some(callee) = tree.child(id, Role::Callee) else { return };
            let kind = tree.kind(callee);
            let is_value = kind.is_literal()
                || matches!(
                    kind,
                    Kind::Tuple | Kind::List | Kind::Map | Kind::Set | Kind::Template
                );
            if is_value && tree.text(callee) != "..." && !tree.text(id).starts_with("print") {
                let text = context.excerpt(callee);
                context
                    .report(
                        id,
                        format!("`{text}` is called: is a comma missing before the parentheses?"),
                    )
                    .because("A literal is no function.")
                    .emit();
            }
        }
        _ => {
            let Some(list) = tree.child(id, Role::Iterable) else { return };
            if matches!(tree.kind(list), Kind::Number | Kind::Boolean | Kind::Null) {
                let text = context.excerpt(list);
                context
                    .report(list, format!("`{text}` has no elements to run through"))
                    .because("A loop runs over something that holds elements.")
                    .emit();
            }
        }
    }
}

fn unpacked(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let sides = [Role::Target, Role::Value].map(|role| tree.child(id, role));
    let [Some(target), Some(value)] = sides else { return };
    let is_row = |it: NodeId| matches!(tree.kind(it), Kind::Tuple | Kind::List);
    if !is_row(target) || !is_row(value) || tree.node(id).operator.is_augmented() {
        return;
    }
    let names: Vec<NodeId> = tree.children(target).collect();
    let values: Vec<NodeId> = tree.children(value).collect();
    let mut all = names.iter().chain(&values);
    if all.any(|it| tree.kind(*it) == Kind::Spread) || names.len() == values.len() {
        return;
    }
    let (names, values) = (names.len(), values.len());
    context
        .report(id, format!("{values} values are taken apart into {names} names"))
        .because("Both sides are written out, so the line fails whenever it runs.")
        .emit();
}
