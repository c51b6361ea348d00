//! Macro calls. The grammar shows their arguments as bare tokens; for macros whose arguments are
//! expressions, the variables among the tokens are kept as reads, with those that format strings
//! mention. That is an approximation: a variable that such tokens declare looks free.

use super::shapes::dotted;
use crate::ir::{Flags, Kind, Role};
use crate::languages::{Choice, Shape, TextName, Visit};

/// Macros whose arguments are expressions, by the last word of their path; besides those that
/// assert something, of which there are many.
const OF_EXPRESSIONS: &[&str] = &[
    "anyhow",
    "bail",
    "dbg",
    "debug",
    "debug_span",
    "ensure",
    "eprint",
    "eprintln",
    "error",
    "error_span",
    "event",
    "eyre",
    "format",
    "format_args",
    "info",
    "info_span",
    "join",
    "json",
    "log",
    "matches",
    "ok",
    "panic",
    "pin",
    "print",
    "println",
    "ready",
    "select",
    "smallvec",
    "todo",
    "trace",
    "trace_span",
    "tri",
    "try_join",
    "try_ready",
    "unimplemented",
    "unreachable",
    "vec",
    "warn",
    "warn_span",
    "write",
    "writeln",
];

/// Words that the grammar takes for identifiers among tokens.
const KEYWORDS: &[&str] = &["dyn", "else", "extern", "in", "move", "ref", "try", "yield"];

/// A macro call, named by its path; without its tokens where these may mean anything.
pub(super) fn macro_invocation(visit: &Visit<'_>) -> Choice {
    let path = visit.field("macro").map(|path| dotted(visit.text(path))).unwrap_or_default();
    let name = path.rsplit('.').next().unwrap_or(&path);
    let asserts = name.starts_with("assert") || name.starts_with("debug_assert");
    let shape = if asserts || OF_EXPRESSIONS.contains(&name) {
        Shape::Node(Kind::Macro)
    } else {
        Shape::Leaf(Kind::Macro)
    };
    Choice::of(shape).symbol(path)
}

/// An identifier among a macro's tokens: a read, unless its neighbours say that it is no variable.
pub(super) fn identifier(visit: &Visit<'_>) -> Choice {
    let range = visit.node.byte_range();
    let before = visit.source.get(..range.start).unwrap_or("").trim_end();
    let after = visit.source.get(range.end..).unwrap_or("").trim_start();
    let is_member = before.ends_with('.') && !before.ends_with("..");
    let is_path = before.ends_with("::") || before.ends_with('\'');
    let is_macro = after.starts_with('!') && !after.starts_with("!=");
    let is_field = after.starts_with(':') && !after.starts_with("::");
    let is_named_argument =
        after.starts_with('=') && !after.starts_with("==") && !after.starts_with("=>");
    let is_other = is_member || is_path || is_macro || is_field || is_named_argument;
    if is_other || KEYWORDS.contains(&visit.text(visit.node)) {
        return Choice::of(Shape::Skip);
    }
    Choice::leaf(Kind::Name)
}

/// A string; among a macro's tokens it may be a format string that mentions variables.
pub(super) fn string(visit: &Visit<'_>) -> Choice {
    let text = visit.text(visit.node);
    let is_bytes = text.starts_with(['b', 'c']);
    if visit.parent == Kind::Macro && !is_bytes {
        let names = captures(text, visit.node.start_byte());
        if !names.is_empty() {
            return Choice::leaf(Kind::Template).names(names);
        }
    }
    Choice::leaf(Kind::String).flags_if(is_bytes, Flags::LAZY)
}

/// The variables that a format string mentions: `{name}`, `{name:>width$.precision$}`.
fn captures(text: &str, start: usize) -> Vec<TextName> {
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('{')) {
        let open = at + found + 1;
        let rest = text.get(open..).unwrap_or("");
        if rest.starts_with('{') {
            at = open + 1;
            continue;
        }
        let Some(length) = rest.find('}') else { break };
        let inside = rest.get(..length).unwrap_or("");
        let name = inside.split(':').next().unwrap_or(inside);
        names.extend(variable(name.trim_end(), open + start));
        if let Some((_, specification)) = inside.split_once(':') {
            let base = open + start + inside.len() - specification.len();
            names.extend(parameters(specification, base));
        }
        at = open + length + 1;
    }
    names
}

/// Variables that give a width or precision: those before a `$`.
fn parameters(specification: &str, start: usize) -> impl Iterator<Item = TextName> + '_ {
    specification.match_indices('$').filter_map(move |(end, _)| {
        let before = specification.get(..end)?;
        let word = before.trim_end_matches(|it: char| it.is_alphanumeric() || it == '_');
        variable(before.get(word.len()..)?, start + word.len())
    })
}

fn variable(name: &str, start: usize) -> Option<TextName> {
    let starts_well = name.starts_with(|it: char| it.is_alphabetic() || it == '_');
    let is_name = starts_well && name.chars().all(|it| it.is_alphanumeric() || it == '_');
    is_name.then(|| TextName {
        role: Role::Element,
        range: start..start + name.len(),
        symbol: None,
    })
}
