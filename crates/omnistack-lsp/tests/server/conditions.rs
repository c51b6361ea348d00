//! What the daemon is at, told to a client that wants to know.

use models::model::Source;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::certain_model::{TWO, write_model};
use crate::client::Client;

const URI: &str = "file:///tmp/conditions.py";

fn wants_to_know() -> Value {
    json!({"experimental": {"omnistackStatus": true}})
}

/// Waits until the daemon is at this; what it says of it.
fn wait_for_kind(client: &mut Client, kind: &str) -> Value {
    loop {
        let mut told = client.wait_for_notification("omnistack/didChangeStatus");
        if told["kind"] == kind {
            return told["message"].take();
        }
    }
}

#[test]
fn a_client_follows_what_the_daemon_is_at_without_asking() {
    let model = TempDir::new().unwrap();
    write_model(model.path(), Some(-99.0), Some(-99.0));
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("a.py"), "def f():\n    pass\n").unwrap();
    let mut client = Client::with_model(Some(Source::Folder(model.path().to_owned())));
    client.initialize_in(folder.path(), wants_to_know());
    assert_eq!(wait_for_kind(&mut client, "ready"), Value::Null);
    client.may_say_more();
    client.open(URI, "python", TWO);
    wait_for_kind(&mut client, "predicting");
    wait_for_kind(&mut client, "ready");
}

#[test]
fn a_network_that_cannot_be_used_is_told_of_until_it_can() {
    let model = TempDir::new().unwrap();
    let mut client = Client::with_model(Some(Source::Folder(model.path().to_owned())));
    client.initialize(wants_to_know(), &Value::Null);
    wait_for_kind(&mut client, "ready");
    client.may_say_more();
    client.open(URI, "python", TWO);
    let why = wait_for_kind(&mut client, "degraded");
    assert!(why.as_str().unwrap().starts_with("There are no predictions: "), "{why}");
    let settings = json!({"omnistack": {"predict": {"enabled": false}}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
    wait_for_kind(&mut client, "ready");
}

#[test]
fn a_client_that_does_not_ask_for_it_is_told_nothing() {
    // It would fail over what it has not read.
    let mut client = Client::started();
    client.check(URI, "python", TWO);
}
