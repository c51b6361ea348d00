//! The team server, as the daemon asks it: on a thread of its own, with a runtime for what waits for
//! the network, so that nobody else does. It is there only once a server is configured.
//!
//! A question is a task; whoever asked holds the end that stops it, and hears of its end as a command
//! like any other.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures::future::join_all;
use models::wire::PredictRequest;
use remote::{Client, Counts, Error, Health, Observer, Outcome, TokenSource};
use secrecy::SecretString;
use serde::Serialize;
use telemetry::metrics::{RemoteOutcome, metrics};
use telemetry::traces::Link;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tracing::Instrument;

use crate::configuration::RemoteSettings;
use crate::predictions::{Predictions, Wanted};

/// Functions of one request.
const CHUNK: usize = 64;
/// The server's address; it holds over those of the settings.
const URL: &str = "OMNISTACK_REMOTE_URL";
/// A token.
const TOKEN: &str = "OMNISTACK_REMOTE_TOKEN";
/// The secret of the client that the settings name.
const CLIENT_SECRET: &str = "OMNISTACK_REMOTE_CLIENT_SECRET";

/// How the way to the team server is, as the status tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RemoteStatus {
    /// `off` where none is configured, `ready`, `failing`, or `refused` where it does not take the
    /// token.
    pub state: &'static str,
    /// The server that answered last, else the first one that is configured.
    pub endpoint: Option<String>,
    /// The model that answered last.
    pub model: Option<String>,
    /// What is wrong.
    pub problem: Option<String>,
    /// What requests came to.
    pub counts: Counts,
}

/// Where the team server is, and how to ask it.
pub(super) struct Way {
    /// What tells it from others.
    name: String,
    settings: remote::Settings,
    /// The client, made on the thread that asks: it reads certificates.
    client: OnceLock<Result<Client, remote::SetupError>>,
    handle: Handle,
    asking: Arc<AtomicUsize>,
}

/// The thread that asks, and where it does.
#[derive(Default)]
pub(super) struct Team {
    settings: Option<RemoteSettings>,
    way: Option<Arc<Way>>,
    /// What is wrong with the settings.
    problem: Option<String>,
    thread: Option<Thread>,
    asking: Arc<AtomicUsize>,
    /// Whether the user was told that it fails.
    pub(super) is_told: bool,
}

struct Thread {
    handle: Handle,
    /// It ends when this is dropped.
    _end: oneshot::Sender<()>,
}

impl Thread {
    fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (handle, (end, ended)) = (runtime.handle().clone(), oneshot::channel::<()>());
        let run = move || {
            // It ends either way.
            let _ = runtime.block_on(ended);
            runtime.shutdown_background();
        };
        std::thread::Builder::new().name("remote".to_owned()).spawn(run)?;
        Ok(Self { handle, _end: end })
    }
}

/// Counts how requests end.
struct Counting;

impl Observer for Counting {
    fn ended(&self, outcome: Outcome) {
        metrics().remote(match outcome {
            Outcome::Answered => RemoteOutcome::Answered,
            Outcome::Failed => RemoteOutcome::Failed,
            Outcome::TimedOut => RemoteOutcome::TimedOut,
            Outcome::Refused => RemoteOutcome::Refused,
        });
    }
}

impl Team {
    /// Uses the server that these settings name from now on, if they name one.
    pub(super) fn configure(&mut self, settings: Option<&RemoteSettings>, known: &Predictions) {
        if self.settings.as_ref() == settings {
            return;
        }
        self.settings = settings.cloned();
        (self.way, self.problem, self.is_told) = (None, None, false);
        let variable = |name: &str| std::env::var(name).ok().filter(|it| !it.trim().is_empty());
        if let Some(settings) = settings {
            let (resolved, problems) = resolve(settings, variable);
            self.problem = (!problems.is_empty()).then(|| problems.join(", and "));
            if let Some(resolved) = resolved {
                self.begin(settings, resolved);
            }
        }
        known.choose_team(self.way.as_ref().map(|it| it.name.clone()));
    }

    /// Forgets how the server was.
    pub(super) fn restart(&mut self) {
        self.settings = None;
    }

    fn begin(&mut self, settings: &RemoteSettings, resolved: remote::Settings) {
        if self.thread.is_none() {
            match Thread::start() {
                Ok(thread) => self.thread = Some(thread),
                Err(error) => {
                    self.problem =
                        Some(format!("there is no thread to ask the team server on: {error}"));
                }
            }
        }
        let Some(thread) = &self.thread else { return };
        let addresses: Vec<String> = resolved.endpoints.iter().map(ToString::to_string).collect();
        let way = Arc::new(Way {
            name: format!("{addresses:?} {:?} {:?}", settings.model, settings.project),
            settings: resolved,
            client: OnceLock::new(),
            handle: thread.handle.clone(),
            asking: Arc::clone(&self.asking),
        });
        self.way = Some(Arc::clone(&way));
        // A command that prints a token may take a while.
        thread.handle.spawn(async move {
            if let Ok(client) = way.client() {
                client.prepare().await;
            }
        });
    }

    /// How to ask the server, if there is one.
    pub(super) fn way(&self) -> Option<Arc<Way>> {
        self.way.clone()
    }

    /// What is wrong with the settings.
    pub(super) fn problem(&self) -> Option<String> {
        self.problem.clone()
    }

    /// Questions that are under way.
    pub(super) fn load(&self) -> usize {
        self.asking.load(Ordering::Relaxed)
    }

    /// Numbers for the status.
    pub(super) fn status(&self) -> RemoteStatus {
        let Some(way) = &self.way else {
            let state = if self.problem.is_some() { "failing" } else { "off" };
            let (endpoint, model, counts) = (None, None, Counts::default());
            return RemoteStatus { state, endpoint, model, problem: self.problem.clone(), counts };
        };
        let (health, setup) = match way.client.get() {
            None => (Health::default(), None),
            Some(Ok(client)) => (client.health(), None),
            Some(Err(error)) => (Health::default(), Some(error.to_string())),
        };
        let state = match health.state {
            _ if setup.is_some() => "failing",
            remote::State::Ready => "ready",
            remote::State::Failing => "failing",
            remote::State::Refused => "refused",
        };
        let first = || way.settings.endpoints.first().map(ToString::to_string);
        let problem = setup.or_else(|| health.problem.as_ref().map(Error::to_string));
        RemoteStatus {
            state,
            endpoint: health.endpoint.or_else(first),
            model: health.model,
            problem: problem.or_else(|| self.problem.clone()),
            counts: health.counts,
        }
    }
}

impl Way {
    fn client(&self) -> Result<&Client, Error> {
        let made = || Client::new(self.settings.clone(), Arc::new(Counting));
        self.client.get_or_init(made).as_ref().map_err(|it| Error::Setup(it.clone()))
    }

    /// Asks about functions, unless the other end of `stopped` is dropped before the answer comes.
    /// What comes is kept with the predictions; `done` is told how long it took.
    pub(super) fn ask(
        self: Arc<Self>,
        question: Question,
        predictions: Arc<Predictions>,
        stopped: oneshot::Receiver<()>,
        done: impl FnOnce(Duration) + Send + 'static,
    ) {
        let began = Instant::now();
        let counted = Counted::new(&self.asking);
        let handle = self.handle.clone();
        handle.spawn(async move {
            let question_asked = async {
                let headers = Link::current().headers();
                let Ok(client) = self.client() else { return };
                let chunks = question.wanted.chunks(CHUNK).map(|wanted| {
                    let units = wanted.iter().enumerate().map(|(at, it)| it.unit(at)).collect();
                    let project = question.project.clone();
                    let request = PredictRequest { model: None, project, units };
                    let (headers, predictions, name) = (&headers, &predictions, &self.name);
                    async move {
                        match client.predict(request, headers).await {
                            Ok(answer) => predictions.take_from_team(name, wanted, answer),
                            Err(error) => tracing::debug!(%error, "the team server did not answer"),
                        }
                    }
                });
                join_all(chunks).await;
            };
            tokio::select! {
                () = question_asked.instrument(question.span) => {}
                _ = stopped => {}
            }
            drop(counted);
            done(began.elapsed());
        });
    }
}

/// What the server is asked.
pub(super) struct Question {
    /// The functions.
    pub(super) wanted: Vec<Wanted>,
    /// The project that they belong to.
    pub(super) project: Option<String>,
    /// What it is part of.
    pub(super) span: tracing::Span,
}

/// Counts a question while it is under way.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The client's settings, if an address is set that can be used; with what is wrong, a sentence each.
fn resolve(
    settings: &RemoteSettings,
    variable: impl Fn(&str) -> Option<String>,
) -> (Option<remote::Settings>, Vec<String>) {
    // A token of the environment is for the server of the environment, if that names one.
    let named = variable(URL).map_or_else(|| settings.endpoints.clone(), |it| vec![it]);
    let (mut endpoints, mut problems) = (Vec::new(), Vec::new());
    for address in &named {
        match remote::endpoint(address) {
            Ok(endpoint) => endpoints.push(endpoint),
            Err(error) => problems.push(error.to_string()),
        }
    }
    if endpoints.is_empty() {
        return (None, problems);
    }
    let secret = |it: String| SecretString::from(it.trim());
    let client = settings.client_id.clone().zip(variable(CLIENT_SECRET));
    let token = if let Some(token) = variable(TOKEN) {
        TokenSource::Fixed(secret(token))
    } else if let Some(file) = &settings.token_file {
        TokenSource::File(file.0.clone())
    } else if !settings.token_command.is_empty() {
        TokenSource::Command(settings.token_command.clone())
    } else if let Some((id, own)) = client {
        TokenSource::Credentials { id, secret: secret(own) }
    } else {
        TokenSource::Nowhere
    };
    let path = |it: &crate::configuration::settings::SettingPath| it.0.clone();
    let identity = settings.certificate.as_ref().zip(settings.key.as_ref());
    if identity.is_none() && (settings.certificate.is_some() || settings.key.is_some()) {
        problems.push("`remote.certificate` and `remote.key` go together".to_owned());
    }
    let resolved = remote::Settings {
        endpoints,
        token,
        model: settings.model.clone(),
        deadline: Duration::from_millis(u64::from(settings.deadline_ms)),
        roots: settings.roots.iter().map(path).collect(),
        identity: identity.map(|(certificate, key)| (path(certificate), path(key))),
        agent: concat!("omnistack-lsp/", env!("CARGO_PKG_VERSION")).to_owned(),
        pace: remote::Pace::default(),
    };
    (Some(resolved), problems)
}
