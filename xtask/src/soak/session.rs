//! The session: one daemon, the documents as the client has them, and the comparison with a fresh
//! daemon.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::text::{Edit, Random, Text};
use crate::bench::client::{LIMIT, LanguageServer, OpenDocument, uri_of};
use crate::project::{Failure, files_below};

/// Documents open at a time, at most.
const OPEN: usize = 12;
/// So long without a message, and everything was said.
const QUIET: Duration = Duration::from_millis(150);
/// How often a comparison is repeated before a difference counts.
const PATIENCE: usize = 20;

/// The protocol's name of the language of a file.
pub(super) fn language(path: &Path) -> Option<&'static str> {
    Some(match path.extension()?.to_str()? {
        "py" => "python",
        "js" | "mjs" | "cjs" => "javascript",
        "ts" => "typescript",
        "tsx" => "typescriptreact",
        "rs" => "rust",
        "go" => "go",
        "java" => "java",
        "c" => "c",
        "cc" | "cpp" => "cpp",
        _ => return None,
    })
}

struct Document {
    open: OpenDocument,
    text: Text,
}

/// What was said of a document, in an order of its own; predictions apart.
type Diagnostics = Vec<String>;

/// A daemon in the middle of a long session.
pub(super) struct Session {
    server: LanguageServer,
    folder: PathBuf,
    random: Random,
    documents: BTreeMap<PathBuf, Document>,
    said: BTreeMap<String, (i64, Diagnostics)>,
    names: usize,
    counts: [usize; 6],
}

fn started(program: &Path, folder: &Path, predicts: bool) -> Result<LanguageServer, Failure> {
    let mut command = Command::new(program);
    command.current_dir(folder);
    let mut server = LanguageServer::start(command)?;
    server.initialize(folder, &json!({"predict": {"enabled": predicts}}))?;
    Ok(server)
}

impl Session {
    pub(super) fn start(program: &Path, folder: &Path, random: Random) -> Result<Self, Failure> {
        let server = started(program, folder, true)?;
        let (documents, said) = (BTreeMap::new(), BTreeMap::new());
        let folder = folder.to_owned();
        Ok(Self { server, folder, random, documents, said, names: 0, counts: [0; 6] })
    }

    /// What was done so far.
    pub(super) fn tally(&self) -> String {
        let names = ["edits", "opened", "closed", "renamed", "saved", "requests"];
        let parts = names.iter().zip(self.counts).map(|(name, count)| format!("{count} {name}"));
        parts.collect::<Vec<_>>().join(", ")
    }

    fn count(&mut self, what: usize) {
        if let Some(count) = self.counts.get_mut(what) {
            *count += 1;
        }
    }

    /// Does one thing at random.
    pub(super) fn step(&mut self) -> Result<(), Failure> {
        match self.random.below(1_000) {
            _ if self.documents.is_empty() => self.open(),
            0..=19 if self.documents.len() < OPEN => self.open(),
            20..=34 => self.close(),
            35..=39 => self.rename(),
            40..=54 => self.save(),
            55..=104 => self.request(),
            _ => self.edit(),
        }
    }

    fn chosen(&mut self) -> Option<PathBuf> {
        let at = self.random.below(self.documents.len());
        self.documents.keys().nth(at).cloned()
    }

    fn open(&mut self) -> Result<(), Failure> {
        let mut files = files_below(&self.folder)?;
        files.retain(|path| !self.documents.contains_key(path) && language(path).is_some());
        files.sort();
        let at = self.random.below(files.len());
        let Some(path) = files.into_iter().nth(at) else { return Ok(()) };
        let failure = |source| Failure::File { verb: "read", path: path.clone(), source };
        let text = Text::new(fs::read_to_string(&path).map_err(failure)?);
        self.count(1);
        self.open_with(path, text)
    }

    fn open_with(&mut self, path: PathBuf, text: Text) -> Result<(), Failure> {
        let language = language(&path).unwrap_or("plaintext");
        let open = OpenDocument::open(&mut self.server, &path, language, text.as_str())?;
        self.documents.insert(path, Document { open, text });
        Ok(())
    }

    fn close(&mut self) -> Result<(), Failure> {
        let Some(path) = self.chosen() else { return Ok(()) };
        let Some(document) = self.documents.remove(&path) else { return Ok(()) };
        self.said.remove(&document.open.uri);
        self.count(2);
        document.open.close(&mut self.server)
    }

    /// As editors do it: closed under one name, opened under another.
    fn rename(&mut self) -> Result<(), Failure> {
        let Some(path) = self.chosen() else { return Ok(()) };
        let Some(document) = self.documents.remove(&path) else { return Ok(()) };
        self.said.remove(&document.open.uri);
        document.open.close(&mut self.server)?;
        self.names += 1;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let rest = name.split_once('_').map_or(name.as_str(), |(_, rest)| rest);
        let target = self.folder.join(format!("n{}_{rest}", self.names));
        let failure = |source| Failure::File { verb: "rename", path: path.clone(), source };
        fs::rename(&path, &target).map_err(failure)?;
        self.files_changed(&[(&path, 3), (&target, 1)])?;
        self.count(3);
        self.open_with(target, document.text)
    }

    fn save(&mut self) -> Result<(), Failure> {
        let Some(path) = self.chosen() else { return Ok(()) };
        let Some(document) = self.documents.get(&path) else { return Ok(()) };
        let failure = |source| Failure::File { verb: "write", path: path.clone(), source };
        fs::write(&path, document.text.as_str()).map_err(failure)?;
        let name = json!({"textDocument": {"uri": document.open.uri}});
        self.server.notify("textDocument/didSave", &name)?;
        self.count(4);
        self.files_changed(&[(&path, 2)])
    }

    fn files_changed(&mut self, files: &[(&Path, u8)]) -> Result<(), Failure> {
        let change = |(path, kind): &(&Path, u8)| json!({"uri": uri_of(path), "type": kind});
        let changes: Vec<Value> = files.iter().map(change).collect();
        self.server.notify("workspace/didChangeWatchedFiles", &json!({"changes": changes}))
    }

    /// A request, cancelled at once every other time.
    fn request(&mut self) -> Result<(), Failure> {
        let Some(path) = self.chosen() else { return Ok(()) };
        let Some(document) = self.documents.get(&path) else { return Ok(()) };
        let lines = document.text.as_str().lines().count();
        let start =
            json!({"line": self.random.below(lines + 2), "character": self.random.below(90)});
        let name = json!({"uri": document.open.uri});
        let methods = [
            ("textDocument/hover", json!({"textDocument": name, "position": start})),
            (
                "textDocument/codeAction",
                json!({"textDocument": name, "range": {"start": start, "end": start},
                    "context": {"diagnostics": []}}),
            ),
        ];
        let at = self.random.below(methods.len());
        let Some((method, parameters)) = methods.get(at) else { return Ok(()) };
        let id = self.server.ask(method, parameters)?;
        if self.random.chance(50) {
            self.server.notify("$/cancelRequest", &json!({"id": id}))?;
        }
        self.count(5);
        self.server.wait(LIMIT, |it| it.message.get("id") == Some(&json!(id)))?;
        Ok(())
    }

    fn edit(&mut self) -> Result<(), Failure> {
        let Some(path) = self.chosen() else { return Ok(()) };
        let waits = self.random.chance(20);
        let (server, random) = (&mut self.server, &mut self.random);
        let Some(document) = self.documents.get_mut(&path) else { return Ok(()) };
        let Edit { from, to, text } = document.text.edit(random);
        document.open.change(server, from, to, &text)?;
        self.count(0);
        if waits && let Some(document) = self.documents.get(&path) {
            document.open.diagnostics(&mut self.server)?;
        }
        Ok(())
    }

    /// Lets everything rest, and holds what was said against what a fresh daemon says.
    pub(super) fn check(&mut self, program: &Path) -> Result<u64, Failure> {
        let mut fresh = started(program, &self.folder, false)?;
        let mut copies = Vec::new();
        for (path, document) in &self.documents {
            let language = language(path).unwrap_or("plaintext");
            let text = document.text.as_str();
            copies.push(OpenDocument::open(&mut fresh, path, language, text)?);
        }
        let mut expected = BTreeMap::new();
        for attempt in 0..PATIENCE {
            settle(&mut self.server, &mut self.said)?;
            settle(&mut fresh, &mut expected)?;
            let differing = self.documents.values().zip(&copies).find_map(|(document, copy)| {
                let ours = self.said.get(&document.open.uri);
                let is_newest = ours.is_some_and(|(version, _)| *version == document.open.version);
                let theirs = expected.get(&copy.uri).map(|(_, it)| it);
                (!is_newest || ours.map(|(_, it)| it) != theirs).then_some((document, copy))
            });
            let Some((document, copy)) = differing else { break };
            if attempt + 1 == PATIENCE {
                let told = difference(&self.said, &expected, document, copy);
                return Err(Failure::Told(told));
            }
        }
        fresh.stop()?;
        let (status, _) = self.server.request("omnistack/status", &Value::Null)?;
        let panics = status.pointer("/result/panics").and_then(Value::as_u64);
        if panics != Some(0) {
            return Err(Failure::Told(format!("the status counts panics: {panics:?}")));
        }
        if self.server.backwards() > 0 {
            return Err(Failure::Told(
                "an older version was published after a newer one".to_owned(),
            ));
        }
        self.server.resident_bytes()
    }

    pub(super) fn end(self) -> Result<(), Failure> {
        self.server.stop()
    }
}

/// Waits until a daemon has read its workspace and has nothing more to say; keeps what it said.
fn settle(
    server: &mut LanguageServer,
    said: &mut BTreeMap<String, (i64, Diagnostics)>,
) -> Result<(), Failure> {
    loop {
        let (status, _) = server.request("omnistack/status", &Value::Null)?;
        let is_reading = status.pointer("/result/workspace/reading") == Some(&json!(true));
        let last = server.drain(QUIET)?;
        if !is_reading && last.is_none() {
            break;
        }
    }
    for (uri, (version, diagnostics)) in server.take_published() {
        let rules = diagnostics.iter().filter(|it| !is_prediction(it)).map(shown);
        let mut shown: Diagnostics = rules.collect();
        shown.sort();
        said.insert(uri, (version, shown));
    }
    Ok(())
}

fn is_prediction(diagnostic: &Value) -> bool {
    diagnostic.get("code").and_then(Value::as_str).is_some_and(|it| it.starts_with("predict/"))
}

fn shown(diagnostic: &Value) -> String {
    let field = |name| diagnostic.pointer(name).map(Value::to_string).unwrap_or_default();
    format!("{} {} {}", field("/range"), field("/code"), field("/message"))
}

fn difference(
    said: &BTreeMap<String, (i64, Diagnostics)>,
    expected: &BTreeMap<String, (i64, Diagnostics)>,
    document: &Document,
    copy: &OpenDocument,
) -> String {
    let empty = (0, Vec::new());
    let (version, ours) = said.get(&document.open.uri).unwrap_or(&empty);
    let (_, theirs) = expected.get(&copy.uri).unwrap_or(&empty);
    let only = |these: &Diagnostics, those: &Diagnostics| {
        these.iter().filter(|it| !those.contains(it)).cloned().collect::<Vec<_>>().join("\n  ")
    };
    format!(
        "the daemon says something else of {} (version {version} of {}) than a fresh one\nonly the \
         daemon:\n  {}\nonly a fresh one:\n  {}",
        copy.uri,
        document.open.version,
        only(ours, theirs),
        only(theirs, ours)
    )
}
