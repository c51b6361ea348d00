//! `bug/self-assignment`.

use crate::facts::purity::is_repeatable;
use crate::facts::{ScopeId, ScopeKind};
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/self-assignment",
    category: Category::Bug,
    summary: "A variable is assigned to itself",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports assignments whose target and value are the same variable, member or element.",
        why: "The assignment does nothing, so another target or value was meant: often the \
              receiver was forgotten (`name = name` for `self.name = name`).",
        fix: "Write the target or the value you meant, or delete the line.",
        limits: "Assignments to members whose setters are known to act (`location.href`) are not \
                 reported; for other members and elements, which may have a setter too, the \
                 finding is a warning. Names in a module or class body are left alone, where the \
                 value may come from an outer scope.",
        references: &["https://cwe.mitre.org/data/definitions/1164.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "class Point:
    def __init__(self, x, y):
        self.x = x
        y = y
        ^^^^^ `y` is assigned to itself
",
        ),
        Example::bad(
            "python",
            "def reset(state):
    state.count = state.count
    ^^^^^^^^^^^^^^^^^^^^^^^^^ which does nothing unless a setter acts
",
        ),
        Example::good("python", "class Handler:\n    open = open\n"),
        Example::good("python", "def swap(a, b):\n    a, b = b, a\n    return a, b\n"),
        Example::bad(
            "javascript",
            "class Point {
  constructor(x, y) {
    this.x = x;
    y = y;
    ^^^^^ `y` is assigned to itself
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function copy(from, to) {
  to.id = to.id;
  ^^^^^^^^^^^^^ assigned to itself
}
",
        ),
        Example::good("javascript", "function reload() { location.href = location.href; }\n"),
        Example::good("javascript", "function copy(from, to) { to.id = from.id; }\n"),
        Example::bad(
            "typescript",
            "class Box<T> {
  private value?: T;
  set(value: T) {
    value = value;
    ^^^^^^^^^^^^^ assigned to itself
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function first(items: string[]) {
  items[0] = items[0];
  ^^^^^^^^^^^^^^^^^^^ assigned to itself
}
",
        ),
        Example::good("typescript", "class Box { set(v: number) { this.v = v; } }\n"),
        Example::good("typescript", "function next(i: number) { i = i + 1; return i; }\n"),
        Example::bad(
            "rust",
            "impl Counter {
    fn reset(&mut self, total: u32) {
        self.total = self.total;
        ^^^^^^^^^^^^^^^^^^^^^^^ assigned to itself
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn clamp(mut low: u32, high: u32) -> u32 {
    if low > high {
        low = low;
        ^^^^^^^^^ `low` is assigned to itself
    }
    low
}
",
        ),
        Example::good(
            "rust",
            "fn keep(data: Vec<u8>) {\n    let data = data;\n    drop(data);\n}\n",
        ),
        Example::good("rust", "fn set(&mut self, total: u32) {\n    self.total = total;\n}\n"),
        Example::bad(
            "go",
            "\
func (c *Cart) SetTotal(total int) {
	c.total = c.total
	^^^^^^^^^^^^^^^^^ assigned to itself
}
",
        ),
        Example::bad(
            "go",
            "\
func clamp(low, high int) int {
	if low > high {
		low = low
		^^^^^^^^^ `low` is assigned to itself
	}
	return low
}
",
        ),
        Example::good(
            "go",
            "\
func start(jobs []Job) {
	for _, job := range jobs {
		job := job
		go job.Run()
	}
}
",
        ),
        Example::good(
            "go",
            "\
func swap(values []int, a, b int) {
	values[a], values[b] = values[b], values[a]
}
",
        ),
        Example::bad(
            "java",
            "class Point {
    int x;

    Point(int x) {
        x = x;
        ^^^^^ `x` is assigned to itself
    }
}
",
        ),
        Example::bad(
            "java",
            "class Order {
    String customer;

    Order(String custmer) {
        this.customer = this.customer;
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `this.customer` is assigned to itself
    }
}
",
        ),
        Example::bad(
            "java",
            "class User {
    String name;

    User(String nam) {
        name = name;
        ^^^^^^^^^^^ `name` is assigned to itself
    }
}
",
        ),
        Example::good(
            "java",
            "class Point {
    int x;

    Point(int x) {
        this.x = x;
    }
}
",
        ),
        Example::good(
            "java",
            "class Queue {
    void rotate(int[] items, int i) {
        items[i] = items[i + 1];
    }
}
",
        ),
        Example::bad(
            "c",
            "void copy(struct item *to, const struct item *from) {
  to->count = to->count;
  ^^^^^^^^^^^^^^^^^^^^^ assigned to itself
}
",
        ),
        Example::bad(
            "c",
            "int clamp(int low, int high) {
  if (low > high)
    low = low;
    ^^^^^^^^^ `low` is assigned to itself
  return low;
}
",
        ),
        Example::good(
            "c",
            "void copy(struct item *to, const struct item *from) { to->count = from->count; }
",
        ),
        Example::good(
            "c",
            "int next(int *p) { p[0] = p[1]; return *p; }
",
        ),
        Example::bad(
            "cpp",
            "struct Point {
  Point(int x) { x = x; }
                 ^^^^^ `x` is assigned to itself
  int x;
};
",
        ),
        Example::bad(
            "cpp",
            "void Counter::reset(int total) {
  this->total = this->total;
  ^^^^^^^^^^^^^^^^^^^^^^^^^ assigned to itself
}
",
        ),
        Example::good(
            "cpp",
            "void Counter::reset(int total) { this->total = total; }
",
        ),
        Example::good(
            "cpp",
            "struct Point { Point(int x) : x(x) {} int x; };
",
        ),
        Example::bad(
            "java",
            "class Point {
    int x;
    void setX(int newX) { this.x = x; }
                          ^^^^^^^^^^ the field `x` is assigned to itself
}
",
        ),
        Example::bad(
            "python",
            "def order(low, high):
    low, high = low, high
    ^^^^^^^^^^^^^^^^^^^^^ `low, high` is assigned to itself
    return low, high
",
        ),
        Example::good(
            "python",
            "def order(low, high):\n    low, high = high, low\n    return low, high\n",
        ),
    ],
    kinds: &[Kind::Assign],
    check,
};

/// Members whose assignment acts although the value stays the same.
const ACTING_MEMBERS: &[&str] =
    &["href", "location", "src", "innerHTML", "scrollTop", "stack", "value"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.node(id).operator != Operator::Assign {
        return;
    }
    let (Some(target), Some(value)) = (tree.child(id, Role::Target), tree.child(id, Role::Value))
    else {
        return;
    };
    let is_place = |it: NodeId| matches!(tree.kind(it), Kind::Name | Kind::Member | Kind::Index);
    // `a, b = a, b`
    let is_row = matches!(tree.kind(target), Kind::Tuple | Kind::List)
        && tree.kind(value) == tree.kind(target)
        && tree.children(target).next().is_some()
        && tree.children(target).all(is_place)
        && is_same_row(tree, target, value);
    if is_field_of_that_name(context, target, value) {
        let name = context.excerpt(value);
        context
            .report(
                id,
                format!("the field `{name}` is assigned to itself: no parameter is named so"),
            )
            .because(format!("`{name}` alone means the field, too."))
            .emit();
        return;
    }
    if is_row {
        let text = context.excerpt(target);
        context
            .report(id, format!("`{text}` is assigned to itself, which does nothing"))
            .because("Both sides name the same places in the same order.")
            .emit();
        return;
    }
    let is_place = is_place(target);
    if !is_place || !tree.is_same(target, value) || !is_repeatable(tree, target) {
        return;
    }
    match tree.kind(target) {
        Kind::Name if takes_value_from_outside(context, target) => return,
        // A test may ask whether the setter does its work.
        Kind::Member if context.is_in_test(id) => return,
        Kind::Member if ACTING_MEMBERS.contains(&tree.name(target)) => return,
        _ => {}
    }
    let name = context.excerpt(target);
    // A setter, or the method that stores an element, may act on an equal value too.
    let may_act = tree.kind(target) != Kind::Name && context.knowledge().properties_may_act;
    let outcome = if may_act { "nothing unless a setter acts" } else { "nothing" };
    let mut report = context
        .report(id, format!("`{name}` is assigned to itself, which does {outcome}"))
        .because(format!("Target and value are both `{name}`."));
    if may_act {
        report = report.severity(Severity::Warning).confidence(0.7);
    }
    report.emit();
}

/// Whether two rows name the same places in the same order.
fn is_same_row(tree: &Tree, target: NodeId, value: NodeId) -> bool {
    let mut pairs = tree.children(target).zip(tree.children(value));
    tree.children(target).count() == tree.children(value).count()
        && pairs.all(|(to, from)| is_same_text(tree, to, from))
}

/// Whether two places are written the same, though one is written to and the other read.
fn is_same_text(tree: &Tree, a: NodeId, b: NodeId) -> bool {
    tree.kind(a) == tree.kind(b) && tree.text(a) == tree.text(b) && is_repeatable(tree, a)
}

/// `this.name = name` where `name` is no variable of the method, but the field itself.
fn is_field_of_that_name(context: &Context<'_>, target: NodeId, value: NodeId) -> bool {
    let tree = context.tree;
    let is_own = tree.kind(target) == Kind::Member
        && tree.child(target, Role::Receiver).is_some_and(|it| tree.text(it) == "this");
    let function = tree.enclosing_function(target);
    // A type of the unit, a lambda's captures or a template may bring the name from elsewhere.
    is_own
        && matches!(context.language.id(), "java" | "cpp")
        && tree.kind(value) == Kind::Name
        && tree.node(value).symbol == tree.node(target).symbol
        && context.facts.bindings.resolve(value).is_none()
        && context.environment.entry(tree.name(value)).is_none()
        && tree.kind(function) == Kind::Function
        && tree.flags(function).has(Flags::METHOD)
}

/// In a module or class body, `open = open` copies an outer or built-in name.
fn takes_value_from_outside(context: &Context<'_>, target: NodeId) -> bool {
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.resolve(target).and_then(|id| bindings.binding(id)) else {
        // Where methods see the class's fields by their names, it is one of these.
        return context.language.spec().scoping.class_scope_is_closed;
    };
    let in_class =
        bindings.scope(binding.scope).is_some_and(|scope| scope.kind == ScopeKind::Class);
    in_class || binding.scope == ScopeId(0)
}
