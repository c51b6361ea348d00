//! `security/html-from-text`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::known::calls;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/html-from-text",
    category: Category::Security,
    summary: "A text becomes a part of a page as it is",
    severity: Severity::Warning,
    confidence: 0.75,
    languages: &["python", "javascript", "typescript"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports values that are put into a page as HTML: by `innerHTML`, `outerHTML`, `insertAdjacentHTML`, `document.write`, `dangerouslySetInnerHTML`, `v-html`'s functions and jQuery's `html`, or in Python by `mark_safe` and `Markup`.",
        why: "Whatever tags and scripts the value holds run in the page.",
        fix: "Set `textContent`, build elements, use a template that escapes, or clean the value (`DOMPurify.sanitize`).",
        limits: "A value that cannot hold tags is reported as well, if its name does not tell.",
        references: &[
            "https://developer.mozilla.org/en-US/docs/Web/API/Element/innerHTML#security_considerations",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "from django.utils.safestring import mark_safe

def bold(name):
    return mark_safe(\"<b>\" + name + \"</b>\")
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ as HTML
",
        ),
        Example::bad(
            "python",
            "from markupsafe import Markup

def bold(name):
    return Markup(\"<b>%s</b>\" % name)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^ as HTML
",
        ),
        Example::good(
            "python",
            "from django.utils.safestring import mark_safe

LINE = mark_safe(\"<hr>\")
",
        ),
        Example::good(
            "python",
            "from markupsafe import Markup, escape

def bold(name):
    return Markup(\"<b>\") + escape(name) + Markup(\"</b>\")
",
        ),
        Example::bad(
            "javascript",
            "function show(element, text) {
  element.innerHTML = '<b>' + text + '</b>';
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ as HTML
}
",
        ),
        Example::bad(
            "javascript",
            "function show(text) {
  document.write(text);
  ^^^^^^^^^^^^^^^^^^^^ as HTML
}
",
        ),
        Example::good(
            "javascript",
            "function clear(element) {
  element.innerHTML = '';
}
",
        ),
        Example::good(
            "javascript",
            "function show(element, text) {
  element.innerHTML = DOMPurify.sanitize(text);
}
",
        ),
        Example::bad(
            "typescript",
            "function show(element, text) {
  element.innerHTML = '<b>' + text + '</b>';
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ as HTML
}
",
        ),
        Example::bad(
            "typescript",
            "function show(text) {
  document.write(text);
  ^^^^^^^^^^^^^^^^^^^^ as HTML
}
",
        ),
        Example::good(
            "typescript",
            "function clear(element) {
  element.innerHTML = '';
}
",
        ),
        Example::good(
            "typescript",
            "function show(element, text) {
  element.innerHTML = DOMPurify.sanitize(text);
}
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Assign, Kind::Pair],
    check,
};

/// Calls that put a text into a page, with the place of it.
const PUTTING: ByLanguage<&[(&str, usize)]> = &[
    (
        &["python"],
        &[
            ("django.utils.safestring.mark_safe", 0),
            ("markupsafe.Markup", 0),
            ("flask.Markup", 0),
            ("django.utils.html.mark_safe", 0),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            ("document.write", 0),
            ("document.writeln", 0),
            (".insertAdjacentHTML", 1),
            (".html", 0),
            (".createContextualFragment", 0),
            (".bypassSecurityTrustHtml", 0),
        ],
    ),
];
const HTML: &[&str] = &["innerHTML", "outerHTML", "srcdoc"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let value = match tree.kind(id) {
        Kind::Assign => {
            let target = tree.child(id, Role::Target);
            let is_html = target
                .is_some_and(|it| tree.kind(it) == Kind::Member && HTML.contains(&tree.name(it)))
                && matches!(tree.node(id).operator, Operator::Assign | Operator::AddAssign);
            tree.child(id, Role::Value).filter(|_| is_html)
        }
        Kind::Pair => {
            let key = tree.child(id, Role::Key).map_or("", |it| context.text(it));
            tree.child(id, Role::Value).filter(|_| key == "__html")
        }
        _ => {
            let known = context.in_language(PUTTING);
            let found =
                known.and_then(|it| it.iter().find(|(path, _)| calls(context, id, &[path])));
            let receiver = context.method(id).map_or("", |(it, _)| tree.text(it));
            let is_page = |path: &str| {
                path != ".html" || receiver.starts_with('$') || receiver.starts_with("jQuery")
            };
            found
                .filter(|(path, _)| is_page(path))
                .and_then(|(_, at)| context.arguments(id).get(*at).copied())
        }
    };
    let Some(value) = value.filter(|it| !tree.kind(*it).is_literal()) else { return };
    let texts = context.texts();
    let built = texts.take_apart(value);
    let is_open = built
        .holes
        .iter()
        .any(|hole| !texts.is_harmless(hole.node) && !is_cleaned(context, hole.node));
    if !is_open || context.is_test_code(id) {
        return;
    }
    let shown = context.excerpt(value);
    context
        .report(id, format!("`{shown}` is put into the page as HTML, with whatever tags are in it"))
        .because("Nothing seen here escapes or cleans it.")
        .emit();
}

/// Whether a value is made harmless, or made of parts of the page itself.
fn is_cleaned(context: &Context<'_>, value: NodeId) -> bool {
    let text = context.text(value);
    let lower = text.to_ascii_lowercase();
    ["sanitize", "purify", "escape", "innerhtml", "trusted", "encode", "tostatic"]
        .iter()
        .any(|word| lower.contains(word))
}
