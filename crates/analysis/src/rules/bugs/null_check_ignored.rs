//! `bug/null-check-ignored`.

use crate::facts::control_flow::{is_probe, is_unevaluated};
use crate::facts::values::{Nullness, Reason};
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::rules::returns::is_ending_call;
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/null-check-ignored",
    category: Category::Bug,
    summary: "A variable is tested for null above and used here as if it never were",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a member or element of a variable that was compared with null before, where a way leads from the branch in which it is null.",
        why: "Either the variable can be null, and this fails, or the test is in vain. Mostly the branch forgot to leave the function.",
        fix: "Leave in the branch that found it to be null, give it a value there, or move the use into the other branch.",
        limits: "Only variables that no other function assigns are followed. A test joined with others by `and` or `or` says nothing sure, and is left alone.",
        references: &["https://cwe.mitre.org/data/definitions/476.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def total(order):
    if order is None:
        log('no order')
    return order.total
           ^^^^^ may be null here
",
        ),
        Example::bad(
            "python",
            "def names(orders):
    if orders is None:
        count = 0
    else:
        count = 1
    first = orders[0]
            ^^^^^^ may be null here
    return first, count
",
        ),
        Example::good(
            "python",
            "def total(order):
    if order is None:
        return 0
    return order.total
",
        ),
        Example::good(
            "python",
            "def total(order):
    if order is None:
        order = Order()
    return order.total
",
        ),
        Example::bad(
            "javascript",
            "function total(order) {
  if (order == null) {
    log('no order');
  }
  return order.total;
         ^^^^^ may be null here
}
",
        ),
        Example::bad(
            "javascript",
            "function show(order) {
  if (order != null) {
    prepare(order);
  }
  print(order.total);
        ^^^^^ may be null here
}
",
        ),
        Example::good(
            "javascript",
            "function total(order) {
  if (order == null) throw new Error('no order');
  return order.total;
}
",
        ),
        Example::good(
            "javascript",
            "function show(order) {
  if (order == null) log('no order');
  return order?.total;
}
",
        ),
        Example::bad(
            "typescript",
            "function total(order) {
  if (order == null) {
    log('no order');
  }
  return order.total;
         ^^^^^ may be null here
}
",
        ),
        Example::bad(
            "typescript",
            "function show(order) {
  if (order != null) {
    prepare(order);
  }
  print(order.total);
        ^^^^^ may be null here
}
",
        ),
        Example::good(
            "typescript",
            "function total(order) {
  if (order == null) throw new Error('no order');
  return order.total;
}
",
        ),
        Example::good(
            "typescript",
            "function show(order) {
  if (order == null) log('no order');
  return order?.total;
}
",
        ),
        Example::bad(
            "go",
            "package shop

func total(order *Order) int {
	if order == nil {
		log(\"no order\")
	}
	return order.Total
	       ^^^^^ may be null here
}
",
        ),
        Example::bad(
            "go",
            "package shop

func show(order *Order) {
	if order != nil {
		prepare(order)
	}
	print(order.Total)
	      ^^^^^ may be null here
}
",
        ),
        Example::good(
            "go",
            "package shop

func total(order *Order) int {
	if order == nil {
		return 0
	}
	return order.Total
}
",
        ),
        Example::good(
            "go",
            "package shop

func total(order *Order) int {
	if order == nil {
		order = &Order{}
	}
	return order.Total
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    int total(Order order) {
        if (order == null) {
            log(\"no order\");
        }
        return order.total();
               ^^^^^ may be null here
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    void show(Order order) {
        if (order != null) {
            prepare(order);
        }
        print(order.total());
              ^^^^^ may be null here
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int total(Order order) {
        if (order == null) {
            return 0;
        }
        return order.total();
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    int total(Order order) {
        if (order == null) {
            order = new Order();
        }
        return order.total();
    }
}
",
        ),
        Example::bad(
            "c",
            "int total(struct order *order) {
    if (order == NULL) {
        log(\"no order\");
    }
    return order->total;
           ^^^^^ may be null here
}
",
        ),
        Example::bad(
            "c",
            "int total(int *order) {
    if (!order) {
        log(\"no order\");
    }
    return *order;
            ^^^^^ may be null here
}
",
        ),
        Example::good(
            "c",
            "int total(struct order *order) {
    if (order == NULL) {
        return 0;
    }
    return order->total;
}
",
        ),
        Example::good(
            "c",
            "int total(struct order *order) {
    if (!order) {
        order = first();
    }
    return order->total;
}
",
        ),
        Example::bad(
            "cpp",
            "int total(struct order *order) {
    if (order == NULL) {
        log(\"no order\");
    }
    return order->total;
           ^^^^^ may be null here
}
",
        ),
        Example::bad(
            "cpp",
            "int total(int *order) {
    if (!order) {
        log(\"no order\");
    }
    return *order;
            ^^^^^ may be null here
}
",
        ),
        Example::good(
            "cpp",
            "int total(struct order *order) {
    if (order == NULL) {
        return 0;
    }
    return order->total;
}
",
        ),
        Example::good(
            "cpp",
            "int total(struct order *order) {
    if (!order) {
        order = first();
    }
    return order->total;
}
",
        ),
    ],
    kinds: &[Kind::Member, Kind::Index, Kind::Dereference],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let receiver = tree
        .child(id, Role::Receiver)
        .or_else(|| tree.child(id, Role::Value))
        .or_else(|| tree.child(id, Role::Operand));
    let Some(receiver) = receiver.filter(|it| tree.kind(*it) == Kind::Name) else { return };
    if tree.flags(id).has(Flags::OPTIONAL) {
        return;
    }
    let Some(value) = context.values().at(receiver).copied() else { return };
    let is_open = value.nullness == Nullness::Sometimes && value.reason == Reason::Tested;
    let Some(branch) = branch_of(tree, value.because).filter(|_| is_open) else { return };
    if is_unevaluated(tree, id) {
        return;
    }
    let bindings = &context.facts.bindings;
    let own = bindings.resolve(receiver);
    let mut tested = tree.descendants(value.because).chain([value.because]);
    if !tested.any(|it| bindings.resolve(it) == own) || may_end(tree, branch) {
        return;
    }
    // A value that comes with another, an error above all, is told of by that one.
    let is_paired = own.is_some_and(|it| {
        bindings.definitions(it).any(|at| {
            let definition = tree.node(at).parent;
            tree.children_with(definition, Role::Target).nth(1).is_some()
                || matches!(tree.kind(definition), Kind::Tuple | Kind::List)
        })
    });
    if is_paired {
        return;
    }
    let statement = tree.enclosing_statement(id);
    let function = tree.enclosing_function(id);
    let in_doubt = is_probe(tree, statement)
        || tree
            .ancestors(id)
            .take_while(|it| *it != function)
            .any(|it| tree.flags(it).has(Flags::CONDITIONAL))
        || context.calls_macro(function);
    if in_doubt || is_guarded(tree, id, branch) {
        return;
    }
    let name = context.excerpt(receiver);
    let test = context.excerpt(value.because);
    context
        .report(receiver, format!("`{name}` may be null here: `{test}` above says so"))
        .related(value.because, "tested here")
        .because("The branch in which it is null leads here, too.")
        .emit();
}

/// The statement whose branches the test alone decides.
fn branch_of(tree: &Tree, test: NodeId) -> Option<NodeId> {
    let mut at = test;
    while tree.kind(tree.node(at).parent) == Kind::Unary {
        at = tree.node(at).parent;
    }
    let parent = tree.node(at).parent;
    let decides = tree.role(at) == Role::Condition && tree.kind(parent) == Kind::If;
    decides.then_some(parent)
}

/// Whether one of the branches ends in a call that may well not come back, so that no way leads on.
fn may_end(tree: &Tree, branch: NodeId) -> bool {
    let branches = [Role::Then, Role::Else].into_iter().filter_map(|it| tree.child(branch, it));
    branches.into_iter().any(|block| {
        tree.descendants(block).any(|it| {
            let is_report = tree
                .child(it, Role::Callee)
                .is_some_and(|callee| tree.name(callee).to_ascii_lowercase().contains("report"));
            tree.kind(it) == Kind::Call && (is_report || is_ending_call(tree, it))
                || matches!(tree.kind(it), Kind::Macro | Kind::Label | Kind::Other | Kind::Finally)
        })
    })
}

/// Whether a use stands under another condition that may well exclude null.
fn is_guarded(tree: &Tree, id: NodeId, branch: NodeId) -> bool {
    let home = tree.node(branch).parent;
    let mut inner = id;
    for outer in tree.ancestors(id) {
        if outer == home {
            return false;
        }
        let role = tree.role(inner);
        let is_condition = match tree.kind(outer) {
            Kind::If | Kind::Ternary | Kind::While | Kind::ForCount => role != Role::Condition,
            Kind::Logical => role == Role::Right,
            Kind::Switch | Kind::Catch | Kind::ForEach | Kind::Comprehension | Kind::Case => true,
            _ => false,
        };
        if is_condition {
            return true;
        }
        inner = outer;
    }
    true
}
