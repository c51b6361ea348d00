//! Reports of panics, kept on this machine: a small file for each place, so that somebody who runs
//! into one has something to hand in.
//!
//! A report holds no source text: of a panic's message, what stands in quotes is left out, since
//! that is where the text under analysis can turn up.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

use crate::folders;
use crate::lock;

/// Reports kept, in memory and in the folder.
const REPORTS: usize = 20;
/// Characters of a message that are kept.
const MESSAGE: usize = 300;

/// A panic at one place of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// File, line and column.
    pub place: String,
    /// What it said, without what stood in quotes.
    pub message: String,
    /// The rule that was running, if that is known.
    pub rule: Option<String>,
    /// The thread it was on.
    pub thread: String,
    /// The program's version.
    pub version: &'static str,
    /// How often, in this process.
    pub times: u64,
    /// When last, in seconds since 1970.
    pub last_seen: u64,
}

/// The process's reports.
#[derive(Debug)]
pub struct Reports {
    folder: Option<PathBuf>,
    reports: Vec<Report>,
}

static REPORTS_OF_PROCESS: Mutex<Reports> =
    Mutex::new(Reports { folder: None, reports: Vec::new() });

thread_local! {
    /// Where this thread has panicked last.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Logs and reports each panic from now on.
pub(crate) fn watch(version: &'static str) {
    lock(&REPORTS_OF_PROCESS).folder = folders::state().map(|it| it.join("panics"));
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let payload = panic.payload();
        let message = payload.downcast_ref::<&str>().copied();
        let message = message.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = message.unwrap_or("no message");
        tracing::error!(place, "{message}");
        let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
        let message = without_quoted(message);
        let report =
            Report { place, message, rule: None, thread, version, times: 1, last_seen: now() };
        LAST.with(|last| last.replace(Some(report.place.clone())));
        lock(&REPORTS_OF_PROCESS).add(report);
    }));
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs())
}

/// Says which rule it was that this thread has panicked in last.
pub fn blame(rule: &str) {
    let place = LAST.with(|last| last.borrow_mut().take());
    if let Some(place) = place {
        lock(&REPORTS_OF_PROCESS).blame(&place, rule);
    }
}

/// The reports of this process, and the folder that keeps them.
pub fn reports() -> (Vec<Report>, Option<PathBuf>) {
    let reports = lock(&REPORTS_OF_PROCESS);
    (reports.reports.clone(), reports.folder.clone())
}

impl Reports {
    /// Reports that are kept in a folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()), reports: Vec::new() }
    }

    /// Takes a report, or counts it if there is one of its place.
    pub fn add(&mut self, report: Report) {
        let same = self.reports.iter_mut().find(|it| it.place == report.place);
        let report = if let Some(same) = same {
            same.times += 1;
            same.last_seen = report.last_seen;
            // What fails at each keystroke need not be written at each keystroke.
            if !same.times.is_power_of_two() {
                return;
            }
            same.clone()
        } else {
            if self.reports.len() >= REPORTS {
                self.reports.remove(0);
            }
            self.reports.push(report.clone());
            report
        };
        self.keep(&report);
    }

    /// Says which rule panicked at a place.
    pub fn blame(&mut self, place: &str, rule: &str) {
        let Some(report) = self.reports.iter_mut().find(|it| it.place == place) else { return };
        if report.rule.as_deref() == Some(rule) {
            return;
        }
        report.rule = Some(rule.to_owned());
        let report = report.clone();
        self.keep(&report);
    }

    /// Writes a report; without a word if that fails, since a panic's report must not fail.
    fn keep(&self, report: &Report) {
        let Some(folder) = &self.folder else { return };
        let Ok(text) = serde_json::to_vec_pretty(report) else { return };
        if folders::make_private(folder).is_err() {
            return;
        }
        let name: String = format!("{}-{}", report.version, report.place)
            .chars()
            .map(|it| if it.is_ascii_alphanumeric() || it == '.' { it } else { '-' })
            .collect();
        // The end of a path tells more than its beginning.
        let start = name.len().saturating_sub(120);
        let name = name.get(start..).unwrap_or_default();
        let _ = folders::write_whole(&folder.join(format!("{name}.json")), &text);
        remove_oldest(folder);
    }
}

fn remove_oldest(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let is_report = path.extension().is_some_and(|it| it == "json");
            let age = path.metadata().and_then(|it| it.modified()).ok()?;
            is_report.then_some((age, path))
        })
        .collect();
    files.sort();
    let surplus = files.len().saturating_sub(REPORTS);
    for (_, path) in files.into_iter().take(surplus) {
        let _ = std::fs::remove_file(path);
    }
}

/// A message's first line, with an ellipsis for whatever stands in quotes.
fn without_quoted(message: &str) -> String {
    let line = message.lines().next().unwrap_or("");
    let mut kept = String::new();
    let mut inside: Option<char> = None;
    for character in line.chars() {
        match inside {
            Some(quote) if character == quote => {
                kept.push('…');
                kept.push(quote);
                inside = None;
            }
            Some(_) => {}
            None => {
                if matches!(character, '`' | '"' | '\'') {
                    inside = Some(character);
                }
                kept.push(character);
            }
        }
        if kept.len() >= MESSAGE {
            break;
        }
    }
    if inside.is_some() {
        kept.push('…');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_loses_what_is_quoted() {
        let message =
            "byte index 5 is not a char boundary; it is inside 'é' of `password = \"x\"`\nmore";
        let kept = without_quoted(message);
        assert_eq!(kept, "byte index 5 is not a char boundary; it is inside '…' of `…`");
        assert_eq!(without_quoted("open `end"), "open `…");
        assert!(without_quoted(&"long ".repeat(1000)).len() < 2 * MESSAGE);
    }
}
