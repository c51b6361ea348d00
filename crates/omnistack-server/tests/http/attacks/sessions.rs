//! Stolen and worn-out credentials: secrets, refresh tokens, revoked tokens, disabled clients.

use std::time::{Duration, Instant};

use omnistack_server::access::Role;
use serde_json::{Value, json};

use crate::attacks::server::{SECRET, Server, text};

#[tokio::test]
async fn a_client_gets_tokens_in_each_of_the_ways() {
    let server = Server::start().await;
    server.client("build@ci", Role::Developer, None).await;
    let url = server.url("/v1/token");
    let form = "grant_type=client_credentials";
    let form_type = "application/x-www-form-urlencoded";
    let in_form = format!("{form}&client_id=build%40ci&client_secret={SECRET}");
    let requests = [
        server.http.post(&url).header("content-type", form_type).body(in_form),
        server
            .http
            .post(&url)
            .header("content-type", form_type)
            .basic_auth("build@ci", Some(SECRET))
            .body(form),
        server
            .http
            .post(&url)
            .basic_auth("build%40ci", Some(SECRET))
            .json(&json!({ "grant_type": "client_credentials" })),
    ];
    for request in requests {
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["cache-control"], "no-store");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["token_type"], "Bearer");
        assert_eq!(answer["expires_in"], 600);
        assert_eq!(server.see(text(&answer["access_token"])).await, 200);
    }
    let audit = server.audit();
    assert_eq!(audit.lines().filter(|it| it.contains("token.issue")).count(), 3);
    assert!(audit.contains(r#""who":"build@ci""#), "{audit}");
    assert!(!audit.contains(SECRET));
}

#[tokio::test]
async fn requests_for_tokens_that_make_no_sense() {
    let server = Server::start().await;
    server.client("dev", Role::Developer, None).await;
    let cases = [
        (json!({}), 400, "invalid_request"),
        (json!({ "grant_type": "password" }), 400, "unsupported_grant_type"),
        (json!({ "grant_type": "client_credentials" }), 400, "invalid_request"),
        (json!({ "grant_type": "client_credentials", "client_id": "dev" }), 400, "invalid_request"),
        (json!({ "grant_type": "refresh_token" }), 400, "invalid_request"),
        (json!({ "grant_type": "refresh_token", "refresh_token": "omr_x" }), 400, "invalid_grant"),
        (json!({ "grant_type": ["client_credentials"] }), 400, "invalid_request"),
        (
            json!({ "grant_type": "client_credentials", "client_id": "dev", "client_secret": "x" }),
            401,
            "invalid_client",
        ),
        (
            json!({ "grant_type": "client_credentials", "client_id": "dev",
                "client_secret": "x".repeat(2000) }),
            401,
            "invalid_client",
        ),
    ];
    for (body, status, error) in cases {
        let (answered, problem) = server.ask(&body).await;
        assert_eq!((answered, &problem["error"]), (status, &json!(error)), "{body}");
    }
    let url = server.url("/v1/token");
    let twice = "grant_type=client_credentials&grant_type=refresh_token";
    let form = "application/x-www-form-urlencoded";
    let post = |kind: &'static str, body: String| {
        server.http.post(&url).header("content-type", kind).body(body).send()
    };
    assert_eq!(post(form, twice.to_owned()).await.unwrap().status(), 400);
    assert_eq!(post("text/plain", twice.to_owned()).await.unwrap().status(), 415);
    assert_eq!(post("application/json", "{".to_owned()).await.unwrap().status(), 400);
    assert_eq!(post("application/json", "[".repeat(9000)).await.unwrap().status(), 400);
    assert_eq!(post(form, "a".repeat(100_000)).await.unwrap().status(), 413);
    // In the header and in the body: which of them counts must not be a matter of taste.
    let both = json!({ "grant_type": "client_credentials", "client_secret": SECRET });
    let both = server.http.post(&url).basic_auth("dev", Some(SECRET)).json(&both);
    assert_eq!(both.send().await.unwrap().status(), 400);
    for header in ["Bearer x", "Basic", "Basic !", "Basic ZGV2"] {
        let request = server.http.post(&url).header("authorization", header);
        let request = request.json(&json!({ "grant_type": "client_credentials" }));
        assert_eq!(request.send().await.unwrap().status(), 400, "{header}");
    }
}

#[tokio::test]
async fn a_parser_does_not_repeat_a_secret() {
    let server = Server::start().await;
    let body = format!(r#"{{"grant_type":{{"{SECRET}":1}},"client_secret":["{SECRET}"]}}"#);
    let request = server.http.post(server.url("/v1/token"));
    let response = request.header("content-type", "application/json").body(body).send().await;
    let response = response.unwrap();
    assert_eq!(response.status(), 400);
    assert!(!response.text().await.unwrap().contains(SECRET));
    // A secret in the place of the name.
    let body = json!({
        "grant_type": "client_credentials", "client_id": "a b\r\nc".repeat(9), "client_secret": "s",
    });
    assert_eq!(server.ask(&body).await.0, 401);
    let audit = server.audit();
    assert!(audit.lines().all(|it| serde_json::from_str::<Value>(it).is_ok()), "{audit}");
    assert!(audit.contains(r#""who":"unknown""#), "{audit}");
}

#[tokio::test]
async fn who_there_is_cannot_be_guessed() {
    let server = Server::start().await;
    server.client("dev", Role::Developer, None).await;
    server.client("gone", Role::Developer, None).await;
    server.app.auth.clients().disable("gone", true).await.unwrap();
    let attempt = async |client: &str, secret: &str| {
        let body = json!({
            "grant_type": "client_credentials", "client_id": client, "client_secret": secret,
        });
        let began = Instant::now();
        let (status, mut problem) = server.ask(&body).await;
        assert_eq!(status, 401);
        problem.as_object_mut().unwrap().remove("request_id");
        (problem, began.elapsed())
    };
    let mut fastest = [Duration::MAX; 3];
    let mut answers = Vec::new();
    let is_even = |[wrong, unknown, disabled]: [Duration; 3]| {
        unknown * 2 > wrong && wrong * 2 > unknown && disabled * 2 > wrong
    };
    // The fastest of several comes close to the work alone, whatever else the machine does.
    for round in 0..60 {
        if round >= 3 && is_even(fastest) {
            break;
        }
        let tries = [("dev", "wrong-wrong-wrong-wrong"), ("nobody", SECRET), ("gone", SECRET)];
        for ((client, secret), fastest) in tries.into_iter().zip(&mut fastest) {
            let (answer, took) = attempt(client, secret).await;
            answers.push(answer);
            *fastest = took.min(*fastest);
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert!(is_even(fastest), "{fastest:?}");
}

#[tokio::test]
async fn a_refresh_token_is_good_once() {
    let server = Server::start().await;
    server.client("dev", Role::Developer, None).await;
    let first = server.grant("dev").await;
    let (status, second) = server.refresh(&first["refresh_token"]).await;
    assert_eq!(status, 200);
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    let (access, newer) = (text(&first["access_token"]), text(&second["access_token"]));
    assert_eq!((server.see(access).await, server.see(newer).await), (200, 200));
    // Whoever stole it comes too late, and ends the session for everybody.
    let (status, problem) = server.refresh(&first["refresh_token"]).await;
    assert_eq!((status, &problem["error"]), (400, &json!("invalid_grant")));
    assert_eq!(server.refresh(&second["refresh_token"]).await.0, 400);
    assert_eq!((server.see(access).await, server.see(newer).await), (401, 401));
    let audit = server.audit();
    assert!(audit.contains("used before"), "{audit}");
    assert!(!audit.contains(text(&first["refresh_token"])));
    // Another session of the same client goes on.
    let other = server.grant("dev").await;
    assert_eq!(server.refresh(&other["refresh_token"]).await.0, 200);
}

#[tokio::test]
async fn of_many_who_refresh_at_once_one_gets_a_token() {
    let server = Server::start().await;
    server.client("dev", Role::Developer, None).await;
    let first = server.grant("dev").await;
    let attempts = (0..12).map(|_| server.refresh(&first["refresh_token"]));
    let answers = futures::future::join_all(attempts).await;
    let got: Vec<_> = answers.iter().filter(|it| it.0 == 200).collect();
    assert_eq!(got.len(), 1);
    assert_eq!(server.refresh(&got[0].1["refresh_token"]).await.0, 400);
    assert_eq!(server.see(text(&got[0].1["access_token"])).await, 401);
}

#[tokio::test]
async fn refresh_tokens_that_were_never_given_out() {
    let server = Server::start().await;
    server.client("dev", Role::Developer, None).await;
    let given = server.grant("dev").await;
    let token = text(&given["refresh_token"]);
    let (most, last) = token.split_at(token.len() - 1);
    let changed = format!("{most}{}", if last == "A" { "B" } else { "A" });
    for forged in [
        changed.as_str(),
        most,
        &token.replace("omr_", ""),
        &token.to_uppercase(),
        "omr_",
        "",
        "omr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        // Twice: what was never given out is not used up either.
        for _ in 0..2 {
            let (status, _) = server.refresh(&json!(forged)).await;
            assert_eq!(status, 400, "{forged}");
        }
    }
    // None of that ends the session.
    assert_eq!(server.refresh(&given["refresh_token"]).await.0, 200);
    // An access token is none, nor the other way around.
    assert_eq!(server.refresh(&given["access_token"]).await.0, 400);
    assert_eq!(server.see(token).await, 401);
}

#[tokio::test]
async fn sessions_and_refresh_tokens_end() {
    for is_session in [true, false] {
        let server = Server::with(|settings| {
            let auth = &mut settings.auth;
            *(if is_session { &mut auth.session } else { &mut auth.refresh_token }) =
                Duration::ZERO;
        })
        .await;
        server.client("dev", Role::Developer, None).await;
        let given = server.grant("dev").await;
        assert_eq!(server.refresh(&given["refresh_token"]).await.0, 400);
    }
}

#[tokio::test]
async fn another_client_does_not_refresh() {
    let server = Server::start().await;
    server.client("dev", Role::Developer, None).await;
    server.client("other", Role::Admin, None).await;
    let given = server.grant("dev").await;
    let as_client = |client: &'static str, secret: &'static str| {
        json!({ "grant_type": "refresh_token", "refresh_token": given["refresh_token"],
            "client_id": client, "client_secret": secret })
    };
    assert_eq!(server.ask(&as_client("other", SECRET)).await.0, 400);
    assert_eq!(server.ask(&as_client("dev", "wrong-wrong-wrong-wrong")).await.0, 401);
    assert_eq!(server.ask(&as_client("dev", SECRET)).await.0, 200);
}

#[tokio::test]
async fn a_revoked_token_is_refused() {
    let server = Server::start().await;
    server.client("dev", Role::Developer, None).await;
    server.client("other", Role::Operator, None).await;
    server.client("boss", Role::Admin, None).await;
    let mine = server.grant("dev").await;
    let access = text(&mine["access_token"]);
    let other = server.grant("other").await;
    let boss = server.grant("boss").await;
    // Only an admin ends what is somebody else's.
    assert_eq!(server.revoke(access, text(&other["access_token"])).await, 403);
    assert_eq!(server.revoke(access, text(&other["refresh_token"])).await, 403);
    assert_eq!(server.revoke(text(&other["access_token"]), access).await, 403);
    assert_eq!(server.see(text(&other["access_token"])).await, 200);
    // What is none is no error.
    for unknown in ["nonsense", "omr_x", "a.b.c"] {
        assert_eq!(server.revoke(access, unknown).await, 200);
    }
    assert_eq!(server.revoke(text(&boss["access_token"]), text(&other["access_token"])).await, 200);
    assert_eq!(server.see(text(&other["access_token"])).await, 401);
    // The session lives until it is revoked, too; with it, all of its tokens end.
    let (status, again) = server.refresh(&other["refresh_token"]).await;
    assert_eq!(status, 200);
    assert_eq!(
        server.revoke(text(&boss["access_token"]), text(&again["refresh_token"])).await,
        200
    );
    assert_eq!(server.see(text(&again["access_token"])).await, 401);
    assert_eq!(server.refresh(&again["refresh_token"]).await.0, 400);
    // One's own.
    assert_eq!(server.revoke(access, access).await, 200);
    assert_eq!(server.see(access).await, 401);
    assert_eq!(server.revoke(access, access).await, 401);
    let audit = server.audit();
    assert!(audit.contains(r#""action":"token.revoke","who":"boss""#), "{audit}");
}

#[tokio::test]
async fn another_replica_learns_of_it() {
    let store = std::sync::Arc::new(omnistack_server::store::Store::Memory(
        omnistack_server::store::Memory::default(),
    ));
    let keys = tempfile::TempDir::new().unwrap();
    let share = |settings: &mut omnistack_server::configuration::Configuration| {
        settings.auth.keys = keys.path().join("keys");
        settings.auth.clients = keys.path().join("clients.toml");
    };
    let one = Server::on(store.clone(), share).await;
    one.client("dev", Role::Developer, None).await;
    let other = Server::on(store, share).await;
    let given = one.grant("dev").await;
    let access = text(&given["access_token"]);
    assert_eq!(other.see(access).await, 200);
    assert_eq!(one.revoke(access, access).await, 200);
    other.until_refused(access).await;
    // A session that began at one goes on at the other.
    let (status, again) = other.refresh(&given["refresh_token"]).await;
    assert_eq!(status, 200);
    // Replayed at the first, it ends at both.
    assert_eq!(one.refresh(&given["refresh_token"]).await.0, 400);
    other.until_refused(text(&again["access_token"])).await;
}

#[tokio::test]
async fn a_disabled_client_gets_and_keeps_nothing() {
    let server = Server::start().await;
    server.client("dev", Role::Developer, None).await;
    let given = server.grant("dev").await;
    server.app.auth.clients().disable("dev", true).await.unwrap();
    server.until_refused(text(&given["access_token"])).await;
    assert_eq!(server.refresh(&given["refresh_token"]).await.0, 401);
    let body = json!({
        "grant_type": "client_credentials", "client_id": "dev", "client_secret": SECRET,
    });
    let (status, problem) = server.ask(&body).await;
    assert_eq!((status, &problem["error"]), (401, &json!("invalid_client")));
    server.app.auth.clients().remove("dev").await.unwrap();
    assert_eq!(server.refresh(&given["refresh_token"]).await.0, 401);
    assert_eq!(server.ask(&body).await.0, 401);
}

#[tokio::test]
async fn a_token_is_for_its_projects_only() {
    let server = Server::start().await;
    server.client("dev", Role::Developer, Some(&["shop", "site"])).await;
    server.client("free", Role::Developer, None).await;
    let ask = async |client: &str, scope: &str| {
        let body = json!({ "grant_type": "client_credentials", "client_id": client,
            "client_secret": SECRET, "scope": scope });
        server.ask(&body).await
    };
    let analyze = async |token: &Value, project: Option<&str>| {
        let body = json!({ "language": "python", "source": "x = 1\n", "project": project });
        let request = server.http.post(server.url("/v1/analyze")).bearer_auth(text(token));
        let response = request.json(&body).send().await.unwrap();
        let status = response.status().as_u16();
        let problem: Value = response.json().await.unwrap();
        (status == 403).then(|| text(&problem["code"]).to_owned())
    };
    let forbidden = Some("project_forbidden".to_owned());
    let (_, all) = ask("dev", "").await;
    assert_eq!(all["scope"], "shop site");
    let (_, one) = ask("dev", "shop").await;
    assert_eq!(one["scope"], "shop");
    let (_, chosen) = ask("free", "bank").await;
    let (_, free) = ask("free", "").await;
    assert_eq!(free["scope"], Value::Null);
    for scope in ["bank", "shop bank", "*", "shop,site", "SHOP"] {
        let (status, problem) = ask("dev", scope).await;
        assert_eq!((status, &problem["error"]), (400, &json!("invalid_scope")), "{scope}");
    }
    let cases = [
        (&all, Some("shop"), true),
        (&all, Some("bank"), false),
        (&all, Some(""), false),
        (&all, None, false),
        (&one, Some("shop"), true),
        (&one, Some("site"), false),
        (&chosen, Some("bank"), true),
        (&chosen, Some("shop"), false),
        (&free, Some("bank"), true),
        (&free, None, true),
    ];
    for (token, project, is_allowed) in cases {
        let answer = analyze(&token["access_token"], project).await;
        let expected = if is_allowed { None } else { forbidden.clone() };
        assert_eq!(answer, expected, "{} {project:?}", token["scope"]);
    }
    // A session never widens.
    let body = json!({ "grant_type": "refresh_token", "refresh_token": one["refresh_token"],
        "scope": "site" });
    assert_eq!(server.ask(&body).await.1["error"], "invalid_scope");
    let (_, again) = server.refresh(&one["refresh_token"]).await;
    assert_eq!(again["scope"], "shop");
}

#[tokio::test]
async fn without_the_store_there_are_tokens_and_no_sessions() {
    let folder = tempfile::TempDir::new().unwrap();
    let mut redis = omnistack_server::configuration::Redis::default();
    // Nobody listens there.
    let (url, keys) = (folder.path().join("url"), folder.path().join("keys"));
    std::fs::write(&url, "redis://127.0.0.1:1").unwrap();
    std::fs::write(&keys, "0123456789abcdef".repeat(4)).unwrap();
    (redis.url_file, redis.keys_file) = (Some(url), Some(keys));
    let signals = omnistack_server::store::Signals::default();
    let store = omnistack_server::store::Store::open(&redis, signals).await.unwrap();
    let server = Server::on(std::sync::Arc::new(store), |_| {}).await;
    server.client("dev", Role::Developer, None).await;
    let given = server.grant("dev").await;
    assert!(given.get("refresh_token").is_none(), "{given}");
    let access = text(&given["access_token"]);
    assert_eq!(server.see(access).await, 200);
    let body = json!({ "grant_type": "refresh_token",
        "refresh_token": "omr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" });
    let response = server.http.post(server.url("/v1/token")).json(&body).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 503);
    assert!(response.headers().contains_key("retry-after"));
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["code"], "store_unavailable");
    // What is revoked here is revoked here, whoever else knows.
    assert_eq!(server.revoke(access, access).await, 503);
    assert_eq!(server.see(access).await, 401);
}

#[tokio::test]
async fn a_flood_of_secrets_is_turned_away_and_others_are_served() {
    let server = Server::start().await;
    server.client("dev", Role::Developer, None).await;
    let access = server.token(Role::Viewer);
    let body = json!({
        "grant_type": "client_credentials", "client_id": "dev", "client_secret": "w".repeat(30),
    });
    let flood = futures::future::join_all((0..300).map(|_| server.ask(&body)));
    let others = async {
        for _ in 0..20 {
            assert_eq!(server.see(&access).await, 200);
        }
    };
    let (answers, ()) = tokio::join!(flood, others);
    let count = |wanted: u16| answers.iter().filter(|it| it.0 == wanted).count();
    assert!(count(401) >= 64 && count(503) >= 1, "{} and {}", count(401), count(503));
    assert_eq!(count(401) + count(503), 300);
    let busy = answers.iter().find(|it| it.0 == 503).unwrap();
    assert_eq!(busy.1["code"], "overloaded");
    // Nothing of it stays.
    assert!(server.grant("dev").await["access_token"].is_string());
}

#[tokio::test]
async fn clients_in_the_store_are_those_of_all_replicas() {
    use omnistack_server::configuration::ClientsIn;
    use omnistack_server::store::{Memory, Store};
    let store = std::sync::Arc::new(Store::Memory(Memory::default()));
    let keys = tempfile::TempDir::new().unwrap();
    let share = |settings: &mut omnistack_server::configuration::Configuration| {
        settings.auth.keys = keys.path().join("keys");
        settings.auth.clients_in = ClientsIn::Redis;
    };
    let one = Server::on(store.clone(), share).await;
    let other = Server::on(store, share).await;
    one.client("dev", Role::Developer, Some(&["shop"])).await;
    let secret = secrecy::SecretString::from(SECRET);
    let again = one.app.auth.add_client("dev", &secret, Role::Admin, None).await;
    assert!(again.is_err(), "a client is not replaced by adding it");
    let given = other.grant("dev").await;
    assert_eq!(given["scope"], "shop");
    one.app.auth.clients().disable("dev", true).await.unwrap();
    other.until_refused(text(&given["access_token"])).await;
    assert_eq!(other.refresh(&given["refresh_token"]).await.0, 401);
    one.app.auth.clients().remove("dev").await.unwrap();
    assert!(other.app.auth.clients().all().await.unwrap().values().all(|it| it.removed));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_was_given_goes_with_its_secret_and_with_itself() {
    let server = Server::start().await;
    server.client("dev", Role::Developer, None).await;
    let first = server.grant("dev").await;
    // Sessions and clients begin at a second.
    let next_second = || tokio::time::sleep(std::time::Duration::from_millis(1100));
    next_second().await;
    let clients = server.app.auth.clients();
    clients.renew("dev", &SECRET.to_owned().into()).await.unwrap();
    assert_eq!(server.refresh(&first["refresh_token"]).await.0, 401, "its secret is another one");
    server.until_refused(text(&first["access_token"])).await;
    let second = server.grant("dev").await;
    assert_eq!(server.see(text(&second["access_token"])).await, 200);
    clients.remove("dev").await.unwrap();
    server.until_refused(text(&second["access_token"])).await;
    assert_eq!(server.refresh(&second["refresh_token"]).await.0, 401);
    assert!(clients.remove("dev").await.is_err() && clients.disable("dev", false).await.is_err());
    next_second().await;
    // Somebody else of that name.
    server.client("dev", Role::Admin, None).await;
    assert_eq!(server.refresh(&second["refresh_token"]).await.0, 401);
    let third = server.grant("dev").await;
    let mut status = 401;
    // The server learns of the other one as of any change of clients.
    for _ in 0..100 {
        status = server.see(text(&third["access_token"])).await;
        if status == 200 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(status, 200);
    let old = server.see(text(&second["access_token"])).await;
    assert_eq!(old, 401, "what the one before was given is not the new one's");
}
