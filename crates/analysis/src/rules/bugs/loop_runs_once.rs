//! `bug/loop-runs-once`.

use crate::facts::loops::head;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/loop-runs-once",
    category: Category::Bug,
    summary: "A loop that never gets to a second round",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a loop whose body leaves it on every way through the first round, by `return`, `break` or an exception.",
        why: "Only the first element is ever looked at. Mostly one of the jumps belongs behind the loop: `return False` for \"none of them\" must wait until all were seen.",
        fix: "Move the last jump behind the loop, or write what was meant without a loop.",
        limits: "A loop over elements that simply takes the first one, with no decision in it, is left alone, and so are endless loops that are left at their end, which stand in for a jump.",
        references: &[
            "https://eslint.org/docs/latest/rules/no-unreachable-loop",
            "https://rust-lang.github.io/rust-clippy/master/#never_loop",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "def has_open(orders):
    for order in orders:
                 ^^^^^^ ends in its first round
        if order.is_open:
            return True
        else:
            return False
",
        ),
        Example::bad(
            "python",
            "def find(items, key):
    for item in items:
                ^^^^^ ends in its first round
        if item.key == key:
            return item
        return None
",
        ),
        Example::good(
            "python",
            "def first(items):
    for item in items:
        return item
    return None
",
        ),
        Example::good(
            "python",
            "def has_open(orders):
    for order in orders:
        if order.is_open:
            return True
    return False
",
        ),
        Example::good(
            "python",
            "def find(path, suffixes):
    for entry in path:
        if entry.is_file:
            return entry
        for suffix in suffixes:
            if entry.has(suffix):
                break
        else:
            continue
        break
",
        ),
        Example::bad(
            "javascript",
            "function hasOpen(orders) {
  for (const order of orders) {
                      ^^^^^^ ends in its first round
    if (order.isOpen) {
      return true;
    } else {
      return false;
    }
  }
}
",
        ),
        Example::bad(
            "javascript",
            "function find(items, key) {
  for (let i = 0; i < items.length; i++) {
                  ^^^^^^^^^^^^^^^^ ends in its first round
    if (items[i].key === key) return items[i];
    return null;
  }
}
",
        ),
        Example::good(
            "javascript",
            "function find(items, key) {
  for (const item of items) {
    if (item.key !== key) continue;
    return item;
  }
  return null;
}
",
        ),
        Example::good(
            "javascript",
            "function isEmpty(map) {
  for (const key in map) return false;
  return true;
}
",
        ),
        Example::bad(
            "typescript",
            "function hasOpen(orders: Order[]): boolean {
  for (const order of orders) {
                      ^^^^^^ ends in its first round
    if (order.isOpen) return true;
    return false;
  }
  return false;
}
",
        ),
        Example::bad(
            "typescript",
            "function find(items: Item[], key: string): Item | null {
  for (let i = 0; i < items.length; i++) {
                  ^^^^^^^^^^^^^^^^ ends in its first round
    if (items[i].key === key) return items[i];
    else return null;
  }
  return null;
}
",
        ),
        Example::good(
            "typescript",
            "function find(items: Item[], key: string): Item | null {
  for (const item of items) {
    if (item.key === key) return item;
  }
  return null;
}
",
        ),
        Example::good(
            "typescript",
            "function attempt(run: () => void) {
  while (true) {
    if (tryIt(run)) break;
    run();
    break;
  }
}
",
        ),
        Example::bad(
            "rust",
            "fn has_open(orders: &[Order]) -> bool {
    for order in orders {
                 ^^^^^^ ends in its first round
        if order.is_open {
            return true;
        } else {
            return false;
        }
    }
    false
}
",
        ),
        Example::bad(
            "rust",
            "fn find(items: &[Item], key: u32) -> Option<&Item> {
    for item in items {
                ^^^^^ ends in its first round
        if item.key == key {
            return Some(item);
        }
        return None;
    }
    None
}
",
        ),
        Example::good(
            "rust",
            "fn find(items: &[Item], key: u32) -> Option<&Item> {
    for item in items {
        if item.key == key {
            return Some(item);
        }
    }
    None
}
",
        ),
        Example::good(
            "rust",
            "fn first(items: &[Item]) -> Option<&Item> {
    for item in items {
        return Some(item);
    }
    None
}
",
        ),
        Example::bad(
            "go",
            "package shop

func hasOpen(orders []Order) bool {
	for _, order := range orders {
	                      ^^^^^^ ends in its first round
		if order.Open {
			return true
		}
		return false
	}
	return false
}
",
        ),
        Example::bad(
            "go",
            "package shop

func find(items []Item, key string) *Item {
	for i := 0; i < len(items); i++ {
	            ^^^^^^^^^^^^^^ ends in its first round
		if items[i].Key == key {
			return &items[i]
		} else {
			return nil
		}
	}
	return nil
}
",
        ),
        Example::good(
            "go",
            "package shop

func first(items map[string]Item) *Item {
	for _, item := range items {
		return &item
	}
	return nil
}
",
        ),
        Example::good(
            "go",
            "package shop

func find(items []Item, key string) *Item {
	for i := range items {
		if items[i].Key != key {
			continue
		}
		return &items[i]
	}
	return nil
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean hasOpen(List<Order> orders) {
        for (Order order : orders) {
                           ^^^^^^ ends in its first round
            if (order.isOpen()) {
                return true;
            }
            return false;
        }
        return false;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Item find(List<Item> items, String key) {
        for (int i = 0; i < items.size(); i++) {
                        ^^^^^^^^^^^^^^^^ ends in its first round
            if (items.get(i).is(key)) return items.get(i);
            else throw new IllegalStateException();
        }
        return null;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Item find(List<Item> items, String key) {
        for (Item item : items) {
            if (!item.is(key)) continue;
            return item;
        }
        return null;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Item first(List<Item> items) {
        for (Item item : items) {
            return item;
        }
        return null;
    }
}
",
        ),
        Example::bad(
            "c",
            "int find(const int *items, int count, int key) {
    for (int i = 0; i < count; i++) {
                    ^^^^^^^^^ ends in its first round
        if (items[i] == key) return i;
        return -1;
    }
    return -1;
}
",
        ),
        Example::bad(
            "c",
            "struct node *seek(struct node *node, int key) {
    while (node) {
           ^^^^ ends in its first round
        if (node->key == key) {
            return node;
        } else {
            return 0;
        }
    }
    return 0;
}
",
        ),
        Example::good(
            "c",
            "int find(const int *items, int count, int key) {
    for (int i = 0; i < count; i++) {
        if (items[i] == key) return i;
    }
    return -1;
}
",
        ),
        Example::good(
            "c",
            "int attempt(int step) {
    do {
        if (first(step)) break;
        second(step);
        break;
    } while (0);
    return step;
}
",
        ),
        Example::bad(
            "cpp",
            "bool hasOpen(const std::vector<Order> &orders) {
    for (const auto &order : orders) {
                             ^^^^^^ ends in its first round
        if (order.open) return true;
        return false;
    }
    return false;
}
",
        ),
        Example::bad(
            "cpp",
            "int find(const std::vector<int> &items, int key) {
    for (int i = 0; i < items.size(); i++) {
                    ^^^^^^^^^^^^^^^^ ends in its first round
        if (items[i] == key) return i;
        else break;
    }
    return -1;
}
",
        ),
        Example::good(
            "cpp",
            "bool hasOpen(const std::vector<Order> &orders) {
    for (const auto &order : orders) {
        if (order.open) return true;
    }
    return false;
}
",
        ),
        Example::good(
            "cpp",
            "int first(const std::vector<int> &items) {
    for (int item : items) {
        return item;
    }
    return 0;
}
",
        ),
    ],
    kinds: &[Kind::ForEach, Kind::ForCount, Kind::While],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let flags = tree.flags(id);
    let Some(body) = tree.child(id, Role::Body) else { return };
    if flags.has(Flags::POST_CONDITION) || flags.has(Flags::CONDITIONAL) || goes_on(tree, body, id)
    {
        return;
    }
    let constant = tree.child(id, Role::Condition).is_some_and(|it| tree.kind(it).is_literal());
    let counts = tree.kind(id) != Kind::ForCount || tree.child(id, Role::Condition).is_some();
    let Some(last) = leaving(tree, body, id).filter(|_| !constant && counts) else { return };
    // To take the first element, many a library offers nothing else.
    if !(decides(tree, body, id) || tree.kind(id) == Kind::ForCount) {
        return;
    }
    let what = context.excerpt(head(tree, id));
    context
        .report(head(tree, id), format!("the loop over `{what}` ends in its first round"))
        .related(last, "leaves the loop")
        .because("Every way through its body leaves it.")
        .emit();
}

/// Where the body leaves the loop at last, if it does so on every way.
fn leaving(tree: &Tree, body: NodeId, loop_node: NodeId) -> Option<NodeId> {
    let mut open = vec![body];
    let mut last = None;
    while let Some(at) = open.pop() {
        if tree.flags(at).has(Flags::CONDITIONAL) {
            return None;
        }
        match tree.kind(at) {
            Kind::Return | Kind::Raise => last = last.max(Some(at)),
            Kind::Break if leaves(tree, at, loop_node) => last = last.max(Some(at)),
            Kind::Block => open.push(tree.last_child(at)?),
            Kind::ExpressionStatement => open.push(tree.children(at).next()?),
            Kind::With => open.push(tree.child(at, Role::Body)?),
            Kind::If => {
                open.push(tree.child(at, Role::Then)?);
                open.push(tree.child(at, Role::Else)?);
            }
            _ => return None,
        }
    }
    last
}

/// Whether a `break` leaves this loop.
fn leaves(tree: &Tree, jump: NodeId, loop_node: NodeId) -> bool {
    let is_labelled = tree.node(jump).symbol.is_some() || tree.child(jump, Role::Label).is_some();
    !is_labelled && target(tree, jump, true) == Some(loop_node)
}

/// Whether something in the body may start the next round, or nobody knows.
fn goes_on(tree: &Tree, body: NodeId, loop_node: NodeId) -> bool {
    tree.descendants(body).any(|it| match tree.kind(it) {
        Kind::Continue => {
            let is_labelled =
                tree.node(it).symbol.is_some() || tree.child(it, Role::Label).is_some();
            is_labelled || target(tree, it, false) == Some(loop_node)
        }
        Kind::Goto | Kind::Yield | Kind::Error => true,
        Kind::Macro => tree.text(it).contains("continue"),
        Kind::Label => tree.kind(tree.node(it).parent) != Kind::Break,
        _ => false,
    })
}

/// Whether the body returns from a branch of its own, too: the loop looks for something.
fn decides(tree: &Tree, body: NodeId, loop_node: NodeId) -> bool {
    let function = tree.enclosing_function(loop_node);
    tree.children(body).filter(|it| tree.kind(*it) == Kind::If).any(|branch| {
        tree.descendants(branch)
            .any(|it| tree.kind(it) == Kind::Return && tree.enclosing_function(it) == function)
    })
}

/// The loop that a jump without a label is about: not the one in whose `else` it stands.
fn target(tree: &Tree, jump: NodeId, is_break: bool) -> Option<NodeId> {
    let mut inner = jump;
    tree.ancestors(jump).find(|outer| {
        let from = std::mem::replace(&mut inner, *outer);
        let is_breakable = is_break && tree.flags(*outer).has(Flags::BREAKABLE);
        (tree.kind(*outer).is_loop() || is_breakable) && tree.role(from) != Role::Else
    })
}
