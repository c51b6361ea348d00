//! Which findings a run is about: those severe and sure enough, in changed code, and not known
//! already. Fixes are applied to these findings only.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use analysis::engine::Analysis;
use analysis::findings::{Finding, Severity};
use analysis::languages::Language;
use analysis::text::Snapshot;

use super::CommandError;
use super::baseline::Baseline;
use super::changed::ChangedLines;
use super::options::CheckOptions;

/// What the options ask for.
#[derive(Debug)]
pub(super) struct Filter {
    least_severity: Option<Severity>,
    least_confidence: Option<f32>,
    changed: Option<ChangedLines>,
    /// The findings known already.
    pub(super) baseline: Option<Baseline>,
}

/// The filter as it applies to one file.
#[derive(Debug)]
pub(super) struct FileFilter<'a> {
    filter: &'a Filter,
    /// Fingerprints of the findings in changed code. Taken from the text as it was read, since
    /// fixes move lines.
    in_changed_code: Option<HashSet<String>>,
}

impl Filter {
    /// Reads what the options name: the baseline, and what changed.
    pub(super) fn of(options: &CheckOptions) -> Result<Self, CommandError> {
        let changed = match &options.changed_since {
            Some(revision) => Some(ChangedLines::since(revision, &options.roots())?),
            None => None,
        };
        let baseline = match &options.baseline {
            Some(path) if !options.write_baseline => Some(Baseline::read(path)?),
            _ => None,
        };
        Ok(Self {
            least_severity: options.min_severity.map(Severity::from),
            least_confidence: options.min_confidence,
            changed,
            baseline,
        })
    }

    /// Drops the files in which no finding can pass.
    pub(super) fn retain_files(&self, files: &mut Vec<(PathBuf, Language)>) {
        if let Some(changed) = &self.changed {
            files.retain(|(path, _)| changed.has_file(path));
        }
    }

    /// The filter for a file whose text was just read and analysed.
    pub(super) fn for_file(
        &self,
        path: &Path,
        snapshot: &Snapshot,
        analysis: &Analysis,
    ) -> FileFilter<'_> {
        let in_changed_code = self.changed.as_ref().map(|changed| {
            let functions = &analysis.functions;
            let findings = analysis.findings.iter();
            findings
                .filter(|finding| changed.touch(path, snapshot, functions, finding.span))
                .map(|finding| finding.fingerprint.clone())
                .collect()
        });
        FileFilter { filter: self, in_changed_code }
    }
}

impl FileFilter<'_> {
    /// Whether the finding may be reported. What the baseline knows passes here, since each of its
    /// entries covers one finding of the whole run.
    pub(super) fn passes(&self, finding: &Finding) -> bool {
        self.filter.least_severity.is_none_or(|least| finding.severity >= least)
            && self.filter.least_confidence.is_none_or(|least| finding.confidence >= least)
            && self
                .in_changed_code
                .as_ref()
                .is_none_or(|fingerprints| fingerprints.contains(&finding.fingerprint))
    }

    /// Whether the finding may be fixed.
    pub(super) fn may_fix(&self, finding: &Finding) -> bool {
        let baseline = self.filter.baseline.as_ref();
        self.passes(finding) && baseline.is_none_or(|baseline| !baseline.knows(finding))
    }
}
