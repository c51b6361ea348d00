//! One key that signs tokens: how it is made, written to a PEM file, read from one, and shown to
//! others as a JSON Web Key.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use humantime_serde::re::humantime;
use jsonwebtoken::{DecodingKey, EncodingKey};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::configuration::Algorithm;

/// The most characters of a `kid`.
const LONGEST_KID: usize = 64;

/// A key that cannot be used.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// The name of its file cannot be a `kid`.
    #[error(
        "the name is none for a key: 1 to {LONGEST_KID} letters, digits, dots, dashes or underscores"
    )]
    Name,
    /// It is something else.
    #[error(
        "this is no private key for EdDSA (Ed25519) or ES256 (P-256) in a PKCS#8 PEM file, as `openssl genpkey -algorithm ED25519` writes one"
    )]
    Unusable,
    /// The operating system gave no randomness.
    #[error("a key could not be made")]
    NotMade,
}

/// A public key, as a member of a JSON Web Key Set (RFC 7517, RFC 8037).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicKey {
    /// `OKP` or `EC`.
    pub kty: &'static str,
    /// `Ed25519` or `P-256`.
    pub crv: &'static str,
    /// The key, or its first coordinate.
    pub x: String,
    /// Its second coordinate, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// The algorithm that it signs with.
    pub alg: &'static str,
    /// What it is for: `sig`.
    #[serde(rename = "use")]
    pub purpose: &'static str,
    /// Its name in the header of tokens.
    pub kid: String,
}

/// A key pair. It has no `Debug`.
pub struct Key {
    /// Its name.
    pub kid: Arc<str>,
    /// What it signs with.
    pub algorithm: Algorithm,
    /// When it was made.
    pub created: SystemTime,
    /// Whether the server made it, and may remove it.
    pub is_own: bool,
    /// What others see of it.
    pub public: PublicKey,
    pub(super) encoding: EncodingKey,
    pub(super) decoding: DecodingKey,
}

/// The algorithm as the library names it.
pub(super) fn library(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    match algorithm {
        Algorithm::EdDSA => jsonwebtoken::Algorithm::EdDSA,
        Algorithm::ES256 => jsonwebtoken::Algorithm::ES256,
    }
}

/// The name of an algorithm in headers.
pub(super) const fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::EdDSA => "EdDSA",
        Algorithm::ES256 => "ES256",
    }
}

/// Whether a text may name a key.
fn is_kid(kid: &str) -> bool {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b'_');
    (1..=LONGEST_KID).contains(&kid.len()) && !kid.starts_with('.') && kid.bytes().all(is_plain)
}

/// The name of a new key: when it was made, and something random.
fn new_kid(now: SystemTime) -> Result<String, KeyError> {
    let mut random = [0; 4];
    aws_lc_rs::rand::fill(&mut random).map_err(|_| KeyError::NotMade)?;
    let date = humantime::format_rfc3339_seconds(now).to_string().replace(':', "-");
    Ok(format!("{date}-{:08x}", u32::from_be_bytes(random)))
}

/// When a key of that name was made, if the server named it. The name says so rather than the file:
/// copies and backups change the file's time.
fn made_at(kid: &str) -> Option<SystemTime> {
    let (date, random) = kid.split_at_checked(20)?;
    let random = random.strip_prefix('-')?;
    let is_random = random.len() == 8 && random.bytes().all(|it| it.is_ascii_hexdigit());
    let (day, time) = date.split_once('T')?;
    let date = format!("{day}T{}", time.replace('-', ":"));
    is_random.then(|| humantime::parse_rfc3339(&date).ok()).flatten()
}

impl Key {
    /// Makes a key; its PEM is for the file.
    ///
    /// # Errors
    /// [`KeyError::NotMade`].
    pub fn generate(
        algorithm: Algorithm,
        now: SystemTime,
    ) -> Result<(Self, SecretString), KeyError> {
        let document = match algorithm {
            Algorithm::EdDSA => Ed25519KeyPair::generate().and_then(|it| it.to_pkcs8v1()),
            Algorithm::ES256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .and_then(|it| it.to_pkcs8v1()),
        };
        let document = document.map_err(|_| KeyError::NotMade)?;
        let key = Self::from_der(&new_kid(now)?, document.as_ref(), now)?;
        let body = SecretString::from(STANDARD.encode(document.as_ref()));
        let mut pem = String::with_capacity(body.expose_secret().len() + 64);
        pem.push_str("-----BEGIN PRIVATE KEY-----\n");
        let mut rest = body.expose_secret();
        while let Some((line, after)) = rest.split_at_checked(64) {
            pem.extend([line, "\n"]);
            rest = after;
        }
        if !rest.is_empty() {
            pem.extend([rest, "\n"]);
        }
        pem.push_str("-----END PRIVATE KEY-----\n");
        Ok((key, pem.into()))
    }

    /// Reads a key of this name; `changed` is when its file was written.
    ///
    /// # Errors
    /// [`KeyError::Name`] or [`KeyError::Unusable`].
    pub fn from_pem(kid: &str, pem: &SecretString, changed: SystemTime) -> Result<Self, KeyError> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.expose_secret().as_bytes())
            .map_err(|_| KeyError::Unusable)?;
        Self::from_der(kid, der.secret_pkcs8_der(), changed)
    }

    fn from_der(kid: &str, der: &[u8], changed: SystemTime) -> Result<Self, KeyError> {
        if !is_kid(kid) {
            return Err(KeyError::Name);
        }
        let made = made_at(kid);
        let (created, is_own) = (made.unwrap_or(changed), made.is_some());
        let base64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8(der) {
            let algorithm = Algorithm::EdDSA;
            let bytes = pair.public_key().as_ref();
            let public = PublicKey {
                kty: "OKP",
                crv: "Ed25519",
                x: base64(bytes),
                y: None,
                alg: name(algorithm),
                purpose: "sig",
                kid: kid.to_owned(),
            };
            return Ok(Self {
                kid: kid.into(),
                algorithm,
                created,
                is_own,
                public,
                encoding: EncodingKey::from_ed_der(der),
                decoding: DecodingKey::from_ed_der(bytes),
            });
        }
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der)
            .map_err(|_| KeyError::Unusable)?;
        // An uncompressed point: a 4, and two coordinates of 32 bytes.
        let point = pair.public_key().as_ref();
        let (Some(x), Some(y)) = (point.get(1..33), point.get(33..65)) else {
            return Err(KeyError::Unusable);
        };
        let algorithm = Algorithm::ES256;
        let public = PublicKey {
            kty: "EC",
            crv: "P-256",
            x: base64(x),
            y: Some(base64(y)),
            alg: name(algorithm),
            purpose: "sig",
            kid: kid.to_owned(),
        };
        Ok(Self {
            kid: kid.into(),
            algorithm,
            created,
            is_own,
            public,
            encoding: EncodingKey::from_ec_der(der),
            decoding: DecodingKey::from_ec_der(point),
        })
    }

    /// How old it is.
    pub fn age(&self, now: SystemTime) -> Duration {
        now.duration_since(self.created).unwrap_or_default()
    }
}
