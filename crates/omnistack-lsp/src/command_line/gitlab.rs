//! GitLab's code quality report: a JSON array of what its merge requests show, a subset of the Code
//! Climate format.
//!
//! GitLab tells old findings from new ones by fingerprint alone, so each may stand in a report only
//! once. Ours survives moves and is therefore shared by copies of the same code: the second copy of
//! it gets a number.

use std::collections::HashMap;
use std::io::{self, Write};

use analysis::findings::{Category, Severity};
use serde::Serialize;

use super::report::{Located, Report};

#[derive(Serialize)]
struct Entry<'a> {
    description: &'a str,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Writes the findings as one array.
pub(super) fn write(output: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut entries = Vec::with_capacity(report.findings.len());
    for located in &report.findings {
        let known = seen.entry(&located.finding.fingerprint).or_default();
        *known += 1;
        let fingerprint = match *known {
            1 => located.finding.fingerprint.clone(),
            number => format!("{}-{number}", located.finding.fingerprint),
        };
        entries.push(entry(located, fingerprint));
    }
    serde_json::to_writer_pretty(&mut *output, &entries)?;
    writeln!(output)
}

fn entry(located: &Located, fingerprint: String) -> Entry<'_> {
    let finding = &located.finding;
    let lines = Lines { begin: located.place.line, end: located.place.end_line };
    Entry {
        description: &finding.message,
        check_name: finding.rule,
        fingerprint,
        severity: severity(finding.category, finding.severity),
        location: Location { path: located.display_path(), lines },
    }
}

/// GitLab's five grades; `blocker` is for what nobody may merge, which is not ours to say.
fn severity(category: Category, severity: Severity) -> &'static str {
    match severity {
        Severity::Error if category == Category::Security => "critical",
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Information | Severity::Hint => "info",
    }
}
