//! `perf/linear-search-in-loop`.

use crate::facts::{BindingId, BindingKind, loops};
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/linear-search-in-loop",
    category: Category::Perf,
    summary: "A loop searches a list from its start on every round",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports searches for a value in a list within a loop: `x in xs` in Python, \
               `xs.includes(x)` and `xs.indexOf(x)` in JavaScript, `xs.contains(&x)` on a `Vec` or \
               slice in Rust, `slices.Contains(xs, x)` in Go, where the list was made before the \
               loop.",
        why: "A list is searched element by element. Done on each round, that is one round per \
              pair of elements: fine with ten, slow with ten thousand.",
        fix: "Keep the values in a set (`set`, `Set`, `HashSet`, `map[T]struct{}`), beside the list if its order \
              matters.",
        limits: "Lists that hold a fixed few literals and never grow are not reported, nor are \
                 loops over few constant elements, lists that the loop makes anew, and variables \
                 that are not surely lists. Values that cannot be hashed cannot go into a set.",
        references: &["https://wiki.python.org/moin/TimeComplexity"],
    },
    examples: &[
        Example::bad(
            "python",
            "def unique(items):
    seen = []
    for item in items:
        if item not in seen:
           ^^^^^^^^^^^^^^^^ `seen` is a list: each `not in` scans it, O(n²) in this loop
            seen.append(item)
    return seen
",
        ),
        Example::bad(
            "python",
            "def common(first: list[str], second: list[str]):
    return [word for word in first if word in second]
                                      ^^^^^^^^^^^^^^ `second` is a list
",
        ),
        Example::bad(
            "python",
            "def missing(rows, known):
    return [row for row in rows if row.name not in [it.name for it in known]]
                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made and scanned in each round
",
        ),
        Example::bad(
            "python",
            "def known(rows, names: list[str]):
    return list(filter(lambda row: row in names, rows))
                                   ^^^^^^^^^^^^ `names` is a list
",
        ),
        Example::good(
            "python",
            "def tagged(rows):
    return [row for row in rows if 'x' in [tag.name for tag in row.tags]]
",
        ),
        Example::good(
            "python",
            "def unique(items):
    seen = set()
    for item in items:
        if item not in seen:
            seen.add(item)
",
        ),
        Example::good(
            "python",
            "def vowels(word):
    known = ['a', 'e', 'i', 'o', 'u']
    return [letter for letter in word if letter in known]
",
        ),
        Example::good(
            "python",
            "def has(rows, word):
    for row in rows:
        cells = row.split()
        if word in cells:
            yield row
",
        ),
        Example::bad(
            "javascript",
            "function unique(items) {
  const seen = [];
  for (const item of items) {
    if (!seen.includes(item)) {
         ^^^^^^^^^^^^^^^^^^^ `seen` is a list: each `includes` scans it, O(n²)
      seen.push(item);
    }
  }
  return seen;
}
",
        ),
        Example::bad(
            "javascript",
            "function mark(rows, index) {
  const keys = Object.keys(index);
  for (let i = 0; i < rows.length; i++) {
    rows[i].known = keys.indexOf(rows[i].key) !== -1;
                    ^^^^^^^^^^^^^^^^^^^^^^^^^ `keys` is a list
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function missing(found, wanted) {
  const ids = found.map((it) => it.id);
  const known = [...wanted];
  const result = [];
  for (const it of found) {
    if (!known.includes(it.name)) result.push(it);
         ^^^^^^^^^^^^^^^^^^^^^^^ `known` is a list
    if (ids.includes(it.parent)) result.push(it);
        ^^^^^^^^^^^^^^^^^^^^^^^ `ids` is a list
  }
  return result;
}
",
        ),
        Example::good(
            "javascript",
            "function names($items, rows) {
  const shown = $items.filter((it) => it.shown);
  return rows.map((row) => shown.find(row.name));
}
",
        ),
        Example::bad(
            "javascript",
            "function common(names, others) {
  return names.filter((name) => others.includes(name));
                                ^^^^^^^^^^^^^^^^^^^^^ `others` is a list
}
",
        ),
        Example::bad(
            "javascript",
            "function missing(rows, known) {
  return rows.filter((row) => !known.map((it) => it.id).includes(row.id));
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is made and scanned in each round
}
",
        ),
        Example::good(
            "javascript",
            "function mentioned(words, text) {
  return words.filter((word) => text.includes(word));
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
}
",
        ),
        Example::good(
            "javascript",
            "function count(words, text) {
  for (const word of words) {
    if (text.includes(word)) found(word);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function missing(wanted: string[], known: string[]): string[] {
  const result: string[] = [];
  for (const name of wanted) {
    if (!known.includes(name)) result.push(name);
         ^^^^^^^^^^^^^^^^^^^^ `known` is a list
  }
  return result;
}
",
        ),
        Example::bad(
            "typescript",
            "function visit(root: Node) {
  const open: Array<Node> = [root];
  while (open.length > 0) {
    const next = open.pop()!;
    if (open.indexOf(next.parent) < 0) open.push(next.parent);
        ^^^^^^^^^^^^^^^^^^^^^^^^^ each `indexOf` scans it
  }
}
",
        ),
        Example::good(
            "typescript",
            "function ok(names: string[]): boolean {
  const known: string[] = ['a', 'b'];
  for (const name of names) {
    if (!known.includes(name)) return false;
  }
  return true;
}
",
        ),
        Example::good(
            "typescript",
            "function ok(names: string[], known: Set<string>): boolean {
  return names.every((name) => known.has(name));
}
",
        ),
        Example::bad(
            "rust",
            "fn unique(items: &[u32]) -> Vec<u32> {
    let mut seen = Vec::new();
    for item in items {
        if !seen.contains(item) {
            ^^^^^^^^^^^^^^^^^^^ `seen` is a list: each `contains` scans it, O(n²)
            seen.push(*item);
        }
    }
    seen
}
",
        ),
        Example::bad(
            "rust",
            "fn missing(wanted: &[String], known: &Vec<String>) {
    for name in wanted {
        if !known.contains(name) {
            ^^^^^^^^^^^^^^^^^^^^ `known` is a list
            report(name);
        }
    }
}
",
        ),
        Example::good(
            "rust",
            "fn missing(wanted: &[String], known: &HashSet<String>) {
    for name in wanted {
        if !known.contains(name) {
            report(name);
        }
    }
}
",
        ),
        Example::good(
            "rust",
            "fn mentions(lines: &[String], text: &str) {
    for line in lines {
        if text.contains(line) {
            report(line);
        }
    }
}
",
        ),
        Example::bad(
            "go",
            "\
package orders

import \"slices\"

func unknown(orders []Order, known []string) int {
	count := 0
	for _, order := range orders {
		if !slices.Contains(known, order.Sku) {
		    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ each `slices.Contains` scans it
			count++
		}
	}
	return count
}
",
        ),
        Example::bad(
            "go",
            "\
package orders

import (
	\"slices\"
	\"strings\"
)

func positions(names []string, text string) []int {
	var all []int
	words := strings.Fields(text)
	for _, name := range names {
		all = append(all, slices.Index(words, name))
		                  ^^^^^^^^^^^^^^^^^^^^^^^^^ `words` is a list
	}
	return all
}
",
        ),
        Example::good(
            "go",
            "\
package orders

func unknown(orders []Order, known map[string]bool) int {
	count := 0
	for _, order := range orders {
		if !known[order.Sku] {
			count++
		}
	}
	return count
}
",
        ),
        Example::good(
            "go",
            "\
package orders

import \"slices\"

func open(orders []Order) int {
	states := []string{\"new\", \"paid\"}
	count := 0
	for _, order := range orders {
		if slices.Contains(states, order.State) {
			count++
		}
	}
	return count
}
",
        ),
        Example::bad(
            "java",
            "import java.util.ArrayList;
import java.util.List;

class Names {
    List<String> unique(String[] names) {
        List<String> seen = new ArrayList<>();
        for (String name : names) {
            if (!seen.contains(name)) {
                 ^^^^^^^^^^^^^^^^^^^ `seen` is a list: each `contains` scans it
                seen.add(name);
            }
        }
        return seen;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Orders {
    void mark(List<Order> orders, List<Long> paid) {
        for (int i = 0; i < orders.size(); i++) {
            orders.get(i).paid = paid.indexOf(orders.get(i).id) >= 0;
                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `paid` is a list
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Names {
    void report(List<String> names, Set<String> known) {
        for (String name : names) {
            if (!known.contains(name)) {
                print(name);
            }
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Words {
    void report(List<String> words, String text) {
        for (String word : words) {
            if (text.contains(word)) {
                print(word);
            }
        }
    }
}
",
        ),
        Example::bad(
            "cpp",
            "std::vector<int> unique(const std::vector<int>& items) {
  std::vector<int> seen;
  for (int item : items) {
    if (std::find(seen.begin(), seen.end(), item) == seen.end()) {
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `seen` is a list: each `std::find` scans it
      seen.push_back(item);
    }
  }
  return seen;
}
",
        ),
        Example::bad(
            "cpp",
            "void missing(const Names& wanted, const std::vector<std::string>& known) {
  for (size_t i = 0; i < wanted.size(); i++) {
    if (!std::count(known.begin(), known.end(), wanted[i])) report(wanted[i]);
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `known` is a list
  }
}
",
        ),
        Example::good(
            "cpp",
            "void missing(const Names& wanted, const std::unordered_set<std::string>& known) {
  for (const auto& name : wanted) {
    if (!known.count(name)) report(name);
  }
}
",
        ),
        Example::good(
            "cpp",
            "void mark(const Names& names) {
  const std::vector<int> known = {1, 2, 3};
  for (const auto& name : names) {
    name.known = std::find(known.begin(), known.end(), name.id) != known.end();
  }
}
",
        ),
    ],
    kinds: &[Kind::Compare, Kind::Call],
    check,
};

/// Methods that look for a value (not for what a function accepts), where the language's own table
/// says that they search.
const SEARCHES_FOR_VALUE: &[&str] =
    &["includes", "indexOf", "lastIndexOf", "contains", "index", "count"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((list, value, operation)) = search(context, id) else { return };
    if tree.kind(list) != Kind::Name {
        check_made_list(context, id, list, operation);
        return;
    }
    let bindings = &context.facts.bindings;
    let Some(binding) = bindings.resolve(list) else { return };
    // What a function searches is a list in any case.
    let of_list = context.types().of_binding(binding);
    let takes_lists = tree.child(id, Role::Argument) == Some(list);
    let is_likely = || takes_lists || is_list_by_name(context, binding, value, operation);
    if of_list != Some(ValueType::List) && !(of_list.is_none() && is_likely()) {
        return;
    }
    // A value that is itself a collection cannot be a member of a set.
    let of_value = context.types().of(value);
    if matches!(of_value, Some(ValueType::List | ValueType::Map | ValueType::Set)) {
        return;
    }
    let Some(loop_node) = loop_that_searches(context, id, binding) else { return };
    let Some(made_at) = bindings.binding(binding).map(|it| it.declared_at) else { return };
    let Some(why_long) = why_long(context, binding) else { return };
    let name = context.excerpt(list);
    context
        .report(id, format!("`{name}` is a list: each `{operation}` scans it, O(n²) in this loop"))
        .related(made_at, format!("`{name}` is a list, made outside the loop"))
        .related(loops::head(tree, loop_node), "the loop")
        .because(format!("`{name}` is a list, and `{operation}` compares its elements one by one."))
        .because(why_long)
        .because("One search a round costs O(n·m) in all; a set, or a map from value to position, answers in constant time.")
        .emit();
}

/// Reports a list that each round makes and searches, though the loop changes nothing of it.
fn check_made_list(context: &mut Context<'_>, id: NodeId, list: NodeId, operation: &str) {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    if context.types().of(list) != Some(ValueType::List) {
        return;
    }
    let busy = context.busy_loops(id);
    let stays = |it: &NodeId| {
        let own = |name: NodeId| {
            bindings.resolve(name).is_some_and(|binding| {
                bindings.definitions(binding).any(|definition| {
                    tree.is_within(definition, *it) && !tree.is_within(definition, list)
                })
            })
        };
        let mut parts = tree.descendants(list).chain([list]);
        !parts.any(|it| match tree.kind(it) {
            Kind::Name => own(it),
            Kind::Await | Kind::Yield | Kind::Assign | Kind::Update => true,
            _ => false,
        })
    };
    let Some(loop_node) = busy.into_iter().find(stays) else { return };
    let shown = context.excerpt(list);
    context
        .report(
            id,
            format!(
                "`{shown}` is made and scanned in each round by `{operation}`, O(n²) in this loop"
            ),
        )
        .related(loops::head(tree, loop_node), "the loop")
        .because(format!(
            "`{shown}` is a list that the loop changes nothing of, made anew each time."
        ))
        .because("A set made once before the loop answers in constant time.")
        .emit();
}

/// Whether a variable of unknown type is a list by its name, and searched for a whole element:
/// `names.filter((name) => taken_names.includes(name))`. The same method looks for a part of a text.
fn is_list_by_name(
    context: &Context<'_>,
    binding: BindingId,
    value: NodeId,
    operation: &str,
) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let is_element = || {
        tree.kind(value) == Kind::Name
            && bindings
                .resolve(value)
                .and_then(|it| bindings.binding(it))
                .is_some_and(|it| it.kind == BindingKind::Parameter)
    };
    let name = bindings.binding(binding).map_or("", |it| tree.symbol_text(it.symbol));
    let is_plural = (name.ends_with('s') && !name.ends_with("ss") && name.len() > 1)
        || ["List", "Array", "list", "array"].iter().any(|it| name.ends_with(it));
    // What only some of a string's methods are for.
    operation == "includes" && is_plural && is_element()
}

/// The list, the value looked for, and the operation that searches.
fn search<'a>(context: &Context<'a>, id: NodeId) -> Option<(NodeId, NodeId, &'a str)> {
    let tree = context.tree;
    let is_name =
        |it: &NodeId| matches!(tree.kind(*it), Kind::Name | Kind::Call | Kind::Comprehension);
    if tree.kind(id) == Kind::Compare {
        let operation = match tree.node(id).operator {
            Operator::In => "in",
            Operator::NotIn => "not in",
            _ => return None,
        };
        let list = tree.child(id, Role::Right).filter(is_name)?;
        return Some((list, tree.child(id, Role::Left)?, operation));
    }
    let callee = tree.child(id, Role::Callee).filter(|it| tree.kind(*it) == Kind::Member)?;
    let path = context.paths().of(callee);
    if path.is_some_and(|path| context.knowledge().linear_search_functions.contains(&&*path)) {
        return searched_by_function(tree, id)
            .map(|(list, value)| (list, value, context.text(callee)));
    }
    let method = tree.name(callee);
    let searches = SEARCHES_FOR_VALUE.contains(&method)
        && context.knowledge().linear_search_methods.contains(&method);
    let mut arguments = tree.children_with(id, Role::Argument);
    let (Some(value), None) = (arguments.next(), arguments.next()) else { return None };
    let list = tree.child(callee, Role::Receiver).filter(is_name)?;
    searches.then_some((list, value, method))
}

/// The list and the value of `slices.Contains(list, value)` or
/// `std::find(list.begin(), list.end(), value)`.
fn searched_by_function(tree: &Tree, call: NodeId) -> Option<(NodeId, NodeId)> {
    let arguments: Vec<NodeId> = tree.children_with(call, Role::Argument).collect();
    let (list, value) = match *arguments.as_slice() {
        [list, value] => (list, value),
        [start, _, value] => {
            let callee = tree.child(start, Role::Callee)?;
            (tree.child(callee, Role::Receiver)?, value)
        }
        _ => return None,
    };
    (tree.kind(list) == Kind::Name).then_some((list, value))
}

/// The innermost loop that searches a list made outside it, again and again.
fn loop_that_searches(context: &Context<'_>, id: NodeId, binding: BindingId) -> Option<NodeId> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    loops::repeating(&context.paths(), context.knowledge(), id)
        .into_iter()
        .take_while(|it| {
            let mut definitions = bindings.definitions(binding);
            definitions.all(|definition| !tree.is_within(definition, *it))
        })
        .find(|it| {
            // `while name in taken:` looks for a free name and seldom goes round.
            let is_condition = tree
                .child(*it, Role::Condition)
                .is_some_and(|condition| tree.is_within(id, condition));
            !is_condition
                && !loops::has_few_rounds(tree, bindings, *it)
                && !loops::runs_rarely(tree, id, *it)
        })
}

/// Why the list may be long; nothing when it holds a fixed few elements.
fn why_long(context: &Context<'_>, binding: BindingId) -> Option<String> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let bound = bindings.binding(binding)?;
    let name = tree.symbol_text(bound.symbol);
    if bindings.growth(binding).is_some() {
        return Some(format!("`{name}` grows, so that it may hold any number of elements."));
    }
    if bound.kind == BindingKind::Parameter {
        return Some(format!(
            "`{name}` is a parameter, so that it may hold any number of elements."
        ));
    }
    let is_open = bindings.definitions(binding).any(|definition| {
        let value = tree.child(tree.node(definition).parent, Role::Value);
        value.is_some_and(|value| !is_fixed(context, value))
    });
    is_open.then(|| format!("`{name}` is made of a number of elements that is not fixed."))
}

/// Whether the elements of a list stand there, one by one.
fn is_fixed(context: &Context<'_>, value: NodeId) -> bool {
    let tree = context.tree;
    match tree.kind(value) {
        Kind::List => tree.children(value).all(|it| tree.kind(it) != Kind::Spread),
        // `vec![a, b]`, not `vec![a; n]`
        Kind::Macro => !tree.text(value).contains(';'),
        _ => false,
    }
}
