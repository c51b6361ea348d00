//! The search by meaning: one thread that holds the sentence encoder, if one is configured, makes the
//! vectors of the workspace's functions in the background, and answers questions.
//!
//! It gives way to whatever an editor waits for, as the reader does; a question interrupts it between
//! two layers of the network. The encoder is read when there is something to do for it, and let go
//! when there has been nothing for a while; the vectors stay.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::context::{FunctionName, Summary, WorkspaceIndex};
use analysis::text::Snapshot;
use models::embedding::Embedder;
use serde::Serialize;

use super::pool::Gauge;
use super::state::{Client, Command};
use crate::meanings::Meanings;
use crate::workspace::{SourceFile, language_of};

/// The encoder is let go when there was nothing to do for so long.
const IDLE: Duration = Duration::from_mins(10);
/// How often that is looked at.
const IDLE_INTERVAL: Duration = Duration::from_mins(1);
/// What changes is looked at when nothing has changed for so long.
const QUIET: Duration = Duration::from_millis(500);
/// Functions whose vectors are made between two looks at what else there is to do.
const AT_ONCE: usize = 8;
/// How long work waits for the pool to rest, at most.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(5);

/// Takes the answer to a question: functions with how alike they are; nothing without an encoder.
pub type Answer = Box<dyn FnOnce(Option<Vec<(FunctionName, f32)>>) + Send>;

enum Request {
    /// The encoder's folder.
    Model(Option<PathBuf>),
    /// What is known of the workspace, and the texts of what is open.
    Workspace(Arc<WorkspaceIndex>, HashMap<String, Snapshot>),
    Ask(String, usize, Answer),
}

/// How the search by meaning does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SearchStatus {
    /// `off` without an encoder, `idle` while it is not in memory, `ready`, or `failed`.
    pub state: &'static str,
    /// The encoder's folder.
    pub model: Option<PathBuf>,
    /// Why functions are found by name only.
    pub problem: Option<String>,
    /// Functions that can be found by meaning.
    pub functions: usize,
    /// Files whose functions are yet to be looked at.
    pub waiting: usize,
    /// Bytes of the encoder, where it is in memory, and of the vectors.
    pub bytes: u64,
}

/// A handle to the thread; the thread ends when there is none any more.
#[derive(Clone, Debug)]
pub struct MeaningSearch {
    requests: Sender<Request>,
    /// Stops what the thread is at, but for an answer.
    interrupt: Arc<Mutex<CancellationToken>>,
    status: Arc<Mutex<SearchStatus>>,
}

impl MeaningSearch {
    /// Starts the thread.
    ///
    /// # Errors
    /// The operating system's, when it has no thread to give.
    pub(super) fn start(
        client: Arc<dyn Client>,
        gauge: Gauge,
        commands: Sender<Command>,
    ) -> std::io::Result<Self> {
        let (requests, receiver) = channel();
        let interrupt = Arc::<Mutex<CancellationToken>>::default();
        let status = SearchStatus { state: "off", ..SearchStatus::default() };
        let status = Arc::new(Mutex::new(status));
        let worker = Worker {
            client,
            gauge,
            commands,
            interrupt: Arc::clone(&interrupt),
            status: Arc::clone(&status),
            model: None,
            embedder: None,
            problem: None,
            used: Instant::now(),
            known: None,
            files: Vec::new(),
            meanings: Meanings::default(),
        };
        std::thread::Builder::new()
            .name("meaning".to_owned())
            .stack_size(8 << 20)
            .spawn(move || worker.run(&receiver))?;
        Ok(Self { requests, interrupt, status })
    }

    /// Uses the encoder in a folder from now on, or none.
    pub(super) fn use_model(&self, folder: Option<PathBuf>) {
        self.send(Request::Model(folder));
    }

    /// Tells what is known of the workspace now.
    pub(super) fn look_at(&self, index: Arc<WorkspaceIndex>, open: HashMap<String, Snapshot>) {
        let _ = self.requests.send(Request::Workspace(index, open));
    }

    /// Asks which functions, at most so many, mean what a text says.
    pub(super) fn ask(&self, question: &str, most: usize, answer: Answer) {
        self.send(Request::Ask(question.to_owned(), most, answer));
    }

    /// How it does.
    pub fn status(&self) -> SearchStatus {
        self.status.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn send(&self, request: Request) {
        // The thread is gone when the session is over.
        let _ = self.requests.send(request);
        self.interrupt.lock().unwrap_or_else(PoisonError::into_inner).cancel();
    }
}

struct Worker {
    client: Arc<dyn Client>,
    gauge: Gauge,
    /// Where the state hears that the encoder turned out not to work.
    commands: Sender<Command>,
    interrupt: Arc<Mutex<CancellationToken>>,
    status: Arc<Mutex<SearchStatus>>,
    model: Option<PathBuf>,
    embedder: Option<Embedder>,
    problem: Option<String>,
    used: Instant,
    /// What was last heard of the workspace.
    known: Option<(Arc<WorkspaceIndex>, HashMap<String, Snapshot>)>,
    /// Files whose functions are yet to be looked at.
    files: Vec<(Arc<str>, Arc<Summary>)>,
    meanings: Meanings,
}

impl Worker {
    fn run(mut self, requests: &Receiver<Request>) {
        loop {
            // Whatever is requested from now on interrupts the work that follows.
            let cancel = self.fresh_interrupt();
            let request = if self.files.is_empty() {
                requests.recv_timeout(IDLE_INTERVAL)
            } else {
                requests.try_recv().map_err(|error| match error {
                    TryRecvError::Empty => RecvTimeoutError::Timeout,
                    TryRecvError::Disconnected => RecvTimeoutError::Disconnected,
                })
            };
            // Whatever goes wrong with one file must not end the search.
            let run = AssertUnwindSafe(|| match request {
                Ok(request) => self.take(request, requests),
                Err(RecvTimeoutError::Disconnected) => false,
                Err(RecvTimeoutError::Timeout) => {
                    self.work(&cancel);
                    true
                }
            });
            match catch_unwind(run) {
                Ok(true) => self.report(),
                Ok(false) => return,
                Err(_) => {
                    tracing::error!("the search by meaning panicked");
                    self.files.pop();
                }
            }
        }
    }

    /// Does what is requested; false at the end of the session.
    fn take(&mut self, request: Request, requests: &Receiver<Request>) -> bool {
        let mut next = Some(request);
        while let Some(request) = next.take() {
            match request {
                Request::Model(folder) => self.change_model(folder),
                Request::Ask(question, most, answer) => answer(self.answer(&question, most)),
                Request::Workspace(index, open) => {
                    self.known = Some((index, open));
                    // While somebody types, what there is to do changes with every letter.
                    match requests.recv_timeout(QUIET) {
                        Ok(request) => next = Some(request),
                        Err(RecvTimeoutError::Timeout) => {}
                        Err(RecvTimeoutError::Disconnected) => return false,
                    }
                }
            }
        }
        self.plan();
        true
    }

    fn change_model(&mut self, folder: Option<PathBuf>) {
        if folder != self.model {
            (self.model, self.embedder, self.problem) = (folder, None, None);
            self.meanings = Meanings::default();
        }
    }

    /// Finds out which files there are to look at, and forgets those that are gone.
    fn plan(&mut self) {
        self.files.clear();
        let Some((index, _)) = self.known.as_ref().filter(|_| self.model.is_some()) else { return };
        self.meanings.retain(|file| index.summary(file).is_some());
        if self.problem.is_none() {
            let files = index.files().filter(|(file, summary)| !self.meanings.knows(file, summary));
            self.files = files.map(|(file, it)| (Arc::clone(file), Arc::clone(it))).collect();
            // The last one is the first to be looked at.
            self.files.sort_by(|one, other| other.0.cmp(&one.0));
        }
    }

    /// Looks at one file, or lets the encoder go.
    fn work(&mut self, cancel: &CancellationToken) {
        let Some((file, summary)) = self.files.last().cloned() else {
            if self.embedder.is_some() && self.used.elapsed() >= IDLE {
                tracing::info!("the sentence encoder is let go");
                self.embedder = None;
            }
            return;
        };
        let open = self.known.as_ref().and_then(|(_, open)| open.get(&*file));
        let text = match open {
            Some(snapshot) => Some(snapshot.text().to_owned()),
            None => text_of(Path::new(&*file)),
        };
        let descriptions = text.map(|text| summary.descriptions(&text)).unwrap_or_default();
        let lacking = self.meanings.lacking(&descriptions);
        for texts in lacking.chunks(AT_ONCE) {
            self.give_way();
            let Some(embedder) = self.embedder() else {
                self.files.clear();
                return;
            };
            // What was done so far is kept, and the file is looked at again.
            let Some(vectors) = embedder.embed(texts, cancel) else { return };
            for (text, vector) in texts.iter().zip(vectors) {
                if !self.meanings.keep(text, &vector) {
                    let left = self.files.len();
                    tracing::warn!(left, "there is no room for the meaning of more functions");
                    self.files.clear();
                    return;
                }
            }
        }
        self.meanings.insert(&file, &summary, descriptions);
        self.files.pop();
    }

    fn answer(&mut self, question: &str, most: usize) -> Option<Vec<(FunctionName, f32)>> {
        self.model.as_ref()?;
        let never = CancellationToken::new();
        let vector = self.embedder()?.embed(&[question], &never)?.pop()?;
        Some(self.meanings.nearest(&vector, most))
    }

    /// The encoder, read if it is not in memory; nothing when it cannot be used.
    fn embedder(&mut self) -> Option<&Embedder> {
        if self.problem.is_some() {
            return None;
        }
        let folder = self.model.as_ref()?;
        if self.embedder.is_none() {
            match Embedder::read(folder) {
                Ok(embedder) => {
                    tracing::info!(bytes = embedder.bytes(), "the sentence encoder is read");
                    self.embedder = Some(embedder);
                }
                Err(error) => {
                    let problem = format!("Functions are found by name only: {error}.");
                    self.client.log(&problem);
                    self.problem = Some(problem);
                }
            }
        }
        self.used = Instant::now();
        self.embedder.as_ref()
    }

    /// A token that the next request sets.
    fn fresh_interrupt(&self) -> CancellationToken {
        let token = CancellationToken::new();
        let mut interrupt = self.interrupt.lock().unwrap_or_else(PoisonError::into_inner);
        interrupt.clone_from(&token);
        token
    }

    /// Waits while the pool is at work, but not for ever.
    fn give_way(&self) {
        let since = Instant::now();
        while self.gauge.is_busy() && since.elapsed() < PATIENCE {
            std::thread::sleep(PAUSE);
        }
    }

    fn report(&self) {
        let network = self.embedder.as_ref().map_or(0, Embedder::bytes);
        let state = match (&self.model, &self.problem, &self.embedder) {
            (None, ..) => "off",
            (_, Some(_), _) => "failed",
            (_, _, None) => "idle",
            (_, _, Some(_)) => "ready",
        };
        let now = SearchStatus {
            state,
            model: self.model.clone(),
            problem: self.problem.clone(),
            functions: self.meanings.len(),
            waiting: self.files.len(),
            bytes: (network + self.meanings.bytes()) as u64,
        };
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *status, now);
        drop(status);
        if before.problem != self.problem {
            // The state is gone when the session is over.
            let _ = self.commands.send(Command::ModelJudged);
        }
    }
}

/// The text of a file on the disk.
fn text_of(path: &Path) -> Option<String> {
    let limit = Configuration::default().size_limit;
    Some(SourceFile::read(path, language_of(path)?, limit).ok()?.text)
}
