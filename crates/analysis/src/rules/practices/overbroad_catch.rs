//! `practice/overbroad-catch`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::handlers::caught_classes;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/overbroad-catch",
    category: Category::Practice,
    summary: "A handler catches more than anybody can handle",
    severity: Severity::Information,
    confidence: 0.85,
    languages: &["python", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports handlers of everything there is (`except:`, `except BaseException`, `catch (Throwable …)`, and of errors that say the program itself is wrong, such as `NullPointerException`) that do not raise again.",
        why: "They also catch what is meant to stop the program: an interrupt by the user, memory that has run out, a mistyped name.",
        fix: "Name the exceptions that can happen and that you know what to do about.",
        limits: "Handlers that do nothing at all are reported by `practice/swallowed-exception`; where a program must go on whatever happens this is right.",
        references: &["https://docs.python.org/3/howto/errors.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def load(path):
    try:
        return read(path)
    except:
    ^^^^^^ more than
        return None
",
        ),
        Example::bad(
            "python",
            "def load(path):
    try:
        return read(path)
    except BaseException as error:
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ more than
        show(error)
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        return read(path)
    except:
        clean()
        raise
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        return read(path)
    except OSError:
        return None
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() {
        try { read(); } catch (Throwable problem) { show(problem); }
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^ more than
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() {
        try { read(); } catch (NullPointerException problem) { show(problem); }
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ more than
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load() {
        try { read(); } catch (Throwable problem) { clean(); throw problem; }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load() {
        try { read(); } catch (IOException problem) { show(problem); }
    }
}
",
        ),
    ],
    kinds: &[Kind::Catch],
    check,
};

/// What catches too much.
const BROAD: &[&str] = &[
    "BaseException",
    "Throwable",
    "Error",
    "NullPointerException",
    "IndexOutOfBoundsException",
    "ArrayIndexOutOfBoundsException",
    "StackOverflowError",
    "OutOfMemoryError",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(body) = tree.child(id, Role::Body) else { return };
    let pattern = caught_classes(tree, id);
    let caught = pattern.map_or("", |it| context.text(it)).trim();
    if pattern.is_some() && !BROAD.contains(&caught) {
        return;
    }
    let raises = tree.descendants(body).any(|it| tree.kind(it) == Kind::Raise);
    if raises || context.is_test_code(id) {
        return;
    }
    let shown = if caught.is_empty() { "everything" } else { caught };
    let mut span = tree.span(id);
    span.end = tree.span(body).start.min(span.end);
    let head = span.of(tree.source()).trim_end();
    let end = head.find(':').unwrap_or(head.len());
    if !head.contains('{') && head.contains(':') {
        span.end = span.start + end as u32;
    }
    context
        .report(id, format!("this catches {shown}, which is more than anybody can handle here"))
        .span(span)
        .because("An interrupt, or an error in the program itself, ends up here as well.")
        .emit();
}
