//! TLS: with roots that the settings name, and with a certificate of the client.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::serve::Listener;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use remote::{Client, Error, SetupError};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::service::{Counter, client, request, router, script, settings};

/// An authority in a folder, and what it has signed.
struct Authority {
    folder: tempfile::TempDir,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.self_signed(&key).unwrap();
        std::fs::write(folder.path().join("root.pem"), certificate.pem()).unwrap();
        Self { folder, issuer: Issuer::new(parameters, key) }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    /// A certificate for a name, and its key.
    fn sign(&self, name: &str) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let file = |kind: &str, text: String| {
            let file = self.folder.path().join(format!("{name}.{kind}"));
            std::fs::write(&file, text).unwrap();
            file
        };
        (file("pem", certificate.pem()), file("key", key.serialize_pem()))
    }
}

/// Connections of which the handshake is done.
struct Encrypted {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Encrypted {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.listener.accept().await.unwrap();
            // Who is not let in has to try again.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

fn read_certificates(file: &Path) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(file).unwrap().map(Result::unwrap).collect()
}

/// A server with a certificate of `own`, which wants one of `clients` to be shown if that is there.
fn serve(own: &Authority, clients: Option<&Authority>) -> SocketAddr {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let (certificate, key) = own.sign("localhost");
    let builder = rustls::ServerConfig::builder();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(clients) => {
            let mut roots = RootCertStore::empty();
            for root in read_certificates(&clients.root()) {
                roots.add(root).unwrap();
            }
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::from_pem_file(key).unwrap();
    let mut config = builder.with_single_cert(read_certificates(&certificate), key).unwrap();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = Encrypted { listener: TcpListener::from_std(listener).unwrap(), acceptor };
    let router = router(script([], None));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

fn url(address: SocketAddr) -> String {
    format!("https://localhost:{}", address.port())
}

#[tokio::test]
async fn a_server_is_trusted_by_the_roots_of_the_settings() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let address = serve(&ours, None);
    let mut settings = settings(&[url(address)]);
    settings.roots = vec![ours.root()];
    let (client, _) = client(settings.clone());
    client.predict(request(1), &[]).await.unwrap();

    settings.roots = vec![theirs.root()];
    let (client, _) = self::client(settings);
    let refused = client.predict(request(1), &[]).await.unwrap_err();
    let Error::Unreachable { why, .. } = &refused else { panic!("{refused}") };
    assert!(why.to_lowercase().contains("certificate"), "{why}");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_none() {
    let ours = Authority::new();
    let address = serve(&ours, None);
    let mut settings = settings(&[format!("https://127.0.0.1:{}", address.port())]);
    settings.roots = vec![ours.root()];
    let (client, _) = client(settings);
    assert!(matches!(client.predict(request(1), &[]).await, Err(Error::Unreachable { .. })));
}

#[tokio::test]
async fn a_server_that_wants_a_certificate_gets_the_one_of_the_settings() {
    let (ours, others) = (Authority::new(), Authority::new());
    let address = serve(&ours, Some(&ours));
    let mut settings = settings(&[url(address)]);
    settings.roots = vec![ours.root()];
    settings.identity = Some(ours.sign("developer"));
    let (client, _) = client(settings.clone());
    client.predict(request(1), &[]).await.unwrap();
    for identity in [None, Some(others.sign("developer"))] {
        settings.identity = identity;
        let (client, _) = self::client(settings.clone());
        let refused = client.predict(request(1), &[]).await;
        assert!(matches!(refused, Err(Error::Unreachable { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn files_that_hold_no_certificates_are_told() {
    let ours = Authority::new();
    let (certificate, _) = ours.sign("developer");
    let mut settings = settings(&["https://localhost:1".to_owned()]);
    let mut problem = |roots: &Path, identity: Option<(PathBuf, PathBuf)>| {
        settings.roots = vec![roots.to_owned()];
        settings.identity = identity;
        let made = Client::new(settings.clone(), Arc::new(Counter::default()));
        made.err().expect("a problem")
    };
    let missing = ours.folder.path().join("missing.pem");
    let empty = ours.folder.path().join("empty.pem");
    std::fs::write(&empty, "no certificate").unwrap();
    for roots in [&missing, &empty, &ours.folder.path().to_owned()] {
        let problem = problem(roots, None);
        assert!(matches!(problem, SetupError::File { .. }), "{problem}");
    }
    let no_key = Some((certificate.clone(), certificate));
    let problem = problem(&ours.root(), no_key);
    assert!(matches!(problem, SetupError::File { .. }), "{problem}");
}
