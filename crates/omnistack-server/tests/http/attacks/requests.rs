//! Requests that are not what they seem: tokens in the address, headers in values, paths that lead
//! elsewhere, several of what there is one of.

use omnistack_server::access::Role;
use serde_json::json;

use crate::attacks::server::{Raw, Server};

/// A request for a path, as it stands, without a token.
async fn get(server: &Server, path: &str, headers: &str) -> Raw {
    let host = &server.address;
    let head = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n");
    server.raw(head.as_bytes()).await
}

#[tokio::test]
async fn a_token_in_the_address_is_refused() {
    let server = Server::start().await;
    let token = server.token(Role::Admin);
    for name in
        ["access_token", "token", "bearer", "authorization", "ACCESS_TOKEN", "access%5Ftoken"]
    {
        let url = server.url(&format!("/v1/models?{name}={token}"));
        let without = server.http.get(&url).send().await.unwrap();
        assert_eq!(without.status().as_u16(), 400, "{name}");
        let with = server.http.get(&url).bearer_auth(&token).send().await.unwrap();
        assert_eq!(with.status().as_u16(), 400, "{name}");
    }
    let url = server.url("/v1/token?client_secret=hunter2&grant_type=client_credentials");
    let request = server.http.post(url).json(&json!({ "grant_type": "client_credentials" }));
    let response = request.send().await.unwrap();
    assert_eq!(response.status().as_u16(), 400);
    assert!(!response.text().await.unwrap().contains("hunter2"));
    assert!(!server.audit().contains(&token));
}

#[tokio::test]
async fn one_authorization_header_and_no_more() {
    let server = Server::start().await;
    let (token, other) = (server.token(Role::Viewer), server.token(Role::Admin));
    let cases = [
        (format!("Authorization: Bearer {token}\r\n"), 200),
        (format!("authorization: bEARER {token}\r\n"), 200),
        (format!("Authorization: Bearer {token}\r\nAuthorization: Bearer {other}\r\n"), 401),
        (format!("Authorization: Bearer {token}\r\nauthorization: Bearer {token}\r\n"), 401),
        (format!("Authorization: Bearer {token}, Bearer {other}\r\n"), 401),
        (format!("Authorization: Bearer {token} {other}\r\n"), 401),
        (format!("Authorization: Bearer{token}\r\n"), 401),
        (format!("Authorization: {token}\r\n"), 401),
        (format!("Authorization: Token {token}\r\n"), 401),
        (format!("Authorization: Bearer \"{token}\"\r\n"), 401),
        ("Authorization: Bearer\r\n".to_owned(), 401),
        ("Authorization: Bearer \r\n".to_owned(), 401),
        ("Authorization:\r\n".to_owned(), 401),
        (format!("X-Authorization: Bearer {token}\r\n"), 401),
        (format!("Proxy-Authorization: Bearer {token}\r\n"), 401),
        (format!("Cookie: access_token={token}\r\n"), 401),
        ("Authorization: Bearer \u{fe}\u{ff}\r\n".to_owned(), 401),
    ];
    for (headers, status) in cases {
        let answer = get(&server, "/v1/models", &headers).await;
        assert_eq!(answer.status, status, "{headers}{}", answer.text);
    }
}

#[tokio::test]
async fn nothing_that_is_sent_becomes_a_header() {
    let server = Server::start().await;
    let cases = [
        "X-Request-Id: a\u{d}b\r\n",
        "X-Request-Id: a\u{a}Set-Cookie: evil=1\r\n",
        "X-Request-Id: a\u{d}\u{a} Set-Cookie: evil=1\r\n",
        "X-Request-Id: a%0d%0aSet-Cookie:%20evil=1\r\n",
        "X-Request-Id: \u{0}\r\n",
        "X-Request-Id : a\r\n",
        "Authorization: Bearer a\u{a}b\r\n",
    ];
    for headers in cases {
        let answer = get(&server, "/healthz", headers).await;
        assert!([200, 400, 401].contains(&answer.status), "{headers:?}: {}", answer.text);
        let head = answer.text.split("\r\n\r\n").next().unwrap_or_default().to_lowercase();
        assert!(!head.contains("set-cookie"), "{headers:?}: {head}");
        assert!(!head.contains("evil"), "{headers:?}: {head}");
    }
    for path in [
        "/v1/models%0d%0aSet-Cookie:evil=1",
        "/%0aevil",
        "/healthz?x=%0d%0aSet-Cookie:evil=1",
        "/v1/models/%0d%0aSet-Cookie:%20evil=1",
    ] {
        let answer = get(&server, path, "").await;
        let head = answer.text.split("\r\n\r\n").next().unwrap_or_default().to_lowercase();
        assert!(!head.contains("evil"), "{path}: {head}");
    }
}

#[tokio::test]
async fn no_way_around_leads_to_a_route() {
    let server = Server::start().await;
    let token = server.token(Role::Viewer);
    let paths = [
        "/v1/../v1/models",
        "/healthz/../v1/models",
        "/docs/../v1/models",
        "/docs/..%2fv1/models",
        "/docs/%2e%2e/v1/models",
        "/docs/%2e%2e%2fv1%2fmodels",
        "/docs/..\\v1\\models",
        "/docs/....//v1/models",
        "/.well-known/../v1/models",
        "/%2e/v1/models",
        "/./v1/models",
        "//v1/models",
        "/v1//models",
        "/v1/models/",
        "/v1/models//",
        "/V1/models",
        "/v1/MODELS",
        "/v1/models;x=/healthz",
        "/v1/models%00",
        "/v1/models%20",
        "/v1/models.json",
        "/v1%2fmodels",
        "/v1/%6dodels",
        "/%76%31/models",
        "*",
    ];
    for path in paths {
        let answer = get(&server, path, "").await;
        let is_answered = (200..300).contains(&answer.status);
        assert!(!is_answered, "{path}: {}", answer.text);
        // With a token, it is the route or nothing.
        let head = format!("Authorization: Bearer {token}\r\n");
        let answer = get(&server, path, &head).await;
        let is_fine = [200, 307, 308, 400, 403, 404, 405].contains(&answer.status);
        assert!(is_fine, "{path}: {}", answer.text);
    }
    // A whole address in the first line, and headers that would name another path.
    for line in ["http://elsewhere.example/v1/models", "http://localhost/v1/models"] {
        assert_eq!(get(&server, line, "").await.status, 401, "{line}");
    }
    for header in ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix"] {
        let answer = get(&server, "/v1/models", &format!("{header}: /healthz\r\n")).await;
        assert_eq!(answer.status, 401, "{header}");
        let answer = get(&server, "/healthz", &format!("{header}: /v1/models\r\n")).await;
        assert!(answer.text.contains(r#""status":"ok""#), "{}", answer.text);
    }
    let answer = get(&server, "/v1/models", "X-HTTP-Method-Override: POST\r\n").await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn pages_are_the_servers_own_and_nothing_else() {
    let server = Server::start().await;
    for path in [
        "/docs/..%2f..%2f..%2fetc%2fpasswd",
        "/docs/%2e%2e/%2e%2e/etc/passwd",
        "/docs//etc/passwd",
        "/docs/%00",
        "/docs/Cargo.toml",
    ] {
        let answer = get(&server, path, "").await;
        assert!(!answer.text.contains("root:"), "{path}");
        assert_ne!(answer.status, 200, "{path}: {}", answer.text);
        assert!(answer.status < 500, "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn two_requests_do_not_hide_in_one() {
    let server = Server::start().await;
    let token = server.token(Role::Developer);
    let head = format!(
        "POST /v1/token/revoke HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n"
    );
    let hidden = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let cases = [
        format!("{head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{head}Content-Length: 0\r\nContent-Length: 10\r\n\r\n{hidden}"),
        format!("{head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{head}Content-Length: +3\r\n\r\n{{}} {hidden}"),
        format!("{head}Content-Length: -1\r\n\r\n{hidden}"),
    ];
    for case in cases {
        let case = case.replace("GET /healthz", "GET /healthz?hidden").replacen(
            "Host: x",
            "Host: x\r\nConnection: close",
            1,
        );
        let answer = server.raw(case.as_bytes()).await;
        assert!((400..500).contains(&answer.status), "{case}\n{}", answer.text);
        assert!(!answer.text.contains(r#""status":"ok""#), "{case}\n{}", answer.text);
    }
}

#[tokio::test]
async fn browsers_are_told_nothing() {
    let server = Server::start().await;
    let answer = get(&server, "/v1/models", "Origin: https://evil.example\r\n").await;
    assert!(!answer.text.to_lowercase().contains("access-control-allow"), "{}", answer.text);
    let text = answer.text.to_lowercase();
    for header in
        ["x-content-type-options: nosniff", "x-frame-options: deny", "cache-control: no-store"]
    {
        assert!(text.contains(header), "{header}: {text}");
    }
}
