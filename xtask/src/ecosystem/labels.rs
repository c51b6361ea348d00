//! What people who read findings said about them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::run::Rule;
use crate::project::{Failure, Project, read};

/// Whether a finding is worth its reader's time.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// The code has the defect, or the cost, that the finding names.
    True,
    /// It has not, or its author surely meant it so.
    False,
}

/// One reader's word on one finding.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Label {
    /// Path below the language's folder.
    pub(super) path: String,
    /// Id of the rule.
    pub(super) rule: String,
    /// The finding's fingerprint.
    pub(super) fingerprint: String,
    /// What the reader found.
    pub(super) verdict: Verdict,
    /// Why, in a line.
    pub(super) reason: String,
}

/// Labels that a rule needs before its precision counts.
const ENOUGH: usize = 10;
/// The precision below which a rule is not on by default, in percent.
const LEAST_PRECISION: usize = 80;

/// All labels.
pub(super) fn read_all(project: &Project) -> Result<Vec<Label>, Failure> {
    let path = project.path("xtask/ecosystem/labels.jsonl");
    let text = read(&path)?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            let label: Result<Label, _> = serde_json::from_str(line);
            let place = format!("{}:{}", project.show(&path), at + 1);
            let label = label.map_err(|error| Failure::Told(format!("{place}: {error}")))?;
            let is_told = !label.reason.trim().is_empty() && !label.path.is_empty();
            is_told
                .then_some(label)
                .ok_or_else(|| Failure::Told(format!("{place}: a label needs a path and a reason")))
        })
        .collect()
}

/// For each rule, how many of its labels say true, of how many.
pub(super) fn precision(labels: &[Label]) -> BTreeMap<&str, (usize, usize)> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for label in labels {
        let count = counts.entry(&label.rule).or_default();
        count.0 += usize::from(label.verdict == Verdict::True);
        count.1 += 1;
    }
    counts
}

/// Fails when a rule that is on by default was found wrong too often.
pub(super) fn judge(rules: &[Rule], labels: &[Label]) -> Result<(), Failure> {
    let counts = precision(labels);
    let wanting: Vec<String> = rules
        .iter()
        .filter(|rule| rule.profile == "recommended")
        .filter_map(|rule| {
            let (right, all) = counts.get(&*rule.id)?;
            let is_wanting = *all >= ENOUGH && right * 100 < all * LEAST_PRECISION;
            is_wanting.then(|| format!("{} ({right} of {all} true)", rule.id))
        })
        .collect();
    if wanting.is_empty() {
        return Ok(());
    }
    Err(Failure::Told(format!(
        "rules on by default must be right {LEAST_PRECISION} times in 100; make these more \
         precise, or move them out of `recommended`: {}",
        wanting.join(", ")
    )))
}
