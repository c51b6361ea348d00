//! Rewrites that are ruled out: each example has one that the network could take for a repair, and
//! says whether it may propose it.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use analysis::cancellation::CancellationToken;
use analysis::languages::Language;
use models::decision::Changed;
use models::decision::is_ruled_out;
use models::features::Features;
use models::model::Source;
use models::snippet::Snippet;

/// Whether the rewrite of `text` that gives `repaired` is ruled out.
#[track_caller]
fn is_out(language: &str, text: &str, repaired: &str) -> bool {
    let snippet = Snippet::read(text, Language::from_id(language).unwrap()).unwrap();
    let features: Features<'_> = snippet.features();
    let wanted = repaired.trim_end();
    let found =
        features.candidates.iter().position(|it| it.edit.apply(features.tree).trim_end() == wanted);
    is_ruled_out(&features, found.expect("a candidate makes it"))
}

/// Both rewrites of a template that has the old and the new word at `@`.
#[track_caller]
fn out(language: &str, template: &str, old: &str, new: &str) -> bool {
    assert_eq!(template.matches('@').count(), 1, "{template}");
    is_out(language, &template.replace('@', old), &template.replace('@', new))
}

#[test]
fn a_variable_is_not_read_where_it_gets_its_first_value() {
    let python = "def f(G):\n    G = build(G)\n    G.name = 'x'\n    A = make(@)\n    return A\n";
    assert!(out("python", python, "G", "A"));
    let looped = "def f(G):\n    for i in range(3):\n        A = make(@)\n    return A, i\n";
    assert!(out("python", looped, "G", "A"), "the first time, there is nothing");
    let each = "def f(y):\n    for x in g(@):\n        h(x, y)\n    return x\n";
    assert!(out("python", each, "y", "x"));
    let listed = "def f(y):\n    x = [z for z in g(@)]\n    return x, y\n";
    assert!(out("python", listed, "y", "x"));
    assert!(out("javascript", "function f(b) {\n  let a = g(@);\n  return a + b;\n}", "b", "a"));
    let walrus = "def f(y):\n    if (x := g(@)) > 1:\n        return x\n    return y\n";
    assert!(out("python", walrus, "y", "x"));
    let branch = "def f(a, c):\n    if a:\n        b = c\n        g(b)\n    else:\n        g(@)\n    return 1\n";
    assert!(out("python", branch, "c", "b"), "no way leads from the assignment there");
}

#[test]
fn a_variable_that_may_have_a_value_is_read() {
    let python = "def f(G):\n    A = first(G)\n    A = make(@)\n    return A\n";
    assert!(!out("python", python, "G", "A"));
    let looped = "def f(xs):\n    for x in xs:\n        g(@)\n        last = x\n    return last\n";
    assert!(!is_out("python", &looped.replace('@', "last"), &looped.replace('@', "x")));
    let branch = "def f(a, c):\n    if a:\n        b = c\n    else:\n        b = a\n    g(@, b)\n    return a\n";
    assert!(!out("python", branch, "c", "b"));
}

#[test]
fn variables_of_other_types_are_not_taken_for_each_other() {
    let go = "func (r *Reader) SortedPostings(p Postings) Postings {\n\treturn @\n}";
    assert!(out("go", go, "p", "r"));
    let go = "func f(t *testing.B, first HandlerFunc) {\n\tuse(@)\n}";
    assert!(out("go", go, "first", "t"));
    let go = "func f(size int, count int64) int {\n\treturn @ + 1\n}";
    assert!(out("go", go, "size", "count"), "Go turns no number into another");
    let java = "int f(String name, Account account) {\n  return g(@);\n}";
    assert!(out("java", java, "name", "account"));
    let typed = "function f(name: string, account: Account) {\n  return g(@);\n}";
    assert!(out("typescript", typed, "name", "account"));
    let rust = "fn f(name: &str, account: &Account) -> usize {\n    g(@)\n}";
    assert!(out("rust", rust, "name", "account"));
    let c = "int f(struct buffer *target, const char *text) {\n  return g(@);\n}";
    assert!(out("c", c, "text", "target"));
    let python = "def f(name: str, account: Account):\n    return g(@)\n";
    assert!(out("python", python, "name", "account"));
}

#[test]
fn variables_that_may_be_of_one_type_are() {
    let java = "int f(int width, long height) {\n  return g(@);\n}";
    assert!(!out("java", java, "width", "height"));
    let java = "int f(List<String> all, ArrayList<String> some) {\n  return g(@);\n}";
    assert!(!out("java", java, "all", "some"));
    let java = "int f(Object value, String name) {\n  return g(@);\n}";
    assert!(!out("java", java, "value", "name"));
    let go = "func f(width, height int) int {\n\treturn @ * 2\n}";
    assert!(!out("go", go, "width", "height"));
    let python = "def f(name: str | None, key: Key):\n    return g(@)\n";
    assert!(!out("python", python, "name", "key"));
    assert!(!out("python", "def f(name, account):\n    return g(@)\n", "name", "account"));
}

#[test]
fn the_object_of_a_method_is_no_stopgap() {
    let idle = "def f(self, clone):\n    return @.copy()\n";
    assert!(out("python", idle, "clone", "self"));
    assert!(out("python", "def f(self, clone):\n    return g(@)\n", "clone", "self"));
    let doubled = "def __eq__(self, other):\n    return @.value == other.value\n";
    assert!(!out("python", doubled, "other", "self"));
    assert!(out("rust", "fn f(&self, other: usize) -> usize {\n    g(@)\n}", "other", "self"));
}

#[test]
fn a_class_is_not_made_of_a_parameter() {
    let made = "function f(shortener) {\n  const Missing = load();\n  throw new @();\n}";
    assert!(out("javascript", made, "Missing", "shortener"));
}

#[test]
fn sums_stay_sums_unless_a_neighbour_says_otherwise() {
    let java = |name: &str| format!("void {name}(final int operand) {{ this.value @ operand; }}");
    for name in ["add", "subtract", "decrementBy", "withdraw", "backup", "onEvent"] {
        assert!(out("java", &java(name), "-=", "="), "{name}");
        assert!(out("java", &java(name), "+=", "="), "{name}");
    }
    let setter = "void setCents(long cents) { this.cents @ cents; }";
    assert!(!out("java", setter, "-=", "="));
    let beside = "Point(int x, int y) { this.x = x; this.y @ y; }";
    assert!(!out("java", beside, "+=", "="));
    assert!(out("python", "def f(dt, days):\n    dt @ g(days)\n    return dt\n", "-=", "="));
    assert!(out("python", "def f(a, b):\n    a.x @ b\n    return a\n", "=", "+="));
    let total =
        "def f(xs):\n    total = 0\n    for x in xs:\n        total @ x\n    return total\n";
    assert!(!out("python", total, "=", "+="));
    let withdraw = "void withdraw(long amount) { this.balance @ amount; }";
    assert!(!out("java", withdraw, "+=", "-="));
    assert!(out("java", withdraw, "-=", "+="));
}

#[test]
fn tests_for_nothing_are_turned_round_only_where_that_makes_sense() {
    let expects = "func f(t *T) {\n\terr := run()\n\tif err @ nil {\n\t\tt.Errorf(\"unexpected success\")\n\t}\n}";
    assert!(out("go", expects, "==", "!="));
    let slip =
        "func f() error {\n\terr := run()\n\tif err @ nil {\n\t\treturn err\n\t}\n\treturn nil\n}";
    assert!(!out("go", slip, "==", "!="));
    let getter = "func (m *Message) GetName() string {\n\tif m @ nil {\n\t\treturn m.Name\n\t}\n\treturn \"\"\n}";
    assert!(out("go", getter, "!=", "=="));
    assert!(!out("go", getter, "==", "!="));
    let visits = "function f(node) {\n  if (@node) {\n    node.visit();\n  }\n}";
    assert!(out("javascript", visits, "", "!"));
}

#[test]
fn arguments_of_other_types_do_not_change_places() {
    let swapped = |language: &str, template: &str, a: &str, b: &str| {
        let text = template.replace('@', &format!("{a}, {b}"));
        is_out(language, &text, &template.replace('@', &format!("{b}, {a}")))
    };
    assert!(swapped("go", "func f(b *testing.B) {\n\tmeasure(@)\n}", "1000", "b"));
    assert!(swapped(
        "go",
        "func f(seen map[string]int, key string) {\n\tdelete(@)\n}",
        "seen",
        "key"
    ));
    assert!(swapped("rust", "fn f(g: G) {\n    check(@);\n}", "g.error()", "\"wrong\""));
    assert!(swapped("c", "void *f(void) {\n  return calloc(@);\n}", "sizeof(struct a)", "1"));
    let asks = "def f(reactor):\n    return isinstance(@)\n";
    assert!(swapped("python", asks, "reactor", "Selector"));
    assert!(!swapped("python", asks, "Selector", "reactor"));
    assert!(!swapped("go", "func f(a, b int) {\n\tdraw(@)\n}", "b", "a"));
    assert!(!swapped("javascript", "function f(a, b) {\n  return g(@);\n}", "b", "a"));
}

#[test]
fn tests_are_known_and_never_alarm() {
    let model = Source::Embedded.read().unwrap();
    let judged = |language: &str, text: &str| {
        let snippet = Snippet::read(text, Language::from_id(language).unwrap()).unwrap();
        model.judge(&snippet.features(), &CancellationToken::new()).unwrap()
    };
    for (language, text) in [
        ("python", "def test_sum(a, b):\n    assert sum(a, a) == b\n"),
        ("go", "func TestSum(t *testing.T) {\n\tcheck(t, sum(1, 2))\n}"),
        ("go", "func check(t *testing.T, a, b int) {\n\tif a != a {\n\t\tt.Fail()\n\t}\n}"),
        ("java", "@Test\nvoid sums(int a, int b) { assertEquals(a, a); }"),
        ("cpp", "TEST(Sum, Works) {\n  EXPECT_EQ(sum(1, 2), 3);\n}"),
    ] {
        let judgement = judged(language, text);
        assert!(judgement.is_test, "{language}");
        assert!(model.alarm(&judgement, language, Changed::Yes).is_none());
    }
    for (language, text) in [
        ("python", "def testable(a, b):\n    return a + a\n"),
        ("go", "func Tester(a, b int) int {\n\treturn a + a\n}"),
        ("java", "int sum(int a, int b) { return a + a; }"),
        ("rust", "fn sum(a: u8, b: u8) -> u8 {\n    a + a\n}"),
    ] {
        assert!(!judged(language, text).is_test, "{language}");
    }
}
