//! What was revoked: tokens by their id, sessions by their name, and what clients were given before
//! they were disabled, removed, or got another secret.
//!
//! It is asked on every request, so it is kept in memory, and brought up to date from the store every
//! now and then. Where nothing is shared, a file remembers it over a restart. What is known here is
//! never forgotten before it is over anyway: an outage of the store makes nothing good again.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::revoked_file::RevokedFile;
use super::tokens::{self, Verified};
use crate::store::{Space, Store, Unavailable};

/// What is revoked, as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// A token's or a session's name.
    id: String,
    /// When it is over anyway, in seconds since 1970.
    pub(super) until: u64,
}

#[derive(Default)]
struct Known {
    revoked: HashMap<Box<str>, u64>,
    /// Until when what a client was given is over, in seconds since 1970.
    over_until: HashMap<Box<str>, u64>,
    /// What the store has not been told of yet.
    untold: Vec<Entry>,
}

/// What was revoked.
pub(super) struct Revocations {
    store: Arc<Store>,
    file: Option<RevokedFile>,
    known: RwLock<Known>,
    is_any: AtomicBool,
}

impl Revocations {
    /// What the store knows, and nothing else.
    pub(super) fn in_memory(store: Arc<Store>) -> Self {
        let (known, is_any) = (RwLock::default(), AtomicBool::new(false));
        Self { store, file: None, known, is_any }
    }

    /// What the store and the file know.
    ///
    /// # Errors
    /// The operating system's, when the file is there and cannot be read.
    pub(super) fn new(store: Arc<Store>, file: Option<RevokedFile>) -> std::io::Result<Self> {
        let entries = file.as_ref().map(|it| it.read(tokens::now())).transpose()?;
        let revocations = Self { file, ..Self::in_memory(store) };
        revocations.change(|known| {
            let entries = entries.into_iter().flatten();
            known.revoked.extend(entries.map(|it| (it.id.into(), it.until)));
        });
        Ok(revocations)
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
            || known.over_until.get(&*principal.client).is_some_and(|until| issued <= until)
    }

    /// Whether a session has ended.
    pub(super) fn has_session(&self, family: &str) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.revoked.contains_key(family)
    }

    /// Revokes a token or a session until then. Here, it is at once; the error says that others do not
    /// know yet, or that the file does not: they are told once that works again.
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

    /// Says until when what clients were given is over, in seconds since 1970.
    pub(super) fn limit(&self, over_until: HashMap<Box<str>, u64>) {
        self.change(|known| known.over_until = over_until);
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.known.read().unwrap_or_else(PoisonError::into_inner).revoked.len()
    }

    async fn tell(&self, entry: &Entry) -> Result<(), Unavailable> {
        let keep = Duration::from_secs(entry.until.saturating_sub(tokens::now()).max(1));
        if let Some(file) = self.file.clone() {
            let entry = entry.clone();
            let added = tokio::task::spawn_blocking(move || file.add(&entry)).await;
            let added = added.map_err(std::io::Error::other).flatten();
            added.map_err(|error| Unavailable { detail: error.to_string() })?;
        }
        let value = serde_json::to_vec(entry).unwrap_or_default();
        self.store.put(Space::Revoked, &entry.id, &value, Some(keep)).await
    }

    fn change<T>(&self, change: impl FnOnce(&mut Known) -> T) -> T {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut known);
        let is_any = !known.revoked.is_empty() || !known.over_until.is_empty();
        self.is_any.store(is_any, Ordering::Release);
        changed
    }
}
