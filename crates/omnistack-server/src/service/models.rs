//! The models of a server, and where each is in its life: not loaded, loaded, swapped for what stands
//! in its folder now, let go.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use models::features::LANGUAGE_ORDER;
use models::model::{Manifest, Source};
use models::wire::{ModelDescription, ModelState};

use super::pool::{Batching, Pool};
use crate::configuration;
use crate::lock;
use crate::metrics::{Metrics, level};

/// A model that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelProblem {
    /// There is none of that id.
    #[error("there is no model {id:?}: there are {known}")]
    Unknown {
        /// What was asked for.
        id: String,
        /// What there is.
        known: String,
    },
    /// It is not loaded.
    #[error("the model {id} is not loaded: an operator loads it with POST /v1/models/{id}/load")]
    NotLoaded {
        /// Its id.
        id: String,
    },
    /// Somebody loads it already.
    #[error("the model {id} is being loaded")]
    Busy {
        /// Its id.
        id: String,
    },
    /// Its files cannot be used.
    #[error("the model {id} cannot be used: {problem}")]
    Unusable {
        /// Its id.
        id: String,
        /// Why.
        problem: String,
    },
    /// Two folders have a model of the same id.
    #[error("{} has a model of the id {id}, as another folder does", .folder.display())]
    Twice {
        /// The id.
        id: String,
        /// The second folder.
        folder: PathBuf,
    },
}

#[derive(Default)]
enum Life {
    #[default]
    Unloaded,
    Loading(Option<Arc<Loaded>>),
    Ready(Arc<Loaded>),
    Draining,
    Failed(String),
}

/// A model in memory.
pub struct Loaded {
    /// Names the model and its weights.
    pub version: String,
    /// Its threads.
    pub pool: Pool,
}

struct Slot {
    source: Source,
    manifest: Mutex<Manifest>,
    life: Mutex<Life>,
}

/// All models.
pub struct Models {
    slots: RwLock<BTreeMap<String, Arc<Slot>>>,
    default: RwLock<String>,
    settings: configuration::Models,
    queue: usize,
    metrics: Arc<Metrics>,
}

/// Names a model and its weights, so that what one said is never taken for what another says.
fn version(manifest: &Manifest) -> String {
    let files: Vec<&str> = manifest.files.values().map(String::as_str).collect();
    format!("{} {}", manifest.id, files.join(" "))
}

impl Models {
    /// The model inside the program, and those of the folders. None is loaded yet.
    ///
    /// # Errors
    /// [`ModelProblem`] when a folder has no usable manifest, or the default is none of them.
    pub fn new(
        settings: &configuration::Models,
        queue: usize,
        metrics: Arc<Metrics>,
    ) -> Result<Self, ModelProblem> {
        let models = Self {
            slots: RwLock::default(),
            default: RwLock::default(),
            settings: settings.clone(),
            queue,
            metrics,
        };
        let embedded = models.add(Source::Embedded)?;
        for folder in &settings.folders {
            models.add(Source::Folder(folder.clone()))?;
        }
        let default = if settings.default.is_empty() { embedded } else { settings.default.clone() };
        models.slot(&default)?;
        *models.default.write().unwrap_or_else(PoisonError::into_inner) = default;
        Ok(models)
    }

    fn add(&self, source: Source) -> Result<String, ModelProblem> {
        let id = match &source {
            Source::Embedded => "embedded".to_owned(),
            Source::Folder(folder) => folder.display().to_string(),
        };
        let unusable = |error: models::predictor::ModelError| ModelProblem::Unusable {
            id,
            problem: error.to_string(),
        };
        let manifest = source.manifest().map_err(unusable)?;
        let id = manifest.id.clone();
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        if let (true, Source::Folder(folder)) = (slots.contains_key(&id), &source) {
            return Err(ModelProblem::Twice { id, folder: folder.clone() });
        }
        self.metrics.model(&id);
        let (manifest, life) = (Mutex::new(manifest), Mutex::default());
        slots.insert(id.clone(), Arc::new(Slot { source, manifest, life }));
        Ok(id)
    }

    fn slot(&self, id: &str) -> Result<Arc<Slot>, ModelProblem> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.get(id).cloned().ok_or_else(|| ModelProblem::Unknown {
            id: id.to_owned(),
            known: slots.keys().cloned().collect::<Vec<_>>().join(", "),
        })
    }

    /// The model that is asked where none is named.
    pub fn default_id(&self) -> String {
        self.default.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A model that can be asked.
    ///
    /// # Errors
    /// [`ModelProblem`] when there is none of that id, or it is not loaded.
    pub fn ready(&self, id: &str) -> Result<Arc<Loaded>, ModelProblem> {
        let slot = self.slot(id)?;
        let id = id.to_owned();
        match &*lock(&slot.life) {
            Life::Ready(loaded) | Life::Loading(Some(loaded)) => Ok(Arc::clone(loaded)),
            Life::Failed(problem) => Err(ModelProblem::Unusable { id, problem: problem.clone() }),
            Life::Loading(None) => Err(ModelProblem::Busy { id }),
            Life::Unloaded | Life::Draining => Err(ModelProblem::NotLoaded { id }),
        }
    }

    /// Loads a model, or what stands in its folder now in place of what is loaded: who asks in the
    /// meantime is answered by the one before, which goes when it has answered. Blocks.
    ///
    /// # Errors
    /// [`ModelProblem`]; the one before stays when the new one cannot be used.
    pub fn load(&self, id: &str) -> Result<(), ModelProblem> {
        let slot = self.slot(id)?;
        let before = {
            let mut life = lock(&slot.life);
            let before = match &*life {
                Life::Loading(_) | Life::Draining => {
                    return Err(ModelProblem::Busy { id: id.to_owned() });
                }
                Life::Ready(loaded) => Some(Arc::clone(loaded)),
                Life::Unloaded | Life::Failed(_) => None,
            };
            *life = Life::Loading(before.clone());
            before
        };
        match self.read(id, &slot, before.as_ref()) {
            Ok(loaded) => {
                *lock(&slot.life) = Life::Ready(Arc::clone(&loaded));
                self.metrics.model(id).loaded.set(1);
                if let Some(before) = before.filter(|it| !Arc::ptr_eq(it, &loaded)) {
                    tracing::info!(model = id, "the model was swapped; the one before drains");
                    before.pool.drain();
                    self.metrics.model(id).workers.set(level(loaded.pool.workers()));
                } else {
                    tracing::info!(model = id, "the model is loaded");
                }
                Ok(())
            }
            Err(problem) => {
                tracing::error!(model = id, problem, "the model cannot be used");
                *lock(&slot.life) = match before {
                    Some(before) => Life::Ready(before),
                    None => Life::Failed(problem.clone()),
                };
                Err(ModelProblem::Unusable { id: id.to_owned(), problem })
            }
        }
    }

    fn read(
        &self,
        id: &str,
        slot: &Slot,
        before: Option<&Arc<Loaded>>,
    ) -> Result<Arc<Loaded>, String> {
        let manifest = slot.source.manifest().map_err(|error| error.to_string())?;
        if manifest.id != id {
            return Err(format!("its folder now holds {}", manifest.id));
        }
        let version = version(&manifest);
        if let Some(before) = before.filter(|it| it.version == version) {
            return Ok(Arc::clone(before));
        }
        let model = slot.source.read().map_err(|error| error.to_string())?;
        model.warm_up().map_err(|error| error.to_string())?;
        *lock(&slot.manifest) = manifest;
        let threads = match self.settings.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            given => given,
        };
        let batching = Batching { wait: self.settings.batch_wait, most: self.settings.batch_units };
        let metrics = self.metrics.model(id);
        let pool = Pool::start(Arc::new(model), threads, batching, self.queue, metrics)
            .map_err(|error| error.to_string())?;
        Ok(Arc::new(Loaded { version, pool }))
    }

    /// Lets a model go when it has answered what it was asked. Blocks until then.
    ///
    /// # Errors
    /// [`ModelProblem`] when there is none of that id, or it is not loaded.
    pub fn unload(&self, id: &str) -> Result<(), ModelProblem> {
        let slot = self.slot(id)?;
        let loaded = {
            let mut life = lock(&slot.life);
            match &*life {
                Life::Ready(loaded) => {
                    let loaded = Arc::clone(loaded);
                    *life = Life::Draining;
                    loaded
                }
                Life::Loading(_) | Life::Draining => {
                    return Err(ModelProblem::Busy { id: id.to_owned() });
                }
                Life::Unloaded => return Ok(()),
                Life::Failed(_) => {
                    *life = Life::Unloaded;
                    return Ok(());
                }
            }
        };
        loaded.pool.drain();
        *lock(&slot.life) = Life::Unloaded;
        self.metrics.model(id).loaded.set(0);
        tracing::info!(model = id, "the model is let go");
        Ok(())
    }

    /// What there is to say of a model.
    ///
    /// # Errors
    /// [`ModelProblem::Unknown`].
    pub fn describe(&self, id: &str) -> Result<ModelDescription, ModelProblem> {
        let slot = self.slot(id)?;
        let manifest = lock(&slot.manifest).clone();
        let (state, loaded, problem) = match &*lock(&slot.life) {
            Life::Unloaded => (ModelState::Unloaded, None, None),
            Life::Loading(before) => (ModelState::Loading, before.clone(), None),
            Life::Ready(loaded) => (ModelState::Ready, Some(Arc::clone(loaded)), None),
            Life::Draining => (ModelState::Draining, None, None),
            Life::Failed(problem) => (ModelState::Failed, None, Some(problem.clone())),
        };
        let model = loaded.as_ref().map(|it| it.pool.model());
        let is_served = |it: &&str| model.is_none_or(|model| !model.gaps().contains(it));
        Ok(ModelDescription {
            id: manifest.id,
            state,
            licence: manifest.licence,
            checksum: manifest.files.get("predictor.safetensors").cloned().unwrap_or_default(),
            parameters: model.map(|it| it.predictor.parameters()),
            languages: LANGUAGE_ORDER.into_iter().filter(is_served).map(str::to_owned).collect(),
            workers: loaded.as_ref().map_or(0, |it| it.pool.workers()),
            waiting: loaded.as_ref().map_or(0, |it| it.pool.waiting()),
            problem,
        })
    }

    /// What there is to say of all models.
    pub fn describe_all(&self) -> Vec<ModelDescription> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        let ids: Vec<String> = slots.keys().cloned().collect();
        drop(slots);
        ids.iter().filter_map(|id| self.describe(id).ok()).collect()
    }
}
