//! `practice/generic-exception`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/generic-exception",
    category: Category::Practice,
    summary: "An exception that says only that something failed",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["python", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports exceptions of the most general classes being raised.",
        why: "Callers who want to handle this one failure have to catch everything.",
        fix: "Raise a class that names the failure, of your own if there is none.",
        limits: "Tests and scripts are left alone.",
        references: &[
            "https://pylint.readthedocs.io/en/stable/user_guide/messages/warning/broad-exception-raised.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def load(path):
    raise Exception(\"cannot load\")
          ^^^^^^^^^^^^^^^^^^^^^^^^ cannot be caught by itself
",
        ),
        Example::bad(
            "python",
            "def load(path):
    raise BaseException
          ^^^^^^^^^^^^^ cannot be caught by itself
",
        ),
        Example::good(
            "python",
            "def load(path):
    raise ValueError(\"cannot load\")
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        return read(path)
    except OSError as error:
        raise Exception(\"cannot load\") from error
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() throws Exception {
        throw new Exception(\"cannot load\");
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ cannot be caught by itself
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() {
        throw new RuntimeException(\"cannot load\");
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ cannot be caught by itself
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load() {
        throw new IllegalStateException(\"cannot load\");
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load() {
        try { read(); } catch (IOException problem) { throw new RuntimeException(problem); }
    }
}
",
        ),
    ],
    kinds: &[Kind::Raise],
    check,
};

/// The most general classes.
const GENERAL: &[&str] = &["Exception", "BaseException", "RuntimeException", "Throwable", "Error"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(value) = tree.child(id, Role::Value) else { return };
    let class = tree.child(value, Role::Callee).unwrap_or(value);
    if tree.kind(class) != Kind::Name || !GENERAL.contains(&tree.name(class)) {
        return;
    }
    // What wraps another says more by that.
    let wraps = tree.ancestors(id).any(|it| tree.kind(it) == Kind::Catch);
    if wraps || context.is_test_code(id) {
        return;
    }
    let name = tree.name(class);
    context
        .report(value, format!("`{name}` cannot be caught by itself: all that fails is one"))
        .because(format!("Nearly every exception is a `{name}`."))
        .emit();
}
