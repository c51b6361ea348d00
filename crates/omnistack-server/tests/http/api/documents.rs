//! What is served beside the API itself: probes, metrics, the OpenAPI document and its pages, headers,
//! and the form of errors.

use std::collections::BTreeSet;

use omnistack_server::access::{self, Access, Role};
use omnistack_server::configuration::{Configuration, Rate};
use omnistack_server::problem::Code;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::server::{Server, settings, told};

#[tokio::test(flavor = "multi_thread")]
async fn every_documented_route_stands_in_the_table_of_access() {
    let server = Server::start(settings()).await;
    let request = server.request(Method::GET, "/openapi.json");
    let (status, document) = told(request.send().await.unwrap()).await;
    assert_eq!((status, document["openapi"].as_str()), (200, Some("3.1.0")));
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let route = access::find(&method, path);
            let route = route.unwrap_or_else(|| panic!("{method} {path} is not in the table"));
            let security = operation["security"].as_array();
            let needs_token =
                security.is_some_and(|all| all.iter().any(|it| it["bearer"].is_array()));
            assert_eq!(needs_token, route.access != Access::Public, "{method} {path}");
            documented.insert((method.to_string(), path.clone()));
        }
    }
    let undocumented: Vec<_> = access::ROUTES
        .iter()
        .filter(|it| !documented.contains(&(it.method.to_string(), it.path.to_owned())))
        .map(|it| it.path)
        .collect();
    assert_eq!(undocumented, ["/openapi.json", "/docs", "/docs/", "/docs/{*rest}"]);
    assert!(!document.to_string().contains("\"$ref\":\"#/components/schemas/Value\""));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_need_nothing_from_elsewhere() {
    let server = Server::start(settings()).await;
    let text = |path: &'static str| {
        let request = server.request(Method::GET, path);
        async move { request.send().await.unwrap().text().await.unwrap() }
    };
    let page = text("/docs/").await;
    assert!(page.contains("swagger-ui"), "{page}");
    for part in
        ["/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/swagger-initializer.js"]
    {
        assert!(text(part).await.len() > 200, "{part}");
    }
    assert!(!page.contains("http://") && !page.contains("https://"), "{page}");
    assert!(text("/docs/swagger-initializer.js").await.contains("/openapi.json"));
    assert!(text("/docs/nothing").await.contains("\"not_found\""));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_response_has_its_headers_and_every_error_its_form() {
    let server = Server::start(settings()).await;
    for (method, path, status, code) in [
        (Method::GET, "/healthz", 200, ""),
        (Method::GET, "/nothing", 404, "not_found"),
        (Method::GET, "/v1/predict", 405, "method_not_allowed"),
        (Method::DELETE, "/v1/models", 405, "method_not_allowed"),
        (Method::GET, "/v1/models", 401, "unauthenticated"),
        (Method::GET, "/v1/models?access_token=x", 400, "malformed"),
    ] {
        let request = server.request(method.clone(), path).header("x-request-id", "it-is-mine");
        let response = request.send().await.unwrap();
        let headers = response.headers().clone();
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("x-request-id", "it-is-mine"),
        ] {
            assert_eq!(headers[name], value, "{method} {path} {name}");
        }
        assert!(
            headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'")
        );
        assert!(!headers.contains_key("access-control-allow-origin"));
        assert!(!headers.contains_key("server"));
        let (found, body) = told(response).await;
        assert_eq!(found, status, "{method} {path} {body}");
        if status != 200 {
            assert_eq!(headers["content-type"], "application/problem+json", "{method} {path}");
            assert_eq!(
                (body["code"].as_str(), body["status"].as_u64()),
                (Some(code), Some(status as u64))
            );
            assert_eq!(body["request_id"], "it-is-mine");
            assert_eq!(body["type"], format!("urn:omnistack:problem:{code}"));
        }
        if status == 401 {
            assert!(headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
        }
        if status == 405 {
            assert!(headers.contains_key("allow"), "{method} {path}");
        }
    }
    let request = server.request(Method::GET, "/healthz").header("x-request-id", "a b\u{e9}");
    let id = request.send().await.unwrap().headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(id.len(), 29, "what is no name is replaced: {id}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_origins_may_ask_where_the_settings_say_so() {
    let mut settings = settings();
    settings.listen.cors_origins = vec!["https://tools.example.org".to_owned()];
    settings.check().unwrap();
    let server = Server::start(settings.clone()).await;
    let ask = |origin: &'static str, method: Method| {
        let request = server.request(method, "/v1/predict").header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        async { request.send().await.unwrap().headers().clone() }
    };
    let headers = ask("https://tools.example.org", Method::OPTIONS).await;
    assert_eq!(headers["access-control-allow-origin"], "https://tools.example.org");
    assert!(headers["access-control-allow-headers"].to_str().unwrap().contains("authorization"));
    let headers = ask("https://tools.example.org", Method::POST).await;
    assert_eq!(headers["access-control-allow-origin"], "https://tools.example.org");
    assert!(!headers.contains_key("access-control-allow-credentials"));
    let headers = ask("https://elsewhere.example.org", Method::OPTIONS).await;
    assert!(!headers.contains_key("access-control-allow-origin"), "{headers:?}");
    server.stop().await;
    for wrong in ["tools.example.org", "*", "https://tools.example.org/", "null"] {
        settings.listen.cors_origins = vec![wrong.to_owned()];
        let problem = settings.check().unwrap_err().to_string();
        assert!(problem.contains("cors_origins"), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_written_down_so_often_and_take_no_tokens_from_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings();
    settings.telemetry.audit_file = Some(folder.path().join("audit.jsonl"));
    let scarce = Rate { per_second: 0.001, burst: 5.0 };
    (settings.limits.rates.token, settings.limits.rates.other) = (scarce, scarce);
    let server = Server::start(settings).await;
    for _ in 0..20 {
        let request = server.request(Method::GET, "/v1/predict").bearer_auth("guess");
        assert_eq!(request.send().await.unwrap().status(), 405);
        let request = server.request(Method::POST, "/v1/predict").bearer_auth("guess");
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let nothing = json!({});
        statuses.push(server.post("/v1/models/x/load", Role::Viewer, &nothing).await.0);
    }
    assert_eq!(statuses, [403, 403, 403, 403, 403, 429, 429, 429], "a refusal counts as well");
    let audit = std::fs::read_to_string(folder.path().join("audit.jsonl")).unwrap();
    assert_eq!(audit.lines().count(), 10, "{audit}");
    let wrong = json!({"grant_type": "client_credentials", "client_id": "a", "client_secret": "b"});
    let request = server.request(Method::POST, "/v1/token").json(&wrong);
    assert_eq!(request.send().await.unwrap().status(), 401, "and no 429");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_for_this_machine_and_for_operators() {
    let server = Server::start(settings()).await;
    let get = |token: Option<String>, forwarded: bool| {
        let mut request = server.request(Method::GET, "/metrics");
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if forwarded {
            request = request.header("x-forwarded-for", "203.0.113.7");
        }
        async { request.send().await.unwrap() }
    };
    let response = get(None, false).await;
    assert_eq!(response.status(), 200);
    let text = response.text().await.unwrap();
    assert!(text.ends_with("# EOF\n") && text.contains("omnistack_http_requests_in_flight 1"));
    assert_eq!(text.matches("# EOF").count(), 1);
    assert_eq!(get(None, true).await.status(), 401, "through a proxy on this machine");
    assert_eq!(get(Some(server.token(Role::Developer)), true).await.status(), 403);
    assert_eq!(get(Some(server.token(Role::Operator)), true).await.status(), 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_says_so_and_finishes() {
    let server = Server::start(settings()).await;
    let ready = || server.request(Method::GET, "/readyz").send();
    let (status, body) = told(ready().await.unwrap()).await;
    assert_eq!((status, body["store"].as_bool()), (200, Some(true)));
    server.app.drain();
    let (status, problem) = told(ready().await.unwrap()).await;
    assert_eq!((status, problem["code"].as_str()), (503, Some("draining")));
    assert_eq!(server.request(Method::GET, "/healthz").send().await.unwrap().status(), 200);
    let response = server.request(Method::GET, "/v1/models").send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (503, &"1".parse().unwrap())
    );
    server.stop().await;
}

/// Clients rely on these names.
#[test]
fn the_codes_of_problems_stay() {
    let rows: Vec<String> = Code::ALL
        .iter()
        .map(|it| {
            let (status, name, title) = it.row();
            format!("{} {name}: {title}", status.as_u16())
        })
        .collect();
    insta::assert_snapshot!(rows.join("\n"));
}

/// Clients and dashboards rely on these, too.
#[test]
fn the_document_stays_what_it_is() {
    let document: Value = serde_json::to_value(omnistack_server::api::openapi()).unwrap();
    let mut lines = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let statuses: Vec<_> =
                operation["responses"].as_object().unwrap().keys().cloned().collect();
            lines.push(format!("{method} {path}: {}", statuses.join(", ")));
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let fields =
            schema["properties"].as_object().map(|it| it.keys().cloned().collect::<Vec<_>>());
        lines.push(format!("{name}: {}", fields.unwrap_or_default().join(", ")));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn settings_that_make_no_sense_are_told() {
    let wrong = |change: fn(&mut Configuration)| {
        let mut configuration = Configuration::default();
        change(&mut configuration);
        configuration.check().map_or_else(|error| error.to_string(), |()| "nothing".to_owned())
    };
    let zero = std::time::Duration::ZERO;
    assert_eq!(Configuration::default().check().ok(), Some(()));
    assert!(wrong(|it| it.limits.queue = 0).contains("limits.queue"));
    assert!(wrong(|it| it.limits.connections = 0).contains("limits.connections"));
    assert!(wrong(|it| it.models.batch_units = 0).contains("models.batch_units"));
    assert!(wrong(|it| it.limits.request_timeout = std::time::Duration::ZERO).contains("request"));
    let mut dead = Configuration::default();
    (dead.auth.refresh_token, dead.auth.session) = (zero, zero);
    assert!(dead.check().unwrap_err().to_string().contains("auth.refresh_token"));
    assert!(wrong(|it| it.telemetry.log_level = "loud".to_owned()).contains("log_level"));
    assert_eq!(
        wrong(|it| it.telemetry.log_level = "warn,omnistack_server=debug".to_owned()),
        "nothing"
    );
}
