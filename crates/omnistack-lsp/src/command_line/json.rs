//! The JSON output, whose schema is `docs/schemas/check.schema.json`.

use std::io::{self, Write};

use analysis::findings::{Category, Safety, Severity};
use analysis::languages::Language;
use serde::Serialize;

use super::report::{Located, Place, Report};
use crate::workspace::display_path;

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
    /// Only with `--statistics`.
    #[serde(skip_serializing_if = "Option::is_none")]
    statistics: Option<Vec<RuleCount>>,
}

#[derive(Serialize)]
struct RuleCount {
    rule: &'static str,
    findings: usize,
}

#[derive(Serialize)]
struct SkipEntry<'a> {
    path: String,
    reason: &'static str,
    detail: &'a str,
}

impl From<Place> for Range {
    fn from(place: Place) -> Self {
        let Place { line, column, end_line, end_column, .. } = place;
        Self { line, column, end_line, end_column }
    }
}

/// Writes the whole report as one JSON document.
pub(super) fn write(
    output: &mut dyn Write,
    report: &Report,
    with_statistics: bool,
) -> io::Result<()> {
    let statistics = || {
        let counts = report.statistics().into_iter();
        counts.map(|(rule, findings)| RuleCount { rule, findings }).collect()
    };
    let skipped = report.skipped.iter().map(|skip| SkipEntry {
        path: display_path(&skip.path),
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
            statistics: with_statistics.then(statistics),
        },
    };
    serde_json::to_writer_pretty(&mut *output, &document)?;
    writeln!(output)
}

fn entry(located: &Located) -> Entry<'_> {
    let finding = &located.finding;
    let edits = |fix| {
        let edits = located.edits(fix);
        edits.map(|(edit, place)| EditEntry { place: place.into(), replacement: &edit.replacement })
    };
    Entry {
        path: located.display_path(),
        language: located.language,
        rule: finding.rule,
        category: finding.category,
        severity: finding.severity,
        // Two digits are what a confidence is worth.
        confidence: (f64::from(finding.confidence) * 100.0).round() / 100.0,
        message: &finding.message,
        place: located.place.into(),
        fixes: finding
            .fixes
            .iter()
            .enumerate()
            .map(|(index, fix)| FixEntry {
                title: &fix.title,
                safety: fix.safety,
                edits: edits(index).collect(),
            })
            .collect(),
        related: located
            .related()
            .map(|(related, path, place)| RelatedEntry {
                path,
                place: place.into(),
                message: &related.message,
            })
            .collect(),
        fingerprint: &finding.fingerprint,
    }
}
