//! `bug/comparator-contract`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role, Tree};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/comparator-contract",
    category: Category::Bug,
    summary: "A sort function answers the wrong question",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports functions handed to a sort that return true or false where a negative, zero or positive number is due, that never call two elements equal, that tell one order only (`a > b ? 1 : 0`), or that call an element less than itself.",
        why: "The sort relies on the answers. With a comparator that breaks its contract elements stay unsorted, Java throws `Comparison method violates its general contract`, and C++ may read beyond the end.",
        fix: "Return the difference or what a comparing function gives; in C++ and Go answer whether the first is strictly less.",
        limits: "Only functions written in place are looked at.",
        references: &["https://docs.oracle.com/javase/8/docs/api/java/util/Comparator.html#compare-T-T-", "https://en.cppreference.com/w/cpp/named_req/Compare", "https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Array/sort#comparefn"],
    },
    examples: &[
        Example::bad("javascript", "function sorted(items) {
  return items.sort((a, b) => a > b);
                              ^^^^^ sort function
}
"),
        Example::bad("javascript", "function sorted(items) {
  return items.sort(function (a, b) {
    return a.price < b.price;
           ^^^^^^^^^^^^^^^^^ sort function
  });
}
"),
        Example::bad(
            "javascript",
            "items.sort((a, b) => a.price > b.price ? 1 : 0);
                     ^^^^^^^^^^^^^^^^^^^^^^^^^ never says which comes first
",
        ),
        Example::good("javascript", "function sorted(items) {
  return items.sort((a, b) => a - b);
}
"),
        Example::good("javascript", "function sorted(items) {
  return items.sort((a, b) => (a > b ? 1 : -1));
}
"),
        Example::bad("typescript", "function sorted(items) {
  return items.sort((a, b) => a > b);
                              ^^^^^ sort function
}
"),
        Example::bad("typescript", "function sorted(items) {
  return items.sort(function (a, b) {
    return a.price < b.price;
           ^^^^^^^^^^^^^^^^^ sort function
  });
}
"),
        Example::good("typescript", "function sorted(items) {
  return items.sort((a, b) => a - b);
}
"),
        Example::good("typescript", "function sorted(items) {
  return items.sort((a, b) => (a > b ? 1 : -1));
}
"),
        Example::bad("python", "import functools


def ordered(items):
    return sorted(items, key=functools.cmp_to_key(lambda a, b: a > b))
                                                               ^^^^^ sort function
"),
        Example::bad("python", "from functools import cmp_to_key


def order(items):
    items.sort(key=cmp_to_key(lambda a, b: a.price <= b.price))
                                           ^^^^^^^^^^^^^^^^^^ sort function
"),
        Example::good("python", "from functools import cmp_to_key


def order(items):
    items.sort(key=cmp_to_key(lambda a, b: a - b))
"),
        Example::good("python", "def order(items):
    items.sort(key=lambda item: item.price > 3)
"),
        Example::bad("java", "class Shop {
    void order(List<Integer> items) {
        items.sort((a, b) -> a > b ? 1 : -1);
                             ^^^^^^^^^^^^^^ sort function
    }
}
"),
        Example::bad("java", "class Shop {
    void order(List<Integer> items) {
        Collections.sort(items, (a, b) -> a < b ? -1 : 1);
                                          ^^^^^^^^^^^^^^ sort function
    }
}
"),
        Example::bad(
            "java",
            "class Shop {
    void order(List<Item> items) {
        items.sort((a, b) -> a.price > b.price ? 1 : 0);
                             ^^^^^^^^^^^^^^^^^^^^^^^^^ never says which comes first
    }
}
",
        ),
        Example::good("java", "class Shop {
    void order(List<Integer> items) {
        items.sort((a, b) -> Integer.compare(a, b));
    }
}
"),
        Example::good("java", "class Shop {
    void order(List<Integer> items) {
        items.sort((a, b) -> a > b ? 1 : a < b ? -1 : 0);
    }
}
"),
        Example::bad("cpp", "void order(std::vector<int> &items) {
    std::sort(items.begin(), items.end(), [](int a, int b) { return a <= b; });
                                                                    ^^^^^^ sort function
}
"),
        Example::bad("cpp", "void order(std::vector<int> &items) {
    std::stable_sort(items.begin(), items.end(), [](int a, int b) { return a >= b; });
                                                                           ^^^^^^ sort function
}
"),
        Example::good("cpp", "void order(std::vector<int> &items) {
    std::sort(items.begin(), items.end(), [](int a, int b) { return a < b; });
}
"),
        Example::good("cpp", "void order(std::vector<int> &items) {
    std::for_each(items.begin(), items.end(), [](int a) { return a <= 1; });
}
"),
        Example::bad("go", "package shop

import \"sort\"

func order(items []int) {
	sort.Slice(items, func(i, j int) bool { return items[i] <= items[j] })
	                                               ^^^^^^^^^^^^^^^^^^^^ sort function
}
"),
        Example::bad("go", "package shop

import \"sort\"

func order(items []int) {
	sort.SliceStable(items, func(i, j int) bool { return items[i] >= items[j] })
	                                                     ^^^^^^^^^^^^^^^^^^^^ sort function
}
"),
        Example::good("go", "package shop

import \"sort\"

func order(items []int) {
	sort.Slice(items, func(i, j int) bool { return items[i] < items[j] })
}
"),
        Example::good("go", "package shop

import \"sort\"

func find(items []int, x int) int {
	return sort.Search(len(items), func(i int) bool { return items[i] >= x })
}
"),
        Example::bad("rust", "fn order(items: &mut Vec<i32>) {
    items.sort_by(|a, b| if a > b { Ordering::Greater } else { Ordering::Less });
                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ sort function
}
"),
        Example::bad("rust", "fn order(items: &mut Vec<i32>) {
    items.sort_unstable_by(|a, b| if a < b { Ordering::Less } else { Ordering::Greater });
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ sort function
}
"),
        Example::good("rust", "fn order(items: &mut Vec<i32>) {
    items.sort_by(|a, b| a.cmp(b));
}
"),
        Example::good("rust", "fn order(items: &mut Vec<i32>) {
    items.sort_by_key(|a| *a > 3);
}
"),
    ],
    kinds: &[Kind::Call],
    check,
};

/// What a comparator is to give.
enum Contract {
    /// A number below, at or above zero: a truth value is none.
    Sign,
    /// The same, in a language whose compiler refuses truth values: but every pair of elements may
    /// still be called different.
    StrictSign,
    /// Whether the first is strictly less.
    Less,
}

/// Calls that take a comparator, and what it is to give.
type Sorts = (&'static [&'static str], Contract);

const SORTS: ByLanguage<Sorts> = &[
    (&["javascript", "typescript"], (&["sort", "toSorted"], Contract::Sign)),
    (&["python"], (&["cmp_to_key"], Contract::Sign)),
    (&["java"], (&["sort", "sorted", "min", "max"], Contract::StrictSign)),
    (&["rust"], (&["sort_by", "sort_unstable_by"], Contract::StrictSign)),
    (
        &["cpp"],
        (&["sort", "stable_sort", "nth_element", "partial_sort", "make_heap"], Contract::Less),
    ),
    (&["go"], (&["Slice", "SliceStable"], Contract::Less)),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some((names, contract)) = context.in_language(SORTS) else { return };
    let callee = tree.child(id, Role::Callee);
    if !callee.is_some_and(|it| names.contains(&tree.name(it))) {
        return;
    }
    let mut arguments = tree.children_with(id, Role::Argument);
    let Some(lambda) = arguments.find(|it| tree.kind(*it) == Kind::Lambda) else { return };
    let Some(answer) = answer(tree, lambda) else { return };
    if tree.children_with(lambda, Role::Parameter).count() == 1
        && !matches!(contract, Contract::Less)
    {
        return;
    }
    let problem = match (contract, tree.kind(answer)) {
        (Contract::Sign, Kind::Compare | Kind::Boolean) => {
            "a sort function is to give a negative number, zero or a positive one, not true or false"
        }
        (Contract::Sign | Contract::StrictSign, Kind::Ternary | Kind::If)
            if is_one_sided(tree, answer) =>
        {
            "this sort function never says which comes first: it tells one order, and calls the other equal"
        }
        (Contract::StrictSign, Kind::Ternary | Kind::If) if never_equal(tree, answer) => {
            "this sort function never calls two elements equal, not even an element and itself"
        }
        (Contract::Less, Kind::Compare)
            if matches!(
                tree.node(answer).operator,
                Operator::LessEqual | Operator::GreaterEqual
            ) =>
        {
            "a sort function is to tell whether the first is strictly less; equal elements are not"
        }
        _ => return,
    };
    context
        .report(answer, problem)
        .because("The order of the result rests on the comparator's contract.")
        .emit();
}

/// What a function gives: its body, or the value of its only statement.
fn answer(tree: &Tree, lambda: NodeId) -> Option<NodeId> {
    let mut at = tree.child(lambda, Role::Body)?;
    loop {
        at = match tree.kind(at) {
            Kind::Block => {
                let mut inside = tree.children(at);
                let (only, None) = (inside.next()?, inside.next()) else { return None };
                only
            }
            Kind::Return => tree.child(at, Role::Value)?,
            Kind::ExpressionStatement => tree.children(at).next()?,
            _ => return Some(at),
        }
    }
}

/// Whether a choice asks for an order.
fn asks_for_order(tree: &Tree, choice: NodeId) -> bool {
    tree.child(choice, Role::Condition)
        .is_some_and(|it| tree.kind(it) == Kind::Compare && tree.node(it).operator.is_ordering())
}

/// Whether a choice by `<` or `>` gives zero on one side and a number that is none on the other:
/// `a > b ? 1 : 0`.
fn is_one_sided(tree: &Tree, choice: NodeId) -> bool {
    let sides = [Role::Then, Role::Else].map(|role| tree.child(choice, role));
    let sides = sides.map(|it| it.map_or("", |it| tree.text(it)));
    asks_for_order(tree, choice) && matches!(sides, ["1" | "-1", "0"] | ["0", "1" | "-1"])
}

/// Whether a choice by `<` or `>` has two outcomes only, neither of which means equal.
fn never_equal(tree: &Tree, choice: NodeId) -> bool {
    let is_unequal = |role| {
        tree.child(choice, role).is_some_and(|it| {
            let text = tree.text(it).trim_matches(['{', '}', ' ', '\n']);
            matches!(text, "1" | "-1")
                || text.ends_with("Ordering::Less")
                || text.ends_with("Ordering::Greater")
        })
    };
    asks_for_order(tree, choice) && is_unequal(Role::Then) && is_unequal(Role::Else)
}
