//! `perf/strlen-in-loop-condition`.

use crate::findings::{Category, Severity};
use crate::ir::{Access, Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/strlen-in-loop-condition",
    category: Category::Perf,
    summary: "A loop measures a text anew before each round",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `strlen` (or `wcslen`) in the condition of a loop whose text does not change its length in the loop.",
        why: "A C string does not know its length: `strlen` walks to its end, O(n), before each of n rounds, O(n²) in all. A compiler can only move it out of the loop if it can prove that nothing writes to the text.",
        fix: "Measure once before the loop, or look for the end in the condition: `text[i] != 0`.",
        limits: "Loops that assign the variable, or that may write its end or hand it to a function that may, are left alone.",
        references: &["https://en.cppreference.com/w/c/string/byte/strlen"],
    },
    examples: &[
        Example::bad(
            "c",
            "int count(const char *text) {
    int found = 0;
    for (size_t i = 0; i < strlen(text); i++) {
                       ^^^^^^^^^^^^^^^^ measures all of `text` before each round
        if (text[i] == ' ') found++;
    }
    return found;
}
",
        ),
        Example::bad(
            "c",
            "void upper(char *name) {
    int i = 0;
    while (i < strlen(name)) {
           ^^^^^^^^^^^^^^^^ measures all of `name` before each round
        name[i] = toupper(name[i]);
        i++;
    }
}
",
        ),
        Example::good(
            "c",
            "int count(const char *text) {
    int found = 0;
    for (size_t i = 0, n = strlen(text); i < n; i++) {
        if (text[i] == ' ') found++;
    }
    return found;
}
",
        ),
        Example::good(
            "c",
            "void trim(char *text) {
    while (strlen(text) > 0 && text[strlen(text) - 1] == ' ') {
        text[strlen(text) - 1] = 0;
    }
}
",
        ),
        Example::good(
            "c",
            "void skip(const char *text) {
    while (strlen(text) > 4) {
        text++;
    }
}
",
        ),
        Example::bad(
            "cpp",
            "int count(const char *text) {
    int found = 0;
    for (size_t i = 0; i < strlen(text); i++) {
                       ^^^^^^^^^^^^^^^^ measures all of `text` before each round
        if (text[i] == ' ') found++;
    }
    return found;
}
",
        ),
        Example::bad(
            "cpp",
            "void upper(char *name) {
    int i = 0;
    while (i < strlen(name)) {
           ^^^^^^^^^^^^^^^^ measures all of `name` before each round
        name[i] = toupper(name[i]);
        i++;
    }
}
",
        ),
        Example::good(
            "cpp",
            "int count(const char *text) {
    int found = 0;
    for (size_t i = 0, n = strlen(text); i < n; i++) {
        if (text[i] == ' ') found++;
    }
    return found;
}
",
        ),
        Example::good(
            "cpp",
            "void trim(char *text) {
    while (strlen(text) > 0 && text[strlen(text) - 1] == ' ') {
        text[strlen(text) - 1] = 0;
    }
}
",
        ),
        Example::good(
            "cpp",
            "void skip(const char *text) {
    while (strlen(text) > 4) {
        text++;
    }
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
    if !matches!(tree.name(callee), "strlen" | "wcslen") {
        return;
    }
    // The comparison it stands in, which a loop asks before each round.
    let condition = tree.node(id).parent;
    let is_order = matches!(
        tree.node(condition).operator,
        Operator::Less
            | Operator::LessEqual
            | Operator::Greater
            | Operator::GreaterEqual
            | Operator::NotEqual
    );
    let loop_node = tree.node(condition).parent;
    if !is_order || !tree.kind(loop_node).is_loop() || tree.role(condition) != Role::Condition {
        return;
    }
    let other = if tree.role(id) == Role::Left { Role::Right } else { Role::Left };
    // Against a constant, the text itself is what changes.
    if tree.child(condition, other).is_none_or(|it| tree.kind(it).is_literal()) {
        return;
    }
    let arguments = context.arguments(id);
    let [text] = arguments.as_slice() else { return };
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.resolve(*text) else { return };
    let inside = bindings.occurrences(binding).iter().filter(|it| tree.is_within(**it, loop_node));
    if inside.clone().any(|it| may_change_length(context, *it)) {
        return;
    }
    let (name, call) = (context.excerpt(*text), context.excerpt(id));
    context
        .report(
            condition,
            format!("`{call}` measures all of `{name}` before each round, O(n²) in this loop"),
        )
        .because(format!(
            "`{name}` is walked to its end each time: a text does not know its length."
        ))
        .because(format!("Nothing in the loop changes where `{name}` ends."))
        .emit();
}

/// Whether a mention of the text may move its end.
fn may_change_length(context: &Context<'_>, name: NodeId) -> bool {
    let tree = context.tree;
    if tree.node(name).access != Access::Read {
        return true;
    }
    let parent = tree.node(name).parent;
    match tree.kind(parent) {
        Kind::Call => {
            let callee = tree.child(parent, Role::Callee).map_or("", |it| tree.name(it));
            !PLAIN.contains(&callee)
        }
        Kind::Index | Kind::Dereference => {
            let statement = tree.node(parent).parent;
            let value = tree.child(statement, Role::Value);
            let is_target =
                tree.kind(statement) == Kind::Assign && tree.role(parent) == Role::Target;
            // A letter's other case is no end; a constant may be one.
            is_target
                && !value.is_some_and(|it| {
                    tree.kind(it) == Kind::Call
                        || tree.kind(it) == Kind::Character && !tree.text(it).contains("\\0")
                })
        }
        Kind::Reference | Kind::Assign | Kind::Declare => true,
        Kind::Binary => {
            let around = tree.node(parent).parent;
            tree.kind(around) == Kind::Call || tree.kind(around) == Kind::Assign
        }
        _ => false,
    }
}

/// Functions that only read a text.
const PLAIN: &[&str] = &[
    "strlen",
    "wcslen",
    "strcmp",
    "strncmp",
    "strchr",
    "strstr",
    "strcasecmp",
    "printf",
    "puts",
    "putchar",
    "isalpha",
    "isdigit",
    "isspace",
    "toupper",
    "tolower",
    "memcmp",
    "atoi",
];
