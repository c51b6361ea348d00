//! The store of a server that stands alone: it goes with the process.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::{Rate, Space, Verdict};
use crate::lock;

/// What is over is looked for when there is as much as this.
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

impl Value {
    fn is_alive(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// A map whose entries go some time after they are over.
#[derive(Debug)]
struct Passing<K, V> {
    alive: HashMap<K, V>,
    sweep_at: usize,
}

impl<K, V> Default for Passing<K, V> {
    fn default() -> Self {
        Self { alive: HashMap::new(), sweep_at: SWEEP }
    }
}

impl<K: Eq + std::hash::Hash, V> Passing<K, V> {
    /// Before another entry comes: drops what is over, if much has come since that was last done.
    fn sweep(&mut self, is_alive: impl Fn(&V) -> bool) {
        if self.alive.len() >= self.sweep_at {
            self.alive.retain(|_, value| is_alive(value));
            self.sweep_at = (2 * self.alive.len()).max(SWEEP);
        }
    }
}

/// Values and buckets in memory.
#[derive(Debug, Default)]
pub struct Memory {
    values: Mutex<Passing<(Space, String), Value>>,
    buckets: Mutex<Passing<String, Bucket>>,
}

impl Memory {
    pub(super) fn get(&self, space: Space, name: &str) -> Option<Vec<u8>> {
        let values = lock(&self.values);
        let value = values.alive.get(&(space, name.to_owned()))?;
        value.is_alive(Instant::now()).then(|| value.bytes.clone())
    }

    pub(super) fn put(&self, space: Space, name: &str, value: &[u8], keep: Option<Duration>) {
        let mut values = lock(&self.values);
        let now = Instant::now();
        values.sweep(|value| value.is_alive(now));
        let value = Value { bytes: value.to_vec(), until: keep.map(|it| now + it) };
        values.alive.insert((space, name.to_owned()), value);
    }

    pub(super) fn claim(&self, space: Space, name: &str, keep: Duration) -> bool {
        let mut values = lock(&self.values);
        let (now, key) = (Instant::now(), (space, name.to_owned()));
        let is_taken = values.alive.get(&key).is_some_and(|value| value.is_alive(now));
        if !is_taken {
            values.sweep(|value| value.is_alive(now));
            values.alive.insert(key, Value { bytes: Vec::new(), until: Some(now + keep) });
        }
        !is_taken
    }

    pub(super) fn remove(&self, space: Space, name: &str) {
        lock(&self.values).alive.remove(&(space, name.to_owned()));
    }

    pub(super) fn all(&self, space: Space) -> Vec<Vec<u8>> {
        let now = Instant::now();
        let values = lock(&self.values);
        let alive =
            values.alive.iter().filter(|((of, _), value)| *of == space && value.is_alive(now));
        alive.map(|(_, value)| value.bytes.clone()).collect()
    }

    /// Takes tokens out of a bucket.
    pub(super) fn take(&self, bucket: &str, rate: Rate, tokens: f64) -> Verdict {
        let mut buckets = lock(&self.buckets);
        let now = Instant::now();
        let held = buckets.alive.get(bucket).map_or(rate.burst, |held| {
            let grown = now.saturating_duration_since(held.at).as_secs_f64() * rate.per_second;
            (held.tokens + grown).min(rate.burst)
        });
        let is_granted = held >= tokens;
        let remaining = if is_granted { held - tokens } else { held };
        let verdict = Verdict::new(is_granted, remaining, rate, tokens);
        let held = Bucket { tokens: remaining, at: now, full: now + verdict.full_after };
        if let Some(slot) = buckets.alive.get_mut(bucket) {
            *slot = held;
        } else {
            buckets.sweep(|bucket| bucket.full > now);
            buckets.alive.insert(bucket.to_owned(), held);
        }
        verdict
    }
}
