//! The workspace's files, read in the background: one thread summarises them and sends the summaries
//! to the state in batches.
//!
//! It gives way to whatever an editor waits for: before each file it looks whether the pool is at
//! work, and waits until it is not, though never for long, so that it comes to an end. What it reads
//! is bounded in files and bytes; beyond that, calls into the rest are not known.
//!
//! Where the client tells of no changes of files, the thread notices them itself: while it has nothing
//! else to do, it looks at the times and sizes of all files and reads those that are not as they were
//! when it read them. It does so the less often the longer it takes, and stops while somebody types
//! (the reasons are in `docs/adr/0018-files-are-looked-at.md`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::context::{Summary, WorkspaceIndex};
use analysis::engine::{Document, summarize};
use analysis::text::Snapshot;

use super::checker::Typing;
use super::pool::Gauge;
use super::state::Command;
use crate::configuration::Configurations;
use crate::workspace::{
    Manifests, SourceFile, Stamp, discover, is_discoverable, language_of, stamp, survey,
};

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
/// How long the thread rests between two looks at all files: so many times as long as one takes, but
/// not less nor more than this.
const REST: u32 = 100;
const SHORTEST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_mins(1);
/// How long a look is put off while there is something else to do.
const PUT_OFF: Duration = Duration::from_millis(200);

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
    /// Notices by itself from now on what changes below these folders; nothing if there are none.
    Watch {
        /// The folders.
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
pub(super) fn start(
    commands: Sender<Command>,
    gauge: Gauge,
    typing: Typing,
) -> std::io::Result<Sender<Request>> {
    let (requests, receiver) = channel();
    let reader = Reader { commands, gauge, typing, known: BTreeMap::new(), watched: None };
    std::thread::Builder::new()
        .name("read-files".to_owned())
        // As the pool's, for deeply nested source.
        .stack_size(8 << 20)
        .spawn(move || run(reader, &receiver))?;
    Ok(requests)
}

struct Reader {
    commands: Sender<Command>,
    gauge: Gauge,
    typing: Typing,
    /// The files that were read, each as it was then.
    known: BTreeMap<PathBuf, Stamp>,
    /// What is looked at, if anything is.
    watched: Option<Watched>,
}

struct Watched {
    folders: Vec<PathBuf>,
    configurations: Arc<Configurations>,
    /// When it is looked at next.
    due: Instant,
}

fn run(mut reader: Reader, requests: &Receiver<Request>) {
    loop {
        let next = match &reader.watched {
            None => requests.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(watched) => {
                requests.recv_timeout(watched.due.saturating_duration_since(Instant::now()))
            }
        };
        let done = match next {
            Ok(request) => reader.answer(request),
            Err(RecvTimeoutError::Timeout) => reader.look(),
            Err(RecvTimeoutError::Disconnected) => None,
        };
        // The session is over.
        if done.is_none() {
            return;
        }
    }
}

impl Reader {
    /// Nothing when the session is over.
    fn send(&self, read: Read) -> Option<()> {
        self.commands.send(Command::Read(read)).ok()
    }

    fn answer(&mut self, request: Request) -> Option<()> {
        match request {
            Request::All { folders, configurations } => {
                let found = discover(&folders, 1).files;
                let left_out = found.len().saturating_sub(MOST_FILES);
                let files = found.into_iter().take(MOST_FILES).map(|(path, _)| path);
                self.send(Read::Started(files.len()))?;
                let unread = self.read_all(files, Vec::new(), &configurations)?;
                self.send(Read::Finished { left_out: left_out + unread, is_all: true })
            }
            Request::Some { files, folders, configurations } => {
                let files: BTreeSet<PathBuf> = files.into_iter().collect();
                let is_ours =
                    |file: &PathBuf| folders.iter().any(|root| is_discoverable(root, file));
                let (files, gone): (Vec<PathBuf>, Vec<PathBuf>) =
                    files.into_iter().partition(is_ours);
                let left_out = self.read_all(files.into_iter(), gone, &configurations)?;
                self.send(Read::Finished { left_out, is_all: false })
            }
            Request::Watch { folders, configurations } => {
                self.known.retain(|file, _| folders.iter().any(|folder| file.starts_with(folder)));
                let due = match self.watched.take() {
                    Some(watched) if watched.folders == folders => watched.due,
                    _ => Instant::now() + SHORTEST_REST,
                };
                let watched = Watched { folders, configurations, due };
                self.watched = Some(watched).filter(|it| !it.folders.is_empty());
                Some(())
            }
        }
    }

    /// Looks which files are not as they were when they were read, and reads those.
    fn look(&mut self) -> Option<()> {
        let Some(mut watched) = self.watched.take() else { return Some(()) };
        let since = Instant::now();
        let is_free = || self.typing.rests() && !self.gauge.is_busy();
        let seen = is_free().then(|| survey(&watched.folders, is_free)).flatten();
        let rest = match seen {
            None => PUT_OFF,
            Some(seen) => {
                let (changed, gone) = self.compare(&seen);
                if !changed.is_empty() || !gone.is_empty() {
                    let configurations = &watched.configurations;
                    let left_out = self.read_all(changed.into_iter(), gone, configurations)?;
                    self.send(Read::Finished { left_out, is_all: false })?;
                }
                (since.elapsed() * REST).clamp(SHORTEST_REST, LONGEST_REST)
            }
        };
        watched.due = Instant::now() + rest;
        self.watched = Some(watched);
        Some(())
    }

    /// The files that are new or not as they were when they were read, and those that are gone.
    fn compare(&self, seen: &BTreeMap<PathBuf, Stamp>) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let mut new = 0;
        let room = MOST_FILES.saturating_sub(self.known.len());
        let mut is_changed = |(file, stamp): &(&PathBuf, &Stamp)| {
            let known = self.known.get(*file);
            new += usize::from(known.is_none());
            known.map_or(new <= room, |known| known != *stamp)
        };
        let changed =
            seen.iter().filter(|it| is_changed(it)).map(|(file, _)| file.clone()).collect();
        let gone = self.known.keys().filter(|it| !seen.contains_key(*it)).cloned().collect();
        (changed, gone)
    }

    /// Reads files, and has others forgotten that are gone, or ignored now; how many it had to leave.
    fn read_all(
        &mut self,
        mut files: impl ExactSizeIterator<Item = PathBuf>,
        gone: Vec<PathBuf>,
        configurations: &Configurations,
    ) -> Option<usize> {
        let mut manifests = Manifests::default();
        let mut names = WorkspaceIndex::default();
        for file in &gone {
            self.known.remove(file);
        }
        // Together with what is read, since a file that was renamed is never nowhere.
        let gone = gone.into_iter().map(|file| (file, None));
        let (mut batch, mut since): (Vec<_>, _) = (gone.collect(), Instant::now());
        let (mut bytes, mut weight, mut done) = (0, 0, 0);
        let count = files.len();
        while bytes <= MOST_BYTES && weight <= MOST_WEIGHT {
            let Some(path) = files.next() else { break };
            self.give_way();
            self.note(&path);
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
        // What is left is not looked at again before it changes.
        files.for_each(|path| self.note(&path));
        Some(count - done)
    }

    /// Remembers a file as it is now.
    fn note(&mut self, path: &Path) {
        match stamp(path) {
            Some(stamp) => self.known.insert(path.to_owned(), stamp),
            None => self.known.remove(path),
        };
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
