//! The access log: a line of JSON for each request, in the form of the other log lines.
//!
//! At tens of thousands of requests each second, waking a thread for each line would cost more than
//! some of the requests do. Lines gather in memory, and a thread writes what is there a few times each
//! second. When nobody reads, lines are given up and counted, and no request waits.

use std::io::Write;
use std::net::IpAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde::Serialize;

/// How long lines wait for others.
const GATHER: Duration = Duration::from_millis(20);
/// Bytes that may wait; lines beyond are given up.
const MOST: usize = 8 << 20;
/// How long the end of the server waits for the last lines.
const PATIENCE: Duration = Duration::from_millis(500);

/// A request that was answered.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Access<'a> {
    /// Its name.
    pub request_id: &'a str,
    /// Its method.
    pub method: &'a str,
    /// Its route, as the router writes it.
    pub route: &'a str,
    /// The status of the response.
    pub status: u16,
    /// The problem's code, if it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'a str>,
    /// Who asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<&'a str>,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// From its head to the response's head, in microseconds.
    pub took_us: u64,
}

#[derive(Serialize)]
struct Line<'a> {
    timestamp: &'a str,
    level: &'static str,
    target: &'static str,
    fields: Access<'a>,
}

#[derive(Debug, Default)]
struct Waiting {
    bytes: Vec<u8>,
    lines: u64,
    is_writing: bool,
    is_over: bool,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

/// The log; it writes to standard error.
#[derive(Debug)]
pub struct AccessLog(Option<Arc<Shared>>);

fn lock(shared: &Shared) -> MutexGuard<'_, Waiting> {
    shared.waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

impl AccessLog {
    /// A log, or none if it is not wanted or there is no thread for it.
    pub fn new(is_wanted: bool) -> Self {
        if !is_wanted {
            return Self(None);
        }
        let shared = Arc::<Shared>::default();
        let own = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("access-log".to_owned());
        Self(thread.spawn(move || write(&own)).is_ok().then_some(shared))
    }

    /// Whether anybody wants lines.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Writes a request down.
    pub fn note(&self, access: Access<'_>) {
        let Some(shared) = &self.0 else { return };
        let now = humantime_serde::re::humantime::format_rfc3339_micros(SystemTime::now());
        let (level, target) = ("INFO", "omnistack_server::access_log");
        let line = Line { timestamp: &now.to_string(), level, target, fields: access };
        let mut waiting = lock(shared);
        if waiting.bytes.len() > MOST || serde_json::to_writer(&mut waiting.bytes, &line).is_err() {
            telemetry::metrics().log_lines_lost.inc();
            return;
        }
        waiting.bytes.push(b'\n');
        waiting.lines += 1;
        if waiting.lines == 1 {
            drop(waiting);
            shared.changed.notify_all();
        }
    }
}

impl Drop for AccessLog {
    fn drop(&mut self) {
        let Some(shared) = &self.0 else { return };
        let mut waiting = lock(shared);
        waiting.is_over = true;
        shared.changed.notify_all();
        let rest = |it: &mut Waiting| it.lines > 0 || it.is_writing;
        // Whoever does not read in time misses the last lines.
        drop(shared.changed.wait_timeout_while(waiting, PATIENCE, rest));
    }
}

fn write(shared: &Shared) {
    let mut ready = Vec::new();
    loop {
        let mut waiting = lock(shared);
        let nothing = |it: &mut Waiting| it.lines == 0 && !it.is_over;
        waiting =
            shared.changed.wait_while(waiting, nothing).unwrap_or_else(PoisonError::into_inner);
        if !waiting.is_over {
            drop(waiting);
            std::thread::sleep(GATHER);
            waiting = lock(shared);
        } else if waiting.lines == 0 {
            return;
        }
        std::mem::swap(&mut waiting.bytes, &mut ready);
        let lines = std::mem::take(&mut waiting.lines);
        waiting.is_writing = true;
        drop(waiting);
        if std::io::stderr().write_all(&ready).is_err() {
            telemetry::metrics().log_lines_lost.inc_by(lines);
        }
        ready.clear();
        lock(shared).is_writing = false;
        shared.changed.notify_all();
    }
}
