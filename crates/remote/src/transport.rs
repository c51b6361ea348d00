//! Requests and responses: TLS with the roots that the settings add, no redirects (a token must not
//! follow wherever an answer points), and no more bytes read than an answer may have.

use std::path::Path;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Certificate, ClientBuilder, Identity};

use crate::backoff::retry_after;
use crate::error::SetupError;
use crate::settings::{Endpoint, Settings};

/// No answer is larger.
const MOST_BYTES: usize = 8 << 20;
/// No file of certificates is larger.
const MOST_FILE_BYTES: u64 = 4 << 20;
/// An idle connection is kept for so long.
const IDLE: Duration = Duration::from_mins(2);

/// Makes requests.
pub(crate) struct Http {
    /// Over TLS, where an endpoint wants that.
    encrypted: Option<reqwest::Client>,
    /// To this machine, by way of nobody.
    plain: reqwest::Client,
}

/// A response, read as a whole.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

/// Why there is none.
#[derive(Debug)]
pub(crate) enum Failure {
    /// No connection, or one that broke.
    Unreachable(String),
    /// It is too large to be one.
    TooLarge,
}

impl Http {
    pub(crate) fn new(settings: &Settings) -> Result<Self, SetupError> {
        // Another part of the process may have installed it; they are all the same.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let builder = || {
            reqwest::Client::builder()
                .redirect(Policy::none())
                .referer(false)
                .user_agent(&settings.agent)
                .pool_idle_timeout(IDLE)
        };
        let build = |builder: ClientBuilder| {
            builder.build().map_err(|error| SetupError::Tls(cause_of(&error)))
        };
        let is_encrypted = settings.endpoints.iter().any(Endpoint::is_encrypted);
        let encrypted = is_encrypted.then(|| encrypted(settings, &builder)).transpose()?;
        let plain = build(builder().no_proxy().tls_certs_only([]))?;
        Ok(Self { encrypted, plain })
    }

    /// Sends a request, and reads what comes.
    pub(crate) async fn post(
        &self,
        endpoint: &Endpoint,
        route: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Response, Failure> {
        let encrypted = self.encrypted.as_ref().filter(|_| endpoint.is_encrypted());
        let client = encrypted.unwrap_or(&self.plain);
        let request = client
            .post(endpoint.route(route))
            .headers(headers)
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let unreachable = |error: reqwest::Error| Failure::Unreachable(cause_of(&error));
        let mut response = request.send().await.map_err(unreachable)?;
        let after = response.headers().get(RETRY_AFTER).and_then(|it| it.to_str().ok());
        let retry_after = retry_after(after);
        let status = response.status().as_u16();
        if response.content_length().is_some_and(|it| it > MOST_BYTES as u64) {
            return Err(Failure::TooLarge);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, retry_after, body })
    }
}

fn encrypted(
    settings: &Settings,
    builder: &dyn Fn() -> ClientBuilder,
) -> Result<reqwest::Client, SetupError> {
    let mut roots = Vec::new();
    for file in &settings.roots {
        let found = Certificate::from_pem_bundle(&read(file)?).unwrap_or_default();
        if found.is_empty() {
            let why = "it holds no certificate in PEM".to_owned();
            return Err(SetupError::File { file: file.clone(), why });
        }
        roots.extend(found);
    }
    let identity = match &settings.identity {
        None => None,
        Some((certificate, key)) => {
            let mut both = read(certificate)?;
            both.push(b'\n');
            both.extend(read(key)?);
            let wrong = |error: reqwest::Error| {
                let why = format!("with {}: {}", certificate.display(), cause_of(&error));
                SetupError::File { file: key.clone(), why }
            };
            Some(Identity::from_pem(&both).map_err(wrong)?)
        }
    };
    let with_identity = |builder: ClientBuilder| match &identity {
        Some(identity) => builder.identity(identity.clone()),
        None => builder,
    };
    let usual = with_identity(builder().https_only(true).tls_certs_merge(roots.clone()));
    usual
        .build()
        .or_else(|error| {
            if roots.is_empty() {
                return Err(error);
            }
            // A system without certificates of its own.
            with_identity(builder().https_only(true).tls_certs_only(roots)).build()
        })
        .map_err(|error| SetupError::Tls(cause_of(&error)))
}

fn read(file: &Path) -> Result<Vec<u8>, SetupError> {
    let wrong = |why: String| SetupError::File { file: file.to_owned(), why };
    let metadata = file.metadata().map_err(|it| wrong(it.to_string()))?;
    if !metadata.is_file() || metadata.len() > MOST_FILE_BYTES {
        return Err(wrong("it is no file of certificates".to_owned()));
    }
    std::fs::read(file).map_err(|it| wrong(it.to_string()))
}

/// The innermost reason for an error: those around it only say that there was one.
fn cause_of(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if std::ptr::addr_eq(cause, error) && error.url().is_some() {
        // The error itself names the address, which is told beside it anyway.
        return "the request failed".to_owned();
    }
    cause.to_string()
}
