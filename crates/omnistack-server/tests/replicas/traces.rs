//! A trace that a daemon began goes on in the server and in its calls of Redis.

use std::process::{Command, Stdio};

use serde_json::json;

use crate::processes::{Process, Redis, free_port, key};
use crate::receiver::{Collector, Span};
use crate::waiting::eventually;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

#[tokio::test(flavor = "multi_thread")]
async fn the_trace_of_a_daemon_goes_on_to_redis() {
    omnistack_server::listening::install_provider();
    let redis = Redis::start().await;
    let mut collector = Collector::http();
    let address = format!("http://127.0.0.1:{}", free_port());
    let server = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_omnistack-server"));
        command
            .env_clear()
            .env("OMNISTACK_REDIS_URL", redis.url())
            .env("OMNISTACK_STORE_KEYS", key('a'))
            .env("OMNISTACK_SERVER_AUTH__KEYS", redis.path("signing"))
            .env("OMNISTACK_SERVER_AUTH__CLIENTS", redis.path("clients.toml"))
            .env("OMNISTACK_SERVER_TELEMETRY__TRACES", format!("http://{}", collector.address))
            .env("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
            .env("OTEL_BSP_SCHEDULE_DELAY", "50")
            .args(arguments);
        command
    };
    let listen = address.trim_start_matches("http://");
    let mut command = server(&["serve", "--listen", listen]);
    let _process = Process::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
    let client = reqwest::Client::new();
    eventually("the server is ready", async || {
        let ready = client.get(format!("{address}/readyz")).send().await;
        ready.is_ok_and(|it| it.status() == 200)
    })
    .await;
    let issued = ["token", "issue", "--client", "ada", "--role", "developer"];
    let token = server(&issued).output().unwrap();
    let token = String::from_utf8(token.stdout).unwrap();
    let unit = json!({"language": "python", "code": "def f(a, b):\n    return a\n"});
    let request = client.post(format!("{address}/v1/predict")).bearer_auth(token.trim());
    let request = request.header("traceparent", format!("00-{TRACE}-{CALLER}-01"));
    let response = request.json(&json!({"units": [unit]})).send().await.unwrap();
    assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
    let ours = |it: &Span| it.trace == TRACE;
    let answered = collector.wait_for("span of the request", |it| ours(it) && it.parent == CALLER);
    assert_eq!(answered.service, "omnistack-server");
    assert_eq!(answered.name, "POST /v1/predict");
    assert_eq!(answered.attribute("http.route").as_deref(), Some("/v1/predict"));
    let looked = collector.wait_for("span of Redis", |it| {
        ours(it) && it.parent == answered.id && it.name == "redis get"
    });
    assert!(answered.began <= looked.began && looked.ended <= answered.ended);
    collector.wait_for("span of the model", |it| {
        ours(it) && it.parent == answered.id && it.name == "judge"
    });
}
