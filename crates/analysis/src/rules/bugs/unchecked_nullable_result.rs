//! `bug/unchecked-nullable-result`.

use crate::facts::control_flow::is_probe;
use crate::facts::values::{Nullness, Reason};
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/unchecked-nullable-result",
    category: Category::Bug,
    summary: "What a call gives is used at once, though it may be null",
    severity: Severity::Warning,
    confidence: 0.75,
    languages: &["python", "javascript", "typescript", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports a member or element of what a call gave that is known to give null where it finds nothing, without a test in between.",
        why: "It fails as soon as the pattern does not match, the variable is not set, or the element is not on the page, with an error that tells nothing of that.",
        fix: "Test the result first, or say what is to be used instead.",
        limits: "Known are calls of the standard libraries. Where the call cannot but succeed, the finding is in vain.",
        references: &["https://cwe.mitre.org/data/definitions/690.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "import re

def number(text):
    match = re.search('[0-9]+', text)
    return int(match.group())
               ^^^^^ may give null
",
        ),
        Example::bad(
            "python",
            "import re

def number(text):
    return int(re.match('[0-9]+', text).group())
               ^^^^^^^^^^^^^^^^^^^^^^^^ may give null
",
        ),
        Example::good(
            "python",
            "import re

def number(text):
    match = re.search('[0-9]+', text)
    return int(match.group()) if match else 0
",
        ),
        Example::good(
            "python",
            "import re

def number(text):
    match = re.search('[0-9]+', text)
    if match is None:
        return 0
    return int(match.group())
",
        ),
        Example::bad(
            "javascript",
            "function show(text) {
  const place = document.getElementById('place');
  place.textContent = text;
  ^^^^^ may give null
}
",
        ),
        Example::bad(
            "javascript",
            "function show(text) {
  document.querySelector('.place').textContent = text;
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ may give null
}
",
        ),
        Example::good(
            "javascript",
            "function show(text) {
  const place = document.getElementById('place');
  if (place) place.textContent = text;
}
",
        ),
        Example::good(
            "javascript",
            "function length() {
  return document.querySelector('.place')?.textContent.length;
}
",
        ),
        Example::bad(
            "typescript",
            "function show(text) {
  const place = document.getElementById('place');
  place.textContent = text;
  ^^^^^ may give null
}
",
        ),
        Example::bad(
            "typescript",
            "function show(text) {
  document.querySelector('.place').textContent = text;
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ may give null
}
",
        ),
        Example::good(
            "typescript",
            "function show(text) {
  const place = document.getElementById('place');
  if (place) place.textContent = text;
}
",
        ),
        Example::good(
            "typescript",
            "function length() {
  return document.querySelector('.place')?.textContent.length;
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int length() {
        return System.getenv(\"SHOP\").length();
               ^^^^^^^^^^^^^^^^^^^^^ may give null
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int length() {
        String name = System.getProperty(\"shop\");
        return name.length();
               ^^^^ may give null
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int length() {
        String name = System.getenv(\"SHOP\");
        return name == null ? 0 : name.length();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int length() {
        String name = System.getProperty(\"shop\", \"none\");
        return name.trim().length();
    }
}
",
        ),
        Example::bad(
            "c",
            "int first(const char *path) {
    char *buffer = malloc(64);
    return buffer[0];
           ^^^^^^ may give null
}
",
        ),
        Example::bad(
            "c",
            "char shell(void) {
    char *name = getenv(\"SHELL\");
    return *name;
            ^^^^ may give null
}
",
        ),
        Example::good(
            "c",
            "int first(void) {
    char *buffer = malloc(64);
    if (buffer == NULL) return -1;
    return buffer[0];
}
",
        ),
        Example::good(
            "c",
            "char shell(void) {
    char *name = getenv(\"SHELL\");
    if (!name) return 0;
    return *name;
}
",
        ),
        Example::bad(
            "cpp",
            "int first(const char *path) {
    char *buffer = malloc(64);
    return buffer[0];
           ^^^^^^ may give null
}
",
        ),
        Example::bad(
            "cpp",
            "char shell(void) {
    char *name = getenv(\"SHELL\");
    return *name;
            ^^^^ may give null
}
",
        ),
        Example::good(
            "cpp",
            "int first(void) {
    char *buffer = malloc(64);
    if (buffer == NULL) return -1;
    return buffer[0];
}
",
        ),
        Example::good(
            "cpp",
            "char shell(void) {
    char *name = getenv(\"SHELL\");
    if (!name) return 0;
    return *name;
}
",
        ),
    ],
    kinds: &[Kind::Member, Kind::Index, Kind::Dereference],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let receiver = tree
        .child(id, Role::Receiver)
        .or_else(|| tree.child(id, Role::Value))
        .or_else(|| tree.child(id, Role::Operand));
    let Some(receiver) = receiver.filter(|_| !tree.flags(id).has(Flags::OPTIONAL)) else { return };
    let call = match tree.kind(receiver) {
        Kind::Call => context.types().may_be_null(receiver).then_some(receiver),
        Kind::Name => context.values().at(receiver).and_then(|value| {
            let is_open = value.nullness == Nullness::Sometimes && value.reason == Reason::Returned;
            is_open.then_some(value.because)
        }),
        _ => None,
    };
    let Some(call) = call else { return };
    if context.is_in_test(id) || is_probe(tree, tree.enclosing_statement(id)) {
        return;
    }
    let what = context.excerpt(call);
    let mut report = context
        .report(receiver, format!("`{what}` may give null, and nothing tests that"))
        .because("The call gives null where it finds nothing.");
    if call != receiver {
        report = report.related(call, "given here");
    }
    report.emit();
}
