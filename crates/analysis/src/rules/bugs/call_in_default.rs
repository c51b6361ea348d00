//! `bug/call-in-default`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/call-in-default",
    category: Category::Bug,
    summary: "A default that is computed once, when the function is defined",
    severity: Severity::Warning,
    confidence: 0.93,
    languages: &["python"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports parameters whose default is the time, a random number or a new identifier.",
        why: "Defaults are computed once: every call gets the time at which the module was loaded.",
        fix: "Let the default be `None`, and compute the value in the function.",
        limits: "Only well-known functions are looked at.",
        references: &[
            "https://docs.python.org/3/reference/compound_stmts.html#function-definitions",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "import time

def f(now=time.time()):
          ^^^^^^^^^^^
    return now
",
        ),
        Example::bad(
            "python",
            "from datetime import datetime

def f(x, when=datetime.now()):
              ^^^^^^^^^^^^^^
    return x, when
",
        ),
        Example::good(
            "python",
            "import time

def f(now=None):
    return now or time.time()
",
        ),
        Example::good(
            "python",
            "def f(x, limit=float(\"inf\")):
    return x, limit
",
        ),
    ],
    kinds: &[Kind::Parameter],
    check,
};
const CHANGING: &[&str] = &[
    "time.time",
    "time.monotonic",
    "time.perf_counter",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "datetime.now",
    "datetime.utcnow",
    "date.today",
    "uuid.uuid4",
    "uuid.uuid1",
    "random.random",
    "random.randint",
    "django.utils.timezone.now",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(default) = tree.child(id, Role::Default) else { return };
    let Some(called) = context.called(default) else { return };
    if !CHANGING.contains(&called.as_ref()) {
        return;
    }
    let text = context.excerpt(default);
    context
        .report(default, format!("`{text}` runs once, when the function is defined"))
        .because("A default is computed only when the `def` itself runs.")
        .emit();
}
