//! `bug/copy-paste-sibling`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::rules::words::words_of;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/copy-paste-sibling",
    category: Category::Bug,
    summary: "A copied statement was not changed throughout",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports an assignment that repeats the one before it with another name in one place, but with the old name in a place where the same name stood.",
        why: "The statement was copied and changed, and one place forgotten: `a.left = b.left; a.right = b.left`.",
        fix: "Change the other place, too.",
        limits: "The two statements must follow each other and have the same form, and what they read must have the part that is expected: it is mentioned elsewhere, or the names are a pair such as left and right. Values that the first has just computed, and that the second goes on with, are left alone.",
        references: &[
            "https://pvs-studio.com/en/docs/warnings/v778/",
            "https://doi.org/10.1109/TSE.2006.28",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def check(box, other):
    box.left = other.left
    box.right = other.left
    ^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
",
        ),
        Example::bad(
            "python",
            "def check(box, other):
    box.width = other.width + box.margin
    box.height = other.width + box.margin
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
",
        ),
        Example::good(
            "python",
            "def check(box, other):
    box.left = other.left
    box.right = other.right
",
        ),
        Example::good(
            "python",
            "def check(box, other):
    box.left = other.x
    box.right = other.x
",
        ),
        Example::bad(
            "javascript",
            "function check(box, other) {
  box.left = other.left;
  box.right = other.left;
  ^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
}
",
        ),
        Example::bad(
            "javascript",
            "function check(box, other) {
  box.width = other.width + box.margin;
  box.height = other.width + box.margin;
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
}
",
        ),
        Example::bad(
            "javascript",
            "function take(shop, other) {
  if (!other.title) return;
  shop.code = other.code;
  shop.title = other.code;
  ^^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
}
",
        ),
        Example::good(
            "javascript",
            "function take(sobj, obj) {
  sobj.key = obj.key;
  sobj.name = obj.key;
}
",
        ),
        Example::good(
            "javascript",
            "function check(box, other) {
  box.left = other.left;
  box.right = other.right;
}
",
        ),
        Example::good(
            "javascript",
            "function check(box, other) {
  box.left = other.x;
  box.right = other.x;
}
",
        ),
        Example::bad(
            "typescript",
            "function check(box: Box, other: Box) {
  box.left = other.left;
  box.right = other.left;
  ^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
}
",
        ),
        Example::bad(
            "typescript",
            "function check(box: Box, other: Box) {
  box.width = other.width + box.margin;
  box.height = other.width + box.margin;
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
}
",
        ),
        Example::good(
            "typescript",
            "function check(box: Box, other: Box) {
  box.left = other.left;
  box.right = other.right;
}
",
        ),
        Example::good(
            "typescript",
            "function check(box: Box, other: Box) {
  box.left = other.x;
  box.right = other.x;
}
",
        ),
        Example::bad(
            "rust",
            "fn check(mut box_: Box, other: Box) {
    box_.left = other.left;
    box_.right = other.left;
    ^^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
}
",
        ),
        Example::bad(
            "rust",
            "fn check(mut box_: Box, other: Box) {
    box_.width = other.width + box_.margin;
    box_.height = other.width + box_.margin;
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
}
",
        ),
        Example::good(
            "rust",
            "fn check(mut box_: Box, other: Box) {
    box_.left = other.left;
    box_.right = other.right;
}
",
        ),
        Example::good(
            "rust",
            "fn check(mut box_: Box, other: Box) {
    box_.left = other.x;
    box_.right = other.x;
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(box, other *Box) {
	box.left = other.left
	box.right = other.left
	^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
}
",
        ),
        Example::bad(
            "go",
            "package shop

func check(box, other *Box) {
	box.width = other.width + box.margin
	box.height = other.width + box.margin
	^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(box, other *Box) {
	box.left = other.left
	box.right = other.right
}
",
        ),
        Example::good(
            "go",
            "package shop

func check(box, other *Box) {
	box.left = other.x
	box.right = other.x
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(Box box, Box other) {
        box.left = other.left;
        box.right = other.left;
        ^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void check(Box box, Box other) {
        box.width = other.width + box.margin;
        box.height = other.width + box.margin;
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(Box box, Box other) {
        box.left = other.left;
        box.right = other.right;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void check(Box box, Box other) {
        box.left = other.x;
        box.right = other.x;
    }
}
",
        ),
        Example::bad(
            "c",
            "void check(struct box *box, struct box *other) {
    box->left = other->left;
    box->right = other->left;
    ^^^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
}
",
        ),
        Example::bad(
            "c",
            "void check(struct box *box, struct box *other) {
    box->width = other->width + box->margin;
    box->height = other->width + box->margin;
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
}
",
        ),
        Example::good(
            "c",
            "void take(struct shop *sobj, const struct shop *obj) {
    sobj->key = obj->key;
    sobj->name = obj->key;
}
",
        ),
        Example::good(
            "c",
            "void check(struct box *box, struct box *other) {
    box->left = other->left;
    box->right = other->right;
}
",
        ),
        Example::good(
            "c",
            "void check(struct box *box, struct box *other) {
    box->left = other->x;
    box->right = other->x;
}
",
        ),
        Example::bad(
            "cpp",
            "void check(struct box *box, struct box *other) {
    box->left = other->left;
    box->right = other->left;
    ^^^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
}
",
        ),
        Example::bad(
            "cpp",
            "void check(struct box *box, struct box *other) {
    box->width = other->width + box->margin;
    box->height = other->width + box->margin;
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ was one place forgotten
}
",
        ),
        Example::good(
            "cpp",
            "void check(struct box *box, struct box *other) {
    box->left = other->left;
    box->right = other->right;
}
",
        ),
        Example::good(
            "cpp",
            "void check(struct box *box, struct box *other) {
    box->left = other->x;
    box->right = other->x;
}
",
        ),
    ],
    kinds: &[Kind::Assign, Kind::Declare],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(before) = statement_before(tree, id) else { return };
    if tree.kind(before) != tree.kind(id) || context.is_in_test(id) {
        return;
    }
    let (Some(old), Some(new)) = (words(tree, before), words(tree, id)) else { return };
    if old.len() != new.len() || old.len() < 3 {
        return;
    }
    let pairs: Vec<(&Word, &Word)> = old.iter().zip(&new).collect();
    if pairs.iter().any(|(a, b)| a.kind != b.kind || a.operator != b.operator) {
        return;
    }
    // One name was changed, in the target first of all; nothing else.
    let mut changed = pairs.iter().filter(|(a, b)| a.text != b.text);
    let (Some((from, to)), None) = (changed.next(), changed.next()) else { return };
    if !from.is_target || !is_named_alike(from.text, to.text) {
        return;
    }
    let kept: Vec<&(&Word, &Word)> =
        pairs.iter().filter(|(a, b)| a.text == from.text && b.text == from.text).collect();
    let [(_, forgotten)] = kept.as_slice() else { return };
    // What the first statement has computed, the second may go on with.
    if forgotten.kind != Kind::Attribute || from.kind != Kind::Attribute {
        return;
    }
    if !is_expected(tree, forgotten.node, from.text, to.text) {
        return;
    }
    let (old_name, new_name) = (from.text.to_owned(), to.text.to_owned());
    context
        .report(id, format!("`{new_name}` is set from `{old_name}`, as the statement before: was one place forgotten?"))
        .related(before, "the statement it resembles")
        .related(forgotten.node, format!("this may have to be `{new_name}`"))
        .because(format!("Only one of two places where `{old_name}` stood was changed."))
        .emit();
}

/// Pairs of words of which who has the one has the other, too.
const PAIRS: &[(&str, &str)] = &[
    ("left", "right"),
    ("top", "bottom"),
    ("width", "height"),
    ("x", "y"),
    ("y", "z"),
    ("min", "max"),
    ("minimum", "maximum"),
    ("low", "high"),
    ("lower", "upper"),
    ("start", "end"),
    ("begin", "end"),
    ("first", "last"),
    ("first", "second"),
    ("row", "column"),
    ("rows", "columns"),
    ("row", "col"),
    ("rows", "cols"),
    ("source", "target"),
    ("src", "dst"),
    ("input", "output"),
    ("next", "previous"),
    ("next", "prev"),
    ("latitude", "longitude"),
    ("lat", "lon"),
    ("horizontal", "vertical"),
    ("uid", "gid"),
    ("user", "group"),
];

/// Whether the receiver of the forgotten name has what stands for the new one: by another mention of
/// it in the unit, or since the two names differ by a pair of words that belong together.
fn is_expected(tree: &Tree, forgotten: NodeId, old: &str, new: &str) -> bool {
    let (one, other) = (words_of(old), words_of(new));
    let mut differing = one.iter().zip(&other).filter(|(a, b)| a != b);
    let is_pair = one.len() == other.len()
        && differing.next().is_some_and(|(a, b)| {
            PAIRS.contains(&(a.as_str(), b.as_str())) || PAIRS.contains(&(b.as_str(), a.as_str()))
        })
        && differing.next().is_none();
    let Some(receiver) = tree.child(tree.node(forgotten).parent, Role::Receiver) else {
        return is_pair;
    };
    is_pair
        || tree.ids().any(|it| {
            tree.kind(it) == Kind::Member
                && tree.name(it) == new
                && tree.child(it, Role::Receiver).is_some_and(|it| tree.is_same(it, receiver))
        })
}

/// A word of a statement.
struct Word<'a> {
    node: NodeId,
    kind: Kind,
    operator: Operator,
    text: &'a str,
    is_target: bool,
}

/// Most words of statements that are compared.
const MOST: usize = 40;

/// The nodes of a statement that bear a name or are literals, in order; nothing for a long one.
fn words(tree: &Tree, statement: NodeId) -> Option<Vec<Word<'_>>> {
    let target = tree.child(statement, Role::Target)?;
    let mut words = Vec::new();
    for node in tree.descendants(statement) {
        let kind = tree.kind(node);
        if kind == Kind::Lambda || kind == Kind::Function || words.len() > MOST {
            return None;
        }
        let text = match kind {
            Kind::Member => "",
            _ => tree.name(node),
        };
        let is_target = tree.is_within(node, target);
        words.push(Word { node, kind, operator: tree.node(node).operator, text, is_target });
    }
    Some(words)
}

/// The statement right before in the same block, on a line of its own.
fn statement_before(tree: &Tree, id: NodeId) -> Option<NodeId> {
    let inside = NodeId(id.0.checked_sub(1)?);
    let parent = tree.node(id).parent;
    let before = std::iter::once(inside)
        .chain(tree.ancestors(inside))
        .find(|it| tree.node(*it).parent == parent && tree.role(*it) == Role::Statement)?;
    (before != id && tree.role(id) == Role::Statement).then_some(before)
}

/// Whether two names look like a pair: of about one length, or a word apart.
fn is_named_alike(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    !one.is_empty()
        && !other.is_empty()
        && !one.contains(&other)
        && !other.contains(&one)
        && one.len().abs_diff(other.len()) <= 4
}
