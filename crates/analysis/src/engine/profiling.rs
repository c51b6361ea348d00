//! The profiles of a file's functions, for whoever shows them.

use std::cell::OnceCell;

use super::{Analysis, Beside, Cancelled, Document, File, NoCache, UnitCache, Workspace};
use crate::cancellation::{CancellationToken, Patience};
use crate::configuration::Configuration;
use crate::context::{Profile, profile};
use crate::ir::units::units;
use crate::text::Span;

/// The profiles of a document's functions, in the order of the text; none where it was not parsed.
///
/// # Errors
/// [`Cancelled`] when the token is set; the document keeps a tree that is still good.
pub fn profiles(
    document: &mut Document,
    configuration: &Configuration,
    cancel: &CancellationToken,
) -> Result<Vec<Profile>, Cancelled> {
    let is_skipped = document.parse(configuration, cancel)?.is_err();
    if is_skipped {
        return Ok(Vec::new());
    }
    profiles_within(document, configuration, &NoCache, None, cancel)
}

/// The profiles of those functions of a parsed document whose units touch a span, or of all.
///
/// # Errors
/// [`Cancelled`] when the token is set.
pub fn profiles_within(
    document: &Document,
    configuration: &Configuration,
    cache: &dyn UnitCache,
    within: Option<Span>,
    cancel: &CancellationToken,
) -> Result<Vec<Profile>, Cancelled> {
    let Some(tree) = document.tree() else { return Ok(Vec::new()) };
    let patience = Patience::new(cancel, configuration.time_limit);
    let beside = &Beside { workspace: Workspace::Unknown, ..Beside::NOTHING };
    let file =
        File { document, configuration, cache, beside, cancel, patience, layout: OnceCell::new() };
    let language = document.language();
    let mut unused = Analysis::default();
    let mut profiles = Vec::new();
    let found = units(tree.tree(), document.snapshot().text(), language);
    for (at, (unit, node)) in found.into_iter().enumerate() {
        file.check_cancelled()?;
        if within.is_some_and(|span| !unit.span.touches(span)) {
            continue;
        }
        let (unit, _, entry) = file.lower(unit, node, &mut unused);
        let tree = &entry.lowered.tree;
        profiles.extend(profile::of_unit(&unit, at as u32, tree, &entry.facts, language));
    }
    profiles.sort_by_key(|it| (it.span.start, std::cmp::Reverse(it.span.end)));
    Ok(profiles)
}
