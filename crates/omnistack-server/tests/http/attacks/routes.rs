//! Every route, with every role: the OpenAPI document says what there is, the table of access says
//! who may, and the server has to do what it says.

use http::Method;
use omnistack_server::access::{self, Access, Role};
use omnistack_server::api;
use serde_json::Value;

use crate::attacks::server::Server;

/// Every method and path of the document.
fn documented() -> Vec<(Method, String)> {
    let document: Value = serde_json::from_str(&api::openapi().to_json().unwrap()).unwrap();
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            // A path may also have what all of its methods share.
            if !["parameters", "summary", "description", "servers"].contains(&method.as_str()) {
                all.push((method.to_uppercase().parse().unwrap(), path.clone()));
            }
        }
    }
    all
}

/// Asks for a route; `from_afar` as through a proxy.
async fn ask(
    server: &Server,
    method: &Method,
    path: &str,
    token: Option<&str>,
    from_afar: bool,
) -> (u16, String) {
    let path = path.replace("{id}", "nothing");
    let mut request = server.http.request(method.clone(), server.url(&path));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if from_afar {
        request = request.header("x-forwarded-for", "203.0.113.7");
    }
    if *method == Method::POST {
        request = request.header("content-type", "application/json").body("{}");
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn every_route_of_the_document_has_a_rule() {
    let documented = documented();
    assert!(documented.len() >= 12, "{documented:?}");
    for (method, path) in &documented {
        assert!(access::find(method, path).is_some(), "nobody thought about {method} {path}");
    }
    for rule in &access::ROUTES {
        let is_page = rule.path.starts_with("/docs") || rule.path == "/openapi.json";
        let is_documented = documented.iter().any(|it| it.0 == rule.method && it.1 == rule.path);
        assert!(is_page || is_documented, "{} {} is not documented", rule.method, rule.path);
    }
}

#[tokio::test]
async fn every_role_gets_what_the_table_says() {
    let server = Server::start().await;
    let tokens: Vec<_> = Role::ALL.iter().map(|it| (*it, server.token(*it))).collect();
    for (method, path) in documented() {
        let rule = access::find(&method, &path).unwrap();
        for from_afar in [false, true] {
            let needed = match rule.access {
                Access::Public => None,
                Access::LoopbackOr(_) if !from_afar => None,
                Access::LoopbackOr(permission) | Access::Needs(permission) => {
                    Some(permission.least())
                }
            };
            let what = format!("{method} {path}, from afar: {from_afar}");
            let (status, text) = ask(&server, &method, &path, None, from_afar).await;
            match needed {
                Some(_) => assert_eq!(status, 401, "{what}: {text}"),
                None => assert!(![401, 403].contains(&status), "{what}: {status} {text}"),
            }
            for (role, token) in &tokens {
                // A route that gives tokens takes `Basic` only.
                if path == "/v1/token" {
                    continue;
                }
                let (status, text) = ask(&server, &method, &path, Some(token), from_afar).await;
                let may = needed.is_none_or(|least| *role >= least);
                let what = format!("{what}, as {}", role.name());
                if may {
                    assert!(![401, 403].contains(&status), "{what}: {status} {text}");
                } else {
                    assert_eq!(status, 403, "{what}: {text}");
                }
            }
        }
    }
}

#[tokio::test]
async fn other_methods_of_a_path_do_nothing() {
    let server = Server::start().await;
    let token = server.token(Role::Admin);
    for (method, path) in documented() {
        for other in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE] {
            let (status, text) = ask(&server, &other, &path, Some(&token), false).await;
            assert_eq!(status, 405, "{other} {path}: {text}");
        }
        let other = if method == Method::GET { Method::POST } else { Method::GET };
        if access::find(&other, &path).is_none() {
            let (status, text) = ask(&server, &other, &path, Some(&token), false).await;
            assert_eq!(status, 405, "{other} {path}: {text}");
        }
    }
}

#[tokio::test]
async fn a_head_is_worth_as_much_as_its_body() {
    let server = Server::start().await;
    for (method, path) in documented() {
        if method != Method::GET {
            continue;
        }
        let (status, _) = ask(&server, &Method::GET, &path, None, true).await;
        let (of_head, _) = ask(&server, &Method::HEAD, &path, None, true).await;
        assert_eq!(status, of_head, "{path}");
    }
}
