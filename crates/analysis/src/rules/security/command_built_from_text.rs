//! `security/command-built-from-text`.

use std::cmp::Reverse;

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Tree};
use crate::rules::commands::command_of;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/command-built-from-text",
    category: Category::Security,
    summary: "A value becomes a part of a shell's command",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports commands for a shell that are put together with a value in them, or that somebody outside decides.",
        why: "A shell reads spaces, quotes, `;` and `$(…)` in the value as its own language: a file named `a; rm -rf ~` runs a command. A space in an honest name already breaks it.",
        fix: "Start the program without a shell, with a list of arguments; or quote the value for the shell (`shlex.quote`).",
        limits: "A command that is one variable is only reported when it comes from outside. Numbers, constants and quoted values are left alone; values are followed within one function. Tests are left alone.",
        references: &["https://cwe.mitre.org/data/definitions/78.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "import os

def load(name):
    os.system('convert ' + name)
              ^^^^^^^^^^^^^^^^^ as a part of
",
        ),
        Example::bad(
            "python",
            "import subprocess

def load(name):
    subprocess.run(f'ls {name}', shell=True)
                   ^^^^^^^^^^^^ as a part of
",
        ),
        Example::bad(
            "python",
            "import subprocess
from flask import request

def load():
    command = request.form['command']
    return subprocess.check_output(command, shell=True)
                                   ^^^^^^^ as a part of
",
        ),
        Example::good(
            "python",
            "import subprocess

def load(name):
    subprocess.run(['ls', name])
",
        ),
        Example::good(
            "python",
            "import shlex
import subprocess

def load(name):
    subprocess.run(f'ls {shlex.quote(name)} | wc', shell=True)
",
        ),
        Example::good(
            "python",
            "import os

def load():
    os.system('clear')
",
        ),
        Example::bad(
            "javascript",
            "const { exec, execFile, spawn } = require('child_process');

function load(name) {
  exec('convert ' + name);
       ^^^^^^^^^^^^^^^^^ as a part of
}
",
        ),
        Example::bad(
            "javascript",
            "const { exec, execFile, spawn } = require('child_process');

function load(req) {
  spawn(`ls ${req.query.name}`, { shell: true });
        ^^^^^^^^^^^^^^^^^^^^^^ as a part of
}
",
        ),
        Example::good(
            "javascript",
            "const { exec, execFile, spawn } = require('child_process');

function load(name) {
  execFile('convert', [name]);
}
",
        ),
        Example::good(
            "javascript",
            "const { exec, execFile, spawn } = require('child_process');

function load(req) {
  spawn('ls', [req.query.name]);
}
",
        ),
        Example::good(
            "javascript",
            "function load(pattern, name) {
  const found = /x/.exec('a' + name);
  pattern.exec(`${name}!`);
}
",
        ),
        Example::bad(
            "typescript",
            "import { exec, execFile, spawn } from 'child_process';

function load(name: string) {
  exec('convert ' + name);
       ^^^^^^^^^^^^^^^^^ as a part of
}
",
        ),
        Example::bad(
            "typescript",
            "import { exec, execFile, spawn } from 'child_process';

function load(req: Request) {
  spawn(`ls ${req.query.name}`, { shell: true });
        ^^^^^^^^^^^^^^^^^^^^^^ as a part of
}
",
        ),
        Example::good(
            "typescript",
            "import { exec, execFile, spawn } from 'child_process';

function load(name: string) {
  execFile('convert', [name]);
}
",
        ),
        Example::good(
            "typescript",
            "import { exec, execFile, spawn } from 'child_process';

function load(req: Request) {
  spawn('ls', [req.query.name]);
}
",
        ),
        Example::good(
            "typescript",
            "function load(pattern: RegExp, name: string) {
  const found = /x/.exec('a' + name);
  pattern.exec(`${name}!`);
}
",
        ),
        Example::bad(
            "rust",
            "use std::process::Command;

fn load(name: &str) {
    Command::new(\"sh\").arg(\"-c\").arg(format!(\"ls {}\", name)).spawn().ok();
                                     ^^^^^^^^^^^^^^^^^^^^^^ as a part of
}
",
        ),
        Example::bad(
            "rust",
            "use std::process::Command;

fn load(name: &str) {
    let line = format!(\"convert {name} out.png\");
    let mut command = Command::new(\"bash\").args([\"-c\", &line]);
                                                       ^^^^^ as a part of
}
",
        ),
        Example::good(
            "rust",
            "use std::process::Command;

fn load(name: &str) {
    Command::new(\"ls\").arg(format!(\"--sort={}\", name)).spawn().ok();
}
",
        ),
        Example::good(
            "rust",
            "use std::process::Command;

fn load() {
    Command::new(\"sh\").arg(\"-c\").arg(\"ls | wc\").spawn().ok();
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"os/exec\"

func load(name string) {
	exec.Command(\"sh\", \"-c\", \"ls \"+name).Run()
	                         ^^^^^^^^^^ as a part of
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"os/exec\"

func load(r *http.Request) {
	command := r.FormValue(\"command\")
	exec.Command(\"/bin/bash\", \"-c\", command).Run()
	                                ^^^^^^^ as a part of
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"os/exec\"

func load(name string) {
	exec.Command(\"ls\", name).Run()
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"os/exec\"

func load() {
	exec.Command(\"sh\", \"-c\", \"ls | wc\").Run()
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load(String name) throws Exception {
        Runtime.getRuntime().exec(\"convert \" + name);
                                  ^^^^^^^^^^^^^^^^^ as a part of
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load(HttpServletRequest request) throws Exception {
        new ProcessBuilder(\"sh\", \"-c\", request.getParameter(\"command\")).start();
                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ as a part of
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load(String name) throws Exception {
        Runtime.getRuntime().exec(new String[] {\"convert\", name});
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load(String name) throws Exception {
        new ProcessBuilder(\"ls\", name).start();
    }
}
",
        ),
        Example::bad(
            "c",
            "int main(int argc, char **argv) {
    char line[100];
    snprintf(line, sizeof line, \"ls %s\", argv[1]);
    return system(line);
                  ^^^^ as a part of
}
",
        ),
        Example::good(
            "c",
            "void load() {
    system(\"clear\");
}
",
        ),
        Example::good(
            "c",
            "void load(int process) {
    char line[100];
    snprintf(line, sizeof line, \"kill %d\", process);
    system(line);
}
",
        ),
        Example::bad(
            "cpp",
            "int main(int argc, char **argv) {
    char line[100];
    snprintf(line, sizeof line, \"ls %s\", argv[1]);
    return system(line);
                  ^^^^ as a part of
}
",
        ),
        Example::good(
            "cpp",
            "void load() {
    system(\"clear\");
}
",
        ),
        Example::good(
            "cpp",
            "void load(int process) {
    char line[100];
    snprintf(line, sizeof line, \"kill %d\", process);
    system(line);
}
",
        ),
        Example::bad(
            "c",
            "void load() {
    char line[100];
    fgets(line, sizeof line, stdin);
    popen(line, \"r\");
          ^^^^ as a part of
}
",
        ),
        Example::bad(
            "cpp",
            "void load(const std::string &name) {
    std::system((\"convert \" + name).c_str());
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^ as a part of
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(command) = command_of(context, id).filter(|it| !tree.kind(*it).is_literal()) else {
        return;
    };
    if context.is_in_test(id) {
        return;
    }
    let texts = context.texts();
    let built = texts.take_apart(command);
    let origins = context.origins();
    let is_built = built.fixed.contains(char::is_alphabetic);
    let found = built
        .holes
        .iter()
        .filter(|hole| !is_plain(tree, hole.node) && !texts.is_harmless(hole.node));
    let found = found.filter_map(|hole| {
        let origin = origins.of(hole.node);
        let bound = context.facts.bindings.resolve(hole.node);
        let is_vetted = bound.is_some_and(|it| origins.is_vetted(it));
        (origin.is_some() || is_built && !is_vetted).then_some((hole.node, origin))
    });
    let Some((hole, origin)) =
        found.max_by_key(|(hole, origin)| (origin.is_some(), Reverse(*hole)))
    else {
        return;
    };
    let value = context.excerpt(hole);
    let is_elsewhere = !tree.is_within(hole, command);
    let mut report =
        context.report(command, format!("the shell reads `{value}` as a part of its command"));
    if is_elsewhere {
        report = report.related(hole, "becomes a part of it here");
    }
    match origin {
        Some(origin) => report
            .severity(Severity::Error)
            .confidence(0.93)
            .related(origin.source, format!("comes from {}", origin.sender.as_str()))
            .because(format!("`{value}` comes from {}.", origin.sender.as_str())),
        None => report
            .because(format!("Spaces, quotes and `;` in `{value}` mean something to the shell.")),
    }
    .emit();
}

/// Whether a value is of the program itself: its interpreter, its own file.
fn is_plain(tree: &Tree, value: NodeId) -> bool {
    matches!(tree.name(value), "executable" | "execPath" | "__file__" | "__dirname" | "pid")
        || matches!(tree.kind(value), Kind::List | Kind::Tuple | Kind::Lambda)
}
