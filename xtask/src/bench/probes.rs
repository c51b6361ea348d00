//! What must not break a language server: each probe starts a fresh one, does something to it, and
//! asks whether it still answers, or ends as the protocol says.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{LanguageServer, OpenDocument};
use crate::project::Failure;

/// How long a server may take to answer or to end.
const LIMIT: Duration = Duration::from_secs(10);

type Check = fn(&mut LanguageServer, &Path) -> Result<bool, Failure>;

/// The probes and what each is called; the flag says whether the session is initialized before.
pub(super) const PROBES: [(&str, bool, Check); 12] = [
    ("malformed JSON", true, |server, _| {
        server.send_bytes(b"Content-Length: 9\r\n\r\n{\"id\": 1,")?;
        answers(server)
    }),
    ("text that is not UTF-8", true, |server, _| {
        server.send_bytes(b"Content-Length: 4\r\n\r\n\"\xff\xfe\"")?;
        answers(server)
    }),
    ("header in lower case", true, |server, _| {
        let body = json!({"jsonrpc": "2.0", "id": "lower", "method": "textDocument/hover",
            "params": {"textDocument": {"uri": "file:///none.py"},
                "position": {"line": 0, "character": 0}}})
        .to_string();
        server.send_bytes(format!("content-length: {}\r\n\r\n{body}", body.len()).as_bytes())?;
        Ok(server.wait(LIMIT, |it| it.message.get("id") == Some(&json!("lower"))).is_ok())
    }),
    ("unknown method", true, |server, _| {
        let (answer, _) = server.request("omnistack/none", &json!({}))?;
        Ok(code(&answer) == Some(-32601) && answers(server)?)
    }),
    ("unknown notification", true, |server, _| {
        server.notify("$/none", &json!({}))?;
        answers(server)
    }),
    ("request before the session", false, |server, _| {
        let (answer, _) = server.request("textDocument/hover", &json!({}))?;
        Ok(code(&answer) == Some(-32002))
    }),
    ("edit out of range", true, |server, folder| {
        let path = folder.join("range.py");
        let mut document = OpenDocument::open(server, &path, "python", "a = 1\n")?;
        document.change(server, (900, 900), (901, 7), "b = 2\n")?;
        answers(server)
    }),
    ("edit of a document that is not open", true, |server, folder| {
        let uri = super::client::uri_of(&folder.join("never.py"));
        let mut document = OpenDocument { uri, version: 1 };
        document.change(server, (0, 0), (0, 0), "x")?;
        answers(server)
    }),
    ("a line of 20 MB", true, |server, folder| {
        let path = folder.join("long.py");
        OpenDocument::open(server, &path, "python", &format!("a = '{}'\n", "x".repeat(20 << 20)))?;
        answers(server)
    }),
    ("exit after shutdown: code 0", true, |server, _| {
        server.request("shutdown", &Value::Null)?;
        server.notify("exit", &Value::Null)?;
        Ok(server.ended(LIMIT)?.and_then(|it| it.code()) == Some(0))
    }),
    ("exit without shutdown: code 1", true, |server, _| {
        server.notify("exit", &Value::Null)?;
        Ok(server.ended(LIMIT)?.and_then(|it| it.code()) == Some(1))
    }),
    ("end of the input", true, |server, _| {
        server.hang_up();
        Ok(server.ended(Duration::from_secs(2))?.is_some())
    }),
];

fn code(answer: &Value) -> Option<i64> {
    answer.pointer("/error/code").and_then(Value::as_i64)
}

/// Whether a request still gets an answer of any kind.
fn answers(server: &mut LanguageServer) -> Result<bool, Failure> {
    let parameters = json!({"textDocument": {"uri": "file:///none.py"},
        "position": {"line": 0, "character": 0}});
    let id = server.ask("textDocument/hover", &parameters)?;
    Ok(server.wait(LIMIT, |it| it.message.get("id") == Some(&json!(id))).is_ok())
}
