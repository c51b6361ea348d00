//! Java's front end: what its syntax becomes in the IR.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod ir_dump;

use analysis::facts::Facts;
use analysis::ir::{Flags, Kind, NodeId, Role, Tree};
use analysis::languages::{Language, ValueType};
use insta::assert_snapshot;
use ir_dump::{count_other, dump, lower_all, unit_names};

const STRUCTURE: &str = r"
@NonNull package com.example.shop;
import java.util.List;
import java.util.function.*;
import static java.lang.Math.PI;
import Plain;
";

const MODULE: &str = r"
@Deprecated open module com.example.shop {
  requires transitive java.sql; exports com.example.api to a.b, c;
  opens com.example; uses com.example.Service; provides com.example.Service with com.example.Own, x.Other;
}
";

const CLASSES: &str = r#"
@Entity(name = "boxes", tags = {"a", B}) @Final
public abstract sealed class Box<T extends Number & Comparable<T>> extends Base<T> implements Shape<T>, java.io.Serializable permits Small {
  private static final int LIMIT = 10, sizes[] = {1, 2};
  @Inject protected volatile T item;
  static { LOG.info("loaded"); }
  { item = null; }
  public Box(T item, final int... rest) throws IOException { this(item); this.item = item; }
  Box(@NonNull T item) { super(item); }
  abstract int area();
  public static <U> U make(Box<? super U> this, U[] from, String args[]) { return from[0]; }
  static class Inner { class Deep { void run() {} } }
  Runnable task = new Runnable() { int count; @Override public void run() { count++; Box.this.area(); Box.super.area(); } };
}
enum Operation implements IntOp { PLUS("+") { int apply(int a, int b) { return a + b; } }, @Old MINUS; final String sign; Operation() {} }
record Point<T>(int x, @Min(0) T y) implements Shape { Point { if (x < 0) throw new IllegalArgumentException(); } static Point zero() { return new Point(0, 0); } }
interface Shape<T> extends A, B<T> { int SIDES = 4; double area(); default void draw() {} }
@interface Column { String name() default "x"; int[] sizes() default {}; int MAX = 1; }
"#;

const STATEMENTS: &str = r#"
class Statements {
  int all(List<String> names, int n) throws Exception {
    int i, total = 0; final var first = names.get(0); ;
    for (int a = 0, b = n; a < b; a++, b -= 2) total += a;
    for (i = 0, n = 1; ; ) { break; }
    for (final String name : names) if (name == null) continue; else { use(name); }
    outer: while (total > 0) { do { break outer; } while (true); }
    switch (n) { case 1: case 2: use(1); break; case LIMIT, A.B: return 1; default: total = 3; }
    switch (n) { case 1, 2 -> total = 1; case 3 -> { break; } default -> throw new Error(); }
    int value = switch (n) { case 1 -> names.size(); case 2 -> { yield 2; } default -> 0; };
    String text = switch (shape) { case Circle c when c.r() > 1 -> "c"; case Pair(Point(int x, var y), _) -> { yield "p" + x; } case null -> null; default -> ""; };
    try (Reader in = open(n); lock) { in.read(); } catch (final IOException | sql.SQLException e) { log(e); } catch (Exception e) {} finally { done(); }
    try { work(); } finally { done(); }
    synchronized (this) { assert n > 0 : "n"; }
    class Local { int n; } record Pair(int a, int b) {}
    @SuppressWarnings("x") List<?> raw = null;
    throw e;
  }
}
"#;

const EXPRESSIONS: &str = r#"
class Expressions {
  void all(Object o, int size, int[][] grid) {
    size = size(); this.size += -size; size >>>= 1; ++size; grid[0][1] = ~size << 2 >>> 1;
    if (!(o instanceof String s) || s.isEmpty() && (size != 1)) return;
    if (o instanceof Point(int x, int y) && x > y) use(x);
    Object cast = (Runnable & Serializable) () -> run(); long wide = (long) size;
    Function<String, Integer> f = (a) -> a.length(); BiFunction<A, B, C> g = (A a, B b) -> { return null; };
    Supplier<List<String>> make = ArrayList<String>::new; IntFunction<int[]> array = int[]::new; use(String::valueOf, this::all, super::all);
    int[] a = new int[] {1, 2}, b[] = {{1}, {}}; int[][] c = new int[size][];
    Map.Entry<String, Integer> entry = new java.util.AbstractMap.SimpleEntry<String, Integer>("k", 0x1F);
    Outer.Inner inner = outer.new Inner(1); Class<?> type = int[].class;
    char letter = 'x'; double real = 1.5e3f; boolean yes = true ? false : o == null;
    String block = """
      text "block" \
      """; String joined = "a\n" + 017 + 0b1 + 1_000L;
    java.util.Collections.<String>emptyList().forEach(System.out::println);
  }
}
"#;

const ALL: [&str; 5] = [STRUCTURE, MODULE, CLASSES, STATEMENTS, EXPRESSIONS];

#[test]
fn structure() {
    assert_snapshot!(dump("java", STRUCTURE));
}

#[test]
fn module() {
    assert_snapshot!(dump("java", MODULE));
}

#[test]
fn classes() {
    assert_snapshot!(dump("java", CLASSES));
}

#[test]
fn statements() {
    assert_snapshot!(dump("java", STATEMENTS));
}

#[test]
fn expressions() {
    assert_snapshot!(dump("java", EXPRESSIONS));
}

#[test]
fn everything_has_a_kind() {
    for source in ALL {
        let (nodes, other) = count_other("java", source);
        assert!(nodes > 5);
        assert_eq!(other, 0);
        for (_, lowered) in lower_all("java", source) {
            let damaged = lowered.tree.nodes().iter().find(|it| it.flags.has(Flags::DAMAGED));
            assert!(damaged.is_none(), "{damaged:?} in {source}");
        }
    }
}

#[test]
fn the_table_names_only_what_the_grammar_has() {
    let language = Language::from_id("java").unwrap();
    assert_eq!(language.lowering().unknown_names(), [""; 0]);
    assert_eq!(Language::from_path("src/Main.java".as_ref()), Some(language));
}

#[test]
fn outermost_methods_are_units() {
    let expected = [
        "Box.Box",
        "Box.Box",
        "Box.area",
        "Box.make",
        "Box.Inner.Deep.run",
        "Box.task.run",
        "Operation.PLUS.apply",
        "Operation.Operation",
        "Point.Point",
        "Point.zero",
        "Shape.area",
        "Shape.draw",
    ];
    assert_eq!(unit_names("java", CLASSES), expected);
    let lambdas = "class A { F f = x -> x, g = make(y -> { return y; }); F[] all = { z -> z }; }";
    assert_eq!(unit_names("java", lambdas), ["A.f", "A.all"]);
}

/// The IR of the last unit of a source, with its facts.
fn last_unit(source: &str) -> (Tree, Facts) {
    let (_, lowered) = lower_all("java", source).pop().unwrap();
    let facts = Facts::compute(&lowered.tree, Language::from_id("java").unwrap());
    (lowered.tree, facts)
}

fn of_kind(tree: &Tree, kind: Kind) -> Vec<NodeId> {
    tree.ids().filter(|id| tree.kind(*id) == kind).collect()
}

/// How often each variable of the last unit is mentioned.
fn mentions(source: &str) -> Vec<(String, usize)> {
    let (tree, facts) = last_unit(source);
    let bindings = &facts.bindings;
    let count = |(id, binding): (_, &analysis::facts::Binding)| {
        (tree.symbol_text(binding.symbol).to_owned(), bindings.occurrences(id).len())
    };
    bindings.iter().map(count).collect()
}

fn pairs(expected: &[(&str, usize)]) -> Vec<(String, usize)> {
    expected.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

#[test]
fn a_method_is_no_mention_of_a_variable_of_its_name() {
    let source = "class A { void f() { int size = size(); this.size(size); use(x -> size); } }";
    assert_eq!(mentions(source), pairs(&[("size", 3), ("x", 1)]));
}

#[test]
fn the_callee_of_a_method_call_is_one_node() {
    let (tree, _) = last_unit("class A { void f() { a.b(1).<T>c(2, 3); super.d(); e(); } }");
    let callees: Vec<_> = of_kind(&tree, Kind::Call)
        .into_iter()
        .map(|call| tree.text(tree.child(call, Role::Callee).unwrap()).to_owned())
        .collect();
    assert_eq!(callees, ["a.b(1).<T>c", "a.b", "super.d", "e"]);
    let arguments = |call| tree.children_with(call, Role::Argument).count();
    let counts: Vec<_> = of_kind(&tree, Kind::Call).into_iter().map(arguments).collect();
    assert_eq!(counts, [2, 1, 0, 0]);
}

#[test]
fn fields_are_seen_inside_a_local_class() {
    let source = "class A { void f(int n) { new B() { int count = n; void g() { count++; } }; } }";
    assert_eq!(mentions(source), pairs(&[("n", 2), ("count", 2)]));
}

#[test]
fn patterns_and_resources_bind() {
    let source = "class A { void f(Object o) {
        if (o instanceof String s && s.isEmpty()) { use(s); }
        switch (o) { case P(int x, var y) when x > 0 -> use(x, y); case Q q -> use(q); case LIMIT -> {} }
        try (R r = open()) { r.run(); } catch (E | F e) { e.print(); }
        try (R r = open()) { r.run(); }
    } }";
    let expected = [("o", 3), ("s", 3), ("x", 3), ("y", 2), ("q", 2), ("r", 2), ("e", 2), ("r", 2)];
    assert_eq!(mentions(source), pairs(&expected));
}

#[test]
fn a_switch_says_how_it_is_left() {
    let source = "class A { int f(int n) {
        switch (n) { case 1: break; }
        switch (n) { case 1 -> g(); default -> {} }
        if (n > 0) switch (n) { default -> g(); }
        return switch (n) { case 1 -> g(); default -> { yield 2; } };
    } }";
    let (tree, _) = last_unit(source);
    let flags: Vec<_> = of_kind(&tree, Kind::Switch)
        .into_iter()
        .map(|it| {
            [Flags::BREAKABLE, Flags::FALLS_THROUGH, Flags::HAS_VALUE]
                .map(|flag| tree.flags(it).has(flag))
        })
        .collect();
    let (old, arrow, value) = ([true, true, false], [true, false, false], [true, false, true]);
    assert_eq!(flags, [old, arrow, arrow, value]);
    assert_eq!(
        of_kind(&tree, Kind::ExpressionStatement).len(),
        2,
        "a case's value is no statement"
    );
}

#[test]
fn variables_of_one_declaration_share_its_type() {
    let (tree, facts) =
        last_unit("class A { void f() { String a = x(), b; String c[] = y(), d; } }");
    let language = Language::from_id("java").unwrap();
    let paths =
        analysis::facts::paths::Paths { tree: &tree, bindings: &facts.bindings, environment: None };
    let types = analysis::facts::types::Types {
        tree: &tree,
        bindings: &facts.bindings,
        paths,
        language,
        memo: None,
    };
    let of: Vec<_> = facts.bindings.iter().map(|(id, _)| types.of_binding(id)).collect();
    let (text, list) = (Some(ValueType::String), Some(ValueType::List));
    assert_eq!(of, [text, text, list, text]);
}

#[test]
fn deep_nesting_does_not_overflow() {
    let depth = 10_000;
    let sources = [
        format!("class A {{ int x = {}1{}; }}", "(".repeat(depth), ")".repeat(depth)),
        format!("class A {{ int[] x = {}1{}; }}", "{".repeat(depth), "}".repeat(depth)),
        format!("class A {{ int x = {}1{}; }}", "f(".repeat(depth), ")".repeat(depth)),
        format!("class A {{ int x = a{}; }}", ".b()".repeat(depth)),
        format!("class A {{ F f = {}x; }}", "x -> ".repeat(depth)),
        format!("{}{}", "class A { ".repeat(depth), "}".repeat(depth)),
        format!("class A {{ {}T{} x; }}", "List<".repeat(depth), ">".repeat(depth)),
        format!("class A {{ void f() {{ {}; }} }}", "if (a) b(); else ".repeat(depth)),
    ];
    for source in sources {
        let nodes: usize = lower_all("java", &source).iter().map(|(_, it)| it.tree.len()).sum();
        let start: String = source.chars().take(30).collect();
        assert!(nodes > 3, "{start}");
    }
}

#[test]
fn broken_code_lowers() {
    let source = ALL.concat();
    for end in (0..source.len()).step_by(11) {
        let broken = format!("{}{}", &source[..end], &source[(end + 9).min(source.len())..]);
        for (_, lowered) in lower_all("java", &broken) {
            assert!(!lowered.tree.is_empty());
        }
    }
}
