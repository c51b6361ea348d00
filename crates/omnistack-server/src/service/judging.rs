//! Judging: functions as text become answers, a batch at a time. It runs on the threads of a pool.

use std::panic::{AssertUnwindSafe, catch_unwind};

use analysis::cancellation::CancellationToken;
use analysis::languages::Language;
use analysis::text::Span;
use models::decision::{Changed, Judgement};
use models::features::Features;
use models::findings::finding;
use models::model::Model;
use models::snippet::Snippet;
use models::wire::{Prediction, UnitAnswer, UnitStatus};

/// A function to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its language.
    pub language: Language,
    /// Its text.
    pub code: String,
    /// Whether it was changed lately.
    pub changed: Changed,
}

/// A panic while judging; the thread goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panicked;

/// What a model says of functions, in their order; nothing when cancelled. A function that makes the
/// program panic costs the others nothing.
pub fn judge(
    model: &Model,
    questions: &[&Question],
    cancel: &CancellationToken,
) -> Option<Vec<Result<UnitAnswer, Panicked>>> {
    let read = |it: &&Question| guarded(|| Snippet::read(&it.code, it.language));
    let snippets: Vec<_> = questions.iter().map(read).collect();
    let features: Vec<_> = snippets
        .iter()
        .map(|it| match it {
            Ok(Some(snippet)) if snippet.errors == 0 => guarded(|| snippet.features()).ok(),
            _ => None,
        })
        .collect();
    let known: Vec<&Features<'_>> = features.iter().flatten().collect();
    let judged = match guarded(|| model.judge_all(&known, cancel)) {
        Ok(judged) => judged?.into_iter().map(Ok).collect(),
        // One of them is at fault: each for itself.
        Err(Panicked) => known
            .iter()
            .map(|it| guarded(|| model.judge(it, cancel)).map(Option::unwrap_or_default))
            .collect::<Vec<_>>(),
    };
    if cancel.is_cancelled() {
        return None;
    }
    let mut judged = judged.into_iter();
    let answers = questions.iter().zip(snippets.iter().zip(&features)).map(|(question, read)| {
        let (snippet, features) = read;
        match (snippet, features) {
            (Err(Panicked), _) | (Ok(_), None) if is_panic(snippet) => Err(Panicked),
            (Ok(Some(snippet)), Some(features)) => {
                let judgement = judged.next().unwrap_or(Err(Panicked))?;
                guarded(|| answer(model, question, snippet, features, &judgement))
            }
            _ => Ok(UnitAnswer { status: UnitStatus::Unparsed, ..UnitAnswer::default() }),
        }
    });
    Some(answers.collect())
}

/// Whether a function that parses has no features: computing them panicked.
fn is_panic(snippet: &Result<Option<Snippet>, Panicked>) -> bool {
    match snippet {
        Err(Panicked) => true,
        Ok(found) => found.as_ref().is_some_and(|it| it.errors == 0),
    }
}

fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        telemetry::metrics().panicked(telemetry::metrics::PanicIn::Prediction);
        tracing::error!("a prediction panicked");
        Panicked
    })
}

fn answer(
    model: &Model,
    question: &Question,
    snippet: &Snippet,
    features: &Features<'_>,
    judgement: &Judgement,
) -> UnitAnswer {
    let alarm = model.alarm(judgement, question.language.id(), question.changed);
    let found = alarm.and_then(|alarm| finding(features, &alarm));
    let places = snippet.places(&question.code);
    let place = |span: Span| (places.of(span.start), places.of(span.end));
    let predictions = found.iter().map(|it| {
        let mut prediction = Prediction::of(it);
        (prediction.start, prediction.end) = place(it.span);
        for edit in prediction.fixes.iter_mut().flat_map(|fix| &mut fix.edits) {
            (edit.start, edit.end) = place(Span::new(edit.start, edit.end));
        }
        prediction
    });
    let status = UnitStatus::Judged;
    // Three digits are more than a score is worth.
    let score = (judgement.score * 1000.0).round() / 1000.0;
    UnitAnswer { id: None, status, score, predictions: predictions.collect() }
}
