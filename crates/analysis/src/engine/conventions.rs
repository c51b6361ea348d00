//! Conventions: where one file does the same thing again and again, its author means it. Advice that
//! wants to see the same change in three places and more is left out.

use rustc_hash::FxHashMap;

use crate::findings::Finding;

/// So many places of a file are no slip any more.
const CONVENTION: usize = 3;

/// Leaves out the advice that repeats itself. What is advised is told by the words of the message,
/// without how sure the adviser is.
pub(super) fn leave_out(findings: &mut Vec<Finding>) {
    let mut places: FxHashMap<(&'static str, String), usize> = FxHashMap::default();
    for finding in findings.iter().filter(|it| it.is_prediction()) {
        *places.entry((finding.rule, words(finding).to_owned())).or_default() += 1;
    }
    places.retain(|_, count| *count >= CONVENTION);
    if !places.is_empty() {
        findings.retain(|it| {
            !it.is_prediction() || !places.contains_key(&(it.rule, words(it).to_owned()))
        });
    }
}

fn words(finding: &Finding) -> &str {
    finding.message.rsplit_once(" (").map_or(finding.message.as_str(), |(words, _)| words)
}
