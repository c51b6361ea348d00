//! Tokens whose signature was checked, by their hash: what a request with a known token costs is this
//! look-up, not a signature.
//!
//! A hash stands for the token, so that no token lies about in memory. Only good tokens get in, and
//! only so many.

use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use moka::sync::Cache;

use super::tokens::Verified;
use crate::access::Role;

/// The most tokens.
const MOST: u64 = 20_000;
/// How long a token is remembered at most.
const LONGEST: Duration = Duration::from_mins(10);

/// The key is a hash already: its first bytes do.
#[derive(Default)]
struct First(u64);

impl Hasher for First {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 ^= u64::from_ne_bytes(*first);
        }
    }

    fn write_usize(&mut self, _: usize) {}
}

type Checked = (Verified, Option<Role>);

/// Tokens that were checked.
pub(super) struct Remembered {
    tokens: Cache<[u8; 32], Arc<Checked>, BuildHasherDefault<First>>,
    generation: AtomicU64,
}

impl Remembered {
    pub(super) fn new(access_token: Duration) -> Self {
        let tokens = Cache::builder()
            .max_capacity(MOST)
            .time_to_live(access_token.min(LONGEST).max(Duration::from_secs(1)))
            .build_with_hasher(BuildHasherDefault::default());
        Self { tokens, generation: AtomicU64::new(0) }
    }

    /// The hash of a token.
    pub(super) fn digest(token: &str) -> [u8; 32] {
        let mut bytes = [0; 32];
        let digest = digest(&SHA256, token.as_bytes());
        for (byte, of) in bytes.iter_mut().zip(digest.as_ref()) {
            *byte = *of;
        }
        bytes
    }

    pub(super) fn get(&self, digest: &[u8; 32]) -> Option<Checked> {
        self.tokens.get(digest).map(|it| (*it).clone())
    }

    /// Changes whenever all is forgotten.
    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Remembers a token whose check began in this generation.
    pub(super) fn put(&self, digest: [u8; 32], checked: Checked, generation: u64) {
        self.tokens.insert(digest, Arc::new(checked));
        // Checked with a key that has gone meanwhile.
        if generation != self.generation() {
            self.tokens.invalidate(&digest);
        }
    }

    /// Forgets all of them.
    pub(super) fn forget(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.tokens.invalidate_all();
    }
}
