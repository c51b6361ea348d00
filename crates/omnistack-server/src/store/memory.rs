//! The store of a server that stands alone: it goes with the process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Rate, Space, Verdict};

/// When so many names were written, those that are over are looked for.
const SWEEP: usize = 1024;

#[derive(Debug)]
struct Value {
    bytes: Vec<u8>,
    until: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
    full: Instant,
}

/// Values and buckets in memory.
#[derive(Debug, Default)]
pub struct Memory {
    values: Mutex<HashMap<(Space, String), Value>>,
    buckets: Mutex<HashMap<String, Bucket>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Memory {
    pub(super) fn get(&self, space: Space, name: &str) -> Option<Vec<u8>> {
        let values = lock(&self.values);
        let value = values.get(&(space, name.to_owned()))?;
        value.until.is_none_or(|it| it > Instant::now()).then(|| value.bytes.clone())
    }

    pub(super) fn put(&self, space: Space, name: &str, value: &[u8], keep: Option<Duration>) {
        let mut values = lock(&self.values);
        let now = Instant::now();
        if values.len() % SWEEP == SWEEP - 1 {
            values.retain(|_, value| value.until.is_none_or(|it| it > now));
        }
        let value = Value { bytes: value.to_vec(), until: keep.map(|it| now + it) };
        values.insert((space, name.to_owned()), value);
    }

    pub(super) fn claim(&self, space: Space, name: &str, keep: Duration) -> bool {
        let mut values = lock(&self.values);
        let (now, key) = (Instant::now(), (space, name.to_owned()));
        let is_taken =
            values.get(&key).is_some_and(|value| value.until.is_none_or(|until| until > now));
        if !is_taken {
            values.insert(key, Value { bytes: Vec::new(), until: Some(now + keep) });
        }
        !is_taken
    }

    pub(super) fn remove(&self, space: Space, name: &str) {
        lock(&self.values).remove(&(space, name.to_owned()));
    }

    pub(super) fn all(&self, space: Space) -> Vec<Vec<u8>> {
        let now = Instant::now();
        let values = lock(&self.values);
        let alive = values
            .iter()
            .filter(|((of, _), value)| *of == space && value.until.is_none_or(|until| until > now));
        alive.map(|(_, value)| value.bytes.clone()).collect()
    }

    /// Takes tokens out of a bucket.
    pub(super) fn take(&self, bucket: &str, rate: Rate, tokens: f64) -> Verdict {
        let mut buckets = lock(&self.buckets);
        let now = Instant::now();
        if buckets.len() % SWEEP == SWEEP - 1 {
            buckets.retain(|_, bucket| bucket.full > now);
        }
        let held = buckets.get(bucket).map_or(rate.burst, |held| {
            let grown = now.saturating_duration_since(held.at).as_secs_f64() * rate.per_second;
            (held.tokens + grown).min(rate.burst)
        });
        let is_granted = held >= tokens;
        let remaining = if is_granted { held - tokens } else { held };
        let wait = |missing: f64| Duration::from_secs_f64((missing / rate.per_second).max(0.0));
        let full_after = wait(rate.burst - remaining);
        let held = Bucket { tokens: remaining, at: now, full: now + full_after };
        match buckets.get_mut(bucket) {
            Some(slot) => *slot = held,
            None => drop(buckets.insert(bucket.to_owned(), held)),
        }
        let retry_after = if is_granted { Duration::ZERO } else { wait(tokens - remaining) };
        Verdict { is_granted, remaining, retry_after, full_after }
    }
}
