//! The workspace's files, read in the background: one thread summarises them and sends the summaries
//! to the state in batches.
//!
//! It gives way to whatever an editor waits for: before each file it looks whether the pool is at
//! work, and waits until it is not, though never for long, so that it comes to an end. What it reads
//! is bounded in files and bytes; beyond that, calls into the rest are not known.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::context::{Summary, WorkspaceIndex};
use analysis::engine::{Document, summarize};
use analysis::text::Snapshot;

use super::pool::Gauge;
use super::state::Command;
use crate::configuration::Configurations;
use crate::workspace::{Manifests, SourceFile, discover, is_discoverable, language_of};

/// How many files are read.
const MOST_FILES: usize = 50_000;
/// How many bytes of source text are read.
const MOST_BYTES: u64 = 1 << 30;
/// How many bytes the summaries may occupy.
pub(super) const MOST_WEIGHT: usize = 256 << 20;
/// A batch is sent when it holds so many files, or is so old.
const BATCH: usize = 64;
const BATCH_AGE: Duration = Duration::from_millis(200);
/// How long a file waits for the pool to rest, at most.
const PATIENCE: Duration = Duration::from_millis(50);
const PAUSE: Duration = Duration::from_millis(2);

/// What the reader is told.
#[derive(Debug)]
pub enum Request {
    /// Reads all that lies below these folders.
    All {
        /// The folders.
        folders: Vec<PathBuf>,
        /// What they are configured to leave out.
        configurations: Arc<Configurations>,
    },
    /// Reads these files anew.
    Some {
        /// The files; one that is gone is to be forgotten.
        files: Vec<PathBuf>,
        /// The folders that they lie below.
        folders: Vec<PathBuf>,
        /// What they are configured to leave out.
        configurations: Arc<Configurations>,
    },
}

/// What was read.
#[derive(Debug)]
pub enum Read {
    /// How many files there are to read.
    Started(usize),
    /// Files with their summaries; one without a summary is gone or not to be read.
    Batch {
        /// The files.
        files: Vec<(PathBuf, Option<Arc<Summary>>)>,
        /// What folders are called, as an index without files.
        names: Box<WorkspaceIndex>,
        /// How many files of the request were read so far.
        done: usize,
    },
    /// All is read; how many files were left out because there are too many.
    Finished {
        /// Files left out.
        left_out: usize,
        /// Whether the whole workspace was read.
        is_all: bool,
    },
}

/// Starts the reading thread; it ends when nobody can tell it anything any more.
///
/// # Errors
/// The operating system's, when it has no thread to give.
pub(super) fn start(commands: Sender<Command>, gauge: Gauge) -> std::io::Result<Sender<Request>> {
    let (requests, receiver) = channel();
    std::thread::Builder::new()
        .name("read-files".to_owned())
        // As the pool's, for deeply nested source.
        .stack_size(8 << 20)
        .spawn(move || run(&Reader { commands, gauge }, &receiver))?;
    Ok(requests)
}

struct Reader {
    commands: Sender<Command>,
    gauge: Gauge,
}

fn run(reader: &Reader, requests: &Receiver<Request>) {
    for request in requests {
        let is_all = matches!(request, Request::All { .. });
        let Some(left_out) = reader.answer(request) else { return };
        if reader.send(Read::Finished { left_out, is_all }).is_none() {
            return;
        }
    }
}

impl Reader {
    /// Nothing when the session is over.
    fn send(&self, read: Read) -> Option<()> {
        self.commands.send(Command::Read(read)).ok()
    }

    fn answer(&self, request: Request) -> Option<usize> {
        match request {
            Request::All { folders, configurations } => {
                let found = discover(&folders, 1).files;
                let left_out = found.len().saturating_sub(MOST_FILES);
                let files = found.into_iter().take(MOST_FILES).map(|(path, _)| path);
                self.send(Read::Started(files.len()))?;
                self.read_all(files, &configurations).map(|unread| left_out + unread)
            }
            Request::Some { files, folders, configurations } => {
                let files: BTreeSet<PathBuf> = files.into_iter().collect();
                let is_ours = |file: &&PathBuf| {
                    !file.exists() || folders.iter().any(|root| is_discoverable(root, file))
                };
                let files: Vec<PathBuf> = files.iter().filter(is_ours).cloned().collect();
                self.read_all(files.into_iter(), &configurations)
            }
        }
    }

    /// Reads files; how many it had to leave.
    fn read_all(
        &self,
        files: impl ExactSizeIterator<Item = PathBuf>,
        configurations: &Configurations,
    ) -> Option<usize> {
        let mut manifests = Manifests::default();
        let mut names = WorkspaceIndex::default();
        let (mut batch, mut since) = (Vec::new(), Instant::now());
        let (mut bytes, mut weight, mut done) = (0, 0, 0);
        let count = files.len();
        for path in files {
            if bytes > MOST_BYTES || weight > MOST_WEIGHT {
                break;
            }
            self.give_way();
            manifests.add_around(&path, &mut names);
            bytes += path.metadata().map_or(0, |it| it.len());
            let summary = summary(&path, configurations);
            weight += summary.as_ref().map_or(0, |it| it.weight());
            batch.push((path, summary));
            done += 1;
            if batch.len() >= BATCH || since.elapsed() >= BATCH_AGE {
                let (files, names) = (std::mem::take(&mut batch), Box::new(names.clone()));
                self.send(Read::Batch { files, names, done })?;
                since = Instant::now();
            }
        }
        if !batch.is_empty() {
            self.send(Read::Batch { files: batch, names: Box::new(names), done })?;
        }
        Some(count - done)
    }

    /// Waits while the pool is at work, but not for ever.
    fn give_way(&self) {
        let since = Instant::now();
        while self.gauge.is_busy() && since.elapsed() < PATIENCE {
            std::thread::sleep(PAUSE);
        }
    }
}

/// A file's summary; nothing where there is no file, or nobody wants to know of it.
fn summary(path: &Path, configurations: &Configurations) -> Option<Arc<Summary>> {
    let language = language_of(path)?;
    let settings = configurations.for_file(path);
    if settings.is_excluded {
        return None;
    }
    let limit = Configuration::default().size_limit;
    let source = SourceFile::read(path, language, limit).ok()?;
    let mut document = Document::new(source.language, Snapshot::new(source.text));
    let never = CancellationToken::new();
    let run = std::panic::AssertUnwindSafe(|| {
        summarize(&mut document, &settings.configuration, &never).ok().flatten()
    });
    // A file that the engine cannot read is one that nobody knows of.
    std::panic::catch_unwind(run).ok().flatten()
}
