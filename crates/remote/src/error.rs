//! Why there is no client, or no answer, in words that a status can show.

use std::path::PathBuf;
use std::time::Duration;

/// Why there can be no client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// An endpoint that cannot be one.
    #[error("the endpoint {endpoint} cannot be used: {why}")]
    Endpoint {
        /// As it was written.
        endpoint: String,
        /// Why.
        why: &'static str,
    },
    /// There is none.
    #[error("no endpoint is set")]
    NoEndpoint,
    /// A file of certificates or of a key that cannot be used.
    #[error("{} cannot be used: {why}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why.
        why: String,
    },
    /// TLS cannot be set up.
    #[error("connections cannot be set up: {0}")]
    Tls(String),
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No connection, or one that broke.
    #[error("{endpoint} cannot be reached: {why}")]
    Unreachable {
        /// Where.
        endpoint: String,
        /// Why.
        why: String,
    },
    /// The deadline came first.
    #[error("no answer came within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// Every endpoint failed too often, or asked to be left alone.
    #[error("no endpoint is asked for the moment, since each failed or asked to wait")]
    Resting,
    /// The server does not take the token, or does not allow what was asked.
    #[error("{endpoint} refuses the request ({status}){detail}")]
    Refused {
        /// Who.
        endpoint: String,
        /// 401 or 403.
        status: u16,
        /// What it says to that, after a colon.
        detail: String,
    },
    /// The server is asked too often.
    #[error("{endpoint} is asked too often; it wants to be left alone for {} s", wait.as_secs())]
    Limited {
        /// Who.
        endpoint: String,
        /// For how long.
        wait: Duration,
    },
    /// The server answers with an error.
    #[error("{endpoint} answers with an error ({status}){detail}")]
    Status {
        /// Who.
        endpoint: String,
        /// The status.
        status: u16,
        /// What it says to that, after a colon.
        detail: String,
    },
    /// The answer is none.
    #[error("the answer of {endpoint} is not valid: {why}")]
    Invalid {
        /// Whose.
        endpoint: String,
        /// Why.
        why: &'static str,
    },
    /// There is no token.
    #[error("there is no token: {0}")]
    Token(String),
    /// The client could not be set up.
    #[error(transparent)]
    Setup(#[from] SetupError),
}

impl Error {
    /// Whether it is about who asks, rather than about who is asked.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Token(_))
    }
}
