//! The names under which a function may be called: its own, its class's, and whatever an import, an
//! export or an alias somewhere makes of these.
//!
//! To find out what a call calls costs far more than to look at its last name. Whoever asks for a
//! function's callers looks at the few calls that may mean it at all.

use rustc_hash::FxHashSet;

use super::WorkspaceIndex;
use super::outline::{Call, Exported, Import, Meaning, Outline, Root};

/// Names of one function.
#[derive(Debug)]
pub(super) struct Spellings<'a> {
    names: FxHashSet<&'a str>,
}

impl<'a> Spellings<'a> {
    /// Those of the function of a dotted name.
    pub(super) fn of(index: &'a WorkspaceIndex, function: &'a str) -> Self {
        // A constructor is called by the name of its class.
        let parts = function.rsplit('.').take(2);
        let bare = |it: &'a str| it.split(['<', '[']).next().unwrap_or(it);
        let mut names: FxHashSet<&'a str> = parts.map(bare).collect();
        loop {
            let before = names.len();
            for (_, summary) in index.files() {
                for unit in summary.units() {
                    add_others(&unit.outline, &mut names);
                }
            }
            if names.len() == before {
                return Self { names };
            }
        }
    }

    /// Whether a call may mean the function, at a glance.
    pub(super) fn may_mean(&self, outline: &Outline, call: &Call) -> bool {
        let said = last(outline.path(call));
        match call.root {
            Root::Import(at) if said.is_empty() => {
                let import = outline.imports.get(usize::from(at));
                import.is_none_or(|import| {
                    let local = import.local.as_deref();
                    self.names.contains(original(import))
                        || local.is_none_or(|local| self.names.contains(local))
                })
            }
            // What is called is the class around, or one that it inherits from.
            _ => matches!(said, "" | "this" | "super" | "Self") || self.names.contains(said),
        }
    }
}

/// Adds the names that one unit gives to what has one of the names.
fn add_others<'a>(outline: &'a Outline, names: &mut FxHashSet<&'a str>) {
    for import in &outline.imports {
        if names.contains(original(import)) {
            names.extend(import.local.as_deref());
        }
    }
    for export in &outline.exports {
        let is_named = match &export.what {
            Exported::Local(name) | Exported::Member(name) => names.contains(&**name),
            Exported::Import(at) => {
                let import = outline.imports.get(usize::from(*at));
                import.is_some_and(|import| names.contains(original(import)))
            }
        };
        if is_named && !export.name.is_empty() {
            names.insert(&export.name);
        }
    }
    for bound in &outline.bound {
        if let Meaning::Alias(written) = &bound.meaning
            && names.contains(last(&written.path))
        {
            names.insert(&bound.name);
        }
    }
}

/// The name of what is imported, where it comes from; `=` for what stands for a module.
fn original(import: &Import) -> &str {
    match last(&import.path) {
        "" => "=",
        name => name,
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
