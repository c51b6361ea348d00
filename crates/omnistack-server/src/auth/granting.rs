//! How clients come by tokens, renew them and give them up: what the handlers of `/v1/token` ask for.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::clients::{self, Client, Denied};
use super::sessions::{NotRefreshed, is_refresh_token};
use super::tokens::{self, Grant, Issued, NotSigned, Verified};
use super::{Auth, Parts};
use crate::access::Role;
use crate::store::{Space, Unavailable};

/// Tokens for a client. It has no `Debug`.
pub struct Pair {
    /// The access token.
    pub access: Issued,
    /// The refresh token; nothing while sessions cannot be kept.
    pub refresh: Option<SecretString>,
    /// Whose they are.
    pub client: String,
    /// What the access token says that it is.
    pub role: Role,
    /// The projects that the access token is limited to.
    pub projects: Option<Vec<String>>,
    /// How long it is good.
    pub lifetime: Duration,
}

/// Why a client got no tokens.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Its name or secret is not taken.
    #[error(transparent)]
    Client(#[from] Denied),
    /// Its refresh token is not taken.
    #[error(transparent)]
    Session(#[from] NotRefreshed),
    /// It asked for projects that it must not use.
    #[error("the scope names {0:?}, which this client may not use")]
    Scope(String),
    /// No token could be made.
    #[error(transparent)]
    NotSigned(#[from] NotSigned),
}

impl From<Unavailable> for Refused {
    fn from(error: Unavailable) -> Self {
        Self::Session(NotRefreshed::Store(error))
    }
}

/// A token that somebody wants revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Whose it is.
    pub client: String,
    /// Its id, or its session's.
    id: String,
    /// When it is over anyway.
    until: u64,
    is_session: bool,
}

impl Auth {
    /// Tokens for a client's name and secret.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn grant(
        &self,
        name: &str,
        secret: &SecretString,
        scope: Option<&str>,
    ) -> Result<Pair, Refused> {
        let client = self.0.clients.authenticate(name, secret).await?;
        let projects = narrow(client.projects.as_deref(), scope)?;
        let issued = client.gives_at();
        let begun = self.0.sessions.begin(name, projects.clone(), issued).await;
        let (session, refresh) = match begun {
            Ok((session, refresh)) => (Some(session), Some(refresh)),
            // Without the store there is no session, and the token is as good.
            Err(NotRefreshed::Store(error)) => {
                tracing::warn!(%error, "a token was given without a session");
                (None, None)
            }
            Err(error) => return Err(error.into()),
        };
        self.0.pair((name, client.role, issued), projects, session, refresh)
    }

    /// Tokens for a refresh token, which is used up by that.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn refresh(
        &self,
        token: &SecretString,
        scope: Option<&str>,
    ) -> Result<Pair, Refused> {
        let parts = &self.0;
        // Looked at first, so that a token is not used up for nothing.
        let (family, session) = parts.sessions.find(token).await?;
        let client = parts.clients.find(&session.client).await?;
        let is_good = |it: &Client| it.over_until().is_none_or(|until| session.began > until);
        let Some(client) = client.filter(is_good) else {
            let why = "the client was disabled or removed, or has another secret";
            return Err(Denied::Credentials(why).into());
        };
        let is_revoked = parts.store.get(Space::Revoked, &family).await?.is_some();
        if is_revoked || parts.revocations.has_session(&family) {
            return Err(NotRefreshed::Unknown.into());
        }
        // What the client may use now limits what its session was given then.
        let projects = within(session.projects, client.projects.as_deref());
        let projects = narrow(projects.as_deref(), scope)?;
        match parts.sessions.refresh(token).await {
            Ok((family, session, refresh)) => {
                let whose = (&*session.client, client.role, client.gives_at());
                parts.pair(whose, projects, Some(family), Some(refresh))
            }
            Err(NotRefreshed::Reused { family, client }) => {
                let until = tokens::now() + parts.sessions.longest().as_secs();
                parts.revocations.revoke(&family, until).await?;
                parts.sessions.end_of(&family).await?;
                Err(NotRefreshed::Reused { family, client }.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The same, for a client that says who it is.
    ///
    /// # Errors
    /// [`Refused`], also when the token is another client's.
    pub async fn refresh_as(
        &self,
        name: &str,
        secret: &SecretString,
        token: &SecretString,
        scope: Option<&str>,
    ) -> Result<Pair, Refused> {
        self.0.clients.authenticate(name, secret).await?;
        let (_, session) = self.0.sessions.find(token).await?;
        if session.client != name {
            return Err(NotRefreshed::Unknown.into());
        }
        self.refresh(token, scope).await
    }

    /// What a token is that somebody wants revoked; nothing if it is none that is good.
    ///
    /// # Errors
    /// [`Unavailable`] when it is a refresh token, and the store does not answer.
    pub async fn target(&self, token: &SecretString) -> Result<Option<Target>, Unavailable> {
        if is_refresh_token(token.expose_secret()) {
            return match self.0.sessions.find(token).await {
                Ok((id, session)) => {
                    let until = tokens::now() + self.0.sessions.longest().as_secs();
                    Ok(Some(Target { client: session.client, id, until, is_session: true }))
                }
                Err(NotRefreshed::Store(error)) => Err(error),
                Err(_) => Ok(None),
            };
        }
        let Ok((verified, _)) = self.0.verify(token.expose_secret()).await else {
            return Ok(None);
        };
        let Verified { principal, expires, .. } = verified;
        let until = expires + self.0.settings.leeway.as_secs() + 1;
        let (client, id) = (principal.client.to_string(), principal.token.to_string());
        Ok(Some(Target { client, id, until, is_session: false }))
    }

    /// Revokes a token, or its whole session. Here it is at once.
    ///
    /// # Errors
    /// [`Unavailable`] when other replicas do not know yet, because the store does not answer.
    pub async fn revoke(&self, target: &Target) -> Result<(), Unavailable> {
        self.0.revocations.revoke(&target.id, target.until).await?;
        if target.is_session {
            self.0.sessions.end_of(&target.id).await?;
        }
        Ok(())
    }
}

impl Parts {
    fn pair(
        &self,
        (client, role, issued): (&str, Role, u64),
        projects: Option<Vec<String>>,
        session: Option<String>,
        refresh: Option<SecretString>,
    ) -> Result<Pair, Refused> {
        let (client, lifetime) = (client.to_owned(), self.settings.access_token);
        let grant = Grant { client, role, projects, session, issued, lifetime };
        let access = self.sign(&grant)?;
        let Grant { client, role, projects, lifetime, .. } = grant;
        Ok(Pair { access, refresh, client, role, projects, lifetime })
    }
}

/// The projects of a scope, of those that are allowed.
fn narrow(allowed: Option<&[String]>, scope: Option<&str>) -> Result<Option<Vec<String>>, Refused> {
    let wanted: Vec<&str> = scope.unwrap_or_default().split_whitespace().collect();
    if wanted.is_empty() {
        return Ok(allowed.map(<[String]>::to_vec));
    }
    let is_allowed = |it: &str| {
        clients::is_project(it)
            && allowed.is_none_or(|allowed| allowed.iter().any(|project| project == it))
    };
    match wanted.iter().find(|it| !is_allowed(it)) {
        Some(project) => Err(Refused::Scope((*project).to_owned())),
        None => Ok(Some(wanted.into_iter().map(str::to_owned).collect())),
    }
}

/// The projects that are within both limits.
fn within(given: Option<Vec<String>>, allowed: Option<&[String]>) -> Option<Vec<String>> {
    match (given, allowed) {
        (None, allowed) => allowed.map(<[String]>::to_vec),
        (given, None) => given,
        (Some(given), Some(allowed)) => {
            Some(given.into_iter().filter(|it| allowed.contains(it)).collect())
        }
    }
}
