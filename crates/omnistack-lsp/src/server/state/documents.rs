//! Documents as the client opens, edits and closes them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use analysis::cancellation::CancellationToken;
use analysis::engine::Document;
use analysis::languages::Language;
use analysis::text::{Snapshot, TextChange};
use tokio::sync::oneshot;

use super::{Analysed, Entry, State, Urgency};

/// A document that the client opens.
#[derive(Debug)]
pub struct Opening {
    /// Its URI.
    pub uri: Arc<str>,
    /// Its file, if it has one.
    pub path: Option<PathBuf>,
    /// Whether it only shows what is kept elsewhere, such as an older revision of a file: nobody can
    /// mend what is found in it.
    pub is_view: bool,
    /// The language as the client names it.
    pub language: String,
    /// The client's version, if it tells one.
    pub version: Option<i32>,
    /// Its text.
    pub text: String,
}

impl State {
    pub(super) fn open(&mut self, opening: Opening) {
        let Opening { uri, path, is_view, language, version, text } = opening;
        let uri = &uri;
        if let Some(entry) = self.entries.remove(uri) {
            tracing::warn!(%uri, "opened twice; the newer text counts");
            entry.cancel();
        }
        let Some(language) = language_of(uri, &language, &text) else {
            tracing::debug!(%uri, language, "not a language we know");
            self.open_settings(uri, path, version, text);
            return;
        };
        self.leave_to_editor(uri, path.as_deref().unwrap_or(Path::new("")));
        let entry = Entry {
            document: Document::new(language, Snapshot::new(text)),
            // A document without a file is configured as one in the current folder.
            path: path.unwrap_or_default(),
            resolved: Arc::default(),
            version,
            is_view,
            revision: self.next_revision(),
            running: None,
            edits: Vec::new(),
            latest: None,
            waiting: Vec::new(),
            told_of_skip: false,
            looks_again: false,
            opened: None,
            known: None,
            predicting: CancellationToken::new(),
            asking: None,
            withheld: None,
            cause: self.cause.clone(),
        };
        self.entries.insert(Arc::clone(uri), entry);
        self.analyse(uri, Urgency::Soon);
        self.watch_settings();
    }

    pub(super) fn change(&mut self, uri: &Arc<str>, version: Option<i32>, changes: &[TextChange]) {
        self.closed.give_way();
        let revision = self.next_revision();
        let Some(entry) = self.entries.get_mut(uri) else {
            self.change_settings(uri, version, changes);
            return;
        };
        entry.predicting.cancel();
        entry.asking = None;
        for change in changes {
            let edit = entry.document.apply(change, self.encoding);
            if entry.running.is_some() {
                entry.edits.push(edit);
            }
        }
        entry.version = version;
        entry.revision = revision;
        entry.looks_again = false;
        entry.cause = self.cause.clone();
        self.analyse(uri, Urgency::Now);
    }

    pub(super) fn close(&mut self, uri: &Arc<str>) {
        let Some(entry) = self.entries.remove(uri) else { return self.close_settings(uri) };
        entry.cancel();
        for waiting in entry.waiting {
            let _ = waiting.send(None);
        }
        if !self.pull && !entry.is_view {
            self.client.publish(uri, None);
        }
        // What other files see is what lies on the disk from now on.
        self.reread_files(vec![entry.path]);
    }

    pub(super) fn answer(&mut self, uri: &str, reply: oneshot::Sender<Option<Arc<Analysed>>>) {
        let Some(entry) = self.entries.get_mut(uri) else {
            let _ = reply.send(None);
            return;
        };
        if let Some(current) = entry.current() {
            let _ = reply.send(Some(Arc::clone(current)));
        } else {
            // Requests the client has cancelled need no answer.
            entry.waiting.retain(|waiting| !waiting.is_closed());
            entry.waiting.push(reply);
        }
    }
}

/// The language the client names, else the one its path or first line shows.
fn language_of(uri: &str, language: &str, text: &str) -> Option<Language> {
    let path = uri.split(['?', '#']).next().unwrap_or(uri);
    let named = Language::from_id(language)
        .or_else(|| Language::from_path(Path::new(path)))
        .or_else(|| Language::from_first_line(text))?;
    Some(named.of_text(Path::new(path), text))
}
