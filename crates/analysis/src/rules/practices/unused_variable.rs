//! `practice/unused-variable`.

use crate::facts::{BindingKind, ScopeKind};
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/unused-variable",
    category: Category::Practice,
    summary: "A variable is set and never used",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports local variables that are assigned and never read.",
        why: "The value was computed for nothing, or something else is used in its place. For a reader the variable is a false trail.",
        fix: "Remove the variable, and the computation if it has no effect; or use what was meant.",
        limits: "Names that start with an underscore, parts of a destructured value, and in C++ and Rust variables whose end has an effect are left alone. Where something looks like a macro, nothing is said.",
        references: &[
            "https://eslint.org/docs/latest/rules/no-unused-vars",
            "https://docs.astral.sh/ruff/rules/unused-variable/",
            "https://cwe.mitre.org/data/definitions/563.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(a):
    total = price(a)
    ^^^^^ never used
    pay(a)
",
        ),
        Example::bad(
            "python",
            "def check(a):
    rest = a + 1
    ^^^^ never used
    pay(a)
",
        ),
        Example::good(
            "python",
            "def check(a):
    total = price(a)
    pay(total)
",
        ),
        Example::good(
            "python",
            "def check(a):
    rest = a + 1
    pay(rest + a)
",
        ),
        Example::bad(
            "javascript",
            "function check(a) {
  const total = price(a);
        ^^^^^ never used
  pay(a);
}
",
        ),
        Example::bad(
            "javascript",
            "function check(a) {
  let rest = a + 1;
      ^^^^ never used
  pay(a);
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  const total = price(a);
  pay(total);
}
",
        ),
        Example::good(
            "javascript",
            "function check(a) {
  let rest = a + 1;
  pay(rest + a);
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  const total = price(a);
        ^^^^^ never used
  pay(a);
}
",
        ),
        Example::bad(
            "typescript",
            "function check(a: number) {
  let rest = a + 1;
      ^^^^ never used
  pay(a);
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  const total = price(a);
  pay(total);
}
",
        ),
        Example::good(
            "typescript",
            "function check(a: number) {
  let rest = a + 1;
  pay(rest + a);
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32) {
    let total = price(a);
        ^^^^^ never used
    pay(a);
}
",
        ),
        Example::bad(
            "rust",
            "fn check(a: i32) {
    let rest = a + 1;
        ^^^^ never used
    pay(a);
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32) {
    let total = price(a);
    pay(total);
}
",
        ),
        Example::good(
            "rust",
            "fn check(a: i32) {
    let rest = a + 1;
    pay(rest + a);
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a int) {
	total := price(a)
	^^^^^ never used
	pay(a)
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(a int) {
	rest := a + 1
	^^^^ never used
	pay(a)
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a int) {
	total := price(a)
	pay(total)
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(a int) {
	rest := a + 1
	pay(rest + a)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a) {
        int total = price(a);
            ^^^^^ never used
        pay(a);
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(int a) {
        int rest = a + 1;
            ^^^^ never used
        pay(a);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        int total = price(a);
        pay(total);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(int a) {
        int rest = a + 1;
        pay(rest + a);
    }
}
",
        ),
        Example::bad(
            "c",
            "void check(int a) {
    int total = price(a);
        ^^^^^ never used
    pay(a);
}
",
        ),
        Example::bad(
            "c",
            "void check(int a) {
    int rest = a + 1;
        ^^^^ never used
    pay(a);
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    int total = price(a);
    pay(total);
}
",
        ),
        Example::good(
            "c",
            "void check(int a) {
    int rest = a + 1;
    pay(rest + a);
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a) {
    int total = price(a);
        ^^^^^ never used
    pay(a);
}
",
        ),
        Example::bad(
            "cpp",
            "void check(int a) {
    int rest = a + 1;
        ^^^^ never used
    pay(a);
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    int total = price(a);
    pay(total);
}
",
        ),
        Example::good(
            "cpp",
            "void check(int a) {
    int rest = a + 1;
    pay(rest + a);
}
",
        ),
        Example::good(
            "python",
            "def check(pair):
    first, second = pair
    return first
",
        ),
        Example::good(
            "python",
            "def check(lock):
    _ignored = lock.take()
    return 1
",
        ),
        Example::good(
            "javascript",
            "function check(box) {
  const { left, ...rest } = box;
  return rest;
}
",
        ),
        Example::good(
            "cpp",
            "void check(std::mutex &door) {
    std::lock_guard<std::mutex> hold(door);
    pay();
}
",
        ),
        Example::good(
            "python",
            "def check(path):
    total = 0

    def add(price):
        nonlocal total
        total += price

    walk(path, add)
    return total
",
        ),
    ],
    kinds: &[Kind::Function],
    check,
};

/// Words of types whose variables nobody has to read.
const PLAIN_TYPES: ByLanguage<&[&str]> = &[(
    &["cpp"],
    &["int", "bool", "char", "long", "short", "double", "float", "size_t", "auto", "unsigned"],
)];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.flags(id).has(Flags::STUB) || context.calls_macro(id) {
        return;
    }
    let bindings = &context.facts.bindings;
    let mut unused: Vec<NodeId> = Vec::new();
    for (binding_id, binding) in bindings.iter() {
        let declared = binding.declared_at;
        if binding.kind != BindingKind::Variable || tree.enclosing_function(declared) != id {
            continue;
        }
        // What a class holds is used from elsewhere.
        let scope = bindings.scope(binding.scope);
        if scope.is_some_and(|it| it.kind == ScopeKind::Class) {
            continue;
        }
        let is_used = bindings.uses(tree, binding_id).next().is_some();
        if !is_used && !binding.is_captured && is_plain(context, declared) {
            unused.push(declared);
        }
    }
    unused.sort_unstable();
    for declared in unused {
        let name = context.excerpt(declared);
        context
            .report(declared, format!("`{name}` is set, but never used"))
            .because("Nothing in its scope reads it.")
            .emit();
    }
}

/// Whether a variable is one that is there to be read.
fn is_plain(context: &Context<'_>, declared: NodeId) -> bool {
    let tree = context.tree;
    let parent = tree.node(declared).parent;
    let is_own = matches!(tree.kind(parent), Kind::Assign | Kind::Declare)
        && tree.node(declared).role == Role::Target
        && tree.children_with(parent, Role::Target).nth(1).is_none()
        && tree.child(parent, Role::Value).is_some();
    let name = tree.name(declared).to_ascii_lowercase();
    let is_told = name.starts_with('_')
        || ["unused", "ignore", "dummy"].iter().any(|word| name.contains(word))
        || tree.is_damaged(declared);
    let has_effect = context.in_language(PLAIN_TYPES).is_some_and(|plain| {
        let made = tree.child(parent, Role::Type).map_or("", |it| context.text(it));
        !made.split([' ', ':']).any(|word| plain.contains(&word))
    });
    is_own && !is_told && !has_effect && !tree.flags(parent).has(Flags::CONDITIONAL)
}
