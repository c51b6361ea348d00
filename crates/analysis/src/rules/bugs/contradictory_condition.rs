//! `bug/contradictory-condition`.

use crate::facts::values::Nullness;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/contradictory-condition",
    category: Category::Bug,
    summary: "A condition that the values of its variables decide",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a condition that is always true, or always false, by what its variables hold at that place: they were assigned constants, or an earlier test says so.",
        why: "A branch that always runs or never does is rarely meant. The test looks at the wrong variable, stands in the wrong place, or compares with the wrong value.",
        fix: "Test what can still vary, or remove the branch.",
        limits: "Only variables that no other function assigns are followed, one function at a time. Loops that count, flags (`done = False`) and tests of constants in capitals are left alone.",
        references: &[
            "https://cwe.mitre.org/data/definitions/571.html",
            "https://cwe.mitre.org/data/definitions/570.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def f(n):
    count = 0
    if count > 10:
       ^^^^^^^^^^ here
        log(1)
",
        ),
        Example::bad(
            "python",
            "def f(n):
    limit = 8
    if limit == 8:
       ^^^^^^^^^^ here
        log(1)
",
        ),
        Example::good(
            "python",
            "def f(n):
    count = n
    if count > 10:
        log(1)
",
        ),
        Example::good(
            "python",
            "def f(n):
    count = 0
    for item in items(n):
        count += 1
    if count > 10:
        log(1)
",
        ),
        Example::bad(
            "javascript",
            "function f(n) {
  let count = 0;
  if (count > 10) log(1);
      ^^^^^^^^^^ here
}
",
        ),
        Example::bad(
            "javascript",
            "function f(n) {
  let limit = 8;
  if (limit === 8) log(1);
      ^^^^^^^^^^^ here
}
",
        ),
        Example::good(
            "javascript",
            "function f(n) {
  let count = n;
  if (count > 10) log(1);
}
",
        ),
        Example::good(
            "javascript",
            "function f(n) {
  let count = 0;
  while (next(n)) count++;
  if (count > 10) log(1);
}
",
        ),
        Example::bad(
            "typescript",
            "function f(n: number) {
  let count = 0;
  if (count > 10) log(1);
      ^^^^^^^^^^ here
}
",
        ),
        Example::bad(
            "typescript",
            "function f(n: number) {
  let limit = 8;
  if (limit === 8) log(1);
      ^^^^^^^^^^^ here
}
",
        ),
        Example::good(
            "typescript",
            "function f(n: number) {
  let count = n;
  if (count > 10) log(1);
}
",
        ),
        Example::good(
            "typescript",
            "function f(n: number) {
  let count = 0;
  while (next(n)) count++;
  if (count > 10) log(1);
}
",
        ),
        Example::bad(
            "rust",
            "fn f(n: i32) {
    let mut count = 0;
    if count > 10 {
       ^^^^^^^^^^ here
        log(1);
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn f(n: i32) {
    let mut limit = 8;
    if limit == 8 {
       ^^^^^^^^^^ here
        log(1);
    }
}
",
        ),
        Example::good(
            "rust",
            "fn f(n: i32) {
    let mut count = n;
    if count > 10 {
        log(1);
    }
}
",
        ),
        Example::good(
            "rust",
            "fn f(n: i32) {
    let mut count = 0;
    while next(n) {
        count += 1;
    }
    let _ = n;
    if count > 10 {
        log(1);
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

func f(n int) {
	count := 0
	if count > 10 {
	   ^^^^^^^^^^ here
		log(1)
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

func f(n int) {
	limit := 8
	if limit == 8 {
	   ^^^^^^^^^^ here
		log(1)
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func f(n int) {
	count := n
	if count > 10 {
		log(1)
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func f(n int) {
	count := 0
	for next(n) {
		count++
	}
	if count > 10 {
		log(1)
	}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void f(int n) {
        int count = 0;
        if (count > 10) log(1);
            ^^^^^^^^^^ here
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void f(int n) {
        int limit = 8;
        if (limit == 8) log(1);
            ^^^^^^^^^^ here
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void f(int n) {
        int count = n;
        if (count > 10) log(1);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void f(int n) {
        int count = 0;
  while (next(n)) count++;
        if (count > 10) log(1);
    }
}
",
        ),
        Example::bad(
            "c",
            "void f(int n) {
    int count = 0;
    if (count > 10) log(1);
        ^^^^^^^^^^ here
}
",
        ),
        Example::bad(
            "c",
            "void f(int n) {
    int limit = 8;
    if (limit == 8) log(1);
        ^^^^^^^^^^ here
}
",
        ),
        Example::good(
            "c",
            "void f(int n) {
    int count = n;
    if (count > 10) log(1);
}
",
        ),
        Example::good(
            "c",
            "void f(int n) {
    int count = 0;
  while (next(n)) count++;
    if (count > 10) log(1);
}
",
        ),
        Example::bad(
            "cpp",
            "void f(int n) {
    int count = 0;
    if (count > 10) log(1);
        ^^^^^^^^^^ here
}
",
        ),
        Example::bad(
            "cpp",
            "void f(int n) {
    int limit = 8;
    if (limit == 8) log(1);
        ^^^^^^^^^^ here
}
",
        ),
        Example::good(
            "cpp",
            "void f(int n) {
    int count = n;
    if (count > 10) log(1);
}
",
        ),
        Example::good(
            "cpp",
            "void f(int n) {
    int count = 0;
  while (next(n)) count++;
    if (count > 10) log(1);
}
",
        ),
    ],
    kinds: &[Kind::If, Kind::While, Kind::Ternary, Kind::Logical],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let parts: Vec<NodeId> = match tree.kind(id) {
        Kind::Logical => tree.children(id).collect(),
        _ => tree.child(id, Role::Condition).into_iter().collect(),
    };
    for condition in parts {
        check_condition(context, condition);
    }
}

fn check_condition(context: &mut Context<'_>, condition: NodeId) {
    let tree = context.tree;
    // A bare name is a flag, and a switch that somebody flips by hand.
    if tree.kind(condition) != Kind::Compare {
        return;
    }
    let Some(truth) = context.values().truth(condition) else { return };
    let names: Vec<NodeId> =
        tree.children(condition).filter(|it| tree.kind(*it) == Kind::Name).collect();
    let is_constant = |it: &NodeId| {
        let name = tree.name(*it);
        name.len() > 1 && !name.contains(char::is_lowercase)
    };
    if names.is_empty() || names.iter().any(is_constant) || context.is_in_test(condition) {
        return;
    }
    let Some(value) = names.iter().find_map(|it| context.values().at(*it).copied()) else { return };
    // A macro may assign variables that it does not even mention.
    // So may one that a block is handed to: it may run the block again and again.
    let in_macro_block = tree.ancestors(condition).any(|it| tree.flags(it).has(Flags::CONDITIONAL));
    if in_macro_block || context.calls_macro(tree.enclosing_function(condition)) {
        return;
    }
    // Null tests after a test are often there to be safe; only what was assigned is sure to tell.
    let is_null_test = tree.children(condition).any(|it| tree.kind(it) == Kind::Null);
    if is_null_test && (truth || value.nullness != Nullness::Always) {
        return;
    }
    // The first test of a loop holds, and the others decide.
    let in_loop = tree.ancestors(condition).take_while(|it| !tree.kind(*it).is_function());
    if in_loop
        .into_iter()
        .any(|it| tree.kind(it).is_loop() && tree.child(it, Role::Condition) == Some(condition))
    {
        return;
    }
    let test = context.excerpt(condition);
    let mut report = context
        .report(condition, format!("`{test}` is always {truth} here"))
        .because("Every way to this place leaves the variable at values that decide the test.");
    if value.because != NodeId::ROOT {
        report = report.related(value.because, "what decides it");
    }
    report.emit();
}
