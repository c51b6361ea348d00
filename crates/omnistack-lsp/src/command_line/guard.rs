//! Analysing one text so that nothing in it can end the run: what panics is reported as skipped.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::engine::{Analysis, Beside, Document, NoCache, RulePanic, analyze_with};
use analysis::languages::Language;
use analysis::rules::panic_message;
use analysis::text::{Snapshot, Span};

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Analyses a text.
pub(super) fn analyse_text(
    language: Language,
    text: &str,
    configuration: &Configuration,
    beside: &Beside<'_>,
) -> (Snapshot, Analysis) {
    keep_guarded_panics_quiet();
    let snapshot = Snapshot::new(text);
    let mut document = Document::new(language, snapshot.clone());
    let token = CancellationToken::new();
    IS_GUARDED.set(true);
    let analysed = catch_unwind(AssertUnwindSafe(|| {
        // Nobody holds the token, so nothing cancels.
        analyze_with(&mut document, configuration, &NoCache, beside, &token).unwrap_or_default()
    }));
    IS_GUARDED.set(false);
    let analysis = analysed.unwrap_or_else(|panic| Analysis {
        lines: snapshot.lines().physical_lines(text),
        panics: vec![RulePanic {
            rule: "the engine",
            span: Span::new(0, text.len() as u32),
            message: panic_message(&*panic),
        }],
        ..Analysis::default()
    });
    (snapshot, analysis)
}

/// A panic in an analysis is in the report; a second copy on stderr would only alarm.
fn keep_guarded_panics_quiet() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                usual(panic);
            }
        }));
    });
}
