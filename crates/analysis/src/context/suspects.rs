//! Suspects: by the mere name of what it calls, whether a call can be wrong at all.
//!
//! To find out what a call calls costs more than all else that is done with a summary. Of nearly
//! all calls, though, their name tells that no function of the workspace would object.

use rustc_hash::{FxHashMap, FxHashSet};

use super::WorkspaceIndex;
use super::outline::{Exported, Meaning, Outline};
use crate::facts::Signature;
use crate::facts::arguments::{Given, numbers_of};

/// How many functions of one name are told apart by their parameters.
const MOST_ROWS: usize = 32;

/// What the functions of one name take between them.
#[derive(Clone, Debug)]
struct Taken {
    /// The numbers of their parameters' names, each row once, but for those of one parameter.
    parameters: FxHashSet<Box<[u32]>>,
    fewest_parameters: usize,
    most_required: usize,
    is_async: bool,
}

impl Taken {
    fn crosses(&self, given: &Given<'_>) -> bool {
        // Where many functions share a name, to look through them all costs more than to find out
        // which is meant.
        self.parameters.len() > MOST_ROWS
            || self.parameters.iter().any(|it| given.crosses_numbers(it))
    }
}

/// What the functions of a workspace take, by name.
#[derive(Debug, Default)]
pub struct Suspects<'a> {
    taken: FxHashMap<&'a str, Taken>,
    /// Names that something else than their own bears somewhere.
    renamed: FxHashSet<&'a str>,
}

impl<'a> Suspects<'a> {
    /// Gathers them.
    pub fn of(index: &'a WorkspaceIndex) -> Self {
        let mut suspects = Self::default();
        // What stands for a module is called by whatever name it is given.
        suspects.renamed.extend(["default", "="]);
        for (_, summary) in index.files() {
            for (_, unit) in summary.definitions() {
                if let Some(signature) = &unit.signature {
                    suspects.add(&unit.name, signature);
                }
            }
            for unit in summary.units() {
                suspects.add_renamed(&unit.outline);
            }
        }
        suspects
    }

    fn add(&mut self, name: &'a str, signature: &Signature) {
        let none = || Taken {
            parameters: FxHashSet::default(),
            fewest_parameters: usize::MAX,
            most_required: 0,
            is_async: false,
        };
        let taken = self.taken.entry(name).or_insert_with(none);
        if signature.parameters.len() > 1 && taken.parameters.len() <= MOST_ROWS {
            taken.parameters.insert(numbers_of(signature));
        }
        taken.is_async |= signature.is_async;
        if !signature.takes_more {
            taken.fewest_parameters = taken.fewest_parameters.min(signature.parameters.len());
            taken.most_required = taken.most_required.max(usize::from(signature.required));
        }
    }

    fn add_renamed(&mut self, outline: &'a Outline) {
        for import in &outline.imports {
            let original = import.path.rsplit('.').next().unwrap_or("");
            let local = import.local.as_deref();
            self.renamed.extend(local.filter(|local| *local != original));
        }
        for export in &outline.exports {
            let is_same = matches!(&export.what, Exported::Local(name) | Exported::Member(name)
                if *name == export.name);
            if !is_same {
                self.renamed.insert(&export.name);
            }
        }
        for bound in &outline.bound {
            if matches!(bound.meaning, Meaning::Alias(_)) {
                self.renamed.insert(&bound.name);
            }
        }
    }

    /// Whether a call by that path can be wrong.
    pub(super) fn may_be_wrong(&self, path: &str, given: &Given<'_>, is_awaited: bool) -> bool {
        let name = path.rsplit('.').next().unwrap_or(path);
        if name.is_empty() || self.renamed.contains(name) {
            return true;
        }
        self.taken.get(name).is_some_and(|taken| {
            (taken.is_async && !is_awaited)
                || (!given.names.is_empty() && taken.crosses(given))
                || (!given.is_open
                    && (usize::from(given.placed) > taken.fewest_parameters
                        || given.count() < taken.most_required))
        })
    }
}
