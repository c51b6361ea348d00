//! `bug/constant-reassigned`.

use crate::facts::{BindingKind, Entry};
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/constant-reassigned",
    category: Category::Bug,
    summary: "A name that must not change is assigned",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports an assignment to a `const`, an import, a function, a class, or the parameter of a `catch`.",
        why: "To a `const` or an import the assignment raises a TypeError; of a function, a class or an error the original is lost.",
        fix: "Assign to another variable, or declare this one with `let`.",
        limits: "Functions and variables that a script declares for other scripts are not seen from there.",
        references: &[
            "https://eslint.org/docs/latest/rules/no-const-assign",
            "https://eslint.org/docs/latest/rules/no-func-assign",
            "https://eslint.org/docs/latest/rules/no-ex-assign",
        ],
    },
    examples: &[
        Example::bad(
            "javascript",
            "function f() { const limit = 3; limit = 4; return limit; }
                                ^^^^^
",
        ),
        Example::bad(
            "javascript",
            "import { size } from './size.js';
size = 3;
^^^^
",
        ),
        Example::bad(
            "javascript",
            "function f() { try { go(); } catch (error) { error = 1; log(error); } }
                                             ^^^^^
",
        ),
        Example::good(
            "javascript",
            "class Poll {}
(function (Poll) {
  Poll.NEVER = Infinity;
})(Poll || (Poll = {}));
",
        ),
        Example::good(
            "javascript",
            "function f() { let limit = 3; limit = 4; return limit; }
",
        ),
        Example::good(
            "javascript",
            "function f() { for (const x of y) { go(x); } }
",
        ),
        Example::bad(
            "typescript",
            "function f(): number { const limit = 3; limit++; return limit; }
                                        ^^^^^
",
        ),
        Example::bad(
            "typescript",
            "class Size {}
Size = make();
^^^^
",
        ),
        Example::good(
            "typescript",
            "function f(): number { let limit = 3; limit++; return limit; }
",
        ),
        Example::good(
            "typescript",
            "const sizes: number[] = [];
sizes[0] = 1;
",
        ),
    ],
    kinds: &[Kind::Assign, Kind::Update],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let Some(target) = tree.child(id, Role::Target).filter(|it| tree.kind(*it) == Kind::Name)
    else {
        return;
    };
    // `Poll || (Poll = {})` assigns only where there is nothing yet: compilers write it for namespaces.
    let around = tree.node(id).parent;
    let is_spare = tree.kind(around) == Kind::Logical
        && tree.child(around, Role::Left).is_some_and(|it| tree.is_same(it, target));
    if is_spare {
        return;
    }
    let name = context.excerpt(target);
    let what = match bindings.resolve(target).map(|it| (it, bindings.binding(it))) {
        Some((binding, Some(known))) => {
            // A `var` of the same name makes it a variable.
            let declaration = tree.node(known.declared_at).parent;
            let is_own = bindings.definitions(binding).all(|it| {
                let around = tree.kind(tree.node(it).parent);
                it == known.declared_at || around != Kind::Declare
            });
            match known.kind {
                _ if !is_own => return,
                BindingKind::Import => "an import",
                BindingKind::Class => "a class",
                // What compilers write replaces itself when it is first called.
                BindingKind::Function
                    if tree.kind(declaration) == Kind::Function
                        && !tree.is_within(id, declaration) =>
                {
                    "a function"
                }
                _ if tree.kind(declaration) == Kind::Catch => "the error that was caught",
                BindingKind::Variable
                    if tree.kind(declaration) == Kind::Declare
                        && tree.flags(declaration).has(Flags::CONSTANT)
                        && tree.child(declaration, Role::Target) == Some(known.declared_at) =>
                {
                    "a constant"
                }
                _ => return,
            }
        }
        _ => match context.environment.entry(tree.name(target)) {
            Some(Entry::Import(_)) => "an import",
            Some(Entry::Class) => "a class",
            _ => return,
        },
    };
    context
        .report(target, format!("`{name}` is {what}, and is assigned here"))
        .because(format!("It is declared as {what}."))
        .emit();
}
