//! Limits by client and by address, and what is turned away when there is too much at once.

use std::net::IpAddr;

use http::HeaderMap;
use omnistack_server::access::Role;
use omnistack_server::configuration::{Network, Rate};
use omnistack_server::guard::limiting::{client_address, name_of};

use crate::pressure::server::{Reply, Server, settings, write};
use crate::waiting::{PATIENCE, eventually};

fn slowly(burst: f64) -> Rate {
    Rate { per_second: 0.01, burst }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let mut settings = settings();
    settings.limits.rates.other = slowly(3.0);
    let server = Server::start(settings).await;
    let bearer = |token: &str| format!("Authorization: Bearer {token}\r\n");
    for left in ["2", "1", "0"] {
        let reply = server.get("/v1/usage", &bearer(&server.token)).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        assert_eq!(reply.field("ratelimit-limit"), Some("3"));
        assert_eq!(reply.field("ratelimit-remaining"), Some(left));
        assert_eq!(reply.field("ratelimit-policy"), Some("\"other\";q=3;w=300"));
        let reset: u64 = reply.field("ratelimit-reset").unwrap().parse().unwrap();
        assert!((1..=300).contains(&reset));
        let state = format!("\"other\";r={left};t={reset}");
        assert_eq!(reply.field("ratelimit"), Some(state.as_str()));
        assert_eq!(reply.field("retry-after"), None);
    }
    let reply = server.get("/v1/usage", &bearer(&server.token)).await;
    reply.expect(429, "rate_limited");
    assert_eq!(reply.field("ratelimit-remaining"), Some("0"));
    let after: u64 = reply.field("retry-after").unwrap().parse().unwrap();
    assert!((1..=100).contains(&after));
    // Another client has a limit of its own, and so has another kind of route.
    let hour = std::time::Duration::from_hours(1);
    let other = server.app.auth.issue("bob", Role::Developer, None, hour).unwrap().token;
    assert_eq!(server.get("/v1/usage", &bearer(&other)).await.status, 200);
    assert_ne!(server.predict(b"{}").await.status, 429);
    // Probes have none.
    let probe = server.get("/healthz", "").await;
    assert!(probe.status == 200 && probe.field("ratelimit").is_none());
}

async fn ask_for_token(server: &Server, forwarded: &str) -> Reply {
    let body = "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"none\"}";
    let length = body.len();
    server
        .send(format!(
            "POST /v1/token HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{forwarded}\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_counted_and_cannot_be_made_up() {
    let mut settings = settings();
    settings.limits.rates.token = slowly(2.0);
    let server = Server::start(settings.clone()).await;
    let forwarded = |it: &str| format!("X-Forwarded-For: {it}\r\n");
    for _ in 0..2 {
        assert_ne!(ask_for_token(&server, "").await.status, 429);
    }
    for made_up in ["", "192.0.2.7", "192.0.2.8, 192.0.2.9"] {
        ask_for_token(&server, &forwarded(made_up)).await.expect(429, "rate_limited");
    }
    // Behind a proxy of ours, those whom it names are counted apart.
    settings.listen.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    let server = Server::start(settings).await;
    for _ in 0..2 {
        assert_ne!(ask_for_token(&server, &forwarded("203.0.113.1, 192.0.2.7")).await.status, 429);
    }
    let again = ask_for_token(&server, &forwarded("203.0.113.2, 192.0.2.7")).await;
    again.expect(429, "rate_limited");
    assert_ne!(ask_for_token(&server, &forwarded("192.0.2.8")).await.status, 429);
}

#[test]
fn the_client_is_the_last_address_that_is_no_proxy_of_ours() {
    let address = |it: &str| it.parse::<IpAddr>().unwrap();
    let networks = ["10.0.0.1", "10.0.0.2", "10.1.0.0/16", "fd00::1", "fd01::/16"];
    let trusted = networks.map(|it| it.parse::<Network>().unwrap());
    assert_eq!(trusted.map(|it| it.to_string()), networks);
    for wrong in ["", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "::/129", "10.0.0.0/-1", "host"] {
        assert!(wrong.parse::<Network>().is_err(), "{wrong}");
    }
    assert!("0.0.0.0/0".parse::<Network>().unwrap().contains(address("192.0.2.1")));
    assert!(!"0.0.0.0/0".parse::<Network>().unwrap().contains(address("2001:db8::1")));
    let client = |peer: &str, lines: &[&str]| {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        client_address(address(peer), &headers, &trusted).to_string()
    };
    assert_eq!(client("192.0.2.1", &["198.51.100.1"]), "192.0.2.1");
    assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
    assert_eq!(client("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    assert_eq!(client("10.0.0.1", &["203.0.113.9, 198.51.100.1 , 10.0.0.2"]), "198.51.100.1");
    assert_eq!(client("10.0.0.1", &["203.0.113.9", "198.51.100.1", "10.0.0.2"]), "198.51.100.1");
    assert_eq!(client("fd00::1", &["[2001:db8::7]:4711"]), "2001:db8::7");
    assert_eq!(client("10.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
    assert_eq!(client("10.0.0.1", &["10.0.0.2, 10.0.0.1"]), "10.0.0.2");
    assert_eq!(client("10.1.255.255", &["198.51.100.1, 10.1.2.3"]), "198.51.100.1");
    assert_eq!(client("10.2.0.0", &["198.51.100.1"]), "10.2.0.0");
    assert_eq!(client("fd01:1::2", &["198.51.100.1"]), "198.51.100.1");
    assert_eq!(client("fd02::1", &["198.51.100.1"]), "fd02::1");
    assert_eq!(client("10.0.0.1", &["198.51.100.1, unknown"]), "10.0.0.1");
    assert_eq!(client("10.0.0.1", &["198.51.100.1, , 10.0.0.2"]), "10.0.0.2");
    assert_eq!(name_of(address("2001:db8:1:2:3:4:5:6")), "2001:db8:1:2::/64");
    assert_eq!(name_of(address("::ffff:192.0.2.1")), "192.0.2.1");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_at_once_is_turned_away_at_once() {
    let mut settings = settings();
    settings.limits.concurrency = 1;
    settings.limits.body_timeout = PATIENCE;
    let server = Server::start(settings).await;
    let mut first = server.connect().await;
    let fields = "Content-Type: application/json\r\nContent-Length: 12\r\n";
    write(&mut first, server.head(fields) + "{\"uni").await;
    eventually("the only place is taken", async || server.predict(b"{}").await.status == 503).await;
    let reply = server.predict(b"{}").await;
    reply.expect(503, "overloaded");
    assert_eq!(reply.field("retry-after"), Some("1"));
    // Probes say that the server is alive; it is not ready to be restarted, only busy.
    assert!(server.is_alive().await);
    write(&mut first, "ts\": 1}").await;
    Reply::read(&mut first).await.expect(400, "malformed");
    eventually("the place is free", async || server.predict(b"{}").await.status == 400).await;
    // A client that goes away gives its place back, too.
    let mut second = server.connect().await;
    write(&mut second, server.head(fields) + "{\"uni").await;
    eventually("the only place is taken", async || server.predict(b"{}").await.status == 503).await;
    drop(second);
    eventually("the place is free", async || server.predict(b"{}").await.status == 400).await;
}
