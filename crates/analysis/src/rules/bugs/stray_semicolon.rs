//! `bug/stray-semicolon`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/stray-semicolon",
    category: Category::Bug,
    summary: "A semicolon ends an if or loop before its block",
    severity: Severity::Error,
    confidence: 0.96,
    languages: &["javascript", "typescript", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a semicolon right after the head of an `if` or loop, with a block in braces after it.",
        why: "The semicolon is the whole body. The block after it runs always, and once.",
        fix: "Remove the semicolon.",
        limits: "Loops whose work is done in their head, with no block after them, are left alone.",
        references: &[
            "https://clang.llvm.org/docs/DiagnosticsReference.html#wempty-body",
            "https://cwe.mitre.org/data/definitions/483.html",
        ],
    },
    examples: &[
        Example::bad(
            "javascript",
            "function check(a) {
  if (a > 0); {
            ^ the block after it runs regardless
    pay();
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function check(a) {
  while (a > 0); {
               ^ the block after it runs regardless
    a--;
  }
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  if (a > 0) {
    pay();
  }
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  while (pay(a)) ;
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  if (a > 0); {
            ^ the block after it runs regardless
    pay();
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  while (a > 0); {
               ^ the block after it runs regardless
    a--;
  }
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  if (a > 0) {
    pay();
  }
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  while (pay(a)) ;
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a) {
        if (a > 0); {
                  ^ the block after it runs regardless
            pay();
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a) {
        while (a > 0); {
                     ^ the block after it runs regardless
            a--;
        }
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
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        while (pay(a)) ;
    }
}
",
        ),
        Example::bad(
            "c",
            "void check(int a) {
    if (a > 0); {
              ^ the block after it runs regardless
        pay();
    }
}
",
        ),
        Example::bad(
            "c",
            "void check(int a) {
    while (a > 0); {
                 ^ the block after it runs regardless
        a--;
    }
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    if (a > 0) {
        pay();
    }
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    while (pay(a)) ;
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a) {
    if (a > 0); {
              ^ the block after it runs regardless
        pay();
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a) {
    while (a > 0); {
                 ^ the block after it runs regardless
        a--;
    }
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    if (a > 0) {
        pay();
    }
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    while (pay(a)) ;
}
",
        ),
    ],
    kinds: &[Kind::If, Kind::While, Kind::ForCount, Kind::ForEach],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let role = if tree.kind(id) == Kind::If { Role::Then } else { Role::Body };
    let is_empty = tree.child(id, role).is_none_or(|it| tree.kind(it) == Kind::Empty);
    // `do … while (x);` ends in a semicolon.
    let has_else = tree.child(id, Role::Else).is_some();
    let is_closed = context.text(id).ends_with(';');
    if !is_empty || !is_closed || has_else || tree.flags(id).has(Flags::POST_CONDITION) {
        return;
    }
    let end = tree.span(id).end;
    let next = tree.node(id).subtree_end;
    let is_block = next.index() < tree.len()
        && tree.node(next).parent == tree.node(id).parent
        && tree.kind(next) == Kind::Block;
    // What stands between, such as a comment, says that it is meant.
    let between = tree.source().get(end as usize..tree.span(next).start as usize).unwrap_or("");
    if !is_block || !between.trim().is_empty() || between.matches('\n').count() > 1 {
        return;
    }
    let what = if tree.kind(id) == Kind::If { "`if`" } else { "loop" };
    context
        .report(
            id,
            format!(
                "this semicolon is all that the {what} holds; the block after it runs regardless"
            ),
        )
        .span(Span::new(end - 1, end))
        .related(next, "this block is on its own")
        .because("A semicolon is a statement that does nothing.")
        .emit();
}
