//! The documents, and the one thread that owns them.
//!
//! Every handler sends one [`Command`] and is done, so the order of the client's messages is the
//! order in which this thread sees them. It applies edits at once and keeps one analysis per
//! document in flight: a newer edit cancels it, and when it has stopped the next one starts from
//! the newest text and from whatever tree the last one got done. Results therefore come in order,
//! and only those of the newest text leave this module.

mod analysing;
mod asking;
mod client;
mod closed;
mod condition;
mod configuring;
mod documents;
mod looking;
mod meaning;
mod memory;
mod mending;
mod predicting;
mod reporting;
mod restarting;
mod rewriting;
mod settings_documents;
mod surroundings;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use analysis::cancellation::CancellationToken;
use analysis::engine::Document;
use analysis::findings::Edit;
use analysis::text::{InputEdit, PositionEncoding, TextChange};
use serde_json::Value;
use telemetry::traces::Link;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::cache::SharedCache;
use super::checker::{self, Checked, Typing};
use super::meaning::MeaningSearch;
use super::observing::{self, RuleTimes};
use super::pause::Pause;
use super::pool::{Errand, Pool, Urgency};
use super::reader::{self, Read};
use super::status::Status;
use super::team::Team;
use crate::configuration::Configurations;
use crate::predictions::{Opened, Predictions};

pub use analysing::Finished;
pub(super) use analysing::analyse_document;
pub use asking::TeamAsked;
pub use client::{Analysed, Client};
use closed::ClosedFiles;
use configuring::SessionSettings;
pub use configuring::{Abilities, SettingsClient};
pub use documents::Opening;
pub use looking::{Look, Outlook};
pub use predicting::Predicted;
pub use rewriting::Rewrites;
pub use settings_documents::{SettingsDocument, SettingsOutlook};
pub(super) use surroundings::Surrounded;
use surroundings::Surroundings;

/// What the state is told and asked.
#[derive(Debug)]
pub enum Command {
    /// The session begins.
    Initialize {
        /// How positions count columns.
        encoding: PositionEncoding,
        /// The client asks for diagnostics rather than receiving them.
        pull: bool,
        /// `initializationOptions`.
        options: Option<Value>,
    },
    /// A document was opened.
    Open(Opening),
    /// A document was edited.
    Change {
        /// Its URI.
        uri: Arc<str>,
        /// The version after the edit, if the client tells one.
        version: Option<i32>,
        /// The edit, to be applied in order.
        changes: Vec<TextChange>,
    },
    /// A document was closed.
    Close {
        /// Its URI.
        uri: Arc<str>,
    },
    /// The user has read a prediction and found it wrong.
    Dismiss {
        /// The document.
        uri: Arc<str>,
        /// The prediction.
        fingerprint: String,
    },
    /// The client is ready: the workspace below these folders is read.
    ReadWorkspace(Vec<PathBuf>),
    /// Files have changed.
    FilesChanged(Vec<PathBuf>),
    /// Files were read.
    Read(Read),
    /// Asks what could be rewritten in a document, whether or not it is reported.
    Rewrites {
        /// The document.
        analysed: Arc<Analysed>,
        /// Set when nobody waits any more.
        cancel: CancellationToken,
        /// Where the answer goes.
        reply: oneshot::Sender<Rewrites>,
    },
    /// Asks for the edits that mend all that can be mended in a document.
    Mend {
        /// The document.
        analysed: Arc<Analysed>,
        /// The rule whose findings are mended, by fixes of any kind; else the safe fixes of all.
        rule: Option<String>,
        /// Set when nobody waits any more.
        cancel: CancellationToken,
        /// Where the answer goes.
        reply: oneshot::Sender<Vec<Edit>>,
    },
    /// Files that are not open were analysed.
    Checked(Checked),
    /// All files are to be analysed from now on, whatever the settings say.
    CheckAll,
    /// Asks what is found in all files.
    ReportAll(UnboundedSender<Arc<Analysed>>),
    /// Somebody waits for this job.
    Run(Errand),
    /// All that was read and found is to be forgotten, and read and found anew.
    Restart,
    /// Files that settings are read from have changed.
    Reconfigure,
    /// A model that settings name turned out not to work, or to work after all.
    ModelJudged,
    /// The client's settings changed: to these, or it does not say to what.
    Configure(Value),
    /// The client answered the question of this name; nothing when it could not.
    Answered {
        /// The name.
        name: String,
        /// The answer.
        answer: Option<Value>,
    },
    /// The first settings have been waited for long enough.
    SettingsLate,
    /// The workspace has other folders.
    Folders {
        /// Folders that are new.
        added: Vec<PathBuf>,
        /// Folders that are gone.
        removed: Vec<PathBuf>,
    },
    /// Asks for a configuration file that is open.
    SettingsDocument {
        /// Its URI.
        uri: Arc<str>,
        /// Where the answer goes.
        reply: oneshot::Sender<Option<Arc<SettingsDocument>>>,
    },
    /// Asks what is set now.
    SettingsOutlook {
        /// Where the answer goes.
        reply: oneshot::Sender<SettingsOutlook>,
    },
    /// Asks for the analysis of a document as it is now or newer; nothing for a document that is
    /// not open, is closed meanwhile, or has no language we know.
    Analysed {
        /// Its URI.
        uri: Arc<str>,
        /// Where the answer goes.
        reply: oneshot::Sender<Option<Arc<Analysed>>>,
    },
    /// Asks about the whole workspace.
    Look(Look),
    /// Asks how the daemon does.
    Status {
        /// Where the answer goes.
        reply: oneshot::Sender<Status>,
    },
    /// An analysis came to its end.
    Finished(Box<Finished>),
    /// The team server was asked about a document.
    TeamAsked(Box<TeamAsked>),
    /// The network was asked about a document.
    Predicted(Box<Predicted>),
    /// Something that is done because of a message that is traced.
    Within(Link, Box<Command>),
    /// The session is over.
    Stop,
}

struct Running {
    revision: u64,
    cancel: CancellationToken,
}

/// An open document of a language we know.
struct Entry {
    document: Document,
    path: PathBuf,
    /// Where the file is, by way of no link: looked up when it is first asked, since it was opened.
    resolved: Arc<OnceLock<PathBuf>>,
    /// The client's version, if it told one.
    version: Option<i32>,
    /// Whether it only shows what is kept elsewhere: nothing is told of it.
    is_view: bool,
    revision: u64,
    running: Option<Running>,
    /// Edits since the running analysis started.
    edits: Vec<Option<InputEdit>>,
    latest: Option<Arc<Analysed>>,
    waiting: Vec<oneshot::Sender<Option<Arc<Analysed>>>>,
    told_of_skip: bool,
    /// Whether it is analysed because something else has changed.
    looks_again: bool,
    /// The functions that were there when it was opened.
    opened: Option<Opened>,
    /// The functions that are not new: those that version control holds, else those opened.
    known: Option<Opened>,
    /// Stops the network at this document.
    predicting: CancellationToken,
    /// Stops the question to the team server when it is dropped.
    asking: Option<oneshot::Sender<()>>,
    /// Why nothing of it is sent to the team server, where that is not what somebody wants.
    withheld: Option<String>,
    /// The message that it was last changed by, if that is traced.
    cause: Link,
}

struct State {
    client: Arc<dyn Client>,
    cache: Arc<SharedCache>,
    pool: Pool,
    predictions: Arc<Predictions>,
    team: Team,
    pause: Pause,
    /// What asking the network about a document took lately.
    prediction_cost: Duration,
    commands: Sender<Command>,
    entries: HashMap<Arc<str>, Entry>,
    /// Questions about the workspace that wait.
    looks: Vec<looking::Waiting>,
    meaning: meaning::Meaning,
    encoding: PositionEncoding,
    pull: bool,
    settings: SessionSettings,
    configurations: Arc<Configurations>,
    surroundings: Surroundings,
    closed: ClosedFiles,
    told: condition::Told,
    disabled: Vec<&'static str>,
    revision: u64,
    /// Panics outside rules.
    job_panics: u64,
    /// Panics of rules already acted upon.
    rule_panics: u64,
    ceiling: memory::Ceiling,
    started: Instant,
    rule_times: Arc<RuleTimes>,
    /// The message that is being dealt with, if it is traced.
    cause: Link,
}

/// Starts the thread that owns the documents.
///
/// # Errors
/// The operating system's, when it has no thread to give.
pub fn start(
    client: Arc<dyn Client>,
    cache: Arc<SharedCache>,
    pool: Pool,
    predictions: Arc<Predictions>,
) -> std::io::Result<Sender<Command>> {
    let (commands, receiver) = channel();
    let unload = Arc::clone(&predictions);
    let pause = Pause::start(Box::new(move || unload.unload_after(predicting::IDLE)))?;
    let (typing, known) = (Typing::default(), Arc::clone(&predictions));
    let reader = reader::start(commands.clone(), pool.gauge(), typing.clone())?;
    let checker = checker::start(commands.clone(), pool.gauge(), typing.clone(), known)?;
    let search = MeaningSearch::start(Arc::clone(&client), pool.gauge(), commands.clone())?;
    let state = State {
        client,
        cache,
        pool,
        predictions,
        team: Team::default(),
        pause,
        prediction_cost: Duration::ZERO,
        commands: commands.clone(),
        entries: HashMap::new(),
        looks: Vec::new(),
        meaning: meaning::Meaning::new(search),
        encoding: PositionEncoding::default(),
        pull: false,
        settings: SessionSettings::default(),
        configurations: Arc::default(),
        surroundings: Surroundings::new(reader),
        closed: ClosedFiles::new(checker, typing),
        told: condition::Told::default(),
        disabled: Vec::new(),
        revision: 0,
        job_panics: 0,
        rule_panics: 0,
        ceiling: memory::Ceiling::default(),
        started: Instant::now(),
        rule_times: Arc::default(),
        cause: Link::NONE,
    };
    let (cache, predictions) = (&state.cache, &state.predictions);
    let (pool, paused) = (state.pool.gauge(), state.pause.waiting());
    observing::watch(cache, predictions, &state.client, pool, paused);
    std::thread::Builder::new().name("state".to_owned()).spawn(move || run(state, &receiver))?;
    Ok(commands)
}

fn run(mut state: State, receiver: &Receiver<Command>) {
    for command in receiver {
        if matches!(command, Command::Stop) {
            break;
        }
        // Whatever goes wrong with one message must not end the session.
        if catch_unwind(AssertUnwindSafe(|| state.handle(command))).is_err() {
            state.job_panics += 1;
        }
    }
    for entry in state.entries.values() {
        entry.cancel();
    }
    state.closed.cancel();
}

impl Entry {
    fn cancel(&self) {
        if let Some(running) = &self.running {
            running.cancel.cancel();
        }
        self.predicting.cancel();
    }

    /// The analysis of exactly the present text and settings.
    fn current(&self) -> Option<&Arc<Analysed>> {
        self.latest.as_ref().filter(|latest| latest.revision == self.revision)
    }
}

impl State {
    fn handle(&mut self, command: Command) {
        match command {
            Command::Initialize { encoding, pull, options } => {
                self.encoding = encoding;
                self.pull = pull;
                self.settings.options = options;
                self.configure();
            }
            Command::Open(opening) => self.open(opening),
            Command::Change { uri, version, changes } => self.change(&uri, version, &changes),
            Command::Close { uri } => self.close(&uri),
            Command::Configure(settings) => self.take_settings(settings),
            Command::Answered { name, answer } => self.take_answer(&name, answer),
            Command::SettingsLate => self.stop_waiting(),
            Command::Folders { added, removed } => self.change_folders(added, &removed),
            Command::SettingsDocument { uri, reply } => {
                let _ = reply.send(self.settings_document(&uri));
            }
            Command::SettingsOutlook { reply } => {
                let _ = reply.send(self.settings_outlook());
            }
            Command::Dismiss { uri, fingerprint } => self.dismiss(&uri, &fingerprint),
            Command::ReadWorkspace(folders) => self.begin(folders),
            Command::FilesChanged(files) => self.take_changed_files(files),
            Command::Read(read) => self.take_read(read),
            Command::Rewrites { analysed, cancel, reply } => {
                self.rewrites(&analysed, cancel, reply);
            }
            Command::Mend { analysed, rule, cancel, reply } => {
                self.mend(analysed, rule, cancel, reply);
            }
            Command::Checked(checked) => self.take_checked(checked),
            Command::CheckAll => self.check_all(),
            Command::ReportAll(reply) => self.report_all(reply),
            Command::Run(Errand(job)) => self.pool.submit(Urgency::Now, job),
            Command::Restart => self.restart(),
            Command::Reconfigure => self.reread(),
            Command::ModelJudged => self.publish_settings(false),
            Command::Analysed { uri, reply } => self.answer(&uri, reply),
            Command::Look(look) => self.look(look),
            Command::Status { reply } => {
                // Nobody waits any more if this fails.
                let _ = reply.send(self.status());
            }
            Command::Finished(finished) => self.finish(*finished),
            Command::TeamAsked(asked) => self.take_team_answer(*asked),
            Command::Predicted(predicted) => self.take_predictions(*predicted),
            Command::Within(cause, command) => {
                self.cause = cause;
                self.handle(*command);
                self.cause = Link::NONE;
            }
            Command::Stop => {}
        }
        self.answer_looks();
        self.tell_condition();
    }

    fn next_revision(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }
}
