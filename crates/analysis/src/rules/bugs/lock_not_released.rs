//! `bug/lock-not-released`.

use rustc_hash::FxHashSet;

use crate::facts::graph::BlockId;
use crate::facts::purity::is_repeatable;
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/lock-not-released",
    category: Category::Bug,
    summary: "A function returns with a lock that it releases on other ways",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["python", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a `return` after which a lock stays taken that the function took itself, and that it releases on another way.",
        why: "Whoever wants the lock next waits forever. Such a `return` is mostly one for an error, added later, and so the program hangs when something else went wrong already.",
        fix: "Release the lock before the `return`, or take it in a form that releases it on every way: `defer`, `with`, `finally`, `std::lock_guard`.",
        limits: "Functions that never release the lock, or only if a condition holds, are left alone: somebody else may do it. Ways by an exception are not followed.",
        references: &["https://cwe.mitre.org/data/definitions/667.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def save(self, order):
    self.lock.acquire()
    if order is None:
        return False
        ^^^^^^^^^^^^ is still locked after this return
    self.orders.append(order)
    self.lock.release()
    return True
",
        ),
        Example::bad(
            "python",
            "def first(orders, lock):
    lock.acquire()
    for order in orders:
        if order.open:
            return order
            ^^^^^^^^^^^^ is still locked after this return
    lock.release()
    return None
",
        ),
        Example::good(
            "python",
            "def save(self, order):
    self.lock.acquire()
    try:
        if order is None:
            return False
        self.orders.append(order)
    finally:
        self.lock.release()
    return True
",
        ),
        Example::good(
            "python",
            "def take(self, wait):
    if wait:
        self.lock.acquire()
    if not self.orders:
        return None
    order = self.orders.pop()
    if wait:
        self.lock.release()
    return order
",
        ),
        Example::bad(
            "go",
            "package shop

func (s *Shop) Save(order *Order) error {
	s.mutex.Lock()
	if order == nil {
		return errNone
		^^^^^^^^^^^^^^ is still locked after this return
	}
	s.orders = append(s.orders, order)
	s.mutex.Unlock()
	return nil
}
",
        ),
        Example::bad(
            "go",
            "package shop

func (s *Shop) Find(id int) *Order {
	s.mutex.RLock()
	order, ok := s.orders[id]
	if !ok {
		s.mutex.RUnlock()
		return nil
	}
	if order.Closed {
		return nil
		^^^^^^^^^^ is still locked after this return
	}
	s.mutex.RUnlock()
	return order
}
",
        ),
        Example::good(
            "go",
            "package shop

func (s *Shop) Save(order *Order) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if order == nil {
		return errNone
	}
	return nil
}
",
        ),
        Example::good(
            "go",
            "package shop

func (s *Shop) Find(id int) *Order {
	s.mutex.RLock()
	order, ok := s.orders[id]
	if !ok {
		s.mutex.RUnlock()
		return nil
	}
	s.mutex.RUnlock()
	return order
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean save(Order order) {
        lock.lock();
        if (order == null) {
            return false;
            ^^^^^^^^^^^^^ is still locked after this return
        }
        orders.add(order);
        lock.unlock();
        return true;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Order find(int id) {
        this.lock.lock();
        for (Order order : orders) {
            if (order.id() == id) return order;
                                  ^^^^^^^^^^^^^ is still locked after this return
        }
        this.lock.unlock();
        return null;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean save(Order order) {
        lock.lock();
        try {
            if (order == null) return false;
            orders.add(order);
        } finally {
            lock.unlock();
        }
        return true;
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean save(Order order) {
        lock.lock();
        if (order == null) {
            lock.unlock();
            return false;
        }
        lock.unlock();
        return true;
    }
}
",
        ),
        Example::bad(
            "c",
            "int save(struct shop *shop, struct order *order) {
    pthread_mutex_lock(&shop->mutex);
    if (!order) {
        return -1;
        ^^^^^^^^^^ is still locked after this return
    }
    add(shop, order);
    pthread_mutex_unlock(&shop->mutex);
    return 0;
}
",
        ),
        Example::bad(
            "c",
            "int count(struct shop *shop) {
    mtx_lock(&shop->mutex);
    if (shop->closed) return 0;
                      ^^^^^^^^^ is still locked after this return
    int count = shop->count;
    mtx_unlock(&shop->mutex);
    return count;
}
",
        ),
        Example::good(
            "c",
            "int save(struct shop *shop, struct order *order) {
    int result = -1;
    pthread_mutex_lock(&shop->mutex);
    if (!order) goto out;
    result = add(shop, order);
out:
    pthread_mutex_unlock(&shop->mutex);
    return result;
}
",
        ),
        Example::good(
            "c",
            "int begin(struct shop *shop) {
    pthread_mutex_lock(&shop->mutex);
    return shop->count;
}
",
        ),
        Example::bad(
            "cpp",
            "int Shop::save(Order *order) {
    mutex_.lock();
    if (!order) {
        return -1;
        ^^^^^^^^^^ is still locked after this return
    }
    orders_.push_back(order);
    mutex_.unlock();
    return 0;
}
",
        ),
        Example::bad(
            "cpp",
            "int Shop::count() {
    pthread_mutex_lock(&mutex_);
    if (closed_) return 0;
                 ^^^^^^^^^ is still locked after this return
    int count = count_;
    pthread_mutex_unlock(&mutex_);
    return count;
}
",
        ),
        Example::good(
            "cpp",
            "int Shop::save(Order *order) {
    std::lock_guard<std::mutex> guard(mutex_);
    if (!order) return -1;
    orders_.push_back(order);
    return 0;
}
",
        ),
        Example::good(
            "cpp",
            "int Shop::save(Order *order) {
    mutex_.lock();
    if (!order) {
        mutex_.unlock();
        return -1;
    }
    mutex_.unlock();
    return 0;
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Methods and functions that take a lock, each with what releases it.
type Pairs = &'static [(&'static str, &'static str)];

const LOCKS: ByLanguage<Pairs> = &[
    (&["python"], &[("acquire", "release")]),
    (&["go"], &[("Lock", "Unlock"), ("RLock", "RUnlock")]),
    (&["java"], &[("lock", "unlock"), ("lockInterruptibly", "unlock")]),
    (
        &["c", "cpp"],
        &[
            ("pthread_mutex_lock", "pthread_mutex_unlock"),
            ("pthread_rwlock_rdlock", "pthread_rwlock_unlock"),
            ("pthread_rwlock_wrlock", "pthread_rwlock_unlock"),
            ("mtx_lock", "mtx_unlock"),
            ("EnterCriticalSection", "LeaveCriticalSection"),
            ("lock", "unlock"),
            ("spin_lock", "spin_unlock"),
            ("mutex_lock", "mutex_unlock"),
        ],
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(pairs) = context.in_language(LOCKS) else { return };
    // A test of what the call gives is about locks that may not be had.
    if tree.kind(tree.node(id).parent) != Kind::ExpressionStatement {
        return;
    }
    let Some(name) = tree.child(id, Role::Callee).map(|it| tree.name(it)) else { return };
    let Some((_, release)) = pairs.iter().find(|(take, _)| *take == name) else { return };
    let Some(lock) = locked(tree, id).filter(|it| is_repeatable(tree, *it)) else { return };
    let function = tree.enclosing_function(id);
    let releases: Vec<NodeId> = tree
        .descendants(function)
        .filter(|it| {
            let callee = tree.child(*it, Role::Callee).filter(|_| tree.kind(*it) == Kind::Call);
            callee.is_some_and(|callee| tree.name(callee) == *release)
                && locked(tree, *it).is_some_and(|other| tree.text(other) == tree.text(lock))
        })
        .collect();
    if releases.is_empty() || !is_simple(tree, id, &releases) {
        return;
    }
    let Some(leaving) = leaving(context, id, &releases) else { return };
    let lock = context.excerpt(lock);
    context
        .report(leaving, format!("`{lock}` is still locked after this return"))
        .related(id, "locked here")
        .because("Other ways through the function release the lock, and this one does not.")
        .emit();
}

/// What a call locks or releases: its receiver, or its argument.
fn locked(tree: &Tree, call: NodeId) -> Option<NodeId> {
    let callee = tree.child(call, Role::Callee)?;
    match tree.kind(callee) {
        Kind::Member => tree.child(callee, Role::Receiver),
        _ => tree.child(call, Role::Argument),
    }
}

/// Whether each release stands in the function itself, and none under a condition that may go with
/// one of the lock's own: only in a branch that then leaves, or on the straight way.
fn is_simple(tree: &Tree, lock: NodeId, releases: &[NodeId]) -> bool {
    let function = tree.enclosing_function(lock);
    let statement = tree.enclosing_statement(lock);
    let home = tree.node(statement).parent;
    // One that is released first and taken again belongs to whoever calls.
    if releases.iter().any(|release| *release < lock && tree.is_within(*release, home)) {
        return false;
    }
    releases.iter().all(|release| {
        if tree.enclosing_function(*release) != function
            || tree.flags(tree.enclosing_statement(*release)).has(Flags::CONDITIONAL)
        {
            return false;
        }
        let mut inner = *release;
        for outer in tree.ancestors(*release) {
            if outer == home {
                return true;
            }
            match tree.kind(outer) {
                Kind::Defer | Kind::Finally | Kind::Lambda | Kind::Catch => return false,
                Kind::Block if tree.kind(tree.node(outer).parent) == Kind::If => {
                    let last = tree.last_child(outer);
                    let leaves = last.is_some_and(|it| {
                        matches!(
                            tree.kind(it),
                            Kind::Return | Kind::Raise | Kind::Break | Kind::Continue | Kind::Goto
                        )
                    });
                    if !leaves {
                        return false;
                    }
                }
                Kind::If if tree.kind(inner) != Kind::Block => return false,
                _ => {}
            }
            inner = outer;
        }
        // Released outside of the block in which it was taken: the taking has a condition.
        false
    })
}

/// The `return` that some way from the lock reaches without a release.
fn leaving(context: &Context<'_>, lock: NodeId, releases: &[NodeId]) -> Option<NodeId> {
    let graph = context.graph();
    let tree = context.tree;
    let start = graph.block_of(lock)?;
    let mut seen: FxHashSet<BlockId> = FxHashSet::default();
    // The lock's own block counts from the lock on.
    let mut open: Vec<(BlockId, bool)> = vec![(start, true)];
    while let Some((block, is_first)) = open.pop() {
        let steps = graph.steps(block).iter().copied();
        let mut steps = steps.skip_while(|it| is_first && *it != lock).skip(usize::from(is_first));
        let end = steps.find(|it| {
            releases.contains(it)
                || *it == lock
                || tree.kind(*it) == Kind::Return
                || is_handover(tree, *it, lock)
        });
        match end {
            Some(step) if tree.kind(step) == Kind::Return => {
                // What is returned may be what releases it.
                let text = tree.text(step).to_ascii_lowercase();
                let hands_over = text.contains("unlock") || text.contains("release");
                return (!hands_over).then_some(step);
            }
            Some(_) => {}
            None => {
                let edges = graph.block(block).map(|it| it.successors.as_slice());
                for edge in edges.unwrap_or_default() {
                    if seen.insert(edge.to) {
                        open.push((edge.to, false));
                    }
                }
            }
        }
    }
    None
}

/// A call that may release the lock, by its name, or that gets it handed.
fn is_handover(tree: &Tree, step: NodeId, lock: NodeId) -> bool {
    if tree.kind(step) != Kind::Call {
        return false;
    }
    let name = tree.child(step, Role::Callee).map_or("", |it| tree.name(it)).to_ascii_lowercase();
    let lock = locked(tree, lock).map_or("", |it| tree.text(it));
    let mut arguments = tree.children_with(step, Role::Argument);
    ["unlock", "release", "leave", "exit"].iter().any(|known| name.contains(known))
        || arguments.any(|it| tree.text(it) == lock)
}
