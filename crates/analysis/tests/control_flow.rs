//! The control-flow graph, seen from outside: which calls of a source can be reached.
//!
//! A source calls `live…()` where control can get to, and `dead…()` where it cannot.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod valid_units;

use analysis::facts::graph::Graph;
use analysis::ir::{Kind, Tree};
use analysis::languages::Language;

use valid_units::valid_units;

fn each_graph(language: &str, source: &str, mut look: impl FnMut(&Tree, &Graph)) {
    let language = Language::from_id(language).unwrap();
    for (_, lowered) in valid_units(language, source) {
        let stops = |call| lowered.tree.text(call).starts_with("stop");
        look(&lowered.tree, &Graph::build(&lowered.tree, &stops));
    }
}

fn check(language: &str, source: &str) {
    let mut calls = 0;
    each_graph(language, source, |tree, graph| {
        for call in tree.ids().filter(|id| matches!(tree.kind(*id), Kind::Call | Kind::Macro)) {
            let text = tree.text(call);
            let expected = text.starts_with("live");
            if expected || text.starts_with("dead") {
                let block = graph.block_of(call).unwrap_or_else(|| panic!("no block: {text}"));
                assert_eq!(graph.is_reachable(block), expected, "{text} in {source}");
                calls += 1;
            }
        }
    });
    assert!(calls > 0, "{source}");
}

#[test]
fn labels_and_channels() {
    check("go", "func f() {\n\tdefer stop()\n\tgo stop()\n\tlive()\n\tstop()\n\tdead()\n}");
    check(
        "go",
        "func f() {\nouter:\n\tfor {\n\t\tselect {\n\t\tcase <-a: live1(); break\n\t\tcase <-b: live2(); break outer\n\t\tcase <-c: return; dead1()\n\t\t}\n\t\tlive3()\n\t}\n\tlive4()\n}",
    );
    check("go", "func f() {\n\tselect {\n\tcase <-a: return\n\tcase <-b: return\n\t}\n\tdead()\n}");
    check(
        "go",
        "func f(x any) {\n\tswitch y := x.(type) {\n\tcase int: return\n\tdefault: goto end; dead1()\n\t}\n\tdead2()\nend:\n\tlive()\n}",
    );
    check(
        "go",
        "func f(x int) {\n\tswitch x { case 1: fallthrough; case 2: live1(); return; default: return; dead1() }\n\tdead2()\n}",
    );
}

#[test]
fn jumps_and_branches() {
    check(
        "python",
        "def f(a):\n    if a:\n        live1()\n        return 1\n    else:\n        raise live2()\n    dead()\n",
    );
    check(
        "python",
        "def f(a):\n    while a:\n        if live1():\n            break\n            dead1()\n        continue\n        dead2()\n    else:\n        live2()\n    live3()\n",
    );
    check(
        "javascript",
        "a: for (;;) { for (const x of live1()) { if (x) break a; else continue a; dead1(); } live4(); } live2();",
    );
    check(
        "javascript",
        "function f() { do { live1(); continue; dead1(); } while (live2()); live3(); }",
    );
    check("javascript", "a: { if (live1()) break a; return; dead1(); } live2();");
    check("rust", "fn f() { loop { if live1() { continue; } live2(); } dead1() }");
    check("rust", "fn f() { 'a: loop { loop { if live1() { break 'a; } } dead1(); } live2() }");
    check("rust", "fn f() { let Some(x) = live1() else { live2(); return; dead1() }; live3(x) }");
    check("rust", "fn f() -> u8 { if live1() { return 1 } else { return live2() } dead1() }");
}

#[test]
fn conditions_decide() {
    check("python", "def f(a):\n    while True:\n        live1()\n    dead1()\n");
    check(
        "python",
        "def f(a):\n    while True:\n        if a and not live1():\n            break\n    else:\n        dead1()\n    live2()\n",
    );
    check("javascript", "function f() { for (;;) { if (live1()) return; } dead1(); }");
    check("javascript", "function f() { while (1) { live1(); } dead1(); }");
    check("javascript", "function f(a) { if (true || a) { live1(); } else { dead1(); } live2(); }");
}

#[test]
fn calls_that_never_return() {
    check("python", "def f(a):\n    if a:\n        stop()\n        dead1()\n    live1()\n");
    check("rust", "fn f(a: bool) { if a { stop!(); } else { stop!(\"x\") } dead1() }");
    check("javascript", "function f(a) { a ? stop() : live1(); live2(); }");
}

#[test]
fn switches() {
    check(
        "javascript",
        "function f(a) { switch (a) { case 1: live1(); case 2: live2(); return; dead1(); default: return live3(); } dead2(); }",
    );
    check(
        "javascript",
        "function f(a) { switch (a) { case 1: return 1; default: break; } live1(); }",
    );
    check(
        "javascript",
        "function f(a) { for (;;) { switch (a) { case 1: continue; default: live1(); } break; } live2(); }",
    );
    check(
        "rust",
        "fn f(a: X) -> u8 { match a { X::A => return 1, X::B if live1() => return 2, _ => { live2(); return 3 } } dead1() }",
    );
    check("rust", "fn f(a: X) { match a { X::A => return, X::B => live1() } live2() }");
    check(
        "python",
        "def f(a):\n    match a:\n        case 1:\n            return live1()\n        case _:\n            raise live2()\n    dead1()\n",
    );
    check(
        "python",
        "def f(a):\n    match a:\n        case 1:\n            return live1()\n    live2()\n",
    );
}

#[test]
fn exceptions() {
    check(
        "python",
        "def f():\n    try:\n        live1()\n        return 1\n    except E:\n        live2()\n    live3()\n",
    );
    check(
        "python",
        "def f():\n    try:\n        return live1()\n    except E:\n        return live2()\n    except:\n        raise\n    dead1()\n",
    );
    check(
        "python",
        "def f():\n    try:\n        live1()\n    except E:\n        raise\n    else:\n        return live2()\n    finally:\n        live3()\n    dead1()\n",
    );
    check(
        "python",
        "def f(a):\n    for x in a:\n        try:\n            if x:\n                continue\n            break\n        finally:\n            live1()\n        dead1()\n    live2()\n",
    );
    check("javascript", "function f() { try { return live1(); } finally { live2(); } dead1(); }");
    check(
        "javascript",
        "function f() { try { live1(); } catch (e) { return live2(); } finally { live3(); } live4(); }",
    );
    check("javascript", "function f() { try { throw live1(); } catch { live2(); } live3(); }");
    check("rust", "fn f() -> R { let x = live1()?; live2(x) }");
}

#[test]
fn scopes_that_swallow() {
    check(
        "python",
        "def f():\n    with suppress(E):\n        raise live1()\n        dead1()\n    live2()\n",
    );
    check("python", "def f():\n    with open(x) as g:\n        return live1()\n    live2()\n");
}

#[test]
fn code_that_may_be_left_out_of_the_build() {
    check(
        "rust",
        "fn f() -> u8 { #[cfg(unix)] return live1(); #[cfg(not(unix))] return live2(); }",
    );
    check("rust", "fn f() { loop { select! { x = y => break } } live1() }");
}

#[test]
fn generators_and_closures_have_regions_of_their_own() {
    check(
        "javascript",
        "function f(xs) { return xs.map(x => { return live1(); dead1(); }); dead2(); }",
    );
    check(
        "python",
        "def f(xs):\n    return [live1(x) for x in xs if live2(x) for y in x if live3(y)]\n    dead1()\n",
    );
}

#[test]
fn whether_a_function_runs_off_its_end() {
    let falls_off = |language, source: &str| {
        let mut answer = None;
        each_graph(language, source, |tree, graph| {
            let function = tree.ids().find(|id| tree.kind(*id) == Kind::Function);
            if let Some(region) = function.and_then(|function| graph.region(function)) {
                answer = Some((graph.can_return(region), graph.can_fall_off(region)));
            }
        });
        answer.unwrap()
    };
    assert_eq!(falls_off("python", "def f(a):\n    if a:\n        return 1\n"), (true, true));
    assert_eq!(falls_off("python", "def f(a):\n    return 1\n"), (true, false));
    assert_eq!(falls_off("python", "def f(a):\n    while True:\n        g()\n"), (false, false));
    assert_eq!(falls_off("python", "def f(a):\n    raise E\n"), (false, false));
}
