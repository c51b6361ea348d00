//! An analysis of a document, or a question to the network about one, from its beginning to its end.

use std::time::{Duration, Instant};

use analysis::engine::{Analysis, Spent};
use telemetry::metrics::{Stage, metrics, slow};
use telemetry::traces::{Link, Part, parts};
use tracing::Span;
use tracing::field::Empty;

use super::RuleTimes;

/// What is done to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum Work {
    /// Everything but the network.
    Analyse,
    /// The network, and what depends on it.
    Predict,
}

/// Work on a document under way.
pub(in crate::server) struct Observed {
    work: Work,
    began: Instant,
    span: Span,
}

impl Observed {
    /// Work begins, because of a message.
    pub(in crate::server) fn begin(work: Work, cause: &Link, uri: &str) -> Self {
        let (units, lowered, checked, findings, cancelled) = (Empty, Empty, Empty, Empty, Empty);
        let span = match work {
            Work::Analyse => tracing::debug_span!(
                parent: None, "analyse", uri, units, lowered, checked, findings, cancelled
            ),
            Work::Predict => tracing::debug_span!(
                parent: None, "predict", uri, units, lowered, checked, findings, cancelled
            ),
        };
        cause.adopt(&span);
        Self { work, began: Instant::now(), span }
    }

    /// Does the work as part of the span.
    pub(in crate::server) fn scope<T>(&self, work: impl FnOnce() -> T) -> T {
        self.span.in_scope(work)
    }

    /// It ends: with an analysis, unless it was cancelled or failed. The network, if it was asked,
    /// was from then on and for so long.
    pub(in crate::server) fn end(
        self,
        analysis: Option<&Analysis>,
        network: Option<(Instant, Duration)>,
        uri: &str,
        rules: &RuleTimes,
    ) {
        let took = self.began.elapsed();
        let Some(analysis) = analysis else {
            self.span.record("cancelled", true);
            return;
        };
        let (work, timings) = (&analysis.work, &analysis.timings);
        let spent = [
            (Stage::Parse, timings.parse),
            (Stage::Lower, timings.lower),
            (Stage::Facts, timings.facts),
            (Stage::Rules, timings.rules),
        ];
        let asked = network.map(|(began, took)| Spent { began: Some(began), took });
        let spent = spent.into_iter().chain(asked.map(|it| (Stage::Predict, it)));
        let metrics = metrics();
        for (stage, spent) in spent.clone().filter(|(_, spent)| spent.began.is_some()) {
            metrics.stage(stage, spent.took);
        }
        let part = |(stage, spent): (Stage, Spent)| {
            let name = if stage == Stage::Predict { "network" } else { stage.name() };
            Some(Part { name, began: spent.began?, took: spent.took })
        };
        parts(&self.span, spent.filter_map(part));
        let counts = [("seen", work.units), ("lowered", work.lowered), ("checked", work.checked)];
        for (what, count) in counts {
            metrics.units.of(what).inc_by(u64::from(count));
        }
        rules.add(&timings.by_rule);
        if self.work == Work::Analyse {
            metrics.stage(Stage::Total, took);
            // Nobody waits for the network, which may take its time.
            slow::note("analysis", uri, took);
        }
        self.span.record("units", work.units);
        self.span.record("lowered", work.lowered);
        self.span.record("checked", work.checked);
        self.span.record("findings", analysis.findings.len() as u64);
    }
}

/// The span of a question to the team server about so many functions, because of a message.
pub(in crate::server) fn asking(cause: &Link, uri: &str, units: usize) -> Span {
    let span = tracing::debug_span!(parent: None, "remote", uri, units);
    cause.adopt(&span);
    span
}
