//! `bug/boxed-identity`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/boxed-identity",
    category: Category::Bug,
    summary: "Boxed numbers are compared by identity",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Preview,
    documentation: Documentation {
        what: "Reports `==` and `!=` between two variables of a boxed type: `Integer`, `Long` and the like.",
        why: "Small numbers share an object and larger ones do not, so the comparison works in tests and fails later.",
        fix: "Compare with `equals`, or as plain numbers.",
        limits: "Only variables whose declaration stands in the same function are known.",
        references: &["https://errorprone.info/bugpattern/BoxedPrimitiveEquality"],
    },
    examples: &[
        Example::bad("java", 
"class A { boolean f(Integer a, Integer b) { return a == b; } }
                                                   ^^^^^^
"),
        Example::bad("java", 
"class A { boolean f(Long a, Long b) { return a != b; } }
                                             ^^^^^^
"),
        Example::good("java", 
"class A { boolean f(Integer a, int b) { return a == b; } }
"),
        Example::good("java", 
"class A { boolean f(Integer a, Integer b) { return a == null || b == null || a.equals(b); } }
"),
    ],
    kinds: &[Kind::Compare],
    check,
};
const BOXES: &[&str] = &["Integer", "Long", "Short", "Byte", "Character", "Double", "Float"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    let is_boxed = |it: NodeId| {
        tree.kind(it) == Kind::Name
            && context.types().declared(it).is_some_and(|it| BOXES.contains(&context.text(it)))
    };
    let is_asked = matches!(tree.node(id).operator, Operator::Equal | Operator::NotEqual);
    // Where the contents are compared, too, identity only spares that.
    let around = tree.node(id).parent;
    let is_shortcut =
        tree.kind(around) == Kind::Logical && context.text(around).contains("equals(");
    if !is_asked || !is_boxed(left) || !is_boxed(right) || is_shortcut || context.is_test_code(id) {
        return;
    }
    let text = context.excerpt(id);
    context
        .report(
            id,
            format!("`{text}` asks whether both are one object, not whether they are equal"),
        )
        .because("Both are declared as boxed numbers.")
        .emit();
}
