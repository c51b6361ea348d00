//! `practice/rethrow-only`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::handlers::caught_name;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/rethrow-only",
    category: Category::Practice,
    summary: "A handler only throws again what it caught",
    severity: Severity::Information,
    confidence: 0.95,
    languages: &["python", "javascript", "typescript", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports handlers whose only statement throws what was caught.",
        why: "The handler does nothing; readers look for what it is there for. In C++, `throw e;` even cuts the exception down to the class that the handler names.",
        fix: "Take the handler out; in C++, write `throw;`.",
        limits: "A handler before a broader one is left alone: it lets its exceptions pass by the other.",
        references: &["https://eslint.org/docs/latest/rules/no-useless-catch"],
    },
    examples: &[
        Example::bad(
            "python",
            "def load(path):
    try:
        return read(path)
    except OSError:
        raise
        ^^^^^ only throws
",
        ),
        Example::bad(
            "python",
            "def load(path):
    try:
        return read(path)
    except OSError as error:
        raise error
        ^^^^^^^^^^^ only throws
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        return read(path)
    except FileNotFoundError:
        raise
    except OSError:
        return None
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        return read(path)
    except OSError:
        clean()
        raise
",
        ),
        Example::bad(
            "javascript",
            "try {
  run();
} catch (error) {
  throw error;
  ^^^^^^^^^^^^ only throws
}
",
        ),
        Example::bad(
            "javascript",
            "function load() {
  try {
    return read();
  } catch (e) {
    throw e;
    ^^^^^^^^ only throws
  } finally {
    close();
  }
}
",
        ),
        Example::good(
            "javascript",
            "try {
  run();
} catch (error) {
  clean();
  throw error;
}
",
        ),
        Example::good(
            "javascript",
            "try {
  run();
} catch (error) {
  throw new Failure(error);
}
",
        ),
        Example::bad(
            "typescript",
            "try {
  run();
} catch (error) {
  throw error;
  ^^^^^^^^^^^^ only throws
}
",
        ),
        Example::bad(
            "typescript",
            "function load() {
  try {
    return read();
  } catch (e) {
    throw e;
    ^^^^^^^^ only throws
  } finally {
    close();
  }
}
",
        ),
        Example::good(
            "typescript",
            "try {
  run();
} catch (error) {
  clean();
  throw error;
}
",
        ),
        Example::good(
            "typescript",
            "try {
  run();
} catch (error) {
  throw new Failure(error);
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() throws IOException {
        try { read(); } catch (IOException problem) { throw problem; }
                                                      ^^^^^^^^^^^^^^ only throws
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() throws Exception {
        try {
            read();
        } catch (Exception problem) {
            throw problem;
            ^^^^^^^^^^^^^^ only throws
        } finally {
            close();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load() throws IOException {
        try { read(); } catch (FileNotFoundException problem) { throw problem; } catch (IOException problem) { show(problem); }
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
        Example::bad(
            "cpp",
            "void load() {
    try { read(); } catch (const std::exception& problem) { throw problem; }
                                                            ^^^^^^^^^^^^^^ only throws
}
",
        ),
        Example::bad(
            "cpp",
            "void load() {
    try { read(); } catch (const std::exception& problem) { throw; }
                                                            ^^^^^^ only throws
}
",
        ),
        Example::good(
            "cpp",
            "void load() {
    try { read(); } catch (...) { clean(); throw; }
}
",
        ),
        Example::good(
            "cpp",
            "void load() {
    try { read(); } catch (const Timeout& problem) { throw; } catch (const std::exception& problem) { show(problem); }
}
",
        ),
    ],
    kinds: &[Kind::Catch],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(body) = tree.child(id, Role::Body) else { return };
    let mut statements = tree.children(body);
    let (Some(only), None) = (statements.next(), statements.next()) else { return };
    if tree.kind(only) != Kind::Raise || context.has_comment(tree.span(body)) {
        return;
    }
    let is_last = tree
        .children_with(tree.node(id).parent, Role::Handler)
        .last()
        .is_some_and(|last| last == id);
    let bindings = &context.facts.bindings;
    let mut raised = tree.children(only);
    let is_caught = match (raised.next(), raised.next()) {
        (None, _) => true,
        (Some(value), None) => {
            let caught = caught_name(tree, id).and_then(|it| bindings.resolve(it));
            tree.kind(value) == Kind::Name && caught.is_some() && bindings.resolve(value) == caught
        }
        _ => false,
    };
    if !is_last || !is_caught {
        return;
    }
    context
        .report(only, "the handler only throws again what it caught")
        .because("Without the handler, the same exception would go the same way.")
        .emit();
}
