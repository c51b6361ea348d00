//! `security/format-string`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/format-string",
    category: Category::Security,
    summary: "A text that is not written here is used as a format",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["go", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `printf` and its like with a format that is no literal and has no arguments after it.",
        why: "`%n` and `%s` in the text write to memory and read from it; who can choose the text can run code. Even a harmless `%` prints garbage.",
        fix: "Print it by a format: `printf(\"%s\", text)`.",
        limits: "Constants and translated texts are left alone.",
        references: &["https://owasp.org/www-community/attacks/Format_string_attack"],
    },
    examples: &[
        Example::bad(
            "go",
            "package shop

import \"fmt\"

func show(text string) {
	fmt.Printf(text)
	           ^^^^ as a format
}
",
        ),
        Example::bad(
            "go",
            "package shop

import (
	\"fmt\"
	\"net/http\"
)

func show(w http.ResponseWriter, text string) {
	fmt.Fprintf(w, text)
	               ^^^^ as a format
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"fmt\"

func show(text string) {
	fmt.Printf(\"%s\", text)
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"fmt\"

func show(text string) {
	fmt.Print(text)
}
",
        ),
        Example::bad(
            "c",
            "void show(const char *text) {
    printf(text);
           ^^^^ as a format
}
",
        ),
        Example::bad(
            "c",
            "void show(const char *text) {
    fprintf(stderr, text);
                    ^^^^ as a format
}
",
        ),
        Example::good(
            "c",
            "void show(const char *text) {
    printf(\"%s\", text);
}
",
        ),
        Example::good(
            "c",
            "void show(void) {
    printf(_(\"nothing here\"));
}
",
        ),
        Example::bad(
            "cpp",
            "void show(const std::string& text) {
    printf(text.c_str());
           ^^^^^^^^^^^^ as a format
}
",
        ),
        Example::bad(
            "cpp",
            "void show(char *buffer, const char *text) {
    snprintf(buffer, 80, text);
                         ^^^^ as a format
}
",
        ),
        Example::good(
            "cpp",
            "void show(const std::string& text) {
    printf(\"%s\", text.c_str());
}
",
        ),
        Example::good(
            "cpp",
            "void show() {
    printf(USAGE);
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Functions with a format, and its place.
const FORMATTING: &[(&str, usize)] = &[
    ("printf", 0),
    ("wprintf", 0),
    ("fprintf", 1),
    ("dprintf", 1),
    ("sprintf", 1),
    ("snprintf", 2),
    ("syslog", 1),
    ("Printf", 0),
    ("Fprintf", 1),
    ("Sprintf", 0),
    ("Errorf", 0),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let name = tree.name(callee);
    // A library's own function of that name may check its format.
    let is_foreign = tree
        .child(callee, Role::Receiver)
        .is_some_and(|it| !matches!(context.text(it), "std" | "fmt" | "log"))
        || context.text(callee).starts_with("fmt::");
    if is_foreign {
        return;
    }
    let Some((_, at)) = FORMATTING.iter().find(|(known, _)| *known == name) else { return };
    let arguments = context.arguments(id);
    if arguments.len() != at + 1 {
        return;
    }
    // Go's own functions; others of such a name take what they like.
    let is_go = context.in_language(&[(&["go"], ())]).is_some();
    if is_go
        && !context.called(id).is_some_and(|it| it.starts_with("fmt.") || it.starts_with("log."))
    {
        return;
    }
    let Some(format) = arguments.get(*at).copied() else { return };
    let is_open = match tree.kind(format) {
        Kind::Name => {
            let bindings = &context.facts.bindings;
            let text = tree.name(format);
            let is_constant = !text.chars().any(char::is_lowercase);
            let bound = bindings.resolve(format);
            let is_literal = bound.is_some_and(|it| {
                let mut definitions = bindings.definitions(it).peekable();
                definitions.peek().is_some()
                    && definitions.all(|name| {
                        let parent = tree.node(name).parent;
                        tree.kind(parent) != Kind::Parameter
                            && tree.child(parent, Role::Value).is_some_and(|it| {
                                tree.kind(it).is_literal() || tree.kind(it) == Kind::Ternary
                            })
                    })
            });
            !is_constant && !is_literal && bound.is_some()
        }
        Kind::Index => true,
        Kind::Call => context.method(format).is_some_and(|(_, it)| matches!(it, "c_str" | "data")),
        _ => false,
    };
    if !is_open {
        return;
    }
    let shown = context.excerpt(format);
    context
        .report(format, format!("`{shown}` is used as a format: a `%` in it means something"))
        .because("It is no literal, and no argument follows it.")
        .emit();
}
