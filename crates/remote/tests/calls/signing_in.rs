//! Where tokens come from, and what becomes of one that is refused.

#[cfg(unix)]
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use models::wire::{GrantType, TokenRequest};
use remote::{Error, Outcome, Settings, State, TokenSource};
use secrecy::SecretString;
use serde_json::json;

use crate::service::{Asked, Reply, Service, client, error, request, settings, with};

fn with_token(service: &Service, token: TokenSource) -> Settings {
    Settings { token, ..settings(&[service.url()]) }
}

/// Takes this token only.
async fn taking(token: &'static str) -> Service {
    Service::deciding(move |asked| {
        let is_taken = asked.header("authorization") == format!("Bearer {token}");
        (!is_taken).then(|| error(401))
    })
    .await
}

#[tokio::test]
async fn a_token_that_is_refused_is_not_tried_again_and_again() {
    let service = taking("another").await;
    let token = TokenSource::Fixed(SecretString::from("t0ken"));
    let (client, counter) = client(with_token(&service, token));
    for _ in 0..5 {
        let refused = client.predict(request(1), &[]).await.unwrap_err();
        assert!(refused.is_refusal() && !refused.to_string().contains("t0ken"), "{refused}");
    }
    assert_eq!(service.asked().len(), 1);
    assert_eq!(client.health().state, State::Refused);
    assert!(matches!(client.health().problem, Some(Error::Refused { status: 401, .. })));
    assert_eq!(counter.outcomes()[4], Outcome::Refused);
}

#[tokio::test]
async fn a_file_is_read_again_when_it_changes() {
    let service = taking("new").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let (client, _) = client(with_token(&service, TokenSource::File(file.clone())));
    let why = client.predict(request(1), &[]).await.unwrap_err();
    assert!(matches!(&why, Error::Token(it) if it.contains("token")), "{why}");
    std::fs::write(&file, "old\n").unwrap();
    assert!(client.predict(request(1), &[]).await.unwrap_err().is_refusal());
    std::fs::write(&file, "new\n").unwrap();
    client.predict(request(1), &[]).await.unwrap();
    for wrong in ["", "two words", &"x".repeat(20_000)] {
        std::fs::write(&file, wrong).unwrap();
        let why = client.predict(request(1), &[]).await.unwrap_err();
        assert!(matches!(why, Error::Token(_)), "{why}");
    }
}

/// A program that writes down that it was run, and then does this.
#[cfg(unix)]
fn program(folder: &Path, then: &str) -> Vec<String> {
    let runs = folder.join("runs");
    let text = format!("echo x >> '{}'\n{then}\n", runs.display());
    let file = folder.join("program.sh");
    std::fs::write(&file, text).unwrap();
    vec!["sh".to_owned(), file.display().to_string()]
}

#[cfg(unix)]
fn runs(folder: &Path) -> usize {
    std::fs::read_to_string(folder.join("runs")).map_or(0, |it| it.lines().count())
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_is_run_once_until_its_token_is_refused() {
    let service = Service::start([]).await;
    let folder = tempfile::tempdir().unwrap();
    let words =
        program(folder.path(), "echo from-$(wc -l < \"$(dirname \"$0\")/runs\" | tr -d ' ')");
    let (client, _) = client(with_token(&service, TokenSource::Command(words)));
    for _ in 0..3 {
        client.predict(request(1), &[]).await.unwrap();
    }
    assert_eq!(runs(folder.path()), 1);
    service.will(error(401));
    client.predict(request(1), &[]).await.unwrap();
    assert_eq!(runs(folder.path()), 2);
    let tokens: Vec<String> =
        service.asked().iter().map(|it| it.header("authorization").to_owned()).collect();
    assert_eq!(tokens[0], "Bearer from-1");
    assert_eq!(tokens[3..], ["Bearer from-1", "Bearer from-2"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_that_fails_says_so_and_rests() {
    let service = Service::start([]).await;
    for (then, why) in [
        ("exit 3", "failed"),
        ("echo; exit 0", "no token"),
        ("echo two words", "no token"),
        ("head -c 100000 /dev/zero | tr '\\0' x", "more than a token"),
        ("sleep 60", "took longer"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let words = program(folder.path(), then);
        let mut settings = with_token(&service, TokenSource::Command(words));
        settings.pace.command =
            Duration::from_millis(if then == "sleep 60" { 100 } else { 20_000 });
        let (client, _) = client(settings);
        for _ in 0..3 {
            let told = client.predict(request(1), &[]).await.unwrap_err();
            assert!(matches!(&told, Error::Token(it) if it.contains(why)), "{told}");
        }
        assert_eq!(runs(folder.path()), 1, "{then}");
    }
    let missing = TokenSource::Command(vec!["/nowhere/at-all".to_owned()]);
    let (client, _) = self::client(with_token(&service, missing));
    let told = client.predict(request(1), &[]).await.unwrap_err().to_string();
    assert!(told.contains("cannot be run"), "{told}");
    assert!(service.asked().is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_that_outlasts_a_call_serves_the_next_one() {
    let service = Service::start([]).await;
    let folder = tempfile::tempdir().unwrap();
    // It waits until somebody lets it go on.
    let go = folder.path().join("go");
    let wait = format!("until [ -e '{}' ]; do sleep 0.02; done; echo slow", go.display());
    let words = program(folder.path(), &wait);
    let mut settings = with_token(&service, TokenSource::Command(words));
    settings.deadline = Duration::from_millis(50);
    let (client, _) = client(settings);
    // However often, that is no fault of the server's.
    for _ in 0..5 {
        let late = client.predict(request(1), &[]).await.unwrap_err();
        assert!(matches!(late, Error::TimedOut(_)), "{late}");
    }
    std::fs::write(&go, "").unwrap();
    client.prepare().await;
    assert_eq!(runs(folder.path()), 1);
    while client.predict(request(1), &[]).await.is_err() {}
    assert_eq!(service.asked()[0].header("authorization"), "Bearer slow");
}

/// Gives tokens that are numbered, each with a refresh token, and takes any of them.
async fn giving(lifetime: u64) -> Service {
    let given = AtomicUsize::new(0);
    Service::deciding(move |asked: &Asked| {
        if asked.path != "/v1/token" {
            return None;
        }
        let number = given.fetch_add(1, Ordering::SeqCst);
        Some(with(
            200,
            &json!({"access_token": format!("access-{number}"), "token_type": "Bearer",
                "expires_in": lifetime, "refresh_token": format!("refresh-{number}")}),
        ))
    })
    .await
}

fn credentials() -> TokenSource {
    TokenSource::Credentials { id: "ci".to_owned(), secret: SecretString::from("s3cret") }
}

fn token_requests(service: &Service) -> Vec<TokenRequest> {
    let asked = service.asked().into_iter().filter(|it| it.path == "/v1/token");
    asked.map(|it| serde_json::from_slice(&it.body).unwrap()).collect()
}

#[tokio::test]
async fn a_client_signs_in_once_for_many_calls() {
    let service = giving(3600).await;
    let (client, _) = client(with_token(&service, credentials()));
    let calls = (0..10).map(|_| client.predict(request(1), &[]));
    for answered in futures::future::join_all(calls).await {
        answered.unwrap();
    }
    let asked = token_requests(&service);
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].grant_type, GrantType::ClientCredentials);
    assert_eq!(asked[0].client_secret.as_deref(), Some("s3cret"));
    let others = service.asked().into_iter().filter(|it| it.path != "/v1/token");
    assert!(others.into_iter().all(|it| it.header("authorization") == "Bearer access-0"));
}

#[tokio::test]
async fn a_token_may_last_for_ever() {
    let service = giving(u64::MAX).await;
    let (client, _) = client(with_token(&service, credentials()));
    for _ in 0..2 {
        client.predict(request(1), &[]).await.unwrap();
    }
    assert_eq!(token_requests(&service).len(), 1);
}

#[tokio::test]
async fn a_token_that_is_over_is_renewed_by_the_refresh_token_of_the_last_one() {
    let service = giving(0).await;
    let (client, _) = client(with_token(&service, credentials()));
    for _ in 0..3 {
        client.predict(request(1), &[]).await.unwrap();
    }
    let asked = token_requests(&service);
    let refresh: Vec<Option<&str>> = asked.iter().map(|it| it.refresh_token.as_deref()).collect();
    assert_eq!(refresh, [None, Some("refresh-0"), Some("refresh-1")]);
    assert!(asked[1].client_secret.is_none());
}

#[tokio::test]
async fn a_refresh_token_that_is_refused_is_not_used_again() {
    let service = Service::deciding(|asked| {
        if asked.path != "/v1/token" {
            return None;
        }
        let request: TokenRequest = serde_json::from_slice(&asked.body).unwrap();
        Some(match request.grant_type {
            GrantType::RefreshToken => error(400),
            GrantType::ClientCredentials => with(
                200,
                &json!({"access_token": "a", "token_type": "Bearer", "expires_in": 0,
                    "refresh_token": "r"}),
            ),
        })
    })
    .await;
    let (client, _) = client(with_token(&service, credentials()));
    client.predict(request(1), &[]).await.unwrap();
    client.predict(request(1), &[]).await.unwrap();
    let grants: Vec<GrantType> = token_requests(&service).iter().map(|it| it.grant_type).collect();
    let credentials = GrantType::ClientCredentials;
    assert_eq!(grants, [credentials, GrantType::RefreshToken, credentials]);
}

#[tokio::test]
async fn a_client_that_is_not_known_is_told_and_rests() {
    let service = Service::deciding(|asked| (asked.path == "/v1/token").then(|| error(401))).await;
    let (client, _) = client(with_token(&service, credentials()));
    for _ in 0..3 {
        let told = client.predict(request(1), &[]).await.unwrap_err();
        assert!(told.to_string().contains("id and secret"), "{told}");
        assert!(!told.to_string().contains("s3cret"));
    }
    assert_eq!(token_requests(&service).len(), 1);
    assert_eq!(client.health().state, State::Refused);
}

/// A server that never gives a token, and answers otherwise.
async fn hanging() -> Service {
    Service::deciding(|asked| (asked.path == "/v1/token").then_some(Reply::Hang)).await
}

#[tokio::test]
async fn a_server_that_gives_no_token_in_time_is_left_alone() {
    let service = hanging().await;
    let mut settings = with_token(&service, credentials());
    settings.deadline = Duration::from_millis(50);
    let (client, _) = client(settings);
    for _ in 0..3 {
        let late = client.predict(request(1), &[]).await.unwrap_err();
        assert!(matches!(late, Error::TimedOut(_)), "{late}");
    }
    assert_eq!(client.predict(request(1), &[]).await.unwrap_err(), Error::Resting);
    assert_eq!(client.health().state, State::Failing);
    // Nobody asks again while the question is open.
    assert_eq!(token_requests(&service).len(), 1);
}

#[tokio::test]
async fn of_a_server_that_hangs_the_token_comes_from_another_one() {
    let (hung, well) = (hanging().await, giving(3600).await);
    let calls = (0..8).map(|at| {
        let mut settings = settings(&[hung.url(), well.url()]);
        settings.token = credentials();
        settings.deadline = Duration::from_secs(4);
        let (client, _) = client(settings);
        async move {
            // Some have come by a token before the first call.
            if at % 2 == 0 {
                client.prepare().await;
            }
            client.predict(request(1), &[]).await.map(drop)
        }
    });
    let answered = futures::future::join_all(calls).await;
    assert_eq!(answered, vec![Ok(()); 8]);
    assert_eq!(token_requests(&well).len(), 8);
}

#[tokio::test]
async fn of_a_server_that_is_gone_the_token_comes_from_another_one() {
    let well = giving(3600).await;
    let gone = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    for _ in 0..8 {
        let mut settings = settings(&[gone.clone(), well.url()]);
        settings.token = credentials();
        let (client, _) = client(settings);
        client.prepare().await;
        client.predict(request(1), &[]).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_forbidden_is_not_asked_twice() {
    let service = Service::start([error(403)]).await;
    let (client, _) = client(settings(&[service.url()]));
    let refused = client.predict(request(1), &[]).await.unwrap_err();
    assert!(matches!(refused, Error::Refused { status: 403, .. }), "{refused}");
    assert_eq!(service.asked().len(), 1);
    service.will(Reply::Answer);
    client.predict(request(1), &[]).await.unwrap();
}

#[tokio::test]
async fn without_a_token_nothing_is_asked() {
    let service = Service::start([]).await;
    let (client, counter) = client(with_token(&service, TokenSource::Nowhere));
    assert!(matches!(client.predict(request(1), &[]).await, Err(Error::Token(_))));
    assert!(service.asked().is_empty());
    assert_eq!(counter.outcomes(), [Outcome::Refused]);
}
