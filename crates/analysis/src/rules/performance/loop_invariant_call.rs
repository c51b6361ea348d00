//! `perf/loop-invariant-call`.

use crate::facts::loops;
use crate::facts::paths::ends_in;
use crate::findings::{Category, Draft, Safety, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::languages::ValueType;
use crate::rules::hoisting::before_loop;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/loop-invariant-call",
    category: Category::Perf,
    summary: "A loop computes the same over a whole collection in each round",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports calls that walk a whole collection or text (`sorted(xs)`, `sum(xs)`, `set(xs)`, `Object.keys(o)`, `JSON.stringify(o)`, `xs.iter().sum()`, `strings.ToLower(s)`, `Collections.max(xs)`, `std::accumulate(…)`) in a loop that changes none of their arguments.",
        why: "Each round walks all of the collection for the result it had before: O(n·m) in all, for something that had to be computed once.",
        fix: "Compute it once before the loop, and use the result in it. The fix does so in functions of Python, JavaScript, TypeScript and Go, where each round comes to the call.",
        limits: "Variables that the loop assigns, changes by a method or hands to an unknown function are taken to change, members of objects likewise. Lists made anew that each round may keep are left alone.",
        references: &[],
    },
    examples: &[
        Example::bad(
            "python",
            "def shares(prices):
    return [price / sum(prices) for price in prices]
                    ^^^^^^^^^^^ walks all of `prices` in each round
",
        ),
        Example::fixed(
            "python",
            "def fresh(rows, known):
    for row in rows:
        if row.name in set(known):
                       ^^^^^^^^^^ walks all of `known`
            yield row
",
            "def fresh(rows, known):
    known_set = set(known)
    for row in rows:
        if row.name in known_set:
            yield row
",
        ),
        Example::fixed(
            "python",
            "def rare(rows, prices, limit):
    for row in rows:
        if row.price > limit and row.price > sum(prices):
                                             ^^^^^^^^^^^ walks all of `prices`
            yield row
",
            "def rare(rows, prices, limit):
    for row in rows:
        if row.price > limit and row.price > sum(prices):
            yield row
",
        ),
        Example::good(
            "python",
            "def shares(prices):
    total = sum(prices)
    return [price / total for price in prices]
",
        ),
        Example::good(
            "python",
            "def grow(rows, known):
    for row in rows:
        if row.name not in set(known):
            known.append(row.name)
",
        ),
        Example::good(
            "python",
            "def copies(rows, template):
    result = []
    for row in rows:
        cells = list(template)
        cells[0] = row
        result.append(cells)
    return result
",
        ),
        Example::fixed(
            "javascript",
            "function known(rows, prices) {
  for (const row of rows) {
    if (Object.keys(prices).length > row.limit) show(row);
        ^^^^^^^^^^^^^^^^^^^ walks all of `prices` in each round
  }
}
",
            "function known(rows, prices) {
  const pricesKeys = Object.keys(prices);
  for (const row of rows) {
    if (pricesKeys.length > row.limit) show(row);
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function shares(prices) {
  return prices.map((price) => price / Math.max(...prices));
                                       ^^^^^^^^^^^^^^^^^^^ walks all of `prices`
}
",
        ),
        Example::good(
            "javascript",
            "function shares(prices) {
  const highest = Math.max(...prices);
  return prices.map((price) => price / highest);
}
",
        ),
        Example::good(
            "javascript",
            "function fill(rows, prices) {
  for (const row of rows) {
    if (Object.keys(prices).length < 10) prices[row.id] = row.price;
  }
}
",
        ),
        Example::fixed(
            "typescript",
            "function known(rows: Row[], prices: Prices) {
  for (const row of rows) {
    if (Object.keys(prices).length > row.limit) show(row);
        ^^^^^^^^^^^^^^^^^^^ walks all of `prices` in each round
  }
}
",
            "function known(rows: Row[], prices: Prices) {
  const pricesKeys = Object.keys(prices);
  for (const row of rows) {
    if (pricesKeys.length > row.limit) show(row);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function shares(prices: number[]) {
  return prices.map((price) => price / Math.max(...prices));
                                       ^^^^^^^^^^^^^^^^^^^ walks all of `prices`
}
",
        ),
        Example::good(
            "typescript",
            "function shares(prices: number[]) {
  const highest = Math.max(...prices);
  return prices.map((price) => price / highest);
}
",
        ),
        Example::good(
            "typescript",
            "function fill(rows: Row[], prices: Prices) {
  for (const row of rows) {
    if (Object.keys(prices).length < 10) prices[row.id] = row.price;
  }
}
",
        ),
        Example::bad(
            "rust",
            "fn shares(rows: &[Row], prices: &[f64]) {
    for row in rows {
        show(row.price / prices.iter().sum::<f64>());
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^ walks all of `prices` in each round
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn find(rows: &[Row], name: &str) {
    for row in rows {
        if row.name == name.to_lowercase() {
                       ^^^^^^^^^^^^^^^^^^^ walks all of `name`
            show(row);
        }
    }
}
",
        ),
        Example::good(
            "rust",
            "fn find(rows: &[Row], name: &str) {
    let name = name.to_lowercase();
    for row in rows {
        if row.name == name {
            show(row);
        }
    }
}
",
        ),
        Example::good(
            "rust",
            "fn lower(rows: &[Row]) {
    for row in rows {
        show(row.name.to_lowercase());
    }
}
",
        ),
        Example::fixed(
            "go",
            "package shop

import \"strings\"

func find(rows []Row, name string) {
	for _, row := range rows {
		if row.Name == strings.ToLower(name) {
                 ^^^^^^^^^^^^^^^^^^^^^ walks all of `name` in each round
			show(row)
		}
	}
}
",
            "package shop

import \"strings\"

func find(rows []Row, name string) {
	nameLower := strings.ToLower(name)
	for _, row := range rows {
		if row.Name == nameLower {
			show(row)
		}
	}
}
",
        ),
        Example::fixed(
            "go",
            "package shop

import \"strings\"

func find(rows []Row, path string) {
	for i, row := range rows {
		if row.Name == strings.Split(path, \"/\")[0] {
                 ^^^^^^^^^^^^^^^^^^^^^^^^ walks all of `path`
			show(i)
		}
	}
}
",
            "package shop

import \"strings\"

func find(rows []Row, path string) {
	pathSplit := strings.Split(path, \"/\")
	for i, row := range rows {
		if row.Name == pathSplit[0] {
			show(i)
		}
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"strings\"

func find(rows []Row, name string) {
	lower := strings.ToLower(name)
	for _, row := range rows {
		if row.Name == lower {
			show(row)
		}
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"strings\"

func show(rows []Row) {
	for _, row := range rows {
		print(strings.ToLower(row.Name))
	}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(List<Row> rows, List<Integer> prices) {
        for (Row row : rows) {
            print(row.price() - Collections.max(prices));
                                ^^^^^^^^^^^^^^^^^^^^^^^ walks all of `prices` in each round
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void find(List<Row> rows, String name) {
        for (Row row : rows) {
            if (row.name().equals(name.toLowerCase())) show(row);
                                  ^^^^^^^^^^^^^^^^^^ walks all of `name`
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void find(List<Row> rows, String name) {
        String lower = name.toLowerCase();
        for (Row row : rows) {
            if (row.name().equals(lower)) show(row);
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(List<Row> rows, List<Integer> prices) {
        for (Row row : rows) {
            prices.add(row.price());
            print(Collections.max(prices));
        }
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void show(const std::vector<Row>& rows, const std::vector<int>& prices) {
    for (const auto& row : rows) {
        print(row.price - std::accumulate(prices.begin(), prices.end(), 0));
                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ walks all of `prices` in each round
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void show(const std::vector<Row>& rows, const std::vector<int>& prices) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        print(rows[i].price - *std::max_element(prices.begin(), prices.end()));
                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ walks all of `prices`
    }
}
",
        ),
        Example::good(
            "cpp",
            "void show(const std::vector<Row>& rows, const std::vector<int>& prices) {
    const int total = std::accumulate(prices.begin(), prices.end(), 0);
    for (const auto& row : rows) {
        print(row.price - total);
    }
}
",
        ),
        Example::good(
            "cpp",
            "void show(const std::vector<Row>& rows, std::vector<int>& prices) {
    for (const auto& row : rows) {
        prices.push_back(row.price);
        print(std::accumulate(prices.begin(), prices.end(), 0));
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// What a call gives, as far as it matters whether each round needs one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    /// A value that cannot change.
    Value,
    /// A list, set or map that a round may keep and change.
    Collection,
}

/// Functions that walk all of their first argument, by language.
const FUNCTIONS: ByLanguage<&[(&str, Gives)]> = &[
    (
        &["python"],
        &[
            ("sum", Gives::Value),
            ("min", Gives::Value),
            ("max", Gives::Value),
            ("frozenset", Gives::Value),
            ("json.dumps", Gives::Value),
            ("statistics.mean", Gives::Value),
            ("statistics.median", Gives::Value),
            ("collections.Counter", Gives::Collection),
            ("sorted", Gives::Collection),
            ("set", Gives::Collection),
            ("list", Gives::Collection),
            ("dict", Gives::Collection),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[
            ("Object.keys", Gives::Collection),
            ("Object.values", Gives::Collection),
            ("Object.entries", Gives::Collection),
            ("JSON.stringify", Gives::Value),
            ("Math.max", Gives::Value),
            ("Math.min", Gives::Value),
            ("Set", Gives::Collection),
        ],
    ),
    (
        &["go"],
        &[
            ("strings.ToLower", Gives::Value),
            ("strings.ToUpper", Gives::Value),
            ("strings.Split", Gives::Collection),
            ("strings.Fields", Gives::Collection),
            ("strings.Join", Gives::Value),
            ("slices.Max", Gives::Value),
            ("slices.Min", Gives::Value),
        ],
    ),
    (
        &["java"],
        &[
            ("Collections.max", Gives::Value),
            ("Collections.min", Gives::Value),
            ("Collections.frequency", Gives::Value),
            ("java.util.Collections.max", Gives::Value),
            ("java.util.Collections.min", Gives::Value),
            ("java.util.Collections.frequency", Gives::Value),
            ("String.join", Gives::Value),
        ],
    ),
    (
        &["cpp"],
        &[
            ("std.accumulate", Gives::Value),
            ("std.max_element", Gives::Value),
            ("std.min_element", Gives::Value),
            ("std.count", Gives::Value),
        ],
    ),
];

/// Methods without arguments that walk all of their receiver, by language.
const METHODS: ByLanguage<&[(&str, Gives)]> = &[
    (
        &["python"],
        &[
            ("lower", Gives::Value),
            ("upper", Gives::Value),
            ("casefold", Gives::Value),
            ("splitlines", Gives::Collection),
        ],
    ),
    (
        &["javascript", "typescript"],
        &[("toLowerCase", Gives::Value), ("toUpperCase", Gives::Value)],
    ),
    (
        &["rust"],
        &[
            ("to_lowercase", Gives::Value),
            ("to_uppercase", Gives::Value),
            ("sum", Gives::Value),
            ("max", Gives::Value),
            ("min", Gives::Value),
            ("count", Gives::Value),
        ],
    ),
    (
        &["java"],
        &[
            ("toLowerCase", Gives::Value),
            ("toUpperCase", Gives::Value),
            ("toCharArray", Gives::Collection),
        ],
    ),
];

/// Methods that only read, so that a call of them leaves their receiver as it was.
const READERS: &[&str] = &[
    "len",
    "length",
    "size",
    "isEmpty",
    "is_empty",
    "empty",
    "get",
    "contains",
    "containsKey",
    "has",
    "includes",
    "indexOf",
    "index",
    "count",
    "startsWith",
    "endsWith",
    "startswith",
    "endswith",
    "starts_with",
    "ends_with",
    "iter",
    "map",
    "filter",
    "some",
    "every",
    "find",
    "at",
    "charAt",
    "equals",
    "equalsIgnoreCase",
    "keys",
    "values",
    "items",
    "begin",
    "end",
    "cbegin",
    "cend",
    "chars",
    "bytes",
    "lower",
    "upper",
    "toLowerCase",
    "toUpperCase",
    "to_lowercase",
    "to_uppercase",
    "sum",
    "max",
    "min",
    "as_str",
    "as_bytes",
    "first",
    "last",
    "forEach",
    "splitlines",
    "toCharArray",
    "casefold",
    "enumerate",
    "copied",
    "cloned",
    "slice",
    "split",
    "join",
    "strip",
    "trim",
];

/// Functions that change none of their arguments.
const PLAIN: &[&str] = &[
    "len",
    "print",
    "str",
    "int",
    "float",
    "abs",
    "round",
    "isinstance",
    "range",
    "enumerate",
    "zip",
    "String",
    "Number",
    "Math.abs",
    "Math.floor",
    "Math.round",
    "fmt.Println",
    "fmt.Printf",
    "fmt.Sprintf",
    "strings.Contains",
    "strings.HasPrefix",
    "strings.HasSuffix",
    "console.log",
    "any",
    "all",
    "repr",
    "hash",
    "bool",
    "tuple",
    "map",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((walked, gives)) = walks(context, id) else { return };
    if gives == Gives::Collection && !is_only_read(context, id) {
        return;
    }
    let bindings = &context.facts.bindings;
    let busy = context.busy_loops(id);
    if busy.is_empty() {
        return;
    }
    let keeps = |call: NodeId| keeps_arguments(context, call);
    let same = busy.into_iter().take_while(|it| {
        loops::is_invariant(tree, bindings, id, *it, &keeps) && !is_condition_of(context, id, *it)
    });
    let Some(loop_node) = same.last() else { return };
    if context.is_in_test(id) {
        return;
    }
    let fix = hoisted(context, id, walked, loop_node);
    let (call, walked) = (context.excerpt(id), context.excerpt(walked));
    let report = context
        .report(id, format!("`{call}` walks all of `{walked}` in each round, O(n·m), though the loop changes nothing of it"))
        .related(loops::head(tree, loop_node), "the loop")
        .because(format!("`{call}` takes time proportional to the length of `{walked}`."))
        .because("Nothing it depends on is assigned, changed or handed on in the loop: each round computes the same.");
    match fix {
        Some(edits) => report.fix("Compute it before the loop", Safety::Unsafe, edits).emit(),
        None => report.emit(),
    }
}

/// The edits that compute the call before the loop; nothing for a call that fails where there is
/// nothing to walk, since the loop may have no rounds either.
fn hoisted(
    context: &Context<'_>,
    call: NodeId,
    walked: NodeId,
    loop_node: NodeId,
) -> Option<Vec<(Span, Draft)>> {
    const FAILING: &[&str] = &["min", "max", "mean", "median", "dumps", "stringify", "Min", "Max"];
    let tree = context.tree;
    let function = tree.name(tree.child(call, Role::Callee)?);
    if FAILING.contains(&function) {
        return None;
    }
    // `known_set`, `nameLowerCase`
    let word = function.strip_prefix("to").or_else(|| function.strip_prefix("To"));
    let word = word.filter(|it| it.starts_with(char::is_uppercase));
    before_loop(context, call, loop_node, [tree.name(walked), word.unwrap_or(function)])
}

/// What a call walks all of, and what it gives.
fn walks(context: &Context<'_>, id: NodeId) -> Option<(NodeId, Gives)> {
    let tree = context.tree;
    let callee = tree.child(id, Role::Callee)?;
    let arguments = context.arguments(id);
    let name = tree.name(callee);
    let function = context
        .in_language(FUNCTIONS)
        .and_then(|it| it.iter().find(|(known, _)| ends_in(known, name)))
        .filter(|_| {
            context.called(id).is_some_and(|path| {
                context
                    .in_language(FUNCTIONS)
                    .is_some_and(|it| it.iter().any(|(known, _)| *known == path))
            })
        });
    if let Some((_, gives)) = function {
        let first = *arguments.first()?;
        // `max(a, b)` compares two values; `Math.max(...xs)` walks a list, and `f(*xs)` does too.
        let is_comparison = matches!(name, "max" | "min");
        let spread = tree.kind(first) == Kind::Spread;
        let spreads_needed = context.in_language(&[(&["javascript", "typescript"], ())]).is_some();
        if is_comparison
            && (arguments.len() != 1 || spread != spreads_needed && name != tree.text(callee))
        {
            return None;
        }
        let root = root_name(context, first)?;
        return Some((root, *gives));
    }
    let methods = context.in_language(METHODS)?;
    let (_, gives) = methods.iter().find(|(known, _)| *known == name)?;
    if !arguments.is_empty() {
        return None;
    }
    let receiver = tree.child(callee, Role::Receiver)?;
    let root = root_name(context, receiver)?;
    // A sum or the like is that of an iterator; a text's other case must be a text's.
    let is_iterated = matches!(name, "sum" | "max" | "min" | "count");
    let is_known = if is_iterated {
        context.method(receiver).is_some_and(|(_, it)| {
            matches!(it, "iter" | "chars" | "bytes" | "copied" | "cloned" | "lines")
        })
    } else {
        root == receiver && matches!(context.types().of(root), None | Some(ValueType::String))
    };
    is_known.then_some((root, *gives))
}

/// The variable at the root of an argument, which alone is walked.
fn root_name(context: &Context<'_>, id: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let mut at = id;
    loop {
        match tree.kind(at) {
            Kind::Name => break,
            Kind::Spread | Kind::Reference => at = tree.child(at, Role::Value)?,
            Kind::Call => at = context.method(at)?.0,
            _ => return None,
        }
    }
    // What is short at each definition, or the loop's own, is not worth it.
    let bindings = &context.facts.bindings;
    let binding = bindings.resolve(at)?;
    let is_fixed = bindings.growth(binding).is_none()
        && bindings.definitions(binding).all(|it| {
            let value = tree.child(tree.node(it).parent, Role::Value);
            value.is_some_and(|value| {
                tree.kind(value).is_literal()
                    || tree.kind(value) == Kind::List
                        && tree.children(value).all(|it| tree.kind(it).is_literal())
            })
        });
    (!is_fixed).then_some(at)
}

/// Whether a collection is looked at where it is made, so that nobody can keep it.
fn is_only_read(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let parent = tree.node(id).parent;
    match tree.kind(parent) {
        Kind::Compare => true,
        Kind::Index => tree.role(id) == Role::Receiver && tree.role(parent) != Role::Target,
        Kind::Member => tree.role(parent) != Role::Callee || READERS.contains(&tree.name(parent)),
        Kind::Call => {
            let callee = tree.child(parent, Role::Callee).map_or("", |it| tree.name(it));
            tree.role(id) == Role::Argument
                && matches!(callee, "len" | "sum" | "min" | "max" | "any" | "all")
        }
        _ => false,
    }
}

/// Whether a call changes neither its receiver nor its arguments.
fn keeps_arguments(context: &Context<'_>, call: NodeId) -> bool {
    let tree = context.tree;
    if walks(context, call).is_some() {
        return true;
    }
    match context.method(call) {
        Some((_, method)) if READERS.contains(&method) => true,
        _ => {
            context.called(call).is_some_and(|path| PLAIN.contains(&&*path)) || {
                let callee = tree.child(call, Role::Callee).map_or("", |it| tree.name(it));
                context.knowledge().pure_functions.contains(&callee)
            }
        }
    }
}

/// Whether the call stands in what a loop tests: there it is often the very thing that changes.
fn is_condition_of(context: &Context<'_>, id: NodeId, loop_node: NodeId) -> bool {
    let condition = context.tree.child(loop_node, Role::Condition);
    condition.is_some_and(|it| context.tree.is_within(id, it))
}
