//! The file of clients: TOML with a table for each, read again when it changes, and written whole.
//!
//! ```toml
//! [clients.build]
//! secret = "$argon2id$v=19$…"
//! role = "developer"
//! projects = ["shop"]
//! created = "2026-11-28T18:15:24Z"
//! ```

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::clients::{Client, ClientError};
use crate::private_file;

/// What the file says about itself.
const HEAD: &str = "# Clients of omnistack-server. Secrets are argon2id hashes: nobody can read them back.\n\
    # Change this with `omnistack-server client`; the server reads it again by itself.\n\n";

/// A file of clients that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct FileError {
    path: PathBuf,
    problem: String,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    clients: BTreeMap<String, Client>,
}

type All = Arc<BTreeMap<String, Client>>;
/// When the file was written, and how long it is.
type Stamp = Option<(SystemTime, u64)>;

/// A file of clients.
pub(super) struct ClientsFile {
    path: PathBuf,
    read: Mutex<(Stamp, All)>,
}

impl ClientsFile {
    /// Reads the file; there need not be one yet.
    pub(super) fn open(path: &Path) -> Result<Self, FileError> {
        let file = Self { path: path.to_owned(), read: Mutex::default() };
        file.reload()?;
        Ok(file)
    }

    /// The clients as they are now; as they were if the file cannot be read any more.
    pub(super) fn current(&self) -> All {
        if let Err(error) = self.reload() {
            tracing::error!(%error, "the clients could not be read again: those of before go on");
        }
        self.read.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    fn problem(&self, problem: &dyn std::fmt::Display) -> FileError {
        FileError { path: self.path.clone(), problem: problem.to_string() }
    }

    fn stamp(&self) -> Stamp {
        let data = std::fs::metadata(&self.path).ok()?;
        Some((data.modified().ok()?, data.len()))
    }

    fn reload(&self) -> Result<(), FileError> {
        let stamp = self.stamp();
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.0 == stamp {
            return Ok(());
        }
        // Kept even if the file turns out to be wrong: it is complained about once.
        read.0 = stamp;
        read.1 = Arc::new(self.parse()?);
        Ok(())
    }

    fn parse(&self) -> Result<BTreeMap<String, Client>, FileError> {
        match std::fs::read_to_string(&self.path) {
            Ok(text) => match toml::from_str::<Document>(&text) {
                Ok(document) => Ok(document.clients),
                // Messages quote what they complain of, which may be a hash: the place has to do.
                Err(error) => {
                    let before = text.get(..error.span().map_or(0, |it| it.start));
                    let line = before.unwrap_or_default().matches('\n').count() + 1;
                    Err(self.problem(&format!("this is no file of clients: see line {line}")))
                }
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(error) => Err(self.problem(&error)),
        }
    }

    /// Changes the file while nobody else does.
    pub(super) fn change(
        &self,
        change: impl FnOnce(&mut BTreeMap<String, Client>) -> Result<(), ClientError>,
    ) -> Result<(), ClientError> {
        let _lock = self.lock().map_err(|error| self.problem(&error))?;
        let mut clients = self.parse()?;
        change(&mut clients)?;
        let text = toml::to_string(&Document { clients }).map_err(|error| self.problem(&error))?;
        private_file::replace(&self.path, format!("{HEAD}{text}").as_bytes())
            .map_err(|error| self.problem(&error))?;
        Ok(self.reload()?)
    }

    fn lock(&self) -> std::io::Result<File> {
        let mut beside = self.path.clone().into_os_string();
        beside.push(".lock");
        let file = private_file::open(beside.as_ref(), OpenOptions::new().write(true))?;
        file.lock()?;
        Ok(file)
    }
}
