//! Suppression comments: `omnistack: ignore[rule] reason`.
//!
//! - `omnistack: ignore[rule, …] reason` after code covers findings that start on its line; on a
//!   line of its own it covers the next line of code.
//! - `omnistack: ignore-block[rule, …] reason` covers the next statement with all its lines: those
//!   indented deeper than its first, and those that go on with it (`else`, a closing bracket).
//! - `omnistack: ignore-file[rule, …] reason` covers the file.
//!
//! Without brackets every rule is covered. A name may be a rule's id, its bare name, a category or
//! a glob. A comment that covers nothing is reported as `practice/unused-suppression`, unless a
//! rule it names did not run.

use crate::configuration::{Configuration, nearest};
use crate::findings::{Edit, Finding, Fix, Safety};
use crate::rules::{self, Rule};
use crate::text::{Snapshot, Span};

/// The rule under which unused comments are reported.
const UNUSED: &str = "practice/unused-suppression";

/// What a suppression comment covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lines {
    first: u32,
    last: u32,
}

#[derive(Debug)]
struct Suppression<'a> {
    comment: Span,
    lines: Lines,
    /// What it names; nothing for every rule.
    selectors: Vec<&'a str>,
    used: Vec<bool>,
}

/// Drops the findings that comments cover, and reports the comments that cover none. `findings`
/// come back in the order of their spans.
pub fn apply(
    snapshot: &Snapshot,
    comments: &[Span],
    mut findings: Vec<Finding>,
    configuration: &Configuration,
) -> Vec<Finding> {
    let mut suppressions: Vec<Suppression<'_>> =
        comments.iter().filter_map(|comment| parse(snapshot, comments, *comment)).collect();
    if !suppressions.is_empty() {
        findings.retain(|finding| !is_covered(snapshot, &mut suppressions, finding));
        if let Some(rule) = rules::find(UNUSED).filter(|rule| configuration.is_enabled(rule)) {
            findings.extend(suppressions.iter().filter_map(|suppression| {
                report_unused(snapshot, suppression, rule, configuration)
            }));
        }
    }
    findings.sort_by(|a, b| (a.span, a.rule).cmp(&(b.span, b.rule)));
    findings
}

fn is_covered(
    snapshot: &Snapshot,
    suppressions: &mut [Suppression<'_>],
    finding: &Finding,
) -> bool {
    let line = snapshot.lines().line_of(finding.span.start);
    let mut covered = false;
    for suppression in suppressions {
        if line < suppression.lines.first || line > suppression.lines.last {
            continue;
        }
        if suppression.selectors.is_empty() {
            suppression.used = vec![true];
            covered = true;
        }
        for (selector, used) in suppression.selectors.iter().zip(&mut suppression.used) {
            if selects(selector, finding.rule) {
                *used = true;
                covered = true;
            }
        }
    }
    covered
}

/// Whether a selector of a comment names the rule.
fn selects(selector: &str, rule: &str) -> bool {
    let (category, name) = rule.split_once('/').unwrap_or(("", rule));
    selector == rule
        || selector == name
        || selector == category
        || (selector.contains('*')
            && globset::Glob::new(selector).is_ok_and(|glob| glob.compile_matcher().is_match(rule)))
}

fn parse<'a>(snapshot: &'a Snapshot, comments: &[Span], comment: Span) -> Option<Suppression<'a>> {
    let text = comment.of(snapshot.text());
    let (before, directive) = text.split_once("omnistack:")?;
    // Prose that mentions the tool is no directive.
    if before.chars().any(char::is_alphanumeric) {
        return None;
    }
    let rest = directive.trim_start().strip_prefix("ignore")?;
    let (scope, rest) = match rest.strip_prefix('-') {
        Some(rest) => {
            let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            rest.split_at(end)
        }
        None => ("line", rest),
    };
    let selectors: Vec<&str> = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((list, _)) => list.split(',').map(str::trim).filter(|it| !it.is_empty()).collect(),
        None if rest.starts_with(|c: char| c.is_alphanumeric() || c == '[') => return None,
        None => Vec::new(),
    };
    let lines = match scope {
        "file" => Lines { first: 0, last: u32::MAX },
        "block" => block_lines(snapshot, next_code_line(snapshot, comments, comment)),
        "line" => {
            let line = covered_line(snapshot, comments, comment);
            Lines { first: line, last: line }
        }
        _ => return None,
    };
    let used = vec![false; selectors.len()];
    Some(Suppression { comment, lines, selectors, used })
}

/// The line a plain comment covers: its own if code stands before it, else the next line of code.
fn covered_line(snapshot: &Snapshot, comments: &[Span], comment: Span) -> u32 {
    let line = snapshot.lines().line_of(comment.start);
    let start = snapshot.lines().line_start(line).unwrap_or(0);
    let before = Span::new(start, comment.start).of(snapshot.text());
    if before.trim().is_empty() { next_code_line(snapshot, comments, comment) } else { line }
}

/// The first line after a comment that holds more than white space and comments.
fn next_code_line(snapshot: &Snapshot, comments: &[Span], comment: Span) -> u32 {
    let lines = snapshot.lines();
    let mut line = lines.line_of(comment.end.saturating_sub(1).max(comment.start)) + 1;
    while line < lines.line_count() {
        let text = line_text(snapshot, line);
        let start = lines.line_start(line).unwrap_or(0) + indentation(text);
        let at = comments.partition_point(|it| it.end <= start);
        let comment = comments.get(at).filter(|it| it.start <= start);
        match comment {
            Some(comment) => line = lines.line_of(comment.end) + 1,
            None if text.trim().is_empty() => line += 1,
            None => return line,
        }
    }
    line
}

/// The lines of the statement that starts on `first`, by indentation.
fn block_lines(snapshot: &Snapshot, first: u32) -> Lines {
    let own = indentation(line_text(snapshot, first));
    let mut last = first;
    // A decorator belongs to the definition below it.
    let mut in_head = is_decorator(line_text(snapshot, first));
    for line in first + 1..snapshot.lines().line_count() {
        let text = line_text(snapshot, line);
        if text.trim().is_empty() {
            continue;
        }
        let goes_on = indentation(text) > own || (indentation(text) == own && continues(text));
        if !goes_on && !in_head {
            break;
        }
        in_head = in_head && is_decorator(text);
        last = line;
    }
    Lines { first, last }
}

fn is_decorator(line: &str) -> bool {
    line.trim_start().starts_with(['@', '#'])
}

/// Whether a line at the indentation of a statement's first goes on with that statement.
fn continues(line: &str) -> bool {
    const WORDS: [&str; 7] = ["else", "elif", "except", "finally", "catch", "case", "default"];
    let line = line.trim_start();
    let word = line.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    line.starts_with(['}', ')', ']', '{']) || WORDS.contains(&word)
}

fn line_text(snapshot: &Snapshot, line: u32) -> &str {
    let lines = snapshot.lines();
    let start = lines.line_start(line).unwrap_or(snapshot.text().len() as u32);
    Span::new(start, lines.line_end(snapshot.text(), line)).of(snapshot.text())
}

fn indentation(line: &str) -> u32 {
    (line.len() - line.trim_start().len()) as u32
}

fn report_unused(
    snapshot: &Snapshot,
    suppression: &Suppression<'_>,
    rule: &'static Rule,
    configuration: &Configuration,
) -> Option<Finding> {
    let Suppression { selectors, used, .. } = suppression;
    let named = |selector: &str| rules::all().iter().any(|rule| selects(selector, rule.id));
    let ran = |selector: &str| {
        let mut rules = rules::all().iter().filter(|rule| selects(selector, rule.id));
        rules.all(|rule| configuration.is_enabled(rule))
    };
    let idle: Vec<&str> = selectors
        .iter()
        .zip(used)
        .filter(|(selector, used)| !**used && ran(selector))
        .map(|(selector, _)| *selector)
        .collect();
    let message = match idle.iter().find(|selector| !named(selector) && !is_category(selector)) {
        Some(unknown) => {
            let known = nearest(unknown, rules::all().iter().map(|rule| rule.id));
            let hint = known.map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
            format!("This comment suppresses `{unknown}`, which is no rule{hint}")
        }
        None if selectors.is_empty() && used.is_empty() => {
            "This comment suppresses nothing: no finding starts where it looks".to_owned()
        }
        None => {
            let first = idle.first()?;
            format!("This comment suppresses `{first}`, which finds nothing here")
        }
    };
    let fixes =
        if idle.len() == selectors.len() { vec![removal(snapshot, suppression)] } else { vec![] };
    Some(Finding {
        rule: rule.id,
        category: rule.category,
        severity: configuration.severity(rule),
        confidence: rule.confidence,
        message,
        span: suppression.comment,
        related: Vec::new(),
        fixes,
        fingerprint: String::new(),
        evidence: vec!["Every enabled rule looked at the lines the comment covers.".to_owned()],
    })
}

fn is_category(selector: &str) -> bool {
    ["bug", "perf", "security", "practice", "predict"].contains(&selector)
        || selector.starts_with("predict/")
}

/// Removes the comment with the white space before it, or its whole line.
fn removal(snapshot: &Snapshot, suppression: &Suppression<'_>) -> Fix {
    let comment = suppression.comment;
    let lines = snapshot.lines();
    let line = lines.line_of(comment.start);
    let start = lines.line_start(line).unwrap_or(0);
    let before = Span::new(start, comment.start).of(snapshot.text());
    let is_last = comment.end == lines.line_end(snapshot.text(), line);
    let span = if before.trim().is_empty() && is_last {
        Span::new(start, lines.line_start(line + 1).unwrap_or(comment.end))
    } else {
        Span::new(start + before.trim_end().len() as u32, comment.end)
    };
    let edits = vec![Edit { span, replacement: String::new() }];
    Fix { title: "Remove the unused suppression comment".to_owned(), safety: Safety::Safe, edits }
}
