//! Questions about the whole workspace: each is answered on the pool, from the index as it is once
//! the documents that were open have been analysed as they were when it was asked.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use analysis::context::{WorkspaceIndex, normal_path};

use super::{State, Urgency};
use crate::server::meaning::MeaningSearch;

/// What a question is answered from.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// What is known of the workspace's files; of those that are open, what the editor holds.
    pub index: Arc<WorkspaceIndex>,
    /// How the client spells the documents that are open, by their paths in the index.
    pub open: HashMap<String, Arc<str>>,
    /// Who tells what functions mean.
    pub meaning: MeaningSearch,
}

/// A question. It sees for itself that the answer gets to whoever asked.
pub struct Look(Box<dyn FnOnce(&Outlook) + Send>);

impl Look {
    /// A question that `answer` answers.
    pub fn new(answer: impl FnOnce(&Outlook) + Send + 'static) -> Self {
        Self(Box::new(answer))
    }
}

impl fmt::Debug for Look {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Look")
    }
}

/// A question that waits for documents to be analysed.
pub(super) struct Waiting {
    look: Look,
    /// The documents, each with the revision it had.
    documents: Vec<(Arc<str>, u64)>,
}

impl State {
    /// Answers a question as soon as what is open has been looked at.
    pub(super) fn look(&mut self, look: Look) {
        let documents = self.entries.iter().map(|(uri, entry)| (Arc::clone(uri), entry.revision));
        let waiting = Waiting { look, documents: documents.collect() };
        self.looks.push(waiting);
        self.answer_looks();
    }

    /// Has the questions answered that need not wait any longer.
    pub(super) fn answer_looks(&mut self) {
        for mut waiting in std::mem::take(&mut self.looks) {
            waiting.documents.retain(|(uri, revision)| {
                let latest = |entry: &super::Entry| entry.latest.as_ref().map(|it| it.revision);
                let entry = self.entries.get(uri);
                entry.is_some_and(|entry| latest(entry).is_none_or(|it| it < *revision))
            });
            if !waiting.documents.is_empty() {
                self.looks.push(waiting);
                continue;
            }
            let open = self.entries.iter().filter(|(_, entry)| !entry.path.as_os_str().is_empty());
            let open = open
                .map(|(uri, entry)| (normal_path(&entry.path.to_string_lossy()), Arc::clone(uri)));
            let outlook = Outlook {
                index: self.surroundings.index(),
                open: open.collect(),
                meaning: self.meaning.search.clone(),
            };
            let Look(answer) = waiting.look;
            self.pool.submit(Urgency::Now, Box::new(move || answer(&outlook)));
        }
    }
}
