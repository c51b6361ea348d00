//! `bug/decided-comparison`.

use crate::facts::purity::is_repeatable;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Operator, Role, Tree};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/decided-comparison",
    category: Category::Bug,
    summary: "A comparison whose outcome its own form decides",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a comparison with an object that is made in it, a search in an empty collection, a comparison of literals of different kinds, a value joined with its own negation, and a number out of the range of the type it is compared with.",
        why: "The outcome is the same whatever the values are, so the branch behind it always runs, or never.",
        fix: "Compare with what was meant, element by element where two collections are compared.",
        limits: "Types are known from declarations only, and of `x and not x` both sides must be written the same.",
        references: &[
            "https://eslint.org/docs/latest/rules/no-constant-binary-expression",
            "https://rust-lang.github.io/rust-clippy/master/index.html#absurd_extreme_comparisons",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def f(x):
    return x in ()
           ^^^^^^^
",
        ),
        Example::bad(
            "python",
            "def f(x):
    return x and not x
           ^^^^^^^^^^^
",
        ),
        Example::good(
            "python",
            "def f(x):
    return x in (1, 2)
",
        ),
        Example::good(
            "python",
            "def f(x, y):
    return x and not y
",
        ),
        Example::bad(
            "javascript",
            "const f = (x) => x === [];
                 ^^^^^^^^
",
        ),
        Example::bad(
            "javascript",
            "const f = (x, y) => (x !== null) ?? y;
                    ^^^^^^^^^^^^^^^^^
",
        ),
        Example::good(
            "javascript",
            "const f = (x) => x.length === 0;
",
        ),
        Example::good(
            "javascript",
            "const f = (x, y) => x ?? y;
",
        ),
        Example::bad(
            "typescript",
            "const f = (x: object): boolean => x === {};
                                  ^^^^^^^^
",
        ),
        Example::bad(
            "typescript",
            "const f = (x: number): boolean => x === -0;
                                  ^^^^^^^^
",
        ),
        Example::good(
            "typescript",
            "const f = (x: object): boolean => x === EMPTY;
",
        ),
        Example::good(
            "typescript",
            "const f = (x: number): boolean => Object.is(x, -0);
",
        ),
        Example::bad(
            "rust",
            "fn f(x: u8) -> bool { x > 255 }
                      ^^^^^^^
",
        ),
        Example::bad(
            "rust",
            "fn f(x: bool) -> bool { x && !x }
                        ^^^^^^^
",
        ),
        Example::good(
            "rust",
            "fn f(x: u8) -> bool { x > 254 }
",
        ),
        Example::good(
            "rust",
            "fn f(x: bool, y: bool) -> bool { x && !y }
",
        ),
        Example::bad(
            "go",
            "func f(x uint8) bool { return x > 255 }
                              ^^^^^^^
",
        ),
        Example::bad(
            "go",
            "func f(x bool) bool { return x || !x }
                             ^^^^^^^
",
        ),
        Example::good(
            "go",
            "func f(x uint8) bool { return x >= 255 }
",
        ),
        Example::good(
            "go",
            "func f(x, y bool) bool { return x || !y }
",
        ),
        Example::bad(
            "java",
            "class A { boolean f(byte b) { return b == 200; } }
                                     ^^^^^^^^
",
        ),
        Example::bad(
            "java",
            "class A { boolean f(boolean b) { return b && !b; } }
                                        ^^^^^^^
",
        ),
        Example::good(
            "java",
            "class A { boolean f(byte b) { return b == 100; } }
",
        ),
        Example::good(
            "java",
            "class A { boolean f(boolean b, boolean c) { return b && !c; } }
",
        ),
        Example::bad(
            "c",
            "int f(unsigned char x) { return x > 255; }
                                ^^^^^^^
",
        ),
        Example::bad(
            "c",
            "int f(int x) { return x && !x; }
                      ^^^^^^^
",
        ),
        Example::good(
            "c",
            "int f(unsigned char x) { return x > 127; }
",
        ),
        Example::good(
            "c",
            "int f(int x, int y) { return x && !y; }
",
        ),
        Example::bad(
            "cpp",
            "bool f(unsigned char x) { return x == 300; }
                                 ^^^^^^^^
",
        ),
        Example::bad(
            "cpp",
            "bool f(bool x) { return x || !x; }
                        ^^^^^^^
",
        ),
        Example::good(
            "cpp",
            "bool f(unsigned char x) { return x == 200; }
",
        ),
        Example::good(
            "cpp",
            "bool f(bool x, bool y) { return x || !y; }
",
        ),
    ],
    kinds: &[Kind::Compare, Kind::Logical],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    let said = match tree.kind(id) {
        Kind::Logical => joined(context, id, left, right),
        _ => compared(context, id, left, right),
    };
    let Some(said) = said.filter(|_| !context.is_test_code(id)) else { return };
    let text = context.excerpt(id);
    context
        .report(id, format!("`{text}` {said}"))
        .because("The form of the expression decides it, whatever the values are.")
        .emit();
}

/// `x and not x`, and `(a !== null) ?? b`.
fn joined(context: &Context<'_>, id: NodeId, left: NodeId, right: NodeId) -> Option<String> {
    let tree = context.tree;
    let operator = tree.node(id).operator;
    if operator == Operator::Coalesce {
        let is_never_null = matches!(
            tree.kind(left),
            Kind::Compare
                | Kind::Binary
                | Kind::String
                | Kind::Template
                | Kind::Number
                | Kind::Boolean
        ) || tree.kind(left) == Kind::Unary
            && matches!(tree.node(left).operator, Operator::Not | Operator::TypeOf);
        return is_never_null.then(|| "is its left side, which is never null".to_owned());
    }
    let negated = |it: NodeId| {
        let is_not = tree.kind(it) == Kind::Unary && tree.node(it).operator == Operator::Not;
        is_not.then(|| tree.child(it, Role::Operand))?
    };
    let opposes = |a: NodeId, b: NodeId| negated(b).is_some_and(|it| tree.is_same(a, it));
    if !(opposes(left, right) || opposes(right, left)) || !is_repeatable(tree, left) {
        return None;
    }
    let outcome = operator == Operator::Or;
    Some(format!("is always {outcome}: one side is the negation of the other"))
}

fn compared(context: &Context<'_>, id: NodeId, left: NodeId, right: NodeId) -> Option<String> {
    let tree = context.tree;
    let operator = tree.node(id).operator;
    let language = context.language.id();
    let equality = operator.is_equality();
    if matches!(operator, Operator::In | Operator::NotIn) {
        let is_empty = matches!(tree.kind(right), Kind::List | Kind::Tuple | Kind::Map | Kind::Set)
            && tree.children(right).next().is_none();
        return is_empty.then(|| {
            format!("is always {}: nothing is in an empty collection", operator == Operator::NotIn)
        });
    }
    if matches!(operator, Operator::Is | Operator::IsNot) {
        let is_nan =
            matches!(context.text(right), "math.nan" | "np.nan" | "numpy.nan" | "float('nan')");
        let is_negated =
            tree.kind(right) == Kind::Unary && tree.node(right).operator == Operator::Not;
        if is_nan {
            return Some("asks for one object: a NaN is found by `math.isnan`".to_owned());
        }
        return is_negated.then(|| "compares with a truth value: `is not` was meant".to_owned());
    }
    if equality && matches!(language, "javascript" | "typescript") {
        let is_fresh = |it: NodeId| match tree.kind(it) {
            Kind::List | Kind::Map | Kind::Regex | Kind::Lambda => true,
            Kind::Call => tree.flags(it).has(Flags::CONSTRUCT),
            _ => false,
        };
        // `==` may convert both to texts.
        let is_strict = matches!(operator, Operator::StrictEqual | Operator::StrictNotEqual);
        let converts = |it: NodeId| !is_strict && tree.kind(it) == Kind::List;
        if [left, right].iter().any(|it| is_fresh(*it) && !converts(*it)) {
            let outcome = matches!(operator, Operator::NotEqual | Operator::StrictNotEqual);
            return Some(format!("is always {outcome}: an object made here is equal to no other"));
        }
        if context.text(right) == "-0" {
            return Some("holds of 0, too: `Object.is` tells the two apart".to_owned());
        }
    }
    if equality {
        let kinds = [left, right].map(|it| tree.kind(it));
        let is_text = |it: Kind| matches!(it, Kind::String | Kind::Template);
        if language == "python"
            && (kinds == [Kind::Number, Kind::String] || kinds == [Kind::String, Kind::Number])
        {
            return Some("compares a number with a text".to_owned());
        }
        let is_type =
            tree.kind(left) == Kind::Call && context.called(left).as_deref() == Some("type");
        if language == "python" && is_type && kinds.get(1).is_some_and(|it| is_text(*it)) {
            return Some("compares a class with a text".to_owned());
        }
    }
    out_of_range(context, operator, left, right)
}

/// The values that a type of one byte holds.
const RANGES: ByLanguage<&[(&str, i64, i64)]> = &[
    (&["rust"], &[("u8", 0, 255), ("i8", -128, 127), ("u16", 0, 65_535)]),
    (&["go"], &[("uint8", 0, 255), ("byte", 0, 255), ("int8", -128, 127), ("uint16", 0, 65_535)]),
    (&["java"], &[("byte", -128, 127), ("char", 0, 65_535), ("short", -32_768, 32_767)]),
    (
        &["c", "cpp"],
        &[
            ("unsigned char", 0, 255),
            ("uint8_t", 0, 255),
            ("int8_t", -128, 127),
            ("uint16_t", 0, 65_535),
            ("bool", 0, 1),
        ],
    ),
];

fn out_of_range(
    context: &Context<'_>,
    operator: Operator,
    left: NodeId,
    right: NodeId,
) -> Option<String> {
    let tree = context.tree;
    let ranges = context.in_language(RANGES)?;
    let limit = number(tree, right)?;
    if tree.kind(left) != Kind::Name {
        return None;
    }
    let declared = context.types().declared(left)?;
    let named = context.text(declared).trim_start_matches("const ").trim();
    let (_, low, high) = ranges.iter().find(|(name, ..)| *name == named)?;
    let outcome = match operator {
        Operator::Equal if limit < *low || limit > *high => false,
        Operator::NotEqual if limit < *low || limit > *high => true,
        Operator::Greater if limit >= *high => false,
        Operator::GreaterEqual if limit > *high => false,
        Operator::Less if limit > *high => true,
        Operator::LessEqual if limit >= *high => true,
        _ => return None,
    };
    Some(format!("is always {outcome}: a `{named}` lies between {low} and {high}"))
}

fn number(tree: &Tree, id: NodeId) -> Option<i64> {
    let is_number = tree.kind(id) == Kind::Number
        || tree.kind(id) == Kind::Unary && tree.node(id).operator == Operator::Negate;
    is_number.then(|| tree.text(id).replace('_', "").parse().ok())?
}
