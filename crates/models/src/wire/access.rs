//! `POST /v1/token` and `POST /v1/token/revoke`: how a client comes by its tokens, as in OAuth 2.0
//! (RFC 6749, sections 4.4 and 6; RFC 7009).

use serde::{Deserialize, Serialize};

/// What a token is asked for with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// A client's id and secret.
    ClientCredentials,
    /// A refresh token.
    RefreshToken,
}

/// Asks for tokens; as JSON, or as a form. It has no `Debug`, so that no secret gets into a log.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenRequest {
    /// What is given for the token.
    pub grant_type: GrantType,
    /// The client, unless the `Authorization` header names it (`Basic`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Its secret, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// The refresh token, where that is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// Projects that the token is to be limited to, with spaces between; all that the client may use
    /// if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Tokens. It has no `Debug`, so that none gets into a log.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenResponse {
    /// A JWT for the `Authorization` header.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds until it is over.
    pub expires_in: u64,
    /// What the next token is asked for with, once; nothing while sessions cannot be kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// The projects that it is limited to, with spaces between; nothing if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Revokes a token; as JSON, or as a form. It has no `Debug`, so that none gets into a log.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevokeRequest {
    /// The token: a refresh token, which ends its whole session, or an access token.
    pub token: String,
}
