//! Beginning anew without a new process: all that was read and found is forgotten.

use std::sync::Arc;
use std::time::Duration;

use analysis::engine::Document;

use super::State;

impl State {
    /// Forgets units, trees, settings, the workspace's files, rules that were turned off and what
    /// the user was told; what is open is analysed from its text.
    pub(super) fn restart(&mut self) {
        tracing::info!("restarting on the user's behalf");
        self.cache.clear();
        self.predictions.unload_after(Duration::ZERO);
        self.team.restart();
        self.rule_panics = 0;
        self.disabled.clear();
        self.settings.told.clear();
        let uris: Vec<Arc<str>> = self.entries.keys().cloned().collect();
        for uri in &uris {
            let revision = self.next_revision();
            let Some(entry) = self.entries.get_mut(uri) else { continue };
            entry.cancel();
            // What is in flight is of an earlier document.
            entry.running = None;
            entry.asking = None;
            entry.edits.clear();
            entry.revision = revision;
            let document = &entry.document;
            entry.document = Document::new(document.language(), document.snapshot().clone());
            (entry.latest, entry.told_of_skip, entry.looks_again) = (None, false, false);
            (entry.opened, entry.known) = (None, None);
        }
        self.configure();
        self.reread();
        self.read_workspace_again();
    }
}
