//! How the daemon does, as `omnistack/status` tells it.

use serde::Serialize;
use telemetry::Activity;
use telemetry::metrics::Memory;
use telemetry::panics::Report;

use super::cache::CacheStatus;
use super::meaning::SearchStatus;
use super::team::RemoteStatus;
use crate::predictions::PredictionStatus;

/// The answer to `omnistack/status`.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// Version of the daemon.
    pub version: &'static str,
    /// Seconds since it started.
    pub uptime_seconds: f64,
    /// How diagnostics reach the client: `push` or `pull`.
    pub diagnostics: &'static str,
    /// Open documents.
    pub documents: DocumentStatus,
    /// Units kept between analyses.
    pub cache: CacheStatus,
    /// The shares of lookups that found something.
    pub hit_rates: HitRates,
    /// Work waiting.
    pub queue: QueueStatus,
    /// The workspace's files.
    pub workspace: WorkspaceStatus,
    /// The search by meaning.
    pub search: SearchStatus,
    /// The network.
    pub predictions: PredictionStatus,
    /// The team server.
    pub remote: RemoteStatus,
    /// Panics caught so far.
    pub panics: u64,
    /// Rules that are off because they panicked repeatedly.
    pub disabled_rules: Vec<&'static str>,
    /// The process's memory, where the system tells.
    pub memory: Option<Memory>,
    /// How often it passed the ceiling, and caches were emptied.
    pub evictions: u64,
    /// The rules that take the most time, slowest first.
    pub slowest_rules: Vec<SlowRule>,
    /// Panics of the process.
    pub panic_reports: PanicReports,
    /// Where metrics, traces and logs are.
    pub telemetry: Activity,
}

/// A rule among the slowest.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SlowRule {
    /// Its id.
    pub rule: &'static str,
    /// The time of all its calls in a function, on average over those that were timed.
    pub microseconds_per_function: f64,
}

/// What is known of panics.
#[derive(Clone, Debug, Serialize)]
pub struct PanicReports {
    /// The folder that keeps reports.
    pub folder: Option<String>,
    /// The places where this process has panicked.
    pub reports: Vec<Report>,
}

impl PanicReports {
    /// Those of this process.
    pub fn of_this_process() -> Self {
        let (reports, folder) = telemetry::panics::reports();
        Self { folder: folder.map(|it| it.display().to_string()), reports }
    }
}

/// The shares of lookups that found something, 0 to 1; nothing before the first lookup.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct HitRates {
    /// Of units.
    pub units: Option<f64>,
    /// Of predictions.
    pub predictions: Option<f64>,
}

impl HitRates {
    /// By hits and misses.
    pub fn of(cache: &CacheStatus, predictions: &PredictionStatus) -> Self {
        let share = |hits: u64, misses: u64| {
            let asked = hits + misses;
            (asked > 0).then(|| hits as f64 / asked as f64)
        };
        let units = share(cache.hits, cache.misses);
        Self { units, predictions: share(predictions.hits, predictions.misses) }
    }
}

/// Numbers of documents.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DocumentStatus {
    /// Open, in a language we know.
    pub open: usize,
    /// Of these, analysed in their present state.
    pub current: usize,
}

/// What is known of the workspace's files.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct WorkspaceStatus {
    /// Files whose functions are known.
    pub files: usize,
    /// Bytes that takes.
    pub bytes: u64,
    /// Files left out because there are too many.
    pub left_out: usize,
    /// Whether they are still being read.
    pub reading: bool,
}

/// Work and messages waiting.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct QueueStatus {
    /// Analyses waiting for a thread.
    pub waiting: usize,
    /// Analyses running.
    pub running: usize,
    /// Messages waiting for the client to read.
    pub outbound: usize,
    /// Messages given up because the client did not read.
    pub dropped: u64,
}

/// What the daemon is at, as `omnistack/didChangeStatus` tells a client that wants to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// In a word.
    pub kind: ConditionKind,
    /// In a sentence, where there is more to say.
    pub message: Option<String>,
}

/// What a daemon can be at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ConditionKind {
    /// All is looked at.
    Ready,
    /// The workspace's files are read, or checked.
    Indexing,
    /// The network is asked about open documents.
    Predicting,
    /// All is looked at, and a team server predicts.
    Remote,
    /// Something that the settings want is missing.
    Degraded,
}
