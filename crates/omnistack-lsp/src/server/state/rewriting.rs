//! What could be rewritten in a document: found on the pool when a client asks for it, with units
//! that the cache knows already.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use analysis::cancellation::CancellationToken;
use analysis::engine::{Beside, NoAdviser};
use analysis::findings::Finding;
use tokio::sync::oneshot;

use super::analysing::analyse_document;
use super::{Analysed, State, Urgency};
use crate::configuration::FileConfiguration;
use crate::server::actions::rewriting;

/// What could be rewritten, as findings whose fixes do it.
pub type Rewrites = Arc<Vec<Finding>>;

impl State {
    /// Finds what could be rewritten in a document.
    pub(super) fn rewrites(
        &self,
        analysed: &Arc<Analysed>,
        cancel: CancellationToken,
        reply: oneshot::Sender<Rewrites>,
    ) {
        // It may have been closed meanwhile; then nobody needs an answer.
        let Some(path) = self.entries.get(&analysed.uri).map(|it| it.path.clone()) else { return };
        let mut document = analysed.document.clone();
        let surrounded = self.surroundings.of(&path);
        let (configurations, cache) = (Arc::clone(&self.configurations), Arc::clone(&self.cache));
        let job = move || {
            let settings = configurations.for_file(&path);
            let configuration = Arc::new(rewriting(&settings.configuration));
            let settings = FileConfiguration { configuration, ..settings };
            let run = AssertUnwindSafe(|| {
                let workspace = surrounded.workspace(&settings.settings);
                let beside = Beside { adviser: &NoAdviser, workspace };
                analyse_document(&mut document, &settings, &cache, &beside, &cancel)
            });
            let Some(analysis) = catch_unwind(run).ok().and_then(Result::ok) else { return };
            // Nobody waits any more if this fails.
            let _ = reply.send(Arc::new(analysis.findings));
        };
        self.pool.submit(Urgency::Now, Box::new(job));
    }
}
