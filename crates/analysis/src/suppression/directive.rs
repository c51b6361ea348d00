//! From a comment's text to what it asks for: the first step of applying suppression comments.
//!
//! A comment is a directive if it starts with `omnistack:`, or has it right after the directive of
//! another tool (`# noqa  # omnistack: …`). Elsewhere the word is prose, or code that was
//! commented out, and means nothing.

use crate::configuration::nearest;
use crate::rules;

/// How far a directive reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Line,
    Block,
    File,
}

/// A directive that is written as it should be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directive<'a> {
    pub(super) scope: Scope,
    /// What it names; nothing for every rule.
    pub(super) selectors: Vec<&'a str>,
}

/// What is wrong with a directive, and how to write it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    #[error("its `]` is missing; write `{0}`")]
    Unclosed(String),
    #[error("its brackets name no rule; write `{0}`")]
    Empty(String),
    #[error("its names stand outside brackets; write `{0}`")]
    Unbracketed(String),
    #[error("directives are written in lower case; write `{0}`")]
    Case(String),
    #[error("there is no directive `{verb}`; write `{instead}`")]
    Verb { verb: String, instead: String },
}

const MARKER: &str = "omnistack:";

/// The verbs, the shortest first, so that it wins where several are equally near.
const VERBS: [(&str, Scope); 3] =
    [("ignore", Scope::Line), ("ignore-block", Scope::Block), ("ignore-file", Scope::File)];

/// A name to show where the comment has none.
const ANY_NAME: &str = "bug/self-comparison";

/// Whether a comment could hold a directive: a quick look, before places are computed.
pub(super) fn is_mentioned(comment: &str) -> bool {
    marker(comment).is_some()
}

/// What a comment asks for; nothing if it is no directive.
pub(super) fn parse(comment: &str) -> Option<Result<Directive<'_>, Malformed>> {
    let (before, written, after) = marker(comment)?;
    if !is_start(before) {
        return None;
    }
    // A directive is one line, whatever else a block comment says.
    let line = after.lines().next().unwrap_or("").trim_start();
    let end = line.find(|it: char| !(it.is_alphanumeric() || "-_".contains(it)));
    let (verb, rest) = line.split_at(end.unwrap_or(line.len()));
    let lower = verb.to_ascii_lowercase();
    let known = VERBS.iter().find(|(known, _)| *known == lower);
    let names = names(rest);
    let instead = |verb: &str, names: &[&str]| match names {
        [] => format!("{MARKER} {verb}"),
        names => format!("{MARKER} {verb}[{}]", names.join(", ")),
    };
    let Some((known, scope)) = known else {
        let nearest = nearest(&lower, VERBS.iter().map(|(verb, _)| *verb));
        let is_meant = names != Names::None
            || (nearest.is_some() && !["ignored", "ignores", "ignoring"].contains(&&*lower));
        let verb = || verb.to_owned();
        let instead = instead(nearest.as_deref().unwrap_or("ignore"), names.list());
        return is_meant.then(|| Err(Malformed::Verb { verb: verb(), instead }));
    };
    if written != MARKER || *known != verb {
        return Some(Err(Malformed::Case(instead(known, names.list()))));
    }
    Some(match names {
        Names::Listed(list) if list.is_empty() => {
            Err(Malformed::Empty(instead(known, &[ANY_NAME])))
        }
        Names::Listed(selectors) => Ok(Directive { scope: *scope, selectors }),
        Names::Unclosed(list) => Err(Malformed::Unclosed(instead(known, &list))),
        Names::Unbracketed(name) => Err(Malformed::Unbracketed(instead(known, &name))),
        Names::None => Ok(Directive { scope: *scope, selectors: Vec::new() }),
    })
}

/// The first marker in any case, with what stands before and after it.
fn marker(comment: &str) -> Option<(&str, &str, &str)> {
    let colons = memchr::memchr_iter(b':', comment.as_bytes());
    colons.map(|colon| colon + 1).find_map(|end| {
        let start = end.checked_sub(MARKER.len())?;
        let written = comment.get(start..end)?;
        let is_marker = written.eq_ignore_ascii_case(MARKER);
        is_marker.then_some((comment.get(..start)?, written, comment.get(end..)?))
    })
}

/// Whether a directive may follow: nothing but the comment's sign stands before, or another tool's
/// directive, with a sign or a mark after it where it has words of its own.
fn is_start(before: &str) -> bool {
    let is_sign = |it: char| it.is_whitespace() || "#/*!".contains(it);
    let others = before.trim_start_matches(is_sign);
    if others.is_empty() {
        return true;
    }
    let is_apart = others.trim_end().ends_with(['#', ';', ',', '|'])
        || others.trim_end().ends_with("//")
        || (others.ends_with(char::is_whitespace) && others.split_whitespace().count() == 1);
    is_apart && is_of_other_tool(others)
}

/// The words with which other tools' directives start, in lower case.
const OTHER_TOOLS: &[&str] = &[
    "noqa",
    "type:",
    "pylint:",
    "pragma:",
    "fmt:",
    "isort:",
    "mypy:",
    "pyright:",
    "ruff:",
    "flake8:",
    "yapf:",
    "nosec",
    "noinspection",
    "nosonar",
    "nosemgrep",
    "nopmd",
    "nolint",
    "nolintnextline",
    "eslint-disable-line",
    "eslint-disable-next-line",
    "eslint-disable",
    "@ts-ignore",
    "@ts-expect-error",
    "@ts-nocheck",
    "$flowfixme",
    "prettier-ignore",
    "biome-ignore",
    "deno-lint-ignore",
    "tslint:disable-line",
    "tslint:disable-next-line",
    "istanbul",
    "c8",
    "v8",
    "jshint",
    "clang-format",
    "lint:ignore",
    "cspell:",
    "lgtm",
    "codeql",
    "skipcq",
    "checkstyle:off",
    "cppcheck-suppress",
    "iwyu",
];

fn is_of_other_tool(comment: &str) -> bool {
    let word = comment.split_whitespace().next().unwrap_or("").to_ascii_lowercase();
    OTHER_TOOLS.iter().any(|tool| {
        word.strip_prefix(tool).is_some_and(|rest| {
            rest.is_empty() || tool.ends_with(':') || rest.starts_with([':', '[', '(', ',', ';'])
        })
    })
}

/// The names behind a verb.
#[derive(Debug, PartialEq, Eq)]
enum Names<'a> {
    None,
    Listed(Vec<&'a str>),
    Unclosed(Vec<&'a str>),
    /// A rule named where the reason should stand: such a comment would silence more than it says.
    Unbracketed([&'a str; 1]),
}

impl<'a> Names<'a> {
    fn list(&self) -> &[&'a str] {
        match self {
            Self::None => &[],
            Self::Listed(list) | Self::Unclosed(list) => list,
            Self::Unbracketed(name) => name,
        }
    }
}

fn names(rest: &str) -> Names<'_> {
    let split = |list| str::split(list, ',').map(str::trim).filter(|it| !it.is_empty());
    let Some(list) = rest.trim_start().strip_prefix('[') else {
        let is_mark = |it: char| it.is_whitespace() || ":=(){},".contains(it);
        let word = rest.split(is_mark).find(|word| !word.is_empty());
        let rule = word.filter(|word| rules::all().iter().any(|rule| rule.id == *word));
        return rule.map_or(Names::None, |rule| Names::Unbracketed([rule]));
    };
    if let Some((list, _)) = list.split_once(']') {
        return Names::Listed(split(list).collect());
    }
    // A name ends where the reason starts; after a comma comes another name.
    let mut end = 0;
    for word in list.split_inclusive(char::is_whitespace) {
        end += word.len();
        if !word.trim_end().ends_with(',') {
            break;
        }
    }
    let list = list.get(..end).unwrap_or(list).trim_end().trim_end_matches("*/");
    Names::Unclosed(split(list).collect())
}
