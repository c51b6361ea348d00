//! `perf/double-lookup`.

use crate::facts::purity::{is_repeatable, is_same_meaning};
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::languages::ValueType;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/double-lookup",
    category: Category::Perf,
    summary: "A key is looked up twice: to see whether it is there, and to use it",
    severity: Severity::Information,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports a test for a key whose branch looks the same key up again: `if key in d: use(d[key])`, `if (m.has(k)) use(m.get(k))`, `containsKey` then `get`, `contains_key` then `insert` or `get`, `_, ok := m[k]` then `m[k]`, `count` or `find` then `[]`.",
        why: "Each lookup hashes (or compares) the key anew: two searches, in a loop for each of n rounds, where one gives both answers.",
        fix: "Take the value once and test it: `d.get(key)`, `m.get(k)` compared with null, `entry`, `value, ok := m[k]`, an iterator.",
        limits: "Branches that change the map in between are left alone. Where a missing value and a value of nothing differ, two lookups may be meant.",
        references: &["https://rust-lang.github.io/rust-clippy/master/#map_entry"],
    },
    examples: &[
        Example::bad(
            "python",
            "def total(rows, prices):
    sum = 0
    for row in rows:
        if row.name in prices:
           ^^^^^^^^^^^^^^^^^^ is looked up twice in each round
            sum += prices[row.name]
    return sum
",
        ),
        Example::bad(
            "python",
            "def count(words):
    seen = {}
    for word in words:
        if word not in seen:
           ^^^^^^^^^^^^^^^^ is looked up twice
            seen[word] = 0
        else:
            show(seen[word])
",
        ),
        Example::good(
            "python",
            "def total(rows, prices):
    sum = 0
    for row in rows:
        price = prices.get(row.name)
        if price is not None:
            sum += price
    return sum
",
        ),
        Example::good(
            "python",
            "def has(name, prices):
    if name in prices:
        prices = prices.inner
        return prices[name]
    return None
",
        ),
        Example::bad(
            "javascript",
            "function total(rows, prices) {
  for (const row of rows) {
    if (prices.has(row.name)) show(prices.get(row.name));
        ^^^^^^^^^^^^^^^^^^^^ is looked up twice in each round
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function total(names, prices) {
  return names.map((name) => (prices.has(name) ? prices.get(name) : 0));
                              ^^^^^^^^^^^^^^^^ is looked up twice
}
",
        ),
        Example::good(
            "javascript",
            "function total(rows, prices) {
  for (const row of rows) {
    const price = prices.get(row.name);
    if (price !== undefined) show(price);
  }
}
",
        ),
        Example::good(
            "javascript",
            "function once(rows, seen) {
  for (const row of rows) {
    if (!seen.has(row.name)) seen.add(row.name);
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function total(rows: Row[], prices: Map<string, number>) {
  for (const row of rows) {
    if (prices.has(row.name)) show(prices.get(row.name));
        ^^^^^^^^^^^^^^^^^^^^ is looked up twice in each round
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function total(names: string[], prices: Map<string, number>) {
  return names.map((name) => (prices.has(name) ? prices.get(name) : 0));
                              ^^^^^^^^^^^^^^^^ is looked up twice
}
",
        ),
        Example::good(
            "typescript",
            "function total(rows: Row[], prices: Map<string, number>) {
  for (const row of rows) {
    const price = prices.get(row.name);
    if (price !== undefined) show(price);
  }
}
",
        ),
        Example::good(
            "typescript",
            "function once(rows: Row[], seen: Set<string>) {
  for (const row of rows) {
    if (!seen.has(row.name)) seen.add(row.name);
  }
}
",
        ),
        Example::bad(
            "rust",
            "fn count(words: &[String], seen: &mut HashMap<String, u32>) {
    for word in words {
        if !seen.contains_key(word) {
            ^^^^^^^^^^^^^^^^^^^^^^^ is looked up twice in each round
            seen.insert(word.clone(), 0);
        }
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn show(names: &[String], prices: &HashMap<String, u32>) {
    for name in names {
        if prices.contains_key(name) {
           ^^^^^^^^^^^^^^^^^^^^^^^^^ is looked up twice
            print(prices.get(name));
        }
    }
}
",
        ),
        Example::good(
            "rust",
            "fn count(words: &[String], seen: &mut HashMap<String, u32>) {
    for word in words {
        *seen.entry(word.clone()).or_insert(0) += 1;
    }
}
",
        ),
        Example::good(
            "rust",
            "fn show(names: &[String], prices: &HashMap<String, u32>) {
    for name in names {
        if let Some(price) = prices.get(name) {
            print(price);
        }
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

func show(names []string, prices map[string]int) {
	for _, name := range names {
		if _, ok := prices[name]; ok {
              ^^^^^^^^^^^^ is looked up twice in each round
			print(prices[name])
		}
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

func total(rows []Row, prices map[string]int) (sum int) {
	for _, row := range rows {
		if _, found := prices[row.Name]; found {
                 ^^^^^^^^^^^^^^^^ is looked up twice
			sum += prices[row.Name]
		}
	}
	return sum
}
",
        ),
        Example::good(
            "go",
            "package shop

func show(names []string, prices map[string]int) {
	for _, name := range names {
		if price, ok := prices[name]; ok {
			print(price)
		}
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func once(names []string, seen map[string]bool) {
	for _, name := range names {
		if _, ok := seen[name]; !ok {
			seen[name] = true
		}
	}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(List<String> names, Map<String, Integer> prices) {
        for (String name : names) {
            if (prices.containsKey(name)) print(prices.get(name));
                ^^^^^^^^^^^^^^^^^^^^^^^^ is looked up twice in each round
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void count(List<String> words, Map<String, Integer> seen) {
        for (String word : words) {
            if (!seen.containsKey(word)) {
                 ^^^^^^^^^^^^^^^^^^^^^^ is looked up twice
                seen.put(word, 0);
            }
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void count(List<String> words, Map<String, Integer> seen) {
        for (String word : words) seen.merge(word, 1, Integer::sum);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void show(List<String> names, Map<String, Integer> prices, Map<String, Integer> others) {
        for (String name : names) {
            if (prices.containsKey(name)) print(others.get(name));
        }
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void show(const std::vector<int>& ids, const std::map<int, int>& prices) {
    for (int id : ids) {
        if (prices.count(id)) print(prices.at(id));
            ^^^^^^^^^^^^^^^^ is looked up twice in each round
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void show(const std::vector<int>& ids, std::map<int, int>& prices) {
    for (int id : ids) {
        if (prices.contains(id)) print(prices[id]);
            ^^^^^^^^^^^^^^^^^^^ is looked up twice
    }
}
",
        ),
        Example::good(
            "cpp",
            "void show(const std::vector<int>& ids, const std::map<int, int>& prices) {
    for (int id : ids) {
        if (auto found = prices.find(id); found != prices.end()) print(found->second);
    }
}
",
        ),
        Example::good(
            "cpp",
            "void show(const std::vector<int>& ids, const std::set<int>& open, const std::map<int, int>& prices) {
    for (int id : ids) {
        if (open.count(id)) print(prices.at(id));
    }
}
",
        ),
    ],
    kinds: &[Kind::If, Kind::Ternary],
    check,
};

/// Methods that test for a key, and those that then look it up again.
const TESTS: &[(&str, &[&str])] = &[
    ("has", &["get"]),
    ("contains_key", &["get", "get_mut", "insert"]),
    ("containsKey", &["get", "put"]),
    ("count", &["at"]),
    ("contains", &["at"]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(tested) = tested(context, id) else { return };
    let branches = [Role::Then, Role::Else].into_iter().filter_map(|role| tree.child(id, role));
    let Some(again) =
        branches.into_iter().find_map(|branch| lookup_within(context, branch, &tested))
    else {
        return;
    };
    if context.is_in_test(id) {
        return;
    }
    // Outside of loops it costs little, and is said by the way.
    let is_busy = !context.busy_loops(id).is_empty();
    let rounds = if is_busy { " in each round" } else { "" };
    let (key, map, second) =
        (context.excerpt(tested.key), context.excerpt(tested.map), context.excerpt(again));
    context
        .report(
            tested.test,
            format!("`{key}` is looked up twice{rounds}: here in `{map}`, and by `{second}`"),
        )
        .severity(if is_busy { RULE.severity } else { Severity::Hint })
        .related(again, "the second lookup")
        .because(format!(
            "Nothing between the two changes `{map}` or `{key}`, so that both find the same entry."
        ))
        .because("One lookup that gives the value, if there is one, answers both.")
        .emit();
}

/// A test for a key.
#[derive(Debug)]
struct Tested {
    /// The expression that tests.
    test: NodeId,
    map: NodeId,
    key: NodeId,
    /// Methods that look the key up again.
    again: &'static [&'static str],
}

/// What the condition of a branch tests for, below a negation.
fn tested(context: &Context<'_>, id: NodeId) -> Option<Tested> {
    let tree = context.tree;
    // `if _, ok := m[k]; ok`
    if let Some(first) = tree.child(id, Role::Initializer) {
        let (value, target) = (tree.child(first, Role::Value)?, tree.child(first, Role::Target)?);
        let drops = tree.children(target).next().is_some_and(|it| context.text(it) == "_");
        let is_lookup =
            drops && tree.kind(value) == Kind::Index && tree.children(target).count() == 2;
        let (map, key) = (tree.child(value, Role::Receiver)?, tree.child(value, Role::Index)?);
        return is_lookup.then_some(Tested { test: value, map, key, again: &[] });
    }
    let mut test = tree.child(id, Role::Condition)?;
    if tree.node(test).operator == Operator::Not {
        test = tree.child(test, Role::Operand)?;
    }
    match tree.kind(test) {
        Kind::Compare if matches!(tree.node(test).operator, Operator::In | Operator::NotIn) => {
            let (key, map) = (tree.child(test, Role::Left)?, tree.child(test, Role::Right)?);
            let may_be_map = matches!(context.types().of(map), None | Some(ValueType::Map));
            (may_be_map && context.in_language(&[(&["python"], ())]).is_some()).then_some(Tested {
                test,
                map,
                key,
                again: &[],
            })
        }
        Kind::Call => {
            let (map, method) = context.method(test)?;
            let [key] = *context.arguments(test).as_slice() else { return None };
            let (_, again) = TESTS.iter().find(|(known, _)| *known == method)?;
            Some(Tested { test, map, key, again })
        }
        _ => None,
    }
}

/// The lookup of the same key in a branch, if nothing before it may change the map or the key.
fn lookup_within(context: &Context<'_>, branch: NodeId, tested: &Tested) -> Option<NodeId> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let is_plain = |it| is_repeatable(tree, it);
    if !is_plain(tested.map) || !is_plain(tested.key) {
        return None;
    }
    let is_same =
        |a: NodeId, b: NodeId| is_same_meaning(tree, bindings, bare(tree, a), bare(tree, b));
    for id in tree.descendants(branch).chain([branch]) {
        match tree.kind(id) {
            Kind::Index => {
                let (map, key) = (tree.child(id, Role::Receiver)?, tree.child(id, Role::Index)?);
                if is_same(map, tested.map) {
                    // What is written needs no value; what is removed, neither.
                    let reads = tree.role(id) != Role::Target
                        && !matches!(tree.kind(tree.node(id).parent), Kind::Delete | Kind::Update);
                    return (reads && is_same(key, tested.key)).then_some(id);
                }
            }
            Kind::Call => {
                let Some((map, method)) = context.method(id) else { continue };
                if is_same(map, tested.map) {
                    let key = context.arguments(id).first().copied()?;
                    let is_again =
                        tested.again.contains(&method) && same_key(context, key, tested.key);
                    return is_again.then_some(id);
                }
            }
            // Another map, or another key.
            Kind::Assign
                if tree
                    .child(id, Role::Target)
                    .is_some_and(|it| is_same(it, tested.map) || is_same(it, tested.key)) =>
            {
                return None;
            }
            Kind::Function | Kind::Lambda | Kind::Await | Kind::Yield => return None,
            _ => {}
        }
    }
    None
}

/// Whether a key is the same, but for a copy made to store it.
fn same_key(context: &Context<'_>, key: NodeId, tested: NodeId) -> bool {
    let tree = context.tree;
    let key = match context.method(key) {
        Some((of, "clone" | "to_string" | "to_owned" | "into")) => of,
        _ => key,
    };
    is_same_meaning(tree, &context.facts.bindings, bare(tree, key), bare(tree, tested))
}

/// What is borrowed: `&key` is the same key.
fn bare(tree: &Tree, id: NodeId) -> NodeId {
    match tree.kind(id) {
        Kind::Reference => tree.child(id, Role::Value).unwrap_or(id),
        _ => id,
    }
}
