//! Room: how full Redis is. Predictions are most of what is kept there, and can be computed again; so
//! they are not written any more while there is just enough memory left for sessions, revocations and
//! clients.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// How long what was seen counts.
const FRESH: Duration = Duration::from_millis(500);
/// The share of the memory that predictions may fill, together with all else, in percent.
const FULL: u64 = 75;

/// How full Redis was when it was last looked at.
#[derive(Debug)]
pub(super) struct Room {
    began: Instant,
    /// When it is to be looked at next, in milliseconds after the beginning.
    next: AtomicU64,
    is_full: AtomicBool,
}

impl Default for Room {
    fn default() -> Self {
        Self { began: Instant::now(), next: AtomicU64::new(0), is_full: AtomicBool::new(false) }
    }
}

impl Room {
    /// Whether it is time to look; of those who ask at once, one is told so.
    pub(super) fn is_due(&self) -> bool {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let next = self.next.load(Relaxed);
        let after = now + FRESH.as_millis() as u64;
        now >= next && self.next.compare_exchange(next, after, Relaxed, Relaxed).is_ok()
    }

    /// Takes over what `INFO memory` says. Where Redis has no limit, there is room.
    pub(super) fn look(&self, info: &str) {
        let number = |name: &str| {
            let line = info.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|it| it.trim().parse::<u64>().ok()).unwrap_or(0)
        };
        let (used, most) = (number("used_memory:"), number("maxmemory:"));
        let is_full = most > 0 && used.saturating_mul(100) / most >= FULL;
        if is_full != self.is_full.swap(is_full, Relaxed) {
            if is_full {
                tracing::warn!(used, most, "Redis is nearly full: predictions are not kept there");
            } else {
                tracing::info!("Redis has room for predictions again");
            }
        }
    }

    /// Whether predictions may be written.
    pub(super) fn is_there(&self) -> bool {
        !self.is_full.load(Relaxed)
    }
}
