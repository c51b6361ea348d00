//! What stands in literals, and in formats with their directives.

use super::Part;
use crate::ir::NodeId;

/// Letters of format directives for numbers.
const NUMERIC: &str = "diuxXofeEgGp";

/// The content of a literal, without prefix and quotes.
pub fn content(literal: &str) -> String {
    let Some(start) = literal.find(['"', '\'', '`']) else { return literal.to_owned() };
    let (before, rest) = literal.split_at(start);
    let rest = if before.contains('#') { rest.trim_end_matches('#') } else { rest };
    let quote = rest.chars().next().unwrap_or('"');
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    let quotes = if rest.len() >= 6 && rest.starts_with(&triple) { 3 } else { 1 };
    let inside = rest.get(quotes..rest.len().saturating_sub(quotes));
    inside.unwrap_or("").to_owned()
}

/// The fixed text between two interpolations, without their braces.
pub(super) fn between_holes(text: &str, is_first: bool) -> &str {
    let text = if is_first {
        let start = text.find(['"', '\'', '`']).map_or(0, |at| at);
        text.get(start..).unwrap_or("").trim_start_matches(['"', '\'', '`'])
    } else {
        // `!r:>10}` after the value
        text.find('}').and_then(|at| text.get(at + 1..)).unwrap_or(text)
    };
    let text = text.trim_end_matches('{');
    text.strip_suffix('$').unwrap_or(text)
}

/// How long a directive of a format is, and whether it takes a value.
fn directive_length(text: &str) -> (usize, bool) {
    if text.starts_with('{') {
        return match text.find('}') {
            Some(end) if !text.starts_with("{{") => (end + 1, true),
            _ => (text.chars().take_while(|it| *it == '{').count().max(1), false),
        };
    }
    if text.starts_with("%%") {
        return (2, false);
    }
    let named = if text.starts_with("%(") { text.find(')').unwrap_or(0) } else { 0 };
    let letter = text.char_indices().skip(1).find(|(at, it)| {
        *at > named && (it.is_ascii_alphabetic() && !matches!(it, 'l' | 'h' | 'z') || *it == '\'')
    });
    match letter {
        Some((at, it)) if it != '\'' && at < named + 8 => (at + 1, true),
        _ => (1, false),
    }
}

/// The text of a format with its values where they go: `%s`, `%(name)s`, `{}`, `{0}`.
pub(super) fn filled_in(format: &str, values: &[NodeId], into: &mut Vec<Part>) {
    let mut values = values.iter().copied();
    let mut rest = format;
    while let Some(at) = rest.find(['%', '{']) {
        let (fixed, directive) = rest.split_at(at);
        into.push(Part::Fixed(fixed.to_owned()));
        let (length, takes) = directive_length(directive);
        let letter = rest.get(at..at + length).and_then(|it| it.chars().last());
        if takes && directive.starts_with('%') && letter.is_some_and(|it| NUMERIC.contains(it)) {
            values.next();
            into.push(Part::Fixed("0".to_owned()));
        } else if takes {
            into.extend(values.next().map(Part::Value));
        } else {
            into.push(Part::Fixed(directive.get(..1).unwrap_or("").to_owned()));
        }
        rest = directive.get(length..).unwrap_or("");
    }
    into.push(Part::Fixed(rest.to_owned()));
}
