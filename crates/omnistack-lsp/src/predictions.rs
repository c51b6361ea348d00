//! Predictions: joins the engine, which knows nothing of networks, with the models.
//!
//! The engine asks an [`Advice`] about each function; what comes back are findings of `predict/*`
//! rules. Predictions are kept by the unit's key. One that needs the network costs milliseconds, so
//! the daemon first takes what is known, and asks the network when the rules' findings are out.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::engine::{
    AdvisedUnit, Beside, CacheKey, Document, UnitCache, Workspace, analyze_with,
};
use analysis::ir::Flags;
use analysis::ir::lower::Lowered;
use analysis::languages::Language;
use analysis::rules::UnitFinding;
use analysis::text::Snapshot;
use models::decision::Changed;
use models::features::Features;
use models::findings::finding;
use models::model::{MANIFEST, Model, Source};
use moka::sync::Cache;
use telemetry::metrics::{PanicIn, metrics};

use crate::store::{Store, StoreStatus};

mod advice;
mod status;
mod team;

pub use advice::{Advice, Freshness};
pub use status::{PredictionStatus, Remembered};
use team::OfTeam;
pub use team::{Gathering, Wanted};

/// A folder with a model to use instead of the one inside the program.
const MODEL_VARIABLE: &str = "OMNISTACK_PREDICT_MODEL";
/// What a cached prediction weighs beside its findings.
const ENTRY_BYTES: usize = 96;
/// What a finding weighs, about.
const FINDING_BYTES: usize = 512;

/// The model that the environment names, or else the one inside the program.
pub fn source_of_environment() -> Source {
    let folder = std::env::var_os(MODEL_VARIABLE).filter(|it| !it.is_empty());
    folder.map_or(Source::Embedded, |it| Source::Folder(PathBuf::from(it)))
}

/// Units that were there when their document was opened: whatever else there is, was changed.
pub type Opened = Arc<HashSet<CacheKey>>;

type Cached = Cache<(CacheKey, bool), Arc<[UnitFinding]>, rustc_hash::FxBuildHasher>;

/// The model's place: it comes when it is first asked, and goes when nobody asks any more.
#[derive(Default)]
enum Slot {
    #[default]
    Empty,
    Loaded {
        model: Arc<Model>,
        /// When the folder's manifest was written, if the model is a folder's.
        written: Option<SystemTime>,
        used: Instant,
    },
    Failed {
        problem: String,
        written: Option<SystemTime>,
    },
}

/// The store's place: it is opened when it is first asked.
#[derive(Default)]
enum Kept {
    #[default]
    Nowhere,
    /// In this folder, not opened yet.
    Wanted(PathBuf),
    Open(PathBuf, Arc<Store>),
    /// There can be none in this folder.
    Refused(PathBuf),
}

impl Kept {
    fn folder(&self) -> Option<&PathBuf> {
        match self {
            Self::Nowhere => None,
            Self::Wanted(folder) | Self::Open(folder, _) | Self::Refused(folder) => Some(folder),
        }
    }
}

/// The model, and what it said.
pub struct Predictions {
    /// Nothing where nobody wants predictions.
    source: Option<Source>,
    /// The folder of the model that the settings name instead.
    chosen: Mutex<Option<PathBuf>>,
    slot: Mutex<Slot>,
    cached: Cached,
    /// What the team server said, where there is one.
    team: OfTeam,
    kept: Mutex<Kept>,
    panics: AtomicU64,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl Predictions {
    /// With a model, keeping at most so many bytes of predictions. Without one, there are none.
    pub fn new(source: Option<Source>, cache_bytes: u64) -> Self {
        let weigh = |_: &(CacheKey, bool), findings: &Arc<[UnitFinding]>| {
            u32::try_from(ENTRY_BYTES + findings.len() * FINDING_BYTES).unwrap_or(u32::MAX)
        };
        let cache = || {
            Cache::builder()
                .max_capacity(cache_bytes)
                .weigher(weigh)
                .build_with_hasher(rustc_hash::FxBuildHasher)
        };
        let (cached, team) = (cache(), OfTeam::new(cache()));
        let (chosen, slot, kept) = (Mutex::default(), Mutex::default(), Mutex::default());
        let [panics, hits, misses] = [0; 3].map(AtomicU64::new);
        Self { source, chosen, slot, cached, team, kept, panics, hits, misses }
    }

    /// Keeps predictions on disk in this folder too, or nowhere.
    pub fn keep_in(&self, folder: Option<PathBuf>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.folder() != folder.as_ref() {
            *kept = folder.map_or(Kept::Nowhere, Kept::Wanted);
        }
    }

    /// Another model has another store.
    fn reopen(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = kept.folder().cloned();
        *kept = folder.map_or(Kept::Nowhere, Kept::Wanted);
    }

    /// The store, opened if it is wanted.
    fn store(&self) -> Option<Arc<Store>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Kept::Wanted(folder) = &*kept {
            let folder = folder.clone();
            let manifest = self.source()?.manifest().ok()?;
            let model = format!("{} {:?}", manifest.id, manifest.files);
            *kept = match Store::open(&folder, &model) {
                Ok(store) => Kept::Open(folder, Arc::new(store)),
                Err(error) => {
                    tracing::warn!("Predictions are not kept on disk: {error}");
                    Kept::Refused(folder)
                }
            };
        }
        match &*kept {
            Kept::Open(_, store) => Some(Arc::clone(store)),
            _ => None,
        }
    }

    /// Predicts with the model in a folder from now on, or with the one it was made with.
    pub fn choose(&self, folder: Option<&Path>) {
        let folder = folder.filter(|it| !it.as_os_str().is_empty()).map(Path::to_owned);
        let mut chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        if *chosen == folder {
            return;
        }
        *chosen = folder;
        drop(chosen);
        *self.slot.lock().unwrap_or_else(PoisonError::into_inner) = Slot::Empty;
        self.cached.invalidate_all();
        self.reopen();
    }

    /// The model to predict with; nothing where nobody wants predictions.
    fn source(&self) -> Option<Source> {
        let source = self.source.as_ref()?;
        let chosen = self.chosen.lock().unwrap_or_else(PoisonError::into_inner);
        Some(chosen.clone().map_or_else(|| source.clone(), Source::Folder))
    }

    /// The model, loaded if it is not; nothing when it cannot be used. One that was replaced in its
    /// folder since is loaded anew.
    fn model(&self) -> Option<Arc<Model>> {
        let source = self.source()?;
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        let now = written(&source);
        match &mut *slot {
            Slot::Loaded { model, written, used } if *written == now => {
                *used = Instant::now();
                return Some(Arc::clone(model));
            }
            Slot::Failed { written, .. } if *written == now => return None,
            _ => {}
        }
        let ready = |model: Model| model.warm_up().map(|()| model);
        let (next, model) = match source.read().and_then(ready) {
            Ok(model) => {
                let model = Arc::new(model);
                tracing::info!(model = model.manifest.id, "the model is loaded");
                let used = Instant::now();
                (Slot::Loaded { model: Arc::clone(&model), written: now, used }, Some(model))
            }
            Err(error) => {
                let problem = format!("There are no predictions: {error}");
                tracing::error!("{problem}");
                (Slot::Failed { problem, written: now }, None)
            }
        };
        *slot = next;
        // What another model said is worth nothing.
        self.cached.invalidate_all();
        drop(slot);
        self.reopen();
        model
    }

    /// Lets the model go if nobody has asked it for so long.
    pub fn unload_after(&self, idle: Duration) {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(&*slot, Slot::Loaded { used, .. } if used.elapsed() >= idle) {
            tracing::info!("the model is let go");
            *slot = Slot::Empty;
        }
    }

    /// Lets the model go, and what it said.
    pub fn forget(&self) {
        for cached in [&self.cached, &self.team.cached] {
            cached.invalidate_all();
            cached.run_pending_tasks();
        }
        self.unload_after(Duration::ZERO);
    }

    /// Why there are no predictions, if the model was asked and could not be used.
    pub fn problem(&self) -> Option<String> {
        match &*self.slot.lock().unwrap_or_else(PoisonError::into_inner) {
            Slot::Failed { problem, .. } => Some(problem.clone()),
            Slot::Empty | Slot::Loaded { .. } => None,
        }
    }

    /// Which languages the loaded model says nothing of.
    fn gaps(&self) -> Option<String> {
        match &*self.slot.lock().unwrap_or_else(PoisonError::into_inner) {
            Slot::Loaded { model, .. } => model.gaps_told(),
            Slot::Empty | Slot::Failed { .. } => None,
        }
    }

    /// Panics while predicting so far.
    pub fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    /// Numbers for the status; so many documents wait for predictions.
    pub fn status(&self, waiting: usize) -> PredictionStatus {
        self.cached.run_pending_tasks();
        self.team.cached.run_pending_tasks();
        let (state, model) = match &*self.slot.lock().unwrap_or_else(PoisonError::into_inner) {
            Slot::Empty => ("idle", None),
            Slot::Loaded { model, .. } => ("ready", Some(model.manifest.id.clone())),
            Slot::Failed { .. } => ("failed", None),
        };
        let problem = self.problem().or_else(|| self.gaps());
        let Remembered { entries, hits, misses, .. } = self.remembered();
        let disk = self.kept_on_disk();
        PredictionStatus { state, model, problem, entries, disk, waiting, hits, misses }
    }

    /// How often what is kept on disk helped, if anything is.
    pub fn kept_on_disk(&self) -> Option<StoreStatus> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Kept::Open(_, store) = &*kept { Some(store.status()) } else { None }
    }

    /// What is remembered, and how often that helped.
    pub fn remembered(&self) -> Remembered {
        Remembered {
            entries: self.cached.entry_count() + self.team.cached.entry_count(),
            bytes: self.cached.weighted_size() + self.team.cached.weighted_size(),
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
        }
    }

    /// Advice about units that are there or not as the history says.
    pub fn advice(&self, freshness: Freshness) -> Advice<'_> {
        self.advice_if(true, freshness)
    }

    /// The functions of a text, such as version control holds of a document.
    pub fn units(
        &self,
        language: Language,
        text: String,
        configuration: &Configuration,
        cache: &dyn UnitCache,
    ) -> Opened {
        let mut document = Document::new(language, Snapshot::new(text));
        let advice = self.known_advice(Freshness::All(Changed::No));
        let never = CancellationToken::new();
        let analyse = AssertUnwindSafe(|| {
            // Its findings do not matter, and what it has in common with the document is cached.
            let beside = Beside { adviser: &advice, workspace: Workspace::Unknown };
            drop(analyze_with(&mut document, configuration, cache, &beside, &never));
        });
        // Nothing is known then, and everything counts as changed.
        let _ = catch_unwind(analyse);
        Arc::new(advice.into_seen())
    }

    /// Advice as far as it is known without asking the network.
    pub fn known_advice(&self, freshness: Freshness) -> Advice<'_> {
        self.advice_if(false, freshness)
    }

    /// Advice that asks the network or not.
    pub fn advice_if(&self, asks: bool, freshness: Freshness) -> Advice<'_> {
        Advice::new(self, asks, freshness)
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
            let began = Instant::now();
            let judgement = model.judge(&features, cancel)?;
            metrics().prediction.observe(began.elapsed().as_secs_f64());
            metrics().prediction_batch.observe(1.0);
            let alarm = model.alarm(&judgement, unit.language.id(), changed);
            Some(alarm.and_then(|alarm| finding(&features, &alarm)).into_iter().collect())
        });
        catch_unwind(judge).unwrap_or_else(|_| {
            self.panics.fetch_add(1, Ordering::Relaxed);
            metrics().panicked(PanicIn::Prediction);
            tracing::error!("a prediction panicked");
            Some(Vec::new())
        })
    }
}

/// When a model's manifest was written; nothing for the one inside the program.
fn written(source: &Source) -> Option<SystemTime> {
    let Source::Folder(folder) = source else { return None };
    folder.join(MANIFEST).metadata().ok()?.modified().ok()
}
