//! What the commands share that manage clients, tokens and keys: they work on the files and the store
//! that the settings name, whether or not a server runs.

use std::path::PathBuf;

use crate::auth::clients::ClientError;
use crate::auth::keys::KeysError;
use crate::auth::{AuthError, IssueError};
use crate::configuration::{Configuration, ConfigurationError};
use crate::store::StoreError;

/// Why a command did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    /// The settings.
    #[error(transparent)]
    Settings(#[from] ConfigurationError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// A client.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Keys or clients cannot be used.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// A token was not made.
    #[error(transparent)]
    Token(#[from] IssueError),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A token for nobody.
    #[error("there is no client {0}: say with --role what the token may do")]
    UnknownClient(String),
    /// Standard input or output, or the operating system.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Where the settings stand.
#[derive(Clone, Debug, clap::Args)]
pub struct Settings {
    /// The settings, as TOML
    #[arg(long, value_name = "FILE", env = "OMNISTACK_SERVER_CONFIG")]
    pub config: Option<PathBuf>,
}

/// How a command answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

impl Settings {
    /// Reads them.
    ///
    /// # Errors
    /// [`ConfigurationError`].
    pub(super) fn read(&self) -> Result<Configuration, ConfigurationError> {
        Configuration::read(self.config.as_deref())
    }
}

/// Runs what has to wait for files or the store.
pub(super) fn wait<T>(
    work: impl Future<Output = Result<T, ManageError>>,
) -> Result<T, ManageError> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// A time as people and programs read it.
pub(super) fn date(time: std::time::SystemTime) -> String {
    humantime_serde::re::humantime::format_rfc3339_seconds(time).to_string()
}

/// The projects of a client or token, in a few words.
pub(super) fn projects(projects: Option<&[String]>) -> String {
    match projects {
        None => "all projects".to_owned(),
        Some([]) => "no project".to_owned(),
        Some(projects) => projects.join(", "),
    }
}
