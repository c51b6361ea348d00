//! Facts: what is computed about a unit before rules look at it.

use xxhash_rust::xxh3::Xxh3;

use crate::ir::Tree;
use crate::ir::units::Unit;
use crate::languages::Language;

/// Facts about one unit.
#[derive(Clone, Debug, Default)]
pub struct Facts {}

impl Facts {
    /// Computes them.
    pub fn compute(_tree: &Tree, _language: Language) -> Self {
        Self {}
    }

    /// Bytes occupied.
    pub fn weight(&self) -> usize {
        0
    }
}

/// What the file's module offers to its functions: imports, functions, classes, constants.
#[derive(Clone, Debug, Default)]
pub struct Environment {}

impl Environment {
    /// Gathers it from the units of a file.
    pub fn of_file<'a>(_units: impl Iterator<Item = (&'a Unit, &'a Tree, &'a Facts)>) -> Self {
        Self {}
    }

    /// Hashes what of it the unit uses.
    pub fn digest(&self, _tree: &Tree, _facts: &Facts, _hasher: &mut Xxh3) {}
}
