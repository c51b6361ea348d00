//! Advice: findings of a unit that come from outside the engine, such as a network's predictions.
//!
//! The engine asks for them beside the rules' findings, so that suppression, severities and
//! fingerprints treat both alike; it knows nothing of where they come from.

use std::sync::Arc;

use super::cache::{CacheKey, LoweredUnit};
use crate::cancellation::CancellationToken;
use crate::languages::Language;
use crate::rules::UnitFinding;

/// A unit that advice is wanted on.
#[derive(Clone, Copy, Debug)]
pub struct AdvisedUnit<'a> {
    /// Names the unit's text and surroundings.
    pub key: CacheKey,
    /// Its language.
    pub language: Language,
    /// Its IR and facts.
    pub unit: &'a LoweredUnit,
}

/// Who gives advice.
pub trait Adviser: Send + Sync {
    /// Findings of a unit, relative to it, of rules of the category `predict`. When cancelled,
    /// anything will do: the engine looks at the token next.
    fn advise(&self, unit: &AdvisedUnit<'_>, cancel: &CancellationToken) -> Arc<[UnitFinding]>;
    /// Whether all advice there is was given so far. Otherwise a comment that suppresses nothing
    /// may do so yet.
    fn is_whole(&self) -> bool;
}

/// Gives no advice.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoAdviser;

impl Adviser for NoAdviser {
    fn advise(&self, _: &AdvisedUnit<'_>, _: &CancellationToken) -> Arc<[UnitFinding]> {
        Arc::default()
    }

    fn is_whole(&self) -> bool {
        true
    }
}
