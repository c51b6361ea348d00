//! Units kept between analyses: one cache for all documents, bounded by what its values weigh.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use analysis::custom::CustomOutcome;
use analysis::engine::{CacheKey, CheckedUnit, LoweredUnit, UnitCache};
use moka::sync::Cache;

use super::observing::count_checked;

/// A rule that panicked this often is disabled for the session.
pub const PANIC_LIMIT: u32 = 3;

#[derive(Clone)]
enum Entry {
    Lowered(Arc<LoweredUnit>),
    Checked(Arc<CheckedUnit>),
    Custom(Arc<CustomOutcome>),
}

/// Bytes that the cache itself needs for an entry: its key, its places in the table and in the order
/// of use, and its share of the counters (341 measured with 200,000 entries).
const ENTRY: usize = 340;

impl Entry {
    fn weight(&self) -> usize {
        let own = match self {
            Self::Lowered(unit) => unit.weight(),
            Self::Checked(unit) => unit.weight(),
            Self::Custom(outcome) => outcome.weight(),
        };
        own + ENTRY
    }
}

/// A cache of units that also keeps count of the rules that panicked: it sees each run of the rules
/// once, where an analysis reports a cached panic again and again.
pub struct SharedCache {
    entries: Cache<(CacheKey, bool), Entry, rustc_hash::FxBuildHasher>,
    hits: AtomicU64,
    misses: AtomicU64,
    panics: Mutex<Panics>,
}

#[derive(Default)]
struct Panics {
    total: u64,
    by_rule: BTreeMap<usize, u32>,
}

/// What the cache holds and how it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CacheStatus {
    /// Values held.
    pub entries: u64,
    /// Bytes they weigh.
    pub bytes: u64,
    /// Lookups that found something.
    pub hits: u64,
    /// Lookups that did not.
    pub misses: u64,
}

impl SharedCache {
    /// A cache that holds values of at most `bytes` in all.
    pub fn new(bytes: u64) -> Self {
        let weigh =
            |_: &(CacheKey, bool), entry: &Entry| u32::try_from(entry.weight()).unwrap_or(u32::MAX);
        Self {
            entries: Cache::builder()
                .max_capacity(bytes)
                .weigher(weigh)
                .build_with_hasher(rustc_hash::FxBuildHasher),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            panics: Mutex::default(),
        }
    }

    fn get(&self, key: CacheKey, checked: bool) -> Option<Entry> {
        let found = self.entries.get(&(key, checked));
        let counter = if found.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        found
    }

    /// Numbers for the status.
    pub fn status(&self) -> CacheStatus {
        self.entries.run_pending_tasks();
        CacheStatus {
            entries: self.entries.entry_count(),
            bytes: self.entries.weighted_size(),
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
        }
    }

    /// Forgets every unit.
    pub fn forget_units(&self) {
        self.entries.invalidate_all();
        self.entries.run_pending_tasks();
    }

    /// Forgets every unit, and which rules panicked.
    pub fn clear(&self) {
        self.forget_units();
        *self.panics.lock().unwrap_or_else(PoisonError::into_inner) = Panics::default();
    }

    /// Panics of rules so far.
    pub fn panics(&self) -> u64 {
        self.panics.lock().unwrap_or_else(PoisonError::into_inner).total
    }

    /// The rules, by index, that panicked [`PANIC_LIMIT`] times or more.
    pub fn unreliable_rules(&self) -> Vec<usize> {
        let panics = self.panics.lock().unwrap_or_else(PoisonError::into_inner);
        let often = panics.by_rule.iter().filter(|(_, times)| **times >= PANIC_LIMIT);
        often.map(|(rule, _)| *rule).collect()
    }
}

impl UnitCache for SharedCache {
    fn lowered(&self, key: CacheKey) -> Option<Arc<LoweredUnit>> {
        match self.get(key, false) {
            Some(Entry::Lowered(unit)) => Some(unit),
            _ => None,
        }
    }

    fn insert_lowered(&self, key: CacheKey, unit: Arc<LoweredUnit>) {
        self.entries.insert((key, false), Entry::Lowered(unit));
    }

    fn checked(&self, key: CacheKey) -> Option<Arc<CheckedUnit>> {
        match self.get(key, true) {
            Some(Entry::Checked(unit)) => Some(unit),
            _ => None,
        }
    }

    fn insert_checked(&self, key: CacheKey, unit: Arc<CheckedUnit>) {
        count_checked(&unit);
        if !unit.panics.is_empty() {
            let mut panics = self.panics.lock().unwrap_or_else(PoisonError::into_inner);
            for panic in &unit.panics {
                panics.total += 1;
                *panics.by_rule.entry(panic.rule).or_default() += 1;
            }
        }
        self.entries.insert((key, true), Entry::Checked(unit));
    }

    fn custom(&self, key: CacheKey) -> Option<Arc<CustomOutcome>> {
        match self.get(key, true) {
            Some(Entry::Custom(outcome)) => Some(outcome),
            _ => None,
        }
    }

    fn insert_custom(&self, key: CacheKey, outcome: Arc<CustomOutcome>) {
        self.entries.insert((key, true), Entry::Custom(outcome));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use analysis::rules::Panicked;

    fn unit(rule: usize) -> Arc<CheckedUnit> {
        let panic = Panicked { rule, message: "oh".to_owned() };
        Arc::new(CheckedUnit { findings: Vec::new(), panics: vec![panic] })
    }

    #[test]
    fn a_rule_is_unreliable_after_its_third_panic() {
        let cache = SharedCache::new(1 << 20);
        for key in 0..3 {
            assert!(cache.unreliable_rules().is_empty());
            cache.insert_checked(key, unit(7));
            // Reading the cached panic again does not count.
            for _ in 0..5 {
                assert!(cache.checked(key).is_some());
            }
        }
        assert_eq!(cache.unreliable_rules(), [7]);
        assert_eq!(cache.panics(), 3);
    }

    #[test]
    fn the_weight_stays_bounded() {
        let cache = SharedCache::new(10_000);
        for key in 0..1000 {
            cache.insert_checked(key, Arc::new(CheckedUnit::default()));
        }
        assert!(cache.status().bytes <= 10_000);
    }
}
