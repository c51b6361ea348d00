//! `bug/loop-never-runs`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/loop-never-runs",
    category: Category::Bug,
    summary: "A loop whose first test fails",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a counting loop whose start does not meet its condition, a loop over a range of numbers that is empty, and a range of Rust whose end lies before its start.",
        why: "The body never runs: the bounds or the comparison stand the wrong way round, or the step has the wrong sign.",
        fix: "Swap the bounds, turn the comparison round, or count down with a negative step (`.rev()` in Rust).",
        limits: "Only bounds that are written as numbers are compared.",
        references: &["https://rules.sonarsource.com/java/RSPEC-2252/"],
    },
    examples: &[
        Example::bad(
            "python",
            "for i in range(10, 0):
         ^^^^^^^^^^^^
    print(i)
",
        ),
        Example::bad(
            "python",
            "for i in range(0, 10, -1):
         ^^^^^^^^^^^^^^^^
    print(i)
",
        ),
        Example::good(
            "python",
            "for i in range(10, 0, -1):
    print(i)
",
        ),
        Example::good(
            "python",
            "for i in range(1, 10):
    print(i)
",
        ),
        Example::bad(
            "javascript",
            "for (let i = 10; i < 0; i--) { show(i); }
                 ^^^^^
",
        ),
        Example::bad(
            "javascript",
            "for (let i = 0; i > 10; i++) { show(i); }
                ^^^^^^
",
        ),
        Example::good(
            "javascript",
            "for (let i = 10; i > 0; i--) { show(i); }
",
        ),
        Example::good(
            "javascript",
            "for (let i = 0; i < 10; i++) { show(i); }
",
        ),
        Example::bad(
            "typescript",
            "for (let i: number = 10; i <= 0; i++) { show(i); }
                         ^^^^^^
",
        ),
        Example::bad(
            "typescript",
            "for (let i = 0; i >= 10; i++) { show(i); }
                ^^^^^^^
",
        ),
        Example::good(
            "typescript",
            "for (let i = 10; i >= 0; i--) { show(i); }
",
        ),
        Example::good(
            "typescript",
            "for (let i = 0; i <= 10; i++) { show(i); }
",
        ),
        Example::bad(
            "rust",
            "fn f() { for i in 10..0 { show(i); } }
                  ^^^^^
",
        ),
        Example::bad(
            "rust",
            "fn f(v: &[u8]) -> &[u8] { &v[3..1] }
                             ^^^^
",
        ),
        Example::good(
            "rust",
            "fn f() { for i in (0..10).rev() { show(i); } }
",
        ),
        Example::good(
            "rust",
            "fn f(v: &[u8]) -> &[u8] { &v[1..3] }
",
        ),
        Example::bad(
            "go",
            "func f() {
	for i := 10; i < 0; i++ {
	             ^^^^^
		show(i)
	}
}
",
        ),
        Example::bad(
            "go",
            "func f() {
	for i := 0; i > 10; i++ {
	            ^^^^^^
		show(i)
	}
}
",
        ),
        Example::good(
            "go",
            "func f() {
	for i := 10; i > 0; i-- {
		show(i)
	}
}
",
        ),
        Example::good(
            "go",
            "func f() {
	for i := 0; i < 10; i++ {
		show(i)
	}
}
",
        ),
        Example::bad(
            "java",
            "class A { void f() { for (int i = 10; i < 0; i--) { show(i); } } }
                                      ^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { void f() { for (int i = 0; i >= 10; i++) { show(i); } } }
                                     ^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { void f() { for (int i = 10; i > 0; i--) { show(i); } } }
",
        ),
        Example::good(
            "java",
            "class A { void f() { for (int i = 0; i < 10; i++) { show(i); } } }
",
        ),
        Example::bad(
            "c",
            "void f(void) { for (int i = 10; i < 0; i--) { show(i); } }
                                ^^^^^
",
        ),
        Example::bad(
            "c",
            "void f(void) { int i; for (i = 0; i > 10; i++) { show(i); } }
                                  ^^^^^^
",
        ),
        Example::good(
            "c",
            "void f(void) { for (int i = 10; i > 0; i--) { show(i); } }
",
        ),
        Example::good(
            "c",
            "void f(void) { int i; for (i = 0; i < 10; i++) { show(i); } }
",
        ),
        Example::bad(
            "cpp",
            "void f() { for (int i = 10; i < 0; --i) { show(i); } }
                            ^^^^^
",
        ),
        Example::bad(
            "cpp",
            "void f() { for (int i = 0; i == 10; ++i) { show(i); } }
                           ^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "void f() { for (int i = 10; i > 0; --i) { show(i); } }
",
        ),
        Example::good(
            "cpp",
            "void f() { for (int i = 0; i != 10; ++i) { show(i); } }
",
        ),
    ],
    kinds: &[Kind::ForCount, Kind::Call, Kind::Range],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    match tree.kind(id) {
        Kind::ForCount => counting(context, id),
        Kind::Call if context.language.id() == "python" => range_call(context, id),
        Kind::Range if context.language.id() == "rust" => {
            let operands: Vec<NodeId> = tree.children_with(id, Role::Operand).collect();
            let [low, high] = operands.as_slice() else { return };
            let (Some(from), Some(to)) = (number(tree, *low), number(tree, *high)) else { return };
            let in_pattern = tree.ancestors(id).any(|it| tree.role(it) == Role::Pattern);
            if from > to && !in_pattern && !context.is_test_code(id) {
                report(context, id, &format!("the range `{from}..{to}` is empty"));
            }
        }
        _ => {}
    }
}

/// The number that a literal, perhaps with a sign, stands for.
fn number(tree: &Tree, id: NodeId) -> Option<i64> {
    match tree.kind(id) {
        Kind::Number => tree.text(id).replace('_', "").parse().ok(),
        Kind::Unary if tree.node(id).operator == Operator::Negate => {
            number_literal(tree, tree.child(id, Role::Operand)?).and_then(i64::checked_neg)
        }
        _ => None,
    }
}

fn number_literal(tree: &Tree, id: NodeId) -> Option<i64> {
    (tree.kind(id) == Kind::Number).then(|| tree.text(id).parse().ok())?
}

/// `range(10, 0)`
fn range_call(context: &mut Context<'_>, call: NodeId) {
    let tree = context.tree;
    let in_loop =
        matches!(tree.kind(tree.node(call).parent), Kind::ForEach | Kind::ComprehensionFor);
    if !in_loop || context.called(call).as_deref() != Some("range") {
        return;
    }
    let arguments = context.arguments(call);
    let numbers: Option<Vec<i64>> = arguments.iter().map(|it| number(tree, *it)).collect();
    let is_empty = match numbers.as_deref() {
        Some([to]) => *to < 0,
        Some([from, to]) => from > to,
        Some([from, to, step]) => *step > 0 && from > to || *step < 0 && from < to,
        _ => false,
    };
    if is_empty && !context.is_test_code(call) {
        let text = context.excerpt(call);
        report(context, call, &format!("`{text}` is empty"));
    }
}

fn counting(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let parts = [Role::Initializer, Role::Condition].map(|role| tree.child(id, role));
    let [Some(mut start), Some(condition)] = parts else { return };
    while matches!(tree.kind(start), Kind::Declare | Kind::ExpressionStatement)
        && tree.child(start, Role::Value).is_none()
    {
        let mut inner = tree.children(start).filter(|it| {
            matches!(tree.kind(*it), Kind::Declare | Kind::Assign | Kind::ExpressionStatement)
        });
        let (Some(only), None) = (inner.next(), inner.next()) else { return };
        start = only;
    }
    let sides = [Role::Target, Role::Value].map(|role| tree.child(start, role));
    let [Some(counter), Some(value)] = sides else { return };
    if tree.node(start).operator.is_augmented() {
        return;
    }
    let (Some(left), Some(right)) =
        (tree.child(condition, Role::Left), tree.child(condition, Role::Right))
    else {
        return;
    };
    let (Some(from), Some(limit)) = (number(tree, value), number(tree, right)) else { return };
    if tree.kind(condition) != Kind::Compare || tree.node(left).symbol != tree.node(counter).symbol
    {
        return;
    }
    let holds = match tree.node(condition).operator {
        Operator::Less => from < limit,
        Operator::LessEqual => from <= limit,
        Operator::Greater => from > limit,
        Operator::GreaterEqual => from >= limit,
        Operator::Equal | Operator::StrictEqual => from == limit,
        _ => true,
    };
    if !holds {
        let text = context.excerpt(condition);
        report(context, condition, &format!("`{text}` fails from the start, at {from}"));
    }
}

fn report(context: &mut Context<'_>, at: NodeId, fact: &str) {
    context
        .report(at, format!("{fact}, so this never runs"))
        .because("Both bounds are numbers, and the first lies beyond the second.")
        .emit();
}
