//! Go's front end: what its syntax becomes in the IR, how names resolve, and how a file is cut into
//! units.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod ir_dump;

use analysis::facts::Facts;
use analysis::ir::{Access, Kind, Tree};
use analysis::languages::Language;
use insta::assert_snapshot;
use ir_dump::{count_other, dump, lower_all, unit_names};

const IMPORTS: &str = r#"
package shop

import "net/http"
import (
	str "strings"
	. "os"
	_ "embed"
	"github.com/maker/go-lathe/v2"
	"gopkg.in/yaml.v3"
)
"#;

const DECLARATIONS: &str = r#"
const limit, name = 1 << 3, "x"
const (
	low Level = iota
	high
)
var a, b int
var (
	c    = 'c'
	d, _ = load()
)
type Level int
type Same = Level
type Pair[K comparable, V any] struct {
	Key, Other K `json:"key"`
	*http.Request
	run func(a int, rest ...string) (err error)
}
type Shape interface {
	Area(scale float64) (float64, error)
	~int | fmt.Stringer
}
"#;

const FUNCTIONS: &str = r"
func plain() {}
func (p *Pair[K, V]) Swap(a, b int, rest ...string) (n int, err error) { return a, nil }
func Map[T any](xs []T, f func(T) T) []T {
	g := func(x T) T { return f(x) }
	return append(xs, g(xs[0]))
}
";

const STATEMENTS: &str = r"
func f(ch chan int) {
	x, y := 1, 2
	x, y = y, x
	x += 2; x &^= 3; x++; *p.q--
	if v, ok := m[x]; ok && v != nil { return } else if !ok { g() } else {}
	switch z := g(); z { case 1, 2: fallthrough; case 3: break; default: }
	switch z := any(x).(type) { case int, *string: use(z); default: }
	switch { case x < 1: }
outer:
	for i, v := range xs { for range 10 { continue outer }; use(i, v) }
	for k = range m {}
	for x < y {}
	for i := 0; i < 10; i++ { break outer }
	for {}
	select { case v, ok := <-ch: use(v, ok); case ch <- 1: case x = <-ch: case <-ch: default: }
	defer func() { recover() }()
	go work()
	goto end
end:
	ch <- x
	;
}
";

const EXPRESSIONS: &str = r#"
var (
	sum     = -a*b + ^c&d%e | f&^g<<2 ^ h>>1
	both    = a == b && !(c < d) || <-ch
	slices  = [...]any{xs[1:2], xs[:n:m], xs[:], xs[0]}
	casts   = f(x.(int), []byte("s"), float64(1.5), 2i, 0x_1F, 'c')
	refs    = f(&a, &a.b, *c, &Point{X: 1}, (*d).e, &(a))
	points  = []Point{{X: 1, Y: a}, {1, 2}, {}}
	table   = map[string]int{key: 1, "b": 2}
	point   = geo.Point{X: a, Y: 1}
	listed  = []string{first: `raw`, 2: "b"}
	generic = New[int, string](xs...)
	held    = Box[int]{}
	made    = make(map[string][]func(int) error, 4)
)
"#;

const ALL: [&str; 5] = [IMPORTS, DECLARATIONS, FUNCTIONS, STATEMENTS, EXPRESSIONS];

#[test]
fn imports() {
    assert_snapshot!(dump("go", IMPORTS));
}

#[test]
fn declarations() {
    assert_snapshot!(dump("go", DECLARATIONS));
}

#[test]
fn functions_and_parameters() {
    assert_snapshot!(dump("go", FUNCTIONS));
}

#[test]
fn statements() {
    assert_snapshot!(dump("go", STATEMENTS));
}

#[test]
fn expressions() {
    assert_snapshot!(dump("go", EXPRESSIONS));
}

#[test]
fn everything_has_a_kind() {
    let (nodes, other) = count_other("go", &ALL.concat());
    assert!(nodes > 500);
    assert_eq!(other, 0);
}

#[test]
fn the_table_names_only_what_the_grammar_has() {
    let language = Language::from_id("go").unwrap();
    assert_eq!(language.lowering().unknown_names(), [""; 0]);
}

#[test]
fn functions_and_methods_are_units() {
    let source = r"
package p
func plain() { inner := func() {} }
func (p Point) Area() int { return 1 }
func (p *Stack[T]) Push(x T) {}
func (*Stack[T]) Pop() {}
var held = func() {}
type Shape interface { Area() int }
";
    assert_eq!(unit_names("go", source), ["plain", "Point.Area", "Stack.Push", "Stack.Pop"]);
}

/// For each name of the only function, the line on which its binding was declared.
fn declared_on_lines(source: &str) -> Vec<(String, Option<usize>)> {
    let go = Language::from_id("go").unwrap();
    let units = lower_all("go", source);
    let tree = &units[1].1.tree;
    let bindings = Facts::compute(tree, go).bindings;
    let line = |tree: &Tree, id| {
        let start = tree.span(id).start as usize;
        tree.source()[..start].matches('\n').count()
    };
    tree.ids()
        .filter(|id| tree.kind(*id) == Kind::Name && tree.node(*id).access != Access::Declare)
        .map(|id| {
            let binding = bindings.resolve(id).and_then(|it| bindings.binding(it));
            (tree.name(id).to_owned(), binding.map(|it| line(tree, it.declared_at)))
        })
        .collect()
}

#[test]
fn a_short_declaration_keeps_what_its_scope_has() {
    let source = r"func f(a int) (err error) {
	a, b := g()
	b, err := h(a)
	if c, err := k(b); c {
		b := err
		use(b)
	}
	return a, err
}";
    let name = |name: &str, line| (name.to_owned(), line);
    let expected = [
        name("g", None),
        name("h", None),
        name("a", Some(0)),
        name("k", None),
        name("b", Some(1)),
        name("c", Some(3)),
        name("err", Some(3)),
        name("use", None),
        name("b", Some(4)),
        name("a", Some(0)),
        name("err", Some(0)),
    ];
    assert_eq!(declared_on_lines(source), expected);
}

#[test]
fn what_differs_is_not_the_same() {
    let source = "var x = f(a[:1], a[1:], a[:1], P{A: b}, map[P]int{A: b}, <-c, -c, &c, *c)";
    let units = lower_all("go", source);
    let tree = &units[0].1.tree;
    let call = tree.ids().find(|id| tree.kind(*id) == Kind::Call).unwrap();
    let parts: Vec<_> = tree.children(call).skip(1).collect();
    let same = |a: usize, b: usize| tree.is_same(parts[a], parts[b]);
    assert!(same(0, 2) && !same(0, 1), "a bound before the colon is none after it");
    assert!(!same(3, 4), "a field is no key");
    assert!((5..9).all(|a| (5..9).all(|b| a == b || !same(a, b))));
}

#[test]
fn comments_stand_beside_the_tree() {
    let source = "// one\npackage p\n\nvar a = /* two */ 1\n\nfunc f() { /* three */ }\n";
    let units = lower_all("go", source);
    let comments: Vec<usize> = units.iter().map(|(_, lowered)| lowered.comments.len()).collect();
    assert_eq!(comments, [2, 1]);
}

#[test]
fn deep_nesting_does_not_overflow() {
    let depth = 10_000;
    let sources = [
        format!("var x = {}1{}", "(".repeat(depth), ")".repeat(depth)),
        format!("var x = {}1{}", "f(".repeat(depth), ")".repeat(depth)),
        format!("var x = T{}1{}", "{a: ".repeat(depth), "}".repeat(depth)),
        format!("var x {}int", "[]".repeat(depth)),
        format!("func f() {{ {}{{}} }}", "if a {} else ".repeat(depth)),
        format!("func f() {}{}", "{".repeat(depth), "}".repeat(depth)),
        format!("var x = {}a", "a + ".repeat(depth)),
        format!("var x = a{}", ".b()".repeat(depth)),
        format!("var x = {}a", "*&".repeat(depth)),
    ];
    for source in sources {
        let nodes: usize =
            lower_all("go", &source).iter().map(|(_, lowered)| lowered.tree.len()).sum();
        let start: String = source.chars().take(20).collect();
        assert!(nodes > 3, "{start}");
    }
}

#[test]
fn broken_code_lowers() {
    let source = ALL.concat();
    // Cut off anywhere, and with a part missing.
    for end in (0..source.len()).step_by(7) {
        let broken = format!("{}{}", &source[..end], &source[(end + 9).min(source.len())..]);
        for (_, lowered) in lower_all("go", &source[..end]).iter().chain(&lower_all("go", &broken))
        {
            assert!(!lowered.tree.is_empty());
        }
    }
}
