//! Suppression comments: `omnistack: ignore[rule] reason`.
//!
//! - `omnistack: ignore[rule, …] reason` beside code covers findings that start on its line; on a
//!   line of its own it covers the next line of code.
//! - `omnistack: ignore-block[rule, …] reason` covers the next statement with all its lines: those
//!   indented deeper than its first, and those that go on with it (`else`, a closing bracket).
//! - `omnistack: ignore-file[rule, …] reason` covers the file.
//!
//! Without brackets every rule is covered. A name may be a rule's id, its bare name, a category or
//! a glob. A comment that covers nothing is reported as `practice/unused-suppression`, unless a
//! rule it names did not run; so is one that is not written as it should be, and covers nothing.

mod directive;
mod places;

use std::sync::Arc;

use crate::configuration::{Configuration, nearest};
use crate::custom::CustomRule;
use crate::findings::{Category, Edit, Finding, Fix, Safety};
use crate::rules::{self, Rule};
use crate::text::{Snapshot, Span};

use directive::{Directive, Malformed, Scope};
use places::{Lines, Places};

/// The rule under which unused comments are reported.
const UNUSED: &str = "practice/unused-suppression";

#[derive(Debug)]
struct Suppression<'a> {
    comment: Span,
    lines: Lines,
    /// What it names; nothing for every rule.
    selectors: Vec<&'a str>,
    used: Vec<bool>,
}

/// Whether a comment is written for us, well or not.
pub(crate) fn is_directive(comment: &str) -> bool {
    directive::parse(comment).is_some()
}

/// Drops the findings that comments cover, and reports the comments that cover none. `findings`
/// come back in the order of their spans. Unless they are whole, predictions are still to come, and
/// a comment that could cover one is not called unused.
pub fn apply(
    snapshot: &Snapshot,
    comments: &[Span],
    mut findings: Vec<Finding>,
    configuration: &Configuration,
    is_whole: bool,
) -> Vec<Finding> {
    let Parsed { mut suppressions, malformed } = parse(snapshot, comments);
    if !suppressions.is_empty() {
        findings.retain(|finding| !is_covered(snapshot, &mut suppressions, finding));
    }
    if let Some(rule) = rules::find(UNUSED).filter(|rule| configuration.is_enabled(rule)) {
        let unused = suppressions.iter();
        let report = |it| report_unused(snapshot, it, rule, configuration, is_whole);
        findings.extend(unused.filter_map(report));
        let malformed = malformed.iter();
        findings.extend(malformed.map(|it| report_malformed(it, rule, configuration)));
    }
    findings.sort_by(|a, b| (a.span, a.rule).cmp(&(b.span, b.rule)));
    findings
}

/// Whether comments can silence the rule's findings: not those about the comments themselves.
pub fn is_suppressible(rule: &str) -> bool {
    rule != UNUSED
}

/// The lines that an `ignore-block` comment above the line `first` covers.
pub fn statement_lines(snapshot: &Snapshot, first: u32) -> std::ops::RangeInclusive<u32> {
    let lines = Places::of(snapshot, &[]).block(first);
    lines.first..=lines.last
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

/// The directives among a file's comments.
#[derive(Debug, Default)]
struct Parsed<'a> {
    suppressions: Vec<Suppression<'a>>,
    malformed: Vec<(Span, Malformed)>,
}

fn parse<'a>(snapshot: &'a Snapshot, comments: &[Span]) -> Parsed<'a> {
    let mut parsed = Parsed::default();
    if !comments.iter().any(|it| directive::is_mentioned(it.of(snapshot.text()))) {
        return parsed;
    }
    let places = Places::of(snapshot, comments);
    for (comment, place) in comments.iter().zip(places.iter()) {
        match directive::parse(comment.of(snapshot.text())) {
            None => {}
            Some(Err(malformed)) => parsed.malformed.push((*comment, malformed)),
            Some(Ok(Directive { scope, selectors })) => {
                let lines = match scope {
                    Scope::File => Lines { first: 0, last: u32::MAX },
                    Scope::Block => places.block(place.next_code),
                    Scope::Line => Lines { first: place.covered, last: place.covered },
                };
                let used = vec![false; selectors.len()];
                let comment = *comment;
                parsed.suppressions.push(Suppression { comment, lines, selectors, used });
            }
        }
    }
    parsed
}

fn report_unused(
    snapshot: &Snapshot,
    suppression: &Suppression<'_>,
    rule: &'static Rule,
    configuration: &Configuration,
    is_whole: bool,
) -> Option<Finding> {
    let Suppression { selectors, used, .. } = suppression;
    if selectors.is_empty() && !is_whole {
        return None;
    }
    let custom = configuration.custom_rules();
    let named = |selector: &str| {
        rules::all().iter().any(|rule| selects(selector, rule.id))
            || custom.iter().any(|rule| selects(selector, rule.id))
    };
    let ran = |selector: &str| {
        let mut rules = rules::all().iter().filter(|rule| selects(selector, rule.id));
        let is_custom_idle = |(index, rule): (usize, &Arc<CustomRule>)| {
            selects(selector, rule.id) && !configuration.is_custom_enabled_at(index)
        };
        let is_idle = custom.iter().enumerate().any(is_custom_idle);
        // Where users' rules could not be read, nobody knows what there is.
        let is_unknown = custom.is_empty() && selects(selector, crate::custom::PREFIX);
        !is_idle
            && !is_unknown
            && rules.all(|rule| {
                configuration.is_enabled(rule) && (is_whole || rule.category != Category::Predict)
            })
    };
    let idle: Vec<&str> = selectors
        .iter()
        .zip(used)
        .filter(|(selector, used)| !**used && ran(selector))
        .map(|(selector, _)| *selector)
        .collect();
    let message = match idle.iter().find(|selector| !named(selector) && !is_category(selector)) {
        Some(unknown) => {
            let ids = rules::all().iter().map(|rule| rule.id);
            let known = nearest(unknown, ids.chain(custom.iter().map(|rule| rule.id)));
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
    let evidence = "Every enabled rule looked at the lines the comment covers.";
    Some(Finding {
        message,
        fixes,
        evidence: vec![evidence.to_owned()],
        ..finding_at(suppression.comment, rule, configuration)
    })
}

fn report_malformed(
    (comment, malformed): &(Span, Malformed),
    rule: &'static Rule,
    configuration: &Configuration,
) -> Finding {
    let evidence = "A comment that is not written as it should be covers no line.";
    Finding {
        message: format!("This comment suppresses nothing: {malformed}"),
        evidence: vec![evidence.to_owned()],
        ..finding_at(*comment, rule, configuration)
    }
}

/// A finding at a comment that has nothing to say yet.
fn finding_at(comment: Span, rule: &'static Rule, configuration: &Configuration) -> Finding {
    Finding {
        rule: rule.id,
        category: rule.category,
        severity: configuration.severity(rule),
        confidence: rule.confidence,
        message: String::new(),
        span: comment,
        related: Vec::new(),
        fixes: Vec::new(),
        fingerprint: String::new(),
        evidence: Vec::new(),
        custom: None,
    }
}

fn is_category(selector: &str) -> bool {
    ["bug", "perf", "security", "practice", "predict", "custom"].contains(&selector)
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
