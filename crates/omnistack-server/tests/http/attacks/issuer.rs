//! An external issuer: its good tokens, its new keys, its outages, and those who pretend to be it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512,
    RSA_PSS_SHA256, RsaEncoding,
};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::serve::Listener;
use axum::{Json, Router};
use http::StatusCode;
use omnistack_server::access::Role;
use omnistack_server::auth::Auth;
use omnistack_server::configuration::{Configuration, External};
use omnistack_server::store::{Memory, Store};
use rustls::pki_types::PrivatePkcs8KeyDer;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::attacks::server::{Server, Signer, but, encode, message, now};

/// An issuer on this machine.
struct Issuer {
    url: String,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    keys: Mutex<Value>,
    named: Mutex<String>,
    is_away: AtomicBool,
    redirects: AtomicBool,
    fetches: AtomicUsize,
}

async fn discovery(State(seen): State<Arc<Seen>>) -> Response {
    seen.fetches.fetch_add(1, Ordering::SeqCst);
    if seen.is_away.load(Ordering::SeqCst) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if seen.redirects.load(Ordering::SeqCst) {
        return Redirect::temporary("/elsewhere").into_response();
    }
    document(State(seen)).await
}

async fn document(State(seen): State<Arc<Seen>>) -> Response {
    let url = seen.named.lock().unwrap().clone();
    Json(json!({ "issuer": url, "jwks_uri": format!("{url}/keys") })).into_response()
}

async fn keys(State(seen): State<Arc<Seen>>) -> Json<Value> {
    Json(seen.keys.lock().unwrap().clone())
}

fn router(seen: Arc<Seen>) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/elsewhere", get(document))
        .route("/keys", get(keys))
        .with_state(seen)
}

/// Takes connections with TLS; those that fail are not heard of again.
struct Tls(TcpListener, TlsAcceptor);

impl Listener for Tls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, peer) = self.0.accept().await.unwrap();
            if let Ok(stream) = self.1.accept(stream).await {
                return (stream, peer);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

impl Issuer {
    /// One that speaks TLS, and the certificate of its authority.
    async fn start_with_tls(signers: &[&Signer]) -> (Self, String) {
        omnistack_server::listening::install_provider();
        let key = rcgen::KeyPair::generate().unwrap();
        let mut authority = rcgen::CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority = rcgen::CertifiedIssuer::self_signed(authority, key).unwrap();
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = certificate.signed_by(&key, &authority).unwrap();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
        let chain = vec![certificate.der().clone()];
        let tls = rustls::ServerConfig::builder().with_no_client_auth();
        let tls = Arc::new(tls.with_single_cert(chain, key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let seen = Arc::new(Seen::default());
        seen.named.lock().unwrap().clone_from(&url);
        let router = router(seen.clone());
        let listener = Tls(listener, TlsAcceptor::from(tls));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let issuer = Self { url, seen };
        issuer.publish(signers);
        (issuer, authority.pem())
    }

    async fn start(signers: &[&Signer]) -> Self {
        let seen = Arc::new(Seen::default());
        let router = router(seen.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        seen.named.lock().unwrap().clone_from(&url);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let issuer = Self { url, seen };
        issuer.publish(signers);
        issuer
    }

    fn publish(&self, signers: &[&Signer]) {
        let keys: Vec<_> = signers.iter().map(|it| it.jwk()).collect();
        *self.seen.keys.lock().unwrap() = json!({ "keys": keys });
    }

    fn settings(&self) -> External {
        serde_json::from_value(json!({ "issuer": self.url, "audience": "omnistack-api" })).unwrap()
    }

    fn fetches(&self) -> usize {
        self.seen.fetches.load(Ordering::SeqCst)
    }

    fn claims(&self) -> Value {
        json!({ "iss": self.url, "aud": "omnistack-api", "sub": "anna", "exp": now() + 300,
            "role": "developer" })
    }
}

fn header(signer: &Signer) -> Value {
    json!({ "alg": "EdDSA", "typ": "JWT", "kid": signer.kid })
}

async fn trusting(issuer: &Issuer, change: impl FnOnce(&mut External)) -> Server {
    let mut external = issuer.settings();
    change(&mut external);
    Server::with(|settings| settings.auth.external = Some(external)).await
}

#[tokio::test]
async fn its_tokens_are_taken_with_their_role() {
    let signer = Signer::stranger("first");
    let issuer = Issuer::start(&[&signer]).await;
    let server = trusting(&issuer, |_| {}).await;
    assert_eq!(server.see(&signer.sign(&header(&signer), &issuer.claims())).await, 200);
    let principal = server.app.auth.verify(&signer.sign(&header(&signer), &issuer.claims())).await;
    let principal = principal.unwrap();
    assert_eq!((&*principal.client, principal.role), ("external:anna", Role::Developer));
    assert_eq!(principal.projects, None);
    // Several roles: the highest of those that mean anything.
    let several = but(&issuer.claims(), "role", json!(["cook", "operator", "viewer"]));
    let principal = server.app.auth.verify(&signer.sign(&header(&signer), &several)).await;
    assert_eq!(principal.unwrap().role, Role::Operator);
    // Who is somebody, and nothing here.
    for role in [json!("cook"), json!([]), json!(7), Value::Null] {
        let claims = but(&issuer.claims(), "role", role);
        assert_eq!(server.see(&signer.sign(&header(&signer), &claims)).await, 403, "{claims}");
    }
    // The server's own tokens go on.
    assert_eq!(server.see(&server.token(Role::Viewer)).await, 200);
}

#[tokio::test]
async fn its_claims_mean_what_the_settings_say() {
    let signer = Signer::stranger("first");
    let issuer = Issuer::start(&[&signer]).await;
    let server = trusting(&issuer, |external| {
        external.client_claim = "preferred_username".to_owned();
        external.role_claim = "realm_access.roles".to_owned();
        external.roles = [("engineers".to_owned(), Role::Developer)].into();
        external.projects_claim = Some("groups".to_owned());
    })
    .await;
    let claims = |more: Value| {
        let mut claims = issuer.claims();
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        signer.sign(&header(&signer), &claims)
    };
    let full = json!({ "preferred_username": "anna.k", "realm_access": { "roles": ["engineers"] },
        "groups": ["shop", "site"] });
    let principal = server.app.auth.verify(&claims(full.clone())).await.unwrap();
    assert_eq!((&*principal.client, principal.role), ("external:anna.k", Role::Developer));
    assert!(principal.may_see(Some("site")).is_ok());
    assert!(principal.may_see(Some("bank")).is_err());
    // The name of one of our roles is no role of theirs.
    let named = but(&full, "realm_access", json!({ "roles": ["admin"] }));
    assert_eq!(server.see(&claims(named)).await, 403);
    // Without projects, none.
    let principal = server.app.auth.verify(&claims(but(&full, "groups", Value::Null))).await;
    assert!(principal.unwrap().may_see(Some("shop")).is_err());
    for client in [Value::Null, json!(""), json!(5), json!("a\nb"), json!("x".repeat(300))] {
        let token = claims(but(&full, "preferred_username", client.clone()));
        assert_eq!(server.see(&token).await, 401, "{client}");
    }
}

#[tokio::test]
async fn those_who_pretend_to_be_it_are_refused() {
    let signer = Signer::stranger("first");
    let issuer = Issuer::start(&[&signer]).await;
    let server = trusting(&issuer, |external| external.algorithms = vec!["EdDSA".to_owned()]).await;
    let good = header(&signer);
    let stranger = Signer::stranger("first");
    let mut tokens = vec![
        stranger.sign(&good, &issuer.claims()),
        // The server's own key does not sign for the issuer, nor the other way around.
        server.signer().sign(&server.signer().header(), &issuer.claims()),
        signer.sign(&signer.header(), &crate::attacks::server::claims()),
        signer.sign(&but(&good, "kid", json!(server.signer().kid)), &issuer.claims()),
        signer.sign(&but(&good, "kid", Value::Null), &issuer.claims()),
        signer.sign(&but(&good, "typ", json!("logout+jwt")), &issuer.claims()),
        signer.sign(&but(&good, "crit", json!(["x"])), &issuer.claims()),
        stranger.sign(&but(&good, "jwk", stranger.jwk()), &issuer.claims()),
    ];
    for alg in ["none", "RS256", "ES256", "HS256"] {
        tokens.push(signer.sign(&but(&good, "alg", json!(alg)), &issuer.claims()));
    }
    let jwk = signer.jwk().to_string().into_bytes();
    for secret in [signer.public().to_vec(), encode(signer.public()).into_bytes(), jwk] {
        let head = but(&good, "alg", json!("HS256")).to_string();
        let message = message(&head, &issuer.claims().to_string());
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let tag = hmac::sign(&key, message.as_bytes());
        tokens.push(format!("{message}.{}", encode(tag.as_ref())));
    }
    for (name, value) in [
        ("aud", json!("omnistack")),
        ("aud", Value::Null),
        ("exp", json!(now() - 3600)),
        ("exp", Value::Null),
        ("nbf", json!(now() + 3600)),
        ("sub", Value::Null),
        ("iss", json!(format!("{}/", issuer.url))),
        ("iss", json!([issuer.url])),
    ] {
        tokens.push(signer.sign(&good, &but(&issuer.claims(), name, value)));
    }
    for token in tokens {
        assert_eq!(server.see(&token).await, 401, "{token}");
    }
    assert_eq!(server.see(&signer.sign(&good, &issuer.claims())).await, 200);
}

#[tokio::test]
async fn a_new_key_is_fetched_when_it_is_first_seen_and_an_old_one_is_forgotten() {
    let (first, second) = (Signer::stranger("first"), Signer::stranger("second"));
    let issuer = Issuer::start(&[&first]).await;
    let server = trusting(&issuer, |_| {}).await;
    let old = first.sign(&header(&first), &issuer.claims());
    assert_eq!(server.see(&old).await, 200);
    issuer.publish(&[&second]);
    assert_eq!(server.see(&second.sign(&header(&second), &issuer.claims())).await, 200);
    assert_eq!(server.see(&old).await, 401);
}

#[tokio::test]
async fn bad_tokens_do_not_make_the_server_hammer_it() {
    let signer = Signer::stranger("first");
    let issuer = Issuer::start(&[&signer]).await;
    let server = trusting(&issuer, |_| {}).await;
    assert_eq!(server.see(&signer.sign(&header(&signer), &issuer.claims())).await, 200);
    let attempts = (0..60).map(|at| {
        let stranger = Signer::stranger(&format!("kid-{at}"));
        let token = stranger.sign(&header(&stranger), &issuer.claims());
        let server = &server;
        async move { server.see(&token).await }
    });
    let answers = futures::future::join_all(attempts).await;
    assert!(answers.iter().all(|it| *it == 401), "{answers:?}");
    // One after the other, so that none of them waits for the fetch of another.
    for at in 0..30 {
        let stranger = Signer::stranger(&format!("other-{at}"));
        assert_eq!(server.see(&stranger.sign(&header(&stranger), &issuer.claims())).await, 401);
    }
    assert!(issuer.fetches() <= 5, "{}", issuer.fetches());
}

#[tokio::test]
async fn what_is_known_goes_on_while_it_is_away() {
    let signer = Signer::stranger("first");
    let issuer = Issuer::start(&[&signer]).await;
    let server = trusting(&issuer, |_| {}).await;
    assert_eq!(server.see(&signer.sign(&header(&signer), &issuer.claims())).await, 200);
    issuer.seen.is_away.store(true, Ordering::SeqCst);
    let other = but(&issuer.claims(), "sub", json!("otto"));
    let stranger = Signer::stranger("unknown");
    assert_eq!(server.see(&stranger.sign(&header(&stranger), &issuer.claims())).await, 401);
    assert_eq!(server.see(&signer.sign(&header(&signer), &other)).await, 200);
    // A key set without keys is no key set.
    issuer.seen.is_away.store(false, Ordering::SeqCst);
    issuer.publish(&[]);
    assert_eq!(server.see(&stranger.sign(&header(&stranger), &issuer.claims())).await, 401);
    assert_eq!(server.see(&signer.sign(&header(&signer), &other)).await, 200);
}

#[tokio::test]
async fn an_issuer_that_is_away_or_talks_nonsense_lets_nobody_in() {
    let signer = Signer::stranger("first");
    let token = |issuer: &Issuer| signer.sign(&header(&signer), &issuer.claims());
    let away = Issuer::start(&[&signer]).await;
    away.seen.is_away.store(true, Ordering::SeqCst);
    let elsewhere = Issuer::start(&[&signer]).await;
    elsewhere.seen.redirects.store(true, Ordering::SeqCst);
    let other = Issuer::start(&[&signer]).await;
    *other.seen.named.lock().unwrap() = away.url.clone();
    let huge = Issuer::start(&[&signer]).await;
    let keys = json!({ "keys": [signer.jwk()], "x": "x".repeat(400_000) });
    *huge.seen.keys.lock().unwrap() = keys;
    let nonsense = Issuer::start(&[&signer]).await;
    *nonsense.seen.keys.lock().unwrap() = json!([1]);
    let for_secrets = Issuer::start(&[&signer]).await;
    let secret = json!({ "keys": [
        { "kty": "oct", "k": encode(b"secret"), "kid": "first", "alg": "HS256" },
        but(&signer.jwk(), "use", json!("enc")),
        but(&signer.jwk(), "alg", json!("HS256")),
    ] });
    *for_secrets.seen.keys.lock().unwrap() = secret;
    for issuer in [away, elsewhere, other, huge, nonsense, for_secrets] {
        let server = trusting(&issuer, |_| {}).await;
        assert_eq!(server.see(&token(&issuer)).await, 401);
        assert_eq!(server.see(&server.token(Role::Viewer)).await, 200);
    }
}

/// How a key signs a message.
type Sign<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;

#[tokio::test]
async fn keys_of_each_kind_sign_as_their_kind_and_no_other() {
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let nist = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    // Of the key's DER: 256 bytes of modulus behind nine of framing; the exponent is 65537.
    let modulus = encode(&rsa.public_key().as_ref()[9..265]);
    let point = nist.public_key().as_ref();
    let issuer = Issuer::start(&[]).await;
    *issuer.seen.keys.lock().unwrap() = json!({ "keys": [
        { "kty": "RSA", "n": modulus, "e": "AQAB", "kid": "rsa" },
        { "kty": "RSA", "n": modulus, "e": "AQAB", "kid": "pinned", "alg": "RS256", "use": "sig" },
        { "kty": "EC", "crv": "P-256", "x": encode(&point[1..33]), "y": encode(&point[33..]),
            "kid": "nist" },
    ] });
    let server = trusting(&issuer, |external| {
        external.algorithms = ["RS256", "PS256", "ES256"].map(str::to_owned).into();
    })
    .await;
    let random = SystemRandom::new();
    let token = |alg: &str, kid: &str, sign: Sign<'_>| {
        let head = json!({ "alg": alg, "kid": kid }).to_string();
        let message = message(&head, &issuer.claims().to_string());
        format!("{message}.{}", encode(&sign(message.as_bytes())))
    };
    let by_rsa = |padding: &'static dyn RsaEncoding, message: &[u8]| {
        let mut signature = vec![0; rsa.public_modulus_len()];
        rsa.sign(padding, &random, message, &mut signature).unwrap();
        signature
    };
    let pkcs1 = |message: &[u8]| by_rsa(&RSA_PKCS1_SHA256, message);
    let long = |message: &[u8]| by_rsa(&RSA_PKCS1_SHA512, message);
    let pss = |message: &[u8]| by_rsa(&RSA_PSS_SHA256, message);
    let ecdsa = |message: &[u8]| nist.sign(&random, message).unwrap().as_ref().to_vec();
    let hmac = |message: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, rsa.public_key().as_ref());
        hmac::sign(&key, message).as_ref().to_vec()
    };
    let cases: [(&str, &str, Sign<'_>, u16); 12] = [
        ("RS256", "rsa", &pkcs1, 200),
        ("PS256", "rsa", &pss, 200),
        ("ES256", "nist", &ecdsa, 200),
        ("RS256", "pinned", &pkcs1, 200),
        ("PS256", "pinned", &pss, 401),
        ("RS512", "rsa", &long, 401),
        ("RS256", "rsa", &long, 401),
        ("RS256", "rsa", &pss, 401),
        ("ES256", "rsa", &ecdsa, 401),
        ("RS256", "nist", &pkcs1, 401),
        ("HS256", "rsa", &hmac, 401),
        ("RS256", "rsa", &hmac, 401),
    ];
    for (alg, kid, sign, status) in cases {
        assert_eq!(server.see(&token(alg, kid, sign)).await, status, "{alg} by {kid}");
    }
}

#[tokio::test]
async fn its_certificate_is_checked() {
    let signer = Signer::stranger("first");
    let (issuer, authority) = Issuer::start_with_tls(&[&signer]).await;
    let folder = tempfile::TempDir::new().unwrap();
    let (roots, others) = (folder.path().join("roots.pem"), folder.path().join("others.pem"));
    std::fs::write(&roots, authority).unwrap();
    std::fs::write(&others, Issuer::start_with_tls(&[]).await.1).unwrap();
    let token = signer.sign(&header(&signer), &issuer.claims());
    for (roots, status) in [(Some(roots), 200), (Some(others), 401), (None, 401)] {
        let server = trusting(&issuer, |external| external.roots = roots).await;
        assert_eq!(server.see(&token).await, status);
    }
}

#[tokio::test]
async fn settings_that_would_trust_anybody_are_refused() {
    let folder = tempfile::TempDir::new().unwrap();
    let start = async |external: Value| {
        let mut settings: Configuration = crate::attacks::server::settings(&folder);
        settings.auth.external = Some(serde_json::from_value(external).unwrap());
        Auth::start(&settings, Arc::new(Store::Memory(Memory::default()))).await
    };
    for issuer in [
        "http://sign-on.example.org",
        "http://127.0.0.1.example.org",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "https://user:password@sign-on.example.org",
        "sign-on.example.org",
        "",
    ] {
        let external = json!({ "issuer": issuer, "audience": "a" });
        assert!(start(external).await.is_err(), "{issuer}");
    }
    for algorithm in ["none", "HS256", "HS512", "ES512", "", "rs256"] {
        let external = json!({ "issuer": "https://sign-on.example.org", "audience": "a",
            "algorithms": ["RS256", algorithm] });
        assert!(start(external).await.is_err(), "{algorithm}");
    }
    let external = json!({ "issuer": "https://sign-on.example.org", "audience": "a" });
    assert!(start(external).await.is_ok());
}
