//! `bug/exception-not-raised`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/exception-not-raised",
    category: Category::Bug,
    summary: "An exception is made and not raised",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["python", "javascript", "typescript", "java"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports an exception object that is constructed as a statement of its own.",
        why: "Nothing happens: the keyword that raises it was forgotten, and the code goes on as if all were well.",
        fix: "Write `raise`, or `throw`, before it.",
        limits: "An exception is known by its name, which ends in `Error` or `Exception`.",
        references: &["https://errorprone.info/bugpattern/DeadException"],
    },
    examples: &[
        Example::fixed(
            "python",
            "def pay(amount):
    if amount < 0:
        ValueError('negative amount')
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made here, and not raised
    return amount
",
            "def pay(amount):
    if amount < 0:
        raise ValueError('negative amount')
    return amount
",
        ),
        Example::fixed(
            "python",
            "def load(path):
    if not path:
        errors.ConfigurationError(path)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made here, and not raised
",
            "def load(path):
    if not path:
        raise errors.ConfigurationError(path)
",
        ),
        Example::good(
            "python",
            "def pay(amount):
    if amount < 0:
        raise ValueError('negative amount')
",
        ),
        Example::good(
            "python",
            "def pay(amount):
    error = ValueError('negative amount')
    log(error)
",
        ),
        Example::fixed(
            "javascript",
            "function pay(amount) {
  if (amount < 0) {
    new RangeError('negative amount');
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made here, and not raised
  }
}
",
            "function pay(amount) {
  if (amount < 0) {
    throw new RangeError('negative amount');
  }
}
",
        ),
        Example::fixed(
            "javascript",
            "if (!path) new Error('no path');
           ^^^^^^^^^^^^^^^^^^^^^ is made here, and not raised
",
            "if (!path) throw new Error('no path');
",
        ),
        Example::good(
            "javascript",
            "if (!path) throw new Error('no path');
",
        ),
        Example::good(
            "javascript",
            "showError(path);
",
        ),
        Example::fixed(
            "typescript",
            "function pay(amount: number): void {
  if (amount < 0) new RangeError('negative');
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made here, and not raised
}
",
            "function pay(amount: number): void {
  if (amount < 0) throw new RangeError('negative');
}
",
        ),
        Example::fixed(
            "typescript",
            "if (!path) new ConfigurationError(path);
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made here, and not raised
",
            "if (!path) throw new ConfigurationError(path);
",
        ),
        Example::good(
            "typescript",
            "if (!path) throw new Error('no path');
",
        ),
        Example::good(
            "typescript",
            "const error = new Error('no path');
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    void pay(int amount) {
        if (amount < 0) {
            new IllegalArgumentException(\"negative\");
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made here, and not raised
        }
    }
}
",
            "class Shop {
    void pay(int amount) {
        if (amount < 0) {
            throw new IllegalArgumentException(\"negative\");
        }
    }
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    void open() {
        new IllegalStateException();
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made here, and not raised
    }
}
",
            "class Shop {
    void open() {
        throw new IllegalStateException();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void open() {
        throw new IllegalStateException();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void open() {
        new Thread(this::run).start();
    }
}
",
        ),
    ],
    kinds: &[Kind::ExpressionStatement],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(call) = tree.children(id).next().filter(|it| tree.kind(*it) == Kind::Call) else {
        return;
    };
    let Some(callee) = tree.child(call, Role::Callee) else { return };
    let name = tree.name(callee);
    let is_exception = (name.ends_with("Error") || name.ends_with("Exception"))
        && name.starts_with(char::is_uppercase);
    // A test may ask whether it can be made at all.
    let is_tried = tree.flags(call).has(Flags::CONSTRUCT) && context.is_in_test(id);
    if !is_exception || is_tried {
        return;
    }
    let keyword = context.in_language(KEYWORDS).copied().unwrap_or("throw");
    let start = tree.span(id).start;
    let name = name.to_owned();
    context
        .report(id, format!("`{name}` is made here, and not raised"))
        .because("An exception does nothing until it is raised.")
        .fix(
            format!("Write `{keyword}` before it"),
            Safety::Unsafe,
            vec![(Span::new(start, start), format!("{keyword} "))],
        )
        .emit();
}

/// What raises an exception.
const KEYWORDS: ByLanguage<&str> =
    &[(&["python"], "raise"), (&["javascript", "typescript", "java", "cpp"], "throw")];
