//! The link to Redis: connections, the time that a call may take, and what happens in an outage.
//!
//! When a few calls in a row fail, the link counts as down: calls fail at once rather than each after
//! its time limit. In the background it is then tried again and again, with fresh connections, until
//! Redis answers.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use ::redis::{Client, ErrorKind, RedisError, RedisResult, ServerErrorKind};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use tracing::{Instrument, Span};

use super::Unavailable;

/// After so many calls that failed in a row, the link counts as down.
const FAILURES: u32 = 3;
/// How soon it is tried again, at first and at most.
const TRY_AGAIN: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));
/// How long it may take to connect.
const CONNECT: Duration = Duration::from_secs(2);

/// What the link tells of itself, for the metrics; what nobody registered is counted all the same.
#[derive(Clone, Debug)]
pub struct Signals {
    /// Whether Redis answers.
    pub up: Gauge,
    /// Calls that failed.
    pub errors: Counter,
    /// How long calls take, in seconds.
    pub duration: Histogram,
}

impl Default for Signals {
    fn default() -> Self {
        let duration = Histogram::new([0.001, 0.01, 0.1, 1.0]);
        Self { up: Gauge::default(), errors: Counter::default(), duration }
    }
}

/// The link.
pub(super) struct Link {
    client: Client,
    connections: RwLock<Arc<[ConnectionManager]>>,
    count: usize,
    next: AtomicUsize,
    timeout: Duration,
    failures: AtomicU32,
    is_down: AtomicBool,
    signals: Signals,
}

impl Link {
    /// Connects. If that fails, the link is down for now: the server starts without Redis, too.
    pub(super) async fn new(
        client: Client,
        count: usize,
        timeout: Duration,
        signals: Signals,
    ) -> Arc<Self> {
        let link = Arc::new(Self {
            client,
            connections: RwLock::new(Arc::new([])),
            count: count.max(1),
            next: AtomicUsize::new(0),
            timeout,
            failures: AtomicU32::new(0),
            is_down: AtomicBool::new(false),
            signals,
        });
        match link.connect().await {
            Ok(connections) => link.up(connections),
            Err(error) => link.down(&error.to_string()),
        }
        link
    }

    /// Connections that were seen to work.
    async fn connect(&self) -> RedisResult<Arc<[ConnectionManager]>> {
        let settings = ConnectionManagerConfig::new()
            .set_number_of_retries(0)
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(CONNECT));
        let mut connections = Vec::with_capacity(self.count);
        for _ in 0..self.count {
            let client = self.client.clone();
            let mut connection =
                ConnectionManager::new_with_config(client, settings.clone()).await?;
            // While it still reads its file, Redis refuses this.
            let () = ::redis::cmd("PING").query_async(&mut connection).await?;
            connections.push(connection);
        }
        Ok(connections.into())
    }

    fn up(&self, connections: Arc<[ConnectionManager]>) {
        *self.connections.write().unwrap_or_else(PoisonError::into_inner) = connections;
        self.failures.store(0, Relaxed);
        self.signals.up.set(1);
        self.is_down.store(false, Relaxed);
    }

    fn down(self: &Arc<Self>, problem: &str) {
        if self.is_down.swap(true, Relaxed) {
            return;
        }
        self.signals.up.set(0);
        tracing::warn!(problem, "Redis does not answer: this replica goes on by itself");
        tokio::spawn(Self::try_again(Arc::downgrade(self)));
    }

    async fn try_again(link: Weak<Self>) {
        let (mut pause, longest) = TRY_AGAIN;
        loop {
            tokio::time::sleep(pause).await;
            let Some(link) = link.upgrade() else { return };
            let attempt = tokio::time::timeout(2 * CONNECT, link.connect()).await;
            if let Ok(Ok(connections)) = attempt {
                link.up(connections);
                tracing::info!("Redis answers again");
                return;
            }
            pause = (2 * pause).min(longest);
        }
    }

    /// Whether Redis is believed to answer.
    pub(super) fn is_up(&self) -> bool {
        !self.is_down.load(Relaxed)
    }

    fn connection(&self) -> Option<ConnectionManager> {
        let connections = self.connections.read().unwrap_or_else(PoisonError::into_inner);
        let index = self.next.fetch_add(1, Relaxed) % connections.len().max(1);
        connections.get(index).cloned()
    }

    /// Does something on a connection, within the time, in a span of that name.
    pub(super) async fn call<T, F>(
        self: &Arc<Self>,
        operation: &'static str,
        work: impl FnOnce(ConnectionManager) -> F,
    ) -> Result<T, Unavailable>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let unavailable = |detail: &str| Err(Unavailable { detail: detail.to_owned() });
        let Some(connection) = self.connection().filter(|_| self.is_up()) else {
            self.signals.errors.inc();
            return unavailable("Redis does not answer");
        };
        let began = Instant::now();
        let outcome =
            tokio::time::timeout(self.timeout, work(connection)).instrument(span(operation)).await;
        self.signals.duration.observe(began.elapsed().as_secs_f64());
        let problem = match outcome {
            Ok(Ok(value)) => {
                if self.failures.load(Relaxed) != 0 {
                    self.failures.store(0, Relaxed);
                }
                return Ok(value);
            }
            Ok(Err(error)) if !is_outage(&error) => {
                // It answers, and does not want to: there is no memory left, or a right is missing.
                self.signals.errors.inc();
                tracing::warn!(%error, "Redis refused a command");
                return unavailable(&error.to_string());
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {} ms", self.timeout.as_millis()),
        };
        self.signals.errors.inc();
        if self.failures.fetch_add(1, Relaxed) + 1 >= FAILURES {
            self.down(&problem);
        }
        unavailable(&problem)
    }
}

/// The span of a call, within that of the request that it is for.
fn span(operation: &'static str) -> Span {
    if !telemetry::traces::is_on() {
        return Span::none();
    }
    tracing::info_span!(
        "redis",
        otel.name = format!("redis {operation}"),
        otel.kind = "client",
        db.system.name = "redis",
        db.operation.name = operation
    )
}

/// Whether an error says that Redis is away, rather than that it does not want something.
fn is_outage(error: &RedisError) -> bool {
    use ServerErrorKind::{BusyLoading, ClusterDown, MasterDown, ReadOnly, TryAgain};
    match error.kind() {
        ErrorKind::Server(kind) => {
            matches!(kind, BusyLoading | ClusterDown | MasterDown | ReadOnly | TryAgain)
        }
        ErrorKind::Extension | ErrorKind::UnexpectedReturnType | ErrorKind::Client => false,
        _ => true,
    }
}
