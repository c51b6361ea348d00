//! `perf/unbounded-cache`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/unbounded-cache",
    category: Category::Perf,
    summary: "A cache of the module grows for ever",
    severity: Severity::Information,
    confidence: 0.7,
    languages: &["python", "javascript", "typescript", "go"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Strict,
    documentation: Documentation {
        what: "Reports dictionaries of the module, named as a cache, that a function fills by what it is called with and takes nothing out of.",
        why: "The process keeps an entry for every argument it ever saw: a server's memory grows until it is stopped.",
        fix: "Use a cache with a limit (`functools.lru_cache(maxsize=…)`, an LRU map), or clear it at some point.",
        limits: "Entries that another function takes out are not seen; a cache over a few possible keys is right.",
        references: &["https://cwe.mitre.org/data/definitions/401.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "CACHE = {}

def load(path):
    if path not in CACHE:
        CACHE[path] = read(path)
        ^^^^^^^^^^^^^^^^^^^^^^^^ grows
    return CACHE[path]
",
        ),
        Example::bad(
            "python",
            "_memo = {}

def size(name):
    found = _memo.get(name)
    if found is None:
        _memo[name] = measure(name)
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ grows
    return _memo[name]
",
        ),
        Example::good(
            "python",
            "def load(path):
    cache = {}
    cache[path] = read(path)
    return cache
",
        ),
        Example::good(
            "python",
            "CACHE = {}

def load(path):
    if len(CACHE) > 100:
        CACHE.clear()
    CACHE[path] = read(path)
    return CACHE[path]
",
        ),
        Example::bad(
            "javascript",
            "const cache = {};
function load(path) {
  if (!cache[path]) cache[path] = read(path);
                    ^^^^^^^^^^^^^^^^^^^^^^^^ grows
  return cache[path];
}
",
        ),
        Example::bad(
            "javascript",
            "const cache = new Map();
function load(path) {
  if (!cache.has(path)) cache.set(path, read(path));
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ grows
  return cache.get(path);
}
",
        ),
        Example::good(
            "javascript",
            "function load(path) {
  const cache = new Map();
  cache.set(path, read(path));
  return cache;
}
",
        ),
        Example::good(
            "javascript",
            "const cache = new Map();
function load(path) {
  if (cache.size > 100) cache.clear();
  cache.set(path, read(path));
}
",
        ),
        Example::bad(
            "typescript",
            "const cache = {};
function load(path) {
  if (!cache[path]) cache[path] = read(path);
                    ^^^^^^^^^^^^^^^^^^^^^^^^ grows
  return cache[path];
}
",
        ),
        Example::bad(
            "typescript",
            "const cache = new Map();
function load(path) {
  if (!cache.has(path)) cache.set(path, read(path));
                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ grows
  return cache.get(path);
}
",
        ),
        Example::good(
            "typescript",
            "function load(path) {
  const cache = new Map();
  cache.set(path, read(path));
  return cache;
}
",
        ),
        Example::good(
            "typescript",
            "const cache = new Map();
function load(path) {
  if (cache.size > 100) cache.clear();
  cache.set(path, read(path));
}
",
        ),
        Example::bad(
            "go",
            "package shop

var cache = map[string]int{}

func load(path string) int {
	if found, ok := cache[path]; ok {
		return found
	}
	cache[path] = read(path)
	^^^^^^^^^^^^^^^^^^^^^^^^ grows
	return cache[path]
}
",
        ),
        Example::bad(
            "go",
            "package shop

var sizeCache = make(map[string]int)

func size(name string) int {
	sizeCache[name] = measure(name)
	^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ grows
	return sizeCache[name]
}
",
        ),
        Example::good(
            "go",
            "package shop

func load(path string) map[string]int {
	cache := map[string]int{}
	cache[path] = read(path)
	return cache
}
",
        ),
        Example::good(
            "go",
            "package shop

var cache = map[string]int{}

func load(path string) {
	for old := range cache {
		delete(cache, old)
	}
	cache[path] = read(path)
}
",
        ),
    ],
    kinds: &[Kind::Assign, Kind::Call],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let (map, key) = match tree.kind(id) {
        Kind::Assign => {
            let Some(target) = tree.child(id, Role::Target) else { return };
            if tree.kind(target) != Kind::Index {
                return;
            }
            (tree.child(target, Role::Receiver), tree.child(target, Role::Index))
        }
        _ => match (context.method(id), context.arguments(id).as_slice()) {
            (Some((map, "set")), [key, _]) => (Some(map), Some(*key)),
            _ => return,
        },
    };
    let (Some(map), Some(key)) = (map, key) else { return };
    let name = tree.name(map);
    let lower = name.to_ascii_lowercase();
    let is_cache =
        tree.kind(map) == Kind::Name && (lower.contains("cache") || lower.contains("memo"));
    if !is_cache || bindings.resolve(map).is_some() || context.environment.entry(name).is_none() {
        return;
    }
    // By what the function is called with.
    let is_given = tree.descendants(key).chain([key]).any(|it| {
        bindings
            .resolve(it)
            .and_then(|it| bindings.binding(it))
            .is_some_and(|it| it.kind == crate::facts::BindingKind::Parameter)
    });
    let function = tree.text(tree.enclosing_function(id));
    let shrinks = ["clear(", "delete ", "delete(", "del ", ".pop(", "popitem", ".size", "len("]
        .iter()
        .any(|it| function.contains(it));
    if !is_given || shrinks || context.is_test_code(id) {
        return;
    }
    context
        .report(
            id,
            format!(
                "`{name}` grows by an entry for every new argument, and nothing here takes one out"
            ),
        )
        .because("It belongs to the module, and so lives as long as the process.")
        .emit();
}
