//! `security/command-built-from-text`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/command-built-from-text",
    category: Category::Security,
    summary: "A shell command is put together from text",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports commands that a shell runs, put together from something that is not constant.",
        why: "The shell takes `;`, `|`, `$(…)` and the like in the text for what they are: whoever controls a part of it runs any command.",
        fix: "Call the program without a shell, with its arguments as a list.",
        limits: "In C and C++, anything but a literal counts; elsewhere concatenation, interpolation and formatting.",
        references: &[
            "https://cwe.mitre.org/data/definitions/78.html",
            "https://docs.python.org/3/library/subprocess.html#security-considerations",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "import os


def show(path):
    os.system(\"cat \" + path)
              ^^^^^^^^^^^^^ is put together from text
",
        ),
        Example::bad(
            "python",
            "import subprocess


def show(path):
    subprocess.run(f\"cat {path}\", shell=True)
                   ^^^^^^^^^^^^^ is put together from text
",
        ),
        Example::good(
            "python",
            "import subprocess


def show(path):
    subprocess.run([\"cat\", path])
",
        ),
        Example::good(
            "python",
            "import os


def show():
    os.system(\"clear\")
",
        ),
        Example::bad(
            "javascript",
            "import { exec } from 'child_process';

function show(path) {
  exec(`cat ${path}`);
       ^^^^^^^^^^^^^ is put together from text
}
",
        ),
        Example::bad(
            "javascript",
            "import * as child_process from 'child_process';

function show(path) {
  child_process.execSync('cat ' + path);
                         ^^^^^^^^^^^^^ is put together from text
}
",
        ),
        Example::good(
            "javascript",
            "import { execFile } from 'child_process';

function show(path) {
  execFile('cat', [path]);
}
",
        ),
        Example::good(
            "javascript",
            "function find(pattern, text) {
  return pattern.exec('a' + text);
}
",
        ),
        Example::bad(
            "typescript",
            "import { exec } from 'child_process';

function show(path) {
  exec(`cat ${path}`);
       ^^^^^^^^^^^^^ is put together from text
}
",
        ),
        Example::bad(
            "typescript",
            "import * as child_process from 'child_process';

function show(path) {
  child_process.execSync('cat ' + path);
                         ^^^^^^^^^^^^^ is put together from text
}
",
        ),
        Example::good(
            "typescript",
            "import { execFile } from 'child_process';

function show(path) {
  execFile('cat', [path]);
}
",
        ),
        Example::good(
            "typescript",
            "function find(pattern, text) {
  return pattern.exec('a' + text);
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"os/exec\"

func show(path string) {
	exec.Command(\"sh\", \"-c\", \"cat \"+path).Run()
	                         ^^^^^^^^^^^ is put together from text
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"os/exec\"

func show(path string) {
	exec.Command(\"bash\", \"-c\", \"cat \"+path).Output()
	                           ^^^^^^^^^^^ is put together from text
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"os/exec\"

func show(path string) {
	exec.Command(\"cat\", path).Run()
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"os/exec\"

func show() {
	exec.Command(\"sh\", \"-c\", \"ls | wc\").Run()
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(String path) {
        Runtime.getRuntime().exec(\"cat \" + path);
                                  ^^^^^^^^^^^^^ is put together from text
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(String path) {
        Runtime.getRuntime().exec(String.format(\"cat %s\", path));
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is put together from text
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(String path) {
        new ProcessBuilder(\"cat\", path).start();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show() {
        Runtime.getRuntime().exec(\"clear\");
    }
}
",
        ),
        Example::bad(
            "c",
            "void show(const char *path) {
    char line[80];
    snprintf(line, sizeof(line), \"cat %s\", path);
    system(line);
           ^^^^ is put together from text
}
",
        ),
        Example::bad(
            "c",
            "void show(const char *path) {
    popen(path, \"r\");
          ^^^^ is put together from text
}
",
        ),
        Example::good(
            "c",
            "void show(void) {
    system(\"clear\");
}
",
        ),
        Example::good(
            "c",
            "void show(void) {
    popen(\"ls\", \"r\");
}
",
        ),
        Example::bad(
            "cpp",
            "void show(const char *path) {
    char line[80];
    snprintf(line, sizeof(line), \"cat %s\", path);
    system(line);
           ^^^^ is put together from text
}
",
        ),
        Example::bad(
            "cpp",
            "void show(const char *path) {
    popen(path, \"r\");
          ^^^^ is put together from text
}
",
        ),
        Example::good(
            "cpp",
            "void show(void) {
    system(\"clear\");
}
",
        ),
        Example::good(
            "cpp",
            "void show(void) {
    popen(\"ls\", \"r\");
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// How a language hands a command to a shell.
struct Shell {
    /// Calls whose argument of that number is a command.
    commands: &'static [(&'static str, usize)],
    /// Calls that use a shell only where an argument of theirs says so.
    on_demand: &'static [&'static str],
    /// Whether any text but a literal counts.
    any_text: bool,
}

const SHELLS: ByLanguage<Shell> = &[
    (
        &["python"],
        Shell {
            commands: &[
                ("os.system", 0),
                ("os.popen", 0),
                ("subprocess.getoutput", 0),
                ("subprocess.getstatusoutput", 0),
            ],
            on_demand: &[
                "subprocess.run",
                "subprocess.call",
                "subprocess.Popen",
                "subprocess.check_call",
                "subprocess.check_output",
                "asyncio.create_subprocess_shell",
            ],
            any_text: false,
        },
    ),
    (
        &["javascript", "typescript"],
        Shell {
            commands: &[
                ("child_process.exec", 0),
                ("child_process.execSync", 0),
                ("node:child_process.exec", 0),
                ("node:child_process.execSync", 0),
            ],
            on_demand: &[],
            any_text: false,
        },
    ),
    (
        &["go"],
        Shell {
            commands: &[("os/exec.Command", 2), ("exec.Command", 2), ("os.exec.Command", 2)],
            on_demand: &[],
            any_text: false,
        },
    ),
    (
        &["java"],
        Shell { commands: &[("Runtime.getRuntime().exec", 0)], on_demand: &[], any_text: false },
    ),
    (
        &["c", "cpp"],
        Shell {
            commands: &[("system", 0), ("popen", 0), ("std.system", 0), ("_popen", 0)],
            on_demand: &[],
            any_text: true,
        },
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(shell) = context.in_language(SHELLS) else { return };
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let path = context.paths().of(callee);
    let path = path.as_deref().unwrap_or_else(|| context.text(callee));
    let arguments = context.arguments(id);
    let place = shell.commands.iter().find(|(name, _)| *name == path).map(|(_, at)| *at);
    let is_on_demand = shell.on_demand.contains(&path)
        && arguments.iter().any(|it| context.text(*it).replace(' ', "") == "shell=True");
    let place = place.or_else(|| is_on_demand.then_some(0));
    let Some(command) = place.and_then(|at| arguments.get(at)).copied() else { return };
    // `exec.Command("sh", "-c", …)`
    let is_shell = place == Some(0)
        || arguments.get(1).is_some_and(|it| context.text(*it).trim_matches(['"', '`']) == "-c");
    let is_open = if shell.any_text {
        tree.kind(command) != Kind::String && is_variable(context, command)
    } else {
        is_built(context, command)
    };
    if !is_shell || !is_open || context.is_in_test(id) {
        return;
    }
    context
        .report(command, "this command for a shell is put together from text")
        .because("A part of the command is not constant, and the shell reads it as commands, too.")
        .emit();
}

/// Whether a C string is not a constant of the program.
fn is_variable(context: &Context<'_>, command: NodeId) -> bool {
    let tree = context.tree;
    let is_name = tree.kind(command) == Kind::Name;
    is_name
        && tree.name(command).contains(char::is_lowercase)
        && context.facts.bindings.resolve(command).is_some()
}

/// Whether a text is put together from parts of which one is not constant.
fn is_built(context: &Context<'_>, value: NodeId) -> bool {
    let tree = context.tree;
    let is_open = |it: NodeId| {
        let is_place = matches!(tree.kind(it), Kind::Name | Kind::Member | Kind::Index);
        is_place && tree.name(it).contains(char::is_lowercase) && tree.role(it) != Role::Callee
    };
    let has_open = tree.descendants(value).any(is_open);
    match tree.kind(value) {
        Kind::Binary => {
            has_open && matches!(tree.node(value).operator, Operator::Add | Operator::Remainder)
        }
        Kind::Template => has_open,
        Kind::Call => {
            let called = tree.child(value, Role::Callee).map_or("", |it| tree.name(it));
            matches!(called, "format" | "Sprintf")
                && tree.children_with(value, Role::Argument).any(is_open)
        }
        _ => false,
    }
}
