//! `bug/integer-division`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/integer-division",
    category: Category::Bug,
    summary: "A division of whole numbers whose result is wanted with its fraction",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports divisions of whole numbers that are turned into a floating-point number only afterwards: `double mean = total / count`, `(double)(total / count)`; and quotients of literals that are always 0: `1 / 2 * price`.",
        why: "The fraction is cut off before the conversion.",
        fix: "Convert an operand before dividing, as in `(double) total / count`, or write a literal with a fraction, `1.0 / 2`.",
        limits: "Both operands must be whole number literals, or variables and parameters that are declared as whole numbers in the same function.",
        references: &[
            "https://wiki.sei.cmu.edu/confluence/display/c/FLP06-C.+Convert+integers+to+floating+point+for+floating-point+operations",
            "https://go.dev/ref/spec#Arithmetic_operators",
        ],
    },
    examples: &[
        Example::bad(
            "rust",
            "fn share(price: u32) -> u32 {
    1 / 2 * price
    ^^^^^ whole numbers
}
",
        ),
        Example::bad(
            "rust",
            "fn average(total: u32, count: u32) -> f64 {
    (total / count) as f64
    ^^^^^^^^^^^^^^^^^^^^^^ whole numbers
}
",
        ),
        Example::good(
            "rust",
            "fn average(total: u32, count: u32) -> f64 {
    f64::from(total) / f64::from(count)
}
",
        ),
        Example::good(
            "rust",
            "fn middle(low: u32, high: u32) -> u32 {
    (low + high) / 2
}
",
        ),
        Example::bad(
            "go",
            "package shop

func share(price int) int {
	return 1 / 2 * price
	       ^^^^^ whole numbers
}
",
        ),
        Example::bad(
            "go",
            "package shop

func average(total, count int) float64 {
	return float64(total / count)
	       ^^^^^^^^^^^^^^^^^^^^^^ whole numbers
}
",
        ),
        Example::good(
            "go",
            "package shop

func average(total, count int) float64 {
	return float64(total) / float64(count)
}
",
        ),
        Example::good(
            "go",
            "package shop

func middle(low, high int) int {
	return (low + high) / 2
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    double share(double price) {
        return 1 / 2 * price;
               ^^^^^ whole numbers
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    double average(int total, int count) {
        double mean = total / count;
                      ^^^^^^^^^^^^^ whole numbers
        return mean;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    double average(int total, int count) {
        return (double) (total / count);
               ^^^^^^^^^^^^^^^^^^^^^^^^ whole numbers
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    double average(int total, int count) {
        double mean = (double) total / count;
        return mean + 1.0 / 2;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int middle(int low, int high) {
        int half = (low + high) / 2;
        return half;
    }
}
",
        ),
        Example::bad(
            "c",
            "double share(double price) {
    return 1 / 2 * price;
           ^^^^^ whole numbers
}
",
        ),
        Example::bad(
            "c",
            "double average(int total, int count) {
    double mean = total / count;
                  ^^^^^^^^^^^^^ whole numbers
    return mean;
}
",
        ),
        Example::bad(
            "c",
            "double average(int total, int count) {
    return (double)(total / count);
           ^^^^^^^^^^^^^^^^^^^^^^^ whole numbers
}
",
        ),
        Example::good(
            "c",
            "double average(int total, int count) {
    double mean = (double)total / count;
    return mean + 1.0 / 2;
}
",
        ),
        Example::good(
            "c",
            "int middle(int low, int high) {
    int half = (low + high) / 2;
    return half;
}
",
        ),
        Example::bad(
            "cpp",
            "double share(double price) {
    return 1 / 2 * price;
           ^^^^^ whole numbers
}
",
        ),
        Example::bad(
            "cpp",
            "double average(int total, int count) {
    double mean = total / count;
                  ^^^^^^^^^^^^^ whole numbers
    return mean;
}
",
        ),
        Example::bad(
            "cpp",
            "double average(int total, int count) {
    return (double)(total / count);
           ^^^^^^^^^^^^^^^^^^^^^^^ whole numbers
}
",
        ),
        Example::good(
            "cpp",
            "double average(int total, int count) {
    double mean = (double)total / count;
    return mean + 1.0 / 2;
}
",
        ),
        Example::good(
            "cpp",
            "int middle(int low, int high) {
    int half = (low + high) / 2;
    return half;
}
",
        ),
    ],
    kinds: &[Kind::Binary],
    check,
};

/// Names of types of whole numbers.
const WHOLE: ByLanguage<&[&str]> = &[
    (&["java"], &["int", "long", "short", "byte"]),
    (
        &["c", "cpp"],
        &[
            "int",
            "long",
            "short",
            "unsigned",
            "unsigned int",
            "unsigned long",
            "long long",
            "size_t",
            "int32_t",
            "uint32_t",
            "int64_t",
            "uint64_t",
            "std::size_t",
        ],
    ),
    (&["go"], &["int", "int32", "int64", "uint", "uint32", "uint64"]),
    (&["rust"], &["i32", "i64", "u32", "u64", "usize", "isize", "u8", "u16", "i16", "i8"]),
];

/// Names of floating-point types.
const FLOATING: &[&str] = &["float", "double", "long double", "float32", "float64", "f32", "f64"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let (Some(left), Some(right)) = (tree.child(id, Role::Left), tree.child(id, Role::Right))
    else {
        return;
    };
    if tree.node(id).operator != Operator::Divide {
        return;
    }
    let quotient = context.excerpt(id);
    let literal =
        |it: NodeId| (tree.kind(it) == Kind::Number).then(|| tree.text(it).parse::<u64>());
    let literals = (literal(left), literal(right));
    if let (Some(Ok(dividend)), Some(Ok(divisor))) = literals {
        if 0 < dividend && dividend < divisor && tree.kind(tree.node(id).parent) == Kind::Binary {
            context
                .report(id, format!("`{quotient}` divides whole numbers: it is 0"))
                .because("The quotient of two whole numbers has no fraction.")
                .emit();
        }
        return;
    }
    let Some(place) = converted(context, id) else { return };
    if !(is_whole(context, left) && is_whole(context, right)) {
        return;
    }
    context
        .report(place, format!("`{quotient}` divides whole numbers: its fraction is lost"))
        .because("The quotient becomes a floating-point number only after it was cut off.")
        .emit();
}

/// What makes a floating-point number of the quotient: a conversion, or the quotient itself where
/// a variable is declared to hold one.
fn converted(context: &Context<'_>, quotient: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let parent = tree.parent(quotient)?;
    let is_floating = |name: &str| FLOATING.contains(&name.trim());
    match tree.kind(parent) {
        Kind::Cast => {
            let target = tree.child(parent, Role::Type)?;
            is_floating(tree.text(target)).then_some(parent)
        }
        // Go's conversions are calls.
        Kind::Call => {
            let callee = tree.child(parent, Role::Callee)?;
            let is_only = tree.children_with(parent, Role::Argument).count() == 1;
            (is_only && is_floating(tree.text(callee))).then_some(parent)
        }
        Kind::Declare => {
            let declared = tree.child(parent, Role::Type)?;
            let is_value = tree.child(parent, Role::Value) == Some(quotient);
            (is_value && is_floating(tree.text(declared))).then_some(quotient)
        }
        _ => None,
    }
}

/// Whether an operand is a whole number: a literal, or a name declared so.
fn is_whole(context: &Context<'_>, operand: NodeId) -> bool {
    let tree = context.tree;
    match tree.kind(operand) {
        Kind::Number => tree.text(operand).bytes().all(|it| it.is_ascii_digit()),
        Kind::Name => {
            let whole = context.in_language(WHOLE).copied().unwrap_or_default();
            context.types().declared(operand).is_some_and(|it| {
                let name = tree.text(it);
                whole.contains(&name.trim_start_matches("const ").trim())
            })
        }
        _ => false,
    }
}
