//! `perf/needless-object`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/needless-object",
    category: Category::Perf,
    summary: "An object is made where there is one already",
    severity: Severity::Information,
    confidence: 0.95,
    languages: &["java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports constructors of `String` and of the boxes of numbers (`new Integer(3)`), and boxes that are made only to be taken apart (`Integer.valueOf(text).intValue()`).",
        why: "Each call makes an object of its own, where a literal or `valueOf` shares one; the constructors of boxes are deprecated for removal.",
        fix: "Write the literal, `valueOf`, or `parseInt`.",
        limits: "`new String` of characters or bytes converts, and is left alone.",
        references: &[
            "https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/Integer.html",
        ],
    },
    examples: &[
        Example::bad(
            "java",
            "class Shop {
    String name() {
        return new String(\"shop\");
               ^^^^^^^^^^^^^^^^^^ object
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Integer size() {
        return new Integer(3);
               ^^^^^^^^^^^^^^ object
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isOpen(String text) {
        return Boolean.valueOf(text).booleanValue();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    String name(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int size(String text) {
        return Integer.parseInt(text);
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

const BOXES: &[&str] =
    &["Integer", "Long", "Double", "Float", "Short", "Byte", "Boolean", "Character"];
const UNBOXING: &[&str] =
    &["intValue", "longValue", "doubleValue", "floatValue", "booleanValue", "shortValue"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let name = tree.name(callee);
    let arguments = context.arguments(id);
    let is_needless = if tree.flags(id).has(Flags::CONSTRUCT) {
        BOXES.contains(&name) && arguments.len() == 1
            || name == "String" && arguments.iter().all(|it| tree.kind(*it) == Kind::String)
    } else {
        let inner = tree.child(callee, Role::Receiver);
        UNBOXING.contains(&name)
            && inner.is_some_and(|it| {
                context.method(it).is_some_and(|(class, method)| {
                    // Of truth values there are two objects, which are there already.
                    let class = context.text(class);
                    method == "valueOf" && class != "Boolean" && BOXES.contains(&class)
                })
            })
    };
    if !is_needless || context.is_test_code(id) {
        return;
    }
    let shown = context.excerpt(id);
    context
        .report(id, format!("`{shown}` makes an object that nothing needs"))
        .because("The same value is there without a new object.")
        .emit();
}
