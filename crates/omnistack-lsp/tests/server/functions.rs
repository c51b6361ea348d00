//! What a client can show of a function: a hover, lenses, hints, and what is like it.

use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;
use tower_lsp::ls_types::request::{CodeLensRequest, HoverRequest, InlayHintRequest};

use crate::client::Client;
use crate::workspace::{folder, uri};

const SHOP: &str = "def total(orders, home):
    price = 0
    for order in orders:
        for part in home.parts(order):
            if part.is_open() and part.price > 0:
                price = price + part.price * order.count
            else:
                order.skip(part, price, home)
    return price
";
const DESK: &str = "from shop import total


async def show(orders, home):
    return total(orders, home)


def again(orders):
    return total(orders, 1) + total(orders, 2)
";

fn hover(
    client: &mut Client,
    uri: &str,
    line: u32,
    character: u32,
) -> Option<(String, lsp::Range)> {
    let position = json!({"line": line, "character": character});
    let params = json!({"textDocument": {"uri": uri}, "position": position});
    let found = client.call::<HoverRequest>(params)?;
    let lsp::HoverContents::Markup(markup) = found.contents else { panic!("no markup") };
    Some((markup.value, found.range.unwrap()))
}

#[test]
fn a_functions_name_tells_what_is_known_of_it() {
    let folder = folder(&[("shop.py", SHOP), ("desk.py", DESK)]);
    let (shop, desk) = (uri(&folder.path().join("shop.py")), uri(&folder.path().join("desk.py")));
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    client.check(&shop, "python", SHOP);
    let (text, range) = hover(&mut client, &shop, 0, 5).unwrap();
    assert_eq!((range.start.character, range.end.character), (4, 9));
    let expected = format!(
        "```python
def total(orders, home)
```

Function `total` of [shop.py:1]({shop}#L1)

Quality **95** of 100
- nested loops 2, over 1: −5

Cyclomatic complexity 5 · cognitive 8 · nesting 3 · 9 lines · 2 parameters · Halstead volume "
    );
    assert!(text.starts_with(&expected), "{text}");
    let expected = format!(
        "Cost **O(n·m)** (quadratic; a call counts as one step), by what is in [line 4]({shop}#L4)

Called by 2 places: [again (desk.py)]({desk}#L8) (2×), [show (desk.py)]({desk}#L4)

Calls: nothing found in the workspace"
    );
    assert!(text.ends_with(&expected), "{text}");
}

#[test]
fn a_call_tells_of_the_function_that_it_calls() {
    let folder = folder(&[("shop.py", SHOP)]);
    let desk = uri(&folder.path().join("desk.py"));
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    client.check(&desk, "python", DESK);
    let (text, range) = hover(&mut client, &desk, 4, 13).unwrap();
    assert_eq!((range.start.line, range.start.character, range.end.character), (4, 11, 16));
    assert!(text.starts_with("```python\ndef total(orders, home)\n```"), "{text}");
    assert!(text.contains("Cost **O(n·m)**"), "{text}");
    let (text, _) = hover(&mut client, &desk, 3, 12).unwrap();
    assert!(text.contains("Async function `show`"), "{text}");
    assert!(text.contains("Calls 1 place: [total (shop.py)]"), "{text}");
    // A variable is no function.
    assert!(hover(&mut client, &desk, 4, 18).is_none());
}

const OVERLOADS: &str = "class A {
    int f(int a) { return f(a, 1); }
    int f(int a, int b) { return g(a) + g(b); }
    int f(String a, String b) { return 0; }
    int g(int a) { return a; }
    int user() { return f(2); }
}
";

#[test]
fn functions_of_one_name_are_told_apart() {
    let folder = folder(&[("A.java", OVERLOADS)]);
    let file = uri(&folder.path().join("A.java"));
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    client.check(&file, "java", OVERLOADS);
    let links = |line: u32| format!("({file}#L{line})");
    let mut around = |line: u32| {
        let (text, _) = hover(&mut client, &file, line, 8).unwrap();
        assert_eq!(text.contains(", one of 3 of that name"), line < 4, "{text}");
        let start = text.find("Called by").unwrap();
        text[start..].to_owned()
    };
    let (f, g) = (around(1), around(4));
    assert_eq!(
        f,
        format!("Called by 1 place: [A.user]{}\n\nCalls 1 place: [A.f]{}", links(6), links(3))
    );
    assert_eq!(
        g,
        format!(
            "Called by 1 place: [A.f]{} (2×)\n\nCalls: nothing found in the workspace",
            links(3)
        )
    );
    // Types would tell which of the two with two parameters is called: either may be.
    for line in [2, 3] {
        let called = format!("Called by 1 place: [A.f]{}", links(2));
        let found = around(line);
        assert!(found.starts_with(&called), "{found}");
    }
}

#[test]
fn a_finding_on_a_name_hides_nothing() {
    let mut client = Client::uninitialized();
    client.initialize(json!({}), &json!({"select": ["practice/many-parameters"]}));
    let uri = "file:///tmp/x.py";
    let code = "def f(a, b, c, d, e, g, h, i, j):\n    return a\n";
    assert_eq!(client.check(uri, "python", code).len(), 1);
    let (text, _) = hover(&mut client, uri, 0, 4).unwrap();
    let finding = text.find("practice/many-parameters").unwrap();
    assert!(finding < text.find("Function `f`").unwrap(), "{text}");
}

#[test]
fn a_finding_comes_first() {
    let mut client = Client::started();
    let uri = "file:///tmp/x.py";
    let code = "def f(a, a_limit):\n    return a <= a\n";
    assert_eq!(client.check(uri, "python", code).len(), 1);
    assert!(hover(&mut client, uri, 1, 12).unwrap().0.contains("bug/self-comparison"));
    let (text, _) = hover(&mut client, uri, 0, 4).unwrap();
    assert!(text.contains("Function `f`") && text.contains("Quality **100**"), "{text}");
}

#[test]
fn lenses_and_hints_are_shown_to_those_who_want_them() {
    let folder = folder(&[("desk.py", DESK)]);
    let shop = uri(&folder.path().join("shop.py"));
    let mut client = Client::uninitialized();
    let refresh = json!({"workspace": {"codeLens": {"refreshSupport": true},
        "inlayHint": {"refreshSupport": true}}});
    client.initialize_in(folder.path(), refresh);
    client.check(&shop, "python", SHOP);
    let document = json!({"textDocument": {"uri": shop}});
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 3, "character": 8}});
    let part = json!({"textDocument": {"uri": shop}, "range": range});
    assert_eq!(client.call::<CodeLensRequest>(document.clone()), None);
    assert!(client.call::<InlayHintRequest>(part.clone()).is_none());

    let settings = json!({"omnistack": {"lens": {"enabled": true}, "hints": {"enabled": true}}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
    client.wait_for(|message| message["method"] == "workspace/codeLens/refresh");
    client.wait_for(|message| message["method"] == "workspace/inlayHint/refresh");
    client.publication(&shop);
    let lenses = client.call::<CodeLensRequest>(document.clone()).unwrap();
    let titles: Vec<_> =
        lenses.iter().map(|it| it.command.as_ref().unwrap().title.clone()).collect();
    assert_eq!(titles, ["quality 95 · 2 callers · hot spot O(n·m)"]);
    assert_eq!(lenses[0].range.start, lsp::Position { line: 0, character: 4 });
    let hints = client.call::<InlayHintRequest>(part).unwrap();
    let shown: Vec<_> = hints
        .iter()
        .map(|it| match &it.label {
            lsp::InlayHintLabel::String(text) => (it.position.line, it.position.character, &**text),
            lsp::InlayHintLabel::LabelParts(_) => panic!("in parts"),
        })
        .collect();
    assert_eq!(shown, [(2, 24, "O(n)"), (3, 38, "O(n·m)")]);

    let settings = json!({"omnistack": {"lens": {"enabled": false}, "hints": {"enabled": true}}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
    client.wait_for(|message| message["method"] == "workspace/codeLens/refresh");
    client.publication(&shop);
    assert_eq!(client.call::<CodeLensRequest>(document), None);
}

#[test]
fn functions_that_are_like_one_are_listed() {
    let renamed = SHOP.replace("total", "sum_up").replace("price", "cost");
    let other = format!("import os\n\n\n{}", renamed.replace(".cost", ".price"));
    let folder = folder(&[("other.py", &other)]);
    let shop = uri(&folder.path().join("shop.py"));
    let mut client = Client::uninitialized();
    client.initialize_in(folder.path(), json!({}));
    client.check(&shop, "python", SHOP);
    let ask = |client: &mut Client, arguments: Value| {
        let command = json!({"command": "omnistack.similarCode", "arguments": arguments});
        client.request("workspace/executeCommand", command)
    };
    for (line, character) in [(0, 5), (5, 20)] {
        let position = json!({"line": line, "character": character});
        let found = ask(&mut client, json!([shop, position])).unwrap();
        assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
        assert_eq!(found[0]["name"], "sum_up");
        assert_eq!(found[0]["location"]["uri"], uri(&folder.path().join("other.py")));
        assert_eq!(found[0]["location"]["range"]["start"], json!({"line": 3, "character": 0}));
        assert!(found[0]["similarity"].as_f64().unwrap() > 0.9, "{found}");
    }
    assert_eq!(ask(&mut client, json!([shop])), Err(-32602));
    let (text, _) = hover(&mut client, &shop, 0, 5).unwrap();
    assert!(text.contains("Similar: [sum_up (other.py)]"), "{text}");
}
