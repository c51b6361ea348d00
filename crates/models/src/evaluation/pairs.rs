//! Pairs of functions before and after a fix: is the bug seen, in the right place, with the right
//! repair, and does the buggy side look worse than the fixed one?

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;

use analysis::cancellation::CancellationToken;
use serde::{Deserialize, Serialize};

use super::{Groups, Options, bounds, group_of, language_named, rounded, share};
use crate::dataset::{DatasetError, lines};
use crate::decision::Judgement;
use crate::features::{Edit, Features};
use crate::model::Model;
use crate::parallel;
use crate::rounding::whole;
use crate::snippet::Snippet;

/// Alarms per thousand fixed functions at which recall and precision are given.
const ALARMS: [usize; 3] = [1, 5, 10];
/// The share of false alarms at which joint localization and repair is given.
const FALSE_ALARMS: f64 = 0.02;

/// A function before and after a fix.
#[derive(Clone, Debug, Deserialize)]
pub struct Pair {
    /// The id of its language.
    pub language: String,
    /// Before.
    pub buggy: String,
    /// After.
    pub fixed: String,
    /// What kind of bug it is.
    #[serde(default)]
    pub bug_type: Option<String>,
    /// The line of the bug, from 1, for fixes whose texts do not tell it.
    #[serde(default)]
    pub bug_line: Option<u32>,
}

/// What the model says of a pair.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a measure of its own")]
struct Outcome {
    is_parsed: bool,
    buggy: f32,
    fixed: f32,
    /// How many tokens each side has.
    buggy_tokens: usize,
    fixed_tokens: usize,
    /// The likeliest rewrite of the buggy side is on the right line, at the right token, right.
    on_line: bool,
    at_token: bool,
    repairs: bool,
    /// Whether there is an alarm at the shipped thresholds.
    buggy_alarm: bool,
    fixed_alarm: bool,
}

/// The measures of some pairs. Rates are fractions of all pairs, those that could not be read
/// included.
#[derive(Clone, Debug, Serialize)]
pub struct Measures {
    /// Pairs.
    pub pairs: usize,
    /// Of these, those of which a side could not be read; they count as misses.
    pub unparsed: usize,
    /// Buggy sides thought to be buggy rather than not: score of ½ and more.
    pub detected: f64,
    /// … and the likeliest rewrite touches the token that was fixed.
    pub localized: f64,
    /// … or at least its line.
    pub localized_line: f64,
    /// … and the likeliest rewrite is the fix.
    pub joint: f64,
    /// Fixed sides thought to be buggy: score of ½ and more.
    pub false_alarm_rate: f64,
    /// Buggy side scored above the fixed one; ties count half.
    pub paired_accuracy: f64,
    /// What counting tokens tells: the buggy side is the shorter one; ties count half. Fixes add more
    /// than they take away, so a score that does not exceed this need not understand anything.
    pub paired_by_length: f64,
    /// Pairs whose sides have the same number of tokens, of which counting tells nothing …
    pub same_length: usize,
    /// … and the paired accuracy on these alone; nothing when there are none.
    pub paired_accuracy_same_length: Option<f64>,
    /// Buggy sides with a score above that of all but so many in a thousand fixed sides.
    pub recall_at_alarms: BTreeMap<String, f64>,
    /// Of the functions above that score, those that are buggy.
    pub precision_at_alarms: BTreeMap<String, f64>,
    /// Likewise, where the likeliest rewrite is the fix, too.
    pub joint_at_alarms: BTreeMap<String, f64>,
    /// Likewise, at two false alarms in a hundred.
    pub joint_at_2_percent_false_alarms: f64,
    /// At the thresholds the product ships with.
    pub shipped: Shipped,
    /// 95 % bounds of rates.
    pub bounds: BTreeMap<&'static str, [f64; 2]>,
}

/// What the product would show.
#[derive(Clone, Debug, Serialize)]
pub struct Shipped {
    /// Alarms on buggy sides.
    pub detected: f64,
    /// … at the right token.
    pub localized: f64,
    /// … with the right repair.
    pub joint: f64,
    /// Alarms on fixed sides.
    pub false_alarm_rate: f64,
}

/// Evaluates the pairs of a file.
///
/// # Errors
/// [`DatasetError`] when the file cannot be read.
pub fn evaluate(
    model: &Model,
    file: &Path,
    options: Options,
) -> Result<Groups<Measures>, DatasetError> {
    let mut pairs: Vec<Pair> = Vec::new();
    lines::each(file, |pair| {
        pairs.push(pair);
        Ok(())
    })?;
    let outcomes = parallel::each(options.threads, &pairs, |pair| {
        outcome(model, pair, options).unwrap_or_default()
    });
    let mut by_language: BTreeMap<String, Vec<Outcome>> = BTreeMap::new();
    let mut by_type: BTreeMap<String, Vec<Outcome>> = BTreeMap::new();
    for (pair, outcome) in pairs.iter().zip(&outcomes) {
        by_language.entry(group_of(&pair.language)).or_default().push(*outcome);
        let kind = pair.bug_type.clone().unwrap_or_else(|| "unknown".to_owned());
        by_type.entry(kind).or_default().push(*outcome);
    }
    let measured = |groups: BTreeMap<String, Vec<Outcome>>| {
        groups.into_iter().map(|(name, outcomes)| (name, measures(&outcomes))).collect()
    };
    Ok(Groups {
        overall: measures(&outcomes),
        by_language: measured(by_language),
        by_type: measured(by_type),
    })
}

/// What the model says of a pair; nothing when a side cannot be read.
fn outcome(model: &Model, pair: &Pair, options: Options) -> Option<Outcome> {
    let language = language_named(&pair.language)?;
    let buggy = Snippet::read(&pair.buggy, language)?;
    let fixed = Snippet::read(&pair.fixed, language)?;
    let never = CancellationToken::new();
    let features = buggy.features();
    let judged = model.judge(&features, &never)?;
    let fixed_features = fixed.features();
    let other = model.judge(&fixed_features, &never)?;
    let alarms =
        |judgement: &Judgement| model.alarm(judgement, language.id(), options.changed).is_some();
    let mut outcome = Outcome {
        is_parsed: true,
        buggy: judged.score,
        fixed: other.score,
        buggy_tokens: features.positions.len(),
        fixed_tokens: fixed_features.positions.len(),
        buggy_alarm: alarms(&judged),
        fixed_alarm: alarms(&other),
        ..Outcome::default()
    };
    if let Some(best) = judged.choices.first()
        && let Some(candidate) = features.candidates.get(best.candidate)
    {
        let place = Place::of(buggy.text(), fixed.text(), &features);
        outcome.on_line = place.is_on_line(buggy.text(), candidate.edit);
        outcome.at_token = place.is_at_token(candidate.edit);
        outcome.repairs =
            blankless(&candidate.edit.apply(features.tree)) == blankless(fixed.text());
    }
    Some(outcome)
}

fn blankless(text: &str) -> Vec<u8> {
    text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect()
}

/// What a fix changed in the buggy side.
struct Place {
    start: u32,
    end: u32,
}

impl Place {
    /// The bytes between what both texts start with and what both end with, widened to tokens.
    fn of(buggy: &str, fixed: &str, features: &Features<'_>) -> Self {
        let (a, b) = (buggy.as_bytes(), fixed.as_bytes());
        let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        let rest = a.len().min(b.len()) - start;
        let tail = a.iter().rev().zip(b.iter().rev()).take(rest).take_while(|(a, b)| a == b);
        let (start, end) = (start as u32, (a.len() - tail.count()) as u32);
        let touched = features.positions.iter().map(|position| position.token.span);
        touched.filter(|span| span.start < end.max(start + 1) && span.end > start).fold(
            Self { start, end },
            |place, span| Self { start: place.start.min(span.start), end: place.end.max(span.end) },
        )
    }

    fn is_at_token(&self, edit: Edit) -> bool {
        let touches = |start: u32, end: u32| start <= self.end && end >= self.start;
        match edit {
            Edit::Replace(span, _) if span.is_empty() => touches(span.start, span.end),
            Edit::Replace(span, _) => {
                span.start < self.end.max(self.start + 1) && span.end > self.start
            }
            Edit::Swap(first, second) => touches(first.start, second.end),
        }
    }

    fn is_on_line(&self, text: &str, edit: Edit) -> bool {
        let line = |at: u32| text.get(..at as usize).unwrap_or_default().matches('\n').count();
        line(edit.start()) >= line(self.start) && line(edit.start()) <= line(self.end)
    }
}

/// In how many pairs the buggy side is the greater one by some order; ties count half, and pairs that
/// could not be read not at all.
fn told_apart(outcomes: &[Outcome], order: impl Fn(&Outcome) -> Ordering) -> f64 {
    let share = |it: &Outcome| match order(it) {
        Ordering::Greater => 1.0,
        Ordering::Equal => 0.5,
        Ordering::Less => 0.0,
    };
    // The sum of nothing would be minus nothing.
    outcomes.iter().filter(|it| it.is_parsed).map(share).fold(0.0, |sum, one| sum + one)
}

fn measures(outcomes: &[Outcome]) -> Measures {
    let pairs = outcomes.len();
    let count = |test: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|it| test(it)).count();
    let rate = |test: &dyn Fn(&Outcome) -> bool| share(count(test), pairs);
    let is_seen = |it: &Outcome| it.is_parsed && it.buggy >= 0.5;
    let paired = told_apart(outcomes, |it| it.buggy.total_cmp(&it.fixed));
    let by_length = told_apart(outcomes, |it| it.fixed_tokens.cmp(&it.buggy_tokens));
    let same_length: Vec<Outcome> = outcomes
        .iter()
        .filter(|it| it.is_parsed && it.buggy_tokens == it.fixed_tokens)
        .copied()
        .collect();
    let paired_same_length = told_apart(&same_length, |it| it.buggy.total_cmp(&it.fixed));
    let joint = count(&|it| is_seen(it) && it.repairs);
    let mut measures = Measures {
        pairs,
        unparsed: count(&|it| !it.is_parsed),
        detected: rate(&is_seen),
        localized: rate(&|it| is_seen(it) && it.at_token),
        localized_line: rate(&|it| is_seen(it) && it.on_line),
        joint: share(joint, pairs),
        false_alarm_rate: rate(&|it| it.is_parsed && it.fixed >= 0.5),
        paired_accuracy: rounded(paired / pairs.max(1) as f64),
        paired_by_length: rounded(by_length / pairs.max(1) as f64),
        same_length: same_length.len(),
        paired_accuracy_same_length: (!same_length.is_empty())
            .then(|| rounded(paired_same_length / same_length.len() as f64)),
        recall_at_alarms: BTreeMap::new(),
        precision_at_alarms: BTreeMap::new(),
        joint_at_alarms: BTreeMap::new(),
        joint_at_2_percent_false_alarms: 0.0,
        shipped: Shipped {
            detected: rate(&|it| it.buggy_alarm),
            localized: rate(&|it| it.buggy_alarm && it.at_token),
            joint: rate(&|it| it.buggy_alarm && it.repairs),
            false_alarm_rate: rate(&|it| it.fixed_alarm),
        },
        bounds: BTreeMap::from([
            ("detected", bounds(count(&is_seen), pairs)),
            ("joint", bounds(joint, pairs)),
            ("false_alarm_rate", bounds(count(&|it| it.is_parsed && it.fixed >= 0.5), pairs)),
            ("paired_accuracy", bounds(whole(paired.round()), pairs)),
        ]),
    };
    let mut fixed: Vec<f32> =
        outcomes.iter().filter(|it| it.is_parsed).map(|it| it.fixed).collect();
    fixed.sort_by(|a, b| b.total_cmp(a));
    // The score that only so many fixed sides exceed.
    let border = |allowed: usize| fixed.get(allowed).copied().unwrap_or(f32::NEG_INFINITY);
    for alarms in ALARMS {
        let border = border(fixed.len() * alarms / 1000);
        let recalled = count(&|it| it.is_parsed && it.buggy > border);
        let false_alarms = fixed.iter().take_while(|score| **score > border).count();
        let name = alarms.to_string();
        measures.recall_at_alarms.insert(name.clone(), share(recalled, pairs));
        measures.precision_at_alarms.insert(name.clone(), share(recalled, recalled + false_alarms));
        let joint = rate(&|it| it.is_parsed && it.buggy > border && it.repairs);
        measures.joint_at_alarms.insert(name, joint);
    }
    let border = border(whole(fixed.len() as f64 * FALSE_ALARMS));
    measures.joint_at_2_percent_false_alarms =
        rate(&|it| it.is_parsed && it.buggy > border && it.repairs);
    measures
}
