//! What the daemon is at, in a word: told to the client whenever it is another than before, so that
//! nobody needs to ask again and again.

use std::collections::HashMap;
use std::sync::Arc;

use super::State;
use crate::server::status::{Condition, ConditionKind};

/// What was told, and what is known to tell of.
#[derive(Debug, Default)]
pub(super) struct Told {
    last: Option<Condition>,
    /// The documents that the network is asked about, each in its newest revision.
    predicting: HashMap<Arc<str>, u64>,
    /// Why there are no predictions, as it was when they were last asked for.
    problem: Option<String>,
}

impl Told {
    /// The network will be asked about a document.
    pub(super) fn begin(&mut self, uri: &Arc<str>, revision: u64) {
        self.predicting.insert(Arc::clone(uri), revision);
    }

    /// It was asked, with this problem if there is one.
    pub(super) fn end(&mut self, uri: &str, revision: u64, problem: Option<String>) {
        if self.predicting.get(uri).is_some_and(|newest| *newest <= revision) {
            self.predicting.remove(uri);
        }
        self.problem = problem;
    }

    /// What was known of the network holds no longer.
    pub(super) fn forget_problem(&mut self) {
        self.problem = None;
    }
}

impl State {
    /// Tells the client, if this is news.
    pub(super) fn tell_condition(&mut self) {
        // Before that, a client takes no notifications.
        if !self.settings.is_begun {
            return;
        }
        let condition = self.condition();
        if self.told.last.as_ref() != Some(&condition) {
            self.client.condition(&condition);
            self.told.last = Some(condition);
        }
    }

    fn condition(&self) -> Condition {
        let of = |kind, message| Condition { kind, message };
        if let Some(problem) = &self.told.problem {
            return of(ConditionKind::Degraded, Some(problem.clone()));
        }
        if !self.disabled.is_empty() {
            let rules = self.disabled.join("`, `");
            let message = format!("Off until a restart, since they failed repeatedly: `{rules}`");
            return of(ConditionKind::Degraded, Some(message));
        }
        let team = self.team_condition();
        if let Some((ConditionKind::Degraded, message)) = team {
            return of(ConditionKind::Degraded, Some(message));
        }
        // What waits for the client's settings is read right after them.
        if self.settings.is_awaited || self.surroundings.is_reading() {
            return of(ConditionKind::Indexing, Some("Reading the workspace".to_owned()));
        }
        if self.closed.is_worth_telling() {
            return of(ConditionKind::Indexing, Some("Checking the workspace".to_owned()));
        }
        // A job that failed never says that it is done.
        if !self.told.predicting.is_empty() && (self.pause.load() > 0 || self.team.load() > 0) {
            return of(ConditionKind::Predicting, None);
        }
        let left_out = self.surroundings.status().left_out;
        let message = (left_out > 0).then(|| {
            format!(
                "The workspace is too large to know all of it: {left_out} files are left out, and \
                 what they call is not followed"
            )
        });
        match team {
            Some((kind, from)) => of(kind, Some(message.unwrap_or(from))),
            None => of(ConditionKind::Ready, message),
        }
    }
}
