//! What was revoked: tokens by their id, sessions by their name, and what clients were given before
//! they were disabled, removed, or got another secret.
//!
//! It is asked on every request, so it is kept in memory, and brought up to date from the store every
//! now and then. What is known here is never forgotten before it is over anyway: an outage of the
//! store makes nothing good again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::tokens::{self, Verified};
use crate::store::{Space, Store, Unavailable};

/// What is revoked, as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// A token's or a session's name.
    id: String,
    /// When it is over anyway, in seconds since 1970.
    until: u64,
}

#[derive(Default)]
struct Known {
    revoked: HashMap<Box<str>, u64>,
    /// Since when tokens of a client are good, in seconds since 1970, where not all are.
    good_since: HashMap<Box<str>, u64>,
    /// What the store has not been told of yet.
    untold: Vec<Entry>,
}

/// What was revoked.
pub(super) struct Revocations {
    store: Arc<Store>,
    known: RwLock<Known>,
    is_any: AtomicBool,
}

impl Revocations {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self { store, known: RwLock::default(), is_any: AtomicBool::new(false) }
    }

    /// Whether a token must not be used any more.
    pub(super) fn has(&self, verified: &Verified) -> bool {
        // Nearly always, nothing is.
        if !self.is_any.load(Ordering::Acquire) {
            return false;
        }
        let Verified { principal, issued, .. } = verified;
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.revoked.contains_key(&*principal.token)
            || principal.session.as_deref().is_some_and(|it| known.revoked.contains_key(it))
            || known.good_since.get(&*principal.client).is_some_and(|since| issued < since)
    }

    /// Whether a session has ended.
    pub(super) fn has_session(&self, family: &str) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.revoked.contains_key(family)
    }

    /// Revokes a token or a session until then. Here, it is at once; the error says that other
    /// replicas do not know yet, which they will once the store answers again.
    pub(super) async fn revoke(&self, id: &str, until: u64) -> Result<(), Unavailable> {
        let entry = Entry { id: id.to_owned(), until };
        self.change(|known| {
            known.revoked.insert(id.into(), until);
        });
        let told = self.tell(&entry).await;
        if told.is_err() {
            self.change(|known| known.untold.push(entry));
        }
        told
    }

    /// Asks the store what other replicas revoked, and tells it what it missed.
    pub(super) async fn refresh(&self) -> Result<(), Unavailable> {
        let untold = self.change(|known| std::mem::take(&mut known.untold));
        let mut rest = untold.into_iter();
        while let Some(entry) = rest.next() {
            if let Err(error) = self.tell(&entry).await {
                self.change(|known| known.untold.extend(std::iter::once(entry).chain(rest)));
                return Err(error);
            }
        }
        let kept = self.store.all(Space::Revoked).await?;
        let now = tokens::now();
        self.change(|known| {
            let entries = kept.iter().filter_map(|it| serde_json::from_slice::<Entry>(it).ok());
            known.revoked.extend(entries.map(|it| (it.id.into(), it.until)));
            known.revoked.retain(|_, until| *until > now);
        });
        Ok(())
    }

    /// Says since when tokens of clients are good, in seconds since 1970, where not all of them are.
    pub(super) fn limit(&self, good_since: HashMap<Box<str>, u64>) {
        self.change(|known| known.good_since = good_since);
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.known.read().unwrap_or_else(PoisonError::into_inner).revoked.len()
    }

    async fn tell(&self, entry: &Entry) -> Result<(), Unavailable> {
        let keep = Duration::from_secs(entry.until.saturating_sub(tokens::now()).max(1));
        let value = serde_json::to_vec(entry).unwrap_or_default();
        self.store.put(Space::Revoked, &entry.id, &value, Some(keep)).await
    }

    fn change<T>(&self, change: impl FnOnce(&mut Known) -> T) -> T {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut known);
        let is_any = !known.revoked.is_empty() || !known.good_since.is_empty();
        self.is_any.store(is_any, Ordering::Release);
        changed
    }
}
