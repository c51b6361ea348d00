//! What takes longer than somebody may notice: it is logged and counted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::metrics;

/// Microseconds; nothing is that slow unless a setting says so.
static LIMIT: AtomicU64 = AtomicU64::new(u64::MAX);

/// Calls slow what takes longer than this; nothing without a limit.
pub(crate) fn set_limit(limit: Option<Duration>) {
    let limit = limit.and_then(|it| u64::try_from(it.as_micros()).ok()).unwrap_or(u64::MAX);
    LIMIT.store(limit, Ordering::Relaxed);
}

/// Logs something that took long, if it did: `what` it was, and what it was about.
pub fn note(what: &str, about: &str, took: Duration) {
    if took.as_micros() > u128::from(LIMIT.load(Ordering::Relaxed)) {
        metrics().slow_requests.inc();
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        tracing::warn!(target: "omnistack_lsp::slow", what, about, milliseconds, "slow");
    }
}
