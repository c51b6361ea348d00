//! Decisions: scores become a judgement, and a judgement becomes an alarm or silence.
//!
//! One softmax over all candidates and "nothing to repair" gives joint probabilities. Whether the
//! likeliest rewrite is shown is a matter of [`Thresholds`], which are set on correct code so that
//! alarms stay rare ([`calibrate`]); a unit that was changed lately may alarm sooner.

pub mod calibrate;
mod thresholds;

use analysis::cancellation::CancellationToken;

use crate::dataset::sample::Sample;
use crate::features::{Features, RewriteKind};
use crate::predictor::{Predictor, Scores};

pub use thresholds::{Changed, Threshold, Thresholds};

/// Candidates remembered beside the likeliest.
const RUNNERS_UP: usize = 3;
/// Windows of a long unit that go through the network at once: this bounds the memory.
const WINDOWS_AT_ONCE: usize = 4;

/// A rewrite the network considers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// Index among the unit's candidates.
    pub candidate: usize,
    /// What it repairs.
    pub kind: RewriteKind,
    /// The logarithm of the odds that it is the repair. Close to certainty it tells apart what a
    /// probability no longer does.
    pub log_odds: f32,
}

impl Choice {
    /// How likely it is the repair, as the network sees it.
    pub fn probability(&self) -> f32 {
        1.0 / (1.0 + (-self.log_odds).exp())
    }
}

/// What the network says of a unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// How likely something is wrong: 1 − P(nothing to repair).
    pub score: f32,
    /// The likeliest rewrites, the likeliest first.
    pub choices: Vec<Choice>,
}

/// Judges a unit; nothing when cancelled. Long units are judged window by window, and the most
/// suspicious window speaks for all.
pub fn judge(
    predictor: &Predictor,
    features: &Features<'_>,
    cancel: &CancellationToken,
) -> Option<Judgement> {
    let mut judgement = Judgement::default();
    for windows in features.windows().chunks(WINDOWS_AT_ONCE) {
        let encode = |window| Sample::of_window(features, window, predictor.vocabulary(), None);
        let samples: Vec<Sample> =
            windows.iter().filter_map(encode).filter(|it| !it.payload.is_empty()).collect();
        for (sample, scores) in samples.iter().zip(predictor.scores(&samples, cancel)?) {
            judgement.add(sample, &scores);
        }
    }
    Some(judgement)
}

impl Judgement {
    fn add(&mut self, sample: &Sample, scores: &Scores) {
        let most = scores.candidates.iter().fold(scores.clean, |a, b| a.max(*b));
        let weight = |score: f32| f64::from(score - most).exp();
        let suspicion: f64 = scores.candidates.iter().map(|score| weight(*score)).sum();
        let total = suspicion + weight(scores.clean);
        self.score = self.score.max((suspicion / total) as f32);
        let mut order: Vec<usize> = (0..scores.candidates.len()).collect();
        let score = |at: &usize| scores.candidates.get(*at).copied().unwrap_or(f32::MIN);
        order.sort_unstable_by(|a, b| score(b).total_cmp(&score(a)));
        for at in order.into_iter().take(1 + RUNNERS_UP) {
            let group = sample.candidate_group.get(at).copied().unwrap_or(0) as usize;
            let kind = sample.group_kind.get(group).copied().unwrap_or(0) as usize;
            let (Some(kind), Some(candidate)) = (RewriteKind::ALL.get(kind), sample.origin.get(at))
            else {
                continue;
            };
            let own = weight(score(&at));
            let log_odds = (own / (total - own).max(f64::MIN_POSITIVE)).ln() as f32;
            self.choices.push(Choice { candidate: *candidate as usize, kind: *kind, log_odds });
        }
        self.choices.sort_by(|a, b| b.log_odds.total_cmp(&a.log_odds));
        self.choices.truncate(1 + RUNNERS_UP);
    }

    /// The rewrite to show, if the thresholds let one through.
    pub fn alarm(
        &self,
        thresholds: &Thresholds,
        language: &str,
        changed: Changed,
    ) -> Option<Choice> {
        let best = self.choices.first().copied()?;
        let least = thresholds.least(language, best.kind, changed)?;
        (best.log_odds >= least).then_some(best)
    }
}
