//! How the way to the servers is: what the last call came to, and counts.

use crate::error::Error;

/// In a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The last call was answered, or there was none yet.
    #[default]
    Ready,
    /// It was not.
    Failing,
    /// The server does not take the token, or there is none.
    Refused,
}

/// What calls came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// With an answer.
    pub answered: u64,
    /// With an error.
    pub failed: u64,
    /// Too late.
    pub timed_out: u64,
    /// Not tried.
    pub refused: u64,
    /// Functions that were answered.
    pub units: u64,
}

/// How the way to the servers is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// In a word.
    pub state: State,
    /// The server that answered last.
    pub endpoint: Option<String>,
    /// The model that it asked.
    pub model: Option<String>,
    /// Why the last call was not answered.
    pub problem: Option<Error>,
    /// What calls came to.
    pub counts: Counts,
}
