//! `bug/integer-division`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, OperatorClass, Role};
use crate::languages::NumberKind;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/integer-division",
    category: Category::Bug,
    summary: "A quotient of integers loses its fraction, and is then used as a floating-point number",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports divisions of integers whose quotient becomes a floating-point number: by a conversion, an assignment, a `return`, an operation with one, or a rounding function; and quotients of literals that are always 0: `1 / 2 * price`.",
        why: "The division rounds toward zero before the conversion: `1 / 2 * x` is always 0, and `(double) (done / total)` knows only 0 and 1.",
        fix: "Convert an operand, not the quotient: `(double) done / total`. Where whole numbers are meant, keep the quotient in an integer variable.",
        limits: "Both operands must surely be integers. Literal divisions that leave no remainder are left alone.",
        references: &[
            "https://wiki.sei.cmu.edu/confluence/display/java/NUM50-J.+Convert+integers+to+floating+point+for+floating-point+operations",
        ],
    },
    examples: &[
        Example::bad(
            "c",
            "double share(int done, int total) {
    return done / total;
           ^^^^^^^^^^^^ loses its fraction
}
",
        ),
        Example::bad(
            "cpp",
            "double share(int done, int total) {
    return done / total;
           ^^^^^^^^^^^^ loses its fraction
}
",
        ),
        Example::bad(
            "c",
            "double half(double size) {
    return 1 / 2 * size;
           ^^^^^ loses its fraction
}
",
        ),
        Example::bad(
            "cpp",
            "double half(double size) {
    return 1 / 2 * size;
           ^^^^^ loses its fraction
}
",
        ),
        Example::bad(
            "c",
            "float average(int sum, int count) {
    float result = (float)(sum / count);
                           ^^^^^^^^^^^ loses its fraction
    return result;
}
",
        ),
        Example::bad(
            "cpp",
            "float average(int sum, int count) {
    float result = (float)(sum / count);
                           ^^^^^^^^^^^ loses its fraction
    return result;
}
",
        ),
        Example::bad(
            "cpp",
            "double average(int sum, int count) {
    return static_cast<double>(sum / count);
                               ^^^^^^^^^^^ loses its fraction
}
",
        ),
        Example::good(
            "c",
            "double share(int done, int total) {
    return (double)done / total;
}
",
        ),
        Example::good(
            "cpp",
            "double share(int done, int total) {
    return (double)done / total;
}
",
        ),
        Example::good(
            "c",
            "int middle(int low, int high, double scale) {
    int half = (low + high) / 2;
    double rows = 60 / 2;
    return half + scale / 2 + rows;
}
",
        ),
        Example::good(
            "cpp",
            "int middle(int low, int high, double scale) {
    int half = (low + high) / 2;
    double rows = 60 / 2;
    return half + scale / 2 + rows;
}
",
        ),
        Example::bad(
            "java",
            "class Progress {
    double share(int done, int total) {
        double part = done / total;
                      ^^^^^^^^^^^^ loses its fraction
        return part;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Pages {
    int count(int items, int size) {
        return (int) Math.ceil(items / size);
                               ^^^^^^^^^^^^ loses its fraction
    }
}
",
        ),
        Example::good(
            "java",
            "class Pages {
    int count(int items, int size) {
        return (int) Math.ceil((double) items / size);
    }
}
",
        ),
        Example::good(
            "java",
            "class Progress {
    double share(int done, double total) {
        int half = done / 2;
        return half + done / total;
    }
}
",
        ),
        Example::bad(
            "go",
            "package progress

func share(done, total int) float64 {
	return float64(done / total)
	               ^^^^^^^^^^^^ loses its fraction
}
",
        ),
        Example::bad(
            "go",
            "package progress

func half(size float64) float64 {
	return 1 / 2 * size
	       ^^^^^ loses its fraction
}
",
        ),
        Example::good(
            "go",
            "package progress

func TestShare(t *testing.T) {
	for done := 0; done <= 1000; done += 10 {
		check(t, float64(done/10))
	}
}
",
        ),
        Example::good(
            "go",
            "package progress

func share(done, total int) float64 {
	return float64(done) / float64(total)
}
",
        ),
        Example::good(
            "go",
            "package progress

func half(size float64, rows int) (float64, int) {
	return 1 / 2.0 * size, rows / 2
}
",
        ),
        Example::bad(
            "rust",
            "fn share(done: u32, total: u32) -> f64 {
    (done / total) as f64
     ^^^^^^^^^^^^ loses its fraction
}
",
        ),
        Example::bad(
            "rust",
            "fn average(sizes: &[u64], sum: usize) -> f32 {
    let mean = (sum / sizes.len()) as f32;
                ^^^^^^^^^^^^^^^^^ loses its fraction
    mean
}
",
        ),
        Example::bad(
            "rust",
            "fn share(price: u32) -> u32 {
    1 / 2 * price
    ^^^^^ loses its fraction
}
",
        ),
        Example::good(
            "rust",
            "fn share(done: u32, total: u32) -> f64 {
    f64::from(done) / f64::from(total)
}
",
        ),
        Example::good(
            "rust",
            "fn middle(low: usize, high: usize) -> (usize, f64) {
    ((low + high) / 2, low as f64 / 2.0)
}
",
        ),
    ],
    kinds: &[Kind::Binary],
    check,
};

/// Functions that round: what they are given should have a fraction.
const ROUNDING: &[&str] = &["ceil", "floor", "round", "rint", "Ceil", "Floor", "Round", "ceilf"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    // A test knows what its numbers give.
    if tree.node(id).operator != Operator::Divide || context.is_test_code(id) {
        return;
    }
    let operands = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = operands else { return };
    let numbers = context.numbers();
    let is_integer = |it| matches!(numbers.of(it), Some(NumberKind::Signed | NumberKind::Unsigned));
    let Some(reason) = wanted_fraction(context, id).or_else(|| always_zero(context, id)) else {
        return;
    };
    if !is_integer(left) || !is_integer(right) || is_exact(context, left, right) {
        return;
    }
    let text = context.excerpt(id);
    context
        .report(id, format!("`{text}` loses its fraction: both operands are integers"))
        .because(reason)
        .because("The division rounds before anything else sees the quotient.")
        .emit();
}

/// Whether a division of literals leaves no remainder.
fn is_exact(context: &Context<'_>, left: NodeId, right: NodeId) -> bool {
    let value = |it| context.text(it).parse::<u64>().ok();
    let (Some(left), Some(right)) = (value(left), value(right)) else { return false };
    left.checked_rem(right) == Some(0)
}

/// Why a quotient of literals makes nothing of what it is multiplied with or added to.
fn always_zero(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    let [left, right] = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let value = |it: Option<NodeId>| tree.text(it?).parse::<u64>().ok();
    let (dividend, divisor) = (value(left)?, value(right)?);
    let is_part = tree.kind(tree.node(id).parent) == Kind::Binary;
    (is_part && 0 < dividend && dividend < divisor).then(|| "The quotient is 0.".to_owned())
}

/// How the quotient becomes a floating-point number.
fn wanted_fraction(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    let numbers = context.numbers();
    let parent = tree.node(id).parent;
    let is_float = |it| numbers.of(it) == Some(NumberKind::Float);
    match tree.kind(parent) {
        Kind::Cast => is_float(parent).then(|| "The quotient is converted.".to_owned()),
        Kind::Call if tree.role(id) == Role::Argument => {
            let callee = tree.child(parent, Role::Callee)?;
            let is_conversion = numbers.named(context.text(callee)) == Some(NumberKind::Float);
            let name = tree.name(callee);
            (is_conversion || ROUNDING.contains(&name))
                .then(|| format!("It is given to `{}`.", context.excerpt(callee)))
        }
        Kind::Binary if tree.node(parent).operator.class() == Some(OperatorClass::Arithmetic) => {
            let mut others = tree.children(parent).filter(|it| *it != id);
            let other = others.find(|it| is_float(*it))?;
            Some(format!("`{}` is a floating-point number.", context.excerpt(other)))
        }
        Kind::Declare if tree.role(id) == Role::Value => {
            let target = tree.child(parent, Role::Target)?;
            let annotation = tree.child(parent, Role::Type)?;
            (numbers.named(context.text(annotation)) == Some(NumberKind::Float))
                .then(|| format!("`{}` is a floating-point variable.", context.excerpt(target)))
        }
        Kind::Assign if tree.role(id) == Role::Value => {
            let target = tree.child(parent, Role::Target)?;
            is_float(target)
                .then(|| format!("`{}` is a floating-point variable.", context.excerpt(target)))
        }
        Kind::Return => {
            let function = tree.enclosing_function(id);
            let result = tree.child(function, Role::Type)?;
            // `double *f()`, `double (*f)()`
            let name = tree.child(function, Role::Name)?;
            let (start, end) = (tree.span(result).end, tree.span(name).start);
            let between = tree.source().get(start as usize..end as usize).unwrap_or("*");
            let is_plain = tree.kind(function) == Kind::Function && between.trim().is_empty();
            (is_plain && numbers.named(context.text(result)) == Some(NumberKind::Float))
                .then(|| "The function returns a floating-point number.".to_owned())
        }
        _ => None,
    }
}
