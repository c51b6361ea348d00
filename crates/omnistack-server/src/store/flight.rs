//! Single flight: of all that want the same work done at a time, one does it and the others wait.
//!
//! Whoever leads a flight holds a [`Leader`]. When it is dropped before it landed, since its request
//! was given up or failed, one of those who follow leads in its place: nobody waits for work that
//! nobody does.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use models::wire::UnitAnswer;
use tokio::sync::watch;

use super::cache::{Cache, Key};

/// Flights are kept in so many maps, so that requests seldom meet at a lock.
const SHARDS: usize = 16;

type Landing = watch::Receiver<Option<Arc<UnitAnswer>>>;

/// The flights of a cache.
#[derive(Debug, Default)]
pub(super) struct Flights {
    shards: [Mutex<HashMap<Key, Landing>>; SHARDS],
}

impl Flights {
    fn shard(&self, key: &Key) -> MutexGuard<'_, HashMap<Key, Landing>> {
        let [first, others @ ..] = &self.shards;
        let index = usize::from(key.first_byte()) % SHARDS;
        let shard = index.checked_sub(1).and_then(|it| others.get(it)).unwrap_or(first);
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What becomes of somebody who needs an answer that is not known.
#[must_use]
pub enum Flight {
    /// It has become known in the meantime.
    Known(Arc<UnitAnswer>),
    /// This one does the work, and [lands](Leader::land).
    Leader(Leader),
    /// Somebody does the work already.
    Follower(Follower),
}

/// Does the work for all who follow.
#[must_use]
pub struct Leader {
    cache: Cache,
    key: Key,
    landing: watch::Sender<Option<Arc<UnitAnswer>>>,
}

/// Waits for somebody else's work.
#[must_use]
pub struct Follower {
    cache: Cache,
    key: Key,
    landing: Landing,
}

/// How a wait ends.
pub enum Landed {
    /// With the answer.
    Answer(Arc<UnitAnswer>),
    /// The one who worked gave up: now it is up to this one.
    Lead(Leader),
}

impl Cache {
    /// Joins the flight for an answer that [`Cache::get_many`] did not know, or begins it.
    ///
    /// Whoever leads some flights and follows others has to land the former before it waits for the
    /// latter: two requests that did it the other way round would wait for each other.
    pub fn join(&self, key: Key) -> Flight {
        let (sender, receiver) = watch::channel(None);
        match self.flights().shard(&key).entry(key) {
            Entry::Occupied(flight) => {
                let landing = flight.get().clone();
                self.counters().followed.fetch_add(1, Relaxed);
                return Flight::Follower(Follower { cache: self.clone(), key, landing });
            }
            Entry::Vacant(slot) => drop(slot.insert(receiver)),
        }
        let leader = Leader { cache: self.clone(), key, landing: sender };
        // A flight may have landed between the look into the cache and this one's beginning.
        match self.peek(&key) {
            Some(answer) => {
                leader.tell(Arc::clone(&answer));
                Flight::Known(answer)
            }
            None => Flight::Leader(leader),
        }
    }
}

impl Leader {
    /// The answer's key.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The work is done: remembers the answer on this replica and tells it to all who follow. What
    /// replicas share is written by [`Cache::put_many`].
    pub fn land(self, answer: Arc<UnitAnswer>) {
        self.cache.remember(self.key, &answer);
        self.tell(answer);
    }

    fn tell(&self, answer: Arc<UnitAnswer>) {
        self.landing.send_replace(Some(answer));
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        self.cache.flights().shard(&self.key).remove(&self.key);
    }
}

impl Follower {
    /// The answer's key.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Waits until the work is done, or nobody does it any more.
    pub async fn landed(mut self) -> Landed {
        loop {
            if let Ok(answer) = self.landing.wait_for(Option::is_some).await
                && let Some(answer) = answer.as_ref()
            {
                return Landed::Answer(Arc::clone(answer));
            }
            match self.cache.join(self.key) {
                Flight::Known(answer) => return Landed::Answer(answer),
                Flight::Leader(leader) => return Landed::Lead(leader),
                Flight::Follower(other) => self = other,
            }
        }
    }
}
