//! Tells which rules take time.

use std::time::{Duration, Instant};

/// The time of each rule in the units that were timed.
#[derive(Clone, Debug, Default)]
pub struct RuleClock {
    units: u32,
    /// By the rule's index; empty until a unit is timed.
    spent: Vec<Duration>,
}

impl RuleClock {
    /// The units that were timed.
    pub fn units(&self) -> u32 {
        self.units
    }

    /// The rules that were called in them, by index, with the time of all their calls.
    pub fn spent(&self) -> impl Iterator<Item = (usize, Duration)> + '_ {
        self.spent.iter().copied().enumerate().filter(|(_, spent)| !spent.is_zero())
    }

    /// Makes ready for a unit.
    pub(super) fn begin_unit(&mut self) {
        self.units += 1;
        self.spent.resize(super::all().len(), Duration::ZERO);
    }

    /// Times a call of the rule with this index.
    pub(super) fn time(&mut self, rule: u16, call: impl FnOnce()) {
        let began = Instant::now();
        call();
        if let Some(spent) = self.spent.get_mut(usize::from(rule)) {
            *spent += began.elapsed();
        }
    }
}
