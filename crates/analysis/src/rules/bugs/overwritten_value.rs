//! `bug/overwritten-value`.

use crate::findings::{Category, Severity};
use crate::ir::{Access, Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/overwritten-value",
    category: Category::Bug,
    summary: "A value is overwritten before anybody reads it",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports an assignment whose value is replaced by another assignment on every way, and read on none.",
        why: "The work of the first assignment is lost. Often the second was to go to another variable, or the first to be read in between.",
        fix: "Assign to the variable you meant, use the value, or remove the assignment.",
        limits: "Values that nobody could miss (literals, empty collections, null), variables that closures mention, and values that are simply never read again are left alone.",
        references: &["https://cwe.mitre.org/data/definitions/563.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def total(order):
    price = order.price()
    ^^^^^ is overwritten before
    price = order.discounted()
    return price
",
        ),
        Example::bad(
            "python",
            "def total(order):
    count = 0
    count = order.size()
    ^^^^^ is overwritten before
    count = order.weight()
    return count
",
        ),
        Example::good(
            "python",
            "def join(parts):
    text = whole = \"\".join(parts)
    text = whole.strip()
    return text + whole
",
        ),
        Example::good(
            "python",
            "def total(order):
    price = 0
    if order:
        price = order.price()
    return price
",
        ),
        Example::good(
            "python",
            "def total(orders):
    last = None
    for order in orders:
        use(last)
        last = order.price()
",
        ),
        Example::bad(
            "javascript",
            "function total(order) {
  let price = order.price();
      ^^^^^ is overwritten before
  price = order.discounted();
  return price;
}
",
        ),
        Example::bad(
            "javascript",
            "function f(a) {
  let next = a.b;
  use(next);
  next = a.c;
  ^^^^ is overwritten before
  next = a.d;
  return next;
}
",
        ),
        Example::good(
            "javascript",
            "function join(parts) {
  let text, whole;
  text = whole = parts.join();
  text = whole.trim();
  return text + whole;
}
",
        ),
        Example::good(
            "javascript",
            "function f(a) {
  let price = 0;
  if (a) price = a.price();
  return price;
}
",
        ),
        Example::good(
            "javascript",
            "function f(a) {
  let price = a.b();
  run(() => price);
  price = a.c();
}
",
        ),
        Example::bad(
            "typescript",
            "function total(order: Order): number {
  let price = order.price();
      ^^^^^ is overwritten before
  price = order.discounted();
  return price;
}
",
        ),
        Example::bad(
            "typescript",
            "function f(a: A) {
  let next = a.b;
  use(next);
  next = a.c;
  ^^^^ is overwritten before
  next = a.d;
  return next;
}
",
        ),
        Example::good(
            "typescript",
            "function f(a: A) {
  let price = 0;
  if (a) price = a.price();
  return price;
}
",
        ),
        Example::good(
            "typescript",
            "function f(a: A) {
  let x = a.b();
  try { x = a.c(); } catch { return x; }
  return x;
}
",
        ),
        Example::bad(
            "go",
            "package shop

func total(o Order) int {
	price := o.Price()
	^^^^^ is overwritten before
	price = o.Discounted()
	return price
}
",
        ),
        Example::bad(
            "go",
            "package shop

func f(a A) error {
	err := a.Open()
	if err != nil {
		return err
	}
	err = a.Write()
	^^^ is overwritten before
	err = a.Close()
	return err
}
",
        ),
        Example::good(
            "go",
            "package shop

func f(a A) int {
	price := 0
	if a.Ok() {
		price = a.Price()
	}
	return price
}
",
        ),
        Example::good(
            "go",
            "package shop

func f(a A) (err error) {
	err = a.Open()
	return
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int total(Order o) {
        int price = o.price();
            ^^^^^ is overwritten before
        price = o.discounted();
        return price;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int f(A a) {
        int next = a.b();
        use(next);
        next = a.c();
        ^^^^ is overwritten before
        next = a.d();
        return next;
    }
}
",
        ),
        Example::good(
            "java",
            "class Loader {
    Class<?> load() {
        Class<?> loaded = Driver.class;
        loaded = Dialect.class;
        return loaded;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int f(A a) {
        int price = 0;
        if (a != null) price = a.price();
        return price;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int f(A a) {
        int x = a.b();
        return x;
    }
}
",
        ),
        Example::bad(
            "c",
            "int total(struct order *o) {
    int price = compute(o);
        ^^^^^ is overwritten before
    price = discounted(o);
    return price;
}
",
        ),
        Example::bad(
            "c",
            "int f(int a) {
    int next = b(a);
    use(next);
    next = c(a);
    ^^^^ is overwritten before
    next = d(a);
    return next;
}
",
        ),
        Example::good(
            "c",
            "int join(const char *parts) {
    int text, whole;
    text = whole = measure(parts);
    text = half(whole);
    return text + whole;
}
",
        ),
        Example::good(
            "c",
            "int f(int a) {
    int price = 0;
    if (a) price = compute(a);
    return price;
}
",
        ),
        Example::good(
            "c",
            "int f(int a) {
    int price = compute(a);
    fill(&price);
    price = 2;
    return price;
}
",
        ),
        Example::bad(
            "cpp",
            "int total(Order &o) {
    int price = o.price();
        ^^^^^ is overwritten before
    price = o.discounted();
    return price;
}
",
        ),
        Example::bad(
            "cpp",
            "int f(A &a) {
    int next = a.b();
    use(next);
    next = a.c();
    ^^^^ is overwritten before
    next = a.d();
    return next;
}
",
        ),
        Example::good(
            "cpp",
            "int f(A &a) {
    int price = 0;
    if (a.ok()) price = a.price();
    return price;
}
",
        ),
        Example::good(
            "cpp",
            "int f(A &a) {
    int price = a.price();
    return price;
}
",
        ),
        Example::bad(
            "rust",
            "fn total(order: &Order) -> u32 {
    let mut price = order.price();
            ^^^^^ is overwritten before
    price = order.discounted();
    price
}
",
        ),
        Example::bad(
            "rust",
            "fn f(a: &A) -> u32 {
    let mut next = a.b();
    work(next);
    next = a.c();
    ^^^^ is overwritten before
    next = a.d();
    next
}
",
        ),
        Example::good(
            "rust",
            "fn f(a: &A) -> u32 {
    let mut price = 0;
    if a.ok() {
        price = a.price();
    }
    price
}
",
        ),
        Example::good(
            "rust",
            "fn f(a: &A) -> u32 {
    let price = a.price();
    let price = price + 1;
    price
}
",
        ),
    ],
    kinds: &[Kind::Name],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let node = tree.node(id);
    if node.access == Access::Read || node.role != Role::Target {
        return;
    }
    let definition = node.parent;
    let is_plain = match tree.kind(definition) {
        Kind::Assign => tree.node(definition).operator == Operator::Assign,
        Kind::Declare => true,
        _ => false,
    };
    let Some(value) = tree.child(definition, Role::Value).filter(|_| is_plain) else { return };
    if tree.children_with(definition, Role::Target).count() > 1 || is_cheap(tree, value) {
        return;
    }
    // An assignment to a C++ reference goes to what it refers to.
    let before = Span::new(tree.span(definition).start, tree.span(id).start);
    if tree.kind(definition) == Kind::Declare && before.of(tree.source()).contains('&') {
        return;
    }
    if tree.name(id).starts_with('_') || !context.liveness().is_dead(id) {
        return;
    }
    let Some(binding) = context.facts.bindings.resolve(id) else { return };
    // The assignment that replaces it: the next one in the text, in the same block.
    let block = tree.node(definition).parent;
    let Some(next) = context.facts.bindings.definitions(binding).find(|it| *it > id) else {
        return;
    };
    let replacing = tree.node(next).parent;
    let is_replaced = tree.node(next).role == Role::Target
        && tree.kind(replacing) == Kind::Assign
        && tree.node(replacing).operator == Operator::Assign
        && tree.node(replacing).parent == block
        && tree.role(definition) == Role::Statement;
    if !is_replaced || context.is_in_test(id) {
        return;
    }
    // Making an object may be what it is for: `FilePath path("a");`
    let is_made = tree.kind(definition) == Kind::Declare
        && tree.kind(value) == Kind::Call
        && tree.child(value, Role::Callee).is_none();
    if is_made {
        return;
    }
    let name = context.excerpt(id);
    context
        .report(id, format!("this value of `{name}` is overwritten before anybody reads it"))
        .related(next, "overwritten here")
        .because(format!("No way from here reads `{name}` before it is assigned again."))
        .emit();
}

/// Whether a value is there only so that the variable has one.
fn is_cheap(tree: &Tree, value: NodeId) -> bool {
    match tree.kind(value) {
        kind if kind.is_literal() => true,
        Kind::List | Kind::Map | Kind::Set | Kind::Tuple => tree.children(value).next().is_none(),
        Kind::Unary => tree
            .children(value)
            .all(|it| tree.kind(it).is_literal() || tree.kind(it) == Kind::Operator),
        // A constant, or another variable.
        // `Driver.class`: naming it loads it.
        // `a = b = f()`: the value is there for the other one, too.
        Kind::Name | Kind::Reference | Kind::Cast | Kind::Type | Kind::Assign => true,
        _ => false,
    }
}
