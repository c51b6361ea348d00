//! Fingerprints: what tells a finding from others across moves and unrelated edits.

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::Xxh3;

use super::Analysis;
use crate::text::{Snapshot, Span};

/// Replaces each finding's fingerprint, so far the name of its unit, by the hash.
pub(super) fn fingerprints(snapshot: &Snapshot, analysis: &mut Analysis) {
    let mut seen: FxHashMap<u128, u32> = FxHashMap::default();
    for finding in &mut analysis.findings {
        let lines = snapshot.lines();
        let line = lines.line_of(finding.span.start);
        let start = lines.line_start(line).unwrap_or(0);
        let text = Span::new(start, lines.line_end(snapshot.text(), line)).of(snapshot.text());
        let mut hasher = Xxh3::new();
        for part in [finding.rule, &finding.fingerprint, text.trim()] {
            hasher.update(part.as_bytes());
            hasher.update(&[0xff]);
        }
        let ordinal = seen.entry(hasher.digest128()).or_default();
        hasher.update(&ordinal.to_le_bytes());
        *ordinal += 1;
        finding.fingerprint = format!("{:016x}", hasher.digest());
    }
}
