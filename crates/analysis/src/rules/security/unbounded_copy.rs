//! `security/unbounded-copy`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/unbounded-copy",
    category: Category::Security,
    summary: "A copy that does not ask how much room there is",
    severity: Severity::Warning,
    confidence: 0.82,
    languages: &["c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `gets`, and `strcpy`, `strcat` and `sprintf` of text whose length nobody here knows.",
        why: "More text than there is room for overwrites whatever lies behind: the classic way into a program.",
        fix: "Use the functions that take the size of the target: `fgets`, `snprintf`, `strlcpy` where it exists.",
        limits: "Copies of literals are left alone, since their length can be counted; the size of the target is not.",
        references: &["https://cwe.mitre.org/data/definitions/120.html"],
    },
    examples: &[
        Example::bad(
            "c",
            "void f(char *line) {
    gets(line);
    ^^^^^^^^^^ not as much as there is room for
}
",
        ),
        Example::bad(
            "c",
            "void f(char *to, const char *from) {
    strcpy(to, from);
    ^^^^^^^^^^^^^^^^ not as much as there is room for
    sprintf(to, \"%s!\", from);
    ^^^^^^^^^^^^^^^^^^^^^^^^ not as much as there is room for
}
",
        ),
        Example::good(
            "c",
            "void f(char *line, int size) {
    fgets(line, size, stdin);
}
",
        ),
        Example::good(
            "c",
            "void f(char *to) {
    strcpy(to, \"ok\");
}
",
        ),
        Example::bad(
            "cpp",
            "void f(char *line) {
    gets(line);
    ^^^^^^^^^^ not as much as there is room for
}
",
        ),
        Example::bad(
            "cpp",
            "void f(char *to, const char *from) {
    strcpy(to, from);
    ^^^^^^^^^^^^^^^^ not as much as there is room for
    sprintf(to, \"%s!\", from);
    ^^^^^^^^^^^^^^^^^^^^^^^^ not as much as there is room for
}
",
        ),
        Example::good(
            "cpp",
            "void f(char *line, int size) {
    fgets(line, size, stdin);
}
",
        ),
        Example::good(
            "cpp",
            "void f(char *to) {
    strcpy(to, \"ok\");
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let arguments: Vec<NodeId> = tree.children_with(id, Role::Argument).collect();
    let is_unknown = |it: Option<&NodeId>| it.is_some_and(|it| !tree.kind(*it).is_literal());
    let is_unbounded = match (tree.name(callee), arguments.len()) {
        ("gets" | "getwd" | "_getws", 1) | ("vsprintf", 3..) => true,
        ("strcpy" | "strcat" | "stpcpy" | "wcscpy" | "wcscat" | "lstrcpy", 2) => {
            is_unknown(arguments.get(1))
        }
        ("scanf" | "fscanf" | "sscanf" | "vscanf", 2..) => arguments
            .iter()
            .any(|it| tree.kind(*it) == Kind::String && reads_without_width(context.text(*it))),
        // The length of what is copied says nothing of the room.
        ("strncpy" | "memcpy" | "memmove" | "strncat", 3) => {
            let source = arguments.get(1).map_or("", |it| context.text(*it));
            let length = arguments.get(2).map_or("", |it| context.text(*it));
            length == format!("strlen({source})")
        }
        ("alloca", 1) => is_unknown(arguments.first()),
        ("sprintf", 3..) => {
            let format = arguments.get(1).map_or("", |it| context.text(*it));
            format.contains("%s") && arguments.iter().skip(2).any(|it| is_unknown(Some(it)))
        }
        _ => false,
    };
    if !is_unbounded {
        return;
    }
    let name = tree.name(callee).to_owned();
    context
        .report(
            id,
            format!("`{name}` writes as much as there is, not as much as there is room for"),
        )
        .because("Nothing bounds the length of the text that is copied.")
        .emit();
}

/// Whether a format reads a word without saying how long it may be: `%s`, unlike `%63s`.
fn reads_without_width(format: &str) -> bool {
    format.split('%').skip(1).any(|rest| rest.starts_with('s') || rest.starts_with('['))
}
