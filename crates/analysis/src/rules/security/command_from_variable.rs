//! `security/command-from-variable`.

use crate::facts::BindingKind;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::commands::command_of;
use crate::rules::known::calls;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/command-from-variable",
    category: Category::Security,
    summary: "A variable says which command runs",
    severity: Severity::Warning,
    confidence: 0.7,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports commands and programs that are a mere variable, handed to a shell or started by a call.",
        why: "Whoever decides the variable decides what runs.",
        fix: "Write the program in the code, and hand over only arguments, in a list.",
        limits: "Tools that run what they are configured to run do so on purpose; what is put together of a text and a value is reported by `security/command-built-from-text`.",
        references: &["https://cwe.mitre.org/data/definitions/78.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "import subprocess

def run(command):
    subprocess.call(command, shell=True)
                    ^^^^^^^ decides what runs
",
        ),
        Example::bad(
            "python",
            "import os

def run(command):
    os.system(command)
              ^^^^^^^ decides what runs
",
        ),
        Example::good(
            "python",
            "import subprocess

def run(name):
    subprocess.call([\"ls\", name])
",
        ),
        Example::good(
            "python",
            "import os

def run():
    os.system(\"ls\")
",
        ),
        Example::bad(
            "javascript",
            "const { exec } = require('child_process');
function run(command) {
  exec(command);
       ^^^^^^^ decides what runs
}
",
        ),
        Example::bad(
            "javascript",
            "const cp = require('child_process');
function run(command) {
  cp.spawn(command, ['-l']);
           ^^^^^^^ decides what runs
}
",
        ),
        Example::good(
            "javascript",
            "const cp = require('child_process');
function run(name) {
  cp.spawn('ls', [name]);
}
",
        ),
        Example::good(
            "javascript",
            "function run(pattern, text) {
  return pattern.exec(text);
}
",
        ),
        Example::bad(
            "typescript",
            "const { exec } = require('child_process');
function run(command) {
  exec(command);
       ^^^^^^^ decides what runs
}
",
        ),
        Example::bad(
            "typescript",
            "const cp = require('child_process');
function run(command) {
  cp.spawn(command, ['-l']);
           ^^^^^^^ decides what runs
}
",
        ),
        Example::good(
            "typescript",
            "const cp = require('child_process');
function run(name) {
  cp.spawn('ls', [name]);
}
",
        ),
        Example::good(
            "typescript",
            "function run(pattern, text) {
  return pattern.exec(text);
}
",
        ),
        Example::bad(
            "rust",
            "fn run(command: &str) {
    Command::new(\"sh\").arg(\"-c\").arg(command).output();
                                     ^^^^^^^ decides what runs
}
",
        ),
        Example::bad(
            "rust",
            "fn run(program: &str) {
    std::process::Command::new(program).output();
                               ^^^^^^^ decides what runs
}
",
        ),
        Example::good(
            "rust",
            "fn run(name: &str) {
    std::process::Command::new(\"ls\").arg(name).output();
}
",
        ),
        Example::good(
            "rust",
            "fn run() {
    std::process::Command::new(\"ls\").output();
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"os/exec\"

func run(command string) {
	exec.Command(\"sh\", \"-c\", command).Run()
	                         ^^^^^^^ decides what runs
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"os/exec\"

func run(program string) {
	exec.Command(program, \"-l\").Run()
	             ^^^^^^^ decides what runs
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"os/exec\"

func run(name string) {
	exec.Command(\"ls\", name).Run()
}
",
        ),
        Example::good(
            "go",
            "package shop

func run(program Program) {
	program.Run()
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void run(String command) throws IOException {
        Runtime.getRuntime().exec(command);
                                  ^^^^^^^ decides what runs
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void run(String program) throws IOException {
        new ProcessBuilder(program).start();
                           ^^^^^^^ decides what runs
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void run(String name) throws IOException {
        new ProcessBuilder(\"ls\", name).start();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void run() throws IOException {
        Runtime.getRuntime().exec(\"ls\");
    }
}
",
        ),
        Example::bad(
            "c",
            "void run(const char *command) {
    system(command);
           ^^^^^^^ decides what runs
}
",
        ),
        Example::bad(
            "c",
            "void run(const char *command) {
    FILE *out = popen(command, \"r\");
                      ^^^^^^^ decides what runs
    use(out);
}
",
        ),
        Example::good(
            "c",
            "void run(void) {
    system(\"ls\");
}
",
        ),
        Example::good(
            "c",
            "void run(const char *name) {
    execlp(\"ls\", \"ls\", name, (char *) 0);
}
",
        ),
        Example::bad(
            "cpp",
            "void run(const char *command) {
    system(command);
           ^^^^^^^ decides what runs
}
",
        ),
        Example::bad(
            "cpp",
            "void run(const char *command) {
    FILE *out = popen(command, \"r\");
                      ^^^^^^^ decides what runs
    use(out);
}
",
        ),
        Example::good(
            "cpp",
            "void run(void) {
    system(\"ls\");
}
",
        ),
        Example::good(
            "cpp",
            "void run(const char *name) {
    execlp(\"ls\", \"ls\", name, (char *) 0);
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Calls that start the program they are given first.
const STARTING: ByLanguage<&[&str]> = &[
    (&["python"], &["os.execv", "os.execvp", "os.spawnv", "os.startfile"]),
    (
        &["javascript", "typescript"],
        &[
            "child_process.spawn",
            "child_process.spawnSync",
            "child_process.execFile",
            "child_process.fork",
        ],
    ),
    (&["go"], &["exec.Command"]),
    (&["rust"], &["process::Command::new", "std.process.Command.new"]),
    (&["java"], &["ProcessBuilder"]),
    (&["c", "cpp"], &["execl", "execlp", "execv", "execvp", "execve"]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let command = command_of(context, id).or_else(|| {
        let starting = context.in_language(STARTING)?;
        calls(context, id, starting).then(|| context.arguments(id).first().copied())?
    });
    let Some(command) = command.filter(|it| tree.kind(*it) == Kind::Name) else { return };
    let bindings = &context.facts.bindings;
    let Some(bound) = bindings.resolve(command).and_then(|it| bindings.binding(it)) else { return };
    if bound.kind != BindingKind::Parameter || context.is_in_test(id) {
        return;
    }
    // A list of words is no text that a shell reads.
    let is_list = context.types().of(command) == Some(crate::languages::ValueType::List);
    let is_outside = context.origin(command).is_some() && command_of(context, id).is_some();
    if is_list || is_outside {
        return;
    }
    let name = context.excerpt(command);
    context
        .report(command, format!("whoever hands in `{name}` decides what runs"))
        .because("It is a parameter, and nothing here looks at it.")
        .emit();
}
