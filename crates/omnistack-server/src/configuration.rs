//! Settings: a TOML file, then the environment, then flags.
//!
//! Variables are named `OMNISTACK_SERVER_` and the key, with two underscores between its parts:
//! `OMNISTACK_SERVER_LISTEN__ADDRESS`. A key that does not exist is an error. Secrets are no settings:
//! they stand in files that settings name, or in the variables of [`secret`].

mod limits;
mod network;
pub mod secret;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use limits::{Limits, Rate, Rates};

pub use network::{Network, NoNetwork};

/// What the names of variables begin with.
const PREFIX: &str = "OMNISTACK_SERVER_";

/// All settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Configuration {
    /// Where the server listens.
    pub listen: Listen,
    /// Who may ask.
    pub auth: Auth,
    /// How much may be asked.
    pub limits: Limits,
    /// What replicas share.
    pub redis: Redis,
    /// What is remembered.
    pub cache: Cache,
    /// Who answers.
    pub models: Models,
    /// What everybody is shown.
    pub policy: Policy,
    /// What is told of it all.
    pub telemetry: Telemetry,
}

/// Where the server listens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Listen {
    /// Address and port; port 0 takes a free one.
    pub address: SocketAddr,
    /// The certificate chain, as PEM. With it and its key, the server speaks TLS only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// The certificate's key, as PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
    /// Authorities that clients' certificates have to come from, as PEM: mutual TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_roots: Option<PathBuf>,
    /// Proxies in front, whose `X-Forwarded-For` is believed: addresses, and networks such as
    /// `10.0.0.0/8`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trusted_proxies: Vec<Network>,
    /// How long the head of a request may take to come.
    #[serde(with = "humantime_serde")]
    #[schemars(with = "String")]
    pub header_timeout: Duration,
    /// How long the server goes on as before when it is told to stop, and only says by `/readyz` that
    /// it is about to: as long as a balancer takes to notice.
    #[serde(with = "humantime_serde")]
    #[schemars(with = "String")]
    pub linger: Duration,
    /// How long open requests may take to end when the server stops.
    #[serde(with = "humantime_serde")]
    #[schemars(with = "String")]
    pub drain: Duration,
    /// Origins whose pages may ask from a browser; none unless they are named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cors_origins: Vec<String>,
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            certificate: None,
            key: None,
            client_roots: None,
            trusted_proxies: Vec::new(),
            header_timeout: Duration::from_secs(10),
            linger: Duration::ZERO,
            drain: Duration::from_secs(25),
            cors_origins: Vec::new(),
        }
    }
}

/// The algorithm of new keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Algorithm {
    /// Edwards curve signatures (RFC 8037).
    #[default]
    EdDSA,
    /// ECDSA on P-256.
    ES256,
}

/// Where clients are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClientsIn {
    /// In the file of `auth.clients`.
    #[default]
    File,
    /// In Redis.
    Redis,
}

/// Who may ask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Auth {
    /// Who tokens are from (`iss`): the server's own address, as clients see it.
    pub issuer: String,
    /// Who tokens are for (`aud`).
    pub audience: String,
    /// The folder of the keys that sign tokens. A first key is made if there is none.
    pub keys: PathBuf,
    /// The algorithm of keys that are made.
    pub algorithm: Algorithm,
    /// How old a key gets before another one signs; it verifies until its last token is over. Zero
    /// leaves rotation to `omnistack-server keys rotate`.
    #[serde(with = "humantime_serde")]
    #[schemars(with = "String")]
    pub rotate_after: Duration,
    /// How long access tokens are good.
    #[serde(with = "humantime_serde")]
    #[schemars(with = "String")]
    pub access_token: Duration,
    /// How long refresh tokens are good, each.
    #[serde(with = "humantime_serde")]
    #[schemars(with = "String")]
    pub refresh_token: Duration,
    /// How long a session lasts in all, however often it is refreshed.
    #[serde(with = "humantime_serde")]
    #[schemars(with = "String")]
    pub session: Duration,
    /// By how much clocks may differ.
    #[serde(with = "humantime_serde")]
    #[schemars(with = "String")]
    pub leeway: Duration,
    /// Where clients are kept.
    pub clients_in: ClientsIn,
    /// The file of clients. It is read again when it changes.
    pub clients: PathBuf,
    /// How soon what another replica revoked is known here.
    #[serde(with = "humantime_serde")]
    #[schemars(with = "String")]
    pub revocations_every: Duration,
    /// Somebody else whose tokens are taken, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<External>,
}

impl Default for Auth {
    fn default() -> Self {
        const DAY: Duration = Duration::from_hours(24);
        Self {
            issuer: "https://omnistack.localhost".to_owned(),
            audience: "omnistack".to_owned(),
            keys: "keys".into(),
            algorithm: Algorithm::default(),
            rotate_after: 30 * DAY,
            access_token: Duration::from_mins(10),
            refresh_token: 7 * DAY,
            session: 30 * DAY,
            leeway: Duration::from_secs(10),
            clients_in: ClientsIn::default(),
            clients: "clients.toml".into(),
            revocations_every: Duration::from_secs(2),
            external: None,
        }
    }
}

/// An issuer of tokens besides the server itself, such as a company's sign-on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct External {
    /// Its `iss`. What else is to be known stands at `/.well-known/openid-configuration` below it.
    pub issuer: String,
    /// The `aud` that its tokens for this server have.
    pub audience: String,
    /// The algorithms that it may sign with.
    #[serde(default = "external_algorithms")]
    pub algorithms: Vec<String>,
    /// The claim that names the client.
    #[serde(default = "external_client")]
    pub client_claim: String,
    /// The claim that names roles: a text, or an array of them.
    #[serde(default = "external_role")]
    pub role_claim: String,
    /// What stands in that claim, and which role it is; the names of the roles if nothing is given.
    #[serde(default)]
    pub roles: BTreeMap<String, crate::access::Role>,
    /// The claim that names the projects that a token is limited to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projects_claim: Option<String>,
    /// Authorities to trust with its TLS certificate, as PEM, besides the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roots: Option<PathBuf>,
}

fn external_algorithms() -> Vec<String> {
    ["EdDSA", "ES256", "RS256"].map(str::to_owned).into()
}

fn external_client() -> String {
    "sub".to_owned()
}

fn external_role() -> String {
    "role".to_owned()
}

/// What replicas share. The address is a secret, since it holds a password: `OMNISTACK_REDIS_URL`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Redis {
    /// A file that holds the address, such as `rediss://:password@redis.example.org`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_file: Option<PathBuf>,
    /// What all names in Redis begin with.
    pub prefix: String,
    /// Connections.
    pub connections: usize,
    /// How long an answer may take before the local cache has to do.
    #[serde(with = "humantime_serde")]
    #[schemars(with = "String")]
    pub timeout: Duration,
    /// Authorities to trust with its TLS certificate, as PEM, in place of the public ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roots: Option<PathBuf>,
    /// The file of the keys that values are sealed with: one each line, 64 hexadecimal digits, the
    /// newest first. Needed with Redis; `OMNISTACK_STORE_KEYS` does the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys_file: Option<PathBuf>,
}

impl Default for Redis {
    fn default() -> Self {
        Self {
            url_file: None,
            prefix: "omnistack".to_owned(),
            connections: 4,
            timeout: Duration::from_millis(250),
            roots: None,
            keys_file: None,
        }
    }
}

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Cache {
    /// Bytes of predictions in memory.
    pub memory_bytes: u64,
    /// How long a prediction is kept.
    #[serde(with = "humantime_serde")]
    #[schemars(with = "String")]
    pub keep: Duration,
}

impl Default for Cache {
    fn default() -> Self {
        Self { memory_bytes: 64 << 20, keep: Duration::from_hours(7 * 24) }
    }
}

/// Who answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Models {
    /// Folders with a model each, besides the one inside the program.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<PathBuf>,
    /// The id of the model that is asked where none is named; the one inside the program if empty.
    pub default: String,
    /// Threads for each model; as many as there are processors if 0.
    pub workers: usize,
    /// How long a batch waits for more functions.
    #[serde(with = "humantime_serde")]
    #[schemars(with = "String")]
    pub batch_wait: Duration,
    /// Functions of a batch.
    pub batch_units: usize,
}

impl Default for Models {
    fn default() -> Self {
        Self {
            folders: Vec::new(),
            default: String::new(),
            workers: 0,
            batch_wait: Duration::from_millis(2),
            batch_units: 32,
        }
    }
}

/// What everybody is shown, whatever their own settings say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Rules that are left out: ids, categories or patterns, such as `predict/wrong-literal`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
    /// The least confidence of a prediction, 0 to 1.
    pub min_confidence: f32,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For programs.
    #[default]
    Json,
    /// For people.
    Pretty,
}

/// What is told of it all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Telemetry {
    /// How logs are written to standard error.
    pub log_format: LogFormat,
    /// The least level that is logged, or a filter by module.
    pub log_level: String,
    /// Whether each request is logged.
    pub access_log: bool,
    /// The file that the audit log is appended to; standard error if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audit_file: Option<PathBuf>,
    /// The OpenTelemetry collector that traces are sent to, such as `http://127.0.0.1:4318`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traces: Option<String>,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self {
            log_format: LogFormat::default(),
            log_level: "info".to_owned(),
            access_log: true,
            audit_file: None,
            traces: None,
        }
    }
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// The file cannot be read, or a value is none.
    #[error("settings: {0}")]
    Unreadable(Box<figment::Error>),
    /// A file that was named is not there.
    #[error("there is no settings file {}", .0.display())]
    Missing(PathBuf),
    /// Values that do not go together.
    #[error("settings: {0}")]
    Senseless(String),
}

impl Configuration {
    /// Reads the file, if one is named, and the environment.
    ///
    /// # Errors
    /// [`ConfigurationError`] when the file is not there, a key does not exist, or a value is none.
    pub fn read(file: Option<&Path>) -> Result<Self, ConfigurationError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(ConfigurationError::Missing(file.to_owned()));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        let configuration: Self = figment
            .merge(Env::prefixed(PREFIX).ignore(&["config"]).split("__"))
            .extract()
            .map_err(|error| ConfigurationError::Unreadable(Box::new(error)))?;
        configuration.check()?;
        Ok(configuration)
    }

    /// Whether the values go together.
    ///
    /// # Errors
    /// [`ConfigurationError::Senseless`] with a sentence on what does not.
    pub fn check(&self) -> Result<(), ConfigurationError> {
        let wrong = |problem: &str| Err(ConfigurationError::Senseless(problem.to_owned()));
        let Self { listen, auth, limits, .. } = self;
        if listen.certificate.is_some() != listen.key.is_some() {
            return wrong("listen.certificate and listen.key go together: one of them is missing");
        }
        let is_origin = |it: &String| {
            url::Url::parse(it).is_ok_and(|url| url.origin().ascii_serialization() == *it)
        };
        if let Some(wrong_one) = listen.cors_origins.iter().find(|it| !is_origin(it)) {
            return wrong(&format!(
                "listen.cors_origins: {wrong_one:?} is no origin, such as https://tools.example.org"
            ));
        }
        if listen.client_roots.is_some() && listen.certificate.is_none() {
            return wrong("listen.client_roots needs listen.certificate and listen.key");
        }
        if auth.access_token.is_zero() || auth.access_token > Duration::from_hours(24) {
            return wrong("auth.access_token lies between a second and a day");
        }
        let every = auth.revocations_every;
        if every < Duration::from_millis(10) || every > Duration::from_mins(5) {
            return wrong("auth.revocations_every lies between 10 ms and 5 minutes");
        }
        if auth.issuer.is_empty() || auth.audience.is_empty() {
            return wrong("auth.issuer and auth.audience must not be empty");
        }
        let Rates { token, predict, analyze, other } = limits.rates;
        let is_possible = |rate: &Rate| {
            let Rate { per_second, burst } = *rate;
            per_second.is_finite() && per_second > 0.0 && burst.is_finite() && burst >= 1.0
        };
        if ![token, predict, analyze, other].iter().all(is_possible) {
            return wrong("limits.rates want per_second above 0 and a burst of 1 or more");
        }
        let counts = [
            ("limits.units", limits.units),
            ("limits.unit_bytes", limits.unit_bytes),
            ("limits.body_bytes", limits.body_bytes),
            ("limits.concurrency", limits.concurrency),
            ("limits.client_concurrency", limits.client_concurrency),
            ("limits.connections", limits.connections),
            ("limits.queue", limits.queue),
            ("redis.connections", self.redis.connections),
            ("models.batch_units", self.models.batch_units),
        ];
        if let Some((name, _)) = counts.iter().find(|(_, count)| *count == 0) {
            return wrong(&format!("{name} is 1 or more"));
        }
        let times = [
            ("listen.header_timeout", listen.header_timeout),
            ("auth.refresh_token", auth.refresh_token),
            ("auth.session", auth.session),
            ("limits.request_timeout", limits.request_timeout),
            ("limits.body_timeout", limits.body_timeout),
            ("redis.timeout", self.redis.timeout),
            ("cache.keep", self.cache.keep),
        ];
        if let Some((name, _)) = times.iter().find(|(_, time)| time.is_zero()) {
            return wrong(&format!("{name} is longer than nothing"));
        }
        if !telemetry::logs::is_filter(&self.telemetry.log_level) {
            return wrong(
                "telemetry.log_level is error, warn, info, debug or trace, or levels by module",
            );
        }
        let rules = analysis::configuration::Configuration::default();
        let mut ignored = self.policy.ignore.iter();
        if let Some(error) = ignored.find_map(|it| rules.check_selector(it).err()) {
            return wrong(&format!("policy.ignore: {error}"));
        }
        if !(0.0..=1.0).contains(&self.policy.min_confidence) {
            return wrong("policy.min_confidence lies between 0 and 1");
        }
        Ok(())
    }
}
