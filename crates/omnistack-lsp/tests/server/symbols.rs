//! Symbols: those of a document, as its text is now, and those of the workspace, by name.

use serde_json::{Value, json};
use tower_lsp::ls_types::{self as lsp, request};

use crate::client::Client;
use crate::workspace::{folder, uri};

const STORE: &str = "class Store:\n    size = 1\n\n    def load(self):\n        pass\n";

fn document(uri: &str) -> Value {
    json!({"textDocument": {"uri": uri}})
}

fn names(symbols: &[lsp::SymbolInformation]) -> Vec<&str> {
    symbols.iter().map(|it| it.name.as_str()).collect()
}

/// What a search finds.
fn find(client: &mut Client, query: &str) -> Vec<lsp::SymbolInformation> {
    match client.call::<request::WorkspaceSymbolRequest>(json!({"query": query})) {
        Some(lsp::WorkspaceSymbolResponse::Flat(symbols)) => symbols,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_documents_symbols_stand_in_one_another_where_the_client_can_show_that() {
    let nests = json!({"textDocument":
        {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}}});
    let mut client = Client::started_with(nests);
    let uri = "file:///store.py";
    client.check(uri, "python", STORE);
    // Asked for at once, the text of this edit is what counts.
    client.change(uri, 2, [0, 0, 0, 0], "# é\n");
    let found = client.call::<request::DocumentSymbolRequest>(document(uri));
    let Some(lsp::DocumentSymbolResponse::Nested(symbols)) = found else { panic!("{found:?}") };
    client.diagnostics(uri, 2);
    assert_eq!(symbols.len(), 1);
    let class = &symbols[0];
    assert_eq!((class.name.as_str(), class.kind), ("Store", lsp::SymbolKind::CLASS));
    assert_eq!((class.range.start.line, class.range.end.line), (1, 5));
    let name = lsp::Range::new(lsp::Position::new(1, 6), lsp::Position::new(1, 11));
    assert_eq!(class.selection_range, name);
    let children = class.children.as_ref().unwrap();
    let kinds: Vec<_> = children.iter().map(|it| (it.name.as_str(), it.kind)).collect();
    let wanted = [("size", lsp::SymbolKind::FIELD), ("load", lsp::SymbolKind::METHOD)];
    assert_eq!(kinds, wanted);
    assert_eq!(children[1].range.start, lsp::Position::new(4, 4));
}

#[test]
fn a_client_that_knows_no_nesting_gets_a_row() {
    let mut client = Client::started();
    // A document without a file has symbols too.
    let uri = "untitled:Untitled-1";
    client.check(uri, "python", STORE);
    let found = client.call::<request::DocumentSymbolRequest>(document(uri));
    let Some(lsp::DocumentSymbolResponse::Flat(symbols)) = found else { panic!("{found:?}") };
    assert_eq!(names(&symbols), ["Store", "size", "load"]);
    assert_eq!(symbols[2].container_name.as_deref(), Some("Store"));
    assert_eq!(symbols[2].location.uri.as_str(), uri);
    assert_eq!(client.call::<request::DocumentSymbolRequest>(document("file:///other.py")), None);
}

#[test]
fn functions_nested_without_end_do_no_harm() {
    let nests = json!({"textDocument":
        {"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}}});
    let mut client = Client::started_with(nests);
    let uri = "file:///deep.js";
    let text = format!("{}{}", "function f() { ".repeat(3000), "}".repeat(3000));
    client.check(uri, "javascript", &text);
    let answer = client.request("textDocument/documentSymbol", document(uri)).unwrap();
    let (mut count, mut depth, mut open) = (0, 0, vec![(&answer, 0)]);
    while let Some((symbols, level)) = open.pop() {
        for symbol in symbols.as_array().unwrap() {
            (count, depth) = (count + 1, depth.max(level));
            if let Some(children) = symbol.get("children") {
                open.push((children, level + 1));
            }
        }
    }
    assert_eq!((count, depth), (3000, 48));
}

#[test]
fn symbols_are_found_in_files_that_are_open_and_in_others() {
    let folder = folder(&[
        ("store.py", STORE),
        ("lib/loader.ts", "/* 中文 */ export function loadStore() {}\n"),
    ]);
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    let found = find(&mut client, "ls");
    assert_eq!(names(&found), ["loadStore"]);
    assert_eq!(found[0].location.uri.as_str(), uri(&folder.path().join("lib/loader.ts")));
    let start = lsp::Position::new(0, 25);
    assert_eq!(found[0].location.range, lsp::Range::new(start, lsp::Position::new(0, 34)));
    assert_eq!(names(&find(&mut client, "store")), ["Store", "loadStore"]);
    assert_eq!(names(&find(&mut client, "Store.load")), ["load"]);
    // What is open counts as its editor has it, this very moment.
    let store = uri(&folder.path().join("store.py"));
    client.open(&store, "python", STORE);
    client.change(&store, 2, [0, 6, 0, 11], "Shop");
    assert_eq!(names(&find(&mut client, "Shop")), ["Shop"]);
    assert_eq!(names(&find(&mut client, "store")), ["loadStore"]);
    client.diagnostics(&store, 2);
    assert_eq!(find(&mut client, "nothing like that"), []);
    assert_eq!(find(&mut client, "").len(), 4);
}

#[test]
fn a_search_that_nobody_waits_for_is_given_up() {
    let mut client = Client::started();
    client.check("file:///store.py", "python", STORE);
    client.change("file:///store.py", 2, [0, 0, 0, 0], "\n");
    let id = client.ask("workspace/symbol", json!({"query": "s"}));
    client.notify("$/cancelRequest", json!({"id": id}));
    // Too late, if the answer is quicker.
    assert!(matches!(client.answer(&id), Err(-32800) | Ok(_)));
    client.diagnostics("file:///store.py", 2);
    client.assert_alive();
}
