//! How likely one variable is written for another: slips join what is alike.
//!
//! A bug that anyone sees at a glance teaches little. Variables that share a word, or are used in
//! the same manner, are mistaken for one another far more often than others.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::features::subtokens::subtokens;
use crate::features::{Candidate, Features, Payload, Position};
use analysis::ir::Role;

/// What is known of the variables of a unit.
pub(super) struct Likeness<'a> {
    features: &'a Features<'a>,
    /// The roles in which each slot is used.
    roles: FxHashSet<(u16, Role)>,
    /// The name of each slot.
    names: FxHashMap<u16, &'a str>,
}

impl<'a> Likeness<'a> {
    pub(super) fn new(features: &'a Features<'a>) -> Self {
        let used = features.positions.iter().filter(|position| position.slot > 0);
        let roles = used.clone().map(|position| (position.slot, position.role)).collect();
        let names = used.map(|position| (position.slot, features.text(position))).collect();
        Self { features, roles, names }
    }

    /// How much more likely than usual the candidate's variable is written at a position.
    pub(super) fn weight(&self, position: &Position, candidate: &Candidate) -> f64 {
        let Payload::Slot(slot) = candidate.payload else { return 1.0 };
        let own = self.features.text(position);
        let other = self.names.get(&slot).copied().unwrap_or_default();
        if matches!(own, "self" | "this" | "cls") || matches!(other, "self" | "this" | "cls") {
            return 0.3;
        }
        let used_alike = self.roles.contains(&(slot, position.role));
        (if used_alike { 2.0 } else { 1.0 }) * (if share_word(own, other) { 3.0 } else { 1.0 })
    }
}

/// Whether two names have a word in common, or short names a like length.
fn share_word(left: &str, right: &str) -> bool {
    if left.len() == 1 && right.len() == 1 {
        return true;
    }
    let mut shared = false;
    subtokens(left, |word| subtokens(right, |other| shared |= word == other));
    shared
}
