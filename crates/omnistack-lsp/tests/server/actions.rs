//! What is offered at a place, and what becomes of an offer that is taken.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::Client;
use crate::workspace::uri;

const TWICE: &str = "\
def f(a, b):
    if a:
        return a <= a
    return b <= b
";

/// A client that asks for edits when an action is taken.
pub(crate) fn lazy() -> Value {
    json!({"textDocument": {"codeAction": {"dataSupport": true,
        "resolveSupport": {"properties": ["edit"]}}},
        "workspace": {"workspaceEdit": {"resourceOperations": ["create"]}}})
}

/// What is offered at a place, with more of the request's context.
pub(crate) fn offered(
    client: &mut Client,
    uri: &str,
    at: (u32, u32),
    mut context: Value,
) -> Vec<Value> {
    let position = json!({"line": at.0, "character": at.1});
    if context["diagnostics"].is_null() {
        context["diagnostics"] = json!([]);
    }
    let params = json!({"textDocument": {"uri": uri}, "context": context,
        "range": {"start": position, "end": position}});
    let found = client.request("textDocument/codeAction", params).unwrap();
    found.as_array().unwrap().clone()
}

pub(crate) fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|it| it["title"].as_str().unwrap()).collect()
}

pub(crate) fn titled<'a>(actions: &'a [Value], title: &str) -> &'a Value {
    let found = actions.iter().find(|it| it["title"].as_str().unwrap().contains(title));
    found.unwrap_or_else(|| panic!("no {title} among {:?}", titles(actions)))
}

/// A text of ASCII after the edits of a document that an edit of the workspace holds.
pub(crate) fn apply(text: &str, edits: &Value) -> String {
    let offset = |position: &Value| {
        let line = position["line"].as_u64().unwrap() as usize;
        let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        before + position["character"].as_u64().unwrap() as usize
    };
    let mut result = text.to_owned();
    for edit in edits.as_array().unwrap().iter().rev() {
        let (start, end) = (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]));
        result.replace_range(start..end, edit["newText"].as_str().unwrap());
    }
    result
}

/// The text after an action that was offered, resolved if need be.
fn taken(client: &mut Client, text: &str, action: &Value) -> String {
    let action = match &action["edit"] {
        Value::Null => client.request("codeAction/resolve", action.clone()).unwrap(),
        _ => action.clone(),
    };
    apply(text, &action["edit"]["documentChanges"][0]["edits"])
}

#[test]
fn edits_are_made_when_an_action_is_taken() {
    let mut client = Client::uninitialized();
    let answer = client.initialize(lazy(), &Value::Null);
    assert_eq!(answer["capabilities"]["codeActionProvider"]["resolveProvider"], true);
    let uri = "file:///tmp/x.py";
    client.check(uri, "python", "def remember(item, seen=[]):\n    seen.append(item)\n");
    let found = offered(&mut client, uri, (0, 25), json!({"only": ["quickfix"]}));
    assert!(found.iter().all(|it| it["edit"].is_null()), "{found:#?}");
    let fix = &found[0];
    let resolved = client.request("codeAction/resolve", fix.clone()).unwrap();
    assert_eq!(resolved["title"], fix["title"]);
    let document = &resolved["edit"]["documentChanges"][0]["textDocument"];
    assert_eq!(document, &json!({"uri": uri, "version": 1}));
    // The edit is one of the text as it is when the action is taken.
    client.change(uri, 2, [0, 0, 0, 0], "\n");
    client.diagnostics(uri, 2);
    let later = client.request("codeAction/resolve", fix.clone()).unwrap();
    assert_eq!(later["edit"]["documentChanges"][0]["textDocument"]["version"], 2);
    let first = |it: &Value| it["edit"]["documentChanges"][0]["edits"][0]["range"]["start"].clone();
    assert_eq!(first(&later)["line"].as_u64(), first(&resolved)["line"].as_u64().map(|it| it + 1));
    // What has gone cannot be mended any more.
    client.change(uri, 3, [0, 0, 3, 0], "");
    client.diagnostics(uri, 3);
    let (code, why) = client.refusal("codeAction/resolve", fix.clone());
    assert_eq!(code, -32803);
    assert!(why.contains("what this was offered for is gone"), "{why}");
}

#[test]
fn all_findings_of_a_rule_are_mended_at_once() {
    let mut client = Client::started();
    let uri = "file:///tmp/x.py";
    let text = "def f(a=[]):\n    a.append(1)\n\n\ndef g(b=[]):\n    b.append(1)\n";
    assert_eq!(client.check(uri, "python", text).len(), 2);
    let found = offered(&mut client, uri, (0, 8), json!({}));
    let after = taken(&mut client, text, titled(&found, "Fix all findings of"));
    let mended = |function: char, name: char| {
        format!(
            "def {function}({name}=None):\n    if {name} is None:\n        {name} = []\n    \
             {name}.append(1)\n"
        )
    };
    assert_eq!(after, format!("{}\n\n{}", mended('f', 'a'), mended('g', 'b')));
    // For one finding there is its own fix.
    client.change(uri, 2, [3, 0, 6, 0], "");
    client.diagnostics(uri, 2);
    let found = offered(&mut client, uri, (0, 8), json!({}));
    assert!(!titles(&found).iter().any(|it| it.contains("Fix all findings of")));
}

#[test]
fn a_fix_that_makes_room_for_another_is_followed_by_it() {
    let mut client = Client::uninitialized();
    client.initialize(lazy(), &Value::Null);
    let uri = "file:///tmp/x.py";
    let comment = |rule: &str| format!("# omnistack: ignore[bug/{rule}]\n");
    // What is removed for one touches what is removed for the other.
    let comments = format!("{}{}", comment("self-comparison"), comment("self-assignment"));
    let text = format!("b = 1\n{comments}a = 1\n");
    assert_eq!(client.check(uri, "python", &text).len(), 2);
    let found = offered(&mut client, uri, (0, 0), json!({"only": ["source.fixAll"]}));
    assert_eq!(taken(&mut client, &text, &found[0]), "b = 1\na = 1\n");
}

#[test]
fn a_finding_is_suppressed_in_its_block_and_in_its_file() {
    let mut client = Client::started();
    let uri = "file:///tmp/x.py";
    let after = |client: &mut Client, text: &str, place: &str| {
        client.check(uri, "python", text);
        let found = offered(client, uri, (2, 18), json!({"only": ["quickfix"]}));
        let after = taken(client, text, titled(&found, place));
        let change = json!({"textDocument": {"uri": uri, "version": 2},
            "contentChanges": [{"text": after}]});
        client.notify("textDocument/didChange", change);
        let left = client.diagnostics(uri, 2).len();
        client.close(uri);
        client.publication(uri);
        (after, left)
    };
    let comment = "# omnistack: ignore-block[bug/self-comparison] <reason>\n";
    let (block, left) = after(&mut client, TWICE, "in this block");
    assert_eq!(block, TWICE.replace("    if a", &format!("    {comment}    if a")));
    assert_eq!(left, 1);
    let comment = "# omnistack: ignore-file[bug/self-comparison] <reason>\n";
    let (file, left) = after(&mut client, TWICE, "in this file");
    assert_eq!((file, left), (format!("{comment}{TWICE}"), 0));
}

#[test]
fn what_must_stand_first_stays_first() {
    let mut client = Client::started();
    let uri = "file:///tmp/x.py";
    let code = "a = 1\nb = a <= a\n";
    for (head, line) in [("#!/usr/bin/python\n# coding: utf-8\n", 3), ("# -*- coding: x -*-\n", 2)]
    {
        let text = format!("{head}{code}");
        assert_eq!(client.check(uri, "python", &text).len(), 1);
        let found = offered(&mut client, uri, (line, 5), json!({}));
        let after = taken(&mut client, &text, titled(&found, "in this file"));
        let comment = "# omnistack: ignore-file[bug/self-comparison] <reason>\n";
        assert_eq!(after, format!("{head}{comment}{code}"));
        client.close(uri);
        client.publication(uri);
    }
    // A comment about the file takes one more name.
    let text = "# omnistack: ignore-file[bug/self-assignment] why\na = 1\nb = a <= a\n";
    client.check(uri, "python", text);
    let found = offered(&mut client, uri, (2, 5), json!({}));
    let after = taken(&mut client, text, titled(&found, "in this file"));
    let first = after.lines().next().unwrap();
    assert_eq!(first, "# omnistack: ignore-file[bug/self-assignment, bug/self-comparison] why");
}

#[test]
fn a_rule_is_turned_off_in_the_nearest_settings() {
    let folder = TempDir::new().unwrap();
    let settings = folder.path().join("omnistack.toml");
    let text = "# ours\nprofile = \"strict\"  # all of it\n\n[limits]\nlines = 9\n";
    std::fs::write(&settings, text).unwrap();
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    let code = uri(&folder.path().join("inner/x.py"));
    let mut client = Client::started();
    client.check(&code, "python", TWICE);
    let found = offered(&mut client, &code, (2, 18), json!({}));
    let action = titled(&found, "off in omnistack.toml");
    let document = &action["edit"]["documentChanges"][0]["textDocument"];
    assert_eq!(document, &json!({"uri": uri(&settings), "version": null}));
    let expected = text.replace("of it\n", "of it\nignore = [\"bug/self-comparison\"]\n");
    assert_eq!(taken(&mut client, text, action), expected);
}

#[test]
fn settings_are_made_where_there_are_none() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    let code = uri(&folder.path().join("inner/x.py"));
    // Whoever makes no files is not offered it.
    let mut client = Client::started();
    client.check(&code, "python", TWICE);
    let found = offered(&mut client, &code, (2, 18), json!({}));
    assert!(!titles(&found).iter().any(|it| it.contains("omnistack.toml")));
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), lazy());
    client.check(&code, "python", TWICE);
    let found = offered(&mut client, &code, (2, 18), json!({}));
    let action = titled(&found, "off in omnistack.toml").clone();
    let edit = client.request("codeAction/resolve", action).unwrap();
    let [made, written] = edit["edit"]["documentChanges"].as_array().unwrap().as_slice() else {
        panic!("not two steps: {edit:#}");
    };
    assert_eq!(made["kind"], "create");
    assert_eq!(made["uri"], uri(&folder.path().join("omnistack.toml")));
    assert_eq!(written["textDocument"]["uri"], made["uri"]);
    assert_eq!(apply("", &written["edits"]), "ignore = [\"bug/self-comparison\"]\n");
}

#[test]
fn the_diagnostics_that_a_client_names_are_the_ones_spoken_of() {
    let mut client = Client::started();
    let uri = "file:///tmp/x.py";
    let diagnostics = client.check(uri, "python", "def f(a, b=[]): b.append(a); return a <= a\n");
    assert_eq!(diagnostics.len(), 2);
    for diagnostic in &diagnostics {
        let context = json!({"only": ["quickfix"], "diagnostics": [diagnostic]});
        // Wherever the cursor is: some clients send that, some the diagnostic's place.
        let found = offered(&mut client, uri, (0, 0), context);
        assert!(!found.is_empty());
        for action in &found {
            assert_eq!(action["diagnostics"][0]["code"], json!(diagnostic.code), "{action:#}");
        }
    }
}

#[test]
fn kinds_are_announced_and_filtered() {
    let mut client = Client::uninitialized();
    let answer = client.initialize(json!({}), &Value::Null);
    let provider = &answer["capabilities"]["codeActionProvider"];
    let kinds = ["quickfix", "refactor.rewrite", "source.fixAll.omnistack", "source.fixAll"];
    assert_eq!(provider["codeActionKinds"], json!(kinds));
    assert_eq!(provider["resolveProvider"], false);
    let uri = "file:///tmp/x.py";
    let text = "def f(a, names):\n    if not a in names:  # omnistack: ignore[bug/self-comparison]\n        return 1\n    return 2\n";
    client.check(uri, "python", text);
    for (only, kind) in [
        ("quickfix", "quickfix"),
        ("refactor", "refactor.rewrite"),
        ("source", "source.fixAll.omnistack"),
    ] {
        let found = offered(&mut client, uri, (1, 30), json!({"only": [only]}));
        assert!(found.iter().all(|it| it["kind"] == kind), "{only}: {found:#?}");
    }
}

/// What a rewrite makes of a text, offered by its title at a place; it is offered only once.
fn rewritten(language: &str, text: &str, at: (u32, u32), title: &str) -> String {
    let mut client = Client::uninitialized();
    client.initialize(lazy(), &Value::Null);
    let uri = "file:///tmp/code";
    client.check(uri, language, text);
    let found = offered(&mut client, uri, at, json!({}));
    let same = titles(&found).into_iter().filter(|it| *it == title);
    assert_eq!(same.count(), 1, "{:?}", titles(&found));
    for only in ["refactor", "refactor.rewrite"] {
        let found = offered(&mut client, uri, at, json!({"only": [only]}));
        assert_eq!(titles(&found), [title]);
        assert_eq!(found[0]["kind"], "refactor.rewrite");
        assert!(found[0]["diagnostics"].is_null());
    }
    assert!(offered(&mut client, uri, at, json!({"only": ["refactor.extract"]})).is_empty());
    let found = offered(&mut client, uri, at, json!({"only": ["refactor"]}));
    taken(&mut client, text, &found[0])
}

#[test]
fn a_list_that_is_only_searched_can_be_made_a_set() {
    // No rule reports this unless it is asked to.
    let text = "def f(rows):\n    kinds = ['a', 'b', 'c']\n    return [it for it in rows if it in kinds]\n";
    let after = rewritten("python", text, (1, 14), "Make it a set (unsafe)");
    assert_eq!(after, text.replace("['a', 'b', 'c']", "{'a', 'b', 'c'}"));
}

#[test]
fn a_call_that_each_round_repeats_can_be_moved_out_of_the_loop() {
    // This is reported, so that the same is a fix, too.
    let text = "def f(rows, known):\n    for row in rows:\n        if row in set(known):\n            yield row\n";
    let after = rewritten("python", text, (2, 20), "Compute it before the loop (unsafe)");
    let hoisted = text.replace("set(known)", "known_set");
    let expected = hoisted.replace("    for row", "    known_set = set(known)\n    for row");
    assert_eq!(after, expected);
}

#[test]
fn requests_that_do_not_need_each_other_can_be_awaited_together() {
    let text = "async function page(api) {\n  const user = await api.getUser();\n  const posts = await api.getPosts();\n  return [user, posts];\n}\n";
    let after = rewritten("javascript", text, (1, 20), "Await them together (unsafe)");
    let expected = "async function page(api) {\n  const [user, posts] = await Promise.all([api.getUser(), api.getPosts()]);\n  return [user, posts];\n}\n";
    assert_eq!(after, expected);
}
