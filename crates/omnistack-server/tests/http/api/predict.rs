//! Predictions.

use std::time::Duration;

use omnistack_server::access::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::server::{SLIP, Server, settings};

fn unit(code: &str) -> Value {
    json!({"language": "python", "changed": true, "code": code})
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_come_in_the_order_of_the_functions() {
    let server = Server::start(settings()).await;
    let units = json!([
        {"id": "a", "language": "python", "code": "def area(width, height):\n    return width * height\n"},
        {"id": "b", "language": "python", "changed": true, "code": SLIP},
        {"id": "c", "language": "cobol", "code": "MOVE A TO B."},
        {"id": "d", "language": "python", "code": "this is no function ("},
        {"id": "e", "language": "go", "code": "func add(a, b int) int { return a + b }"},
    ]);
    let (status, answer) =
        server.post("/v1/predict", Role::Developer, &json!({"units": units})).await;
    assert_eq!(status, 200, "{answer}");
    let units = answer["units"].as_array().unwrap();
    let ids: Vec<_> = units.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a", "b", "c", "d", "e"]);
    let statuses: Vec<_> = units.iter().map(|it| it["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["judged", "judged", "unknown_language", "unparsed", "judged"]);
    let found = &units[1]["predictions"][0];
    assert_eq!(found["rule"], "predict/variable-misuse", "{answer}");
    let (start, end) = (found["start"].as_u64().unwrap(), found["end"].as_u64().unwrap());
    assert_eq!(&SLIP[start as usize..end as usize], "self");
    assert_eq!(found["fixes"][0]["edits"][0]["text"], "name");
    assert!(answer["model"].as_str().unwrap().starts_with("omnistack-predictor"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_not_asked_again() {
    let server = Server::start(settings()).await;
    let body = json!({"units": [unit(SLIP), unit(SLIP)]});
    let (_, first) = server.post("/v1/predict", Role::Developer, &body).await;
    let (_, second) = server.post("/v1/predict", Role::Developer, &body).await;
    assert_eq!(first, second);
    let metrics = server.app.metrics.text();
    let counted = |outcome: &str| {
        let line = metrics.lines().find(|it| {
            it.starts_with("omnistack_model_units_total") && it.contains(&format!("\"{outcome}\""))
        });
        line.and_then(|it| it.rsplit(' ').next()?.parse::<u64>().ok()).unwrap_or(0)
    };
    assert_eq!(counted("judged"), 1, "twice in a request, once judged");
    assert_eq!(counted("shared"), 1);
    assert_eq!(counted("cached"), 2);
    let (_, usage) = server.get("/v1/usage", Role::Developer).await;
    assert_eq!(usage["clients"]["developer"]["units"], 4);
    assert_eq!(usage["clients"]["developer"]["cached"], 2);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_judged_once_and_all_answered() {
    let server = Server::start(settings()).await;
    let body = json!({"units": [unit(SLIP)]});
    let one = || server.post("/v1/predict", Role::Developer, &body);
    let answers = futures::future::join_all((0..64).map(|_| one())).await;
    let first = &answers[0];
    assert_eq!(first.0, 200);
    assert!(answers.iter().all(|it| it == first));
    let metrics = server.app.metrics.text();
    let judged = metrics
        .lines()
        .find(|it| it.starts_with("omnistack_model_units_total") && it.contains("\"judged\""));
    assert!(judged.unwrap().ends_with(" 1"), "{judged:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_beyond_the_limits_says_what_mends_it() {
    let mut settings = settings();
    (settings.limits.units, settings.limits.unit_bytes) = (2, 64);
    (settings.limits.body_bytes, settings.limits.queue) = (2000, 1);
    let server = Server::start(settings).await;
    let asked = &server;
    let post = |body: Value| async move { asked.post("/v1/predict", Role::Developer, &body).await };
    let small = unit("def f(a, b): return a");
    let (status, problem) = post(json!({"units": [small, small, small]})).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (422, "unprocessable"));
    let (status, problem) = post(json!({"units": [unit(&"x".repeat(65))]})).await;
    assert_eq!(status, 422);
    assert!(problem["detail"].as_str().unwrap().contains("index 0"), "{problem}");
    let (status, problem) = post(json!({"units": [unit(&"x".repeat(3000))]})).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (413, "too_large"));
    let (status, problem) = post(json!({"model": "gpt", "units": [small]})).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (404, "unknown_model"));
    let other = unit("def g(a, b): return b");
    let (status, problem) = post(json!({"units": [small, other]})).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (503, "overloaded"), "{problem}");
    let (status, answer) = post(json!({"units": []})).await;
    assert_eq!((status, &answer["units"]), (200, &json!([])));
    let (status, problem) = post(json!({"units": [{"language": "python"}]})).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (400, "malformed"));
    assert!(problem["detail"].as_str().unwrap().contains("code"), "{problem}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_projects_has_to_name_one() {
    let server = Server::start(settings()).await;
    let token = server.token_for("ci", Role::Developer, Some(vec!["shop".to_owned()]));
    for (project, expected) in [(Some("shop"), 200), (Some("bank"), 403), (None, 403)] {
        for (path, mut body) in [
            ("/v1/predict", json!({"units": []})),
            ("/v1/analyze", json!({"language": "go", "source": "package main\n"})),
        ] {
            if let Some(project) = project {
                body["project"] = project.into();
            }
            let request = server.request(Method::POST, path).bearer_auth(&token).json(&body);
            assert_eq!(request.send().await.unwrap().status(), expected, "{path} {project:?}");
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_gives_up_is_not_judged() {
    let mut settings = settings();
    (settings.models.workers, settings.models.batch_units) = (1, 1);
    settings.limits.units = 4096;
    let server = Server::start(settings).await;
    let long = "    total = total + first * second\n".repeat(150);
    let units: Vec<Value> = (0..200)
        .map(|it| {
            unit(&format!("def f{it}(first, second):\n    total = 0\n{long}    return total\n"))
        })
        .collect();
    let token = server.token(Role::Developer);
    let request = server.request(Method::POST, "/v1/predict").bearer_auth(token);
    let request = request.json(&json!({"units": units})).timeout(Duration::from_millis(400));
    assert!(request.send().await.is_err(), "it takes longer than that");
    // What waits is let go: somebody else is answered at once.
    let (status, _) =
        server.post("/v1/predict", Role::Developer, &json!({"units": [unit(SLIP)]})).await;
    assert_eq!(status, 200);
    let model = server.app.service.models.default_id();
    assert_eq!(server.app.service.models.describe(&model).unwrap().waiting, 0);
    let metrics = server.app.metrics.text();
    let cancelled = metrics
        .lines()
        .find(|it| it.starts_with("omnistack_model_units_total") && it.contains("\"cancelled\""));
    let count: u64 = cancelled.unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    assert!(count > 50, "{cancelled:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_of_the_client_holds() {
    let mut settings = settings();
    settings.models.workers = 1;
    let server = Server::start(settings).await;
    let long = "    total = total + first * second\n".repeat(1500);
    let body = json!({"units": [unit(&format!("def f(first, second):\n    total = 0\n{long}"))]});
    let request =
        server.request(Method::POST, "/v1/predict").bearer_auth(server.token(Role::Developer));
    let request = request.header(models::wire::DEADLINE_HEADER, "1").json(&body);
    let (status, problem) = crate::api::server::told(request.send().await.unwrap()).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (504, "deadline"), "{problem}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_much_does_not_hold_up_who_asks_little() {
    let mut settings = settings();
    (settings.models.workers, settings.models.batch_units) = (1, 4);
    let server = Server::start(settings).await;
    let line = "    total = total + first * second\n".repeat(60);
    let units: Vec<Value> = (0..250)
        .map(|it| {
            unit(&format!("def f{it}(first, second):\n    total = 0\n{line}    return total\n"))
        })
        .collect();
    let much = json!({ "units": units });
    let token = server.token_for("greedy", Role::Developer, None);
    let greedy = server.request(Method::POST, "/v1/predict").bearer_auth(token).json(&much);
    let greedy = tokio::spawn(async move { greedy.send().await.unwrap().status().as_u16() });
    let model = server.app.service.models.default_id();
    while server.app.service.models.describe(&model).unwrap().waiting < 100 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let little = json!({"units": [unit(SLIP)]});
    let (status, _) = server.post("/v1/predict", Role::Developer, &little).await;
    assert_eq!(status, 200);
    let waiting = server.app.service.models.describe(&model).unwrap().waiting;
    assert!(waiting > 20, "it did not wait for all the others: {waiting} still do");
    assert_eq!(greedy.await.unwrap(), 200);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_has_so_many_requests_open() {
    let mut settings = settings();
    settings.limits.client_concurrency = 2;
    let server = Server::start(settings).await;
    let address = server.address;
    let head = format!(
        "POST /v1/predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n",
        server.token(Role::Developer)
    );
    let mut open = Vec::new();
    for _ in 0..2 {
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, head.as_bytes()).await.unwrap();
        open.push(stream);
    }
    let none = json!({"units": []});
    let mut status = 200;
    while status == 200 {
        status = server.post("/v1/predict", Role::Developer, &none).await.0;
    }
    assert_eq!(status, 503, "two bodies that do not come are all that it may have");
    let other = server.token_for("another", Role::Developer, None);
    let request = server.request(Method::POST, "/v1/predict").bearer_auth(other).json(&none);
    assert_eq!(request.send().await.unwrap().status(), 200);
    drop(open);
    while server.post("/v1/predict", Role::Developer, &none).await.0 != 200 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policy_holds_for_everybody() {
    let mut strict = settings();
    strict.policy.ignore = vec!["predict/variable-misuse".to_owned()];
    let mut none = settings();
    none.policy.ignore = vec!["predict/*".to_owned()];
    let mut sure = settings();
    sure.policy.min_confidence = 1.0;
    for settings in [strict, none, sure] {
        let server = Server::start(settings).await;
        let body = json!({"units": [unit(SLIP)]});
        let (_, answer) = server.post("/v1/predict", Role::Developer, &body).await;
        assert_eq!(answer["units"][0]["predictions"], json!([]), "{answer}");
        let source = json!({"language": "python", "changed": true, "source": SLIP});
        let (_, answer) = server.post("/v1/analyze", Role::Developer, &source).await;
        assert_eq!(answer["bugs"], json!([]), "{answer}");
        server.stop().await;
    }
    let mut wrong = settings();
    wrong.policy.ignore = vec!["predict/variable-missuse".to_owned()];
    let problem = wrong.check().unwrap_err().to_string();
    assert!(problem.contains("predict/variable-misuse"), "it names the nearest: {problem}");
}
