//! JavaScript's front end: what its syntax becomes in the IR, and how a file is cut into units.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod ir_dump;

use analysis::ir::Kind;
use analysis::languages::Language;
use insta::assert_snapshot;
use ir_dump::{count_other, dump, lower_all, unit_names};

const DECLARATIONS: &str = r"
var old = 1, other;
const { x, y: [first, ...rest], k = 1, [z]: w } = load();
let a = 2, b;
({ a, b: old.p } = { a, b: 1 });
[a, b] = [b, a];
a += 1; a.b ??= c; a--;
delete a.b;
";

const FUNCTIONS: &str = r"
async function* rows(a, b = 2, { c, d: e = 3 } = {}, [f], ...more) { yield* a; yield await b; }
exports.handler = async (event) => event.body;
const twice = function named(n) { return arguments.length * n; };
const table = { run() {}, get size() { return 1; }, async *[key]() {}, each: x => x };
";

const CLASSES: &str = r"
export default class Foo extends Bar.Baz {
  static count = 0;
  #hidden = () => this.#hidden;
  @memo constructor(a) { super(a); this.a = new.target; }
  static { prepare(); }
  static async *[key]() {}
}
const Local = class { run() {} };
";

const STATEMENTS: &str = r"
function f(p) {
  for (var i = 0, n = p.length; i < n; i++) { if (!p[i]) continue; else break; }
  for (;;) {}
  for (n in p) ;
  outer: for (const key in p) { continue outer; }
  do { p--; } while (p);
  while ((m = next())) debugger;
  if (a) b(); else if (c = d) e(); else { g(); }
  switch (p) { case 1: case 'two': a(); break; default: b(); }
  try { a(); } catch ({ message }) { throw message; } finally { c(); }
  with (p) q();
}
async function g() { for await (const [k, v] of all) await v; try {} catch {} }
";

const EXPRESSIONS: &str = r"
ready = a && b || c ?? d;
ready = a === b, 'k' in c, d instanceof E, a < b;
ready = -a ** 2 + ~b % (c - d) >>> 1;
ready = typeof a === 'undefined' ? void 0 : !b;
ready = a?.b?.[c]?.(d, ...e).f;
ready = new Map([[1, 2]]);
ready = `plain` + `of ${a} and ${b.c}` + tag`${a}`;
ready = /x+/gi.test(null, undefined, true, 1e3);
ready = { a, 'b': 1, [c]: 2, ...d, 3: { e() {} } };
ready = import('x');
";

const MODULES: &str = r#"
import './effects';
import fs, { readFileSync as read, statSync } from 'node:fs';
import * as path from "path";
import View, * as all from './view.js';
import { default as lib } from 'lib' with { type: 'json' };
const util = require('util');
export { util, read as readFile };
export { a as b, c } from './x';
export * from './y';
export * as z from './z';
export const one = 1;
export default util;
"#;

const MARKUP: &str = r#"
const view = <div className="wide" hidden data-x={1} {...rest}>
  Hello {name} &amp; <Panel.Item on={() => go()} /> {/* nothing */}
  <><svg:rect /><Panel /></>
</div>;
"#;

#[test]
fn declarations_and_assignments() {
    assert_snapshot!(dump("javascript", DECLARATIONS));
}

#[test]
fn functions_and_parameters() {
    assert_snapshot!(dump("javascript", FUNCTIONS));
}

#[test]
fn classes() {
    assert_snapshot!(dump("javascript", CLASSES));
}

#[test]
fn statements() {
    assert_snapshot!(dump("javascript", STATEMENTS));
}

#[test]
fn expressions() {
    assert_snapshot!(dump("javascript", EXPRESSIONS));
}

#[test]
fn imports_and_exports() {
    assert_snapshot!(dump("javascript", MODULES));
}

#[test]
fn markup() {
    assert_snapshot!(dump("javascript", MARKUP));
}

#[test]
fn everything_has_a_kind() {
    let all = [DECLARATIONS, FUNCTIONS, CLASSES, STATEMENTS, EXPRESSIONS, MODULES, MARKUP];
    let (nodes, other) = count_other("javascript", &all.concat());
    assert!(nodes > 500);
    assert_eq!(other, 0);
}

#[test]
fn the_table_names_only_what_the_grammar_has() {
    let language = Language::from_id("javascript").unwrap();
    assert_eq!(language.lowering().unknown_names(), [""; 0]);
}

#[test]
fn outermost_functions_are_units() {
    let source = r"
function plain() { function inner() {} }
export const arrow = () => () => 1, other = async function () {};
export default function () {}
module.exports.run = function () {};
Thing.prototype.go = function () {};
const table = { run() {}, each: (x) => x, deep: { er: function () {} } };
class Box { constructor() {} #hidden = () => 1; static make() {} }
(function () { function inside() {} })();
!function () {}();
describe('a', () => { it('b', () => {}); });
app.use(function one() {}).listen(() => {});
register({ handler() {} }, [() => {}]);
if (x) { function conditional() {} }
for (const f of [() => {}]) {}
try { setup(() => {}); } catch {}
";
    let expected = [
        "plain",
        "arrow",
        "other",
        "",
        "module.exports.run",
        "Thing.prototype.go",
        "table.run",
        "table.each",
        "table.deep.er",
        "Box.constructor",
        "Box.#hidden",
        "Box.make",
        // Small callbacks stay with their calls.
        "",
        "",
        "handler",
        "",
    ];
    assert_eq!(unit_names("javascript", source), expected);
}

#[test]
fn what_flags_tell_apart_is_not_the_same() {
    let source = "x = [f(), new f(), f(), a.b, a?.b, (a.b), () => 1, () => 1];";
    let units = lower_all("javascript", source);
    let tree = &units[0].1.tree;
    let list = tree.ids().find(|id| tree.kind(*id) == Kind::List).unwrap();
    let parts: Vec<_> = tree.children(list).collect();
    let same = |a: usize, b: usize| tree.is_same(parts[a], parts[b]);
    assert!(same(0, 2) && !same(0, 1), "a call does not construct");
    assert!(same(3, 5) && !same(3, 4), "parentheses change nothing, `?.` does");
    assert!(!same(6, 7), "what two units hold is not known here");
}

#[test]
fn comments_stand_beside_the_tree() {
    let source =
        "#!/usr/bin/env node\n// one\nconst a = /* two */ 1;\nfunction f() { /* three */ }\n";
    let units = lower_all("javascript", source);
    let comments: Vec<usize> = units.iter().map(|(_, lowered)| lowered.comments.len()).collect();
    assert_eq!(comments, [2, 1]);
}

#[test]
fn deep_nesting_does_not_overflow() {
    let depth = 10_000;
    let sources = [
        format!("x = {}1{};", "(".repeat(depth), ")".repeat(depth)),
        format!("x = {}1{};", "[".repeat(depth), "]".repeat(depth)),
        format!("x = {}1{};", "f(".repeat(depth), ")".repeat(depth)),
        format!("x = {}1{};", "{a:".repeat(depth), "}".repeat(depth)),
        format!("{}{}", "if (a) b(); else ".repeat(depth), "c();"),
        format!("x = {}a;", "a + ".repeat(depth)),
        format!("x = a{};", ".b()".repeat(depth)),
        format!("x = {}1;", "() => ".repeat(depth)),
        format!("{}{}", "{".repeat(depth), "}".repeat(depth)),
        format!("x = {}1{};", "<a>{".repeat(depth), "}</a>".repeat(depth)),
    ];
    for source in sources {
        let nodes: usize =
            lower_all("javascript", &source).iter().map(|(_, lowered)| lowered.tree.len()).sum();
        let start: String = source.chars().take(20).collect();
        assert!(nodes > 3, "{start}");
    }
}

#[test]
fn broken_code_lowers() {
    let all = [DECLARATIONS, FUNCTIONS, CLASSES, STATEMENTS, EXPRESSIONS, MODULES, MARKUP];
    let source = all.concat();
    // Cut off anywhere, and with a part missing.
    for end in (0..source.len()).step_by(7) {
        let broken = format!("{}{}", &source[..end], &source[(end + 9).min(source.len())..]);
        for (_, lowered) in
            lower_all("javascript", &source[..end]).iter().chain(&lower_all("javascript", &broken))
        {
            assert!(!lowered.tree.is_empty());
        }
    }
}
