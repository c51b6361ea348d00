//! `bug/regex-mistake`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::pattern_text::{Slip, pattern, slip};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/regex-mistake",
    category: Category::Bug,
    summary: "A regular expression holds a slip",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "java", "go", "rust"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports a regular expression whose brackets or parentheses do not match, a class of characters that is empty or names one character twice, an empty alternative, and a quantifier whose bounds stand the wrong way round.",
        why: "A broken pattern fails when it is compiled, an empty class matches nothing, and a character that stands twice in a class usually was meant to be an escape, a range, or another.",
        fix: "Escape what is meant literally, and write each character once.",
        limits: "Patterns that are put together at run time are not read, nor those with flags that change the syntax.",
        references: &[
            "https://eslint.org/docs/latest/rules/no-empty-character-class",
            "https://rules.sonarsource.com/javascript/RSPEC-5869/",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "import re
WORD = re.compile(r'[a-z_a]+')
                  ^^^^^^^^^^^
",
        ),
        Example::bad(
            "python",
            "import re
def words(text):
    return re.findall('(ab', text)
                      ^^^^^
",
        ),
        Example::good(
            "python",
            "import re
WORD = re.compile(r'[a-zA-Z_0-9]+|\\(x\\)')
",
        ),
        Example::good(
            "python",
            "import re
def words(text):
    return re.findall(r'[[(]([^])]*)[])]', text)
",
        ),
        Example::bad(
            "javascript",
            "const word = /[]+/;
             ^^^^^
",
        ),
        Example::bad(
            "javascript",
            "const word = new RegExp('[a');
                        ^^^^
",
        ),
        Example::good(
            "javascript",
            "const word = /[^]+|[a-z\\d_-]+|\\[/;
",
        ),
        Example::good(
            "javascript",
            "const word = /^$|a{1,2}/;
",
        ),
        Example::bad(
            "typescript",
            "const word: RegExp = /[aba]/;
                     ^^^^^^^
",
        ),
        Example::bad(
            "typescript",
            "const word: RegExp = /a{3,2}/;
                     ^^^^^^^^
",
        ),
        Example::good(
            "typescript",
            "const word: RegExp = /[ab]/;
",
        ),
        Example::good(
            "typescript",
            "const word: RegExp = /(a|b|)/;
",
        ),
        Example::bad(
            "java",
            "class A { Pattern word = Pattern.compile(\"(ab\"); }
                                         ^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { boolean is(String s) { return s.matches(\"[aba]\"); } }
                                                  ^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { Pattern word = Pattern.compile(\"(ab)|[a-z]\"); }
",
        ),
        Example::good(
            "java",
            "class A { boolean is(String s) { return s.matches(\"[a-z&&[^bc]]\"); } }
",
        ),
        Example::bad(
            "go",
            "var word = regexp.MustCompile(`(ab`)
                              ^^^^^
",
        ),
        Example::bad(
            "go",
            "var word = regexp.MustCompile(`[aba]`)
                              ^^^^^^^
",
        ),
        Example::good(
            "go",
            "var word = regexp.MustCompile(`(ab)|[\\w.-]`)
",
        ),
        Example::good(
            "go",
            "var word = regexp.MustCompile(`[[:alpha:]_]`)
",
        ),
        Example::bad(
            "rust",
            "fn word() -> Regex { Regex::new(r\"(ab\").unwrap() }
                                ^^^^^^
",
        ),
        Example::bad(
            "rust",
            "fn word() -> Regex { Regex::new(\"[aba]\").unwrap() }
                                ^^^^^^^
",
        ),
        Example::good(
            "rust",
            "fn word() -> Regex { Regex::new(r\"(ab)|[\\w.-]\").unwrap() }
",
        ),
        Example::good(
            "rust",
            "fn word() -> Regex { Regex::new(r\"[\\p{L}\\p{N}]\").unwrap() }
",
        ),
    ],
    kinds: &[Kind::Regex, Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some((at, text)) = pattern(context, id) else { return };
    let Some(found) = slip(&text, context.language.id()) else { return };
    if context.is_test_code(id) {
        return;
    }
    let message = match found {
        Slip::Unclosed(open) => format!("`{open}` is never closed in this regular expression"),
        Slip::Unopened => "`)` closes nothing in this regular expression".to_owned(),
        Slip::EmptyClass => "`[]` is a class without characters, which matches nothing".to_owned(),
        Slip::Twice(character) => format!("`{character}` stands twice in one class of characters"),
        Slip::Bounds => "the quantifier's lower bound is above its upper bound".to_owned(),
        Slip::EmptyAlternative => "one alternative is empty, and matches everywhere".to_owned(),
    };
    context.report(at, message).because("Read as a regular expression of the language.").emit();
}
