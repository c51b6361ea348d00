//! The guard: what every request passes before its handler, and every response after it.
//!
//! In this order: the request gets a name and a place in its trace; its route is looked up in the
//! table of [`crate::access`]; the token says who asks, the limits how often they may, the table whether
//! they may at all; the handler has so much time; the response gets its headers, and is counted and logged.

pub mod limiting;
pub mod pressure;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::request::Parts;
use http::{Extensions, HeaderName, HeaderValue, Method, StatusCode, Uri};
use models::wire;
use telemetry::traces::Link;
use tracing::Instrument;

use crate::access::{self, Limit, Route};
use crate::access_log::Access;
use crate::audit::{Decision, Event};
use crate::auth::Principal;
use crate::problem::{Answer, Code, Failure, REQUEST_ID, Told};
use crate::state::App;

/// Names that a token in a query would have.
const TOKENS_IN_QUERY: [&str; 6] =
    ["access_token", "token", "bearer", "authorization", "refresh_token", "client_secret"];
/// Fields of a response's head, about.
const MOST_HEADERS: usize = 16;
/// The longest name that a client may give a request.
const LONGEST_REQUEST_ID: usize = 64;

/// Where a request is from, past the proxies that are trusted, for the handlers that write it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub Option<IpAddr>);

impl FromRequestParts<App> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self(address_of(app, &head.extensions, &head.headers)))
    }
}

/// Lets a request through to its handler, or turns it away.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id(request.headers());
    let method = method_name(request.method());
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.and_then(|it| access::find(request.method(), it.as_str()));
    let path = route.map_or("unmatched", |it| it.path);
    let address = address_of(&app, request.extensions(), request.headers());
    let span = span(&request, path, method, &id);
    app.metrics.in_flight.inc();
    let in_flight = Counted(&app);
    let answer = REQUEST_ID.scope(id.clone(), async {
        let mut caller = None;
        let response = pass(&app, request, next, route, address, &mut caller).await;
        let response = response.unwrap_or_else(IntoResponse::into_response);
        (response, caller)
    });
    let (mut response, caller) = answer.instrument(span).await;
    drop(in_flight);
    finish(&app, &mut response, path, &id);
    let (status, code) = (response.status(), response.extensions().get::<Told>().map(|it| it.0));
    let took = began.elapsed();
    app.metrics.request(path, method, status_name(status), took.as_secs_f64());
    if let Some(code) = code {
        app.metrics.rejected(code.name());
    }
    let who = caller.as_ref().map(|it| Arc::clone(&it.client));
    if let Some(client) = &who {
        app.usage.request(client, code == Some(Code::RateLimited));
    }
    if app.access_log.is_on() {
        app.access_log.note(Access {
            request_id: &id,
            method,
            route: path,
            status: status.as_u16(),
            code: code.map(Code::name),
            client: who.as_deref(),
            address,
            took_us: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        });
    }
    response
}

/// One request less is being answered, however that ends.
struct Counted<'a>(&'a App);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.metrics.in_flight.dec();
    }
}

/// The way to the handler.
async fn pass(
    app: &App,
    mut request: Request,
    next: Next,
    route: Option<&'static Route>,
    address: Option<IpAddr>,
    caller: &mut Option<Principal>,
) -> Answer<Response> {
    refuse_tokens_in_query(request.uri())?;
    let Some(route) = route else {
        if request.extensions().get::<MatchedPath>().is_some() && is_served(&request) {
            // The router knows it, the table does not: nobody has thought about who may.
            return Err(Code::Forbidden.because("Nobody may ask for this route."));
        }
        return Ok(next.run(request).await);
    };
    if app.is_draining() && route.limit != Limit::None {
        let failure = Code::Draining.because("The server is stopping: ask another one.");
        return Err(failure.retry_after(Duration::from_secs(1)));
    }
    let place = match route.limit {
        // Probes and documents cost nothing, and tell of an overload.
        Limit::None => None,
        _ => Some(app.pressure.enter()?),
    };
    let permission = match route.access {
        access::Access::Public => None,
        access::Access::LoopbackOr(_) if is_from_here(&request) => None,
        access::Access::LoopbackOr(permission) | access::Access::Needs(permission) => {
            Some(permission)
        }
    };
    if permission.is_some() {
        let principal = match bearer(request.headers()) {
            Ok(token) => app.auth.verify(token).await,
            Err(failure) => Err(failure),
        };
        let principal = match principal {
            Ok(principal) => principal,
            Err(failure) => return Err(refused(app, address, route, failure).await),
        };
        *caller = Some(principal.clone());
        request.extensions_mut().insert(principal);
    }
    let admitted = match &*caller {
        Some(principal) => limiting::admit(app, route.limit, &principal.client, 1.0).await,
        None => limiting::admit(app, route.limit, &name_of(address), 1.0).await,
    }?;
    let mut open = None;
    if let (Some(principal), Some(permission)) = (&*caller, permission) {
        // What is refused counts as well, or the audit log could be filled with it.
        principal.may(permission).inspect_err(|failure| {
            note_denied(app, &principal.client, address, route, failure);
        })?;
        let most = app.configuration.limits.client_concurrency;
        open = Some(app.usage.open(&principal.client, most).ok_or_else(|| {
            Code::Overloaded
                .because(format!("This client has {most} requests open already."))
                .retry_after(Duration::from_secs(1))
        })?);
    }
    let allowed = allowed_time(app, request.headers());
    let answered = tokio::time::timeout(allowed, next.run(request)).await;
    drop((place, open));
    let mut response = answered.unwrap_or_else(|_| {
        Code::Deadline.because("The answer would have come too late.").into_response()
    });
    admitted.tell(response.headers_mut());
    Ok(response)
}

/// What limits call whoever has no token.
fn name_of(address: Option<IpAddr>) -> String {
    address.map_or_else(|| "unknown".to_owned(), limiting::name_of)
}

/// A token that was refused. What guesses write into the audit log is limited by address, apart from
/// those who ask for tokens there.
async fn refused(app: &App, address: Option<IpAddr>, route: &Route, failure: Failure) -> Failure {
    if limiting::admit(app, Limit::Refused, &name_of(address), 1.0).await.is_ok() {
        note_denied(app, "unknown", address, route, &failure);
    } else {
        app.metrics.token_refused(failure.code.name());
    }
    failure
}

/// Whether the path has this method, as far as the table goes.
fn is_served(request: &Request) -> bool {
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    // Another method of a known path is the router's to refuse.
    !access::ROUTES.iter().any(|it| Some(it.path) == matched)
}

fn note_denied(app: &App, who: &str, address: Option<IpAddr>, route: &Route, failure: &Failure) {
    app.metrics.token_refused(failure.code.name());
    app.audit.note(&Event {
        action: "request",
        who,
        address,
        what: Some(route.path),
        decision: Decision::Denied,
        reason: Some(failure.code.name()),
    });
}

/// How long the answer may take: what the settings say, or less if the client does.
fn allowed_time(app: &App, headers: &HeaderMap) -> Duration {
    let most = app.configuration.limits.request_timeout;
    let wanted = headers.get(wire::DEADLINE_HEADER).and_then(|it| it.to_str().ok()?.parse().ok());
    wanted.map_or(most, |it| Duration::from_millis(it).clamp(Duration::from_millis(1), most))
}

/// A token in a query ends up in logs, histories and referrers (RFC 6750, section 5.3).
fn refuse_tokens_in_query(uri: &Uri) -> Answer<()> {
    let Some(query) = uri.query() else { return Ok(()) };
    let names = url::form_urlencoded::parse(query.as_bytes());
    for (name, _) in names {
        if TOKENS_IN_QUERY.iter().any(|it| name.eq_ignore_ascii_case(it)) {
            return Err(Code::Malformed.because(
                "A token must not stand in the address: it goes into the Authorization header. \
                 Revoke the one that was sent.",
            ));
        }
    }
    Ok(())
}

/// The one bearer token of a request.
fn bearer(headers: &HeaderMap) -> Answer<&str> {
    let refuse = |detail: &str| Err(Code::Unauthenticated.because(detail));
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = all.next() else {
        return refuse("A token is wanted: `Authorization: Bearer …`.");
    };
    if all.next().is_some() {
        return refuse("There is more than one Authorization header.");
    }
    let scheme = value.to_str().ok().and_then(|it| it.split_once(' '));
    match scheme {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => refuse("The Authorization header is no `Bearer …`."),
    }
}

/// Whether a request is from this machine itself, and not through a proxy on it.
fn is_from_here(request: &Request) -> bool {
    let headers = request.headers();
    let is_forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "via"]
        .iter()
        .any(|name| headers.contains_key(*name));
    !is_forwarded && peer_of(request.extensions()).is_some_and(|it| it.is_loopback())
}

/// The address at the other end of the connection.
fn peer_of(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip().to_canonical())
}

/// Whom a request is from, past the proxies that are trusted.
fn address_of(app: &App, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
    let trusted = &app.configuration.listen.trusted_proxies;
    peer_of(extensions).map(|it| limiting::client_address(it, headers, trusted))
}

/// The request's name: the client's, if it is one, or else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let is_name = |text: &&str| {
        let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"-_.".contains(&it);
        !text.is_empty() && text.len() <= LONGEST_REQUEST_ID && text.bytes().all(is_plain)
    };
    let given = headers.get(wire::REQUEST_HEADER).and_then(|it| it.to_str().ok());
    given.filter(is_name).map_or_else(new_request_id, str::to_owned)
}

/// A name that no other request has: of this process, which has a random one, and of the request
/// within it. To ask the system for chance each time would cost more than looking an answer up.
fn new_request_id() -> String {
    static PROCESS: LazyLock<String> = LazyLock::new(|| {
        let (id, _) = uuid::Uuid::new_v4().as_u64_pair();
        format!("{id:016x}")
    });
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{}-{:012x}", *PROCESS, NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The request's span, within the trace that the client began.
fn span(request: &Request, route: &'static str, method: &'static str, id: &str) -> tracing::Span {
    if !telemetry::traces::is_on() {
        return tracing::Span::none();
    }
    let name = format!("{method} {route}");
    let span = tracing::info_span!(
        "request",
        otel.name = name,
        otel.kind = "server",
        http.route = route,
        http.request.method = method,
        request_id = id
    );
    let text = |name: &str| request.headers().get(name).and_then(|it| it.to_str().ok());
    if let Some(parent) = text(wire::TRACE_HEADER) {
        Link::parse(parent, text("tracestate")).adopt(&span);
    }
    span
}

/// Headers that every response has.
fn finish(app: &App, response: &mut Response<Body>, route: &'static str, id: &str) {
    let is_told = response.extensions().get::<Told>().is_some();
    // What the router itself refuses is a problem like any other.
    let problem = match response.status() {
        _ if is_told => None,
        StatusCode::METHOD_NOT_ALLOWED => {
            Some(Code::MethodNotAllowed.because("The path does not have this method."))
        }
        StatusCode::BAD_REQUEST => Some(Code::Malformed.because("The path cannot be read.")),
        StatusCode::NOT_FOUND => Some(Code::NotFound.because("There is nothing at this path.")),
        _ => None,
    };
    if let Some(problem) = problem {
        let allow = response.headers().get(http::header::ALLOW).cloned();
        *response = REQUEST_ID.sync_scope(id.to_owned(), || problem.into_response());
        if let Some(allow) = allow {
            response.headers_mut().insert(http::header::ALLOW, allow);
        }
    }
    let headers = response.headers_mut();
    headers.reserve(MOST_HEADERS);
    let fixed = HeaderValue::from_static;
    let is_page = route.starts_with("/docs");
    let policy = if is_page {
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    } else {
        "default-src 'none'; frame-ancestors 'none'"
    };
    headers.insert(CONTENT_SECURITY_POLICY, fixed(policy));
    headers.insert(X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
    headers.insert(X_FRAME_OPTIONS, fixed("DENY"));
    headers.insert(REFERRER_POLICY, fixed("no-referrer"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), fixed("same-origin"));
    if app.configuration.listen.certificate.is_some() {
        headers.insert(STRICT_TRANSPORT_SECURITY, fixed("max-age=31536000"));
    }
    if !is_page && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, fixed("no-store"));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static(wire::REQUEST_HEADER), id);
    }
}

/// A method's name, of those that there are.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}

/// A status as a label.
fn status_name(status: StatusCode) -> &'static str {
    match status.as_u16() {
        200 => "200",
        202 => "202",
        204 => "204",
        400 => "400",
        401 => "401",
        403 => "403",
        404 => "404",
        405 => "405",
        408 => "408",
        409 => "409",
        413 => "413",
        415 => "415",
        422 => "422",
        429 => "429",
        500 => "500",
        503 => "503",
        504 => "504",
        other => match other / 100 {
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        },
    }
}
