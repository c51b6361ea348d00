//! Mending all that can be mended in a document at once: as `check --fix` does it, in rounds, since
//! one fix makes room for another, and without fixes that break the code.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use analysis::cancellation::CancellationToken;
use analysis::engine::{Analysis, Beside, Document, Skipped};
use analysis::findings::Edit;
use analysis::text::Snapshot;
use models::decision::Changed;
use tokio::sync::oneshot;

use super::analysing::analyse_document;
use super::{Analysed, State, Urgency};
use crate::fixing::Fixer;
use crate::predictions::Freshness;
use crate::server::difference::edits;

impl State {
    /// Applies the safe fixes in a document, or all fixes of one rule; answers with the edits.
    pub(super) fn mend(
        &self,
        analysed: Arc<Analysed>,
        rule: Option<String>,
        cancel: CancellationToken,
        reply: oneshot::Sender<Vec<Edit>>,
    ) {
        // It may have been closed meanwhile; then nobody needs an answer.
        let Some(path) = self.entries.get(&analysed.uri).map(|it| it.path.clone()) else { return };
        let surrounded = self.surroundings.of(&path);
        let (configurations, cache) = (Arc::clone(&self.configurations), Arc::clone(&self.cache));
        let predictions = Arc::clone(&self.predictions);
        let job = move || {
            let settings = configurations.for_file(&path);
            let language = analysed.document.language();
            let analyse = |text: &str| {
                let snapshot = Snapshot::new(text);
                let mut document = Document::new(language, snapshot.clone());
                let advice = predictions.known_advice(Freshness::All(Changed::No));
                let workspace = surrounded.workspace(&settings.settings);
                let beside = Beside { adviser: &advice, workspace };
                let found = analyse_document(&mut document, &settings, &cache, &beside, &cancel);
                // What was cancelled is no text to go on with.
                let stopped = || Analysis {
                    skipped: Some(Skipped::Timeout { limit_ms: 0 }),
                    ..Analysis::default()
                };
                (snapshot, found.unwrap_or_else(|_| stopped()))
            };
            let may_fix = |finding: &analysis::findings::Finding| {
                rule.as_ref().is_none_or(|rule| finding.rule == rule)
            };
            // Whoever asks for all of a rule has read one of its fixes.
            let with_unsafe = rule.is_some();
            let fixer = Fixer { with_unsafe, may_fix: &may_fix, analyse: &analyse };
            let before = analysed.document.snapshot();
            let run = AssertUnwindSafe(|| fixer.fix(before, &analysed.analysis));
            let mended = catch_unwind(run).ok().flatten();
            let found = mended.map(|it| edits(before.text(), it.snapshot.text()));
            // Nobody waits any more if this fails.
            let _ = reply.send(found.unwrap_or_default());
        };
        self.pool.submit(Urgency::Now, Box::new(job));
    }
}
