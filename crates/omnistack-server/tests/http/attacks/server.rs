//! A server to attack, and what attackers have: its address, raw sockets, and keys of their own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use omnistack_server::access::Role;
use omnistack_server::audit::Audit;
use omnistack_server::auth::Auth;
use omnistack_server::configuration::Configuration;
use omnistack_server::listening;
use omnistack_server::metrics::Metrics;
use omnistack_server::service::Service;
use omnistack_server::state::App;
use omnistack_server::store::{Memory, Store, cache::Cache};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::running::{Running, settings_without_limits};
use crate::waiting::{PATIENCE, eventually};

pub(crate) const SECRET: &str = "correct-horse-battery-staple";

pub(crate) struct Server {
    pub(crate) app: App,
    pub(crate) folder: TempDir,
    pub(crate) address: SocketAddr,
    pub(crate) http: reqwest::Client,
    _running: Running,
}

/// What a raw request was answered with.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) status: u16,
    pub(crate) text: String,
}

/// Settings that let tests ask as often as they like.
pub(crate) fn settings(folder: &TempDir) -> Configuration {
    let mut settings = settings_without_limits();
    settings.auth.keys = folder.path().join("keys");
    settings.auth.clients = folder.path().join("clients.toml");
    settings.auth.revocations_every = Duration::from_millis(50);
    settings.telemetry.audit_file = Some(folder.path().join("audit.log"));
    settings
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Configuration)) -> Self {
        Self::on(Arc::new(Store::Memory(Memory::default())), change).await
    }

    pub(crate) async fn on(store: Arc<Store>, change: impl FnOnce(&mut Configuration)) -> Self {
        listening::install_provider();
        let folder = TempDir::new().unwrap();
        let mut settings = settings(&folder);
        change(&mut settings);
        let auth = Auth::start(&settings, store.clone()).await.unwrap();
        auth.run();
        let metrics = Arc::new(Metrics::default());
        let cache = Cache::new(&settings.cache, store.clone());
        let service = Service::new(&settings, cache, metrics.clone()).unwrap();
        let audit = Audit::new(settings.telemetry.audit_file.as_deref()).unwrap();
        let bound = listening::Bound::bind(&settings).await.unwrap();
        let app = App::new(settings, store, auth, service, audit, metrics);
        let (running, http) = (Running::serve(app.clone(), bound), reqwest::Client::new());
        Self { app, folder, address: running.address, http, _running: running }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) async fn client(&self, name: &str, role: Role, projects: Option<&[&str]>) {
        let projects = projects.map(|it| it.iter().map(|it| (*it).to_owned()).collect());
        let secret = SecretString::from(SECRET);
        self.app.auth.add_client(name, &secret, role, projects).await.unwrap();
    }

    /// A token for a role, as an operator makes one.
    pub(crate) fn token(&self, role: Role) -> String {
        let lifetime = Duration::from_mins(1);
        self.app.auth.issue(role.name(), role, None, lifetime).unwrap().token
    }

    /// Asks for tokens.
    pub(crate) async fn ask(&self, body: &Value) -> (u16, Value) {
        let response = self.http.post(self.url("/v1/token")).json(body).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub(crate) async fn grant(&self, client: &str) -> Value {
        let body = json!({
            "grant_type": "client_credentials", "client_id": client, "client_secret": SECRET,
        });
        let (status, answer) = self.ask(&body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    pub(crate) async fn refresh(&self, token: &Value) -> (u16, Value) {
        self.ask(&json!({ "grant_type": "refresh_token", "refresh_token": token })).await
    }

    /// The status of a look at the models, with a token.
    pub(crate) async fn see(&self, token: &str) -> u16 {
        let request = self.http.get(self.url("/v1/models")).bearer_auth(token);
        request.send().await.unwrap().status().as_u16()
    }

    pub(crate) async fn revoke(&self, with: &str, token: &str) -> u16 {
        let request = self.http.post(self.url("/v1/token/revoke")).bearer_auth(with);
        request.json(&json!({ "token": token })).send().await.unwrap().status().as_u16()
    }

    /// Waits until a token is refused.
    pub(crate) async fn until_refused(&self, token: &str) {
        eventually("the token is refused", async || self.see(token).await == 401).await;
    }

    /// Sends bytes as they are, and reads until the server hangs up.
    pub(crate) async fn raw(&self, request: &[u8]) -> Raw {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut bytes = Vec::new();
        // A connection that is reset has said what it had to.
        let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes))
            .await
            .expect("the server hangs up");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let status = text.get(9..12).and_then(|it| it.parse().ok()).unwrap_or(0);
        Raw { status, text }
    }

    pub(crate) fn audit(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("audit.log")).unwrap()
    }

    /// The server's own key, which its files hold: for tokens that are wrong in one thing only.
    pub(crate) fn signer(&self) -> Signer {
        let folder = self.folder.path().join("keys");
        let files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
        let path = files.into_iter().find(|it| it.extension().is_some_and(|it| it == "pem"));
        let path = path.unwrap();
        let der = PrivatePkcs8KeyDer::from_pem_file(&path).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(der.secret_pkcs8_der()).unwrap();
        Signer { kid: path.file_stem().unwrap().to_str().unwrap().to_owned(), pair }
    }
}

/// A key that signs whatever it is given.
pub(crate) struct Signer {
    pub(crate) kid: String,
    pub(crate) pair: Ed25519KeyPair,
}

impl Signer {
    pub(crate) fn stranger(kid: &str) -> Self {
        Self { kid: kid.to_owned(), pair: Ed25519KeyPair::generate().unwrap() }
    }

    pub(crate) fn header(&self) -> Value {
        json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": self.kid })
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(&header.to_string(), &claims.to_string())
    }

    pub(crate) fn sign_text(&self, header: &str, claims: &str) -> String {
        let message = message(header, claims);
        let signature = encode(self.pair.sign(message.as_bytes()).as_ref());
        format!("{message}.{signature}")
    }

    pub(crate) fn public(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// The public key as JSON Web Key.
    pub(crate) fn jwk(&self) -> Value {
        json!({
            "kty": "OKP", "crv": "Ed25519", "x": encode(self.public()),
            "kid": self.kid, "alg": "EdDSA", "use": "sig",
        })
    }
}

/// A member that is a text.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn message(header: &str, claims: &str) -> String {
    format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()))
}

pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// What a good token of the server claims.
pub(crate) fn claims() -> Value {
    json!({
        "iss": "https://omnistack.localhost", "aud": "omnistack", "sub": "dev", "client_id": "dev",
        "iat": now() - 5, "nbf": now() - 5, "exp": now() + 300, "jti": "9f0c", "role": "developer",
    })
}

/// The same with another member; without it if the value is null.
pub(crate) fn but(value: &Value, name: &str, other: Value) -> Value {
    let mut value = value.clone();
    let fields = value.as_object_mut().unwrap();
    match other {
        Value::Null => drop(fields.remove(name)),
        other => drop(fields.insert(name.to_owned(), other)),
    }
    value
}
