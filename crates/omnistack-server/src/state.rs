//! The state that all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use prometheus_client::metrics::counter::Counter;

use crate::access_log::AccessLog;
use crate::audit::Audit;
use crate::auth::{Auth, AuthError};
use crate::configuration::{ClientsIn, Configuration, secret};
use crate::guard::pressure::Pressure;
use crate::metrics::Metrics;
use crate::service::Service;
use crate::service::models::ModelProblem;
use crate::store::cache::Cache;
use crate::store::{Memory, Store, StoreError};
use crate::usage::Usage;

/// The cache of predictions in memory, as metrics name it.
const MEMORY: &str = "prediction_memory";
/// That in Redis.
const REDIS: &str = "prediction_redis";

/// What all requests share; a clone is the same.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of it.
pub struct Parts {
    /// The settings.
    pub configuration: Configuration,
    /// What replicas share.
    pub store: Arc<Store>,
    /// Who asks.
    pub auth: Auth,
    /// Who answers.
    pub service: Service,
    /// What is written down of it.
    pub audit: Audit,
    /// The requests.
    pub access_log: AccessLog,
    /// What is counted of it.
    pub metrics: Arc<Metrics>,
    /// What is counted by client.
    pub usage: Usage,
    /// How many requests are answered at a time.
    pub pressure: Pressure,
    /// Whether the server is about to stop.
    is_leaving: AtomicBool,
    /// Whether it takes no more questions.
    is_draining: AtomicBool,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// A server that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// What replicas share.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Keys, clients or an external issuer.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// A model.
    #[error(transparent)]
    Model(#[from] ModelProblem),
    /// The audit log.
    #[error("the audit log cannot be written: {0}")]
    Audit(std::io::Error),
    /// Clients are to be in a Redis that is not named.
    #[error(
        "auth.clients_in = \"redis\" needs a Redis: name it with {} or redis.url_file",
        secret::REDIS_URL
    )]
    ClientsNeedRedis,
    /// Loading the model panicked.
    #[error("loading the model panicked")]
    Panicked,
}

impl App {
    /// Opens all parts of a server, and loads its default model. In memory, nothing is read or written
    /// for keys, clients and what replicas share: all of it goes with the process.
    ///
    /// # Errors
    /// [`OpenError`] when the settings name something that cannot be used.
    pub async fn open(configuration: Configuration, in_memory: bool) -> Result<Self, OpenError> {
        crate::listening::install_provider();
        let metrics = Arc::<Metrics>::default();
        let store = if in_memory {
            metrics.store.up.set(1);
            Store::Memory(Memory::default())
        } else {
            Store::open(&configuration.redis, metrics.store.clone()).await?
        };
        let store = Arc::new(store);
        if !in_memory && configuration.auth.clients_in == ClientsIn::Redis && !store.is_shared() {
            return Err(OpenError::ClientsNeedRedis);
        }
        let auth = if in_memory {
            Auth::in_memory(&configuration, Arc::clone(&store))?
        } else {
            Auth::start(&configuration, Arc::clone(&store)).await?
        };
        let cache = Cache::new(&configuration.cache, Arc::clone(&store));
        let service = Service::new(&configuration, cache, Arc::clone(&metrics))?;
        let audit_file = configuration.telemetry.audit_file.as_deref();
        let audit = Audit::new(audit_file).map_err(OpenError::Audit)?;
        let app = Self::new(configuration, store, auth, service, audit, metrics);
        app.auth.run();
        app.watch();
        let loading = app.clone();
        let load = move || {
            let models = &loading.service.models;
            models.load(&models.default_id())
        };
        tokio::task::spawn_blocking(load).await.map_err(|_| OpenError::Panicked)??;
        Ok(app)
    }

    /// The state of a server.
    pub fn new(
        configuration: Configuration,
        store: Arc<Store>,
        auth: Auth,
        service: Service,
        audit: Audit,
        metrics: Arc<Metrics>,
    ) -> Self {
        let pressure = Pressure::new(&configuration.limits);
        let access_log = AccessLog::new(configuration.telemetry.access_log);
        let audit = audit.counting(metrics.audit_lost.clone());
        let (is_leaving, is_draining) = (AtomicBool::new(false), AtomicBool::new(false));
        Self(Arc::new(Parts {
            configuration,
            store,
            auth,
            service,
            audit,
            access_log,
            metrics,
            usage: Usage::default(),
            pressure,
            is_leaving,
            is_draining,
        }))
    }

    /// The server is about to stop: it says that it is not ready, and still answers.
    pub fn leave(&self) {
        self.is_leaving.store(true, Ordering::Relaxed);
        self.metrics.draining.set(1);
    }

    /// Whether it is about to stop.
    pub fn is_leaving(&self) -> bool {
        self.is_leaving.load(Ordering::Relaxed)
    }

    /// The server stops: it answers what it was asked, and nothing more.
    pub fn drain(&self) {
        self.leave();
        self.is_draining.store(true, Ordering::Relaxed);
    }

    /// Whether it takes no more questions.
    pub fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    /// Has what is a state rather than an event told whenever somebody asks for metrics.
    fn watch(&self) {
        let weak = Arc::downgrade(&self.0);
        let mut told = [0; 4];
        telemetry::metrics().ask(Box::new(move |metrics| {
            let Some(parts) = weak.upgrade() else { return false };
            let cache = &parts.service.cache;
            let (entries, bytes) = cache.size();
            metrics.cache_entries.of(MEMORY).set(i64::try_from(entries).unwrap_or(i64::MAX));
            metrics.cache_size.of(MEMORY).set(i64::try_from(bytes).unwrap_or(i64::MAX));
            let counters = cache.counters();
            let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
            let (hits, shared) = (read(&counters.hits), read(&counters.shared_hits));
            let missed = read(&counters.misses);
            let mut tell = |at: usize, counter: &Counter, now: u64| {
                if let Some(told) = told.get_mut(at) {
                    counter.inc_by(now.saturating_sub(*told));
                    *told = now;
                }
            };
            tell(0, &metrics.cache_hits.of(MEMORY), hits);
            tell(1, &metrics.cache_misses.of(MEMORY), shared + missed);
            if parts.store.is_shared() {
                tell(2, &metrics.cache_hits.of(REDIS), shared);
                tell(3, &metrics.cache_misses.of(REDIS), missed);
            }
            true
        }));
    }
}
