//! The calls of a whole workspace, counted: how many functions call a function, and how many it
//! calls.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::paths::normal;
use super::summary::Definition;
use super::{Resolver, WorkspaceIndex};
use crate::cancellation::CancellationToken;

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

impl WorkspaceIndex {
    /// How many functions call each function of a file under its own name; none when cancelled.
    pub fn callers_of_file(
        &self,
        path: &str,
        cancel: &CancellationToken,
    ) -> FxHashMap<Definition, u32> {
        let path = normal(path);
        let mut counts = FxHashMap::default();
        let Some(summary) = self.summary(&path) else { return counts };
        let names: FxHashSet<&str> = summary.definitions().map(|(_, it)| &*it.name).collect();
        let resolver = Resolver::new(self);
        for (file, other) in self.files() {
            if cancel.is_cancelled() {
                return FxHashMap::default();
            }
            let mut seen: FxHashSet<(Definition, Definition)> = FxHashSet::default();
            for (unit, call) in other.calls() {
                let said = other.unit(unit).map_or("", |it| it.outline.path(call));
                if !names.contains(said.rsplit('.').next().unwrap_or(said)) {
                    continue;
                }
                let target = resolver.callee(file, unit, call).filter(|it| *it.file == *path);
                let Some(called) = target.and_then(|it| it.definition) else { continue };
                if seen.insert((unit, called)) {
                    *counts.entry(called).or_default() += 1;
                }
            }
        }
        counts
    }
}
