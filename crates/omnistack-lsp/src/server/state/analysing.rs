//! One analysis of a document in flight: it runs on the pool, and its end brings the findings or
//! starts the next one.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use analysis::cancellation::CancellationToken;
use analysis::engine::{
    Adviser, Analysis, Beside, CacheKey, Cancelled, Document, Recovery, Skipped, analyze_with,
};
use analysis::text::Snapshot;
use telemetry::metrics::{PanicIn, metrics};

use super::{Analysed, Command, Running, State, Urgency, predicting};
use crate::configuration::FileConfiguration;
use crate::dismissed::leave_out;
use crate::server::cache::SharedCache;
use crate::server::observing::{Observed, Work};

/// The end of an analysis.
#[derive(Debug)]
pub struct Finished {
    uri: Arc<str>,
    revision: u64,
    document: Document,
    outcome: Outcome,
    /// Functions that predictions are wanted for.
    advised: HashSet<CacheKey>,
    /// Whether the network has yet to be asked about some of them.
    lacks_predictions: bool,
    /// What is wrong beside its settings.
    problems: Vec<String>,
    /// Why nothing of it is sent to the team server, where that is not what somebody wants.
    withheld: Option<String>,
}

#[derive(Debug)]
enum Outcome {
    Done(Box<Analysis>),
    Cancelled,
    Panicked,
}

impl State {
    /// Sees to it that the present text of the document gets analysed.
    pub(super) fn analyse(&mut self, uri: &Arc<str>, urgency: Urgency) {
        if self.settings.is_awaited {
            return;
        }
        let Some(entry) = self.entries.get_mut(uri) else { return };
        if let Some(running) = &entry.running {
            // Its end starts the next one.
            running.cancel.cancel();
            return;
        }
        let cancel = CancellationToken::new();
        let revision = entry.revision;
        let (cause, rule_times) = (entry.cause.clone(), Arc::clone(&self.rule_times));
        entry.running = Some(Running { revision, cancel: cancel.clone() });
        entry.edits.clear();
        let mut document = entry.document.clone();
        // Somebody types: what the parser makes of errors is confirmed when typing rests.
        document.recover(Recovery::Reusing);
        let configurations = Arc::clone(&self.configurations);
        let (path, is_view) = (entry.path.clone(), entry.is_view);
        let surrounded = self.surroundings.of(&path);
        let cache = Arc::clone(&self.cache);
        let commands = self.commands.clone();
        let predictions = Arc::clone(&self.predictions);
        let freshness = predicting::freshness(entry.known.as_ref());
        let uri = Arc::clone(uri);
        let job = move || {
            let observed = Observed::begin(Work::Analyse, &cause, &uri);
            // What takes the network comes later.
            let advice = predictions.known_advice(freshness);
            let run = AssertUnwindSafe(|| {
                let settings = configurations.for_file(&path);
                let workspace = surrounded.workspace(&settings.settings);
                let beside = Beside { adviser: &advice, workspace };
                let found = analyse_document(&mut document, &settings, &cache, &beside, &cancel);
                found.map(|it| if is_view { unfound(it) } else { it })
            });
            let outcome = match observed.scope(|| catch_unwind(run)) {
                Ok(Ok(analysis)) => Outcome::Done(Box::new(analysis)),
                Ok(Err(Cancelled)) => Outcome::Cancelled,
                Err(_) => Outcome::Panicked,
            };
            let analysis =
                if let Outcome::Done(analysis) = &outcome { Some(&**analysis) } else { None };
            observed.end(analysis, None, &uri, &rule_times);
            // The state is gone when the session is over.
            let (problems, withheld) =
                (configurations.notes(&path), configurations.withheld(&path));
            let lacks_predictions = !advice.is_whole();
            let advised = advice.into_seen();
            let finished = Finished {
                uri,
                revision,
                document,
                outcome,
                advised,
                lacks_predictions,
                problems,
                withheld,
            };
            let _ = commands.send(Command::Finished(Box::new(finished)));
        };
        self.pool.submit(urgency, Box::new(job));
    }

    pub(super) fn finish(&mut self, finished: Finished) {
        let Finished { uri, revision, mut document, outcome, advised, lacks_predictions, .. } =
            finished;
        for problem in finished.problems {
            self.tell_once(problem);
        }
        self.publish_settings(false);
        let Some(entry) = self.entries.get_mut(&uri) else { return };
        if entry.running.as_ref().is_none_or(|running| running.revision != revision) {
            // An analysis of the document as it was before it was closed and opened again.
            return;
        }
        entry.running = None;
        let edits = std::mem::take(&mut entry.edits);
        let analysis = match outcome {
            Outcome::Done(analysis) => Some(*analysis),
            Outcome::Cancelled => None,
            Outcome::Panicked => {
                self.job_panics += 1;
                metrics().panicked(PanicIn::Job);
                tracing::error!(%uri, "the analysis panicked; the document stays without findings");
                let fresh = |it: &Document| Document::new(it.language(), it.snapshot().clone());
                document = fresh(&document);
                entry.document = fresh(&entry.document);
                Some(Analysis::default())
            }
        };
        // Freeing a large tree takes longer than all of this: it comes last.
        let mut replaced = (entry.document.clone(), entry.latest.take());
        entry.document.adopt(&document, &edits);
        let Some(analysis) = analysis.filter(|_| revision == entry.revision) else {
            // The client was told of the last one, which tells what is news.
            entry.latest = replaced.1.take();
            self.analyse(&uri, Urgency::Now);
            return;
        };
        if let Some(skipped) = &analysis.skipped
            && !std::mem::replace(&mut entry.told_of_skip, true)
        {
            self.client.log(&skip_told(&uri, skipped));
        }
        let is_provisional = document.is_provisional();
        let summary = analysis.summary.clone();
        let analysed = Arc::new(Analysed {
            uri: Arc::clone(&uri),
            version: entry.version,
            revision,
            document,
            analysis,
        });
        entry.latest = Some(Arc::clone(&analysed));
        let was_withheld = std::mem::replace(&mut entry.withheld, finished.withheld);
        let is_sent_as_before = was_withheld == entry.withheld;
        let looked_again = std::mem::take(&mut entry.looks_again);
        let is_news = replaced.1.as_ref().is_none_or(|before| {
            before.version != analysed.version
                || before.analysis.findings != analysed.analysis.findings
        });
        // Nobody has to be told that a change elsewhere changed nothing here.
        let is_view = entry.is_view;
        if !self.pull && !is_view && (is_news || !looked_again) {
            self.client.publish(&uri, Some(&analysed));
        } else if self.pull && is_news && looked_again {
            self.client.refresh();
        }
        for waiting in entry.waiting.drain(..) {
            let _ = waiting.send(Some(Arc::clone(&analysed)));
        }
        entry.opened.get_or_insert_with(|| Arc::new(advised));
        if !is_sent_as_before {
            self.tell_of_team();
        }
        if !is_view && (lacks_predictions || is_provisional) {
            self.predict(&uri);
        }
        self.take_summary(&uri, summary.as_ref());
        self.disable_unreliable_rules();
        drop(replaced);
        self.keep_below_ceiling();
    }
}

/// What the engine and its adviser find in a document, but for what its settings leave out.
pub(in crate::server) fn analyse_document(
    document: &mut Document,
    settings: &FileConfiguration,
    cache: &SharedCache,
    beside: &Beside<'_>,
    cancel: &CancellationToken,
) -> Result<Analysis, Cancelled> {
    if settings.is_excluded {
        return Ok(Analysis::default());
    }
    let limit = settings.configuration.size_limit;
    let mut analysis = if document.snapshot().text().len() > limit {
        analyse_in_part(document, limit, settings, cache, beside, cancel)?
    } else {
        analyze_with(document, &settings.configuration, cache, beside, cancel)?
    };
    leave_out(&mut analysis.findings, &settings.dismissed);
    Ok(analysis)
}

/// What is found in the functions at the start of a text that is too large: what stands between
/// functions may be used, or explained, where nobody looks.
fn analyse_in_part(
    document: &Document,
    limit: usize,
    settings: &FileConfiguration,
    cache: &SharedCache,
    beside: &Beside<'_>,
    cancel: &CancellationToken,
) -> Result<Analysis, Cancelled> {
    let text = document.snapshot().text();
    let fits = text.get(..text.floor_char_boundary(limit)).unwrap_or_default();
    let start = fits.rfind('\n').and_then(|end| fits.get(..=end)).unwrap_or_default();
    let mut part = Document::new(document.language(), Snapshot::new(start));
    let mut analysis = analyze_with(&mut part, &settings.configuration, cache, beside, cancel)?;
    // The last one may go on beyond.
    analysis.functions.pop();
    let functions = &analysis.functions;
    analysis.findings.retain(|finding| {
        let at = functions.partition_point(|it| it.span.start <= finding.span.start);
        let around = at.checked_sub(1).and_then(|at| functions.get(at));
        around.is_some_and(|it| finding.span.end <= it.span.end)
    });
    analysis.skipped = Some(Skipped::TooLarge { size: text.len(), limit });
    Ok(analysis)
}

/// The same without findings.
fn unfound(mut analysis: Analysis) -> Analysis {
    analysis.findings.clear();
    analysis
}

fn skip_told(uri: &str, skipped: &Skipped) -> String {
    let message = match skipped {
        Skipped::TooLarge { .. } => {
            format!("{uri} is analysed in part, the functions at its start: {skipped}")
        }
        Skipped::Timeout { .. } => format!("{uri} is analysed in part: {skipped}"),
        Skipped::Binary { .. } => format!("{uri} is not analysed: {skipped}"),
    };
    tracing::warn!("{message}");
    message
}
