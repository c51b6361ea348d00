//! Usage: what each client asked since the server started.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use models::wire;

/// Clients that are counted by name; those beyond are counted together.
const CLIENTS: usize = 10_000;
/// How those beyond are called.
const OTHERS: &str = "(others)";

#[derive(Debug, Default)]
struct Entry {
    requests: AtomicU64,
    limited: AtomicU64,
    units: AtomicU64,
    cached: AtomicU64,
    files: AtomicU64,
    open: AtomicUsize,
}

/// A request of a client that is being answered; there is room for another one when this goes.
#[derive(Debug)]
#[must_use]
pub struct Open(Arc<Entry>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counters by client.
#[derive(Debug)]
pub struct Usage {
    since: u64,
    clients: RwLock<HashMap<Arc<str>, Arc<Entry>>>,
}

impl Default for Usage {
    fn default() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Self { since, clients: RwLock::default() }
    }
}

impl Usage {
    fn entry(&self, client: &Arc<str>) -> Arc<Entry> {
        let known = self.clients.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = known.get(client) {
            return Arc::clone(entry);
        }
        drop(known);
        let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        let name = if clients.len() < CLIENTS { Arc::clone(client) } else { OTHERS.into() };
        Arc::clone(clients.entry(name).or_default())
    }

    /// A request of a client begins, unless it has so many open already.
    pub fn open(&self, client: &Arc<str>, most: usize) -> Option<Open> {
        let entry = self.entry(client);
        let before = entry.open.fetch_add(1, Ordering::Relaxed);
        let open = Open(entry);
        (before < most).then_some(open)
    }

    /// A request was answered, or turned away by a limit.
    pub fn request(&self, client: &Arc<str>, is_limited: bool) {
        let entry = self.entry(client);
        let counter = if is_limited { &entry.limited } else { &entry.requests };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Functions were asked about, of which so many were known.
    pub fn units(&self, client: &Arc<str>, units: u64, cached: u64) {
        let entry = self.entry(client);
        entry.units.fetch_add(units, Ordering::Relaxed);
        entry.cached.fetch_add(cached, Ordering::Relaxed);
    }

    /// A file was analysed.
    pub fn file(&self, client: &Arc<str>) {
        self.entry(client).files.fetch_add(1, Ordering::Relaxed);
    }

    /// What was counted: of all clients, or of one.
    pub fn told(&self, only: Option<&str>) -> wire::Usage {
        let clients = self.clients.read().unwrap_or_else(PoisonError::into_inner);
        let wanted = clients.iter().filter(|(name, _)| only.is_none_or(|only| &***name == only));
        let number = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let told = wanted.map(|(name, entry)| {
            let told = wire::UsageEntry {
                requests: number(&entry.requests),
                limited: number(&entry.limited),
                units: number(&entry.units),
                cached: number(&entry.cached),
                files: number(&entry.files),
            };
            (name.to_string(), told)
        });
        wire::Usage { since: self.since, clients: told.collect() }
    }
}
