//! Predictions of open documents: when an analysis is out and the network has something to say yet,
//! it is asked once typing pauses, and what it says is published like an analysis. So is what an
//! analysis from scratch finds in text with syntax errors, of which the one before was provisional.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::engine::Beside;
use analysis::engine::{Analysis, Document, Recovery};

use super::analysing::analyse_document;
use super::{Analysed, Command, State, Urgency};
use crate::dismissed::dismiss;
use crate::history::{Head, head};
use crate::predictions::{Freshness, Opened, Predictions};
use crate::server::cache::SharedCache;
use crate::server::observing::{Observed, Work};

/// The model is let go when nobody has asked it for so long.
pub(super) const IDLE: Duration = Duration::from_mins(10);
/// How long typing must pause. The costlier the network, the longer.
const PAUSE: std::ops::RangeInclusive<Duration> =
    Duration::from_millis(30)..=Duration::from_millis(250);

/// How long typing must rest before text with syntax errors is parsed from scratch.
const REST: Duration = Duration::from_millis(100);

/// What the network said of a document.
#[derive(Debug)]
pub struct Predicted {
    uri: Arc<str>,
    revision: u64,
    /// The functions that were there when the document was opened: they tell one opening from the
    /// next.
    opened: Opened,
    /// The functions that are not new, if the network was asked.
    known: Option<Opened>,
    /// The document with a tree from scratch.
    document: Document,
    /// All findings; nothing when an edit came first.
    analysis: Option<Analysis>,
    cost: Duration,
}

/// Which functions count as changed. Before that is known, there is no advice: what is remembered of
/// the same function in another file may be of one that stood there for long.
pub(super) fn freshness(known: Option<&Opened>) -> Freshness {
    known.map_or(Freshness::Unknown, |known| Freshness::Since(Arc::clone(known)))
}

impl State {
    /// How long typing must pause before the network is asked.
    pub(super) fn prediction_pause(&self) -> Duration {
        self.prediction_cost.clamp(*PAUSE.start(), *PAUSE.end())
    }

    /// Has the network on this machine asked about a document as it is now, after a pause.
    pub(super) fn predict_here(&mut self, uri: &Arc<str>, pause: Duration) {
        let Some(entry) = self.entries.get_mut(uri) else { return };
        let (Some(opened), Some(latest)) = (entry.opened.clone(), entry.current()) else { return };
        let mut document = latest.document.clone();
        let is_provisional = document.is_provisional();
        let revision = entry.revision;
        let (known, path) = (entry.known.clone(), entry.path.clone());
        let cancel = CancellationToken::new();
        entry.predicting = cancel.clone();
        let surrounded = self.surroundings.of(&path);
        let configurations = Arc::clone(&self.configurations);
        let (cache, predictions) = (Arc::clone(&self.cache), Arc::clone(&self.predictions));
        let commands = self.commands.clone();
        let name = Arc::clone(uri);
        let (cause, rule_times) = (entry.cause.clone(), Arc::clone(&self.rule_times));
        let job = move || {
            let started = Instant::now();
            let observed = Observed::begin(Work::Predict, &cause, &name);
            let settings = configurations.for_file(&path);
            let configuration = &settings.configuration;
            let known = known.or_else(|| {
                let find =
                    || known_units(&path, &document, &opened, configuration, &cache, &predictions);
                configuration.wants_predictions().then(find)
            });
            let kept = &settings.settings.cache;
            predictions.keep_in(kept.place().filter(|_| kept.disk));
            let advice = predictions.advice(freshness(known.as_ref()));
            document.recover(Recovery::FromScratch);
            let run = AssertUnwindSafe(|| {
                let workspace = surrounded.workspace(&settings.settings);
                let beside = Beside { adviser: &advice, workspace };
                analyse_document(&mut document, &settings, &cache, &beside, &cancel)
            });
            // A panic cost the analysis its findings already.
            let analysis = observed.scope(|| catch_unwind(run)).ok().and_then(Result::ok);
            observed.end(analysis.as_ref(), advice.asked(), &name, &rule_times);
            let cost = started.elapsed();
            let predicted =
                Predicted { uri: name, revision, opened, known, document, analysis, cost };
            // The state is gone when the session is over.
            let _ = commands.send(Command::Predicted(Box::new(predicted)));
        };
        let pause = if is_provisional { pause.max(REST) } else { pause };
        self.pause.after(pause, uri, Box::new(job));
        self.told.begin(uri, revision);
    }

    /// Remembers a prediction as dismissed.
    pub(super) fn dismiss(&mut self, uri: &str, fingerprint: &str) {
        let Some(entry) = self.entries.get(uri) else { return };
        let findings = entry.latest.iter().flat_map(|it| &it.analysis.findings);
        let Some(finding) = findings.into_iter().find(|it| it.fingerprint == fingerprint) else {
            self.client.show("There is no such prediction here any more: nothing was dismissed.");
            return;
        };
        let (path, finding) = (entry.path.clone(), finding.clone());
        let (client, commands) = (Arc::clone(&self.client), self.commands.clone());
        let job = move || match dismiss(&path, &finding) {
            // The state is gone when the session is over.
            Ok(()) => drop(commands.send(Command::Reconfigure)),
            Err(error) => client.show(&format!("{error}.")),
        };
        self.pool.submit(Urgency::Now, Box::new(job));
    }

    /// Publishes what the network said, if the text is still the same.
    pub(super) fn take_predictions(&mut self, predicted: Predicted) {
        let Predicted { uri, revision, opened, known, document, analysis, cost } = predicted;
        let problem = self.predictions.problem();
        self.told.end(&uri, revision, problem.clone());
        if let Some(problem) = problem {
            self.tell_once(problem);
            self.publish_settings(false);
        }
        let next = self.next_revision();
        let Some(entry) = self.entries.get_mut(&uri) else { return };
        if entry.opened.as_ref().is_none_or(|own| !Arc::ptr_eq(own, &opened)) {
            // It was closed and opened again.
            return;
        }
        entry.known = known.or(entry.known.take());
        let Some(analysis) = analysis else { return };
        self.prediction_cost = (self.prediction_cost + cost) / 2;
        let Some(latest) = entry.current().filter(|it| it.revision == revision).cloned() else {
            return;
        };
        let was_provisional = latest.document.is_provisional();
        let is_news = latest.analysis.findings != analysis.findings;
        if !is_news && !was_provisional {
            return;
        }
        if was_provisional {
            // What is parsed next builds on what is certain.
            entry.document = document.clone();
        }
        let summary = analysis.summary.clone().filter(|_| was_provisional);
        let (uri, version) = (Arc::clone(&uri), latest.version);
        // Whoever was told of the same findings has them still.
        let revision = if is_news { next } else { revision };
        let analysed = Arc::new(Analysed { uri, version, revision, document, analysis });
        entry.revision = revision;
        entry.latest = Some(Arc::clone(&analysed));
        if is_news && self.pull {
            self.client.refresh();
        } else if is_news {
            self.client.publish(&analysed.uri, Some(&analysed));
        }
        self.take_summary(&analysed.uri, summary.as_ref());
    }
}

/// The functions of a document that are not new: those of the newest revision of its file, or where
/// there is no history, those that were there when it was opened.
pub(super) fn known_units(
    path: &Path,
    document: &Document,
    opened: &Opened,
    configuration: &Configuration,
    cache: &SharedCache,
    predictions: &Predictions,
) -> Opened {
    match head(path, document.snapshot().text()) {
        Head::Unknown => Arc::clone(opened),
        Head::New => Arc::default(),
        Head::Text(text) => predictions.units(document.language(), text, configuration, cache),
    }
}
