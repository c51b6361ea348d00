//! `bug/array-keys`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, Role};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/array-keys",
    category: Category::Bug,
    summary: "The indices of an array are taken for its elements",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a `for … in` loop over an array, `in` with an array on its right, and `delete` of an array's element.",
        why: "`for … in` and `in` look at the indices, as texts, and `delete` leaves a hole: the array stays as long as it was.",
        fix: "Use `for … of`, `includes` and `splice`. An index is asked for by comparing with the length.",
        limits: "Arrays are known from literals, constructors and annotations.",
        references: &[
            "https://typescript-eslint.io/rules/no-for-in-array/",
            "https://rules.sonarsource.com/javascript/RSPEC-4619/",
        ],
    },
    examples: &[
        Example::bad(
            "javascript",
            "for (const item in [1, 2, 3]) { show(item); }
                   ^^^^^^^^^
",
        ),
        Example::bad(
            "javascript",
            "const is = (x) => x in ['a', 'b'];
                       ^^^^^^^^^^
",
        ),
        Example::good(
            "javascript",
            "for (const item of [1, 2, 3]) { show(item); }
",
        ),
        Example::good(
            "javascript",
            "const is = (x) => x in { a: 1, b: 2 };
",
        ),
        Example::bad(
            "typescript",
            "function f(items: string[]): void { for (const item in items) { show(item); } }
                                                       ^^^^^
",
        ),
        Example::bad(
            "typescript",
            "function f(items: string[]): void { delete items[0]; }
                                           ^^^^^^^^
",
        ),
        Example::good(
            "typescript",
            "function f(items: string[]): void { for (const item of items) { show(item); } }
",
        ),
        Example::good(
            "typescript",
            "function f(items: Record<string, number>): void { delete items['a']; }
",
        ),
    ],
    kinds: &[Kind::ForEach, Kind::Compare, Kind::Delete],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (at, list, said) = match tree.kind(id) {
        Kind::ForEach if tree.flags(id).has(Flags::OVER_KEYS) => {
            let Some(list) = tree.child(id, Role::Iterable) else { return };
            (list, list, "is an array: this runs over its indices, as texts")
        }
        Kind::Compare if tree.node(id).operator == Operator::In => {
            let Some(list) = tree.child(id, Role::Right) else { return };
            // `0 in items` asks for a hole.
            let Some(key) = tree.child(id, Role::Left) else { return };
            if tree.kind(key) == Kind::Number || tree.kind(list) != Kind::List {
                return;
            }
            (list, list, "is an array: `in` asks for an index")
        }
        Kind::Delete => {
            let target = tree.children(id).find(|it| tree.kind(*it) == Kind::Index);
            let Some(target) = target else { return };
            let Some(list) = tree.child(target, Role::Receiver) else { return };
            (target, list, "leaves a hole: the array stays as long as it was")
        }
        _ => return,
    };
    if context.types().of(list) != Some(ValueType::List) || context.is_test_code(id) {
        return;
    }
    let text = context.excerpt(at);
    context
        .report(at, format!("`{text}` {said}"))
        .because("Its declaration or its form says that it is an array.")
        .emit();
}
