//! `perf/branching-recursion`.

use crate::facts::{BindingId, BindingKind};
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/branching-recursion",
    category: Category::Perf,
    summary: "A function calls itself twice for overlapping parts",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports functions that call themselves more than once in one expression, each time with their parameter less a constant: `fib(n - 1) + fib(n - 2)`.",
        why: "Each call makes two more for parts that overlap: the number of calls doubles with each step, O(2ⁿ), though there are only n different ones.",
        fix: "Count upwards in a loop, or keep the results: `functools.cache`, a map.",
        limits: "Functions with a decorator (a cache), or that look into a table of results, are left alone, as are those whose calls share no part (the halves of a tree).",
        references: &["https://en.wikipedia.org/wiki/Memoization"],
    },
    examples: &[
        Example::bad(
            "python",
            "def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)
           ^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
",
        ),
        Example::bad(
            "python",
            "def ways(steps):
    if steps <= 0:
        return 1
    return ways(steps - 1) + ways(steps - 3)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
",
        ),
        Example::bad(
            "python",
            "class Stairs:
    def ways(self, steps):
        return 1 if steps < 1 else self.ways(steps - 1) + self.ways(steps - 2)
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
",
        ),
        Example::good(
            "python",
            "from functools import cache

@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
",
        ),
        Example::good(
            "python",
            "def size(tree):
    return size(tree.left) + size(tree.right) + 1
",
        ),
        Example::bad(
            "javascript",
            "function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
                     ^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
}
",
        ),
        Example::bad(
            "javascript",
            "function ways(steps) {
  if (steps <= 0) return 1;
  return ways(steps - 1) + ways(steps - 2);
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
}
",
        ),
        Example::good(
            "javascript",
            "const known = new Map();
function fib(n) {
  if (known.has(n)) return known.get(n);
  const result = n < 2 ? n : fib(n - 1) + fib(n - 2);
  known.set(n, result);
  return result;
}
",
        ),
        Example::good(
            "javascript",
            "function factorial(n) {
  return n < 2 ? 1 : n * factorial(n - 1);
}
",
        ),
        Example::bad(
            "typescript",
            "function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
                     ^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
}
",
        ),
        Example::bad(
            "typescript",
            "function ways(steps: number): number {
  if (steps <= 0) return 1;
  return ways(steps - 1) + ways(steps - 2);
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
}
",
        ),
        Example::good(
            "typescript",
            "const known = new Map();
function fib(n: number): number {
  if (known.has(n)) return known.get(n);
  const result = n < 2 ? n : fib(n - 1) + fib(n - 2);
  known.set(n, result);
  return result;
}
",
        ),
        Example::good(
            "typescript",
            "function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
",
        ),
        Example::bad(
            "rust",
            "fn fib(n: u64) -> u64 {
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
                          ^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
}
",
        ),
        Example::bad(
            "rust",
            "fn ways(steps: u32) -> u32 {
    match steps {
        0 | 1 => 1,
        _ => ways(steps - 1) + ways(steps - 2),
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
    }
}
",
        ),
        Example::good(
            "rust",
            "fn factorial(n: u64) -> u64 {
    if n < 2 { 1 } else { n * factorial(n - 1) }
}
",
        ),
        Example::good(
            "rust",
            "fn fib(n: u64) -> u64 {
    let (mut a, mut b) = (0, 1);
    for _ in 0..n {
        (a, b) = (b, a + b);
    }
    a
}
",
        ),
        Example::bad(
            "go",
            "package shop

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
        ^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
}
",
        ),
        Example::bad(
            "go",
            "package shop

func ways(steps int) int {
	if steps <= 0 {
		return 1
	}
	return ways(steps-1) + ways(steps-3)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
}
",
        ),
        Example::good(
            "go",
            "package shop

func factorial(n int) int {
	if n < 2 {
		return 1
	}
	return n * factorial(n-1)
}
",
        ),
        Example::good(
            "go",
            "package shop

func size(tree *Node) int {
	return size(tree.Left) + size(tree.Right)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    static long fib(int n) {
        return n < 2 ? n : fib(n - 1) + fib(n - 2);
                           ^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int ways(int steps) {
        if (steps <= 0) return 1;
        return ways(steps - 1) + ways(steps - 2);
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    long fib(int n) {
        if (known[n] != 0) return known[n];
        return known[n] = n < 2 ? n : fib(n - 1) + fib(n - 2);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    long factorial(int n) {
        return n < 2 ? 1 : n * factorial(n - 1);
    }
}
",
        ),
        Example::bad(
            "c",
            "int fib(int n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
                       ^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
}
",
        ),
        Example::bad(
            "c",
            "int ways(int steps) {
    if (steps <= 0) return 1;
    return ways(steps - 1) + ways(steps - 2);
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
}
",
        ),
        Example::good(
            "c",
            "int factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
}
",
        ),
        Example::good(
            "c",
            "int size(struct node *tree) {
    return tree ? size(tree->left) + size(tree->right) : 0;
}
",
        ),
        Example::bad(
            "cpp",
            "int fib(int n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
                       ^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
}
",
        ),
        Example::bad(
            "cpp",
            "int ways(int steps) {
    if (steps <= 0) return 1;
    return ways(steps - 1) + ways(steps - 2);
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ O(2ⁿ)
}
",
        ),
        Example::good(
            "cpp",
            "int factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
}
",
        ),
        Example::good(
            "cpp",
            "int size(struct node *tree) {
    return tree ? size(tree->left) + size(tree->right) : 0;
}
",
        ),
    ],
    kinds: &[Kind::Binary],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let operands = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = operands else { return };
    let is_combined =
        matches!(tree.node(id).operator, Operator::Add | Operator::Multiply | Operator::Subtract);
    let calls = [left, right].map(|it| tree.kind(it) == Kind::Call);
    if !is_combined || calls != [true, true] {
        return;
    }
    let function = tree.enclosing_function(id);
    let name = tree.child(function, Role::Name).map_or("", |name| tree.name(name));
    let reduced = [left, right].map(|call| reduced_parameter(context, call, function, name));
    let [Some((first, one)), Some((second, other))] = reduced else { return };
    if first != second || one == other || keeps_results(context, function) {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` computes the same parts again and again: the calls double with each step, O(2ⁿ)"))
        .because(format!("Both calls of `{name}` come to the same smaller arguments on different ways."))
        .because("Nothing in the function keeps a result: each is computed as often as there are ways to it.")
        .emit();
}

/// The parameter that a call of the function itself hands on less a constant, and the constant.
fn reduced_parameter<'a>(
    context: &Context<'a>,
    call: NodeId,
    function: NodeId,
    name: &str,
) -> Option<(BindingId, &'a str)> {
    let tree = context.tree;
    let callee = tree.child(call, Role::Callee)?;
    let is_own = match tree.kind(callee) {
        Kind::Name | Kind::Attribute => true,
        Kind::Member => tree
            .child(callee, Role::Receiver)
            .is_some_and(|it| matches!(tree.text(it), "self" | "this" | "cls")),
        _ => false,
    };
    let is_itself = is_own && !name.is_empty() && tree.name(callee) == name;
    let [argument] = *context.arguments(call).as_slice() else { return None };
    if !is_itself || tree.node(argument).operator != Operator::Subtract {
        return None;
    }
    let (of, less) = (tree.child(argument, Role::Left)?, tree.child(argument, Role::Right)?);
    let binding = context.facts.bindings.resolve(of)?;
    let bound = context.facts.bindings.binding(binding)?;
    let is_own =
        bound.kind == BindingKind::Parameter && tree.is_within(bound.declared_at, function);
    (is_own && tree.kind(less) == Kind::Number).then(|| (binding, context.text(less)))
}

/// Whether the function may keep its results: a decorator stands on it, or it looks into or writes
/// to a table.
fn keeps_results(context: &Context<'_>, function: NodeId) -> bool {
    let tree = context.tree;
    let around = tree.node(function).parent;
    tree.kind(around) == Kind::Decorated
        || tree.children(function).any(|it| tree.kind(it) == Kind::Decorator)
        || tree.descendants(function).any(|it| match tree.kind(it) {
            Kind::Index => true,
            Kind::Member => matches!(
                tree.name(it),
                "get"
                    | "has"
                    | "contains"
                    | "containsKey"
                    | "contains_key"
                    | "find"
                    | "entry"
                    | "count"
            ),
            Kind::Compare => matches!(tree.node(it).operator, Operator::In | Operator::NotIn),
            _ => false,
        })
}
