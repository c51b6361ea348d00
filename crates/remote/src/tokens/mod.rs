//! How a client comes by its token, and by the next one.
//!
//! What takes time (a command, a server's token route) is done once however many calls wait for it,
//! in a task of its own: a call that is given up, because its deadline came, does not undo it, and the
//! next one finds the token. Of several servers each has its own turns, so that one that hangs keeps
//! nobody from asking another.

mod command;
mod session;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

use self::session::Refresh;
use crate::settings::{Endpoint, Pace, TokenSource};
use crate::transport::Http;

/// No token is longer.
const MOST_BYTES: u64 = 16 << 10;
/// A token is renewed so long before it is over, or earlier if it is short-lived.
const MARGIN: Duration = Duration::from_secs(30);

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// There is none, or the server takes it not.
    None(String),
    /// The server that gives them cannot be reached.
    Unreachable(String),
}

/// A token, and until when it is good, if that is known.
#[derive(Clone)]
struct Token {
    secret: SecretString,
    good_until: Option<Instant>,
}

impl Token {
    fn is_good(&self) -> bool {
        self.good_until.is_none_or(|it| Instant::now() < it)
    }

    /// One that is over after so long.
    fn lasting(secret: SecretString, left: Option<Duration>) -> Self {
        // What no clock can count to is as good as no end.
        let good_until = left
            .and_then(|left| Instant::now().checked_add(left.saturating_sub(MARGIN.min(left / 5))));
        Self { secret, good_until }
    }
}

/// Comes by tokens.
#[derive(Clone)]
pub(crate) struct Tokens(Arc<Shared>);

struct Shared {
    source: TokenSource,
    pace: Pace,
    http: Arc<Http>,
    held: Mutex<Held>,
    /// Whoever has one of these comes by a token, and the others wait. By the server that is asked.
    turns: Mutex<HashMap<String, Turn>>,
    refresh: Refresh,
}

type Turn = Arc<tokio::sync::Mutex<()>>;

#[derive(Default)]
struct Held {
    token: Option<Token>,
    /// The token that a server refused last, and when.
    refused: Option<(SecretString, Instant)>,
    /// Why there is none, and until when nobody need try again.
    failure: Option<(TokenError, Instant)>,
}

impl Tokens {
    pub(crate) fn new(source: TokenSource, pace: Pace, http: Arc<Http>) -> Self {
        let (held, turns, refresh) = (Mutex::default(), Mutex::default(), Refresh::default());
        Self(Arc::new(Shared { source, pace, http, held, turns, refresh }))
    }

    /// Whether it is the servers that give them.
    pub(crate) fn are_given_by_servers(&self) -> bool {
        matches!(self.0.source, TokenSource::Credentials { .. })
    }

    /// The token to use now. `endpoint` is who is asked, where a server gives tokens.
    pub(crate) async fn current(&self, endpoint: &Endpoint) -> Result<SecretString, TokenError> {
        let shared = Arc::clone(&self.0);
        match &self.0.source {
            TokenSource::Nowhere => {
                let why =
                    "neither a token, nor a file, a command or a client to come by one is set";
                return Err(TokenError::None(why.to_owned()));
            }
            TokenSource::Fixed(secret) => return shared.unless_refused(secret.clone()),
            TokenSource::File(file) => {
                let file = file.clone();
                let read = tokio::task::spawn_blocking(move || of_file(&file)).await;
                let secret = read.map_err(|_| TokenError::None("it was not read".to_owned()))??;
                return shared.unless_refused(secret);
            }
            TokenSource::Command(_) | TokenSource::Credentials { .. } => {}
        }
        if let Some(known) = shared.known() {
            return known;
        }
        // Who gives up before it is their turn, asks nobody.
        let turn = shared.turn(endpoint).lock_owned().await;
        if let Some(known) = shared.known() {
            return known;
        }
        let endpoint = endpoint.clone();
        let coming = tokio::spawn(async move {
            let _turn = turn;
            let found = shared.obtain(&endpoint).await;
            shared.keep(found)
        });
        coming.await.unwrap_or_else(|_| Err(TokenError::None("it was not asked for".to_owned())))
    }

    /// A server did not take this token.
    pub(crate) fn refuse(&self, secret: &SecretString) {
        self.0.with(|held| {
            held.refused = Some((secret.clone(), Instant::now()));
            let is_same = |it: &Token| it.secret.expose_secret() == secret.expose_secret();
            if held.token.as_ref().is_some_and(is_same) {
                held.token = None;
            }
        });
    }
}

impl Shared {
    fn with<T>(&self, look: impl FnOnce(&mut Held) -> T) -> T {
        look(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is known without asking anybody.
    fn known(&self) -> Option<Result<SecretString, TokenError>> {
        self.with(|held| {
            if let Some(token) = held.token.as_ref().filter(|it| it.is_good()) {
                return Some(Ok(token.secret.clone()));
            }
            let (failure, until) = held.failure.as_ref()?;
            (Instant::now() < *until).then(|| Err(failure.clone()))
        })
    }

    /// The turn to ask a server, or to run the command.
    fn turn(&self, endpoint: &Endpoint) -> Turn {
        let is_of_server = matches!(self.source, TokenSource::Credentials { .. });
        let who = if is_of_server { endpoint.to_string() } else { String::new() };
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(who).or_default())
    }

    async fn obtain(&self, endpoint: &Endpoint) -> Result<Token, TokenError> {
        match &self.source {
            TokenSource::Command(words) => {
                let secret = token_of(&command::output(words, self.pace.command).await?)?;
                let left = left_of(secret.expose_secret());
                Ok(Token::lasting(secret, left))
            }
            TokenSource::Credentials { id, secret } => {
                session::sign_in(&self.http, endpoint, (id, secret), &self.refresh).await
            }
            _ => Err(TokenError::None("there is nobody to ask for it".to_owned())),
        }
    }

    /// Remembers what came of it.
    fn keep(&self, found: Result<Token, TokenError>) -> Result<SecretString, TokenError> {
        let found = found.and_then(|token| {
            self.unless_refused(token.secret.clone())?;
            Ok(token)
        });
        let rest = Instant::now() + self.pace.refused;
        self.with(|held| match found {
            Ok(token) => {
                held.failure = None;
                Ok(held.token.insert(token).secret.clone())
            }
            Err(error) => {
                // Whether a server can be reached, its circuit breaker knows.
                let is_lasting = matches!(error, TokenError::None(_));
                held.failure = is_lasting.then(|| (error.clone(), rest));
                Err(error)
            }
        })
    }

    fn unless_refused(&self, secret: SecretString) -> Result<SecretString, TokenError> {
        let is_refused = self.with(|held| {
            held.refused.as_ref().is_some_and(|(refused, when)| {
                when.elapsed() < self.pace.refused
                    && refused.expose_secret() == secret.expose_secret()
            })
        });
        if is_refused {
            return Err(TokenError::None("the server did not take the one there is".to_owned()));
        }
        Ok(secret)
    }
}

/// What a file holds.
fn of_file(file: &Path) -> Result<SecretString, TokenError> {
    let wrong = |why: String| TokenError::None(format!("{}: {why}", file.display()));
    let metadata = file.metadata().map_err(|it| wrong(it.to_string()))?;
    if !metadata.is_file() || metadata.len() > MOST_BYTES {
        return Err(wrong("it is no file with a token".to_owned()));
    }
    let text = std::fs::read_to_string(file).map_err(|it| wrong(it.to_string()))?;
    token_of(&text).map_err(|_| wrong("it holds no token".to_owned()))
}

/// The token in a text: one word of visible letters.
fn token_of(text: &str) -> Result<SecretString, TokenError> {
    let word = text.trim();
    if word.is_empty() || !word.bytes().all(|it| it.is_ascii_graphic()) {
        return Err(TokenError::None("what came is no token".to_owned()));
    }
    Ok(SecretString::from(word))
}

/// How long a JWT is good for, by its `exp`; whether it is genuine is the server's business.
fn left_of(token: &str) -> Option<Duration> {
    #[derive(serde::Deserialize)]
    struct Claims {
        exp: f64,
    }
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let Claims { exp } = serde_json::from_slice(&claims).ok()?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Duration::try_from_secs_f64((exp - now.as_secs_f64()).max(0.0)).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn the_end_of_a_jwt_is_read() {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let left = left_of(&jwt(&format!("{{\"exp\": {}}}", now + 100))).unwrap();
        assert!(left > Duration::from_secs(98) && left <= Duration::from_secs(100), "{left:?}");
        assert_eq!(left_of(&jwt("{\"exp\": 1}")), Some(Duration::ZERO));
        for other in ["opaque", "a.b.c", &jwt("{}"), &jwt("{\"exp\": 1e300}")] {
            assert_eq!(left_of(other), None, "{other}");
        }
    }

    #[test]
    fn a_token_may_last_longer_than_clocks_can_tell() {
        let most = Duration::from_secs(u64::MAX);
        for left in [most, Duration::MAX, left_of(&jwt("{\"exp\": 18446744073709551615}")).unwrap()]
        {
            assert!(Token::lasting(SecretString::from("a"), Some(left)).is_good());
        }
        assert!(!Token::lasting(SecretString::from("a"), Some(Duration::ZERO)).is_good());
    }

    #[test]
    fn a_token_is_one_word() {
        assert_eq!(token_of(" a.b-c_d\n").unwrap().expose_secret(), "a.b-c_d");
        for other in ["", " \n", "two words", "line\nline", "ümlaut", "bell\u{7}"] {
            assert!(token_of(other).is_err(), "{other:?}");
        }
    }
}
