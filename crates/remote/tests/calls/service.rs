//! A server that answers as it is told to, and remembers what it was asked.

use std::collections::VecDeque;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use models::wire::{PredictRequest, PredictResponse, Unit, UnitAnswer};
use remote::{Client, Observer, Outcome, Pace, Settings, TokenSource, endpoint};
use secrecy::SecretString;

/// What becomes of a request.
pub(crate) enum Reply {
    /// It is answered as a server does that finds nothing.
    Answer,
    /// With this status, headers and body.
    With(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// Never.
    Hang,
    /// With a body that never ends.
    Endless,
}

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }
}

type Decide = Box<dyn Fn(&Asked) -> Option<Reply> + Send + Sync>;

pub(crate) struct Script {
    replies: Mutex<VecDeque<Reply>>,
    decide: Option<Decide>,
    asked: Mutex<Vec<Asked>>,
}

pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    script: Arc<Script>,
    task: tokio::task::JoinHandle<()>,
}

impl Service {
    /// Answers with these replies in turn, and then as a server does that finds nothing.
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), replies, None).await
    }

    /// Answers as `decide` says, where it says something.
    pub(crate) async fn deciding(
        decide: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), [], Some(Box::new(decide))).await
    }

    pub(crate) async fn at(
        address: SocketAddr,
        replies: impl IntoIterator<Item = Reply>,
        decide: Option<Decide>,
    ) -> Self {
        let script = script(replies, decide);
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = router(Arc::clone(&script));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, script, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.script.asked.lock().unwrap().clone()
    }

    pub(crate) fn will(&self, reply: Reply) {
        self.script.replies.lock().unwrap().push_back(reply);
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn script(
    replies: impl IntoIterator<Item = Reply>,
    decide: Option<Decide>,
) -> Arc<Script> {
    let replies = Mutex::new(replies.into_iter().collect());
    Arc::new(Script { replies, decide, asked: Mutex::default() })
}

pub(crate) fn router(script: Arc<Script>) -> Router {
    Router::new().fallback(reply).with_state(script)
}

async fn reply(
    State(script): State<Arc<Script>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let asked = Asked { path: uri.path().to_owned(), headers, body };
    script.asked.lock().unwrap().push(asked.clone());
    let decided = script.decide.as_ref().and_then(|it| it(&asked));
    let next = decided.or_else(|| script.replies.lock().unwrap().pop_front());
    match next.unwrap_or(Reply::Answer) {
        Reply::Answer => json(200, &empty_answer(&serde_json::from_slice(&asked.body).unwrap())),
        Reply::With(status, headers, body) => {
            let mut response = Response::builder().status(StatusCode::from_u16(status).unwrap());
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        }
        Reply::Hang => pending().await,
        Reply::Endless => {
            let piece = Bytes::from(vec![b' '; 1 << 16]);
            let pieces = std::iter::repeat_with(move || Ok::<_, std::io::Error>(piece.clone()));
            Response::new(Body::from_stream(futures::stream::iter(pieces)))
        }
    }
}

fn json(status: u16, body: &impl serde::Serialize) -> Response<Body> {
    let body = serde_json::to_vec(body).unwrap();
    Response::builder().status(status).body(Body::from(body)).unwrap()
}

/// A reply in JSON.
pub(crate) fn with(status: u16, body: &serde_json::Value) -> Reply {
    Reply::With(status, Vec::new(), body.to_string().into_bytes())
}

/// An error without words.
pub(crate) fn error(status: u16) -> Reply {
    Reply::With(status, Vec::new(), Vec::new())
}

/// An error of which the server says when to come back.
pub(crate) fn later(status: u16, seconds: u64) -> Reply {
    Reply::With(status, vec![("retry-after", seconds.to_string())], Vec::new())
}

pub(crate) fn empty_answer(request: &PredictRequest) -> PredictResponse {
    let unit = |it: &Unit| UnitAnswer { id: it.id.clone(), ..UnitAnswer::default() };
    PredictResponse { model: "large-1".to_owned(), units: request.units.iter().map(unit).collect() }
}

pub(crate) fn request(units: usize) -> PredictRequest {
    let unit = |index: usize| Unit {
        id: Some(index.to_string()),
        language: "python".to_owned(),
        code: "def f(a):\n    return a\n".to_owned(),
        changed: false,
    };
    PredictRequest { units: (0..units).map(unit).collect(), ..PredictRequest::default() }
}

/// Counts how calls end.
#[derive(Default)]
pub(crate) struct Counter(Mutex<Vec<Outcome>>);

impl Observer for Counter {
    fn ended(&self, outcome: Outcome) {
        self.0.lock().unwrap().push(outcome);
    }
}

impl Counter {
    pub(crate) fn outcomes(&self) -> Vec<Outcome> {
        self.0.lock().unwrap().clone()
    }
}

/// Longer than anything takes, but for what is meant to take too long.
pub(crate) const PATIENT: Duration = Duration::from_secs(30);

pub(crate) fn settings(urls: &[String]) -> Settings {
    Settings {
        endpoints: urls.iter().map(|it| endpoint(it).unwrap()).collect(),
        token: TokenSource::Fixed(SecretString::from("t0ken")),
        model: None,
        deadline: PATIENT,
        roots: Vec::new(),
        identity: None,
        agent: "tests/1".to_owned(),
        pace: Pace {
            backoff: Duration::from_millis(1),
            failures: 3,
            open: Duration::from_hours(1),
            ..Pace::default()
        },
    }
}

pub(crate) fn client(settings: Settings) -> (Client, Arc<Counter>) {
    let counter = Arc::new(Counter::default());
    (Client::new(settings, Arc::clone(&counter) as Arc<dyn Observer>).unwrap(), counter)
}
