//! `bug/self-comparison`.

use crate::facts::purity::is_repeatable;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/self-comparison",
    category: Category::Bug,
    summary: "A value is compared with itself",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports comparisons whose two sides are the same expression.",
        why: "Such a comparison has a constant outcome, so one of the two sides was most likely \
              meant to be another variable: the slip typically comes from copying a line.",
        fix: "Compare with the value you meant. If the comparison is meant as a test for NaN, say \
              so with `math.isnan`, `Number.isNaN` or `is_nan`.",
        limits: "Where nothing says that a value is no float, `x != x`, the traditional test for \
                 NaN, is not reported, and `x == x` of a variable is a warning of lower \
                 confidence; none at all beside another test of `x`, in a function named for \
                 it (`isNaN`, `sameValue`, `eq`), or given to a variable named so \
                 (`isReflexive`). Comparisons in an assertion or macro (a test of an equality \
                 operator), those that hold a call, and those whose outcome goes to `_`, are \
                 left alone.",
        references: &["https://cwe.mitre.org/data/definitions/571.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def overlaps(first, second):
    return first.start <= second.end and second.start <= second.start
                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compared with itself
",
        ),
        Example::bad(
            "python",
            "def is_square(width, height):
    if width == width:
       ^^^^^^^^^^^^^^ `width` is compared with itself
        return True
    return False
",
        ),
        Example::bad(
            "python",
            "def is_missing(a):
    return a == a or a == None
           ^^^^^^ always true but for NaN; write a NaN test as `math.isnan`
",
        ),
        Example::bad(
            "python",
            "def changed(count: int, other: int):
    return count != count
           ^^^^^^^^^^^^^^ `count` is compared with itself: always false
",
        ),
        Example::good("python", "def eq(a, b):\n    return a == b or (a != a and b != b)\n"),
        Example::good("python", "def is_nan(value):\n    return value != value\n"),
        Example::good("python", "def test_equality(point):\n    assert point == point\n"),
        Example::bad(
            "javascript",
            "function inRange(value, low, high) {
  return low <= value && high >= high;
                         ^^^^^^^^^^^^ `high` is compared with itself
}
",
        ),
        Example::bad(
            "javascript",
            "const same = (a, b) => a.id === a.id;
                       ^^^^^^^^^^^^^ always true
",
        ),
        Example::good(
            "javascript",
            "function first(a, b) {
  if (a === a) return a;
  return b;
}
",
        ),
        Example::good(
            "javascript",
            "function sameValue(a, b) { return a === b || (a !== a && b !== b); }\n",
        ),
        Example::good(
            "javascript",
            "function sort(x) { const isReflexive = x === x; use(isReflexive); }\n",
        ),
        Example::good("javascript", "function both(x, y) { return x !== x && y !== y; }\n"),
        Example::good("javascript", "function isNaN(x) { return x !== x; }\n"),
        Example::good("javascript", "const same = next() === next();\n"),
        Example::good("javascript", "const low = (x) => x === x ? x : 0;\n"),
        Example::good("javascript", "const ok = (x) => typeof x == 'number' && x === x;\n"),
        Example::bad(
            "typescript",
            "function same(a: User, b: User): boolean {
  return a.name === a.name;
         ^^^^^^^^^^^^^^^^^ compared with itself
}
",
        ),
        Example::bad(
            "typescript",
            "const bigger = (a: number, b: number) => b < b;
                                         ^^^^^ always false
",
        ),
        Example::bad(
            "typescript",
            "function moved(from: string, to: string): boolean {
  return from !== from;
         ^^^^^^^^^^^^^ `from` is compared with itself: always false
}
",
        ),
        Example::good("typescript", "const same = (a: User, b: User) => a.id === b.id;\n"),
        Example::good("typescript", "const isNaN = (x: number) => x !== x;\n"),
        Example::bad(
            "rust",
            "fn contains(low: u32, high: u32, x: u32) -> bool {
    low <= x && high >= high
                ^^^^^^^^^^^^ `high` is compared with itself
}
",
        ),
        Example::bad(
            "rust",
            "fn same(&self, other: &Self) -> bool {
    self.id == self.id
    ^^^^^^^^^^^^^^^^^^ always true
}
",
        ),
        Example::bad(
            "rust",
            "fn pick(low: f64, high: f64) -> f64 {
    if low == low { low } else { high }
       ^^^^^^^^^^ always true but for NaN; write a NaN test as `is_nan`
}
",
        ),
        Example::bad(
            "rust",
            "fn moved(from: usize, to: usize) -> bool {
    from != from
    ^^^^^^^^^^^^ `from` is compared with itself: always false
}
",
        ),
        Example::good("rust", "fn is_nan(x: f64) -> bool {\n    x != x\n}\n"),
        Example::good("rust", "fn same(a: &User, b: &User) -> bool {\n    a.id == b.id\n}\n"),
        Example::bad(
            "go",
            "\
func overlaps(first, second Span) bool {
	return first.Start <= second.End && second.Start <= second.Start
	                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ compared with itself
}
",
        ),
        Example::bad(
            "go",
            "\
func (s *Server) isCurrent(version int) bool {
	return s.version == s.version
	       ^^^^^^^^^^^^^^^^^^^^^^ always true
}
",
        ),
        Example::good(
            "go",
            "\
func isNaN(x float64) bool {
	return x != x
}
",
        ),
        Example::good(
            "go",
            "\
func twice(values <-chan int) bool {
	return <-values == <-values
}
",
        ),
        Example::bad(
            "java",
            "class Point {
    boolean isSame(Point other) {
        return other.x == other.x;
               ^^^^^^^^^^^^^^^^^^ `other.x` is compared with itself: always true
    }
}
",
        ),
        Example::bad(
            "java",
            "class Range {
    boolean isEmpty(int start, int end) {
        return end < end;
               ^^^^^^^^^ always false
    }
}
",
        ),
        Example::good(
            "java",
            "class Point {
    boolean isSame(Point other) {
        return this.x == other.x;
    }
}
",
        ),
        Example::good(
            "java",
            "class Numbers {
    boolean isNaN(double value) {
        return value != value;
    }
}
",
        ),
        Example::bad(
            "c",
            "int overlaps(const struct span *a, const struct span *b) {
  return a->start <= b->end && b->start <= b->start;
                               ^^^^^^^^^^^^^^^^^^^^ compared with itself
}
",
        ),
        Example::bad(
            "c",
            "int is_square(int width, int height) {
  if (width == width) {
      ^^^^^^^^^^^^^^ `width` is compared with itself
    return 1;
  }
  return 0;
}
",
        ),
        Example::good(
            "c",
            "double first(double a, double b) { return a == a ? a : b; }
",
        ),
        Example::good(
            "c",
            "int is_nan(double x) { return x != x; }
",
        ),
        Example::good(
            "c",
            "int same(int *p) { return *p++ == *p++; }
",
        ),
        Example::bad(
            "cpp",
            "bool same(const Point& a, const Point& b) {
  return a.x == b.x && a.y == a.y;
                       ^^^^^^^^^^ always true
}
",
        ),
        Example::bad(
            "cpp",
            "bool is_default() {
  return ns::limit == ns::limit;
         ^^^^^^^^^^^^^^^^^^^^^^ compared with itself
}
",
        ),
        Example::good(
            "cpp",
            "template <typename T> bool is_number(T value) { return value == value; }
",
        ),
        Example::good(
            "cpp",
            "bool same(const Point& a, const Point& b) { return a.x == b.x; }
",
        ),
        Example::good(
            "cpp",
            "void check(const Point& a) { EXPECT_TRUE(a == a); assert(a <= a); }
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let operator = tree.node(id).operator;
    let outcome = match operator {
        Operator::Equal
        | Operator::StrictEqual
        | Operator::Is
        | Operator::LessEqual
        | Operator::GreaterEqual => true,
        Operator::NotEqual
        | Operator::StrictNotEqual
        | Operator::Less
        | Operator::Greater
        | Operator::IsNot => false,
        _ => return,
    };
    let (Some(left), Some(right)) = (tree.child(id, Role::Left), tree.child(id, Role::Right))
    else {
        return;
    };
    if tree.kind(left).is_literal() || !tree.is_same(left, right) || !is_repeatable(tree, left) {
        return;
    }
    // As a statement, it is not the comparison but its being there that is wrong.
    if tree.kind(tree.node(id).parent) == Kind::ExpressionStatement {
        return;
    }
    // A test may ask whether the operator does its work.
    if context.is_in_test(id) || tree.ancestors(id).any(|it| is_assertion(tree, it)) {
        return;
    }
    // Nor does a test of a library whose columns and fields make expressions of comparisons.
    if tree.kind(left) == Kind::Member && context.is_test_code(id) {
        return;
    }
    let doubt = nan_doubt(context, left, operator);
    let is_idiom = tests_for_nan(tree, id, left) && doubt == NanDoubt::Open;
    let is_named = !context.types().is_never_nan(left) && is_named_for_nan(context, id);
    if doubt == NanDoubt::Meant || is_idiom || is_named {
        return;
    }
    // `_ = x == x` asks the compiler whether it can be compared.
    let holder = tree.node(id).parent;
    if tree.child(holder, Role::Target).is_some_and(|target| tree.text(target) == "_") {
        return;
    }
    report(context, id, left, outcome, doubt);
}

fn report(context: &mut Context<'_>, id: NodeId, value: NodeId, outcome: bool, doubt: NanDoubt) {
    let value = context.excerpt(value);
    let always = if outcome { "true" } else { "false" };
    let nan_test = context.knowledge().nan_test;
    let mut message = format!("`{value}` is compared with itself: always {always}");
    if doubt == NanDoubt::Open {
        message = format!("{message} but for NaN; write a NaN test as `{nan_test}`");
    }
    let mut report = context.report(id, message).because(format!(
        "Both sides of the comparison are `{value}`, which calls nothing that could change it."
    ));
    if doubt == NanDoubt::Open {
        report = report
            .severity(Severity::Warning)
            .confidence(0.6)
            .because(format!("Nothing says that `{value}` is no float, which may be NaN."));
    }
    report.emit();
}

/// Whether a comparison of a value with itself may be a test for NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NanDoubt {
    /// It is not.
    None,
    /// It may be.
    Open,
    /// It most likely is.
    Meant,
}

/// NaN is the one value that differs from itself, which only equality shows: `x != x` is the
/// traditional test for it, `x == x` the rarer one, of variables and elements rather than members.
fn nan_doubt(context: &Context<'_>, value: NodeId, operator: Operator) -> NanDoubt {
    if context.types().is_never_nan(value) {
        return NanDoubt::None;
    }
    let is_place = matches!(context.tree.kind(value), Kind::Name | Kind::Index);
    match operator {
        Operator::NotEqual | Operator::StrictNotEqual => NanDoubt::Meant,
        // Where such a test is an idiom, it is one.
        Operator::Equal | Operator::StrictEqual if is_place && is_idiom(context) => NanDoubt::Meant,
        Operator::Equal | Operator::StrictEqual if is_place => NanDoubt::Open,
        _ => NanDoubt::None,
    }
}

/// Whether the language's programmers write `x == x` to leave out NaN.
fn is_idiom(context: &Context<'_>) -> bool {
    context.in_language(&[(&["javascript", "typescript", "c", "cpp"], ())]).is_some()
}

/// Whether the function around the comparison, or the variable that gets its outcome, is named as
/// what looks for NaN or tells values apart: `isNaN`, `sameValue`, `eq`, `isReflexive`.
fn is_named_for_nan(context: &Context<'_>, id: NodeId) -> bool {
    const NAMES: &[&str] = &["eq", "is", "equals", "isequal", "objectis"];
    const PARTS: &[&str] = &["nan", "samevalue", "reflexive"];
    let tree = context.tree;
    let named = |name: &str| {
        let name = name.to_lowercase().replace(['_', '$', '.'], "");
        NAMES.contains(&name.as_str()) || PARTS.iter().any(|part| name.contains(part))
    };
    tree.ancestors(id).any(|it| match tree.kind(it) {
        Kind::Function | Kind::Lambda => named(tree.name(it)),
        Kind::Declare | Kind::Assign => {
            tree.child(it, Role::Target).is_some_and(|target| named(tree.text(target)))
        }
        Kind::Pair => tree.child(it, Role::Key).is_some_and(|key| named(tree.text(key))),
        _ => false,
    })
}

/// Whether a node asserts: as a statement, or as what looks like a call of a macro (`EXPECT_TRUE`).
fn is_assertion(tree: &Tree, id: NodeId) -> bool {
    match tree.kind(id) {
        Kind::Assert | Kind::Macro => true,
        Kind::Call => {
            let callee = tree.child(id, Role::Callee).filter(|it| tree.kind(*it) == Kind::Name);
            let name = callee.map_or("", |callee| tree.name(callee));
            name == "assert" || (name.len() > 2 && !name.contains(char::is_lowercase))
        }
        _ => false,
    }
}

/// Whether `x == x` stands beside another look at `x`, as one writes to leave out NaN:
/// `typeof x == 'number' && x === x`, `x === x ? x : 0`.
fn tests_for_nan(tree: &Tree, comparison: NodeId, value: NodeId) -> bool {
    if tree.kind(value) != Kind::Name {
        return false;
    }
    let symbol = tree.node(value).symbol;
    let mut at = comparison;
    while let Some(parent) = tree.parent(at) {
        let looks_again = |part: NodeId| {
            let mut inside = tree.descendants(part).chain([part]);
            part != at
                && inside.any(|it| tree.kind(it) == Kind::Name && tree.node(it).symbol == symbol)
        };
        match tree.kind(parent) {
            Kind::Logical if tree.node(parent).operator != Operator::And => return false,
            Kind::Logical | Kind::Ternary if tree.children(parent).any(looks_again) => return true,
            Kind::Logical => at = parent,
            _ => return false,
        }
    }
    false
}
