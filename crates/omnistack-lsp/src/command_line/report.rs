//! What a run found, in the form every output format starts from.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use analysis::findings::{self, Edit, Finding, Related, Severity};
use analysis::languages::Language;
use analysis::text::{PositionEncoding, Snapshot, Span};

use super::excerpt::Excerpt;
use crate::workspace::{Skip, display_path};

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
    /// The two columns counted in bytes, where the text is at hand.
    pub byte_columns: Option<(u32, u32)>,
}

impl Place {
    /// The place of a span.
    pub fn of(snapshot: &Snapshot, span: Span) -> Self {
        let start = snapshot.position(span.start, PositionEncoding::Utf32);
        let end = snapshot.position(span.end, PositionEncoding::Utf32);
        let byte = |at| snapshot.position(at, PositionEncoding::Utf8).column + 1;
        Self {
            line: start.line + 1,
            column: start.column + 1,
            end_line: end.line + 1,
            end_column: end.column + 1,
            byte_columns: Some((byte(span.start), byte(span.end))),
        }
    }

    /// Where something starts in another file.
    fn elsewhere(place: &findings::Place) -> Self {
        let (line, column) = (place.line + 1, place.column + 1);
        Self { line, column, end_line: line, end_column: column, byte_columns: None }
    }
}

/// A finding with the file it is in and all its places; the file's text is no longer needed.
#[derive(Clone, Debug)]
pub struct Located {
    /// The file, as it was named or found.
    pub path: Arc<Path>,
    /// Its language.
    pub language: Language,
    /// The finding.
    pub finding: Finding,
    /// Where it is.
    pub place: Place,
    /// The source to show with it.
    pub excerpt: Excerpt,
    related: Vec<Place>,
    /// For each fix, where its edits are.
    edits: Vec<Vec<Place>>,
}

impl Located {
    /// Locates a finding in its file.
    pub fn new(
        path: &Arc<Path>,
        language: Language,
        snapshot: &Snapshot,
        finding: Finding,
    ) -> Self {
        let place = |span| Place::of(snapshot, span);
        Self {
            path: Arc::clone(path),
            language,
            place: place(finding.span),
            excerpt: Excerpt::of(snapshot, finding.span),
            related: finding
                .related
                .iter()
                .map(|it| it.elsewhere.as_ref().map_or_else(|| place(it.span), Place::elsewhere))
                .collect(),
            edits: finding
                .fixes
                .iter()
                .map(|fix| fix.edits.iter().map(|edit| place(edit.span)).collect())
                .collect(),
            finding,
        }
    }

    /// The path with `/` between its parts, as output formats want it.
    pub fn display_path(&self) -> String {
        display_path(&self.path)
    }

    /// The other places that belong to the finding, each with the path of its file.
    pub fn related(&self) -> impl Iterator<Item = (&Related, String, Place)> {
        let related = self.finding.related.iter().zip(self.related.iter().copied());
        related.map(|(related, place)| {
            let elsewhere = related.elsewhere.as_ref();
            let path = elsewhere
                .map_or_else(|| self.display_path(), |place| display_path(Path::new(&place.file)));
            (related, path, place)
        })
    }

    /// The edits of the fix at an index, each with its place.
    pub fn edits(&self, fix: usize) -> impl Iterator<Item = (&Edit, Place)> {
        let edits = self.finding.fixes.get(fix).map_or(&[][..], |fix| &fix.edits);
        let places = self.edits.get(fix).map_or(&[][..], Vec::as_slice);
        edits.iter().zip(places.iter().copied())
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

    /// How often each rule found something, the most frequent first.
    pub fn statistics(&self) -> Vec<(&'static str, usize)> {
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        for located in &self.findings {
            *counts.entry(located.finding.rule).or_default() += 1;
        }
        let mut rows: Vec<_> = counts.into_iter().collect();
        rows.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
        rows
    }
}
