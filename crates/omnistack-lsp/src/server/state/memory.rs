//! The ceiling of memory: where the process has grown past it, what can be made again goes.
//!
//! Each cache is bounded by itself; the ceiling is for what they come to with trees, texts and what
//! the allocator holds back.

use std::time::{Duration, Instant};

use telemetry::metrics::memory;

use super::State;

/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// What was let go of fills up again: not again before that long.
const REST: Duration = Duration::from_mins(1);

/// When memory was looked at and let go of.
#[derive(Debug, Default)]
pub(super) struct Ceiling {
    looked: Option<Instant>,
    evicted: Option<Instant>,
    /// How often it was passed.
    pub(super) evictions: u64,
}

impl State {
    /// Lets go of what can be made again, if there is too much of it.
    pub(super) fn keep_below_ceiling(&mut self) {
        let is_due = |last: Option<Instant>, pause| last.is_none_or(|it| it.elapsed() >= pause);
        if !is_due(self.ceiling.looked, LOOK) || !is_due(self.ceiling.evicted, REST) {
            return;
        }
        self.ceiling.looked = Some(Instant::now());
        let ceiling = u64::from(self.session_settings().cache.ceiling) << 20;
        let Some(memory) = memory().filter(|it| it.resident_bytes > ceiling) else { return };
        tracing::warn!(resident = memory.resident_bytes, ceiling, "too much memory: caches go");
        self.ceiling.evicted = Some(Instant::now());
        self.ceiling.evictions += 1;
        self.cache.forget_units();
        self.predictions.forget();
    }
}
