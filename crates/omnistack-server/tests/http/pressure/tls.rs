//! TLS: both protocols, certificates that are renewed, clients that have to show one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use omnistack_server::configuration::Configuration;
use omnistack_server::listening::Bound;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::pressure::server::{Reply, Server, settings, write};
use crate::waiting::{PATIENCE, eventually};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate and its key, as PEM.
fn issue(authority: &Authority, name: &str) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = certificate.signed_by(&key, authority).unwrap();
    (certificate.pem(), key.serialize_pem())
}

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Settings with a certificate of an authority.
    fn settings(&self, authority: &Authority) -> Configuration {
        let (certificate, key) = issue(authority, "localhost");
        let mut settings = settings();
        settings.listen.certificate = Some(self.put("certificate.pem", &certificate));
        settings.listen.key = Some(self.put("key.pem", &key));
        settings
    }
}

struct Client {
    roots: RootCertStore,
    identity: Option<(String, String)>,
}

impl Client {
    fn new(authority: &Authority) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).unwrap();
        Self { roots, identity: None }
    }

    async fn connect(
        &self,
        server: &Server,
        protocols: &[&str],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let builder = ClientConfig::builder().with_root_certificates(self.roots.clone());
        let mut configuration = match &self.identity {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
                builder.with_client_auth_cert(chain, key).unwrap()
            }
        };
        configuration.alpn_protocols = protocols.iter().map(|it| it.as_bytes().to_vec()).collect();
        let stream = TcpStream::connect(server.address).await?;
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::new(configuration)).connect(name, stream).await
    }

    /// Whether it is served.
    async fn is_served(&self, server: &Server) -> bool {
        let Ok(mut stream) = self.connect(server, &["http/1.1"]).await else { return false };
        write(&mut stream, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .await;
        Reply::read(stream).await.status == 200
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_protocols_are_spoken_over_tls() {
    let (files, authority) = (Files::new(), authority());
    let server = Server::start(files.settings(&authority)).await;
    let client = Client::new(&authority);
    assert!(client.is_served(&server).await);
    let stream = client.connect(&server, &["h2", "http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
    let io = hyper_util::rt::TokioIo::new(stream);
    let executor = hyper_util::rt::TokioExecutor::new();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(executor, io).await.unwrap();
    let connection = tokio::spawn(connection);
    for path in ["/healthz", "/healthz", "/v1/usage"] {
        let request = http::Request::get(format!("https://localhost{path}"));
        let request = request.body(axum::body::Body::empty()).unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.version(), http::Version::HTTP_2);
        assert_eq!(response.status(), if path == "/healthz" { 200 } else { 401 });
        assert!(response.headers().contains_key("strict-transport-security"));
    }
    connection.abort();
    // Plain HTTP gets nothing here.
    assert_eq!(server.get("/healthz", "").await.status, 0);
    // Neither handshakes nor HTTP/2 that does not go on are waited for.
    let silent = server.connect().await;
    let stalled = client.connect(&server, &["h2"]).await.unwrap();
    assert_eq!(Reply::read(silent).await.status, 0);
    let mut stalled = stalled;
    write(&mut stalled, "PRI * HTTP/2.0\r\n").await;
    let mut rest = Vec::new();
    let end = tokio::io::AsyncReadExt::read_to_end(&mut stalled, &mut rest);
    let _ = tokio::time::timeout(PATIENCE, end).await.expect("it is let go");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_served_without_a_restart() {
    let (files, before, after) = (Files::new(), authority(), authority());
    let server = Server::start(files.settings(&before)).await;
    let (old, new) = (Client::new(&before), Client::new(&after));
    assert!(old.is_served(&server).await && !new.is_served(&server).await);
    // Half a renewal does not count: the certificate goes on that has its key.
    let (certificate, key) = issue(&after, "localhost");
    files.put("certificate.pem", &certificate);
    assert!(old.is_served(&server).await && !new.is_served(&server).await);
    files.put("key.pem", &key);
    eventually("the new certificate is served", async || new.is_served(&server).await).await;
    assert!(!old.is_served(&server).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_without_a_certificate_are_not_heard_where_one_is_wanted() {
    let (files, ours, theirs) = (Files::new(), authority(), authority());
    let mut settings = files.settings(&ours);
    settings.listen.client_roots = Some(files.put("clients.pem", &theirs.pem()));
    let server = Server::start(settings).await;
    let mut client = Client::new(&ours);
    assert!(!client.is_served(&server).await, "none");
    client.identity = Some(issue(&authority(), "ada"));
    assert!(!client.is_served(&server).await, "a stranger's");
    let (certificate, key) = issue(&theirs, "ada");
    client.identity = Some((certificate.clone(), key.clone()));
    assert!(client.is_served(&server).await, "one of theirs");
    // A probe has to show one as well.
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_omnistack-server"));
    command.arg("health").arg("--url").arg(format!("https://{}", server.address));
    let status = |command: &mut std::process::Command| command.output().unwrap().status.code();
    assert_eq!(status(&mut command), Some(1));
    command.arg("--certificate").arg(files.put("probe.pem", &certificate));
    assert_eq!(status(&mut command), Some(2), "half of it is a mistake");
    command.arg("--key").arg(files.put("probe.key", &key));
    assert_eq!(status(&mut command), Some(0));
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_omnistack-server"));
    command.arg("health").args(["--certificate", "/nowhere.pem", "--key", "/nowhere.pem"]);
    let errors = String::from_utf8(command.output().unwrap().stderr).unwrap();
    assert!(errors.contains("cannot read /nowhere.pem"), "{errors}");
    assert_eq!(status(&mut command), Some(2), "what cannot be read is a mistake");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_used_are_named_at_the_start() {
    let (files, authority) = (Files::new(), authority());
    let settings = files.settings(&authority);
    let (_, other_key) = issue(&authority, "localhost");
    let bind = async |change: &dyn Fn(&mut Configuration)| {
        let mut settings = settings.clone();
        change(&mut settings);
        let Err(error) = Bound::bind(&settings).await else { panic!("it is used") };
        error.to_string()
    };
    let wrong = files.put("other.pem", &other_key);
    let missing = Path::new("/nowhere/certificate.pem").to_owned();
    let error = bind(&|it| it.listen.key = Some(wrong.clone())).await;
    assert!(error.contains("other.pem") && error.contains("does not go with"), "{error}");
    let error = bind(&|it| it.listen.certificate = Some(missing.clone())).await;
    assert!(error.contains("/nowhere/certificate.pem"), "{error}");
    let error = bind(&|it| it.listen.certificate = Some(wrong.clone())).await;
    assert!(error.contains("holds no certificate"), "{error}");
    let error = bind(&|it| it.listen.client_roots = Some(wrong.clone())).await;
    assert!(error.contains("other.pem"), "{error}");
    // An address that is taken is named, too.
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let error = bind(&|it| it.listen.address = address).await;
    assert!(error.contains(&address.to_string()), "{error}");
}
