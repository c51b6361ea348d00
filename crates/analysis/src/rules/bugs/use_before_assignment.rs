//! `bug/use-before-assignment`.

use crate::facts::initialization::Unset;
use crate::findings::{Category, Severity};
use crate::ir::{Access, Flags, Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/use-before-assignment",
    category: Category::Bug,
    summary: "A variable is read before it has a value",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["python", "javascript", "typescript", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a local variable that is read although no way to that place gives it a value.",
        why: "The program fails there (Python's UnboundLocalError, JavaScript's ReferenceError), or computes with whatever lay in memory (C).",
        fix: "Assign the variable first, or move the code below the assignment.",
        limits: "Variables that closures mention, or whose address is taken, are not followed. Where only some ways give no value, the rule is silent.",
        references: &["https://cwe.mitre.org/data/definitions/457.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def total(order):
    log(price)
        ^^^^^ before it has a value
    price = order.price()
    return price
",
        ),
        Example::bad(
            "python",
            "def f(a):
    item = a.first()
    del item
    return item
           ^^^^ before it has a value
",
        ),
        Example::good(
            "python",
            "def total(order):
    price = order.price()
    log(price)
    return price
",
        ),
        Example::good(
            "python",
            "def total(order):
    for item in order:
        price = item.price()
    return price
",
        ),
        Example::bad(
            "javascript",
            "function total(order) {
  log(price);
      ^^^^^ before it has a value
  const price = order.price();
  return price;
}
",
        ),
        Example::bad(
            "javascript",
            "function f() {
  const size = base * 2;
               ^^^^ before it has a value
  let base = 3;
  return size + base;
}
",
        ),
        Example::good(
            "javascript",
            "function total(order) {
  const price = order.price();
  return price;
}
",
        ),
        Example::good(
            "javascript",
            "function f() {
  const later = () => price;
  const price = 3;
  return later();
}
",
        ),
        Example::bad(
            "typescript",
            "function total(order: Order): number {
  log(price);
      ^^^^^ before it has a value
  const price = order.price();
  return price;
}
",
        ),
        Example::bad(
            "typescript",
            "function f(): number {
  const size = base * 2;
               ^^^^ before it has a value
  let base = 3;
  return size + base;
}
",
        ),
        Example::good(
            "typescript",
            "function total(order: Order): number {
  const price = order.price();
  return price;
}
",
        ),
        Example::good(
            "typescript",
            "function f(): number {
  let price: number;
  price = 3;
  return price;
}
",
        ),
        Example::bad(
            "c",
            "int f(int n) {
    int total;
    return total + n;
           ^^^^^ before it has a value
}
",
        ),
        Example::bad(
            "c",
            "int f(int n) {
    int limit;
    while (n < limit) n++;
               ^^^^^ before it has a value
    return n;
}
",
        ),
        Example::good(
            "c",
            "int f(int n) {
    int total;
    read_total(&total);
    return total + n;
}
",
        ),
        Example::good(
            "c",
            "int f(int n) {
    int total;
    total = n;
    return total;
}
",
        ),
        Example::bad(
            "cpp",
            "int f(int n) {
    int total;
    return total + n;
           ^^^^^ before it has a value
}
",
        ),
        Example::bad(
            "cpp",
            "int f(int n) {
    double rate;
    double price = rate * n;
                   ^^^^ before it has a value
    rate = 2;
    return price + rate;
}
",
        ),
        Example::good(
            "cpp",
            "int f(int n) {
    std::vector<int> items;
    return items.size() + n;
}
",
        ),
        Example::good(
            "cpp",
            "int f(int n) {
    int total;
    total = n;
    return total;
}
",
        ),
    ],
    kinds: &[Kind::Name],
    check,
};

/// Types of C and C++ whose variables have no value of their own; others have constructors.
const PLAIN_TYPES: &[&str] = &[
    "int", "long", "short", "char", "float", "double", "unsigned", "signed", "bool", "size_t",
    "int8_t", "int16_t", "int32_t", "int64_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let node = tree.node(id);
    if !matches!(node.access, Access::Read | Access::ReadWrite)
        || context.initialization().unset(id) != Some(Unset::Surely)
    {
        return;
    }
    let Some(binding) = context.facts.bindings.resolve(id) else { return };
    let Some(bound) = context.facts.bindings.binding(binding) else { return };
    let declaration = tree.node(bound.declared_at).parent;
    let parent = tree.kind(node.parent);
    // Sizes and types do not read the variable.
    let is_sized = tree.ancestors(id).take_while(|it| !tree.kind(*it).is_statement()).any(|it| {
        tree.kind(it) == Kind::Unary
            && matches!(
                tree.node(it).operator,
                Operator::SizeOf | Operator::TypeOf | Operator::Void
            )
    });
    let is_read = !is_sized
        && !matches!(parent, Kind::Reference | Kind::Type | Kind::Delete)
        && !context.text(declaration).starts_with("extern");
    if !is_read
        || tree.flags(declaration).has(Flags::STATIC)
        || tree.flags(declaration).has(Flags::FUNCTION_SCOPED)
    {
        return;
    }
    // `size_t at = find(at, map)`: a macro that writes what it is handed.
    if tree.is_within(id, declaration) && node.role == Role::Argument {
        return;
    }
    // C declares first and assigns later; JavaScript's bare `let x` holds `undefined`.
    if tree.kind(declaration) == Kind::Declare && tree.child(declaration, Role::Value).is_none() {
        let is_plain = tree.child(declaration, Role::Type).is_some_and(|it| {
            let text = context.text(it);
            PLAIN_TYPES.contains(&text.split_whitespace().next_back().unwrap_or(""))
        });
        // A macro or a reference parameter may assign it; a stream does.
        let may_be_assigned = matches!(parent, Kind::Argument | Kind::Index)
            || node.role == Role::Argument
            || tree.node(node.parent).operator == Operator::ShiftRight;
        // Arrays are filled by what they are handed to; pointers, by macros that walk.
        let is_array = context.text(declaration).contains(['[', '*']);
        let function = tree.enclosing_function(id);
        // Macros in small letters look like calls, and write what they are handed.
        let is_handed_over = context
            .facts
            .bindings
            .occurrences(binding)
            .iter()
            .any(|it| *it < id && tree.role(*it) == Role::Argument);
        if !is_plain
            || is_array
            || may_be_assigned
            || is_handed_over
            || bound.declared_at > id
            || context.calls_macro(function)
        {
            return;
        }
    }
    let name = context.excerpt(id);
    context
        .report(id, format!("`{name}` is read here before it has a value"))
        .related(bound.declared_at, "where it is declared")
        .because(format!("No way from the function's start to this place assigns `{name}`."))
        .emit();
}
