//! Commands of the user's that the client hands on.

use serde_json::{Value, json};

use crate::client::Client;

const URI: &str = "file:///tmp/x.py";

fn execute(client: &mut Client, command: &str, arguments: &Value) -> Result<Value, i64> {
    client.request("workspace/executeCommand", json!({"command": command, "arguments": arguments}))
}

#[test]
fn all_safe_fixes_are_applied_on_request() {
    let mut client = Client::started_with(json!({"workspace": {"applyEdit": true}}));
    let text = "a = 1  # omnistack: ignore[bug/self-comparison]\n";
    assert_eq!(client.check(URI, "python", text).len(), 1);
    assert_eq!(execute(&mut client, "omnistack.fixAll", &json!([URI])), Ok(Value::Null));
    let asked = client.wait_for(|it| it["method"] == "workspace/applyEdit");
    let change = &asked["params"]["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({"uri": URI, "version": 1}));
    assert_eq!(change["edits"][0]["newText"], "");
    client.send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": {"applied": true}}));
    // Nothing to mend, nothing asked.
    client.change(URI, 2, [0, 5, 1, 0], "\n");
    assert_eq!(client.diagnostics(URI, 2).len(), 0);
    assert_eq!(execute(&mut client, "omnistack.fixAll", &json!([URI])), Ok(Value::Null));
    let none = json!({"command": "omnistack.fixAll", "arguments": ["file:///none.py"]});
    let (code, why) = client.refusal("workspace/executeCommand", none);
    assert_eq!(code, -32602);
    assert_eq!(why, "file:///none.py is no open document of a language we know.");
    assert_eq!(execute(&mut client, "omnistack.fixAll", &json!([])), Err(-32602));
}

#[test]
fn a_client_that_applies_no_edits_is_told_so() {
    let mut client = Client::started();
    assert_eq!(execute(&mut client, "omnistack.fixAll", &json!([URI])), Err(-32602));
}

#[test]
fn a_rule_is_explained() {
    let mut client = Client::started_with(json!({"window": {"showDocument": {"support": true}}}));
    let page = execute(&mut client, "omnistack.explain", &json!(["bug/self-comparison"])).unwrap();
    let page = page.as_str().unwrap();
    assert!(page.contains("bug/self-comparison") && page.contains("## "), "{page}");
    assert_eq!(execute(&mut client, "omnistack.explain", &json!(["bug/no-such"])), Err(-32602));
    let shown = execute(&mut client, "omnistack.documentation", &json!(["bug/self-comparison"]));
    assert_eq!(shown, Ok(Value::Null));
    let asked = client.wait_for(|it| it["method"] == "window/showDocument");
    assert_eq!(asked["params"]["external"], true);
    let page = asked["params"]["uri"].as_str().unwrap();
    assert!(page.ends_with("docs/rules/bug/self-comparison.md"), "{page}");
}

#[test]
fn a_client_that_shows_no_pages_is_told_where_to_look() {
    let mut client = Client::started();
    execute(&mut client, "omnistack.documentation", &json!(["bug/self-comparison"])).unwrap();
    let shown = client.wait_for_notification("window/showMessage");
    assert_eq!(shown["type"], 3);
    assert!(shown["message"].as_str().unwrap().contains("rules/bug/self-comparison"), "{shown}");
}

#[test]
fn a_restart_finds_everything_anew() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("shapes.py"), "def draw(width, height):\n    pass\n")
        .unwrap();
    let path = folder.path().join("x.py");
    let uri = tower_lsp::ls_types::Uri::from_file_path(path).unwrap().as_str().to_owned();
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    assert_eq!(client.check(&uri, "python", "def f(a):\n    return a <= a\n").len(), 1);
    // Nobody tells the server of this file.
    std::fs::write(folder.path().join("omnistack.toml"), "ignore = [\"bug/self-comparison\"]\n")
        .unwrap();
    std::fs::write(folder.path().join("more.py"), "def more():\n    pass\n").unwrap();
    assert_eq!(execute(&mut client, "omnistack.restart", &json!([])), Ok(Value::Null));
    while !client.publication(&uri).diagnostics.is_empty() {}
    while client.wait_for_notification("$/progress")["value"]["kind"] != "end" {}
    client.wait_for(|it| it["method"] == "window/workDoneProgress/create");
    let status = client.request("omnistack/status", Value::Null).unwrap();
    assert_eq!(status["workspace"]["files"], 3);
}
