//! `bug/contradictory-operands`.

use crate::facts::purity::{is_repeatable, is_same_meaning};
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/contradictory-operands",
    category: Category::Bug,
    summary: "Two comparisons of one value contradict or complete each other",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `and` between comparisons that cannot both hold (`x == 1 and x == 2`, `x < 1 and x > 5`) and `or` between comparisons of which one always holds (`x != 1 or x != 2`, `x > 1 or x < 5`).",
        why: "The whole condition is constant, so the branch runs always or never. Usually `and` and `or` were mixed up, or a bound was written the wrong way round.",
        fix: "Use the other operator, or mend the bound.",
        limits: "Only comparisons of one expression with literals, side by side in one chain, are looked at.",
        references: &[
            "https://cwe.mitre.org/data/definitions/570.html",
            "https://cwe.mitre.org/data/definitions/571.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(age, size):
    return age == 1 and age == 2
                        ^^^^^^^^ cannot both hold
",
        ),
        Example::bad(
            "python",
            "def check(age, size):
    return age != 1 or age != 2
                       ^^^^^^^^ always holds
",
        ),
        Example::bad(
            "python",
            "def check(age, size):
    return age < 10 and age > 65
                        ^^^^^^^^ cannot both hold
",
        ),
        Example::good(
            "python",
            "def check(age, size):
    return age != 1 and age != 2
",
        ),
        Example::good(
            "python",
            "def check(age, size):
    return age < 10 or age > 65
",
        ),
        Example::bad(
            "javascript",
            "function check(age, size) {
  return age === 1 && age === 2;
                      ^^^^^^^^^ cannot both hold
}
",
        ),
        Example::bad(
            "javascript",
            "function check(age, size) {
  return age !== 1 || age !== 2;
                      ^^^^^^^^^ always holds
}
",
        ),
        Example::bad(
            "javascript",
            "function check(age, size) {
  return age < 10 && age > 65;
                     ^^^^^^^^ cannot both hold
}
",
        ),
        Example::good(
            "javascript",
            "function check(age, size) {
  return age !== 1 && age !== 2;
}
",
        ),
        Example::good(
            "javascript",
            "function check(age, size) {
  return age < 10 || age > 65;
}
",
        ),
        Example::bad(
            "typescript",
            "function check(age: number, size: number): boolean {
  return age === 1 && age === 2;
                      ^^^^^^^^^ cannot both hold
}
",
        ),
        Example::bad(
            "typescript",
            "function check(age: number, size: number): boolean {
  return age !== 1 || age !== 2;
                      ^^^^^^^^^ always holds
}
",
        ),
        Example::bad(
            "typescript",
            "function check(age: number, size: number): boolean {
  return age < 10 && age > 65;
                     ^^^^^^^^ cannot both hold
}
",
        ),
        Example::good(
            "typescript",
            "function check(age: number, size: number): boolean {
  return age !== 1 && age !== 2;
}
",
        ),
        Example::good(
            "typescript",
            "function check(age: number, size: number): boolean {
  return age < 10 || age > 65;
}
",
        ),
        Example::bad(
            "rust",
            "fn check(age: i32, size: i32) -> bool {
    age == 1 && age == 2
                ^^^^^^^^ cannot both hold
}
",
        ),
        Example::bad(
            "rust",
            "fn check(age: i32, size: i32) -> bool {
    age != 1 || age != 2
                ^^^^^^^^ always holds
}
",
        ),
        Example::bad(
            "rust",
            "fn check(age: i32, size: i32) -> bool {
    age < 10 && age > 65
                ^^^^^^^^ cannot both hold
}
",
        ),
        Example::good(
            "rust",
            "fn check(age: i32, size: i32) -> bool {
    age != 1 && age != 2
}
",
        ),
        Example::good(
            "rust",
            "fn check(age: i32, size: i32) -> bool {
    age < 10 || age > 65
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(age, size int) bool {
	return age == 1 && age == 2
	                   ^^^^^^^^ cannot both hold
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(age, size int) bool {
	return age != 1 || age != 2
	                   ^^^^^^^^ always holds
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(age, size int) bool {
	return age < 10 && age > 65
	                   ^^^^^^^^ cannot both hold
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(age, size int) bool {
	return age != 1 && age != 2
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(age, size int) bool {
	return age < 10 || age > 65
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(int age, int size) {
        return age == 1 && age == 2;
                           ^^^^^^^^ cannot both hold
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(int age, int size) {
        return age != 1 || age != 2;
                           ^^^^^^^^ always holds
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(int age, int size) {
        return age < 10 && age > 65;
                           ^^^^^^^^ cannot both hold
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(int age, int size) {
        return age != 1 && age != 2;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(int age, int size) {
        return age < 10 || age > 65;
    }
}
",
        ),
        Example::bad(
            "c",
            "int check(int age, int size) {
    return age == 1 && age == 2;
                       ^^^^^^^^ cannot both hold
}
",
        ),
        Example::bad(
            "c",
            "int check(int age, int size) {
    return age != 1 || age != 2;
                       ^^^^^^^^ always holds
}
",
        ),
        Example::bad(
            "c",
            "int check(int age, int size) {
    return age < 10 && age > 65;
                       ^^^^^^^^ cannot both hold
}
",
        ),
        Example::good(
            "c",
            "int check(int age, int size) {
    return age != 1 && age != 2;
}
",
        ),
        Example::good(
            "c",
            "int check(int age, int size) {
    return age < 10 || age > 65;
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(int age, int size) {
    return age == 1 && age == 2;
                       ^^^^^^^^ cannot both hold
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(int age, int size) {
    return age != 1 || age != 2;
                       ^^^^^^^^ always holds
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(int age, int size) {
    return age < 10 && age > 65;
                       ^^^^^^^^ cannot both hold
}
",
        ),
        Example::good(
            "cpp",
            "bool check(int age, int size) {
    return age != 1 && age != 2;
}
",
        ),
        Example::good(
            "cpp",
            "bool check(int age, int size) {
    return age < 10 || age > 65;
}
",
        ),
    ],
    kinds: &[Kind::Logical],
    check,
};

/// A comparison of an expression with a literal: the expression, the operator as if the literal
/// stood on the right, and the literal.
type Test = (NodeId, Operator, NodeId);

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let operator = tree.node(id).operator;
    // The outermost operation of a chain looks at all of it.
    let parent = tree.node(tree.node(id).parent);
    if parent.kind == Kind::Logical && parent.operator == operator {
        return;
    }
    let mut tests: Vec<(NodeId, Test)> = Vec::new();
    let mut open = vec![id];
    while let Some(part) = open.pop() {
        let node = tree.node(part);
        if node.kind == Kind::Logical && node.operator == operator {
            let operands: Vec<NodeId> =
                tree.children(part).filter(|it| tree.kind(*it) != Kind::Operator).collect();
            open.extend(operands.into_iter().rev());
        } else if !is_repeatable(tree, part) {
            // What it does may change what the others look at.
            tests.clear();
        } else if let Some(test) = test(context, part) {
            tests.push((part, test));
        }
        if tests.len() > MOST_TESTS {
            return;
        }
    }
    for (at, (second, b)) in tests.iter().enumerate() {
        for (first, a) in tests.iter().take(at) {
            let same = is_same_meaning(tree, &context.facts.bindings, a.0, b.0);
            let clash = match operator {
                Operator::And => exclude_each_other(context, *a, *b),
                Operator::Or => cover_everything(context, *a, *b),
                _ => false,
            };
            if same && clash {
                let (one, other) = (context.excerpt(*first), context.excerpt(*second));
                let outcome = match operator {
                    Operator::And => {
                        format!("`{one}` and `{other}` cannot both hold: always false")
                    }
                    _ => format!("`{one}` or `{other}` always holds: always true"),
                };
                context
                    .report(*second, outcome)
                    .related(*first, "the other comparison")
                    .because("Both compare one value with literals.")
                    .emit();
                return;
            }
        }
    }
}

/// A chain with more tests is a table, not a slip.
const MOST_TESTS: usize = 12;

fn test(context: &Context<'_>, id: NodeId) -> Option<Test> {
    let tree = context.tree;
    if tree.kind(id) != Kind::Compare {
        return None;
    }
    let (left, right) = (tree.child(id, Role::Left)?, tree.child(id, Role::Right)?);
    let operator = match tree.node(id).operator {
        Operator::StrictEqual => Operator::Equal,
        Operator::StrictNotEqual => Operator::NotEqual,
        other => other,
    };
    let is_constant = |it: NodeId| {
        matches!(tree.kind(it), Kind::Number | Kind::String | Kind::Character)
            || tree.kind(it) == Kind::Unary
                && tree.descendants(it).any(|it| tree.kind(it) == Kind::Number)
    };
    match (is_constant(left), is_constant(right)) {
        (false, true) if is_repeatable(tree, left) => Some((left, operator, right)),
        (true, false) if is_repeatable(tree, right) => Some((right, mirrored(operator), left)),
        _ => None,
    }
}

fn mirrored(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::Greater => Operator::Less,
        Operator::LessEqual => Operator::GreaterEqual,
        Operator::GreaterEqual => Operator::LessEqual,
        other => other,
    }
}

fn number(context: &Context<'_>, id: NodeId) -> Option<f64> {
    context.text(id).replace(' ', "").parse().ok()
}

/// Whether two literals surely differ: they are plain, and spelt alike but for what they say.
fn differ(context: &Context<'_>, a: NodeId, b: NodeId) -> bool {
    match (number(context, a), number(context, b)) {
        (Some(a), Some(b)) => (a - b).abs() > 0.0,
        (None, None) => {
            let (kind, a, b) = (context.tree.kind(a), context.text(a), context.text(b));
            kind != Kind::Number
                && a.chars().next() == b.chars().next()
                && a != b
                && !a.contains('\\')
                && !b.contains('\\')
        }
        _ => false,
    }
}

fn exclude_each_other(context: &Context<'_>, a: Test, b: Test) -> bool {
    if (a.1, b.1) == (Operator::Equal, Operator::Equal) {
        return differ(context, a.2, b.2);
    }
    let (Some(x), Some(y)) = (number(context, a.2), number(context, b.2)) else { return false };
    match (a.1, b.1) {
        (Operator::Less | Operator::LessEqual, Operator::Greater | Operator::GreaterEqual) => x < y,
        (Operator::Greater | Operator::GreaterEqual, Operator::Less | Operator::LessEqual) => x > y,
        _ => false,
    }
}

fn cover_everything(context: &Context<'_>, a: Test, b: Test) -> bool {
    if (a.1, b.1) == (Operator::NotEqual, Operator::NotEqual) {
        return differ(context, a.2, b.2);
    }
    let (Some(x), Some(y)) = (number(context, a.2), number(context, b.2)) else { return false };
    match (a.1, b.1) {
        (Operator::Greater | Operator::GreaterEqual, Operator::Less | Operator::LessEqual) => x < y,
        (Operator::Less | Operator::LessEqual, Operator::Greater | Operator::GreaterEqual) => x > y,
        _ => false,
    }
}
