//! `bug/missing-interpolation`.

use crate::facts::BindingKind;
use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "bug/missing-interpolation",
    category: Category::Bug,
    summary: "A string names a variable that is not put in",
    severity: Severity::Warning,
    confidence: 0.85,
    languages: &["python", "javascript", "typescript", "rust"],
    since: "0.1.0",
    fix: Some(Safety::Unsafe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports strings that hold a variable of the function in the form of an interpolation, but are not of the kind that interpolates: `\"{name}\"` without the `f`, `'${name}'` in plain quotes.",
        why: "The text is shown as it stands, braces and all.",
        fix: "Make it an f-string, a template literal, or the argument of `format!`.",
        limits: "The name must be a variable of the function. Strings that are formatted, replaced or translated later are left alone, as far as it shows: when they are handed to such a call, or kept in a variable.",
        references: &[
            "https://docs.python.org/3/reference/lexical_analysis.html#formatted-string-literals",
            "https://eslint.org/docs/latest/rules/no-template-curly-in-string",
        ],
    },
    examples: &[
        Example::fixed(
            "python",
            "def greet(name):
    return \"Hello {name}!\"
           ^^^^^^^^^^^^^^^ does not interpolate
",
            "def greet(name):
    return f\"Hello {name}!\"
",
        ),
        Example::fixed(
            "python",
            "def greet(name, place):
    print('{name} is in {place}')
          ^^^^^^^^^^^^^^^^^^^^^^ does not interpolate
",
            "def greet(name, place):
    print(f'{name} is in {place}')
",
        ),
        Example::good(
            "python",
            "def greet(name):
    return \"Hello {name}!\".format(name=name)
",
        ),
        Example::good(
            "python",
            "def greet(name):
    text = \"Hello {name}!\"
    return text.format(name=name)
",
        ),
        Example::good(
            "python",
            "def greet(name):
    return \"Hello {other}!\"
",
        ),
        Example::good(
            "python",
            "def add(parser, name):
    parser.add(\"a map of {name: value}\")
",
        ),
        Example::fixed(
            "javascript",
            "function greet(name) {
  return 'Hello ${name}!';
         ^^^^^^^^^^^^^^^^ does not interpolate
}
",
            "function greet(name) {
  return `Hello ${name}!`;
}
",
        ),
        Example::fixed(
            "javascript",
            "function greet(user) {
  console.log(\"Hello ${user.name}!\");
              ^^^^^^^^^^^^^^^^^^^^^ does not interpolate
}
",
            "function greet(user) {
  console.log(`Hello ${user.name}!`);
}
",
        ),
        Example::good(
            "javascript",
            "function greet(name) {
  return `Hello ${name}!`;
}
",
        ),
        Example::good(
            "javascript",
            "function greet(name) {
  return 'Hello ${other}!'.replace('${other}', name);
}
",
        ),
        Example::fixed(
            "typescript",
            "function greet(name) {
  return 'Hello ${name}!';
         ^^^^^^^^^^^^^^^^ does not interpolate
}
",
            "function greet(name) {
  return `Hello ${name}!`;
}
",
        ),
        Example::fixed(
            "typescript",
            "function greet(user) {
  console.log(\"Hello ${user.name}!\");
              ^^^^^^^^^^^^^^^^^^^^^ does not interpolate
}
",
            "function greet(user) {
  console.log(`Hello ${user.name}!`);
}
",
        ),
        Example::good(
            "typescript",
            "function greet(name) {
  return `Hello ${name}!`;
}
",
        ),
        Example::good(
            "typescript",
            "function greet(name) {
  return 'Hello ${other}!'.replace('${other}', name);
}
",
        ),
        Example::fixed(
            "rust",
            "fn greet(name: &str) -> String {
    \"Hello {name}!\".to_string()
    ^^^^^^^^^^^^^^^ does not interpolate
}
",
            "fn greet(name: &str) -> String {
    format!(\"Hello {name}!\").to_string()
}
",
        ),
        Example::fixed(
            "rust",
            "fn greet(name: &str) {
    show(\"{name} is here\".into());
         ^^^^^^^^^^^^^^^^ does not interpolate
}
",
            "fn greet(name: &str) {
    show(format!(\"{name} is here\").into());
}
",
        ),
        Example::good(
            "rust",
            "fn greet(name: &str) -> String {
    format!(\"Hello {name}!\")
}
",
        ),
        Example::good(
            "rust",
            "fn greet(name: &str) -> String {
    \"Hello {other}!\".replace(\"{other}\", name)
}
",
        ),
    ],
    kinds: &[Kind::String],
    check,
};

/// How an interpolation opens, and how a string becomes one that interpolates: what comes before
/// and after it, and its own quotes.
struct Form {
    opening: &'static str,
    before: &'static str,
    after: &'static str,
    quote: Option<char>,
}

const FORMS: ByLanguage<Form> = &[
    (&["python"], Form { opening: "{", before: "f", after: "", quote: None }),
    (
        &["javascript", "typescript"],
        Form { opening: "${", before: "", after: "", quote: Some('`') },
    ),
    (&["rust"], Form { opening: "{", before: "format!(", after: ")", quote: None }),
];

/// Calls that fill in a string themselves.
const FILLING: &[&str] = &[
    "format",
    "format_map",
    "replace",
    "replaceAll",
    "sub",
    "gettext",
    "_",
    "t",
    "translate",
    "i18n",
    "Template",
    "safe_substitute",
    "substitute",
    "template",
    "compile",
    "partition",
    "split",
    "find",
    "index",
    "startswith",
    "endswith",
    "includes",
    "indexOf",
    "contains",
    "interpolate",
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let Some(form) = context.in_language(FORMS) else { return };
    let text = context.text(id);
    if !text.contains(form.opening) || !text.starts_with(['"', '\'']) || text.contains("{{") {
        return;
    }
    let Some(name) = interpolated(context, id, form.opening) else { return };
    if is_filled_in(context, id) || context.is_in_test(id) {
        return;
    }
    let mut inside = text.to_owned();
    if let Some(quote) = form.quote {
        let Some(bare) = text.get(1..text.len().saturating_sub(1)) else { return };
        inside = format!("{quote}{bare}{quote}");
    }
    let fixed = format!("{}{inside}{}", form.before, form.after);
    let excerpt = context.excerpt(id);
    context
        .report(
            id,
            format!("{excerpt} shows `{name}` by its name: the string does not interpolate"),
        )
        .because(format!("`{name}` is a variable of this function."))
        .fix("make it interpolate", Safety::Unsafe, vec![(tree.span(id), fixed)])
        .emit();
}

/// The first variable of the function that a string names as an interpolation does; nothing when
/// one of the names is none.
fn interpolated(context: &Context<'_>, id: NodeId, opening: &str) -> Option<String> {
    let (tree, text) = (context.tree, context.text(id));
    let mut first = None;
    for part in text.split(opening).skip(1) {
        let name = part.split('}').next()?;
        let root = name.split(['.', ':', '!']).next()?;
        let is_word = !root.is_empty()
            && root.chars().all(|it| it.is_alphanumeric() || it == '_')
            && !root.starts_with(|it: char| it.is_ascii_digit());
        // `{name: value}` tells of a map; a format is `{name:>10}`, or ` d` at most.
        let tells_of_map = name.split_once(": ").is_some_and(|(_, value)| {
            value.chars().take_while(|it| it.is_alphabetic()).count() > 1
        });
        if !is_word
            || tells_of_map
            || !part.contains('}')
            || !is_variable(context, tree.enclosing_function(id), root)
        {
            return None;
        }
        first.get_or_insert_with(|| name.to_owned());
    }
    first
}

/// Whether a function has a variable of that name.
fn is_variable(context: &Context<'_>, function: NodeId, name: &str) -> bool {
    let (tree, bindings) = (context.tree, &context.facts.bindings);
    let Some(symbol) = tree.symbol(name) else { return false };
    tree.kind(function).is_function()
        && bindings.iter().any(|(_, it)| {
            it.symbol == symbol
                && matches!(it.kind, BindingKind::Variable | BindingKind::Parameter)
                && tree.is_within(it.declared_at, function)
        })
}

/// Whether the string may be filled in by what it is handed to, or later.
fn is_filled_in(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    // A string may be one of several in a row.
    let mut whole = id;
    while tree.kind(tree.node(whole).parent) == Kind::Template {
        whole = tree.node(whole).parent;
    }
    let parent = tree.node(whole).parent;
    match tree.kind(parent) {
        // `"…".format(…)`
        Kind::Member => FILLING.contains(&tree.name(parent)),
        Kind::Call => {
            let callee = tree.child(parent, Role::Callee).map_or("", |it| tree.name(it));
            let lower = callee.to_lowercase();
            // `problem("no {name}", {"name": name})`
            let is_given = tree
                .children_with(parent, Role::Argument)
                .any(|it| matches!(tree.kind(it), Kind::Map | Kind::Argument | Kind::Spread));
            is_given
                || FILLING.contains(&callee)
                || lower.contains("format")
                || lower.contains("gettext")
        }
        Kind::Binary => tree.node(parent).operator == Operator::Remainder,
        // A documentation string, a key, a default, a part of a table of texts, a template.
        Kind::ExpressionStatement
        | Kind::Pair
        | Kind::Parameter
        | Kind::List
        | Kind::Tuple
        | Kind::Macro
        | Kind::Decorator
        | Kind::Case
        | Kind::Compare
        | Kind::Argument
        | Kind::Assign
        | Kind::Declare => true,
        _ => tree.ancestors(id).take_while(|it| !tree.kind(*it).is_statement()).any(|it| {
            let is_filling = match tree.kind(it) {
                Kind::Member => FILLING.contains(&tree.name(it)),
                Kind::Call => {
                    tree.child(it, Role::Callee).is_some_and(|it| tree.name(it).contains("gettext"))
                }
                _ => false,
            };
            is_filling || matches!(tree.kind(it), Kind::Decorator | Kind::Markup)
        }),
    }
}
