//! The call hierarchy: over files that are open, as they are edited, and over others.

use serde_json::{Value, json};
use tower_lsp::ls_types::{self as lsp, request};

use crate::client::Client;
use crate::workspace::{folder, uri};

const SHAPES: &str =
    "class Shape:\n    def __init__(self):\n        pass\n\n\ndef draw(shape):\n    return shape\n";
const MAIN: &str = "from shapes import Shape, draw\n\n\ndef show():\n    é = draw(draw(Shape()))\n    print(é)\n\n\ndraw(1)\n";

fn prepare(client: &mut Client, uri: &str, at: [u32; 2]) -> Option<Vec<lsp::CallHierarchyItem>> {
    client.call::<request::CallHierarchyPrepare>(json!({"textDocument": {"uri": uri},
        "position": {"line": at[0], "character": at[1]}}))
}

/// Who calls an item's function, with the places, as lines and columns.
fn incoming(client: &mut Client, item: &lsp::CallHierarchyItem) -> Vec<(String, Vec<[u32; 2]>)> {
    let calls = client.call::<request::CallHierarchyIncomingCalls>(json!({"item": item}));
    let one = |it: lsp::CallHierarchyIncomingCall| (it.from.name, starts(&it.from_ranges));
    calls.unwrap().into_iter().map(one).collect()
}

/// What an item's function calls, likewise.
fn outgoing(client: &mut Client, item: &lsp::CallHierarchyItem) -> Vec<(String, Vec<[u32; 2]>)> {
    let calls = client.call::<request::CallHierarchyOutgoingCalls>(json!({"item": item}));
    let one = |it: lsp::CallHierarchyOutgoingCall| (it.to.name, starts(&it.from_ranges));
    calls.unwrap().into_iter().map(one).collect()
}

fn starts(ranges: &[lsp::Range]) -> Vec<[u32; 2]> {
    ranges.iter().map(|it| [it.start.line, it.start.character]).collect()
}

fn calls(name: &str, places: &[[u32; 2]]) -> (String, Vec<[u32; 2]>) {
    (name.to_owned(), places.to_vec())
}

#[test]
fn calls_are_followed_into_files_that_are_not_open_and_as_what_is_open_changes() {
    let folder = folder(&[("shapes.py", SHAPES), ("main.py", MAIN)]);
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    let shapes = uri(&folder.path().join("shapes.py"));
    client.open(&shapes, "python", SHAPES);
    let items = prepare(&mut client, &shapes, [5, 6]).unwrap();
    client.diagnostics(&shapes, 1);
    assert_eq!(items.len(), 1);
    let draw = &items[0];
    assert_eq!((draw.name.as_str(), draw.kind), ("draw", lsp::SymbolKind::FUNCTION));
    assert_eq!((draw.range.start.line, draw.range.end.line), (5, 6));
    // From a file that is not open; columns count as UTF-16 does.
    let of_show = calls("show", &[[4, 8], [4, 13]]);
    let of_module = calls("main.py", &[[8, 0]]);
    assert_eq!(incoming(&mut client, draw), [of_module.clone(), of_show]);
    let main = uri(&folder.path().join("main.py"));
    client.open(&main, "python", MAIN);
    client.change(&main, 2, [3, 0, 3, 0], "# moved\n");
    client.change(&main, 3, [5, 4, 5, 5], "drawn");
    let of_show = calls("show", &[[5, 12], [5, 17]]);
    assert_eq!(incoming(&mut client, draw), [calls("main.py", &[[9, 0]]), of_show]);
    // What a function calls, and the class of which it makes an object.
    let show = prepare(&mut client, &main, [4, 5]).unwrap().remove(0);
    assert_eq!(show.uri.as_str(), main);
    let called = outgoing(&mut client, &show);
    assert_eq!(called[0], calls("draw", &[[5, 12], [5, 17]]));
    assert_eq!(called[1].1, [[5, 22]]);
    let shape = prepare(&mut client, &shapes, [0, 7]).unwrap().remove(0);
    assert_eq!((shape.name.as_str(), shape.kind), ("Shape", lsp::SymbolKind::CLASS));
    assert_eq!(incoming(&mut client, &shape), [calls("show", &[[5, 22]])]);
    // At a call, it is the function that is called.
    let at_call = prepare(&mut client, &main, [9, 1]).unwrap().remove(0);
    assert_eq!((at_call.name.as_str(), at_call.uri.as_str()), ("draw", shapes.as_str()));
    assert_eq!(prepare(&mut client, &main, [6, 5]), None, "print is nobody's here");
    client.diagnostics(&main, 3);
}

#[test]
fn an_item_of_a_function_that_is_gone_has_no_calls() {
    let mut client = Client::started();
    client.check("file:///a.py", "python", "def f():\n    g()\n\n\ndef g():\n    pass\n");
    let item = prepare(&mut client, "file:///a.py", [4, 4]).unwrap().remove(0);
    assert_eq!(incoming(&mut client, &item), [calls("f", &[[1, 4]])]);
    client.change("file:///a.py", 2, [0, 0, 2, 0], "");
    assert_eq!(incoming(&mut client, &item), []);
    client.diagnostics("file:///a.py", 2);
    let mut strange = serde_json::to_value(&item).unwrap();
    strange["data"] = Value::Null;
    let params = json!({"item": strange});
    assert_eq!(client.request("callHierarchy/incomingCalls", params), Ok(Value::Null));
}
