//! `practice/empty-function`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::suppression;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/empty-function",
    category: Category::Practice,
    summary: "A function does nothing",
    severity: Severity::Hint,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports functions without a statement, and without a comment that says why.",
        why: "Readers cannot tell whether it is meant so, or was never written.",
        fix: "Write it, take it out, or say in a comment why it is empty.",
        limits: "Constructors, methods that override another, interfaces' methods and functions named after doing nothing are left alone.",
        references: &["https://eslint.org/docs/latest/rules/no-empty-function"],
    },
    examples: &[
        Example::bad(
            "python",
            "def load(path):
^^^^^^^^^^^^^^^ does nothing
    pass
",
        ),
        Example::bad(
            "python",
            "class Shop:
    def close(self):
    ^^^^^^^^^^^^^^^^ does nothing
        pass
",
        ),
        Example::good(
            "python",
            "def load(path):
    \"\"\"Nothing to load.\"\"\"
",
        ),
        Example::good(
            "python",
            "def load(path):
    pass  # nothing to load
",
        ),
        Example::bad(
            "javascript",
            "function load() {
^^^^^^^^^^^^^^^^^ does nothing
}
",
        ),
        Example::bad(
            "javascript",
            "const load = () => {};
             ^^^^^^^^ does nothing
",
        ),
        Example::good(
            "javascript",
            "function load() {
  // nothing to load
}
",
        ),
        Example::good(
            "javascript",
            "function noop() {}
",
        ),
        Example::bad(
            "typescript",
            "function load() {
^^^^^^^^^^^^^^^^^ does nothing
}
",
        ),
        Example::bad(
            "typescript",
            "const load = () => {};
             ^^^^^^^^ does nothing
",
        ),
        Example::good(
            "typescript",
            "function load() {
  // nothing to load
}
",
        ),
        Example::good(
            "typescript",
            "function noop() {}
",
        ),
        Example::bad(
            "go",
            "package shop

func load() {
^^^^^^^^^^^^^ does nothing
}
",
        ),
        Example::bad(
            "go",
            "package shop

func (s Shop) nothing() {
	run()
}

func stop() {}
^^^^^^^^^^^^^^ does nothing
",
        ),
        Example::good(
            "go",
            "package shop

func load() {
	// nothing to load
}
",
        ),
        Example::good(
            "go",
            "package shop

func (s Shop) Close() {}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() {
    ^^^^^^^^^^^^^ does nothing
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    private void stop() {}
    ^^^^^^^^^^^^^^^^^^^^^^ does nothing
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Shop() {}
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    @Override
    public void close() {}
}
",
        ),
        Example::bad(
            "c",
            "void load(void) {
^^^^^^^^^^^^^^^^^ does nothing
}
",
        ),
        Example::bad(
            "c",
            "static void stop(int code) {}
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ does nothing
",
        ),
        Example::good(
            "c",
            "void load(void) {
    /* nothing to load */
}
",
        ),
        Example::good(
            "c",
            "void load(void) {
    run();
}
",
        ),
        Example::bad(
            "cpp",
            "void load(void) {
^^^^^^^^^^^^^^^^^ does nothing
}
",
        ),
        Example::bad(
            "cpp",
            "static void stop(int code) {}
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ does nothing
",
        ),
        Example::good(
            "cpp",
            "void load(void) {
    /* nothing to load */
}
",
        ),
        Example::good(
            "cpp",
            "void load(void) {
    run();
}
",
        ),
    ],
    kinds: &[Kind::Function, Kind::Lambda],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(body) = tree.child(id, Role::Body).filter(|it| tree.kind(*it) == Kind::Block) else {
        return;
    };
    let is_empty = tree
        .children(body)
        .all(|it| tree.kind(it) == Kind::Empty && context.text(it).trim() == "pass");
    let flags = tree.flags(id);
    if !is_empty || flags.has(Flags::STUB) || tree.is_damaged(id) || context.is_test_code(id) {
        return;
    }
    let name = tree.name(id);
    let lower = name.to_ascii_lowercase();
    let parent = tree.node(id).parent;
    // A callback that does nothing is a value like any other.
    let is_value = tree.kind(id) == Kind::Lambda
        && id != NodeId::ROOT
        && !matches!(tree.kind(parent), Kind::Declare);
    let is_marked = tree.kind(parent) == Kind::Decorated
        || tree.child(id, Role::Decorator).is_some()
        || tree.text(id).split('{').next().is_some_and(|head| {
            head.contains("virtual ") || head.contains("override") || head.contains(" default")
        });
    let is_quiet = ["noop", "no_op", "nop", "nothing", "ignore", "empty", "dummy", "stub"]
        .iter()
        .any(|word| lower.contains(word));
    let is_constructor = matches!(name, "constructor" | "__init__")
        || name.starts_with('~')
        || tree.child(id, Role::Type).is_none() && has_declared_results(context);
    // Go's interfaces are met by methods alone.
    let is_met = flags.has(Flags::METHOD) && context.in_language(&[(&["go"], ())]).is_some();
    let mut span = tree.span(id);
    let has_comment = context.has_comment(span) || has_comment_behind(context, id);
    if is_value || is_marked || is_quiet || is_constructor || is_met || has_comment {
        return;
    }
    let first = tree.text(id).lines().next().unwrap_or("");
    span.end = span.start + first.trim_end().len() as u32;
    let shown = if name.is_empty() { "this function".to_owned() } else { format!("`{name}`") };
    context
        .report(id, format!("{shown} does nothing, and nothing says why"))
        .span(span)
        .because("It has neither a statement nor a comment.")
        .emit();
}

/// Whether functions without a declared result are constructors: Java's, C++'s.
fn has_declared_results(context: &Context<'_>) -> bool {
    context.in_language(&[(&["java", "cpp", "c"], ())]).is_some()
}

/// Whether a comment follows on the function's last line.
fn has_comment_behind(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let end = tree.span(id).end as usize;
    let rest = tree.source().get(end..).unwrap_or("");
    let line = rest.lines().next().unwrap_or("").trim_start();
    line.starts_with(['#', '/']) && !suppression::is_directive(line)
}
