//! Functions in words: what a sentence encoder is given to tell which of them mean what somebody
//! looks for. Names are taken apart into words, comments and signatures stand as they are, and of the
//! body the first words that say something.

use rustc_hash::FxHashSet;

use super::summary::Summary;
use crate::text::Span;

/// Bytes of comments that are looked at, and of a signature.
const MOST_COMMENT: usize = 400;
const MOST_SIGNATURE: usize = 160;
/// Words of a body, and the bytes in which they are looked for.
const MOST_WORDS: usize = 40;
const MOST_BODY: usize = 4000;

/// Words that languages give to every function.
const EMPTY_WORDS: &[&str] = &[
    "and",
    "async",
    "await",
    "bool",
    "break",
    "case",
    "char",
    "class",
    "const",
    "continue",
    "def",
    "double",
    "elif",
    "else",
    "false",
    "final",
    "float",
    "for",
    "from",
    "func",
    "function",
    "impl",
    "import",
    "int",
    "let",
    "long",
    "mut",
    "new",
    "nil",
    "none",
    "not",
    "null",
    "override",
    "private",
    "protected",
    "pub",
    "public",
    "return",
    "self",
    "static",
    "str",
    "string",
    "struct",
    "then",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "undefined",
    "use",
    "var",
    "void",
    "while",
    "with",
];

/// A function in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its dotted name within its file.
    pub function: String,
    /// What it is, in words.
    pub text: String,
}

impl Summary {
    /// The file's functions in words. Of a text that is no longer the one the summary was made of,
    /// only those are described that still stand where they stood.
    pub fn descriptions(&self, text: &str) -> Vec<Description> {
        let symbols = self.symbols();
        let functions = symbols.iter().filter_map(|symbol| {
            let unit = self.unit(symbol.definition?)?;
            let stands = symbol.name_span.of(text) == symbol.name;
            stands.then(|| Description {
                function: unit.qualified_name(),
                text: describe(symbol.name, symbol.container, symbol.span, unit.span, text),
            })
        });
        functions.collect()
    }
}

fn describe(name: &str, container: &str, symbol: Span, unit: Span, text: &str) -> String {
    let mut said = words(name).collect::<Vec<_>>().join(" ");
    if !container.is_empty() {
        said.push_str(" of ");
        said.push_str(&words(container).collect::<Vec<_>>().join(" "));
    }
    said.push_str(". ");
    let whole = unit.of(text);
    for comment in [comment_before(text, symbol.start), docstring(whole)] {
        let comment = cut(&comment, MOST_COMMENT);
        if !comment.is_empty() {
            said.push_str(comment);
            said.push(' ');
        }
    }
    let end = whole.find(['{', '\n']).unwrap_or(whole.len());
    let signature = whole.get(..end).unwrap_or(whole).trim();
    said.push_str(cut(signature, MOST_SIGNATURE));
    said.push_str(". ");
    let body = cut(whole.get(end..).unwrap_or(""), MOST_BODY);
    let mut seen: FxHashSet<String> = FxHashSet::default();
    let telling = words(body).filter(|word| {
        word.len() > 2 && !EMPTY_WORDS.contains(&word.as_str()) && seen.insert(word.clone())
    });
    said.push_str(&telling.take(MOST_WORDS).collect::<Vec<_>>().join(" "));
    said
}

/// The words that names in a text consist of, in small letters: `getUserName` has three.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let parts = text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    parts.flat_map(|part| {
        let mut words: Vec<String> = Vec::new();
        let mut before = ' ';
        for (at, letter) in part.char_indices() {
            let after = part.get(at..).and_then(|it| it.chars().nth(1));
            let starts = letter.is_uppercase()
                && (!before.is_uppercase() || after.is_some_and(char::is_lowercase));
            match words.last_mut() {
                Some(word) if !starts => word.extend(letter.to_lowercase()),
                _ => words.push(letter.to_lowercase().collect()),
            }
            before = letter;
        }
        words
    })
}

/// The comment right before a place, without its signs.
fn comment_before(text: &str, at: u32) -> String {
    let before = text.get(..at as usize).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |it| it + 1);
    let mut lines: Vec<&str> = Vec::new();
    let mut bytes = 0;
    for line in before.get(..start).unwrap_or("").lines().rev() {
        let line = line.trim();
        // Attributes and decorators may stand between.
        if line.starts_with("#[") || line.starts_with('@') {
            continue;
        }
        let is_comment = ["//", "#", "/*", "*"].iter().any(|sign| line.starts_with(sign));
        bytes += line.len();
        if !is_comment || bytes > MOST_COMMENT {
            break;
        }
        lines.push(line.trim_matches(|it: char| matches!(it, '/' | '#' | '*' | '!') || it == ' '));
    }
    lines.reverse();
    lines.join(" ").trim().to_owned()
}

/// What a Python function says of itself at its start.
fn docstring(function: &str) -> String {
    let Some(start) = function.find("\"\"\"") else { return String::new() };
    let is_first = function.get(..start).is_some_and(|head| head.trim_end().ends_with(':'));
    let rest = function.get(start + 3..).unwrap_or("");
    let end = rest.find("\"\"\"").unwrap_or(rest.len());
    let said = rest.get(..end).filter(|_| is_first).unwrap_or("");
    cut(said, MOST_COMMENT).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cut(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}
