//! The state that all requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::audit::Audit;
use crate::auth::Auth;
use crate::configuration::Configuration;
use crate::guard::pressure::Pressure;
use crate::metrics::Metrics;
use crate::service::Service;
use crate::store::Store;
use crate::usage::Usage;

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
}
