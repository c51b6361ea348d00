//! Tokens that a server gives for a client's id and secret, and the next ones for a refresh token,
//! which is good once.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use models::wire::{GrantType, TokenRequest, TokenResponse};
use reqwest::header::HeaderMap;
use secrecy::{ExposeSecret, SecretString};

use super::{Token, TokenError, token_of};
use crate::settings::Endpoint;
use crate::transport::{Failure, Http, Response};

/// How long a server may take; a call that waits for it may be over by then.
const LIMIT: Duration = Duration::from_secs(10);

/// What the next token is asked for with, by whoever takes it first.
#[derive(Default)]
pub(super) struct Refresh(Mutex<Option<SecretString>>);

impl Refresh {
    fn replace(&self, next: Option<SecretString>) -> Option<SecretString> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), next)
    }
}

/// Asks for a token: with the refresh token if there is one, else with the client's secret.
pub(super) async fn sign_in(
    http: &Http,
    endpoint: &Endpoint,
    (id, secret): (&str, &SecretString),
    refresh: &Refresh,
) -> Result<Token, TokenError> {
    // It is good once. Where it is unclear whether it was used, it is not used again: a server takes
    // that for a theft, and ends the session.
    if let Some(used) = refresh.replace(None) {
        let request = TokenRequest {
            grant_type: GrantType::RefreshToken,
            client_id: Some(id.to_owned()),
            client_secret: None,
            refresh_token: Some(used.expose_secret().to_owned()),
            scope: None,
        };
        if let Ok(token) = ask(http, endpoint, &request, refresh).await {
            return Ok(token);
        }
    }
    let request = TokenRequest {
        grant_type: GrantType::ClientCredentials,
        client_id: Some(id.to_owned()),
        client_secret: Some(secret.expose_secret().to_owned()),
        refresh_token: None,
        scope: None,
    };
    ask(http, endpoint, &request, refresh).await
}

async fn ask(
    http: &Http,
    endpoint: &Endpoint,
    request: &TokenRequest,
    refresh: &Refresh,
) -> Result<Token, TokenError> {
    let no_answer = |why: &str| TokenError::Unreachable(why.to_owned());
    let body = serde_json::to_vec(request).map_err(|_| no_answer("the request is none"))?;
    let posted = http.post(endpoint, "v1/token", HeaderMap::new(), body);
    let Response { status, body, .. } = match tokio::time::timeout(LIMIT, posted).await {
        Ok(Ok(response)) => response,
        Ok(Err(Failure::Unreachable(why))) => return Err(TokenError::Unreachable(why)),
        Ok(Err(Failure::TooLarge)) => return Err(no_answer("its answer is too large")),
        Err(_) => return Err(no_answer("it gave no token in time")),
    };
    match status {
        200 => {}
        400 | 401 | 403 => {
            let why = format!("{endpoint} does not take the client's id and secret ({status})");
            return Err(TokenError::None(why));
        }
        _ => return Err(no_answer(&format!("it gives no token ({status})"))),
    }
    let response: TokenResponse =
        serde_json::from_slice(&body).map_err(|_| no_answer("its answer holds no token"))?;
    let secret = token_of(&response.access_token)?;
    refresh.replace(response.refresh_token.and_then(|it| token_of(&it).ok()));
    Ok(Token::lasting(secret, Some(Duration::from_secs(response.expires_in))))
}
