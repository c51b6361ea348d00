//! `bug/endless-iterator`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/endless-iterator",
    category: Category::Bug,
    summary: "All elements of an iterator without end are asked for",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["rust"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports `collect`, `count`, `last`, `sum` and the like on `start..`, `repeat` or `cycle`, with nothing between that ends the iterator.",
        why: "The call never comes back: it fills the memory, or runs forever.",
        fix: "End the iterator with `take`, `take_while` or a range with an end.",
        limits: "Only chains in one expression are followed.",
        references: &["https://rust-lang.github.io/rust-clippy/master/index.html#infinite_iter"],
    },
    examples: &[
        Example::bad(
            "rust",
            "fn f() -> Vec<i32> { (0..).map(|x| x + 1).collect() }
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "rust",
            "fn f() -> Vec<i32> { std::iter::repeat(1).collect() }
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "rust",
            "fn f() -> Vec<i32> { (0..).map(|x| x + 1).take(3).collect() }
",
        ),
        Example::good(
            "rust",
            "fn f() -> Vec<i32> { (0..5).chain(7..9).collect() }
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((mut at, name)) = context.method(id) else { return };
    let is_eager =
        matches!(name, "collect" | "count" | "last" | "sum" | "product" | "max" | "min" | "fold");
    if !is_eager || tree.flags(id).has(Flags::OPTIONAL) {
        return;
    }
    loop {
        match tree.kind(at) {
            Kind::Range => {
                let text = context.text(at).trim_end_matches(')');
                let is_open = text.ends_with("..") && !text.starts_with("..");
                if is_open {
                    break;
                }
                return;
            }
            Kind::Call => {
                let callee = tree.child(at, Role::Callee).map_or("", |it| context.text(it));
                if matches!(
                    callee,
                    "std::iter::repeat"
                        | "iter::repeat"
                        | "std::iter::repeat_with"
                        | "iter::repeat_with"
                ) {
                    break;
                }
                if let Some((receiver, name)) = context.method(at) {
                    match name {
                        "cycle" => break,
                        "map" | "filter" | "enumerate" | "inspect" | "skip" | "step_by" | "rev" => {
                            at = receiver;
                        }
                        _ => return,
                    }
                    continue;
                }
                return;
            }
            _ => return,
        }
    }
    context
        .report(id, format!("`{name}` never ends: the iterator has no end"))
        .because("Nothing in the chain stops it.")
        .emit();
}
