//! `practice/switch-without-default`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/switch-without-default",
    category: Category::Practice,
    summary: "A switch says nothing of all other values",
    severity: Severity::Hint,
    confidence: 0.85,
    languages: &["javascript", "typescript", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `switch` statements without a `default`.",
        why: "A value that nobody thought of, or that comes with a later version, passes by without a trace.",
        fix: "Add a `default` that handles it or says that it cannot be.",
        limits: "Where the compiler checks that an enumeration is complete, a `default` hides what it would say; turn the rule off there.",
        references: &["https://eslint.org/docs/latest/rules/default-case"],
    },
    examples: &[
        Example::bad(
            "javascript",
            "function show(kind) {
  switch (kind) {
  ^^^^^^^^^^^^^^^ says nothing
    case 1:
      print();
      break;
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function size(kind) {
  switch (kind) {
  ^^^^^^^^^^^^^^^ says nothing
    case 'a': return 1;
    case 'b': return 2;
  }
  return 0;
}
",
        ),
        Example::good(
            "javascript",
            "function show(kind) {
  switch (kind) {
    case 1: print(); break;
    default: stop();
  }
}
",
        ),
        Example::good(
            "javascript",
            "function show(kind) {
  if (kind === 1) print();
}
",
        ),
        Example::bad(
            "typescript",
            "function show(kind) {
  switch (kind) {
  ^^^^^^^^^^^^^^^ says nothing
    case 1:
      print();
      break;
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function size(kind) {
  switch (kind) {
  ^^^^^^^^^^^^^^^ says nothing
    case 'a': return 1;
    case 'b': return 2;
  }
  return 0;
}
",
        ),
        Example::good(
            "typescript",
            "function show(kind) {
  switch (kind) {
    case 1: print(); break;
    default: stop();
  }
}
",
        ),
        Example::good(
            "typescript",
            "function show(kind) {
  if (kind === 1) print();
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(int kind) {
        switch (kind) {
        ^^^^^^^^^^^^^^^ says nothing
            case 1: print(); break;
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int size(String kind) {
        switch (kind) {
        ^^^^^^^^^^^^^^^ says nothing
            case \"a\": return 1;
            case \"b\": return 2;
        }
        return 0;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(int kind) {
        switch (kind) {
            case 1: print(); break;
            default: stop();
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(int kind) {
        if (kind == 1) print();
    }
}
",
        ),
        Example::bad(
            "c",
            "void show(int kind) {
    switch (kind) {
    ^^^^^^^^^^^^^^^ says nothing
    case 1:
        print();
        break;
    }
}
",
        ),
        Example::bad(
            "c",
            "int size(int kind) {
    switch (kind) {
    ^^^^^^^^^^^^^^^ says nothing
    case 1: return 1;
    case 2: return 2;
    }
    return 0;
}
",
        ),
        Example::good(
            "c",
            "void show(int kind) {
    switch (kind) {
    case 1: print(); break;
    default: stop();
    }
}
",
        ),
        Example::good(
            "c",
            "void show(int kind) {
    if (kind == 1) print();
}
",
        ),
        Example::bad(
            "cpp",
            "void show(int kind) {
    switch (kind) {
    ^^^^^^^^^^^^^^^ says nothing
    case 1:
        print();
        break;
    }
}
",
        ),
        Example::bad(
            "cpp",
            "int size(int kind) {
    switch (kind) {
    ^^^^^^^^^^^^^^^ says nothing
    case 1: return 1;
    case 2: return 2;
    }
    return 0;
}
",
        ),
        Example::good(
            "cpp",
            "void show(int kind) {
    switch (kind) {
    case 1: print(); break;
    default: stop();
    }
}
",
        ),
        Example::good(
            "cpp",
            "void show(int kind) {
    if (kind == 1) print();
}
",
        ),
    ],
    kinds: &[Kind::Switch],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let flags = tree.flags(id);
    let mut cases = tree.children(id).filter(|it| tree.kind(*it) == Kind::Case).peekable();
    // A switch that gives a value has one for every case.
    let is_statement = tree.role(id) == Role::Statement;
    if !is_statement || flags.has(Flags::EXHAUSTIVE) || cases.peek().is_none() {
        return;
    }
    let is_rest = |it: NodeId| {
        tree.flags(it).has(Flags::DEFAULT) || context.text(it).trim_start().starts_with("default")
    };
    if cases.any(is_rest) || tree.is_damaged(id) {
        return;
    }
    let mut span = tree.span(id);
    let first = tree.text(id).lines().next().unwrap_or("");
    span.end = span.start + first.trim_end().len() as u32;
    context
        .report(id, "the switch says nothing of all other values")
        .span(span)
        .because("None of its cases is a `default`.")
        .emit();
}
