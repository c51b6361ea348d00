//! `practice/lost-cause`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::handlers::caught_name;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/lost-cause",
    category: Category::Practice,
    summary: "A new exception hides the one that caused it",
    severity: Severity::Information,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports exceptions raised in a handler that say nothing of the one that was caught.",
        why: "Whoever reads the report sees that something failed, but not what: the message and place of the first failure are lost (in Python they are shown as if handling had failed).",
        fix: "Hand the caught exception on: `raise … from error`, `new Error(text, { cause: error })`, `new Failure(text, problem)`.",
        limits: "A handler that has logged the first one is left alone, and so is one that takes its exception apart.",
        references: &["https://docs.python.org/3/tutorial/errors.html#exception-chaining"],
    },
    examples: &[
        Example::bad(
            "python",
            "def load(path):
    try:
        return read(path)
    except OSError:
        raise Failure(\"cannot load\")
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ says nothing of
",
        ),
        Example::bad(
            "python",
            "def load(path):
    try:
        return read(path)
    except OSError as error:
        if path:
            raise Failure(f\"cannot load {error}\")
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ says nothing of
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        return read(path)
    except OSError as error:
        raise Failure(\"cannot load\") from error
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        return read(path)
    except OSError:
        raise Failure(\"cannot load\") from None
",
        ),
        Example::bad(
            "javascript",
            "try {
  run();
} catch (error) {
  throw new Error('cannot run');
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ says nothing of
}
",
        ),
        Example::bad(
            "javascript",
            "async function load() {
  try {
    await read();
  } catch {
    throw new Failure('cannot load');
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ says nothing of
  }
}
",
        ),
        Example::good(
            "javascript",
            "try {
  run();
} catch (error) {
  throw new Error('cannot run', { cause: error });
}
",
        ),
        Example::good(
            "javascript",
            "try {
  run();
} catch (error) {
  report(error);
  throw new Error('cannot run');
}
",
        ),
        Example::bad(
            "typescript",
            "try {
  run();
} catch (error) {
  throw new Error('cannot run');
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ says nothing of
}
",
        ),
        Example::bad(
            "typescript",
            "async function load() {
  try {
    await read();
  } catch {
    throw new Failure('cannot load');
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ says nothing of
  }
}
",
        ),
        Example::good(
            "typescript",
            "try {
  run();
} catch (error) {
  throw new Error('cannot run', { cause: error });
}
",
        ),
        Example::good(
            "typescript",
            "try {
  run();
} catch (error) {
  report(error);
  throw new Error('cannot run');
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() {
        try { read(); } catch (IOException problem) { throw new Failure(\"cannot load\"); }
                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ says nothing of
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() {
        try {
            read();
        } catch (SQLException problem) {
            if (open) throw new IllegalStateException();
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ says nothing of
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load() {
        try { read(); } catch (IOException problem) { throw new Failure(\"cannot load\", problem); }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load() {
        try { read(); } catch (IOException problem) { throw wrap(problem.getMessage()); }
    }
}
",
        ),
    ],
    kinds: &[Kind::Raise],
    check,
};

/// Languages that chain exceptions by a part of the statement.
const CHAINED: crate::rules::ByLanguage<()> = &[(&["python"], ())];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let mut parts = tree.children(id);
    let (Some(value), None) = (parts.next(), parts.next()) else { return };
    if tree.kind(value) != Kind::Call {
        return;
    }
    let mut around = tree.ancestors(id).take_while(|it| !tree.kind(*it).is_function());
    let Some(catch) = around.find(|it| matches!(tree.kind(*it), Kind::Catch | Kind::Try)) else {
        return;
    };
    let Some(body) = tree.child(catch, Role::Body).filter(|_| tree.kind(catch) == Kind::Catch)
    else {
        return;
    };
    let caught = caught_name(tree, catch);
    let bindings = &context.facts.bindings;
    // Python: what the message says of the first one is not its place. A call of a function that
    // is handed the exception may well chain the two.
    let looks = if context.in_language(CHAINED).is_some() { value } else { body };
    let is_told = caught.and_then(|it| bindings.resolve(it)).is_some_and(|caught| {
        tree.descendants(looks).any(|it| {
            bindings.resolve(it) == Some(caught) && (looks == body || tree.node(it).parent == value)
        })
    });
    if is_told || context.is_test_code(id) {
        return;
    }
    let shown = context.excerpt(value);
    context
        .report(id, format!("`{shown}` says nothing of the exception that led to it"))
        .related(catch, "the handler of the first one")
        .because("The new exception is not given the one that was caught.")
        .emit();
}
