//! How clients come by their tokens, give them up, and check whose they are: `POST /v1/token`,
//! `POST /v1/token/revoke`, `GET /.well-known/jwks.json`.
//!
//! What comes in here are secrets. None of them, and no text of a parser that may quote one, gets into
//! an answer or a log. Every decision is written to the audit log.

// A handler's documentation is its description in the OpenAPI document, which lists the errors.
#![allow(clippy::missing_errors_doc)]

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use models::wire::{GrantType, Problem, RevokeRequest, TokenRequest, TokenResponse};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::access::Permission;
use crate::audit::{Decision, Event};
use crate::auth::clients::{self, Clients, Denied};
use crate::auth::key::PublicKey;
use crate::auth::sessions::NotRefreshed;
use crate::auth::{Pair, Principal, Refused};
use crate::configuration::Limits;
use crate::guard::{Address, pressure};
use crate::problem::{Answer, Code, Failure};
use crate::state::App;

/// The most bytes of a request for tokens.
const LARGEST: usize = 32 << 10;
/// How long to wait where the store does not answer.
const STORE_AGAIN: Duration = Duration::from_secs(5);

/// The keys that tokens are signed with.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PublicKeys {
    /// Each of them; those that signed before are among them until their last token is over.
    pub keys: Vec<PublicKey>,
}

/// What a token is asked for with, before any of it is believed.
#[derive(Deserialize)]
struct Asked {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<SecretString>,
    refresh_token: Option<SecretString>,
    scope: Option<String>,
}

#[derive(Deserialize)]
struct AskedToRevoke {
    token: Option<SecretString>,
}

/// A client's name and secret, as it gave them. It has no `Debug`.
struct Credentials {
    name: String,
    secret: SecretString,
}

/// Get an access token
///
/// Gives an access token for a client's id and secret (in the body, or as `Authorization: Basic`), or
/// for a refresh token, which is good for one use: the answer holds the next one. A refresh token that
/// is used twice ends its whole session.
#[utoipa::path(
    post,
    path = "/v1/token",
    tag = "access",
    request_body(content(
        (TokenRequest = "application/json"),
        (TokenRequest = "application/x-www-form-urlencoded"),
    )),
    responses(
        (status = 200, description = "Tokens", body = TokenResponse),
        (status = 400, description = "The request lacks something, or asks for another grant or for \
            projects that the client may not use",
            body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "The id, the secret or the refresh token is wrong",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Sessions cannot be reached, or too much is asked at once",
            body = Problem, content_type = "application/problem+json"),
    ),
    security(())
)]
pub async fn token(
    State(app): State<App>,
    Address(address): Address,
    request: Request,
) -> Answer<Response> {
    let (head, body) = request.into_parts();
    let asked: Asked = read(&app, &head.headers, body).await?;
    let basic = basic(&head.headers)?;
    let answer = match grant_type(asked.grant_type.as_deref())? {
        GrantType::ClientCredentials => by_secret(&app, address, basic, asked).await,
        GrantType::RefreshToken => by_refresh_token(&app, address, basic, asked).await,
    }?;
    let Pair { access, refresh, projects, lifetime, .. } = answer;
    let response = TokenResponse {
        access_token: access.token,
        token_type: "Bearer".to_owned(),
        expires_in: lifetime.as_secs(),
        refresh_token: refresh.map(|it| it.expose_secret().to_owned()),
        scope: projects.map(|it| it.join(" ")),
    };
    let heads = [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")];
    Ok((heads, Json(response)).into_response())
}

/// Revoke a token
///
/// Ends a refresh token's whole session, or an access token. A token that is not known, or is over, is
/// no error (RFC 7009). Other clients' tokens need the role admin.
#[utoipa::path(
    post,
    path = "/v1/token/revoke",
    tag = "access",
    request_body(content(
        (RevokeRequest = "application/json"),
        (RevokeRequest = "application/x-www-form-urlencoded"),
    )),
    responses(
        (status = 200, description = "The token is not good any more"),
        (status = 400, description = "The request lacks the token",
            body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "The token is another client's",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "It is revoked here, and not written down yet (`store_unavailable`), or the \
            server is too busy (`overloaded`) or stopping (`draining`)",
            body = Problem, content_type = "application/problem+json"),
    ),
    security(("bearer" = []))
)]
pub async fn revoke(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    Address(address): Address,
    request: Request,
) -> Answer<StatusCode> {
    let (head, body) = request.into_parts();
    let asked: AskedToRevoke = read(&app, &head.headers, body).await?;
    let Some(token) = asked.token.filter(|it| !it.expose_secret().is_empty()) else {
        return Err(malformed("The request lacks `token`."));
    };
    let note = |what: Option<&str>, decision, reason| {
        let (action, who) = ("token.revoke", &*principal.client);
        app.audit.note(&Event { action, who, address, what, decision, reason });
    };
    let target = match app.auth.target(&token).await {
        Ok(Some(target)) => target,
        Ok(None) => {
            note(None, Decision::Allowed, Some("not known, or over"));
            return Ok(StatusCode::OK);
        }
        Err(_) => {
            note(None, Decision::Denied, Some("store_unavailable"));
            return Err(store_unavailable("The session cannot be looked up."));
        }
    };
    let what = Some(target.client.as_str());
    if target.client != *principal.client {
        principal.may(Permission::RevokeAny).inspect_err(|_| {
            note(what, Decision::Denied, Some("forbidden"));
        })?;
    }
    let told = app.auth.revoke(&target).await;
    note(what, Decision::Allowed, told.is_err().then_some("not written down yet"));
    told.map_err(|_| {
        store_unavailable(
            "The token is revoked here, and not written down yet: other replicas, and this one after a \
             restart, know of it as soon as that works again.",
        )
    })?;
    Ok(StatusCode::OK)
}

/// Keys of tokens
///
/// The public keys that access tokens are signed with, as a JSON Web Key Set (RFC 7517).
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "access",
    responses((status = 200, description = "The keys", body = PublicKeys)),
    security(())
)]
pub async fn jwks(State(app): State<App>) -> Response {
    let keys = PublicKeys { keys: app.auth.public_keys() };
    ([(CACHE_CONTROL, "public, max-age=60")], Json(keys)).into_response()
}

async fn by_secret(
    app: &App,
    address: Option<IpAddr>,
    basic: Option<Credentials>,
    asked: Asked,
) -> Answer<Pair> {
    let is_basic = basic.is_some();
    let Some(Credentials { name, secret }) = credentials(basic, &asked)? else {
        return Err(malformed("The request lacks `client_id` and `client_secret`."));
    };
    let answer = app.auth.grant(&name, &secret, asked.scope.as_deref()).await;
    decide(app, address, "client_credentials", &name, is_basic, answer)
}

async fn by_refresh_token(
    app: &App,
    address: Option<IpAddr>,
    basic: Option<Credentials>,
    asked: Asked,
) -> Answer<Pair> {
    let is_basic = basic.is_some();
    let who = credentials(basic, &asked)?;
    let token = asked.refresh_token.filter(|it| !it.expose_secret().is_empty());
    let Some(token) = token else {
        return Err(malformed("The request lacks `refresh_token`."));
    };
    let scope = asked.scope.as_deref();
    // A client need not say who it is: the token does. If it says so, it has to be true.
    let answer = match &who {
        Some(Credentials { name, secret }) => {
            app.auth.refresh_as(name, secret, &token, scope).await
        }
        None => app.auth.refresh(&token, scope).await,
    };
    let name = match (&who, &answer) {
        (Some(who), _) => who.name.as_str(),
        (None, Ok(pair)) => pair.client.as_str(),
        (None, Err(Refused::Session(NotRefreshed::Reused { client, .. }))) => client.as_str(),
        (None, Err(_)) => "unknown",
    };
    let name = name.to_owned();
    decide(app, address, "refresh_token", &name, is_basic, answer)
}

/// Writes the decision down, and makes an answer of it.
fn decide(
    app: &App,
    address: Option<IpAddr>,
    grant: &'static str,
    name: &str,
    is_basic: bool,
    answer: Result<Pair, Refused>,
) -> Answer<Pair> {
    // Whoever mistakes the fields sends a secret as a name.
    let who = if clients::is_name(name) { name } else { "unknown" };
    let reason = answer.as_ref().err().map(ToString::to_string);
    let decision = if answer.is_ok() { Decision::Allowed } else { Decision::Denied };
    app.audit.note(&Event {
        action: "token.issue",
        who,
        address,
        what: Some(grant),
        decision,
        reason: reason.as_deref(),
    });
    match answer {
        Ok(pair) => {
            app.metrics.token_issued(grant);
            Ok(pair)
        }
        Err(refused) => {
            let failure = failure(&refused, is_basic);
            // Apart from other refusals: somebody may have stolen it.
            let is_reused = matches!(refused, Refused::Session(NotRefreshed::Reused { .. }));
            let reason = if is_reused { "refresh_reused" } else { failure.code.name() };
            app.metrics.token_refused(reason);
            Err(failure)
        }
    }
}

/// What a client is told. Names, secrets and disabled clients are all the same to it.
fn failure(refused: &Refused, is_basic: bool) -> Failure {
    match refused {
        Refused::Client(Denied::Credentials(_)) => {
            let failure = Code::InvalidClient.because("The client's id or secret is not accepted.");
            let challenge = if is_basic {
                r#"Basic realm="omnistack", charset="UTF-8""#
            } else {
                r#"Bearer realm="omnistack""#
            };
            let challenge = HeaderValue::from_static(challenge);
            failure.oauth("invalid_client").header(WWW_AUTHENTICATE, challenge)
        }
        Refused::Client(Denied::Busy) => Code::Overloaded
            .because("Too many clients ask for tokens at once.")
            .oauth("temporarily_unavailable")
            .retry_after(Clients::RETRY_AFTER),
        Refused::Client(Denied::Store(_)) => store_unavailable("Clients cannot be looked up."),
        Refused::Session(NotRefreshed::Unknown | NotRefreshed::Reused { .. }) => Code::InvalidGrant
            .because("The refresh token is not accepted: ask again with the client's secret.")
            .oauth("invalid_grant"),
        Refused::Session(NotRefreshed::Store(_)) => {
            store_unavailable("Sessions cannot be looked up.")
        }
        Refused::Scope(_) => Code::Malformed
            .because("The scope names a project that this client may not use.")
            .oauth("invalid_scope"),
        Refused::Session(NotRefreshed::NotMade) | Refused::NotSigned(_) => {
            Code::Internal.because("No token could be made.").oauth("server_error")
        }
    }
}

fn store_unavailable(detail: &str) -> Failure {
    Code::StoreUnavailable.because(detail).oauth("temporarily_unavailable").retry_after(STORE_AGAIN)
}

fn malformed(detail: impl Into<String>) -> Failure {
    Code::Malformed.because(detail).oauth("invalid_request")
}

fn grant_type(name: Option<&str>) -> Answer<GrantType> {
    match name {
        Some("client_credentials") => Ok(GrantType::ClientCredentials),
        Some("refresh_token") => Ok(GrantType::RefreshToken),
        Some(_) => Err(Code::UnsupportedGrant
            .because("`grant_type` is `client_credentials` or `refresh_token`.")
            .oauth("unsupported_grant_type")),
        None => Err(malformed("The request lacks `grant_type`.")),
    }
}

/// Reads JSON or a form. What is wrong with it is said without a word of it.
async fn read<T: DeserializeOwned>(app: &App, headers: &HeaderMap, body: Body) -> Answer<T> {
    let limits = &app.configuration.limits;
    let limits = Limits { body_bytes: limits.body_bytes.min(LARGEST), ..limits.clone() };
    let body = pressure::read(&limits, headers, body).await;
    let body = body.map_err(|it| it.oauth("invalid_request"))?;
    if pressure::is_json(headers) {
        return pressure::parse(&body).map_err(|it| it.oauth("invalid_request"));
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let detail = "The body is JSON (`application/json`) or a form \
            (`application/x-www-form-urlencoded`).";
        return Err(Code::UnsupportedMediaType.because(detail).oauth("invalid_request"));
    }
    let mut fields = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(&body) {
        // What is empty counts as left out (RFC 6749, section 3.2).
        if !value.is_empty() && fields.insert(name, value).is_some() {
            return Err(malformed("The form names a field twice."));
        }
    }
    let fields = serde_json::to_value(fields).and_then(serde_json::from_value);
    fields.map_err(|_| malformed("The form is none for this."))
}

/// The client's name and secret, from one place.
fn credentials(basic: Option<Credentials>, asked: &Asked) -> Answer<Option<Credentials>> {
    match (basic, &asked.client_id, &asked.client_secret) {
        (Some(_), _, Some(_)) => {
            Err(malformed("The client's secret stands both in the header and in the body."))
        }
        (Some(basic), Some(name), None) if basic.name != *name => {
            Err(malformed("The header names another client than the body."))
        }
        (Some(basic), _, None) => Ok(Some(basic)),
        (None, Some(name), Some(secret)) => {
            Ok(Some(Credentials { name: name.clone(), secret: secret.clone() }))
        }
        (None, _, Some(_)) => Err(malformed("The request lacks `client_id`.")),
        (None, Some(_), None) if asked.refresh_token.is_none() => {
            Err(malformed("The request lacks `client_secret`."))
        }
        (None, _, None) => Ok(None),
    }
}

/// The name and secret of an `Authorization: Basic` header, if there is one.
fn basic(headers: &HeaderMap) -> Answer<Option<Credentials>> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = all.next() else { return Ok(None) };
    let wrong =
        || malformed("The Authorization header is no `Basic` with a client's id and secret.");
    if all.next().is_some() {
        return Err(malformed("There is more than one Authorization header."));
    }
    let (scheme, text) = value.to_str().ok().and_then(|it| it.split_once(' ')).ok_or_else(wrong)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(wrong());
    }
    let bytes = STANDARD.decode(text.trim()).map_err(|_| wrong())?;
    let text = SecretString::from(String::from_utf8(bytes).map_err(|_| wrong())?);
    let (name, secret) = text.expose_secret().split_once(':').ok_or_else(wrong)?;
    Ok(Some(Credentials { name: decoded(name), secret: SecretString::from(decoded(secret)) }))
}

/// Takes back the encoding that OAuth wants within `Basic` (RFC 6749, section 2.3.1), and that many
/// leave out: names and secrets hold no percent sign, so there is no mistaking it.
fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.first_chunk::<2>().filter(|_| *first == b'%');
        let code = digits.and_then(|it| std::str::from_utf8(it).ok());
        if let Some(byte) = code.and_then(|it| u8::from_str_radix(it, 16).ok()) {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(if *first == b'+' { b' ' } else { *first });
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
