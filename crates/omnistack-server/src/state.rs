//! The state that all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use prometheus_client::metrics::counter::Counter;

use crate::audit::Audit;
use crate::auth::Auth;
use crate::configuration::Configuration;
use crate::guard::pressure::Pressure;
use crate::metrics::Metrics;
use crate::service::Service;
use crate::store::Store;
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
    /// What is counted of it.
    pub metrics: Arc<Metrics>,
    /// What is counted by client.
    pub usage: Usage,
    /// How many requests are answered at a time.
    pub pressure: Pressure,
    /// Whether the server is about to stop.
    is_draining: AtomicBool,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
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
        let (usage, is_draining) = (Usage::default(), AtomicBool::new(false));
        Self(Arc::new(Parts {
            configuration,
            store,
            auth,
            service,
            audit,
            metrics,
            usage,
            pressure,
            is_draining,
        }))
    }

    /// The server is about to stop: it is not ready any more, and still answers.
    pub fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
        self.metrics.draining.set(1);
    }

    /// Whether it is about to stop.
    pub fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    /// Has what is a state rather than an event told whenever somebody asks for metrics.
    pub fn watch(&self) {
        let weak = Arc::downgrade(&self.0);
        let mut told = [0; 4];
        telemetry::metrics().ask(Box::new(move |metrics| {
            let Some(parts) = weak.upgrade() else { return false };
            let cache = &parts.service.cache;
            let (entries, bytes) = cache.size();
            metrics.cache_entries.of(MEMORY).set(entries as i64);
            metrics.cache_size.of(MEMORY).set(bytes as i64);
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
