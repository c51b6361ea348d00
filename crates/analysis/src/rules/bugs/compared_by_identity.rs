//! `bug/compared-by-identity`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::languages::ValueType;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/compared-by-identity",
    category: Category::Bug,
    summary: "Values are compared by identity",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["python", "java", "c", "cpp"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports comparisons that ask whether two strings or other literals are the same object: `is` with a literal in Python, `==` between strings in Java, `==` with a string literal in C and C++.",
        why: "Two equal strings are often, but not always, one object: whether the comparison succeeds depends on interning, on the optimizer, on where the strings came from.",
        fix: "Compare contents: `==` in Python, `equals` in Java, `strcmp` in C, a `std::string` in C++.",
        limits: "In Java both types must be plain from the method: literals, annotated variables, calls that are known to give strings.",
        references: &[
            "https://docs.python.org/3/reference/expressions.html#is-not",
            "https://docs.oracle.com/javase/specs/jls/se17/html/jls-15.html#jls-15.21.3",
            "https://cwe.mitre.org/data/definitions/597.html",
        ],
    },
    examples: &[
        Example::fixed(
            "python",
            "def check(name):
    if name is \"admin\":
       ^^^^^^^^^^^^^^^ not whether they are equal
        return True
    return False
",
            "def check(name):
    if name == \"admin\":
        return True
    return False
",
        ),
        Example::fixed(
            "python",
            "def check(count):
    return count is not 0
           ^^^^^^^^^^^^^^ not whether they are equal
",
            "def check(count):
    return count != 0
",
        ),
        Example::fixed(
            "python",
            "def check(pair):
    return pair is ()
           ^^^^^^^^^^ not whether they are equal
",
            "def check(pair):
    return pair == ()
",
        ),
        Example::good(
            "python",
            "def check(name):
    return name is None or name is ...
",
        ),
        Example::good(
            "python",
            "def check(name):
    return name == \"admin\"
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    boolean check(String name) {
        return name == \"admin\";
               ^^^^^^^^^^^^^^^ not whether they are equal
    }
}
",
            "class Shop {
    boolean check(String name) {
        return \"admin\".equals(name);
    }
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    boolean check(String name, String other) {
        return name != other;
               ^^^^^^^^^^^^^ not whether they are equal
    }
}
",
            "class Shop {
    boolean check(String name, String other) {
        return !name.equals(other);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(String name) {
        return name == null || \"admin\".equals(name);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(int count, int other) {
        return count == other;
    }
}
",
        ),
        Example::fixed(
            "c",
            "int check(const char *name) {
    return name == \"admin\";
           ^^^^^^^^^^^^^^^ not whether they are equal
}
",
            "int check(const char *name) {
    return strcmp(\"admin\", name) == 0;
}
",
        ),
        Example::fixed(
            "c",
            "int check(const char *name) {
    return \"admin\" != name;
           ^^^^^^^^^^^^^^^ not whether they are equal
}
",
            "int check(const char *name) {
    return strcmp(\"admin\", name) != 0;
}
",
        ),
        Example::good(
            "c",
            "int check(const char *name) {
    return name == NULL || strcmp(name, \"admin\") == 0;
}
",
        ),
        Example::good(
            "c",
            "int check(const char *name, const char *end) {
    return name == end;
}
",
        ),
        Example::fixed(
            "cpp",
            "bool check(const char *name) {
    return name == \"admin\";
           ^^^^^^^^^^^^^^^ not whether they are equal
}
",
            "bool check(const char *name) {
    return std::string_view(\"admin\") == name;
}
",
        ),
        Example::fixed(
            "cpp",
            "bool check(const char *name) {
    return name != \"admin\";
           ^^^^^^^^^^^^^^^ not whether they are equal
}
",
            "bool check(const char *name) {
    return std::string_view(\"admin\") != name;
}
",
        ),
        Example::good(
            "cpp",
            "bool check(const std::string &name) {
    return name == \"admin\";
}
",
        ),
        Example::good(
            "cpp",
            "bool check(const char *name) {
    return name == nullptr;
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

/// How strings are compared by content: what stands before, between and after the two.
const BY_CONTENT: ByLanguage<(&str, &str, &str)> = &[
    (&["python"], ("", " == ", "")),
    (&["java"], ("", ".equals(", ")")),
    (&["c"], ("strcmp(", ", ", ") == 0")),
    (&["cpp"], ("std::string_view(", ") == ", "")),
];

/// What an identity comparison compares, by language.
enum Compared {
    Objects,
    Strings,
    Views,
    Pointers,
}

const COMPARED: ByLanguage<Compared> = &[
    (&["python"], Compared::Objects),
    (&["java"], Compared::Strings),
    (&["cpp"], Compared::Views),
    (&["c"], Compared::Pointers),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((before, between, after)) = context.in_language(BY_CONTENT) else { return };
    let operator = tree.node(id).operator;
    let is_negated = matches!(operator, Operator::IsNot | Operator::NotEqual);
    let asks_identity = match operator {
        Operator::Is | Operator::IsNot => before.is_empty() && after.is_empty(),
        Operator::Equal | Operator::NotEqual => !after.is_empty() || !before.is_empty(),
        _ => false,
    };
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    if !asks_identity || !are_values(context, left, right) {
        return;
    }
    // A literal first: it is not null.
    let (one, other) = if tree.kind(right) == Kind::String { (right, left) } else { (left, right) };
    let (one, other) = (context.text(one), context.text(other));
    let fixed = match (is_negated, after.is_empty()) {
        (false, _) => format!("{before}{one}{between}{other}{after}"),
        (true, true) => format!("{before}{one}{}{other}", between.replace("==", "!=")),
        (true, false) if after.ends_with("== 0") => {
            format!("{before}{one}{between}{other}{}", after.replace("==", "!="))
        }
        (true, false) => format!("!{before}{one}{between}{other}{after}"),
    };
    let fixed = if before.is_empty() && after.is_empty() {
        let (left, right) = (context.text(left), context.text(right));
        format!("{left} {} {right}", if is_negated { "!=" } else { "==" })
    } else {
        fixed
    };
    let text = context.excerpt(id);
    context
        .report(
            id,
            format!("`{text}` asks whether both are one object, not whether they are equal"),
        )
        .because("Equal values may be different objects.")
        .fix("compare the contents", Safety::Unsafe, vec![(tree.span(id), fixed)])
        .emit();
}

/// Whether what is compared are values of which there may be equal ones.
fn are_values(context: &Context<'_>, left: NodeId, right: NodeId) -> bool {
    let tree = context.tree;
    let is_string = |it: NodeId| tree.kind(it) == Kind::String;
    let is_null = |it: NodeId| tree.kind(it) == Kind::Null;
    match context.in_language(COMPARED).unwrap_or(&Compared::Pointers) {
        Compared::Objects => [left, right].into_iter().any(|it| match tree.kind(it) {
            Kind::String
            | Kind::Number
            | Kind::List
            | Kind::Map
            | Kind::Set
            | Kind::Template
            | Kind::Tuple => true,
            Kind::Unary => {
                tree.child(it, Role::Operand).is_some_and(|it| tree.kind(it) == Kind::Number)
            }
            _ => false,
        }),
        Compared::Strings => {
            let types = context.types();
            let is_text = |it| is_string(it) || types.of(it) == Some(ValueType::String);
            is_text(left)
                && is_text(right)
                && !is_null(left)
                && !is_null(right)
                && (is_string(left) || is_string(right) || is_meant(context, left, right))
        }
        // In C++, a comparison of a `std::string` with a literal is one of contents.
        Compared::Views => [(left, right), (right, left)].into_iter().any(|(it, other)| {
            is_string(it) && !context.text(it).ends_with('s') && is_pointer(context, other)
        }),
        Compared::Pointers => {
            is_string(left) != is_string(right) && !is_null(left) && !is_null(right)
        }
    }
}

/// Whether two variables are compared that have nothing to do with each other, and not to spare
/// or to show anything: what was derived from the other may well be the same object.
fn is_meant(context: &Context<'_>, left: NodeId, right: NodeId) -> bool {
    let (tree, bindings) = (context.tree, &context.facts.bindings);
    let comes_from = |one: NodeId, other: NodeId| {
        let Some(binding) = bindings.resolve(one) else { return false };
        bindings.definitions(binding).any(|it| {
            let value = tree.child(tree.node(it).parent, Role::Value);
            value.is_some_and(|value| {
                let mut inside = tree.descendants(value).chain([value]);
                inside.any(|it| tree.kind(it) == Kind::Name && tree.name(it) == tree.name(other))
            })
        })
    };
    !is_shortcut(tree, left)
        && !context.is_in_test(left)
        && !comes_from(left, right)
        && !comes_from(right, left)
}

/// Whether a comparison only spares a longer one: what is the same is equal.
fn is_shortcut(tree: &Tree, side: NodeId) -> bool {
    let comparison = tree.node(side).parent;
    let parent = tree.node(comparison).parent;
    match tree.kind(parent) {
        Kind::If => tree.child(parent, Role::Then).is_some_and(|then| {
            let first = if tree.kind(then) == Kind::Block {
                tree.children(then).next()
            } else {
                Some(then)
            };
            first.is_some_and(|it| tree.kind(it) == Kind::Return)
        }),
        Kind::Logical => tree.text(parent).to_ascii_lowercase().contains("equals"),
        _ => false,
    }
}

/// Whether a name is declared as a pointer or array of characters.
fn is_pointer(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let binding = bindings.resolve(id).and_then(|it| bindings.binding(it));
    binding.is_some_and(|binding| {
        let statement = tree.node(binding.declared_at).parent;
        let span = tree.span(statement);
        let declared = tree.source().get(span.start as usize..span.end as usize).unwrap_or("");
        tree.child(statement, Role::Type).is_some_and(|it| context.text(it).ends_with("char"))
            && declared.contains(['*', '['])
    })
}
