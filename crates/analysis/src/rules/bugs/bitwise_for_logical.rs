//! `bug/bitwise-for-logical`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/bitwise-for-logical",
    category: Category::Bug,
    summary: "A bitwise operator joins two conditions",
    severity: Severity::Warning,
    confidence: 0.8,
    languages: &["javascript", "typescript", "rust", "java", "c", "cpp"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `&` and `|` between two comparisons or negations within a condition.",
        why: "The bitwise operators evaluate both sides, even where the first has decided: what the first guards against happens. In C they also bind differently.",
        fix: "Write `&&` or `||`: the second side is then evaluated only where it matters.",
        limits: "Operands must be comparisons or negations by their form: flags and masks are left alone. In Python and Go the operators mean other things.",
        references: &[
            "https://wiki.sei.cmu.edu/confluence/display/java/EXP46-C",
            "https://cwe.mitre.org/data/definitions/480.html",
        ],
    },
    examples: &[
        Example::fixed(
            "javascript",
            "function check(a, b) {
  if (a > 0 & b > 0) {
      ^^^^^^^^^^^^^ evaluates both sides
    buy();
  }
}
",
            "function check(a, b) {
  if (a > 0 && b > 0) {
    buy();
  }
}
",
        ),
        Example::good(
            "javascript",
            "function check(a, b) {
  if (a > 0 && b > 0) {
    buy();
  }
}
",
        ),
        Example::fixed(
            "javascript",
            "function check(a, b) {
  if (a > 0 | b > 0) {
      ^^^^^^^^^^^^^ evaluates both sides
    buy();
  }
}
",
            "function check(a, b) {
  if (a > 0 || b > 0) {
    buy();
  }
}
",
        ),
        Example::good(
            "javascript",
            "function check(a, b) {
  if (a > 0 || b > 0) {
    buy();
  }
}
",
        ),
        Example::good(
            "javascript",
            "function check(a, b) {
  if ((a & b) > 0) {
    buy();
  }
}
",
        ),
        Example::fixed(
            "typescript",
            "function check(a: number, b: number) {
  if (a > 0 & b > 0) {
      ^^^^^^^^^^^^^ evaluates both sides
    buy();
  }
}
",
            "function check(a: number, b: number) {
  if (a > 0 && b > 0) {
    buy();
  }
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number, b: number) {
  if (a > 0 && b > 0) {
    buy();
  }
}
",
        ),
        Example::fixed(
            "typescript",
            "function check(a: number, b: number) {
  if (a > 0 | b > 0) {
      ^^^^^^^^^^^^^ evaluates both sides
    buy();
  }
}
",
            "function check(a: number, b: number) {
  if (a > 0 || b > 0) {
    buy();
  }
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number, b: number) {
  if (a > 0 || b > 0) {
    buy();
  }
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number, b: number) {
  if ((a & b) > 0) {
    buy();
  }
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    void check(int a, int b) {
        if (a > 0 & b > 0) {
            ^^^^^^^^^^^^^ evaluates both sides
            buy();
        }
    }
}
",
            "class Shop {
    void check(int a, int b) {
        if (a > 0 && b > 0) {
            buy();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a, int b) {
        if (a > 0 && b > 0) {
            buy();
        }
    }
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    void check(int a, int b) {
        if (a > 0 | b > 0) {
            ^^^^^^^^^^^^^ evaluates both sides
            buy();
        }
    }
}
",
            "class Shop {
    void check(int a, int b) {
        if (a > 0 || b > 0) {
            buy();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a, int b) {
        if (a > 0 || b > 0) {
            buy();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a, int b) {
        if ((a & b) > 0) {
            buy();
        }
    }
}
",
        ),
        Example::fixed(
            "c",
            "void check(int a, int b) {
    if ((a > 0) & (b > 0)) {
        ^^^^^^^^^^^^^^^^^ evaluates both sides
        buy();
    }
}
",
            "void check(int a, int b) {
    if ((a > 0) && (b > 0)) {
        buy();
    }
}
",
        ),
        Example::good(
            "c",
            "void check(int a, int b) {
    if ((a > 0) && (b > 0)) {
        buy();
    }
}
",
        ),
        Example::fixed(
            "c",
            "void check(int a, int b) {
    if ((a > 0) | (b > 0)) {
        ^^^^^^^^^^^^^^^^^ evaluates both sides
        buy();
    }
}
",
            "void check(int a, int b) {
    if ((a > 0) || (b > 0)) {
        buy();
    }
}
",
        ),
        Example::good(
            "c",
            "void check(int a, int b) {
    if ((a > 0) || (b > 0)) {
        buy();
    }
}
",
        ),
        Example::good(
            "c",
            "void check(int a, int b) {
    if ((a & b) > 0) {
        buy();
    }
}
",
        ),
        Example::fixed(
            "cpp",
            "void check(int a, int b) {
    if ((a > 0) & (b > 0)) {
        ^^^^^^^^^^^^^^^^^ evaluates both sides
        buy();
    }
}
",
            "void check(int a, int b) {
    if ((a > 0) && (b > 0)) {
        buy();
    }
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a, int b) {
    if ((a > 0) && (b > 0)) {
        buy();
    }
}
",
        ),
        Example::fixed(
            "cpp",
            "void check(int a, int b) {
    if ((a > 0) | (b > 0)) {
        ^^^^^^^^^^^^^^^^^ evaluates both sides
        buy();
    }
}
",
            "void check(int a, int b) {
    if ((a > 0) || (b > 0)) {
        buy();
    }
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a, int b) {
    if ((a > 0) || (b > 0)) {
        buy();
    }
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a, int b) {
    if ((a & b) > 0) {
        buy();
    }
}
",
        ),
        Example::fixed(
            "rust",
            "fn check(a: i32, b: i32) {
    if (a > 0) & (b > 0) {
       ^^^^^^^^^^^^^^^^^ evaluates both sides
        buy();
    }
}
",
            "fn check(a: i32, b: i32) {
    if (a > 0) && (b > 0) {
        buy();
    }
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32, b: i32) {
    if (a > 0) && (b > 0) {
        buy();
    }
}
",
        ),
        Example::fixed(
            "rust",
            "fn check(a: i32, b: i32) {
    if (a > 0) | (b > 0) {
       ^^^^^^^^^^^^^^^^^ evaluates both sides
        buy();
    }
}
",
            "fn check(a: i32, b: i32) {
    if (a > 0) || (b > 0) {
        buy();
    }
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32, b: i32) {
    if (a > 0) || (b > 0) {
        buy();
    }
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32, b: i32) {
    if (a & b) > 0 {
        buy();
    }
}
",
        ),
    ],
    kinds: &[Kind::Binary],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (logical, bitwise) = match tree.node(id).operator {
        Operator::BitAnd => ("&&", "&"),
        Operator::BitOr => ("||", "|"),
        _ => return,
    };
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    if !is_test(tree, left) || !is_test(tree, right) || !is_condition(tree, id) {
        return;
    }
    let Some(operator) = tree.child(id, Role::Operator) else { return };
    let text = context.excerpt(id);
    context
        .report(id, format!("`{text}` evaluates both sides: was `{logical}` meant?"))
        .because(format!("`{bitwise}` works on bits; both of its sides here are true or false."))
        .fix(
            format!("write `{logical}`"),
            Safety::Unsafe,
            vec![(tree.span(operator), logical.to_owned())],
        )
        .emit();
}

/// Whether an operand is true or false by its form.
fn is_test(tree: &Tree, id: NodeId) -> bool {
    match tree.kind(id) {
        Kind::Compare | Kind::Logical | Kind::Boolean => true,
        Kind::Unary => tree.node(id).operator == Operator::Not,
        _ => false,
    }
}

/// Whether the outcome decides where control goes.
fn is_condition(tree: &Tree, id: NodeId) -> bool {
    let mut at = id;
    while tree.kind(tree.node(at).parent) == Kind::Logical {
        at = tree.node(at).parent;
    }
    tree.role(at) == Role::Condition
}
