//! The profiles of a file's functions, for whoever shows them.

use std::cell::OnceCell;

use super::{Analysis, Beside, Cancelled, Document, File, NoCache, UnitCache, Workspace};
use crate::cancellation::{CancellationToken, Patience};
use crate::configuration::Configuration;
use crate::context::outline::Call;
use crate::context::{Profile, profile};
use crate::ir::Role;
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
        // The module covers everything, and is no function.
        if within.is_some_and(|span| unit.is_module || !unit.span.touches(span)) {
            continue;
        }
        let (unit, _, entry) = file.lower(unit, node, &mut unused);
        let tree = &entry.lowered.tree;
        profiles.extend(profile::of_unit(&unit, at as u32, tree, &entry.facts, language));
    }
    profiles.sort_by_key(|it| (it.span.start, std::cmp::Reverse(it.span.end)));
    Ok(profiles)
}

/// A call whose callee is named at a place.
#[derive(Clone, Copy, Debug)]
pub struct CallAt {
    /// The position of the unit that it stands in.
    pub unit: u32,
    /// The call, as the unit's outline has it.
    pub call: Call,
    /// Where it names what it calls, in the file.
    pub name_span: Span,
}

/// The call of a parsed document that names what it calls at an offset; nothing where nobody can
/// know what that is.
pub fn call_at(document: &Document, cache: &dyn UnitCache, offset: u32) -> Option<CallAt> {
    let tree = document.tree()?;
    let configuration = &Configuration::default();
    let cancel = &CancellationToken::new();
    let patience = Patience::new(cancel, configuration.time_limit);
    let beside = &Beside::NOTHING;
    let file =
        File { document, configuration, cache, beside, cancel, patience, layout: OnceCell::new() };
    let here = Span::new(offset, offset);
    let found = units(tree.tree(), document.snapshot().text(), document.language());
    // The module covers everything; what is in a function is not its own.
    let mut numbered =
        found.into_iter().enumerate().filter(|(_, (unit, _))| unit.span.touches(here));
    let (at, (unit, node)) = numbered.next_back()?;
    let (unit, _, entry) = file.lower(unit, node, &mut Analysis::default());
    let tree = &entry.lowered.tree;
    let name_of = |call: &Call| {
        let callee = tree.child(call.node, Role::Callee)?;
        let name = tree.child(callee, Role::Attribute).unwrap_or(callee);
        let span = unit.to_file(tree.span(name));
        span.touches(here).then_some(span)
    };
    let mut calls = entry.outline.calls.iter();
    let (call, name_span) = calls.find_map(|call| Some((*call, name_of(call)?)))?;
    Some(CallAt { unit: at as u32, call, name_span })
}
