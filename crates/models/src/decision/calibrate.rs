//! Calibration: thresholds from what the network says of functions it has never seen.
//!
//! Of each language, correct functions of the validation projects are judged as they are and with a
//! bug made on purpose; real fixes add their buggy side. The alarms that are allowed go to the kinds
//! of rewrites that find the most bugs for them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use analysis::cancellation::CancellationToken;
use analysis::languages::Language;

use super::evidence::{self, Signs, Weights};
use super::thresholds::OfLanguage;
use super::{Choice, Threshold, Thresholds, judge};
use crate::dataset::DatasetError;
use crate::dataset::fixes::{Fix, split_of};
use crate::dataset::{lines, shards};
use crate::features::{LANGUAGE_ORDER, RewriteKind};
use crate::injection::{find_repair, inject};
use crate::parallel;
use crate::predictor::Predictor;
use crate::random::Random;
use crate::rounding::whole;
use crate::snippet::Snippet;

/// Of the alarms that are allowed, so many are planned for: other code differs.
const MARGIN: f64 = 0.6;
/// A kind speaks only where this share of what it says of bugs is the repair.
const LEAST_RIGHT: f64 = 0.5;
/// … and where it is right so often at all.
const LEAST_HITS: usize = 5;
/// No kind speaks of what more than so many times the allowed correct functions reach: thresholds
/// chosen kind by kind fit the functions at hand better than others.
const FLOOR: f64 = 0.5;

/// Of the functions, one in so many serves to weigh evidence.
const EVIDENCE_SHARE: usize = 3;

/// What to calibrate on.
#[derive(Clone, Debug)]
pub struct Options {
    /// The dataset.
    pub data: PathBuf,
    /// Real fixes, if there are any; those of the validation repositories count.
    pub fixes: Option<PathBuf>,
    /// Functions of each language.
    pub functions: usize,
    /// Threads.
    pub threads: usize,
}

/// What the network says of one function.
#[derive(Clone, Copy, Debug)]
struct Said {
    choice: Option<Choice>,
    /// For a buggy function: whether the choice is the repair.
    is_right: Option<bool>,
}

/// Measures thresholds; `tell` hears of each language.
///
/// # Errors
/// [`DatasetError`] when the dataset or the fixes cannot be read.
pub fn calibrate(
    predictor: &Predictor,
    options: &Options,
    mut tell: impl FnMut(&str),
) -> Result<Thresholds, DatasetError> {
    let mut thresholds = Thresholds {
        prior: Threshold { unchanged: 0.02, changed: 0.1 },
        allowed_per_1000: Threshold { unchanged: 1.0, changed: 10.0 },
        evidence: Weights::new(),
        languages: BTreeMap::new(),
    };
    let mut by_language: BTreeMap<String, Vec<Fix>> = BTreeMap::new();
    if let Some(file) = &options.fixes {
        lines::each(file, |fix: Fix| {
            if split_of(&fix.repo) == "validation" {
                by_language.entry(fix.language.clone()).or_default().push(fix);
            }
            Ok(())
        })?;
    }
    thresholds.evidence = weigh_evidence(predictor, options)?;
    for (sign, weight) in &thresholds.evidence {
        tell(&format!("evidence {sign}: {weight:+.2}"));
    }
    for language in LANGUAGE_ORDER {
        let weights = &thresholds.evidence;
        let records = records(options, language, options.functions)?;
        let of_records = parallel::each(options.threads, &records, |record| {
            of_function(predictor, weights, &record.text, record.language)
        });
        let mut said: Vec<Said> = of_records.into_iter().flatten().collect();
        let fixes = by_language.remove(language).unwrap_or_default();
        let of_fixes =
            parallel::each(options.threads, &fixes, |fix| of_fix(predictor, weights, fix));
        said.extend(of_fixes.into_iter().flatten());
        let found = choose(&said, thresholds.allowed_per_1000);
        let OfLanguage { functions, bugs, alarms_per_1000, found: share, .. } = &found;
        tell(&format!(
            "{language}: {functions} functions, {bugs} bugs; unchanged {:.2} alarms, {:.1} % \
             found; changed {:.2} alarms, {:.1} % found",
            alarms_per_1000.unchanged,
            share.unchanged * 100.0,
            alarms_per_1000.changed,
            share.changed * 100.0
        ));
        thresholds.languages.insert(language.to_owned(), found);
    }
    Ok(thresholds)
}

/// Functions of a language from the projects of the validation part.
fn records(
    options: &Options,
    language: &str,
    functions: usize,
) -> Result<Vec<shards::Record>, DatasetError> {
    let mut records = Vec::new();
    for shard in shards::list(&options.data.join("validation"), language)? {
        if records.len() < functions {
            records.extend(shards::read(&shard)?);
        }
    }
    records.truncate(functions);
    Ok(records)
}

/// Measures how much what the facts say of a rewrite counts, on functions of all languages.
fn weigh_evidence(predictor: &Predictor, options: &Options) -> Result<Weights, DatasetError> {
    let mut considered = Vec::new();
    for language in LANGUAGE_ORDER {
        let records = records(options, language, options.functions / EVIDENCE_SHARE)?;
        let found = parallel::each(options.threads, &records, |record| {
            considered_in(predictor, &record.text, record.language)
        });
        considered.extend(found.into_iter().flatten());
    }
    Ok(evidence::fit(&considered))
}

/// The rewrites considered in a function as it is and with a bug: what the facts say of each, the
/// network's log-odds, and whether it is the repair.
fn considered_in(predictor: &Predictor, text: &str, language: Language) -> Vec<(Signs, f32, bool)> {
    let Some(clean) = Snippet::read(text, language) else { return Vec::new() };
    let (never, none) = (CancellationToken::new(), Weights::new());
    let mut found = Vec::new();
    let mut add = |features: &_, repair: Option<usize>| {
        let judgement = judge(predictor, &none, features, &never).unwrap_or_default();
        found.extend(
            judgement
                .choices
                .iter()
                .map(|choice| (choice.signs, choice.log_odds, repair == Some(choice.candidate))),
        );
    };
    let features = clean.features();
    add(&features, None);
    let mut random = Random::new(xxhash_rust::xxh3::xxh3_64(text.as_bytes()));
    if let Some(mutant) = inject(&clean, &features, &mut random) {
        add(&mutant.snippet.features(), Some(mutant.label.candidate));
    }
    found
}

/// What is said of a correct function as it is, and with a bug.
fn of_function(
    predictor: &Predictor,
    weights: &Weights,
    text: &str,
    language: Language,
) -> Vec<Said> {
    let Some(clean) = Snippet::read(text, language) else { return Vec::new() };
    let never = CancellationToken::new();
    let features = clean.features();
    let first =
        |features: &_| judge(predictor, weights, features, &never)?.choices.first().copied();
    let mut said = vec![Said { choice: first(&features), is_right: None }];
    let mut random = Random::new(xxhash_rust::xxh3::xxh3_64(text.as_bytes()));
    if let Some(mutant) = inject(&clean, &features, &mut random) {
        let choice = first(&mutant.snippet.features());
        let is_right = choice.is_some_and(|it| it.candidate == mutant.label.candidate);
        said.push(Said { choice, is_right: Some(is_right) });
    }
    said
}

/// What is said of the buggy side of a fix that a candidate can make.
fn of_fix(predictor: &Predictor, weights: &Weights, fix: &Fix) -> Vec<Said> {
    let said = || {
        let language = Language::from_id(&fix.language)?;
        let before = Snippet::read(&fix.buggy, language)?;
        let after = Snippet::read(&fix.fixed, language)?;
        let features = before.features();
        let (label, _) = find_repair(&features, after.text(), None)?;
        let judgement = judge(predictor, weights, &features, &CancellationToken::new())?;
        let choice = judgement.choices.first().copied();
        let is_right = choice.is_some_and(|it| it.candidate == label.candidate);
        Some(Said { choice, is_right: Some(is_right) })
    };
    said().into_iter().collect()
}

/// Thresholds of one language.
fn choose(said: &[Said], allowed: Threshold<f64>) -> OfLanguage {
    let (clean, bugs): (Vec<Said>, Vec<Said>) =
        said.iter().partition(|said| said.is_right.is_none());
    let mut found =
        OfLanguage { functions: clean.len(), bugs: bugs.len(), ..OfLanguage::default() };
    for changed in [false, true] {
        let allowed = if changed { allowed.changed } else { allowed.unchanged };
        let least = spend(&clean, &bugs, allowed / 1000.0 * clean.len() as f64);
        let shown = |said: &&Said| {
            said.choice.is_some_and(|choice| {
                least.get(&choice.kind).is_some_and(|least| choice.log_odds >= *least)
            })
        };
        let alarms = clean.iter().filter(shown).count() as f64 * 1000.0 / clean.len().max(1) as f64;
        let hits = bugs.iter().filter(shown).filter(|it| it.is_right == Some(true)).count();
        let share = hits as f64 / bugs.len().max(1) as f64;
        let (alarms, share) = (rounded(alarms), rounded(share));
        if changed {
            (found.alarms_per_1000.changed, found.found.changed) = (alarms, share);
        } else {
            (found.alarms_per_1000.unchanged, found.found.unchanged) = (alarms, share);
        }
        for kind in RewriteKind::ALL {
            let slot = found.least.entry(kind.name().to_owned()).or_default();
            let value = least.get(&kind).map(|least| (least * 1000.0).ceil() / 1000.0);
            *(if changed { &mut slot.changed } else { &mut slot.unchanged }) = value;
        }
    }
    found
}

fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
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

/// Spends the allowed alarms where they find the most; gives the kinds that speak.
fn spend(clean: &[Said], bugs: &[Said], allowed: f64) -> BTreeMap<RewriteKind, f32> {
    let mut all: Vec<f32> = clean.iter().filter_map(|it| it.choice).map(|it| it.log_odds).collect();
    all.sort_by(|a, b| b.total_cmp(a));
    let floor = all.get(whole(allowed * FLOOR)).copied().unwrap_or(0.0).max(0.0);
    let mut kinds: Vec<Kind> =
        RewriteKind::ALL.into_iter().map(|kind| of_kind(kind, clean, bugs)).collect();
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
    let speaks = |kind: Kind| {
        let least = kind.least(kind.alarms, floor);
        let (right, wrong) = kind.shown(least);
        let is_good = right >= LEAST_HITS && right as f64 >= LEAST_RIGHT * (right + wrong) as f64;
        is_good.then_some((kind.rewrite, least))
    };
    kinds.into_iter().filter_map(speaks).collect()
}

fn of_kind(kind: RewriteKind, clean: &[Said], bugs: &[Said]) -> Kind {
    let own = |said: &Said| said.choice.filter(|choice| choice.kind == kind);
    let mut clean: Vec<f32> = clean.iter().filter_map(own).map(|it| it.log_odds).collect();
    clean.sort_by(|a, b| b.total_cmp(a));
    let mut bugs: Vec<(f32, bool)> = bugs
        .iter()
        .filter_map(|said| Some((own(said)?.log_odds, said.is_right == Some(true))))
        .collect();
    bugs.sort_by(|a, b| b.0.total_cmp(&a.0));
    Kind { rewrite: kind, clean, bugs, alarms: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: RewriteKind, log_odds: f32, is_right: Option<bool>) -> Said {
        Said {
            choice: Some(Choice { candidate: 0, kind, log_odds, signs: Signs::default() }),
            is_right,
        }
    }

    #[test]
    fn alarms_go_to_the_kind_that_finds_most_and_stay_within_what_is_allowed() {
        let (good, poor) = (RewriteKind::Variable, RewriteKind::Number);
        let mut functions = vec![Said { choice: None, is_right: None }; 9_000];
        for step in 0..500_u16 {
            let log_odds = f32::from(step) / 50.0;
            functions.push(said(good, log_odds, None));
            functions.push(said(poor, log_odds, None));
            functions.push(said(good, log_odds + 2.0, Some(true)));
            functions.push(said(poor, log_odds, Some(step % 3 == 0)));
        }
        let found = choose(&functions, Threshold { unchanged: 1.0, changed: 10.0 });
        assert!(found.alarms_per_1000.unchanged <= 1.0, "{found:?}");
        assert!(found.alarms_per_1000.changed <= 10.0 && found.alarms_per_1000.changed > 1.0);
        assert!(found.found.changed > found.found.unchanged && found.found.unchanged > 0.05);
        let least = |kind: RewriteKind| found.least.get(kind.name()).copied().unwrap_or_default();
        assert!(least(good).unchanged.is_some() && least(poor).unchanged.is_none(), "{found:?}");
        assert_eq!(least(RewriteKind::Swap), Threshold::default(), "nothing known: silence");
    }
}
