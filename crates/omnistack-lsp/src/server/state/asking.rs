//! Questions to the team server: once typing pauses, it is asked about the functions of a document of
//! which nothing is known yet. What it says is kept; then the network on this machine is asked about
//! the rest ([`super::predicting`]), which is all of it where the server is away.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use analysis::cancellation::CancellationToken;
use analysis::engine::{Beside, Workspace};
use tokio::sync::oneshot;

use super::analysing::analyse_document;
use super::predicting::{freshness, known_units};
use super::{Command, State};
use crate::predictions::Opened;
use crate::server::observing;
use crate::server::status::ConditionKind;
use crate::server::team::{Question, RemoteStatus, Way};

/// How long typing must pause at least before others are asked.
const PAUSE: Duration = Duration::from_millis(75);

/// The team server was asked about a document, or had not to be.
#[derive(Debug)]
pub struct TeamAsked {
    uri: Arc<str>,
    revision: u64,
    /// The functions that were there when the document was opened: they tell one opening from the
    /// next.
    opened: Opened,
    /// The functions that are not new, if that is known.
    known: Option<Opened>,
    took: Duration,
}

impl State {
    /// Has predictions made of a document as it is now, once typing pauses.
    pub(super) fn predict(&mut self, uri: &Arc<str>) {
        let pause = self.prediction_pause();
        match self.team.way() {
            Some(way) => self.ask_team(uri, way, pause.max(PAUSE)),
            None => self.predict_here(uri, pause),
        }
    }

    fn ask_team(&mut self, uri: &Arc<str>, way: Arc<Way>, pause: Duration) {
        let Some(entry) = self.entries.get_mut(uri) else { return };
        let (Some(opened), Some(latest)) = (entry.opened.clone(), entry.current()) else { return };
        let mut document = latest.document.clone();
        let revision = entry.revision;
        let (known, path) = (entry.known.clone(), entry.path.clone());
        let resolved = Arc::clone(&entry.resolved);
        let cancel = CancellationToken::new();
        entry.predicting = cancel.clone();
        let (stop, stopped) = oneshot::channel();
        entry.asking = Some(stop);
        let configurations = Arc::clone(&self.configurations);
        let (cache, predictions) = (Arc::clone(&self.cache), Arc::clone(&self.predictions));
        let (commands, cause) = (self.commands.clone(), entry.cause.clone());
        let name = Arc::clone(uri);
        let job = move || {
            let settings = configurations.for_file(&path);
            let configuration = &settings.configuration;
            let resolved = resolved.get_or_init(|| crate::configuration::resolved(&path));
            let wants =
                configuration.wants_predictions() && configurations.may_be_sent(&path, resolved);
            let known = known.or_else(|| {
                let find =
                    || known_units(&path, &document, &opened, configuration, &cache, &predictions);
                wants.then(find)
            });
            let gathering = predictions.gathering(freshness(known.as_ref()));
            let gather = AssertUnwindSafe(|| {
                // All but the advice is known: what an analysis finds does not matter here.
                let beside = Beside { adviser: &gathering, workspace: Workspace::Unknown };
                drop(analyse_document(&mut document, &settings, &cache, &beside, &cancel));
            });
            if wants {
                // Who gathered nothing asks nobody.
                let _ = catch_unwind(gather);
            }
            let wanted = gathering.into_wanted();
            let units = wanted.len();
            let span = observing::asking(&cause, &name, units);
            let asked = TeamAsked { uri: name, revision, opened, known, took: Duration::ZERO };
            let done = move |took| {
                // The state is gone when the session is over.
                let _ = commands.send(Command::TeamAsked(Box::new(TeamAsked { took, ..asked })));
            };
            if units == 0 || cancel.is_cancelled() {
                done(Duration::ZERO);
                return;
            }
            let project = settings.settings.remote.project.clone();
            way.ask(Question { wanted, project, span }, predictions, stopped, done);
        };
        self.pause.after(pause, uri, Box::new(job));
        self.told.begin(uri, revision);
    }

    /// The team server has answered, or not: the network on this machine is asked about what is not
    /// known now.
    pub(super) fn take_team_answer(&mut self, asked: TeamAsked) {
        let TeamAsked { uri, revision, opened, known, took } = asked;
        self.tell_of_team();
        if let Some(entry) = self.entries.get_mut(&uri)
            && entry.opened.as_ref().is_some_and(|own| Arc::ptr_eq(own, &opened))
        {
            entry.known = known.or(entry.known.take());
            if entry.revision == revision && !entry.predicting.is_cancelled() {
                self.prediction_cost = (self.prediction_cost + took) / 2;
                self.predict_here(&uri, Duration::ZERO);
                return;
            }
        }
        self.told.end(&uri, revision, self.predictions.problem());
    }

    /// Uses the team server that the settings name now.
    pub(super) fn configure_team(&mut self) {
        self.team.configure(self.configurations.remote().as_ref(), &self.predictions);
        if let Some(problem) = self.team.problem() {
            self.tell_once(format!("Of the settings for a team server: {problem}."));
        }
        self.tell_of_team();
    }

    /// Logs what is wrong with the way to the team server, once until it is well again.
    pub(super) fn tell_of_team(&mut self) {
        let failing = self.team_condition().filter(|it| it.0 == ConditionKind::Degraded);
        match failing {
            None => self.team.is_told = false,
            Some((_, message)) => {
                if !std::mem::replace(&mut self.team.is_told, true) {
                    self.client.log(&message);
                }
            }
        }
    }

    /// Why nothing of an open document is sent, where that is not what somebody wants.
    fn withheld(&self) -> Option<&str> {
        self.team.way()?;
        // Of several, always the same one.
        self.entries.values().filter_map(|it| it.withheld.as_deref()).min()
    }

    /// Numbers for the status.
    pub(super) fn team_status(&self) -> RemoteStatus {
        let mut status = self.team.status();
        status.problem = status.problem.or_else(|| self.withheld().map(str::to_owned));
        status
    }

    /// What there is to tell of the team server: that it predicts, or why it does not.
    pub(super) fn team_condition(&self) -> Option<(ConditionKind, String)> {
        let status = self.team.way().is_some() || self.team.problem().is_some();
        let status = status.then(|| self.team.status())?;
        if status.state != "ready" {
            let problem = status.problem.as_deref().unwrap_or("the team server does not answer");
            let message = format!("Predictions are made on this machine only, since {problem}");
            return Some((ConditionKind::Degraded, message));
        }
        if let Some(withheld) = self.withheld() {
            return Some((ConditionKind::Degraded, withheld.to_owned()));
        }
        let (endpoint, model) = (status.endpoint?, status.model?);
        let message = format!("Predictions come from the team server at {endpoint} ({model})");
        Some((ConditionKind::Remote, message))
    }
}
