//! The symbols of a file, language by language, and what holds of them whatever the text.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::context::{Found, Summary, SymbolKind, WorkspaceIndex};
use analysis::engine::{Document, summarize};
use analysis::languages::Language;
use analysis::rules;
use analysis::text::Snapshot;

fn summary(language: Language, text: &str) -> Arc<Summary> {
    let mut document = Document::new(language, Snapshot::new(text));
    let (configuration, token) = (Configuration::default(), CancellationToken::new());
    summarize(&mut document, &configuration, &token).unwrap().expect("a summary")
}

/// The symbols, a line each: what stands in another is indented; the name's own text is named where
/// it is another, and so is what a function belongs to that stands elsewhere.
fn dump(language: &str, text: &str) -> String {
    let summary = summary(Language::from_id(language).unwrap(), text);
    let symbols = summary.symbols();
    let mut lines = String::new();
    for symbol in &symbols {
        let depth = std::iter::successors(symbol.parent, |at| symbols[*at].parent).count();
        write!(lines, "{:1$}{2:?} {3}", "", depth * 2, symbol.kind, symbol.name).unwrap();
        let written = symbol.name_span.of(text);
        if written != symbol.name {
            write!(lines, " (`{written}`)").unwrap();
        }
        if symbol.parent.is_none() && !symbol.container.is_empty() {
            write!(lines, " of {}", symbol.container).unwrap();
        }
        lines.push('\n');
    }
    lines
}

#[test]
fn python() {
    let text = r#"
import os
LIMIT: int = 3
a = b = 1
c, d = 1, 2
a = 2
class Foo(Base):
    """A foo."""
    count = 0
    name: str
    def __init__(self):
        self.x = 1
        def inner(): pass
    @property
    def size(self): return 1
    class Inner:
        async def run(self): pass
@decorated
def free(x):
    class Local:
        def method(self): pass
    held = lambda: 1
    return x
f = lambda x: x
if True:
    def chosen(): pass
    z = 1
for i in range(3): t = i
"#;
    insta::assert_snapshot!(dump("python", text), @r"
    Constant LIMIT
    Variable a
    Variable b
    Variable c
    Variable d
    Class Foo
      Field count
      Field name
      Constructor __init__
        Function inner
      Property size
      Class Inner
        Method run
    Function free
      Class Local
        Method method
      Function held
    Function f
    Function chosen
    Variable z
    ");
}

#[test]
fn javascript() {
    let text = "
export default class Foo extends Bar {
    count = 0;
    #hidden = () => 1;
    constructor(a) { super(a); this.a = a }
    get v() { return 1 }
    static make() {}
    [key]() {}
}
const Local = class { run() {} };
module.exports = { start() {}, stop: function () {}, n: 1 };
exports.go = function () {};
Foo.prototype.walk = function () {};
var a = 1, b;
let { p, q: r } = a;
a = 3;
function* gen() { const arrow = () => { function deep() {} }; return arrow }
describe('x', () => { const inner = 1; function helper() {} });
export const LIMIT = 3;
";
    insta::assert_snapshot!(dump("javascript", text), @r"
    Class Foo
      Field count
      Method #hidden
      Constructor constructor
      Property v
      Method make
    Class Local
      Method run
    Object exports
      Method start
      Method stop
    Function go of exports
    Function walk of Foo.prototype
    Variable a
    Variable b
    Variable p
    Variable r
    Function gen
      Function arrow
        Function deep
    Function helper
    Constant LIMIT
    ");
}

#[test]
fn typescript() {
    let text = "
export interface Shape { area: number; draw(x: number): void }
enum Color { Red, Green = 'g' }
type Alias = { a: string };
namespace Tools { export function help() {} const hidden = () => 1; }
export abstract class Box<T> extends Base implements Shape {
    items: T[] = [];
    static readonly N = 1;
    constructor(private x: number) { super() }
    get size() { return 1 }
    abstract go(): void;
    handler = () => { };
}
declare function load(path: string): void;
export default async function main() { class Inner { m() {} } }
";
    insta::assert_snapshot!(dump("typescript", text), @r"
    Interface Shape
      Property area
      Method draw
    Enum Color
      EnumMember Red
      EnumMember Green
    TypeAlias Alias
    Namespace Tools
      Function help
      Function hidden
    Class Box
      Field items
      Field N
      Constructor constructor
      Property size
      Method go
      Method handler
    Function load
    Function main
      Class Inner
        Method m
    ");
}

#[test]
fn rust() {
    let text = r#"
const LIMIT: usize = 3;
static NAME: &str = "x";
pub struct Point { pub x: i32, y: f64 }
struct Pair(i32, u8);
pub(crate) enum Color { Red, Green(u8), Blue { a: u8 } }
union U { a: u8, b: i8 }
pub trait Shape: Base { const N: u8; type Out; fn area(&self) -> f64; fn twice(&self) -> f64 { 2.0 } }
impl<T> Shape for Stack<T> { type Out = u8; const N: u8 = 1; fn area(&self) -> f64 { 1.0 } }
impl Point {
    pub fn new() -> Self { fn inner() {} Point { x: 1, y: 2.0 } }
}
type Alias = Vec<u8>;
mod tests { #[test] fn works() {} mod deeper { pub fn deepest() {} } }
macro_rules! twice { ($a:expr) => { $a + $a } }
"#;
    insta::assert_snapshot!(dump("rust", text), @r"
    Constant LIMIT
    Constant NAME
    Struct Point
      Field x
      Field y
    Struct Pair
    Enum Color
      EnumMember Red
      EnumMember Green
      EnumMember Blue
    Struct U
      Field a
      Field b
    Interface Shape
      Constant N
      TypeAlias Out
      Method area
      Method twice
    Implementation impl<T> Shape for Stack<T>
      TypeAlias Out
      Constant N
      Method area
    Implementation impl Point
      Method new
        Function inner
    TypeAlias Alias
    Function works
    Function deepest
    Macro twice
    ");
}

#[test]
fn go() {
    let text = "
package main
const limit, name = 1 << 3, \"x\"
const (
  Low = iota
  High
)
var a, _ int
type Level int
type Pair[K comparable] struct { Key, Other K; http.Request; run func() }
type Shape interface { Area(scale float64) float64; fmt.Stringer }
func free(a int) int { return a }
func (p *Pair[K]) Method() { inner := func() {}; inner() }
";
    insta::assert_snapshot!(dump("go", text), @r"
    Constant limit
    Constant name
    Constant Low
    Constant High
    Variable a
    TypeAlias Level
    Struct Pair
      Field Key
      Field Other
      Field run
    Interface Shape
      Method Area
    Function free
    Method Method of Pair
      Function inner
    ");
}

#[test]
fn java() {
    let text = r#"
package com.shop;
@Entity(name = "enum") public abstract class A<T> extends Base implements Shape {
    static final int LIMIT = 10, sizes = 2;
    @Inject private T item;
    A(T item) { this.item = item; }
    abstract double area();
    @Override public void run() { Runnable r = new Runnable() { public void run() { foo(); } }; }
    class Inner { void go() {} }
    enum E { X, Y("a") { void z() {} }; final int q = 1; E() {} }
}
interface Shape { int SIDES = 4; double area(); default void draw() {} }
record Point(int x, int y) { static Point zero() { return null; } }
@interface Column { String name() default "x"; }
"#;
    insta::assert_snapshot!(dump("java", text), @r"
    Class A
      Constant LIMIT
      Constant sizes
      Field item
      Constructor A
      Method area
      Method run
        Method run
      Class Inner
        Method go
      Enum E
        EnumMember X
        EnumMember Y
          Method z
        Field q
        Constructor E
    Interface Shape
      Constant SIDES
      Method area
      Method draw
    Struct Point
      Field x
      Field y
      Method zero
    Interface Column
      Method name
    ");
}

#[test]
fn c() {
    let text = "
#define LIMIT 3
#define MAX(a, b) ((a) > (b) ? (a) : (b))
static const int limit = 3;
int table[3] = {1, 2}, *pointer;
int declared(int a);
int (*handler)(void);
typedef struct node { int key; struct node *next; } node_t;
typedef struct { int a; } unnamed_t;
typedef int (*callback)(int);
enum color { RED = 1, GREEN };
union both { int i; float f; };
static int f(int x) { int local = x; return local; }
#ifdef X
int g(void) { return 1; }
#endif
";
    insta::assert_snapshot!(dump("c", text), @r"
    Constant LIMIT
    Macro MAX
    Constant limit
    Variable table
    Variable pointer
    Function declared
    Variable handler
    TypeAlias node_t
      Struct node
        Field key
        Field next
    Struct unnamed_t
      Field a
    TypeAlias callback
    Enum color
      EnumMember RED
      EnumMember GREEN
    Struct both
      Field i
      Field f
    Function f
    Function g
    ");
}

#[test]
fn cpp() {
    let text = "
namespace a { namespace b {
template <class T> class Box : public Base<T> {
public:
    Box(int a);
    ~Box() {}
    int size() const { return 1; }
    static int count;
    std::string name;
    void declared(int);
    bool operator==(const Box& o) { return true; }
    enum Kind { A, B };
    struct In { int z; };
};
enum class Color : char { Red, Green = 2 };
int Box<int>::count = 0;
template <class T> int Box<T>::get(int x) { return x; }
} }
using Alias = int;
constexpr int N = 3;
int main() { auto f = [](int x) { return x; }; struct Local { void m() {} }; return f(1); }
";
    insta::assert_snapshot!(dump("cpp", text), @r"
    Class Box
      Constructor Box
      Method ~Box
      Method size
      Field count
      Field name
      Method declared
      Method operator==
      Enum Kind
        EnumMember A
        EnumMember B
      Struct In
        Field z
    Enum Color
      EnumMember Red
      EnumMember Green
    Variable Box<int>::count
    Method get (`Box<T>::get`) of Box<T>
    TypeAlias Alias
    Constant N
    Function main
      Function f
      Struct Local
        Method m
    ");
}

#[test]
fn broken_code_shows_what_there_is_of_it() {
    let text = "class Foo:\n    def one(self):\n        return (1\n\n    def two(self):\n        pass\n\n\ndef free(:\n    pass\n\n\ndef last():\n    pass\n";
    let names = dump("python", text);
    assert!(names.contains("Foo") && names.contains("last"), "{names}");
    let text = "class A { one() { return (1 } two() {} }\nfunction three() {}\n";
    let names = dump("javascript", text);
    assert!(names.contains("one") && names.contains("three"), "{names}");
    let text = "package p\n\nfunc one( {\n}\n\nfunc two() {}\n\ntype T struct { A int\n";
    let names = dump("go", text);
    assert!(names.contains("two"), "{names}");
}

/// What holds of the symbols of any text.
fn check(language: Language, text: &str) {
    let summary = summary(language, text);
    let symbols = summary.symbols();
    for (at, symbol) in symbols.iter().enumerate() {
        assert!(symbol.span.contains(symbol.name_span), "{symbol:?} of {text}");
        assert!(symbol.span.end as usize <= text.len(), "{symbol:?} of {text}");
        assert!(!symbol.name.is_empty(), "{symbol:?} of {text}");
        if let Some(parent) = symbol.parent {
            assert!(parent < at, "{symbol:?} of {text}");
            let parent = &symbols[parent];
            assert!(parent.span.contains(symbol.span), "{parent:?} {symbol:?} of {text}");
        }
    }
}

#[test]
fn what_stands_in_another_stands_within_it() {
    for rule in rules::all() {
        for example in rule.examples {
            let language = Language::from_id(example.language).unwrap();
            check(language, example.code);
            // As it is while somebody types.
            let middle = example.code.floor_char_boundary(example.code.len() * 2 / 3);
            check(language, &example.code[..middle]);
            check(language, &example.code.replace("\n    ", "\n"));
        }
    }
}

fn index(files: &[(&str, &str)]) -> WorkspaceIndex {
    let mut index = WorkspaceIndex::default();
    for (path, text) in files {
        index.insert(path, summary(Language::from_path(Path::new(path)).unwrap(), text));
    }
    index
}

fn find(index: &WorkspaceIndex, query: &str, most: usize) -> Vec<Found> {
    index.find(query, most, &CancellationToken::new())
}

#[test]
fn symbols_are_found_by_name_over_all_files() {
    let python = "class UserStore:\n    def load_user(self): pass\n\nuser = 1\n";
    let go = "package p\ntype Store struct { User int }\nfunc (s *Store) LoadUser() {}\n";
    let typescript = "export const loadUser = () => 1;\nfunction reload() {}\n";
    let files = [("/a/store.py", python), ("/a/b/store.go", go), ("/a/load.ts", typescript)];
    let mut index = index(&files);
    assert_eq!(index.symbol_count(), 8);
    let names = |query: &str| -> Vec<String> {
        let found = find(&index, query, 10);
        found.iter().map(|it| format!("{} {}.{}", it.file, it.container, it.name)).collect()
    };
    assert_eq!(
        names("lu"),
        ["/a/load.ts .loadUser", "/a/b/store.go Store.LoadUser", "/a/store.py UserStore.load_user",]
    );
    assert_eq!(names("User")[..2], ["/a/b/store.go Store.User", "/a/store.py .user"]);
    assert_eq!(
        names("store.lu"),
        ["/a/b/store.go Store.LoadUser", "/a/store.py UserStore.load_user"]
    );
    assert_eq!(
        names("Store::LoadUser"),
        ["/a/b/store.go Store.LoadUser", "/a/store.py UserStore.load_user"]
    );
    assert_eq!(names("nothing like it"), [] as [&str; 0]);
    let found = find(&index, "reload", 10);
    assert_eq!(found[0].kind, SymbolKind::Function);
    assert_eq!(found[0].name_span.of(typescript), "reload");
    // The best are kept, and an empty query is answered too.
    assert_eq!(find(&index, "lu", 1), find(&index, "lu", 10)[..1]);
    assert_eq!(find(&index, "", 5).len(), 5);
    assert_eq!(find(&index, "", 100).len(), 8);
    let cancelled = CancellationToken::new();
    cancelled.cancel();
    assert_eq!(index.find("lu", 10, &cancelled), []);
    // What is gone is not found.
    index.remove("/a/load.ts");
    assert_eq!(find(&index, "reload", 10), []);
}

#[test]
fn functions_are_told_in_words() {
    let python = Language::from_id("python").unwrap();
    let text = "class UserStore:\n    # Keeps what was read.\n    @cached\n    def loadByName(self, name):\n        \"\"\"Reads one user\n        from disk.\"\"\"\n        return self.open_file(name).read_all_lines()\n\nx = lambda: 1\n";
    let described = summary(python, text).descriptions(text);
    assert_eq!(described.len(), 1);
    assert_eq!(described[0].function, "UserStore.loadByName");
    assert_eq!(
        described[0].text,
        "load by name of user store. Keeps what was read. Reads one user from disk. @cached. \
         load name reads one user disk open file read all lines"
    );
    let rust = Language::from_id("rust").unwrap();
    let text = "/// Adds two numbers.\n#[inline]\npub fn add_up(one: u8) -> u8 {\n    HTTPServer::new(one)\n}\n";
    let described = summary(rust, text).descriptions(text);
    assert_eq!(
        described[0].text,
        "add up. Adds two numbers. pub fn add_up(one: u8) -> u8. http server one"
    );
    // What has moved is left out.
    assert_eq!(summary(rust, text).descriptions(&text[5..]), []);
}
