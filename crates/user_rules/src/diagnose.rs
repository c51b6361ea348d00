//! What is wrong with a rule, and where: `ast-grep` says that a rule cannot be compiled, and this
//! looks at each part of it alone to find the ones to blame.

use std::ops::Range;

use analysis::configuration::nearest;
use ast_grep_config::parse_selector;
use ast_grep_core::matcher::{PatternNode, RegexMatcher};
use ast_grep_core::{Language as _, Pattern};

use crate::language::{Named, RuleLanguage};
use crate::problem::Weight;
use crate::yaml::{Node, Value};

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Rule,
    Utility,
}

/// What the parts of a rule may refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) language: RuleLanguage,
    /// The ids of utilities for all rules.
    pub(crate) globals: &'a [String],
}

type Misplaced = (Range<usize>, String);

const RULE_KEYS: [&str; 16] = [
    "id",
    "language",
    "rule",
    "constraints",
    "utils",
    "transform",
    "fix",
    "rewriters",
    "message",
    "note",
    "severity",
    "labels",
    "files",
    "ignores",
    "url",
    "metadata",
];
const UTILITY_KEYS: [&str; 7] =
    ["id", "language", "rule", "constraints", "utils", "transform", "arguments"];
const MATCHER_KEYS: [&str; 13] = [
    "pattern", "kind", "regex", "nthChild", "range", "inside", "has", "precedes", "follows", "all",
    "any", "not", "matches",
];
const RELATION_KEYS: [&str; 2] = ["stopBy", "field"];
const PATTERN_KEYS: [&str; 3] = ["context", "selector", "strictness"];
const SEVERITIES: [&str; 5] = ["error", "warning", "info", "hint", "off"];

/// The language that a document names, else what is wrong with the name.
pub(crate) fn language_of(
    root: &Node,
    what: &str,
) -> Result<RuleLanguage, (Range<usize>, Weight, String)> {
    let Some((_, node)) = root.entry("language") else {
        let span = root.entry("id").map_or(root.span.clone(), |(key, _)| key.span.clone());
        return Err((span, Weight::Error, format!("{what} needs a `language`.")));
    };
    let name = node.text().unwrap_or("").trim();
    match RuleLanguage::named(name) {
        Named::Known(language) => Ok(language),
        Named::Foreign => {
            let message = format!(
                "`{name}` is not analysed by OmniStack; the rule is left to ast-grep itself."
            );
            Err((node.span.clone(), Weight::Note, message))
        }
        Named::Unknown => {
            let near = nearest(&name.to_lowercase(), RuleLanguage::names());
            let hint = near.map_or_else(|| ".".to_owned(), |it| format!("; did you mean `{it}`?"));
            let message = format!("There is no language `{name}`{hint}");
            Err((node.span.clone(), Weight::Error, message))
        }
    }
}

/// What may be to blame where a rule cannot be compiled.
pub(crate) fn mistakes(root: &Node, kind: Kind, context: &Context<'_>) -> Vec<Misplaced> {
    let mut found = Vec::new();
    let keys: &[&str] = if kind == Kind::Rule { &RULE_KEYS } else { &UTILITY_KEYS };
    let foreign: Vec<&str> = foreign_keys(root)
        .filter(|_| kind == Kind::Rule)
        .filter_map(|(key, _)| key.text())
        .collect();
    unknown_keys(root, &keys.iter().chain(&foreign).copied(), "a rule", &mut found);
    if let Some(node) = root.get("severity")
        && !node.text().is_some_and(|it| SEVERITIES.contains(&it))
    {
        let message = format!("`severity` is one of {}.", listed(SEVERITIES.into_iter()));
        found.push((node.span.clone(), message));
    }
    if root.get("rule").is_none() {
        let span = root.entry("id").map_or(root.span.clone(), |(key, _)| key.span.clone());
        found.push((span, "There is no `rule` here.".to_owned()));
    }
    for matcher in matchers(root) {
        look_at(matcher, root, context, &mut found);
    }
    found.extend(circle(root));
    found
}

/// Utilities that refer to each other in a circle, at the first of them.
fn circle(root: &Node) -> Option<Misplaced> {
    let utilities = root.get("utils")?.entries();
    let names = |it: usize| utilities.get(it).and_then(|(key, _)| key.text()).unwrap_or("");
    let position = |id: &str| (0..utilities.len()).find(|it| names(*it) == id);
    let next: Vec<Vec<usize>> = utilities
        .iter()
        .map(|(_, value)| references(value).into_iter().filter_map(position).collect())
        .collect();
    let reachable = |from: usize| {
        let mut reached = vec![false; utilities.len()];
        let mut open: Vec<usize> = next.get(from).cloned().unwrap_or_default();
        while let Some(at) = open.pop() {
            if let Some(slot) = reached.get_mut(at)
                && !std::mem::replace(slot, true)
            {
                open.extend(next.get(at).into_iter().flatten());
            }
        }
        reached
    };
    let all: Vec<Vec<bool>> = (0..utilities.len()).map(reachable).collect();
    let leads = |from: usize, to: usize| all.get(from).and_then(|it| it.get(to)) == Some(&true);
    let first = (0..utilities.len()).find(|it| leads(*it, *it))?;
    let members = (0..utilities.len()).filter(|it| leads(first, *it) && leads(*it, first));
    let members: Vec<String> = members.map(|it| format!("`{}`", names(it))).collect();
    let message = match members.as_slice() {
        [one] => format!("The utility {one} refers to itself."),
        many => format!("The utilities {} refer to each other in a circle.", many.join(", ")),
    };
    utilities.get(first).map(|(key, _)| (key.span.clone(), message))
}

/// What a matcher refers to at the very node that it looks at.
fn references(matcher: &Node) -> Vec<&str> {
    let mut found = Vec::new();
    let mut open = vec![matcher];
    while let Some(node) = open.pop() {
        found.extend(node.get("matches").and_then(Node::text));
        open.extend(["all", "any"].iter().filter_map(|it| node.get(it)).flat_map(Node::items));
        open.extend(node.get("not"));
    }
    found
}

/// Keys of a rule that nobody knows and that resemble none: another tool's, which the rule can do
/// without.
pub(crate) fn foreign_keys(root: &Node) -> impl Iterator<Item = (&Node, &Node)> {
    let is_foreign = |(key, _): &(&Node, &Node)| {
        let name = key.text().unwrap_or("");
        !RULE_KEYS.contains(&name) && nearest(name, RULE_KEYS.into_iter()).is_none()
    };
    root.entries().iter().map(|(key, value)| (key, value)).filter(is_foreign)
}

/// What is odd about a rule that can be compiled.
pub(crate) fn doubts(root: &Node, context: &Context<'_>) -> Vec<Misplaced> {
    let mut found = Vec::new();
    for Matcher { node, .. } in matchers(root) {
        let Some(pattern) = node.get("pattern") else { continue };
        let text = pattern.text().or_else(|| pattern.get("context").and_then(Node::text));
        let Some(text) = text.filter(|_| pattern.get("selector").is_none()) else { continue };
        if Pattern::try_new(text, context.language).is_ok_and(|it| has_error(&it)) {
            let message = format!(
                "This pattern is no whole piece of {} and may match nothing; see `context` and \
                 `selector`.",
                context.language.0.spec().display_name
            );
            found.push((pattern.span.clone(), message));
        }
    }
    found
}

/// Whether a part of a pattern is no code of its language.
fn has_error(pattern: &Pattern) -> bool {
    /// Tree-sitter's kind of what it cannot parse.
    const ERROR: u16 = u16::MAX;
    let mut open = vec![&pattern.node];
    while let Some(node) = open.pop() {
        match node {
            PatternNode::Terminal { kind_id, .. } if *kind_id == ERROR => return true,
            PatternNode::Internal { kind_id, .. } if *kind_id == ERROR => return true,
            PatternNode::Internal { children, .. } => open.extend(children),
            PatternNode::Terminal { .. } | PatternNode::MetaVar { .. } => {}
        }
    }
    pattern.has_error()
}

/// An object that matches nodes.
#[derive(Clone, Copy)]
struct Matcher<'a> {
    node: &'a Node,
    is_relation: bool,
}

/// All objects of a rule that match nodes, those within others included.
fn matchers(root: &Node) -> Vec<Matcher<'_>> {
    let mut open: Vec<Matcher<'_>> = Vec::new();
    let plain = |node| Matcher { node, is_relation: false };
    let relation = |node| Matcher { node, is_relation: true };
    let mut cores = vec![root];
    cores.extend(root.get("rewriters").into_iter().flat_map(Node::items));
    for core in cores {
        open.extend(core.get("rule").map(plain));
        for table in ["utils", "constraints"] {
            let entries = core.get(table).into_iter().flat_map(Node::entries);
            open.extend(entries.map(|(_, value)| plain(value)));
        }
    }
    let mut found = Vec::new();
    while let Some(matcher) = open.pop() {
        for key in ["inside", "has", "precedes", "follows"] {
            open.extend(matcher.node.get(key).map(relation));
        }
        for key in ["all", "any"] {
            open.extend(matcher.node.get(key).into_iter().flat_map(Node::items).map(plain));
        }
        open.extend(matcher.node.get("not").map(plain));
        open.extend(matcher.node.get("stopBy").filter(|it| it.text().is_none()).map(plain));
        let nth = matcher.node.get("nthChild").and_then(|it| it.get("ofRule"));
        open.extend(nth.map(plain));
        found.push(matcher);
    }
    found
}

fn look_at(matcher: Matcher<'_>, root: &Node, context: &Context<'_>, found: &mut Vec<Misplaced>) {
    let Matcher { node, is_relation } = matcher;
    let language = context.language;
    match &node.value {
        Value::Alias => return,
        Value::Map(_) => {}
        _ => {
            let message =
                format!("Here stands a mapping with {}.", listed(MATCHER_KEYS.into_iter()));
            found.push((node.span.clone(), message));
            return;
        }
    }
    let extra = RELATION_KEYS.iter().filter(|_| is_relation);
    unknown_keys(node, &MATCHER_KEYS.iter().chain(extra).copied(), "a matcher", found);
    if let Some(pattern) = node.get("pattern") {
        look_at_pattern(pattern, language, found);
    }
    if let Some(kind) = node.get("kind")
        && let Some(name) = kind.text()
    {
        let is_name = name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
        let wrong = if is_name {
            (language.kind_to_id(name) == 0 && name != "ERROR").then(|| {
                let language = language.0.spec().display_name;
                format!("There is no syntax of the kind `{name}` in {language}")
            })
        } else {
            parse_selector(name, language).err().map(|it| it.to_string())
        };
        found.extend(wrong.map(|it| (kind.span.clone(), format!("{}.", it.trim_end_matches('.')))));
    }
    if let Some(regex) = node.get("regex")
        && let Some(Err(error)) = regex.text().map(RegexMatcher::try_new)
    {
        let cause = std::error::Error::source(&error)
            .map_or_else(|| error.to_string(), ToString::to_string);
        let why = cause.lines().last().unwrap_or("").trim_start_matches("error: ").to_owned();
        found.push((regex.span.clone(), format!("This is no regular expression: {why}.")));
    }
    if let Some(field) = node.get("field")
        && let Some(name) = field.text()
        && language.field_to_id(name).is_none()
    {
        let language = language.0.spec().display_name;
        found.push((field.span.clone(), format!("There is no field `{name}` in {language}.")));
    }
    if let Some(matches) = node.get("matches")
        && let Some(id) = matches.text()
    {
        let own = root.get("utils").into_iter().flat_map(Node::entries);
        let own = own.filter_map(|(key, _)| key.text());
        let arguments = root.get("arguments").into_iter().flat_map(Node::items);
        let arguments = arguments.filter_map(Node::text);
        let known: Vec<&str> =
            own.chain(arguments).chain(context.globals.iter().map(String::as_str)).collect();
        if !known.contains(&id) {
            let near = nearest(id, known.iter().copied());
            let hint = near.map_or_else(|| ".".to_owned(), |it| format!("; did you mean `{it}`?"));
            found.push((matches.span.clone(), format!("There is no utility `{id}`{hint}")));
        }
    }
}

fn look_at_pattern(pattern: &Node, language: RuleLanguage, found: &mut Vec<Misplaced>) {
    unknown_keys(pattern, &PATTERN_KEYS.into_iter(), "a pattern", found);
    let part = |key: &str| pattern.get(key).and_then(Node::text);
    let built = match (pattern.text(), part("context"), part("selector")) {
        (Some(text), ..) | (None, Some(text), None) => Pattern::try_new(text, language),
        (None, Some(context), Some(selector)) => Pattern::contextual(context, selector, language),
        _ if matches!(pattern.value, Value::Alias) => return,
        _ => {
            let message = "A pattern is a text, or a mapping with `context` and `selector`.";
            found.push((pattern.span.clone(), message.to_owned()));
            return;
        }
    };
    if let Err(error) = built {
        let cause = std::error::Error::source(&error);
        let why = cause.map_or_else(|| error.to_string(), |it| format!("{error} {it}"));
        let why = why.trim_end_matches('.');
        found.push((pattern.span.clone(), format!("This pattern cannot be used: {why}.")));
    }
}

fn unknown_keys<'a>(
    node: &Node,
    known: &(impl Iterator<Item = &'a str> + Clone),
    what: &str,
    found: &mut Vec<Misplaced>,
) {
    for (key, _) in node.entries() {
        let Some(name) = key.text() else { continue };
        if !known.clone().any(|it| it == name) {
            let near = nearest(name, known.clone());
            let hint = near.map_or_else(|| ".".to_owned(), |it| format!("; did you mean `{it}`?"));
            found.push((key.span.clone(), format!("`{name}` is no key of {what}{hint}")));
        }
    }
}

/// Where a mistake stands that is told in words only: at the last part of the rule whose name is
/// quoted in them, else at the rule.
pub(crate) fn place_of(root: &Node, message: &str) -> Range<usize> {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let mut place = None;
    let mut open: Vec<&Node> = vec![root];
    // What is named last is the narrowest.
    let mut rank = 0;
    while let Some(node) = open.pop() {
        for (key, value) in node.entries() {
            let name = key.text().unwrap_or("");
            let at = quoted.iter().rposition(|it| it.trim_start_matches('$') == name);
            if let Some(at) = at
                && (place.is_none() || at >= rank)
            {
                rank = at;
                place = Some(key.span.clone());
            }
            open.push(value);
        }
        open.extend(node.items());
    }
    let or_rule =
        || root.entry("rule").or_else(|| root.entry("id")).map(|(key, _)| key.span.clone());
    place.or_else(or_rule).unwrap_or(root.span.clone())
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
}
