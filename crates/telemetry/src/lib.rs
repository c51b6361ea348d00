//! Logs, traces and metrics: one set-up for OmniStack's binaries.
//!
//! [`start`] is called once, first of all: from then on there is a log on standard error, and panics
//! are reported. What else there is comes with [`configure`], whenever the settings are known and as
//! often as they change: [`logs`] to files or as JSON, [`traces`] to an OpenTelemetry collector,
//! [`metrics`] to whoever scrapes the [`endpoint`] that [`discovery`] tells of. Network work has a
//! thread of its own, the [`agent`], which is not there before it is needed.
//!
//! Invariants: nothing leaves the machine unless a setting says so; nothing here ever waits for
//! whoever reads a log, scrapes metrics or takes traces; what is off costs a comparison.

mod agent;
mod discovery;
mod endpoint;
mod folders;
pub mod logs;
pub mod metrics;
pub mod panics;
pub mod settings;
pub mod traces;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tracing_subscriber::layer::SubscriberExt;

pub use metrics::metrics;
pub use settings::Settings;

use agent::Agent;
use logs::Logs;
use traces::Traces;

/// How long the end of the process may wait for logs and traces to be written.
const FLUSH_LIMIT: Duration = Duration::from_millis(400);

/// What a binary says of itself.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Its name: the service of traces, and the beginning of log files' names.
    pub service: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Modules whose spans are exported, each with all below it.
    pub traced: &'static [&'static str],
    /// What is logged unless settings say otherwise.
    pub log: &'static str,
}

/// What telemetry is at, as a status tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Activity {
    /// Where metrics can be scraped.
    pub metrics: Option<String>,
    /// The service-discovery file that names the address.
    pub discovery: Option<String>,
    /// Where traces go.
    pub traces: Option<String>,
    /// The folder of the log files, if they can be written.
    pub logs: Option<String>,
    /// What was asked for and does not work, a sentence each.
    pub problems: Vec<String>,
}

/// What the process's one telemetry consists of.
struct Running {
    options: Options,
    logs: Logs,
    traces: Traces,
    agent: Mutex<Option<Agent>>,
    settings: Mutex<Option<Settings>>,
    activity: Arc<Mutex<Activity>>,
}

static RUNNING: OnceLock<Running> = OnceLock::new();

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends telemetry when it is dropped: what waits is written, as far as that is quick, and the
/// service-discovery file is removed.
#[derive(Debug)]
pub struct Guard(());

impl Drop for Guard {
    fn drop(&mut self) {
        let Some(running) = RUNNING.get() else { return };
        if let Some(agent) = lock(&running.agent).take() {
            agent.stop(FLUSH_LIMIT);
        }
        running.logs.flush(FLUSH_LIMIT);
    }
}

/// Starts the log on standard error, at the level that `OMNISTACK_LOG` names or else that of the
/// options, and the reports of panics. Without effect where somebody who embeds us has set up a log
/// of their own.
#[must_use]
pub fn start(options: Options) -> Guard {
    let guard = Guard(());
    let Some(logs) = Logs::start(options.service) else { return guard };
    let traces = Traces::new(options);
    let level = std::env::var(settings::LOG_VARIABLE).ok();
    logs.filter(level.as_deref(), options.log);
    let subscriber = tracing_subscriber::registry()
        .with(logs.layer(logs::Format::Pretty))
        .with(logs.layer(logs::Format::Json))
        .with(traces.layer());
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        return guard;
    }
    let (agent, settings, activity) = (Mutex::default(), Mutex::default(), Arc::default());
    if RUNNING.set(Running { options, logs, traces, agent, settings, activity }).is_ok() {
        panics::watch(options.version);
    }
    guard
}

/// Takes over settings. Quick: what takes time happens on the agent's thread. Without effect in a
/// process that did not [`start`] telemetry.
pub fn configure(settings: &Settings) {
    metrics::slow::set_limit(settings.slow_request);
    let Some(running) = RUNNING.get() else { return };
    if lock(&running.settings).replace(settings.clone()).as_ref() == Some(settings) {
        return;
    }
    let level = std::env::var(settings::LOG_VARIABLE).ok().or_else(|| settings.log_level.clone());
    running.logs.filter(level.as_deref(), running.options.log);
    let problem = running.logs.write_to(settings);
    {
        let mut activity = lock(&running.activity);
        let folder = settings.log_folder.as_ref().filter(|_| problem.is_none());
        activity.logs = folder.map(|it| it.display().to_string());
        activity.problems = problem.into_iter().collect();
    }
    let mut agent = lock(&running.agent);
    if agent.is_none() && !settings.needs_agent() {
        return;
    }
    if agent.is_none() {
        match Agent::start(running.options, running.traces.clone(), Arc::clone(&running.activity)) {
            Ok(started) => *agent = Some(started),
            Err(error) => {
                tracing::warn!(%error, "no thread for metrics and traces");
                return;
            }
        }
    }
    if let Some(agent) = &*agent {
        agent.configure(settings.clone());
    }
}

/// What telemetry is at.
pub fn activity() -> Activity {
    RUNNING.get().map(|running| lock(&running.activity).clone()).unwrap_or_default()
}
