//! Which pieces of code count as the same: pairs that differ in a token the tree has no node for,
//! and pairs that differ in layout only.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[allow(dead_code, reason = "other tests use the rest")]
mod ir_dump;

use analysis::ir::{Kind, NodeId, Role, Tree};
use ir_dump::lower_all;

/// A language, and pairs of statements in it.
type Pairs = &'static [(&'static str, &'static [(&'static str, &'static str)])];

/// Statements whose difference is one of punctuation or keywords.
const DIFFERENT: Pairs = &[
    (
        "rust",
        &[
            ("x = (0..=n);", "x = (0..n);"),
            ("x = &a[1..];", "x = &a[..1];"),
            ("x = a..;", "x = ..a;"),
            ("x = &a;", "x = &mut a;"),
            ("x = &raw const a;", "x = &raw mut a;"),
            ("x = |x| x;", "x = move |x| x;"),
            ("x = async { a };", "x = async move { a };"),
            ("match x { 1..=2 => a(), _ => b() }", "match x { 1..2 => a(), _ => b() }"),
            ("match x { a => b() }", "match x { ref a => b() }"),
            ("x = [0; 2];", "x = [0, 2];"),
            ("let x: &T = a;", "let x: &mut T = a;"),
            ("let x = a;", "let mut x = a;"),
            ("let x: *const T = a;", "let x: *mut T = a;"),
            ("x = unsafe { a };", "x = { a };"),
        ],
    ),
    (
        "python",
        &[
            ("x = A[3:]", "x = A[:3]"),
            ("x = A[3::]", "x = A[::3]"),
            ("x = A[:]", "x = A[::]"),
            ("x = f(*a)", "x = f(**a)"),
            ("x = lambda *a: 1", "x = lambda **a: 1"),
            ("x = [a for a in b]", "x = {a for a in b}"),
            ("x = (a for a in b)", "x = [a for a in b]"),
            ("x = [a async for a in b]", "x = [a for a in b]"),
            ("x = a,", "x = a"),
            ("x = A[a,]", "x = A[a]"),
            ("x, = a", "x = a"),
            ("async with a: b()", "with a: b()"),
            ("async for a in b: c()", "for a in b: c()"),
            ("def f(*, a): pass", "def f(a): pass"),
            ("def f(a, /): pass", "def f(a): pass"),
            ("yield a", "yield from a"),
            ("raise a", "raise a from None"),
        ],
    ),
    (
        "cpp",
        &[
            ("x = p.a;", "x = p->a;"),
            ("x = [&] { return a; };", "x = [=] { return a; };"),
            ("x = [&x] { return a; };", "x = [x] { return a; };"),
            ("x = [this] { return a; };", "x = [*this] { return a; };"),
            ("x = ::a;", "x = a;"),
            ("x = new T;", "x = new T();"),
            ("delete a;", "delete[] a;"),
            ("T x = a;", "T &x = a;"),
            ("T x = a;", "T *x = a;"),
            ("T &x = a;", "T &&x = a;"),
            ("T x{a};", "T x(a);"),
            ("auto x = a;", "auto *x = a;"),
            ("for (T a : b) c();", "for (T &a : b) c();"),
        ],
    ),
    ("c", &[("x = p.a;", "x = p->a;"), ("T x = a;", "T *x = a;"), ("T *x;", "T **x;")]),
    (
        "go",
        &[
            ("var x chan<- int", "var x <-chan int"),
            ("var x chan<- int", "var x chan int"),
            ("x = make(chan<- int)", "x = make(<-chan int)"),
            ("x = make(chan<- int)", "x = make(chan int)"),
            ("x = [...]int{}", "x = []int{}"),
            ("x = a[1:]", "x = a[:1]"),
            ("x = f(a...)", "x = f(a)"),
            ("x := a", "x = a"),
            ("x = func() T { return a }", "x = func() *T { return a }"),
        ],
    ),
    (
        "java",
        &[
            ("x = new int[1];", "x = new int[1][];"),
            ("int x = a;", "int[] x = a;"),
            ("int x = a;", "int x[] = a;"),
            ("List<? extends T> x = a;", "List<? super T> x = a;"),
            ("x = A::new;", "x = A::b;"),
        ],
    ),
    (
        "javascript",
        &[
            ("x = class { static a() {} };", "x = class { a() {} };"),
            ("x = class { get a() {} };", "x = class { set a() {} };"),
            ("x = class { a() {} };", "x = class { *a() {} };"),
            ("[, a] = x;", "[a, ] = x;"),
            ("x = [, a];", "x = [a, ];"),
            ("x = [a, , ];", "x = [a, ];"),
            ("yield a;", "yield* a;"),
            ("x = a?.b;", "x = a.b;"),
            ("for await (const a of b) c();", "for (const a of b) c();"),
        ],
    ),
    (
        "typescript",
        &[
            ("x = class { static a() {} };", "x = class { a() {} };"),
            ("[, a] = x;", "[a, ] = x;"),
            ("x = a satisfies T;", "x = a as T;"),
            ("let x: T = a;", "let x: T[] = a;"),
            ("let x: readonly T[] = a;", "let x: T[] = a;"),
            ("let x: keyof T = a;", "let x: T = a;"),
            ("type X = { a: T };", "type X = { a?: T };"),
            ("type X = A | B;", "type X = A & B;"),
        ],
    ),
];

/// Statements that say the same.
const SAME: Pairs = &[
    (
        "rust",
        &[
            ("x = f(a, b);", "x = f( a, /* second */ b, );"),
            ("x = a + b;", "x = ((a) + (b));"),
            ("x = &mut a[1..];", "x = & mut a [ 1 .. ];"),
            ("match x { 1..=2 => a(), _ => b() }", "match x { 1..=2 => a(), _ => b(), }"),
            ("if a { b(); }", "if (a) {\n    // a word\n    b();\n}"),
        ],
    ),
    (
        "python",
        &[
            ("x = f(a, b)", "x = f(\n    a, # first\n    b,\n)"),
            ("x = [a, b]", "x = [a, b,]"),
            ("x = A[3:]", "x = A[(3) : ]"),
            ("x = a // b", "x = a//b"),
            ("x = (a, b)", "x = a, b"),
            ("x = (a, b)", "x = (\n    a,\n    b,\n)"),
            ("x = d[(a, b)]", "x = d[(a, b,)]"),
            ("x = a + \\\n    b", "x = a + b"),
            ("if a: b()", "if (a):\n    b()"),
            ("x = f(a for a in b)", "x = f((a for a in b))"),
        ],
    ),
    ("cpp", &[("x = [&] { return a; };", "x = [ & ] { /* no */ return (a); };")]),
    ("c", &[("x = p->a;", "x = p -> a; "), ("T *x = a;", "T* x = a;")]),
    ("go", &[("x = f(a, b)", "x = f(\n\ta,\n\tb,\n)"), ("x = a[1:]", "x = a[(1): ]")]),
    ("java", &[("x = f(a);", "x = f(/* no */ (a));"), ("int[] x = a;", "int [] x = a;")]),
    (
        "javascript",
        &[
            ("x = a => b;", "x = (a) => (b);"),
            ("x = {a, b};", "x = { a, b, };"),
            ("x = f(a);", "x = f(a)"),
            ("if (a) { b(); }", "if (a) { b() }"),
        ],
    ),
    ("typescript", &[("x = a as T;", "x = (a as T)"), ("let x: T[] = a;", "let x : T[] = a;")]),
];

#[test]
fn a_token_without_a_node_makes_a_difference() {
    let wrong = wrong_pairs(DIFFERENT, false);
    assert!(wrong.is_empty(), "these count as the same:\n{}", wrong.join("\n"));
}

#[test]
fn layout_makes_no_difference() {
    let wrong = wrong_pairs(SAME, true);
    assert!(wrong.is_empty(), "these do not count as the same:\n{}", wrong.join("\n"));
}

/// The pairs that are the same, or not, unlike expected; looked at from both sides, and each
/// statement beside itself.
fn wrong_pairs(pairs: Pairs, expected: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for (language, pairs) in pairs {
        for (one, other) in *pairs {
            let looks = [(one, other, expected), (other, one, expected), (one, one, true)];
            let is_wrong = |(one, other, expected): &(&&str, &&str, bool)| {
                let (tree, [first, second]) = statements(language, one, other);
                if tree.is_damaged(first) || tree.is_damaged(second) {
                    return true;
                }
                let is_same = tree.is_same(first, second);
                // Where one statement is the other's equal, so is its number.
                is_same != *expected || is_same && tree.shape(first) != tree.shape(second)
            };
            if looks.iter().any(is_wrong) {
                wrong.push(format!("{language}: {one} | {other}"));
            }
        }
    }
    wrong
}

#[test]
fn a_name_of_the_global_scope_is_not_a_local_one() {
    let (tree, [first, _]) = statements("cpp", "x = ::a == a;", "b();");
    let comparison = tree.child(first, Role::Value).unwrap();
    let [left, right] = [Role::Left, Role::Right].map(|it| tree.child(comparison, it).unwrap());
    assert!(!tree.is_same(left, right));
    assert!(tree.is_same(left, left));
}

/// The tree of a function that holds the two statements, and they.
fn statements(language: &str, one: &str, other: &str) -> (Tree, [NodeId; 2]) {
    let indented = |text: &str| text.replace('\n', "\n    ");
    let body = format!("    {}\n    {}", indented(one), indented(other));
    let source = match language {
        "rust" => format!("fn f() {{\n{body}\n    ();\n}}\n"),
        "python" => format!("async def f():\n{body}\n"),
        "go" => format!("package p\n\nfunc f() {{\n{body}\n}}\n"),
        "java" => format!("class A {{\nvoid f() {{\n{body}\n}}\n}}\n"),
        "c" | "cpp" => format!("void f() {{\n{body}\n}}\n"),
        _ => format!("async function* f() {{\n{body}\n}}\n"),
    };
    let (_, lowered) = lower_all(language, &source).pop().unwrap();
    let tree = lowered.tree;
    let is_body = |it: &NodeId| tree.kind(*it) == Kind::Block && tree.role(*it) == Role::Body;
    let block = tree.ids().find(is_body).unwrap();
    let [first, second] = [0, 1].map(|at| tree.children(block).nth(at));
    let found = [first, second].map(|it| it.expect("two statements"));
    (tree, found)
}
