//! `bug/collection-changed-while-iterated`.

use crate::facts::control_flow::is_probe;
use crate::facts::loops::runs_rarely;
use crate::facts::purity::{is_repeatable, is_same_meaning};
use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::languages::ValueType;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/collection-changed-while-iterated",
    category: Category::Bug,
    summary: "A collection gains or loses elements while a loop runs over it",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python", "javascript", "typescript", "go", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a loop over a collection that removes elements from it, or puts some in where that is not allowed, and then goes on.",
        why: "A list's elements move up, and the loop skips the one after each that was removed. Dictionaries and Java's collections raise an exception; C++'s iterators point into freed memory.",
        fix: "Loop over a copy, collect what is to go and remove it afterwards, or build a new collection of what stays.",
        limits: "Only changes by the loop's own body are seen, of a collection that it names as the loop's head does. Appending to a list in Python or JavaScript, which the loop then runs over too, is left alone, and so are objects of classes of one's own, and `del` of members in Python, which may be no dictionaries.",
        references: &[
            "https://docs.python.org/3/tutorial/controlflow.html#for-statements",
            "https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/ConcurrentModificationException.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def drop_closed(orders):
    for order in orders:
        if order.closed:
            orders.remove(order)
            ^^^^^^^^^^^^^^^^^^^^ changes here while the loop runs over it
",
        ),
        Example::bad(
            "python",
            "def drop_empty(stock):
    for name, count in stock.items():
        if count == 0:
            del stock[name]
            ^^^^^^^^^^^^^^^ changes here while the loop runs over it
",
        ),
        Example::good(
            "python",
            "def drop_closed(orders):
    for order in list(orders):
        if order.closed:
            orders.remove(order)
",
        ),
        Example::good(
            "python",
            "def drop_first(orders, key):
    for order in orders:
        if order.key == key:
            orders.remove(order)
            break
",
        ),
        Example::good(
            "python",
            "def drop_closed(self):
    columns = ColumnCollection(self.columns)
    for column in columns:
        if column.closed:
            columns.remove(column)
    for name in self.headers:
        if \"_\" in name:
            del self.headers[name]
",
        ),
        Example::good(
            "python",
            "def walk(nodes):
    for node in nodes:
        nodes.append(node.next)
",
        ),
        Example::bad(
            "javascript",
            "for (const order of orders) {
  if (order.closed) orders.splice(orders.indexOf(order), 1);
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ changes here while the loop runs over it
}
",
        ),
        Example::bad(
            "javascript",
            "function drain(queue) {
  for (const [at, job] of queue.entries()) {
    run(at, job);
    queue.shift();
    ^^^^^^^^^^^^^ changes here while the loop runs over it
  }
}
",
        ),
        Example::good(
            "javascript",
            "for (const order of [...orders]) {
  if (order.closed) orders.splice(orders.indexOf(order), 1);
}
",
        ),
        Example::good(
            "javascript",
            "for (const order of orders) {
  if (order.closed) {
    orders.splice(orders.indexOf(order), 1);
    break;
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function clean(orders: Order[]) {
  for (const order of orders) {
    if (order.closed) orders.splice(orders.indexOf(order), 1);
                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ changes here while the loop runs over it
  }
}
",
        ),
        Example::bad(
            "typescript",
            "function drain(queue: Job[]) {
  for (const job of queue) {
    run(job);
    queue.pop();
    ^^^^^^^^^^^ changes here while the loop runs over it
  }
}
",
        ),
        Example::good(
            "typescript",
            "function clean(seen: Set<string>) {
  for (const key of seen) seen.delete(key);
}
",
        ),
        Example::good(
            "typescript",
            "function grow(orders: Order[]) {
  for (const order of orders) {
    if (order.next) orders.push(order.next);
  }
}
",
        ),
        Example::bad(
            "go",
            "package shop

func clean(orders []Order) []Order {
	for i, order := range orders {
		if order.Closed {
			orders = append(orders[:i], orders[i+1:]...)
			^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ changes here while the loop runs over it
		}
	}
	return orders
}
",
        ),
        Example::bad(
            "go",
            "package shop

func drop(shop *Shop) {
	for i := range shop.orders {
		shop.orders = append(shop.orders[:i], shop.orders[i+1:]...)
		^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ changes here while the loop runs over it
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func drop(orders []Order, id int) []Order {
	for i, order := range orders {
		if order.ID == id {
			orders = append(orders[:i], orders[i+1:]...)
			break
		}
	}
	return orders
}
",
        ),
        Example::good(
            "go",
            "package shop

func clean(stock map[string]int) {
	for name, count := range stock {
		if count == 0 {
			delete(stock, name)
		}
	}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void clean(List<Order> orders) {
        for (Order order : orders) {
            if (order.isClosed()) orders.remove(order);
                                  ^^^^^^^^^^^^^^^^^^^^ changes here while the loop runs over it
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void clean(Map<String, Integer> stock) {
        for (String name : stock.keySet()) {
            if (stock.get(name) == 0) {
                stock.remove(name);
                ^^^^^^^^^^^^^^^^^^ changes here while the loop runs over it
            }
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void clean(List<Order> orders) {
        for (Order order : new ArrayList<>(orders)) {
            if (order.isClosed()) orders.remove(order);
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean drop(List<Order> orders, int id) {
        for (Order order : orders) {
            if (order.id() == id) {
                orders.remove(order);
                return true;
            }
        }
        return false;
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void spread(std::vector<int> &numbers) {
    for (int number : numbers) {
        numbers.push_back(number * 2);
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ changes here while the loop runs over it
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void clean(std::map<int, Order> &orders) {
    for (auto &[id, order] : orders) {
        if (order.closed) orders.erase(id);
                          ^^^^^^^^^^^^^^^^ changes here while the loop runs over it
    }
}
",
        ),
        Example::good(
            "cpp",
            "void spread(std::vector<int> &numbers) {
    std::vector<int> more;
    for (int number : numbers) {
        more.push_back(number * 2);
    }
}
",
        ),
        Example::good(
            "cpp",
            "bool drop(std::map<int, Order> &orders, int wanted) {
    for (auto &[id, order] : orders) {
        if (id == wanted) {
            orders.erase(id);
            return true;
        }
    }
    return false;
}
",
        ),
    ],
    kinds: &[Kind::ForEach],
    check,
};

/// How a language's loops and collections go together.
struct Changes {
    /// Methods that change which elements there are.
    methods: &'static [&'static str],
    /// Methods that give a view of the same elements.
    views: &'static [&'static str],
    /// Functions that run over their first argument.
    wrappers: &'static [&'static str],
}

const CHANGES: ByLanguage<Changes> = &[
    (
        &["python"],
        Changes {
            methods: &["remove", "pop", "popitem", "insert", "clear", "discard", "popleft"],
            views: &["items", "keys", "values"],
            wrappers: &["enumerate", "iter", "zip"],
        },
    ),
    (
        &["javascript", "typescript"],
        Changes {
            methods: &["splice", "shift", "unshift", "pop"],
            views: &["entries", "keys", "values"],
            wrappers: &[],
        },
    ),
    (&["go"], Changes { methods: &[], views: &[], wrappers: &[] }),
    (
        &["java"],
        Changes {
            methods: &[
                "remove",
                "add",
                "clear",
                "addAll",
                "removeAll",
                "removeIf",
                "retainAll",
                "removeFirst",
                "removeLast",
                "addFirst",
                "addLast",
                "poll",
                "pop",
                "push",
            ],
            views: &["keySet", "values", "entrySet"],
            wrappers: &[],
        },
    ),
    (
        &["cpp"],
        Changes {
            methods: &[
                "push_back",
                "emplace_back",
                "erase",
                "clear",
                "pop_back",
                "resize",
                "push_front",
                "emplace_front",
            ],
            views: &[],
            wrappers: &[],
        },
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(known) = context.in_language(CHANGES) else { return };
    let Some(collection) = collection(context, known, id) else { return };
    let is_stable = is_repeatable(tree, collection);
    let Some(body) = tree.child(id, Role::Body).filter(|_| is_stable) else { return };
    let function = tree.enclosing_function(id);
    let changes: Vec<NodeId> = tree
        .descendants(body)
        .filter(|it| {
            changed(context, known, *it)
                .is_some_and(|of| is_same_meaning(tree, &context.facts.bindings, of, collection))
                && tree.enclosing_function(*it) == function
        })
        .collect();
    let Some(change) = changes.iter().copied().find(|it| {
        let statement = tree.enclosing_statement(*it);
        !runs_rarely(tree, *it, id) && !is_probe(tree, statement)
    }) else {
        return;
    };
    if is_renewed(context, collection, body) || is_safe(context, collection) {
        return;
    }
    let name = context.excerpt(collection);
    context
        .report(change, format!("`{name}` changes here while the loop runs over it"))
        .related(collection, "the loop runs over it")
        .because("The loop goes on afterwards with a collection that is no longer the one it started with.")
        .emit();
}

/// The collection that a loop runs over, whatever view of it.
fn collection(context: &Context<'_>, known: &Changes, id: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let iterable = tree.child(id, Role::Iterable)?;
    match tree.kind(iterable) {
        // What an object does to itself while it is run over, it knows.
        Kind::Name if matches!(tree.name(iterable), "self" | "this") => None,
        Kind::Name | Kind::Member => Some(iterable),
        Kind::Call => {
            let callee = tree.child(iterable, Role::Callee)?;
            let arguments = tree.children_with(iterable, Role::Argument).count();
            match tree.kind(callee) {
                Kind::Member if known.views.contains(&tree.name(callee)) && arguments == 0 => {
                    tree.child(callee, Role::Receiver)
                }
                Kind::Name if known.wrappers.contains(&tree.name(callee)) => {
                    let first = tree.child(iterable, Role::Argument)?;
                    matches!(tree.kind(first), Kind::Name | Kind::Member).then_some(first)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The collection that a node takes elements from, or puts some in.
fn changed(context: &Context<'_>, known: &Changes, id: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    match tree.kind(id) {
        Kind::Call => {
            let callee = tree.child(id, Role::Callee)?;
            let is_known =
                tree.kind(callee) == Kind::Member && known.methods.contains(&tree.name(callee));
            tree.child(callee, Role::Receiver).filter(|_| is_known)
        }
        // `del items[key]`; JavaScript's `delete` leaves a hole. A member may be any mapping, and
        // with a dictionary the first such loop would have failed.
        Kind::Delete if known.wrappers.contains(&"enumerate") => {
            let target = tree.child(id, Role::Target)?;
            let of = tree.child(target, Role::Receiver)?;
            (tree.kind(target) == Kind::Index && tree.kind(of) == Kind::Name).then_some(of)
        }
        // `items = append(items[:i], items[i+1:]...)`
        Kind::Assign if known.methods.is_empty() => {
            let target = tree.child(id, Role::Target)?;
            let value = tree.child(id, Role::Value)?;
            let callee = tree.child(value, Role::Callee)?;
            let first = tree.child(value, Role::Argument)?;
            let rest = tree.children_with(value, Role::Argument).last()?;
            let is_cut = tree.text(callee) == "append"
                && tree.kind(first) == Kind::Range
                && tree.kind(rest) == Kind::Spread;
            let cut = tree.child(first, Role::Receiver).filter(|_| is_cut)?;
            (tree.text(cut) == tree.text(target)).then_some(cut)
        }
        _ => None,
    }
}

/// Whether the body gives the variable another collection, so that the loop's own stays as it is.
fn is_renewed(context: &Context<'_>, collection: NodeId, body: NodeId) -> bool {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let is_go = context.in_language(CHANGES).is_some_and(|known| known.methods.is_empty());
    !is_go
        && bindings
            .resolve(collection)
            .is_some_and(|binding| bindings.definitions(binding).any(|it| tree.is_within(it, body)))
}

/// Whether the collection is known to take changes while it is run over, or is no collection.
fn is_safe(context: &Context<'_>, collection: NodeId) -> bool {
    let tree = context.tree;
    let declared = context.facts.bindings.resolve(collection).and_then(|binding| {
        let binding = context.facts.bindings.binding(binding)?;
        Some(tree.node(binding.declared_at).parent)
    });
    let says = |word| declared.is_some_and(|it| tree.text(it).contains(word));
    says("Concurrent")
        || says("CopyOnWrite")
        || says("std::list")
        || is_of_own_kind(context, collection)
        || context.types().of(collection) == Some(ValueType::String)
}

/// Whether all that the variable ever holds is made by classes that are not named as the usual
/// collections are: these may well hand out a copy to run over.
fn is_of_own_kind(context: &Context<'_>, collection: NodeId) -> bool {
    const USUAL: &[&str] = &["List", "Dict", "Map", "Set", "Queue", "Deque", "Counter", "Vector"];
    let (tree, bindings) = (context.tree, &context.facts.bindings);
    let Some(binding) = bindings.resolve(collection) else { return false };
    let mut definitions = bindings.definitions(binding).peekable();
    definitions.peek().is_some()
        && definitions.all(|it| {
            let value = tree.child(tree.node(it).parent, Role::Value);
            let callee = value
                .filter(|value| tree.kind(*value) == Kind::Call)
                .and_then(|value| tree.child(value, Role::Callee));
            callee.is_some_and(|callee| {
                // Without type arguments: `ArrayList<Order>`.
                let name = tree.text(callee).split('<').next().unwrap_or("").trim_end();
                let name = name.rsplit('.').next().unwrap_or(name);
                name.starts_with(char::is_uppercase)
                    && !USUAL.iter().any(|usual| name.ends_with(usual))
            })
        })
}
