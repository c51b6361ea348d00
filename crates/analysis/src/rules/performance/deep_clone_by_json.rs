//! `perf/deep-clone-by-json`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/deep-clone-by-json",
    category: Category::Perf,
    summary: "A value is copied by writing it as text and reading it again",
    severity: Severity::Information,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "java"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports JSON that is read from what was just written: `JSON.parse(JSON.stringify(value))`, `json.loads(json.dumps(value))`, `serde_json::from_str(&serde_json::to_string(…))`.",
        why: "All of the value is turned to text and parsed, both O(n) with a high factor, and what JSON does not know (dates, sets, `undefined`, tuples) is lost on the way.",
        fix: "Copy it: `structuredClone(value)`, `copy.deepcopy(value)`, `value.clone()`; or convert it without text (`serde_json::to_value`).",
        limits: "A copy that is kept in a variable between the two steps is not seen.",
        references: &["https://developer.mozilla.org/en-US/docs/Web/API/Window/structuredClone"],
    },
    examples: &[
        Example::bad(
            "python",
            "import json

def copy(order):
    return json.loads(json.dumps(order))
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ writes all of it
",
        ),
        Example::bad(
            "python",
            "from json import dumps, loads

backup = loads(dumps(settings))
         ^^^^^^^^^^^^^^^^^^^^^^ writes all of it
",
        ),
        Example::good(
            "python",
            "import copy

backup = copy.deepcopy(settings)
",
        ),
        Example::good(
            "python",
            "import json

def read(text):
    return json.loads(text)
",
        ),
        Example::fixed(
            "javascript",
            "const copy = JSON.parse(JSON.stringify(order));
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ writes all of it
",
            "const copy = structuredClone(order);
",
        ),
        Example::fixed(
            "javascript",
            "function snapshot(state) {
  return { at: Date.now(), state: JSON.parse(JSON.stringify(state)) };
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ writes all of it
}
",
            "function snapshot(state) {
  return { at: Date.now(), state: structuredClone(state) };
}
",
        ),
        Example::good(
            "javascript",
            "const copy = structuredClone(order);
",
        ),
        Example::good(
            "javascript",
            "const plain = JSON.parse(JSON.stringify(order, replacer));
",
        ),
        Example::fixed(
            "typescript",
            "const copy = JSON.parse(JSON.stringify(order));
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ writes all of it
",
            "const copy = structuredClone(order);
",
        ),
        Example::fixed(
            "typescript",
            "function snapshot(state: State) {
  return { at: Date.now(), state: JSON.parse(JSON.stringify(state)) };
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ writes all of it
}
",
            "function snapshot(state: State) {
  return { at: Date.now(), state: structuredClone(state) };
}
",
        ),
        Example::good(
            "typescript",
            "const copy = structuredClone(order);
",
        ),
        Example::good(
            "typescript",
            "const plain = JSON.parse(JSON.stringify(order, replacer));
",
        ),
        Example::bad(
            "rust",
            "fn copy(order: &Order) -> Order {
    serde_json::from_str(&serde_json::to_string(order).unwrap()).unwrap()
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ writes all of it
}
",
        ),
        Example::bad(
            "rust",
            "fn plain(order: &Order) -> Result<Value, Error> {
    Ok(serde_json::from_str(&serde_json::to_string(order)?)?)
       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ writes all of it
}
",
        ),
        Example::good(
            "rust",
            "fn plain(order: &Order) -> Result<Value, Error> {
    Ok(serde_json::to_value(order)?)
}
",
        ),
        Example::good(
            "rust",
            "fn read(text: &str) -> Result<Order, Error> {
    Ok(serde_json::from_str(text)?)
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Order copy(Order order) throws Exception {
        return mapper.readValue(mapper.writeValueAsString(order), Order.class);
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ writes all of it
    }
}
",
        ),
        Example::bad(
            "java",
            "class Shop {
    Order copy(Order order) {
        return gson.fromJson(gson.toJson(order), Order.class);
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ writes all of it
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Order copy(Order order) {
        return new Order(order);
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    Order read(String text) {
        return gson.fromJson(text, Order.class);
    }
}
",
        ),
    ],
    kinds: &[Kind::Call],
    check,
};

/// Pairs of what reads and what writes, by path or (with a dot before it) by method.
const ROUND_TRIPS: ByLanguage<&[(&str, &str)]> = &[
    (&["python"], &[("json.loads", "json.dumps")]),
    (&["javascript", "typescript"], &[("JSON.parse", "JSON.stringify")]),
    (
        &["rust"],
        &[
            ("serde_json.from_str", "serde_json.to_string"),
            ("serde_json.from_slice", "serde_json.to_vec"),
        ],
    ),
    (
        &["java"],
        &[
            (".readValue", ".writeValueAsString"),
            (".readValue", ".writeValueAsBytes"),
            (".fromJson", ".toJson"),
        ],
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(table) = context.in_language(ROUND_TRIPS) else { return };
    let Some(text) = context.arguments(id).first().copied() else { return };
    let Some(written) = call_within(context, text) else { return };
    let is = |call: NodeId, known: &str| match known.strip_prefix('.') {
        Some(method) => context.method(call).is_some_and(|(_, it)| it == method),
        None => context.called(call).is_some_and(|path| path == known),
    };
    if !table.iter().any(|(reads, writes)| is(id, reads) && is(written, writes)) {
        return;
    }
    // Further arguments (a replacer, an encoder) convert on purpose.
    let (arguments, of) = (context.arguments(written), context.arguments(id));
    let ([value], true) =
        (arguments.as_slice(), of.len() == 1 || table.iter().any(|(it, _)| it.starts_with('.')))
    else {
        return;
    };
    if context.is_in_test(id) {
        return;
    }
    let (shown, span) = (context.excerpt(*value), tree.span(id));
    let inner = tree.span(*value);
    let edits = vec![
        (Span::new(span.start, inner.start), "structuredClone(".to_owned()),
        (Span::new(inner.end, span.end), ")".to_owned()),
    ];
    let has_clone = table.iter().any(|(reads, _)| *reads == "JSON.parse");
    let report = context
        .report(id, format!("`{shown}` is copied by text: this writes all of it as JSON and parses that again, twice O(n)"))
        .because("What was just written is read at once, so that the text serves for the copy only.");
    if has_clone {
        report.fix("Use `structuredClone`", Safety::Unsafe, edits).emit();
    } else {
        report.emit();
    }
}

/// The call that an argument is, below what unwraps or borrows its result.
fn call_within(context: &Context<'_>, argument: NodeId) -> Option<NodeId> {
    let tree = context.tree;
    let mut at = argument;
    loop {
        match tree.kind(at) {
            Kind::Reference | Kind::Propagate | Kind::Cast => {
                at = tree.child(at, Role::Value).or_else(|| tree.children(at).next())?;
            }
            Kind::Call => match context.method(at) {
                Some((receiver, "unwrap" | "expect" | "as_str" | "as_bytes")) => at = receiver,
                _ => return Some(at),
            },
            _ => return None,
        }
    }
}
