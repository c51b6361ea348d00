//! `practice/mutable-shared-state`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/mutable-shared-state",
    category: Category::Practice,
    summary: "State that everybody shares may be changed by anybody",
    severity: Severity::Information,
    confidence: 0.85,
    languages: &["python", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports fields that are public and may be assigned, static fields that may be assigned or hold a collection in public, and collections that a Python class shares among its objects.",
        why: "Any code may change them at any time: what an object relies on breaks from afar, and threads get in each other's way.",
        fix: "Make them private, `final`, or unmodifiable; in Python, set them in `__init__`, or mark them as `ClassVar`.",
        limits: "Plain records whose fields are their interface are reported as well.",
        references: &["https://docs.astral.sh/ruff/rules/mutable-class-default/"],
    },
    examples: &[
        Example::bad(
            "python",
            "class Shop:
    rows = []
    ^^^^^^^^^ anybody
",
        ),
        Example::bad(
            "python",
            "class Shop:
    name = \"shop\"
    prices = {}
    ^^^^^^^^^^^ anybody
",
        ),
        Example::good(
            "python",
            "class Shop:
    def __init__(self):
        self.rows = []
",
        ),
        Example::good(
            "python",
            "class Shop:
    names = (\"a\", \"b\")
    rows: ClassVar[list] = []
",
        ),
        Example::bad(
            "java",
            "class Shop {
    public static List<String> names = new ArrayList<>();
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ anybody
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    public int count;
    ^^^^^^^^^^^^^^^^^ anybody
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    public static final int SIZE = 3;
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    private int count;
}
",
        ),
    ],
    kinds: &[Kind::Class],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(body) = tree.child(id, Role::Body) else { return };
    let is_java = context.in_language(&[(&["java"], ())]).is_some();
    let shared: Vec<NodeId> = tree
        .children(body)
        .filter(|it| matches!(tree.kind(*it), Kind::Declare | Kind::Assign))
        .filter(|it| if is_java { is_open_field(context, *it) } else { is_shared(context, *it) })
        .collect();
    for field in shared {
        if context.is_test_code(field) {
            return;
        }
        let shown = context.excerpt(field).trim_end_matches(';').to_owned();
        context
            .report(field, format!("`{shown}` may be changed by anybody, for everybody"))
            .because("Nothing keeps other code from it.")
            .emit();
    }
}

/// A field of Java that other classes may assign, or change.
fn is_open_field(context: &Context<'_>, field: NodeId) -> bool {
    let text = context.text(field);
    let head = text.split(['=', ';']).next().unwrap_or("");
    let has = |word: &str| head.split_whitespace().any(|it| it == word);
    has("public") && !has("final") && !has("volatile") && !head.contains('@')
}

/// A collection that all objects of a Python class share.
fn is_shared(context: &Context<'_>, field: NodeId) -> bool {
    let tree = context.tree;
    let (Some(target), Some(value)) =
        (tree.child(field, Role::Target), tree.child(field, Role::Value))
    else {
        return false;
    };
    let is_collection = matches!(tree.kind(value), Kind::List | Kind::Map | Kind::Set)
        || matches!(context.text(value), "list()" | "dict()" | "set()");
    let name = tree.name(target);
    // What frameworks read, and constants.
    let is_constant = !name.contains(char::is_lowercase) || name.starts_with("__");
    let is_empty = tree.children(value).next().is_none();
    is_collection && is_empty && !is_constant && tree.child(field, Role::Type).is_none()
}
