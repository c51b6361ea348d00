//! `security/permissive-file-mode`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/permissive-file-mode",
    category: Category::Security,
    summary: "A file may be written by everybody",
    severity: Severity::Warning,
    confidence: 0.88,
    languages: &["python", "javascript", "typescript", "go", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports modes that let every user of the machine write a file or folder.",
        why: "Any other program on the machine can change what is there: data, configuration, code that runs later.",
        fix: "Give the mode that is needed: `0o600` for data of one user, `0o750` for a program.",
        limits: "Only modes that are written as octal numbers are read.",
        references: &["https://cwe.mitre.org/data/definitions/732.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "import os


def share(path):
    os.chmod(path, 0o777)
                   ^^^^^ lets every user of the machine write this
",
        ),
        Example::bad(
            "python",
            "import os


def share(path):
    os.open(path, os.O_CREAT, 0o666)
                              ^^^^^ lets every user of the machine write this
",
        ),
        Example::good(
            "python",
            "import os


def share(path):
    os.chmod(path, 0o750)
",
        ),
        Example::good(
            "python",
            "def share(path):
    return 0o777
",
        ),
        Example::bad(
            "javascript",
            "function share(fs, path) {
  fs.chmodSync(path, 0o777);
                     ^^^^^ lets every user of the machine write this
}
",
        ),
        Example::bad(
            "javascript",
            "function share(fs, path) {
  return fs.promises.chmod(path, 0o666);
                                 ^^^^^ lets every user of the machine write this
}
",
        ),
        Example::good(
            "javascript",
            "function share(fs, path) {
  fs.chmodSync(path, 0o640);
}
",
        ),
        Example::good(
            "javascript",
            "const all = 0o777;
",
        ),
        Example::bad(
            "typescript",
            "function share(fs, path) {
  fs.chmodSync(path, 0o777);
                     ^^^^^ lets every user of the machine write this
}
",
        ),
        Example::bad(
            "typescript",
            "function share(fs, path) {
  return fs.promises.chmod(path, 0o666);
                                 ^^^^^ lets every user of the machine write this
}
",
        ),
        Example::good(
            "typescript",
            "function share(fs, path) {
  fs.chmodSync(path, 0o640);
}
",
        ),
        Example::good(
            "typescript",
            "const all = 0o777;
",
        ),
        Example::bad(
            "go",
            "package shop

import \"os\"

func share(path string) {
	os.Chmod(path, 0777)
	               ^^^^ lets every user of the machine write this
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"os\"

func share(path string, data []byte) {
	os.WriteFile(path, data, 0o666)
	                         ^^^^^ lets every user of the machine write this
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"os\"

func share(path string) {
	os.Chmod(path, 0750)
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"os\"

func share(path string) {
	os.MkdirAll(path, 0755)
}
",
        ),
        Example::bad(
            "c",
            "void share(const char *path) {
    chmod(path, 0777);
                ^^^^ lets every user of the machine write this
}
",
        ),
        Example::bad(
            "c",
            "void share(const char *path) {
    open(path, O_CREAT | O_WRONLY, 0666);
                                   ^^^^ lets every user of the machine write this
}
",
        ),
        Example::good(
            "c",
            "void share(const char *path) {
    chmod(path, 0640);
}
",
        ),
        Example::good(
            "c",
            "void share(void) {
    umask(0077);
}
",
        ),
        Example::bad(
            "cpp",
            "void share(const char *path) {
    chmod(path, 0777);
                ^^^^ lets every user of the machine write this
}
",
        ),
        Example::bad(
            "cpp",
            "void share(const char *path) {
    open(path, O_CREAT | O_WRONLY, 0666);
                                   ^^^^ lets every user of the machine write this
}
",
        ),
        Example::good(
            "cpp",
            "void share(const char *path) {
    chmod(path, 0640);
}
",
        ),
        Example::good(
            "cpp",
            "void share(void) {
    umask(0077);
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Calls that set a mode.
const SETTERS: &[&str] = &[
    "makedirs",
    "chmod",
    "chmodSync",
    "fchmod",
    "lchmod",
    "fchmodat",
    "open",
    "openat",
    "creat",
    "mkdir",
    "mkfifo",
    "Chmod",
    "WriteFile",
    "OpenFile",
    "Mkdir",
    "MkdirAll",
    "mkdirSync",
    "fchmodSync",
    "openSync",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    if matches!(tree.name(callee), "umask" | "Umask") {
        return check_mask(context, id);
    }
    if !SETTERS.contains(&tree.name(callee)) || context.is_in_test(id) {
        return;
    }
    let given: Vec<NodeId> =
        context.arguments(id).into_iter().flat_map(|it| modes_in(context, it)).collect();
    for argument in given {
        let text = context.text(argument);
        let bare = text.trim_matches(['"', '\'']);
        let is_text = tree.kind(argument) == Kind::String && tree.name(callee).starts_with("chmod");
        let prefixed = text.strip_prefix("0o").or_else(|| text.strip_prefix('0'));
        let digits = if is_text { bare } else { prefixed.unwrap_or("") };
        let is_number = digits.chars().all(|it| it.is_digit(8));
        let is_mode = (tree.kind(argument) == Kind::Number || is_text)
            && is_number
            && (3..=4).contains(&digits.len());
        let last = digits.chars().last().and_then(|it| it.to_digit(8));
        // The bit that lets others write.
        if is_mode && last.is_some_and(|it| it & 2 != 0) {
            context
                .report(argument, format!("`{text}` lets every user of the machine write this"))
                .because("The last digit of a mode is for everybody else; 2 in it means writing.")
                .emit();
        }
    }
}

/// What may be a mode in an argument: itself, a named one's value, or an option's.
fn modes_in(context: &Context<'_>, argument: NodeId) -> Vec<NodeId> {
    let tree = context.tree;
    let value = |it: NodeId| tree.child(it, Role::Value);
    match tree.kind(argument) {
        Kind::Argument => value(argument).into_iter().collect(),
        Kind::Map => tree.children(argument).filter_map(value).collect(),
        _ => vec![argument],
    }
}

/// `umask(0)`: every file that is made from now on may be written by everybody.
fn check_mask(context: &mut Context<'_>, id: NodeId) {
    let [mask] = *context.arguments(id).as_slice() else { return };
    let text = context.text(mask);
    let is_nothing = !text.is_empty() && text.chars().all(|it| matches!(it, '0' | 'o'));
    if is_nothing && !context.is_in_test(id) {
        context
            .report(
                mask,
                format!("a mask of `{text}` lets every user of the machine write new files"),
            )
            .because("The mask takes nothing away from the mode that a file is made with.")
            .emit();
    }
}
