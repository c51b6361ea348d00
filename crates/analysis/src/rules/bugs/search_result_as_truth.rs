//! `bug/search-result-as-truth`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::languages::ValueType;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/search-result-as-truth",
    category: Category::Bug,
    summary: "Where something was found is taken for whether it was found",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports searches that give an index, used as a condition: `if (text.indexOf(part))`.",
        why: "The index is 0, which counts as false, where the text starts with what is looked for, and -1 (or `npos`), which counts as true, where it is not there at all.",
        fix: "Compare with -1 or `npos`, or ask whether it is contained: `in`, `includes`, `contains`.",
        limits: "In Python and C++ the receiver must be known to be a string.",
        references: &[
            "https://docs.python.org/3/library/stdtypes.html#str.find",
            "https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/String/indexOf",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(name: str):
    if name.find(\"a\"):
       ^^^^^^^^^^^^^^ is an index
        return True
    return False
",
        ),
        Example::bad(
            "python",
            "def check(name: str, part):
    return not name.find(part) and name
               ^^^^^^^^^^^^^^^ is an index
",
        ),
        Example::good(
            "python",
            "def check(name: str):
    return name.find(\"a\") != -1 or \"a\" in name
",
        ),
        Example::good(
            "python",
            "def check(page):
    if page.find(\"a\"):
        return True
    return False
",
        ),
        Example::bad(
            "javascript",
            "function check(items, item) {
  if (items.indexOf(item)) {
      ^^^^^^^^^^^^^^^^^^^ is an index
    return true;
  }
  return false;
}
",
        ),
        Example::bad(
            "javascript",
            "function check(items, item) {
  return !items.lastIndexOf(item) && item;
          ^^^^^^^^^^^^^^^^^^^^^^^ is an index
}
",
        ),
        Example::good(
            "javascript",
            "function check(items, item) {
  return items.indexOf(item) >= 0 || items.includes(item);
}
",
        ),
        Example::good(
            "javascript",
            "function check(items, item) {
  if (~items.indexOf(item)) {
    return true;
  }
  return items.findIndex((it) => it === item) === 0;
}
",
        ),
        Example::bad(
            "typescript",
            "function check(items, item) {
  if (items.indexOf(item)) {
      ^^^^^^^^^^^^^^^^^^^ is an index
    return true;
  }
  return false;
}
",
        ),
        Example::bad(
            "typescript",
            "function check(items, item) {
  return !items.lastIndexOf(item) && item;
          ^^^^^^^^^^^^^^^^^^^^^^^ is an index
}
",
        ),
        Example::good(
            "typescript",
            "function check(items, item) {
  return items.indexOf(item) >= 0 || items.includes(item);
}
",
        ),
        Example::good(
            "typescript",
            "function check(items, item) {
  if (~items.indexOf(item)) {
    return true;
  }
  return items.findIndex((it) => it === item) === 0;
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(const std::string &name) {
    if (name.find(\"a\")) {
        ^^^^^^^^^^^^^^ is an index
        return true;
    }
    return false;
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(const std::string &name) {
    return !name.rfind('a') || name.empty();
            ^^^^^^^^^^^^^^^ is an index
}
",
        ),
        Example::good(
            "cpp",
            "bool check(const std::string &name) {
    return name.find(\"a\") != std::string::npos;
}
",
        ),
        Example::good(
            "cpp",
            "bool check(const std::string &name) {
    return name.find(\"a\") == 0;
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Methods that give an index, and whether their receiver must be known to be a string.
const SEARCHES: ByLanguage<(&[&str], bool)> = &[
    (&["python"], (&["find", "rfind"], true)),
    (&["javascript", "typescript"], (&["indexOf", "lastIndexOf", "findIndex", "search"], false)),
    (&["cpp"], (&["find", "rfind", "find_first_of", "find_last_of"], true)),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((methods, is_typed)) = context.in_language(SEARCHES) else { return };
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let name = tree.name(callee);
    if tree.kind(callee) != Kind::Member || !methods.contains(&name) || !is_condition(tree, id) {
        return;
    }
    let Some(receiver) = tree.child(callee, Role::Receiver) else { return };
    let is_string = context.types().of(receiver) == Some(ValueType::String);
    // Other objects have a `search` of their own.
    if (*is_typed || name == "search") && !is_string {
        return;
    }
    let text = context.excerpt(id);
    context
        .report(id, format!("`{text}` is an index: 0 where it starts with it, and -1, which counts as true, where nothing is found"))
        .because(format!("`{name}` tells where, not whether."))
        .emit();
}

/// Whether a value is only asked for its truth.
fn is_condition(tree: &Tree, id: NodeId) -> bool {
    let parent = tree.node(id).parent;
    match tree.kind(parent) {
        // An operand of `a || b` may be the value wanted.
        Kind::Logical => {
            let is_and = tree.node(parent).operator == Operator::And;
            is_and && tree.role(id) == Role::Left || is_condition_above(tree, parent)
        }
        Kind::Unary => tree.node(parent).operator == Operator::Not,
        _ => tree.role(id) == Role::Condition,
    }
}

fn is_condition_above(tree: &Tree, logical: NodeId) -> bool {
    let mut at = logical;
    while tree.kind(tree.node(at).parent) == Kind::Logical {
        at = tree.node(at).parent;
    }
    tree.role(at) == Role::Condition
}
