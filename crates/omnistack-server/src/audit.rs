//! The audit log: who did what, and what was decided, one JSON object a line.
//!
//! It is apart from all other logs, is only ever appended to, and holds no secrets and no source
//! text.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use prometheus_client::metrics::counter::Counter;
use serde::Serialize;

use crate::private_file;
use crate::problem::REQUEST_ID;

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Somebody wants it: what came of it stands in a later line.
    Asked,
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
    /// Events that could not be written.
    lost: Counter,
}

impl Audit {
    /// Appends to a file, which nobody else may read, or writes to standard error.
    ///
    /// # Errors
    /// The operating system's, as when the folder is not there.
    pub fn new(file: Option<&Path>) -> std::io::Result<Self> {
        let open = |path| private_file::open(path, OpenOptions::new().append(true)).map(Mutex::new);
        Ok(Self { file: file.map(open).transpose()?, lost: Counter::default() })
    }

    /// The same, with events counted that cannot be written.
    #[must_use]
    pub fn counting(self, lost: Counter) -> Self {
        Self { lost, ..self }
    }

    /// Writes an event down. The work that it is about goes on where that fails, which is logged and
    /// counted.
    pub fn note(&self, event: &Event<'_>) {
        if let Err(error) = self.write(event) {
            self.lost.inc();
            tracing::error!(%error, "an event of the audit log was not written");
        }
    }

    /// Writes an event down.
    ///
    /// # Errors
    /// The operating system's, as when the disk is full.
    pub fn write(&self, event: &Event<'_>) -> std::io::Result<()> {
        let time_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let request_id = REQUEST_ID.try_with(Clone::clone).ok();
        let line = Line { time_ms, kind: "audit", request_id, event };
        let mut text = serde_json::to_vec(&line)?;
        text.push(b'\n');
        match &self.file {
            // One write a line: lines of several writers do not mix.
            Some(file) => file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&text),
            None => std::io::stderr().lock().write_all(&text),
        }
    }
}
