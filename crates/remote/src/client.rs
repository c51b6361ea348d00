//! The client: one call from its beginning to its end, with all its tries.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use models::wire::{DEADLINE_HEADER, PredictRequest, Problem, REQUEST_HEADER};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, sleep, timeout_at};

use crate::answers::{self, Answer};
use crate::backoff;
use crate::endpoints::{Call, Servers};
use crate::error::{Error, SetupError};
use crate::health::{Health, State};
use crate::settings::Settings;
use crate::tokens::{TokenError, Tokens};
use crate::transport::{Failure, Http, Response};
use crate::words::is_plain;

/// What a server says of its errors is told up to so many letters.
const MOST_TOLD: usize = 200;
/// How long a server that is asked too often is left alone if it does not say.
const LIMITED: Duration = Duration::from_secs(2);

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With an answer.
    Answered,
    /// With an error.
    Failed,
    /// Too late.
    TimedOut,
    /// It was not tried.
    Refused,
}

/// Who is told how calls end.
pub trait Observer: Send + Sync {
    /// A call ended.
    fn ended(&self, outcome: Outcome);
}

/// Asks team servers.
pub struct Client {
    settings: Settings,
    servers: Servers,
    http: Arc<Http>,
    tokens: Tokens,
    observer: Arc<dyn Observer>,
    health: Mutex<Health>,
}

/// What a try came to, if not to an answer.
enum Trial {
    /// Another one may do better, after a wait if the server asks for one.
    Again(Error, Option<Duration>),
    /// The token was not taken.
    Unauthorized(Error, SecretString),
    /// There is no use in another one.
    Over(Error),
}

impl Client {
    /// A client. It reads the files of certificates that the settings name.
    ///
    /// # Errors
    /// There is no endpoint, or certificates that cannot be used.
    pub fn new(settings: Settings, observer: Arc<dyn Observer>) -> Result<Self, SetupError> {
        if settings.endpoints.is_empty() {
            return Err(SetupError::NoEndpoint);
        }
        let http = Arc::new(Http::new(&settings)?);
        let servers = Servers::new(settings.endpoints.clone(), settings.pace);
        let tokens = Tokens::new(settings.token.clone(), settings.pace, Arc::clone(&http));
        Ok(Self { settings, servers, http, tokens, observer, health: Mutex::default() })
    }

    /// Comes by a token, so that the first call need not wait for it. The first call tells what is
    /// wrong.
    pub async fn prepare(&self) {
        if !self.tokens.are_given_by_servers() {
            if let Some(endpoint) = self.settings.endpoints.first() {
                drop(self.tokens.current(endpoint).await);
            }
            return;
        }
        let mut avoided = None;
        for _ in &self.settings.endpoints {
            let Some(call) = self.servers.choose(avoided) else { return };
            let late = Instant::now() + self.settings.deadline;
            avoided = Some(call.index);
            match timeout_at(late, self.tokens.current(&call.server.endpoint)).await {
                Ok(Ok(_) | Err(TokenError::None(_))) => return,
                Ok(Err(TokenError::Unreachable(_))) | Err(_) => call.fail(),
            }
        }
    }

    /// How the way to the servers is.
    pub fn health(&self) -> Health {
        self.health.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks about functions. `trace` are headers that go along. Dropping the future closes the
    /// request.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn predict(
        &self,
        mut request: PredictRequest,
        trace: &[(String, String)],
    ) -> Result<Answer, Error> {
        request.model.clone_from(&self.settings.model);
        let units = u32::try_from(request.units.len()).unwrap_or(u32::MAX);
        let further = self.settings.pace.per_unit.saturating_mul(units.saturating_sub(1));
        let allowed = self.settings.deadline.saturating_add(further);
        let answered = self.all_tries(&request, allowed, trace).await;
        self.note(&answered);
        answered
    }

    async fn all_tries(
        &self,
        request: &PredictRequest,
        allowed: Duration,
        trace: &[(String, String)],
    ) -> Result<Answer, Error> {
        let deadline = Instant::now() + allowed;
        let body = serde_json::to_vec(request).map_err(|_| Error::Invalid {
            endpoint: "this machine".to_owned(),
            why: "the request cannot be written",
        })?;
        let name =
            format!("{:016x}{:016x}", self.servers.random().next(), self.servers.random().next());
        let (mut failed, mut was_renewed, mut avoided) = (0, false, None);
        let mut last = None;
        loop {
            let Some(call) = self.servers.choose(avoided) else {
                return Err(last.unwrap_or(Error::Resting));
            };
            let index = call.index;
            let tried =
                Try { client: self, request, body: &body, name: &name, trace, deadline, allowed };
            let (error, wait) = match tried.run(call).await {
                Ok(answer) => return Ok(answer),
                // Without a token now, since the one there was is refused: that says more.
                Err(Trial::Over(Error::Token(why))) => {
                    return Err(last.unwrap_or(Error::Token(why)));
                }
                Err(Trial::Over(error)) => return Err(error),
                Err(Trial::Unauthorized(error, token)) => {
                    self.tokens.refuse(&token);
                    if std::mem::replace(&mut was_renewed, true) {
                        return Err(error);
                    }
                    last = Some(error);
                    continue;
                }
                Err(Trial::Again(error, wait)) => (error, wait),
            };
            failed += 1;
            if failed >= self.settings.pace.tries {
                return Err(error);
            }
            avoided = Some(index);
            let wait = match wait {
                // Another server need not be waited for.
                Some(_) if self.settings.endpoints.len() > 1 => Duration::ZERO,
                Some(wait) => wait,
                None => backoff::wait(self.settings.pace.backoff, failed, self.servers.random()),
            };
            if Instant::now() + wait >= deadline {
                return Err(error);
            }
            sleep(wait).await;
            last = Some(error);
        }
    }

    fn note(&self, answered: &Result<Answer, Error>) {
        let outcome = match answered {
            Ok(_) => Outcome::Answered,
            Err(Error::TimedOut(_)) => Outcome::TimedOut,
            Err(Error::Resting | Error::Token(_)) => Outcome::Refused,
            Err(_) => Outcome::Failed,
        };
        let mut health = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = &mut health.counts;
        match outcome {
            Outcome::Answered => counts.answered += 1,
            Outcome::Failed => counts.failed += 1,
            Outcome::TimedOut => counts.timed_out += 1,
            Outcome::Refused => counts.refused += 1,
        }
        match answered {
            Ok(answer) => {
                counts.units += answer.units.iter().flatten().count() as u64;
                health.endpoint = Some(answer.endpoint.clone());
                health.model = Some(answer.model.clone());
                (health.state, health.problem) = (State::Ready, None);
            }
            // Why nobody is asked, the error before that says better.
            Err(Error::Resting) if health.problem.is_some() => {}
            Err(Error::Token(_)) if matches!(health.problem, Some(Error::Refused { .. })) => {}
            Err(error) => {
                let state = if error.is_refusal() { State::Refused } else { State::Failing };
                (health.state, health.problem) = (state, Some(error.clone()));
            }
        }
        drop(health);
        self.observer.ended(outcome);
    }
}

/// One try.
struct Try<'a> {
    client: &'a Client,
    request: &'a PredictRequest,
    body: &'a [u8],
    /// Names the request in the logs of both sides.
    name: &'a str,
    trace: &'a [(String, String)],
    deadline: Instant,
    allowed: Duration,
}

impl Try<'_> {
    async fn run(&self, call: Call<'_>) -> Result<Answer, Trial> {
        let server = &call.server.endpoint;
        let endpoint = server.to_string();
        let late = || Trial::Over(Error::TimedOut(self.allowed));
        let tokens = &self.client.tokens;
        // Of a server that gives no token, another one may.
        let is_of_server = tokens.are_given_by_servers();
        let goes_on = is_of_server && self.client.servers.has_other(call.index);
        let left = self.deadline.saturating_duration_since(Instant::now());
        let until = if goes_on { self.deadline - left / 2 } else { self.deadline };
        let token = match timeout_at(until, tokens.current(server)).await {
            Ok(Ok(token)) => token,
            Ok(Err(TokenError::None(why))) => return Err(Trial::Over(Error::Token(why))),
            Ok(Err(TokenError::Unreachable(why))) => {
                call.fail();
                return Err(Trial::Again(Error::Unreachable { endpoint, why }, None));
            }
            Err(_) if goes_on => {
                call.fail();
                let why = "it gave no token in time".to_owned();
                return Err(Trial::Again(Error::Unreachable { endpoint, why }, None));
            }
            Err(_) => {
                // For a command of the user's, no server can be blamed.
                if is_of_server {
                    call.fail();
                }
                return Err(late());
            }
        };
        let headers = self.headers(&token);
        let posted = self.client.http.post(server, "v1/predict", headers, self.body.to_vec());
        let response = match timeout_at(self.deadline, posted).await {
            Ok(Ok(response)) => response,
            Ok(Err(Failure::Unreachable(why))) => {
                call.fail();
                return Err(Trial::Again(Error::Unreachable { endpoint, why }, None));
            }
            Ok(Err(Failure::TooLarge)) => {
                call.fail();
                let why = "it is too large";
                return Err(Trial::Over(Error::Invalid { endpoint, why }));
            }
            Err(_) => {
                call.fail();
                return Err(late());
            }
        };
        if response.status == 200 {
            return match answers::read(self.request, &response.body, endpoint.clone()) {
                Ok(answer) => {
                    call.succeed();
                    Ok(answer)
                }
                Err(why) => {
                    call.fail();
                    Err(Trial::Over(Error::Invalid { endpoint, why }))
                }
            };
        }
        Err(refused(call, &response, endpoint, token))
    }

    fn headers(&self, token: &SecretString) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut put = |name: &str, value: &str| {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
                headers.insert(name, value);
            }
        };
        let left = self.deadline.saturating_duration_since(Instant::now());
        for (name, value) in self.trace {
            put(name, value);
        }
        put(REQUEST_HEADER, self.name);
        put(DEADLINE_HEADER, &left.as_millis().to_string());
        let bearer = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()));
        if let Ok(mut bearer) = bearer {
            bearer.set_sensitive(true);
            headers.insert(AUTHORIZATION, bearer);
        }
        headers
    }
}

/// What a response without an answer means.
fn refused(call: Call<'_>, response: &Response, endpoint: String, token: SecretString) -> Trial {
    let status = response.status;
    let detail = detail_of(&response.body);
    match status {
        401 => {
            call.answer();
            Trial::Unauthorized(Error::Refused { endpoint, status, detail }, token)
        }
        403 => {
            call.answer();
            Trial::Over(Error::Refused { endpoint, status, detail })
        }
        429 => {
            let wait = response.retry_after.unwrap_or(LIMITED);
            call.rest(wait);
            Trial::Over(Error::Limited { endpoint, wait })
        }
        502..=504 => {
            match response.retry_after {
                Some(wait) => call.fail_and_rest(wait),
                None => call.fail(),
            }
            Trial::Again(Error::Status { endpoint, status, detail }, response.retry_after)
        }
        500.. => {
            call.fail();
            Trial::Over(Error::Status { endpoint, status, detail })
        }
        _ => {
            call.answer();
            Trial::Over(Error::Status { endpoint, status, detail })
        }
    }
}

/// What a problem says of itself, in one line, after a colon.
fn detail_of(body: &[u8]) -> String {
    let Ok(problem) = serde_json::from_slice::<Problem>(body) else { return String::new() };
    let said = problem.detail.unwrap_or(problem.title);
    let line: String = said.chars().filter(|it| is_plain(*it)).take(MOST_TOLD).collect();
    if line.is_empty() { line } else { format!(": {}", line.trim_end_matches('.')) }
}
