//! What a run found, with positions people and programs read: lines and columns from 1, columns
//! in Unicode scalar values.

use std::path::PathBuf;

use analysis::findings::{Finding, Severity};
use analysis::languages::Language;
use analysis::text::{PositionEncoding, Snapshot, Span};

use crate::workspace::Skip;

/// A span as lines and columns, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// One past the last column.
    pub end_column: u32,
}

impl Place {
    /// The place of a span.
    pub fn of(snapshot: &Snapshot, span: Span) -> Self {
        let start = snapshot.position(span.start, PositionEncoding::Utf32);
        let end = snapshot.position(span.end, PositionEncoding::Utf32);
        Self {
            line: start.line + 1,
            column: start.column + 1,
            end_line: end.line + 1,
            end_column: end.column + 1,
        }
    }
}

/// A finding, with the file it is in.
#[derive(Clone, Debug)]
pub struct Located {
    /// The file, as it was named or found.
    pub path: PathBuf,
    /// Its language.
    pub language: Language,
    /// Its text.
    pub snapshot: Snapshot,
    /// The finding.
    pub finding: Finding,
}

impl Located {
    /// Where the finding is.
    pub fn place(&self) -> Place {
        Place::of(&self.snapshot, self.finding.span)
    }

    /// The path with `/` between its parts, as output formats want it.
    pub fn display_path(&self) -> String {
        let path = self.path.to_string_lossy();
        let path = path.strip_prefix("./").unwrap_or(&path);
        if std::path::MAIN_SEPARATOR == '/' { path.to_owned() } else { path.replace('\\', "/") }
    }
}

/// All that a run found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Findings, in the order of files and spans.
    pub findings: Vec<Located>,
    /// Files analysed.
    pub files: usize,
    /// Physical lines of those files.
    pub lines: u64,
    /// Functions and methods in them.
    pub functions: u64,
    /// Files left out, in the order of their paths.
    pub skipped: Vec<Skip>,
}

impl Report {
    /// Number of findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|it| it.finding.severity == severity).count()
    }
}
