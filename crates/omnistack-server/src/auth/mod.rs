//! Who asks: bearer tokens become a [`Principal`], and clients come by their tokens.
//!
//! [`keys`] sign, [`tokens`] are made and checked with them, [`issuer`] lets somebody else's in,
//! [`clients`] are who may ask for any, [`sessions`] renew them, and [`revocation`] ends them. What
//! checks a signature is remembered by the token's hash until the token is over, so that a request
//! costs no more than a hash and two look-ups; whether a token was revoked is asked every time.

pub mod clients;
mod file;
mod granting;
pub mod issuer;
pub mod key;
pub mod keys;
mod principal;
mod remembered;
mod revocation;
mod revoked_file;
pub mod sessions;
pub mod tokens;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use http::header::WWW_AUTHENTICATE;
use secrecy::SecretString;

pub use granting::{Pair, Refused, Target};
pub use principal::Principal;

use crate::access::Role;
use crate::configuration::{self, ClientsIn, Configuration};
use crate::problem::{Answer, Code, Failure};
use crate::store::Store;
use clients::{Client, ClientError, Clients};
use issuer::{Issuer, IssuerError};
use key::PublicKey;
use keys::{Keys, KeysError};
use remembered::Remembered;
use revocation::Revocations;
use revoked_file::RevokedFile;
use sessions::Sessions;
use tokens::{Grant, Issued, NotSigned, Refusal, Tokens, Verified};

/// How often the folder of keys is looked at, for changes.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often it is asked whether the issuer's keys are to be fetched.
const FETCH_CHECK: Duration = Duration::from_secs(15);
/// The longest that a token of `token issue` is good.
pub const LONGEST_LIFETIME: Duration = Duration::from_hours(24 * 365);

/// Why nobody can be let in.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The folder of keys.
    #[error("auth.keys: {0}")]
    Keys(#[from] KeysError),
    /// The clients.
    #[error("auth.clients: {0}")]
    Clients(#[from] ClientError),
    /// The external issuer.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    /// What was revoked.
    #[error("auth.keys: revoked.jsonl, which remembers what was revoked, cannot be read: {0}")]
    Revoked(std::io::Error),
}

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// There is no key, or it cannot sign.
    #[error(transparent)]
    NotSigned(#[from] NotSigned),
    /// The client or a project cannot be one.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// It would be good for too long, or not at all.
    #[error("a token is good for a second at least and a year at most: ask for another lifetime")]
    Lifetime,
}

/// Who may ask, and the keys that say so. A clone is the same.
#[derive(Clone)]
pub struct Auth(Arc<Parts>);

struct Parts {
    settings: configuration::Auth,
    store: Arc<Store>,
    keys: Keys,
    tokens: Tokens,
    issuer: Option<Issuer>,
    clients: Clients,
    sessions: Sessions,
    revocations: Revocations,
    remembered: Remembered,
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Auth").finish_non_exhaustive()
    }
}

impl Auth {
    /// Reads keys and clients, and what was revoked as far as the store says.
    ///
    /// # Errors
    /// [`AuthError`] when keys, clients or the external issuer's settings cannot be used.
    pub async fn start(
        configuration: &Configuration,
        store: Arc<Store>,
    ) -> Result<Self, AuthError> {
        let settings = &configuration.auth;
        let keys = Keys::open(settings)?;
        let clients = clients_of(settings, store.clone())?;
        let file = (!store.is_shared()).then(|| RevokedFile::in_folder(&settings.keys));
        let revocations = Revocations::new(store.clone(), file).map_err(AuthError::Revoked)?;
        let auth = Self::new(settings, store, keys, clients, revocations)?;
        auth.0.look().await;
        Ok(auth)
    }

    /// A key and clients that go with the process.
    ///
    /// # Errors
    /// [`AuthError`] when no key can be made.
    pub fn in_memory(configuration: &Configuration, store: Arc<Store>) -> Result<Self, AuthError> {
        let settings = &configuration.auth;
        let revocations = Revocations::in_memory(store.clone());
        let (keys, clients) = (Keys::in_memory(settings)?, Clients::in_memory()?);
        Self::new(settings, store, keys, clients, revocations)
    }

    /// The keys of the settings, and nobody who could ask: for making tokens where the keys are.
    ///
    /// # Errors
    /// [`AuthError`] when the keys cannot be used.
    pub fn for_issuing(
        configuration: &Configuration,
        store: Arc<Store>,
    ) -> Result<Self, AuthError> {
        let settings = &configuration.auth;
        // A token of a key that was made for it would be good nowhere.
        let keys = Keys::look(settings)?;
        if keys.current().signer().is_none() {
            return Err(KeysError::Nothing { folder: settings.keys.clone() }.into());
        }
        let revocations = Revocations::in_memory(store.clone());
        Self::new(settings, store, keys, Clients::in_memory()?, revocations)
    }

    fn new(
        settings: &configuration::Auth,
        store: Arc<Store>,
        keys: Keys,
        clients: Clients,
        revocations: Revocations,
    ) -> Result<Self, AuthError> {
        let external = settings.external.as_ref();
        Ok(Self(Arc::new(Parts {
            tokens: Tokens::new(settings),
            issuer: external.map(|it| Issuer::new(it, settings.leeway)).transpose()?,
            sessions: Sessions::new(settings, store.clone()),
            revocations,
            remembered: Remembered::new(settings.access_token),
            settings: settings.clone(),
            store,
            keys,
            clients,
        })))
    }

    /// Keeps keys, clients, revocations and the issuer's keys up to date, until the last of its
    /// clones is dropped.
    pub fn run(&self) {
        let weak = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            let mut ticks = ticks(LOOK_EVERY);
            loop {
                ticks.tick().await;
                let Some(parts) = weak.upgrade() else { return };
                let blocking = Arc::clone(&parts);
                let maintained = tokio::task::spawn_blocking(move || blocking.keys.maintain());
                if maintained.await.unwrap_or(true) {
                    // What a key vouched for that is gone is not believed any more.
                    parts.remembered.forget();
                }
            }
        });
        let weak = Arc::downgrade(&self.0);
        let mut ticks_to_look = ticks(self.0.settings.revocations_every);
        tokio::spawn(async move {
            loop {
                ticks_to_look.tick().await;
                let Some(parts) = weak.upgrade() else { return };
                parts.look().await;
            }
        });
        let weak = Arc::downgrade(&self.0);
        if self.0.issuer.is_none() {
            return;
        }
        tokio::spawn(async move {
            let mut ticks = ticks(FETCH_CHECK);
            loop {
                ticks.tick().await;
                let Some(parts) = weak.upgrade() else { return };
                let Some(issuer) = &parts.issuer else { return };
                if let Err(error) = issuer.maintain().await {
                    tracing::warn!(%error, "keys could not be fetched");
                }
                parts.forget_lost(issuer);
            }
        });
    }

    /// Who a bearer token is from.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`] when it cannot be used, [`Code::Forbidden`] when an external
    /// issuer's token names no role.
    pub async fn verify(&self, token: &str) -> Answer<Principal> {
        match self.0.verify(token).await {
            Ok((verified, Some(_))) => Ok(verified.principal),
            Ok((_, None)) => {
                Err(Code::Forbidden.because("The token names no role that means anything here."))
            }
            Err(refusal) => Err(unauthenticated(refusal)),
        }
    }

    /// Makes an access token without a session, as operators and `serve --dev` do.
    ///
    /// # Errors
    /// [`IssueError`] when the client, a project or the lifetime cannot be one, or there is no key.
    pub fn issue(
        &self,
        client: &str,
        role: Role,
        projects: Option<Vec<String>>,
        lifetime: Duration,
    ) -> Result<Issued, IssueError> {
        self.issue_at(0, client, role, projects, lifetime)
    }

    /// The same, given then at the earliest, in seconds since 1970: see [`Client::gives_at`].
    ///
    /// # Errors
    /// As above.
    pub fn issue_at(
        &self,
        issued: u64,
        client: &str,
        role: Role,
        projects: Option<Vec<String>>,
        lifetime: Duration,
    ) -> Result<Issued, IssueError> {
        if !clients::is_name(client) {
            return Err(ClientError::Name.into());
        }
        if !projects.iter().flatten().all(|it| clients::is_project(it)) {
            return Err(ClientError::Project.into());
        }
        if lifetime > LONGEST_LIFETIME || lifetime < Duration::from_secs(1) {
            return Err(IssueError::Lifetime);
        }
        let (client, session) = (client.to_owned(), None);
        Ok(self.0.sign(&Grant { client, role, projects, session, issued, lifetime })?)
    }

    /// The public keys of the server's own tokens.
    pub fn public_keys(&self) -> Vec<PublicKey> {
        self.0.keys.current().public()
    }

    /// The keys.
    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// The clients.
    pub fn clients(&self) -> &Clients {
        &self.0.clients
    }

    /// Adds a client with a secret of its own making; for `serve --dev` and tests.
    ///
    /// # Errors
    /// [`ClientError`] when there is one of that name, or the secret or a project cannot be one.
    pub async fn add_client(
        &self,
        name: &str,
        secret: &SecretString,
        role: Role,
        projects: Option<Vec<String>>,
    ) -> Result<(), ClientError> {
        self.0.clients.add(name, Client::new(secret, role, projects)?).await
    }

    /// Tokens and sessions that are known to be revoked.
    pub fn revoked(&self) -> usize {
        self.0.revocations.count()
    }
}

/// The clients of the settings.
///
/// # Errors
/// [`ClientError`] when they cannot be read.
pub fn clients_of(
    settings: &configuration::Auth,
    store: Arc<Store>,
) -> Result<Clients, ClientError> {
    match settings.clients_in {
        ClientsIn::File => Clients::in_file(&settings.clients),
        ClientsIn::Redis => Clients::in_store(store),
    }
}

/// Ticks that are never made up for.
fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(every.max(Duration::from_millis(50)));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks
}

fn unauthenticated(refusal: Refusal) -> Failure {
    let challenge = HeaderValue::from_static(r#"Bearer realm="omnistack", error="invalid_token""#);
    let detail = format!("The token cannot be used: {refusal}.");
    Code::Unauthenticated.because(detail).header(WWW_AUTHENTICATE, challenge)
}

impl Parts {
    async fn verify(&self, token: &str) -> Result<(Verified, Option<Role>), Refusal> {
        if token.len() > tokens::LONGEST {
            return Err(Refusal::TooLong);
        }
        let digest = Remembered::digest(token);
        let (verified, role) = match self.remembered.get(&digest) {
            Some(known) => known,
            None => self.check(token, &digest).await?,
        };
        // Leeway is for clocks that differ; it was granted when the signature was checked.
        if verified.expires + self.settings.leeway.as_secs() < tokens::now() {
            return Err(Refusal::Over);
        }
        if self.revocations.has(&verified) {
            return Err(Refusal::Revoked);
        }
        Ok((verified, role))
    }

    /// Checks a token that was not seen before.
    async fn check(
        &self,
        token: &str,
        digest: &[u8; 32],
    ) -> Result<(Verified, Option<Role>), Refusal> {
        let parts = tokens::split(token)?;
        let generation = self.remembered.generation();
        let is_external = self.issuer.as_ref().filter(|it| it.is_named_by(&parts));
        let checked = if let Some(issuer) = is_external {
            let checked = issuer.verify(token, &parts, &tokens::id_of(digest)).await;
            self.forget_lost(issuer);
            checked?
        } else {
            let kid = parts.head.kid.as_deref().ok_or(Refusal::UnknownKey)?;
            let key = self.keys.find(kid).ok_or(Refusal::UnknownKey)?;
            let verified = self.tokens.verify(token, &parts.head, &key)?;
            let role = verified.principal.role;
            (verified, Some(role))
        };
        self.remembered.put(*digest, checked.clone(), generation);
        Ok(checked)
    }

    /// Forgets what keys vouched for that the issuer has taken back.
    fn forget_lost(&self, issuer: &Issuer) {
        if issuer.has_lost_keys() {
            self.remembered.forget();
        }
    }

    fn sign(&self, grant: &Grant) -> Result<Issued, NotSigned> {
        let keys = self.keys.current();
        self.tokens.issue(keys.signer().ok_or(NotSigned)?, grant)
    }

    /// Asks for what was revoked or disabled elsewhere.
    async fn look(&self) {
        if let Err(error) = self.revocations.refresh().await {
            tracing::debug!(%error, "revocations stay as they are known");
        }
        match self.clients.all().await {
            Ok(all) => {
                let limited = all.into_iter().filter_map(|(name, client)| {
                    Some((name.into_boxed_str(), client.over_until()?))
                });
                self.revocations.limit(limited.collect::<HashMap<_, _>>());
            }
            Err(error) => tracing::debug!(%error, "clients stay as they are known"),
        }
    }
}
