//! A connection: HTTP over a stream, for as long as its client keeps to its times.
//!
//! HTTP/1.1 is spoken unless TLS agreed on HTTP/2, so that nothing has to be read before it is clear
//! what: whoever connects and says nothing, or says it byte by byte, is let go after
//! `listen.header_timeout`. Idle connections end, as do those whose HTTP/2 answers pings and asks
//! nothing.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::Instant;
use tower::ServiceExt;

/// What the head of a request may take, in bytes.
const HEAD_BYTES: usize = 32 << 10;
/// Header fields of a request.
const HEADERS: usize = 64;
/// Requests of an HTTP/2 connection at a time.
const STREAMS: u32 = 128;
/// Bytes of a stream's body that may come before somebody reads them.
const STREAM_WINDOW: u32 = 256 << 10;
/// The same for a connection.
const CONNECTION_WINDOW: u32 = 1 << 20;
/// How long an HTTP/2 connection is kept after its last request.
const IDLE: Duration = Duration::from_mins(2);
/// How often an HTTP/2 connection is asked whether it is still there, and how long that may take.
const PING: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(10));
/// How long a connection may take to end when it was asked to.
const FAREWELL: Duration = Duration::from_secs(5);

/// What the server is at, as connections see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// It serves.
    Serving,
    /// It ends: open requests are answered, no others begin.
    Draining,
    /// Time is up.
    Over,
}

/// What is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2, as TLS agreed on.
    Http2,
}

/// What goes on in a connection.
#[derive(Debug)]
struct Activity {
    began: Instant,
    open: AtomicUsize,
    requests: AtomicU64,
    /// Milliseconds after the beginning when the last request ended.
    idle_since: AtomicU64,
}

impl Activity {
    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// How long nothing has been asked.
    fn idle(&self) -> Duration {
        if self.open.load(Relaxed) > 0 {
            return Duration::ZERO;
        }
        Duration::from_millis(self.now().saturating_sub(self.idle_since.load(Relaxed)))
    }
}

/// A request less that is open, however it ends.
struct Open(Arc<Activity>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.idle_since.store(self.0.now(), Relaxed);
        self.0.open.fetch_sub(1, Relaxed);
    }
}

/// Serves a connection to its end.
pub(super) async fn serve<S>(
    stream: S,
    protocol: Protocol,
    peer: SocketAddr,
    router: Router,
    header_timeout: Duration,
    mut stage: watch::Receiver<Stage>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let activity = Arc::new(Activity {
        began: Instant::now(),
        open: AtomicUsize::new(0),
        requests: AtomicU64::new(0),
        idle_since: AtomicU64::new(0),
    });
    let counted = Arc::clone(&activity);
    let service = service_fn(move |request: Request<Incoming>| {
        counted.open.fetch_add(1, Relaxed);
        counted.requests.fetch_add(1, Relaxed);
        let open = Open(Arc::clone(&counted));
        answer(router.clone(), request, peer, open)
    });
    let builder = builder(protocol, header_timeout);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let mut ends_at = None;
    let mut look = tokio::time::interval(header_timeout.max(Duration::from_millis(10)));
    loop {
        tokio::select! {
            // An error is the client's: it went away, or broke the protocol.
            _ = &mut connection => return,
            changed = stage.changed(), if ends_at.is_none() => {
                let now = if changed.is_ok() { *stage.borrow_and_update() } else { Stage::Over };
                match now {
                    Stage::Serving => {}
                    Stage::Draining => connection.as_mut().graceful_shutdown(),
                    Stage::Over => return,
                }
            }
            _ = look.tick(), if ends_at.is_none() => {
                let idle = activity.idle();
                if activity.requests.load(Relaxed) == 0 && idle >= header_timeout {
                    return;
                }
                if idle >= IDLE.max(header_timeout) {
                    connection.as_mut().graceful_shutdown();
                    ends_at = Some(Instant::now() + FAREWELL);
                }
            }
            () = until(ends_at) => return,
        }
    }
}

async fn until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}

async fn answer(
    router: Router,
    mut request: Request<Incoming>,
    peer: SocketAddr,
    open: Open,
) -> Result<Response, Infallible> {
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = router.oneshot(request.map(Body::new)).await;
    drop(open);
    response
}

fn builder(protocol: Protocol, header_timeout: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD_BYTES as u32)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .keep_alive_interval(PING.0)
        .keep_alive_timeout(PING.1);
    match protocol {
        Protocol::Http1 => builder.http1_only(),
        Protocol::Http2 => builder.http2_only(),
    }
}
