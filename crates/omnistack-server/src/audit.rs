//! The audit log: who did what, and what was decided, one JSON object a line.
//!
//! It is apart from all other logs, is only ever appended to, and holds no secrets and no source
//! text.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

use crate::problem::REQUEST_ID;

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// It was done.
    Allowed,
    /// It was not.
    Denied,
}

/// Something worth writing down.
#[derive(Clone, Debug, Serialize)]
pub struct Event<'a> {
    /// What was done, such as `token.issue`.
    pub action: &'a str,
    /// Who did it, as far as that is known.
    pub who: &'a str,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<std::net::IpAddr>,
    /// What it was done to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<&'a str>,
    /// What was decided.
    pub decision: Decision,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Line<'a> {
    /// Milliseconds since 1970.
    time_ms: u128,
    kind: &'static str,
    request_id: Option<String>,
    #[serde(flatten)]
    event: &'a Event<'a>,
}

/// Where events are written.
#[derive(Debug)]
pub struct Audit {
    file: Option<Mutex<File>>,
}

impl Audit {
    /// Appends to a file, which nobody else may read, or writes to standard error.
    ///
    /// # Errors
    /// The operating system's, as when the folder is not there.
    pub fn new(file: Option<&Path>) -> std::io::Result<Self> {
        let open = |path: &Path| {
            let mut options = OpenOptions::new();
            options.append(true).create(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.open(path).map(Mutex::new)
        };
        Ok(Self { file: file.map(open).transpose()? })
    }

    /// Writes an event down.
    pub fn note(&self, event: &Event<'_>) {
        let time_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let request_id = REQUEST_ID.try_with(Clone::clone).ok();
        let line = Line { time_ms, kind: "audit", request_id, event };
        let Ok(mut text) = serde_json::to_vec(&line) else { return };
        text.push(b'\n');
        let written = match &self.file {
            // One write a line: lines of several writers do not mix.
            Some(file) => file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&text),
            None => std::io::stderr().lock().write_all(&text),
        };
        if let Err(error) = written {
            tracing::error!(%error, "an event of the audit log was not written");
        }
    }
}
