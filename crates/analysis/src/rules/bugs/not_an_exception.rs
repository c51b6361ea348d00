//! `bug/not-an-exception`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, Role};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/not-an-exception",
    category: Category::Bug,
    summary: "What is raised or caught is no exception",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["python", "javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a `raise` or `throw` of a literal, of `NotImplemented`, or of a text that was put together, and a handler that names a literal, or joins its exceptions with `or`.",
        why: "Python answers with a TypeError instead of the error meant, a handler for `A or B` catches `A` only, and what is no error in JavaScript has no stack trace.",
        fix: "Raise an exception with that text, `NotImplementedError` for `NotImplemented`, and catch a tuple of exceptions.",
        limits: "Of variables and calls it is not known whether they hold an exception.",
        references: &[
            "https://pylint.readthedocs.io/en/stable/user_guide/messages/error/raising-bad-type.html",
            "https://eslint.org/docs/latest/rules/no-throw-literal",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def run(mode):
    raise NotImplemented
          ^^^^^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "def load(path):
    try:
        return read(path)
    except OSError or ValueError:
           ^^^^^^^^^^^^^^^^^^^^^
        return None
",
        ),
        Example::bad(
            "python",
            "def check(size):
    raise 'too large: %s' % size
          ^^^^^^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "python",
            "def run(mode):
    raise NotImplementedError('later')
",
        ),
        Example::good(
            "python",
            "def load(path):
    try:
        return read(path)
    except (OSError, ValueError):
        return None
",
        ),
        Example::bad(
            "javascript",
            "function run(mode) {
  throw 'not yet';
        ^^^^^^^^^
}
",
        ),
        Example::bad(
            "javascript",
            "function size(n) {
  if (n > 3) throw `too large: ${n}`;
                   ^^^^^^^^^^^^^^^^^
  return n;
}
",
        ),
        Example::good(
            "javascript",
            "function run(mode) {
  throw new Error('not yet');
}
",
        ),
        Example::good(
            "javascript",
            "function again(error) {
  throw error;
}
",
        ),
        Example::bad(
            "typescript",
            "function run(mode: string): never {
  throw null;
        ^^^^
}
",
        ),
        Example::bad(
            "typescript",
            "function size(n: number): number {
  throw 'too large: ' + n;
        ^^^^^^^^^^^^^^^^^
}
",
        ),
        Example::good(
            "typescript",
            "function run(job: Job) {
  try {
    if (job.isOff) throw { name: \"Off\" };
    return job.run();
  } catch (reason) {
    return reason.name;
  }
}
",
        ),
        Example::good(
            "typescript",
            "function run(mode: string): never {
  throw new Error('not yet');
}
",
        ),
        Example::good(
            "typescript",
            "function again(error: unknown): never {
  throw error;
}
",
        ),
    ],
    kinds: &[Kind::Raise, Kind::Catch],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.kind(id) == Kind::Raise {
        if let Some(value) = tree.child(id, Role::Value) {
            raised(context, value);
        }
        return;
    }
    let Some(mut pattern) = tree.child(id, Role::Pattern) else { return };
    if tree.kind(pattern) == Kind::Pattern
        && let Some(inner) = tree.child(pattern, Role::Value)
    {
        pattern = inner;
    }
    let node = tree.node(pattern);
    if node.kind == Kind::Logical {
        let word = if node.operator == Operator::Or { "or" } else { "and" };
        context
            .report(pattern, format!("`{word}` gives one of the two, and only that is caught"))
            .because("Several exceptions are caught by a tuple of them.")
            .emit();
    } else if matches!(node.kind, Kind::String | Kind::Number | Kind::Boolean | Kind::Null)
        || node.kind == Kind::Tuple && tree.children(pattern).next().is_none()
    {
        let what = context.excerpt(pattern);
        context
            .report(pattern, format!("`{what}` is no exception, so nothing is caught"))
            .because("A handler names classes of exceptions.")
            .emit();
    }
}

fn raised(context: &mut Context<'_>, value: NodeId) {
    let tree = context.tree;
    let is_bad = match tree.kind(value) {
        Kind::Name => tree.name(value) == "NotImplemented",
        Kind::Call => {
            tree.child(value, Role::Callee).is_some_and(|it| tree.text(it) == "NotImplemented")
        }
        Kind::Tuple if tree.flags(value).has(Flags::HAS_VALUE) => false,
        Kind::Binary => {
            let left = tree.child(value, Role::Left);
            left.is_some_and(|it| matches!(tree.kind(it), Kind::String | Kind::Template))
        }
        kind if kind.is_literal() => true,
        Kind::Template | Kind::List | Kind::Map => true,
        _ => context.types().of(value) == Some(ValueType::String) && tree.kind(value) != Kind::Call,
    };
    // JavaScript can throw anything, and who catches it in the same function knows what it is.
    let is_expected = context.in_language(&[(&["javascript", "typescript"], ())]).is_some()
        && tree
            .ancestors(value)
            .take_while(|it| !tree.kind(*it).is_function())
            .any(|it| tree.kind(it) == Kind::Try && tree.child(it, Role::Handler).is_some());
    // A test throws anything.
    if !is_bad || is_expected || context.is_test_code(value) {
        return;
    }
    let what = context.excerpt(value);
    context
        .report(value, format!("`{what}` is no exception"))
        .because("What is raised has to be an object made of a class of exceptions.")
        .emit();
}
