//! Problems: every error that leaves the server, as `application/problem+json` (RFC 9457).
//!
//! The codes are what clients rely on; a test keeps them as they are. Details are written for the
//! person who has to mend something, and never repeat a secret.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use models::wire;

use crate::guard::limiting::seconds;

tokio::task_local! {
    /// The name of the request that is being answered.
    pub static REQUEST_ID: String;
}

/// What went wrong, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The request is no valid HTTP, JSON or form, or lacks something.
    Malformed,
    /// What it asks for makes no sense, such as too many units.
    Unprocessable,
    /// There is no usable token.
    Unauthenticated,
    /// A client's id or secret is wrong.
    InvalidClient,
    /// A refresh token is wrong, over, or was used already.
    InvalidGrant,
    /// The grant is none of those that there are.
    UnsupportedGrant,
    /// The token may not do that.
    Forbidden,
    /// The token is limited to other projects.
    ProjectForbidden,
    /// There is nothing at this path.
    NotFound,
    /// There is no such model.
    UnknownModel,
    /// The path has other methods.
    MethodNotAllowed,
    /// The body took too long to come.
    TooSlow,
    /// The model is in the middle of something.
    Conflict,
    /// The body is too large.
    TooLarge,
    /// The body is no JSON.
    UnsupportedMediaType,
    /// The client asks too often.
    RateLimited,
    /// Something here is broken.
    Internal,
    /// Too much is asked of the server at once.
    Overloaded,
    /// The server is about to stop.
    Draining,
    /// The model cannot be used.
    ModelUnavailable,
    /// What is shared cannot be reached, and this cannot be done without it.
    StoreUnavailable,
    /// The answer would have come too late.
    Deadline,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 22] = [
        Self::Malformed,
        Self::Unprocessable,
        Self::Unauthenticated,
        Self::InvalidClient,
        Self::InvalidGrant,
        Self::UnsupportedGrant,
        Self::Forbidden,
        Self::ProjectForbidden,
        Self::NotFound,
        Self::UnknownModel,
        Self::MethodNotAllowed,
        Self::TooSlow,
        Self::Conflict,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::RateLimited,
        Self::Internal,
        Self::Overloaded,
        Self::Draining,
        Self::ModelUnavailable,
        Self::StoreUnavailable,
        Self::Deadline,
    ];

    /// Its status, its name, and what it is in a few words.
    pub const fn row(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Malformed => (StatusCode::BAD_REQUEST, "malformed", "Malformed request"),
            Self::Unprocessable => {
                (StatusCode::UNPROCESSABLE_ENTITY, "unprocessable", "Request cannot be carried out")
            }
            Self::Unauthenticated => {
                (StatusCode::UNAUTHORIZED, "unauthenticated", "No usable token")
            }
            Self::InvalidClient => {
                (StatusCode::UNAUTHORIZED, "invalid_client", "Credentials are not accepted")
            }
            Self::InvalidGrant => {
                (StatusCode::BAD_REQUEST, "invalid_grant", "Refresh token is not accepted")
            }
            Self::UnsupportedGrant => {
                (StatusCode::BAD_REQUEST, "unsupported_grant", "Unsupported grant")
            }
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "Not allowed"),
            Self::ProjectForbidden => {
                (StatusCode::FORBIDDEN, "project_forbidden", "Not allowed for this project")
            }
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "Not found"),
            Self::UnknownModel => (StatusCode::NOT_FOUND, "unknown_model", "Unknown model"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed")
            }
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too_slow", "Request came too slowly"),
            Self::Conflict => (StatusCode::CONFLICT, "conflict", "Not possible now"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "Request is too large"),
            Self::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "Unsupported media type",
            ),
            Self::RateLimited => {
                (StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many requests")
            }
            Self::Internal => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something here is broken")
            }
            Self::Overloaded => {
                (StatusCode::SERVICE_UNAVAILABLE, "overloaded", "Too much is asked at once")
            }
            Self::Draining => (StatusCode::SERVICE_UNAVAILABLE, "draining", "Server is stopping"),
            Self::ModelUnavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "model_unavailable", "Model is not available")
            }
            Self::StoreUnavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "store_unavailable", "Store is not available")
            }
            Self::Deadline => (StatusCode::GATEWAY_TIMEOUT, "deadline", "Too late"),
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.row().1
    }

    /// A problem of this kind, with a sentence on what happened and what mends it.
    pub fn because(self, detail: impl Into<String>) -> Failure {
        let (error, retry_after, headers) = (None, None, Vec::new());
        Failure { code: self, detail: detail.into(), error, retry_after, headers }
    }
}

/// An error on its way out.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What it is.
    pub code: Code,
    /// What happened, and what mends it.
    pub detail: String,
    /// The error as OAuth names it.
    pub error: Option<&'static str>,
    /// When to try again.
    pub retry_after: Option<Duration>,
    /// What else the response's head says.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

/// What a handler returns.
pub type Answer<T> = Result<T, Failure>;

impl Failure {
    /// The same, with the error as OAuth 2.0 names it.
    #[must_use]
    pub fn oauth(mut self, error: &'static str) -> Self {
        self.error = Some(error);
        self
    }

    /// The same, with a time after which it is worth to try again.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    /// The same, with another header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// Stands in the response's extensions, so that logs and metrics know the code.
#[derive(Clone, Copy, Debug)]
pub struct Told(pub Code);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, code, title) = self.code.row();
        let problem = wire::Problem {
            kind: format!("urn:omnistack:problem:{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            detail: Some(self.detail).filter(|it| !it.is_empty()),
            request_id: REQUEST_ID.try_with(Clone::clone).ok(),
            error: self.error.map(str::to_owned),
        };
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static(r#"Bearer realm="omnistack""#);
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if let Some(after) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds(after).max(1)));
        }
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        response.extensions_mut().insert(Told(self.code));
        response
    }
}
