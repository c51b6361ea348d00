//! `practice/negated-condition`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/negated-condition",
    category: Category::Practice,
    summary: "A negated condition with an else",
    severity: Severity::Hint,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `if` and conditional expressions with both branches whose condition is a negation (`not x`, `x != y`).",
        why: "The `else` then stands for a double negation, which readers have to untangle.",
        fix: "Turn the condition round, and swap the branches.",
        limits: "Tests for nothing (`x is not None`, `err != nil`) are left alone, and so are chains of `else if`.",
        references: &["https://eslint.org/docs/latest/rules/no-negated-condition"],
    },
    examples: &[
        Example::bad(
            "python",
            "def show(is_open):
    if not is_open:
       ^^^^^^^^^^^ swap
        stop()
    else:
        print(1)
",
        ),
        Example::bad(
            "python",
            "def show(kind):
    return 1 if kind != \"a\" else 2
                ^^^^^^^^^^^ swap
",
        ),
        Example::good(
            "python",
            "def show(is_open):
    if not is_open:
        stop()
",
        ),
        Example::good(
            "python",
            "def show(value):
    if value is not None:
        print(value)
    else:
        stop()
",
        ),
        Example::bad(
            "javascript",
            "function show(isOpen) {
  if (!isOpen) {
      ^^^^^^^ swap
    stop();
  } else {
    print(1);
  }
}
",
        ),
        Example::bad(
            "javascript",
            "const size = (kind !== 'a') ? 1 : 2;
              ^^^^^^^^^^^^ swap
",
        ),
        Example::good(
            "javascript",
            "function show(isOpen) {
  if (!isOpen) stop();
}
",
        ),
        Example::good(
            "javascript",
            "function show(a) {
  if (!a) {
    stop();
  } else if (a.b) {
    print(1);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function show(isOpen) {
  if (!isOpen) {
      ^^^^^^^ swap
    stop();
  } else {
    print(1);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "const size = (kind !== 'a') ? 1 : 2;
              ^^^^^^^^^^^^ swap
",
        ),
        Example::good(
            "typescript",
            "function show(isOpen) {
  if (!isOpen) stop();
}
",
        ),
        Example::good(
            "typescript",
            "function show(a) {
  if (!a) {
    stop();
  } else if (a.b) {
    print(1);
  }
}
",
        ),
        Example::bad(
            "rust",
            "fn show(is_open: bool) {
    if !is_open {
       ^^^^^^^^ swap
        stop();
    } else {
        print();
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn size(kind: i32) -> i32 {
    if kind != 3 { 1 } else { 2 }
       ^^^^^^^^^ swap
}
",
        ),
        Example::good(
            "rust",
            "fn show(is_open: bool) {
    if !is_open {
        stop();
    }
}
",
        ),
        Example::good(
            "rust",
            "fn size(kind: i32) -> i32 {
    if kind == 3 { 1 } else { 2 }
}
",
        ),
        Example::bad(
            "go",
            "package shop

func show(isOpen bool) {
	if !isOpen {
	   ^^^^^^^ swap
		stop()
	} else {
		print()
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

func size(kind int) int {
	n := 0
	if kind != 3 {
	   ^^^^^^^^^ swap
		n = 1
	} else {
		n = 2
	}
	return n
}
",
        ),
        Example::good(
            "go",
            "package shop

func show(err error) {
	if err != nil {
		stop()
	} else {
		print()
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func show(isOpen bool) {
	if !isOpen {
		stop()
	}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(boolean isOpen) {
        if (!isOpen) { stop(); } else { print(); }
            ^^^^^^^ swap
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int size(int kind) {
        return kind != 3 ? 1 : 2;
               ^^^^^^^^^ swap
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(Object value) {
        if (value != null) { print(value); } else { stop(); }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(boolean isOpen) {
        if (!isOpen) stop();
    }
}
",
        ),
        Example::bad(
            "c",
            "void show(int is_open) {
    if (!is_open) { stop(); } else { print(); }
        ^^^^^^^^ swap
}
",
        ),
        Example::bad(
            "c",
            "int size(int kind) {
    return kind != 3 ? 1 : 2;
           ^^^^^^^^^ swap
}
",
        ),
        Example::good(
            "c",
            "void show(char *value) {
    if (value != NULL) { print(value); } else { stop(); }
}
",
        ),
        Example::good(
            "c",
            "void show(int is_open) {
    if (!is_open) stop();
}
",
        ),
        Example::bad(
            "cpp",
            "void show(int is_open) {
    if (!is_open) { stop(); } else { print(); }
        ^^^^^^^^ swap
}
",
        ),
        Example::bad(
            "cpp",
            "int size(int kind) {
    return kind != 3 ? 1 : 2;
           ^^^^^^^^^ swap
}
",
        ),
        Example::good(
            "cpp",
            "void show(char *value) {
    if (value != NULL) { print(value); } else { stop(); }
}
",
        ),
        Example::good(
            "cpp",
            "void show(int is_open) {
    if (!is_open) stop();
}
",
        ),
    ],
    kinds: &[Kind::If, Kind::Ternary],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let parts = [Role::Condition, Role::Else].map(|role| tree.child(id, role));
    let [Some(condition), Some(other)] = parts else { return };
    let is_chain = tree.kind(other) == Kind::If
        || tree.role(id) == Role::Else && tree.kind(tree.node(id).parent) == tree.kind(id);
    let is_negated = match tree.kind(condition) {
        Kind::Unary => tree.node(condition).operator == Operator::Not,
        Kind::Compare => {
            let mut sides = tree.children(condition);
            matches!(tree.node(condition).operator, Operator::NotEqual | Operator::StrictNotEqual)
                && !sides.any(|it| is_nothing(context, it))
        }
        _ => false,
    };
    if is_chain || !is_negated {
        return;
    }
    let shown = context.excerpt(condition);
    context
        .report(
            condition,
            format!("`{shown}` is a negation with an `else`: turn it round and swap the branches"),
        )
        .related(other, "the double negation")
        .because("Both branches are there, so that either can come first.")
        .emit();
}

/// Whether something stands for no value, or none at all.
fn is_nothing(context: &Context<'_>, id: NodeId) -> bool {
    context.tree.kind(id) == Kind::Null
        || matches!(context.text(id), "nil" | "NULL" | "nullptr" | "undefined" | "0" | "-1")
}
