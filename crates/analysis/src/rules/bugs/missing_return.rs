//! `bug/missing-return`.

use crate::findings::{Category, Severity};
use crate::ir::{Flags, Kind, NodeId, Role};
use crate::rules::returns::{ends_otherwise, first_value};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/missing-return",
    category: Category::Bug,
    summary: "A function that promises a value ends without one on some way",
    severity: Severity::Error,
    confidence: 0.92,
    languages: &["python", "typescript", "c", "cpp"],
    since: "0.1.0",
    fix: None,
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a function whose declared result is a value, which returns one on some ways, and on another runs off its end.",
        why: "In C and C++ the caller computes with whatever happens to lie there. In Python and TypeScript it gets `None` or `undefined`, which the declared type says cannot be.",
        fix: "Return a value at the end, raise an error there, or declare that there may be none.",
        limits: "Functions that end in a `switch` or `with`, which may leave no way out, and those that call what looks like a macro are left alone. Where no type is declared, `bug/inconsistent-return` looks.",
        references: &["https://cwe.mitre.org/data/definitions/394.html"],
    },
    examples: &[
        Example::bad(
            "python",
            "def index_of(items: list[str], wanted: str) -> int:
    ^^^^^^^^ may end without the `int` it promises
    for index, item in enumerate(items):
        if item == wanted:
            return index
",
        ),
        Example::bad(
            "python",
            "def read(path: str) -> str:
    ^^^^ may end without the `str` it promises
    try:
        return open(path).read()
    except OSError:
        log(path)
",
        ),
        Example::good(
            "python",
            "def area(shape: Circle | Square) -> float:
    if isinstance(shape, Circle):
        return shape.radius ** 2 * 3.14
    elif isinstance(shape, Square):
        return shape.side ** 2
",
        ),
        Example::good(
            "python",
            "def index_of(items: list[str], wanted: str) -> int | None:
    for index, item in enumerate(items):
        if item == wanted:
            return index
",
        ),
        Example::good(
            "python",
            "def wait(limit: int) -> int:
    while True:
        if limit:
            return limit
",
        ),
        Example::good(
            "python",
            "class Shop:
    @abstractmethod
    def orders(self) -> list[str]:
        \"\"\"All orders.\"\"\"
",
        ),
        Example::bad(
            "typescript",
            "function indexOf(items: string[], wanted: string): number {
         ^^^^^^^ may end without the `number` it promises
  for (let i = 0; i < items.length; i++) {
    if (items[i] === wanted) return i;
  }
}
",
        ),
        Example::bad(
            "typescript",
            "class Shop {
  async read(path: string): Promise<string> {
        ^^^^ may end without the `Promise<string>` it promises
    if (path) {
      return await load(path);
    }
  }
}
",
        ),
        Example::good(
            "typescript",
            "function indexOf(items: string[], wanted: string): number | undefined {
  for (let i = 0; i < items.length; i++) {
    if (items[i] === wanted) return i;
  }
}
",
        ),
        Example::good(
            "typescript",
            "function size(shape: Shape): number {
  switch (shape.kind) {
    case 'circle': return 1;
    case 'square': return 2;
  }
}
",
        ),
        Example::bad(
            "c",
            "int index_of(const int *items, int count, int wanted) {
    ^^^^^^^^ may end without the `int` it promises
    for (int i = 0; i < count; i++) {
        if (items[i] == wanted) return i;
    }
}
",
        ),
        Example::bad(
            "c",
            "static int sign(int number) {
           ^^^^ may end without the `int` it promises
    if (number > 0) return 1;
    else if (number < 0) return -1;
}
",
        ),
        Example::good(
            "c",
            "void index_of(const int *items) {
    if (!items) return;
}
",
        ),
        Example::good(
            "c",
            "int sign(int number) {
    if (number > 0) return 1;
    abort();
}
",
        ),
        Example::bad(
            "cpp",
            "bool Shop::hasOpen() const {
     ^^^^^^^^^^^^^ may end without the `bool` it promises
    for (const auto &order : orders) {
        if (order.open) return true;
    }
}
",
        ),
        Example::bad(
            "cpp",
            "int sign(int number) {
    ^^^^ may end without the `int` it promises
    if (number > 0) {
        return 1;
    }
}
",
        ),
        Example::good(
            "cpp",
            "int sign(int number) {
    if (number > 0) return 1;
    throw std::invalid_argument(\"number\");
}
",
        ),
        Example::good(
            "cpp",
            "const char *name(Color color) {
    switch (color) {
        case Red: return \"red\";
        case Blue: return \"blue\";
    }
}
",
        ),
    ],
    kinds: &[Kind::Function, Kind::Lambda],
    check,
};

/// Words in a declared result that say that there may be none, or that the function is special.
const NOTHING: ByLanguage<&[&str]> = &[
    (
        &["python"],
        &[
            "None",
            "Optional",
            "Any",
            "NoReturn",
            "Never",
            "object",
            "Iterator",
            "Generator",
            "Iterable",
            "Self",
        ],
    ),
    (
        &["typescript"],
        &[
            "void",
            "undefined",
            "any",
            "unknown",
            "never",
            "null",
            "asserts",
            "Generator",
            "Iterable",
            "Iterator",
            "this",
        ],
    ),
    (&["c", "cpp"], &["void", "auto", "noreturn", "_Noreturn", "decltype"]),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let flags = tree.flags(id);
    if flags.has(Flags::STUB) || flags.has(Flags::GENERATOR) || tree.name(id) == "main" {
        return;
    }
    let Some(words) = context.in_language(NOTHING) else { return };
    let Some(declared) = tree.child(id, Role::Type) else { return };
    let text = tree.text(declared);
    if words.iter().any(|word| text.contains(word)) || is_generic(text) {
        return;
    }
    let Some(returned) = first_value(context, id).filter(|_| !is_excused(context, id)) else {
        return;
    };
    let graph = context.graph();
    let falls_off = graph.region(id).is_some_and(|region| graph.can_fall_off(region));
    if !falls_off || ends_otherwise(context, id) || context.calls_macro(id) {
        return;
    }
    let name = if tree.name(id).is_empty() { "the function" } else { tree.name(id) };
    let what = text.trim_start_matches([':', '-', '>', ' ']).to_owned();
    let at = tree.child(id, Role::Name).unwrap_or(declared);
    context
        .report(at, format!("`{name}` may end without the `{what}` it promises"))
        .related(returned, "returns one here")
        .because("Some way through the function runs off its end.")
        .emit();
}

/// A type parameter may stand for nothing.
fn is_generic(text: &str) -> bool {
    let name = text.trim_start_matches([':', '-', '>', ' ']).trim();
    name.len() <= 2 && name.chars().all(|it| it.is_ascii_uppercase())
}

/// Whether a comment in the function's head tells a type checker to look away.
fn is_excused(context: &Context<'_>, function: NodeId) -> bool {
    let tree = context.tree;
    let start = tree.span(function).start;
    let body = tree.child(function, Role::Body).map_or(start, |it| tree.span(it).start);
    let first = context.comments.partition_point(|it| it.start < start);
    let comments = context.comments.get(first..).unwrap_or_default().iter();
    let mut head = comments.take_while(|it| it.start <= body);
    head.any(|it| it.of(tree.source()).contains("type: ignore"))
}
