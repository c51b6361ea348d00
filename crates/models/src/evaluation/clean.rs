//! Correct functions: how many alarms there are at the thresholds the product ships with.

use std::collections::BTreeMap;
use std::path::Path;

use analysis::cancellation::CancellationToken;
use serde::{Deserialize, Serialize};

use super::{Groups, Options, bounds, group_of, language_named, rounded};
use crate::dataset::{DatasetError, lines};
use crate::features::RewriteKind;
use crate::findings::rule_of;
use crate::model::Model;
use crate::parallel;
use crate::snippet::Snippet;

/// A correct function.
#[derive(Clone, Debug, Deserialize)]
pub struct Function {
    /// The id of its language.
    pub language: String,
    /// Its text.
    pub code: String,
}

/// What the model says of a function.
#[derive(Clone, Copy, Debug, Default)]
struct Outcome {
    is_parsed: bool,
    lines: usize,
    alarm: Option<RewriteKind>,
}

/// The measures of some functions.
#[derive(Clone, Debug, Serialize)]
pub struct Measures {
    /// Functions.
    pub functions: usize,
    /// Of these, those that could not be read.
    pub unparsed: usize,
    /// Their lines.
    pub lines: usize,
    /// Functions with an alarm.
    pub alarms: usize,
    /// The same in a thousand functions.
    pub alarms_per_1000_functions: f64,
    /// The same in a thousand lines.
    pub alarms_per_1000_lines: f64,
    /// 95 % bounds of alarms in a thousand functions.
    pub bounds: BTreeMap<&'static str, [f64; 2]>,
}

/// Evaluates the functions of a file. The types are the rules under which alarms are reported.
///
/// # Errors
/// [`DatasetError`] when the file cannot be read.
pub fn evaluate(
    model: &Model,
    file: &Path,
    options: Options,
) -> Result<Groups<Measures>, DatasetError> {
    let mut functions: Vec<Function> = Vec::new();
    lines::each(file, |function| {
        functions.push(function);
        Ok(())
    })?;
    let outcomes = parallel::each(options.threads, &functions, |function| {
        let outcome = outcome(model, function, options);
        Outcome { lines: function.code.lines().count(), ..outcome.unwrap_or_default() }
    });
    let mut languages: BTreeMap<String, Vec<Outcome>> = BTreeMap::new();
    for (function, outcome) in functions.iter().zip(&outcomes) {
        languages.entry(group_of(&function.language)).or_default().push(*outcome);
    }
    // Every rule looked at every function, if there is any.
    let types = RewriteKind::ALL.into_iter().filter(|_| !outcomes.is_empty());
    let types = types.map(rule_of).collect::<std::collections::BTreeSet<_>>();
    let of_type = |rule: &str| {
        let own = |outcome: &Outcome| Outcome {
            alarm: outcome.alarm.filter(|kind| rule_of(*kind) == rule),
            ..*outcome
        };
        measures(&outcomes.iter().map(own).collect::<Vec<_>>())
    };
    Ok(Groups {
        overall: measures(&outcomes),
        by_language: languages.iter().map(|(name, own)| (name.clone(), measures(own))).collect(),
        by_type: types.into_iter().map(|rule| (rule.to_owned(), of_type(rule))).collect(),
    })
}

fn outcome(model: &Model, function: &Function, options: Options) -> Option<Outcome> {
    let language = language_named(&function.language)?;
    let snippet = Snippet::read(&function.code, language)?;
    let judgement = model.judge(&snippet.features(), &CancellationToken::new())?;
    let alarm = model.alarm(&judgement, language.id(), options.changed);
    Some(Outcome { is_parsed: true, lines: 0, alarm: alarm.map(|alarm| alarm.choice.kind) })
}

fn measures(outcomes: &[Outcome]) -> Measures {
    let alarms = outcomes.iter().filter(|it| it.alarm.is_some()).count();
    let lines: usize = outcomes.iter().map(|it| it.lines).sum();
    let in_thousand = |of: usize| rounded(alarms as f64 * 1000.0 / of.max(1) as f64);
    let bounds = bounds(alarms, outcomes.len()).map(|share| rounded(share * 1000.0));
    Measures {
        functions: outcomes.len(),
        unparsed: outcomes.iter().filter(|it| !it.is_parsed).count(),
        lines,
        alarms,
        alarms_per_1000_functions: in_thousand(outcomes.len()),
        alarms_per_1000_lines: in_thousand(lines),
        bounds: BTreeMap::from([("alarms_per_1000_functions", bounds)]),
    }
}
