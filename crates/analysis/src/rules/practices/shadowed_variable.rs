//! `practice/shadowed-variable`.

use crate::facts::{Binding, BindingKind, ScopeKind};
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "practice/shadowed-variable",
    category: Category::Practice,
    summary: "A variable hides another of its name",
    severity: Severity::Information,
    confidence: 0.8,
    languages: &["javascript", "typescript", "go", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports variables of a block that bear the name of one around it in the same function.",
        why: "Readers, and whoever later moves a line, take one for the other.",
        fix: "Give one of them another name, or assign to the outer one if that was meant.",
        limits: "Go's `err` and `ok` are left alone, and so are functions within functions that have a parameter of that name. In Rust, hiding is a habit of the language.",
        references: &["https://eslint.org/docs/latest/rules/no-shadow"],
    },
    examples: &[
        Example::bad(
            "javascript",
            "function show(x) {
  const y = 1;
  if (x) {
    const y = 2;
          ^ hides
    print(y);
  }
  return y;
}
",
        ),
        Example::bad(
            "javascript",
            "function show(rows) {
  let row = null;
  for (const row of rows) print(row);
             ^^^ hides
  return row;
}
",
        ),
        Example::good(
            "javascript",
            "function show(x) {
  let y = 1;
  if (x) y = 2;
  return y;
}
",
        ),
        Example::good(
            "javascript",
            "function show(x) {
  if (x) {
    const y = 1;
    print(y);
  }
  const z = 2;
  return z;
}
",
        ),
        Example::bad(
            "typescript",
            "function show(x) {
  const y = 1;
  if (x) {
    const y = 2;
          ^ hides
    print(y);
  }
  return y;
}
",
        ),
        Example::bad(
            "typescript",
            "function show(rows) {
  let row = null;
  for (const row of rows) print(row);
             ^^^ hides
  return row;
}
",
        ),
        Example::good(
            "typescript",
            "function show(x) {
  let y = 1;
  if (x) y = 2;
  return y;
}
",
        ),
        Example::good(
            "typescript",
            "function show(x) {
  if (x) {
    const y = 1;
    print(y);
  }
  const z = 2;
  return z;
}
",
        ),
        Example::bad(
            "go",
            "package shop

func show(x bool) int {
	y := 1
	if x {
		y := 2
		^ hides
		print(y)
	}
	return y
}
",
        ),
        Example::bad(
            "go",
            "package shop

func show(rows []int) int {
	row := 0
	for _, row := range rows {
	       ^^^ hides
		print(row)
	}
	return row
}
",
        ),
        Example::good(
            "go",
            "package shop

func show() error {
	err := run()
	if err != nil {
		err := stop()
		return err
	}
	return err
}
",
        ),
        Example::good(
            "go",
            "package shop

func show(x bool) int {
	y := 1
	if x {
		y = 2
	}
	return y
}
",
        ),
        Example::bad(
            "c",
            "int show(int x) {
    int y = 1;
    if (x) {
        int y = 2;
            ^ hides
        print(y);
    }
    return y;
}
",
        ),
        Example::bad(
            "c",
            "int show(int n) {
    int i = 0;
    for (int i = 0; i < n; i++) print(i);
             ^ hides
    return i;
}
",
        ),
        Example::good(
            "c",
            "int show(int x) {
    int y = 1;
    if (x) y = 2;
    return y;
}
",
        ),
        Example::good(
            "c",
            "int show(int x) {
    if (x) {
        int y = 1;
        print(y);
    }
    int z = 2;
    return z;
}
",
        ),
        Example::bad(
            "cpp",
            "int show(int x) {
    int y = 1;
    if (x) {
        int y = 2;
            ^ hides
        print(y);
    }
    return y;
}
",
        ),
        Example::bad(
            "cpp",
            "int show(int n) {
    int i = 0;
    for (int i = 0; i < n; i++) print(i);
             ^ hides
    return i;
}
",
        ),
        Example::good(
            "cpp",
            "int show(int x) {
    int y = 1;
    if (x) y = 2;
    return y;
}
",
        ),
        Example::good(
            "cpp",
            "int show(int x) {
    if (x) {
        int y = 1;
        print(y);
    }
    int z = 2;
    return z;
}
",
        ),
    ],
    kinds: &[Kind::Module, Kind::Function, Kind::Lambda, Kind::Decorated],
    check,
};

/// Names that are declared anew by habit.
const USUAL: &[&str] = &["err", "ok", "_", "ctx", "e", "error"];

fn check(context: &mut Context<'_>, id: NodeId) {
    if id != NodeId::ROOT {
        return;
    }
    for (hiding, hidden) in hidden_names(context) {
        let name = context.tree.name(hiding);
        context
            .report(hiding, format!("`{name}` hides the variable of that name around it"))
            .related(hidden, "the one that is hidden")
            .because("Both are variables of one function.")
            .emit();
    }
}

/// The names of the unit that hide another of the same function, each with that one.
fn hidden_names(context: &Context<'_>) -> Vec<(NodeId, NodeId)> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let mut variables: Vec<&Binding> = bindings
        .iter()
        .map(|(_, binding)| binding)
        .filter(|it| matches!(it.kind, BindingKind::Variable | BindingKind::Parameter))
        .collect();
    variables.sort_by_key(|it| (it.symbol, it.scope, it.declared_at));
    let mut found = Vec::new();
    // Of the variables of one name, those whose scopes are still open.
    let mut open: Vec<&Binding> = Vec::new();
    for binding in variables {
        let Some(scope) = bindings.scope(binding.scope) else { continue };
        let encloses = |outer: &Binding| {
            let end = bindings.scope(outer.scope).map(|it| it.end);
            outer.symbol == binding.symbol && end.is_some_and(|end| binding.scope < end)
        };
        while open.last().is_some_and(|outer| !encloses(outer)) {
            open.pop();
        }
        let is_usual = USUAL.contains(&tree.name(binding.declared_at));
        let hidden = open.iter().rev().find(|it| it.scope != binding.scope).filter(|outer| {
            let around = bindings.scope(outer.scope);
            outer.declared_at < binding.declared_at
                && around.is_some_and(|it| {
                    it.function == scope.function && it.kind != ScopeKind::Outermost
                })
        });
        let is_inner =
            binding.kind == BindingKind::Variable && scope.kind == ScopeKind::Block && !is_usual;
        if let Some(outer) = hidden.filter(|_| is_inner) {
            found.push((binding.declared_at, outer.declared_at));
        }
        if open.last().is_none_or(|it| it.scope != binding.scope) {
            open.push(binding);
        }
    }
    found.sort_unstable();
    found
}
