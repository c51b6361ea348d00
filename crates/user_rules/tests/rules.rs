//! Rules of users through the engine: what they find, how it is selected and suppressed, what their
//! fixes make of the text, and what is said of rules that are wrong.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::custom::CustomOutcome;
use analysis::engine::{CacheKey, CheckedUnit, Document, LoweredUnit, NoCache, UnitCache, analyze};
use analysis::findings::{Category, Finding, Safety, Severity};
use analysis::languages::Language;
use analysis::text::Snapshot;
use user_rules::{Compiled, RuleSet, Text, Weight, compile};

fn rules(text: &str) -> Text {
    Text { name: "rules.yml".to_owned(), text: text.into(), is_utility: false }
}

fn utilities(text: &str) -> Text {
    Text { name: "utils.yml".to_owned(), text: text.into(), is_utility: true }
}

fn right(texts: &[Text]) -> RuleSet {
    let Compiled { rules, problems } = compile(texts);
    assert_eq!(problems, []);
    rules
}

fn configuration(rules: RuleSet) -> Configuration {
    Configuration::default().with_custom(Arc::new(rules))
}

fn find(configuration: &Configuration, language: &str, code: &str) -> Vec<Finding> {
    let language = Language::from_id(language).unwrap();
    let mut document = Document::new(language, Snapshot::new(code));
    let token = CancellationToken::new();
    analyze(&mut document, configuration, &NoCache, &token).unwrap().findings
}

fn custom(configuration: &Configuration, language: &str, code: &str) -> Vec<Finding> {
    let mut found = find(configuration, language, code);
    found.retain(|it| it.category == Category::Custom);
    found
}

/// The code after the first fix of each finding.
fn mended(rule: &str, language: &str, code: &str) -> String {
    let found = custom(&configuration(right(&[rules(rule)])), language, code);
    let mut edits: Vec<_> = found.iter().flat_map(|it| it.fixes[0].edits.clone()).collect();
    edits.sort_by_key(|it| std::cmp::Reverse(it.span.start));
    let mut text = code.to_owned();
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
    }
    text
}

/// What is wrong with a text: the words underlined, the weight, and the message.
fn wrong(text: &str) -> Vec<(String, Weight, String)> {
    told(&[rules(text)])
}

fn told(texts: &[Text]) -> Vec<(String, Weight, String)> {
    let problems = compile(texts).problems.into_iter();
    let told = problems.map(|it| {
        let words = texts[it.text].text.get(it.span.clone()).unwrap().to_owned();
        (words, it.weight, it.message)
    });
    told.collect()
}

/// The one thing that is wrong.
fn one(text: &str) -> (String, String) {
    let mut all = wrong(text);
    assert_eq!(all.len(), 1, "{all:?}");
    let (words, weight, message) = all.remove(0);
    assert_eq!(weight, Weight::Error, "{message}");
    (words, message)
}

const NO_PRINT: &str = "\
id: no-print
language: Python
severity: error
message: Log $WHAT instead of printing it
note: Output is for results.
url: https://example.org/no-print
rule:
  pattern: print($WHAT)
fix: log($WHAT)
";

#[test]
fn a_finding_says_what_the_rule_says() {
    let found = custom(&configuration(right(&[rules(NO_PRINT)])), "python", "print(a)\nlog(b)\n");
    assert_eq!(found.len(), 1);
    let finding = &found[0];
    assert_eq!((finding.rule, finding.severity), ("custom/no-print", Severity::Error));
    assert_eq!(finding.message, "Log a instead of printing it");
    assert_eq!((finding.span.start, finding.span.end), (0, 8));
    assert_eq!(finding.fixes[0].title, "Replace by `log(a)`");
    assert_eq!(finding.fixes[0].safety, Safety::Unsafe);
    assert_eq!(finding.fingerprint.len(), 16);
    let rule = finding.custom.as_ref().unwrap();
    assert_eq!(rule.note.as_deref(), Some("Output is for results."));
    assert_eq!(rule.url.as_deref(), Some("https://example.org/no-print"));
    assert_eq!(rule.place, "rules.yml:1");
}

#[test]
fn every_language_of_ours_has_patterns() {
    for (language, code, pattern) in [
        ("python", "f(g(1), 2)\n", "f($A, $B)"),
        ("javascript", "f(g(1), 2)\n", "f($A, $B)"),
        ("typescript", "f(g(1) as x, 2)\n", "f($A, $B)"),
        ("tsx", "const a = <b>{f(c, 1)}</b>\n", "f($A, $B)"),
        ("rust", "fn a() { f(g(1), 2); }\n", "f($A, $B)"),
        ("go", "package a\nfunc b() { f(g(1), 2) }\n", "f($A, $B)"),
        ("java", "class A { void b() { f(g(1), 2); } }\n", "f($A, $B)"),
        ("c", "int a() { return f(g(1), 2); }\n", "f($A, $B)"),
        ("cpp", "int a() { return f(g(1), 2); }\n", "f($A, $B)"),
    ] {
        // A call alone is a statement in some, and a declaration in others.
        let is_c = ["c", "cpp", "go"].contains(&language);
        let matcher = if is_c {
            let context = if language == "go" {
                format!("func x() {{ {pattern} }}")
            } else {
                format!("int x() {{ return {pattern}; }}")
            };
            format!("{{context: \"{context}\", selector: call_expression}}")
        } else {
            format!("\"{pattern}\"")
        };
        let rule = format!("id: f\nlanguage: {language}\nrule: {{pattern: {matcher}}}\n");
        let id = if language == "tsx" { "typescriptreact" } else { language };
        let found = custom(&configuration(right(&[rules(&rule)])), id, code);
        assert_eq!(found.len(), 1, "{language}");
    }
}

#[test]
fn typescript_and_tsx_are_languages_of_their_own() {
    let rule = "id: a\nlanguage: tsx\nrule: {pattern: f($A)}\n";
    let configuration = configuration(right(&[rules(rule)]));
    assert_eq!(custom(&configuration, "typescript", "f(1)").len(), 0);
    assert_eq!(custom(&configuration, "typescriptreact", "f(1)").len(), 1);
}

#[test]
fn rules_are_selected_like_any_other() {
    let text =
        format!("{NO_PRINT}---\nid: off\nlanguage: py\nseverity: off\nrule: {{kind: call}}\n");
    let all = configuration(right(&[rules(&text)]));
    let with = |change: &dyn Fn(&mut Configuration)| {
        let mut configuration = all.clone();
        change(&mut configuration);
        let found = custom(&configuration, "python", "print(a)\n");
        found
            .into_iter()
            .map(|it| it.custom.as_ref().unwrap().name().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(with(&|_| ()), ["no-print"]);
    for selector in ["ALL", "custom", "custom/no-*", "no-print", "custom/no-print", "recommended"] {
        let found = with(&|it| it.select(&[selector]).unwrap());
        assert!(found.contains(&"no-print".to_owned()), "{selector}: {found:?}");
        let left = with(&|it| it.ignore(&[selector]).unwrap());
        assert!(!left.contains(&"no-print".to_owned()), "{selector}");
    }
    assert_eq!(with(&|it| it.select(&["bug"]).unwrap()), Vec::<String>::new());
    assert_eq!(with(&|it| it.select(&["off"]).unwrap()), ["off"]);
    let mut configuration = all.clone();
    configuration.set_severity("no-print", Severity::Hint).unwrap();
    assert_eq!(custom(&configuration, "python", "print(a)\n")[0].severity, Severity::Hint);
    assert!(all.check_selector("no-prnt").unwrap_err().to_string().contains("custom/no-print"));
    assert!(all.check_selector("custom/other").is_err());
    assert!(all.check_selector("no-print").is_ok());
}

#[test]
fn comments_of_both_kinds_silence_them() {
    let configuration = configuration(right(&[rules(NO_PRINT)]));
    let silent = |code: &str| custom(&configuration, "python", code).is_empty();
    for code in [
        "print(a)  # omnistack: ignore[no-print] reason\n",
        "print(a)  # omnistack: ignore[custom/no-print] reason\n",
        "print(a)  # omnistack: ignore[custom] reason\n",
        "# omnistack: ignore-file[custom/*] reason\nx = 1\nprint(a)\n",
        "print(a)  # ast-grep-ignore\n",
        "# ast-grep-ignore: no-print, other\nprint(a)\n",
        "# ast-grep-ignore: no-print\n\n\nx = 1\nprint(a)\n",
    ] {
        assert!(silent(code), "{code}");
    }
    for code in [
        "print(a)  # omnistack: ignore[other] reason\n",
        "# ast-grep-ignore: other\nprint(a)\n",
        "# read of ast-grep-ignore\nprint(a)\n",
    ] {
        assert!(!silent(code), "{code}");
    }
    let unused = |code: &str| {
        let found = find(&configuration, "python", code);
        found.iter().filter(|it| it.rule == "practice/unused-suppression").count()
    };
    assert_eq!(unused("print(a)  # omnistack: ignore[no-print] reason\n"), 0);
    assert_eq!(unused("log(a)  # omnistack: ignore[no-print] reason\n"), 1);
}

#[test]
fn fixes_use_variables_transformations_and_rewriters() {
    let rule = "\
id: renamed
language: python
rule: {pattern: old_$NAME}
transform: {NEW: {replace: {source: $NAME, replace: '^x', by: ''}}}
fix: new_$NEW
";
    // A variable is a whole name.
    assert!(!wrong(rule).is_empty());
    let rule = "\
id: joined
language: python
rule: {pattern: 'join($$$PARTS)'}
rewriters:
- id: text
  rule: {kind: integer, pattern: $N}
  fix: str($N)
transform:
  TEXTS: {rewrite: {rewriters: [text], source: $$$PARTS, joinBy: ' + '}}
fix: $TEXTS
";
    assert_eq!(mended(rule, "python", "x = join(1, 2)\n"), "x = str(1) + str(2)\n");
    let rule = "\
id: case
language: js
rule: {pattern: 'get($NAME)'}
transform: {NEW: {convert: {source: $NAME, toCase: upperCase}}}
fix: {template: 'fetch($NEW)', title: Fetch it}
";
    assert_eq!(mended(rule, "javascript", "get(a_b)\n"), "fetch(A_B)\n");
    let rule = "\
id: expanded
language: js
rule: {pattern: a, inside: {kind: arguments}}
fix: {template: '', expandEnd: {regex: ','}}
";
    assert_eq!(mended(rule, "javascript", "f(a, b)\n"), "f( b)\n");
}

#[test]
fn fixes_keep_the_line_endings_of_the_file() {
    let rule = "id: a\nlanguage: js\nrule: {pattern: both()}\nfix: |-\n  one();\n  two()\n";
    assert_eq!(mended(rule, "javascript", "both();\r\nx();\r\n"), "one();\r\ntwo();\r\nx();\r\n");
}

#[test]
fn several_fixes_and_safe_ones() {
    let rule = "\
id: a
language: js
metadata: {fix: safe}
rule: {pattern: a()}
fix:
- {template: b(), title: Call b}
- {template: c(), title: Call c}
";
    let found = custom(&configuration(right(&[rules(rule)])), "javascript", "a()\n");
    let titles: Vec<_> = found[0].fixes.iter().map(|it| (it.title.as_str(), it.safety)).collect();
    assert_eq!(titles, [("Call b", Safety::Safe), ("Call c", Safety::Safe)]);
}

#[test]
fn utilities_constraints_and_relations_hold() {
    let shared = "\
id: in-loop
language: py
rule: {inside: {any: [{kind: for_statement}, {kind: while_statement}], stopBy: end}}
";
    let rule = "\
id: a
language: py
utils:
  is-get: {pattern: $O.get($K)}
rule:
  all:
  - matches: is-get
  - matches: in-loop
  - not: {follows: {kind: comment}}
constraints: {K: {kind: string}}
labels: {K: {style: secondary, message: this key}}
message: $O is asked again and again
";
    let set = right(&[utilities(shared), rules(rule)]);
    let configuration = configuration(set);
    let code = "d.get('a')\nfor x in y:\n    d.get('a')\n    d.get(a)\n";
    let found = custom(&configuration, "python", code);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "d is asked again and again");
    assert_eq!(found[0].related[0].message, "this key");
}

#[test]
fn files_and_ignores_say_where_a_rule_applies() {
    let text = "\
id: a
language: py
files: [src/**, ./top.py, {glob: 'LIB/**', caseInsensitive: true}]
ignores: ['**/generated/**']
rule: {kind: call}
---
id: b
language: py
rule: {kind: call}
";
    let set = right(&[rules(text)]);
    let applying = |path: &str| set.applying(Path::new(path)).unwrap();
    for (path, applies) in [
        ("src/a.py", true),
        ("top.py", true),
        ("lib/x/a.py", true),
        ("src/generated/a.py", false),
        ("other/a.py", false),
    ] {
        assert_eq!(applying(path), [applies, true], "{path}");
    }
    let mut configuration = configuration(set);
    configuration.restrict_custom(&[false, true]);
    assert_eq!(custom(&configuration, "python", "f()\n").len(), 1);
}

#[test]
fn what_is_wrong_is_told_at_its_place_and_the_rest_runs() {
    let head = "id: x\nlanguage: python\n";
    let rule = |rest: &str| one(&format!("{head}{rest}"));
    assert_eq!(
        one("id: x\nlanguage: pyton\nrule: {kind: call}\n"),
        ("pyton".to_owned(), "There is no language `pyton`; did you mean `python`?".to_owned())
    );
    assert_eq!(
        rule("mesage: hi\nrule: {kind: call}\n"),
        ("mesage".to_owned(), "`mesage` is no key of a rule; did you mean `message`?".to_owned())
    );
    assert_eq!(
        rule("rule: {patern: f()}\n"),
        (
            "patern".to_owned(),
            "`patern` is no key of a matcher; did you mean `pattern`?".to_owned()
        )
    );
    assert_eq!(
        rule("rule:\n  any:\n  - kind: call\n  - has: {kind: cal}\n"),
        ("cal".to_owned(), "There is no syntax of the kind `cal` in Python.".to_owned())
    );
    let (words, message) = rule("rule: {kind: call, regex: 'a(b'}\n");
    assert_eq!(words, "'a(b'");
    assert!(message.contains("unclosed group"), "{message}");
    let (words, message) = rule("rule: {pattern: 'a; b'}\n");
    assert_eq!(words, "'a; b'");
    assert!(message.starts_with("This pattern cannot be used"), "{message}");
    assert_eq!(
        rule("rule: {kind: call, has: {field: nam, kind: call}}\n"),
        ("nam".to_owned(), "There is no field `nam` in Python.".to_owned())
    );
    assert_eq!(
        rule("utils: {is-call: {kind: call}}\nrule: {kind: call, matches: is-cal}\n"),
        ("is-cal".to_owned(), "There is no utility `is-cal`; did you mean `is-call`?".to_owned())
    );
    assert_eq!(
        rule("utils:\n  a: {matches: b}\n  b: {any: [{matches: a}]}\nrule: {matches: a}\n"),
        ("a".to_owned(), "The utilities `a`, `b` refer to each other in a circle.".to_owned())
    );
    let (words, message) = rule("rule: {kind: call}\nfix: $NOTHING\n");
    assert_eq!(words, "fix");
    assert!(message.contains("NOTHING"), "{message}");
    let (_, message) = rule("severity: bad\nrule: {kind: call}\n");
    assert!(message.contains("`severity` is one of"), "{message}");
    assert_eq!(rule("message: hi\n").1, "There is no `rule` here.");
    assert_eq!(one("language: py\nrule: {kind: call}\n").1, "This rule has no `id`.");
    assert_eq!(one("- a\n").1, "A rule is a mapping with `id`, `language` and `rule`.");
    assert_eq!(
        one("id: bug/self-comparison\nlanguage: py\nrule: {kind: call}\n").0,
        "bug/self-comparison"
    );
    assert!(rule("files: ['a[']\nrule: {kind: call}\n").1.contains("no pattern of paths"));

    let text = format!("id: a\nlanguage: py\nrule: {{pattern: \"x\n---\n{NO_PRINT}---\n{NO_PRINT}");
    let Compiled { rules, problems } = compile(&[rules(&text)]);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].message.starts_with("This is no YAML"), "{problems:?}");
    assert_eq!(problems[1].message, "`no-print` is already the id of the rule at rules.yml:5.");
    assert_eq!(custom(&configuration(rules), "python", "print(a)\n").len(), 1);
}

#[test]
fn what_is_odd_is_told_and_runs() {
    let text = format!("{NO_PRINT}---\nid: b\nlanguage: Ruby\nrule: {{pattern: x}}\n");
    let problems = wrong(&text);
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].0.as_str(), problems[0].1), ("Ruby", Weight::Note));

    let text =
        "id: self-comparison\nlanguage: js\nother-tool: {deep: [1]}\nrule: {pattern: $A === $A}\n";
    let compiled = compile(&[rules(text)]);
    let weights: Vec<_> = compiled.problems.iter().map(|it| it.weight).collect();
    assert_eq!(weights, [Weight::Note, Weight::Warning], "{:?}", compiled.problems);
    let found = custom(&configuration(compiled.rules), "javascript", "a === a;\n");
    assert_eq!(found[0].rule, "custom/self-comparison");

    let text = "id: a\nlanguage: js\nrule: {pattern: 'foo(1 2)'}\n";
    let problems = wrong(text);
    assert!(problems.iter().any(|it| it.0 == "'foo(1 2)'"), "{problems:?}");
}

#[test]
fn utilities_that_are_wrong_cost_themselves_only() {
    let shared = "\
id: a
language: py
rule: {matches: b}
---
id: b
language: py
rule: {any: [{matches: a}]}
---
id: c
language: py
rule: {kind: cal}
---
id: d
language: py
rule: {kind: call}
";
    let texts = [utilities(shared), rules("id: r\nlanguage: py\nrule: {kind: call, matches: d}\n")];
    let problems = told(&texts);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems.iter().any(|it| it.2.contains("cyclic")), "{problems:?}");
    assert!(problems.iter().any(|it| it.0 == "cal"), "{problems:?}");
    let found = custom(&configuration(compile(&texts).rules), "python", "f()\n");
    assert_eq!(found.len(), 1);
}

#[test]
fn no_text_ends_the_process() {
    let deep = "(".repeat(50_000);
    let chain = vec!["a"; 50_000].join("+");
    let nested = "{any: [".repeat(20_000);
    for rule in [
        format!("{{pattern: \"{deep}\"}}"),
        format!("{{pattern: \"{chain}\"}}"),
        nested,
        "{pattern: *a}".to_owned(),
        "&a {pattern: x, not: *a}".to_owned(),
        "{regex: '(a*)*b', kind: call}".to_owned(),
        "{kind: call, regex: '((((a{1000}){1000}){1000}){1000})'}".to_owned(),
        "{nthChild: -1, kind: call}".to_owned(),
        "{range: {start: {line: -1}}}".to_owned(),
        "{matches: {x: {y: {kind: call}}}}".to_owned(),
    ] {
        let text = format!("id: x\nlanguage: py\nrule: {rule}\n---\n{NO_PRINT}");
        let compiled = compile(&[rules(&text)]);
        let found = custom(&configuration(compiled.rules), "python", "print(a)\n");
        assert_eq!(found.len(), 1, "{}", &rule[..rule.len().min(40)]);
    }
    // What refers to itself follows the tree of the file.
    let text =
        "id: x\nlanguage: py\nutils: {a: {has: {matches: a}}}\nrule: {kind: call, matches: a}\n";
    let deep = format!("{}1{}\n", "f(".repeat(3000), ")".repeat(3000));
    custom(&configuration(compile(&[rules(text)]).rules), "python", &deep);
}

/// Counts what rules of users are asked.
#[derive(Default)]
struct Counting {
    kept: Mutex<HashMap<CacheKey, Arc<CustomOutcome>>>,
    asked: AtomicUsize,
}

impl UnitCache for Counting {
    fn lowered(&self, _: CacheKey) -> Option<Arc<LoweredUnit>> {
        None
    }
    fn insert_lowered(&self, _: CacheKey, _: Arc<LoweredUnit>) {}
    fn checked(&self, _: CacheKey) -> Option<Arc<CheckedUnit>> {
        None
    }
    fn insert_checked(&self, _: CacheKey, _: Arc<CheckedUnit>) {}
    fn custom(&self, key: CacheKey) -> Option<Arc<CustomOutcome>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.kept.lock().unwrap().get(&key).cloned()
    }
    fn insert_custom(&self, key: CacheKey, outcome: Arc<CustomOutcome>) {
        self.kept.lock().unwrap().insert(key, outcome);
    }
}

#[test]
fn a_text_is_looked_at_once_and_without_rules_never() {
    let cache = Counting::default();
    let run = |configuration: &Configuration, language: &str, code: &str| {
        let language = Language::from_id(language).unwrap();
        let mut document = Document::new(language, Snapshot::new(code));
        let found =
            analyze(&mut document, configuration, &cache, &CancellationToken::new()).unwrap();
        let is_custom = |it: &&Finding| it.category == Category::Custom;
        let (asked, kept) = (cache.asked.load(Ordering::Relaxed), cache.kept.lock().unwrap().len());
        (found.findings.iter().filter(is_custom).count(), asked, kept)
    };
    let with = configuration(right(&[rules(NO_PRINT)]));
    assert_eq!(run(&Configuration::default(), "python", "print(1)\n"), (0, 0, 0));
    assert_eq!(run(&with, "javascript", "print(1)\n"), (0, 0, 0));
    assert_eq!(run(&with, "python", "print(1)\n"), (1, 1, 1));
    assert_eq!(run(&with, "python", "print(1)\n"), (1, 2, 1));
    assert_eq!(run(&with, "python", "print(12)\n"), (1, 3, 2));
    let other = configuration(right(&[rules(&NO_PRINT.replace("Log", "Note"))]));
    assert_eq!(run(&other, "python", "print(1)\n"), (1, 4, 3));
}

#[test]
fn cancelling_stops_the_walk() {
    let language = Language::from_id("python").unwrap();
    let mut document = Document::new(language, Snapshot::new("print(a)\n".repeat(2000)));
    let token = CancellationToken::new();
    let configuration = configuration(right(&[rules(NO_PRINT)]));
    document.parse(&configuration, &token).unwrap().unwrap();
    token.cancel();
    assert!(analyze(&mut document, &configuration, &NoCache, &token).is_err());
}
