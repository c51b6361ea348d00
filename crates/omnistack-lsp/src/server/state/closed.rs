//! What is found in files that are not open, where the settings want that: which files there are, which
//! of them are yet to be analysed, and what the client was told of the others.
//!
//! The files go to the checking thread a few at a time, so that it always knows the newest settings
//! and surroundings, and gets nothing new while somebody types.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use analysis::cancellation::CancellationToken;
use analysis::engine::{Analysis, Document};
use analysis::languages::{ImportStyle, Language};
use tokio::sync::mpsc::UnboundedSender;

use super::{Analysed, State};
use crate::server::checker::{Checked, Request, Typing};

/// How many files are analysed.
const MOST_FILES: usize = 20_000;
/// Bytes of text, of the files in which something was found.
const MOST_BYTES: usize = 64 << 20;
/// How many files the thread gets at a time.
const CHUNK: usize = 16;
/// From so many files on, the user is told how far it is.
const WORTH_TELLING: usize = 16;

/// The files that are not open.
pub(super) struct ClosedFiles {
    checker: Sender<Request>,
    typing: Typing,
    /// The workspace's folders that want it.
    folders: Vec<PathBuf>,
    /// Whether the user has asked for all of them.
    is_asked_for: bool,
    /// All files of the workspace.
    known: BTreeSet<PathBuf>,
    /// Files that are to be analysed.
    pending: BTreeSet<PathBuf>,
    /// Stops the files that are being analysed.
    running: Option<CancellationToken>,
    /// Those in which something was found.
    found: BTreeMap<PathBuf, Arc<Analysed>>,
    bytes: usize,
    /// Files done since there was nothing to do.
    done: usize,
    /// How far the user was told it is, if it is worth telling.
    told: Option<usize>,
    /// How often the thread was asked which folders want it, and has not answered yet.
    asked: usize,
    /// Whether something else was found since there was nothing to do.
    is_news: bool,
    /// Whether the user was told that there are too many files.
    is_cut: bool,
    /// Who waits for all of it.
    waiting: Vec<UnboundedSender<Arc<Analysed>>>,
}

impl ClosedFiles {
    /// Knows no files yet.
    pub(super) fn new(checker: Sender<Request>, typing: Typing) -> Self {
        Self {
            checker,
            typing,
            folders: Vec::new(),
            is_asked_for: false,
            known: BTreeSet::new(),
            pending: BTreeSet::new(),
            running: None,
            found: BTreeMap::new(),
            bytes: 0,
            done: 0,
            told: None,
            asked: 0,
            is_news: false,
            is_cut: false,
            waiting: Vec::new(),
        }
    }

    /// Somebody types: whatever is at work here stops.
    pub(super) fn give_way(&self) {
        self.typing.note();
        self.cancel();
    }

    /// Stops what is at work; it is done again.
    pub(super) fn cancel(&self) {
        if let Some(running) = &self.running {
            running.cancel();
        }
    }

    fn is_wanted(&self, path: &Path) -> bool {
        self.folders.iter().any(|folder| path.starts_with(folder))
    }

    /// The files that are to be analysed while they are not open.
    fn wanted(&self) -> impl Iterator<Item = &PathBuf> {
        self.known.iter().filter(|it| self.is_wanted(it)).take(MOST_FILES)
    }

    /// Whether so much is being done that the user was told of it.
    pub(super) fn is_worth_telling(&self) -> bool {
        self.told.is_some()
    }

    /// Whether there is something to do yet, or may be.
    fn is_busy(&self) -> bool {
        self.asked > 0 || self.running.is_some() || !self.pending.is_empty()
    }

    fn remove(&mut self, path: &Path) -> Option<Arc<Analysed>> {
        let removed = self.found.remove(path)?;
        self.bytes -= removed.document.snapshot().text().len();
        Some(removed)
    }
}

impl State {
    /// The user wants all files analysed, whatever the settings say, until the session ends.
    pub(super) fn check_all(&mut self) {
        self.closed.is_asked_for = true;
        self.decide_on_closed();
    }

    /// Asks anew whether the workspace's folders want their closed files analysed: the settings may
    /// have changed, and with them what is found.
    pub(super) fn decide_on_closed(&mut self) {
        self.closed.cancel();
        let folders = self.folders().to_owned();
        let configurations = Arc::clone(&self.configurations);
        // The thread is gone when the session is over.
        self.closed.asked += 1;
        let _ = self.closed.checker.send(Request::Decide { folders, configurations });
    }

    /// A file of the workspace was read, or is gone.
    pub(super) fn note_closed(&mut self, path: PathBuf, is_there: bool) {
        if !is_there {
            self.closed.known.remove(&path);
            self.closed.pending.remove(&path);
            self.forget_closed(&path, None);
            return;
        }
        if self.closed.is_wanted(&path) {
            self.closed.pending.insert(path.clone());
        }
        self.closed.known.insert(path);
    }

    /// Something has changed that files depend on, of the languages that find each other like this.
    pub(super) fn check_closed_again(&mut self, style: Option<ImportStyle>) {
        let closed = &mut self.closed;
        let concerns = |it: &&PathBuf| {
            let language = || Language::from_path(it).map(|it| it.spec().imports);
            style.is_none() || language().is_none_or(|it| Some(it) == style)
        };
        let again: Vec<PathBuf> = closed.wanted().filter(concerns).cloned().collect();
        closed.pending.extend(again);
        self.check_closed();
    }

    /// A document was opened: what is found in it is told of as that of an open one.
    pub(super) fn leave_to_editor(&mut self, uri: &Arc<str>, path: &Path) {
        self.closed.pending.remove(path);
        self.forget_closed(path, Some(uri));
    }

    /// Forgets what was found in a file, and has the client forget it, but for a document that is
    /// told of otherwise.
    fn forget_closed(&mut self, path: &Path, but: Option<&Arc<str>>) {
        let Some(removed) = self.closed.remove(path) else { return };
        self.closed.is_news = true;
        if !self.pull && but != Some(&removed.uri) {
            self.client.publish(&removed.uri, None);
        }
    }

    /// Hands the next files to the thread, if it has none.
    pub(super) fn check_closed(&mut self) {
        let is_undecided = self.closed.asked > 0 || self.surroundings.is_reading();
        if is_undecided || self.closed.running.is_some() {
            return;
        }
        let open = self.open_paths();
        let mut files = Vec::new();
        while files.len() < CHUNK {
            let Some(path) = self.closed.pending.pop_first() else { break };
            if !open.contains(&path) {
                let surrounded = self.surroundings.of(&path);
                files.push((path, surrounded));
            }
        }
        let closed = &mut self.closed;
        let left = closed.pending.len() + files.len();
        let total = closed.done + left;
        if files.is_empty() {
            self.finish_closed();
            return;
        }
        // The first thing told is that nothing is done yet.
        let done = closed.told.map_or(0, |_| closed.done.max(1));
        let is_worth_telling = closed.told.is_some() || left >= WORTH_TELLING;
        if is_worth_telling && closed.told != Some(done) {
            closed.told = Some(done);
            self.client.checking(Some((done, total)));
        }
        let cancel = CancellationToken::new();
        closed.running = Some(cancel.clone());
        let configurations = Arc::clone(&self.configurations);
        let _ = closed.checker.send(Request::Check { files, configurations, cancel });
    }

    /// There is nothing to do any more.
    fn finish_closed(&mut self) {
        let closed = &mut self.closed;
        closed.done = 0;
        closed.waiting.clear();
        if closed.told.take().is_some() {
            self.client.checking(None);
        }
        if std::mem::take(&mut closed.is_news) && self.pull {
            self.client.refresh();
        }
    }

    /// Takes what the thread has found.
    pub(super) fn take_checked(&mut self, checked: Checked) {
        match checked {
            Checked::Decided(folders) => {
                let all = self.folders().to_owned();
                let closed = &mut self.closed;
                closed.asked -= 1;
                closed.folders = if closed.is_asked_for { all } else { folders };
                closed.pending = closed.wanted().cloned().collect();
                let is_cut = closed.pending.len() == MOST_FILES;
                self.tell_of_too_many(is_cut);
                let closed = &self.closed;
                let unwanted = closed.found.keys().filter(|it| !closed.is_wanted(it));
                for path in unwanted.cloned().collect::<Vec<_>>() {
                    self.forget_closed(&path, None);
                }
            }
            Checked::Files { found, left } => {
                self.closed.running = None;
                self.closed.done += found.len();
                self.closed.pending.extend(left);
                let open = self.open_paths();
                for (path, outcome) in found {
                    let is_closed = self.closed.known.contains(&path) && !open.contains(&path);
                    if is_closed && self.closed.is_wanted(&path) {
                        self.keep_closed(path, outcome);
                    }
                }
            }
        }
        self.check_closed();
    }

    /// Keeps what was found in a file, and tells the client if it is something else than before.
    fn keep_closed(&mut self, path: PathBuf, outcome: Option<(Document, Analysis)>) {
        let outcome = outcome.filter(|(_, analysis)| !analysis.findings.is_empty());
        let Some((document, analysis)) = outcome else {
            self.forget_closed(&path, None);
            return;
        };
        let size = document.snapshot().text().len();
        if let Some(before) = self.closed.found.get(&path) {
            let is_same = before.analysis.findings == analysis.findings
                && before.document.snapshot().text() == document.snapshot().text();
            if is_same {
                return;
            }
        }
        let before = self.closed.remove(&path);
        if self.closed.bytes + size > MOST_BYTES {
            self.tell_of_too_many(true);
            if let Some(before) = before.filter(|_| !self.pull) {
                self.client.publish(&before.uri, None);
            }
            return;
        }
        let Some(uri) = self.client.uri_of(&path) else { return };
        let revision = self.next_revision();
        let analysed = Arc::new(Analysed { uri, version: None, revision, document, analysis });
        self.closed.bytes += size;
        self.closed.is_news = true;
        if !self.pull {
            self.client.publish(&analysed.uri, Some(&analysed));
        }
        self.closed.waiting.retain(|it| it.send(Arc::clone(&analysed)).is_ok());
        self.closed.found.insert(path, analysed);
    }

    /// Tells the user once that not all files are analysed.
    fn tell_of_too_many(&mut self, is_so: bool) {
        if is_so && !std::mem::replace(&mut self.closed.is_cut, true) {
            self.client.log(
                "The workspace is too large to show what is found in all of its files: leave some out \
                 by `exclude`, or see `omnistack-lsp check`.",
            );
        }
    }

    /// Answers with what is found in all files, those that are open included; the sender is dropped
    /// when that is all, which may take until all files are analysed.
    pub(super) fn report_all(&mut self, reply: UnboundedSender<Arc<Analysed>>) {
        let open: BTreeMap<&Arc<str>, &Arc<Analysed>> =
            self.entries.iter().filter_map(|(uri, it)| Some((uri, it.current()?))).collect();
        for analysed in open.into_values().chain(self.closed.found.values()) {
            // Nobody waits any more if this fails.
            let _ = reply.send(Arc::clone(analysed));
        }
        if self.closed.is_busy() || self.surroundings.is_reading() {
            self.closed.waiting.retain(|it| !it.is_closed());
            self.closed.waiting.push(reply);
        }
    }
}
