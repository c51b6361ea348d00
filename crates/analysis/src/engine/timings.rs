//! How long a call of the engine took, stage by stage: for those who watch it, never for what it
//! finds.
//!
//! The clock is only looked at where there is work to do, so that units from the cache cost nothing
//! more. Rules are timed one by one in a few units only, since there a look at the clock costs as
//! much as a call.

use std::time::{Duration, Instant};

use crate::rules::RuleClock;

/// Of so many units, the rules of one are timed one by one.
pub const TIMED_UNITS: u128 = 16;

/// What the stages of a call took.
#[derive(Clone, Debug, Default)]
pub struct Timings {
    /// Text to syntax tree.
    pub parse: Spent,
    /// Syntax to generic tree.
    pub lower: Spent,
    /// What is known of a unit before rules look at it.
    pub facts: Spent,
    /// The rules.
    pub rules: Spent,
    /// The rules one by one, in the units that were chosen for it.
    pub by_rule: RuleClock,
}

/// What a stage took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// When it began; nothing if there was nothing to do.
    pub began: Option<Instant>,
    /// How long it took in all.
    pub took: Duration,
}

impl Spent {
    /// Does a piece of the stage's work.
    pub(super) fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let outcome = work();
        self.began.get_or_insert(began);
        self.took += began.elapsed();
        outcome
    }
}
