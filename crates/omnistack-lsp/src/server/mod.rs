//! The daemon. A message goes through these modules in order: [`framing`] cuts it out of the
//! input, the transport checks it and calls a handler, the handler tells [`state`], which has
//! documents analysed on the [`pool`] with units kept in the [`cache`]; what comes of it leaves
//! through [`outbound`]. When typing pauses, the network is asked on a thread of its own, and its
//! predictions follow; before that a team server, if one is configured ([`team`]).
//!
//! Threads: one reads, one is the session's task, one owns the documents, some analyse, one
//! predicts, one asks the team server if there is one, one reads the workspace, one analyses what is not open, one writes, one logs. They only
//! send each other messages, so none can hold up another, and the process ends when the session's
//! task does, whatever the others are at.

use std::io::{Read, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

pub mod actions;
pub mod cache;
pub mod checker;
mod difference;
pub mod explain;
pub mod framing;
pub mod function;
pub mod glance;
pub mod meaning;
mod observing;
pub mod outbound;
pub mod parent;
mod pause;
pub mod pool;
pub mod reader;
pub mod state;
pub mod status;
pub mod team;
mod transport;
mod watcher;

pub use transport::End;

use outbound::Outbound;
use pool::Pool;
use transport::{ClientHandle, Session};

use models::model::Source;

use crate::predictions::{Predictions, source_of_environment};

/// How long the last messages may take to reach the client.
const FLUSH_LIMIT: Duration = Duration::from_millis(300);

/// What a daemon may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Bytes of units kept between analyses.
    pub cache_bytes: u64,
    /// The model that predicts; without one there are no predictions.
    pub model: Option<Source>,
    /// How long documents wait for the client's first settings, so that nobody sees findings that
    /// they turn off.
    pub patience: Duration,
    /// Bytes of predictions kept.
    pub prediction_bytes: u64,
    /// Threads that analyse.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = processors.clamp(1, 4);
        let model = Some(source_of_environment());
        let patience = Duration::from_millis(150);
        Self { cache_bytes: 64 << 20, model, patience, prediction_bytes: 8 << 20, threads }
    }
}

/// Serves a client on standard input and output. The exit code is the protocol's: 0 after
/// `shutdown`, else 1.
pub fn run_stdio(options: Options) -> ExitCode {
    let _telemetry = telemetry::start(observing::OPTIONS);
    let (input, output) = stdio();
    match serve(input, output, options) {
        Ok(End::Orderly) => ExitCode::SUCCESS,
        Ok(End::Abrupt) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("omnistack-lsp cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves a client on any pair of streams, until the session ends.
///
/// # Errors
/// The operating system's, when it has no thread to give.
pub fn serve(
    input: Box<dyn Read + Send>,
    output: Box<dyn Write + Send>,
    options: Options,
) -> std::io::Result<End> {
    let outbound = Outbound::start(output)?;
    let client = Arc::new(ClientHandle::new(outbound.clone(), options.patience));
    let cache = Arc::new(cache::SharedCache::new(options.cache_bytes));
    let pool = Pool::new(options.threads)?;
    let shared: Arc<dyn state::Client> = Arc::clone(&client) as Arc<dyn state::Client>;
    let predictions = Arc::new(Predictions::new(options.model, options.prediction_bytes));
    let documents = state::start(shared, cache, pool, predictions)?;
    let reader = transport::read(input)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let mut session = Session::new(&client, documents.clone());
    let end = runtime.block_on(session.serve(reader));
    // It may be gone already.
    let _ = documents.send(state::Command::Stop);
    if end == End::Orderly {
        outbound.flush(FLUSH_LIMIT);
    }
    outbound.close();
    runtime.shutdown_background();
    Ok(end)
}

/// Standard input and output without the library's line buffering, so that a message is one write.
#[cfg(unix)]
fn stdio() -> (Box<dyn Read + Send>, Box<dyn Write + Send>) {
    use std::fs::File;
    use std::os::fd::AsFd;
    let input = std::io::stdin().as_fd().try_clone_to_owned().map(File::from);
    let output = std::io::stdout().as_fd().try_clone_to_owned().map(File::from);
    match (input, output) {
        (Ok(input), Ok(output)) => (Box::new(input), Box::new(output)),
        _ => (Box::new(std::io::stdin()), Box::new(std::io::stdout())),
    }
}

/// Standard input and output.
#[cfg(not(unix))]
fn stdio() -> (Box<dyn Read + Send>, Box<dyn Write + Send>) {
    (Box::new(std::io::stdin()), Box::new(std::io::stdout()))
}
