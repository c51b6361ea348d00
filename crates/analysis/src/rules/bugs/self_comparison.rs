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
        limits: "`x != x`, the traditional test for NaN, is not reported, nor is `x == x` beside \
                 another test of `x`, nor a comparison in an assertion or macro (a test of an equality \
                 operator), nor one that holds a call or \
                 whose outcome goes to `_`.",
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
    let outcome = match tree.node(id).operator {
        Operator::Equal
        | Operator::StrictEqual
        | Operator::Is
        | Operator::LessEqual
        | Operator::GreaterEqual => true,
        Operator::Less | Operator::Greater | Operator::IsNot => false,
        _ => return,
    };
    let (Some(left), Some(right)) = (tree.child(id, Role::Left), tree.child(id, Role::Right))
    else {
        return;
    };
    if tree.kind(left).is_literal() || !tree.is_same(left, right) || !is_repeatable(tree, left) {
        return;
    }
    if tree.ancestors(id).any(|it| is_assertion(tree, it)) {
        return;
    }
    if tree.kind(left) == Kind::Name && outcome && tests_for_nan(tree, id, left) {
        return;
    }
    // `_ = x == x` asks the compiler whether it can be compared.
    let holder = tree.node(id).parent;
    if tree.child(holder, Role::Target).is_some_and(|target| tree.text(target) == "_") {
        return;
    }
    let value = context.excerpt(left);
    let always = if outcome { "true" } else { "false" };
    context
        .report(id, format!("`{value}` is compared with itself: always {always}"))
        .because(format!(
            "Both sides of the comparison are `{value}`, which calls nothing that could change it."
        ))
        .emit();
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
