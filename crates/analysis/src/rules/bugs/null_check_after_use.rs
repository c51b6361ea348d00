//! `bug/null-check-after-use`.

use crate::facts::values::Nullness;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/null-check-after-use",
    category: Category::Bug,
    summary: "A value is tested for null after a member of it was used",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a test for null of a variable that every way to the test has dereferenced before.",
        why: "If the value can be null, the use above has failed by then; if it cannot, the test says something false to readers.",
        fix: "Move the test before the first use, or remove it.",
        limits: "Only local variables are followed; where a pointer is tested without a comparison, only in languages where that asks for null.",
        references: &["https://cwe.mitre.org/data/definitions/476.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def length(name):
    size = name.size
    if name is None:
       ^^^^^^^^^^^^
        return 0
    return size
",
        ),
        Example::bad(
            "python",
            "def first(row):
    log(row[0])
    return 0 if row is None else row[0]
                ^^^^^^^^^^^
",
        ),
        Example::good(
            "python",
            "def length(name):
    if name is None:
        return 0
    return name.size
",
        ),
        Example::good(
            "python",
            "def last(rows):
    row = rows.next()
    while row is not None:
        log(row.id)
        row = rows.next()
    return row
",
        ),
        Example::bad(
            "javascript",
            "function length(name) {
  const size = name.size;
  if (name == null) return 0;
      ^^^^^^^^^^^^
  return size;
}
",
        ),
        Example::bad(
            "javascript",
            "function first(row) {
  log(row.id);
  return row == null ? 0 : row.id;
         ^^^^^^^^^^^
}
",
        ),
        Example::good(
            "javascript",
            "function length(name) {
  if (name == null) return 0;
  return name.size;
}
",
        ),
        Example::good(
            "javascript",
            "function length(name) {
  const size = name?.size;
  if (name == null) return 0;
  return size;
}
",
        ),
        Example::bad(
            "typescript",
            "function length(name: Name | null): number {
  const size = name.size;
  if (name == null) return 0;
      ^^^^^^^^^^^^
  return size;
}
",
        ),
        Example::bad(
            "typescript",
            "function first(row?: Row): number {
  log(row.id);
  return row == undefined ? 0 : row.id;
         ^^^^^^^^^^^^^^^^
}
",
        ),
        Example::good(
            "typescript",
            "function length(name: Name | null): number {
  if (name == null) return 0;
  return name.size;
}
",
        ),
        Example::good(
            "typescript",
            "function length(name?: Name): number {
  const size = name?.size ?? 0;
  if (name === undefined) return 0;
  return size;
}
",
        ),
        Example::bad(
            "go",
            "func length(name *Name) int {
	size := name.size
	if name == nil {
	   ^^^^^^^^^^^
		return 0
	}
	return size
}
",
        ),
        Example::bad(
            "go",
            "func first(row *Row) int {
	use(row.id)
	if row != nil {
	   ^^^^^^^^^^
		return row.id
	}
	return 0
}
",
        ),
        Example::good(
            "go",
            "func length(name *Name) int {
	if name == nil {
		return 0
	}
	return name.size
}
",
        ),
        Example::good(
            "go",
            "func last(row *Row) *Row {
	for row.next != nil {
		row = row.next
		if row == nil {
			return nil
		}
	}
	return row
}
",
        ),
        Example::bad(
            "java",
            "class A { int length(String name) {
    int size = name.length();
    if (name == null) { return 0; }
        ^^^^^^^^^^^^
    return size;
} }
",
        ),
        Example::bad(
            "java",
            "class A { int first(Row row) {
    log(row.id);
    return row != null ? row.id : 0;
           ^^^^^^^^^^^
} }
",
        ),
        Example::good(
            "java",
            "class A { int length(String name) {
    if (name == null) { return 0; }
    return name.length();
} }
",
        ),
        Example::good(
            "java",
            "class A { Row last(Row row) {
    log(row.id);
    row = row.next();
    return row == null ? null : row.other;
} }
",
        ),
        Example::bad(
            "c",
            "int length(struct name *name) {
  int size = name->size;
  if (name == NULL) return 0;
      ^^^^^^^^^^^^
  return size;
}
",
        ),
        Example::bad(
            "c",
            "int first(int *row) {
  *row = 1;
  if (!row) return 0;
      ^^^^
  return 1;
}
",
        ),
        Example::good(
            "c",
            "int length(struct name *name) {
  if (name == NULL) return 0;
  return name->size;
}
",
        ),
        Example::good(
            "c",
            "int size(struct name *name) {
  int size = sizeof(name->size);
  return name ? size : 0;
}
",
        ),
        Example::bad(
            "cpp",
            "int length(Name *name) {
  int size = name->size;
  if (name == nullptr) return 0;
      ^^^^^^^^^^^^^^^
  return size;
}
",
        ),
        Example::bad(
            "cpp",
            "int first(Row *row) {
  log(row->id);
  if (!row->ok() || !row) return 0;
                    ^^^^
  return 1;
}
",
        ),
        Example::good(
            "cpp",
            "int length(Name *name) {
  if (name == nullptr) return 0;
  return name->size;
}
",
        ),
        Example::good(
            "cpp",
            "int first(Row row) {
  log(row.id);
  if (!row) return 0;
  return 1;
}
",
        ),
    ],
    kinds: &[Kind::Compare, Kind::Unary, Kind::If],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let pointers = context.knowledge().falsy_is_null;
    let tested = match tree.kind(id) {
        Kind::Compare => {
            let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
            let [Some(left), Some(right)] = sides else { return };
            let operator = tree.node(id).operator;
            let asks = operator.is_equality() || matches!(operator, Operator::Is | Operator::IsNot);
            // `0 == p` is no question for null where a number may be meant.
            (asks && tree.kind(right) == Kind::Null && tree.text(right) != "...").then_some(left)
        }
        Kind::Unary if pointers && tree.node(id).operator == Operator::Not => {
            tree.child(id, Role::Operand)
        }
        Kind::If if pointers => tree.child(id, Role::Condition),
        _ => None,
    };
    let Some(name) = tested.filter(|it| tree.kind(*it) == Kind::Name) else { return };
    let Some(value) = context.values().at(name).copied() else { return };
    let used = value.because;
    // The use comes before: in a loop it may stand below.
    let is_use = match tree.kind(used) {
        Kind::Dereference => true,
        Kind::Index | Kind::Member => !pointers || is_arrow(context, used),
        _ => false,
    };
    let in_loop = tree.ancestors(id).any(|it| tree.kind(it).is_loop());
    if value.nullness != Nullness::Never || !is_use || used >= id || in_loop {
        return;
    }
    let function = tree.enclosing_function(id);
    if context.is_test_code(id) || context.calls_macro(function) {
        return;
    }
    let at = if tree.kind(id) == Kind::If { name } else { id };
    let (text, passed) = (context.excerpt(name), context.excerpt(used));
    context
        .report(
            at,
            format!("`{text}` is tested for null here, and was used as if it were not above"),
        )
        .related(used, "used here")
        .because(format!("Every way to the test passes `{passed}`."))
        .emit();
}

/// Whether a member is reached through a pointer: `p->x`, and `p[i]`.
fn is_arrow(context: &Context<'_>, used: NodeId) -> bool {
    let tree = context.tree;
    let Some(receiver) = tree.child(used, Role::Receiver) else { return false };
    let start = (tree.span(receiver).end - tree.span(used).start) as usize;
    let rest = tree.text(used).get(start..).unwrap_or("").trim_start();
    rest.starts_with("->") || rest.starts_with('[')
}
