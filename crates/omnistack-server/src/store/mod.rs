//! The store: what replicas share, in Redis where one is configured, in memory otherwise.
//!
//! It keeps sessions, revocations, clients, buckets of the limits and predictions. All of it is named
//! by a [`Space`] and a name within; values are bytes, sealed before they leave the process.

pub mod cache;
mod flight;
mod memory;

use std::time::Duration;

pub use memory::Memory;

/// What a value is for. Each space has names of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Space {
    /// What models said of functions.
    Prediction,
    /// Sessions: families of refresh tokens.
    Session,
    /// Refresh tokens that were used.
    Used,
    /// Tokens and families that were revoked.
    Revoked,
    /// Clients.
    Client,
}

/// The store cannot be reached, or does not answer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the store is not available: {detail}")]
pub struct Unavailable {
    /// What it said.
    pub detail: String,
}

/// How often something may be done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Tokens that come each second.
    pub per_second: f64,
    /// The most that there can be.
    pub burst: f64,
}

/// What a bucket says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// Whether there were as many tokens as were asked for; if not, none was taken.
    pub is_granted: bool,
    /// Tokens that are left.
    pub remaining: f64,
    /// When there are as many as were asked for; zero if there were.
    pub retry_after: Duration,
    /// When the bucket is full again.
    pub full_after: Duration,
}

/// What replicas share.
#[derive(Debug)]
pub enum Store {
    /// Nothing is shared.
    Memory(Memory),
}

impl Store {
    /// The value of a name.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn get(&self, space: Space, name: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        match self {
            Self::Memory(memory) => Ok(memory.get(space, name)),
        }
    }

    /// Gives a name a value, for so long, or for good.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn put(
        &self,
        space: Space,
        name: &str,
        value: &[u8],
        keep: Option<Duration>,
    ) -> Result<(), Unavailable> {
        match self {
            Self::Memory(memory) => memory.put(space, name, value, keep),
        }
        Ok(())
    }

    /// The values of names, in their order, all at once.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn get_many(
        &self,
        space: Space,
        names: &[String],
    ) -> Result<Vec<Option<Vec<u8>>>, Unavailable> {
        match self {
            Self::Memory(memory) => Ok(names.iter().map(|name| memory.get(space, name)).collect()),
        }
    }

    /// Gives names their values, for so long, all at once.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn put_many(
        &self,
        space: Space,
        values: &[(String, Vec<u8>)],
        keep: Duration,
    ) -> Result<(), Unavailable> {
        match self {
            Self::Memory(memory) => {
                for (name, value) in values {
                    memory.put(space, name, value, Some(keep));
                }
            }
        }
        Ok(())
    }

    /// Takes a name if nobody has: of all that claim it, on any replica, one gets true.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn claim(
        &self,
        space: Space,
        name: &str,
        keep: Duration,
    ) -> Result<bool, Unavailable> {
        match self {
            Self::Memory(memory) => Ok(memory.claim(space, name, keep)),
        }
    }

    /// Forgets a name.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn remove(&self, space: Space, name: &str) -> Result<(), Unavailable> {
        match self {
            Self::Memory(memory) => memory.remove(space, name),
        }
        Ok(())
    }

    /// All values of a space; for those that hold few.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn all(&self, space: Space) -> Result<Vec<Vec<u8>>, Unavailable> {
        match self {
            Self::Memory(memory) => Ok(memory.all(space)),
        }
    }

    /// Takes tokens out of a bucket. Never fails: while what is shared cannot be reached, each replica
    /// counts for itself.
    pub async fn take(&self, bucket: &str, rate: Rate, tokens: f64) -> Verdict {
        match self {
            Self::Memory(memory) => memory.take(bucket, rate, tokens),
        }
    }

    /// Whether replicas share it.
    pub fn is_shared(&self) -> bool {
        match self {
            Self::Memory(_) => false,
        }
    }

    /// Whether it answers.
    pub async fn answers(&self) -> bool {
        match self {
            Self::Memory(_) => true,
        }
    }
}
