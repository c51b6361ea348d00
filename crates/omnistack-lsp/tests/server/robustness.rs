//! Input that no client should send, and some do.

use crate::client::{Client, frame};
use serde_json::{Value, json};

const URI: &str = "file:///tmp/x.py";
const FAULTY: &str = "def f(a):\n    return a == a\n";

#[test]
fn malformed_json_and_utf8_cost_one_message() {
    let mut client = Client::started();
    client.raw(&frame(r#"{"jsonrpc":"2.0","id":7777,"method":"#));
    assert_eq!(client.answer(&Value::Null), Err(-32700));
    client.assert_alive();
    let body = b"{\"jsonrpc\":\"2.0\",\"method\":\"$/x\",\"params\":{\"t\":\"\xff\xfe\xc3\"}}";
    client.raw(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    client.raw(body);
    assert_eq!(client.answer(&Value::Null), Err(-32700));
    client.assert_alive();
}

#[test]
fn a_wrong_length_costs_one_message() {
    let body = r#"{"jsonrpc":"2.0","method":"$/x","params":{"pad":"aaaaaaaaaaaaaaaaaaaaaaaa"}}"#;
    for length in [(body.len() - 10).to_string(), "abc".to_owned(), "-1".to_owned()] {
        let mut client = Client::started();
        client.raw(format!("Content-Length: {length}\r\n\r\n{body}").as_bytes());
        client.assert_alive();
        assert_eq!(client.answer(&Value::Null), Err(-32700), "{length}");
    }
    let mut client = Client::started();
    client.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len() + 10).as_bytes());
    client.assert_alive();
    client.raw(b"Content-Length: 999999999999\r\n\r\n{}");
    assert_eq!(client.answer(&Value::Null), Err(-32600));
    client.assert_alive();
}

#[test]
fn headers_in_any_case_with_company_and_in_portions() {
    let mut client = Client::started();
    let body = |id: i32| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"test/x"}}"#);
    for (id, header) in [
        (901, "content-length: #\r\n\r\n"),
        (
            902,
            "Content-Length: #\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
        ),
        (903, "Content-Type: nonsense\r\nCONTENT-LENGTH:#\r\n\r\n"),
    ] {
        let body = body(id);
        client.raw((header.replace('#', &body.len().to_string()) + &body).as_bytes());
        assert_eq!(client.answer(&json!(id)), Err(-32601), "{header}");
    }
    for byte in frame(&body(904)) {
        client.raw(&[byte]);
    }
    let pair = [frame(&body(905)), frame(&body(906))].concat();
    client.raw(&pair);
    for id in 904..=906 {
        assert_eq!(client.answer(&json!(id)), Err(-32601));
    }
}

#[test]
fn positions_out_of_range_are_clamped() {
    let mut client = Client::started();
    assert_eq!(client.check(URI, "python", FAULTY).len(), 1);
    let big = i64::from(i32::MAX);
    let ranges = [
        [1_000_000, 0, 1_000_000, 5],
        [0, 1_000_000, 0, 1_000_003],
        [big, big, big, big],
        [3, 2, 1, 0],
        [-1, -5, 0, 0],
    ];
    let mut version = 1;
    for range in ranges {
        version += 1;
        client.change(URI, version, range, "#");
        client.diagnostics(URI, version);
    }
    // A whole new text brings both sides together again.
    let change = json!({"textDocument": {"uri": URI, "version": 10},
        "contentChanges": [{"text": FAULTY}]});
    client.notify("textDocument/didChange", change);
    assert_eq!(client.diagnostics(URI, 10).len(), 1);
}

#[test]
fn documents_never_opened_are_none_of_our_business() {
    let mut client = Client::started();
    client.change(URI, 2, [0, 0, 0, 0], "x");
    client.close(URI);
    client.assert_alive();
    assert_eq!(client.check(URI, "python", FAULTY).len(), 1);
    // Opened again without having been closed: the newer text counts.
    let document = json!({"uri": URI, "languageId": "python", "version": 9, "text": "x = 1\n"});
    client.notify("textDocument/didOpen", json!({"textDocument": document}));
    assert_eq!(client.diagnostics(URI, 9), []);
}

#[test]
fn documents_of_any_scheme_are_served_and_unknown_languages_are_not() {
    let mut client = Client::started();
    for uri in [
        "untitled:Untitled-1",
        "file:///does/not/exist%20dir/%C3%BC.py",
        "vscode-notebook-cell:/x#W0sZm",
    ] {
        assert_eq!(client.check(uri, "python", FAULTY).len(), 1, "{uri}");
    }
    client.open("file:///x.unknown", "unknown", FAULTY);
    client.change("file:///x.unknown", 2, [0, 0, 0, 0], "x");
    let at = json!({"textDocument": {"uri": "file:///x.unknown"},
        "position": {"line": 1, "character": 12}});
    assert_eq!(client.request("textDocument/hover", at), Ok(Value::Null));
    // By extension, and by first line.
    assert_eq!(client.check("file:///by.py", "plaintext", FAULTY).len(), 1);
    let script = format!("#!/usr/bin/env python3\n{FAULTY}");
    assert_eq!(client.check("file:///script", "", &script).len(), 1);
    // An URI that should have been escaped.
    client.open("file:///a b/ü.py", "python", FAULTY);
    let found = client.wait_for_notification("textDocument/publishDiagnostics");
    assert_eq!(found["uri"], "file:///a b/ü.py");
    assert_eq!(found["diagnostics"].as_array().unwrap().len(), 1);
}

#[test]
fn a_huge_text_is_left_alone_and_holds_up_nobody() {
    let mut client = Client::started();
    let uri = "file:///huge.py";
    client.open(uri, "python", &format!("x = '{}'\n", "a".repeat(20_000_000)));
    client.assert_alive();
    assert_eq!(client.diagnostics(uri, 1), []);
    let log = client.wait_for_notification("window/logMessage");
    assert!(log["message"].as_str().unwrap().contains("over the limit"), "{log}");
}

#[test]
fn of_a_text_that_is_too_large_the_functions_at_its_start_are_analysed() {
    let mut client = Client::started();
    let uri = "file:///large.py";
    let fault = "    return a == a\n\n\n";
    let filler = "y = 'a long text that only fills'\n".repeat(200_000);
    let text =
        format!("x == x\n\n\ndef f(a):\n{fault}def g(a):\n{fault}{filler}def h(a):\n{fault}");
    client.open(uri, "python", &text);
    let found = client.diagnostics(uri, 1);
    // Not what stands between functions, the last function before the end, and what is beyond.
    assert_eq!(found.iter().map(|it| it.range.start.line).collect::<Vec<_>>(), [4]);
    let log = client.wait_for_notification("window/logMessage");
    let message = log["message"].as_str().unwrap();
    assert!(message.contains("analysed in part") && message.contains("over the limit"), "{log}");
    client.change(uri, 2, [4, 16, 4, 17], "b");
    assert_eq!(client.diagnostics(uri, 2), []);
}

#[test]
fn half_a_surrogate_pair_does_not_lose_an_edit() {
    let mut client = Client::started();
    client.check(URI, "python", FAULTY);
    let change = r##"{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///tmp/x.py","version":2},"contentChanges":[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"text":"# \ud83d\n"}]}}"##;
    client.raw(&frame(change));
    assert_eq!(client.diagnostics(URI, 2)[0].range.start.line, 2);
}

#[test]
fn notifications_of_the_wrong_shape_are_told_and_dropped() {
    let mut client = Client::started();
    client.check(URI, "python", FAULTY);
    client.notify("textDocument/didChange", json!({"textDocument": 5}));
    client.notify("textDocument/didOpen", json!(null));
    client.notify("workspace/didChangeConfiguration", json!({"settings": 5}));
    client.notify("workspace/didChangeConfiguration", json!({"settings": {"omnistack": 5}}));
    let mut told = || client.wait_for_notification("window/showMessage")["message"].to_string();
    assert!(told().contains("cannot be understood"));
    assert!(told().contains("must be a table; 5 is ignored"));
    // New settings may be told of by publishing again what holds by them.
    client.may_say_more();
    client.assert_alive();
}
