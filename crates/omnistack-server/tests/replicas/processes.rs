//! Real processes: Redis, on a free port of the loopback, with folders of their own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering::Relaxed};
use std::time::Duration;

use omnistack_server::configuration::Redis as Settings;
use omnistack_server::store::{Signals, Store};
use tempfile::TempDir;

use crate::waiting::eventually;

/// A program that `cargo xtask setup` put into `target/tools/team`, or the system's.
pub(crate) fn program(name: &str) -> PathBuf {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/team").join(name);
    if tools.exists() {
        return tools;
    }
    let folders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];
    let found = folders.iter().map(|it| Path::new(it).join(name)).find(|it| it.exists());
    found.unwrap_or_else(|| panic!("{name} is missing: run `cargo xtask setup`"))
}

/// A port that was free a moment ago. It is none of those that the system gives to outgoing
/// connections: one of these could take it while a program restarts, or even meet itself there.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = (std::process::id() % 11_000) as u16;
    loop {
        let port = 20_000 + (start + NEXT.fetch_add(1, Relaxed)) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// A process that ends with its test.
pub(crate) struct Process(pub(crate) Child);

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self(command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")))
    }

    /// Ends it at once, as a power cut would.
    pub(crate) fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A Redis that writes everything down at once.
pub(crate) struct Redis {
    folder: TempDir,
    port: u16,
    process: Option<Process>,
    extra: Vec<String>,
    scheme: &'static str,
}

impl Redis {
    pub(crate) async fn start() -> Self {
        Self::start_with("redis", Vec::new()).await
    }

    pub(crate) async fn start_with(scheme: &'static str, extra: Vec<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut redis = Self { folder, port: free_port(), process: None, extra, scheme };
        std::fs::write(redis.path("url"), redis.url()).unwrap();
        redis.resume().await;
        redis
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://127.0.0.1:{}/0", self.scheme, self.port)
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill();
        }
    }

    /// It answers nobody, and does not end: its connections stay open.
    pub(crate) fn freeze(&self) {
        self.signal("-STOP");
    }

    /// It goes on after [`Redis::freeze`].
    pub(crate) fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let process = self.process.as_ref().unwrap();
        let status = Command::new("kill").args([signal, &process.0.id().to_string()]).status();
        assert!(status.unwrap().success());
    }

    /// Starts it, again after a [`Redis::kill`], with what it had written down.
    pub(crate) async fn resume(&mut self) {
        let mut command = Command::new(program("redis-server"));
        let port = self.port.to_string();
        let ports = if self.scheme == "rediss" { ["--tls-port", "--port"] } else { ["--port", ""] };
        command.args([ports[0], &port]);
        if !ports[1].is_empty() {
            command.args([ports[1], "0"]);
        }
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"]);
        command
            .args(["--appendfsync", "always", "--daemonize", "no", "--dir"])
            .arg(self.folder.path());
        command.args(&self.extra).stdout(Stdio::null()).stderr(Stdio::null());
        self.process = Some(Process::start(&mut command));
        let port = self.port;
        eventually("Redis listens", async || {
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok()
        })
        .await;
    }

    /// Settings of a replica whose keys are these, the newest first.
    pub(crate) fn settings(&self, keys: &[&str]) -> Settings {
        let file = self.path(&format!("keys-{}", keys.join("-").len()));
        let file = file.with_extension(keys.iter().map(|it| &it[..4]).collect::<String>());
        std::fs::write(&file, keys.join("\n")).unwrap();
        Settings {
            url_file: Some(self.path("url")),
            keys_file: Some(file),
            connections: 2,
            // Generous: the machine may be busy, and only outages are to time out.
            timeout: Duration::from_secs(2),
            ..Settings::default()
        }
    }

    /// A replica's store.
    pub(crate) async fn store(&self, keys: &[&str]) -> Arc<Store> {
        let store = Store::open(&self.settings(keys), Signals::default()).await.unwrap();
        assert!(store.is_shared() && store.answers().await);
        Arc::new(store)
    }

    /// A connection that sees what Redis sees.
    pub(crate) async fn look_inside(&self) -> redis::aio::MultiplexedConnection {
        let client = redis::Client::open(self.url()).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }
}

/// A master key.
pub(crate) fn key(digit: char) -> String {
    std::iter::repeat_n(digit, 64).collect()
}
