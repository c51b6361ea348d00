//! `perf/read-whole-file`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::repeated_calls::known_call;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/read-whole-file",
    category: Category::Perf,
    summary: "A file is read whole only to go through its lines",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "java"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports loops over all lines of a file at once: `for line in file.readlines()`, `for line in open(path).read().splitlines()`, `for (String line : Files.readAllLines(path))`, `readFileSync(path, …).split(…)`, `read_to_string(path)?.lines()`.",
        why: "All of the file stands in memory (and once more as a list of lines), O(size), where one line at a time would do.",
        fix: "Loop over the file itself, or a reader of lines: `for line in file`, `Files.lines`, `readline`, `BufReader::lines`.",
        limits: "Whether the file is small is not known.",
        references: &[
            "https://docs.python.org/3/tutorial/inputoutput.html#methods-of-file-objects",
        ],
    },
    examples: &[
        Example::fixed(
            "python",
            "def show(path):
    with open(path) as file:
        for line in file.readlines():
                    ^^^^^^^^^^^^^^^^ all lines in memory
            print(line)
",
            "def show(path):
    with open(path) as file:
        for line in file:
            print(line)
",
        ),
        Example::bad(
            "python",
            "def show(path):
    for line in open(path).read().splitlines():
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ all lines in memory
        print(line)
",
        ),
        Example::good(
            "python",
            "def show(path):
    with open(path) as file:
        for line in file:
            print(line)
",
        ),
        Example::good(
            "python",
            "def show(path):
    with open(path) as file:
        lines = file.readlines()
    lines.reverse()
    return lines
",
        ),
        Example::bad(
            "javascript",
            "import { readFileSync } from 'fs';

function show(path) {
  for (const line of readFileSync(path, 'utf8').split('\\n')) print(line);
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ all lines in memory
}
",
        ),
        Example::bad(
            "javascript",
            "import fs from 'fs';

function show(path) {
  fs.readFileSync(path).toString().split('\\n').forEach(print);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ all lines in memory
}
",
        ),
        Example::good(
            "javascript",
            "function show(text) {
  for (const line of text.split('\\n')) print(line);
}
",
        ),
        Example::good(
            "javascript",
            "import { readFileSync } from 'fs';

const text = readFileSync('terms.txt', 'utf8');
",
        ),
        Example::bad(
            "typescript",
            "import { readFileSync } from 'fs';

function show(path: string) {
  for (const line of readFileSync(path, 'utf8').split('\\n')) print(line);
                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ all lines in memory
}
",
        ),
        Example::bad(
            "typescript",
            "import fs from 'fs';

function show(path: string) {
  fs.readFileSync(path).toString().split('\\n').forEach(print);
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ all lines in memory
}
",
        ),
        Example::good(
            "typescript",
            "function show(text: string) {
  for (const line of text.split('\\n')) print(line);
}
",
        ),
        Example::good(
            "typescript",
            "import { readFileSync } from 'fs';

const text = readFileSync('terms.txt', 'utf8');
",
        ),
        Example::bad(
            "rust",
            "fn show(path: &Path) -> Result<()> {
    for line in std::fs::read_to_string(path)?.lines() {
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ all lines in memory
        print(line);
    }
    Ok(())
}
",
        ),
        Example::bad(
            "rust",
            "use std::fs;

fn show(path: &Path) {
    for line in fs::read_to_string(path).unwrap().lines() {
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ all lines in memory
        print(line);
    }
}
",
        ),
        Example::good(
            "rust",
            "fn show(path: &Path) -> Result<()> {
    for line in BufReader::new(File::open(path)?).lines() {
        print(line?);
    }
    Ok(())
}
",
        ),
        Example::good(
            "rust",
            "fn show(text: &str) {
    for line in text.lines() {
        print(line);
    }
}
",
        ),
        Example::bad(
            "java",
            "import java.nio.file.Files;

class Shop {
    void show(Path path) throws Exception {
        for (String line : Files.readAllLines(path)) print(line);
                           ^^^^^^^^^^^^^^^^^^^^^^^^ all lines in memory
    }
}
",
        ),
        Example::bad(
            "java",
            "import java.nio.file.Files;

class Shop {
    long count(Path path) throws Exception {
        return Files.readAllLines(path).stream().filter(String::isBlank).count();
               ^^^^^^^^^^^^^^^^^^^^^^^^ all lines in memory
    }
}
",
        ),
        Example::good(
            "java",
            "import java.nio.file.Files;

class Shop {
    void show(Path path) throws Exception {
        try (var lines = Files.lines(path)) {
            lines.forEach(this::print);
        }
    }
}
",
        ),
        Example::good(
            "java",
            "import java.nio.file.Files;

class Shop {
    List<String> all(Path path) throws Exception {
        return Files.readAllLines(path);
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Calls that read a file whole, by language.
const READS: ByLanguage<&[(&str, ())]> = &[
    (&["javascript", "typescript"], &[("fs.readFileSync", ())]),
    (&["rust"], &[("std.fs.read_to_string", ())]),
    (&["java"], &[("java.nio.file.Files.readAllLines", ())]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if !is_gone_through(context, id) || context.is_in_test(id) {
        return;
    }
    let method = context.method(id);
    let file = match method {
        Some((file, "readlines")) if context.arguments(id).is_empty() => Some(file),
        _ => None,
    };
    if file.is_none() && !reads_lines(context, id) {
        return;
    }
    let shown = context.excerpt(id);
    let report = context
        .report(id, format!("`{shown}` keeps all lines in memory, O(size), though the loop looks at one after another"))
        .because("The lines are not kept: what the loop runs over is dropped with it.");
    match file {
        Some(file) if tree.kind(file) == Kind::Name => {
            let span = Span::new(tree.span(file).end, tree.span(id).end);
            report.fix("Loop over the file", Safety::Unsafe, vec![(span, String::new())]).emit();
        }
        _ => report.emit(),
    }
}

/// Whether a loop goes through what the call gives, and nobody else holds it.
fn is_gone_through(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let parent = tree.node(id).parent;
    match tree.kind(parent) {
        Kind::ForEach | Kind::ComprehensionFor => tree.role(id) == Role::Iterable,
        Kind::Member => {
            tree.role(parent) == Role::Callee && matches!(tree.name(parent), "forEach" | "stream")
        }
        _ => false,
    }
}

/// Whether a call splits what another reads whole, or reads all lines.
fn reads_lines(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    if let Some(table) = context.in_language(READS) {
        if known_call(context, id, table).is_some() {
            return context.called(id).is_some_and(|path| path.ends_with("readAllLines"));
        }
        let Some((mut at, "split" | "lines")) = context.method(id) else { return false };
        // Down through `?`, `unwrap()` and `toString()`.
        loop {
            if known_call(context, at, table).is_some() {
                return true;
            }
            let next = match tree.kind(at) {
                Kind::Propagate => tree.child(at, Role::Value).or_else(|| tree.children(at).next()),
                _ => context
                    .method(at)
                    .filter(|(_, it)| matches!(*it, "unwrap" | "expect" | "toString" | "trim"))
                    .map(|(it, _)| it),
            };
            let Some(next) = next else { return false };
            at = next;
        }
    }
    // `open(path).read().splitlines()`
    let is_split = match context.method(id) {
        Some((text, "splitlines")) => Some(text),
        Some((text, "split")) => context
            .arguments(id)
            .first()
            .filter(|it| context.text(**it).contains("\\n"))
            .map(|_| text),
        _ => None,
    };
    let read = is_split
        .and_then(|text| context.method(text).filter(|_| context.arguments(text).is_empty()));
    read.is_some_and(|(file, name)| {
        let is_opened =
            context.called(file).is_some_and(|path| matches!(&*path, "open" | "io.open"));
        name == "read" && (is_opened || is_file_by_name(context.text(file)))
    })
}

/// Whether a variable is named as files are: sockets and the like have such methods, too.
fn is_file_by_name(name: &str) -> bool {
    matches!(name, "f" | "fh" | "fp" | "file" | "infile" | "fin" | "handle")
}
