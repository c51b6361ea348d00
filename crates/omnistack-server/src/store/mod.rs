//! The store: what replicas share, in Redis where one is configured, in memory otherwise.
//!
//! It keeps sessions, revocations, clients, buckets of the limits and predictions. All of it is named
//! by a [`Space`] and a name within; values are bytes, sealed before they leave the process.

pub mod cache;
mod flight;
mod link;
mod memory;
mod room;
mod sealing;
mod shared;

use std::path::PathBuf;
use std::time::Duration;

pub use link::Signals;
pub use memory::Memory;
pub use sealing::KeysError;
pub use shared::Shared;

use crate::configuration::{Redis, secret};

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
    /// What somebody is changing, by its name.
    Lock,
}

/// What a space is in Redis.
fn tag(space: Space) -> u8 {
    match space {
        Space::Prediction => b'p',
        Space::Session => b's',
        Space::Used => b'u',
        Space::Revoked => b'r',
        Space::Client => b'c',
        Space::Lock => b'l',
    }
}

/// The store cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A secret cannot be read.
    #[error(transparent)]
    Secret(#[from] secret::SecretError),
    /// The keys that values are sealed with cannot be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The address of Redis is none; it is not repeated, since it holds a password.
    #[error(
        "the address of Redis cannot be used ({0}): it looks like redis://:password@host:6379/0, or \
         rediss:// with TLS, which redis.roots needs"
    )]
    Address(String),
    /// The authorities cannot be read.
    #[error("cannot read {}, the file of redis.roots: {problem}", file.display())]
    Roots {
        /// The file.
        file: PathBuf,
        /// What the system says.
        problem: std::io::Error,
    },
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

impl Verdict {
    /// What a bucket says that has so much left, after so many tokens were asked for.
    fn new(is_granted: bool, remaining: f64, rate: Rate, tokens: f64) -> Self {
        // More than a bucket can hold never comes: whoever asks for that waits long, not for ever.
        let wait =
            |missing: f64| Duration::from_secs_f64((missing / rate.per_second).clamp(0.0, 1e9));
        let retry_after = if is_granted {
            Duration::ZERO
        } else {
            // However little is missing, there is something to wait for.
            wait(tokens - remaining).max(Duration::from_millis(1))
        };
        Self { is_granted, remaining, retry_after, full_after: wait(rate.burst - remaining) }
    }
}

/// What replicas share.
#[derive(Debug)]
pub enum Store {
    /// Nothing is shared.
    Memory(Memory),
    /// It is in Redis.
    Shared(Box<Shared>),
}

impl Store {
    /// The store of the settings: in Redis if an address is given, in memory otherwise. It does not
    /// matter whether Redis answers yet.
    ///
    /// # Errors
    /// [`StoreError`] when the address, the keys or a file cannot be used.
    pub async fn open(settings: &Redis, signals: Signals) -> Result<Self, StoreError> {
        match secret::read(secret::REDIS_URL, settings.url_file.as_deref())? {
            None => {
                signals.up.set(1);
                Ok(Self::Memory(Memory::default()))
            }
            Some(url) => Ok(Self::Shared(Box::new(Shared::new(&url, settings, signals).await?))),
        }
    }

    /// The value of a name.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn get(&self, space: Space, name: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        match self {
            Self::Memory(memory) => Ok(memory.get(space, name)),
            Self::Shared(shared) => shared.get(space, name).await,
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
            Self::Memory(memory) => {
                memory.put(space, name, value, keep);
                Ok(())
            }
            Self::Shared(shared) => shared.put(space, name, value, keep).await,
        }
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
            Self::Shared(shared) => shared.get_many(space, names).await,
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
                Ok(())
            }
            Self::Shared(shared) => shared.put_many(space, values, keep).await,
        }
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
            Self::Shared(shared) => shared.claim(space, name, keep).await,
        }
    }

    /// Forgets a name.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn remove(&self, space: Space, name: &str) -> Result<(), Unavailable> {
        match self {
            Self::Memory(memory) => {
                memory.remove(space, name);
                Ok(())
            }
            Self::Shared(shared) => shared.remove(space, name).await,
        }
    }

    /// All values of a space; for those that hold few.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn all(&self, space: Space) -> Result<Vec<Vec<u8>>, Unavailable> {
        match self {
            Self::Memory(memory) => Ok(memory.all(space)),
            Self::Shared(shared) => shared.all(space).await,
        }
    }

    /// Takes tokens out of a bucket. Never fails: while what is shared cannot be reached, each replica
    /// counts for itself.
    pub async fn take(&self, bucket: &str, rate: Rate, tokens: f64) -> Verdict {
        match self {
            Self::Memory(memory) => memory.take(bucket, rate, tokens),
            Self::Shared(shared) => shared.take(bucket, rate, tokens).await,
        }
    }

    /// Whether replicas share it.
    pub fn is_shared(&self) -> bool {
        match self {
            Self::Memory(_) => false,
            Self::Shared(_) => true,
        }
    }

    /// Whether it answers.
    pub async fn answers(&self) -> bool {
        match self {
            Self::Memory(_) => true,
            Self::Shared(shared) => shared.answers().await,
        }
    }
}
