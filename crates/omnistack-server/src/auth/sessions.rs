//! Sessions: families of refresh tokens.
//!
//! A refresh token is good for one use, and is replaced by the next of its family. The store holds
//! the hash of the current one only. Whoever shows one that was used before has stolen it, or was
//! stolen from: which of the two cannot be told, so the whole family ends.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::tokens;
use crate::configuration;
use crate::store::{Space, Store, Unavailable};

/// What refresh tokens begin with, so that scanners for secrets find them.
const PREFIX: &str = "omr_";
/// Bytes of a family's name, and of the secret behind it.
const FAMILY: usize = 16;
const SECRET: usize = 32;

/// A session, as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Whose it is.
    pub client: String,
    /// The projects that it was limited to when it began; nothing if it was not.
    pub projects: Option<Vec<String>>,
    /// When it began, in seconds since 1970.
    pub began: u64,
    /// When the current refresh token is over.
    pub until: u64,
    /// The hash of the current refresh token.
    current: String,
}

/// Why a refresh token is not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotRefreshed {
    /// It is none, or is over, or its session is.
    #[error("the refresh token is not known, or is over")]
    Unknown,
    /// It was used before: its session has to end.
    #[error("the refresh token was used before: its whole session was revoked")]
    Reused {
        /// The session.
        family: String,
        /// Whose it is.
        client: String,
    },
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] Unavailable),
    /// The operating system gave no randomness.
    #[error("a refresh token could not be made")]
    NotMade,
}

/// A refresh token in its parts. It has no `Debug`.
struct Parts {
    family: String,
    hash: String,
}

fn parse(token: &SecretString) -> Option<Parts> {
    let text = token.expose_secret().strip_prefix(PREFIX)?;
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (family, secret) = bytes.split_at_checked(FAMILY)?;
    if secret.len() != SECRET {
        return None;
    }
    let family = Uuid::from_slice(family).ok()?.to_string();
    let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, secret));
    Some(Parts { family, hash })
}

/// Sessions in the store.
pub(super) struct Sessions {
    store: Arc<Store>,
    refresh_token: Duration,
    session: Duration,
}

impl Sessions {
    pub(super) fn new(settings: &configuration::Auth, store: Arc<Store>) -> Self {
        let configuration::Auth { refresh_token, session, .. } = settings;
        Self { store, refresh_token: *refresh_token, session: *session }
    }

    /// Begins a session at a time in seconds since 1970; returns its name and its first refresh token.
    pub(super) async fn begin(
        &self,
        client: &str,
        projects: Option<Vec<String>>,
        began: u64,
    ) -> Result<(String, SecretString), NotRefreshed> {
        let family = Uuid::new_v4();
        let session = Session {
            client: client.to_owned(),
            projects,
            began,
            until: 0,
            current: String::new(),
        };
        let token = self.renew(family, session).await?;
        Ok((family.to_string(), token))
    }

    /// The session of a refresh token, which is not used up by that; for asking whose it is.
    pub(super) async fn find(
        &self,
        token: &SecretString,
    ) -> Result<(String, Session), NotRefreshed> {
        let parts = parse(token).ok_or(NotRefreshed::Unknown)?;
        let session = self.get(&parts.family).await?.ok_or(NotRefreshed::Unknown)?;
        // Whoever has a token of the family may end it, also one that was used.
        Ok((parts.family, session))
    }

    /// Uses a refresh token up, for the next one.
    pub(super) async fn refresh(
        &self,
        token: &SecretString,
    ) -> Result<(String, Session, SecretString), NotRefreshed> {
        let parts = parse(token).ok_or(NotRefreshed::Unknown)?;
        let Parts { family, hash } = parts;
        let session = self.get(&family).await?.ok_or(NotRefreshed::Unknown)?;
        let is_current: bool = hash.as_bytes().ct_eq(session.current.as_bytes()).into();
        // The name of a session is no secret: a token that was never given out in it has no effect.
        let used = format!("{family} {hash}");
        if !is_current && self.store.get(Space::Used, &used).await?.is_none() {
            return Err(NotRefreshed::Unknown);
        }
        // Of all that show the same token, on any replica, one gets the next.
        if !is_current || !self.store.claim(Space::Used, &used, self.session).await? {
            return Err(NotRefreshed::Reused { family, client: session.client });
        }
        let now = tokens::now();
        if session.until <= now || self.end(&session) <= now {
            return Err(NotRefreshed::Unknown);
        }
        let uuid = Uuid::parse_str(&family).map_err(|_| NotRefreshed::Unknown)?;
        let token = self.renew(uuid, session.clone()).await?;
        Ok((family, session, token))
    }

    /// Ends a session.
    pub(super) async fn end_of(&self, family: &str) -> Result<(), Unavailable> {
        self.store.remove(Space::Session, family).await
    }

    /// How long a family has to stay revoked.
    pub(super) fn longest(&self) -> Duration {
        self.session
    }

    /// When a session is over, however often it is refreshed.
    fn end(&self, session: &Session) -> u64 {
        session.began.saturating_add(self.session.as_secs())
    }

    async fn get(&self, family: &str) -> Result<Option<Session>, Unavailable> {
        let kept = self.store.get(Space::Session, family).await?;
        Ok(kept.and_then(|it| serde_json::from_slice(&it).ok()))
    }

    /// Puts a new refresh token in the place of the current one.
    async fn renew(
        &self,
        family: Uuid,
        mut session: Session,
    ) -> Result<SecretString, NotRefreshed> {
        let mut secret = [0; SECRET];
        aws_lc_rs::rand::fill(&mut secret).map_err(|_| NotRefreshed::NotMade)?;
        let now = tokens::now();
        let end = self.end(&session);
        session.until = (now + self.refresh_token.as_secs()).min(end);
        session.current = URL_SAFE_NO_PAD.encode(digest(&SHA256, &secret));
        let keep = Duration::from_secs(session.until.saturating_sub(now).max(1));
        let kept = serde_json::to_vec(&session).map_err(|_| NotRefreshed::NotMade)?;
        self.store.put(Space::Session, &family.to_string(), &kept, Some(keep)).await?;
        let mut token = family.as_bytes().to_vec();
        token.extend(secret);
        Ok(SecretString::from(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(&token))))
    }
}

/// Whether a text looks like a refresh token.
pub(super) fn is_refresh_token(token: &str) -> bool {
    token.starts_with(PREFIX)
}
