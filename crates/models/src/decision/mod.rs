//! Decisions: scores become a judgement, and a judgement becomes an alarm or silence.
//!
//! One softmax over all candidates and "nothing to repair" gives joint probabilities. Rewrites that
//! cannot be right are ruled out ([`vetoes`]), and what the facts say of the likeliest others
//! ([`evidence`]) raises or lowers them. Whether the first is shown is a matter of [`Thresholds`],
//! which are set on correct code so that alarms stay rare ([`calibrate`]); a unit that was changed
//! lately may alarm sooner, and a test never does: what is odd in it is often meant to be.

pub mod calibrate;
pub mod evidence;
mod tests_of_code;
mod thresholds;
pub mod values;
mod vetoes;

use analysis::cancellation::CancellationToken;

use crate::dataset::sample::Sample;
use crate::features::{Features, RewriteKind, WINDOW, Window};
use crate::predictor::{Predictor, Scores};

use evidence::{Signs, Weights};
pub use thresholds::{Belief, Changed, RealBugs, Threshold, Thresholds};
use values::Ways;

/// Candidates remembered beside the likeliest.
const RUNNERS_UP: usize = 3;
/// Candidates that the facts are asked about.
const CONSIDERED: usize = 8;
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
    /// What the facts say of it.
    pub signs: Signs,
    /// Whether it is not shown, however likely: nothing in the unit speaks for it.
    pub is_groundless: bool,
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
    /// Whether the unit is a test, which never alarms.
    pub is_test: bool,
}

/// Judges a unit; nothing when cancelled. Long units are judged window by window, and the most
/// suspicious window speaks for all.
pub fn judge(
    predictor: &Predictor,
    weights: &Weights,
    features: &Features<'_>,
    cancel: &CancellationToken,
) -> Option<Judgement> {
    let is_test = tests_of_code::is_test(features);
    let mut judgement = Judgement { is_test, ..Judgement::default() };
    let ways = Ways::default();
    for windows in features.windows().chunks(WINDOWS_AT_ONCE) {
        let samples: Vec<Sample> =
            windows.iter().filter_map(|it| sample(predictor, features, it)).collect();
        for (sample, scores) in samples.iter().zip(predictor.scores(&samples, cancel)?) {
            judgement.add(sample, &scores, weights, features, &ways);
        }
    }
    Some(judgement)
}

/// Judges several units as [`judge`] does each, with their windows in common batches, the short ones
/// with the short ones; nothing when cancelled.
pub fn judge_all(
    predictor: &Predictor,
    weights: &Weights,
    units: &[&Features<'_>],
    cancel: &CancellationToken,
) -> Option<Vec<Judgement>> {
    let mut judgements: Vec<Judgement> = units
        .iter()
        .map(|it| Judgement { is_test: tests_of_code::is_test(it), ..Judgement::default() })
        .collect();
    let mut order: Vec<(usize, Window)> = units
        .iter()
        .enumerate()
        .flat_map(|(at, features)| features.windows().into_iter().map(move |it| (at, it)))
        .collect();
    order.sort_by_key(|(_, window)| window.positions.len());
    let ways: Vec<Ways> = units.iter().map(|_| Ways::default()).collect();
    let mut rest = order.as_slice();
    while !rest.is_empty() {
        let mut positions = 0;
        let fits = |(_, window): &&(usize, Window)| {
            positions += window.positions.len();
            positions <= WINDOWS_AT_ONCE * WINDOW
        };
        let (batch, after) = rest.split_at(rest.iter().take_while(fits).count().max(1));
        rest = after;
        let (owners, samples): (Vec<usize>, Vec<Sample>) = batch
            .iter()
            .filter_map(|(at, window)| {
                units.get(*at).and_then(|it| Some((*at, sample(predictor, it, window)?)))
            })
            .unzip();
        let scores = predictor.scores(&samples, cancel)?;
        for ((at, sample), scores) in owners.into_iter().zip(&samples).zip(scores) {
            let found = (judgements.get_mut(at), units.get(at), ways.get(at));
            if let (Some(judgement), Some(features), Some(ways)) = found {
                judgement.add(sample, &scores, weights, features, ways);
            }
        }
    }
    Some(judgements)
}

/// What the network reads of a window; nothing where there is nothing to choose from.
fn sample(predictor: &Predictor, features: &Features<'_>, window: &Window) -> Option<Sample> {
    let sample = Sample::of_window(features, window, predictor.vocabulary(), None);
    sample.filter(|it| !it.payload.is_empty())
}

impl Judgement {
    fn add(
        &mut self,
        sample: &Sample,
        scores: &Scores,
        weights: &Weights,
        features: &Features<'_>,
        ways: &Ways,
    ) {
        let most = scores.candidates.iter().fold(scores.clean, |a, b| a.max(*b));
        let mut shares: Vec<f64> =
            scores.candidates.iter().map(|score| f64::from(score - most).exp()).collect();
        let mut order: Vec<usize> = (0..shares.len()).collect();
        let by_share = |shares: &[f64], a: usize, b: usize| {
            let share = |at: usize| shares.get(at).copied().unwrap_or_default();
            share(b).total_cmp(&share(a))
        };
        if order.len() > CONSIDERED {
            order.select_nth_unstable_by(CONSIDERED, |a, b| by_share(&shares, *a, *b));
            order.truncate(CONSIDERED);
        }
        let mut considered = Vec::with_capacity(order.len());
        let mut ruled_out = 0.0;
        for at in order {
            let group = sample.candidate_group.get(at).copied().unwrap_or(0) as usize;
            let kind = sample.group_kind.get(group).copied().unwrap_or(0) as usize;
            let (Some(kind), Some(origin)) = (RewriteKind::ALL.get(kind), sample.origin.get(at))
            else {
                continue;
            };
            let candidate = *origin as usize;
            let (signs, veto) = facts_of(features, ways, candidate);
            let Some(share) = shares.get_mut(at) else { continue };
            if veto == Veto::Impossible {
                ruled_out += std::mem::take(share);
                continue;
            }
            let is_groundless = veto == Veto::Groundless;
            *share *= f64::from(evidence::shift(signs, weights)).exp();
            let kind = *kind;
            considered.push((at, Choice { candidate, kind, log_odds: 0.0, signs, is_groundless }));
        }
        let suspicion: f64 = shares.iter().sum();
        let total = suspicion + ruled_out + f64::from(scores.clean - most).exp();
        self.score = self.score.max((suspicion / total) as f32);
        self.choices.extend(considered.into_iter().map(|(at, choice)| {
            let own = shares.get(at).copied().unwrap_or_default();
            let log_odds = (own / (total - own).max(f64::MIN_POSITIVE)).ln() as f32;
            Choice { log_odds, ..choice }
        }));
        self.choices.sort_by(|a, b| b.log_odds.total_cmp(&a.log_odds));
        self.choices.truncate(1 + RUNNERS_UP);
    }

    /// The rewrite that may be shown if it is likely enough.
    pub fn speaks(&self) -> Option<Choice> {
        self.choices.first().copied().filter(|it| !self.is_test && !it.is_groundless)
    }

    /// The rewrite to show, if the thresholds let one through.
    pub fn alarm(
        &self,
        thresholds: &Thresholds,
        language: &str,
        changed: Changed,
    ) -> Option<Choice> {
        let best = self.speaks()?;
        let least = thresholds.least(language, best.kind, changed)?;
        (best.log_odds >= least).then_some(best)
    }
}

/// Why a rewrite is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Veto {
    None,
    Impossible,
    Groundless,
}

/// Whether one of a unit's candidates is never shown, whatever the network thinks of it.
pub fn is_ruled_out(features: &Features<'_>, candidate: usize) -> bool {
    facts_of(features, &Ways::default(), candidate).1 != Veto::None
}

/// What the facts say of one of a unit's candidates, and whether that rules it out.
fn facts_of(features: &Features<'_>, ways: &Ways, candidate: usize) -> (Signs, Veto) {
    // Groups stand in the order of their candidates.
    let after = features.groups.partition_point(|group| group.start as usize <= candidate);
    let group = after.checked_sub(1).and_then(|at| features.groups.get(at));
    let (Some(group), Some(found)) = (group, features.candidates.get(candidate)) else {
        return (Signs::default(), Veto::None);
    };
    let signs = evidence::signs(features, ways, group.kind, found, group.position);
    let veto = if vetoes::is_impossible(features, found, signs) {
        Veto::Impossible
    } else if vetoes::is_groundless(features, group, found, signs) {
        Veto::Groundless
    } else {
        Veto::None
    };
    (signs, veto)
}
