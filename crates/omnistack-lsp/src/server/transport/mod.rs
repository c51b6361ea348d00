//! The transport: messages between the client and the protocol's methods.
//!
//! A thread of its own reads and parses, so that reading never waits for anything. The session's
//! task checks the life cycle, hands each message to the service and polls the handler once right
//! away: that is when the handler tells the state what it was told, so order is kept. Handlers that
//! wait for an analysis go on as tasks, any number of them. Nothing here awaits the client.
//!
//! Of the protocol library we use the types and the typed dispatch with cancellation; its codec and
//! its serving loop give up on malformed input and on clients that stop reading, so ours stand in
//! their place.

use std::io::Read;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use analysis::languages::Language;
use futures::FutureExt;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tower::Service;
use tower_lsp::LspService;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::ls_types as lsp;
use tracing::Instrument;

use super::framing::{Decoder, Frame};
use super::observing::Exchange;
use super::outbound::Outbound;
use super::state::{Analysed, Client, Command};
use super::status::Condition;

mod calls;
mod commanding;
mod from_proto;
mod handlers;
mod looking;
mod offering;
mod progress;
mod pulling;
mod settings;
mod spelling;
mod symbols;
mod to_proto;

use handlers::{Greeting, Handlers, STATUS};
use spelling::Spellings;

/// Messages read ahead of the session's task.
const READ_AHEAD: usize = 256;
/// Tells a client that wants to know what the daemon is at.
const CONDITION: &str = "omnistack/didChangeStatus";
/// How often the parent is looked at.
const PARENT_INTERVAL: Duration = Duration::from_secs(1);

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// As the protocol wants it: `shutdown`, then `exit` or the end of the input.
    Orderly,
    /// Otherwise.
    Abrupt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Uninitialized,
    Running,
    ShutDown,
}

/// A message from the client.
enum Incoming {
    Message(Message),
    Unusable(ErrorCode, String),
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    method: Option<String>,
    #[serde(default, deserialize_with = "present")]
    id: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    params: Option<Value>,
    /// Of an answer.
    #[serde(default)]
    result: Option<Value>,
}

/// Tells `null` from absence.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// The client as the state sees it.
#[derive(Clone)]
pub(super) struct ClientHandle {
    outbound: Outbound,
    /// How long documents wait for its first settings.
    patience: Duration,
    greeting: Arc<OnceLock<Greeting>>,
    spellings: Spellings,
}

impl ClientHandle {
    /// A handle that writes to `outbound`.
    pub(super) fn new(outbound: Outbound, patience: Duration) -> Self {
        Self { outbound, patience, greeting: Arc::default(), spellings: Spellings::default() }
    }

    fn greeting(&self) -> Option<&Greeting> {
        self.greeting.get()
    }

    /// A request whose answer does not matter.
    fn request(&self, id: &str, method: &str, params: &Value) {
        let body = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.outbound.send(body.to_string().into_bytes());
    }

    /// Has the client ask again; as one time is as good as many, one id is enough.
    fn ask_again(&self, method: &str) {
        let body = json!({"jsonrpc": "2.0", "id": format!("omnistack-{method}"), "method": method});
        self.outbound.send(body.to_string().into_bytes());
    }

    fn notify(&self, method: &str, params: &Value) {
        self.outbound.send(notification(method, params));
    }
}

impl Client for ClientHandle {
    fn publish(&self, uri: &Arc<str>, analysed: Option<&Arc<Analysed>>) {
        let key = Arc::clone(uri);
        let analysed = analysed.cloned();
        let (greeting, spelt) = (Arc::clone(&self.greeting), self.spelling(uri));
        let make = move || {
            let features = greeting.get().map(|it| it.features.clone()).unwrap_or_default();
            let publication = to_proto::publication(&spelt, analysed.as_deref(), &features);
            notification("textDocument/publishDiagnostics", &publication)
        };
        self.outbound.replace(key, Box::new(make));
    }

    fn refresh(&self) {
        if self.greeting().is_some_and(|greeting| greeting.features.refresh) {
            self.ask_again("workspace/diagnostic/refresh");
        }
    }

    fn show(&self, message: &str) {
        self.notify("window/showMessage", &json!({"type": 2, "message": message}));
    }

    fn log(&self, message: &str) {
        self.notify("window/logMessage", &json!({"type": 2, "message": message}));
    }

    fn glances(&self, lenses: bool, hints: bool) {
        let Some(greeting) = self.greeting() else { return };
        let features = &greeting.features;
        let wanted = [
            (&greeting.lenses, lenses, features.lens_refresh, "workspace/codeLens/refresh"),
            (&greeting.hints, hints, features.hint_refresh, "workspace/inlayHint/refresh"),
        ];
        for (switch, wanted, can_refresh, method) in wanted {
            let is_changed = switch.swap(wanted, Ordering::Relaxed) != wanted;
            if is_changed && can_refresh {
                self.ask_again(method);
            }
        }
    }

    fn condition(&self, condition: &Condition) {
        if self.greeting().is_some_and(|greeting| greeting.features.conditions) {
            // Of what waits to be written, the newest says all.
            let body = notification(CONDITION, condition);
            self.outbound.replace(Arc::from(CONDITION), Box::new(move || body));
        }
    }

    fn refresh_lenses(&self) {
        let is_wanted =
            |it: &Greeting| it.features.lens_refresh && it.lenses.load(Ordering::Relaxed);
        if self.greeting().is_some_and(is_wanted) {
            self.ask_again("workspace/codeLens/refresh");
        }
    }

    fn watch(&self) {
        let Some(features) = self.greeting().map(|it| &it.features) else { return };
        let mut registrations: Vec<Value> = settings::registration(features).into_iter().collect();
        if features.watch {
            let extensions = Language::extensions().collect::<Vec<_>>().join(",");
            let sources = format!("**/*.{{{extensions}}}");
            let patterns = std::iter::once(sources.as_str()).chain(settings::WATCHED);
            let watchers: Vec<Value> = patterns.map(|it| json!({"globPattern": it})).collect();
            registrations.push(json!({"id": "omnistack-watch",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": {"watchers": watchers}}));
        }
        if !registrations.is_empty() {
            let params = json!({"registrations": registrations});
            self.request("omnistack-watch", "client/registerCapability", &params);
        }
    }

    fn progress(&self, done: Option<(usize, usize)>) {
        self.work_done("omnistack-workspace", "Reading the workspace", done);
    }

    fn checking(&self, done: Option<(usize, usize)>) {
        self.work_done("omnistack-checking", "Checking the workspace", done);
    }

    fn uri_of(&self, path: &Path) -> Option<Arc<str>> {
        Some(lsp::Uri::from_file_path(path)?.as_str().into())
    }

    fn load(&self) -> (usize, u64) {
        self.outbound.load()
    }
}

fn notification(method: &str, params: &impl Serialize) -> Vec<u8> {
    #[derive(Serialize)]
    struct Notification<'a, P> {
        jsonrpc: &'static str,
        method: &'a str,
        params: &'a P,
    }
    let message = Notification { jsonrpc: "2.0", method, params };
    // Our own plain structures always serialise.
    serde_json::to_vec(&message).unwrap_or_default()
}

/// Starts the thread that reads and parses messages; the channel closes when the input ends.
///
/// # Errors
/// The operating system's, when it has no thread to give.
pub(super) fn read(mut input: Box<dyn Read + Send>) -> std::io::Result<Reader> {
    let (sender, messages) = mpsc::channel(READ_AHEAD);
    std::thread::Builder::new().name("read".to_owned()).spawn(move || {
        let mut decoder = Decoder::default();
        let mut buffer = vec![0; 64 << 10];
        loop {
            let length = match input.read(&mut buffer) {
                Ok(0) => return,
                Ok(length) => length,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    tracing::warn!(%error, "cannot read from the client");
                    return;
                }
            };
            decoder.feed(buffer.get(..length).unwrap_or(&[]));
            while let Some(frame) = decoder.next_frame() {
                if sender.blocking_send(parse(frame)).is_err() {
                    return;
                }
            }
        }
    })?;
    Ok(Reader { messages })
}

/// The messages of the client, as they come.
pub(super) struct Reader {
    messages: mpsc::Receiver<Incoming>,
}

fn parse(frame: Frame) -> Incoming {
    match frame {
        Frame::Garbage(what) => Incoming::Unusable(ErrorCode::ParseError, what.to_owned()),
        Frame::TooLarge(length) => Incoming::Unusable(
            ErrorCode::InvalidRequest,
            format!("a message of {length} bytes is over the limit"),
        ),
        Frame::Body(body) => match serde_json::from_slice::<Message>(&body) {
            Ok(message) => Incoming::Message(message),
            Err(error) if error.is_data() => {
                Incoming::Unusable(ErrorCode::InvalidRequest, error.to_string())
            }
            Err(error) => Incoming::Unusable(ErrorCode::ParseError, error.to_string()),
        },
    }
}

/// One client's session.
pub(super) struct Session {
    service: LspService<Handlers>,
    outbound: Outbound,
    state: Sender<Command>,
    greeting: Arc<OnceLock<Greeting>>,
    phase: Phase,
}

impl Session {
    /// A session whose documents live behind `state`.
    pub(super) fn new(client: &ClientHandle, state: Sender<Command>) -> Self {
        let greeting = Arc::clone(&client.greeting);
        let handlers = Handlers::new(state.clone(), client.clone());
        // Its channel to the client is not used: it would make handlers wait for the client.
        let (service, _) =
            LspService::build(|_| handlers).custom_method(STATUS, Handlers::status).finish();
        let outbound = client.outbound.clone();
        Self { service, outbound, state, greeting, phase: Phase::Uninitialized }
    }

    /// Serves messages until the client says `exit`, its end of the input closes, or the process
    /// that started us is gone.
    pub(super) async fn serve(&mut self, mut reader: Reader) -> End {
        let mut interval = tokio::time::interval(PARENT_INTERVAL);
        loop {
            tokio::select! {
                biased;
                incoming = reader.messages.recv() => match incoming {
                    None => return self.end("the input ended"),
                    Some(Incoming::Message(message)) => {
                        if message.method.as_deref() == Some("exit") {
                            return self.end("exit");
                        }
                        self.message(message);
                    }
                    Some(Incoming::Unusable(code, what)) => {
                        tracing::warn!("unusable input: {what}");
                        self.refuse(Id::Null, code, what);
                    }
                },
                _ = interval.tick() => {
                    let parent = self.greeting.get().and_then(|greeting| greeting.parent);
                    if parent.is_some_and(|parent| !parent.is_alive()) {
                        return self.end("the parent process is gone");
                    }
                }
            }
        }
    }

    fn end(&self, why: &str) -> End {
        tracing::info!("ending: {why}");
        if self.phase == Phase::ShutDown { End::Orderly } else { End::Abrupt }
    }

    fn refuse(&self, id: Id, code: ErrorCode, message: impl Into<String>) {
        let error = Error { code, message: message.into().into(), data: None };
        respond(&self.outbound, Response::from_error(id, error));
    }

    fn message(&mut self, message: Message) {
        let Message { method, id, params, result } = message;
        let id = match id.map(serde_json::from_value::<Id>) {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(_)) => {
                let what = "an id must be an integer or a string";
                self.refuse(Id::Null, ErrorCode::InvalidRequest, what);
                return;
            }
        };
        match (method, id) {
            // The answer to a request of ours: whoever has asked knows it by its name.
            (None, Some(Id::String(name))) => {
                // The state is gone when the session is over.
                let _ = self.state.send(Command::Answered { name, answer: result });
            }
            (None, Some(_)) => {}
            (None, None) => {
                self.refuse(Id::Null, ErrorCode::InvalidRequest, "neither a method nor an id");
            }
            (Some(method), None) => self.notification(method, params),
            (Some(method), Some(id)) => self.request(method, id, params),
        }
    }

    fn notification(&mut self, method: String, params: Option<Value>) {
        if self.phase != Phase::Running {
            tracing::debug!(method, "a notification outside the session");
            return;
        }
        if method == "$/setTrace" {
            return;
        }
        let exchange = Exchange::begin(&method, params.as_ref());
        let request = self.mended(method, params);
        let method = request.method().to_owned();
        let handle = || AssertUnwindSafe(self.service.call(request)).catch_unwind().now_or_never();
        match exchange.span.in_scope(handle) {
            Some(Ok(_)) => {}
            Some(Err(_)) => tracing::error!(method, "the handler panicked"),
            // No handler of a notification awaits anything.
            None => tracing::error!(method, "the handler did not finish at once"),
        }
    }

    /// A notification whose parameters were put right; what cannot be is told.
    fn mended(&self, method: String, params: Option<Value>) -> Request {
        let client = &self.service.inner().client;
        client.note_spelling(&method, params.as_ref());
        let request = build(method, None, params);
        if let Some(problem) = from_proto::misunderstood(request.method(), request.params()) {
            tracing::warn!("{problem}");
            client.show(&problem);
        }
        request
    }

    fn request(&mut self, method: String, id: Id, params: Option<Value>) {
        let is_initialize = method == "initialize";
        match self.phase {
            Phase::Uninitialized if !is_initialize => {
                let code = ErrorCode::ServerError(-32002);
                return self.refuse(id, code, "the server is not initialized");
            }
            Phase::Running if is_initialize => {
                let what = "the server is initialized already";
                return self.refuse(id, ErrorCode::InvalidRequest, what);
            }
            Phase::ShutDown => {
                let what = "the server is shut down";
                return self.refuse(id, ErrorCode::InvalidRequest, what);
            }
            Phase::Uninitialized | Phase::Running => {}
        }
        // The status takes no parameters, and forgives an empty object.
        let takes_none = method == STATUS || method == "shutdown";
        let params = params.filter(|_| !takes_none);
        let is_shutdown = method == "shutdown";
        let exchange = Exchange::begin(&method, params.as_ref());
        let request = build(method, Some(id.clone()), params);
        let span = exchange.span.clone();
        let answer = AssertUnwindSafe(self.service.call(request)).catch_unwind();
        let mut answer = answer.instrument(span).boxed();
        let outbound = self.outbound.clone();
        let finish = move |outcome: Outcome| {
            let response = match outcome {
                Ok(Ok(Some(response))) => response,
                // The service leaves unknown requests that begin with `$/` unanswered.
                Ok(Ok(None)) => Response::from_error(id, Error::method_not_found()),
                Ok(Err(_)) => Response::from_error(id, Error::invalid_request()),
                Err(_) => Response::from_error(id, Error::internal_error()),
            };
            let is_ok = response.is_ok();
            respond(&outbound, response);
            exchange.answered(is_ok);
            is_ok
        };
        match (&mut answer).now_or_never() {
            Some(outcome) => {
                let is_ok = finish(outcome);
                if is_initialize && is_ok {
                    self.phase = Phase::Running;
                } else if is_shutdown && is_ok {
                    self.phase = Phase::ShutDown;
                }
            }
            None => {
                tokio::spawn(async move {
                    finish(answer.await);
                });
            }
        }
    }
}

type Outcome = std::thread::Result<Result<Option<Response>, tower_lsp::ExitedError>>;

fn build(method: String, id: Option<Id>, mut params: Option<Value>) -> Request {
    if let Some(params) = &mut params {
        from_proto::mend(&method, params);
    }
    let mut builder = Request::build(method);
    if let Some(id) = id {
        builder = builder.id(id);
    }
    if let Some(params) = params {
        builder = builder.params(params);
    }
    builder.finish()
}

fn respond(outbound: &Outbound, response: Response) {
    let Ok(body) = serde_json::to_vec(&response) else { return };
    let shrunk = || {
        let what = "the client does not read; the answer was dropped";
        let error = Error { code: ErrorCode::InternalError, message: what.into(), data: None };
        let (id, _) = response.into_parts();
        serde_json::to_vec(&Response::from_error(id, error)).unwrap_or_default()
    };
    outbound.respond(body, shrunk);
}
