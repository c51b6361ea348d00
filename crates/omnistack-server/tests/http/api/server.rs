//! A real server on a real socket, in this process, and a client of it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use omnistack_server::access::Role;
use omnistack_server::configuration::Configuration;
use omnistack_server::state::App;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

use crate::running::{Running, settings_without_limits};

pub(crate) struct Server {
    pub(crate) app: App,
    pub(crate) address: SocketAddr,
    running: Running,
    client: reqwest::Client,
}

/// A function whose slip the network is sure of.
pub(crate) const SLIP: &str =
    "def recipient(self):\n    name = self.customer.full_name()\n    return self.strip()\n";

/// Settings for tests: no limits that a test would meet by chance.
pub(crate) fn settings() -> Configuration {
    let mut configuration = settings_without_limits();
    configuration.models.workers = 2;
    configuration.limits.client_concurrency = 1000;
    configuration
}

/// The audit log of all servers here, which would else go to standard error.
fn audit_file() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    static FILE: OnceLock<std::path::PathBuf> = OnceLock::new();
    FILE.get_or_init(|| {
        FOLDER.get_or_init(|| tempfile::tempdir().unwrap()).path().join("audit.jsonl")
    })
}

impl Server {
    pub(crate) async fn start(mut configuration: Configuration) -> Self {
        configuration.telemetry.audit_file.get_or_insert_with(|| audit_file().to_owned());
        let running = Running::start(configuration).await;
        let client = reqwest::Client::builder().timeout(Duration::from_mins(1)).build().unwrap();
        Self { app: running.app.clone(), address: running.address, running, client }
    }

    /// A token of a role.
    pub(crate) fn token(&self, role: Role) -> String {
        self.token_for(role.name(), role, None)
    }

    pub(crate) fn token_for(
        &self,
        client: &str,
        role: Role,
        projects: Option<Vec<String>>,
    ) -> String {
        self.app.auth.issue(client, role, projects, Duration::from_mins(5)).unwrap().token
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    pub(crate) async fn post(&self, path: &str, role: Role, body: &Value) -> (u16, Value) {
        let request = self.request(Method::POST, path).bearer_auth(self.token(role)).json(body);
        told(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str, role: Role) -> (u16, Value) {
        let request = self.request(Method::GET, path).bearer_auth(self.token(role));
        told(request.send().await.unwrap()).await
    }

    /// Tells the server to stop, and waits until it has.
    pub(crate) async fn stop(self) {
        self.running.stop().await.unwrap();
    }
}

pub(crate) async fn told(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
