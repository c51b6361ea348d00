//! Applying fixes to a text, round by round, until nothing is left to fix: for `check --fix`, and for
//! an editor that asks for all of them.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use analysis::engine::Analysis;
use analysis::findings::{Edit, Finding, Fix, Safety};
use analysis::text::{Snapshot, Span};

use crate::workspace::display_path;

/// Fixes can make room for others; more rounds than this means that two fight.
const MOST_ROUNDS: usize = 16;

/// What was done to a file.
#[derive(Debug)]
pub(crate) struct Fixed {
    /// Number of fixes applied.
    pub(crate) count: usize,
    /// The change as a unified diff; only if that was asked for.
    pub(crate) diff: Option<String>,
}

/// The change from one text to another as a unified diff.
pub(crate) fn diff(path: &Path, before: &str, after: &str) -> String {
    let path = display_path(path);
    similar::TextDiff::from_lines(before, after)
        .unified_diff()
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}

/// A text with fixes applied, and what is to be said of it now.
#[derive(Clone, Debug)]
pub(crate) struct Mended {
    pub(crate) snapshot: Snapshot,
    pub(crate) analysis: Analysis,
    /// Number of fixes applied.
    pub(crate) count: usize,
}

/// How fixes are chosen and tried.
pub(crate) struct Fixer<'a> {
    /// Whether fixes that change what the program does are applied, too.
    pub(crate) with_unsafe: bool,
    /// Whether a finding is to be fixed.
    pub(crate) may_fix: &'a dyn Fn(&Finding) -> bool,
    /// Analyses a text.
    pub(crate) analyse: &'a dyn Fn(&str) -> (Snapshot, Analysis),
}

impl Fixer<'_> {
    /// Applies the fixes of an analysis, analyses the result, and so on. Nothing if there was
    /// nothing to apply.
    pub(crate) fn fix(&self, snapshot: &Snapshot, analysis: &Analysis) -> Option<Mended> {
        let mut now = Mended { snapshot: snapshot.clone(), analysis: analysis.clone(), count: 0 };
        let mut refused: HashSet<(String, String)> = HashSet::new();
        let mut texts_seen: HashSet<String> = HashSet::from([snapshot.text().to_owned()]);
        for _ in 0..MOST_ROUNDS {
            let chosen = self.applicable(&now.analysis, &refused);
            if chosen.is_empty() {
                break;
            }
            let all: Vec<&Fix> = chosen.iter().map(|(_, fix)| *fix).collect();
            let next = self.attempt(&now, &all).or_else(|| {
                // Some fix breaks the code, which is worse than its finding: leave it out.
                let (good, bad): (Vec<_>, Vec<_>) = chosen
                    .iter()
                    .copied()
                    .partition(|(_, fix)| self.attempt(&now, &[*fix]).is_some());
                refused.extend(bad.into_iter().map(|(finding, fix)| refusal(finding, fix)));
                let good: Vec<&Fix> = good.into_iter().map(|(_, fix)| fix).collect();
                let first = good.get(..1).unwrap_or(&[]);
                self.attempt(&now, &good).or_else(|| self.attempt(&now, first))
            });
            // Fixes that undo each other would go round for ever.
            match next.filter(|next| texts_seen.insert(next.snapshot.text().to_owned())) {
                Some(next) => now = next,
                None => break,
            }
        }
        (now.count > 0).then_some(now)
    }

    /// The text with the fixes, unless it has more syntax errors than before.
    fn attempt(&self, now: &Mended, fixes: &[&Fix]) -> Option<Mended> {
        if fixes.is_empty() {
            return None;
        }
        let (snapshot, analysis) = (self.analyse)(&apply(now.snapshot.text(), fixes));
        let is_sound =
            analysis.skipped.is_none() && analysis.syntax_errors <= now.analysis.syntax_errors;
        is_sound.then(|| Mended { snapshot, analysis, count: now.count + fixes.len() })
    }

    /// The first fitting fix of each finding, without those that overlap an earlier one.
    fn applicable<'f>(
        &self,
        analysis: &'f Analysis,
        refused: &HashSet<(String, String)>,
    ) -> Vec<(&'f Finding, &'f Fix)> {
        let mut taken = Taken::default();
        let mut chosen = Vec::new();
        for finding in analysis.findings.iter().filter(|finding| (self.may_fix)(finding)) {
            let fits = |fix: &&Fix| {
                (self.with_unsafe || fix.safety == Safety::Safe)
                    && !fix.edits.is_empty()
                    && !refused.contains(&refusal(finding, fix))
            };
            let Some(fix) = finding.fixes.iter().find(fits) else { continue };
            if fix.edits.iter().all(|edit| taken.is_free(edit.span)) {
                fix.edits.iter().for_each(|edit| taken.take(edit.span));
                chosen.push((finding, fix));
            }
        }
        chosen
    }
}

/// What names a fix from round to round.
fn refusal(finding: &Finding, fix: &Fix) -> (String, String) {
    (finding.fingerprint.clone(), fix.title.clone())
}

/// Spans that are to be replaced; none touches another.
#[derive(Debug, Default)]
struct Taken(BTreeMap<u32, u32>);

impl Taken {
    fn is_free(&self, span: Span) -> bool {
        let last_before = self.0.range(..=span.end).next_back();
        last_before.is_none_or(|(_, end)| *end < span.start)
    }

    fn take(&mut self, span: Span) {
        self.0.insert(span.start, span.end);
    }
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

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use analysis::findings::{Category, Severity};

    use super::*;

    /// Finds every `from` and would replace it by `to`; every `(` is a syntax error.
    fn rename(text: &str, pairs: &[(&str, &str)]) -> (Snapshot, Analysis) {
        let mut findings = Vec::new();
        for (from, to) in pairs {
            for (at, _) in text.match_indices(from) {
                let span = Span::new(at as u32, (at + from.len()) as u32);
                let edits = vec![Edit { span, replacement: (*to).to_owned() }];
                findings.push(Finding {
                    rule: "bug/name",
                    category: Category::Bug,
                    severity: Severity::Error,
                    confidence: 1.0,
                    message: String::new(),
                    span,
                    related: Vec::new(),
                    fixes: vec![Fix { title: (*to).to_owned(), safety: Safety::Safe, edits }],
                    fingerprint: format!("{from}{at}"),
                    evidence: Vec::new(),
                    custom: None,
                });
            }
        }
        let syntax_errors = text.matches('(').count() as u32;
        let analysis = Analysis { findings, syntax_errors, ..Analysis::default() };
        (Snapshot::new(text), analysis)
    }

    fn fixed(text: &str, pairs: &[(&str, &str)]) -> Option<(String, usize)> {
        let analyse = |text: &str| rename(text, pairs);
        let fixer = Fixer { with_unsafe: false, may_fix: &|_| true, analyse: &analyse };
        let (snapshot, analysis) = analyse(text);
        let mended = fixer.fix(&snapshot, &analysis)?;
        Some((mended.snapshot.text().to_owned(), mended.count))
    }

    #[test]
    fn a_fix_that_breaks_the_code_is_left_out_and_the_others_are_applied() {
        let pairs = [("a", "x"), ("b", "("), ("c", "y")];
        assert_eq!(fixed("a b c", &pairs), Some(("x b y".to_owned(), 2)));
        assert_eq!(fixed("b", &pairs), None);
    }

    #[test]
    fn fixes_that_make_room_for_others_are_followed_and_fights_end() {
        assert_eq!(fixed("a", &[("a", "b"), ("b", "c")]), Some(("c".to_owned(), 2)));
        let (text, _) = fixed("a", &[("a", "b"), ("b", "a")]).expect("one round");
        assert_eq!(text, "b");
    }

    #[test]
    fn overlapping_fixes_wait_for_the_next_round() {
        assert_eq!(fixed("aab", &[("aa", "c"), ("ab", "d")]), Some(("cb".to_owned(), 1)));
    }
}
