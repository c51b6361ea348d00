//! The Static Analysis Results Interchange Format, version 2.1.0 (OASIS standard, 2020).

use std::fmt::Write as _;
use std::io::{self, Write};

use analysis::custom::CustomRule;
use analysis::findings::{Category, Severity};
use analysis::rules::{self, Rule};
use serde_json::{Value, json};

use super::report::{Located, Place, Report};
use crate::server::explain::{REPOSITORY, rule_page};
use crate::workspace::display_path;

/// Writes the report as one SARIF log with one run.
pub(super) fn write(output: &mut dyn Write, report: &Report) -> io::Result<()> {
    let used: Vec<&Rule> = rules::all()
        .iter()
        .copied()
        .filter(|rule| report.findings.iter().any(|it| it.finding.rule == rule.id))
        .collect();
    let mut descriptors: Vec<Value> = used.iter().map(|rule| descriptor(rule)).collect();
    let mut ids: Vec<&str> = used.iter().map(|rule| rule.id).collect();
    for rule in report.findings.iter().filter_map(|it| it.finding.custom.as_deref()) {
        if !ids.contains(&rule.id) {
            ids.push(rule.id);
            descriptors.push(custom_descriptor(rule));
        }
    }
    let results: Vec<Value> = report.findings.iter().map(|it| result(it, &ids)).collect();
    let notifications: Vec<Value> = report
        .skipped
        .iter()
        .map(|skip| {
            let text = format!("skipped ({}): {}", skip.reason.as_str(), skip.detail);
            let uri = uri(&display_path(&skip.path));
            json!({
                "level": "note",
                "message": { "text": text },
                "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri } } }],
            })
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "OmniStack",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": REPOSITORY,
                "rules": descriptors,
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *output, &log)?;
    writeln!(output)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

fn descriptor(rule: &Rule) -> Value {
    let tag = match rule.category {
        Category::Bug | Category::Predict => "correctness",
        Category::Perf => "performance",
        Category::Security => "security",
        Category::Practice | Category::Custom => "maintainability",
    };
    // The scale by which code scanning sorts what it takes for a vulnerability.
    let grade = match rule.severity {
        Severity::Error => "8.0",
        Severity::Warning => "6.0",
        Severity::Information | Severity::Hint => "3.0",
    };
    let mut properties = json!({
        "tags": [tag],
        "precision": precision(rule.confidence),
        "problem.severity": problem(rule.severity),
    });
    if let (Category::Security, Some(properties)) = (rule.category, properties.as_object_mut()) {
        properties.insert("security-severity".to_owned(), grade.into());
    }
    json!({
        "id": rule.id,
        "name": rule.name(),
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.documentation.what },
        "help": { "text": rules::page::plain_text(rule), "markdown": rules::page::markdown(rule) },
        "helpUri": rule_page(rule.id),
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": properties,
    })
}

/// How sure a rule is, in the words of code scanning.
fn precision(confidence: f32) -> &'static str {
    match confidence {
        0.95.. => "very-high",
        0.85.. => "high",
        0.7.. => "medium",
        _ => "low",
    }
}

/// How severe a problem is, in the words of code scanning.
fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "recommendation",
    }
}

/// A rule that a user wrote.
fn custom_descriptor(rule: &CustomRule) -> Value {
    let mut descriptor = json!({
        "id": rule.id,
        "name": rule.name(),
        "shortDescription": { "text": rule.headline() },
        "fullDescription": { "text": rule.note.as_deref().unwrap_or(rule.headline()) },
        "help": { "text": help(rule), "markdown": help(rule) },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "tags": ["custom"] },
    });
    if let (Some(url), Some(object)) = (&rule.url, descriptor.as_object_mut()) {
        object.insert("helpUri".to_owned(), json!(url));
    }
    descriptor
}

fn help(rule: &CustomRule) -> String {
    let mut text = rule.headline().to_owned();
    for more in [&rule.note, &rule.url].into_iter().flatten() {
        let _ = write!(text, "\n\n{more}");
    }
    text
}

fn result(located: &Located, used: &[&str]) -> Value {
    let finding = &located.finding;
    // Two digits are what a confidence is worth.
    let percent = (f64::from(finding.confidence) * 100.0).round();
    let index = used.iter().position(|id| *id == finding.rule);
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": finding.message },
        "locations": [location(&located.display_path(), located.place, None)],
        "partialFingerprints": { "omnistack/v1": finding.fingerprint },
        "rank": percent,
        "properties": { "confidence": percent / 100.0 },
    });
    if let Some(object) = result.as_object_mut() {
        if let Some(index) = index {
            object.insert("ruleIndex".to_owned(), json!(index));
        }
        if !finding.related.is_empty() {
            let related = located
                .related()
                .map(|(related, path, place)| location(&path, place, Some(&related.message)));
            object.insert("relatedLocations".to_owned(), related.collect());
        }
        if !finding.fixes.is_empty() {
            object.insert(
                "fixes".to_owned(),
                (0..finding.fixes.len()).map(|index| fix(located, index)).collect(),
            );
        }
    }
    result
}

fn region(place: Place) -> Value {
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    })
}

fn location(path: &str, place: Place, message: Option<&str>) -> Value {
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(path) },
        "region": region(place),
    } });
    if let (Some(message), Some(object)) = (message, location.as_object_mut()) {
        object.insert("message".to_owned(), json!({ "text": message }));
    }
    location
}

fn fix(located: &Located, index: usize) -> Value {
    let fix = located.finding.fixes.get(index);
    let title = fix.map_or("", |fix| fix.title.as_str());
    let replacements: Vec<Value> = located
        .edits(index)
        .map(|(edit, place)| {
            json!({
                "deletedRegion": region(place),
                "insertedContent": { "text": edit.replacement },
            })
        })
        .collect();
    json!({
        "description": { "text": title },
        "artifactChanges": [{
            "artifactLocation": { "uri": uri(&located.display_path()) },
            "replacements": replacements,
        }],
        "properties": { "safety": fix.map(|fix| fix.safety) },
    })
}

/// A path as a relative or `file:` URI, with what URIs reserve escaped.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte as char);
            }
            // Writing to a string cannot fail.
            other => drop(write!(uri, "%{other:02X}")),
        }
    }
    uri
}
