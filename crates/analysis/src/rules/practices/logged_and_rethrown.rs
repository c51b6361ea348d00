//! `practice/logged-and-rethrown`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::handlers::caught_name;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/logged-and-rethrown",
    category: Category::Practice,
    summary: "An exception is logged and thrown on",
    severity: Severity::Information,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports handlers that write the exception to the log and then throw it again.",
        why: "Whoever catches it next logs it once more: one failure is found several times in the log, in different words.",
        fix: "Log it where it is handled, or throw one that says more.",
        limits: "Only a handler that does just these two things is reported.",
        references: &["https://rules.sonarsource.com/java/RSPEC-2139/"],
    },
    examples: &[
        Example::bad(
            "python",
            "def load(path):
    try:
        return read(path)
    except OSError as error:
        logging.error(\"cannot load: %s\", error)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ once more
        raise
",
        ),
        Example::bad(
            "python",
            "def load(path):
    try:
        return read(path)
    except OSError as error:
        log.exception(\"cannot load\")
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ once more
        raise error
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        return read(path)
    except OSError as error:
        log.exception(\"cannot load\")
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        return read(path)
    except OSError as error:
        clean(path)
        raise
",
        ),
        Example::bad(
            "javascript",
            "try {
  run();
} catch (error) {
  console.error(error);
  ^^^^^^^^^^^^^^^^^^^^ once more
  throw error;
}
",
        ),
        Example::bad(
            "javascript",
            "try {
  run();
} catch (error) {
  logger.warn('cannot run', error);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ once more
  throw error;
}
",
        ),
        Example::good(
            "javascript",
            "try {
  run();
} catch (error) {
  console.error(error);
}
",
        ),
        Example::good(
            "javascript",
            "try {
  run();
} catch (error) {
  stop(error);
  throw error;
}
",
        ),
        Example::bad(
            "typescript",
            "try {
  run();
} catch (error) {
  console.error(error);
  ^^^^^^^^^^^^^^^^^^^^ once more
  throw error;
}
",
        ),
        Example::bad(
            "typescript",
            "try {
  run();
} catch (error) {
  logger.warn('cannot run', error);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ once more
  throw error;
}
",
        ),
        Example::good(
            "typescript",
            "try {
  run();
} catch (error) {
  console.error(error);
}
",
        ),
        Example::good(
            "typescript",
            "try {
  run();
} catch (error) {
  stop(error);
  throw error;
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() throws IOException {
        try { read(); } catch (IOException problem) { log.error(\"cannot load\", problem); throw problem; }
                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ once more
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() throws IOException {
        try { read(); } catch (IOException problem) { LOGGER.warn(\"cannot load\", problem); throw problem; }
                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ once more
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load() {
        try { read(); } catch (IOException problem) { log.error(\"cannot load\", problem); }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load() throws IOException {
        try { read(); } catch (IOException problem) { clean(); throw problem; }
    }
}
",
        ),
    ],
    kinds: &[Kind::Catch],
    check,
};

/// Methods that log.
const LOGGING: &[&str] = &[
    "error",
    "exception",
    "warn",
    "warning",
    "info",
    "debug",
    "critical",
    "fatal",
    "log",
    "severe",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(body) = tree.child(id, Role::Body) else { return };
    let statements: Vec<NodeId> = tree.children(body).collect();
    let [first, last] = *statements.as_slice() else { return };
    if tree.kind(last) != Kind::Raise || tree.kind(first) != Kind::ExpressionStatement {
        return;
    }
    let bindings = &context.facts.bindings;
    let caught = caught_name(tree, id).and_then(|it| bindings.resolve(it));
    let is_same = tree.children(last).all(|it| bindings.resolve(it) == caught && caught.is_some());
    let Some(call) = tree.children(first).next() else { return };
    let Some((receiver, method)) = context.method(call) else { return };
    let on = tree.name(receiver).to_ascii_lowercase();
    let is_log = LOGGING.contains(&method) && (on.contains("log") || on == "console");
    if !is_same || !is_log || context.is_test_code(id) {
        return;
    }
    context
        .report(call, "what is logged here is thrown on, and will be logged once more")
        .related(last, "thrown on")
        .because("The handler does nothing but log and throw.")
        .emit();
}
