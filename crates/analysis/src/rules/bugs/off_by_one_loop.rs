//! `bug/off-by-one-loop`.

use crate::facts::purity::{is_repeatable, is_same_meaning};
use crate::findings::{Category, Safety, Severity};
use crate::ir::{Access, Kind, NodeId, Operator, Role, Tree};
use crate::rules::lengths::measured;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/off-by-one-loop",
    category: Category::Bug,
    summary: "A loop that counts one index too far",
    severity: Severity::Error,
    confidence: 0.94,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a loop that counts up to the length itself, as in `i <= items.length`, and takes the element at its counter.",
        why: "Indices start at zero, so the last round reads one past the last element: an exception, `undefined`, or foreign memory.",
        fix: "Stop before the length: `<` instead of `<=`.",
        limits: "Only collections that are measured in the loop's own condition are seen, and arrays whose size stands in their declaration. A loop that compares its counter once more inside is left alone.",
        references: &["https://cwe.mitre.org/data/definitions/193.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def show_all(items):
    for index in range(len(items) + 1):
                 ^^^^^^^^^^^^^^^^^^^^^ one past the last index
        show(items[index])
",
        ),
        Example::bad(
            "python",
            "def total(prices):
    total = 0
    for at in range(1, len(prices) + 1):
              ^^^^^^^^^^^^^^^^^^^^^^^^^ one past the last index
        total += prices[at]
    return total
",
        ),
        Example::good(
            "python",
            "def show_all(items):
    for index in range(len(items)):
        show(items[index])
",
        ),
        Example::good(
            "python",
            "def splits(text):
    return [(text[:at], text[at:]) for at in range(len(text) + 1)]
",
        ),
        Example::fixed(
            "javascript",
            "for (let i = 0; i <= items.length; i++) {
                ^^^^^^^^^^^^^^^^^ one past the last index
  show(items[i]);
}
",
            "for (let i = 0; i < items.length; i++) {
  show(items[i]);
}
",
        ),
        Example::fixed(
            "javascript",
            "function total(order) {
  let sum = 0;
  for (let i = 0; i <= order.lines.length; i++) sum += order.lines[i].price;
                  ^^^^^^^^^^^^^^^^^^^^^^^ one past the last index
  return sum;
}
",
            "function total(order) {
  let sum = 0;
  for (let i = 0; i < order.lines.length; i++) sum += order.lines[i].price;
  return sum;
}
",
        ),
        Example::good(
            "javascript",
            "for (let i = 1; i <= items.length; i++) {
  show(items[i - 1]);
}
",
        ),
        Example::good(
            "javascript",
            "for (let i = 0; i <= text.length; i++) {
  if (i === text.length || text[i] === ',') cut(i);
}
",
        ),
        Example::fixed(
            "typescript",
            "for (let i = 0; i <= items.length; i++) {
                ^^^^^^^^^^^^^^^^^ one past the last index
  show(items[i]);
}
",
            "for (let i = 0; i < items.length; i++) {
  show(items[i]);
}
",
        ),
        Example::fixed(
            "typescript",
            "function total(order) {
  let sum = 0;
  for (let i = 0; i <= order.lines.length; i++) sum += order.lines[i].price;
                  ^^^^^^^^^^^^^^^^^^^^^^^ one past the last index
  return sum;
}
",
            "function total(order) {
  let sum = 0;
  for (let i = 0; i < order.lines.length; i++) sum += order.lines[i].price;
  return sum;
}
",
        ),
        Example::good(
            "typescript",
            "for (let i = 1; i <= items.length; i++) {
  show(items[i - 1]);
}
",
        ),
        Example::good(
            "typescript",
            "for (let i = 0; i <= text.length; i++) {
  if (i === text.length || text[i] === ',') cut(i);
}
",
        ),
        Example::bad(
            "rust",
            "fn show_all(items: &[u32]) {
    for index in 0..=items.len() {
                 ^^^^^^^^^^^^^^^ one past the last index
        show(items[index]);
    }
}
",
        ),
        Example::bad(
            "rust",
            "fn total(prices: &[u32]) -> u32 {
    let mut total = 0;
    for at in 0..prices.len() + 1 {
              ^^^^^^^^^^^^^^^^^^^ one past the last index
        total += prices[at];
    }
    total
}
",
        ),
        Example::good(
            "rust",
            "fn show_all(items: &[u32]) {
    for index in 0..items.len() {
        show(items[index]);
    }
}
",
        ),
        Example::good(
            "rust",
            "fn halves(items: &[u32]) {
    for at in 0..=items.len() {
        show(&items[..at]);
    }
}
",
        ),
        Example::fixed(
            "go",
            "package shop

func showAll(items []int) {
	for i := 0; i <= len(items); i++ {
	            ^^^^^^^^^^^^^^^ one past the last index
		show(items[i])
	}
}
",
            "package shop

func showAll(items []int) {
	for i := 0; i < len(items); i++ {
		show(items[i])
	}
}
",
        ),
        Example::fixed(
            "go",
            "package shop

func total(order Order) int {
	sum := 0
	for i := 1; i <= len(order.Lines); i++ {
	            ^^^^^^^^^^^^^^^^^^^^^ one past the last index
		sum += order.Lines[i].Price
	}
	return sum
}
",
            "package shop

func total(order Order) int {
	sum := 0
	for i := 1; i < len(order.Lines); i++ {
		sum += order.Lines[i].Price
	}
	return sum
}
",
        ),
        Example::good(
            "go",
            "package shop

func showAll(items []int) {
	for i := 1; i <= len(items); i++ {
		show(items[i-1])
	}
}
",
        ),
        Example::good(
            "go",
            "package shop

func cut(text string) {
	for i := 0; i <= len(text); i++ {
		if i == len(text) || text[i] == ',' {
			show(i)
		}
	}
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    void showAll(int[] items) {
        for (int i = 0; i <= items.length; i++) {
                        ^^^^^^^^^^^^^^^^^ one past the last index
            show(items[i]);
        }
    }
}
",
            "class Shop {
    void showAll(int[] items) {
        for (int i = 0; i < items.length; i++) {
            show(items[i]);
        }
    }
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    void showAll(List<Item> items) {
        for (int i = 0; i <= items.size(); i++) {
                        ^^^^^^^^^^^^^^^^^ one past the last index
            show(items.get(i));
        }
    }
}
",
            "class Shop {
    void showAll(List<Item> items) {
        for (int i = 0; i < items.size(); i++) {
            show(items.get(i));
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void showAll(int[] items) {
        for (int i = 1; i <= items.length; i++) {
            show(items[i - 1]);
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    void cut(String text) {
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == ',') show(i);
        }
    }
}
",
        ),
        Example::fixed(
            "c",
            "void clear(void) {
    int counts[10];
    for (int i = 0; i <= 10; i++) {
                    ^^^^^^^ one past the last index
        show(counts[i]);
    }
}
",
            "void clear(void) {
    int counts[10];
    for (int i = 0; i < 10; i++) {
        show(counts[i]);
    }
}
",
        ),
        Example::fixed(
            "c",
            "int total(void) {
    int sum = 0, prices[COUNT];
    fill(prices);
    for (int i = 0; i <= COUNT; i++) sum += prices[i];
                    ^^^^^^^^^^ one past the last index
    return sum;
}
",
            "int total(void) {
    int sum = 0, prices[COUNT];
    fill(prices);
    for (int i = 0; i < COUNT; i++) sum += prices[i];
    return sum;
}
",
        ),
        Example::good(
            "c",
            "void clear(void) {
    int counts[10];
    for (int i = 0; i < 10; i++) {
        show(counts[i]);
    }
}
",
        ),
        Example::good(
            "c",
            "void clear(void) {
    int counts[11];
    for (int i = 0; i <= 10; i++) {
        show(counts[i]);
    }
}
",
        ),
        Example::fixed(
            "cpp",
            "void showAll(const std::vector<int> &items) {
    for (size_t i = 0; i <= items.size(); ++i) {
                       ^^^^^^^^^^^^^^^^^ one past the last index
        show(items[i]);
    }
}
",
            "void showAll(const std::vector<int> &items) {
    for (size_t i = 0; i < items.size(); ++i) {
        show(items[i]);
    }
}
",
        ),
        Example::fixed(
            "cpp",
            "void clear() {
    int counts[10];
    for (int i = 0; i <= 10; i++) {
                    ^^^^^^^ one past the last index
        show(counts[i]);
    }
}
",
            "void clear() {
    int counts[10];
    for (int i = 0; i < 10; i++) {
        show(counts[i]);
    }
}
",
        ),
        Example::good(
            "cpp",
            "void showAll(const std::vector<int> &items) {
    for (size_t i = 1; i <= items.size(); ++i) {
        show(items[i - 1]);
    }
}
",
        ),
        Example::good(
            "cpp",
            "void clear() {
    int counts[10];
    for (int i = 0; i < 10; i++) {
        show(counts[i]);
    }
}
",
        ),
    ],
    kinds: &[Kind::ForCount, Kind::ForEach],
    check,
};

/// Methods that take an element by its index.
const ELEMENT_METHODS: &[&str] = &["get", "charAt", "at", "elementAt"];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let found = match tree.kind(id) {
        Kind::ForCount => counted(context, id),
        _ => ranged(context, id),
    };
    let Some((counter, list, bound, operator)) = found else { return };
    let Some(body) = tree.child(id, Role::Body).filter(|_| is_repeatable(tree, list)) else {
        return;
    };
    let Some(taken) = taken(context, body, counter, list) else { return };
    let (name, list) = (context.excerpt(counter), context.excerpt(list));
    let message = format!("`{name}` gets one past the last index of `{list}`");
    let mut report = context
        .report(bound, message)
        .related(taken, "takes the element at that index")
        .because("The last index is the length minus one, and the loop goes on to the length.");
    if let Some(operator) = operator {
        let edit = (tree.span(operator), "<".to_owned());
        report = report.fix("Stop before the length", Safety::Unsafe, vec![edit]);
    }
    report.emit();
}

/// The counter, the collection, what bounds it, and the operator to mend.
type Found = (NodeId, NodeId, NodeId, Option<NodeId>);

/// `i <= items.length`
fn counted(context: &Context<'_>, id: NodeId) -> Option<Found> {
    let tree = context.tree;
    let condition = tree.child(id, Role::Condition)?;
    let is_closed = tree.node(condition).operator == Operator::LessEqual;
    let counter = tree.child(condition, Role::Left).filter(|_| is_closed)?;
    let limit = tree.child(condition, Role::Right)?;
    let list = measured(context, limit).or_else(|| sized(context, id, counter, limit))?;
    let operator = tree.child(condition, Role::Operator);
    (tree.kind(counter) == Kind::Name).then_some((counter, list, condition, operator))
}

/// An array of which a loop takes elements, and whose declared size is the limit.
fn sized(context: &Context<'_>, id: NodeId, counter: NodeId, limit: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    if !matches!(tree.kind(limit), Kind::Number | Kind::Name) {
        return None;
    }
    let is_counter = |it: NodeId| bindings.resolve(it) == bindings.resolve(counter);
    let mut indices = tree.descendants(id).filter(|it| tree.kind(*it) == Kind::Index);
    indices.find_map(|index| {
        let list = tree.child(index, Role::Receiver)?;
        let at = tree.child(index, Role::Index).filter(|it| is_counter(*it))?;
        let declared = bindings.binding(bindings.resolve(list)?)?.declared_at;
        let declaration = tree.node(declared).parent;
        let mut sizes = tree.children_with(declaration, Role::Index);
        let (size, None) = (sizes.next()?, sizes.next()) else { return None };
        let is_declared = tree.kind(declaration) == Kind::Declare && tree.kind(at) == Kind::Name;
        (is_declared && tree.text(size) == tree.text(limit)).then_some(list)
    })
}

/// `range(len(items) + 1)`, `0..=items.len()`
fn ranged(context: &Context<'_>, id: NodeId) -> Option<Found> {
    let tree = context.tree;
    let counter = tree.child(id, Role::Target).filter(|it| tree.kind(*it) == Kind::Name)?;
    let iterable = tree.child(id, Role::Iterable)?;
    let end = match tree.kind(iterable) {
        Kind::Call => {
            let callee = tree.child(iterable, Role::Callee)?;
            let arguments = tree.children_with(iterable, Role::Argument).count();
            let is_range = tree.text(callee) == "range" && arguments <= 2;
            tree.last_child(iterable).filter(|_| is_range)?
        }
        Kind::Range => tree.last_child(iterable)?,
        _ => return None,
    };
    if tree.kind(iterable) == Kind::Range && tree.text(iterable).contains("..=") {
        return Some((counter, measured(context, end)?, iterable, None));
    }
    let is_sum = tree.kind(end) == Kind::Binary && tree.node(end).operator == Operator::Add;
    let one = tree.child(end, Role::Right).filter(|it| is_sum && tree.text(*it) == "1");
    let length = tree.child(end, Role::Left).filter(|_| one.is_some())?;
    Some((counter, measured(context, length)?, iterable, None))
}

/// Where the body takes the element of `list` at the counter, if nothing in it compares the
/// counter first.
fn taken(context: &Context<'_>, body: NodeId, counter: NodeId, list: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let bindings = &context.facts.bindings;
    let binding = bindings.resolve(counter)?;
    let is_counter =
        |it: NodeId| tree.kind(it) == Kind::Name && bindings.resolve(it) == Some(binding);
    let mut found = None;
    for it in tree.descendants(body) {
        match tree.kind(it) {
            Kind::Compare if tree.children(it).any(is_counter) => return None,
            Kind::Assign | Kind::Update if tree.child(it, Role::Target).is_some_and(is_counter) => {
                return None;
            }
            Kind::Try | Kind::Catch => return None,
            Kind::Index => {
                let parts = [Role::Receiver, Role::Index].map(|role| tree.child(it, role));
                if let [Some(receiver), Some(index)] = parts
                    && is_counter(index)
                    && is_read(tree, it)
                    && is_same_meaning(tree, bindings, receiver, list)
                {
                    found = found.or(Some(it));
                }
            }
            Kind::Call => {
                let callee = tree.child(it, Role::Callee).filter(|callee| {
                    tree.kind(*callee) == Kind::Member
                        && ELEMENT_METHODS.contains(&tree.name(*callee))
                });
                let receiver = callee.and_then(|callee| tree.child(callee, Role::Receiver));
                if let Some(receiver) = receiver
                    && tree.child(it, Role::Argument).is_some_and(is_counter)
                    && is_same_meaning(tree, bindings, receiver, list)
                {
                    found = found.or(Some(it));
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether an element is read, or written where that makes no new one.
fn is_read(tree: &Tree, index: NodeId) -> bool {
    let node = tree.node(index);
    let is_borrowed = tree.kind(node.parent) == Kind::Reference;
    !is_borrowed && node.access == Access::Read
}
