//! Thresholds: how sure the network must be before it speaks, per language, kind of rewrite, and
//! whether the unit was changed. They are a file beside the weights, written by `calibrate`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::evidence::Weights;
use crate::features::RewriteKind;

/// Whether a unit differs from what the history of its project holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Changed {
    /// It has stood for a while, so it is probably right.
    No,
    /// It was written just now.
    Yes,
}

/// One value for unchanged units and one for changed ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Threshold<T> {
    /// For units as the history holds them.
    pub unchanged: T,
    /// For units that were changed.
    pub changed: T,
}

impl<T: Copy> Threshold<T> {
    pub(super) fn of(self, changed: Changed) -> T {
        match changed {
            Changed::No => self.unchanged,
            Changed::Yes => self.changed,
        }
    }

    pub(super) fn of_mut(&mut self, changed: Changed) -> &mut T {
        match changed {
            Changed::No => &mut self.unchanged,
            Changed::Yes => &mut self.changed,
        }
    }
}

/// How far the network's odds hold, as `calibrate` measured it: the logarithm of how much likelier a
/// bug makes what was said is `slope` times the log-odds, plus `shift`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Belief {
    /// What a unit of log-odds is worth.
    pub slope: f64,
    /// What log-odds of nothing are worth.
    pub shift: f64,
    /// How often real bugs are found: for whoever reads this, no confidence follows from it.
    pub real: RealBugs,
}

impl Default for Belief {
    fn default() -> Self {
        Self { slope: 1.0, shift: 0.0, real: RealBugs::default() }
    }
}

/// Real bugs that one rewrite repairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RealBugs {
    /// How many there were.
    pub repairable: usize,
    /// Of these, how many were found and repaired with log-odds that are likely shown.
    pub found: usize,
    /// The share of bugs made on purpose that were.
    pub found_of_made: f64,
}

/// The thresholds of a language, and what they were measured on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OfLanguage {
    /// Correct functions.
    pub functions: usize,
    /// Functions with a bug.
    pub bugs: usize,
    /// Alarms at the thresholds in a thousand of those correct functions.
    pub alarms_per_1000: Threshold<f64>,
    /// Share of the bugs found and repaired at the thresholds.
    pub found: Threshold<f64>,
    /// By kind, the least log-odds that are shown; nothing keeps silent.
    pub least: BTreeMap<String, Threshold<Option<f32>>>,
}

/// All thresholds of a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// How many functions are supposed to have a bug of the kinds we know: it turns the network's
    /// odds, learned where every other function has one, into the confidence that is shown.
    pub prior: Threshold<f64>,
    /// Alarms allowed in a thousand correct functions.
    pub allowed_per_1000: Threshold<f64>,
    /// How far the network's odds hold.
    #[serde(default)]
    pub belief: Belief,
    /// By how much what the facts say shifts the log-odds of a rewrite.
    #[serde(default)]
    pub evidence: Weights,
    /// By language.
    pub languages: BTreeMap<String, OfLanguage>,
}

impl Thresholds {
    /// The least log-odds at which a rewrite is shown; nothing when it never is.
    pub fn least(&self, language: &str, kind: RewriteKind, changed: Changed) -> Option<f32> {
        self.languages.get(language)?.least.get(kind.name())?.of(changed)
    }

    /// How sure we are of a rewrite with these log-odds, in 0..1.
    pub fn confidence(&self, log_odds: f32, changed: Changed) -> f32 {
        let Belief { slope, shift, .. } = self.belief;
        let odds = slope * f64::from(log_odds) + shift + self.odds_before(changed);
        (1.0 / (1.0 + (-odds).exp())) as f32
    }

    /// The log-odds that make us so sure.
    pub fn log_odds_of(&self, confidence: f64, changed: Changed) -> f64 {
        let Belief { slope, shift, .. } = self.belief;
        let wanted = (confidence / (1.0 - confidence)).ln();
        (wanted - shift - self.odds_before(changed)) / slope.max(1e-3)
    }

    /// The log-odds of a bug before the function is looked at.
    fn odds_before(&self, changed: Changed) -> f64 {
        let prior = self.prior.of(changed).clamp(1e-6, 0.5);
        (prior / (1.0 - prior)).ln()
    }
}
