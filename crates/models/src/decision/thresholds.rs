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
    fn of(self, changed: Changed) -> T {
        match changed {
            Changed::No => self.unchanged,
            Changed::Yes => self.changed,
        }
    }
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
        let prior = self.prior.of(changed).clamp(1e-6, 0.5);
        let shift = (prior / (1.0 - prior)).ln();
        (1.0 / (1.0 + (-(f64::from(log_odds) + shift)).exp())) as f32
    }
}
