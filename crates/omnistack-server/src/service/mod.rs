//! The service: models, and what they say of functions.
//!
//! A request's functions are looked up in the cache; of those that are not there, each is asked once,
//! however many want it, of the least busy thread of the model's [`pool`].

pub mod judging;
pub mod models;
pub mod pool;

use std::collections::HashSet;
use std::sync::Arc;

use ::models::decision::Changed;
use ::models::wire::{Unit, UnitAnswer, UnitStatus};
use analysis::languages::Language;
use futures::future::join_all;
use tokio::sync::Semaphore;
use tracing::Instrument;

use crate::configuration::{Configuration, Policy};
use crate::metrics::{Metrics, UnitOutcome};
use crate::store::cache::{Cache, Flight, Key, Landed, Leader};

use judging::Question;
use models::{Loaded, ModelProblem, Models};
use pool::{Pending, PoolError};

/// Why there are no answers.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The model cannot be asked.
    #[error(transparent)]
    Model(#[from] ModelProblem),
    /// It was asked, and has no answer.
    #[error(transparent)]
    Pool(#[from] PoolError),
}

/// Answers, and how they came about.
#[derive(Debug, Default)]
pub struct Answers {
    /// The model's id.
    pub model: String,
    /// In the order of the functions, with their ids.
    pub units: Vec<UnitAnswer>,
    /// How many were known.
    pub cached: usize,
}

/// Models, and the threads that run them.
pub struct Service {
    /// The models.
    pub models: Models,
    /// What they said.
    pub cache: Cache,
    /// The least confidence that is shown.
    least_confidence: f32,
    /// The rules of predictions that are shown.
    shown: HashSet<&'static str>,
    metrics: Arc<Metrics>,
    /// Analyses that may run at a time.
    engine: Arc<Semaphore>,
}

/// The rules of predictions that a policy leaves.
fn shown(ignore: &[String]) -> HashSet<&'static str> {
    let mut rules = analysis::configuration::Configuration::default();
    // What the settings name was looked at when they were read.
    let _ = rules.select(&["predict"]).and_then(|()| rules.ignore(ignore));
    let all = analysis::rules::all().iter().copied();
    all.filter(|it| rules.is_enabled(it)).map(|it| it.id).collect()
}

/// The span of what is asked of a model, within that of the request.
fn span(model: &str, units: usize) -> tracing::Span {
    if !telemetry::traces::is_on() {
        return tracing::Span::none();
    }
    tracing::info_span!("judge", model, units)
}

/// A function on its way to its answer.
enum Step {
    Done(Arc<UnitAnswer>),
    Asked(Leader, Pending),
}

impl Service {
    /// The service of a server. No model is loaded yet.
    ///
    /// # Errors
    /// [`ModelProblem`] when a model of the settings has no usable manifest.
    pub fn new(
        configuration: &Configuration,
        cache: Cache,
        metrics: Arc<Metrics>,
    ) -> Result<Self, ModelProblem> {
        let queue = configuration.limits.queue;
        let models = Models::new(&configuration.models, queue, Arc::clone(&metrics))?;
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let engine = Arc::new(Semaphore::new(processors));
        let Policy { ignore, min_confidence: least_confidence } = &configuration.policy;
        let (least_confidence, shown) = (*least_confidence, shown(ignore));
        Ok(Self { models, cache, least_confidence, shown, metrics, engine })
    }

    /// What a model says of functions, for a client.
    ///
    /// # Errors
    /// [`ServiceError`] when it cannot be asked, or too much is asked of it.
    pub async fn predict(
        &self,
        client: &Arc<str>,
        model: Option<&str>,
        units: &[Unit],
    ) -> Result<Answers, ServiceError> {
        match self.predict_once(client, model, units).await {
            // The model was swapped between the look for it and the question: the next one answers.
            Err(ServiceError::Pool(PoolError::Stopped)) => {
                self.predict_once(client, model, units).await
            }
            answers => answers,
        }
    }

    async fn predict_once(
        &self,
        client: &Arc<str>,
        model: Option<&str>,
        units: &[Unit],
    ) -> Result<Answers, ServiceError> {
        let id = model.map_or_else(|| self.models.default_id(), str::to_owned);
        let loaded = self.models.ready(&id)?;
        let languages: Vec<_> = units.iter().map(|it| Language::from_id(&it.language)).collect();
        let known = units.iter().zip(&languages).filter(|(_, language)| language.is_some());
        let keys: Vec<Key> = known
            .map(|(unit, _)| Key::of(&loaded.version, &unit.language, unit.changed, &unit.code))
            .collect();
        let found = self.cache.get_many(&keys).await;
        let cached = found.iter().flatten().count();
        let asked = units.iter().zip(&languages).filter_map(|(unit, language)| {
            Some(Question {
                language: (*language)?,
                code: unit.code.clone(),
                changed: if unit.changed { Changed::Yes } else { Changed::No },
            })
        });
        let missing: Vec<_> = keys
            .iter()
            .zip(&found)
            .zip(if cached == keys.len() { Vec::new() } else { asked.collect() })
            .filter_map(|((key, found), question)| found.is_none().then_some((*key, question)))
            .collect();
        let answered = if missing.is_empty() {
            Vec::new()
        } else {
            {
                let span = span(&id, missing.len());
                self.ask(client, &id, &loaded, missing).instrument(span).await?
            }
        };
        let mut answered = answered.into_iter();
        let mut found = found.into_iter().map(|known| known.or_else(|| answered.next()));
        let answers = units.iter().zip(&languages).map(|(unit, language)| {
            let answer = language.and_then(|_| found.next().flatten());
            self.shown(unit, answer.as_deref())
        });
        let units: Vec<UnitAnswer> = answers.collect();
        self.metrics.units(&id, UnitOutcome::Cached, cached as u64);
        Ok(Answers { model: id, units, cached })
    }

    /// What the default model says of any number of functions, so many at a time.
    ///
    /// # Errors
    /// [`ServiceError`] as [`Service::predict`] has them.
    pub async fn predict_in_parts(
        &self,
        client: &Arc<str>,
        units: &[Unit],
        at_once: usize,
    ) -> Result<Vec<UnitAnswer>, ServiceError> {
        let mut answers = Vec::with_capacity(units.len());
        for part in units.chunks(at_once.max(1)) {
            answers.extend(self.predict(client, None, part).await?.units);
        }
        Ok(answers)
    }

    /// Runs work of the engine, apart from the threads that serve requests.
    ///
    /// # Errors
    /// [`PoolError::Failed`] when it panics.
    pub async fn on_engine<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        // The semaphore is never closed.
        let permit = Arc::clone(&self.engine).acquire_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        done.await.map_err(|_| PoolError::Failed.into())
    }

    /// Asks about what nobody knows yet, each thing once.
    async fn ask(
        &self,
        client: &Arc<str>,
        id: &str,
        loaded: &Loaded,
        missing: Vec<(Key, Question)>,
    ) -> Result<Vec<Arc<UnitAnswer>>, ServiceError> {
        if !loaded.pool.has_room(missing.len()) {
            return Err(PoolError::Full.into());
        }
        let mut followers = Vec::new();
        let mut steps = Vec::with_capacity(missing.len());
        for (at, (key, question)) in missing.iter().enumerate() {
            steps.push(match self.cache.join(*key) {
                Flight::Known(answer) => Some(Step::Done(answer)),
                Flight::Leader(leader) => {
                    Some(Step::Asked(leader, loaded.pool.ask(client, question.clone())?))
                }
                Flight::Follower(follower) => {
                    followers.push((at, follower));
                    None
                }
            });
        }
        // Those that this request leads land before it waits for others: two requests that wait for
        // each other would wait for ever.
        let mut written = Vec::new();
        let land = |step: Option<Step>| async {
            match step {
                Some(Step::Done(answer)) => Ok(Some((None, answer))),
                Some(Step::Asked(leader, pending)) => {
                    let answer = Arc::new(pending.answer().await?);
                    let key = *leader.key();
                    leader.land(Arc::clone(&answer));
                    Ok(Some((Some(key), answer)))
                }
                None => Ok(None),
            }
        };
        let landed: Vec<Result<_, PoolError>> = join_all(steps.into_iter().map(land)).await;
        let mut answers = Vec::with_capacity(missing.len());
        for landed in landed {
            let landed = landed.inspect_err(|_| self.metrics.units(id, UnitOutcome::Failed, 1))?;
            if let Some((Some(key), answer)) = &landed {
                self.count(id, answer);
                written.push((*key, Arc::clone(answer)));
            }
            answers.push(landed.map(|(_, answer)| answer));
        }
        for (at, follower) in followers {
            let answer = match follower.landed().await {
                Landed::Answer(answer) => {
                    self.metrics.units(id, UnitOutcome::Shared, 1);
                    answer
                }
                Landed::Lead(leader) => {
                    let question = missing.get(at).map(|(_, question)| question.clone());
                    let question = question.ok_or(PoolError::Stopped)?;
                    let answer = Arc::new(loaded.pool.ask(client, question)?.answer().await?);
                    self.count(id, &answer);
                    written.push((*leader.key(), Arc::clone(&answer)));
                    leader.land(Arc::clone(&answer));
                    answer
                }
            };
            if let Some(slot) = answers.get_mut(at) {
                *slot = Some(answer);
            }
        }
        self.cache.put_many(written);
        Ok(answers.into_iter().flatten().collect())
    }

    fn count(&self, id: &str, answer: &UnitAnswer) {
        let outcome = match answer.status {
            UnitStatus::Judged => UnitOutcome::Judged,
            UnitStatus::Unparsed | UnitStatus::UnknownLanguage => UnitOutcome::Unparsed,
        };
        self.metrics.units(id, outcome, 1);
    }

    /// An answer as the request gets it: with its name, and without what the policy leaves out.
    fn shown(&self, unit: &Unit, answer: Option<&UnitAnswer>) -> UnitAnswer {
        let Some(answer) = answer else {
            let status = UnitStatus::UnknownLanguage;
            return UnitAnswer { id: unit.id.clone(), status, ..UnitAnswer::default() };
        };
        let mut shown = answer.clone();
        shown.id.clone_from(&unit.id);
        shown.predictions.retain(|it| {
            it.confidence >= self.least_confidence && self.shown.contains(it.rule.as_str())
        });
        shown
    }
}
