//! `bug/undefined-export`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/undefined-export",
    category: Category::Bug,
    summary: "A name is exported that the module does not have",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["python"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports names in `__all__` that occur nowhere else in the module.",
        why: "`from module import *` raises an `AttributeError` on the first of them.",
        fix: "Define or import the name, or take it off the list.",
        limits: "Modules with a star import, with `__getattr__` or with generated names are left alone.",
        references: &["https://docs.python.org/3/tutorial/modules.html#importing-from-a-package"],
    },
    examples: &[
        Example::bad(
            "python",
            "__all__ = [\"foo\", \"missing\"]
                  ^^^^^^^^^

def foo():
    pass
",
        ),
        Example::bad(
            "python",
            "__all__ = (\"Lost\",)
           ^^^^^^
",
        ),
        Example::good(
            "python",
            "__all__ = [\"foo\"]

def foo():
    pass
",
        ),
        Example::good(
            "python",
            "from other import *
__all__ = [\"foo\"]
",
        ),
    ],
    kinds: &[Kind::Assign],
    check,
};
fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let sides = [Role::Target, Role::Value].map(|role| tree.child(id, role));
    let [Some(target), Some(value)] = sides else { return };
    if tree.kind(target) != Kind::Name
        || tree.name(target) != "__all__"
        || tree.parent(id) != Some(NodeId::ROOT)
    {
        return;
    }
    let source = tree.source();
    let is_open =
        ["import *", "__getattr__", "globals()", "locals()", "setattr(", "__path__", "exec("]
            .iter()
            .any(|it| source.contains(it));
    if is_open || !matches!(tree.kind(value), Kind::List | Kind::Tuple) {
        return;
    }
    let mut lost = None;
    for element in tree.children(value).filter(|it| tree.kind(*it) == Kind::String) {
        let name = context.text(element).trim_matches(['"', '\'']);
        // A package may mean its modules.
        if !name.is_empty() && !name.contains(['.', '"', '\'']) && tree.symbol(name).is_none() {
            lost = lost.or(Some((element, name.to_owned())));
        }
    }
    let Some((element, name)) = lost else { return };
    context
        .report(element, format!("the module has no `{name}`"))
        .because("The name occurs nowhere else in the module.")
        .emit();
}
