//! Clients: who may ask for tokens, with which secret, as what, and for which projects.
//!
//! They are kept in a TOML file, which is read again when it changes, or in the store. Secrets are
//! kept as argon2id hashes; a hash takes memory and time by design, so only a few are computed at
//! once, off the threads that serve requests, and of those that wait, only so many may.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use argon2::password_hash::SaltString;
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::LONGEST_LIFETIME;
use super::file::{ClientsFile, FileError};
use super::tokens::{self, seconds};
use crate::access::Role;
use crate::store::{Space, Store, Unavailable};

/// The most secrets that may wait to be checked.
const MOST_WAITING: usize = 64;
/// The most secrets that are checked at once.
const MOST_AT_ONCE: usize = 4;
/// The most bytes of a secret.
pub const LONGEST_SECRET: usize = 512;
/// The fewest bytes of a secret that somebody thought of.
pub const SHORTEST_SECRET: usize = 20;
/// How long somebody may take to change a client in the store, and how often another one looks whether
/// that is over.
const CHANGE: Duration = Duration::from_secs(5);
const CHANGE_AGAIN: Duration = Duration::from_millis(20);

/// A client, without its name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// The argon2id hash of its secret, as a PHC string.
    pub secret: String,
    /// What it is.
    pub role: Role,
    /// The projects that its tokens are limited to; nothing if they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projects: Option<Vec<String>>,
    /// Whether it gets no tokens any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// Whether it was removed. What it was given stays refused, and its name is free. The record goes
    /// once nothing that was given can be good any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
    /// When it was added.
    #[serde(with = "humantime_serde")]
    pub created: SystemTime,
    /// When it got another secret, was enabled again or removed, or its name was taken over from one
    /// that was removed: tokens and sessions that were given up to then are over.
    #[serde(default, with = "humantime_serde::option", skip_serializing_if = "Option::is_none")]
    pub renewed: Option<SystemTime>,
}

/// A client in the store.
#[derive(Serialize, Deserialize)]
struct Kept {
    name: String,
    #[serde(flatten)]
    client: Client,
}

/// Why something about clients did not work.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The name cannot be one.
    #[error("a client's name has 1 to 64 letters, digits, dots, dashes, underscores or @")]
    Name,
    /// A project cannot be one.
    #[error("a project has 1 to 128 characters, none of which is a space, a quote or a backslash")]
    Project,
    /// The secret cannot be one.
    #[error(
        "a secret has {SHORTEST_SECRET} to {LONGEST_SECRET} ASCII characters, none of which is a space or a percent sign"
    )]
    Secret,
    /// There is one already.
    #[error("there is a client {0} already")]
    Exists(String),
    /// There is none.
    #[error("there is no client {0}")]
    Unknown(String),
    /// Somebody else is at it.
    #[error("somebody else is changing the client {0}: try again")]
    Busy(String),
    /// A secret could not be made or hashed.
    #[error("the secret could not be made")]
    NotMade,
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] Unavailable),
}

/// Why a client gets nothing.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// Its name or secret is wrong, or it was disabled. Which of these, only the audit log says.
    #[error("{0}")]
    Credentials(&'static str),
    /// Too many secrets are being checked.
    #[error("too many secrets are being checked")]
    Busy,
    /// Clients cannot be read.
    #[error(transparent)]
    Store(#[from] Unavailable),
}

/// Whether a text may name a client.
pub fn is_name(name: &str) -> bool {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b'_' | b'@');
    (1..=64).contains(&name.len()) && name.bytes().all(is_plain)
}

/// Whether a text may name a project: what a `scope` may hold (RFC 6749, section 3.3).
pub fn is_project(name: &str) -> bool {
    let is_plain = |it: u8| it.is_ascii_graphic() && !matches!(it, b'"' | b'\\');
    (1..=128).contains(&name.len()) && name.bytes().all(is_plain)
}

/// A new secret: 256 random bits.
///
/// # Errors
/// [`ClientError::NotMade`].
pub fn new_secret() -> Result<SecretString, ClientError> {
    let mut random = [0; 32];
    aws_lc_rs::rand::fill(&mut random).map_err(|_| ClientError::NotMade)?;
    Ok(SecretString::from(format!("oss_{}", URL_SAFE_NO_PAD.encode(random))))
}

/// The argon2id hash of a secret.
fn hash(secret: &SecretString) -> Result<String, ClientError> {
    let mut salt = [0; 16];
    aws_lc_rs::rand::fill(&mut salt).map_err(|_| ClientError::NotMade)?;
    let salt = SaltString::encode_b64(&salt).map_err(|_| ClientError::NotMade)?;
    let hash = Argon2::default().hash_password(secret.expose_secret().as_bytes(), &salt);
    Ok(hash.map_err(|_| ClientError::NotMade)?.to_string())
}

fn is_secret_of(secret: &SecretString, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    Argon2::default().verify_password(secret.expose_secret().as_bytes(), &hash).is_ok()
}

/// Whether a text may be a secret.
fn check(secret: &SecretString) -> Result<(), ClientError> {
    let text = secret.expose_secret();
    // A percent sign would be read as the encoding that `Basic` may have.
    let is_plain = text.bytes().all(|it| it.is_ascii_graphic() && it != b'%');
    if is_plain && (SHORTEST_SECRET..=LONGEST_SECRET).contains(&text.len()) {
        return Ok(());
    }
    Err(ClientError::Secret)
}

impl Client {
    /// A new client with this secret.
    ///
    /// # Errors
    /// [`ClientError`] when the secret or a project cannot be one.
    pub fn new(
        secret: &SecretString,
        role: Role,
        projects: Option<Vec<String>>,
    ) -> Result<Self, ClientError> {
        check(secret)?;
        if !projects.iter().flatten().all(|it| is_project(it)) {
            return Err(ClientError::Project);
        }
        let (secret, created) = (hash(secret)?, SystemTime::now());
        let (disabled, removed, renewed) = (false, false, None);
        Ok(Self { secret, role, projects, disabled, removed, created, renewed })
    }

    /// Until when what was given to this name is over, in seconds since 1970; nothing if none is.
    pub(super) fn over_until(&self) -> Option<u64> {
        if self.disabled { Some(u64::MAX) } else { self.renewed.map(seconds) }
    }

    /// When something is given that is given now, in seconds since 1970: never within the second in
    /// which what was given before ended, since nobody could tell the one from the other.
    pub fn gives_at(&self) -> u64 {
        tokens::now().max(self.renewed.map_or(0, |it| seconds(it).saturating_add(1)))
    }

    /// What `renewed` is if everything that was given so far is over, also what was given for the next
    /// second: see [`Self::gives_at`].
    fn end(&self) -> Option<SystemTime> {
        let next = self.renewed.and_then(|it| it.checked_add(Duration::from_secs(1)));
        next.max(Some(SystemTime::now()))
    }

    /// Whether it was removed so long ago that nothing it was given can be good any more.
    fn is_past(&self, now: SystemTime) -> bool {
        let since = now.duration_since(self.renewed.unwrap_or(self.created));
        self.removed && since.is_ok_and(|it| it > LONGEST_LIFETIME)
    }
}

/// Where clients are kept.
enum Place {
    File(ClientsFile),
    Store(Arc<Store>),
    Memory(RwLock<BTreeMap<String, Client>>),
}

/// The clients.
pub struct Clients {
    place: Place,
    at_once: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// What is compared where there is no such client, so that it takes as long.
    nobody: String,
}

impl Clients {
    /// Clients of a file.
    ///
    /// # Errors
    /// [`ClientError`] when it is there and cannot be read.
    pub fn in_file(path: &std::path::Path) -> Result<Self, ClientError> {
        Self::new(Place::File(ClientsFile::open(path)?))
    }

    /// Clients of the store.
    ///
    /// # Errors
    /// [`ClientError::NotMade`].
    pub fn in_store(store: Arc<Store>) -> Result<Self, ClientError> {
        Self::new(Place::Store(store))
    }

    /// Clients that go with the process.
    ///
    /// # Errors
    /// [`ClientError::NotMade`].
    pub fn in_memory() -> Result<Self, ClientError> {
        Self::new(Place::Memory(RwLock::default()))
    }

    fn new(place: Place) -> Result<Self, ClientError> {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let at_once = Arc::new(Semaphore::new(processors.min(MOST_AT_ONCE)));
        let nobody = hash(&new_secret()?)?;
        Ok(Self { place, at_once, waiting: AtomicUsize::new(0), nobody })
    }

    /// The client of a name.
    ///
    /// # Errors
    /// [`Unavailable`] when they are kept in the store, and it does not answer.
    pub async fn find(&self, name: &str) -> Result<Option<Client>, Unavailable> {
        match &self.place {
            Place::File(file) => Ok(file.current().get(name).cloned()),
            Place::Store(store) => {
                let kept = store.get(Space::Client, name).await?;
                let kept = kept.and_then(|it| serde_json::from_slice::<Kept>(&it).ok());
                Ok(kept.map(|it| it.client))
            }
            Place::Memory(clients) => {
                let clients = clients.read().unwrap_or_else(PoisonError::into_inner);
                Ok(clients.get(name).cloned())
            }
        }
    }

    /// All clients.
    ///
    /// # Errors
    /// [`ClientError`] when they cannot be read.
    pub async fn all(&self) -> Result<BTreeMap<String, Client>, ClientError> {
        match &self.place {
            Place::File(file) => Ok((*file.current()).clone()),
            Place::Store(store) => {
                let kept = store.all(Space::Client).await?;
                let kept = kept.iter().filter_map(|it| serde_json::from_slice::<Kept>(it).ok());
                Ok(kept.map(|it| (it.name, it.client)).collect())
            }
            Place::Memory(clients) => {
                Ok(clients.read().unwrap_or_else(PoisonError::into_inner).clone())
            }
        }
    }

    /// Adds a client.
    ///
    /// # Errors
    /// [`ClientError`] when there is one of that name, or it cannot be kept.
    pub async fn add(&self, name: &str, client: Client) -> Result<(), ClientError> {
        if !is_name(name) {
            return Err(ClientError::Name);
        }
        self.change(name, |held| match held {
            Some(held) if !held.removed => Err(ClientError::Exists(name.to_owned())),
            // What was given to the one that had the name is not the new one's.
            Some(held) => Ok(Some(Client { renewed: held.end(), ..client })),
            None => Ok(Some(client)),
        })
        .await
    }

    /// Takes a client's tokens away, or lets it ask for new ones again.
    ///
    /// # Errors
    /// [`ClientError`] when there is none of that name, or it cannot be kept.
    pub async fn disable(&self, name: &str, disabled: bool) -> Result<(), ClientError> {
        self.change(name, |held| match held.filter(|it| !it.removed) {
            Some(client) => {
                // Whatever it was disabled for may be in somebody's hands still.
                let is_back = client.disabled && !disabled;
                let renewed = if is_back { client.end() } else { client.renewed };
                Ok(Some(Client { disabled, renewed, ..client }))
            }
            None => Err(ClientError::Unknown(name.to_owned())),
        })
        .await
    }

    /// Gives a client another secret.
    ///
    /// # Errors
    /// [`ClientError`] when there is none of that name, or the secret cannot be one or be kept.
    pub async fn renew(&self, name: &str, secret: &SecretString) -> Result<(), ClientError> {
        check(secret)?;
        let secret = hash(secret)?;
        self.change(name, |held| match held.filter(|it| !it.removed) {
            Some(client) => Ok(Some(Client { secret, renewed: client.end(), ..client })),
            None => Err(ClientError::Unknown(name.to_owned())),
        })
        .await
    }

    /// Removes a client: what it was given is refused, and its name is free for another one.
    ///
    /// # Errors
    /// [`ClientError`] when there is none of that name, or the file or store cannot be written.
    pub async fn remove(&self, name: &str) -> Result<(), ClientError> {
        self.change(name, |held| match held.filter(|it| !it.removed) {
            // Its tokens would be good again if nobody knew any more whose they were.
            Some(client) => Ok(Some(Client {
                secret: String::new(),
                projects: None,
                disabled: true,
                removed: true,
                renewed: client.end(),
                ..client
            })),
            None => Err(ClientError::Unknown(name.to_owned())),
        })
        .await
    }

    async fn change(
        &self,
        name: &str,
        change: impl FnOnce(Option<Client>) -> Result<Option<Client>, ClientError>,
    ) -> Result<(), ClientError> {
        match &self.place {
            Place::File(file) => file.change(|clients| apply(clients, name, change)),
            Place::Memory(clients) => {
                let mut clients = clients.write().unwrap_or_else(PoisonError::into_inner);
                apply(&mut clients, name, change)
            }
            Place::Store(store) => {
                let mut tries = CHANGE.as_millis() / CHANGE_AGAIN.as_millis();
                while !store.claim(Space::Lock, name, CHANGE).await? {
                    tries =
                        tries.checked_sub(1).ok_or_else(|| ClientError::Busy(name.to_owned()))?;
                    tokio::time::sleep(CHANGE_AGAIN).await;
                }
                let changed = self.change_in(store, name, change).await;
                store.remove(Space::Lock, name).await?;
                changed
            }
        }
    }

    /// Changes a client in the store, while nobody else does.
    async fn change_in(
        &self,
        store: &Store,
        name: &str,
        change: impl FnOnce(Option<Client>) -> Result<Option<Client>, ClientError>,
    ) -> Result<(), ClientError> {
        let Some(client) = change(self.find(name).await?)? else {
            return Ok(store.remove(Space::Client, name).await?);
        };
        let keep = client.removed.then_some(LONGEST_LIFETIME);
        let kept = Kept { name: name.to_owned(), client };
        let kept = serde_json::to_vec(&kept).map_err(|_| ClientError::NotMade)?;
        Ok(store.put(Space::Client, name, &kept, keep).await?)
    }

    /// The client of a name and a secret. It takes as long where there is none.
    ///
    /// # Errors
    /// [`Denied`].
    pub async fn authenticate(&self, name: &str, secret: &SecretString) -> Result<Client, Denied> {
        if secret.expose_secret().len() > LONGEST_SECRET {
            return Err(Denied::Credentials("the secret is too long"));
        }
        let client = if is_name(name) { self.find(name).await? } else { None };
        let hash = client.as_ref().filter(|it| !it.removed).map_or(&self.nobody, |it| &it.secret);
        let is_right = self.compare(secret.clone(), hash.clone()).await?;
        match client {
            None => Err(Denied::Credentials("there is no such client")),
            Some(client) if client.removed => Err(Denied::Credentials("the client was removed")),
            Some(_) if !is_right => Err(Denied::Credentials("the secret is wrong")),
            Some(client) if client.disabled => Err(Denied::Credentials("the client is disabled")),
            Some(client) => Ok(client),
        }
    }

    async fn compare(&self, secret: SecretString, hash: String) -> Result<bool, Denied> {
        struct Waits<'a>(&'a AtomicUsize);
        impl Drop for Waits<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waits = Waits(&self.waiting);
        if before >= MOST_WAITING {
            return Err(Denied::Busy);
        }
        let permit = self.at_once.clone().acquire_owned().await.map_err(|_| Denied::Busy)?;
        let compare = move || {
            // Held until the work is done, even where whoever asked has gone away.
            let _permit = permit;
            is_secret_of(&secret, &hash)
        };
        tokio::task::spawn_blocking(compare).await.map_err(|_| Denied::Busy)
    }

    /// How long to wait where too many secrets are being checked.
    pub const RETRY_AFTER: Duration = Duration::from_secs(2);
}

/// Changes one client.
fn apply(
    clients: &mut BTreeMap<String, Client>,
    name: &str,
    change: impl FnOnce(Option<Client>) -> Result<Option<Client>, ClientError>,
) -> Result<(), ClientError> {
    match change(clients.get(name).cloned())? {
        Some(client) => drop(clients.insert(name.to_owned(), client)),
        None => drop(clients.remove(name)),
    }
    let now = SystemTime::now();
    clients.retain(|_, client| !client.is_past(now));
    Ok(())
}
