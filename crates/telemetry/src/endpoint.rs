//! The small web server that hands out metrics, to whoever asks on this machine.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use crate::metrics::{FORMAT, metrics};

/// Connections at a time; a scraper needs one.
const CONNECTIONS: usize = 16;

/// A server that runs until it is dropped.
pub(crate) struct Endpoint {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Endpoint {
    /// Listens on the loopback interface; port 0 takes a free one.
    ///
    /// # Errors
    /// The operating system's, as when the port is taken.
    pub(crate) async fn start(port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        Ok(Self { address, task: tokio::spawn(serve(listener)) })
    }
}

async fn serve(listener: TcpListener) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    // Connections end with the server.
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        // A client that is gone again concerns nobody; a lack of descriptors passes.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            continue;
        };
        connections.spawn(async move {
            let service =
                service_fn(|request| async move { Ok::<_, Infallible>(answer(&request)) });
            let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            // How a client ends its connection is its own affair.
            let _ = served.await;
            drop(slot);
        });
        while connections.try_join_next().is_some() {}
    }
}

fn answer<B>(request: &Request<B>) -> Response<Full<Bytes>> {
    let (status, kind, body) = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/metrics") => (StatusCode::OK, FORMAT, metrics().text()),
        (&Method::GET | &Method::HEAD, _) => {
            (StatusCode::NOT_FOUND, "text/plain", "Metrics are at /metrics.\n".to_owned())
        }
        _ => (StatusCode::METHOD_NOT_ALLOWED, "text/plain", "GET is wanted.\n".to_owned()),
    };
    let response = Response::builder().status(status).header(CONTENT_TYPE, kind);
    let response = if status == StatusCode::METHOD_NOT_ALLOWED {
        response.header(ALLOW, "GET, HEAD")
    } else {
        response
    };
    // The parts are constants, so this cannot fail.
    response.body(Full::new(Bytes::from(body))).unwrap_or_default()
}
