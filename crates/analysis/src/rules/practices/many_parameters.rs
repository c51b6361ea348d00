//! `practice/many-parameters`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/many-parameters",
    category: Category::Practice,
    summary: "A function with many parameters",
    severity: Severity::Information,
    confidence: 0.8,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports functions with more than seven parameters.",
        why: "Nobody keeps so many in mind: arguments are swapped, and each new need adds one more.",
        fix: "Group what belongs together in an object, or split the function.",
        limits: "The receiver (`self`, `this`) does not count, nor do constructors, whose parameters are their fields.",
        references: &["https://refactoring.guru/smells/long-parameter-list"],
    },
    examples: &[
        Example::bad("python", "def draw(a, b, c, d, e, f, g, h):
    ^^^^ parameters
    return a
"),
        Example::bad("python", "def paint(a, b, c, d, e, f, g, h, i):
    ^^^^^ parameters
    return a
"),
        Example::good("python", "def draw(a, b, c):
    return a
"),
        Example::good("python", "def draw(a, b, c, d, e, f):
    return a
"),
        Example::bad("javascript", "function draw(a, b, c, d, e, f, g, h) {
         ^^^^ parameters
  return a;
}
"),
        Example::bad("javascript", "function paint(a, b, c, d, e, f, g, h, i) {
         ^^^^^ parameters
  return a;
}
"),
        Example::good("javascript", "function draw(a, b, c) {
  return a;
}
"),
        Example::good("javascript", "function draw(a, b, c, d, e, f) {
  return a;
}
"),
        Example::bad("typescript", "function draw(a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number): number {
         ^^^^ parameters
  return a;
}
"),
        Example::bad("typescript", "function paint(a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number): number {
         ^^^^^ parameters
  return a;
}
"),
        Example::good("typescript", "function draw(a: number, b: number, c: number): number {
  return a;
}
"),
        Example::good("typescript", "function draw(a: number, b: number, c: number, d: number, e: number, f: number): number {
  return a;
}
"),
        Example::bad("rust", "fn draw(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) -> u8 {
   ^^^^ parameters
    a
}
"),
        Example::bad("rust", "fn paint(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8, i: u8) -> u8 {
   ^^^^^ parameters
    a
}
"),
        Example::good("rust", "fn draw(a: u8, b: u8, c: u8) -> u8 {
    a
}
"),
        Example::good("rust", "fn draw(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) -> u8 {
    a
}
"),
        Example::bad("go", "package shop

func draw(a int, b int, c int, d int, e int, f int, g int, h int) int {
     ^^^^ parameters
	return a
}
"),
        Example::bad("go", "package shop

func paint(a int, b int, c int, d int, e int, f int, g int, h int, i int) int {
     ^^^^^ parameters
	return a
}
"),
        Example::good("go", "package shop

func draw(a int, b int, c int) int {
	return a
}
"),
        Example::good("go", "package shop

func draw(a int, b int, c int, d int, e int, f int) int {
	return a
}
"),
        Example::bad("java", "class Shop {
    int draw(int a, int b, int c, int d, int e, int f, int g, int h) {
        ^^^^ parameters
        return a;
    }
}
"),
        Example::bad("java", "class Shop {
    int paint(int a, int b, int c, int d, int e, int f, int g, int h, int i) {
        ^^^^^ parameters
        return a;
    }
}
"),
        Example::good("java", "class Shop {
    int draw(int a, int b, int c) {
        return a;
    }
}
"),
        Example::good("java", "class Shop {
    int draw(int a, int b, int c, int d, int e, int f) {
        return a;
    }
}
"),
        Example::bad("c", "int draw(int a, int b, int c, int d, int e, int f, int g, int h) {
    ^^^^ parameters
    return a;
}
"),
        Example::bad("c", "int paint(int a, int b, int c, int d, int e, int f, int g, int h, int i) {
    ^^^^^ parameters
    return a;
}
"),
        Example::good("c", "int draw(int a, int b, int c) {
    return a;
}
"),
        Example::good("c", "int draw(int a, int b, int c, int d, int e, int f) {
    return a;
}
"),
        Example::bad("cpp", "int draw(int a, int b, int c, int d, int e, int f, int g, int h) {
    ^^^^ parameters
    return a;
}
"),
        Example::bad("cpp", "int paint(int a, int b, int c, int d, int e, int f, int g, int h, int i) {
    ^^^^^ parameters
    return a;
}
"),
        Example::good("cpp", "int draw(int a, int b, int c) {
    return a;
}
"),
        Example::good("cpp", "int draw(int a, int b, int c, int d, int e, int f) {
    return a;
}
"),
    ],
    kinds: &[Kind::Function],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let name = tree.name(id).to_owned();
    let is_constructor = matches!(&*name, "__init__" | "__new__" | "constructor" | "new");
    if tree.flags(id).has(Flags::STUB) || is_constructor || name.is_empty() {
        return;
    }
    let is_receiver = |it: NodeId| {
        matches!(
            context.text(it).trim_start_matches(['&', '*']),
            "self" | "cls" | "mut self" | "this"
        )
    };
    let targets = |it: NodeId| tree.children_with(it, Role::Target).count().max(1);
    let parameters = tree.children_with(id, Role::Parameter).filter(|it| !is_receiver(*it));
    let count: usize = parameters.map(targets).sum();
    let most = context.limits.parameters;
    if count <= most as usize {
        return;
    }
    let at = tree.child(id, Role::Name).unwrap_or(id);
    context
        .report(at, format!("`{name}` has {count} parameters"))
        .because(format!("More than {most} are hard to tell apart where the function is called."))
        .emit();
}
