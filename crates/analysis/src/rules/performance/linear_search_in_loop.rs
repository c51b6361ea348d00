//! `perf/linear-search-in-loop`.

use crate::facts::{BindingId, loops};
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/linear-search-in-loop",
    category: Category::Perf,
    summary: "A list is searched from its start on every round of a loop",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports membership tests on a list (`in`, `includes`, `indexOf`, `contains`) in a \
               loop, where the list is made outside the loop.",
        why: "Each test looks at the elements one by one, so a loop of n rounds over a list of m \
              elements takes O(n·m) steps. A set answers in one step.",
        fix: "Keep the elements in a set (beside the list, if their order matters).",
        limits: "Only lists that are surely lists are reported: made by a literal, a constructor \
                 or a comprehension, or annotated. Lists of a few constants are left alone.",
        references: &["https://wiki.python.org/moin/TimeComplexity"],
    },
    examples: &[
        Example::bad(
            "python",
            "def unique(items):
    seen = []
    for item in items:
        if item not in seen:
           ^^^^^^^^^^^^^^^^ `seen` is a list: each `not in` scans it
            seen.append(item)
    return seen
",
        ),
        Example::bad(
            "python",
            "def common(left: list[str], right: list[str]):
    return [name for name in left if name in right]
                                     ^^^^^^^^^^^^^ `right` is a list
",
        ),
        Example::good(
            "python",
            "def unique(items):
    seen = set()
    for item in items:
        if item not in seen:
            seen.add(item)
    return seen
",
        ),
        Example::good(
            "python",
            "def vowels(text):
    kinds = ['a', 'e', 'i', 'o', 'u']
    return [letter for letter in text if letter in kinds]
",
        ),
        Example::bad(
            "javascript",
            "function unique(items) {
  const seen = [];
  for (const item of items) {
    if (!seen.includes(item)) {
         ^^^^^^^^^^^^^^^^^^^ `seen` is a list: each `includes` scans it
      seen.push(item);
    }
  }
  return seen;
}
",
        ),
        Example::bad(
            "javascript",
            "function missing(wanted, rows) {
  const known = Array.from(rows);
  const result = [];
  for (const name of wanted) {
    if (known.indexOf(name) === -1) result.push(name);
        ^^^^^^^^^^^^^^^^^^^ `known` is a list
  }
  return result;
}
",
        ),
        Example::good(
            "javascript",
            "function unique(items) {
  const seen = new Set();
  for (const item of items) {
    if (!seen.has(item)) seen.add(item);
  }
  return seen;
}
",
        ),
        Example::good(
            "javascript",
            "function count(text, part) {
  const word = 'abc';
  for (const letter of text) {
    if (word.includes(letter)) part.push(letter);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function common(left: string[], right: string[]): string[] {
  const result: string[] = [];
  for (const name of left) {
    if (right.includes(name)) {
        ^^^^^^^^^^^^^^^^^^^^ `right` is a list
      result.push(name);
    }
  }
  return result;
}
",
        ),
        Example::bad(
            "typescript",
            "function first(ids: Array<number>, rows: Row[]): void {
  for (const row of rows) {
    if (ids.indexOf(row.id) >= 0) {
        ^^^^^^^^^^^^^^^^^^^ `ids` is a list
      show(row);
    }
  }
}
",
        ),
        Example::good(
            "typescript",
            "const has = (ids: number[], id: number) => ids.includes(id);\n",
        ),
        Example::good(
            "typescript",
            "function f(ids: Set<number>, rows: Row[]): void { for (const r of rows) { if (ids.has(r.id)) { g(r); } } }\n",
        ),
        Example::bad(
            "rust",
            "fn unique(items: Vec<u32>) -> Vec<u32> {
    let mut seen = Vec::new();
    for item in items {
        if !seen.contains(&item) {
            ^^^^^^^^^^^^^^^^^^^^ `seen` is a list: each `contains` scans it
            seen.push(item);
        }
    }
    seen
}
",
        ),
        Example::bad(
            "rust",
            "fn common(left: &Vec<u32>, right: &Vec<u32>) -> u32 {
    let mut count = 0;
    for item in left {
        if right.contains(item) {
           ^^^^^^^^^^^^^^^^^^^^ `right` is a list
            count += 1;
        }
    }
    count
}
",
        ),
        Example::good(
            "rust",
            "fn count(known: &HashSet<u32>, items: &[u32]) -> u32 {
    let mut count = 0;
    for item in items {
        if known.contains(item) {
            count += 1;
        }
    }
    count
}
",
        ),
        Example::good(
            "rust",
            "fn has(items: &Vec<u32>, item: u32) -> bool {\n    items.contains(&item)\n}\n",
        ),
    ],
    kinds: &[Kind::Compare, Kind::Call],
    check,
};

/// Lists of fewer constants than this are as quick to scan as a set is to look up.
const SHORT_LIST: usize = 9;

fn check(context: &mut Context<'_>, id: NodeId) {
    let Some((list, word)) = searched(context, id) else { return };
    let tree = context.tree;
    let Some(loop_node) = loops::innermost(tree, id) else { return };
    if tree.kind(list) != Kind::Name || context.types().of(list) != Some(ValueType::List) {
        return;
    }
    let Some(binding) = context.facts.bindings.resolve(list) else { return };
    if !is_made_outside(context, binding, loop_node)
        || is_short_list(context, binding)
        || loops::is_short(tree, loop_node, SHORT_LIST)
    {
        return;
    }
    let name = tree.name(list).to_owned();
    let made_at = context.facts.bindings.binding(binding).map(|it| it.declared_at);
    let mut report = context
        .report(id, format!("`{name}` is a list: each `{word}` scans it, O(n²) in this loop"))
        .related(loop_node, "the loop")
        .because(format!("`{name}` is a list, and `{word}` looks at its elements one by one."))
        .because("A set finds an element in one step, whatever its size.");
    if let Some(made_at) = made_at {
        report = report.related(made_at, format!("`{name}` is made here"));
    }
    report.emit();
}

/// The list that a node searches, and the word for it.
fn searched(context: &Context<'_>, id: NodeId) -> Option<(NodeId, String)> {
    let tree = context.tree;
    if tree.kind(id) == Kind::Compare {
        let word = match tree.node(id).operator {
            Operator::In => "in",
            Operator::NotIn => "not in",
            _ => return None,
        };
        return Some((tree.child(id, Role::Right)?, word.to_owned()));
    }
    let callee = tree.child(id, Role::Callee).filter(|it| tree.kind(*it) == Kind::Member)?;
    let method = tree.name(callee);
    let is_search = context.knowledge().linear_search_methods.contains(&method);
    let receiver = tree.child(callee, Role::Receiver).filter(|_| is_search)?;
    Some((receiver, method.to_owned()))
}

fn is_made_outside(context: &Context<'_>, binding: BindingId, loop_node: NodeId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    bindings.definitions(tree, binding).all(|definition| {
        let grows = tree.node(tree.node(definition).parent).operator.is_augmented();
        grows || !tree.is_within(definition, loop_node)
    })
}

/// Whether the list is a literal of a few elements that nothing is added to.
fn is_short_list(context: &Context<'_>, binding: BindingId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let is_changed = bindings.occurrences(binding).iter().any(|name| {
        let parent = tree.node(*name).parent;
        let is_method = tree.kind(parent) == Kind::Member && tree.role(*name) == Role::Receiver;
        let is_passed_on = matches!(tree.role(*name), Role::Argument | Role::Value);
        let searches = context.knowledge().linear_search_methods.contains(&tree.name(parent));
        (is_method && !searches) || is_passed_on
    });
    let is_short = bindings.definitions(tree, binding).all(|definition| {
        let value = tree.child(tree.node(definition).parent, Role::Value);
        value.is_some_and(|value| {
            tree.kind(value) == Kind::List && tree.children(value).count() < SHORT_LIST
        })
    });
    is_short && !is_changed
}
