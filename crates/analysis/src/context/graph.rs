//! The calls of a whole workspace, counted: how many functions call a function, and how many it
//! calls.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::summary::Definition;
use super::{Resolver, WorkspaceIndex};

/// How many functions call each function, and how many each calls.
#[derive(Debug, Default)]
pub struct CallCounts {
    counts: FxHashMap<Arc<str>, FxHashMap<Definition, Count>>,
}

/// The neighbours of a function among the calls of its workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Functions (and modules) that call it.
    pub callers: u32,
    /// Functions of the workspace that it calls.
    pub callees: u32,
}

impl CallCounts {
    /// Resolves all calls, and counts.
    pub fn of(index: &WorkspaceIndex) -> Self {
        let resolver = Resolver::new(index);
        let mut counts = Self::default();
        for (file, summary) in index.files() {
            let mut seen: FxHashSet<(Definition, Arc<str>, Definition)> = FxHashSet::default();
            for (unit, call) in summary.calls() {
                let Some(target) = resolver.callee(file, unit, call) else { continue };
                let Some(definition) = target.definition else { continue };
                if seen.insert((unit, Arc::clone(&target.file), definition)) {
                    counts.at(file, unit).callees += 1;
                    counts.at(&target.file, definition).callers += 1;
                }
            }
        }
        counts
    }

    /// The neighbours of the unit at a position of a file, as the index keeps its path.
    pub fn get(&self, file: &str, unit: Definition) -> Count {
        self.counts.get(file).and_then(|units| units.get(&unit)).copied().unwrap_or_default()
    }

    fn at(&mut self, file: &Arc<str>, unit: Definition) -> &mut Count {
        self.counts.entry(Arc::clone(file)).or_default().entry(unit).or_default()
    }
}
