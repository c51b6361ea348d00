//! Access tokens of the server itself: JWTs (RFC 7519) with the profile of RFC 9068.
//!
//! A token is taken apart in a fixed order, and each step refuses what the next could be misled by:
//! its length, its three parts, its header, the key that the header names, the signature, and only
//! then what it claims. The algorithm is that of the key; the header has to agree, and never decides.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{DecodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::Principal;
use super::key::{self, Key};
use crate::access::Role;
use crate::configuration;

/// The most bytes of a token. Those of other issuers may be long.
pub const LONGEST: usize = 8 << 10;
/// The `typ` of access tokens (RFC 9068).
pub const TYPE: &str = "at+jwt";

/// Why a token is not taken. The words are for whoever has to mend something; none of them helps to
/// forge one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is longer than any token is.
    #[error("it is longer than {LONGEST} bytes")]
    TooLong,
    /// It is no JWT, or its header asks for something that nobody should ask for.
    #[error("it is no token that this server takes")]
    Malformed,
    /// Nobody who is trusted has such a key.
    #[error("it is signed with a key that is not known, or not any more")]
    UnknownKey,
    /// Its signature is wrong.
    #[error("its signature is wrong")]
    Signature,
    /// It was good once.
    #[error("it is over: ask for a new one")]
    Over,
    /// It is good later.
    #[error("it is not valid yet: the clocks may differ")]
    Early,
    /// It is for somebody else (`aud`).
    #[error("it is for another audience")]
    Audience,
    /// It is from somebody else (`iss`).
    #[error("it is from another issuer")]
    Issuer,
    /// A claim is missing or is none.
    #[error("it lacks a claim, or has one that makes no sense")]
    Claims,
    /// It was revoked, or its session or client was.
    #[error("it was revoked")]
    Revoked,
}

/// The header, as far as it matters. A name that stands twice is refused.
#[derive(Deserialize)]
pub(super) struct Head {
    pub(super) alg: String,
    #[serde(default)]
    pub(super) kid: Option<String>,
    #[serde(default)]
    pub(super) typ: Option<String>,
    // Nobody may bring along the key that they are judged by, nor ask for what is not understood.
    #[serde(default)]
    crit: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    jwk: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    jku: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    x5u: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    x5c: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    enc: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    zip: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    b64: Option<serde::de::IgnoredAny>,
}

/// A token in its parts.
pub(super) struct Parts {
    pub(super) head: Head,
    /// What it claims, which nobody has vouched for yet.
    pub(super) payload: Vec<u8>,
}

/// Takes a token apart, without believing any of it.
pub(super) fn split(token: &str) -> Result<Parts, Refusal> {
    if token.len() > LONGEST {
        return Err(Refusal::TooLong);
    }
    let mut parts = token.split('.');
    let (Some(head), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Refusal::Malformed);
    };
    if head.is_empty() || payload.is_empty() || signature.is_empty() {
        return Err(Refusal::Malformed);
    }
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Refusal::Malformed);
    let head: Head = serde_json::from_slice(&decode(head)?).map_err(|_| Refusal::Malformed)?;
    let Head { crit, jwk, jku, x5u, x5c, enc, zip, b64, .. } = &head;
    if [crit, jwk, jku, x5u, x5c, enc, zip, b64].iter().any(|it| it.is_some()) {
        return Err(Refusal::Malformed);
    }
    Ok(Parts { payload: decode(payload)?, head })
}

/// What is wrong, of what the library found.
pub(super) fn refusal(error: &jsonwebtoken::errors::Error) -> Refusal {
    match error.kind() {
        ErrorKind::InvalidSignature => Refusal::Signature,
        ErrorKind::ExpiredSignature => Refusal::Over,
        ErrorKind::ImmatureSignature => Refusal::Early,
        ErrorKind::InvalidAudience => Refusal::Audience,
        ErrorKind::InvalidIssuer => Refusal::Issuer,
        ErrorKind::MissingRequiredClaim(_)
        | ErrorKind::InvalidClaimFormat(_)
        | ErrorKind::InvalidSubject
        | ErrorKind::Json(_) => Refusal::Claims,
        _ => Refusal::Malformed,
    }
}

/// What is checked of every token: who it is from and for, and when it is good.
pub(super) fn validation(
    algorithm: jsonwebtoken::Algorithm,
    issuer: &str,
    audience: &str,
    leeway: Duration,
    required: &[&str],
) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(required);
    validation.leeway = leeway.as_secs();
    validation.validate_nbf = true;
    validation
}

/// Who a token is for: one, or several.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// What a token of the server claims.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    sub: String,
    client_id: String,
    iat: u64,
    nbf: u64,
    exp: u64,
    jti: String,
    role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    projects: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
}

/// What a token is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The client.
    pub client: String,
    /// What it is.
    pub role: Role,
    /// The projects that it is limited to; nothing if it is not.
    pub projects: Option<Vec<String>>,
    /// Its session, if it has one.
    pub session: Option<String>,
    /// When it is given at the earliest, in seconds since 1970.
    pub issued: u64,
    /// How long the token is good.
    pub lifetime: Duration,
}

/// A token that was made. It has no `Debug`.
pub struct Issued {
    /// The JWT.
    pub token: String,
    /// Its id.
    pub id: String,
    /// When it is over, in seconds since 1970.
    pub expires: u64,
}

/// A token that was checked.
#[derive(Clone, Debug)]
pub(super) struct Verified {
    pub(super) principal: Principal,
    /// When it was given, in seconds since 1970.
    pub(super) issued: u64,
    /// When it is over, in seconds since 1970.
    pub(super) expires: u64,
}

/// A time, in seconds since 1970.
pub(super) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    seconds(SystemTime::now())
}

/// The key cannot sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token could not be signed")]
pub struct NotSigned;

/// Makes and checks the server's own tokens.
pub(super) struct Tokens {
    issuer: String,
    audience: String,
    leeway: Duration,
}

impl Tokens {
    pub(super) fn new(settings: &configuration::Auth) -> Self {
        let configuration::Auth { issuer, audience, leeway, .. } = settings;
        Self { issuer: issuer.clone(), audience: audience.clone(), leeway: *leeway }
    }

    /// Makes a token.
    pub(super) fn issue(&self, key: &Key, grant: &Grant) -> Result<Issued, NotSigned> {
        let algorithm = key::library(key.algorithm);
        let mut header = Header::new(algorithm);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(key.kid.to_string());
        let (now, id) = (now(), uuid::Uuid::new_v4().to_string());
        let issued = grant.issued.max(now);
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: Audience::One(self.audience.clone()),
            sub: grant.client.clone(),
            client_id: grant.client.clone(),
            iat: issued,
            nbf: now,
            exp: issued + grant.lifetime.as_secs().max(1),
            jti: id.clone(),
            role: grant.role,
            projects: grant.projects.clone(),
            sid: grant.session.clone(),
        };
        let token = jsonwebtoken::encode(&header, &claims, &key.encoding).map_err(|_| NotSigned)?;
        Ok(Issued { token, id, expires: claims.exp })
    }

    /// Checks a token that names one of the server's own keys.
    pub(super) fn verify(&self, token: &str, head: &Head, key: &Key) -> Result<Verified, Refusal> {
        let is_type = |typ: &str| typ.eq_ignore_ascii_case(TYPE);
        if head.alg != key::name(key.algorithm) || !head.typ.as_deref().is_some_and(is_type) {
            return Err(Refusal::Malformed);
        }
        let claims: Claims = self.decode(token, key)?;
        let is_sane = !claims.sub.is_empty()
            && !claims.jti.is_empty()
            && claims.client_id == claims.sub
            && claims.iat <= claims.exp;
        if !is_sane {
            return Err(Refusal::Claims);
        }
        let principal = Principal {
            client: claims.sub.into(),
            role: claims.role,
            projects: claims.projects.map(Into::into),
            token: claims.jti.into(),
            session: claims.sid.map(Into::into),
        };
        Ok(Verified { principal, issued: claims.iat, expires: claims.exp })
    }

    fn decode(&self, token: &str, key: &Key) -> Result<Claims, Refusal> {
        let required = ["exp", "nbf", "iss", "aud", "sub"];
        let algorithm = key::library(key.algorithm);
        let Self { issuer, audience, leeway } = self;
        let validation = validation(algorithm, issuer, audience, *leeway, &required);
        decode(token, &key.decoding, &validation)
    }
}

/// Checks a token's signature, then its times, issuer and audience.
pub(super) fn decode<T: serde::de::DeserializeOwned>(
    token: &str,
    key: &DecodingKey,
    validation: &Validation,
) -> Result<T, Refusal> {
    match jsonwebtoken::decode(token, key, validation) {
        Ok(data) => Ok(data.claims),
        Err(error) => Err(refusal(&error)),
    }
}

/// A name that stands for a token without an id: the hash that it is remembered by.
pub(super) fn id_of(digest: &[u8; 32]) -> Arc<str> {
    URL_SAFE_NO_PAD.encode(digest).into()
}
