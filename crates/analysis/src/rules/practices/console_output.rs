//! `practice/console-output`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::known::calls;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/console-output",
    category: Category::Practice,
    summary: "Output to the console that a log should take",
    severity: Severity::Hint,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `console.log`, `System.out.println`, `printStackTrace` and the like within functions and classes.",
        why: "Nobody can turn it off, or find it: it has neither a level nor a place.",
        fix: "Use the program's log, or take it out.",
        limits: "Programs for the command line print on purpose; turn the rule off there. Functions named `main`, or after printing, are left alone.",
        references: &["https://eslint.org/docs/latest/rules/no-console"],
    },
    examples: &[
        Example::bad(
            "python",
            "def load(path):
    print(path)
    ^^^^^^^^^^^ console
    return read(path)
",
        ),
        Example::bad(
            "python",
            "class Shop:
    def load(self, path):
        if path:
            print(\"loading\", path)
            ^^^^^^^^^^^^^^^^^^^^^^ console
",
        ),
        Example::good(
            "python",
            "def main():
    print(\"done\")
",
        ),
        Example::good(
            "python",
            "def load(path, print):
    print(path)
",
        ),
        Example::bad(
            "javascript",
            "function load(path) {
  console.log(path);
  ^^^^^^^^^^^^^^^^^ console
}
",
        ),
        Example::bad(
            "javascript",
            "const load = (path) => {
  console.debug('loading', path);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ console
};
",
        ),
        Example::good(
            "javascript",
            "function load(path) {
  console.error(path);
}
",
        ),
        Example::good(
            "javascript",
            "function printTotals(total) {
  console.log(total);
}
",
        ),
        Example::bad(
            "typescript",
            "function load(path) {
  console.log(path);
  ^^^^^^^^^^^^^^^^^ console
}
",
        ),
        Example::bad(
            "typescript",
            "const load = (path) => {
  console.debug('loading', path);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ console
};
",
        ),
        Example::good(
            "typescript",
            "function load(path) {
  console.error(path);
}
",
        ),
        Example::good(
            "typescript",
            "function printTotals(total) {
  console.log(total);
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"fmt\"

func load(path string) {
	fmt.Println(path)
	^^^^^^^^^^^^^^^^^ console
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"fmt\"

func load(path string) {
	if path == \"\" {
		fmt.Printf(\"no path\\n\")
		^^^^^^^^^^^^^^^^^^^^^^^ console
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"fmt\"

func main() {
	fmt.Println(\"done\")
}
",
        ),
        Example::good(
            "go",
            "package shop

import (
	\"fmt\"
	\"io\"
)

func load(out io.Writer, path string) {
	fmt.Fprintln(out, path)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load(String path) {
        System.out.println(path);
        ^^^^^^^^^^^^^^^^^^^^^^^^ console
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void load() {
        try { read(); } catch (IOException problem) { problem.printStackTrace(); }
                                                      ^^^^^^^^^^^^^^^^^^^^^^^^^ console
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    public static void main(String[] args) {
        System.out.println(\"done\");
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void load(PrintStream out) {
        out.println(\"done\");
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// What prints, by language.
const PRINTING: ByLanguage<&[&str]> = &[
    (&["python"], &["print", "pprint.pprint"]),
    (
        &["javascript", "typescript"],
        &["console.log", "console.debug", "console.info", "console.trace", "console.dir"],
    ),
    (&["go"], &["fmt.Println", "fmt.Printf", "fmt.Print"]),
    (
        &["java"],
        &[
            "System.out.println",
            "System.out.printf",
            "System.out.print",
            "System.err.println",
            ".printStackTrace",
        ],
    ),
];
/// Words of functions that print on purpose.
const SHOWING: &[&str] =
    &["main", "print", "show", "display", "dump", "usage", "help", "report", "cli", "debug", "log"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(printing) = context.in_language(PRINTING) else { return };
    if !calls(context, id, printing) || context.is_test_code(id) {
        return;
    }
    let is_own = tree
        .child(id, Role::Callee)
        .is_some_and(|it| tree.kind(it) == Kind::Name && context.paths().of(it).is_none());
    let mut functions = tree.ancestors(id).filter(|it| tree.kind(*it).is_function()).peekable();
    let is_script = functions.peek().is_none();
    let prints = functions.any(|it| {
        let name = tree.name(it).to_ascii_lowercase();
        SHOWING.iter().any(|word| name.contains(word))
    });
    if is_own || prints || is_script {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` writes to the console, where no log can sort it"))
        .because("The function is not named after printing.")
        .emit();
}
