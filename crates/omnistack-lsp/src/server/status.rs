//! How the daemon does, as `omnistack/status` tells it.

use serde::Serialize;

use super::cache::CacheStatus;
use super::meaning::SearchStatus;
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
    /// Work waiting.
    pub queue: QueueStatus,
    /// The workspace's files.
    pub workspace: WorkspaceStatus,
    /// The search by meaning.
    pub search: SearchStatus,
    /// The network.
    pub predictions: PredictionStatus,
    /// Panics caught so far.
    pub panics: u64,
    /// Rules that are off because they panicked repeatedly.
    pub disabled_rules: Vec<&'static str>,
    /// The process's memory, where the system tells.
    pub memory: Option<MemoryStatus>,
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

/// The process's memory.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct MemoryStatus {
    /// Bytes in memory now.
    pub resident_bytes: u64,
    /// The most there ever were.
    pub peak_bytes: u64,
}

impl MemoryStatus {
    /// This process's, from `/proc`; nothing where there is none.
    pub fn of_this_process() -> Option<Self> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let kilobytes = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key))?;
            line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
        };
        Some(Self {
            resident_bytes: kilobytes("VmRSS:")? * 1024,
            peak_bytes: kilobytes("VmHWM:")? * 1024,
        })
    }
}
