//! Pressure: what keeps the server answering when more, larger or slower requests come than it can
//! bear. Requests beyond a number are turned away at once, bodies have a size and a time, and JSON a
//! depth.
//!
//! What is wrong with a body is told by its place and by what was wanted there, never by what stands
//! there: that is somebody's source text or secret.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::configuration::Limits;
use crate::problem::{Answer, Code, Failure};
use crate::state::App;

/// How deep JSON may be nested. Requests need four levels.
pub const DEEPEST: usize = 32;
/// When whoever was turned away may try again.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// What is set aside for a body whose length the client tells, before it comes.
const MOST_RESERVED: usize = 64 << 10;

/// How many requests may be answered at a time.
#[derive(Clone, Debug)]
pub struct Pressure {
    places: Arc<Semaphore>,
}

/// A place among the requests that are being answered; it is free again when this goes.
#[derive(Debug)]
#[must_use]
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Pressure {
    /// As many places as the settings say.
    pub fn new(limits: &Limits) -> Self {
        let places = limits.concurrency.min(Semaphore::MAX_PERMITS);
        Self { places: Arc::new(Semaphore::new(places)) }
    }

    /// A place for a request. Nobody waits for one: a queue would only make everybody late.
    ///
    /// # Errors
    /// [`Code::Overloaded`] when all are taken.
    pub fn enter(&self) -> Answer<Place> {
        match Arc::clone(&self.places).try_acquire_owned() {
            Ok(permit) => Ok(Place { _permit: permit }),
            Err(_) => Err(Code::Overloaded
                .because("The server is answering as many requests as it can: try again soon.")
                .retry_after(TRY_AGAIN)),
        }
    }
}

/// A body of JSON, for handlers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Answer<Self> {
        let (head, body) = request.into_parts();
        if !is_json(&head.headers) {
            return Err(Code::UnsupportedMediaType
                .because("The body has to be JSON: `Content-Type: application/json`."));
        }
        let body = read(&app.configuration.limits, &head.headers, body).await?;
        parse(&body).map(Self)
    }
}

/// Whether a head says that the body is JSON, in UTF-8.
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()) else {
        return false;
    };
    let mut parts = kind.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let is_json = essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"));
    let charset = parts.filter_map(|it| it.split_once('=')).find_map(|(name, value)| {
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    });
    is_json && charset.is_none_or(|it| it.eq_ignore_ascii_case("utf-8"))
}

/// Reads a body within the limits of size and time.
///
/// # Errors
/// [`Code::TooLarge`], [`Code::TooSlow`], [`Code::UnsupportedMediaType`] for a compressed one, and
/// [`Code::Malformed`] when it breaks off.
pub async fn read(limits: &Limits, headers: &HeaderMap, body: Body) -> Answer<Bytes> {
    if headers.get(CONTENT_ENCODING).is_some_and(|it| it != "identity") {
        return Err(Code::UnsupportedMediaType.because("The body must not be compressed."));
    }
    let told = headers.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
    if told.is_some_and(|it| it > limits.body_bytes as u64) {
        return Err(too_large(limits));
    }
    let reserved = told.map_or(0, |it| usize::try_from(it).unwrap_or(usize::MAX));
    let collected = collect(limits, body, reserved.min(MOST_RESERVED));
    match tokio::time::timeout(limits.body_timeout, collected).await {
        Ok(body) => body,
        Err(_) => Err(Code::TooSlow.because(format!(
            "The body did not come within {} seconds.",
            limits.body_timeout.as_secs_f32()
        ))),
    }
}

fn too_large(limits: &Limits) -> Failure {
    Code::TooLarge.because(format!("The body may have {} bytes.", limits.body_bytes))
}

async fn collect(limits: &Limits, mut body: Body, reserved: usize) -> Answer<Bytes> {
    let mut first = Bytes::new();
    let mut all = Vec::new();
    while let Some(frame) = body.frame().await {
        let broken = |_| Code::Malformed.because("The body broke off, or its framing is wrong.");
        let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
        if first.len() + all.len() + data.len() > limits.body_bytes {
            return Err(too_large(limits));
        }
        // Most bodies come as one piece, which need not be copied.
        if first.is_empty() && all.is_empty() {
            first = data;
            continue;
        }
        if all.is_empty() {
            all.reserve(reserved.max(first.len() + data.len()));
            all.extend_from_slice(&std::mem::take(&mut first));
        }
        all.extend_from_slice(&data);
    }
    Ok(if all.is_empty() { first } else { all.into() })
}

/// Reads JSON.
///
/// # Errors
/// [`Code::Malformed`] with the place of the first error.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Answer<T> {
    if is_too_deep(body) {
        return Err(Code::Malformed
            .because(format!("The body's JSON is nested deeper than {DEEPEST} levels.")));
    }
    serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let problem = match error.classify() {
            serde_json::error::Category::Data => wanted(&error.to_string()),
            serde_json::error::Category::Eof => "it ends too early".to_owned(),
            _ => "it is no JSON".to_owned(),
        };
        Code::Malformed
            .because(format!("The body cannot be read: {problem}, line {line}, column {column}."))
    })
}

/// What was wanted where something else stands. Of the error's text, only what comes from our types
/// is told: the names of fields, and what a field holds.
fn wanted(error: &str) -> String {
    let end = error.rfind(" at line ").unwrap_or(error.len());
    let error = error.get(..end).unwrap_or_default();
    if error.starts_with("missing field `") || error.starts_with("duplicate field `") {
        return error.to_owned();
    }
    // What stands there comes first, and may itself look like the separator: the last one counts.
    match error.rsplit_once(", expected ") {
        Some((_, wanted)) if wanted.starts_with("struct ") => "an object is wanted".to_owned(),
        Some((_, wanted)) => format!("{wanted} is wanted"),
        None => "a value is none that is possible there".to_owned(),
    }
}

/// Whether JSON is nested too deeply. Fields that nobody reads are skipped by the parser however deep
/// they are; so this is looked at first, without a stack.
fn is_too_deep(body: &[u8]) -> bool {
    let opening = body.iter().filter(|it| matches!(it, b'[' | b'{')).count();
    if opening <= DEEPEST {
        return false;
    }
    let (mut depth, mut is_text, mut is_escaped) = (0_usize, false, false);
    for byte in body {
        if is_text {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => is_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => is_text = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > DEEPEST {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}
