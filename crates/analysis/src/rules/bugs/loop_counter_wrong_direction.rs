//! `bug/loop-counter-wrong-direction`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/loop-counter-wrong-direction",
    category: Category::Bug,
    summary: "A loop's counter moves away from its end",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["javascript", "typescript", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a counting loop whose condition waits for the counter to rise while the update lowers it, or the other way round.",
        why: "The loop ends at once, or only when the number overflows.",
        fix: "Turn the update or the comparison around.",
        limits: "Only updates by one variable's `++`, `--`, `+=` and `-=` with a plain number are looked at, and no counters that are declared without a sign: those wrap around, sometimes on purpose.",
        references: &["https://eslint.org/docs/latest/rules/for-direction"],
    },
    examples: &[
        Example::bad(
            "javascript",
            "for (let i = 0; i < n; i--) {
                       ^^^ away from the end
  visit(i);
}
",
        ),
        Example::bad(
            "javascript",
            "for (let i = 9; i >= 0; i++) {
                        ^^^ away from the end
  visit(i);
}
",
        ),
        Example::good(
            "javascript",
            "for (let i = 0; i < n; i++) {
  visit(i);
}
",
        ),
        Example::good(
            "javascript",
            "for (let i = n; i > 0; i -= 2) {
  visit(i);
}
",
        ),
        Example::bad(
            "typescript",
            "for (let i = 0; i < n; i--) {
                       ^^^ away from the end
  visit(i);
}
",
        ),
        Example::bad(
            "typescript",
            "for (let i = 9; i >= 0; i++) {
                        ^^^ away from the end
  visit(i);
}
",
        ),
        Example::good(
            "typescript",
            "for (let i = 0; i < n; i++) {
  visit(i);
}
",
        ),
        Example::good(
            "typescript",
            "for (let i = n; i > 0; i -= 2) {
  visit(i);
}
",
        ),
        Example::bad(
            "go",
            "package shop

func f(n int) {
	for i := 0; i < n; i-- {
	                   ^^^ away from the end
		visit(i)
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

func f(n int) {
	for i := 9; i >= 0; i++ {
	                    ^^^ away from the end
		visit(i)
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func f(n int) {
	for i := 0; i < n; i++ {
		visit(i)
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func f() {
	for i := uint(1); i > 0; i++ {
		visit(i)
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func f(n int) {
	for i := n; i > 0; i -= 2 {
		visit(i)
	}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void f(int n) {
        for (int i = 0; i < n; i--) {
                               ^^^ away from the end
            visit(i);
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void f(int n) {
        for (int i = 9; i >= 0; i++) {
                                ^^^ away from the end
            visit(i);
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void f(int n) {
        for (int i = 0; i < n; i++) {
            visit(i);
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void f(int n) {
        for (int i = n; i > 0; i -= 2) {
            visit(i);
        }
    }
}
",
        ),
        Example::bad(
            "c",
            "void f(int n) {
    for (int i = 0; i < n; i--) {
                           ^^^ away from the end
        visit(i);
    }
}
",
        ),
        Example::bad(
            "c",
            "void f(int n) {
    for (int i = 9; i >= 0; i++) {
                            ^^^ away from the end
        visit(i);
    }
}
",
        ),
        Example::good(
            "c",
            "void f(int n) {
    for (int i = 0; i < n; i++) {
        visit(i);
    }
}
",
        ),
        Example::good(
            "c",
            "void f(int n) {
    for (int i = n; i > 0; i -= 2) {
        visit(i);
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void f(int n) {
    for (int i = 0; i < n; i--) {
                           ^^^ away from the end
        visit(i);
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void f(int n) {
    for (int i = 9; i >= 0; i++) {
                            ^^^ away from the end
        visit(i);
    }
}
",
        ),
        Example::good(
            "cpp",
            "void f(int n) {
    for (int i = 0; i < n; i++) {
        visit(i);
    }
}
",
        ),
        Example::good(
            "cpp",
            "void f(int n) {
    for (int i = n; i > 0; i -= 2) {
        visit(i);
    }
}
",
        ),
    ],
    kinds: &[Kind::ForCount],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let condition = tree.child(id, Role::Condition).filter(|it| tree.kind(*it) == Kind::Compare);
    let (Some(condition), Some(update)) = (condition, tree.child(id, Role::Update)) else { return };
    let update = match tree.kind(update) {
        Kind::ExpressionStatement => tree.children(update).next().unwrap_or(update),
        _ => update,
    };
    let Some(counter) = tree.child(update, Role::Target) else { return };
    let rises = match (tree.kind(update), tree.node(update).operator) {
        (Kind::Update, Operator::Increment) => true,
        (Kind::Update, Operator::Decrement) => false,
        (Kind::Assign, Operator::AddAssign) if is_number(context, update) => true,
        (Kind::Assign, Operator::SubtractAssign) if is_number(context, update) => false,
        _ => return,
    };
    let sides = [Role::Left, Role::Right].map(|role| tree.child(condition, role));
    let [Some(left), Some(right)] = sides else { return };
    let waits_for_rise = match tree.node(condition).operator {
        Operator::Less | Operator::LessEqual => tree.is_same(left, counter),
        Operator::Greater | Operator::GreaterEqual => !tree.is_same(left, counter),
        _ => return,
    };
    let is_about_counter = tree.is_same(left, counter) != tree.is_same(right, counter);
    // Going down below an unsigned zero, or up to an overflow, is sometimes meant; a counter that
    // the body moves, too, is not ours to judge.
    let body = tree.child(id, Role::Body);
    let binding = context.facts.bindings.resolve(counter);
    let moves_inside = binding.zip(body).is_some_and(|(binding, body)| {
        context.facts.bindings.definitions(binding).any(|it| tree.is_within(it, body))
    });
    // From the end downward until an unsigned counter wraps around: an idiom.
    let starts_at_number = tree.child(id, Role::Initializer).is_some_and(|it| {
        let mut values = tree.descendants(it).filter(|it| tree.role(*it) == Role::Value);
        values.any(|it| tree.kind(it) == Kind::Number)
    });
    let wraps = !rises && !starts_at_number || is_unsigned(context, id);
    if wraps || !is_about_counter || waits_for_rise == rises || moves_inside || binding.is_none() {
        return;
    }
    let (name, test) = (context.excerpt(counter), context.excerpt(condition));
    let way = if rises { "rises" } else { "falls" };
    context
        .report(update, format!("`{name}` {way}, away from the end that `{test}` waits for"))
        .related(condition, "the loop goes on while this holds")
        .because("The counter never meets the end of the loop by its update.")
        .emit();
}

/// Whether the counter is declared as a number without a sign, which wraps around on purpose:
/// `uint(1)`, `uint i = 1`.
fn is_unsigned(context: &Context<'_>, loop_node: NodeId) -> bool {
    const WORDS: &[&str] = &["uint", "unsigned", "size_t", "usize"];
    let initializer = context.tree.child(loop_node, Role::Initializer);
    let text = initializer.map_or("", |it| context.text(it)).to_ascii_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}

fn is_number(context: &Context<'_>, update: NodeId) -> bool {
    let value = context.tree.child(update, Role::Value);
    value.is_some_and(|it| context.tree.kind(it) == Kind::Number)
}
