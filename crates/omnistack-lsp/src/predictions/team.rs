//! What a team server says of functions: which ones it is to be asked about, and what it answered.
//!
//! Its answers are kept apart from those of the network on this machine, in memory only: they are
//! another model's, and go when the server or its model is another.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use analysis::cancellation::CancellationToken;
use analysis::engine::{AdvisedUnit, Adviser, CacheKey};
use analysis::ir::Flags;
use analysis::rules::UnitFinding;
use models::decision::Changed;
use models::wire::Unit;

use super::advice::Freshness;
use super::{Cached, Predictions};

/// No more functions of a document are sent at once; the others are predicted on this machine.
const MOST_UNITS: usize = 256;
/// Nor more bytes of them.
const MOST_BYTES: usize = 2 << 20;
/// A function that is longer is not sent.
const MOST_UNIT_BYTES: usize = 256 << 10;

/// What the team server said.
pub(super) struct OfTeam {
    /// Its answers.
    pub(super) cached: Cached,
    from: Mutex<Whose>,
}

/// Whose answers they are.
#[derive(Default)]
struct Whose {
    /// The settings that name the server; nothing while there is none.
    settings: Option<String>,
    /// The model that answered.
    model: Option<String>,
}

impl OfTeam {
    pub(super) fn new(cached: Cached) -> Self {
        Self { cached, from: Mutex::default() }
    }
}

/// A function that the team server is to be asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    key: (CacheKey, bool),
    language: &'static str,
    code: String,
}

impl Wanted {
    /// As it is sent; `id` is its name in the answer.
    pub fn unit(&self, id: usize) -> Unit {
        Unit {
            id: Some(id.to_string()),
            language: self.language.to_owned(),
            code: self.code.clone(),
            changed: self.key.1,
        }
    }
}

impl Predictions {
    /// Answers are of the server that these settings name from now on, or there is none. What was
    /// known before is asked anew.
    pub fn choose_team(&self, settings: Option<String>) {
        let mut from = self.team.from.lock().unwrap_or_else(PoisonError::into_inner);
        if from.settings == settings {
            return;
        }
        self.team.cached.invalidate_all();
        if settings.is_some() {
            self.cached.invalidate_all();
        }
        *from = Whose { settings, model: None };
    }

    /// Advice that only gathers what is not known.
    pub fn gathering(&self, freshness: Freshness) -> Gathering<'_> {
        Gathering { predictions: self, freshness, gathered: Mutex::default() }
    }

    /// Keeps what the server, as these settings name it, said of functions.
    pub fn take_from_team(&self, settings: &str, wanted: &[Wanted], answer: remote::Answer) {
        let mut from = self.team.from.lock().unwrap_or_else(PoisonError::into_inner);
        if from.settings.as_deref() != Some(settings) {
            return;
        }
        if from.model.as_ref() != Some(&answer.model) {
            if from.model.is_some() {
                tracing::info!(model = answer.model, "the team server has another model");
                self.team.cached.invalidate_all();
            }
            from.model = Some(answer.model.clone());
        }
        let origin =
            format!("From the team server at {} (model `{}`).", answer.endpoint, answer.model);
        for (wanted, found) in wanted.iter().zip(answer.units) {
            // What it could not read, this machine may.
            let Some(mut found) = found else { continue };
            for finding in &mut found {
                finding.evidence.push(origin.clone());
            }
            self.team.cached.insert(wanted.key, found.into());
        }
    }

    /// What anybody said of a function.
    pub(super) fn said(&self, key: (CacheKey, bool)) -> Option<Arc<[UnitFinding]>> {
        self.team.cached.get(&key).or_else(|| self.cached.get(&key))
    }
}

/// Gathers functions of which nothing is known yet.
pub struct Gathering<'a> {
    predictions: &'a Predictions,
    freshness: Freshness,
    gathered: Mutex<Gathered>,
}

#[derive(Default)]
struct Gathered {
    seen: HashSet<(CacheKey, bool)>,
    wanted: Vec<Wanted>,
    bytes: usize,
}

impl Gathering<'_> {
    /// The functions.
    pub fn into_wanted(self) -> Vec<Wanted> {
        self.gathered.into_inner().unwrap_or_else(PoisonError::into_inner).wanted
    }
}

impl Adviser for Gathering<'_> {
    fn advise(&self, unit: &AdvisedUnit<'_>, _: &CancellationToken) -> Arc<[UnitFinding]> {
        let Some(changed) = self.freshness.of(unit.key) else { return Arc::default() };
        let key = (unit.key, changed == Changed::Yes);
        if let Some(known) = self.predictions.said(key) {
            return known;
        }
        let tree = &unit.unit.lowered.tree;
        let code = tree.source();
        // What the parser guessed, nobody need judge.
        let is_damaged = || tree.ids().any(|id| tree.flags(id).has(Flags::DAMAGED));
        if code.len() > MOST_UNIT_BYTES || is_damaged() {
            return Arc::default();
        }
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = gathered.wanted.len() < MOST_UNITS && gathered.bytes + code.len() <= MOST_BYTES;
        if fits && gathered.seen.insert(key) {
            gathered.bytes += code.len();
            let (language, code) = (unit.language.id(), code.to_owned());
            gathered.wanted.push(Wanted { key, language, code });
        }
        Arc::default()
    }

    fn is_whole(&self) -> bool {
        false
    }
}
