//! TLS: the certificate, its key and the authorities of clients, read again when their files change.
//!
//! A file that cannot be used when it changes is told in the log, and what was read before goes on
//! serving: half a renewal must not take the server down.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

use super::ListenError;
use crate::configuration::Listen;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// HTTP/2 before HTTP/1.1.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Chooses the one implementation of cryptography that the process uses. Does nothing if that was
/// done before.
pub fn install_provider() {
    if CryptoProvider::get_default().is_none() {
        // It fails only if another thread was quicker, and that is as good.
        let _ = aws_lc_rs::default_provider().install_default();
    }
}

/// The files.
#[derive(Clone, Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
    client_roots: Option<PathBuf>,
}

/// What stands in them.
#[derive(PartialEq, Eq)]
struct Texts {
    certificate: Vec<u8>,
    key: Vec<u8>,
    client_roots: Option<Vec<u8>>,
}

/// The server's side of TLS.
pub(super) struct Tls {
    files: Files,
    state: RwLock<(Texts, Arc<ServerConfig>)>,
}

impl Tls {
    /// Reads the files; nothing if none are named.
    pub(super) fn new(settings: &Listen) -> Result<Option<Arc<Self>>, ListenError> {
        let (Some(certificate), Some(key)) = (&settings.certificate, &settings.key) else {
            return Ok(None);
        };
        let (certificate, key) = (certificate.clone(), key.clone());
        let files = Files { certificate, key, client_roots: settings.client_roots.clone() };
        let texts = files.read()?;
        let configuration = texts.configuration(&files)?;
        Ok(Some(Arc::new(Self { files, state: RwLock::new((texts, configuration)) })))
    }

    /// What takes connections, as things are now.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&state.1).into()
    }

    /// Looks at the files now and then, for ever.
    pub(super) async fn keep_current(&self) {
        let mut reported = false;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            match self.refresh() {
                Ok(true) => {
                    reported = false;
                    tracing::info!("the certificate was renewed");
                }
                Ok(false) => reported = false,
                // Said once, not every other second.
                Err(error) if !reported => {
                    reported = true;
                    tracing::error!(%error, "the changed certificate cannot be used; the one before is");
                }
                Err(_) => {}
            }
        }
    }

    /// Reads the files, and says whether something changed.
    fn refresh(&self) -> Result<bool, ListenError> {
        let texts = self.files.read()?;
        if self.state.read().unwrap_or_else(PoisonError::into_inner).0 == texts {
            return Ok(false);
        }
        let configuration = texts.configuration(&self.files)?;
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = (texts, configuration);
        Ok(true)
    }
}

impl Files {
    fn read(&self) -> Result<Texts, ListenError> {
        let read = |path: &Path| {
            std::fs::read(path).map_err(|error| ListenError::File {
                file: path.to_owned(),
                problem: error.to_string(),
            })
        };
        Ok(Texts {
            certificate: read(&self.certificate)?,
            key: read(&self.key)?,
            client_roots: self.client_roots.as_deref().map(read).transpose()?,
        })
    }
}

impl Texts {
    fn configuration(&self, files: &Files) -> Result<Arc<ServerConfig>, ListenError> {
        let wrong =
            |file: &Path, problem: String| ListenError::File { file: file.to_owned(), problem };
        let chain = certificates(&self.certificate).map_err(|it| wrong(&files.certificate, it))?;
        let key = PrivateKeyDer::from_pem_slice(&self.key)
            .map_err(|error| wrong(&files.key, format!("it holds no private key ({error})")))?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(&files.certificate, error.to_string()))?;
        let builder = match (&self.client_roots, &files.client_roots) {
            (Some(text), Some(file)) => {
                let mut roots = RootCertStore::empty();
                for root in certificates(text).map_err(|it| wrong(file, it))? {
                    roots.add(root).map_err(|error| wrong(file, error.to_string()))?;
                }
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
                builder.with_client_cert_verifier(
                    verifier.map_err(|error| wrong(file, error.to_string()))?,
                )
            }
            _ => builder.with_no_client_auth(),
        };
        let mut configuration = builder.with_single_cert(chain, key).map_err(|error| {
            wrong(&files.key, format!("it does not go with the certificate ({error})"))
        })?;
        configuration.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
        Ok(Arc::new(configuration))
    }
}

fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    match all {
        Ok(all) if all.is_empty() => Err("it holds no certificate".to_owned()),
        Ok(all) => Ok(all),
        Err(error) => Err(error.to_string()),
    }
}
