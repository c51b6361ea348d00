//! What the search by meaning is told: its encoder, and the workspace whenever that has changed.

use std::path::PathBuf;

use analysis::context::normal_path;

use super::State;
use crate::server::meaning::MeaningSearch;

/// The search by meaning as the state knows it.
pub(super) struct Meaning {
    pub(super) search: MeaningSearch,
    /// The encoder's folder.
    model: Option<PathBuf>,
}

impl Meaning {
    /// Without an encoder yet.
    pub(super) fn new(search: MeaningSearch) -> Self {
        Self { search, model: None }
    }
}

impl State {
    /// Uses the encoder that the session's settings name.
    pub(super) fn configure_meaning(&mut self) {
        let model = self.session_settings().search.model.clone().map(|it| it.0);
        let model = model.filter(|it| !it.as_os_str().is_empty());
        if model != self.meaning.model {
            self.meaning.search.use_model(model.clone());
            self.meaning.model = model;
            self.tell_meaning();
        }
    }

    /// Tells what the workspace is like now, if that is wanted.
    pub(super) fn tell_meaning(&self) {
        if self.meaning.model.is_none() || self.surroundings.is_reading() {
            return;
        }
        let open = self.entries.values().map(|entry| {
            (normal_path(&entry.path.to_string_lossy()), entry.document.snapshot().clone())
        });
        self.meaning.search.look_at(self.surroundings.index(), open.collect());
    }
}
