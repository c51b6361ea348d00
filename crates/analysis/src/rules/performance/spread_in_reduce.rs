//! `perf/spread-in-reduce`.

use crate::facts::loops;
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/spread-in-reduce",
    category: Category::Perf,
    summary: "A fold copies its accumulator in each round",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports accumulators that each step of a fold copies: `{...all, [key]: value}`, `[...all, x]`, `all.concat(x)`, `Object.assign({}, all, …)` in `reduce`, `all + [x]` in `functools.reduce`, `all.clone()` in `fold`; and `sum(lists, [])`.",
        why: "Each step copies all that was gathered before: 1 + 2 + … + n elements, O(n²) in all.",
        fix: "Change the accumulator, which nobody else sees yet, and return it; or use what makes the collection at once: `Object.fromEntries`, `flatMap`, `itertools.chain`, `collect`.",
        limits: "Folds over few constant elements are left alone.",
        references: &["https://biomejs.dev/linter/rules/no-accumulating-spread/", "https://docs.astral.sh/ruff/rules/quadratic-list-summation/"],
    },
    examples: &[
        Example::bad(
            "python",
            "from functools import reduce

def flat(lists):
    return reduce(lambda all, items: all + [*items], lists, [])
                                     ^^^^^^^^^^^^^^ copies the accumulator in each round
",
        ),
        Example::bad(
            "python",
            "def flat(lists):
    return sum(lists, [])
           ^^^^^^^^^^^^^^ copies
",
        ),
        Example::good(
            "python",
            "from functools import reduce

def total(numbers):
    return reduce(lambda all, number: all + number, numbers, 0)
",
        ),
        Example::good(
            "python",
            "from itertools import chain

def flat(lists):
    return list(chain.from_iterable(lists))
",
        ),
        Example::bad(
            "javascript",
            "function index(rows) {
  return rows.reduce((all, row) => ({ ...all, [row.id]: row }), {});
                                    ^^^^^^^^^^^^^^^^^^^^^^^^^ copies the accumulator in each round
}
",
        ),
        Example::bad(
            "javascript",
            "function names(rows) {
  return rows.reduce((all, row) => {
    return all.concat(row.names);
           ^^^^^^^^^^^^^^^^^^^^^ copies the accumulator
  }, []);
}
",
        ),
        Example::bad(
            "javascript",
            "function index(rows) {
  return rows.reduce((all, row) => Object.assign({}, all, { [row.id]: row }), {});
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies the accumulator
}
",
        ),
        Example::good(
            "javascript",
            "const byId = rows.reduce((all, row) => {
  all[row.id] = row;
  return all;
}, {});
",
        ),
        Example::good(
            "javascript",
            "const text = words.reduce((all, word) => all + word, '');
",
        ),
        Example::bad(
            "typescript",
            "function index(rows: Row[]) {
  return rows.reduce((all, row) => ({ ...all, [row.id]: row }), {});
                                    ^^^^^^^^^^^^^^^^^^^^^^^^^ copies the accumulator in each round
}
",
        ),
        Example::bad(
            "typescript",
            "function names(rows: Row[]) {
  return rows.reduce((all, row) => {
    return all.concat(row.names);
           ^^^^^^^^^^^^^^^^^^^^^ copies the accumulator
  }, []);
}
",
        ),
        Example::bad(
            "typescript",
            "function index(rows: Row[]) {
  return rows.reduce((all, row) => Object.assign({}, all, { [row.id]: row }), {});
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies the accumulator
}
",
        ),
        Example::good(
            "typescript",
            "const byId = rows.reduce((all, row) => {
  all[row.id] = row;
  return all;
}, {});
",
        ),
        Example::good(
            "typescript",
            "const text = words.reduce((all, word) => all + word, '');
",
        ),
        Example::bad(
            "rust",
            "fn names(rows: &[Row]) -> Vec<String> {
    rows.iter().fold(Vec::new(), |all, row| [all, row.names()].concat())
                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ copies the accumulator in each round
}
",
        ),
        Example::bad(
            "rust",
            "fn names(rows: &[Row]) -> Vec<String> {
    rows.iter().fold(Vec::new(), |all, row| {
        let mut next = all.clone();
                       ^^^^^^^^^^^ copies the accumulator
        next.push(row.name());
        next
    })
}
",
        ),
        Example::good(
            "rust",
            "fn names(rows: &[Row]) -> Vec<String> {
    rows.iter().fold(Vec::new(), |mut all, row| {
        all.push(row.name());
        all
    })
}
",
        ),
        Example::good(
            "rust",
            "fn total(rows: &[Row]) -> u32 {
    rows.iter().fold(0, |all, row| all + row.price)
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(callee) = tree.child(id, Role::Callee) else { return };
    let name = tree.name(callee);
    if name == "sum" {
        check_sum(context, id);
        return;
    }
    // Rust's clone of an accumulator is looked for in the body, below.
    if !matches!(name, "reduce" | "reduceRight" | "fold") {
        return;
    }
    let arguments = context.arguments(id);
    let Some(lambda) = arguments.iter().copied().find(|it| tree.kind(*it) == Kind::Lambda) else {
        return;
    };
    if loops::has_few_rounds(tree, &context.facts.bindings, id) {
        return;
    }
    let accumulator = tree
        .child(lambda, Role::Parameter)
        .and_then(|it| tree.child(it, Role::Target))
        .and_then(|it| context.facts.bindings.resolve(it));
    let Some(accumulator) = accumulator else { return };
    let copies: Vec<NodeId> = tree
        .descendants(lambda)
        .filter(|it| {
            copied(context, *it)
                .is_some_and(|from| context.facts.bindings.resolve(from) == Some(accumulator))
        })
        .collect();
    // A copy within a callback of the callback is somebody else's.
    let own = copies.into_iter().find(|it| tree.enclosing_function(*it) == lambda);
    if let Some(copy) = own {
        report(context, copy, id);
    }
}

/// `sum(lists, [])`
fn check_sum(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let arguments = context.arguments(id);
    let [_, start] = arguments.as_slice() else { return };
    let is_list = tree.kind(*start) == Kind::List
        || tree.child(*start, Role::Value).is_some_and(|it| tree.kind(it) == Kind::List);
    if is_list && context.called(id).is_some_and(|path| path == "sum") {
        report(context, id, id);
    }
}

fn report(context: &mut Context<'_>, copy: NodeId, fold: NodeId) {
    let shown = context.excerpt(copy);
    let head = loops::head(context.tree, fold);
    let mut report = context
        .report(copy, format!("`{shown}` copies the accumulator in each round, O(n²) in all"))
        .because("What was gathered before is copied to add to it, though nobody else holds it.");
    if head != copy {
        report = report.related(head, "the fold");
    }
    report.emit();
}

/// What an expression copies all of.
fn copied(context: &Context<'_>, value: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    match tree.kind(value) {
        // Of a list or a map in Python, as of a string.
        Kind::Binary if tree.node(value).operator == Operator::Add => {
            let right = tree.child(value, Role::Right).filter(|it| tree.kind(*it) == Kind::List)?;
            tree.child(value, Role::Left).filter(|it| *it != right)
        }
        Kind::List | Kind::Map => {
            let mut elements = tree.children(value);
            let spread = elements.find(|it| tree.kind(*it) == Kind::Spread)?;
            tree.child(spread, Role::Value)
        }
        Kind::Call => {
            let (receiver, method) = context.method(value)?;
            let arguments = context.arguments(value);
            match (method, arguments.as_slice()) {
                ("concat", [_]) | ("clone" | "slice" | "copy", []) => Some(receiver),
                ("concat", []) => {
                    tree.children(receiver).next().filter(|_| tree.kind(receiver) == Kind::List)
                }
                ("assign", [empty, from, ..]) => {
                    let is_fresh =
                        tree.kind(*empty) == Kind::Map && tree.children(*empty).next().is_none();
                    (is_fresh && context.text(receiver) == "Object").then_some(*from)
                }
                _ => None,
            }
        }
        _ => None,
    }
}
