//! Advice for one analysis: what is known of each function, and where that is wanted, what the network
//! says of those that it has not seen.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use analysis::cancellation::CancellationToken;
use analysis::engine::{AdvisedUnit, Adviser, CacheKey};
use analysis::rules::UnitFinding;
use models::decision::Changed;

use super::{Opened, Predictions};

/// Which units count as changed.
#[derive(Clone, Debug)]
pub enum Freshness {
    /// None, or all of those that matter.
    All(Changed),
    /// Those that are not among these.
    Since(Opened),
    /// Nobody has asked the history yet: there is no advice until then.
    Unknown,
}

/// Advice for one analysis.
pub struct Advice<'a> {
    predictions: &'a Predictions,
    freshness: Freshness,
    /// Whether the network may be asked.
    asks: bool,
    seen: Mutex<HashSet<CacheKey>>,
    is_whole: AtomicBool,
    asked: Mutex<Option<(Instant, Duration)>>,
}

impl Freshness {
    /// Whether a unit was changed; nothing while that is not known.
    pub(super) fn of(&self, key: CacheKey) -> Option<Changed> {
        match self {
            Self::All(changed) => Some(*changed),
            Self::Since(opened) if opened.contains(&key) => Some(Changed::No),
            Self::Since(_) => Some(Changed::Yes),
            Self::Unknown => None,
        }
    }
}

impl<'a> Advice<'a> {
    /// Advice that asks the network or not.
    pub(super) fn new(predictions: &'a Predictions, asks: bool, freshness: Freshness) -> Self {
        let (seen, is_whole) = (Mutex::default(), AtomicBool::new(true));
        Self { predictions, freshness, asks, seen, is_whole, asked: Mutex::default() }
    }

    /// The units that advice was wanted on.
    pub fn into_seen(self) -> HashSet<CacheKey> {
        self.seen.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the network was first asked, and how long it took in all; nothing if it was not.
    pub fn asked(&self) -> Option<(Instant, Duration)> {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_asked(&self, began: Instant) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.get_or_insert((began, Duration::ZERO)).1 += began.elapsed();
    }

    fn lacks(&self) -> Arc<[UnitFinding]> {
        self.is_whole.store(false, Ordering::Relaxed);
        Arc::default()
    }
}

impl Adviser for Advice<'_> {
    fn advise(&self, unit: &AdvisedUnit<'_>, cancel: &CancellationToken) -> Arc<[UnitFinding]> {
        if self.predictions.source.is_none() {
            return Arc::default();
        }
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(unit.key);
        let Some(changed) = self.freshness.of(unit.key) else { return self.lacks() };
        let key = (unit.key, changed == Changed::Yes);
        if let Some(known) = self.predictions.said(key) {
            self.predictions.hits.fetch_add(1, Ordering::Relaxed);
            return known;
        }
        self.predictions.misses.fetch_add(1, Ordering::Relaxed);
        if !self.asks {
            return self.lacks();
        }
        let store = self.predictions.store();
        if let Some(found) = store.as_ref().and_then(|it| it.get(unit.key, key.1)) {
            let found: Arc<[UnitFinding]> = found.into();
            self.predictions.cached.insert(key, Arc::clone(&found));
            return found;
        }
        // Without a model there is nothing more to come.
        let Some(model) = self.predictions.model() else { return Arc::default() };
        let began = Instant::now();
        let found = self.predictions.predict(&model, unit, changed, cancel);
        self.note_asked(began);
        let Some(found) = found else { return self.lacks() };
        // A model that was replaced since made the store another's.
        if let Some(store) = self.predictions.store() {
            store.put(unit.key, key.1, &found);
        }
        let found: Arc<[UnitFinding]> = found.into();
        self.predictions.cached.insert(key, Arc::clone(&found));
        found
    }

    fn is_whole(&self) -> bool {
        self.is_whole.load(Ordering::Relaxed)
    }
}
