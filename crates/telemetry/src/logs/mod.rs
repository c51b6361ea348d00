//! Logs: what is written in which form, and where to. All three can change while the process runs.
//!
//! There is a layer for each form; one of them is on. Both filter by the same levels, and put their
//! lines into the same queue, from which a thread writes them.

mod lines;
mod rotation;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::LookupSpan;

use crate::settings::Settings;
use lines::Lines;
pub use rotation::RotatingFile;

/// The form of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Pretty,
    /// One JSON object a line.
    Json,
}

/// Whether a text says what is to be logged: a level, or levels by module.
pub fn is_filter(text: &str) -> bool {
    // A word that is no level would be the name of a module, of which everything is logged.
    let is_meant = |part: &str| part.contains('=') || part.trim().parse::<LevelFilter>().is_ok();
    text.split(',').all(is_meant) && text.parse::<Targets>().is_ok()
}

/// What is logged at present.
struct Wanted {
    is_json: AtomicBool,
    targets: RwLock<Targets>,
}

/// The log.
pub(crate) struct Logs {
    service: &'static str,
    lines: Lines,
    wanted: Arc<Wanted>,
}

impl Logs {
    /// A log on standard error; nothing where there is no thread to write it.
    pub(crate) fn start(service: &'static str) -> Option<Self> {
        let lines = Lines::start()?;
        let wanted = Wanted { is_json: AtomicBool::new(false), targets: RwLock::default() };
        Some(Self { service, lines, wanted: Arc::new(wanted) })
    }

    /// The layer that writes one of the forms.
    pub(crate) fn layer<S>(&self, format: Format) -> Box<dyn Layer<S> + Send + Sync>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let filter = WantedLines { wanted: Arc::clone(&self.wanted), format };
        let layer = tracing_subscriber::fmt::layer().with_ansi(false);
        let lines = self.lines.clone();
        match format {
            Format::Pretty => layer.with_writer(lines).with_filter(filter).boxed(),
            // Each form keeps the fields of a span under a type of its own, so both can be there.
            Format::Json => layer.json().with_writer(lines).with_filter(filter).boxed(),
        }
    }

    /// Logs what a filter names (`error` … `trace`, or levels by module); if there is none, or it is
    /// malformed, what the other one names.
    pub(crate) fn filter(&self, filter: Option<&str>, otherwise: &str) {
        let parse = |text: &str| text.parse::<Targets>().ok();
        let targets = filter.and_then(parse).or_else(|| parse(otherwise)).unwrap_or_default();
        {
            let mut present = self.wanted.targets.write().unwrap_or_else(PoisonError::into_inner);
            if *present == targets {
                return;
            }
            *present = targets;
        }
        tracing::callsite::rebuild_interest_cache();
    }

    /// Writes in the form and to the place that the settings name; says what does not work.
    pub(crate) fn write_to(&self, settings: &Settings) -> Option<String> {
        let is_json = settings.log_format == Format::Json;
        if self.wanted.is_json.swap(is_json, Ordering::Relaxed) != is_json {
            tracing::callsite::rebuild_interest_cache();
        }
        let Some(folder) = &settings.log_folder else {
            self.lines.to_stderr();
            return None;
        };
        match RotatingFile::open(folder, self.service) {
            Ok(file) => {
                self.lines.to_file(file);
                None
            }
            Err(error) => {
                self.lines.to_stderr();
                Some(format!("Cannot write logs to {}: {error}.", folder.display()))
            }
        }
    }

    /// Waits until all lines so far are written, but no longer than `limit`.
    pub(crate) fn flush(&self, limit: Duration) {
        self.lines.flush(limit);
    }
}

struct WantedLines {
    wanted: Arc<Wanted>,
    format: Format,
}

impl WantedLines {
    fn is_on(&self) -> bool {
        self.wanted.is_json.load(Ordering::Relaxed) == (self.format == Format::Json)
    }

    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        let targets = self.wanted.targets.read().unwrap_or_else(PoisonError::into_inner);
        self.is_on() && targets.would_enable(metadata.target(), metadata.level())
    }
}

impl<S> Filter<S> for WantedLines {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.wants(metadata)
    }

    // The answer is kept until the cache of interests is rebuilt, so that a line or span that
    // nobody wants costs a comparison.
    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.wants(metadata) { Interest::always() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        if !self.is_on() {
            return Some(LevelFilter::OFF);
        }
        let targets = self.wanted.targets.read().unwrap_or_else(PoisonError::into_inner);
        let levels = targets.iter().map(|(_, level)| level);
        levels.chain(targets.default_level()).max().or(Some(LevelFilter::OFF))
    }
}
