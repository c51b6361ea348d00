//! Texts that nobody writes by hand: the engine answers, in time, and says what it left out.

#![allow(clippy::unwrap_used, missing_docs)]

use std::sync::Arc;

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::engine::{
    Analysis, CacheKey, Cancelled, CheckedUnit, Document, LoweredUnit, NoCache, Skipped, UnitCache,
    analyze,
};
use analysis::languages::{Language, all_dialects};
use analysis::text::Snapshot;

fn run(language: Language, text: &str) -> Analysis {
    let mut document = Document::new(language, Snapshot::new(text));
    let mut configuration = Configuration::default();
    configuration.size_limit = 64 << 20;
    // Unoptimized, beside other tests: what takes longer than this is not linear.
    configuration.time_limit = std::time::Duration::from_mins(1);
    analyze(&mut document, &configuration, &NoCache, &CancellationToken::new()).unwrap()
}

/// Runs on a thread with the small stack of a worker, where recursion would overflow.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 << 10).spawn(work).unwrap().join().unwrap();
}

#[test]
fn ten_thousand_levels_of_nesting() {
    on_small_stack(|| {
        let deep = 10_000;
        let nests = [
            ("(", ")"),
            ("[", "]"),
            ("f(", ")"),
            ("{", "}"),
            ("!", ""),
            ("a.b(", ")"),
            ("a + (", ")"),
        ];
        for language in all_dialects() {
            for (open, close) in nests {
                let text = format!("x = {}1{};\n", open.repeat(deep), close.repeat(deep));
                run(language, &text);
                run(language, &open.repeat(deep));
            }
            run(language, &format!("x = {}1;", "a + ".repeat(deep)));
            run(language, &format!("x = a{};", ".b()".repeat(deep)));
            run(language, &"if (a) { ".repeat(deep));
            run(language, &format!("if (a) {{}} {}", "else if (a) {} ".repeat(deep)));
            run(language, &format!("function f() {{ {} }}", "while (a) ".repeat(deep)));
        }
        let python = Language::from_id("python").unwrap();
        let mut blocks = String::new();
        for level in 0..400 {
            blocks.push_str(&" ".repeat(level));
            blocks.push_str("if a == a:\n");
        }
        run(python, &blocks);
        run(python, &format!("if a:\n    b\n{}", "elif a:\n    b\n".repeat(deep)));
    });
}

#[test]
fn two_hundred_thousand_lines() {
    let python = Language::from_id("python").unwrap();
    let analysis = run(python, &"def f(a):\n    return a == a\n\n\nx = 1\n".repeat(40_000));
    let compared = analysis.findings.iter().filter(|it| it.rule == "bug/self-comparison");
    assert_eq!((analysis.functions.len(), compared.count()), (40_000, 40_000));
}

#[test]
fn one_line_of_twenty_megabytes() {
    for language in Language::all() {
        let text = format!("x = \"{}\"\n", "a".repeat(20_000_000));
        assert!(run(language, &text).skipped.is_none());
        let mut document = Document::new(language, Snapshot::new(text));
        let configuration = Configuration::default();
        let token = CancellationToken::new();
        let analysis = analyze(&mut document, &configuration, &NoCache, &token).unwrap();
        assert!(matches!(analysis.skipped, Some(Skipped::TooLarge { .. })));
    }
}

#[test]
fn odd_bytes() {
    for language in all_dialects() {
        assert!(matches!(run(language, "x = 1\0").skipped, Some(Skipped::Binary { offset: 5 })));
        for text in [
            "",
            "\n",
            "\r",
            "\u{feff}x = 1\n",
            "\u{feff}",
            "x\r\ny\r\n",
            "\u{2028}",
            "😀",
            "\t\u{b}\u{c}",
        ] {
            assert!(run(language, text).findings.is_empty(), "{text:?}");
        }
    }
}

#[test]
fn broken_code_is_not_reported_on() {
    let broken = [
        ("python", "def f(a:\n    if a == a\n        return ]\n"),
        ("javascript", "function f(a { if (a === a { return 1; }\n"),
        ("typescript", "function f(a: { if (a === a { return 1; }\n"),
        ("rust", "fn f(a: u32 -> { if a == a  return 1; }\n"),
        ("go", "func f(a int { if a == a  return 1 }\n"),
        ("java", "class A { int f(int a { if (a == a  return 1; } }\n"),
        ("c", "int f(int a { if (a == a { return 1; }\n"),
        ("cpp", "int A::f(int a { if (a == a { return 1; }\n"),
    ];
    for (language, text) in broken {
        let analysis = run(Language::from_id(language).unwrap(), text);
        assert!(analysis.findings.is_empty(), "{language}: {:?}", analysis.findings);
    }
}

#[test]
fn damage_in_one_function_leaves_findings_in_the_others() {
    let text =
        "def f(a):\n    return a == a\n\ndef g(:\n    x = (\n\ndef h(a):\n    return a == a\n";
    let analysis = run(Language::from_id("python").unwrap(), text);
    assert!(!analysis.findings.is_empty());
}

#[test]
fn a_cancelled_analysis_stops() {
    let python = Language::from_id("python").unwrap();
    let mut document = Document::new(python, Snapshot::new("x = 1\n".repeat(1000)));
    let token = CancellationToken::new();
    token.cancel();
    let result = analyze(&mut document, &Configuration::default(), &NoCache, &token);
    assert!(matches!(result, Err(Cancelled)));
}

/// A cache that never has anything, and asks the analysis to stop just before the rules run over a
/// unit.
struct CancelsBeforeRules(CancellationToken);

impl UnitCache for CancelsBeforeRules {
    fn lowered(&self, _: CacheKey) -> Option<Arc<LoweredUnit>> {
        None
    }
    fn insert_lowered(&self, _: CacheKey, _: Arc<LoweredUnit>) {}
    fn checked(&self, _: CacheKey) -> Option<Arc<CheckedUnit>> {
        self.0.cancel();
        None
    }
    fn insert_checked(&self, _: CacheKey, _: Arc<CheckedUnit>) {
        unreachable!("an unfinished walk must not be kept");
    }
}

#[test]
fn a_rule_walk_stops_within_a_unit() {
    // One unit only: a module without functions.
    let python = Language::from_id("python").unwrap();
    let mut document = Document::new(python, Snapshot::new("if a == a: pass\n".repeat(500)));
    let token = CancellationToken::new();
    let cache = CancelsBeforeRules(token.clone());
    let outcome = analyze(&mut document, &Configuration::default(), &cache, &token);
    assert_eq!(outcome.unwrap_err(), Cancelled);
}

/// Names bound, hidden and searched for again and again; each text once took time quadratic in its
/// length, and so would take hours here.
#[test]
fn time_is_linear_in_the_text() {
    let rounds = 50_000;
    let rust = format!("fn f() {{\n{}}}\n", "let a = 1;\nif a == a {}\n".repeat(rounds));
    let found = run(Language::from_id("rust").unwrap(), &rust).findings;
    assert_eq!(found.iter().filter(|it| it.rule == "bug/self-comparison").count(), rounds);
    let searches = "    if x in l: z = 1\n".repeat(rounds);
    run(Language::from_id("python").unwrap(), &format!("l = []\nfor x in y:\n{searches}"));
    let functions = "function f(a) { return a; }\n".repeat(rounds);
    let wrapped = format!("(function () {{\n{functions}}})();\n");
    run(Language::from_id("javascript").unwrap(), &wrapped);
    // Statements of which each once made a rule look through the whole function.
    let calls = "    self.run()\n".repeat(rounds);
    run(Language::from_id("python").unwrap(), &format!("@measured\ndef test_it(self):\n{calls}"));
    let nested = format!("def outer():\n    def test_it():\n{}", "        run()\n".repeat(rounds));
    run(Language::from_id("python").unwrap(), &nested);
    let compared = "    a.x == b\n    g()\n".repeat(rounds);
    let found = run(Language::from_id("python").unwrap(), &format!("def f(a, b):\n{compared}"));
    let count = |found: &Analysis, rule| found.findings.iter().filter(|it| it.rule == rule).count();
    assert_eq!(count(&found, "bug/unused-result"), rounds);
    let shadowed = "\t\tif ready() {\n\t\t\tn, err := g()\n\t\t\tif err != nil {\n\t\t\t\tlog.Println(err, n)\n\t\t\t}\n\t\t}\n";
    let go = format!(
        "package p\n\nfunc f() error {{\n\tvar err error\n\tif ready() {{\n{}\t}}\n\treturn err\n}}\n",
        shadowed.repeat(rounds)
    );
    assert_eq!(count(&run(Language::from_id("go").unwrap(), &go), "bug/shadowed-error"), rounds);
    let swapped = "    move(new_size, old_size);\n".repeat(rounds);
    let c = format!(
        "void move(int old_size, int new_size) {{}}\nvoid f(int old_size, int new_size) {{\n{swapped}}}\n"
    );
    assert_eq!(count(&run(Language::from_id("c").unwrap(), &c), "bug/swapped-arguments"), rounds);
}
