//! What is measured of functions, counted by hand from the definitions: the cost of each line stands
//! beside it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::context::{CallCounts, Profile, WorkspaceIndex};
use analysis::engine::{Analysis, Beside, NoCache, Workspace};
use analysis::engine::{Document, analyze_with, profiles, summarize};
use analysis::languages::Language;
use analysis::text::Snapshot;

fn all(language: &str, code: &str) -> Vec<Profile> {
    let mut document = Document::new(Language::from_id(language).unwrap(), Snapshot::new(code));
    profiles(&mut document, &Configuration::default(), &CancellationToken::new()).unwrap()
}

fn first(language: &str, code: &str) -> Profile {
    all(language, code).remove(0)
}

/// The sum of the numbers in comments that start with a plus.
fn sum(code: &str) -> u32 {
    let after = |line: &str| {
        let comment = line.split_once("# +").or_else(|| line.split_once("// +"))?.1;
        comment.split_whitespace().next()?.parse::<u32>().ok()
    };
    code.lines().filter_map(after).sum()
}

#[track_caller]
fn assert_cognitive(language: &str, code: &str) {
    assert_eq!(first(language, code).metrics.cognitive, sum(code), "{code}");
}

#[test]
fn cognitive_complexity_grows_with_nesting() {
    assert_cognitive(
        "python",
        "def f(xs, limit):
    for x in xs:  # +1
        if x > limit:  # +2
            while x:  # +3
                x -= 1
        elif x < 0:  # +1
            pass
        else:  # +1
            pass
    try:
        g()
    except E:  # +1
        if limit:  # +2
            pass
    finally:
        pass
    return 1 if xs else 2  # +1
",
    );
    assert_cognitive(
        "javascript",
        "function f(xs) {
  outer: for (const x of xs) { // +1
    switch (x.kind) { // +2
      case 1: break;
      case 2: if (x.left) { continue outer; } // +4 for the branch, and one for the jump
      default: break;
    }
  }
  return xs.map((x) => x ? 1 : 2); // +2
}
",
    );
    assert_cognitive(
        "c",
        "int f(int a) {
    do { // +1
        a--;
    } while (a > 0);
    if (a) goto end; // +2
end:
    return a;
}
",
    );
}

#[test]
fn rows_of_one_operator_count_once() {
    let cognitive = |condition: &str| {
        first("python", &format!("def f(a, b, c, d):\n    return {condition}\n")).metrics.cognitive
    };
    assert_eq!(cognitive("a and b and c"), 1);
    assert_eq!(cognitive("a and b or c and d"), 3);
    assert_eq!(cognitive("a and not (b and c)"), 2);
    // What a structure tests is not inside it.
    assert_eq!(cognitive("1 if (2 if a else b) else c"), 2);
    assert_eq!(cognitive("(1 if a else 2) if b else c"), 3);
}

#[test]
fn comprehensions_recursion_and_wrappers_count_as_they_are_followed() {
    assert_cognitive("python", "def f(xs):\n    return [x for x in xs if x]  # +2\n");
    assert_cognitive("python", "def f(xs):\n    return [[y for y in x] for x in xs]  # +3\n");
    assert_cognitive("python", "def f(n):\n    return f(n - 1) + f(n - 2)  # +1\n");
    let wrapper = "def f(g):
    def wrapped(x):
        if x:  # +1
            return g(x)
    return wrapped
";
    assert_cognitive("python", wrapper);
    let inner = "def f(g):
    cache = {}
    def wrapped(x):
        if x:  # +2
            return g(x)
    return wrapped
";
    assert_cognitive("python", inner);
}

#[track_caller]
fn assert_cyclomatic(language: &str, expected: &[(&str, u32)], code: &str) {
    let found = all(language, code);
    let found: Vec<_> = found.iter().map(|it| (&*it.name, it.metrics.cyclomatic)).collect();
    assert_eq!(found, expected, "{code}");
}

#[test]
fn decisions_of_each_language() {
    assert_cyclomatic(
        "python",
        // if, and, elif, for, comprehension's for and if, except, ternary
        &[("f", 9), ("f.g", 2)],
        "def f(a, b):
    if a and b:
        pass
    elif a:
        for x in b:
            pass
    try:
        c = [x for x in b if x]
    except E:
        c = 1 if a else 2
    finally:
        pass
    def g():
        while True:
            pass
    assert c
",
    );
    assert_cyclomatic(
        "python",
        &[("f", 3)],
        "def f(a):
    match a:
        case 1:
            pass
        case 2:
            pass
        case _:
            pass
",
    );
    assert_cyclomatic(
        "javascript",
        // ??, a default value, two cases
        &[("f", 5), ("f.(anonymous)", 2)],
        "function f(a, b = 1) {
  switch (a ?? b) {
    case 1: break;
    case 2: break;
    default: break;
  }
  return a.map((x) => x || b);
}
",
    );
    assert_cyclomatic(
        "rust",
        // three arms leave two decisions, a guard, `?`, `let … else`; `loop` does not decide
        &[("f", 6)],
        "fn f(a: Option<u8>) -> Option<u8> {
    let Some(b) = a else { return None };
    loop {
        match b {
            1 if a == a => return Some(g()?),
            2 => {}
            _ => break,
        }
    }
    a
}
",
    );
    assert_cyclomatic(
        "go",
        // for, &&, two cases
        &[("f", 5)],
        "package a

func f(a int, b bool) {
	for {
		switch {
		case a > 1 && b:
		case a > 2:
		default:
			return
		}
	}
}
",
    );
    assert_cyclomatic(
        "java",
        // two labels, catch, ?, ||
        &[("A.f", 6)],
        "class A {
    int f(int a) {
        switch (a) {
            case 1:
            case 2:
                break;
            default:
        }
        try { g(); } catch (E e) { }
        return a > 1 || a < 0 ? 1 : 2;
    }
}
",
    );
    assert_cyclomatic(
        "c",
        // #ifdef, while of do
        &[("f", 3)],
        "int f(int a) {
#ifdef FAST
    a++;
#else
    a--;
#endif
    do { a--; } while (a);
    return a;
}
",
    );
    assert_cyclomatic(
        "cpp",
        &[("f", 2)],
        "int f(int a = 1) { for (int b : c) { a += b; } return a; }\n",
    );
    assert_cyclomatic("typescript", &[("f", 2)], "function f(a?: number) { return a || 1; }\n");
}

#[test]
fn size_and_words() {
    let profile = first(
        "python",
        "def f(a, b=1, *c):
    if a:
        return a + b
    return a + 1
",
    );
    assert_eq!(
        (profile.metrics.lines, profile.metrics.parameters, profile.metrics.nesting),
        (4, 3, 1)
    );
    assert!(profile.metrics.cyclomatic == 2 && profile.metrics.cognitive == 1);
    let halstead = first("python", "def f(a):\n    return a + 1\n").halstead;
    // `return` and `+`; the names f and a, where it is declared and used, and 1.
    assert_eq!((halstead.operators, halstead.distinct_operators), (2, 2));
    assert_eq!((halstead.operands, halstead.distinct_operands), (4, 3));
    // Six words of a vocabulary of five: 6 · log₂ 5.
    assert_eq!(format!("{:.2}", halstead.volume()), "13.93");
    // Half of two operators, by four uses of three operands.
    assert_eq!(format!("{:.2}", halstead.difficulty()), "1.33");
    let go = first("go", "package a\n\nfunc f(a, b int, c string) {}\n");
    assert_eq!(go.metrics.parameters, 3);
}

#[track_caller]
fn assert_cost(language: &str, class: &str, code: &str) {
    let profile = first(language, code);
    assert_eq!(profile.cost.to_string(), class, "{code}");
    assert_eq!(profile.cause.is_some(), class != "O(1)", "{code}");
}

#[test]
fn costs_follow_the_loops() {
    assert_cost("python", "O(1)", "def f(a):\n    return a[0]\n");
    assert_cost("python", "O(1)", "def f(a):\n    for x in (1, 2, 3):\n        a(x)\n");
    assert_cost(
        "python",
        "O(n)",
        "def f(a):\n    for x in a:\n        g(x)\n    for x in a:\n        g(x)\n",
    );
    assert_cost(
        "python",
        "O(n²)",
        "def f(a):\n    for x in a:\n        for y in a:\n            g(x, y)\n",
    );
    assert_cost(
        "python",
        "O(n²)",
        "def f(n):\n    for i in range(n):\n        for j in range(i):\n            g(i, j)\n",
    );
    assert_cost(
        "python",
        "O(n·m)",
        "def f(a):\n    for x in a:\n        for y in x.parts:\n            g(y)\n",
    );
    assert_cost("python", "O(n log n)", "def f(a):\n    return sorted(a)\n");
    assert_cost("python", "O(n² log n)", "def f(a):\n    for x in a:\n        a.sort()\n");
    assert_cost(
        "python",
        "O(n³)",
        "def f(a):\n    return [g(x, y, z) for x in a for y in a for z in a]\n",
    );
    assert_cost(
        "c",
        "O(log n)",
        "int f(int n) { int c = 0; while (n > 0) { n /= 2; c++; } return c; }\n",
    );
    let search = "def f(a, x):
    low, high = 0, len(a)
    while low < high:
        middle = (low + high) // 2
        if a[middle] < x:
            low = middle + 1
        else:
            high = middle
    return low
";
    assert_cost("python", "O(log n)", search);
    assert_cost(
        "javascript",
        "O(n²)",
        "function f(a) { a.forEach((x) => { for (const y of a) { g(x, y); } }); }\n",
    );
    assert_cost("rust", "O(1)", "fn f() { loop { if g() { break; } } }\n");
}

#[test]
fn the_cause_of_a_cost_is_its_innermost_loop() {
    let code = "def f(a):\n    for x in a:\n        g(x)\n    for x in a:\n        for y in a:\n            g(x, y)\n";
    let profile = first("python", code);
    let cause = profile.cause.unwrap();
    assert!(cause.of(code).starts_with("for y in a"), "{:?}", cause.of(code));
    let loops: Vec<_> = profile.loops.iter().map(|(_, class)| class.to_string()).collect();
    assert_eq!(loops, ["O(n)", "O(n)", "O(n²)"]);
}

#[test]
fn quality_is_a_hundred_less_what_is_named() {
    let fine = first("python", "def f(a):\n    return a\n").quality;
    assert_eq!((fine.score, fine.reasons.len()), (100, 0));
    // Seven parameters are two too many; a fourth level is one too deep. Cognitive: 1 + 2 + 3 + 4.
    let code = "def f(a, b, c, d, e, g, h):
    if a:
        if b:
            if c:
                if d:
                    return e
";
    let quality = first("python", code).quality;
    let reasons: Vec<_> = quality.reasons.iter().map(ToString::to_string).collect();
    assert_eq!(reasons, ["nesting depth 4, over 3: −6", "parameters 7, over 5: −6"]);
    assert_eq!(quality.score, 88);
    let long = format!("def f(a):\n{}", "    g(a)\n".repeat(70));
    let reasons = first("python", &long).quality.reasons;
    assert_eq!(reasons.first().map(|it| (it.name, it.found, it.points)), Some(("lines", 71, 3)));
}

fn index(files: &[(&str, &str, &str)]) -> WorkspaceIndex {
    let mut index = WorkspaceIndex::default();
    for (path, language, code) in files {
        let language = Language::from_id(language).unwrap();
        let mut document = Document::new(language, Snapshot::new(*code));
        let cancel = CancellationToken::new();
        let summary = summarize(&mut document, &Configuration::default(), &cancel).unwrap();
        index.insert(path, summary.unwrap());
    }
    index
}

#[test]
fn callers_and_callees_are_counted_once_each() {
    let index = index(&[
        ("a.py", "python", "def f():\n    return g() + g()\n\ndef g():\n    return 1\n"),
        ("b.py", "python", "from a import g\n\ndef h():\n    return g()\n\ng()\n"),
    ]);
    let counts = CallCounts::of(&index);
    let of = |unit| (counts.get("a.py", unit).callers, counts.get("a.py", unit).callees);
    assert_eq!(of(1), (0, 1));
    // f, h, and the module of b.
    assert_eq!(of(2), (3, 0));
    assert_eq!(index.callers_of_file("a.py", &CancellationToken::new()).get(&2), Some(&3));
}

/// A function of some length; what is in braces may differ.
fn invoice(name: &str, list: &str, one: &str, limit: &str) -> String {
    format!(
        "def {name}({list}, home):
    total = 0
    left = []
    for {one} in {list}:
        if {one}.is_cancelled() or {one}.count < 1:
            left.append({one}.name)
            continue
        price = {one}.price * {one}.count
        if {one}.country != home:
            price = price + shipping({one}.weight, {one}.country)
        if price > {limit}:
            price = price - discount(price, {one}.customer)
        if {one}.is_gift():
            price = price + wrapping({one}.size, {one}.paper)
        total = total + price
    report(total, left)
    return total
"
    )
}

fn duplicated(index: &WorkspaceIndex, path: &str, code: &str) -> Analysis {
    let mut configuration = Configuration::default();
    configuration.select(&["practice/duplicated-code"]).unwrap();
    let mut document = Document::new(Language::from_id("python").unwrap(), Snapshot::new(code));
    let workspace = Workspace::Read { index, path };
    let beside = Beside { workspace, ..Beside::NOTHING };
    let cancel = CancellationToken::new();
    analyze_with(&mut document, &configuration, &NoCache, &beside, &cancel).unwrap()
}

#[test]
fn a_function_that_repeats_one_of_an_earlier_file_is_reported_there_only() {
    let one = invoice("bill", "orders", "order", "1000");
    let two = format!("import shop\n\n\n{}", invoice("total", "items", "item", "500"));
    let index = index(&[("a.py", "python", &one), ("b.py", "python", &two)]);
    assert!(duplicated(&index, "a.py", &one).findings.is_empty());
    let found = duplicated(&index, "b.py", &two).findings;
    assert_eq!(found.len(), 1);
    assert!(found[0].message.starts_with("`total` repeats `bill` of a.py"), "{}", found[0].message);
    let place = found[0].related[0].elsewhere.as_ref().unwrap();
    assert_eq!((&*place.file, place.line), ("a.py", 0));
    let similar = index.similar("a.py", 1, 5, 0.7);
    assert_eq!(similar.len(), 1);
    assert_eq!((&*similar[0].file, &*similar[0].name, similar[0].line), ("b.py", "total", 3));
    assert!(similar[0].similarity > 0.9, "{similar:?}");
}

#[test]
fn an_index_forgets_functions_that_are_gone() {
    let one = invoice("bill", "orders", "order", "1000");
    let mut index = index(&[("a.py", "python", &one), ("b.py", "python", &one)]);
    assert_eq!(duplicated(&index, "b.py", &one).findings.len(), 1);
    let mut document =
        Document::new(Language::from_id("python").unwrap(), Snapshot::new("def f():\n    pass\n"));
    let cancel = CancellationToken::new();
    let summary = summarize(&mut document, &Configuration::default(), &cancel).unwrap().unwrap();
    index.insert("a.py", summary);
    assert!(duplicated(&index, "b.py", &one).findings.is_empty());
    assert!(index.similar("b.py", 1, 5, 0.7).is_empty());
    assert!(index.remove("b.py"));
    assert!(index.similar("b.py", 1, 5, 0.7).is_empty());
}
