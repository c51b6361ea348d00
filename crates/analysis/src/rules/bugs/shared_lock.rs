//! `bug/shared-lock`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/shared-lock",
    category: Category::Bug,
    summary: "A lock that everybody shares, or nobody",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports `synchronized` on a text, on a boxed number and on an object made for it.",
        why: "Texts and boxed numbers are shared by the whole program, so that unrelated code may block; an object that is made for the statement keeps nobody out.",
        fix: "Keep an object for the lock alone: `private final Object lock = new Object()`.",
        limits: "Types are known from declarations in the same function, and from literals.",
        references: &[
            "https://wiki.sei.cmu.edu/confluence/display/java/LCK01-J.+Do+not+synchronize+on+objects+that+may+be+reused",
        ],
    },
    examples: &[
        Example::bad(
            "java",
            "class A { void f() { synchronized (\"lock\") { g(); } } }
                                   ^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { void f(Integer x) { synchronized (x) { g(); } } }
                                            ^
",
        ),
        Example::bad(
            "java",
            "class A { void f() { synchronized (new Object()) { g(); } } }
                                   ^^^^^^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { void f(Object x) { synchronized (x) { g(); } } }
",
        ),
        Example::good(
            "java",
            "class A { void f() { synchronized (A.class) { g(); } } }
",
        ),
    ],
    kinds: &[Kind::With],
    check,
};
const BOXES: &[&str] =
    &["Integer", "Long", "Short", "Byte", "Boolean", "Character", "Double", "Float", "String"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(lock) = tree.child(id, Role::Resource) else { return };
    if !context.text(id).starts_with("synchronized") {
        return;
    }
    let declared = || context.types().declared(lock).map_or("", |it| context.text(it));
    let said = match tree.kind(lock) {
        Kind::String => "this text is one object for the whole program",
        Kind::Call if tree.flags(lock).has(Flags::CONSTRUCT) => {
            "a new object keeps nobody out: no other code can have it"
        }
        Kind::Name if BOXES.contains(&declared()) => "boxed values are shared by the whole program",
        _ => return,
    };
    context
        .report(lock, said)
        .because("A lock works where the code that it protects, and no other, shares it.")
        .emit();
}
