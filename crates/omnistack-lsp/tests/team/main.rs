//! The real daemon with the real team server: predictions come from there, go on when it is killed,
//! and come from there again when it is back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code, reason = "shared with the tests of the server")]
#[path = "../server/client.rs"]
mod client;
mod program;
#[allow(dead_code, reason = "shared with the tests of telemetry")]
#[path = "../telemetry/receiver.rs"]
mod receiver;

use std::time::Instant;

use client::{Client, LIMIT};
use program::TeamServer;
use receiver::Collector;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A function with a slip that the network is sure of.
const SLIP: &str = "def recipient(self):\n    name = self.customer.full_name()\n    \
    return self.strip()\n";

/// A daemon, and a document that holds one such function at a time: what repeats itself is a habit.
struct Session {
    client: Client,
    folder: TempDir,
    version: i32,
}

impl Session {
    fn start(server: Option<&TeamServer>) -> Self {
        Self::start_with(server, &[])
    }

    fn start_with(server: Option<&TeamServer>, others: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let (url, token) = server
            .map(|it| (it.url.clone(), it.token_file.display().to_string()))
            .unwrap_or_default();
        let mut variables = vec![("OMNISTACK_REMOTE_DEADLINE_MS", "20000")];
        variables.extend(others);
        if server.is_some() {
            variables.push(("OMNISTACK_REMOTE_ENDPOINTS", &url));
            variables.push(("OMNISTACK_REMOTE_TOKEN_FILE", &token));
        }
        let mut client = Client::of_process_with(&variables);
        client.initialize_in_folders(&[folder.path()], json!({}), &Value::Null);
        client.may_say_more();
        let mut session = Self { client, folder, version: 1 };
        let uri = session.uri();
        std::fs::write(session.folder.path().join("a.py"), "").unwrap();
        assert_eq!(session.client.check(&uri, "python", ""), []);
        session
    }

    fn uri(&self) -> String {
        format!("file://{}/a.py", self.folder.path().display())
    }

    /// Writes the function under a name that is new; what a hover says of its prediction.
    fn write(&mut self, name: &str) -> String {
        self.version += 1;
        let text = SLIP.replace("recipient", name);
        let uri = self.uri();
        self.client.change(&uri, self.version, [0, 0, 99, 0], &text);
        let found = loop {
            let found = self.client.diagnostics(&uri, self.version);
            if let Some(found) = found.into_iter().find(|it| it.range.start.line == 2) {
                break found;
            }
        };
        let position = found.range.start;
        let at = json!({"textDocument": {"uri": uri}, "position": position});
        let hover = self.client.request("textDocument/hover", at).unwrap();
        hover["contents"]["value"].as_str().unwrap().to_owned()
    }

    fn status(&mut self) -> Value {
        self.client.request("omnistack/status", Value::Null).unwrap()["remote"].take()
    }
}

#[test]
fn predictions_go_on_when_the_server_is_killed() {
    let mut server = TeamServer::start();
    let mut session = Session::start(Some(&server));
    let origin = format!("From the team server at {}", server.url);
    assert!(session.write("first").contains(&origin));
    let status = session.status();
    assert_eq!((&status["state"], &status["endpoint"]), (&json!("ready"), &json!(server.url)));

    server.kill();
    assert!(!session.write("second").contains(&origin));
    let status = session.status();
    assert_eq!(status["state"], "failing", "{status}");

    // A server that has forgotten all tokens. It may be left alone for a while first.
    server.restart();
    let began = Instant::now();
    for time in 0.. {
        assert!(!session.write(&format!("third_{time}")).contains(&origin));
        if session.status()["state"] == "refused" {
            break;
        }
        assert!(began.elapsed() < LIMIT, "{}", session.status());
    }

    server.write_token();
    let said = session.write("fourth");
    assert!(said.contains(&origin), "{said}");
    assert_eq!(session.status()["state"], "ready");
}

#[test]
fn a_client_signs_in_with_its_secret() {
    let server = TeamServer::start();
    let mut session = Session::start_with(
        None,
        &[
            ("OMNISTACK_REMOTE_URL", &server.url),
            ("OMNISTACK_REMOTE_CLIENT_ID", "developer"),
            ("OMNISTACK_REMOTE_CLIENT_SECRET", &server.secret),
        ],
    );
    assert!(session.write("recipient").contains("From the team server"));
}

#[test]
fn a_server_says_what_this_machine_would() {
    let server = TeamServer::start();
    let there = Session::start(Some(&server)).write("recipient");
    let here = Session::start(None).write("recipient");
    let origin = "From the team server";
    assert!(there.contains(origin) && !here.contains(origin));
    let rest: Vec<&str> = there.lines().filter(|it| !it.contains(origin)).collect();
    assert_eq!(rest.join("\n").trim(), here.trim());
}

#[test]
fn a_trace_goes_on_in_the_server() {
    let mut collector = Collector::http();
    let address = format!("http://{}", collector.address);
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", address.as_str()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "20"),
    ];
    let own = variables.map(|(name, value)| (name, value.to_owned()));
    let server = TeamServer::start_with(own.into());
    let mut session = Session::start_with(Some(&server), &variables);
    let began = Instant::now();
    while session.client.request("omnistack/status", Value::Null).unwrap()["telemetry"]["traces"]
        .is_null()
    {
        assert!(began.elapsed() < LIMIT, "no traces");
    }
    session.write("recipient");
    let asked = collector.wait_for("question", |it| it.name == "remote");
    assert_eq!(asked.service, "omnistack-lsp");
    let is_below = |it: &receiver::Span| it.service == "omnistack-server" && it.parent == asked.id;
    assert_eq!(collector.wait_for("request", is_below).trace, asked.trace);
}
