//! What the commands share that manage clients, tokens and keys: they work on the files and the store
//! that the settings name, whether or not a server runs.

use std::path::PathBuf;

use crate::audit::{Audit, Decision, Event};
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
    /// A token that every server would refuse.
    #[error("the client {0} is disabled or removed: its tokens are refused")]
    Refused(String),
    /// A token for nobody.
    #[error("there is no client {0}: say with --role what the token may do")]
    UnknownClient(String),
    /// What was done could not be written down.
    #[error("telemetry.audit_file cannot be written, so nothing was done: {0}")]
    Audit(std::io::Error),
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

/// The audit log of the server, if it is in a file: what operators do beside the server stands there,
/// too.
pub(super) struct Log(Option<Audit>);

impl Log {
    /// Opens it before anything is done, so that nothing is done that cannot be written down.
    pub(super) fn open(configuration: &Configuration) -> Result<Self, ManageError> {
        let file = configuration.telemetry.audit_file.as_deref();
        let audit = file.map(|it| Audit::new(Some(it))).transpose();
        Ok(Self(audit.map_err(ManageError::Audit)?))
    }

    /// Writes down what was done.
    pub(super) fn note(&self, action: &str, what: &str, how: Option<&str>) {
        let user = std::env::var("SUDO_USER").or_else(|_| std::env::var("USER"));
        let who = format!("operator:{}", user.as_deref().unwrap_or("unknown"));
        if let Some(audit) = &self.0 {
            audit.note(&Event {
                action,
                who: &who,
                address: None,
                what: Some(what),
                decision: Decision::Allowed,
                reason: how,
            });
        }
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
