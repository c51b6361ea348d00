//! Calibration: thresholds from what the network says of functions it has never seen.
//!
//! Of each language, correct functions of the validation projects are judged as they are, no project
//! with more than its share, and some with a bug made on purpose; real fixes add their buggy side.
//! From all of that comes how far the network's odds can be believed ([`belief`]), and how sure it
//! must be to speak ([`choosing`]). What it said can be kept in a file, so that other thresholds can
//! be chosen without asking it again.
//!
//! **The priors.** Confidence is the chance that what is shown is right, and depends on how common
//! bugs are that one rewrite repairs. In code that has stood for a while they are rare: reviews and
//! users have found most. Counts of one-line bugs in released code differ by what is counted; one in
//! a thousand functions is on the high side of them. Of functions that were just written or edited,
//! about one in fifty is taken to have such a slip: slips are made while typing and mostly found within
//! the hour, by whoever made them, by the compiler or by a test, so many more are there to be found
//! than ever reach a commit. Neither is measured here; both stand in the file of thresholds.

mod belief;
mod choosing;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use analysis::cancellation::CancellationToken;
use analysis::languages::Language;
use serde::{Deserialize, Serialize};

use super::evidence::{self, Signs, Weights};
use super::thresholds::OfLanguage;
use super::{Judgement, Threshold, Thresholds, judge};
use crate::dataset::DatasetError;
use crate::dataset::fixes::{Fix, split_of};
use crate::dataset::{lines, shards};
use crate::features::{LANGUAGE_ORDER, RewriteKind};
use crate::injection::{find_repair, inject};
use crate::parallel;
use crate::predictor::Predictor;
use crate::random::Random;
use crate::snippet::Snippet;

/// How many functions are supposed to have a bug that one rewrite repairs.
const PRIOR: Threshold<f64> = Threshold { unchanged: 0.001, changed: 0.02 };
/// Alarms allowed in a thousand correct functions.
const ALLOWED: Threshold<f64> = Threshold { unchanged: 0.2, changed: 2.0 };
/// No project gives more than one in so many of the functions wanted of a language.
const LARGEST_PROJECT: usize = 5;
/// One in so many functions comes with a bug, too.
const BUGGY: usize = 3;
/// Functions of each language that serve to weigh evidence.
const WEIGHED: usize = 2_000;

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
    /// A file for what the network said. When it is there, it is read and the network is not asked.
    pub said: Option<PathBuf>,
}

/// Which function something was said of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Of {
    /// A correct one.
    Correct,
    /// One with a bug made on purpose.
    Made,
    /// The buggy side of a real fix that a rewrite can make.
    Fixed,
}

/// What the network says of one function.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Said {
    of: Of,
    /// The kind and the log-odds of the likeliest rewrite, unless none is left or it is a test.
    choice: Option<(String, f32)>,
    /// Whether that is the repair.
    is_right: bool,
}

impl Said {
    /// Of a judgement: its first choice, if that may be shown.
    fn of(of: Of, judgement: &Judgement, repair: Option<usize>) -> Self {
        let first = judgement.speaks();
        Self {
            of,
            choice: first.map(|it| (it.kind.name().to_owned(), it.log_odds)),
            is_right: first.is_some_and(|it| repair == Some(it.candidate)),
        }
    }

    fn log_odds(&self) -> Option<f32> {
        self.choice.as_ref().map(|(_, log_odds)| *log_odds)
    }

    fn is_of_kind(&self, kind: RewriteKind) -> bool {
        self.choice.as_ref().is_some_and(|(name, _)| name == kind.name())
    }
}

/// All that was said, by language, and the weights of evidence that it was said with.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Heard {
    evidence: Weights,
    languages: BTreeMap<String, Vec<Said>>,
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
    let heard = hear(predictor, options, &mut tell)?;
    for (sign, weight) in &heard.evidence {
        tell(&format!("evidence {sign}: {weight:+.2}"));
    }
    let all: Vec<&Said> = heard.languages.values().flatten().collect();
    let (belief, measured) = belief::measure(&all);
    tell(&format!("belief: {belief:?}, {measured:?}"));
    let mut thresholds = Thresholds {
        prior: PRIOR,
        allowed_per_1000: ALLOWED,
        belief,
        evidence: heard.evidence,
        languages: BTreeMap::new(),
    };
    for (language, said) in &heard.languages {
        let found = choosing::choose(said, &all, &thresholds);
        let OfLanguage { functions, bugs, alarms_per_1000, found: share, .. } = &found;
        tell(&format!(
            "{language}: {functions} functions, {bugs} bugs; unchanged {:.2} alarms, {:.1} % \
             found; changed {:.2} alarms, {:.1} % found",
            alarms_per_1000.unchanged,
            share.unchanged * 100.0,
            alarms_per_1000.changed,
            share.changed * 100.0
        ));
        thresholds.languages.insert(language.clone(), found);
    }
    Ok(thresholds)
}

/// Asks the network about everything, or reads what it said before.
fn hear(
    predictor: &Predictor,
    options: &Options,
    tell: &mut impl FnMut(&str),
) -> Result<Heard, DatasetError> {
    if let Some(path) = options.said.as_ref().filter(|it| it.exists()) {
        let mut found = Heard::default();
        lines::each(path, |heard| {
            found = heard;
            Ok(())
        })?;
        return Ok(found);
    }
    let mut fixes: BTreeMap<String, Vec<Fix>> = BTreeMap::new();
    if let Some(file) = &options.fixes {
        lines::each(file, |fix: Fix| {
            if split_of(&fix.repo) == "validation" {
                fixes.entry(fix.language.clone()).or_default().push(fix);
            }
            Ok(())
        })?;
    }
    let mut heard = Heard { evidence: weigh_evidence(predictor, options)?, ..Heard::default() };
    let weights = &heard.evidence;
    for language in LANGUAGE_ORDER {
        let records: Vec<(usize, shards::Record)> =
            records(options, language, options.functions)?.into_iter().enumerate().collect();
        let of_records = parallel::each(options.threads, &records, |(at, record)| {
            of_function(predictor, weights, record, at % BUGGY == 0)
        });
        let mut said: Vec<Said> = of_records.into_iter().flatten().collect();
        let fixes = fixes.remove(language).unwrap_or_default();
        let of_fixes =
            parallel::each(options.threads, &fixes, |fix| of_fix(predictor, weights, fix));
        said.extend(of_fixes.into_iter().flatten());
        tell(&format!("{language}: asked {} times", said.len()));
        heard.languages.insert(language.to_owned(), said);
    }
    if let Some(path) = &options.said {
        let file = File::create(path).map_err(DatasetError::file(path))?;
        let mut out = BufWriter::new(file);
        let written = serde_json::to_writer(&mut out, &heard).map_err(std::io::Error::from);
        written.and_then(|()| out.flush()).map_err(DatasetError::file(path))?;
    }
    Ok(heard)
}

/// Functions of a language from the projects of the validation part. Their order is random; none of
/// the projects gives more than its share.
fn records(
    options: &Options,
    language: &str,
    functions: usize,
) -> Result<Vec<shards::Record>, DatasetError> {
    let most = functions.div_ceil(LARGEST_PROJECT);
    let mut of_project: BTreeMap<u32, usize> = BTreeMap::new();
    let mut records = Vec::new();
    for shard in shards::list(&options.data.join("validation"), language)? {
        for record in shards::read(&shard)? {
            let own = of_project.entry(record.project).or_default();
            if *own < most && records.len() < functions {
                *own += 1;
                records.push(record);
            }
        }
    }
    Ok(records)
}

/// Measures how much what the facts say of a rewrite counts, on functions of all languages.
fn weigh_evidence(predictor: &Predictor, options: &Options) -> Result<Weights, DatasetError> {
    let mut considered = Vec::new();
    for language in LANGUAGE_ORDER {
        let records = records(options, language, options.functions.min(WEIGHED))?;
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
    record: &shards::Record,
    with_bug: bool,
) -> Vec<Said> {
    let Some(clean) = Snippet::read(&record.text, record.language) else { return Vec::new() };
    let never = CancellationToken::new();
    let features = clean.features();
    let judged = |features: &_| judge(predictor, weights, features, &never).unwrap_or_default();
    let mut said = vec![Said::of(Of::Correct, &judged(&features), None)];
    let mut random = Random::new(xxhash_rust::xxh3::xxh3_64(record.text.as_bytes()));
    if with_bug && let Some(mutant) = inject(&clean, &features, &mut random) {
        let judgement = judged(&mutant.snippet.features());
        said.push(Said::of(Of::Made, &judgement, Some(mutant.label.candidate)));
    }
    said
}

/// What is said of the buggy side of a fix that a candidate can make.
fn of_fix(predictor: &Predictor, weights: &Weights, fix: &Fix) -> Option<Said> {
    let language = Language::from_id(&fix.language)?;
    let before = Snippet::read(&fix.buggy, language)?;
    let after = Snippet::read(&fix.fixed, language)?;
    let features = before.features();
    let (label, _) = find_repair(&features, after.text(), None)?;
    let judgement = judge(predictor, weights, &features, &CancellationToken::new())?;
    Some(Said::of(Of::Fixed, &judgement, Some(label.candidate)))
}
