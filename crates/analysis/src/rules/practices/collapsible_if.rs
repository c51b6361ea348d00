//! `practice/collapsible-if`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/collapsible-if",
    category: Category::Practice,
    summary: "An if that holds nothing but another if",
    severity: Severity::Hint,
    confidence: 0.95,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports an `if` without `else` whose only statement is another `if` without `else`.",
        why: "Two levels say what one condition could.",
        fix: "Join the conditions with `and`.",
        limits: "Conditions that bind variables are left alone, and so is an inner `if` with a comment before it.",
        references: &["https://rust-lang.github.io/rust-clippy/master/index.html#collapsible_if"],
    },
    examples: &[
        Example::bad(
            "python",
            "def show(a, b):
    if a:
    ^^^^^ join
        if b:
            print(a)
",
        ),
        Example::bad(
            "python",
            "def show(rows):
    for row in rows:
        if row.is_open:
        ^^^^^^^^^^^^^^^ join
            if row.price > 3:
                print(row)
",
        ),
        Example::good(
            "python",
            "def show(a, b):
    if a:
        if b:
            print(a)
        print(b)
",
        ),
        Example::good(
            "python",
            "def show(a, b):
    if a:
        if b:
            print(a)
        else:
            print(b)
",
        ),
        Example::bad(
            "javascript",
            "function show(a, b) {
  if (a) {
  ^^^^^^^^ join
    if (b) {
      print(a);
    }
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function show(a, b) {
  if (a) if (b) print(a);
  ^^^^^^ join
}
",
        ),
        Example::good(
            "javascript",
            "function show(a, b) {
  if (a) {
    if (b) {
      print(a);
    } else {
      print(b);
    }
  }
}
",
        ),
        Example::good(
            "javascript",
            "function show(a, b) {
  if (a) {
    // only then
    if (b) print(a);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function show(a, b) {
  if (a) {
  ^^^^^^^^ join
    if (b) {
      print(a);
    }
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function show(a, b) {
  if (a) if (b) print(a);
  ^^^^^^ join
}
",
        ),
        Example::good(
            "typescript",
            "function show(a, b) {
  if (a) {
    if (b) {
      print(a);
    } else {
      print(b);
    }
  }
}
",
        ),
        Example::good(
            "typescript",
            "function show(a, b) {
  if (a) {
    // only then
    if (b) print(a);
  }
}
",
        ),
        Example::bad(
            "rust",
            "fn show(a: bool, b: bool) {
    if a {
    ^^^^^^ join
        if b {
            print();
        }
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn show(x: i32) {
    if x > 1 {
    ^^^^^^^^^^ join
        if x < 9 {
            print();
        }
    }
}
",
        ),
        Example::good(
            "rust",
            "fn show(a: Option<i32>, b: bool) {
    if let Some(x) = a {
        if b {
            print(x);
        }
    }
}
",
        ),
        Example::good(
            "rust",
            "fn show(a: bool, b: bool) {
    if a {
        if b { print(); }
        stop();
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

func show(a, b bool) {
	if a {
	^^^^^^ join
		if b {
			print()
		}
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

func show(x int) {
	if x > 1 {
	^^^^^^^^^^ join
		if x < 9 {
			print()
		}
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func show(a bool) {
	if a {
		if err := run(); err != nil {
			print(err)
		}
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func show(a, b bool) {
	if a {
		if b {
			print()
		}
		stop()
	}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(boolean a, boolean b) {
        if (a) {
        ^^^^^^^^ join
            if (b) {
                print();
            }
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(int x) {
        if (x > 1) if (x < 9) print();
        ^^^^^^^^^^ join
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(boolean a, boolean b) {
        if (a) {
            if (b) print(); else stop();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(boolean a, boolean b) {
        if (a) {
            if (b) print();
        } else {
            stop();
        }
    }
}
",
        ),
        Example::bad(
            "c",
            "void show(int a, int b) {
    if (a) {
    ^^^^^^^^ join
        if (b) {
            print();
        }
    }
}
",
        ),
        Example::bad(
            "c",
            "void show(int x) {
    if (x > 1) if (x < 9) print();
    ^^^^^^^^^^ join
}
",
        ),
        Example::good(
            "c",
            "void show(int a, int b) {
    if (a) {
        if (b) print(); else stop();
    }
}
",
        ),
        Example::good(
            "c",
            "void show(int a, int b) {
    if (a) {
        if (b) print();
    } else {
        stop();
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void show(int a, int b) {
    if (a) {
    ^^^^^^^^ join
        if (b) {
            print();
        }
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void show(int x) {
    if (x > 1) if (x < 9) print();
    ^^^^^^^^^^ join
}
",
        ),
        Example::good(
            "cpp",
            "void show(int a, int b) {
    if (a) {
        if (b) print(); else stop();
    }
}
",
        ),
        Example::good(
            "cpp",
            "void show(int a, int b) {
    if (a) {
        if (b) print();
    } else {
        stop();
    }
}
",
        ),
    ],
    kinds: &[Kind::If],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(then) = tree.child(id, Role::Then).filter(|_| is_plain(context, id)) else { return };
    let inner = match tree.kind(then) {
        Kind::Block => {
            let mut statements = tree.children(then);
            let (Some(only), None) = (statements.next(), statements.next()) else { return };
            only
        }
        _ => then,
    };
    let is_lone = tree.kind(inner) == Kind::If && is_plain(context, inner);
    if !is_lone || tree.role(id) == Role::Else && tree.kind(inner) != Kind::If {
        return;
    }
    let between = crate::text::Span::new(tree.span(id).start, tree.span(inner).start);
    if context.has_comment(between) || tree.flags(inner).has(crate::ir::Flags::CONDITIONAL) {
        return;
    }
    let shown = between.of(tree.source()).trim_end().len() as u32;
    let span = crate::text::Span::new(between.start, between.start + shown);
    context
        .report(id, "this holds nothing but another `if`: join the two conditions")
        .span(span)
        .related(inner, "the other one")
        .because("Neither has an `else`, and nothing else stands between them.")
        .emit();
}

/// An `if` without `else`, whose condition binds nothing.
fn is_plain(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let Some(condition) = tree.child(id, Role::Condition) else { return false };
    tree.child(id, Role::Else).is_none()
        && tree.child(id, Role::Initializer).is_none()
        && tree
            .descendants(condition)
            .chain([condition])
            .all(|it| !matches!(tree.kind(it), Kind::LetCondition | Kind::Declare | Kind::Assign))
}
