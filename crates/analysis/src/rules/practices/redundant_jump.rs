//! `practice/redundant-jump`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/redundant-jump",
    category: Category::Practice,
    summary: "A jump to where the code goes anyway",
    severity: Severity::Hint,
    confidence: 0.95,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports `return` without a value at the end of a function, `continue` at the end of a loop, and `pass` beside other statements.",
        why: "Readers look for the case in which it matters.",
        fix: "Take it out; in Rust, write the last value without `return`.",
        limits: "A jump at the end of a branch is reported only if the branch itself ends the function or loop.",
        references: &["https://eslint.org/docs/latest/rules/no-useless-return"],
    },
    examples: &[
        Example::bad(
            "python",
            "def show(row):
    print(row)
    return
    ^^^^^^ goes there anyway
",
        ),
        Example::bad(
            "python",
            "def show(rows):
    for row in rows:
        print(row)
        continue
        ^^^^^^^^ goes there anyway
",
        ),
        Example::good(
            "python",
            "def show(row):
    if not row:
        return
    print(row)
",
        ),
        Example::good(
            "python",
            "def show(row):
    pass
",
        ),
        Example::bad(
            "javascript",
            "function show(row) {
  print(row);
  return;
  ^^^^^^^ goes there anyway
}
",
        ),
        Example::bad(
            "javascript",
            "for (const row of rows) {
  print(row);
  continue;
  ^^^^^^^^^ goes there anyway
}
",
        ),
        Example::good(
            "javascript",
            "function show(row) {
  if (!row) return;
  print(row);
}
",
        ),
        Example::good(
            "javascript",
            "function size() {
  return 3;
}
",
        ),
        Example::bad(
            "typescript",
            "function show(row) {
  print(row);
  return;
  ^^^^^^^ goes there anyway
}
",
        ),
        Example::bad(
            "typescript",
            "for (const row of rows) {
  print(row);
  continue;
  ^^^^^^^^^ goes there anyway
}
",
        ),
        Example::good(
            "typescript",
            "function show(row) {
  if (!row) return;
  print(row);
}
",
        ),
        Example::good(
            "typescript",
            "function size() {
  return 3;
}
",
        ),
        Example::bad(
            "rust",
            "fn size(row: i32) -> i32 {
    return row + 1;
    ^^^^^^^^^^^^^^ goes there anyway
}
",
        ),
        Example::bad(
            "rust",
            "fn show(rows: &[i32]) {
    for row in rows {
        print(row);
        continue;
        ^^^^^^^^ goes there anyway
    }
}
",
        ),
        Example::good(
            "rust",
            "fn size(row: i32) -> i32 {
    if row > 1 {
        return 3;
    }
    row
}
",
        ),
        Example::good(
            "rust",
            "fn size(row: i32) -> i32 {
    row + 1
}
",
        ),
        Example::bad(
            "go",
            "package shop

func show(row int) {
	print(row)
	return
	^^^^^^ goes there anyway
}
",
        ),
        Example::bad(
            "go",
            "package shop

func show(rows []int) {
	for _, row := range rows {
		print(row)
		continue
		^^^^^^^^ goes there anyway
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func show(row int) {
	if row == 0 {
		return
	}
	print(row)
}
",
        ),
        Example::good(
            "go",
            "package shop

func size() (n int) {
	n = 3
	return
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(Row row) {
        print(row);
        return;
        ^^^^^^^ goes there anyway
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(List<Row> rows) {
        for (Row row : rows) {
            print(row);
            continue;
            ^^^^^^^^^ goes there anyway
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(Row row) {
        if (row == null) return;
        print(row);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int size() {
        return 3;
    }
}
",
        ),
        Example::bad(
            "c",
            "void show(int row) {
    print(row);
    return;
    ^^^^^^^ goes there anyway
}
",
        ),
        Example::bad(
            "c",
            "void show(int n) {
    for (int i = 0; i < n; i++) {
        print(i);
        continue;
        ^^^^^^^^^ goes there anyway
    }
}
",
        ),
        Example::good(
            "c",
            "void show(int row) {
    if (row == 0) return;
    print(row);
}
",
        ),
        Example::good(
            "c",
            "int size(void) {
    return 3;
}
",
        ),
        Example::bad(
            "cpp",
            "void show(int row) {
    print(row);
    return;
    ^^^^^^^ goes there anyway
}
",
        ),
        Example::bad(
            "cpp",
            "void show(int n) {
    for (int i = 0; i < n; i++) {
        print(i);
        continue;
        ^^^^^^^^^ goes there anyway
    }
}
",
        ),
        Example::good(
            "cpp",
            "void show(int row) {
    if (row == 0) return;
    print(row);
}
",
        ),
        Example::good(
            "cpp",
            "int size(void) {
    return 3;
}
",
        ),
    ],
    kinds: &[Kind::Return, Kind::Continue, Kind::Empty],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let block = tree.node(id).parent;
    let is_body = tree.kind(block) == Kind::Block && tree.role(block) == Role::Body;
    let around = tree.node(block).parent;
    let ends_block = tree.node(id).subtree_end == tree.node(block).subtree_end;
    let is_alone = ends_block && tree.children(block).next() == Some(id);
    let is_last = is_body && ends_block;
    let is_redundant = match tree.kind(id) {
        Kind::Return => {
            let has_value = tree.children(id).next().is_some();
            let is_rust = context.in_language(&[(&["rust"], ())]).is_some();
            // Go's named results go out with a bare `return`.
            let has_result =
                tree.child(around, Role::Type).is_some()
                    && context.in_language(&[(&["go"], ())]).is_some()
                    || tree.text(around).split('{').next().is_some_and(|head| {
                        head.matches('(').count() > 1 && head.starts_with("func")
                    });
            let is_end = is_last && tree.kind(around).is_function();
            is_end && (!has_value && !is_alone && !has_result || has_value && is_rust)
        }
        Kind::Continue => {
            let is_labelled = tree.child(id, Role::Label).is_some();
            is_last && tree.kind(around).is_loop() && !is_alone && !is_labelled
        }
        _ => context.text(id) == "pass" && !is_alone,
    };
    if !is_redundant || tree.is_damaged(block) {
        return;
    }
    let shown = context.excerpt(id).trim_end_matches(';').to_owned();
    context
        .report(id, format!("`{shown}` says where to go, but the code goes there anyway"))
        .because("Nothing follows it.")
        .emit();
}
