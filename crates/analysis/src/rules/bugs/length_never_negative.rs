//! `bug/length-never-negative`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/length-never-negative",
    category: Category::Bug,
    summary: "A length is compared with a number it is never on the other side of",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports tests whether a length or count is less than zero, or at least zero.",
        why: "A length is never negative, so the test is constant: usually `== 0` or `> 0` was meant.",
        fix: "Compare with `== 0`, or `> 0`, whichever you meant.",
        limits: "Only well-known lengths are looked at: `len(x)`, `x.length`, `x.size()`, `strlen(x)` and the like.",
        references: &["https://cwe.mitre.org/data/definitions/570.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(items):
    return len(items) < 0
           ^^^^^^^^^^^^^^ is never negative
",
        ),
        Example::bad(
            "python",
            "def check(items):
    return len(items) >= 0
           ^^^^^^^^^^^^^^^ is never negative
",
        ),
        Example::good(
            "python",
            "def check(items):
    return len(items) > 0
",
        ),
        Example::good(
            "python",
            "def check(items):
    return len(items) == 0
",
        ),
        Example::bad(
            "javascript",
            "function check(items) {
  return items.length < 0;
         ^^^^^^^^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "javascript",
            "function check(items) {
  return items.length >= 0;
         ^^^^^^^^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "javascript",
            "function check(items) {
  return items.length > 0;
}
",
        ),
        Example::good(
            "javascript",
            "function check(items) {
  return items.length === 0;
}
",
        ),
        Example::bad(
            "typescript",
            "function check(items: string[]): boolean {
  return items.length < 0;
         ^^^^^^^^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "typescript",
            "function check(items: string[]): boolean {
  return items.length >= 0;
         ^^^^^^^^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "typescript",
            "function check(items: string[]): boolean {
  return items.length > 0;
}
",
        ),
        Example::good(
            "typescript",
            "function check(items: string[]): boolean {
  return items.length === 0;
}
",
        ),
        Example::bad(
            "rust",
            "fn check(items: &[u8]) -> bool {
    items.len() < 0
    ^^^^^^^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "rust",
            "fn check(items: &[u8]) -> bool {
    items.len() >= 0
    ^^^^^^^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "rust",
            "fn check(items: &[u8]) -> bool {
    items.len() > 0
}
",
        ),
        Example::good(
            "rust",
            "fn check(items: &[u8]) -> bool {
    items.len() == 0
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(items []string) bool {
	return len(items) < 0
	       ^^^^^^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(items []string) bool {
	return len(items) >= 0
	       ^^^^^^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(items []string) bool {
	return len(items) > 0
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(items []string) bool {
	return len(items) == 0
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(java.util.List<String> items) {
        return items.size() < 0;
               ^^^^^^^^^^^^^^^^ is never negative
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(java.util.List<String> items) {
        return items.size() >= 0;
               ^^^^^^^^^^^^^^^^^ is never negative
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(java.util.List<String> items) {
        return items.size() > 0;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(java.util.List<String> items) {
        return items.size() == 0;
    }
}
",
        ),
        Example::bad(
            "c",
            "int check(const char * items) {
    return strlen(items) < 0;
           ^^^^^^^^^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "c",
            "int check(const char * items) {
    return strlen(items) >= 0;
           ^^^^^^^^^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "c",
            "int check(const char * items) {
    return strlen(items) > 0;
}
",
        ),
        Example::good(
            "c",
            "int check(const char * items) {
    return strlen(items) == 0;
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(const std::string & items) {
    return items.size() < 0;
           ^^^^^^^^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(const std::string & items) {
    return items.size() >= 0;
           ^^^^^^^^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "cpp",
            "bool check(const std::string & items) {
    return items.size() > 0;
}
",
        ),
        Example::good(
            "cpp",
            "bool check(const std::string & items) {
    return items.size() == 0;
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

/// Calls and members that give a length, by language.
const LENGTHS: ByLanguage<&[&str]> = &[
    (&["python"], &["len"]),
    (&["javascript", "typescript"], &["length"]),
    (&["rust"], &["len", "count"]),
    (&["go"], &["len"]),
    (&["java"], &["length", "size"]),
    (&["c"], &["strlen", "wcslen"]),
    (&["cpp"], &["strlen", "size", "length"]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(left), Some(right)) = (tree.child(id, Role::Left), tree.child(id, Role::Right))
    else {
        return;
    };
    let is_zero = |it: NodeId| tree.kind(it) == Kind::Number && context.text(it) == "0";
    let (length, outcome) = match tree.node(id).operator {
        Operator::Less if is_zero(right) => (left, false),
        Operator::GreaterEqual if is_zero(right) => (left, true),
        Operator::Greater if is_zero(left) => (right, false),
        Operator::LessEqual if is_zero(left) => (right, true),
        _ => return,
    };
    if !is_length(context, length) {
        return;
    }
    let name = context.excerpt(length);
    context
        .report(id, format!("`{name}` is never negative: always {outcome}"))
        .because("A length starts at zero.")
        .emit();
}

fn is_length(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let Some(names) = context.in_language(LENGTHS) else { return false };
    let callee = match tree.kind(id) {
        Kind::Call => tree.child(id, Role::Callee),
        // `items.length` is no call in JavaScript.
        Kind::Member if names.contains(&"length") && !names.contains(&"size") => Some(id),
        _ => None,
    };
    let Some(callee) = callee else { return false };
    let is_method = tree.kind(callee) == Kind::Member;
    let is_function = ["len", "strlen", "wcslen"].contains(&tree.name(callee));
    // `len(x)` is a function in some languages, `x.size()` a method in the others.
    names.contains(&tree.name(callee)) && (is_method || is_function && tree.kind(id) == Kind::Call)
}
