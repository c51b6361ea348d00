//! `perf/case-folding-comparison`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/case-folding-comparison",
    category: Category::Perf,
    summary: "Two texts are copied only to compare them without regard to case",
    severity: Severity::Hint,
    confidence: 0.9,
    languages: &["rust", "go", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports comparisons of two texts that were both turned to lower or upper case for it.",
        why: "Both are copied as a whole, though the first letter that differs would settle it.",
        fix: "Use what compares without copies: `equalsIgnoreCase`, `strings.EqualFold`, `eq_ignore_ascii_case`.",
        limits: "For letters outside of ASCII the two ways may differ.",
        references: &["https://staticcheck.dev/docs/checks/#SA6005"],
    },
    examples: &[
        Example::bad(
            "rust",
            "fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies both
}
",
        ),
        Example::bad(
            "rust",
            "fn differ(a: &str) -> bool {
    a.to_ascii_uppercase() != NAME.to_ascii_uppercase()
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies both
}
",
        ),
        Example::good(
            "rust",
            "fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}
",
        ),
        Example::good(
            "rust",
            "fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"strings\"

func same(a, b string) bool {
	return strings.ToLower(a) == strings.ToLower(b)
	       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies both
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"strings\"

func differ(a, b string) bool {
	return strings.ToUpper(a) != strings.ToUpper(b)
	       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies both
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"strings\"

func same(a, b string) bool {
	return strings.EqualFold(a, b)
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"strings\"

func same(a, b string) bool {
	return strings.ToLower(a) == b
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean same(String a, String b) {
        return a.toLowerCase().equals(b.toLowerCase());
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies both
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean same(String a, String b) {
        return a.toUpperCase().equals(b.toUpperCase());
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies both
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean same(String a, String b) {
        return a.equalsIgnoreCase(b);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean same(String a, String b) {
        return a.toLowerCase().equals(b);
    }
}
",
        ),
    ],
    kinds: &[Kind::Compare, Kind::Call],
    check,
};

const FOLDING: &[&str] = &[
    "to_lowercase",
    "to_uppercase",
    "to_ascii_lowercase",
    "to_ascii_uppercase",
    "ToLower",
    "ToUpper",
    "toLowerCase",
    "toUpperCase",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let sides = match tree.kind(id) {
        Kind::Compare if matches!(tree.node(id).operator, Operator::Equal | Operator::NotEqual) => {
            [Role::Left, Role::Right].map(|role| tree.child(id, role))
        }
        Kind::Call => match (context.method(id), context.arguments(id).as_slice()) {
            (Some((receiver, "equals")), [other]) => [Some(receiver), Some(*other)],
            _ => return,
        },
        _ => return,
    };
    let [Some(left), Some(right)] = sides else { return };
    let folded = |it: NodeId| {
        let callee = tree.child(it, Role::Callee).filter(|_| tree.kind(it) == Kind::Call);
        callee.map_or("", |it| tree.name(it))
    };
    let name = folded(left);
    if !FOLDING.contains(&name) || folded(right) != name {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` copies both texts, though the first letter may settle it"))
        .because(format!("`{name}` makes a new text of each."))
        .emit();
}
