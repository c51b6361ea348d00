//! How the daemon does, as the state sees it.

use super::State;
use crate::server::status::{self, DocumentStatus, HitRates, PanicReports, Status};

impl State {
    pub(super) fn status(&self) -> Status {
        let (waiting, running) = self.pool.load();
        let (outbound, dropped) = self.client.load();
        let documents = DocumentStatus {
            open: self.entries.len(),
            current: self.entries.values().filter(|entry| entry.current().is_some()).count(),
        };
        let (cache, predictions) =
            (self.cache.status(), self.predictions.status(self.pause.load() + self.team.load()));
        Status {
            version: env!("CARGO_PKG_VERSION"),
            uptime_seconds: self.started.elapsed().as_secs_f64(),
            diagnostics: if self.pull { "pull" } else { "push" },
            documents,
            hit_rates: HitRates::of(&cache, &predictions),
            cache,
            queue: status::QueueStatus { waiting, running, outbound, dropped },
            workspace: self.surroundings.status(),
            search: self.meaning.search.status(),
            predictions,
            remote: self.team_status(),
            panics: self.job_panics + self.rule_panics + self.predictions.panics(),
            disabled_rules: self.disabled.clone(),
            memory: telemetry::metrics::memory(),
            evictions: self.ceiling.evictions,
            slowest_rules: self.rule_times.slowest(),
            panic_reports: PanicReports::of_this_process(),
            telemetry: telemetry::activity(),
        }
    }
}
