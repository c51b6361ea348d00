//! `bug/unsigned-below-zero`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/unsigned-below-zero",
    category: Category::Bug,
    summary: "An unsigned number is compared with what is below zero",
    severity: Severity::Warning,
    confidence: 0.93,
    languages: &["rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports `x < 0` and `x >= 0` where `x` is declared with an unsigned type.",
        why: "An unsigned number is never negative: the first is always false, and the second always true. A loop that counts down to `>= 0` never ends: the number wraps round.",
        fix: "Use a signed type, or test before counting down: `while (n-- > 0)`.",
        limits: "The type must be written out where the variable is declared.",
        references: &["https://cwe.mitre.org/data/definitions/570.html"],
    },
    examples: &[
        Example::bad(
            "c",
            "int check(unsigned int count) {
    return count < 0;
           ^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "c",
            "int check(size_t count) {
    return count >= 0;
           ^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "c",
            "int check(unsigned int count) {
    return count > 0;
}
",
        ),
        Example::good(
            "c",
            "int check(int count) {
    return count < 0;
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(unsigned count) {
    return count < 0;
           ^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "cpp",
            "bool check(std::size_t count) {
    return count >= 0;
           ^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "cpp",
            "bool check(unsigned count) {
    return count > 0;
}
",
        ),
        Example::good(
            "cpp",
            "bool check(long count) {
    return count < 0;
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(count uint) bool {
	return count < 0
	       ^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(count uint32) bool {
	return count >= 0
	       ^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(count uint) bool {
	return count > 0
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(count int) bool {
	return count < 0
}
",
        ),
        Example::bad(
            "rust",
            "fn check(count: u32) -> bool {
    count < 0
    ^^^^^^^^^ is never negative
}
",
        ),
        Example::bad(
            "rust",
            "fn check(count: usize) -> bool {
    count >= 0
    ^^^^^^^^^^ is never negative
}
",
        ),
        Example::good(
            "rust",
            "fn check(count: u32) -> bool {
    count > 0
}
",
        ),
        Example::good(
            "rust",
            "fn check(count: i32) -> bool {
    count < 0
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(char count) {
        return count < 0;
               ^^^^^^^^^ is never negative
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean check(char count) {
        return count >= 0;
               ^^^^^^^^^^ is never negative
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(char count) {
        return count > 0;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean check(int count) {
        return count < 0;
    }
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

/// Words that mark a type as unsigned, by language.
const UNSIGNED: ByLanguage<&[&str]> = &[
    (
        &["c", "cpp"],
        &["unsigned", "size_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "uintptr_t"],
    ),
    (&["go"], &["uint", "uint8", "uint16", "uint32", "uint64", "uintptr", "byte"]),
    (&["rust"], &["u8", "u16", "u32", "u64", "u128", "usize"]),
    (&["java"], &["char"]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    let is_zero = |it: NodeId| tree.kind(it) == Kind::Number && context.text(it) == "0";
    let (number, outcome) = match tree.node(id).operator {
        Operator::Less if is_zero(right) => (left, false),
        Operator::GreaterEqual if is_zero(right) => (left, true),
        Operator::Greater if is_zero(left) => (right, false),
        Operator::LessEqual if is_zero(left) => (right, true),
        _ => return,
    };
    let Some(made) = unsigned_type(context, number) else { return };
    let (text, name, spelled) = (context.excerpt(id), context.excerpt(number), context.text(made));
    context
        .report(id, format!("`{text}` is always {outcome}: `{name}` is never negative"))
        .related(made, "its type has no negative numbers")
        .because(format!("`{name}` is declared as `{spelled}`."))
        .emit();
}

/// The unsigned type that a variable is declared with.
fn unsigned_type(context: &Context<'_>, name: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let binding = bindings.binding(bindings.resolve(name)?)?;
    let declaration = tree.node(binding.declared_at).parent;
    if !matches!(tree.kind(declaration), Kind::Declare | Kind::Parameter) {
        return None;
    }
    let made = context.types().declared(name)?;
    let unsigned = context.in_language(UNSIGNED)?;
    let text = context.text(made);
    // Only the name itself is of that type: not what it points to, or an element.
    let (start, end) = (tree.span(declaration).start, tree.span(binding.declared_at).end);
    let whole = tree.source().get(start as usize..end as usize).unwrap_or("");
    let is_plain = !whole.contains(['*', '&', '[', '<', '(']);
    let words = text.split([' ', ':']).any(|word| unsigned.contains(&word));
    (is_plain && words).then_some(made)
}
