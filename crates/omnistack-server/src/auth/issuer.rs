//! An issuer besides the server itself, such as a company's sign-on: its keys, fetched as OpenID
//! Connect Discovery says, and its claims, mapped to roles and projects.
//!
//! Its keys are fetched when the server starts, every now and then, and when a token names one that
//! is not known. The latter is limited in number, so that bad tokens cannot make this server hammer
//! the issuer. While the issuer is away, the keys that are known go on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::{Client, redirect};
use serde::Deserialize;
use serde_json::Value;
use url::{Host, Url};

use super::Principal;
use super::tokens::{self, Head, Parts, Refusal, Verified};
use crate::access::Role;
use crate::configuration::External;

/// What the names of its clients begin with: no client of the server's own has such a name.
pub const PREFIX: &str = "external:";
/// The most bytes of an answer.
const LARGEST_ANSWER: usize = 256 << 10;
/// The most keys.
const MOST_KEYS: usize = 64;
/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How often keys are fetched in any case.
const FETCH_EVERY: Duration = Duration::from_mins(10);
/// How often keys are fetched for the sake of unknown names: so many at once, and one more each.
const FETCHES_AT_ONCE: f64 = 3.0;
const FETCH_AGAIN: Duration = Duration::from_secs(10);
/// How long a request waits for a fetch that another one began.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// An issuer that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// Its address is none.
    #[error("auth.external.issuer {0:?} is no https address (http is for this machine only)")]
    Address(String),
    /// An algorithm is none that can be trusted.
    #[error(
        "auth.external.algorithms: {0:?} is none of EdDSA, ES256, ES384, RS256, RS384, RS512, PS256, PS384, PS512"
    )]
    Algorithm(String),
    /// The file of authorities cannot be used.
    #[error("auth.external.roots: {0}")]
    Roots(String),
    /// TLS cannot be set up.
    #[error("auth.external: {0}")]
    Setup(reqwest::Error),
    /// It does not answer, or nonsense.
    #[error("the issuer {issuer}: {problem}")]
    Answer {
        /// Who.
        issuer: String,
        /// What it said.
        problem: String,
    },
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

struct Key {
    algorithms: Vec<Algorithm>,
    decoding: DecodingKey,
    /// As the issuer shows it.
    shown: Value,
}

type Keys = BTreeMap<String, Key>;

/// How many fetches are left for unknown names.
struct Budget {
    left: f64,
    at: Instant,
}

/// The issuer.
pub(super) struct Issuer {
    settings: External,
    algorithms: Vec<Algorithm>,
    leeway: Duration,
    discovery: Url,
    client: Client,
    keys: RwLock<Arc<Keys>>,
    fetched: Mutex<Option<Instant>>,
    budget: Mutex<Budget>,
    fetching: tokio::sync::Mutex<()>,
    has_lost: AtomicBool,
}

/// An address that may be asked: by https, or on this machine.
fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_here = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_here);
    (is_safe && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// The algorithm of a name, if it is one with a public key.
fn algorithm(name: &str) -> Option<Algorithm> {
    Some(match name {
        "EdDSA" => Algorithm::EdDSA,
        "ES256" => Algorithm::ES256,
        "ES384" => Algorithm::ES384,
        "RS256" => Algorithm::RS256,
        "RS384" => Algorithm::RS384,
        "RS512" => Algorithm::RS512,
        "PS256" => Algorithm::PS256,
        "PS384" => Algorithm::PS384,
        "PS512" => Algorithm::PS512,
        _ => return None,
    })
}

/// The algorithms that a key can sign with.
fn algorithms_of(key: &Jwk) -> &'static [Algorithm] {
    match &key.algorithm {
        AlgorithmParameters::RSA(_) => &[
            Algorithm::RS256,
            Algorithm::RS384,
            Algorithm::RS512,
            Algorithm::PS256,
            Algorithm::PS384,
            Algorithm::PS512,
        ],
        AlgorithmParameters::EllipticCurve(curve) => match curve.curve {
            EllipticCurve::P256 => &[Algorithm::ES256],
            EllipticCurve::P384 => &[Algorithm::ES384],
            _ => &[],
        },
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            &[Algorithm::EdDSA]
        }
        _ => &[],
    }
}

impl Issuer {
    /// The issuer of the settings; its keys are fetched later.
    pub(super) fn new(settings: &External, leeway: Duration) -> Result<Self, IssuerError> {
        let wrong = || IssuerError::Address(settings.issuer.clone());
        let base = settings.issuer.trim_end_matches('/');
        let discovery =
            address(&format!("{base}/.well-known/openid-configuration")).ok_or_else(wrong)?;
        let named = |it: &String| algorithm(it).ok_or_else(|| IssuerError::Algorithm(it.clone()));
        let algorithms = settings.algorithms.iter().map(named).collect::<Result<_, _>>()?;
        // Somebody else may have chosen one already, which is as good.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut builder = Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(TIMEOUT)
            .redirect(redirect::Policy::none())
            .https_only(discovery.scheme() == "https")
            .user_agent(concat!("omnistack-server/", env!("CARGO_PKG_VERSION")));
        if let Some(file) = &settings.roots {
            let wrong = |error: String| IssuerError::Roots(format!("{}: {error}", file.display()));
            let pem = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
            let roots = reqwest::Certificate::from_pem_bundle(&pem)
                .map_err(|error| wrong(error.to_string()))?;
            builder = builder.tls_certs_merge(roots);
        }
        let client = builder.build().map_err(IssuerError::Setup)?;
        Ok(Self {
            settings: settings.clone(),
            algorithms,
            leeway,
            discovery,
            client,
            keys: RwLock::default(),
            fetched: Mutex::default(),
            budget: Mutex::new(Budget { left: FETCHES_AT_ONCE, at: Instant::now() }),
            fetching: tokio::sync::Mutex::default(),
            has_lost: AtomicBool::new(false),
        })
    }

    /// Fetches the keys if that is due. The error is for the log: the keys that are known go on.
    pub(super) async fn maintain(&self) -> Result<(), IssuerError> {
        let fetched = *self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        if fetched.is_some_and(|at| at.elapsed() < FETCH_EVERY) || !self.may_fetch() {
            return Ok(());
        }
        let _one = self.fetching.lock().await;
        self.fetch().await
    }

    /// Whether a key that there was has gone since this was asked before.
    pub(super) fn has_lost_keys(&self) -> bool {
        self.has_lost.swap(false, Ordering::AcqRel)
    }

    /// Whether a token says that it is from this issuer; nobody has vouched for that yet.
    pub(super) fn is_named_by(&self, parts: &Parts) -> bool {
        #[derive(Deserialize)]
        struct Named {
            iss: String,
        }
        let named = serde_json::from_slice::<Named>(&parts.payload);
        named.is_ok_and(|it| it.iss == self.settings.issuer)
    }

    /// Checks a token that says it is from this issuer.
    pub(super) async fn verify(
        &self,
        token: &str,
        parts: &Parts,
        id: &Arc<str>,
    ) -> Result<(Verified, Option<Role>), Refusal> {
        let Head { alg, kid, typ, .. } = &parts.head;
        let algorithm = algorithm(alg).filter(|it| self.algorithms.contains(it));
        let algorithm = algorithm.ok_or(Refusal::Malformed)?;
        let is_type =
            |typ: &str| ["JWT", tokens::TYPE].iter().any(|it| typ.eq_ignore_ascii_case(it));
        if !typ.as_deref().is_none_or(is_type) {
            return Err(Refusal::Malformed);
        }
        let kid = kid.as_deref().filter(|it| it.len() <= 256).ok_or(Refusal::UnknownKey)?;
        if !self.current().contains_key(kid) {
            self.fetch_for(kid).await;
        }
        let keys = self.current();
        let key = keys.get(kid).ok_or(Refusal::UnknownKey)?;
        if !key.algorithms.contains(&algorithm) {
            return Err(Refusal::Malformed);
        }
        let External { issuer, audience, .. } = &self.settings;
        let required = ["exp", "iss", "aud", "sub"];
        let validation = tokens::validation(algorithm, issuer, audience, self.leeway, &required);
        let claims: Value = tokens::decode(token, &key.decoding, &validation)?;
        self.map(&claims, id)
    }

    /// What its claims mean here. Without a role, the token is good, and allows nothing.
    fn map(&self, claims: &Value, id: &Arc<str>) -> Result<(Verified, Option<Role>), Refusal> {
        let External { client_claim, role_claim, roles, projects_claim, .. } = &self.settings;
        let client = claim(claims, client_claim).and_then(Value::as_str);
        let is_sane =
            |it: &&str| (1..=256).contains(&it.len()) && !it.chars().any(char::is_control);
        let client = client.filter(is_sane).ok_or(Refusal::Claims)?;
        let expires = claims.get("exp").and_then(Value::as_f64);
        // A time may have a fraction.
        let expires = expires.and_then(|it| Duration::try_from_secs_f64(it).ok());
        let expires = expires.ok_or(Refusal::Claims)?.as_secs();
        let role_of = |name: &str| {
            if roles.is_empty() { Role::of(name) } else { roles.get(name).copied() }
        };
        let role = words(claim(claims, role_claim)).into_iter().filter_map(role_of).max();
        // Where tokens are limited to projects, one that names none is limited to none.
        let projects = projects_claim
            .as_ref()
            .map(|it| words(claim(claims, it)).into_iter().map(str::to_owned).collect::<Vec<_>>());
        let token = claims.get("jti").and_then(Value::as_str).filter(is_sane);
        let principal = Principal {
            client: format!("{PREFIX}{client}").into(),
            role: role.unwrap_or(Role::Viewer),
            projects: projects.map(Into::into),
            token: token.map_or_else(|| id.clone(), |it| format!("{PREFIX}{it}").into()),
            session: None,
        };
        // Whether one of its clients is to be let in any more, only the issuer knows.
        Ok((Verified { principal, issued: u64::MAX, expires }, role))
    }

    fn current(&self) -> Arc<Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes one of the fetches that are left.
    fn may_fetch(&self) -> bool {
        let mut budget = self.budget.lock().unwrap_or_else(PoisonError::into_inner);
        let grown = budget.at.elapsed().as_secs_f64() / FETCH_AGAIN.as_secs_f64();
        budget.left = (budget.left + grown).min(FETCHES_AT_ONCE);
        budget.at = Instant::now();
        if budget.left < 1.0 {
            return false;
        }
        budget.left -= 1.0;
        true
    }

    /// Fetches the keys for the sake of one that is not known, if there were not too many fetches.
    async fn fetch_for(&self, kid: &str) {
        let asked = Instant::now();
        let Ok(_one) = tokio::time::timeout(LONGEST_WAIT, self.fetching.lock()).await else {
            return;
        };
        // Another request may have fetched them meanwhile.
        let fetched = *self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = self.current().contains_key(kid);
        if is_known || fetched.is_some_and(|at| at > asked) || !self.may_fetch() {
            return;
        }
        if let Err(error) = self.fetch().await {
            tracing::warn!(%error, "keys could not be fetched");
        }
    }

    async fn fetch(&self) -> Result<(), IssuerError> {
        let discovery: Discovery = self.get(self.discovery.clone()).await?;
        if discovery.issuer != self.settings.issuer {
            return Err(self.wrong(format!("it says that it is {:?}", discovery.issuer)));
        }
        let wrong =
            || self.wrong(format!("its jwks_uri {:?} is no https address", discovery.jwks_uri));
        let keys: BTreeMap<String, Value> =
            self.get(address(&discovery.jwks_uri).ok_or_else(wrong)?).await?;
        let keys = keys.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or_else(|| self.wrong("its key set has no keys".to_owned()))?;
        let keys: Keys = keys.iter().take(MOST_KEYS).filter_map(|it| self.key(it)).collect();
        if keys.is_empty() {
            return Err(self.wrong("its key set has none that may be used".to_owned()));
        }
        let is_lost =
            |(kid, key): (&String, &Key)| keys.get(kid).is_none_or(|it| it.shown != key.shown);
        if self.current().iter().any(is_lost) {
            self.has_lost.store(true, Ordering::Release);
        }
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        *self.fetched.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        Ok(())
    }

    /// A key of its set, if it is one that tokens may be signed with.
    fn key(&self, value: &Value) -> Option<(String, Key)> {
        let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
        let purpose = jwk.common.public_key_use.as_ref();
        if !purpose.is_none_or(|it| *it == PublicKeyUse::Signature) {
            return None;
        }
        let named = value.get("alg").and_then(Value::as_str);
        let is_allowed = |it: &Algorithm| {
            self.algorithms.contains(it) && named.is_none_or(|name| algorithm(name) == Some(*it))
        };
        let algorithms: Vec<_> = algorithms_of(&jwk).iter().copied().filter(is_allowed).collect();
        let decoding = DecodingKey::from_jwk(&jwk).ok()?;
        let kid = jwk.common.key_id?;
        let key = Key { algorithms, decoding, shown: value.clone() };
        (!key.algorithms.is_empty()).then_some((kid, key))
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, url: Url) -> Result<T, IssuerError> {
        let problem = |error: reqwest::Error| self.wrong(error.without_url().to_string());
        let mut response = self.client.get(url).send().await.map_err(problem)?;
        if !response.status().is_success() {
            return Err(self.wrong(format!("it answers with status {}", response.status())));
        }
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(problem)? {
            if body.len() + part.len() > LARGEST_ANSWER {
                return Err(self.wrong(format!("its answer is larger than {LARGEST_ANSWER} bytes")));
            }
            body.extend_from_slice(&part);
        }
        serde_json::from_slice(&body).map_err(|_| self.wrong("its answer is none".to_owned()))
    }

    fn wrong(&self, problem: String) -> IssuerError {
        IssuerError::Answer { issuer: self.settings.issuer.clone(), problem }
    }
}

/// The claim of a name, or of a path with dots between.
fn claim<'a>(claims: &'a Value, name: &str) -> Option<&'a Value> {
    claims.get(name).or_else(|| name.split('.').try_fold(claims, |at, part| at.get(part)))
}

/// The words of a claim: those of a text, or the texts of an array.
fn words(claim: Option<&Value>) -> Vec<&str> {
    match claim {
        Some(Value::String(text)) => text.split_whitespace().collect(),
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
