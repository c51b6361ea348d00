//! `practice/debugger-left`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/debugger-left",
    category: Category::Practice,
    summary: "A stop for the debugger, or a note to write the code, is left in",
    severity: Severity::Warning,
    confidence: 0.95,
    languages: &["python", "javascript", "typescript", "rust"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `debugger`, `breakpoint()`, `pdb.set_trace()`, `dbg!` and dialogs for looking at values, and Rust's `todo!`.",
        why: "They stop the program, print what is nobody's business, or end it.",
        fix: "Take them out; write what is missing.",
        limits: "A browser's `alert` may be what users are to see; a dialog of the program's own is better.",
        references: &["https://eslint.org/docs/latest/rules/no-debugger"],
    },
    examples: &[
        Example::bad(
            "python",
            "def load(path):
    breakpoint()
    ^^^^^^^^^^^^ left in
    return read(path)
",
        ),
        Example::bad(
            "python",
            "import pdb

def load(path):
    pdb.set_trace()
    ^^^^^^^^^^^^^^^ left in
    return read(path)
",
        ),
        Example::good(
            "python",
            "def step(number, options):
    if options.debug_step == number:
        breakpoint()
",
        ),
        Example::good(
            "python",
            "def load(path, breakpoint):
    breakpoint(path)
",
        ),
        Example::good(
            "python",
            "def load(path):
    pass
",
        ),
        Example::bad(
            "javascript",
            "function load(path) {
  debugger;
  ^^^^^^^^^ left in
  return read(path);
}
",
        ),
        Example::bad(
            "javascript",
            "function load(path) {
  alert(path);
  ^^^^^^^^^^^ left in
}
",
        ),
        Example::good(
            "javascript",
            "function load(path) {
  ;
  return read(path);
}
",
        ),
        Example::good(
            "javascript",
            "function load(path, alert) {
  alert(path);
}
",
        ),
        Example::bad(
            "typescript",
            "function load(path) {
  debugger;
  ^^^^^^^^^ left in
  return read(path);
}
",
        ),
        Example::bad(
            "typescript",
            "function load(path) {
  alert(path);
  ^^^^^^^^^^^ left in
}
",
        ),
        Example::good(
            "typescript",
            "function load(path) {
  ;
  return read(path);
}
",
        ),
        Example::good(
            "typescript",
            "function load(path, alert) {
  alert(path);
}
",
        ),
        Example::bad(
            "rust",
            "fn load(path: &str) -> i32 {
    dbg!(path);
    ^^^^^^^^^^ left in
    1
}
",
        ),
        Example::bad(
            "rust",
            "fn load(path: &str) -> i32 {
    todo!()
    ^^^^^^^ left in
}
",
        ),
        Example::good(
            "rust",
            "fn load(path: &str) -> i32 {
    println!(\"{path}\");
    1
}
",
        ),
        Example::good(
            "rust",
            "fn load(path: &str) -> i32 {
    unreachable!()
}
",
        ),
    ],
    kinds: &[Kind::Empty, Kind::Call, Kind::Macro],
    check,
};

/// Calls that are there for looking at values, by path.
const CALLS: &[&str] = &[
    "breakpoint",
    "pdb.set_trace",
    "ipdb.set_trace",
    "pudb.set_trace",
    "alert",
    "window.alert",
    "confirm",
    "prompt",
];
const MACROS: &[&str] = &["dbg", "todo"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_left = match tree.kind(id) {
        Kind::Empty => context.text(id).trim_end_matches(';') == "debugger",
        Kind::Macro => MACROS.contains(&tree.name(id)),
        _ => {
            let callee = tree.child(id, Role::Callee);
            let name = callee.map_or("", |it| tree.name(it));
            CALLS.iter().any(|it| it.ends_with(name))
                && callee
                    .and_then(|it| context.paths().of(it))
                    .is_some_and(|path| CALLS.contains(&&*path))
                && context.environment.entry(name).is_none_or(|it| it.import_path().is_some())
        }
    };
    if !is_left || context.is_in_test(id) || is_asked_for(context, id) {
        return;
    }
    let shown = context.excerpt(id).trim_end_matches(';').to_owned();
    context
        .report(id, format!("`{shown}` is left in from writing the code"))
        .because("It serves whoever writes the code, not whoever uses it.")
        .emit();
}

/// Whether a condition around it asks whether somebody wants to debug: `if options.debug: …`.
fn is_asked_for(context: &Context<'_>, id: NodeId) -> bool {
    const WORDS: &[&str] = &["debug", "breakpoint", "pdb", "interactive"];
    let tree = context.tree;
    tree.ancestors(id).take_while(|it| !tree.kind(*it).is_function()).any(|it| {
        let condition = tree.child(it, Role::Condition).filter(|_| tree.kind(it) == Kind::If);
        condition.is_some_and(|condition| {
            let asked = context.text(condition).to_lowercase();
            !tree.is_within(id, condition) && WORDS.iter().any(|word| asked.contains(word))
        })
    })
}
