//! `bug/lock-held-across-await`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/lock-held-across-await",
    category: Category::Bug,
    summary: "A thread's lock is held while an async function waits",
    severity: Severity::Error,
    confidence: 0.9,
    languages: &["python", "rust"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports an `await` inside `with lock:` (Python), or while a guard of `std::sync` is alive (Rust).",
        why: "While the function waits, others run on the same thread. When one of them wants the lock, it blocks the thread, and with it the function that would release the lock: a deadlock.",
        fix: "Release the lock before the `await`, or use the lock of the async library (`async with asyncio.Lock()`, `tokio::sync::Mutex`).",
        limits: "In Python, a name that ends in `lock` or `mutex` counts as a lock; in Rust, a variable that holds `.lock().unwrap()` or the like.",
        references: &[
            "https://rust-lang.github.io/rust-clippy/master/#await_holding_lock",
            "https://docs.python.org/3/library/asyncio-sync.html",
        ],
    },
    examples: &[
        Example::bad(
            "python",
            "async def save(self, order):
    with self.lock:
        await write(order)
        ^^^^^^^^^^^^^^^^^^ is held while this waits
",
        ),
        Example::bad(
            "python",
            "async def count(orders):
    with orders_lock:
        for order in orders:
            total = await order.total()
                    ^^^^^^^^^^^^^^^^^^^ is held while this waits
    return total
",
        ),
        Example::good(
            "python",
            "async def save(self, order):
    async with self.lock:
        await write(order)
",
        ),
        Example::good(
            "python",
            "async def save(self, order):
    with self.lock:
        self.orders.append(order)
    await write(order)
",
        ),
        Example::bad(
            "rust",
            "async fn save(orders: &Mutex<Vec<Order>>, order: Order) {
    let mut guard = orders.lock().unwrap();
    write(&order).await;
    ^^^^^^^^^^^^^^^^^^^ is held while this waits
    guard.push(order);
}
",
        ),
        Example::bad(
            "rust",
            "async fn total(orders: &RwLock<Vec<Order>>) -> u32 {
    let all = orders.read().expect(\"not poisoned\");
    let mut total = 0;
    for order in all.iter() {
        total += order.total().await;
                 ^^^^^^^^^^^^^^^^^^^ is held while this waits
    }
    total
}
",
        ),
        Example::good(
            "rust",
            "async fn save(orders: &Mutex<Vec<Order>>, order: Order) {
    let mut guard = orders.lock().unwrap();
    guard.push(order);
    drop(guard);
    write().await;
}
",
        ),
        Example::good(
            "rust",
            "async fn save(orders: &Mutex<Vec<Order>>, order: Order) {
    {
        let mut guard = orders.lock().unwrap();
        guard.push(order);
    }
    let mut guard = later().lock().await;
    write(&mut guard).await;
}
",
        ),
    ],
    kinds: &[Kind::Await],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let mut inner = id;
    for outer in tree.ancestors(id) {
        if tree.kind(outer).is_function() {
            return;
        }
        let held = match tree.kind(outer) {
            Kind::With if tree.role(inner) == Role::Body => {
                tree.children_with(outer, Role::Resource).find(|it| is_lock(tree, outer, *it))
            }
            Kind::Block => guard_before(tree, outer, inner, id),
            _ => None,
        };
        if let Some(held) = held {
            report(context, id, held);
            return;
        }
        inner = outer;
    }
}

fn report(context: &mut Context<'_>, id: NodeId, held: NodeId) {
    let lock = context.excerpt(held);
    context
        .report(id, format!("`{lock}` is held while this waits"))
        .related(held, "taken here")
        .because("The lock blocks the whole thread, not only this function.")
        .emit();
}

/// Whether what a `with` opens is a lock for threads, by its name.
fn is_lock(tree: &Tree, with: NodeId, resource: NodeId) -> bool {
    let name = tree.name(resource).to_ascii_lowercase();
    let is_named = matches!(tree.kind(resource), Kind::Name | Kind::Member)
        && (name.ends_with("lock") || name.ends_with("mutex"));
    let is_async = tree.flags(with).has(Flags::ASYNC) || tree.text(with).starts_with("async");
    is_named && !is_async && !name.contains("async") && !name.contains("aio")
}

/// The guard that a statement of the block before `inner` took, and that is still alive at `id`.
fn guard_before(tree: &Tree, block: NodeId, inner: NodeId, id: NodeId) -> Option<NodeId> {
    let mut guards: Vec<NodeId> = Vec::new();
    for statement in tree.children(block).take_while(|it| *it < inner) {
        match tree.kind(statement) {
            Kind::Declare => {
                let guard = tree.child(statement, Role::Target);
                let value = tree.child(statement, Role::Value);
                if let (Some(guard), Some(value)) = (guard, value)
                    && tree.kind(guard) == Kind::Name
                    && takes_lock(tree, value)
                {
                    guards.push(guard);
                }
            }
            _ => guards.retain(|guard| !drops(tree, statement, *guard)),
        }
    }
    // The statement itself may release it before it waits.
    let released = |guard: &NodeId| {
        tree.descendants(inner).take_while(|it| *it < id).any(|it| drops(tree, it, *guard))
    };
    guards.into_iter().find(|guard| !released(guard))
}

/// `mutex.lock().unwrap()`
fn takes_lock(tree: &Tree, value: NodeId) -> bool {
    let method = |call: NodeId| {
        let callee = tree.child(call, Role::Callee).filter(|_| tree.kind(call) == Kind::Call)?;
        Some((tree.name(callee), tree.child(callee, Role::Receiver)?))
    };
    let Some((outer, receiver)) = method(value) else { return false };
    let Some((inner, _)) = method(receiver) else { return false };
    let arguments = tree.children_with(receiver, Role::Argument).count();
    matches!(outer, "unwrap" | "expect" | "unwrap_or_else")
        && matches!(inner, "lock" | "read" | "write")
        && arguments == 0
}

/// Whether a statement, or part of one, gives the guard away.
fn drops(tree: &Tree, part: NodeId, guard: NodeId) -> bool {
    let symbol = tree.node(guard).symbol;
    std::iter::once(part).chain(tree.descendants(part)).any(|it| {
        let is_named = tree.kind(it) == Kind::Name && tree.node(it).symbol == symbol;
        is_named && matches!(tree.role(it), Role::Argument | Role::Value)
    })
}
