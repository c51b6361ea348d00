//! `bug/duplicate-key`.

use rustc_hash::FxHashMap;

use crate::facts::purity;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/duplicate-key",
    category: Category::Bug,
    summary: "A key stands twice in one collection",
    severity: Severity::Error,
    confidence: 0.95,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports literals of maps, objects, sets and designated initializers that give the same key twice.",
        why: "Only the last of the values is kept; the other was written for nothing, or was meant for another key. `Map.of` throws.",
        fix: "Remove one of the two, or correct its key.",
        limits: "Keys are compared by their text: literals and plain names. What stands before and after a spread may be meant to override, so the two sides are not compared.",
        references: &[
            "https://docs.python.org/3/reference/expressions.html#dictionary-displays",
            "https://cwe.mitre.org/data/definitions/561.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def prices():
    return {\"apple\": 1, \"apple\": 2}
                        ^^^^^^^ stands here twice
",
        ),
        Example::bad(
            "python",
            "def prices():
    return {\"pear tree\": 1, \"pear tree\": 2}
                            ^^^^^^^^^^^ stands here twice
",
        ),
        Example::good(
            "python",
            "def prices():
    return {\"apple\": 1, \"pear\": 2}
",
        ),
        Example::good(
            "python",
            "def prices():
    return {\"apple\": 1, \"Apple\": 2}
",
        ),
        Example::bad(
            "javascript",
            "function prices() {
  return { \"apple\": 1, \"apple\": 2 };
                       ^^^^^^^ stands here twice
}
",
        ),
        Example::bad(
            "javascript",
            "function prices() {
  return { \"pear tree\": 1, \"pear tree\": 2 };
                           ^^^^^^^^^^^ stands here twice
}
",
        ),
        Example::good(
            "javascript",
            "function prices() {
  return { \"apple\": 1, \"pear\": 2 };
}
",
        ),
        Example::good(
            "javascript",
            "function prices() {
  return { \"apple\": 1, \"Apple\": 2 };
}
",
        ),
        Example::bad(
            "typescript",
            "function prices() {
  return { \"apple\": 1, \"apple\": 2 };
                       ^^^^^^^ stands here twice
}
",
        ),
        Example::bad(
            "typescript",
            "function prices() {
  return { \"pear tree\": 1, \"pear tree\": 2 };
                           ^^^^^^^^^^^ stands here twice
}
",
        ),
        Example::good(
            "typescript",
            "function prices() {
  return { \"apple\": 1, \"pear\": 2 };
}
",
        ),
        Example::good(
            "typescript",
            "function prices() {
  return { \"apple\": 1, \"Apple\": 2 };
}
",
        ),
        Example::bad(
            "rust",
            "use std::collections::HashMap;

fn prices() -> HashMap<&'static str, u32> {
    HashMap::from([(\"apple\", 1), (\"apple\", 2)])
                                  ^^^^^^^ stands here twice
}
",
        ),
        Example::bad(
            "rust",
            "use std::collections::HashMap;

fn prices() -> HashMap<&'static str, u32> {
    HashMap::from([(\"pear tree\", 1), (\"pear tree\", 2)])
                                      ^^^^^^^^^^^ stands here twice
}
",
        ),
        Example::good(
            "rust",
            "use std::collections::HashMap;

fn prices() -> HashMap<&'static str, u32> {
    HashMap::from([(\"apple\", 1), (\"pear\", 2)])
}
",
        ),
        Example::good(
            "rust",
            "use std::collections::HashMap;

fn prices() -> HashMap<&'static str, u32> {
    HashMap::from([(\"apple\", 1), (\"Apple\", 2)])
}
",
        ),
        Example::bad(
            "go",
            "package shop

var prices = map[string]int{\"apple\": 1, \"apple\": 2}
                                        ^^^^^^^ stands here twice
",
        ),
        Example::bad(
            "go",
            "package shop

var prices = map[string]int{\"pear tree\": 1, \"pear tree\": 2}
                                            ^^^^^^^^^^^ stands here twice
",
        ),
        Example::good(
            "go",
            "package shop

var prices = map[string]int{\"apple\": 1, \"pear\": 2}
",
        ),
        Example::good(
            "go",
            "package shop

var prices = map[string]int{\"apple\": 1, \"Apple\": 2}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Map<String, Integer> prices() {
        return Map.of(\"apple\", 1, \"apple\", 2);
                                  ^^^^^^^ stands here twice
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Map<String, Integer> prices() {
        return Map.of(\"pear tree\", 1, \"pear tree\", 2);
                                      ^^^^^^^^^^^ stands here twice
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Map<String, Integer> prices() {
        return Map.of(\"apple\", 1, \"pear\", 2);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Map<String, Integer> prices() {
        return Map.of(\"apple\", 1, \"Apple\", 2);
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void fill() {
    std::map<std::string, int> prices = {{\"apple\", 1}, {\"apple\", 2}};
                                                        ^^^^^^^ stands here twice
}
",
        ),
        Example::bad(
            "cpp",
            "void fill() {
    std::map<std::string, int> prices = {{\"pear tree\", 1}, {\"pear tree\", 2}};
                                                            ^^^^^^^^^^^ stands here twice
}
",
        ),
        Example::good(
            "cpp",
            "void fill() {
    std::map<std::string, int> prices = {{\"apple\", 1}, {\"pear\", 2}};
}
",
        ),
        Example::good(
            "cpp",
            "void fill() {
    std::map<std::string, int> prices = {{\"apple\", 1}, {\"Apple\", 2}};
}
",
        ),
        Example::bad(
            "python",
            "def sizes():
    return {1, 2, 1}
                  ^ stands here twice
",
        ),
        Example::bad(
            "javascript",
            "const sizes = { small: 1, 'small': 2 };
                          ^^^^^^^ stands here twice
",
        ),
        Example::good(
            "javascript",
            "const all = { small: 1, ...others, small: 2 };
",
        ),
        Example::good(
            "python",
            "def sizes(extra):
    return {\"small\": 1, **extra, \"small\": 2}
",
        ),
        Example::bad(
            "c",
            "static const int days[] = {
    [1] = 31,
    [1] = 28,
     ^ stands here twice
};
",
        ),
        Example::bad(
            "c",
            "struct point origin = {.x = 0, .x = 1};
                                ^ stands here twice
",
        ),
        Example::good(
            "c",
            "static const int days[] = {[1] = 31, [2] = 28};
",
        ),
        Example::good(
            "c",
            "struct point origin = {.x = 0, .y = 0};
",
        ),
        Example::bad(
            "python",
            "def names(key):
    return {key: 1, key: 2}
                    ^^^ stands here twice
",
        ),
        Example::good(
            "python",
            "def names(key):
    return {key(): 1, key(): 2}
",
        ),
    ],
    kinds: &[Kind::Map, Kind::Set, Kind::List, Kind::Call],
    check,
};

/// Elements of a set that are still compared.
const MOST_OF_SET: usize = 20;

/// Calls that make a map: of keys and values in turn, or of a list of pairs.
const IN_TURN: ByLanguage<&[&str]> = &[(&["java"], &["Map.of", "java.util.Map.of"])];
const OF_PAIRS: ByLanguage<&[&str]> = &[(
    &["rust"],
    &[
        "HashMap.from",
        "BTreeMap.from",
        "std.collections.HashMap.from",
        "std.collections.BTreeMap.from",
    ],
)];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_conditional =
        |it| tree.flags(it).has(Flags::CONDITIONAL) || tree.child(it, Role::Decorator).is_some();
    if tree.children(id).any(is_conditional) {
        return;
    }
    let mut seen: FxHashMap<String, NodeId> = FxHashMap::default();
    for entry in keys(context, id) {
        // What comes after a spread may override what came before.
        let Some(key) = entry else {
            seen.clear();
            continue;
        };
        let Some(spelling) = spelling(context, key) else { continue };
        let Some(first) = seen.insert(spelling, key) else { continue };
        let text = context.excerpt(key);
        context
            .report(key, format!("the key {text} stands here twice; only the last counts"))
            .related(first, "the same key")
            .because("A collection holds one value for each key.")
            .emit();
    }
}

/// The keys that a literal or call lists; nothing stands for a spread.
fn keys(context: &Context<'_>, id: NodeId) -> Vec<Option<NodeId>> {
    let tree = context.tree;
    let pair_key = |it: NodeId| match tree.kind(it) {
        // A path of designators, `.a.b = 1`, sets a part only.
        Kind::Pair if tree.children_with(it, Role::Key).nth(1).is_some() => None,
        Kind::Pair => Some(tree.child(it, Role::Key)),
        Kind::Spread => Some(None),
        _ => None,
    };
    match tree.kind(id) {
        // In long lists of words a double does no harm, and a test may want to say how often.
        Kind::Set if !context.is_in_test(id) && tree.children(id).nth(MOST_OF_SET).is_none() => {
            tree.children(id).map(Some).collect()
        }
        Kind::List if is_of_pairs(context, id) => tree
            .children(id)
            .filter(|it| matches!(tree.kind(*it), Kind::Tuple | Kind::List))
            .map(|it| tree.children(it).next())
            .collect(),
        Kind::Map | Kind::List => tree.children(id).filter_map(pair_key).collect(),
        Kind::Call => {
            let callee = tree.child(id, Role::Callee).and_then(|it| context.paths().of(it));
            let known = context.in_language(IN_TURN);
            if !callee.zip(known).is_some_and(|(path, known)| known.contains(&&*path)) {
                return Vec::new();
            }
            tree.children_with(id, Role::Argument).step_by(2).map(Some).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a list's elements are pairs of a key and a value.
fn is_of_pairs(context: &Context<'_>, list: NodeId) -> bool {
    let tree = context.tree;
    let parent = tree.node(list).parent;
    match tree.kind(parent) {
        Kind::Call => {
            let callee = tree.child(parent, Role::Callee).and_then(|it| context.paths().of(it));
            let known = context.in_language(OF_PAIRS);
            callee.zip(known).is_some_and(|(path, known)| known.contains(&&*path))
        }
        Kind::Declare => tree.child(parent, Role::Type).is_some_and(|it| {
            let made = context.text(it);
            ["map<", "unordered_map<"].iter().any(|known| made.contains(known))
                && !made.contains("multimap")
        }),
        _ => false,
    }
}

/// What tells a key from others; nothing for one that is computed.
fn spelling(context: &Context<'_>, key: NodeId) -> Option<String> {
    let tree = context.tree;
    let text = context.text(key);
    match tree.kind(key) {
        Kind::String => {
            let is_plain = text.starts_with(['"', '\'']) && text.len() > 1;
            Some(if is_plain { text.get(1..text.len() - 1)?.to_owned() } else { text.to_owned() })
        }
        // An attribute is the string it spells; a name is whatever its variable holds.
        Kind::Attribute => Some(text.to_owned()),
        Kind::Number | Kind::Character | Kind::Boolean | Kind::Null => Some(format!("={text}")),
        // NaN is no key twice.
        Kind::Name | Kind::Member
            if purity::is_repeatable(tree, key) && !text.to_ascii_lowercase().contains("nan") =>
        {
            Some(format!("${text}"))
        }
        _ => None,
    }
}
