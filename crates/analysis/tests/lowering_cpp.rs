//! C++'s front end: what its syntax becomes in the IR, and how a file is cut into units.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod ir_dump;

use analysis::ir::{Flags, Kind, NodeId, Operator, Role, Tree};
use analysis::languages::Language;
use insta::assert_snapshot;
use ir_dump::{count_other, dump, lower_all, unit_names};

const CLASSES: &str = r"
namespace a::b {
template <typename T, int N = 2> requires Sized<T>
class [[nodiscard]] Box : public Base<T>, private ns::Other {
 public:
  using Base<T>::run;
  explicit Box(int a, T b = 1) : Base<T>(a), b_{b} { run(1); }
  ~Box() = default;
  Box(const Box&) = delete;
  virtual int size() const noexcept override { return 1; }
  static int count;
  std::string name = std::string();
  void declared(int, char *name);
  bool operator==(const Box& other) const { return a.b == other->d; }
  operator bool() const { return true; }
  friend class Pen;
  friend void touch(Box& box) { box.run(); }
};
enum class Color : char { Red, Green = 2 };
}
int a::b::Box::count = 0;
template <> int Box<int>::get(const std::vector<int>& xs) & { return xs[0]; }
";

const STATEMENTS: &str = r"
int f(const Map& xs) {
  Point p(x, y);
  Point q(1, x), r{2};
  const auto& [u, v] = pair;
  for (auto& [key, value] : xs) use(key);
  if (auto it = xs.find(u); it != xs.end()) return 1;
  if (auto* it = xs.get()) { return it->a; } else if (u) {}
  switch (auto kind = p.kind(); kind) { case Kind::One: break; }
  try { throw Failed(1); } catch (const std::exception& e) { log(e); } catch (...) { throw; }
  delete p; delete[] q;
  static_assert(sizeof(int) == 4, `x`);
  co_await p; co_yield q; co_return;
}
";

const EXPRESSIONS: &str = r"
void f(T x, T y) {
  auto g = [x, &y, z = std::move(x), this](int n) mutable -> int { return n + x; };
  auto *p = new Foo::Bar<int>(1, 2); int *q = new int[3];
  x = static_cast<int>(y) + (int)z + int(w) + Point{1, 2}.x;
  std::chrono::steady_clock::now(); std::get<0>(x); ::foo(); ::std::swap(x, y);
  x = y <=> z; x = y and not z; x |= 3_km;
  x = (args + ...) + sum(args...);
  x = p->template get<int>() ? p->q : nullptr;
  x = R`(raw)` `text`s;
}
";

const MODULES: &str = r"
#include <vector>
using std::string;
using namespace std;
namespace fs = std::filesystem;
using Names = std::vector<string>;
typedef unsigned long size;
template <class T> concept Sized = requires(T t) { t.size(); };
template int twice<int>(int);
extern `C` { void c_function(int); }
";

fn sources() -> [String; 4] {
    [CLASSES, STATEMENTS, EXPRESSIONS, MODULES].map(|it| it.replace('`', "\""))
}

fn tree(source: &str) -> Tree {
    lower_all("cpp", source).remove(1).1.tree
}

fn find(tree: &Tree, kind: Kind) -> Vec<NodeId> {
    tree.ids().filter(|id| tree.kind(*id) == kind).collect()
}

#[test]
fn classes() {
    assert_snapshot!(dump("cpp", &sources()[0]));
}

#[test]
fn statements() {
    assert_snapshot!(dump("cpp", &sources()[1]));
}

#[test]
fn expressions() {
    assert_snapshot!(dump("cpp", &sources()[2]));
}

#[test]
fn imports_and_aliases() {
    assert_snapshot!(dump("cpp", &sources()[3]));
}

#[test]
fn everything_has_a_kind() {
    let (nodes, other) = count_other("cpp", &sources().concat());
    assert!(nodes > 400, "{nodes}");
    assert_eq!(other, 0);
}

#[test]
fn the_table_names_only_what_the_grammar_has() {
    let language = Language::from_id("cpp").unwrap();
    let unknown = language.lowering().unknown_names();
    assert_eq!(unknown, [""; 0]);
}

#[test]
fn methods_are_units_of_their_classes() {
    let source = r#"
namespace n { class A { public: A() {} struct B { void deep() {} }; int get() { return 1; } }; }
void n::A::out() {}
template <class T> T* Box<T>::operator[](int i) { return 0; }
A::~A() {}
extern "C" void plain() { auto inner = [] { return 1; }; }
#ifdef X
static int& ref() { static int x; return x; }
#endif
"#;
    assert_eq!(
        unit_names("cpp", source),
        ["A.A", "A.B.deep", "A.get", "n.A.out", "Box<T>.operator[]", "A.~A", "plain", "ref"]
    );
    let methods: Vec<bool> = lower_all("cpp", source)
        .iter()
        .skip(1)
        .map(|(_, lowered)| lowered.tree.flags(NodeId::ROOT).has(Flags::METHOD))
        .collect();
    assert_eq!(methods, [true, true, true, true, true, true, false, false]);
}

#[test]
fn arguments_of_a_local_are_no_parameters() {
    let tree = tree("void f() { Point p(x, y); Point q(1); int g(int); }");
    let made: Vec<_> =
        find(&tree, Kind::Call).into_iter().map(|it| tree.children(it).count()).collect();
    assert_eq!(made, [2, 1]);
    let calls = find(&tree, Kind::Call);
    assert!(calls.iter().all(|it| tree.flags(*it).has(Flags::CONSTRUCT)));
    assert!(calls.iter().all(|it| tree.role(*it) == Role::Value));
}

#[test]
fn what_templates_tell_apart_is_not_the_same() {
    let tree = tree("void f() { g(std::get<0>(t), std::get<1>(t), std::get<0>(t)); }");
    let call = find(&tree, Kind::Call)[0];
    let parts: Vec<_> = tree.children_with(call, Role::Argument).collect();
    assert!(tree.is_same(parts[0], parts[2]) && !tree.is_same(parts[0], parts[1]));
}

#[test]
fn the_spaceship_is_a_comparison() {
    let tree = tree("auto f(T a, T b) { return a <=> b; }");
    let comparison = find(&tree, Kind::Compare)[0];
    assert_eq!(tree.node(comparison).operator, Operator::ThreeWay);
}

#[test]
fn deep_nesting_does_not_overflow() {
    let depth = 10_000;
    let sources = [
        format!("auto x = {}1{};", "(".repeat(depth), ")".repeat(depth)),
        format!("auto x = {}1;", "a::".repeat(depth)),
        format!("{}int x;{}", "namespace n {".repeat(depth), "}".repeat(depth)),
        format!("{}int x;{}", "struct s {".repeat(depth), "};".repeat(depth)),
        format!("auto x = {}{};", "[] { return ".repeat(depth), "1; }".repeat(depth)),
        format!("A{} x{};", "<A".repeat(depth), ">".repeat(depth)),
    ];
    for source in sources {
        let nodes: usize =
            lower_all("cpp", &source).iter().map(|(_, lowered)| lowered.tree.len()).sum();
        assert!(nodes > 1);
    }
}

#[test]
fn broken_code_lowers() {
    let source = sources().concat();
    // Cut off anywhere, and with a part missing.
    for end in (0..source.len()).step_by(11) {
        let broken = format!("{}{}", &source[..end], &source[(end + 9).min(source.len())..]);
        for (_, lowered) in
            lower_all("cpp", &source[..end]).iter().chain(&lower_all("cpp", &broken))
        {
            assert!(!lowered.tree.is_empty());
        }
    }
}
