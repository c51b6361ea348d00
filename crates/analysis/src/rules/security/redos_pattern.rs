//! `security/redos-pattern`.

use crate::facts::backtracking;
use crate::facts::built_text::content;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "security/redos-pattern",
    category: Category::Security,
    summary: "A regular expression that may take exponential time",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports regular expressions in which a repeated group can match one and the same text in several ways, and something after the group can fail: `^(\\w+)+$`.",
        why: "The engine then tries every way before it gives up, and each further letter doubles their number: a text of some thirty letters keeps it busy for minutes. Who can send such a text can stop the program.",
        fix: "Let each text match in one way only: take out one of the repetitions, `^\\w+$`; make what separates the rounds of the group mandatory, `^\\w+(\\s\\w+)*$`; make alternatives exclude each other.",
        limits: "A group is reported where the repetition of one letter shows it; back references, nested classes and the like are not looked at. Patterns that are not literals are not seen. Engines that never go back (Go, Rust, RE2) have no such patterns.",
        references: &[
            "https://cwe.mitre.org/data/definitions/1333.html",
            "https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "import re

WORDS = re.compile(r\"^(\\w+\\s?)*$\")
                   ^^^^^^^^^^^^^^ may take time exponential
",
        ),
        Example::bad(
            "python",
            "import re

def is_name(text):
    return re.fullmatch(r\"([a-z]+)+\", text)
                        ^^^^^^^^^^^^ may take time exponential
",
        ),
        Example::bad(
            "python",
            "import re

def texts(text):
    return re.findall(\"\\\"(\\\\\\\\.|[^\\\"])*\\\"\", text)
                      ^^^^^^^^^^^^^^^^^^^^ may take time exponential
",
        ),
        Example::bad(
            "python",
            "import re

WORDS = re.compile(r\"^(\\w+\" r\"\\s?)*$\")
                   ^^^^^^^^^^^^^^^^^^ may take time exponential
",
        ),
        Example::good(
            "python",
            "import re

WORDS = re.compile(r\"^\\w+(\\s\\w+)*$\")
",
        ),
        Example::good(
            "python",
            "import re

def names(text):
    return re.findall(r\"([a-z]+)+\", text)
",
        ),
        Example::good(
            "python",
            "import re

WORDS = re.compile(
    r\"\"\"
    ( \\w+ \\s? )* $   # words
    \"\"\",
    re.VERBOSE,
)
",
        ),
        Example::bad(
            "javascript",
            "function isName(text) {
  return /^([a-z\\d]+)*$/i.test(text);
         ^^^^^^^^^^^^^^^^ may take time exponential
}
",
        ),
        Example::bad(
            "javascript",
            "const words = new RegExp('^(?:\\\\w+\\\\s?)+!');
                         ^^^^^^^^^^^^^^^^^ may take time exponential
",
        ),
        Example::good(
            "javascript",
            "function isName(text) {
  return /^[a-z\\d]+(?:-[a-z\\d]+)*$/i.test(text);
}
",
        ),
        Example::good(
            "javascript",
            "const text = /\"(?:\\\\.|[^\"\\\\])*\"/;
const rest = /(.+)+/;
",
        ),
        Example::bad(
            "java",
            "class Shop {
    static final Pattern NAME = Pattern.compile(\"^(\\\\w+)*$\");
                                                ^^^^^^^^^^^ may take time exponential
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean isNumber(String text) {
        return text.matches(\"(\\\\d+,?)+\");
                            ^^^^^^^^^^^ may take time exponential
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    static final Pattern NAME = Pattern.compile(\"^(\\\\w++)*+$\");
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isNumber(String text) {
        return text.matches(\"\\\\d+(,\\\\d+)*\");
    }
}
",
        ),
        Example::bad(
            "cpp",
            "#include <regex>

bool is_name(const std::string &text) {
    std::regex name(\"^(\\\\w+)+$\");
                    ^^^^^^^^^^^ may take time exponential
    return std::regex_match(text, name);
}
",
        ),
        Example::bad(
            "cpp",
            "#include <regex>

static const auto words = std::regex(R\"(^(\\w+\\s?)*$)\");
                                     ^^^^^^^^^^^^^^^^ may take time exponential
",
        ),
        Example::good(
            "cpp",
            "#include <regex>

bool is_name(const std::string &text) {
    std::regex name(\"^\\\\w+$\");
    return std::regex_match(text, name);
}
",
        ),
        Example::good(
            "cpp",
            "#include <regex>

static const auto words = std::regex(R\"(^\\w+(\\s\\w+)*$)\");
",
        ),
        Example::bad(
            "typescript",
            "function isName(text) {
  return /^([a-z\\d]+)*$/i.test(text);
         ^^^^^^^^^^^^^^^^ may take time exponential
}
",
        ),
        Example::bad(
            "typescript",
            "const words = new RegExp('^(?:\\\\w+\\\\s?)+!');
                         ^^^^^^^^^^^^^^^^^ may take time exponential
",
        ),
        Example::good(
            "typescript",
            "function isName(text) {
  return /^[a-z\\d]+(?:-[a-z\\d]+)*$/i.test(text);
}
",
        ),
        Example::good(
            "typescript",
            "const text = /\"(?:\\\\.|[^\"\\\\])*\"/;
const rest = /(.+)+/;
",
        ),
    ],
    kinds: &[Kind::Call, Kind::Regex],
    check,
};

/// Where a language keeps its patterns.
struct Patterns {
    /// Calls whose first argument is a pattern, by path, or after a dot by method; and whether the
    /// whole text has to match.
    calls: &'static [(&'static str, bool)],
    /// How string literals are written.
    strings: Strings,
    /// What an argument says that gives blanks, or all signs, another meaning.
    changed_by: &'static [&'static str],
}

/// How a language writes backslashes in strings.
struct Strings {
    /// Whether a backslash stays before a sign that it means nothing to.
    keeps_backslash: bool,
    /// Whether raw text stands in parentheses: `R"(…)"`.
    has_parentheses: bool,
}

const PATTERNS: ByLanguage<Patterns> = &[
    (
        &["python"],
        Patterns {
            calls: &[
                ("re.compile", false),
                ("re.match", false),
                ("re.search", false),
                ("re.fullmatch", true),
                ("re.sub", false),
                ("re.subn", false),
                ("re.split", false),
                ("re.findall", false),
                ("re.finditer", false),
                ("django.core.validators.RegexValidator", false),
            ],
            strings: Strings { keeps_backslash: true, has_parentheses: false },
            changed_by: &["VERBOSE", "re.X"],
        },
    ),
    (
        &["javascript", "typescript"],
        Patterns {
            calls: &[("RegExp", false)],
            strings: Strings { keeps_backslash: false, has_parentheses: false },
            changed_by: &[],
        },
    ),
    (
        &["java"],
        Patterns {
            calls: &[
                ("Pattern.compile", false),
                ("java.util.regex.Pattern.compile", false),
                ("Pattern.matches", true),
                ("java.util.regex.Pattern.matches", true),
                (".matches", true),
                (".replaceAll", false),
                (".replaceFirst", false),
                (".split", false),
            ],
            strings: Strings { keeps_backslash: false, has_parentheses: false },
            changed_by: &["COMMENTS", "LITERAL"],
        },
    ),
    (
        &["cpp"],
        Patterns {
            calls: &[
                ("std.regex", false),
                ("std.wregex", false),
                ("boost.regex", false),
                ("QRegularExpression", false),
            ],
            strings: Strings { keeps_backslash: false, has_parentheses: true },
            changed_by: &["extended", "basic", "awk", "grep", "literal"],
        },
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some((at, pattern, is_whole)) = pattern_of(context, id) else { return };
    let Some(found) = backtracking::find(&pattern, is_whole) else { return };
    if context.is_in_test(id) {
        return;
    }
    let part = pattern.get(found.start..found.end).unwrap_or(&pattern);
    let part: String = if part.chars().count() > 40 {
        part.chars().take(39).chain(['…']).collect()
    } else {
        part.to_owned()
    };
    let letter = found.letter.escape_debug();
    context
        .report(at, format!("matching `{part}` may take time exponential in the length of the text"))
        .because(format!("The group matches a row of `{letter}` in many ways, and all are tried when what comes after it fails."))
        .emit();
}

/// The pattern at a node, where it stands, and whether the whole text has to match it.
fn pattern_of(context: &Context<'_>, id: NodeId) -> Option<(NodeId, String, bool)> {
    let tree = context.tree;
    if tree.kind(id) == Kind::Regex {
        let text = tree.text(id).strip_prefix('/')?;
        return Some((id, text.get(..text.rfind('/')?)?.to_owned(), false));
    }
    let known = context.in_language(PATTERNS)?;
    let literal = tree.child(id, Role::Argument)?;
    let value = |it: NodeId| {
        (tree.kind(it) == Kind::String).then(|| known.strings.value(tree.text(it))).flatten()
    };
    let is_whole = known.is_whole(context, id)?;
    let mut others = tree.children_with(id, Role::Argument).skip(1);
    let is_changed = |it: NodeId| known.changed_by.iter().any(|sign| tree.text(it).contains(sign));
    if others.any(is_changed) {
        return None;
    }
    let pattern = match tree.kind(literal) {
        // Literals side by side.
        Kind::Template => tree.children(literal).map(value).collect::<Option<String>>()?,
        _ => value(literal)?,
    };
    Some((literal, pattern, is_whole))
}

impl Patterns {
    /// Whether a call of a pattern has to match the whole text; nothing for other calls.
    fn is_whole(&self, context: &Context<'_>, id: NodeId) -> Option<bool> {
        let tree = context.tree;
        let find = |path: &str| self.calls.iter().find(|(known, _)| *known == path);
        let found = match context.called(id) {
            Some(path) => find(&path),
            None => None,
        };
        let by_method = || {
            let callee = tree.child(id, Role::Callee)?;
            tree.child(callee, Role::Receiver)?;
            find(&format!(".{}", tree.name(callee)))
        };
        found.or_else(by_method).map(|(_, is_whole)| *is_whole)
    }
}

impl Strings {
    /// The text that a literal stands for; nothing where letters are given by number.
    fn value(&self, literal: &str) -> Option<String> {
        let prefix = literal.get(..literal.find(['"', '\'', '`'])?)?;
        let inside = content(literal);
        let is_raw = prefix.contains(['r', 'R']);
        if is_raw && self.has_parentheses {
            let (sign, rest) = inside.split_once('(')?;
            return rest.strip_suffix(sign)?.strip_suffix(')').map(str::to_owned);
        }
        if is_raw {
            return Some(inside);
        }
        let mut value = String::with_capacity(inside.len());
        let mut letters = inside.chars();
        while let Some(letter) = letters.next() {
            if letter != '\\' {
                value.push(letter);
                continue;
            }
            match letters.next()? {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                'r' => value.push('\r'),
                'u' | 'U' | 'x' | 'N' | '0'..='9' | 'a' | 'b' | 'f' | 'v' => return None,
                '\n' => {}
                other if self.keeps_backslash && !matches!(other, '\\' | '"' | '\'') => {
                    value.extend(['\\', other]);
                }
                other => value.push(other),
            }
        }
        Some(value)
    }
}
