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
    /// What was done is written down only as asked for.
    #[error("it was done, but telemetry.audit_file says only that it was asked for: {0}")]
    AuditAfter(std::io::Error),
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

/// What an operator does.
#[derive(Clone, Copy)]
pub(super) struct Deed<'a> {
    /// As the audit log names it.
    pub(super) action: &'a str,
    /// What it is done to.
    pub(super) what: Option<&'a str>,
    /// How.
    pub(super) how: Option<&'a str>,
}

impl Log {
    /// Opens it before anything is done, so that nothing is done that cannot be written down.
    pub(super) fn open(configuration: &Configuration) -> Result<Self, ManageError> {
        let file = configuration.telemetry.audit_file.as_deref();
        let audit = file.map(|it| Audit::new(Some(it))).transpose();
        Ok(Self(audit.map_err(ManageError::Audit)?))
    }

    /// Does something, and writes it down: before, so that nothing is done that cannot be, and what
    /// came of it. `subject` tells what it was done to, where only the work itself knows.
    pub(super) async fn of<T>(
        &self,
        deed: Deed<'_>,
        work: impl Future<Output = Result<T, ManageError>>,
        subject: impl FnOnce(&T) -> Option<String>,
    ) -> Result<T, ManageError> {
        let Deed { action, what, how } = deed;
        self.write(action, what, Decision::Asked, how).map_err(ManageError::Audit)?;
        let done = work.await;
        let written = match &done {
            Ok(done) => {
                let subject = subject(done);
                self.write(action, what.or(subject.as_deref()), Decision::Allowed, how)
            }
            Err(error) => self.write(action, what, Decision::Denied, Some(&error.to_string())),
        };
        let done = done?;
        written.map_err(ManageError::AuditAfter)?;
        Ok(done)
    }

    fn write(
        &self,
        action: &str,
        what: Option<&str>,
        decision: Decision,
        reason: Option<&str>,
    ) -> std::io::Result<()> {
        let Some(audit) = &self.0 else { return Ok(()) };
        let user = std::env::var("SUDO_USER").or_else(|_| std::env::var("USER"));
        let who = format!("operator:{}", user.as_deref().unwrap_or("unknown"));
        audit.write(&Event { action, who: &who, address: None, what, decision, reason })
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
