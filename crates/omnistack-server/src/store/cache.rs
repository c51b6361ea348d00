//! The cache of predictions: in memory, bounded by its size, in front of what replicas share.
//!
//! The service asks it before any work ([`Cache::get_many`]), joins the [flight](Flight) of what it
//! does not know, and tells it what models said ([`Cache::put_many`]). A hit costs a hash and a look
//! into a concurrent map; nothing of what replicas share is waited for longer than its time limit, and
//! what is written there, nobody waits for.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use aws_lc_rs::digest;
use models::wire::UnitAnswer;
use tokio::sync::Semaphore;

use super::flight::Flights;
pub use super::flight::{Flight, Follower, Landed, Leader};
use super::{Space, Store};
use crate::configuration;

/// What an entry takes besides its texts: the key, the map's and the policy's nodes.
const OVERHEAD: usize = 256;
/// Writes to what replicas share that may be under way. Those beyond are left out: the answer is
/// computed again where it is needed.
const WRITES: usize = 32;

/// Names an answer: a digest of all that it depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key([u8; digest::SHA256_OUTPUT_LEN]);

impl Key {
    /// The key of a function's answer. `model` names the model and its weights.
    pub fn of(model: &str, language: &str, changed: bool, code: &str) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        // The lengths keep texts apart that run into each other.
        context.update(&[1, u8::from(changed)]);
        for text in [model, language] {
            context.update(&(text.len() as u64).to_le_bytes());
            context.update(text.as_bytes());
        }
        context.update(code.as_bytes());
        let digest = context.finish();
        let mut key = [0; digest::SHA256_OUTPUT_LEN];
        for (to, from) in key.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        Self(key)
    }

    pub(super) fn first_byte(&self) -> u8 {
        let [first, ..] = self.0;
        first
    }

    /// Its name in the store.
    fn name(&self) -> String {
        use std::fmt::Write;
        self.0.iter().fold(String::with_capacity(2 * self.0.len()), |mut name, byte| {
            // Writing to a string never fails.
            let _ = write!(name, "{byte:02x}");
            name
        })
    }
}

/// What the cache did since the process began.
#[derive(Debug, Default)]
pub struct Counters {
    /// Answers found in memory.
    pub hits: AtomicU64,
    /// Answers found in what replicas share.
    pub shared_hits: AtomicU64,
    /// Answers not found.
    pub misses: AtomicU64,
    /// Those that waited for somebody else's work.
    pub followed: AtomicU64,
    /// Answers that were not shared, since too many were being written.
    pub unshared: AtomicU64,
}

struct Parts {
    memory: moka::sync::Cache<Key, Arc<UnitAnswer>>,
    flights: Flights,
    store: Arc<Store>,
    keep: Duration,
    writes: Arc<Semaphore>,
    counters: Counters,
}

/// The cache of predictions; a clone is the same.
#[derive(Clone)]
pub struct Cache(Arc<Parts>);

impl Cache {
    /// An empty cache in front of a store.
    pub fn new(settings: &configuration::Cache, store: Arc<Store>) -> Self {
        // The synchronous kind: its hits need no future, and no entry does anything when it goes.
        let memory = moka::sync::Cache::builder()
            .name("predictions")
            .max_capacity(settings.memory_bytes)
            .weigher(|_, answer: &Arc<UnitAnswer>| weight(answer))
            .time_to_live(settings.keep)
            .build();
        let (flights, counters) = (Flights::default(), Counters::default());
        let writes = Arc::new(Semaphore::new(WRITES));
        Self(Arc::new(Parts { memory, flights, store, keep: settings.keep, writes, counters }))
    }

    /// The answers that are known, in the order of the keys. They have no `id`: it is the request's.
    pub async fn get_many(&self, keys: &[Key]) -> Vec<Option<Arc<UnitAnswer>>> {
        let mut answers: Vec<_> = keys.iter().map(|key| self.0.memory.get(key)).collect();
        let found = answers.iter().flatten().count();
        self.0.counters.hits.fetch_add(found as u64, Relaxed);
        let missing = keys.len() - found;
        if missing == 0 {
            return answers;
        }
        let shared =
            if self.0.store.is_shared() { self.shared(keys, &mut answers).await } else { 0 };
        self.0.counters.shared_hits.fetch_add(shared, Relaxed);
        self.0.counters.misses.fetch_add(missing as u64 - shared, Relaxed);
        answers
    }

    /// Looks for what is missing in what replicas share, all at once, and counts what is there.
    async fn shared(&self, keys: &[Key], answers: &mut [Option<Arc<UnitAnswer>>]) -> u64 {
        let missing = keys.iter().zip(answers).filter(|(_, answer)| answer.is_none());
        let (names, places): (Vec<_>, Vec<_>) =
            missing.map(|(key, answer)| (key.name(), (*key, answer))).unzip();
        // An outage shows in the store's metrics; here it is a miss.
        let Ok(values) = self.0.store.get_many(Space::Prediction, &names).await else { return 0 };
        let mut found = 0;
        for ((key, place), value) in places.into_iter().zip(values) {
            let Some(answer) = value.and_then(|it| serde_json::from_slice(&it).ok()) else {
                continue;
            };
            let answer = Arc::new(answer);
            self.remember(key, &answer);
            *place = Some(answer);
            found += 1;
        }
        found
    }

    /// Remembers answers, which must have no `id`, here and in what replicas share. Nobody has to wait
    /// for the latter.
    pub fn put_many(&self, answers: Vec<(Key, Arc<UnitAnswer>)>) {
        for (key, answer) in &answers {
            self.remember(*key, answer);
        }
        if answers.is_empty() || !self.0.store.is_shared() {
            return;
        }
        let Ok(permit) = Arc::clone(&self.0.writes).try_acquire_owned() else {
            self.0.counters.unshared.fetch_add(answers.len() as u64, Relaxed);
            return;
        };
        let cache = self.clone();
        tokio::spawn(async move {
            let values: Vec<_> = answers
                .iter()
                .filter_map(|(key, answer)| Some((key.name(), serde_json::to_vec(answer).ok()?)))
                .collect();
            let Parts { store, keep, .. } = &*cache.0;
            // An outage shows in the store's metrics; the answers are computed again.
            let _ = store.put_many(Space::Prediction, &values, *keep).await;
            drop(permit);
        });
    }

    /// What it did.
    pub fn counters(&self) -> &Counters {
        &self.0.counters
    }

    /// How many answers are in memory, and about how many bytes they take.
    pub fn size(&self) -> (u64, u64) {
        (self.0.memory.entry_count(), self.0.memory.weighted_size())
    }

    pub(super) fn flights(&self) -> &Flights {
        &self.0.flights
    }

    pub(super) fn peek(&self, key: &Key) -> Option<Arc<UnitAnswer>> {
        self.0.memory.get(key)
    }

    pub(super) fn remember(&self, key: Key, answer: &Arc<UnitAnswer>) {
        self.0.memory.insert(key, Arc::clone(answer));
    }
}

/// About how many bytes an answer takes.
fn weight(answer: &UnitAnswer) -> u32 {
    let texts = answer.predictions.iter().map(|it| {
        let edits = it.fixes.iter().flat_map(|fix| &fix.edits);
        let fixes = it.fixes.iter().map(|fix| fix.title.len() + size_of_val(fix)).sum::<usize>();
        let edits = edits.map(|edit| edit.text.len() + size_of_val(edit)).sum::<usize>();
        let evidence = it.evidence.iter().map(|fact| fact.len() + size_of_val(fact)).sum::<usize>();
        let own = it.rule.len() + it.severity.len() + it.message.len() + size_of_val(it);
        own + fixes + edits + evidence
    });
    u32::try_from(texts.sum::<usize>() + OVERHEAD + size_of_val(answer)).unwrap_or(u32::MAX)
}
