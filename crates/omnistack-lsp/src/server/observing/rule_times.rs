//! Which rules take time, over the session; and what units' rules said, when they ran.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use analysis::engine::CheckedUnit;
use analysis::rules::{self, RuleClock};
use telemetry::metrics::{PanicIn, metrics};

use crate::server::status::SlowRule;

/// How many of the slowest rules a status names.
const SLOWEST: usize = 10;

/// The time of each rule in the functions that were timed.
#[derive(Default)]
pub(in crate::server) struct RuleTimes(Mutex<Sum>);

#[derive(Default)]
struct Sum {
    units: u64,
    spent: Vec<Duration>,
}

impl RuleTimes {
    /// Adds the times of an analysis.
    pub(super) fn add(&self, clock: &RuleClock) {
        if clock.units() == 0 {
            return;
        }
        let mut sum = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sum.units += u64::from(clock.units());
        sum.spent.resize(rules::all().len(), Duration::ZERO);
        for (index, spent) in clock.spent() {
            if let (Some(slot), Some(rule)) = (sum.spent.get_mut(index), rules::all().get(index)) {
                *slot += spent;
                metrics().rule_sampled.of(rule.id).inc_by(spent.as_secs_f64());
            }
        }
    }

    /// The slowest rules so far, slowest first.
    pub(in crate::server) fn slowest(&self) -> Vec<SlowRule> {
        let sum = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut by_time: Vec<(Duration, &rules::Rule)> =
            sum.spent.iter().copied().zip(rules::all().iter().copied()).collect();
        by_time.sort_by_key(|(spent, rule)| (std::cmp::Reverse(*spent), rule.id));
        let slowest = by_time.into_iter().filter(|(spent, _)| !spent.is_zero()).take(SLOWEST);
        let microseconds = |spent: Duration| spent.as_secs_f64() * 1e6 / sum.units.max(1) as f64;
        slowest
            .map(|(spent, rule)| SlowRule {
                rule: rule.id,
                microseconds_per_function: (microseconds(spent) * 1000.0).round() / 1000.0,
            })
            .collect()
    }
}

/// Counts what a unit's rules said when they ran; called once for each run.
pub(in crate::server) fn count_checked(unit: &CheckedUnit) {
    for finding in &unit.findings {
        if let Some(rule) = rules::all().get(usize::from(finding.rule)) {
            metrics().findings.of(rule.id).inc();
        }
    }
    for panic in &unit.panics {
        metrics().panicked(PanicIn::Rule);
        if let Some(rule) = rules::all().get(panic.rule) {
            telemetry::panics::blame(rule.id);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use analysis::cancellation::CancellationToken;
    use analysis::configuration::Configuration;
    use analysis::engine::{Document, NoCache, analyze};
    use analysis::languages::Language;
    use analysis::text::Snapshot;

    #[test]
    fn rules_that_ran_are_named_the_slowest_first() {
        let times = RuleTimes::default();
        assert_eq!(times.slowest(), []);
        let function =
            |at| format!("def f{at}(a, b):\n    if a == {at}:\n        return a + b\n\n");
        let text = (0..200).map(function).collect::<Vec<_>>().concat();
        let python = Language::from_id("python").unwrap();
        let mut document = Document::new(python, Snapshot::new(text));
        let token = CancellationToken::new();
        let configuration = Configuration::default();
        let analysis = analyze(&mut document, &configuration, &NoCache, &token).unwrap();
        // Of 201 units one in sixteen is timed, chosen by its hash.
        let units = analysis.timings.by_rule.units();
        assert!((1..60).contains(&units), "{units}");
        times.add(&analysis.timings.by_rule);
        let slowest = times.slowest();
        assert_eq!(slowest.len(), SLOWEST);
        let times: Vec<f64> = slowest.iter().map(|it| it.microseconds_per_function).collect();
        assert!(times.is_sorted_by(|one, next| one >= next), "{times:?}");
    }
}
