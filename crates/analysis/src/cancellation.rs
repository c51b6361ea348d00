//! Cooperative cancellation: the scheduler sets a token, the engine looks at it between units and,
//! together with the time limit of the whole analysis, every few nodes of a rule walk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A shared flag that tells running work to stop. Cloning shares the flag.
#[derive(Clone, Debug, Default)]
pub struct CancellationToken(Arc<AtomicBool>);

impl CancellationToken {
    /// A token nobody has cancelled yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks all work that holds a clone of this token to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the work should stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How long one analysis may go on: until its token is set, or its time is up.
#[derive(Clone, Debug)]
pub struct Patience {
    token: CancellationToken,
    /// Nothing when the limit lies beyond what the clock can tell.
    deadline: Option<Instant>,
}

impl Patience {
    /// From now on, at most this long.
    pub fn new(token: &CancellationToken, limit: Duration) -> Self {
        Self { token: token.clone(), deadline: Instant::now().checked_add(limit) }
    }

    /// Whether the token is set.
    pub fn is_cancelled(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Whether the work should stop, for either reason.
    pub fn is_over(&self) -> bool {
        self.is_cancelled() || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}
