//! Predictions: joins the engine, which knows nothing of networks, with the models.
//!
//! The engine asks an [`Advice`] about each function; what comes back are findings of `predict/*`
//! rules. Predictions are kept by the unit's key. One that needs the network costs milliseconds, so
//! the daemon first takes what is known, and asks the network when the rules' findings are out.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use analysis::cancellation::CancellationToken;
use analysis::engine::{AdvisedUnit, Adviser, CacheKey};
use analysis::ir::Flags;
use analysis::ir::lower::Lowered;
use analysis::rules::UnitFinding;
use models::decision::Changed;
use models::features::Features;
use models::findings::finding;
use models::model::{Model, Source};
use moka::sync::Cache;
use serde::Serialize;

/// A folder with a model to use instead of the one inside the program.
const MODEL_VARIABLE: &str = "OMNISTACK_PREDICT_MODEL";
/// What a cached prediction weighs beside its findings.
const ENTRY_BYTES: usize = 96;
/// What a finding weighs, about.
const FINDING_BYTES: usize = 512;

/// Units that were there when their document was opened: whatever else there is, was changed.
pub type Opened = Arc<HashSet<CacheKey>>;

type Cached = Cache<(CacheKey, bool), Arc<[UnitFinding]>, rustc_hash::FxBuildHasher>;

/// The model, loaded when it is first asked, and what it said.
pub struct Predictions {
    source: Source,
    model: OnceLock<Result<Arc<Model>, String>>,
    cached: Cached,
    panics: AtomicU64,
}

/// How predictions do, as the status tells it.
#[derive(Clone, Debug, Serialize)]
pub struct PredictionStatus {
    /// `idle` before the model was asked, `ready`, or `failed`.
    pub state: &'static str,
    /// The model.
    pub model: Option<String>,
    /// Why there are no predictions.
    pub problem: Option<String>,
    /// Units whose predictions are kept.
    pub entries: u64,
}

impl Predictions {
    /// With the model of the environment or else the one inside the program, keeping at most so
    /// many bytes of predictions.
    pub fn new(cache_bytes: u64) -> Self {
        let folder = std::env::var_os(MODEL_VARIABLE).filter(|it| !it.is_empty());
        let source = folder.map_or(Source::Embedded, |it| Source::Folder(PathBuf::from(it)));
        let weigh = |_: &(CacheKey, bool), findings: &Arc<[UnitFinding]>| {
            u32::try_from(ENTRY_BYTES + findings.len() * FINDING_BYTES).unwrap_or(u32::MAX)
        };
        let cached = Cache::builder()
            .max_capacity(cache_bytes)
            .weigher(weigh)
            .build_with_hasher(rustc_hash::FxBuildHasher);
        Self { source, model: OnceLock::new(), cached, panics: AtomicU64::new(0) }
    }

    fn model(&self) -> Result<&Arc<Model>, &str> {
        let read = || match &self.source {
            Source::Embedded => Model::embedded().map_err(|error| error.to_string()),
            folder @ Source::Folder(_) => {
                folder.read().map(Arc::new).map_err(|error| error.to_string())
            }
        };
        self.model.get_or_init(read).as_ref().map_err(String::as_str)
    }

    /// Why there are no predictions, if the model was asked and could not be used.
    pub fn problem(&self) -> Option<String> {
        let problem = self.model.get()?.as_ref().err()?;
        Some(format!("There are no predictions: {problem}"))
    }

    /// Panics while predicting so far.
    pub fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    /// Numbers for the status.
    pub fn status(&self) -> PredictionStatus {
        self.cached.run_pending_tasks();
        let (state, model, problem) = match self.model.get() {
            None => ("idle", None, None),
            Some(Ok(model)) => ("ready", Some(model.manifest.id.clone()), None),
            Some(Err(_)) => ("failed", None, self.problem()),
        };
        PredictionStatus { state, model, problem, entries: self.cached.entry_count() }
    }

    /// Advice about units that are there or not as the history says.
    pub fn advice(&self, freshness: Freshness) -> Advice<'_> {
        self.new_advice(freshness, true)
    }

    /// Advice as far as it is known without asking the network.
    pub fn known_advice(&self, freshness: Freshness) -> Advice<'_> {
        self.new_advice(freshness, false)
    }

    fn new_advice(&self, freshness: Freshness, asks: bool) -> Advice<'_> {
        let (seen, is_whole) = (Mutex::default(), AtomicBool::new(true));
        Advice { predictions: self, freshness, asks, seen, is_whole }
    }

    /// What the network says of a unit; nothing when cancelled.
    fn predict(
        &self,
        model: &Model,
        unit: &AdvisedUnit<'_>,
        changed: Changed,
        cancel: &CancellationToken,
    ) -> Option<Vec<UnitFinding>> {
        let Lowered { tree, comments } = &unit.unit.lowered;
        if tree.ids().any(|id| tree.flags(id).has(Flags::DAMAGED)) {
            // What the parser guessed, the network need not judge.
            return Some(Vec::new());
        }
        let judge = AssertUnwindSafe(|| {
            let bindings = &unit.unit.facts.bindings;
            let features = Features::of_unit(tree, bindings, comments, unit.language);
            let judgement = model.judge(&features, cancel)?;
            let alarm = model.alarm(&judgement, unit.language.id(), changed);
            Some(alarm.and_then(|alarm| finding(&features, &alarm)).into_iter().collect())
        });
        catch_unwind(judge).unwrap_or_else(|_| {
            self.panics.fetch_add(1, Ordering::Relaxed);
            tracing::error!("a prediction panicked");
            Some(Vec::new())
        })
    }
}

/// Which units count as changed.
#[derive(Clone, Debug)]
pub enum Freshness {
    /// None, or all of those that matter.
    All(Changed),
    /// Those that were not there when the document was opened.
    Since(Opened),
}

/// Advice for one analysis.
pub struct Advice<'a> {
    predictions: &'a Predictions,
    freshness: Freshness,
    /// Whether the network may be asked.
    asks: bool,
    seen: Mutex<HashSet<CacheKey>>,
    is_whole: AtomicBool,
}

impl Advice<'_> {
    /// The units that advice was wanted on.
    pub fn into_seen(self) -> HashSet<CacheKey> {
        self.seen.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self, key: CacheKey) -> Changed {
        match &self.freshness {
            Freshness::All(changed) => *changed,
            Freshness::Since(opened) if opened.contains(&key) => Changed::No,
            Freshness::Since(_) => Changed::Yes,
        }
    }

    fn lacks(&self) -> Arc<[UnitFinding]> {
        self.is_whole.store(false, Ordering::Relaxed);
        Arc::default()
    }
}

impl Adviser for Advice<'_> {
    fn advise(&self, unit: &AdvisedUnit<'_>, cancel: &CancellationToken) -> Arc<[UnitFinding]> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(unit.key);
        let changed = self.changed(unit.key);
        let key = (unit.key, changed == Changed::Yes);
        if let Some(known) = self.predictions.cached.get(&key) {
            return known;
        }
        if !self.asks {
            return self.lacks();
        }
        let Ok(model) = self.predictions.model() else { return self.lacks() };
        let Some(found) = self.predictions.predict(model, unit, changed, cancel) else {
            return self.lacks();
        };
        let found: Arc<[UnitFinding]> = found.into();
        self.predictions.cached.insert(key, Arc::clone(&found));
        found
    }

    fn is_whole(&self) -> bool {
        self.is_whole.load(Ordering::Relaxed)
    }
}
