//! `practice/empty-branch`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/empty-branch",
    category: Category::Practice,
    summary: "A branch that does nothing",
    severity: Severity::Information,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports an `if` whose first branch is empty, without a word why.",
        why: "What was to happen there was forgotten, or the condition should be negated.",
        fix: "Write the branch, negate the condition, or say in a comment that nothing is to be done.",
        limits: "A branch with a comment is left alone; an empty `else` is not looked at.",
        references: &["https://eslint.org/docs/latest/rules/no-empty"],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(a, b):
    if a > b:
    ^^^^^^^^^ nothing happens when
        pass
    log(a)
",
        ),
        Example::bad(
            "python",
            "def check(a, b):
    if a == b:
    ^^^^^^^^^^ nothing happens when
        pass
    else:
        log(b)
",
        ),
        Example::good(
            "python",
            "def check(a, b):
    if a > b:
        log(a)
",
        ),
        Example::good(
            "python",
            "def check(a, b):
    if a > b:
        # nothing to do
        pass
    log(a)
",
        ),
        Example::bad(
            "javascript",
            "function check(a, b) {
  if (a > b) {
  ^^^^^^^^^^^^ nothing happens when
  }
  log(a);
}
",
        ),
        Example::bad(
            "javascript",
            "function check(a, b) {
  if (a == b) {
  ^^^^^^^^^^^^^ nothing happens when
  } else {
    log(b);
  }
}
",
        ),
        Example::good(
            "javascript",
            "function check(a, b) {
  if (a > b) {
    log(a);
  }
}
",
        ),
        Example::good(
            "javascript",
            "function check(a, b) {
  if (a > b) {
    // nothing to do
  }
  log(a);
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number, b: number) {
  if (a > b) {
  ^^^^^^^^^^^^ nothing happens when
  }
  log(a);
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number, b: number) {
  if (a == b) {
  ^^^^^^^^^^^^^ nothing happens when
  } else {
    log(b);
  }
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number, b: number) {
  if (a > b) {
    log(a);
  }
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number, b: number) {
  if (a > b) {
    // nothing to do
  }
  log(a);
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32, b: i32) {
    if a > b {
    ^^^^^^^^^^ nothing happens when
    }
    log(a);
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32, b: i32) {
    if a == b {
    ^^^^^^^^^^^ nothing happens when
    } else {
        log(b);
    }
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32, b: i32) {
    if a > b {
        log(a);
    }
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32, b: i32) {
    if a > b {
        // nothing to do
    }
    log(a);
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a, b int) {
	if a > b {
	^^^^^^^^^^ nothing happens when
	}
	log(a)
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a, b int) {
	if a == b {
	^^^^^^^^^^^ nothing happens when
	} else {
		log(b)
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a, b int) {
	if a > b {
		log(a)
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a, b int) {
	if a > b {
		// nothing to do
	}
	log(a)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a, int b) {
        if (a > b) {
        ^^^^^^^^^^^^ nothing happens when
        }
        log(a);
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a, int b) {
        if (a == b) {
        ^^^^^^^^^^^^^ nothing happens when
        } else {
            log(b);
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a, int b) {
        if (a > b) {
            log(a);
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a, int b) {
        if (a > b) {
            // nothing to do
        }
        log(a);
    }
}
",
        ),
        Example::bad(
            "c",
            "void check(int a, int b) {
    if (a > b) {
    ^^^^^^^^^^^^ nothing happens when
    }
    log(a);
}
",
        ),
        Example::bad(
            "c",
            "void check(int a, int b) {
    if (a == b) {
    ^^^^^^^^^^^^^ nothing happens when
    } else {
        log(b);
    }
}
",
        ),
        Example::good(
            "c",
            "void check(int a, int b) {
    if (a > b) {
        log(a);
    }
}
",
        ),
        Example::good(
            "c",
            "void check(int a, int b) {
    if (a > b) {
        // nothing to do
    }
    log(a);
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a, int b) {
    if (a > b) {
    ^^^^^^^^^^^^ nothing happens when
    }
    log(a);
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a, int b) {
    if (a == b) {
    ^^^^^^^^^^^^^ nothing happens when
    } else {
        log(b);
    }
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a, int b) {
    if (a > b) {
        log(a);
    }
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a, int b) {
    if (a > b) {
        // nothing to do
    }
    log(a);
}
",
        ),
    ],
    kinds: &[Kind::If],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(then) = tree.child(id, Role::Then) else { return };
    let is_empty = match tree.kind(then) {
        Kind::Block => tree.children(then).all(|it| tree.kind(it) == Kind::Empty),
        Kind::Empty => true,
        _ => false,
    };
    // In an `else if` chain, an empty branch says that the other conditions do not count there.
    let is_chained = tree.role(id) == Role::Else
        || tree.child(id, Role::Else).is_some_and(|it| tree.kind(it) == Kind::If);
    let binds = tree.descendants(id).take_while(|it| *it < then).any(|it| {
        matches!(tree.kind(it), Kind::Call | Kind::Assign | Kind::LetCondition | Kind::Macro)
    });
    // A comment may also stand behind the branch, on its last line.
    let span = tree.span(then);
    let end = context.tree.source().get(span.end as usize..).and_then(|rest| rest.find('\n'));
    let line = Span::new(tree.span(id).start, span.end + end.unwrap_or(0) as u32);
    if !is_empty || is_chained || binds || context.has_comment(line) {
        return;
    }
    let condition = tree.child(id, Role::Condition).map_or(String::new(), |it| context.excerpt(it));
    context
        .report(id, format!("nothing happens when `{condition}` holds"))
        .because("The branch is empty, and no comment says why.")
        .emit();
}
