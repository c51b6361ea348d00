//! The real process: how it ends, whatever becomes of its client.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::client::{Client, frame};
use serde_json::{Value, json};

const URI: &str = "file:///tmp/x.py";
const FAULTY: &str = "def f(a):\n    return a == a\n";
/// Within this the process must be gone; generous, for busy machines.
const SOON: Duration = Duration::from_secs(10);

fn started() -> Client {
    let mut client = Client::of_process();
    client.initialize(json!({}), &Value::Null);
    client
}

#[test]
fn a_session_over_stdio() {
    let mut client = started();
    assert_eq!(client.check(URI, "python", FAULTY).len(), 1);
    let status = client.request("omnistack/status", Value::Null).unwrap();
    if cfg!(target_os = "linux") {
        assert!(status["memory"]["resident_bytes"].as_u64().unwrap() > 1 << 20, "{status}");
    }
}

#[test]
fn exit_after_shutdown_is_a_success() {
    let mut client = started();
    assert_eq!(client.request("shutdown", Value::Null), Ok(Value::Null));
    client.notify("exit", Value::Null);
    assert_eq!(client.status(SOON).code(), Some(0));
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    let mut client = started();
    client.notify("exit", Value::Null);
    assert_eq!(client.status(SOON).code(), Some(1));
}

#[test]
fn the_end_of_the_input_ends_the_process() {
    let mut client = started();
    client.hang_up();
    assert_eq!(client.status(SOON).code(), Some(1));
    let mut client = Client::of_process();
    client.hang_up();
    assert_eq!(client.status(SOON).code(), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn the_end_of_the_parent_ends_the_process() {
    let mut parent = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
    let mut client = Client::of_process();
    let params = json!({"processId": parent.id(), "rootUri": null, "capabilities": {}});
    client.request("initialize", params).unwrap();
    parent.kill().unwrap();
    // Not waited for: a process that has ended is gone even before it is reaped.
    assert_eq!(client.status(SOON).code(), Some(1));
    parent.wait().unwrap();
}

#[test]
fn a_client_that_does_not_read_cannot_hold_up_the_process() {
    let mut server = Command::new(env!("CARGO_BIN_EXE_omnistack-lsp"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env("OMNISTACK_LOG", "trace")
        .spawn()
        .unwrap();
    let mut input = server.stdin.take().unwrap();
    let mut send = |message: Value| {
        std::io::Write::write_all(&mut input, &frame(&message.to_string())).unwrap();
    };
    let capabilities = json!({"processId": null, "rootUri": null, "capabilities": {}});
    send(json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": capabilities}));
    let document = json!({"uri": URI, "languageId": "python", "version": 1,
        "text": FAULTY.repeat(200)});
    send(json!({"jsonrpc": "2.0", "method": "textDocument/didOpen",
        "params": {"textDocument": document}}));
    // Much more than the pipes hold, in and out; writing it would block if the server did not read.
    for id in 2..3000 {
        let params = json!({"textDocument": {"uri": URI, "version": id},
            "contentChanges": [{"range": {"start": {"line": 0, "character": 0},
                "end": {"line": 0, "character": 0}}, "text": "\n"}]});
        send(json!({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}));
        let at = json!({"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}});
        send(json!({"jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": at}));
    }
    send(json!({"jsonrpc": "2.0", "id": 3000, "method": "shutdown"}));
    send(json!({"jsonrpc": "2.0", "method": "exit"}));
    let (sender, ended) = std::sync::mpsc::channel();
    let id = server.id();
    std::thread::spawn(move || sender.send(server.wait().unwrap()).unwrap());
    let status = ended.recv_timeout(crate::client::LIMIT);
    let status = status.unwrap_or_else(|_| panic!("the process {id} did not end"));
    assert_eq!(status.code(), Some(0));
}
