//! Thresholds of a language: the alarms that are allowed go to the kinds of rewrites that find the
//! most bugs for them.

use std::collections::BTreeMap;

use super::{Of, Said};
use crate::decision::thresholds::OfLanguage;
use crate::decision::{Changed, Thresholds};
use crate::features::RewriteKind;
use crate::rounding::whole;

/// Of the alarms that are allowed, so many are planned for: other code differs.
const MARGIN: f64 = 0.5;
/// A kind speaks only where this share of what it says of bugs is the repair.
const LEAST_RIGHT: f64 = 0.6;
/// … and where it is right so often at all, in any language, …
const LEAST_HITS: usize = 5;
/// … where log-odds exceed this, if its threshold does not lie lower. Above, it is only righter.
const SURE: f32 = 3.0;
/// Of the surest alarms on correct functions, so many tell how their number falls.
const TAIL: usize = 40;
/// Nothing is shown that is less likely right than this.
const LEAST_CONFIDENCE: f64 = 0.5;

/// Thresholds of one language; `all` is what was said in any.
pub(super) fn choose(said: &[Said], all: &[&Said], thresholds: &Thresholds) -> OfLanguage {
    let clean: Vec<&Said> = said.iter().filter(|it| it.of == Of::Correct).collect();
    let bugs: Vec<&Said> = said.iter().filter(|it| it.of != Of::Correct).collect();
    let all_bugs: Vec<&Said> = all.iter().filter(|it| it.of != Of::Correct).copied().collect();
    let mut found =
        OfLanguage { functions: clean.len(), bugs: bugs.len(), ..OfLanguage::default() };
    for changed in [Changed::No, Changed::Yes] {
        let allowed = thresholds.allowed_per_1000.of(changed) / 1000.0 * clean.len() as f64;
        let floor = tail_level(&clean, allowed * MARGIN)
            .max(thresholds.log_odds_of(LEAST_CONFIDENCE, changed) as f32)
            .max(0.0);
        let mut least = spend(&clean, &bugs, allowed, floor);
        least.retain(|kind, least| is_good(kind, *least, &all_bugs));
        let is_shown = |said: &&&Said| {
            said.choice.as_ref().is_some_and(|(kind, log_odds)| {
                least.get(kind).is_some_and(|least| log_odds >= least)
            })
        };
        let alarms = clean.iter().filter(is_shown).count() as f64 * 1000.0;
        let hits = bugs.iter().filter(is_shown).filter(|it| it.is_right).count();
        *found.alarms_per_1000.of_mut(changed) = rounded(alarms / clean.len().max(1) as f64);
        *found.found.of_mut(changed) = rounded(hits as f64 / bugs.len().max(1) as f64);
        for kind in RewriteKind::ALL {
            let value = least.get(kind.name()).map(|least| (least * 1000.0).ceil() / 1000.0);
            *found.least.entry(kind.name().to_owned()).or_default().of_mut(changed) = value;
        }
    }
    found
}

fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

/// The log-odds that so many of the correct functions reach. Where that is less than a handful,
/// the surest few would decide by chance; so the number is taken to fall off as it does before.
fn tail_level(clean: &[&Said], wanted: f64) -> f32 {
    let mut all: Vec<f32> = clean.iter().filter_map(|it| it.log_odds()).collect();
    all.sort_by(|a, b| b.total_cmp(a));
    let known = TAIL.min(all.len() / 10);
    let Some(start) = all.get(known).copied() else { return f32::INFINITY };
    if wanted >= known as f64 {
        return all.get(whole(wanted)).copied().unwrap_or(start);
    }
    let beyond: f32 = all.iter().take(known).map(|it| it - start).sum();
    let scale = f64::from(beyond) / known.max(1) as f64;
    start + (scale * (known as f64 / wanted.max(1e-3)).ln()) as f32
}

/// What one kind says, as its threshold falls.
struct Kind {
    rewrite: RewriteKind,
    /// Log-odds of its alarms on correct functions, the greatest first.
    clean: Vec<f32>,
    /// Log-odds of what it says of bugs, the greatest first, and whether that is right.
    bugs: Vec<(f32, bool)>,
    /// Alarms granted.
    alarms: usize,
}

impl Kind {
    fn new(rewrite: RewriteKind, clean: &[&Said], bugs: &[&Said]) -> Self {
        let own = |said: &&&Said| said.is_of_kind(rewrite);
        let mut clean: Vec<f32> =
            clean.iter().filter(own).filter_map(|said| said.log_odds()).collect();
        clean.sort_by(|a, b| b.total_cmp(a));
        let mut bugs: Vec<(f32, bool)> = bugs
            .iter()
            .filter(own)
            .filter_map(|said| Some((said.log_odds()?, said.is_right)))
            .collect();
        bugs.sort_by(|a, b| b.0.total_cmp(&a.0));
        Self { rewrite, clean, bugs, alarms: 0 }
    }

    /// The threshold that lets so many alarms through.
    fn least(&self, alarms: usize, floor: f32) -> f32 {
        self.clean.get(alarms).map_or(floor, |next| floor.max(next + 1e-3))
    }

    /// What a threshold is worth: repairs found, less half of the wrong ones shown.
    fn worth(&self, least: f32) -> f64 {
        let (right, wrong) = self.shown(least);
        right as f64 - 0.5 * wrong as f64
    }

    /// Right and wrong repairs shown of bugs.
    fn shown(&self, least: f32) -> (usize, usize) {
        let shown = self.bugs.iter().take_while(|(log_odds, _)| *log_odds >= least);
        shown.fold(
            (0, 0),
            |(right, wrong), (_, is_right)| {
                if *is_right { (right + 1, wrong) } else { (right, wrong + 1) }
            },
        )
    }
}

/// Spends the allowed alarms where they find the most; gives the level of each kind. Nothing below
/// the floor is shown, whatever its kind.
fn spend(clean: &[&Said], bugs: &[&Said], allowed: f64, floor: f32) -> BTreeMap<String, f32> {
    let mut kinds: Vec<Kind> =
        RewriteKind::ALL.into_iter().map(|kind| Kind::new(kind, clean, bugs)).collect();
    let mut left = whole(allowed * MARGIN);
    while left > 0 {
        let mut best: Option<(f64, usize, usize)> = None;
        for (at, kind) in kinds.iter().enumerate() {
            let worth = kind.worth(kind.least(kind.alarms, floor));
            for more in 1..=left {
                let gain = kind.worth(kind.least(kind.alarms + more, floor)) - worth;
                let gain = gain / more as f64;
                if gain > 0.0 && best.is_none_or(|(most, ..)| gain > most) {
                    best = Some((gain, at, more));
                }
            }
        }
        let Some((_, at, more)) = best else { break };
        if let Some(kind) = kinds.get_mut(at) {
            kind.alarms += more;
        }
        left -= more;
    }
    let level = |kind: Kind| (kind.rewrite.name().to_owned(), kind.least(kind.alarms, floor));
    kinds.into_iter().map(level).collect()
}

/// Whether a kind is mostly right on bugs.
fn is_good(kind: &str, least: f32, bugs: &[&Said]) -> bool {
    let Some(rewrite) = RewriteKind::ALL.into_iter().find(|it| it.name() == kind) else {
        return false;
    };
    let (right, wrong) = Kind::new(rewrite, &[], bugs).shown(least.min(SURE));
    right >= LEAST_HITS && right as f64 >= LEAST_RIGHT * (right + wrong) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::Threshold;

    fn said(of: Of, kind: RewriteKind, log_odds: f32, is_right: bool) -> Said {
        Said { of, choice: Some((kind.name().to_owned(), log_odds)), is_right }
    }

    fn thresholds(prior: f64) -> Thresholds {
        Thresholds {
            prior: Threshold { unchanged: prior, changed: prior },
            allowed_per_1000: Threshold { unchanged: 1.0, changed: 10.0 },
            ..Thresholds::default()
        }
    }

    /// Functions of which two kinds say something, one of them mostly right.
    fn functions() -> Vec<Said> {
        let (good, poor) = (RewriteKind::Variable, RewriteKind::Number);
        let mut functions = vec![Said { of: Of::Correct, choice: None, is_right: false }; 9_000];
        for step in 0..500_u16 {
            let log_odds = f32::from(step) / 50.0;
            functions.push(said(Of::Correct, good, log_odds, false));
            functions.push(said(Of::Correct, poor, log_odds, false));
            functions.push(said(Of::Made, good, log_odds + 2.0, true));
            functions.push(said(Of::Made, poor, log_odds, step % 3 == 0));
        }
        functions
    }

    fn chosen(functions: &[Said], thresholds: &Thresholds) -> OfLanguage {
        choose(functions, &functions.iter().collect::<Vec<_>>(), thresholds)
    }

    #[test]
    fn alarms_go_to_the_kind_that_finds_most_and_stay_within_what_is_allowed() {
        let found = chosen(&functions(), &thresholds(0.5));
        assert!(found.alarms_per_1000.unchanged <= 1.0, "{found:?}");
        assert!(found.alarms_per_1000.changed <= 10.0 && found.alarms_per_1000.changed > 1.0);
        assert!(found.found.changed > found.found.unchanged && found.found.unchanged > 0.05);
        let least = |kind: RewriteKind| found.least.get(kind.name()).copied().unwrap_or_default();
        assert!(least(RewriteKind::Variable).unchanged.is_some(), "{found:?}");
        assert!(least(RewriteKind::Number).unchanged.is_none(), "{found:?}");
        assert_eq!(least(RewriteKind::Swap), Threshold::default(), "nothing known: silence");
    }

    #[test]
    fn what_is_less_likely_right_than_wrong_is_not_shown() {
        // One in a thousand: the odds of the network must be a thousand to one.
        let found = chosen(&functions(), &thresholds(0.001));
        let least = found.least.get(RewriteKind::Variable.name()).copied().unwrap_or_default();
        assert!(least.changed.is_some_and(|it| it >= 999.0_f32.ln() - 0.01), "{least:?}");
    }

    #[test]
    fn few_functions_say_how_often_the_rare_is() {
        // One in a thousand functions exceeds 7 if one in ten exceeds 2.3: the logarithm of the share.
        let level = |count: u16| {
            let functions: Vec<Said> = (1..=count)
                .map(|at| {
                    let share = f32::from(at) / f32::from(count);
                    said(Of::Correct, RewriteKind::Variable, -share.ln(), false)
                })
                .collect();
            tail_level(&functions.iter().collect::<Vec<_>>(), f64::from(count) / 20_000.0)
        };
        assert!((level(2_000) - 20_000.0_f32.ln()).abs() < 1.0, "{}", level(2_000));
        assert!((level(500) - 20_000.0_f32.ln()).abs() < 1.5, "{}", level(500));
    }
}
