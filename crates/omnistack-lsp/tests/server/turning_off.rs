//! Turning a rule off in the settings: offered where it would be off afterwards, by the edit that
//! does it.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::actions::{apply, lazy, offered, titled, titles};
use crate::client::Client;
use crate::workspace::uri;

const FAULTY: &str = "def f(x):\n    return x <= x\n";
const TITLE: &str = "off in omnistack.toml";

/// A folder with settings, if there are any, and a client of it.
fn session(settings: Option<&str>, options: &Value) -> (TempDir, Client) {
    let folder = TempDir::new().unwrap();
    if let Some(settings) = settings {
        std::fs::write(folder.path().join("omnistack.toml"), settings).unwrap();
    }
    let mut client = Client::uninitialized();
    client.initialize_in_folders(&[folder.path()], lazy(), options);
    client.may_say_more();
    (folder, client)
}

/// What is offered about the one finding of a document.
fn offers(client: &mut Client, uri: &str) -> Vec<Value> {
    assert_eq!(client.check(uri, "python", FAULTY).len(), 1);
    offered(client, uri, (1, 12), json!({"only": ["quickfix"]}))
}

/// Takes the offer, writes the settings and says what is then found.
fn taken(folder: &TempDir, client: &mut Client, text: &str, uri: &str) -> (String, usize) {
    let offers = offers(client, uri);
    let action = titled(&offers, TITLE).clone();
    let resolved = client.request("codeAction/resolve", action).unwrap();
    let steps = resolved["edit"]["documentChanges"].as_array().unwrap();
    let after = apply(text, &steps.last().unwrap()["edits"]);
    let path = folder.path().join("omnistack.toml");
    std::fs::write(&path, &after).unwrap();
    let saved = json!({"textDocument": {"uri": self::uri(&path)}});
    client.notify("textDocument/didSave", saved);
    (after, client.diagnostics(uri, 1).len())
}

#[test]
fn it_is_not_offered_where_the_rule_would_stay_on() {
    for (settings, options) in [
        (None, json!({"select": ["recommended"]})),
        (Some(""), json!({"profile": "strict"})),
        (Some("ignore = [\"perf\"\n"), Value::Null),
        (Some("ignore = \"perf\"\n"), Value::Null),
        (Some("[[paths]]\nmatch = [\"*.py\"]\nignore = 3\nselect = [\"bug\"]\n"), Value::Null),
    ] {
        let (folder, mut client) = session(settings, &options);
        let offers = offers(&mut client, &uri(&folder.path().join("a.py")));
        assert!(!titles(&offers).iter().any(|it| it.contains(TITLE)), "{settings:?} {options}");
    }
    let (_folder, mut client) = session(Some(""), &Value::Null);
    let offers = offers(&mut client, "untitled:Untitled-1");
    assert!(!titles(&offers).iter().any(|it| it.contains(TITLE)));
}

#[test]
fn it_is_offered_where_the_editor_only_leaves_out_or_changes_more() {
    let options = json!({"ignore": ["practice"], "severity": {"bug": "information"}});
    let (folder, mut client) = session(None, &options);
    let a = uri(&folder.path().join("a.py"));
    let (after, left) = taken(&folder, &mut client, "", &a);
    assert_eq!((after.as_str(), left), ("ignore = [\"bug/self-comparison\"]\n", 0));
}

#[test]
fn an_entry_for_paths_that_turns_it_on_is_what_is_edited() {
    let text = "ignore = [\"bug/self-comparison\"]\n\n[[paths]]\nmatch = [\"*.rs\"]\n\
        profile = \"strict\"\n\n[[paths]]\nmatch = [\"*.py\", \"*.go\"]\nselect = [\"bug\"]\n";
    let (folder, mut client) = session(Some(text), &Value::Null);
    let a = uri(&folder.path().join("a.py"));
    let (after, left) = taken(&folder, &mut client, text, &a);
    let expected = format!("{text}ignore = [\"bug/self-comparison\"]\n");
    assert_eq!((after, left), (expected, 0));
    // The title says for which files.
    std::fs::write(folder.path().join("omnistack.toml"), text).unwrap();
    let b = uri(&folder.path().join("b.py"));
    let restart = json!({"command": "omnistack.restart", "arguments": []});
    client.request("workspace/executeCommand", restart).unwrap();
    let offers = offers(&mut client, &b);
    let title = titled(&offers, TITLE)["title"].as_str().unwrap().to_owned();
    assert!(title.ends_with("omnistack.toml, for `*.py` and 1 more"), "{title}");
}

#[test]
fn settings_that_are_open_are_edited_as_the_editor_has_them() {
    let (folder, mut client) = session(Some("profile = \"strict\"\n"), &Value::Null);
    let path = uri(&folder.path().join("omnistack.toml"));
    client.open(&path, "toml", "# not saved\nprofile = \"strict\"\n");
    client.diagnostics(&path, 1);
    let offers = offers(&mut client, &uri(&folder.path().join("a.py")));
    let action = titled(&offers, TITLE).clone();
    let resolved = client.request("codeAction/resolve", action).unwrap();
    let change = &resolved["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({"uri": path, "version": 1}));
    let after = apply("# not saved\nprofile = \"strict\"\n", &change["edits"]);
    let expected = "# not saved\nprofile = \"strict\"\nignore = [\"bug/self-comparison\"]\n";
    assert_eq!(after, expected);
}

#[test]
fn what_stands_in_the_way_since_it_was_offered_is_said() {
    let (folder, mut client) = session(Some("ignore = []\n"), &Value::Null);
    let offers = offers(&mut client, &uri(&folder.path().join("a.py")));
    let action = titled(&offers, TITLE).clone();
    std::fs::write(folder.path().join("omnistack.toml"), "ignore = [\n").unwrap();
    let (code, why) = client.refusal("codeAction/resolve", action.clone());
    assert_eq!(code, -32803);
    assert!(why.contains("omnistack.toml is no TOML"), "{why}");
    std::fs::write(folder.path().join("omnistack.toml"), "ignore = []\n").unwrap();
    let settings = json!({"settings": {"omnistack": {"select": ["bug"]}}});
    client.notify("workspace/didChangeConfiguration", settings);
    let (_, why) = client.refusal("codeAction/resolve", action);
    assert!(why.contains("would stay on"), "{why}");
}
