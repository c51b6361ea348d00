//! `perf/regex-compile-in-loop`.

use crate::facts::loops;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/regex-compile-in-loop",
    category: Category::Perf,
    summary: "The same regular expression is compiled on every round of a loop",
    severity: Severity::Warning,
    confidence: 0.92,
    languages: &["python", "javascript", "typescript", "rust"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports the construction of a regular expression in a loop whose pattern does not \
               depend on the loop.",
        why: "Compiling a pattern costs far more than most matches: it is parsed and turned into \
              an automaton each time, for the same outcome.",
        fix: "Compile the pattern once, before the loop or in a constant of the module.",
        limits: "Python keeps the last few hundred compiled patterns, so there the cost is a \
                 look-up; in the other languages the whole work is done again.",
        references: &[
            "https://docs.rs/regex/latest/regex/#avoid-re-compiling-regexes-especially-in-a-loop",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "import re

def numbers(lines):
    for line in lines:
        pattern = re.compile(r'[0-9]+')
                  ^^^^^^^^^^^^^^^^^^^^^ compiled on every round
        yield pattern.findall(line)
",
        ),
        Example::bad(
            "python",
            "from re import compile as regex

def numbers(lines, pattern):
    return [regex(pattern).findall(line) for line in lines]
            ^^^^^^^^^^^^^^ compiled on every round
",
        ),
        Example::good(
            "python",
            "import re

def numbers(lines):
    pattern = re.compile(r'[0-9]+')
    for line in lines:
        yield pattern.findall(line)
",
        ),
        Example::good(
            "python",
            "import re

def first(patterns, text):
    for pattern in patterns:
        if re.compile(pattern).match(text):
            return pattern
",
        ),
        Example::bad(
            "javascript",
            "function words(lines) {
  for (const line of lines) {
    const parts = line.split(new RegExp('\\\\s+'));
                             ^^^^^^^^^^^^^^^^^^ compiled on every round
    use(parts);
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function count(lines, word) {
  let total = 0;
  for (let i = 0; i < lines.length; i++) {
    total += RegExp(word).test(lines[i]) ? 1 : 0;
             ^^^^^^^^^^^^ compiled on every round
  }
  return total;
}
",
        ),
        Example::good(
            "javascript",
            "function any(patterns, text) {
  for (const pattern of patterns) {
    if (new RegExp(pattern).test(text)) return true;
  }
  return false;
}
",
        ),
        Example::good(
            "javascript",
            "const words = (lines) => lines.map((line) => line.split(/\\s+/));\n",
        ),
        Example::bad(
            "typescript",
            "function words(lines: string[], word: string): number {
  let total = 0;
  for (const line of lines) {
    if (new RegExp(word, 'i').test(line)) {
        ^^^^^^^^^^^^^^^^^^^^^ compiled on every round
      total++;
    }
  }
  return total;
}
",
        ),
        Example::bad(
            "typescript",
            "function trim(lines: string[]): void {
  let i = 0;
  while (i < lines.length) {
    lines[i] = lines[i].replace(new RegExp('^ +'), '');
                                ^^^^^^^^^^^^^^^^^ compiled on every round
    i++;
  }
}
",
        ),
        Example::good(
            "typescript",
            "const has = (line: string, word: string) => new RegExp(word).test(line);\n",
        ),
        Example::good(
            "typescript",
            "function f(words: string[], line: string) { for (const w of words) { g(new RegExp(w).test(line)); } }\n",
        ),
        Example::bad(
            "rust",
            "use regex::Regex;

fn numbers(lines: &[String]) -> usize {
    let mut count = 0;
    for line in lines {
        let pattern = Regex::new(r\"[0-9]+\").unwrap();
                      ^^^^^^^^^^^^^^^^^^^^^ compiled on every round
        count += pattern.find_iter(line).count();
    }
    count
}
",
        ),
        Example::bad(
            "rust",
            "fn any(lines: &[String], word: &str) -> bool {
    for line in lines {
        if regex::Regex::new(word).unwrap().is_match(line) {
           ^^^^^^^^^^^^^^^^^^^^^^^ compiled on every round
            return true;
        }
    }
    false
}
",
        ),
        Example::good(
            "rust",
            "use regex::Regex;

fn numbers(lines: &[String]) -> usize {
    let pattern = Regex::new(r\"[0-9]+\").unwrap();
    lines.iter().filter(|line| pattern.is_match(line)).count()
}
",
        ),
        Example::good(
            "rust",
            "use regex::Regex;

fn any(patterns: &[String], line: &str) -> bool {
    for pattern in patterns {
        if Regex::new(pattern).unwrap().is_match(line) {
            return true;
        }
    }
    false
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
    let known = context.knowledge().regex_constructors;
    let last = |path: &&str| path.rsplit('.').next().unwrap_or(path).to_owned();
    let is_plain_name = tree.kind(callee) == Kind::Name;
    if !is_plain_name && !known.iter().any(|path| last(path) == tree.name(callee)) {
        return;
    }
    let Some(loop_node) = loops::innermost(tree, id) else { return };
    if !context.paths().of(callee).is_some_and(|path| known.contains(&&*path)) {
        return;
    }
    let mut arguments = tree.children_with(id, Role::Argument).peekable();
    let Some(pattern) = arguments.peek().copied() else { return };
    let bindings = &context.facts.bindings;
    let varies = |argument| {
        loops::depends_on_loop(tree, bindings, argument, loop_node) || calls(tree, argument)
    };
    if arguments.any(varies) || is_made_once(tree, id, loop_node) {
        return;
    }
    let text = context.excerpt(pattern);
    context
        .report(id, format!("the pattern `{text}` is compiled on every round of this loop"))
        .related(loop_node, "the loop")
        .because(format!("Nothing that `{text}` depends on changes in the loop."))
        .because("Compiling a pattern costs far more than most matches.")
        .emit();
}

/// Whether the argument is computed by a call, which may give something new each time.
fn calls(tree: &Tree, argument: NodeId) -> bool {
    let is_call = |it| matches!(tree.kind(it), Kind::Call | Kind::Macro | Kind::Await);
    is_call(argument) || tree.descendants(argument).any(is_call)
}

/// Whether a test inside the loop, or leaving it right after, lets the call run but once.
fn is_made_once(tree: &Tree, id: NodeId, loop_node: NodeId) -> bool {
    let statement = tree.enclosing_statement(id);
    let holder = tree
        .ancestors(statement)
        .take_while(|it| *it != loop_node)
        .find(|it| tree.kind(*it) == Kind::If);
    let is_guarded = holder.is_some_and(|it| {
        let condition = tree.child(it, Role::Condition).map_or("", |it| tree.text(it));
        condition.contains("None")
            || condition.contains("null")
            || condition.contains("undefined")
            || condition.starts_with('!')
    });
    is_guarded || (tree.kind(statement) == Kind::Return && tree.is_within(statement, loop_node))
}
