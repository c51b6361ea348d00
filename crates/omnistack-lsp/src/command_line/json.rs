//! The JSON output, whose schema is `docs/schemas/check.schema.json`.

use std::io::{self, Write};

use analysis::findings::{Category, Safety, Severity};
use analysis::languages::Language;
use serde::Serialize;

use super::report::{Located, Place, Report};

/// The version of the format.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Output<'a> {
    version: u32,
    findings: Vec<Entry<'a>>,
    summary: Summary<'a>,
}

#[derive(Serialize)]
struct Entry<'a> {
    path: String,
    language: Language,
    rule: &'a str,
    category: Category,
    severity: Severity,
    confidence: f64,
    message: &'a str,
    #[serde(flatten)]
    place: Range,
    fixes: Vec<FixEntry<'a>>,
    related: Vec<RelatedEntry<'a>>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct Range {
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct FixEntry<'a> {
    title: &'a str,
    safety: Safety,
    edits: Vec<EditEntry<'a>>,
}

#[derive(Serialize)]
struct EditEntry<'a> {
    #[serde(flatten)]
    place: Range,
    replacement: &'a str,
}

#[derive(Serialize)]
struct RelatedEntry<'a> {
    path: String,
    #[serde(flatten)]
    place: Range,
    message: &'a str,
}

#[derive(Serialize)]
struct Summary<'a> {
    files: usize,
    lines: u64,
    functions: u64,
    skipped: Vec<SkipEntry<'a>>,
}

#[derive(Serialize)]
struct SkipEntry<'a> {
    path: String,
    reason: &'static str,
    detail: &'a str,
}

impl From<Place> for Range {
    fn from(place: Place) -> Self {
        let Place { line, column, end_line, end_column } = place;
        Self { line, column, end_line, end_column }
    }
}

/// Writes the whole report as one JSON document.
pub(super) fn write(output: &mut dyn Write, report: &Report) -> io::Result<()> {
    let skipped = report.skipped.iter().map(|skip| SkipEntry {
        path: skip.path.to_string_lossy().into_owned(),
        reason: skip.reason.as_str(),
        detail: &skip.detail,
    });
    let document = Output {
        version: VERSION,
        findings: report.findings.iter().map(entry).collect(),
        summary: Summary {
            files: report.files,
            lines: report.lines,
            functions: report.functions,
            skipped: skipped.collect(),
        },
    };
    serde_json::to_writer_pretty(&mut *output, &document)?;
    writeln!(output)
}

fn entry(located: &Located) -> Entry<'_> {
    let finding = &located.finding;
    let range = |span| Range::from(Place::of(&located.snapshot, span));
    Entry {
        path: located.display_path(),
        language: located.language,
        rule: finding.rule,
        category: finding.category,
        severity: finding.severity,
        // Two digits are what a confidence is worth.
        confidence: (f64::from(finding.confidence) * 100.0).round() / 100.0,
        message: &finding.message,
        place: range(finding.span),
        fixes: finding
            .fixes
            .iter()
            .map(|fix| FixEntry {
                title: &fix.title,
                safety: fix.safety,
                edits: fix
                    .edits
                    .iter()
                    .map(|edit| EditEntry {
                        place: range(edit.span),
                        replacement: &edit.replacement,
                    })
                    .collect(),
            })
            .collect(),
        related: finding
            .related
            .iter()
            .map(|related| RelatedEntry {
                path: located.display_path(),
                place: range(related.span),
                message: &related.message,
            })
            .collect(),
        fingerprint: &finding.fingerprint,
    }
}
