//! `bug/iterator-consumed-twice`.

use rustc_hash::FxHashSet;

use crate::facts::loops::{innermost, runs_rarely};
use crate::facts::spent::Spent;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/iterator-consumed-twice",
    category: Category::Bug,
    summary: "An iterator is run through a second time",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["python", "javascript", "typescript", "java"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a generator, an iterator such as `map` and `zip` give, or a Java stream that is run through although it was run through before.",
        why: "Such an iterator gives its elements once. The second time there is nothing left, without any error; Java throws an exception.",
        fix: "Make a list of the elements first and use that, or make the iterator anew.",
        limits: "Only variables of one function are followed that hold a generator expression, a generator of the same file, what a known function gives, or a stream. Loops that may stop early count as running through only for what comes after them in every case.",
        references: &["https://docs.python.org/3/glossary.html#term-iterator"],
    },
    examples: &[
        Example::bad(
            "python",
            "def spread(orders):
    prices = (order.price for order in orders)
    total = sum(prices)
    return total / max(prices)
                       ^^^^^^ there is nothing left in it
",
        ),
        Example::bad(
            "python",
            "def report(names, ages):
    pairs = zip(names, ages)
    for name, age in pairs:
        show(name, age)
    return dict(pairs)
                ^^^^^ there is nothing left in it
",
        ),
        Example::bad(
            "python",
            "def grid(rows, columns):
    numbers = map(int, columns)
    for row in rows:
        for number in numbers:
                      ^^^^^^^ for the first round of the loop only
            show(row, number)
",
        ),
        Example::bad(
            "python",
            "def lines(path):
    for line in open(path):
        yield line.strip()

def count(path):
    found = lines(path)
    names = [line for line in found]
    return names, len(list(found))
                           ^^^^^ there is nothing left in it
",
        ),
        Example::good(
            "python",
            "def spread(orders):
    prices = [order.price for order in orders]
    total = sum(prices)
    return total / max(prices)
",
        ),
        Example::good(
            "python",
            "def report(names, ages, short):
    pairs = zip(names, ages)
    if short:
        return dict(pairs)
    return list(pairs)
",
        ),
        Example::good(
            "python",
            "def split(lines):
    rest = filter(None, lines)
    for line in rest:
        if line == '--':
            break
    return list(rest)
",
        ),
        Example::bad(
            "javascript",
            "function* ids() {
  yield 1;
}
function f() {
  const found = ids();
  const all = [...found];
  for (const id of found) visit(id, all);
                   ^^^^^ there is nothing left in it
}
",
        ),
        Example::bad(
            "javascript",
            "function* ids() {
  yield 1;
}
function f() {
  const found = ids();
  const unique = new Set(found);
  return Array.from(found).length === unique.size;
                    ^^^^^ there is nothing left in it
}
",
        ),
        Example::good(
            "javascript",
            "function* ids() {
  yield 1;
}
function f() {
  const found = [...ids()];
  for (const id of found) visit(id);
  return found;
}
",
        ),
        Example::good(
            "javascript",
            "function ids() {
  return [1, 2];
}
function f() {
  const found = ids();
  for (const id of found) visit(id);
  return [...found];
}
",
        ),
        Example::bad(
            "typescript",
            "function* ids() {
  yield 1;
}
function f() {
  const found = ids();
  const all = [...found];
  for (const id of found) visit(id, all);
                   ^^^^^ there is nothing left in it
}
",
        ),
        Example::bad(
            "typescript",
            "function* ids() {
  yield 1;
}
function f() {
  const found = ids();
  const unique = new Set(found);
  return Array.from(found).length === unique.size;
                    ^^^^^ there is nothing left in it
}
",
        ),
        Example::good(
            "typescript",
            "function* ids() {
  yield 1;
}
function f() {
  const found = [...ids()];
  for (const id of found) visit(id);
  return found;
}
",
        ),
        Example::good(
            "typescript",
            "function ids() {
  return [1, 2];
}
function f() {
  const found = ids();
  for (const id of found) visit(id);
  return [...found];
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    long f(List<Order> orders) {
        Stream<Order> open = orders.stream().filter(Order::isOpen);
        open.forEach(this::show);
        return open.count();
               ^^^^ there is nothing left in it
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int f(int n) {
        IntStream numbers = IntStream.range(0, n);
        int sum = numbers.sum();
        return sum / numbers.max().getAsInt();
                     ^^^^^^^ there is nothing left in it
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    long f(List<Order> orders) {
        Stream<Order> open = orders.stream();
        open = open.filter(Order::isOpen);
        return open.count();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    long f(List<Order> orders, boolean all) {
        Stream<Order> open = orders.stream();
        if (all) return open.count();
        return open.filter(Order::isOpen).count();
    }
}
",
        ),
    ],
    kinds: &[Kind::Module, Kind::Function, Kind::Lambda, Kind::Decorated],
    check,
};

/// What is known of a language's iterators.
struct Iterators {
    /// Functions that give one.
    makers: &'static [&'static str],
    /// Functions that run an argument through to its end.
    consumers: &'static [&'static str],
    /// Types whose values are used up by one call.
    single_use: &'static [&'static str],
    /// The methods of these types that do so.
    single_use_methods: &'static [&'static str],
}

const ITERATORS: ByLanguage<Iterators> = &[
    (
        &["python"],
        Iterators {
            makers: &[
                "map",
                "filter",
                "zip",
                "enumerate",
                "reversed",
                "itertools.chain",
                "itertools.islice",
                "itertools.groupby",
                "csv.reader",
                "csv.DictReader",
            ],
            consumers: &[
                "list",
                "tuple",
                "set",
                "frozenset",
                "sorted",
                "sum",
                "min",
                "max",
                "dict",
                "join",
            ],
            single_use: &[],
            single_use_methods: &[],
        },
    ),
    (
        &["javascript", "typescript"],
        Iterators {
            makers: &[],
            consumers: &["Array.from", "Set", "Map", "Object.fromEntries"],
            single_use: &[],
            single_use_methods: &[],
        },
    ),
    (
        &["java"],
        Iterators {
            makers: &[],
            consumers: &[],
            single_use: &["Stream", "IntStream", "LongStream", "DoubleStream"],
            single_use_methods: &[
                "filter",
                "map",
                "mapToObj",
                "mapToInt",
                "mapToLong",
                "flatMap",
                "forEach",
                "forEachOrdered",
                "collect",
                "count",
                "sum",
                "average",
                "max",
                "min",
                "toList",
                "toArray",
                "reduce",
                "anyMatch",
                "allMatch",
                "noneMatch",
                "findFirst",
                "findAny",
                "sorted",
                "distinct",
                "limit",
                "skip",
                "iterator",
                "boxed",
                "peek",
            ],
        },
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(known) = context.in_language(ITERATORS).filter(|_| id == NodeId::ROOT) else { return };
    let bindings = &context.facts.bindings;
    let mut consumptions = FxHashSet::default();
    for (binding, _) in bindings.iter() {
        let mut definitions = bindings.definitions(binding);
        let (Some(definition), None) = (definitions.next(), definitions.next()) else { continue };
        if !holds_iterator(context, known, definition) {
            continue;
        }
        let uses = bindings.uses(tree, binding).filter(|it| is_run_through(context, known, *it));
        consumptions.extend(uses);
    }
    if consumptions.is_empty() {
        return;
    }
    let renews = FxHashSet::default();
    let spent = Spent::compute(context.graph(), tree, bindings, &consumptions, &renews);
    for read in consumptions.iter().copied() {
        let name = context.excerpt(read);
        if let Some(first) = spent.at(read) {
            context
                .report(
                    read,
                    format!("`{name}` was run through before: there is nothing left in it"),
                )
                .related(first, "run through here")
                .because("It gives its elements once.")
                .emit();
        } else if let Some(definition) = repeated(context, read) {
            context
                .report(read, format!("`{name}` has elements for the first round of the loop only"))
                .related(definition, "made here, before the loop")
                .because("It gives its elements once, and every round runs it through.")
                .emit();
        }
    }
}

/// Where the iterator was made that a loop around this use runs through again in each round.
fn repeated(context: &Context<'_>, read: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let around = innermost(tree, read).filter(|it| tree.kind(*it).is_loop())?;
    let bindings = &context.facts.bindings;
    let definition = bindings.definitions(bindings.resolve(read)?).next()?;
    let is_outside = !tree.is_within(definition, around)
        && tree.enclosing_function(definition) == tree.enclosing_function(read);
    (is_outside && !runs_rarely(tree, read, around)).then_some(definition)
}

/// Whether a definition gives its variable something that can be run through once.
fn holds_iterator(context: &Context<'_>, known: &Iterators, definition: NodeId) -> bool {
    let tree = context.tree;
    let parent = tree.node(definition).parent;
    if !matches!(tree.kind(parent), Kind::Assign | Kind::Declare)
        || tree.role(definition) != Role::Target
    {
        return false;
    }
    let declared = tree.child(parent, Role::Type);
    if declared.is_some_and(|it| known.single_use.contains(&tree.name(it))) {
        return true;
    }
    let Some(value) = tree.child(parent, Role::Value) else { return false };
    match tree.kind(value) {
        Kind::Comprehension => tree.flags(value).has(Flags::LAZY),
        Kind::Call => tree.child(value, Role::Callee).is_some_and(|callee| {
            let path = context.paths().of(callee);
            let is_known = path.is_some_and(|path| known.makers.contains(&&*path));
            let is_own = tree.kind(callee) == Kind::Name
                && context.facts.bindings.resolve(callee).is_none()
                && context
                    .environment
                    .signature(tree.name(callee))
                    .is_some_and(|it| it.is_generator && !it.is_async);
            is_known || is_own
        }),
        _ => false,
    }
}

/// Whether a use runs the iterator through to its end.
fn is_run_through(context: &Context<'_>, known: &Iterators, name: NodeId) -> bool {
    let tree = context.tree;
    let node = tree.node(name);
    let parent = node.parent;
    match (tree.kind(parent), node.role) {
        (Kind::ForEach, Role::Iterable) => !stops_early(tree, parent),
        (Kind::ComprehensionFor, Role::Iterable) => {
            let comprehension = tree.node(parent).parent;
            let clauses = tree.children(comprehension);
            let first = clauses.into_iter().find(|it| tree.kind(*it) == Kind::ComprehensionFor);
            first == Some(parent) && !tree.flags(comprehension).has(Flags::LAZY)
        }
        (Kind::Call, Role::Argument) => tree.child(parent, Role::Callee).is_some_and(|callee| {
            let is_method = known.consumers.contains(&tree.name(callee));
            let path = context.paths().of(callee);
            let is_join = tree.name(callee) == "join" && is_method;
            is_join || path.is_some_and(|path| known.consumers.contains(&&*path))
        }),
        (Kind::Spread, _) => tree.kind(tree.node(parent).parent) != Kind::Function,
        (Kind::Member, Role::Receiver) => {
            tree.role(parent) == Role::Callee
                && known.single_use_methods.contains(&tree.name(parent))
        }
        _ => false,
    }
}

/// Whether a loop may end before its iterator does.
fn stops_early(tree: &Tree, loop_node: NodeId) -> bool {
    tree.descendants(loop_node).any(|it| {
        matches!(tree.kind(it), Kind::Break | Kind::Return | Kind::Raise | Kind::Yield)
            || tree.kind(it) == Kind::Call && is_step(tree, it)
    })
}

/// `next(lines)`
fn is_step(tree: &Tree, call: NodeId) -> bool {
    tree.child(call, Role::Callee).is_some_and(|callee| tree.name(callee) == "next")
}
