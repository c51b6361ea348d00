//! `perf/nested-loop-join`.

use crate::findings::{Category, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/nested-loop-join",
    category: Category::Perf,
    summary: "Two collections are joined by comparing all pairs",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a search for the element with an equal key within a loop over another collection: nested loops whose inner body is one `if` on equality, or `xs.map(x => ys.find(y => y.id === x.id))` and its like.",
        why: "Each of n elements is compared with each of m others, O(n·m): fine with ten, slow with ten thousand.",
        fix: "Put one collection into a map by its key before the loop, and look the others up: O(n + m).",
        limits: "Loops over few constant elements are left alone, as are inner collections that depend on the outer element, and counters of loops.",
        references: &["https://en.wikipedia.org/wiki/Hash_join"],
    },
    examples: &[
        Example::bad(
            "python",
            "def join(orders, users):
    for order in orders:
        for user in users:
            if user.id == order.user_id:
               ^^^^^^^^^^^^^^^^^^^^^^^^ compares all pairs, O(n·m)
                show(order, user)
",
        ),
        Example::bad(
            "python",
            "def join(orders, users):
    return [(order, user) for order in orders for user in users if user.id == order.user_id]
                                                                   ^^^^^^^^^^^^^^^^^^^^^^^^ compares all pairs
",
        ),
        Example::good(
            "python",
            "def join(orders, users):
    by_id = {user.id: user for user in users}
    for order in orders:
        show(order, by_id[order.user_id])
",
        ),
        Example::good(
            "python",
            "def tagged(orders):
    for order in orders:
        for tag in order.tags:
            if tag.name == order.name:
                show(order)
",
        ),
        Example::bad(
            "javascript",
            "function join(orders, users) {
  return orders.map((order) => users.find((user) => user.id === order.userId));
                                                    ^^^^^^^^^^^^^^^^^^^^^^^^ compares all pairs, O(n·m)
}
",
        ),
        Example::bad(
            "javascript",
            "function join(orders, users) {
  for (const order of orders) {
    for (const user of users) {
      if (user.id === order.userId) show(order, user);
          ^^^^^^^^^^^^^^^^^^^^^^^^ compares all pairs
    }
  }
}
",
        ),
        Example::good(
            "javascript",
            "function join(orders, users) {
  const byId = new Map(users.map((user) => [user.id, user]));
  return orders.map((order) => byId.get(order.userId));
}
",
        ),
        Example::good(
            "javascript",
            "function tagged(orders) {
  return orders.filter((order) => order.tags.some((tag) => tag.name === order.name));
}
",
        ),
        Example::bad(
            "typescript",
            "function join(orders: Order[], users: User[]) {
  return orders.map((order) => users.find((user) => user.id === order.userId));
                                                    ^^^^^^^^^^^^^^^^^^^^^^^^ compares all pairs, O(n·m)
}
",
        ),
        Example::bad(
            "typescript",
            "function join(orders: Order[], users: User[]) {
  for (const order of orders) {
    for (const user of users) {
      if (user.id === order.userId) show(order, user);
          ^^^^^^^^^^^^^^^^^^^^^^^^ compares all pairs
    }
  }
}
",
        ),
        Example::good(
            "typescript",
            "function join(orders: Order[], users: User[]) {
  const byId = new Map(users.map((user) => [user.id, user]));
  return orders.map((order) => byId.get(order.userId));
}
",
        ),
        Example::good(
            "typescript",
            "function tagged(orders: Order[]) {
  return orders.filter((order) => order.tags.some((tag) => tag.name === order.name));
}
",
        ),
        Example::bad(
            "rust",
            "fn join(orders: &[Order], users: &[User]) {
    for order in orders {
        let user = users.iter().find(|user| user.id == order.user_id);
                                            ^^^^^^^^^^^^^^^^^^^^^^^^ compares all pairs, O(n·m)
        show(order, user);
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn join(orders: &[Order], users: &[User]) {
    for order in orders {
        for user in users {
            if user.id == order.user_id {
               ^^^^^^^^^^^^^^^^^^^^^^^^ compares all pairs
                show(order, user);
            }
        }
    }
}
",
        ),
        Example::good(
            "rust",
            "fn join(orders: &[Order], users: &HashMap<u32, User>) {
    for order in orders {
        show(order, users.get(&order.user_id));
    }
}
",
        ),
        Example::good(
            "rust",
            "fn tagged(orders: &[Order]) {
    for order in orders {
        show(order.tags.iter().find(|tag| tag.name == order.name));
    }
}
",
        ),
        Example::bad(
            "go",
            "package shop

func join(orders []Order, users []User) {
	for _, order := range orders {
		for _, user := range users {
			if user.ID == order.UserID {
      ^^^^^^^^^^^^^^^^^^^^^^^ compares all pairs, O(n·m)
				show(order, user)
			}
		}
	}
}
",
        ),
        Example::bad(
            "go",
            "package shop

func mark(orders []Order, names []string) {
	for _, order := range orders {
		for _, name := range names {
			if order.Name == name {
      ^^^^^^^^^^^^^^^^^^ compares all pairs
				mark(order)
				break
			}
		}
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func join(orders []Order, users map[int]User) {
	for _, order := range orders {
		show(order, users[order.UserID])
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func diagonal(rows [][]int) {
	for i := range rows {
		for j := range rows {
			if i == j {
				show(i)
			}
		}
	}
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void join(List<Order> orders, List<User> users) {
        for (Order order : orders) {
            for (User user : users) {
                if (user.id == order.userId) show(order, user);
                    ^^^^^^^^^^^^^^^^^^^^^^^ compares all pairs, O(n·m)
            }
        }
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void join(List<Order> orders, List<User> users) {
        for (Order order : orders) {
            show(users.stream().filter(user -> user.id() == order.userId()).findFirst());
                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^ compares all pairs
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void join(List<Order> orders, Map<Long, User> users) {
        for (Order order : orders) show(order, users.get(order.userId()));
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void tagged(List<Order> orders) {
        for (Order order : orders) {
            for (Tag tag : order.tags) {
                if (tag.id == order.id) show(order);
            }
        }
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void join(const std::vector<Order>& orders, const std::vector<User>& users) {
    for (const auto& order : orders) {
        for (const auto& user : users) {
            if (user.id == order.user_id) show(order, user);
                ^^^^^^^^^^^^^^^^^^^^^^^^ compares all pairs, O(n·m)
        }
    }
}
",
        ),
        Example::bad(
            "cpp",
            "void join(const std::vector<Order>& orders, const std::vector<User>& users) {
    for (const auto& order : orders) {
        auto user = std::find_if(users.begin(), users.end(), [&](const User& user) { return user.id == order.user_id; });
                                                                                            ^^^^^^^^^^^^^^^^^^^^^^^^ compares all pairs
        show(order, user);
    }
}
",
        ),
        Example::good(
            "cpp",
            "void join(const std::vector<Order>& orders, const std::map<int, User>& users) {
    for (const auto& order : orders) show(order, users.at(order.user_id));
}
",
        ),
        Example::good(
            "cpp",
            "void tagged(const std::vector<Order>& orders) {
    for (const auto& order : orders) {
        for (const auto& tag : order.tags) {
            if (tag.id == order.id) show(order);
        }
    }
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

/// Methods and functions that look for elements.
const SEARCHES: &[&str] = &[
    "find",
    "findIndex",
    "some",
    "filter",
    "any",
    "position",
    "anyMatch",
    "find_if",
    "any_of",
    "IndexFunc",
    "ContainsFunc",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    if !matches!(tree.node(id).operator, Operator::Equal | Operator::StrictEqual)
        || !is_whole_test(context, id)
    {
        return;
    }
    let sides = [Role::Left, Role::Right]
        .map(|role| tree.child(id, role).and_then(|it| element(context, it)));
    let [Some((left, left_part)), Some((right, right_part))] = sides else { return };
    // At least one side takes a part of its element, which tells it from a counter.
    if !left_part && !right_part {
        return;
    }
    let busy = context.busy_loops(id);
    let clauses = clauses(context, &busy);
    let place =
        |declared: NodeId| clauses.iter().position(|(target, _)| tree.is_within(declared, *target));
    let (Some(one), Some(other)) = (place(left), place(right)) else { return };
    if one == other {
        return;
    }
    let (inner, outer) = (one.min(other), one.max(other));
    let [Some((_, from)), Some((target, of))] = [clauses.get(inner), clauses.get(outer)] else {
        return;
    };
    // The inner collection is the same in each round of the outer loop.
    let bindings = &context.facts.bindings;
    let depends = tree
        .descendants(*from)
        .chain([*from])
        .filter(|it| tree.kind(*it) == Kind::Name)
        .any(|name| {
            bindings.resolve(name).is_some_and(|binding| {
                bindings.definitions(binding).any(|it| tree.is_within(it, *target) || it > *target)
            })
        });
    if depends
        || is_count(context, *from)
        || is_count(context, *of)
        || context.is_test
        || context.is_in_test(id)
    {
        return;
    }
    let (first, second, test) = (context.excerpt(*of), context.excerpt(*from), context.excerpt(id));
    context
        .report(id, format!("`{test}` compares all pairs, O(n·m): `{second}` is gone through for each element of `{first}`"))
        .related(*of, "the outer loop")
        .related(*from, "the inner loop")
        .because("Nothing but elements with equal keys are used, which a map by that key finds at once.")
        .emit();
}

/// Whether the comparison alone decides what the innermost loop does with an element.
fn is_whole_test(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let parent = tree.node(id).parent;
    match tree.kind(parent) {
        Kind::If if tree.role(id) == Role::Condition => {
            let block = tree.node(parent).parent;
            let is_only = tree.kind(block) != Kind::Block || tree.children(block).nth(1).is_none();
            let holder =
                if tree.kind(block) == Kind::Block { tree.node(block).parent } else { block };
            is_only
                && tree.child(parent, Role::Else).is_none()
                && tree.kind(holder) == Kind::ForEach
        }
        Kind::Comprehension | Kind::ComprehensionIf | Kind::ComprehensionFor => {
            tree.role(id) != Role::Body
        }
        Kind::Lambda => is_search(context, parent),
        Kind::Return | Kind::ExpressionStatement => {
            let block = tree.node(parent).parent;
            let lambda = tree.node(block).parent;
            tree.kind(lambda) == Kind::Lambda
                && tree.children(block).nth(1).is_none()
                && is_search(context, lambda)
        }
        _ => false,
    }
}

/// Whether a function is handed to what looks for elements.
fn is_search(context: &Context<'_>, lambda: NodeId) -> bool {
    let tree = context.tree;
    let callee = tree.child(tree.node(lambda).parent, Role::Callee);
    callee.is_some_and(|it| SEARCHES.contains(&tree.name(it)))
}

/// Where the variable at the root of a side is declared, and whether a part of it is taken.
fn element(context: &Context<'_>, side: NodeId) -> Option<(NodeId, bool)> {
    let tree = context.tree;
    let mut at = side;
    let mut is_part = false;
    loop {
        match tree.kind(at) {
            Kind::Name => {
                let bindings = &context.facts.bindings;
                let binding = bindings.binding(bindings.resolve(at)?)?;
                return Some((binding.declared_at, is_part));
            }
            Kind::Member => {
                is_part = true;
                at = tree.child(at, Role::Receiver)?;
            }
            // `user.id()`
            Kind::Call if context.arguments(at).is_empty() => at = tree.child(at, Role::Callee)?,
            Kind::Dereference | Kind::Reference => {
                at = tree.children(at).find(|it| tree.role(*it) != Role::Operator)?;
            }
            _ => return None,
        }
    }
}

/// The variables of the loops, the innermost first, with what they run over.
fn clauses(context: &Context<'_>, loops: &[NodeId]) -> Vec<(NodeId, NodeId)> {
    let tree = context.tree;
    let mut found = Vec::new();
    for loop_node in loops {
        match tree.kind(*loop_node) {
            Kind::ForEach => {
                let parts = [Role::Target, Role::Iterable].map(|role| tree.child(*loop_node, role));
                if let [Some(target), Some(iterable)] = parts {
                    found.push((target, iterable));
                }
            }
            Kind::Comprehension => {
                let mut own: Vec<(NodeId, NodeId)> = tree
                    .children(*loop_node)
                    .filter(|it| tree.kind(*it) == Kind::ComprehensionFor)
                    .filter_map(|it| {
                        Some((tree.child(it, Role::Target)?, tree.child(it, Role::Iterable)?))
                    })
                    .collect();
                own.reverse();
                found.extend(own);
            }
            Kind::Call => {
                let lambda = tree
                    .children_with(*loop_node, Role::Argument)
                    .find(|it| tree.kind(*it) == Kind::Lambda);
                let parameter = lambda.and_then(|it| tree.child(it, Role::Parameter));
                let receiver = tree
                    .child(*loop_node, Role::Callee)
                    .and_then(|it| tree.child(it, Role::Receiver));
                let is_method = receiver.filter(|it| context.text(*it) != "std");
                let from = is_method.or_else(|| tree.child(*loop_node, Role::Argument));
                if let (Some(parameter), Some(from)) = (parameter, from) {
                    found.push((parameter, from));
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether a loop counts rather than going through elements.
fn is_count(context: &Context<'_>, iterable: NodeId) -> bool {
    let tree = context.tree;
    tree.kind(iterable) == Kind::Range
        || context.called(iterable).is_some_and(|path| path == "range")
}
