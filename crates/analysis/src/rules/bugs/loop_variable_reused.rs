//! `bug/loop-variable-reused`.

use crate::facts::loops::runs_rarely;
use crate::findings::{Category, Severity};
use crate::ir::{Access, Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/loop-variable-reused",
    category: Category::Bug,
    summary: "An inner loop uses the variable of an outer one",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a loop inside another whose variable is the same one.",
        why: "The inner loop leaves the variable somewhere else: the outer loop skips or repeats rounds, or goes on with an element that is not its own.",
        fix: "Give the inner loop a variable of its own.",
        limits: "Names such as `_` that say nobody reads them are left alone, and so is an inner loop after which the outer one ends.",
        references: &[
            "https://pylint.readthedocs.io/en/stable/user_guide/messages/warning/redefined-loop-name.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def total(rows):
    for i in rows:
        for i in i.cells:
            ^ is the variable of the outer loop
            visit(i)
        done(i)
",
        ),
        Example::bad(
            "python",
            "def f(groups):
    for item in groups:
        for item in item.parts():
            ^^^^ is the variable of the outer loop
            visit(item)
        done(item)
",
        ),
        Example::good(
            "python",
            "def total(rows):
    for row in rows:
        for cell in row.cells:
            visit(cell)
",
        ),
        Example::good(
            "python",
            "def f(rows):
    for _ in rows:
        for _ in rows:
            visit()
",
        ),
        Example::bad(
            "javascript",
            "function f(n, m) {
  var i;
  for (i = 0; i < n; i++) {
    for (i = 0; i < m; i++) {
         ^ is the variable of the outer loop
      visit(i);
    }
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function f(rows) {
  for (var row of rows) {
    for (var row of row.children) {
             ^^^ is the variable of the outer loop
      visit(row);
    }
    done(row);
  }
}
",
        ),
        Example::good(
            "javascript",
            "for (let i = 0; i < n; i++) {
  for (let i = 0; i < m; i++) {
    visit(i);
  }
}
",
        ),
        Example::good(
            "javascript",
            "for (const row of rows) {
  for (const cell of row.cells) {
    visit(cell);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function f(n: number, m: number) {
  let i: number;
  for (i = 0; i < n; i++) {
    for (i = 0; i < m; i++) {
         ^ is the variable of the outer loop
      visit(i);
    }
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function f(rows: Row[]) {
  for (var row of rows) {
    for (var row of row.children) {
             ^^^ is the variable of the outer loop
      visit(row);
    }
    done(row);
  }
}
",
        ),
        Example::good(
            "typescript",
            "for (let i = 0; i < n; i++) {
  for (let j = 0; j < m; j++) {
    visit(i, j);
  }
}
",
        ),
        Example::good(
            "typescript",
            "for (const row of rows) {
  for (const cell of row.cells) {
    visit(cell);
  }
}
",
        ),
        Example::bad(
            "go",
            "package shop

func f(n, m int) {
	var i int
	for i = 0; i < n; i++ {
		for i = 0; i < m; i++ {
		    ^ is the variable of the outer loop
			visit(i)
		}
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

func f(rows []Row) {
	var i int
	for i = range rows {
		for i = range rows[i].Cells {
		    ^ is the variable of the outer loop
			visit(i)
		}
		done(i)
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func f(n, m int) {
	for i := 0; i < n; i++ {
		for i := 0; i < m; i++ {
			visit(i)
		}
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func f(n int) {
	for i := 0; i < n; i++ {
		visit(i)
	}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void f(int n, int m) {
        int i;
        for (i = 0; i < n; i++) {
            for (i = 0; i < m; i++) {
                 ^ is the variable of the outer loop
                visit(i);
            }
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void f(int n) {
        int row = 0;
        for (row = 0; row < n; row++) {
            visit(row);
            for (row = 1; row < 3; row++) paint(row);
                 ^^^ is the variable of the outer loop
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void f(int n, int m) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                visit(i, j);
            }
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void f(int n) {
        int i;
        for (i = 0; i < n; i++) visit(i);
        for (i = 0; i < n; i++) paint(i);
    }
}
",
        ),
        Example::bad(
            "c",
            "void f(int n, int m) {
    int i;
    for (i = 0; i < n; i++) {
        for (i = 0; i < m; i++) {
             ^ is the variable of the outer loop
            visit(i);
        }
    }
}
",
        ),
        Example::bad(
            "c",
            "void f(int n) {
    int row;
    for (row = 0; row < n; row++) {
        visit(row);
        for (row = 1; row < 3; row++) paint(row);
             ^^^ is the variable of the outer loop
    }
}
",
        ),
        Example::good(
            "c",
            "void f(int n, int m) {
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < m; j++) {
            visit(i, j);
        }
    }
}
",
        ),
        Example::good(
            "c",
            "void f(int n) {
    int i;
    for (i = 0; i < n; i++) visit(i);
    for (i = 0; i < n; i++) paint(i);
}
",
        ),
        Example::bad(
            "cpp",
            "void f(int n, int m) {
    int i;
    for (i = 0; i < n; i++) {
        for (i = 0; i < m; i++) {
             ^ is the variable of the outer loop
            visit(i);
        }
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void f(int n) {
    int row;
    for (row = 0; row < n; row++) {
        visit(row);
        for (row = 1; row < 3; row++) paint(row);
             ^^^ is the variable of the outer loop
    }
}
",
        ),
        Example::good(
            "cpp",
            "void f(int n, int m) {
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < m; j++) {
            visit(i, j);
        }
    }
}
",
        ),
        Example::good(
            "cpp",
            "void f(int n) {
    int i;
    for (i = 0; i < n; i++) visit(i);
    for (i = 0; i < n; i++) paint(i);
}
",
        ),
    ],
    kinds: &[Kind::ForEach, Kind::ForCount],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let targets = variables(tree, id);
    for outer in tree.ancestors(id).take_while(|it| !tree.kind(*it).is_function()) {
        if !matches!(tree.kind(outer), Kind::ForEach | Kind::ForCount) {
            continue;
        }
        let is_inside = tree.child(outer, Role::Body).is_some_and(|body| tree.is_within(id, body));
        if !is_inside || runs_rarely(tree, id, outer) {
            continue;
        }
        for own in variables(tree, outer) {
            let Some(binding) = bindings.resolve(own) else { continue };
            let inner = targets.iter().find(|it| bindings.resolve(**it) == Some(binding));
            let Some(inner) = inner.filter(|it| !tree.name(**it).starts_with('_')) else {
                continue;
            };
            // Rows regrouped by what they have in common name their parts once more.
            if tree.kind(tree.node(*inner).parent) == Kind::Tuple {
                continue;
            }
            // A counter goes on from where the inner loop left it; an element is only lost to
            // those who read it afterwards.
            let end = tree.node(id).subtree_end;
            let is_read_after =
                bindings.uses(tree, binding).any(|it| it >= end && tree.is_within(it, outer));
            if tree.kind(outer) == Kind::ForEach && !is_read_after {
                continue;
            }
            let name = context.excerpt(*inner);
            let message = format!("`{name}` is the variable of the outer loop, too");
            context
                .report(*inner, message)
                .related(own, "the outer loop's variable")
                .because("Both loops assign one variable.")
                .emit();
            return;
        }
    }
}

/// The variables that a loop moves: its targets, or those its initialiser sets.
fn variables(tree: &Tree, id: NodeId) -> Vec<NodeId> {
    let heads: Vec<NodeId> = match tree.kind(id) {
        Kind::ForEach => tree.children_with(id, Role::Target).collect(),
        _ => tree.children_with(id, Role::Initializer).collect(),
    };
    let update = tree.child(id, Role::Update);
    let is_moved = |name: NodeId| {
        tree.kind(id) == Kind::ForEach
            || update.is_some_and(|update| {
                let mut inside = tree.descendants(update).chain([update]);
                inside.any(|it| {
                    tree.node(it).symbol == tree.node(name).symbol
                        && tree.node(it).access != Access::Read
                })
            })
    };
    let all =
        heads.into_iter().flat_map(|head| std::iter::once(head).chain(tree.descendants(head)));
    all.filter(|it| tree.kind(*it) == Kind::Name && tree.node(*it).access != Access::Read)
        .filter(|it| tree.kind(tree.node(*it).parent) != Kind::Update)
        .filter(|it| is_moved(*it))
        .collect()
}
