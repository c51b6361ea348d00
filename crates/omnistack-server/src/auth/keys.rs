//! The keys that sign tokens: a folder of PEM files that replicas share, or memory.
//!
//! The newest key signs. A key that another one replaced goes on verifying until the last token that
//! it can have signed is over; then its file is removed if the server made it, and left alone if not.
//! A new key waits a little before it signs, so that every replica, and whoever reads the key set, has
//! seen it by then. Rotation and the first key are made under a lock in the folder: of several
//! replicas, one makes the key.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use secrecy::{ExposeSecret, SecretString};

use super::key::{Key, KeyError, PublicKey};
use crate::configuration::{self, Algorithm};
use crate::{lock, private_file};

/// How old a key is before it signs, unless it is the only one.
pub const SETTLE: Duration = Duration::from_secs(5);
/// How often the folder is looked at for the sake of a name that is not known.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long to wait after a rotation that failed.
const RETRY_ROTATION: Duration = Duration::from_hours(1);
/// The most bytes of a key's file.
const LARGEST_FILE: u64 = 16 << 10;
/// The lock's name in the folder.
const LOCK: &str = ".lock";

/// A folder of keys that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// Something in the folder cannot be read or written.
    #[error("{}: {problem}", path.display())]
    File {
        /// What.
        path: PathBuf,
        /// Why.
        problem: std::io::Error,
    },
    /// A file is no key.
    #[error("{}: {problem}", path.display())]
    Key {
        /// Which.
        path: PathBuf,
        /// Why.
        problem: KeyError,
    },
    /// There is none to sign with.
    #[error(
        "{}: there is no key: name the server's settings with --config, or make a first key with \
         `omnistack-server keys rotate`",
        folder.display()
    )]
    Nothing {
        /// The folder.
        folder: PathBuf,
    },
    /// None could be made.
    #[error(transparent)]
    Made(#[from] KeyError),
}

/// What is done with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It signs, and verifies.
    Signs,
    /// It is about to sign, and verifies.
    Waits,
    /// It verifies what it signed before it was replaced.
    Verifies,
    /// Its last token is over.
    Over,
}

/// The keys at some moment, the newest first; without those that are over.
#[derive(Default)]
pub struct KeySet {
    keys: Vec<Arc<Key>>,
    signer: usize,
}

impl KeySet {
    /// The one that signs.
    pub fn signer(&self) -> Option<&Arc<Key>> {
        self.keys.get(self.signer)
    }

    /// The one of a name.
    pub fn find(&self, kid: &str) -> Option<&Arc<Key>> {
        self.keys.iter().find(|it| &*it.kid == kid)
    }

    /// What others see of them.
    pub fn public(&self) -> Vec<PublicKey> {
        self.keys.iter().map(|it| it.public.clone()).collect()
    }
}

/// What was in the folder when it was read: names, times and sizes.
type Listing = Vec<(PathBuf, SystemTime, u64)>;

#[derive(Default)]
struct Read {
    listing: Listing,
    /// The newest first.
    keys: Vec<Arc<Key>>,
    looked: Option<Instant>,
    failed: Option<Instant>,
}

/// The keys.
pub struct Keys {
    folder: Option<PathBuf>,
    algorithm: Algorithm,
    rotate_after: Duration,
    /// For how long after it was replaced a key verifies.
    overlap: Duration,
    read: Mutex<Read>,
    current: RwLock<Arc<KeySet>>,
    has_lost: AtomicBool,
}

impl Keys {
    /// Reads the folder; makes it and a first key where there is none.
    ///
    /// # Errors
    /// [`KeysError`] when the folder cannot be used or holds a file that is no key.
    pub fn open(settings: &configuration::Auth) -> Result<Self, KeysError> {
        let folder = settings.keys.clone();
        let problem = |problem| KeysError::File { path: folder.clone(), problem };
        make_folder(&folder).map_err(problem)?;
        let keys = Self::new(Some(folder.clone()), settings);
        keys.reload(true)?;
        if keys.current().signer().is_none() {
            keys.make_if(true, |newest| newest.is_none())?;
        }
        Ok(keys)
    }

    /// Reads the folder, and makes nothing.
    ///
    /// # Errors
    /// [`KeysError`] when it is not there or holds a file that is no key.
    pub fn look(settings: &configuration::Auth) -> Result<Self, KeysError> {
        if !settings.keys.is_dir() {
            return Err(KeysError::Nothing { folder: settings.keys.clone() });
        }
        let keys = Self::new(Some(settings.keys.clone()), settings);
        keys.reload(true)?;
        Ok(keys)
    }

    /// A key in memory only.
    ///
    /// # Errors
    /// [`KeysError`] when none can be made.
    pub fn in_memory(settings: &configuration::Auth) -> Result<Self, KeysError> {
        let keys = Self::new(None, settings);
        let (key, _) = Key::generate(settings.algorithm, SystemTime::now())?;
        lock(&keys.read).keys.push(Arc::new(key));
        keys.publish(SystemTime::now());
        Ok(keys)
    }

    fn new(folder: Option<PathBuf>, settings: &configuration::Auth) -> Self {
        Self {
            folder,
            algorithm: settings.algorithm,
            rotate_after: settings.rotate_after,
            overlap: settings.access_token + settings.leeway,
            read: Mutex::default(),
            current: RwLock::default(),
            has_lost: AtomicBool::new(false),
        }
    }

    /// The keys as they are now.
    pub fn current(&self) -> Arc<KeySet> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The key of a name. Where it is not known, the folder is looked at, once a second at most:
    /// another replica may have made it a moment ago.
    pub fn find(&self, kid: &str) -> Option<Arc<Key>> {
        if let Some(key) = self.current().find(kid) {
            return Some(key.clone());
        }
        self.folder.as_ref()?;
        let is_early = |it: &mut Read| {
            let is_early = it.looked.is_some_and(|at| at.elapsed() < LOOK_EVERY);
            if !is_early {
                it.looked = Some(Instant::now());
            }
            is_early
        };
        if is_early(&mut lock(&self.read)) {
            return None;
        }
        if let Err(error) = self.reload(false) {
            tracing::warn!(%error, "the keys could not be read again");
        }
        self.current().find(kid).cloned()
    }

    /// Keeps the keys up to date: reads the folder again if it changed, rotates if that is due,
    /// removes what is over. Returns whether a key that verified does not any more, since the last time.
    pub fn maintain(&self) -> bool {
        if let Err(error) = self.reload(false) {
            tracing::warn!(%error, "the keys could not be read again");
        }
        let is_due = |newest: Option<&Arc<Key>>| {
            newest.is_none_or(|it| it.age(SystemTime::now()) >= self.rotate_after)
        };
        let newest = lock(&self.read).keys.first().cloned();
        let has_failed = lock(&self.read).failed.is_some_and(|at| at.elapsed() < RETRY_ROTATION);
        if !self.rotate_after.is_zero() && is_due(newest.as_ref()) && !has_failed {
            match self.make_if(false, is_due) {
                Ok(Some(kid)) => tracing::info!(%kid, "a new key was made, and signs from now on"),
                Ok(None) => {}
                Err(error) => {
                    lock(&self.read).failed = Some(Instant::now());
                    tracing::warn!(%error, "the keys could not be rotated");
                }
            }
        }
        self.remove_over();
        self.has_lost.swap(false, Ordering::AcqRel)
    }

    /// Makes a new key, which replaces the one that signs.
    ///
    /// # Errors
    /// [`KeysError`] when it cannot be made or written.
    pub fn rotate(&self) -> Result<Arc<str>, KeysError> {
        let made = self.make_if(true, |_| true)?;
        made.ok_or(KeysError::Made(KeyError::NotMade))
    }

    /// All keys with what is done with them, the newest first.
    pub fn list(&self) -> Vec<(Arc<Key>, Use)> {
        let keys = lock(&self.read).keys.clone();
        let uses = uses(&keys, self.overlap, SystemTime::now());
        keys.into_iter().zip(uses).collect()
    }

    /// Makes a key if that is still wanted when nobody else is at it. Where another process is, it
    /// waits for that, or leaves it to it.
    fn make_if(
        &self,
        waits: bool,
        is_wanted: impl Fn(Option<&Arc<Key>>) -> bool,
    ) -> Result<Option<Arc<str>>, KeysError> {
        let now = SystemTime::now();
        let Some(folder) = &self.folder else {
            let mut read = lock(&self.read);
            if !is_wanted(read.keys.first()) {
                return Ok(None);
            }
            let (key, _) = Key::generate(self.algorithm, now)?;
            let kid = key.kid.clone();
            read.keys.insert(0, Arc::new(key));
            drop(read);
            self.publish(now);
            return Ok(Some(kid));
        };
        let Some(_lock) = lock_folder(folder, waits)? else { return Ok(None) };
        self.reload(false)?;
        if !is_wanted(lock(&self.read).keys.first()) {
            return Ok(None);
        }
        // Names tell seconds: a new key is newer than the one it replaces, even within one.
        let newest = lock(&self.read).keys.first().map(|it| it.created + Duration::from_secs(1));
        let now = newest.map_or(now, |it| it.max(now));
        let (key, pem) = Key::generate(self.algorithm, now)?;
        let path = folder.join(format!("{}.pem", key.kid));
        private_file::replace(&path, pem.expose_secret().as_bytes())
            .map_err(|problem| KeysError::File { path, problem })?;
        self.reload(false)?;
        Ok(Some(key.kid.clone()))
    }

    /// Reads the folder if it changed. Files that are no keys are an error when the server starts;
    /// later, they are passed over.
    fn reload(&self, is_strict: bool) -> Result<(), KeysError> {
        if let Some(folder) = &self.folder {
            let listing = list(folder)
                .map_err(|problem| KeysError::File { path: folder.clone(), problem })?;
            let mut read = lock(&self.read);
            if is_strict || read.listing != listing {
                let mut keys = Vec::new();
                for (path, changed, size) in &listing {
                    match read_key(path, *changed, *size) {
                        Ok(key) => keys.push(Arc::new(key)),
                        Err(error) if is_strict => return Err(error),
                        Err(error) => tracing::warn!(%error, "a key is passed over"),
                    }
                }
                keys.sort_by(|one, other| {
                    (other.created, &other.kid).cmp(&(one.created, &one.kid))
                });
                (read.listing, read.keys) = (listing, keys);
            }
        }
        self.publish(SystemTime::now());
        Ok(())
    }

    /// Puts those that are not over into use.
    fn publish(&self, now: SystemTime) {
        let all = lock(&self.read).keys.clone();
        let uses = uses(&all, self.overlap, now);
        let alive = || uses.iter().filter(|it| **it != Use::Over);
        let signer = alive().position(|it| *it == Use::Signs).unwrap_or_default();
        let keys = all.iter().zip(&uses).filter(|(_, it)| **it != Use::Over);
        let keys = keys.map(|(key, _)| key.clone()).collect();
        let set = Arc::new(KeySet { keys, signer });
        let is_lost = |key: &Arc<Key>| set.find(&key.kid).is_none_or(|it| it.public != key.public);
        if self.current().keys.iter().any(is_lost) {
            self.has_lost.store(true, Ordering::Release);
        }
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = set;
    }

    /// Removes the files of the server's own keys that are over.
    fn remove_over(&self) {
        let Some(folder) = &self.folder else { return };
        for (key, what) in self.list() {
            if what != Use::Over || !key.is_own {
                continue;
            }
            let path = folder.join(format!("{}.pem", key.kid));
            match std::fs::remove_file(&path) {
                Ok(()) => {
                    tracing::info!(kid = %key.kid, "a key whose last token is over was removed");
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => tracing::debug!(%error, kid = %key.kid, "a key was not removed"),
            }
        }
    }
}

/// What is done with each of the keys, which are sorted, the newest first.
fn uses(keys: &[Arc<Key>], overlap: Duration, now: SystemTime) -> Vec<Use> {
    // The only key does not wait: without it there would be none.
    let is_settled = |key: &Arc<Key>| key.created + SETTLE <= now;
    let signer = keys.iter().position(is_settled).unwrap_or(keys.len().saturating_sub(1));
    let mut replaced: Option<SystemTime> = None;
    let mut uses = Vec::with_capacity(keys.len());
    for (index, key) in keys.iter().enumerate() {
        let is_over = replaced.is_some_and(|at| at + SETTLE + overlap <= now);
        uses.push(match index {
            _ if index < signer => Use::Waits,
            _ if index == signer => Use::Signs,
            _ if is_over => Use::Over,
            _ => Use::Verifies,
        });
        replaced = Some(key.created);
    }
    uses
}

/// Makes a folder that nobody else may look into.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The keys' files, by name. Hidden files are passed over: volumes have such of their own.
fn list(folder: &Path) -> std::io::Result<Listing> {
    let mut listing = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let is_key = path.extension().is_some_and(|it| it == "pem")
            && path.file_stem().is_some_and(|it| !it.as_encoded_bytes().starts_with(b"."));
        if !is_key {
            continue;
        }
        // What is not there any more was removed by another replica.
        if let Ok(data) = std::fs::metadata(&path)
            && data.is_file()
        {
            listing.push((path, data.modified()?, data.len()));
        }
    }
    listing.sort();
    Ok(listing)
}

fn read_key(path: &Path, changed: SystemTime, size: u64) -> Result<Key, KeysError> {
    let wrong = |problem| KeysError::Key { path: path.to_owned(), problem };
    let kid = path.file_stem().and_then(|it| it.to_str()).ok_or_else(|| wrong(KeyError::Name))?;
    if size > LARGEST_FILE {
        return Err(wrong(KeyError::Unusable));
    }
    warn_if_open(path);
    let text = std::fs::read_to_string(path)
        .map_err(|problem| KeysError::File { path: path.to_owned(), problem })?;
    Key::from_pem(kid, &SecretString::from(text), changed).map_err(wrong)
}

/// Complains of a key that everybody on the machine may read.
fn warn_if_open(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).map(|it| it.permissions().mode());
        if mode.is_ok_and(|it| it & 0o007 != 0) {
            tracing::warn!(path = %path.display(), "everybody may read this key: chmod 600 mends that");
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Keeps others from changing the folder; nothing if somebody else does, and that is not waited for.
/// The operating system lets go of the lock with the process.
fn lock_folder(folder: &Path, waits: bool) -> Result<Option<File>, KeysError> {
    let path = folder.join(LOCK);
    let open = || {
        let file = private_file::open(&path, OpenOptions::new().write(true))?;
        if waits {
            file.lock()?;
            return Ok(Some(file));
        }
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    };
    open().map_err(|problem| KeysError::File { path: path.clone(), problem })
}
