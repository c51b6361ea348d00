//! Applying fixes to a text, round by round, until nothing is left to fix.

use analysis::engine::Analysis;
use analysis::findings::{Edit, Fix, Safety};
use analysis::text::Snapshot;

use crate::workspace::SourceFile;

/// Fixes can make room for others; more rounds than this means that two fight.
const MOST_ROUNDS: usize = 16;

/// A file whose text was mended.
#[derive(Debug)]
pub(super) struct Fixed {
    source: SourceFile,
    before: Snapshot,
    /// The text afterwards.
    pub(super) after: Snapshot,
    /// Number of fixes applied.
    pub(super) count: usize,
}

impl Fixed {
    /// A mended file.
    pub(super) fn new(source: SourceFile, before: Snapshot, after: Snapshot, count: usize) -> Self {
        Self { source, before, after, count }
    }

    /// The change as a unified diff.
    pub(super) fn diff(&self) -> String {
        let path = self.source.path.to_string_lossy();
        let path = path.strip_prefix("./").unwrap_or(&path);
        similar::TextDiff::from_lines(self.before.text(), self.after.text())
            .unified_diff()
            .header(&format!("a/{path}"), &format!("b/{path}"))
            .to_string()
    }
}

/// Applies the fixes of an analysis, analyses the result, and so on. Gives the last text, its
/// analysis and the number of fixes; nothing if there was nothing to apply.
pub(super) fn fix(
    snapshot: &Snapshot,
    analysis: &Analysis,
    with_unsafe: bool,
    analyse: &dyn Fn(&str) -> (Snapshot, Analysis),
) -> Option<(Snapshot, Analysis, usize)> {
    let mut last: Option<(Snapshot, Analysis, usize)> = None;
    for _ in 0..MOST_ROUNDS {
        let (text, findings, count) = match &last {
            Some((snapshot, analysis, count)) => (snapshot.text(), analysis, *count),
            None => (snapshot.text(), analysis, 0),
        };
        let fixes = applicable(findings, with_unsafe);
        if fixes.is_empty() {
            break;
        }
        let (next, next_analysis) = analyse(&apply(text, &fixes));
        // A fix that breaks the code is worse than the finding.
        if next_analysis.syntax_errors > findings.syntax_errors || next_analysis.skipped.is_some() {
            break;
        }
        last = Some((next, next_analysis, count + fixes.len()));
    }
    last
}

/// The first fitting fix of each finding, without those that overlap an earlier one.
fn applicable(analysis: &Analysis, with_unsafe: bool) -> Vec<&Fix> {
    let mut taken: Vec<&Edit> = Vec::new();
    let mut fixes = Vec::new();
    for finding in &analysis.findings {
        let fits = |fix: &&Fix| with_unsafe || fix.safety == Safety::Safe;
        let Some(fix) = finding.fixes.iter().find(fits) else { continue };
        let overlaps = |edit: &Edit| taken.iter().any(|taken| taken.span.touches(edit.span));
        if !fix.edits.iter().any(overlaps) {
            taken.extend(&fix.edits);
            fixes.push(fix);
        }
    }
    fixes
}

fn apply(text: &str, fixes: &[&Fix]) -> String {
    let mut edits: Vec<&Edit> = fixes.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| edit.span);
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for edit in edits {
        result.push_str(text.get(from..edit.span.start as usize).unwrap_or(""));
        result.push_str(&edit.replacement);
        from = edit.span.end as usize;
    }
    result.push_str(text.get(from..).unwrap_or(""));
    result
}
