//! The keys that sign: who may read them, how they are replaced, and what is told of them.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jsonwebtoken::{DecodingKey, Validation};
use omnistack_server::access::Role;
use omnistack_server::auth::keys::{Keys, KeysError, Use};
use omnistack_server::configuration::{self, Algorithm};
use serde_json::Value;
use tempfile::TempDir;

use crate::attacks::server::{Server, Signer, claims, settings};

fn auth(folder: &TempDir) -> configuration::Auth {
    settings(folder).auth
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|it| it.extension().is_some_and(|it| it == "pem")).collect();
    files.sort();
    files
}

/// Makes a key so much older, as its name says.
fn age(path: &Path, by: Duration) -> PathBuf {
    let name = path.file_name().unwrap().to_str().unwrap();
    let then = SystemTime::now() - by;
    let date = humantime_serde::re::humantime::format_rfc3339_seconds(then).to_string();
    let older = path.with_file_name(format!("{}{}", date.replace(':', "-"), &name[20..]));
    std::fs::rename(path, &older).unwrap();
    older
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_them() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let settings = auth(&folder);
    let keys = Keys::open(&settings).unwrap();
    keys.rotate().unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&settings.keys), 0o700);
    assert_eq!(files(&settings.keys).len(), 2);
    for file in files(&settings.keys) {
        assert_eq!(mode(&file), 0o600);
    }
}

#[tokio::test]
async fn the_key_set_holds_what_others_need_and_no_more() {
    for algorithm in [Algorithm::EdDSA, Algorithm::ES256] {
        let server = Server::with(|settings| settings.auth.algorithm = algorithm).await;
        let response = server.http.get(server.url("/.well-known/jwks.json")).send().await.unwrap();
        let text = response.text().await.unwrap();
        let set: jsonwebtoken::jwk::JwkSet = serde_json::from_str(&text).unwrap();
        let token = server.token(Role::Viewer);
        let header = jsonwebtoken::decode_header(&token).unwrap();
        let key = set.find(&header.kid.unwrap()).unwrap();
        let mut validation = Validation::new(header.alg);
        validation.set_audience(&["omnistack"]);
        let key = DecodingKey::from_jwk(key).unwrap();
        let data = jsonwebtoken::decode::<Value>(&token, &key, &validation).unwrap();
        assert_eq!(data.claims["role"], "viewer");
        assert_eq!(server.see(&token).await, 200);
        let set: Value = serde_json::from_str(&text).unwrap();
        for key in set["keys"].as_array().unwrap() {
            assert!(key.get("d").is_none(), "{key}");
            assert_eq!(key["use"], "sig");
        }
    }
}

#[test]
fn a_new_key_signs_when_it_has_settled_and_the_old_one_verifies_until_its_last_token_is_over() {
    let folder = TempDir::new().unwrap();
    let settings = auth(&folder);
    let keys = Keys::open(&settings).unwrap();
    let first = keys.current().signer().unwrap().kid.clone();
    let second = keys.rotate().unwrap();
    assert_eq!(keys.current().signer().unwrap().kid, first);
    assert!(keys.current().find(&second).is_some());
    let uses = |keys: &Keys| keys.list().into_iter().map(|it| it.1).collect::<Vec<_>>();
    assert_eq!(uses(&keys), [Use::Waits, Use::Signs]);
    // Some seconds later.
    let [one, other] = &files(&settings.keys)[..] else { panic!("there are two") };
    let (old, new) =
        if one.to_str().unwrap().contains(&*first) { (one, other) } else { (other, one) };
    let old = age(old, Duration::from_hours(1));
    let new = age(new, Duration::from_secs(30));
    assert!(keys.maintain(), "names of old are not known any more");
    assert_eq!(uses(&keys), [Use::Signs, Use::Verifies]);
    let signer = keys.current().signer().unwrap().kid.to_string();
    assert_eq!(signer, new.file_stem().unwrap().to_str().unwrap());
    // When every token of the old key is over.
    let new = age(&new, Duration::from_secs(5 + 600 + 10 + 1));
    assert!(keys.maintain());
    assert_eq!(uses(&keys).first(), Some(&Use::Signs));
    assert_eq!(files(&settings.keys), [new]);
    assert!(!old.exists());
    assert!(!keys.maintain());
}

#[test]
fn keys_are_replaced_when_they_are_old_by_one_replica_only() {
    let folder = TempDir::new().unwrap();
    let settings = auth(&folder);
    let replicas: Vec<_> = std::thread::scope(|scope| {
        let start = || scope.spawn(|| Keys::open(&settings).unwrap());
        let threads: Vec<_> = (0..6).map(|_| start()).collect();
        threads.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert_eq!(files(&settings.keys).len(), 1, "one made the first key");
    age(&files(&settings.keys)[0], Duration::from_hours(24 * 31));
    std::thread::scope(|scope| {
        for keys in &replicas {
            scope.spawn(|| keys.maintain());
        }
    });
    assert_eq!(files(&settings.keys).len(), 2, "one replaced it");
    let newest = |keys: &Keys| keys.list()[0].0.kid.clone();
    for keys in &replicas {
        keys.maintain();
        assert_eq!(newest(keys), newest(&replicas[0]));
    }
    // Rotation by hand only.
    let folder = TempDir::new().unwrap();
    let settings = configuration::Auth { rotate_after: Duration::ZERO, ..auth(&folder) };
    let keys = Keys::open(&settings).unwrap();
    age(&files(&settings.keys)[0], Duration::from_hours(24 * 365));
    keys.maintain();
    assert_eq!(files(&settings.keys).len(), 1);
}

#[test]
fn an_operators_own_key_is_taken_and_never_removed() {
    let folder = TempDir::new().unwrap();
    let settings = auth(&folder);
    std::fs::create_dir(&settings.keys).unwrap();
    for (name, algorithm) in
        [("edwards", &rcgen::PKCS_ED25519), ("nist.p-256_2026", &rcgen::PKCS_ECDSA_P256_SHA256)]
    {
        let pem = rcgen::KeyPair::generate_for(algorithm).unwrap().serialize_pem();
        let path = settings.keys.join(format!("{name}.pem"));
        std::fs::write(&path, pem).unwrap();
        // What is not a key's is passed over.
        std::fs::write(settings.keys.join("README"), "nothing").unwrap();
        let keys = Keys::open(&settings).unwrap();
        let own = keys.list().into_iter().find(|it| &*it.0.kid == name).unwrap();
        assert!(!own.0.is_own);
        assert_eq!(own.1, Use::Signs, "no other key was made");
        let past = SystemTime::now() - Duration::from_hours(24 * 400);
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(past).unwrap();
        keys.rotate().unwrap();
        keys.maintain();
        assert!(path.exists());
        for file in files(&settings.keys) {
            std::fs::remove_file(file).unwrap();
        }
    }
}

#[test]
fn a_file_that_is_no_key_is_named_when_the_server_starts() {
    let ed448_or_so =
        "-----BEGIN PRIVATE KEY-----\nMEcCAQAwBQYDK2VxBDsEOQ==\n-----END PRIVATE KEY-----\n";
    let public = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
    for text in ["", "nonsense", ed448_or_so, public, &"x".repeat(100_000)] {
        let folder = TempDir::new().unwrap();
        let settings = auth(&folder);
        std::fs::create_dir(&settings.keys).unwrap();
        std::fs::write(settings.keys.join("mine.pem"), text).unwrap();
        let error = Keys::open(&settings).err().unwrap();
        assert!(matches!(error, KeysError::Key { .. }), "{error}");
        assert!(error.to_string().contains("mine.pem"), "{error}");
    }
    let folder = TempDir::new().unwrap();
    let settings = auth(&folder);
    let keys = Keys::open(&settings).unwrap();
    // Later, it is passed over: what works goes on.
    std::fs::write(settings.keys.join("mine.pem"), "nonsense").unwrap();
    keys.maintain();
    assert_eq!(keys.list().len(), 1);
}

#[tokio::test]
async fn a_key_that_is_taken_away_takes_its_tokens_with_it() {
    let server = Server::start().await;
    let token = server.token(Role::Viewer);
    assert_eq!(server.see(&token).await, 200);
    let folder = server.folder.path().join("keys");
    std::fs::remove_file(&files(&folder)[0]).unwrap();
    // A token with an unknown key has the folder read before its turn.
    let stranger = Signer::stranger("unknown");
    assert_eq!(server.see(&stranger.sign(&stranger.header(), &claims())).await, 401);
    server.until_refused(&token).await;
    // Another key was made in its place.
    let again = server.token(Role::Viewer);
    assert_eq!(server.see(&again).await, 200);
}

#[tokio::test]
async fn a_key_of_another_replica_is_taken_as_soon_as_it_signs() {
    let one = Server::start().await;
    let keys = one.folder.path().join("keys");
    let other = Server::with(|settings| settings.auth.keys = keys.clone()).await;
    let token = other.token(Role::Viewer);
    assert_eq!(one.see(&token).await, 200);
    let first = files(&keys)[0].clone();
    age(&first, Duration::from_mins(1));
    other.app.auth.keys().rotate().unwrap();
    let newest = files(&keys).into_iter().max().unwrap();
    age(&newest, Duration::from_secs(30));
    other.app.auth.keys().maintain();
    assert_eq!(one.see(&other.token(Role::Viewer)).await, 200);
}
