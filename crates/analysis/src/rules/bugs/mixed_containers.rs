//! `bug/mixed-containers`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/mixed-containers",
    category: Category::Bug,
    summary: "Iterators of two containers are used as one range",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports ranges that begin in one container and end in another: `sort(a.begin(), b.end())`.",
        why: "The end is never reached, so the range runs past its container.",
        fix: "Take both ends of one container.",
        limits: "Containers are compared as they are written.",
        references: &["https://wiki.sei.cmu.edu/confluence/display/cplusplus/CTR53-CPP.+Use+valid+iterator+ranges"],
    },
    examples: &[
        Example::bad("cpp", 
"void f(std::vector<int>& a, std::vector<int>& b) { std::sort(a.begin(), b.end()); }
                                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
"),
        Example::bad("cpp", 
"void f(V& a, V& b) { for (auto it = a.begin(); it != b.end(); ++it) { g(*it); } }
                                               ^^^^^^^^^^^^^
"),
        Example::good("cpp", 
"void f(std::vector<int>& a, std::vector<int>& b) { std::sort(a.begin(), a.end()); }
"),
        Example::good("cpp", 
"void f(V& a, V& b) { for (auto it = a.begin(); it != a.end(); ++it) { g(b.end(), *it); } }
"),
    ],
    kinds: &[Kind::Call, Kind::ForCount],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_call = tree.kind(id) == Kind::Call;
    let (begin, end) = if is_call {
        let arguments = context.arguments(id);
        let [begin, end, ..] = arguments.as_slice() else { return };
        (*begin, *end)
    } else {
        let sides = [Role::Initializer, Role::Condition].map(|role| tree.child(id, role));
        let [Some(start), Some(condition)] = sides else { return };
        let Some(begin) = tree.child(start, Role::Value) else { return };
        let Some(end) = tree.child(condition, Role::Right) else { return };
        let sides = [tree.child(start, Role::Target), tree.child(condition, Role::Left)];
        let [Some(made), Some(moved)] = sides else { return };
        if tree.kind(moved) != Kind::Name || tree.node(moved).symbol != tree.node(made).symbol {
            return;
        }
        (begin, end)
    };
    let of = |it: NodeId, names: [&str; 2]| {
        let (receiver, name) = context.method(it)?;
        let is_plain = names.contains(&name) && context.arguments(it).is_empty();
        is_plain.then(|| context.text(receiver))
    };
    let from = of(begin, ["begin", "cbegin"]);
    let to = of(end, ["end", "cend"]);
    let (Some(from), Some(to)) = (from, to) else { return };
    if from == to {
        return;
    }
    let at = if is_call { id } else { tree.child(id, Role::Condition).unwrap_or(id) };
    context
        .report(at, format!("the range begins in `{from}` and ends in `{to}`"))
        .because("Iterators of two containers are no range.")
        .emit();
}
