//! What is measured of a server: each function takes one server through one section of the table.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::{Arrival, LIMIT, LanguageServer, OpenDocument, uri_of};
use super::sources;
use crate::project::Failure;

/// How often the start is measured.
const STARTS: usize = 12;
/// Edits in each document.
const EDITS: usize = 200;
/// Edits of a burst, and how far apart they are.
const BURST: usize = 200;
const BETWEEN: Duration = Duration::from_millis(5);
/// How often predictions are waited for.
const PREDICTIONS: usize = 40;
/// Hovers and code actions.
const REQUESTS: usize = 200;
/// Between an edit and the next: nobody types faster.
const REST: Duration = Duration::from_millis(10);

/// A server to measure.
pub(super) struct Contender {
    /// Its name in the table.
    pub(super) name: &'static str,
    /// The program with its arguments.
    pub(super) program: PathBuf,
    /// Its arguments.
    pub(super) arguments: &'static [&'static str],
    /// What it is told at the start.
    pub(super) options: Value,
}

/// Times of many: the middle one, and the one that 95 of 100 do not pass.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Times {
    pub(super) median: Duration,
    pub(super) high: Duration,
}

impl Times {
    pub(super) fn of(mut times: Vec<Duration>) -> Self {
        times.sort();
        let at = |part: usize| times.get((times.len().saturating_sub(1)) * part / 100);
        let at = |part| at(part).copied().unwrap_or_default();
        Self { median: at(50), high: at(95) }
    }
}

/// Where a server works: a folder with nothing but what is measured.
pub(super) struct Place<'a> {
    pub(super) folder: &'a Path,
    pub(super) contender: &'a Contender,
}

impl Place<'_> {
    fn start(&self) -> Result<LanguageServer, Failure> {
        let mut command = Command::new(&self.contender.program);
        command.args(self.contender.arguments).current_dir(self.folder);
        LanguageServer::start(command)
    }

    fn session(&self) -> Result<LanguageServer, Failure> {
        let mut server = self.start()?;
        server.initialize(self.folder, &self.contender.options)?;
        Ok(server)
    }

    fn open(&self, server: &mut LanguageServer, text: &str) -> Result<OpenDocument, Failure> {
        let path = self.folder.join("document.py");
        fs::write(&path, text).map_err(|source| Failure::File {
            verb: "write",
            path: path.clone(),
            source,
        })?;
        let document = OpenDocument::open(server, &path, "python", text)?;
        document.diagnostics(server)?;
        // What follows the first publication is not to be taken for what is measured next.
        server.drain(Duration::from_millis(700))?;
        Ok(document)
    }

    /// From the start of the process to the answer to `initialize`, and to the first diagnostics.
    pub(super) fn cold_start(&self, text: &str) -> Result<(Times, Times), Failure> {
        let (mut greetings, mut first) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let mut server = self.start()?;
            greetings.push(server.initialize(self.folder, &self.contender.options)?);
            let path = self.folder.join("document.py");
            let document = OpenDocument::open(&mut server, &path, "python", text)?;
            let arrival = document.diagnostics(&mut server)?;
            first.push(arrival.at - server.started());
            server.stop()?;
        }
        Ok((Times::of(greetings), Times::of(first)))
    }

    /// From an edit to diagnostics that are right for it, and processor time for 100 edits: a
    /// function with a fault is inserted in the middle, and deleted.
    pub(super) fn edits(&self, text: &str) -> Result<(Times, Duration), Failure> {
        let mut server = self.session()?;
        let mut document = self.open(&mut server, text)?;
        let line = sources::middle(text);
        let before = server.processor_time()?;
        let mut times = Vec::new();
        for number in 0..EDITS / 2 {
            let function = faulty(number);
            let end = (line + function.lines().count(), 0);
            let sent = document.change(&mut server, (line, 0), (line, 0), &function)?;
            let arrival = server.wait(LIMIT, |it| {
                let found = it.diagnostics(&document.uri, document.version);
                found.is_some_and(|all| all.iter().any(|it| is_at(it, line..end.0)))
            })?;
            times.push(arrival.at - sent);
            std::thread::sleep(REST);
            let sent = document.change(&mut server, (line, 0), end, "")?;
            times.push(document.diagnostics(&mut server)?.at - sent);
            std::thread::sleep(REST);
        }
        let taken = server.processor_time()?.saturating_sub(before);
        server.stop()?;
        Ok((Times::of(times), taken * 100 / u32::try_from(EDITS).unwrap_or(1)))
    }

    /// From the last edit of many in a row to diagnostics for it, and publications of older
    /// versions after newer ones.
    pub(super) fn burst(&self, text: &str) -> Result<(Duration, usize), Failure> {
        let mut server = self.session()?;
        let mut document = self.open(&mut server, text)?;
        let line = sources::middle(text);
        document.change(&mut server, (line, 0), (line, 0), "# \n")?;
        let mut sent = Instant::now();
        for at in 0..BURST {
            std::thread::sleep(BETWEEN);
            sent = document.change(&mut server, (line, 2 + at), (line, 2 + at), "x")?;
        }
        let arrival = document.diagnostics(&mut server)?;
        server.drain(Duration::from_millis(500))?;
        let backwards = server.backwards();
        server.stop()?;
        Ok((arrival.at.saturating_duration_since(sent), backwards))
    }

    /// Hovers and code actions, over the document and at its findings.
    pub(super) fn requests(&self, text: &str) -> Result<(Times, Times), Failure> {
        let mut server = self.session()?;
        let text = format!("{}{text}", faulty(0));
        let path = self.folder.join("document.py");
        let document = OpenDocument::open(&mut server, &path, "python", &text)?;
        let arrival = document.diagnostics(&mut server)?;
        let found = arrival.diagnostics(&document.uri, 1).cloned().unwrap_or_default();
        server.drain(Duration::from_millis(700))?;
        let lines = text.lines().count();
        let (mut hovers, mut actions) = (Vec::new(), Vec::new());
        for number in 0..REQUESTS {
            let anywhere = json!({"line": number * 37 % lines, "character": 6});
            let finding = found.get(number / 2 % found.len().max(1)).filter(|_| number % 2 == 0);
            let start = finding.and_then(|it| it.pointer("/range/start")).unwrap_or(&anywhere);
            let name = json!({"uri": document.uri});
            let asked = json!({"textDocument": name, "position": start});
            hovers.push(server.request("textDocument/hover", &asked)?.1);
            let context = json!({"diagnostics": finding.into_iter().collect::<Vec<_>>()});
            let range = json!({"start": start, "end": start});
            let asked = json!({"textDocument": name, "range": range, "context": context});
            actions.push(server.request("textDocument/codeAction", &asked)?.1);
        }
        server.stop()?;
        Ok((Times::of(hovers), Times::of(actions)))
    }

    /// Bytes in memory with many files open, after all was said about them.
    pub(super) fn memory(&self, texts: &[String]) -> Result<u64, Failure> {
        let mut server = self.session()?;
        for (number, text) in texts.iter().enumerate() {
            let path = self.folder.join(format!("file_{number}.py"));
            let document = OpenDocument::open(&mut server, &path, "python", text)?;
            document.diagnostics(&mut server)?;
        }
        server.drain(Duration::from_secs(8))?;
        let bytes = server.resident_bytes()?;
        server.stop()?;
        Ok(bytes)
    }

    /// From an edit to a prediction about the edited function, the pause included.
    pub(super) fn predictions(&self, text: &str) -> Result<Times, Failure> {
        let mut server = self.session()?;
        let mut document = self.open(&mut server, text)?;
        let line = sources::middle(text);
        let mut times = Vec::new();
        for number in 0..PREDICTIONS {
            let class = slip(number);
            let end = (line + class.lines().count(), 0);
            let sent = document.change(&mut server, (line, 0), (line, 0), &class)?;
            let uri = uri_of(&self.folder.join("document.py"));
            let arrival = server.wait(LIMIT, |it: &Arrival| {
                let found = it.diagnostics(&uri, document.version);
                found.is_some_and(|all| {
                    all.iter().any(|it| is_at(it, line..end.0) && is_prediction(it))
                })
            })?;
            times.push(arrival.at - sent);
            document.change(&mut server, (line, 0), end, "")?;
            document.diagnostics(&mut server)?;
            server.drain(Duration::from_millis(60))?;
        }
        server.stop()?;
        Ok(Times::of(times))
    }
}

/// A function with a fault that both servers report.
fn faulty(number: usize) -> String {
    format!("def probe_{number}(values=[]):\n    import os\n    return values == values\n\n\n")
}

/// A class with a slip that the network finds; no two have the same text.
fn slip(number: usize) -> String {
    format!(
        "class Missing{number}(ShopError):\n    def __init__(self, item):\n        message = \
         f\"there is no {{item}} in shop {number}\"\n        super().__init__({}, self)\n\n\n",
        400 + number
    )
}

fn is_at(diagnostic: &Value, lines: std::ops::Range<usize>) -> bool {
    let line = diagnostic.pointer("/range/start/line").and_then(Value::as_u64);
    line.and_then(|line| usize::try_from(line).ok()).is_some_and(|line| lines.contains(&line))
}

fn is_prediction(diagnostic: &Value) -> bool {
    diagnostic.get("code").and_then(Value::as_str).is_some_and(|it| it.starts_with("predict/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_middle_and_of_nearly_all() {
        let times = Times::of((1..=100).rev().map(Duration::from_millis).collect());
        assert_eq!(times.median, Duration::from_millis(50));
        assert_eq!(times.high, Duration::from_millis(95));
        assert_eq!(Times::of(Vec::new()), Times::default());
    }
}
