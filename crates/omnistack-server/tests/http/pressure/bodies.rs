//! Bodies: too large, too slow, too deep, of another kind, broken off.

use omnistack_server::guard::pressure::{DEEPEST, parse};
use proptest::prelude::*;
use serde_json::Value;
use tokio::io::AsyncWriteExt;

use crate::pressure::server::{Reply, Server, settings, write};

const JSON: &str = "Content-Type: application/json\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_body_may_be_so_large_and_no_larger() {
    let server = Server::start(settings()).await;
    let most = server.app.configuration.limits.body_bytes;
    let spaces = |length: usize| [b"{}".as_slice(), &vec![b' '; length - 2]].concat();
    server.predict(&spaces(most)).await.expect(400, "malformed");
    server.predict(&spaces(most + 1)).await.expect(413, "too_large");
    // A length is enough to be refused, and nobody waits for the body.
    for length in ["65537", "9223372036854775807"] {
        let head = server.head(&format!("{JSON}Content-Length: {length}\r\n"));
        server.send(head).await.expect(413, "too_large");
    }
    // A client that asks whether it may send is told that it may not.
    let head = server.head(&format!("{JSON}Expect: 100-continue\r\nContent-Length: 99999999\r\n"));
    server.send(head).await.expect(413, "too_large");
    // Without a length, it is refused as soon as too much has come.
    let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
    let head = server.head(&format!("{JSON}Transfer-Encoding: chunked\r\n"));
    server.send(head.clone() + &chunk.repeat(17)).await.expect(413, "too_large");
    let whole = "c\r\n{\"units\": []\r\n1\r\n}\r\n0\r\n\r\n";
    let reply = server.send(head + whole).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(server.is_alive().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_may_take_so_long_and_no_longer() {
    let server = Server::start(settings()).await;
    for fields in ["Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n"] {
        let mut stream = server.connect().await;
        let start = if fields.starts_with("Transfer") { "5\r\n{\"uni" } else { "{\"uni" };
        write(&mut stream, server.head(&format!("{JSON}{fields}")) + start).await;
        Reply::read(&mut stream).await.expect(408, "too_slow");
    }
    // Also if something comes all the time.
    let (mut reading, mut writing) = server.connect().await.into_split();
    let head = server.head(&format!("{JSON}Content-Length: 60000\r\n"));
    let drip = tokio::spawn(async move {
        write(&mut writing, head).await;
        while writing.write_all(b" ").await.is_ok() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
    Reply::read(&mut reading).await.expect(408, "too_slow");
    drop(reading);
    drip.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_breaks_off_harms_nobody() {
    let server = Server::start(settings()).await;
    for (fields, body) in [
        ("Content-Length: 100\r\n", "{\"units\""),
        ("Transfer-Encoding: chunked\r\n", "5\r\n{\"u"),
        ("Transfer-Encoding: chunked\r\n", "zz\r\n{\"u\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n{"),
        ("Content-Length: 5\r\nContent-Length: 6\r\n", "{}    "),
        ("Content-Length: -1\r\n", "{}"),
        ("Content-Length: 2\r\nTransfer-Encoding: gzip\r\n", "{}"),
    ] {
        let mut stream = server.connect().await;
        write(&mut stream, server.head(&format!("{JSON}{fields}")) + body).await;
        stream.shutdown().await.unwrap();
        let reply = Reply::read(&mut stream).await;
        // Nobody may be there to answer to any more.
        assert!(matches!(reply.status, 0 | 400), "{fields:?}: {reply:?}");
    }
    assert!(server.is_alive().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_json_and_says_so() {
    let server = Server::start(settings()).await;
    let body = "{\"units\":[]}";
    for kind in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/json; charset=utf-16\r\n",
        "Content-Type: application/jsonp\r\n",
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
    ] {
        let head = server.head(&format!("{kind}Content-Length: {}\r\n", body.len()));
        server.send(head + body).await.expect(415, "unsupported_media_type");
    }
    for kind in ["application/json", "Application/JSON; charset=\"UTF-8\"", "application/a+json"] {
        let length = body.len();
        let head = server.head(&format!("Content-Type: {kind}\r\nContent-Length: {length}\r\n"));
        let reply = server.send(head + body).await;
        assert_eq!(reply.status, 200, "{reply:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn json_may_be_so_deep_and_no_deeper() {
    let server = Server::start(settings()).await;
    let nest = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    for body in [
        nest(30_000),
        "[".repeat(60_000),
        "{\"a\":".repeat(10_000),
        format!("{{\"units\":{}}}", nest(20_000)),
        // A field that nobody reads is no way around it.
        format!("{{\"units\":[],\"extra\":{}}}", nest(20_000)),
        format!("{{\"units\":[],\"extra\":{}}}", nest(40)),
        format!("{{\"units\":[],\"extra\":\"\\\\\",\"more\":{}}}", nest(40)),
    ] {
        let reply = server.predict(body.as_bytes()).await;
        reply.expect(400, "malformed");
        assert!(reply.body.len() < 1000, "{reply:?}");
    }
    // Brackets in texts are no depth.
    let text = "[".repeat(5000) + "\\\"" + &"{".repeat(5000);
    let body = format!("{{\"units\":[],\"extra\":\"{text}\",\"more\":{}}}", nest(20));
    let reply = server.predict(body.as_bytes()).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(server.is_alive().await);
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

proptest! {
    #[test]
    fn depth_is_counted_as_json_has_it(
        texts in prop::collection::vec(r#"[\[\]{}"\\a:,]{0,12}"#, 1..8),
        nested in prop::collection::vec(any::<bool>(), 0..2 * DEEPEST),
        siblings in 0..40_usize,
    ) {
        let leaf = Value::from(texts.clone());
        let value = nested.iter().fold(leaf, |value, is_array| match is_array {
            true => Value::Array(vec![value, texts[0].clone().into()]),
            false => serde_json::json!({ texts[0].clone(): value }),
        });
        let mut all = vec![Value::Array(Vec::new()); siblings];
        all.push(value);
        let value = Value::Array(all);
        let parsed = parse::<Value>(value.to_string().as_bytes());
        prop_assert_eq!(parsed.is_ok(), depth(&value) <= DEEPEST);
        prop_assert!(parsed.is_err() || parsed.unwrap() == value);
    }

    #[test]
    fn whatever_comes_is_answered(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let problem = parse::<models::wire::PredictRequest>(&body).unwrap_err();
        prop_assert_eq!(problem.code.name(), "malformed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_by_its_place_and_never_repeated() {
    let server = Server::start(settings()).await;
    for (body, expected) in [
        ("{\"units\": \"sk-secret\"}", "a sequence is wanted, line 1, column 21"),
        ("{\n\"units\": [{\"language\": \"python\"}]}", "missing field `code`, line 2"),
        ("{\"units\": [{\"language\": 7, \"code\": \"sk-secret\"}]}", "a string is wanted"),
        ("{\"units\": [], \"model\": [\"sk-secret\"]}", "a string is wanted"),
        ("{\"units\": \"x, expected sk-secret\"}", "a sequence is wanted"),
        ("{\"units\": [], \"units\": [\"sk-secret\"]}", "duplicate field `units`"),
        ("{\"units\": [sk-secret]}", "it is no JSON, line 1, column 12"),
        ("{\"units\": [\"sk-secret", "it ends too early"),
        ("\"sk-secret\"", "is wanted"),
        ("{\"units\": \"\u{0}sk-secret\"}", "it is no JSON"),
        ("", "it ends too early"),
    ] {
        let reply = server.predict(body.as_bytes()).await;
        reply.expect(400, "malformed");
        assert!(reply.body.contains(expected), "{body}: {reply:?}");
        assert!(!reply.body.contains("sk-secret") && !reply.body.contains("python"), "{reply:?}");
    }
    let not_text = b"{\"units\": [{\"language\": \"\xff\xfe\", \"code\": \"\"}]}";
    server.predict(not_text).await.expect(400, "malformed");
}
