//! Random edits: what the engine says after incremental work is what it says from scratch.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "kept/mod.rs"]
mod kept;

use kept::Everything;

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::engine::{Analysis, Document, NoCache, Recovery, UnitCache, analyze};
use analysis::languages::Language;
use analysis::text::{Position, PositionEncoding, Snapshot, TextChange};
use proptest::prelude::*;

const PYTHON: &str = "import re
from time import sleep as nap

LIMIT = [1, 2, 3]  # größe 😀

class Cart:
    def __init__(self, items=[]):
        self.items = items
        items = items

    async def total(self, seen):
        out = ''
        for item in self.items:
            if item == item or item in LIMIT:
                out += item.name
            elif item == item:
                nap(1)
        return out
        print('never')

def run(names):
    fs = []
    for name in names:
        fs.append(lambda: name)
    try:
        return fs
    except Exception:
        pass
";

const JAVASCRIPT: &str = "import fs from 'fs';
const limit = [1, 2, 3]; // größe 😀

export class Cart {
  constructor(items) { items = items; this.items = items; }
  async total(seen) {
    for (var i = 0; i < seen.length; i++) {
      if (seen[i] === seen[i]) { setTimeout(() => log(i), 10); }
      else if (i = 3) { fs.readFileSync('x'); }
    }
    return 1;
    log('never');
  }
}
const f = (a) => a ? 1 : 1;
";

const TYPESCRIPT: &str = "interface Item { name: string }
export function total(items: Item[], größe: number): string {
  let out = '😀';
  for (const item of items) {
    if (item.name === item.name || 'x') { out += item.name; }
    switch (größe) { case 1: break; case 1: return out; }
  }
  return out;
}
namespace N { export const f = <T>(x: T): T => { x = x; return x; }; }
";

const RUST: &str = "use std::thread::sleep as nap;

/// Größe 😀
impl Cart {
    fn total(&mut self, items: &[Item]) -> u32 {
        self.items = self.items;
        for item in items {
            if item == item { return 1; } else { return 1; }
        }
        loop { nap(ONE); }
        7
    }
}
async fn run(x: u32) -> u32 { if x > 1 || x > 1 { x } else { x } }
";

const GO: &str = "package cart

import str \"strings\"

// Größe 😀
func (c *Cart) total(items []Item) (sum int) {
	c.items = c.items
	for _, item := range items {
		if item == item { return 1 } else { return 1 }
	}
	for { str.TrimSpace(name) }
	return 7
}

func run(x int) bool { return x > 1 || x > 1 }
";

const JAVA: &str = "import java.util.*;

/** Größe 😀 */
class Cart {
    List<Item> items, other = new ArrayList<>();

    String total(List<Item> items, String name) {
        String out = \"\";
        name.trim();
        for (Item item : items) {
            if (item == item) { out += item.name; } else if (items.contains(item)) { continue; }
            items = items;
        }
        return switch (out) { case \"x\" -> out; default -> { yield name; } };
    }

    Runnable task = () -> { try { run(); } catch (Exception e) {} };
    enum Kind { A { boolean is(int x) { return x > 1 || x > 1; } }, B }
}
";

const C: &str = "#include <stdio.h>
/* größe 😀 */
#define LIMIT 3
static int total(const struct item *items, int n) {
    int sum = 0, i;
    for (i = 0; i < n; i++) {
#ifdef FAST
        if (items[i].count == items[i].count) { sum = sum; }
#else
        if (sum = 3) { return sum; }
#endif
        if (n > 1 || n > 1) { strlen(\"x\"); }
    }
    return sum;
    printf(\"never\");
}
int pick(int wide) { return wide ? 12 : 12; }
";

const CPP: &str = "#include <regex>
namespace größe {
template <typename T> class Cart : public Base<T> {
 public:
  Cart(int items) : items_(items) { items = items; }
  int total(const std::vector<int>& seen) const {
    for (auto& item : seen) {
      std::regex word(\"😀\");
      if (item == item || seen.empty()) { return 1; } else { return 1; }
    }
    try { load(); } catch (...) {}
    throw Failed(1);
    log();
  }
};
}
auto f = [](int a) { return a ? 1 : 1; };
";

/// One random edit: where, how much is replaced, by what.
type RandomEdit = (u32, u32, u32, usize);

const PIECES: &[&str] = &[
    "",
    "x",
    "\n",
    "    ",
    "(",
    ")",
    "{",
    "}",
    "\"",
    "'",
    "😀",
    "é",
    "if x == x:\n",
    "return\n",
    "# omnistack: ignore\n",
    "// omnistack: ignore[bug]\n",
    "def f(a=[]):\n    a = a\n",
    "\r\n",
    "else",
    "/*",
    "*/",
    "\t",
    "== ",
    "for x in y:\n        ",
    "function g(a) { a = a; }\n",
    "fn g(a: u32) { if a == a {} }\n",
    "import os\n",
    "void f(int a) { a = a; }\n",
    "case 1 -> ",
    ";",
    "async ",
    "\\",
    "\r",
    "LIMIT = []\n",
    "#if X\n",
    "#endif\n",
    "case 1: ",
    "std::move(x);",
];

fn apply(document: &mut Document, edit: RandomEdit, encoding: PositionEncoding) {
    let (line, column, length, piece) = edit;
    let lines = document.snapshot().lines().line_count();
    let start = Position { line: line % (lines + 1), column };
    // Some edits reach into later lines.
    let end = match length % 5 {
        0 => Position { line: start.line + 1, column: length / 5 },
        _ => Position { line: start.line, column: column + length / 5 },
    };
    let text = PIECES.get(piece % PIECES.len()).copied().unwrap_or("").to_owned();
    document.apply(&TextChange { range: Some((start, end)), text }, encoding);
}

fn run(document: &mut Document, cache: &dyn UnitCache) -> Analysis {
    let token = CancellationToken::new();
    analyze(document, &Configuration::default(), cache, &token).unwrap()
}

fn check(
    language: &str,
    text: &str,
    edits: &[RandomEdit],
    encoding: PositionEncoding,
    batch: usize,
) {
    let language = Language::from_id(language).unwrap();
    let mut document = Document::new(language, Snapshot::new(text));
    let cache = Everything::default();
    run(&mut document, &cache);
    for (at, edits) in edits.chunks(batch).enumerate() {
        for edit in edits {
            apply(&mut document, *edit, encoding);
        }
        if at % 2 == 0 {
            // What is said of errors while somebody types leaves no trace in what is said later.
            document.recover(Recovery::Reusing);
            run(&mut document, &cache);
            document.recover(Recovery::FromScratch);
        }
        let incremental = run(&mut document, &cache);
        let mut fresh = Document::new(language, Snapshot::new(document.snapshot().text()));
        let scratch = run(&mut fresh, &NoCache);
        let text = document.snapshot().text();
        for (ours, theirs) in incremental.findings.iter().zip(&scratch.findings) {
            assert_eq!(ours, theirs, "{text}");
        }
        assert_eq!(incremental.findings.len(), scratch.findings.len(), "{text}");
        assert_eq!(incremental.functions, scratch.functions, "{text}");
        for finding in &scratch.findings {
            let spans = finding.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
            for span in spans.chain([finding.span]) {
                assert!(text.get(span.start as usize..span.end as usize).is_some(), "{finding:?}");
            }
        }
    }
}

fn encodings() -> impl Strategy<Value = PositionEncoding> {
    prop_oneof![
        Just(PositionEncoding::Utf8),
        Just(PositionEncoding::Utf16),
        Just(PositionEncoding::Utf32)
    ]
}

fn edits() -> impl Strategy<Value = Vec<RandomEdit>> {
    prop::collection::vec((0_u32..40, 0_u32..50, 0_u32..60, 0_usize..64), 1..10)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn python(edits in edits(), encoding in encodings(), batch in 1_usize..4) {
        check("python", PYTHON, &edits, encoding, batch);
    }

    #[test]
    fn javascript(edits in edits(), encoding in encodings(), batch in 1_usize..4) {
        check("javascript", JAVASCRIPT, &edits, encoding, batch);
    }

    #[test]
    fn typescript(edits in edits(), encoding in encodings(), batch in 1_usize..4) {
        check("typescript", TYPESCRIPT, &edits, encoding, batch);
    }

    #[test]
    fn rust(edits in edits(), encoding in encodings(), batch in 1_usize..4) {
        check("rust", RUST, &edits, encoding, batch);
    }

    #[test]
    fn go(edits in edits(), encoding in encodings(), batch in 1_usize..4) {
        check("go", GO, &edits, encoding, batch);
    }

    #[test]
    fn java(edits in edits(), encoding in encodings(), batch in 1_usize..4) {
        check("java", JAVA, &edits, encoding, batch);
    }

    #[test]
    fn c(edits in edits(), encoding in encodings(), batch in 1_usize..4) {
        check("c", C, &edits, encoding, batch);
    }

    #[test]
    fn cpp(edits in edits(), encoding in encodings(), batch in 1_usize..4) {
        check("cpp", CPP, &edits, encoding, batch);
    }
}

#[test]
fn the_texts_have_findings_to_lose() {
    for (language, text) in [
        ("python", PYTHON),
        ("javascript", JAVASCRIPT),
        ("typescript", TYPESCRIPT),
        ("rust", RUST),
        ("go", GO),
        ("java", JAVA),
        ("c", C),
        ("cpp", CPP),
    ] {
        let mut document = Document::new(Language::from_id(language).unwrap(), Snapshot::new(text));
        let found = run(&mut document, &NoCache).findings.len();
        assert!(found >= 4, "{language}: {found}");
    }
}

#[test]
fn an_edit_in_one_function_leaves_the_others_in_the_cache() {
    let text = PYTHON.repeat(50);
    let mut document = Document::new(Language::from_id("python").unwrap(), Snapshot::new(text));
    let cache = Everything::default();
    let first = run(&mut document, &cache);
    assert!(first.work.units > 150 && first.work.lowered < 10, "equal functions are lowered once");
    let change = TextChange {
        range: Some((Position { line: 20, column: 0 }, Position { line: 20, column: 0 })),
        text: "    x = 1\n".to_owned(),
    };
    document.apply(&change, PositionEncoding::Utf16);
    let second = run(&mut document, &cache);
    assert_eq!((second.work.lowered, second.work.checked), (1, 1));
    assert_eq!(second.work.units, first.work.units);
}

#[test]
fn text_with_errors_is_provisional_until_it_is_parsed_from_scratch() {
    let text = PYTHON.repeat(50);
    let mut document = Document::new(Language::from_id("python").unwrap(), Snapshot::new(text));
    let cache = Everything::default();
    document.recover(Recovery::Reusing);
    run(&mut document, &cache);
    assert!(!document.is_provisional(), "there was nothing to reuse");
    let change = TextChange {
        range: Some((Position { line: 20, column: 0 }, Position { line: 20, column: 0 })),
        text: "    x = (1\n".to_owned(),
    };
    document.apply(&change, PositionEncoding::Utf16);
    let typing = run(&mut document, &cache);
    assert!(document.is_provisional() && typing.syntax_errors > 0);
    document.recover(Recovery::FromScratch);
    let resting = run(&mut document, &cache);
    assert!(!document.is_provisional());
    let mut fresh = Document::new(document.language(), document.snapshot().clone());
    assert_eq!(resting.findings, run(&mut fresh, &NoCache).findings);
}
