//! `practice/needless-boolean-branch`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/needless-boolean-branch",
    category: Category::Practice,
    summary: "A branch that returns true or false by its condition",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `if … return true else return false`, and the same turned around.",
        why: "The condition is the answer already: the branch makes four lines of one, and hides whether it is negated.",
        fix: "Return the condition itself, or its negation.",
        limits: "Chains of several conditions are left alone: they may be clearer as they are.",
        references: &["https://eslint.org/docs/latest/rules/no-else-return"],
    },
    examples: &[
        Example::bad(
            "java",
            "class Shop {
    boolean check(int a, int b) {
        return a > b ? true : false;
               ^^^^^^^^^^^^^^^^^^^^ which is true or false already
    }
}
",
        ),
        Example::bad(
            "python",
            "def check(a, b):
    if a > b:
    ^^^^^^^^^ which is true or false already
        return True
    else:
        return False
",
        ),
        Example::bad(
            "python",
            "def check(a, b):
    if a == b:
    ^^^^^^^^^^ which is true or false already
        return False
    else:
        return True
",
        ),
        Example::good(
            "python",
            "def check(a, b):
    return a > b
",
        ),
        Example::good(
            "python",
            "def check(a, b):
    if a > b:
        log(a)
        return True
    else:
        return False
",
        ),
        Example::bad(
            "javascript",
            "function check(a, b) {
  if (a > b) {
  ^^^^^^^^^^^^ which is true or false already
    return true;
  } else {
    return false;
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function check(a, b) {
  if (a == b) {
  ^^^^^^^^^^^^^ which is true or false already
    return false;
  } else {
    return true;
  }
}
",
        ),
        Example::good(
            "javascript",
            "function check(a, b) {
  return a > b;
}
",
        ),
        Example::good(
            "javascript",
            "function check(a, b) {
  if (a > b) {
    log(a);
    return true;
  } else {
    return false;
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number, b: number) {
  if (a > b) {
  ^^^^^^^^^^^^ which is true or false already
    return true;
  } else {
    return false;
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number, b: number) {
  if (a == b) {
  ^^^^^^^^^^^^^ which is true or false already
    return false;
  } else {
    return true;
  }
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number, b: number) {
  return a > b;
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number, b: number) {
  if (a > b) {
    log(a);
    return true;
  } else {
    return false;
  }
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32, b: i32) -> bool {
    if a > b {
    ^^^^^^^^^^ which is true or false already
        return true;
    } else {
        return false;
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32, b: i32) -> bool {
    if a == b {
    ^^^^^^^^^^^ which is true or false already
        return false;
    } else {
        return true;
    }
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32, b: i32) -> bool {
    a > b
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32, b: i32) -> bool {
    if a > b {
        log(a);
        return true;
    } else {
        return false;
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a, b int) bool {
	if a > b {
	^^^^^^^^^^ which is true or false already
		return true
	} else {
		return false
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a, b int) bool {
	if a == b {
	^^^^^^^^^^^ which is true or false already
		return false
	} else {
		return true
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a, b int) bool {
	return a > b
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a, b int) bool {
	if a > b {
		log(a)
		return true
	} else {
		return false
	}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(int a, int b) {
        if (a > b) {
        ^^^^^^^^^^^^ which is true or false already
            return true;
        } else {
            return false;
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(int a, int b) {
        if (a == b) {
        ^^^^^^^^^^^^^ which is true or false already
            return false;
        } else {
            return true;
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(int a, int b) {
        return a > b;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(int a, int b) {
        if (a > b) {
            log(a);
            return true;
        } else {
            return false;
        }
    }
}
",
        ),
        Example::bad(
            "c",
            "int check(int a, int b) {
    if (a > b) {
    ^^^^^^^^^^^^ which is true or false already
        return true;
    } else {
        return false;
    }
}
",
        ),
        Example::bad(
            "c",
            "int check(int a, int b) {
    if (a == b) {
    ^^^^^^^^^^^^^ which is true or false already
        return false;
    } else {
        return true;
    }
}
",
        ),
        Example::good(
            "c",
            "int check(int a, int b) {
    return a > b;
}
",
        ),
        Example::good(
            "c",
            "int check(int a, int b) {
    if (a > b) {
        log(a);
        return true;
    } else {
        return false;
    }
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(int a, int b) {
    if (a > b) {
    ^^^^^^^^^^^^ which is true or false already
        return true;
    } else {
        return false;
    }
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(int a, int b) {
    if (a == b) {
    ^^^^^^^^^^^^^ which is true or false already
        return false;
    } else {
        return true;
    }
}
",
        ),
        Example::good(
            "cpp",
            "bool check(int a, int b) {
    return a > b;
}
",
        ),
        Example::good(
            "cpp",
            "bool check(int a, int b) {
    if (a > b) {
        log(a);
        return true;
    } else {
        return false;
    }
}
",
        ),
    ],
    kinds: &[Kind::If, Kind::Ternary],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_chained = tree.role(id) == Role::Else;
    let parts = [Role::Then, Role::Else].map(|role| tree.child(id, role));
    let [Some(then), Some(otherwise)] = parts else { return };
    if is_chained || context.has_comment(tree.span(id)) {
        return;
    }
    let (Some(first), Some(second)) = (answer(tree, then), answer(tree, otherwise)) else { return };
    if first == second {
        return;
    }
    let condition = tree.child(id, Role::Condition).map_or(String::new(), |it| context.excerpt(it));
    let what = if first { "this returns" } else { "this returns the opposite of" };
    context
        .report(id, format!("{what} `{condition}`, which is true or false already"))
        .because("Both branches do nothing but return a truth value.")
        .emit();
}

/// The truth value that a branch returns, if it does nothing else.
fn answer(tree: &Tree, branch: NodeId) -> Option<bool> {
    let mut at = branch;
    while tree.kind(at) == Kind::Block {
        let mut inside = tree.children(at);
        let (only, None) = (inside.next()?, inside.next()) else { return None };
        at = only;
    }
    let value = match tree.kind(at) {
        Kind::Return | Kind::ExpressionStatement => tree.children(at).next()?,
        Kind::Boolean => at,
        _ => return None,
    };
    (tree.kind(value) == Kind::Boolean).then(|| tree.text(value).eq_ignore_ascii_case("true"))
}
