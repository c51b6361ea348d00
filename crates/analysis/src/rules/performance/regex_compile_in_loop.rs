//! `perf/regex-compile-in-loop`.

use std::borrow::Cow;

use crate::facts::loops;
use crate::facts::purity::is_repeatable;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/regex-compile-in-loop",
    category: Category::Perf,
    summary: "The same regular expression is compiled on every round of a loop",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports calls in a loop that compile a regular expression from arguments that the \
               loop does not change: `re.compile`, `new RegExp`, `Regex::new`, \
               `regexp.MustCompile`.",
        why: "Compiling costs far more than most matches: in Rust, typically thousands of times \
              more. Every round pays for it and gets the same expression.",
        fix: "Compile it once before the loop, or in a constant (in Rust, a `LazyLock`; in Go, a \
              variable of the package). A \
              JavaScript expression with the flag `g` or `y` remembers where it last matched: set \
              its `lastIndex` to 0 where each round starts afresh.",
        limits: "Python remembers the latest few hundred expressions, so that a round costs a \
                 look-up there rather than a compilation. Only calls whose arguments hold no call \
                 are reported, and none that a test of the same variable guards.",
        references: &[
            "https://docs.rs/regex/latest/regex/#avoid-re-compiling-regexes-especially-in-a-loop",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "import re

def dates(lines):
    for line in lines:
        pattern = re.compile(r'\\d{4}-\\d{2}')
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^ `r'\\d{4}-\\d{2}'` is compiled on every round
        yield pattern.findall(line)
",
        ),
        Example::bad(
            "python",
            "from re import compile as regex

def count(lines, word):
    return sum(len(regex(word).findall(line)) for line in lines)
                   ^^^^^^^^^^^ `word` is compiled on every round
",
        ),
        Example::good(
            "python",
            "import re

def search(words, text):
    for word in words:
        yield re.compile(word).search(text)
",
        ),
        Example::good(
            "python",
            "import re

def dates(lines):
    pattern = None
    for line in lines:
        if pattern is None:
            pattern = re.compile(r'\\d+')
        yield pattern.search(line)
",
        ),
        Example::bad(
            "javascript",
            "function clean(lines) {
  for (const line of lines) {
    emit(line.replace(new RegExp('\\\\s+', 'g'), ' '));
                      ^^^^^^^^^^^^^^^^^^^^^^^ is compiled on every round
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function count(lines, word) {
  let found = 0;
  for (let i = 0; i < lines.length; i++) {
    if (RegExp(word).test(lines[i])) found++;
        ^^^^^^^^^^^^ `word` is compiled on every round
  }
  return found;
}
",
        ),
        Example::bad(
            "javascript",
            "function count(lines, word) {
  let found = 0;
  for (const line of lines) found += RegExp(word).test(line) ? 1 : 0;
                                     ^^^^^^^^^^^^ `word` is compiled on every round
  return found;
}
",
        ),
        Example::good(
            "javascript",
            "function any(words, text) {
  for (const word of words) {
    if (new RegExp(word, 'i').test(text)) return true;
  }
  return false;
}
",
        ),
        Example::good(
            "javascript",
            "function clean(lines) {
  for (const line of lines) emit(line.replace(/\\s+/g, ' '));
}
",
        ),
        Example::bad(
            "typescript",
            "function find(lines: string[], word: string): string | undefined {
  for (const line of lines) {
    const pattern = new RegExp(word);
                    ^^^^^^^^^^^^^^^^ `word` is compiled
    if (pattern.test(line)) return line;
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function skip(next: () => string, prefix: string) {
  while (new RegExp(`^${prefix}`).test(next())) {
         ^^^^^^^^^^^^^^^^^^^^^^^^ is compiled on every round
    advance();
  }
}
",
        ),
        Example::good(
            "typescript",
            "function find(lines: string[], word: string) {
  const pattern = new RegExp(word);
  return lines.filter((line) => pattern.test(line));
}
",
        ),
        Example::good(
            "typescript",
            "function all(words: string[]): RegExp[] {
  const result: RegExp[] = [];
  for (const word of words) result.push(new RegExp(`^${word}$`));
  return result;
}
",
        ),
        Example::bad(
            "rust",
            "use regex::Regex;

fn count(lines: &[String]) -> usize {
    let mut found = 0;
    for line in lines {
        let word = Regex::new(r\"\\w+\").unwrap();
                   ^^^^^^^^^^^^^^^^^^ is compiled on every round
        found += word.find_iter(line).count();
    }
    found
}
",
        ),
        Example::bad(
            "rust",
            "fn matching(lines: &[String], pattern: &str) {
    for line in lines {
        if regex::Regex::new(pattern).is_ok_and(|it| it.is_match(line)) {
           ^^^^^^^^^^^^^^^^^^^^^^^^^^ `pattern` is compiled on every round
            report(line);
        }
    }
}
",
        ),
        Example::good(
            "rust",
            "use regex::Regex;

fn count(lines: &[String]) -> usize {
    let word = Regex::new(r\"\\w+\").unwrap();
    lines.iter().map(|line| word.find_iter(line).count()).sum()
}
",
        ),
        Example::good(
            "rust",
            "use regex::Regex;

fn compile(patterns: &[String]) -> Vec<Regex> {
    let mut all = Vec::new();
    for pattern in patterns {
        all.push(Regex::new(pattern).unwrap());
    }
    all
}
",
        ),
        Example::bad(
            "go",
            "\
package logs

import \"regexp\"

func failures(lines []string) int {
	count := 0
	for _, line := range lines {
		failure := regexp.MustCompile(`error: \\d+`)
		           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compiled on every round
		if failure.MatchString(line) {
			count++
		}
	}
	return count
}
",
        ),
        Example::bad(
            "go",
            "\
package logs

import re \"regexp\"

func find(lines []string, word string) bool {
	for _, line := range lines {
		pattern, err := re.Compile(\"^\" + word)
		                ^^^^^^^^^^^^^^^^^^^^^^ compiled on every round
		if err == nil && pattern.MatchString(line) {
			return true
		}
	}
	return false
}
",
        ),
        Example::good(
            "go",
            "\
package logs

import \"regexp\"

var failure = regexp.MustCompile(`error: \\d+`)

func failures(lines []string) int {
	count := 0
	for _, line := range lines {
		if failure.MatchString(line) {
			count++
		}
	}
	return count
}
",
        ),
        Example::good(
            "go",
            "\
package logs

import \"regexp\"

func compile(words []string) []*regexp.Regexp {
	var all []*regexp.Regexp
	for _, word := range words {
		all = append(all, regexp.MustCompile(word))
	}
	return all
}
",
        ),
        Example::bad(
            "java",
            "import java.util.regex.Pattern;

class Log {
    void errors(List<String> lines) {
        for (String line : lines) {
            if (Pattern.compile(\"^ERROR\").matcher(line).find()) {
                ^^^^^^^^^^^^^^^^^^^^^^^^^ `\"^ERROR\"` is compiled on every round
                print(line);
            }
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Filter {
    void run(Reader reader, String word) {
        String line;
        while ((line = reader.readLine()) != null) {
            java.util.regex.Pattern pattern = java.util.regex.Pattern.compile(word);
                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `word` is compiled
            use(pattern, line);
        }
    }
}
",
        ),
        Example::good(
            "java",
            "import java.util.regex.Pattern;

class Log {
    private static final Pattern ERROR = Pattern.compile(\"^ERROR\");

    void errors(List<String> lines) {
        for (String line : lines) {
            if (ERROR.matcher(line).find()) {
                print(line);
            }
        }
    }
}
",
        ),
        Example::good(
            "java",
            "import java.util.regex.Pattern;

class Rules {
    void compile(List<String> rules, List<Pattern> patterns) {
        for (String rule : rules) {
            patterns.add(Pattern.compile(rule));
        }
    }
}
",
        ),
        Example::bad(
            "cpp",
            "int count(const std::vector<std::string>& lines) {
  int found = 0;
  for (const auto& line : lines) {
    std::regex word(\"[a-z]+\");
                   ^^^^^^^^^^ `\"[a-z]+\"` is compiled on every round
    found += std::regex_search(line, word);
  }
  return found;
}
",
        ),
        Example::bad(
            "cpp",
            "int count(const Lines& lines, const std::string& pattern) {
  int found = 0;
  for (size_t i = 0; i < lines.size(); i++) {
    if (std::regex_match(lines[i], std::regex(pattern))) found++;
                                   ^^^^^^^^^^^^^^^^^^^ `pattern` is compiled on every round
  }
  return found;
}
",
        ),
        Example::good(
            "cpp",
            "int count(const Lines& lines) {
  int found = 0;
  for (const auto& line : lines) {
    static const std::regex word(\"[a-z]+\");
    found += std::regex_search(line, word);
  }
  return found;
}
",
        ),
        Example::good(
            "cpp",
            "void all(const Words& words, const std::string& text) {
  for (const auto& word : words) {
    std::regex pattern(word);
    if (std::regex_search(text, pattern)) report(word);
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
    let Some(path) = constructor(context, id) else { return };
    if !context.knowledge().regex_constructors.contains(&&*path) {
        return;
    }
    let bindings = &context.facts.bindings;
    let Some(loop_node) = loops::around(tree, id).find(|it| {
        !loops::has_few_rounds(tree, bindings, *it) && !loops::runs_rarely(tree, id, *it)
    }) else {
        return;
    };
    let Some(pattern) = tree.child(id, Role::Argument) else { return };
    let is_constant = tree.children_with(id, Role::Argument).all(|argument| {
        is_repeatable(tree, argument)
            && !loops::depends_on_loop(tree, bindings, argument, loop_node)
            && !mentions_changing_member(context, argument, loop_node)
    });
    if !is_constant || context.is_in_test(id) || is_guarded(context, id, loop_node) {
        return;
    }
    let pattern = context.excerpt(pattern);
    context
        .report(id, format!("`{pattern}` is compiled on every round, to the same expression"))
        .related(loops::head(tree, loop_node), "the loop")
        .because(format!("`{path}` compiles a regular expression each time it is called."))
        .because("The loop changes none of its arguments, so that each round compiles the same.")
        .emit();
}

/// The path of what a call calls, or of the type that a declaration with arguments makes:
/// `std::regex word(pattern);`. What is made once for all rounds has none.
fn constructor<'a>(context: &Context<'a>, id: NodeId) -> Option<Cow<'a, str>> {
    let tree = context.tree;
    let declaration = tree.node(id).parent;
    if tree.flags(declaration).has(Flags::STATIC) {
        return None;
    }
    match tree.child(id, Role::Callee) {
        Some(callee) => context.paths().of(callee),
        None => tree.child(declaration, Role::Type).map(|made| Cow::Borrowed(tree.name(made))),
    }
}

/// Whether the argument reads a member or element that the loop assigns.
fn mentions_changing_member(context: &Context<'_>, argument: NodeId, loop_node: NodeId) -> bool {
    let tree = context.tree;
    let is_place = |it: &NodeId| matches!(tree.kind(*it), Kind::Member | Kind::Index);
    let mut places = tree.descendants(argument).chain([argument]).filter(is_place).peekable();
    places.peek().is_some()
        && tree.descendants(loop_node).any(|it| {
            let parent = tree.kind(tree.node(it).parent);
            is_place(&it)
                && tree.role(it) == Role::Target
                && matches!(parent, Kind::Assign | Kind::Update)
        })
}

/// Whether a test within the loop looks at the variable that gets the expression, as one does to
/// compile it once.
fn is_guarded(context: &Context<'_>, id: NodeId, loop_node: NodeId) -> bool {
    let tree = context.tree;
    let inside = || tree.ancestors(id).take_while(|it| *it != loop_node);
    let target = inside()
        .find(|it| matches!(tree.kind(*it), Kind::Assign | Kind::Declare))
        .and_then(|it| tree.child(it, Role::Target));
    let Some(target) = target else { return false };
    // `pattern ??= new RegExp(word)`
    if matches!(
        tree.node(tree.node(target).parent).operator,
        Operator::OrAssign | Operator::AndAssign | Operator::CoalesceAssign
    ) {
        return true;
    }
    let mut tests = inside().filter(|it| {
        matches!(tree.kind(*it), Kind::If | Kind::Ternary | Kind::Logical | Kind::Case)
    });
    tests.any(|test| {
        let condition = tree.child(test, Role::Condition).unwrap_or(test);
        tree.descendants(condition)
            .chain([condition])
            .any(|it| it != target && tree.is_same(it, target))
    })
}
