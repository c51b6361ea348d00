//! `bug/misleading-indentation`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/misleading-indentation",
    category: Category::Bug,
    summary: "The indentation says what the braces do not",
    severity: Severity::Warning,
    confidence: 0.93,
    languages: &["javascript", "typescript", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports statements that are indented as if they belonged to the `if` or loop before them, which has no braces and holds the statement before only.",
        why: "The statement always runs, or runs once after the loop. This form of error is the famous `goto fail`.",
        fix: "Put both statements into braces, or take the indentation back.",
        limits: "Both statements must start at the same column, right of the `if` or loop, on lines of their own.",
        references: &[
            "https://gcc.gnu.org/onlinedocs/gcc/Warning-Options.html#index-Wmisleading-indentation",
            "https://cwe.mitre.org/data/definitions/483.html",
        ],
    },
    examples: &[
        Example::bad(
            "javascript",
            "function check(a) {
  if (a > 0)
    pay();
    ship();
    ^^^^^^^ stands after it
}
",
        ),
        Example::bad(
            "javascript",
            "function check(a) {
  while (a > 0)
    pay();
    ship();
    ^^^^^^^ stands after it
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  if (a > 0)
    pay();
  ship();
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  if (a > 0) {
    pay();
    ship();
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  if (a > 0)
    pay();
    ship();
    ^^^^^^^ stands after it
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  while (a > 0)
    pay();
    ship();
    ^^^^^^^ stands after it
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  if (a > 0)
    pay();
  ship();
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  if (a > 0) {
    pay();
    ship();
  }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a) {
        if (a > 0)
            pay();
            ship();
            ^^^^^^^ stands after it
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a) {
        while (a > 0)
            pay();
            ship();
            ^^^^^^^ stands after it
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        if (a > 0)
            pay();
        ship();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        if (a > 0) {
            pay();
            ship();
        }
    }
}
",
        ),
        Example::bad(
            "c",
            "void check(int a) {
    if (a > 0)
        pay();
        ship();
        ^^^^^^^ stands after it
}
",
        ),
        Example::bad(
            "c",
            "void check(int a) {
    while (a > 0)
        pay();
        ship();
        ^^^^^^^ stands after it
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    if (a > 0)
        pay();
    ship();
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    if (a > 0) {
        pay();
        ship();
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a) {
    if (a > 0)
        pay();
        ship();
        ^^^^^^^ stands after it
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a) {
    while (a > 0)
        pay();
        ship();
        ^^^^^^^ stands after it
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    if (a > 0)
        pay();
    ship();
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    if (a > 0) {
        pay();
        ship();
    }
}
",
        ),
    ],
    kinds: &[Kind::If, Kind::While, Kind::ForCount, Kind::ForEach],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_if = tree.kind(id) == Kind::If;
    // Of a chain of `else`, the last branch counts.
    if is_if && tree.role(id) == Role::Else {
        return;
    }
    let mut last = id;
    while let Some(otherwise) = tree.child(last, Role::Else).filter(|_| tree.kind(last) == Kind::If)
    {
        if tree.kind(otherwise) != Kind::If {
            last = otherwise;
            break;
        }
        last = otherwise;
    }
    let guarded = match tree.kind(last) {
        Kind::If => tree.child(last, Role::Then),
        _ if last != id => Some(last),
        _ => tree.child(id, Role::Body),
    };
    let Some(guarded) = guarded.filter(|it| !matches!(tree.kind(*it), Kind::Block | Kind::Empty))
    else {
        return;
    };
    let Some(next) = sibling_after(tree, id) else { return };
    if tree.kind(next) == Kind::Empty
        || tree.flags(next).has(Flags::CONDITIONAL)
        || tree.flags(id).has(Flags::CONDITIONAL)
    {
        return;
    }
    let source = tree.source();
    let indentation = |it: NodeId| indentation(source, tree.span(it).start as usize);
    let (Some(own), Some(inner), Some(after)) =
        (indentation(id), indentation(guarded), indentation(next))
    else {
        return;
    };
    if inner != after || !inner.starts_with(own) || inner.len() <= own.len() {
        return;
    }
    let what = if is_if { "`if`" } else { "loop" };
    context
        .report(
            next,
            format!("this is indented as a part of the {what} above, but stands after it"),
        )
        .related(guarded, format!("only this belongs to the {what}"))
        .because("Without braces, one statement follows.")
        .emit();
}

/// The statement that comes next in the same block.
fn sibling_after(tree: &Tree, id: NodeId) -> Option<NodeId> {
    let next = tree.node(id).subtree_end;
    let is_sibling = next.index() < tree.len() && tree.node(next).parent == tree.node(id).parent;
    (is_sibling && tree.role(next) == Role::Statement).then_some(next)
}

/// The blanks before a place, if nothing else stands before it on its line.
fn indentation(source: &str, start: usize) -> Option<&str> {
    let before = source.get(..start)?;
    let line = before.rfind('\n').map_or(before, |at| before.get(at + 1..).unwrap_or(""));
    line.chars().all(|it| it == ' ' || it == '\t').then_some(line)
}
