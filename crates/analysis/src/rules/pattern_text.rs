//! Regular expressions in the code: which texts are read as such, and the slips in them that show
//! without knowing what they are matched against. Rules about patterns ask here.

use std::borrow::Cow;

use super::{ByLanguage, Context};
use crate::ir::{Kind, NodeId, Role};

/// What is wrong with a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slip {
    /// A bracket or parenthesis is never closed.
    Unclosed(char),
    /// A parenthesis closes nothing.
    Unopened,
    /// A class without characters.
    EmptyClass,
    /// A character that a class names twice.
    Twice(char),
    /// A quantifier whose lower bound is above its upper one.
    Bounds,
    /// An alternative between two bars.
    EmptyAlternative,
}

/// Methods of texts whose first argument is a regular expression.
const METHODS: ByLanguage<&[&str]> =
    &[(&["java"], &["matches", "replaceAll", "replaceFirst", "split"])];

/// Functions whose first argument is a regular expression, besides those that only compile it.
const FUNCTIONS: ByLanguage<&[&str]> = &[
    (
        &["python"],
        &[
            "re.match",
            "re.search",
            "re.fullmatch",
            "re.findall",
            "re.finditer",
            "re.sub",
            "re.subn",
            "re.split",
        ],
    ),
    (&["java"], &["Pattern.matches"]),
    (&["go"], &["regexp.MatchString", "regexp.Match"]),
    (&["rust"], &["Regex.new", "regex.Regex.new"]),
];

/// The regular expression that a literal or a call's first argument holds, with its node.
pub(super) fn pattern<'a>(context: &Context<'a>, id: NodeId) -> Option<(NodeId, Cow<'a, str>)> {
    let tree = context.tree;
    if tree.kind(id) == Kind::Regex {
        let text = context.text(id).strip_prefix('/')?;
        let (pattern, flags) = text.rsplit_once('/')?;
        return (!flags.contains('v')).then_some((id, Cow::Borrowed(pattern)));
    }
    let arguments = context.arguments(id);
    let first = *arguments.first()?;
    if tree.kind(first) != Kind::String {
        return None;
    }
    let known = context.knowledge().regex_constructors;
    let functions = context.in_language(FUNCTIONS).copied().unwrap_or_default();
    let is_compiled = context
        .called(id)
        .is_some_and(|path| [known, functions].iter().any(|it| it.contains(&path.as_ref())));
    let is_method = || {
        let methods = context.in_language(METHODS);
        context.method(id).is_some_and(|(_, name)| methods.is_some_and(|it| it.contains(&name)))
    };
    if !is_compiled && !is_method() {
        return None;
    }
    // Flags such as `re.VERBOSE` change what the text means.
    let callee = tree.child(id, Role::Callee)?;
    let takes_flags = arguments.iter().skip(1).any(|it| context.text(*it).contains("VERBOSE"));
    if takes_flags || context.text(callee).ends_with("RegexSet") {
        return None;
    }
    literal(context.text(first)).map(|text| (first, text))
}

/// What a string literal holds, with its own escapes resolved as far as patterns care.
fn literal(text: &str) -> Option<Cow<'_, str>> {
    let start = text.find(['"', '\'', '`'])?;
    let prefix = text.get(..start)?.trim_end_matches('#');
    let quoted = text.get(start..)?.trim_end_matches('#');
    let quote = quoted.chars().next()?;
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    let inner = match quoted.strip_prefix(triple.as_str()) {
        Some(rest) => rest.strip_suffix(triple.as_str())?,
        None => quoted.strip_prefix(quote)?.strip_suffix(quote)?,
    };
    if quote == '`' || prefix.contains(['r', 'R']) || !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    let mut made = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            made.push(character);
            continue;
        }
        match characters.next()? {
            next @ ('\\' | '"' | '\'') => made.push(next),
            // Other escapes mean one character, or are kept for the pattern.
            next => {
                made.push('\\');
                made.push(next);
            }
        }
    }
    Some(Cow::Owned(made))
}

/// The first slip of a pattern, if any.
pub(super) fn slip(pattern: &str, language: &str) -> Option<Slip> {
    // `(?x)` and what only some engines know is left alone.
    if pattern.contains("(?x") || pattern.contains("(?#") || pattern.contains("\\Q") {
        return None;
    }
    let characters: Vec<char> = pattern.chars().collect();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(character) = characters.get(at) {
        match character {
            '\\' => at += 1,
            '[' => {
                let (end, found) = class(&characters, at, language);
                if found.is_some() {
                    return found;
                }
                at = end;
            }
            '(' => depth += 1,
            ')' => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some(Slip::Unopened),
            },
            '|' if depth == 0 && characters.get(at + 1) == Some(&'|') => {
                return Some(Slip::EmptyAlternative);
            }
            '{' if has_crossed_bounds(characters.get(at + 1..).unwrap_or_default()) => {
                return Some(Slip::Bounds);
            }
            _ => {}
        }
        at += 1;
    }
    (depth > 0).then_some(Slip::Unclosed('('))
}

/// `3,2}`
fn has_crossed_bounds(rest: &[char]) -> bool {
    let text: String = rest.iter().take_while(|it| **it != '}').take(12).collect();
    let bounds = text.split_once(',').map(|(low, high)| (low.parse::<u32>(), high.parse::<u32>()));
    matches!(bounds, Some((Ok(low), Ok(high))) if low > high)
}

/// Looks at the class of characters that opens at `start`: where it ends, and what is wrong with it.
fn class(characters: &[char], start: usize, language: &str) -> (usize, Option<Slip>) {
    let is_script = matches!(language, "javascript" | "typescript");
    let mut at = start + 1;
    let is_negated = characters.get(at) == Some(&'^');
    at += usize::from(is_negated);
    if characters.get(at) == Some(&']') {
        if is_script {
            return (at, (!is_negated).then_some(Slip::EmptyClass));
        }
        at += 1;
    }
    let first = at;
    let mut singles: Vec<char> = Vec::new();
    let mut ranges: Vec<(char, char)> = Vec::new();
    while let Some(character) = characters.get(at).copied() {
        let next = characters.get(at + 1).copied();
        match character {
            ']' => {
                let within =
                    |it: &&char| ranges.iter().any(|(low, high)| (*low..=*high).contains(*it));
                let covered = singles.iter().find(within).copied();
                let mut sorted = singles.clone();
                sorted.sort_unstable();
                let twice = sorted.windows(2).find(|pair| pair.first() == pair.last());
                let twice = twice.and_then(|pair| pair.first().copied());
                return (at, twice.or(covered).map(Slip::Twice));
            }
            // Classes in classes, set operations and named classes are not followed.
            '[' if !is_script && (language != "python" || next == Some(':')) => {
                let end = nested_end(characters, start);
                return (end, None);
            }
            '&' | '~' if next == Some(character) && !is_script => {
                return (nested_end(characters, start), None);
            }
            _ if character == '-' && at > first && next != Some(']') => {}
            _ => {
                let (low, length) = member(characters.get(at..).unwrap_or_default());
                at += length - 1;
                let is_range = characters.get(at + 1) == Some(&'-')
                    && characters.get(at + 2).is_some_and(|it| *it != ']');
                if is_range {
                    let (high, length) = member(characters.get(at + 2..).unwrap_or_default());
                    at += 1 + length;
                    if let (Some(low), Some(high)) = (low, high)
                        && low < high
                    {
                        ranges.push((low, high));
                    }
                } else if let Some(single) = low.filter(char::is_ascii) {
                    // Half of a pair of surrogates, or a mark that combines, is not one character.
                    singles.push(single);
                }
            }
        }
        at += 1;
    }
    (characters.len(), Some(Slip::Unclosed('[')))
}

/// One member of a class: its character, if it stands for itself, and how many characters it takes.
fn member(rest: &[char]) -> (Option<char>, usize) {
    match rest {
        ['\\', 'p' | 'P' | 'u' | 'x' | 'N', '{', inside @ ..] => {
            (None, 4 + inside.iter().position(|it| *it == '}').unwrap_or(0))
        }
        ['\\', 'u', ..] => (None, 6),
        ['\\', 'x', ..] => (None, 4),
        ['\\', 'c', ..] => (None, 3),
        ['\\', '0'..='9', digits @ ..] => {
            (None, 2 + digits.iter().take(2).take_while(|it| it.is_ascii_digit()).count())
        }
        ['\\', escaped, ..] if escaped.is_ascii_punctuation() => (Some(*escaped), 2),
        ['\\', ..] => (None, 2),
        [single, ..] => (Some(*single), 1),
        [] => (None, 1),
    }
}

/// Where a class that holds others ends.
fn nested_end(characters: &[char], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(character) = characters.get(at) {
        match character {
            '\\' => at += 1,
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
        at += 1;
    }
    characters.len()
}
