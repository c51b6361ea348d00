//! Tokens that are not what they claim to be. Each differs from a good one in one thing.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use omnistack_server::access::Role;
use omnistack_server::auth::Auth;
use omnistack_server::configuration::Configuration;
use omnistack_server::store::{Memory, Store};
use serde_json::{Value, json};

use crate::attacks::server::{Server, Signer, but, claims, encode, message, now};

/// Each of the tokens is refused, and nothing is told that helps to make a better one.
async fn all_are_refused(server: &Server, tokens: Vec<(String, String)>) {
    for (name, token) in tokens {
        let request = server.http.get(server.url("/v1/models"));
        let response = request.header("authorization", format!("Bearer {token}"));
        let response = response.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 401, "{name}: {token:.300}");
        let challenge = response.headers()["www-authenticate"].to_str().unwrap().to_owned();
        assert!(challenge.starts_with("Bearer"), "{name}: {challenge}");
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{name}");
        let problem: Value = response.json().await.unwrap();
        assert_eq!(problem["code"], "unauthenticated", "{name}");
    }
}

fn named(name: impl Into<String>, token: String) -> (String, String) {
    (name.into(), token)
}

#[tokio::test]
async fn the_token_that_the_others_are_made_of_is_good() {
    let server = Server::start().await;
    let signer = server.signer();
    for typ in ["at+jwt", "AT+JWT"] {
        let header = but(&signer.header(), "typ", json!(typ));
        assert_eq!(server.see(&signer.sign(&header, &claims())).await, 200);
    }
    let several = but(&claims(), "aud", json!(["elsewhere", "omnistack"]));
    assert_eq!(server.see(&signer.sign(&signer.header(), &several)).await, 200);
    // Clocks differ by some seconds.
    let recent = but(&claims(), "exp", json!(now() - 3));
    assert_eq!(server.see(&signer.sign(&signer.header(), &recent)).await, 200);
    let soon = but(&claims(), "nbf", json!(now() + 3));
    assert_eq!(server.see(&signer.sign(&signer.header(), &soon)).await, 200);
}

#[tokio::test]
async fn no_algorithm_is_no_algorithm() {
    let server = Server::start().await;
    let signer = server.signer();
    let good = signer.sign(&signer.header(), &claims());
    let signature = good.rsplit('.').next().unwrap();
    let mut tokens = Vec::new();
    for alg in ["none", "None", "NONE", "nOnE", "", "eddsa", "Ed448"] {
        let header = but(&signer.header(), "alg", json!(alg)).to_string();
        let message = message(&header, &claims().to_string());
        tokens.push(named(format!("{alg}, unsigned"), format!("{message}.")));
        tokens.push(named(format!("{alg}, signed"), format!("{message}.{signature}")));
        tokens.push(named(alg, signer.sign_text(&header, &claims().to_string())));
    }
    for alg in [Value::Null, json!(["EdDSA"]), json!(1), json!({})] {
        tokens.push(named("no text", signer.sign(&but(&signer.header(), "alg", alg), &claims())));
    }
    let twice = format!(r#"{{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"{}"}}"#, signer.kid);
    tokens.push(named("twice", signer.sign_text(&twice, &claims().to_string())));
    all_are_refused(&server, tokens).await;
}

#[tokio::test]
async fn the_public_key_is_no_secret() {
    let server = Server::start().await;
    let signer = server.signer();
    let jwks = server.http.get(server.url("/.well-known/jwks.json")).send().await.unwrap();
    let jwks = jwks.text().await.unwrap();
    let set: Value = serde_json::from_str(&jwks).unwrap();
    // The prefix of an Ed25519 key's SubjectPublicKeyInfo (RFC 8410).
    let mut der = vec![0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
    der.extend(signer.public());
    let body = STANDARD.encode(&der);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----");
    let secrets: Vec<Vec<u8>> = vec![
        signer.public().to_vec(),
        encode(signer.public()).into_bytes(),
        der,
        pem.clone().into_bytes(),
        format!("{pem}\n").into_bytes(),
        set["keys"][0].to_string().into_bytes(),
        jwks.into_bytes(),
        signer.kid.clone().into_bytes(),
        Vec::new(),
    ];
    let algorithms = [
        ("HS256", hmac::HMAC_SHA256),
        ("HS384", hmac::HMAC_SHA384),
        ("HS512", hmac::HMAC_SHA512),
        // Signed as with a shared secret, and named as the server's own.
        ("EdDSA", hmac::HMAC_SHA512),
    ];
    let mut tokens = Vec::new();
    for (alg, algorithm) in algorithms {
        for secret in &secrets {
            let header = but(&signer.header(), "alg", json!(alg)).to_string();
            let message = message(&header, &claims().to_string());
            let tag = hmac::sign(&hmac::Key::new(algorithm, secret), message.as_bytes());
            tokens.push(named(alg, format!("{message}.{}", encode(tag.as_ref()))));
        }
    }
    all_are_refused(&server, tokens).await;
}

#[tokio::test]
async fn the_key_decides_on_the_algorithm() {
    let server = Server::start().await;
    let signer = server.signer();
    let mut tokens = Vec::new();
    for alg in ["ES256", "ES384", "RS256", "RS512", "PS256", "PS384"] {
        let header = but(&signer.header(), "alg", json!(alg));
        tokens.push(named(alg, signer.sign(&header, &claims())));
    }
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    for alg in ["ES256", "EdDSA"] {
        let header = but(&signer.header(), "alg", json!(alg)).to_string();
        let message = message(&header, &claims().to_string());
        let signature = pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        tokens.push(named(alg, format!("{message}.{}", encode(signature.as_ref()))));
    }
    all_are_refused(&server, tokens).await;
}

#[tokio::test]
async fn somebody_elses_key_does_not_sign() {
    let server = Server::start().await;
    let signer = server.signer();
    let stranger = Signer::stranger(&signer.kid);
    let mut tokens = vec![named("same kid", stranger.sign(&stranger.header(), &claims()))];
    let kids = [
        json!("unknown"),
        json!(""),
        Value::Null,
        json!(7),
        json!(["a"]),
        json!("../keys/key"),
        json!("../../../../../../etc/passwd"),
        json!("/dev/null"),
        json!("..\\..\\key"),
        json!("%2e%2e%2fkey"),
        json!(format!("./{}", signer.kid)),
        json!(format!("{}.pem", signer.kid)),
        json!(format!("{}\u{0}", signer.kid)),
        json!(format!("{}\n", signer.kid)),
        json!("' OR 1=1 --"),
        json!("k".repeat(4000)),
    ];
    for kid in kids {
        let header = but(&stranger.header(), "kid", kid.clone());
        tokens.push(named(format!("stranger, {kid}"), stranger.sign(&header, &claims())));
        let header = but(&signer.header(), "kid", kid.clone());
        tokens.push(named(format!("server, {kid}"), signer.sign(&header, &claims())));
    }
    all_are_refused(&server, tokens).await;
}

#[tokio::test]
async fn a_token_does_not_bring_its_own_key() {
    let server = Server::start().await;
    let signer = server.signer();
    let stranger = Signer::stranger(&signer.kid);
    let mut tokens = Vec::new();
    for (name, value) in [
        ("jwk", stranger.jwk()),
        ("jku", json!("http://127.0.0.1:9/jwks.json")),
        ("x5u", json!("http://127.0.0.1:9/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A128GCM")),
    ] {
        let header = but(&stranger.header(), name, value.clone());
        tokens.push(named(format!("stranger, {name}"), stranger.sign(&header, &claims())));
        let header = but(&signer.header(), name, value);
        tokens.push(named(format!("server, {name}"), signer.sign(&header, &claims())));
    }
    all_are_refused(&server, tokens).await;
}

#[tokio::test]
async fn claims_are_checked_one_by_one() {
    let server = Server::start().await;
    let signer = server.signer();
    let cases = [
        ("exp", json!(now() - 3600)),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("exp", json!((now() + 300).to_string())),
        ("exp", json!([now() + 300])),
        ("exp", json!(true)),
        ("exp", Value::Null),
        ("nbf", json!(now() + 3600)),
        ("nbf", json!("0")),
        ("nbf", Value::Null),
        ("iat", Value::Null),
        ("iat", json!(now() + 3600)),
        ("aud", json!("elsewhere")),
        ("aud", json!("omnistack2")),
        ("aud", json!("OMNISTACK")),
        ("aud", json!("")),
        ("aud", json!([])),
        ("aud", json!(["elsewhere"])),
        ("aud", json!({ "omnistack": true })),
        ("aud", Value::Null),
        ("iss", json!("https://evil.example")),
        ("iss", json!("https://omnistack.localhost/")),
        ("iss", json!(["https://omnistack.localhost"])),
        ("iss", Value::Null),
        ("sub", Value::Null),
        ("sub", json!("")),
        ("sub", json!(1)),
        ("sub", json!("admin")),
        ("client_id", json!("admin")),
        ("jti", Value::Null),
        ("jti", json!("")),
        ("role", Value::Null),
        ("role", json!("root")),
        ("role", json!("Admin")),
        ("role", json!(["admin"])),
        ("role", json!(3)),
        ("projects", json!("shop")),
        ("projects", json!([1])),
        ("sid", json!(5)),
    ];
    let mut tokens = Vec::new();
    for (name, value) in cases {
        let claims = but(&claims(), name, value.clone());
        tokens.push(named(format!("{name} {value}"), signer.sign(&signer.header(), &claims)));
    }
    for typ in [json!("JWT"), json!("id+jwt"), json!("at+jwt "), json!(""), Value::Null] {
        let header = but(&signer.header(), "typ", typ.clone());
        tokens.push(named(format!("typ {typ}"), signer.sign(&header, &claims())));
    }
    let text = claims().to_string();
    for again in [r#","role":"admin"}"#, r#","exp":99999999999}"#, r#","aud":"omnistack"}"#] {
        let twice = format!("{}{again}", text.strip_suffix('}').unwrap());
        tokens.push(named(again, signer.sign_text(&signer.header().to_string(), &twice)));
    }
    all_are_refused(&server, tokens).await;
}

#[tokio::test]
async fn what_was_changed_after_it_was_signed_is_noticed() {
    let server = Server::start().await;
    let signer = server.signer();
    let good = signer.sign(&signer.header(), &claims());
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = message.split_once('.').unwrap();
    // Known to be good already: what is like it has to be checked nevertheless.
    assert_eq!(server.see(&good).await, 200);
    let raised = encode(but(&claims(), "role", json!("admin")).to_string().as_bytes());
    let mut tokens = vec![
        named("role", format!("{header}.{raised}.{signature}")),
        named("no signature", format!("{message}.")),
        named("no dot", message.to_owned()),
        named("two dots", format!("{good}.")),
        named("five parts", format!("{good}.{signature}.{signature}")),
        named("padding", format!("{good}==")),
        named("standard alphabet", format!("{message}.{}", signature.replace(['-', '_'], "+"))),
        named("inner space", format!("{header} .{payload}.{signature}")),
        named("only dots", "..".to_owned()),
        named("no base64", "a!.b!.c!".to_owned()),
        named("no JSON", format!("{}.{payload}.{signature}", encode(b"{"))),
        named("an array", format!("{}.{payload}.{signature}", encode(b"[]"))),
        named("zeros", format!("{message}.{}", encode(&[0; 64]))),
        named("short", format!("{message}.{}", encode(&[0; 63]))),
        named("swapped", format!("{payload}.{header}.{signature}")),
    ];
    if !signature.contains(['-', '_']) {
        tokens.retain(|(name, _)| name != "standard alphabet");
    }
    for at in (0..good.len()).step_by(7) {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        tokens.push(named(format!("byte {at}"), String::from_utf8(bytes).unwrap()));
    }
    all_are_refused(&server, tokens).await;
    assert_eq!(server.see(&good).await, 200);
}

#[test]
fn no_text_at_all_is_taken_for_a_token_or_ends_the_server() {
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = Arc::new(Store::Memory(Memory::default()));
    let auth = Auth::in_memory(&Configuration::default(), store).unwrap();
    let good = auth.issue("dev", Role::Admin, None, Duration::from_mins(1)).unwrap().token;
    let header = good.split('.').next().unwrap().to_owned();
    let json = r#"[{}\[\]:,"a-z0-9.-]{0,60}"#;
    let texts = prop_oneof![
        any::<String>(),
        r"[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,90}",
        (json, json).prop_map(|(head, claims)| format!("{}.AAAA", message(&head, &claims))),
        json.prop_map(move |claims| format!("{header}.{}.AAAA", encode(claims.as_bytes()))),
        (0..good.len(), any::<char>()).prop_map(move |(at, other)| {
            let (mut token, was) = (good.clone(), good.chars().nth(at));
            let other = if was == Some(other) { '!' } else { other };
            token.replace_range(at..=at, &other.to_string());
            token
        }),
    ];
    let is_refused = |text: String| {
        prop_assert!(runtime.block_on(auth.verify(&text)).is_err());
        Ok(())
    };
    TestRunner::default().run(&texts, is_refused).unwrap();
}

#[tokio::test]
async fn long_and_deep_tokens_cost_nothing() {
    let server = Server::start().await;
    let signer = server.signer();
    let stranger = Signer::stranger(&signer.kid);
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(1500), close.repeat(1500));
    let header = signer.header().to_string();
    let in_header = |value: &str| format!(r#"{},"x":{value}}}"#, header.strip_suffix('}').unwrap());
    let in_claims = |value: &str| {
        let claims = claims().to_string();
        format!(r#"{},"x":{value}}}"#, claims.strip_suffix('}').unwrap())
    };
    let long = format!("{:?}", "x".repeat(7000));
    let tokens = vec![
        named("long", signer.sign_text(&header, &in_claims(&long))),
        named("longer", "a".repeat(30_000)),
        named("dots", ".".repeat(8000)),
        named("deep claims", stranger.sign_text(&header, &in_claims(&deep("[", "]")))),
        named("deep objects", stranger.sign_text(&header, &in_claims(&deep("{\"a\":", "}")))),
        named("deep header", signer.sign_text(&in_header(&deep("[", "]")), &claims().to_string())),
    ];
    all_are_refused(&server, tokens).await;
    // Longer than any head may be.
    let request = server.http.get(server.url("/v1/models")).bearer_auth("a".repeat(1 << 20));
    if let Ok(response) = request.send().await {
        assert!(response.status().is_client_error(), "{}", response.status());
    }
    let good = signer.sign(&signer.header(), &claims());
    assert_eq!(server.see(&good).await, 200);
}
