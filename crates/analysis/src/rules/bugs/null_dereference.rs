//! `bug/null-dereference`.

use crate::facts::control_flow::{is_probe, is_unevaluated};
use crate::facts::values::{Nullness, Reason};
use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::{Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/null-dereference",
    category: Category::Bug,
    summary: "A member of a variable that is surely null",
    severity: Severity::Error,
    confidence: 0.93,
    languages: &["python", "javascript", "typescript", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a member, element or call of a variable that holds null (`None`, `null`, \
               `undefined`, `nil`) on every way that leads there: it was assigned, or a test just \
               said so.",
        why: "The program fails there, with an error that tells little of the cause. Often a test \
              is the wrong way round, or the branch that handles a missing value goes on as if it \
              were present.",
        fix: "Turn the test around, leave the branch, or give the variable a value first.",
        limits: "Only variables that no other function assigns are followed, one function at a \
                 time; members (`self.x`) are not. What test code sets to null itself is left \
                 alone.",
        references: &["https://cwe.mitre.org/data/definitions/476.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def total(order):
    if order is None:
        log(order.number)
            ^^^^^ `order` is `None`
    return order.total
",
        ),
        Example::bad(
            "python",
            "def connect(url):
    connection = None
    if url:
        connection.open(url)
        ^^^^^^^^^^ `connection` is `None`
    return connection
",
        ),
        Example::good(
            "python",
            "def connect(url):
    connection = None
    if url:
        connection = Connection()
        connection.open(url)
    return connection
",
        ),
        Example::good(
            "python",
            "def total(orders):
    best = None
    for order in orders:
        if best is None or order.total > best.total:
            best = order
    return best.total if best is not None else 0
",
        ),
        Example::bad(
            "javascript",
            "function size(list) {
  if (list == null && list.length > 0) {
                      ^^^^ `list` is `null`
    return list.length;
  }
  return 0;
}
",
        ),
        Example::bad(
            "javascript",
            "function first(items) {
  let found;
  return found.name;
         ^^^^^ `found` is `undefined`
}
",
        ),
        Example::good(
            "javascript",
            "function size(list) {
  if (list == null || list.length === 0) return 0;
  return list.length;
}
",
        ),
        Example::good("javascript", "function f(x) { if (x === null) return x?.y; return x.y; }\n"),
        Example::bad(
            "typescript",
            "function size(list?: string[]): number {
  if (list === undefined) {
    return list.length;
           ^^^^ `list` is `undefined`
  }
  return list.length;
}
",
        ),
        Example::bad(
            "typescript",
            "function open(path: string): File {
  let file: File | null = null;
  if (path) {
    file.open(path);
    ^^^^ `file` is `null`
  }
  return file;
}
",
        ),
        Example::good(
            "typescript",
            "function size(list?: string[]): number {
  if (list === undefined) {
    list = [];
  }
  return list.length;
}
",
        ),
        Example::good("typescript", "function f(x: X | null) { return x !== null && x.y; }\n"),
        Example::bad(
            "java",
            "class Names {
    int length(String name) {
        if (name == null) {
            return name.length();
                   ^^^^ `name` is `null` here
        }
        return 0;
    }
}
",
        ),
        Example::bad(
            "java",
            "class Orders {
    void ship(Order order) {
        Address address = null;
        if (order.isPaid()) {
            log(address.city);
                ^^^^^^^ `address` is `null` here
        }
    }
}
",
        ),
        Example::good(
            "java",
            "class Names {
    int length(String name) {
        if (name == null || name.isEmpty()) {
            return 0;
        }
        return name.length();
    }
}
",
        ),
        Example::good(
            "java",
            "class Pool {
    void use(Source source) {
        Connection connection = null;
        try {
            connection = source.open();
            connection.send();
        } finally {
            if (connection != null) {
                connection.close();
            }
        }
    }
}
",
        ),
        Example::bad(
            "go",
            "func size(p *Pair) int {
	if p == nil {
		return p.size
		       ^ `p` is `nil` here
	}
	return 0
}
",
        ),
        Example::bad(
            "go",
            "func ok(p *Pair) bool {
	return p == nil && p.ok
	                   ^ `p` is `nil` here
}
",
        ),
        Example::good("go", "func ok(p *Pair) bool { return p != nil && p.ok }\n"),
        Example::good(
            "go",
            "func find(m map[string]int) int { if m == nil { return m[\"a\"] }; return 0 }\n",
        ),
        Example::bad(
            "c",
            "int size(struct pair *p) {
  if (!p) return p->size;
                 ^ is `NULL` here
  return 0;
}
",
        ),
        Example::bad(
            "c",
            "int first(void) {
  int *p = NULL;
  return *p;
          ^ `p` is `NULL` here
}
",
        ),
        Example::good("c", "int size(struct pair *p) { return p == NULL || p->size; }\n"),
        Example::good("c", "int size(struct pair *p) { p = NULL; return sizeof(*p); }\n"),
        Example::bad(
            "cpp",
            "int size(Pair* p) {
  if (p == nullptr) { return p->size; }
                             ^ `p` is `nullptr` here
  return 0;
}
",
        ),
        Example::bad(
            "cpp",
            "bool ok(Pair* p) { return !p && p->ok(); }
                                ^ here
",
        ),
        Example::good("cpp", "bool ok(Pair* p) { return p && p->ok(); }\n"),
        Example::good("cpp", "bool ok(Pair* p) { if (!p) { p = make(); } return p->ok(); }\n"),
    ],
    kinds: &[Kind::Member, Kind::Index, Kind::Dereference],
    check,
};

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let receiver = tree
        .child(id, Role::Receiver)
        .or_else(|| tree.child(id, Role::Value).filter(|_| tree.kind(id) == Kind::Dereference));
    let Some(receiver) = receiver else { return };
    if tree.kind(receiver) != Kind::Name || tree.flags(id).has(Flags::OPTIONAL) {
        return;
    }
    let Some(value) = context.values().at(receiver).copied() else { return };
    if value.nullness != Nullness::Always
        || is_unevaluated(tree, id)
        || is_probe(tree, tree.enclosing_statement(id))
    {
        return;
    }
    // A test gives null to see what comes of it.
    if value.reason != Reason::Tested && context.is_test_code(id) {
        return;
    }
    // In Go, methods may serve a nil receiver, and a nil map has no elements to read.
    let is_called = tree.role(id) == Role::Callee && context.excerpt(receiver) != "err";
    if context.language.id() == "go" && (is_called || tree.kind(id) == Kind::Index) {
        return;
    }
    // An object is no pointer: `if (!stream) stream.clear();`
    let is_object = context.knowledge().falsy_is_null
        && tree.kind(id) == Kind::Member
        && !tree.text(id).contains("->");
    if is_object || context.calls_macro(tree.enclosing_function(id)) {
        return;
    }
    let name = context.excerpt(receiver);
    let null = null_word(context, value.because);
    let because = match value.reason {
        Reason::Tested => format!("the test says that `{name}` is `{null}`"),
        _ => format!("`{name}` becomes `{null}`"),
    };
    context
        .report(receiver, format!("`{name}` is `{null}` here, so this always fails"))
        .related(value.because, because)
        .because(format!("Every way to this place leaves `{name}` at `{null}`."))
        .emit();
}

/// The word for null that the code itself uses.
fn null_word(context: &Context<'_>, because: NodeId) -> String {
    let tree = context.tree;
    let nodes = std::iter::once(because).chain(tree.descendants(because));
    let literal = nodes.into_iter().find(|it| tree.kind(*it) == Kind::Null);
    let unset = if context.knowledge().falsy_is_null { "NULL" } else { "undefined" };
    literal.map_or_else(|| unset.to_owned(), |it| context.text(it).to_owned())
}
