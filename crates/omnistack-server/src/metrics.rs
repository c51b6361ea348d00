//! Metrics of the server, beside those of every process that `telemetry` has.
//!
//! Values of labels come from the program, never from a request: routes as the router writes them,
//! codes of problems, ids of models that the operator put there.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::store::Signals;

/// Bounds of durations, in seconds: from a hit in memory to what nobody waits for.
const DURATIONS: [f64; 14] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];
/// Bounds of batches, in functions.
const BATCHES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

type One = [(&'static str, &'static str); 1];
type Model = [(&'static str, String); 1];
type Request = [(&'static str, &'static str); 3];
type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// What became of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitOutcome {
    /// The network looked at it.
    Judged,
    /// The answer was known.
    Cached,
    /// Somebody else was asking the same.
    Shared,
    /// It is no function, or does not parse.
    Unparsed,
    /// Nobody waited any more.
    Cancelled,
    /// The model could not answer.
    Failed,
}

impl UnitOutcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Judged => "judged",
            Self::Cached => "cached",
            Self::Shared => "shared",
            Self::Unparsed => "unparsed",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }
}

/// The metrics.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Histograms<One>,
    /// Requests that are being answered.
    pub in_flight: Gauge,
    rejected: Family<One, Counter>,
    units: Family<[(&'static str, String); 2], Counter>,
    queue: Family<Model, Gauge>,
    queue_wait: Histograms<Model>,
    batch: Histograms<Model>,
    batch_duration: Histograms<Model>,
    workers: Family<Model, Gauge>,
    loaded: Family<Model, Gauge>,
    /// What the store tells of itself.
    pub store: Signals,
    tokens: Family<One, Counter>,
    token_failures: Family<One, Counter>,
    /// Events of the audit log that could not be written.
    pub audit_lost: Counter,
    /// Whether the server is about to stop.
    pub draining: Gauge,
}

/// A number of things as a gauge has it.
pub fn level(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn durations() -> Histogram {
    Histogram::new(DURATIONS)
}

fn batches() -> Histogram {
    Histogram::new(BATCHES)
}

/// The metrics of one model.
#[derive(Clone, Debug)]
pub struct ModelMetrics {
    /// Functions that wait.
    pub queue: Gauge,
    /// How long they wait.
    pub wait: Histogram,
    /// Functions of a batch.
    pub batch: Histogram,
    /// How long a batch takes.
    pub batch_duration: Histogram,
    /// Threads that run it.
    pub workers: Gauge,
    /// Whether it is in memory.
    pub loaded: Gauge,
    /// Functions that nobody waited for any more.
    pub cancelled: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("omnistack");
        let (requests, rejected) = (Family::default(), Family::default());
        let durations_of = || Histograms::<One>::new_with_constructor(durations as fn() -> _);
        let of_model = || Histograms::<Model>::new_with_constructor(durations as fn() -> _);
        let (request_durations, in_flight) = (durations_of(), Gauge::default());
        registry.register(
            "http_requests",
            "Requests, by route, method and status",
            Family::clone(&requests),
        );
        registry.register_with_unit(
            "http_request_duration",
            "From a request's head to its response's head, by route",
            Unit::Seconds,
            request_durations.clone(),
        );
        registry.register(
            "http_requests_in_flight",
            "Requests that are being answered",
            in_flight.clone(),
        );
        registry.register(
            "http_rejected",
            "Requests turned away, by the problem's code",
            Family::clone(&rejected),
        );
        let units = Family::default();
        registry.register(
            "model_units",
            "Functions asked about, by model and what became of them",
            Family::clone(&units),
        );
        let queue = Family::default();
        registry.register(
            "model_queue_units",
            "Functions that wait for a model",
            Family::clone(&queue),
        );
        let queue_wait = of_model();
        registry.register_with_unit(
            "model_queue_wait",
            "How long functions wait for a model",
            Unit::Seconds,
            queue_wait.clone(),
        );
        let batch = Histograms::<Model>::new_with_constructor(batches as fn() -> _);
        registry.register(
            "model_batch_units",
            "Functions that a model looks at together",
            batch.clone(),
        );
        let batch_duration = of_model();
        registry.register_with_unit(
            "model_batch_duration",
            "How long a batch takes",
            Unit::Seconds,
            batch_duration.clone(),
        );
        let (workers, loaded) = (Family::default(), Family::default());
        registry.register("model_workers", "Threads that run a model", Family::clone(&workers));
        registry.register("model_loaded", "Whether a model is in memory", Family::clone(&loaded));
        let store =
            Signals { up: Gauge::default(), errors: Counter::default(), duration: durations() };
        registry.register("store_up", "Whether the store answers", store.up.clone());
        registry.register("store_errors", "Calls of the store that failed", store.errors.clone());
        registry.register_with_unit(
            "store_duration",
            "How long calls of the store take",
            Unit::Seconds,
            store.duration.clone(),
        );
        let (tokens, token_failures) = (Family::default(), Family::default());
        registry.register(
            "tokens_issued",
            "Access tokens issued, by grant",
            Family::clone(&tokens),
        );
        registry.register(
            "token_failures",
            "Tokens and credentials refused, by reason",
            Family::clone(&token_failures),
        );
        let (audit_lost, draining) = (Counter::default(), Gauge::default());
        registry.register(
            "audit_events_lost",
            "Events of the audit log that could not be written",
            audit_lost.clone(),
        );
        registry.register("draining", "Whether the server is about to stop", draining.clone());
        Self {
            registry,
            requests,
            durations: request_durations,
            in_flight,
            rejected,
            units,
            queue,
            queue_wait,
            batch,
            batch_duration,
            workers,
            loaded,
            store,
            tokens,
            token_failures,
            audit_lost,
            draining,
        }
    }
}

impl Metrics {
    /// A request was answered.
    pub fn request(
        &self,
        route: &'static str,
        method: &'static str,
        status: &'static str,
        seconds: f64,
    ) {
        self.requests
            .get_or_create(&[("route", route), ("method", method), ("status", status)])
            .inc();
        self.durations.get_or_create(&[("route", route)]).observe(seconds);
    }

    /// A request was turned away with a problem of this code.
    pub fn rejected(&self, code: &'static str) {
        self.rejected.get_or_create(&[("code", code)]).inc();
    }

    /// So many functions became that.
    pub fn units(&self, model: &str, outcome: UnitOutcome, count: u64) {
        if count > 0 {
            let labels = [("model", model.to_owned()), ("outcome", outcome.name().to_owned())];
            self.units.get_or_create(&labels).inc_by(count);
        }
    }

    /// The metrics of a model.
    pub fn model(&self, model: &str) -> ModelMetrics {
        let label = [("model", model.to_owned())];
        ModelMetrics {
            queue: self.queue.get_or_create_owned(&label),
            wait: self.queue_wait.get_or_create_owned(&label),
            batch: self.batch.get_or_create_owned(&label),
            batch_duration: self.batch_duration.get_or_create_owned(&label),
            workers: self.workers.get_or_create_owned(&label),
            loaded: self.loaded.get_or_create_owned(&label),
            cancelled: self.units.get_or_create_owned(&[
                ("model", model.to_owned()),
                ("outcome", UnitOutcome::Cancelled.name().to_owned()),
            ]),
        }
    }

    /// An access token was issued.
    pub fn token_issued(&self, grant: &'static str) {
        self.tokens.get_or_create(&[("grant", grant)]).inc();
    }

    /// A token, or what was given for one, was refused.
    pub fn token_refused(&self, reason: &'static str) {
        self.token_failures.get_or_create(&[("reason", reason)]).inc();
    }

    /// All metrics of the process, in the text format.
    pub fn text(&self) -> String {
        telemetry::metrics().text_with(&self.registry)
    }
}
