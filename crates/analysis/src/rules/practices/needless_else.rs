//! `practice/needless-else`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/needless-else",
    category: Category::Practice,
    summary: "An else after a branch that has already left",
    severity: Severity::Hint,
    confidence: 0.95,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `else` where the branch before it always returns, raises, breaks or continues.",
        why: "The nesting says that two cases stay open, where one is settled; the rest of the function reads easier one level further out.",
        fix: "Take the `else` away, and its code one level out.",
        limits: "A chain of `else if` is reported only when all of its branches leave.",
        references: &["https://eslint.org/docs/latest/rules/no-else-return"],
    },
    examples: &[
        Example::bad(
            "python",
            "def sign(x):
    if x < 0:
        return -1
    else:
    ^^^^ is not needed
        return 1
",
        ),
        Example::bad(
            "python",
            "def sign(xs):
    for x in xs:
        if x < 0:
            continue
        else:
        ^^^^ is not needed
            show(x)
",
        ),
        Example::good(
            "python",
            "def sign(x):
    if x < 0:
        x = -x
    else:
        show(x)
    return x
",
        ),
        Example::good(
            "python",
            "def sign(x):
    if x < 0:
        show(x)
    elif x == 0:
        return 0
    else:
        return 1
",
        ),
        Example::bad(
            "javascript",
            "function sign(x) {
  if (x < 0) {
    return -1;
  } else {
    ^^^^ is not needed
    return 1;
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function check(x) {
  if (x < 0) throw new Error('negative');
  else return x;
  ^^^^ is not needed
}
",
        ),
        Example::good(
            "javascript",
            "function sign(x) {
  if (x < 0) {
    x = -x;
  } else {
    show(x);
  }
}
",
        ),
        Example::good(
            "javascript",
            "function sign(x) {
  if (x < 0) {
    return -1;
  }
  return 1;
}
",
        ),
        Example::bad(
            "typescript",
            "function sign(x) {
  if (x < 0) {
    return -1;
  } else {
    ^^^^ is not needed
    return 1;
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function check(x) {
  if (x < 0) throw new Error('negative');
  else return x;
  ^^^^ is not needed
}
",
        ),
        Example::good(
            "typescript",
            "function sign(x) {
  if (x < 0) {
    x = -x;
  } else {
    show(x);
  }
}
",
        ),
        Example::good(
            "typescript",
            "function sign(x) {
  if (x < 0) {
    return -1;
  }
  return 1;
}
",
        ),
        Example::bad(
            "rust",
            "fn sign(x: i32) -> i32 {
    if x < 0 {
        return -1;
    } else {
      ^^^^ is not needed
        return 1;
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn show(xs: &[i32]) {
    for x in xs {
        if *x < 0 {
            continue;
        } else {
          ^^^^ is not needed
            print(x);
        }
    }
}
",
        ),
        Example::good(
            "rust",
            "fn sign(x: i32) -> i32 {
    if x < 0 { -1 } else { 1 }
}
",
        ),
        Example::good(
            "rust",
            "fn sign(x: i32) -> i32 {
    let y = if x < 0 { return -1 } else { x };
    y + 1
}
",
        ),
        Example::bad(
            "go",
            "package shop

func sign(x int) int {
	if x < 0 {
		return -1
	} else {
	  ^^^^ is not needed
		return 1
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

func show(xs []int) {
	for _, x := range xs {
		if x < 0 {
			break
		} else {
		  ^^^^ is not needed
			print(x)
		}
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func sign(x int) int {
	if y := -x; x < 0 {
		return y
	} else {
		return y + 1
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func sign(x int) int {
	if x < 0 {
		x = -x
	} else {
		print(x)
	}
	return x
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int sign(int x) {
        if (x < 0) {
            return -1;
        } else {
          ^^^^ is not needed
            return 1;
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int check(int x) {
        if (x < 0) throw new IllegalArgumentException();
        else return x;
        ^^^^ is not needed
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int sign(int x) {
        if (x < 0) {
            x = -x;
        } else {
            show(x);
        }
        return x;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int sign(int x) {
        if (x < 0) return -1;
        return 1;
    }
}
",
        ),
        Example::bad(
            "c",
            "int sign(int x) {
    if (x < 0) {
        return -1;
    } else {
      ^^^^ is not needed
        return 1;
    }
}
",
        ),
        Example::bad(
            "c",
            "void show(int n) {
    for (int i = 0; i < n; i++) {
        if (i == 3) break;
        else print(i);
        ^^^^ is not needed
    }
}
",
        ),
        Example::good(
            "c",
            "int sign(int x) {
    if (x < 0) {
        x = -x;
    } else {
        print(x);
    }
    return x;
}
",
        ),
        Example::good(
            "c",
            "int sign(int x) {
    if (x < 0) return -1;
    return 1;
}
",
        ),
        Example::bad(
            "cpp",
            "int sign(int x) {
    if (x < 0) {
        return -1;
    } else {
      ^^^^ is not needed
        return 1;
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void show(int n) {
    for (int i = 0; i < n; i++) {
        if (i == 3) break;
        else print(i);
        ^^^^ is not needed
    }
}
",
        ),
        Example::good(
            "cpp",
            "int sign(int x) {
    if (x < 0) {
        x = -x;
    } else {
        print(x);
    }
    return x;
}
",
        ),
        Example::good(
            "cpp",
            "int sign(int x) {
    if (x < 0) return -1;
    return 1;
}
",
        ),
    ],
    kinds: &[Kind::If],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let parts = [Role::Then, Role::Else].map(|role| tree.child(id, role));
    let [Some(then), Some(other)] = parts else { return };
    // A value is made of both branches, or a variable of the condition is used in the second.
    let is_statement = tree.role(id) == Role::Statement || tree.role(id) == Role::Else;
    if !is_statement
        || tree.kind(other) == Kind::If
        || tree.child(id, Role::Initializer).is_some()
        || !leaves(context, then)
    {
        return;
    }
    let mut at = id;
    while tree.role(at) == Role::Else && tree.kind(tree.node(at).parent) == Kind::If {
        at = tree.node(at).parent;
        let before = tree.child(at, Role::Then);
        if !before.is_some_and(|it| leaves(context, it))
            || tree.child(at, Role::Initializer).is_some()
        {
            return;
        }
    }
    if tree.role(at) != Role::Statement {
        return;
    }
    let between = crate::text::Span::new(tree.span(then).end, tree.span(other).start);
    let text = between.of(tree.source());
    // Python's grammar starts the branch at its keyword, others after it.
    let span = match text.rfind("else") {
        Some(found) => {
            let start = between.start + found as u32;
            crate::text::Span::new(start, start + 4)
        }
        None => tree.span(other),
    };
    context
        .report(id, "the `else` is not needed: the branch before it has left already")
        .span(span)
        .because("What stands after the branch is reached only when the condition did not hold.")
        .emit();
}

/// Whether a branch ends by leaving.
fn leaves(context: &Context<'_>, branch: NodeId) -> bool {
    let tree = context.tree;
    let last = match tree.kind(branch) {
        Kind::Block => tree.last_child(branch),
        _ => Some(branch),
    };
    let last = last.map(|it| match tree.kind(it) {
        Kind::ExpressionStatement => tree.last_child(it).unwrap_or(it),
        _ => it,
    });
    last.is_some_and(|it| {
        matches!(tree.kind(it), Kind::Return | Kind::Raise | Kind::Break | Kind::Continue)
    })
}
