//! Metrics: the one registry of the process, with a typed field for each.
//!
//! They are counted whether somebody scrapes them or not, since that costs an addition. What is a
//! state rather than an event (queues, caches, memory) is asked when somebody scrapes.
//!
//! Names are `omnistack_<what>_<unit>`, with `_total` if they only grow; a test keeps them as they
//! are, since dashboards and alerts rest on them.

mod making;
mod process;
pub mod slow;

use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::lock;
use making::Maker;
pub use making::{Described, Fractions, Labelled};
use process::Process;
pub use process::{Memory, memory};

/// The media type of the text that [`Metrics::text`] makes.
pub const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Bounds of durations, in seconds: from what an edit costs to what nobody waits for.
const DURATIONS: [f64; 15] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5,
    10.0,
];
/// Bounds of batches, in functions.
const BATCHES: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

/// A step of an analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// All steps together.
    Total,
    /// Text to syntax tree.
    Parse,
    /// Syntax to the generic tree.
    Lower,
    /// What is known of a unit before rules look at it.
    Facts,
    /// The rules.
    Rules,
    /// The network's predictions.
    Predict,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 6] =
        [Self::Total, Self::Parse, Self::Lower, Self::Facts, Self::Rules, Self::Predict];

    /// Its name as a label and as a span.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Parse => "parse",
            Self::Lower => "lower",
            Self::Facts => "facts",
            Self::Rules => "rules",
            Self::Predict => "predict",
        }
    }
}

/// Where a panic was caught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanicIn {
    /// A rule.
    Rule,
    /// A prediction.
    Prediction,
    /// Anything else.
    Job,
}

/// How a call of a remote server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoteOutcome {
    /// With an answer.
    Answered,
    /// With an error.
    Failed,
    /// Too late.
    TimedOut,
    /// It was not tried, because it failed too often.
    Refused,
}

/// Brings metrics up to date before they are read; false when there is nothing to ask any more.
pub type Source = Box<dyn FnMut(&Metrics) -> bool + Send>;

/// The metrics.
pub struct Metrics {
    registry: Registry,
    described: Vec<Described>,
    sources: Mutex<Vec<Source>>,
    process: Process,
    requests: Labelled<Histogram>,
    stages: [Histogram; Stage::ALL.len()],
    panics: Labelled<Counter>,
    remote: Labelled<Counter>,
    /// Lookups that found something, by cache.
    pub cache_hits: Labelled<Counter>,
    /// Lookups that did not, by cache.
    pub cache_misses: Labelled<Counter>,
    /// Values held, by cache.
    pub cache_entries: Labelled<Gauge>,
    /// Bytes they weigh, by cache.
    pub cache_size: Labelled<Gauge>,
    /// Findings of units when their rules ran, by rule.
    pub findings: Labelled<Counter>,
    /// Log lines that were given up because nobody read them.
    pub log_lines_lost: Counter,
    /// Messages that were given up because the client did not read.
    pub messages_lost: Counter,
    /// How long the network takes for a batch.
    pub prediction: Histogram,
    /// Functions of a batch.
    pub prediction_batch: Histogram,
    /// Jobs waiting, by queue.
    pub queue: Labelled<Gauge>,
    /// Time of rules in the functions that were timed, by rule.
    pub rule_sampled: Labelled<Fractions>,
    /// Requests and analyses over the limit.
    pub slow_requests: Counter,
    /// Units of analysed files: seen, lowered, checked.
    pub units: Labelled<Counter>,
}

/// The process's metrics.
pub fn metrics() -> &'static Metrics {
    static METRICS: OnceLock<Metrics> = OnceLock::new();
    METRICS.get_or_init(Metrics::new)
}

impl Metrics {
    fn new() -> Self {
        let mut maker = Maker::new();
        let durations = || Histogram::new(DURATIONS);
        let stages = maker.histograms(
            "analysis_duration",
            Some(Unit::Seconds),
            "How long the analysis of a document takes, by stage",
            "stage",
            durations,
        );
        Self {
            requests: maker.histograms(
                "request_duration",
                Some(Unit::Seconds),
                "From a request's arrival to its answer, by method",
                "method",
                durations,
            ),
            stages: Stage::ALL.map(|stage| stages.of(stage.name())),
            panics: maker.counters("panics", "Panics that were caught, by where", "where"),
            remote: maker.counters(
                "remote_requests",
                "Calls of a remote inference server, by outcome",
                "outcome",
            ),
            cache_hits: maker.counters("cache_hits", "Lookups that found something", "cache"),
            cache_misses: maker.counters("cache_misses", "Lookups that found nothing", "cache"),
            cache_entries: maker.gauges("cache_entries", None, "Values held", "cache"),
            cache_size: maker.gauges("cache_size", Some(Unit::Bytes), "Bytes held", "cache"),
            findings: maker.counters(
                "findings",
                "Findings of functions whenever their rules ran, by rule",
                "rule",
            ),
            log_lines_lost: maker
                .counter("log_lines_lost", "Log lines given up because nobody read them"),
            messages_lost: maker
                .counter("messages_lost", "Messages given up because the client did not read"),
            prediction: maker.histogram(
                "prediction_duration",
                Some(Unit::Seconds),
                "How long the network takes for a batch of functions",
                durations,
            ),
            prediction_batch: maker.histogram(
                "prediction_batch_functions",
                None,
                "Functions that the network looks at in one batch",
                || Histogram::new(BATCHES),
            ),
            queue: maker.gauges("queue_jobs", None, "Jobs and messages waiting", "queue"),
            rule_sampled: maker.labelled_fractions(
                "rule_sampled",
                Unit::Seconds,
                "Time that rules took in the functions that were timed, one of sixteen",
                "rule",
            ),
            slow_requests: maker
                .counter("slow_requests", "Requests and analyses that took longer than the limit"),
            units: maker.counters(
                "analysis_units",
                "Functions and modules of analysed documents: all, those lowered, those checked",
                "work",
            ),
            process: Process::new(&mut maker),
            sources: Mutex::default(),
            described: maker.described,
            registry: maker.registry,
        }
    }

    /// A request was answered.
    pub fn request(&self, method: &'static str, took: Duration) {
        self.requests.of(method).observe(took.as_secs_f64());
    }

    /// A stage of an analysis took so long.
    pub fn stage(&self, stage: Stage, took: Duration) {
        if let Some(histogram) = self.stages.get(stage as usize) {
            histogram.observe(took.as_secs_f64());
        }
    }

    /// A panic was caught.
    pub fn panicked(&self, place: PanicIn) {
        let label = match place {
            PanicIn::Rule => "rule",
            PanicIn::Prediction => "prediction",
            PanicIn::Job => "job",
        };
        self.panics.of(label).inc();
    }

    /// A call of a remote server ended.
    pub fn remote(&self, outcome: RemoteOutcome) {
        let label = match outcome {
            RemoteOutcome::Answered => "answered",
            RemoteOutcome::Failed => "failed",
            RemoteOutcome::TimedOut => "timed_out",
            RemoteOutcome::Refused => "refused",
        };
        self.remote.of(label).inc();
    }

    /// Asks a source whenever somebody scrapes.
    pub fn ask(&self, source: Source) {
        lock(&self.sources).push(source);
    }

    /// All metrics as they are now, in the text format.
    pub fn text(&self) -> String {
        self.text_with(&Registry::default())
    }

    /// The same, followed by those of another registry, which a binary may have for itself.
    pub fn text_with(&self, other: &Registry) -> String {
        use prometheus_client::encoding::text::{encode_eof, encode_registry};
        self.process.refresh();
        lock(&self.sources).retain_mut(|source| source(self));
        let mut text = String::new();
        // Writing to a text does not fail.
        let _ = encode_registry(&mut text, &self.registry);
        let _ = encode_registry(&mut text, other);
        let _ = encode_eof(&mut text);
        text
    }

    /// What there is, by name.
    pub fn described(&self) -> Vec<Described> {
        let mut described = self.described.clone();
        described.sort_by(|one, other| one.name.cmp(&other.name));
        described
    }
}
