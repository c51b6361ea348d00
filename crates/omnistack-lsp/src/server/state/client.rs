//! The client as the state sees it: what it can be told, without ever waiting for an answer.

use std::path::Path;
use std::sync::Arc;

use analysis::engine::{Analysis, Document};

use super::SettingsClient;
use crate::server::status::Condition;

/// A version of a document together with what the engine said about it.
#[derive(Debug)]
pub struct Analysed {
    /// The document, as the client spells it.
    pub uri: Arc<str>,
    /// The client's version; nothing for a file that it has not opened.
    pub version: Option<i32>,
    /// Tells this state from every other of the session.
    pub revision: u64,
    /// Text and tree.
    pub document: Document,
    /// Findings.
    pub analysis: Analysis,
}

/// How the state speaks to the client without being asked.
pub trait Client: SettingsClient + Send + Sync {
    /// The findings of a document changed, or it was closed.
    fn publish(&self, uri: &Arc<str>, analysed: Option<&Arc<Analysed>>);
    /// Findings that the client has pulled may have changed.
    fn refresh(&self);
    /// Tells the user.
    fn show(&self, message: &str);
    /// Writes to the client's log.
    fn log(&self, message: &str);
    /// Whether code lenses and inlay hints are wanted: what is shown may change.
    fn glances(&self, lenses: bool, hints: bool);
    /// What the daemon is at has changed.
    fn condition(&self, condition: &Condition);
    /// What code lenses say may have changed elsewhere than in the document that was edited.
    fn refresh_lenses(&self) {}
    /// Asks to be told when files change.
    fn watch(&self);
    /// Tells how far the reading of the workspace is: files read, of how many; nothing at its end.
    fn progress(&self, done: Option<(usize, usize)>);
    /// Tells how far the check of closed files is: files done, of how many; nothing at its end.
    fn checking(&self, done: Option<(usize, usize)>);
    /// How the client spells a file.
    fn uri_of(&self, path: &Path) -> Option<Arc<str>>;
    /// Messages waiting to be written, and messages given up.
    fn load(&self) -> (usize, u64);
}
