//! Listening: sockets, TLS, and the orderly end.
//!
//! [`Bound::bind`] takes the address, so that it is known before anything is served; [`serve`] hands
//! requests to the router, with the other end's address in their extensions, until it is told to stop.
//! Then the server says that it is not ready, goes on for `listen.linger` so that balancers notice,
//! takes no more connections, answers what is open, and ends; what takes longer than `listen.drain` is
//! cut off. A second signal to stop ends the waiting.

mod connection;
mod tls;

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use crate::configuration::{Configuration, Listen};
use crate::state::App;
use connection::{Protocol, Stage};
use tls::Tls;
pub use tls::install_provider;

/// How long the server waits when the system has no more sockets for it.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(50);

/// The server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address cannot be taken.
    #[error("cannot listen at {address}: {problem}")]
    Address {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        problem: std::io::Error,
    },
    /// A file of TLS cannot be used.
    #[error("cannot use {}: {problem}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

/// An address that was taken.
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Arc<Tls>>,
}

impl Bound {
    /// Takes the address, and reads the certificate if there is one.
    ///
    /// # Errors
    /// [`ListenError`] when the address is taken, or a file of TLS cannot be used.
    pub async fn bind(configuration: &Configuration) -> Result<Self, ListenError> {
        install_provider();
        let tls = Tls::new(&configuration.listen)?;
        let address = configuration.listen.address;
        let wrong = |problem| ListenError::Address { address, problem };
        let listener = TcpListener::bind(address).await.map_err(wrong)?;
        let address = listener.local_addr().map_err(wrong)?;
        Ok(Self { listener, address, tls })
    }

    /// The address, with the port that the system chose.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether TLS is spoken.
    pub fn is_tls(&self) -> bool {
        self.tls.is_some()
    }
}

/// Serves until `until` is over, and then to the orderly end.
pub async fn serve(app: App, router: Router, bound: Bound, until: impl Future<Output = ()>) {
    let Bound { listener, tls, .. } = bound;
    let (stages, stage) = watch::channel(Stage::Serving);
    let most = app.configuration.limits.connections.clamp(1, Semaphore::MAX_PERMITS >> 1);
    let places = Arc::new(Semaphore::new(most));
    let renewal = async {
        match &tls {
            Some(tls) => tls.keep_current().await,
            None => std::future::pending().await,
        }
    };
    let listen = Arc::new(app.configuration.listen.clone());
    let end = async {
        until.await;
        app.leave();
        tokio::select! {
            () = tokio::time::sleep(listen.linger) => {}
            () = stop_signal() => {}
        }
    };
    tokio::select! {
        () = accept(&listener, tls.as_ref(), &router, &listen, &stage, &places) => {}
        () = renewal => {}
        () = end => {}
    }
    app.drain();
    drop(listener);
    stages.send_replace(Stage::Draining);
    let everyone = u32::try_from(most).unwrap_or(u32::MAX);
    let all_over = async {
        let time = timeout(app.configuration.listen.drain, places.acquire_many(everyone));
        tokio::select! {
            ended = time => ended.is_ok(),
            // Whoever asks twice does not want to wait.
            () = stop_signal() => false,
        }
    };
    if !all_over.await {
        let open = most - places.available_permits();
        tracing::warn!(connections = open, "open connections were cut off");
        stages.send_replace(Stage::Over);
        tokio::task::yield_now().await;
    }
}

/// Takes connections, for ever.
async fn accept(
    listener: &TcpListener,
    tls: Option<&Arc<Tls>>,
    router: &Router,
    listen: &Arc<Listen>,
    stage: &watch::Receiver<Stage>,
    places: &Arc<Semaphore>,
) {
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                if is_ours(&error) {
                    tracing::warn!(%error, "a connection was not taken");
                    tokio::time::sleep(OUT_OF_SOCKETS).await;
                }
                continue;
            }
        };
        // Beyond the limit, a balancer does better with a closed connection than with one that
        // nobody looks at.
        let Ok(place) = Arc::clone(places).try_acquire_owned() else { continue };
        let (tls, router, stage) = (tls.cloned(), router.clone(), stage.clone());
        let listen = Arc::clone(listen);
        tokio::spawn(async move {
            connect(stream, peer, tls.as_deref(), router, &listen, stage).await;
            drop(place);
        });
    }
}

/// Whether taking a connection failed for want of something here, and not since its client went.
fn is_ours(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn connect(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<&Tls>,
    router: Router,
    listen: &Listen,
    stage: watch::Receiver<Stage>,
) {
    // Answers are small and whole: nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else {
        connection::serve(stream, Protocol::Http1, peer, router, listen.header_timeout, stage)
            .await;
        return;
    };
    // Whoever does not get through the handshake in time, or has no certificate that is wanted, is
    // not heard.
    let handshake = timeout(listen.header_timeout, tls.acceptor().accept(stream)).await;
    let Ok(Ok(stream)) = handshake else { return };
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let protocol = if is_http2 { Protocol::Http2 } else { Protocol::Http1 };
    connection::serve(stream, protocol, peer, router, listen.header_timeout, stage).await;
}

/// Is over when the system asks the process to end: SIGTERM or SIGINT, or Ctrl-C.
pub async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let terminate = async {
            match signal(SignalKind::terminate()) {
                Ok(mut signal) => drop(signal.recv().await),
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            () = terminate => {}
            () = interrupted() => {}
        }
    }
    #[cfg(not(unix))]
    interrupted().await;
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
