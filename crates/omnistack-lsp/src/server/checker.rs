//! Files that are not open, analysed in the background: one thread takes them from the state, a few
//! at a time, and sends what it finds back.
//!
//! It is the last to get the processor: before each file it waits until the pool has nothing to do and
//! nobody has typed for a while, and an edit cancels the file that it is at.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use analysis::cancellation::CancellationToken;
use analysis::engine::{Analysis, Beside, Document};
use analysis::text::Snapshot;
use models::decision::Changed;

use super::cache::SharedCache;
use super::pool::Gauge;
use super::state::{Command, Surrounded, analyse_document};
use crate::configuration::Configurations;
use crate::predictions::{Freshness, Predictions};
use crate::workspace::{SourceFile, language_of};

/// Bytes of units kept between analyses, beside those of open documents.
const CACHE_BYTES: u64 = 32 << 20;
/// How long nobody must have typed.
const QUIET: Duration = Duration::from_millis(500);
/// How often it looks whether it is its turn.
const LOOK: Duration = Duration::from_millis(5);

/// When somebody typed last.
#[derive(Clone, Debug, Default)]
pub(super) struct Typing(Arc<Mutex<Option<Instant>>>);

impl Typing {
    /// Somebody types.
    pub(super) fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether nobody has typed for a while.
    pub(super) fn rests(&self) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_none_or(|last| last.elapsed() >= QUIET)
    }
}

/// What the thread is told.
#[derive(Debug)]
pub(super) enum Request {
    /// Asks which of these folders want their closed files analysed.
    Decide {
        /// The folders.
        folders: Vec<PathBuf>,
        /// What holds in them.
        configurations: Arc<Configurations>,
    },
    /// Analyses these files.
    Check {
        /// The files, with what is known around each of them.
        files: Vec<(PathBuf, Surrounded)>,
        /// What holds for them.
        configurations: Arc<Configurations>,
        /// Set when something else has become more urgent.
        cancel: CancellationToken,
    },
}

/// What the thread found.
#[derive(Debug)]
pub enum Checked {
    /// The folders that want their closed files analysed.
    Decided(Vec<PathBuf>),
    /// What was found in files.
    Files {
        /// The files; nothing for one that could not be read or is left out.
        found: Vec<(PathBuf, Option<(Document, Analysis)>)>,
        /// Those for which there was no time.
        left: Vec<PathBuf>,
    },
}

struct Checker {
    commands: Sender<Command>,
    gauge: Gauge,
    typing: Typing,
    predictions: Arc<Predictions>,
    cache: SharedCache,
}

/// Starts the thread; it ends when nobody can tell it anything any more.
///
/// # Errors
/// The operating system's, when it has no thread to give.
pub(super) fn start(
    commands: Sender<Command>,
    gauge: Gauge,
    typing: Typing,
    predictions: Arc<Predictions>,
) -> std::io::Result<Sender<Request>> {
    let (requests, receiver) = channel();
    let cache = SharedCache::new(CACHE_BYTES);
    let checker = Checker { commands, gauge, typing, predictions, cache };
    std::thread::Builder::new()
        .name("check-files".to_owned())
        // As the pool's, for deeply nested source.
        .stack_size(8 << 20)
        .spawn(move || run(&checker, &receiver))?;
    Ok(requests)
}

fn run(checker: &Checker, requests: &Receiver<Request>) {
    for request in requests {
        let answer = match request {
            Request::Decide { mut folders, configurations } => {
                folders.retain(|it| configurations.for_folder(it).workspace.diagnostics);
                Checked::Decided(folders)
            }
            Request::Check { files, configurations, cancel } => {
                checker.check(files, &configurations, &cancel)
            }
        };
        // The state is gone when the session is over.
        if checker.commands.send(Command::Checked(answer)).is_err() {
            return;
        }
    }
}

impl Checker {
    fn check(
        &self,
        files: Vec<(PathBuf, Surrounded)>,
        configurations: &Configurations,
        cancel: &CancellationToken,
    ) -> Checked {
        let (mut found, mut left) = (Vec::new(), Vec::new());
        for (path, surrounded) in files {
            self.give_way(cancel);
            let run = AssertUnwindSafe(|| self.find(&path, &surrounded, configurations, cancel));
            // A file on which the engine fails has no findings.
            let outcome = catch_unwind(run).unwrap_or(None);
            // What was cancelled on the way counts as not done.
            if cancel.is_cancelled() {
                left.push(path);
            } else {
                found.push((path, outcome));
            }
        }
        Checked::Files { found, left }
    }

    fn find(
        &self,
        path: &Path,
        surrounded: &Surrounded,
        configurations: &Configurations,
        cancel: &CancellationToken,
    ) -> Option<(Document, Analysis)> {
        if cancel.is_cancelled() {
            return None;
        }
        let language = language_of(path)?;
        let settings = configurations.for_file(path);
        let source = SourceFile::read(path, language, settings.configuration.size_limit).ok()?;
        let snapshot = Snapshot::new(source.text);
        let mut document = Document::new(source.language, snapshot.clone());
        // The network is asked about open documents only; what it said already counts.
        let advice = self.predictions.known_advice(Freshness::All(Changed::No));
        let workspace = surrounded.workspace(&settings.settings);
        let beside = Beside { adviser: &advice, workspace };
        let analysis =
            analyse_document(&mut document, &settings, &self.cache, &beside, cancel).ok()?;
        // Without its tree: nobody edits it.
        Some((Document::new(source.language, snapshot), analysis))
    }

    /// Waits for its turn.
    fn give_way(&self, cancel: &CancellationToken) {
        while !cancel.is_cancelled() && (self.gauge.is_busy() || !self.typing.rests()) {
            std::thread::sleep(LOOK);
        }
    }
}
