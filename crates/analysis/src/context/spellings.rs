//! The names under which a function may be called: its own, its class's, and whatever an import, an
//! export or an alias somewhere makes of these.
//!
//! To find out what a call calls costs far more than to look at its last name. Whoever asks for a
//! function's callers looks at the few calls that may mean it at all.

use rustc_hash::FxHashSet;

use super::WorkspaceIndex;
use super::mentions::{Wanted, is_class_around, last, original};
use super::outline::{Call, Outline, Root};

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
                for (from, to) in summary.mentions().renamed() {
                    if names.contains(&**from) {
                        names.insert(to);
                    }
                }
            }
            if names.len() == before {
                return Self { names };
            }
        }
    }

    /// What a file mentions that may call the function; `is_class` for a class or its constructor.
    pub(super) fn wanted(&self, is_class: bool) -> Wanted {
        Wanted::new(self.names.iter().copied(), is_class)
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
            _ => is_class_around(said) || self.names.contains(said),
        }
    }
}
