//! `perf/list-rebuilt-in-loop`.

use crate::facts::loops;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/list-rebuilt-in-loop",
    category: Category::Perf,
    summary: "A loop copies a whole list to add to it",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports lists that a loop rebuilds to add an element: `xs = xs + [x]`, `xs = [...xs, x]`, `xs = xs.concat(x)`, `xs = append([]T{}, xs…)`, and objects likewise (`o = {...o, k: v}`, `d = {**d, k: v}`).",
        why: "Each round copies all that was gathered before: 1 + 2 + … + n elements, O(n²) in all.",
        fix: "Add to it in place: `append`, `push`, `extend`, an assignment to the key.",
        limits: "Loops over few constant elements are left alone. Where another variable keeps each list of the way, copies are needed: append to a copy made once.",
        references: &["https://docs.astral.sh/ruff/rules/quadratic-list-summation/"],
    },
    examples: &[
        Example::bad(
            "python",
            "def evens(numbers):
    found = []
    for number in numbers:
        if number % 2 == 0:
            found = found + [number]
            ^^^^^^^^^^^^^^^^^^^^^^^^ copies all of `found` in each round
    return found
",
        ),
        Example::bad(
            "python",
            "def index(rows):
    prices = {}
    for row in rows:
        prices = {**prices, row.name: row.price}
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies all of `prices` in each round
    return prices
",
        ),
        Example::good(
            "python",
            "def evens(numbers):
    found = []
    for number in numbers:
        found.append(number)
    return found
",
        ),
        Example::good(
            "python",
            "def walk(node):
    path = []
    while node:
        yield path
        path = path + [node.name]
        node = node.parent
",
        ),
        Example::bad(
            "javascript",
            "function names(rows) {
  let found = [];
  for (const row of rows) {
    found = [...found, row.name];
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies all of `found` in each round
  }
  return found;
}
",
        ),
        Example::bad(
            "javascript",
            "function flat(lists) {
  let found = [];
  lists.forEach((list) => {
    found = found.concat(list);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^ copies all of `found`
  });
  return found;
}
",
        ),
        Example::good(
            "javascript",
            "function names(rows) {
  const found = [];
  for (const row of rows) found.push(row.name);
  return found;
}
",
        ),
        Example::good(
            "javascript",
            "function add(state, row) {
  let rows = [...state.rows];
  rows = [...rows, row];
  return { ...state, rows };
}
",
        ),
        Example::bad(
            "typescript",
            "function names(rows: Row[]) {
  let found: string[] = [];
  for (const row of rows) {
    found = [...found, row.name];
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies all of `found` in each round
  }
  return found;
}
",
        ),
        Example::bad(
            "typescript",
            "function flat(lists: Row[][]) {
  let found: Row[] = [];
  lists.forEach((list) => {
    found = found.concat(list);
    ^^^^^^^^^^^^^^^^^^^^^^^^^^ copies all of `found`
  });
  return found;
}
",
        ),
        Example::good(
            "typescript",
            "function names(rows: Row[]) {
  const found: string[] = [];
  for (const row of rows) found.push(row.name);
  return found;
}
",
        ),
        Example::good(
            "typescript",
            "function add(state: State, row: Row) {
  let rows = [...state.rows];
  rows = [...rows, row];
  return { ...state, rows };
}
",
        ),
        Example::bad(
            "rust",
            "fn names(rows: &[Row]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for row in rows {
        found = [found, row.names()].concat();
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies all of `found` in each round
    }
    found
}
",
        ),
        Example::bad(
            "rust",
            "fn names(rows: &[Row]) -> Vec<String> {
    let mut found = Vec::new();
    for row in rows {
        found = found.iter().cloned().chain(row.names()).collect();
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies all of `found` in each round
    }
    found
}
",
        ),
        Example::good(
            "rust",
            "fn names(rows: &[Row]) -> Vec<String> {
    let mut found = Vec::new();
    for row in rows {
        found.extend(row.names());
    }
    found
}
",
        ),
        Example::good(
            "rust",
            "fn narrow(rows: &[Row], mut found: Vec<String>) -> Vec<String> {
    for row in rows {
        found = found.into_iter().filter(|it| row.has(it)).collect();
    }
    found
}
",
        ),
        Example::bad(
            "go",
            "package shop

func names(rows []Row) []string {
	var found []string
	for _, row := range rows {
		found = append(append([]string{}, found...), row.Name)
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies all of `found` in each round
	}
	return found
}
",
        ),
        Example::bad(
            "go",
            "package shop

import \"slices\"

func names(rows []Row) []string {
	var found []string
	for _, row := range rows {
		found = slices.Concat(found, row.Names)
  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies all of `found` in each round
	}
	return found
}
",
        ),
        Example::good(
            "go",
            "package shop

func names(rows []Row) []string {
	var found []string
	for _, row := range rows {
		found = append(found, row.Name)
	}
	return found
}
",
        ),
        Example::good(
            "go",
            "package shop

func with(found []string, name string) []string {
	found = append(append([]string{}, found...), name)
	return found
}
",
        ),
    ],
    kinds: &[Kind::Assign],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if tree.node(id).operator != Operator::Assign {
        return;
    }
    let (Some(target), Some(value)) = (tree.child(id, Role::Target), tree.child(id, Role::Value))
    else {
        return;
    };
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.resolve(target).filter(|_| tree.kind(target) == Kind::Name) else {
        return;
    };
    let Some((copied, how)) = copied(context, value) else { return };
    if bindings.resolve(copied) != Some(binding) {
        return;
    }
    // Anew in each round, it stays short.
    let outside = |it: &NodeId| {
        let first = bindings.binding(binding).map(|it| it.declared_at);
        first.is_some_and(|first| !tree.is_within(first, *it))
            && !bindings
                .definitions(binding)
                .any(|other| tree.is_within(other, *it) && !copies_itself(context, other))
    };
    let Some(loop_node) = context.busy_loops(id).into_iter().find(outside) else { return };
    // Who keeps what it was needs the copy.
    let mut inside = bindings.uses(tree, binding).filter(|it| tree.is_within(*it, loop_node));
    if inside.any(|it| it != copied && is_kept(tree, it)) {
        return;
    }
    let name = context.excerpt(target);
    context
        .report(id, format!("`{name}` is rebuilt by {how}: this copies all of `{name}` in each round, O(n²) in this loop"))
        .related(loops::head(tree, loop_node), "the loop")
        .because(format!("The value is made of all of `{name}` and what is added to it."))
        .because("To add in place costs the same however much was gathered before.")
        .emit();
}

/// What a value copies all of, and how.
fn copied(context: &Context<'_>, value: NodeId) -> Option<(NodeId, &'static str)> {
    let tree = context.tree;
    match tree.kind(value) {
        // `xs + [x]`
        Kind::Binary if tree.node(value).operator == Operator::Add => {
            let (left, right) = (tree.child(value, Role::Left)?, tree.child(value, Role::Right)?);
            let is_list = |it| {
                matches!(tree.kind(it), Kind::List | Kind::Tuple)
                    || context.types().of(it) == Some(ValueType::List)
            };
            let adds = tree.kind(left) == Kind::Name
                && is_list(right)
                && context.in_language(&[(&["python"], ())]).is_some();
            adds.then_some((left, "`+`"))
        }
        // `[...xs, x]`, `{...o, k: v}`
        Kind::List | Kind::Map => {
            if tree.children(value).count() < 2 {
                return None;
            }
            let spread = tree.children(value).next().filter(|it| tree.kind(*it) == Kind::Spread)?;
            Some((tree.child(spread, Role::Value)?, "spreading it"))
        }
        Kind::Call => copied_by_call(context, value),
        _ => None,
    }
}

fn copied_by_call(context: &Context<'_>, call: NodeId) -> Option<(NodeId, &'static str)> {
    let tree = context.tree;
    let arguments = context.arguments(call);
    if let Some((receiver, method)) = context.method(call) {
        return match method {
            "concat" if arguments.len() == 1 => Some((receiver, "`concat`")),
            // `[xs, more].concat()`
            "concat" => {
                let first =
                    tree.children(receiver).next().filter(|_| tree.kind(receiver) == Kind::List)?;
                Some((first, "`concat`"))
            }
            // `xs.iter().cloned().chain(more).collect()`
            "collect" => {
                let chain = context.method(receiver).filter(|(_, it)| *it == "chain")?;
                let mut at = chain.0;
                while let Some((inner, "iter" | "into_iter" | "cloned" | "copied")) =
                    context.method(at)
                {
                    at = inner;
                }
                Some((at, "`collect`"))
            }
            "Concat" => (context.called(call)? == "slices.Concat")
                .then_some((*arguments.first()?, "`slices.Concat`")),
            _ => None,
        };
    }
    // `append(append([]T{}, xs...), x)`
    let first = *arguments.first()?;
    let inner = context.arguments(first);
    let is_append = |it| context.called(it).is_some_and(|path| path == "append");
    let [empty, spread] = inner.as_slice() else { return None };
    let copies = is_append(call)
        && is_append(first)
        && tree.kind(*empty) == Kind::List
        && tree.kind(*spread) == Kind::Spread;
    copies.then(|| Some((tree.child(*spread, Role::Value)?, "`append`")))?
}

/// Whether a definition makes the variable's new value of its old one.
fn copies_itself(context: &Context<'_>, definition: NodeId) -> bool {
    let tree = context.tree;
    let value = tree.child(tree.node(definition).parent, Role::Value);
    let Some((from, _)) = value.and_then(|value| copied(context, value)) else { return false };
    context.facts.bindings.resolve(from) == context.facts.bindings.resolve(definition)
}

/// Whether a mention hands the whole list to something that may keep it.
fn is_kept(tree: &Tree, name: NodeId) -> bool {
    let parent = tree.node(name).parent;
    match tree.kind(parent) {
        Kind::Call => tree.role(name) == Role::Argument,
        Kind::Yield
        | Kind::List
        | Kind::Tuple
        | Kind::Pair
        | Kind::Map
        | Kind::Set
        | Kind::Argument => true,
        Kind::Assign | Kind::Declare => tree.role(name) == Role::Value,
        _ => false,
    }
}
