//! A server in this process, and a client that writes what it likes.

use std::net::SocketAddr;
use std::time::Duration;

use omnistack_server::access::Role;
use omnistack_server::configuration::Configuration;
use omnistack_server::state::App;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::running::{self, Running};
use crate::waiting::PATIENCE;

/// The time limits of the servers here.
pub(crate) const SHORT: Duration = Duration::from_millis(400);

/// A server.
pub(crate) struct Server {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    running: Running,
    _folder: tempfile::TempDir,
}

/// Settings with short times and a port of the system's choice.
pub(crate) fn settings() -> Configuration {
    let mut settings = running::settings();
    settings.listen.header_timeout = SHORT;
    settings.listen.drain = PATIENCE;
    settings.limits.body_timeout = SHORT;
    settings.limits.body_bytes = 64 << 10;
    settings
}

impl Server {
    pub(crate) async fn start(mut settings: Configuration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        settings.telemetry.audit_file = Some(folder.path().join("audit.jsonl"));
        let running = Running::start(settings).await;
        let (app, address) = (running.app.clone(), running.address);
        let hour = Duration::from_hours(1);
        let token = app.auth.issue("ada", Role::Developer, None, hour).unwrap().token;
        Self { app, address, token, running, _folder: folder }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends a request as it stands, and reads the answer to the connection's end.
    pub(crate) async fn send(&self, request: impl AsRef<[u8]>) -> Reply {
        let mut stream = self.connect().await;
        // Whoever is refused early may be cut off while it still writes.
        let _ = stream.write_all(request.as_ref()).await;
        Reply::read(stream).await
    }

    /// The head of a request to predict, with more fields.
    pub(crate) fn head(&self, fields: &str) -> String {
        let token = &self.token;
        format!(
            "POST /v1/predict HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\
             Authorization: Bearer {token}\r\n{fields}\r\n"
        )
    }

    /// Sends a body of JSON to predict.
    pub(crate) async fn predict(&self, body: &[u8]) -> Reply {
        let length = body.len();
        let head =
            self.head(&format!("Content-Type: application/json\r\nContent-Length: {length}\r\n"));
        self.send([head.as_bytes(), body].concat()).await
    }

    /// A request without a body.
    pub(crate) async fn get(&self, path: &str, fields: &str) -> Reply {
        let text =
            format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{fields}\r\n");
        self.send(text).await
    }

    pub(crate) async fn is_alive(&self) -> bool {
        self.get("/healthz", "").await.status == 200
    }

    /// Tells it to stop.
    pub(crate) fn stop(self) -> JoinHandle<()> {
        self.running.stop()
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    /// 0 if the connection ended without an answer.
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) async fn read(mut stream: impl AsyncRead + Unpin) -> Self {
        let mut text = Vec::new();
        let mut piece = [0; 4096];
        let read = async {
            while let Ok(length @ 1..) = stream.read(&mut piece).await {
                text.extend_from_slice(&piece[..length]);
            }
        };
        tokio::time::timeout(PATIENCE, read).await.expect("the connection never ended");
        let text = String::from_utf8(text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
        let status = head.split(' ').nth(1).map_or(0, |it| it.parse().unwrap());
        Self { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    pub(crate) fn code(&self) -> String {
        let problem: serde_json::Value =
            serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        problem["code"].as_str().unwrap().to_owned()
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(": "));
        line.map(str::trim)
    }

    pub(crate) fn expect(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.code(), code, "{self:?}");
        assert_eq!(self.field("content-type"), Some("application/problem+json"));
    }
}

/// Writes, whatever becomes of it.
pub(crate) async fn write(stream: &mut (impl AsyncWrite + Unpin), text: impl AsRef<[u8]>) {
    let _ = stream.write_all(text.as_ref()).await;
    let _ = stream.flush().await;
}
