//! The open documents' surroundings: the index of the workspace, kept up to date from the reader's
//! batches and from each analysis, and the documents that a change of it concerns.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use analysis::context::{Summary, WorkspaceIndex};
use analysis::engine::Workspace;

use super::{State, Urgency};
use crate::configuration::Settings;
use crate::server::reader::{MOST_WEIGHT, Read, Request};
use crate::server::status::WorkspaceStatus;

/// How long nothing must have changed before lenses are asked for again.
const LENS_PAUSE: Duration = Duration::from_millis(500);
/// What the request for that is called among others that wait for a pause.
const LENSES: &str = "omnistack-lenses";

/// The workspace as the state knows it.
#[derive(Debug)]
pub(super) struct Surroundings {
    /// What is known of its files.
    index: Arc<WorkspaceIndex>,
    reader: Sender<Request>,
    /// How many files there are to read, while all of them are being read.
    reading: Option<usize>,
    left_out: usize,
    /// Whether it was, or is being read.
    is_begun: bool,
}

/// A file's surroundings as they are now.
#[derive(Clone, Debug)]
pub(in crate::server) struct Surrounded {
    index: Arc<WorkspaceIndex>,
    /// The file; empty for a document without one.
    path: String,
}

impl Surrounded {
    /// The same for the engine, if the settings let it look there.
    pub(in crate::server) fn workspace(&self, settings: &Settings) -> Workspace<'_> {
        if self.path.is_empty() || !settings.features.cross_file {
            // It calls nobody, and yet has symbols.
            return Workspace::Unread;
        }
        Workspace::Read { index: &self.index, path: &self.path }
    }
}

impl Surroundings {
    /// Knows nothing yet.
    pub(super) fn new(reader: Sender<Request>) -> Self {
        Self { index: Arc::default(), reader, reading: None, left_out: 0, is_begun: false }
    }

    /// A file's surroundings as they are now.
    pub(super) fn of(&self, path: &Path) -> Surrounded {
        let path = analysis::context::normal_path(&path.to_string_lossy());
        Surrounded { index: Arc::clone(&self.index), path }
    }

    /// What is known of the workspace now.
    pub(super) fn index(&self) -> Arc<WorkspaceIndex> {
        Arc::clone(&self.index)
    }

    /// Whether all of the workspace is being read.
    pub(super) fn is_reading(&self) -> bool {
        self.reading.is_some()
    }

    /// How much of the workspace is known.
    pub(super) fn status(&self) -> WorkspaceStatus {
        WorkspaceStatus {
            files: self.index.len(),
            bytes: self.index.weight() as u64,
            left_out: self.left_out,
            reading: self.reading.is_some(),
        }
    }
}

impl State {
    /// The session has begun: the workspace is read.
    pub(super) fn read_workspace(&mut self) {
        self.surroundings.is_begun = true;
        let folders = self.folders().to_vec();
        self.tell_of_glances();
        self.read_folders(folders);
        self.watch_files();
    }

    /// Has changes of files noticed where the client does not tell of them.
    pub(super) fn watch_files(&self) {
        if self.client.abilities().watch || !self.surroundings.is_begun {
            return;
        }
        let (folders, configurations) = (self.folders().to_vec(), Arc::clone(&self.configurations));
        // The reader is gone when the session is over.
        let _ = self.surroundings.reader.send(Request::Watch { folders, configurations });
    }

    /// Whether the workspace was, or is being read.
    pub(super) fn is_workspace_read(&self) -> bool {
        self.surroundings.is_begun
    }

    /// Forgets what was read, and reads all anew.
    pub(super) fn read_workspace_again(&mut self) {
        self.surroundings.index = Arc::default();
        self.read_folders(self.folders().to_vec());
    }

    /// Reads all that lies below some folders.
    pub(super) fn read_folders(&mut self, folders: Vec<PathBuf>) {
        if folders.is_empty() {
            return;
        }
        self.surroundings.reading = Some(0);
        let configurations = Arc::clone(&self.configurations);
        // The reader is gone when the session is over.
        let _ = self.surroundings.reader.send(Request::All { folders, configurations });
    }

    /// Forgets what lies below folders that the workspace has no longer.
    pub(super) fn forget_folders(&mut self, removed: &[PathBuf]) {
        let open = self.open_paths();
        let is_gone = |path: &Path| {
            removed.iter().any(|it| path.starts_with(it))
                && !self.folders().iter().any(|it| path.starts_with(it))
                && !open.contains(path)
        };
        let files = self.surroundings.index.files().map(|(path, _)| Arc::clone(path));
        let gone: Vec<Arc<str>> = files.filter(|it| is_gone(Path::new(&**it))).collect();
        if gone.is_empty() {
            return;
        }
        let index = Arc::make_mut(&mut self.surroundings.index);
        for path in gone {
            index.remove(&path);
        }
        self.check_again(None);
    }

    /// Files have changed behind the editor's back, or a document was closed.
    pub(super) fn reread_files(&mut self, mut files: Vec<PathBuf>) {
        let open = self.open_paths();
        files.retain(|it| !open.contains(it));
        if files.is_empty() || self.folders().is_empty() {
            return;
        }
        let folders = self.folders().to_vec();
        let configurations = Arc::clone(&self.configurations);
        let _ = self.surroundings.reader.send(Request::Some { files, folders, configurations });
    }

    pub(super) fn open_paths(&self) -> HashSet<PathBuf> {
        self.entries.values().map(|entry| entry.path.clone()).collect()
    }

    /// Takes what the reader has read.
    pub(super) fn take_read(&mut self, read: Read) {
        match read {
            Read::Started(count) => {
                self.surroundings.reading = Some(count);
                self.client.progress(Some((0, count)));
            }
            Read::Batch { files, names, done } => {
                self.publish_settings(false);
                let open = self.open_paths();
                let folders = self.folders().to_vec();
                // A folder may have gone while it was read.
                let is_ours = |it: &Path| folders.iter().any(|folder| it.starts_with(folder));
                for (path, summary) in &files {
                    self.note_closed(path.clone(), summary.is_some() && is_ours(path));
                }
                let index = Arc::make_mut(&mut self.surroundings.index);
                index.add_roots_of(&names);
                let mut is_changed = false;
                // What is open is known better from its editor.
                for (path, summary) in files.into_iter().filter(|(path, _)| !open.contains(path)) {
                    let summary = summary.filter(|_| is_ours(&path));
                    let path = path.to_string_lossy();
                    is_changed |= match summary {
                        Some(summary) if index.weight() < MOST_WEIGHT => {
                            index.insert(&path, summary)
                        }
                        _ => index.remove(&path),
                    };
                }
                if self.surroundings.reading.is_none() {
                    self.refresh_lenses();
                }
                match self.surroundings.reading {
                    Some(count) => self.client.progress(Some((done, count))),
                    None if is_changed => self.check_again(None),
                    None => self.check_closed(),
                }
            }
            Read::Finished { left_out, is_all } => {
                if is_all {
                    self.surroundings.left_out = left_out;
                    self.surroundings.reading = None;
                    self.client.progress(None);
                    self.decide_on_closed();
                    self.check_again(None);
                    self.refresh_lenses();
                }
                tracing::info!(files = self.surroundings.index.len(), left_out, "files are read");
                self.tell_meaning();
            }
        }
    }

    /// Takes what an analysis says of its document to other files, and has those that are open
    /// looked at again if that has changed.
    pub(super) fn take_summary(&mut self, uri: &Arc<str>, summary: Option<&Arc<Summary>>) {
        let Some(summary) = summary else { return };
        let Some(path) = self.entries.get(uri).map(|it| it.path.clone()) else { return };
        if path.as_os_str().is_empty() {
            return;
        }
        let path = path.to_string_lossy();
        let index = Arc::make_mut(&mut self.surroundings.index);
        // With one document open, nobody else's lenses tell of it.
        let is_told =
            self.entries.len() > 1 && index.summary(&path).is_none_or(|it| it.says_else(summary));
        let is_changed = index.insert(&path, Arc::clone(summary));
        if is_told {
            self.refresh_lenses();
        }
        // While the workspace is being read, all of them are looked at again at its end.
        if is_changed && self.surroundings.reading.is_none() {
            self.check_again(Some(uri));
        }
        self.tell_meaning();
    }

    /// Has the client ask for code lenses again once nothing has changed for a moment: they tell how
    /// many functions call another, wherever these are.
    fn refresh_lenses(&self) {
        let client = Arc::clone(&self.client);
        let refresh = move || client.refresh_lenses();
        self.pause.after(LENS_PAUSE, &Arc::from(LENSES), Box::new(refresh));
    }

    /// Has the open documents analysed with what is known now, but for one and those whose language
    /// cannot call it. Their units are cached, but for those that call what has changed.
    fn check_again(&mut self, but: Option<&Arc<str>>) {
        let style = |it: &super::Entry| it.document.language().spec().imports;
        let changed = but.and_then(|uri| self.entries.get(uri)).map(style);
        self.check_closed_again(changed);
        let others = self.entries.iter_mut().filter(|(uri, entry)| {
            Some(*uri) != but && changed.is_none_or(|changed| changed == style(entry))
        });
        let mut uris = Vec::new();
        for (uri, entry) in others {
            // What is analysed at the first time, or after an edit, is told in any case.
            entry.looks_again = entry.current().is_some() || entry.looks_again;
            uris.push(Arc::clone(uri));
        }
        self.analyse_all_again(&uris);
    }

    /// Has documents analysed again whose text is the same.
    pub(super) fn analyse_all_again(&mut self, uris: &[Arc<str>]) {
        for uri in uris {
            let revision = self.next_revision();
            if let Some(entry) = self.entries.get_mut(uri) {
                entry.revision = revision;
            }
            self.analyse(uri, Urgency::Soon);
        }
    }
}
