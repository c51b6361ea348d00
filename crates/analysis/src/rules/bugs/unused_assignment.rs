//! `bug/unused-assignment`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/unused-assignment",
    category: Category::Bug,
    summary: "A variable gets a last value that nobody reads",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports an assignment to a local variable that is read elsewhere, but on no way after this assignment.",
        why: "The value was computed for something: what was to use it was forgotten, or uses another variable.",
        fix: "Use the value, or remove the assignment.",
        limits: "Assignments of null are left alone, since they may be there to let go of a value; values that are replaced in the same block are told of by bug/overwritten-value.",
        references: &[
            "https://cwe.mitre.org/data/definitions/563.html",
            "https://eslint.org/docs/latest/rules/no-useless-assignment",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def total(order):
    price = order.price()
    log(price)
    price = discounted(price)
    ^^^^^
",
        ),
        Example::bad(
            "python",
            "def find(rows):
    state = 'new'
    log(state)
    for row in rows:
        if row.ok:
            state = 'found'
            ^^^^^
            return row
",
        ),
        Example::good(
            "python",
            "def total(order):
    price = order.price()
    log(price)
    price = discounted(price)
    return price
",
        ),
        Example::good(
            "python",
            "def total(rows):
    last = 0
    for row in rows:
        log(last)
        last = row.price
",
        ),
        Example::bad(
            "javascript",
            "function total(order) {
  let price = order.price();
  log(price);
  price = discounted(price);
  ^^^^^
}
",
        ),
        Example::bad(
            "javascript",
            "const f = (x) => { let y = g(x); use(y); y = 3; };
                                         ^
",
        ),
        Example::good(
            "javascript",
            "function total(order) {
  let price = order.price();
  log(price);
  price = null;
}
",
        ),
        Example::good(
            "javascript",
            "function total(order) {
  let price = order.price();
  later(() => log(price));
  price = discounted(price);
}
",
        ),
        Example::bad(
            "typescript",
            "function total(order: Order): void {
  let price: number = order.price();
  log(price);
  price = discounted(price);
  ^^^^^
}
",
        ),
        Example::bad(
            "typescript",
            "const f = (x: number): void => { let y = g(x); use(y); y = 3; };
                                                       ^
",
        ),
        Example::good(
            "typescript",
            "function total(order: Order): number {
  let price = order.price();
  log(price);
  price = discounted(price);
  return price;
}
",
        ),
        Example::good(
            "typescript",
            "const f = (x: number): void => { let y = g(x); use(y); };
",
        ),
        Example::bad(
            "rust",
            "fn total(order: &Order) {
    let mut price = order.price();
    log(price);
    price = discounted(price);
    ^^^^^
}
",
        ),
        Example::bad(
            "rust",
            "fn f(x: u32) {
    let mut y = g(x);
    show(y);
    y = 3;
    ^
}
",
        ),
        Example::good(
            "rust",
            "fn total(order: &Order) -> u32 {
    let mut price = order.price();
    log(price);
    price = discounted(price);
    price
}
",
        ),
        Example::good(
            "rust",
            "fn f(x: &mut u32) {
    *x = 3;
}
",
        ),
        Example::bad(
            "go",
            "func total(order *Order) {
	price := order.Price()
	log(price)
	price = discounted(price)
	^^^^^
}
",
        ),
        Example::bad(
            "go",
            "func f(x int) {
	y := g(x)
	show(y)
	y = 3
	^
}
",
        ),
        Example::good(
            "go",
            "func total(order *Order) (price int) {
	price = order.Price()
	log(price)
	price = discounted(price)
	return
}
",
        ),
        Example::good(
            "go",
            "func f(x int) int {
	y := g(x)
	y = h(y)
	return y
}
",
        ),
        Example::bad(
            "java",
            "class A { void f(int x) { int y = g(x); show(y); y = 3; } }
                                                 ^
",
        ),
        Example::bad(
            "java",
            "class A { int f(int x) { int y = g(x); show(y); y = h(x); return x; } }
                                                ^
",
        ),
        Example::good(
            "java",
            "class A { int f(int x) { int y = g(x); show(y); y = 3; return y; } }
",
        ),
        Example::good(
            "java",
            "class A { int y; void f(int x) { show(y); y = 3; } }
",
        ),
        Example::bad(
            "c",
            "void f(int x) { int y = g(x); show(y); y = 3; }
                                       ^
",
        ),
        Example::bad(
            "c",
            "int f(int x) { int y = g(x); show(y); y = h(x); return x; }
                                      ^
",
        ),
        Example::good(
            "c",
            "int f(int x) { int y = g(x); show(y); y = 3; return y; }
",
        ),
        Example::good(
            "c",
            "void f(int *x) { *x = 3; }
",
        ),
        Example::bad(
            "cpp",
            "void f(int x) { int y = g(x); show(y); y = 3; }
                                       ^
",
        ),
        Example::bad(
            "cpp",
            "int f(int x) { int y = h(x); if (y > 1) { y = h(x); } return x; }
                                          ^
",
        ),
        Example::good(
            "cpp",
            "void f(int& x) { show(x); x = 3; }
",
        ),
        Example::good(
            "cpp",
            "int f(int x) { int y = g(x); int& z = y; y = 3; return z; }
",
        ),
    ],
    kinds: &[Kind::Assign],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let sides = [Role::Target, Role::Value].map(|role| tree.child(id, role));
    let [Some(target), Some(value)] = sides else { return };
    let is_plain = tree.node(id).operator == Operator::Assign
        && tree.kind(target) == Kind::Name
        && tree.role(id) == Role::Statement
        && tree.children_with(id, Role::Target).count() == 1;
    if !is_plain
        || matches!(tree.kind(value), Kind::Null | Kind::Lambda)
        || tree.name(target).starts_with('_')
        || !context.liveness().is_dead(target)
    {
        return;
    }
    let Some(binding) = bindings.resolve(target) else { return };
    let Some(declared) = bindings.binding(binding).map(|it| it.declared_at) else { return };
    // A reference of C++ writes to what it refers to.
    let declaration = tree.enclosing_statement(declared);
    let own = if tree.kind(tree.node(declared).parent) == Kind::Parameter {
        tree.node(declared).parent
    } else {
        declaration
    };
    let is_lent = |it: NodeId| {
        let user = tree.node(it).parent;
        tree.kind(user) == Kind::Declare && tree.text(tree.enclosing_statement(it)).contains('&')
    };
    let is_reference = context.language.id() == "cpp"
        && (tree.text(own).contains('&') || bindings.uses(tree, binding).any(is_lent));
    let is_read = bindings.uses(tree, binding).next().is_some();
    // The next assignment in the same block replaces it.
    let block = tree.node(id).parent;
    let is_replaced = bindings
        .definitions(binding)
        .any(|it| it > target && tree.node(tree.node(it).parent).parent == block);
    let in_doubt = context.is_test_code(id)
        || context.calls_macro(tree.enclosing_function(id))
        || tree.ancestors(id).any(|it| matches!(tree.kind(it), Kind::Try | Kind::Label))
        || tree.ancestors(id).any(|it| tree.flags(it).has(Flags::CONDITIONAL));
    // What outlives the call is read by the next one.
    let is_static =
        tree.flags(declaration).has(Flags::STATIC) || tree.text(declaration).starts_with("static");
    if is_static || is_reference || !is_read || is_replaced || in_doubt {
        return;
    }
    let name = context.excerpt(target);
    context
        .report(target, format!("nobody reads this value of `{name}`"))
        .because(format!("No way from here reads `{name}` again."))
        .emit();
}
