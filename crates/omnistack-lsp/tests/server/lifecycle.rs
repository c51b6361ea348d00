//! The life of a session.

use crate::client::Client;
use omnistack_lsp::server::End;
use serde_json::{Value, json};

const HOVER: &str = "textDocument/hover";

fn hover() -> Value {
    json!({"textDocument": {"uri": "file:///x.py"}, "position": {"line": 0, "character": 0}})
}

#[test]
fn the_server_introduces_itself() {
    let mut client = Client::uninitialized();
    let result = client.initialize(json!({}), &Value::Null);
    assert_eq!(result["serverInfo"]["name"], "omnistack");
    assert_eq!(result["serverInfo"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(result["capabilities"]["textDocumentSync"]["change"], 2);
    assert_eq!(result["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(result["capabilities"].get("diagnosticProvider"), None);
}

#[test]
fn requests_before_initialize_are_refused_and_initialize_still_works() {
    let mut client = Client::uninitialized();
    assert_eq!(client.request(HOVER, hover()), Err(-32002));
    assert_eq!(client.request("test/unknown", json!({})), Err(-32002));
    assert_eq!(client.request("shutdown", Value::Null), Err(-32002));
    client.open("file:///x.py", "python", "x\n");
    client.initialize(json!({}), &Value::Null);
}

#[test]
fn a_second_initialize_is_refused() {
    let mut client = Client::started();
    let params = json!({"processId": null, "rootUri": null, "capabilities": {}});
    assert_eq!(client.request("initialize", params), Err(-32600));
    client.assert_alive();
}

#[test]
fn an_initialize_that_makes_no_sense_can_be_repeated() {
    let mut client = Client::uninitialized();
    assert_eq!(client.request("initialize", json!({"capabilities": 7})), Err(-32602));
    client.initialize(json!({}), &Value::Null);
}

#[test]
fn after_shutdown_only_exit_is_left() {
    let mut client = Client::started();
    assert_eq!(client.request("shutdown", Value::Null), Ok(Value::Null));
    assert_eq!(client.request(HOVER, hover()), Err(-32600));
    assert_eq!(client.request("shutdown", Value::Null), Err(-32600));
    client.open("file:///x.py", "python", "if x == x: pass\n");
    client.notify("exit", Value::Null);
    assert_eq!(client.end(), End::Orderly);
}

#[test]
fn an_exit_or_an_end_of_input_without_shutdown_is_abrupt() {
    let mut client = Client::started();
    client.notify("exit", Value::Null);
    assert_eq!(client.end(), End::Abrupt);
    let mut client = Client::started();
    client.hang_up();
    assert_eq!(client.end(), End::Abrupt);
}

#[test]
fn the_unknown_is_answered_if_it_is_a_request() {
    let mut client = Client::started();
    for method in ["test/unknown", "$/unknown", "textDocument/unknown"] {
        assert_eq!(client.request(method, json!({"a": 1})), Err(-32601), "{method}");
        client.notify(method, json!({"a": 1}));
    }
    client.send(&json!({"jsonrpc": "2.0", "id": "é-1", "method": "test/unknown"}));
    assert_eq!(client.answer(&json!("é-1")), Err(-32601));
    // An answer to nothing.
    client.send(&json!({"jsonrpc": "2.0", "id": 77, "result": null}));
    client.assert_alive();
}

#[test]
fn what_is_no_message_is_refused() {
    let mut client = Client::started();
    for body in ["[]", "7", r#"{"jsonrpc":"2.0"}"#, r#"{"id":{},"method":"x"}"#] {
        client.raw(&crate::client::frame(body));
        assert_eq!(client.answer(&Value::Null), Err(-32600), "{body}");
    }
    client.assert_alive();
}

#[test]
fn a_cancelled_request_gets_exactly_one_response() {
    let mut client = Client::started();
    let uri = "file:///x.py";
    client.open(uri, "python", &"def f(a):\n    return a == a\n".repeat(2000));
    let id = client.ask(
        HOVER,
        json!({"textDocument": {"uri": uri},
        "position": {"line": 1, "character": 12}}),
    );
    client.notify("$/cancelRequest", json!({"id": id}));
    client.notify("$/cancelRequest", json!({"id": 424_242}));
    // Whichever came first.
    assert!(matches!(client.answer(&id), Ok(_) | Err(-32800)));
    client.diagnostics(uri, 1);
}

#[test]
fn the_status_tells_how_the_daemon_does() {
    let mut client = Client::started();
    client.check("file:///x.py", "python", "def f(a):\n    return a == a\n");
    let status = client.request("omnistack/status", json!({})).unwrap();
    assert_eq!(status["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(status["documents"], json!({"open": 1, "current": 1}));
    assert_eq!(status["diagnostics"], "push");
    assert_eq!(status["panics"], 0);
    assert!(status["cache"]["entries"].as_u64().unwrap() > 0, "{status}");
    assert!(status["cache"]["bytes"].as_u64().unwrap() > 0, "{status}");
    let command = json!({"command": "omnistack.status", "arguments": []});
    let again = client.request("workspace/executeCommand", command).unwrap();
    assert_eq!(again["documents"], status["documents"]);
    let command = json!({"command": "nonsense", "arguments": []});
    assert_eq!(client.request("workspace/executeCommand", command), Err(-32602));
}

#[test]
#[cfg(target_os = "linux")]
fn past_the_ceiling_of_memory_caches_go_and_nothing_else() {
    let mut client = Client::uninitialized();
    client.initialize(json!({}), &json!({"cache": {"ceiling": 1}}));
    let code = "def f(a):\n    return a == a\n";
    assert_eq!(client.check("file:///x.py", "python", code).len(), 1);
    let status = client.request("omnistack/status", json!({})).unwrap();
    assert_eq!((&status["evictions"], &status["cache"]["entries"]), (&json!(1), &json!(0)));
    let command = json!({"command": "omnistack.statusText", "arguments": []});
    let text = client.request("workspace/executeCommand", command).unwrap();
    assert!(text.as_str().unwrap().contains("1 times over the ceiling"), "{text}");
    assert_eq!(client.check("file:///y.py", "python", code).len(), 1);
}

#[test]
fn a_client_that_asks_for_diagnostics_is_told_that_files_depend_on_each_other() {
    let mut client = Client::uninitialized();
    let result = client.initialize(json!({"textDocument": {"diagnostic": {}}}), &Value::Null);
    let provider = &result["capabilities"]["diagnosticProvider"];
    assert_eq!(provider["interFileDependencies"], true);
}
