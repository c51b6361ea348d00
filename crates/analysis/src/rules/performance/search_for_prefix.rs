//! `perf/search-for-prefix`.

use crate::findings::{Category, Safety, Severity};
use crate::ir::{Kind, NodeId, Operator, Role};
use crate::languages::ValueType;
use crate::rules::{ByLanguage, Context, Documentation, Example, Profile, Rule};
use crate::text::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    id: "perf/search-for-prefix",
    category: Category::Perf,
    summary: "A whole text is searched to see how it starts",
    severity: Severity::Warning,
    confidence: 0.9,
    languages: &["python", "javascript", "typescript", "rust", "go", "java", "c", "cpp"],
    since: "0.1.0",
    fix: Some(Safety::Safe),
    profile: Profile::Recommended,
    documentation: Documentation {
        what: "Reports a search whose result is only compared with the start: `text.find(part) == 0`, `text.indexOf(part) === 0`, `strings.Index(text, part) == 0`, `strstr(text, part) == text`.",
        why: "Where the text does not start so, the search goes on to its end, O(n), though the first characters had already told.",
        fix: "Ask for the prefix: `startswith`, `startsWith`, `starts_with`, `strings.HasPrefix`, `strncmp`.",
        limits: "Lists and other collections with a method of the same name are left alone where their type is known.",
        references: &[
            "https://clang.llvm.org/extra/clang-tidy/checks/abseil/string-find-startswith.html",
        ],
    },
    examples: &[
        Example::fixed(
            "python",
            "def is_url(text):
    return text.find(\"http://\") == 0
           ^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
",
            "def is_url(text):
    return text.startswith(\"http://\")
",
        ),
        Example::fixed(
            "python",
            "def is_local(path):
    return path.find(\"/\") != 0
           ^^^^^^^^^^^^^^^^^^^ only the start
",
            "def is_local(path):
    return not path.startswith(\"/\")
",
        ),
        Example::good(
            "python",
            "def is_url(text):
    return text.startswith(\"http://\")
",
        ),
        Example::good(
            "python",
            "def tail(text, mark):
    return text.find(mark) > 0
",
        ),
        Example::fixed(
            "javascript",
            "function isUrl(text) {
  return text.indexOf('http://') === 0;
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
}
",
            "function isUrl(text) {
  return text.startsWith('http://');
}
",
        ),
        Example::fixed(
            "javascript",
            "function isLocal(path, root) {
  return path.indexOf(`${root}/`) !== 0;
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
}
",
            "function isLocal(path, root) {
  return !path.startsWith(`${root}/`);
}
",
        ),
        Example::good(
            "javascript",
            "const isUrl = text.startsWith('http://');
",
        ),
        Example::good(
            "javascript",
            "const isFirst = ['a', 'b'].indexOf('a') === 0;
",
        ),
        Example::fixed(
            "typescript",
            "function isUrl(text: string) {
  return text.indexOf('http://') === 0;
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
}
",
            "function isUrl(text: string) {
  return text.startsWith('http://');
}
",
        ),
        Example::fixed(
            "typescript",
            "function isLocal(path: string, root: string) {
  return path.indexOf(`${root}/`) !== 0;
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
}
",
            "function isLocal(path: string, root: string) {
  return !path.startsWith(`${root}/`);
}
",
        ),
        Example::good(
            "typescript",
            "const isUrl = text.startsWith('http://');
",
        ),
        Example::good(
            "typescript",
            "const isFirst = ['a', 'b'].indexOf('a') === 0;
",
        ),
        Example::fixed(
            "rust",
            "fn is_url(text: &str) -> bool {
    text.find(\"http://\") == Some(0)
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
}
",
            "fn is_url(text: &str) -> bool {
    text.starts_with(\"http://\")
}
",
        ),
        Example::fixed(
            "rust",
            "fn is_local(path: &str) -> bool {
    path.find('/') != Some(0)
    ^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
}
",
            "fn is_local(path: &str) -> bool {
    !path.starts_with('/')
}
",
        ),
        Example::good(
            "rust",
            "fn is_url(text: &str) -> bool {
    text.starts_with(\"http://\")
}
",
        ),
        Example::good(
            "rust",
            "fn has(text: &str) -> bool {
    text.find(\"x\") == Some(3)
}
",
        ),
        Example::fixed(
            "go",
            "package shop

import \"strings\"

func isURL(text string) bool {
	return strings.Index(text, \"http://\") == 0
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
}
",
            "package shop

import \"strings\"

func isURL(text string) bool {
	return strings.HasPrefix(text, \"http://\")
}
",
        ),
        Example::fixed(
            "go",
            "package shop

import \"strings\"

func isLocal(path string) bool {
	return strings.Index(path, \"/\") != 0
        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
}
",
            "package shop

import \"strings\"

func isLocal(path string) bool {
	return !strings.HasPrefix(path, \"/\")
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"strings\"

func isURL(text string) bool {
	return strings.HasPrefix(text, \"http://\")
}
",
        ),
        Example::good(
            "go",
            "package shop

import \"strings\"

func has(text string) bool {
	return strings.Index(text, \"x\") > 0
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    boolean isUrl(String text) {
        return text.indexOf(\"http://\") == 0;
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
    }
}
",
            "class Shop {
    boolean isUrl(String text) {
        return text.startsWith(\"http://\");
    }
}
",
        ),
        Example::fixed(
            "java",
            "class Shop {
    boolean isLocal(String path, String root) {
        return path.indexOf(root + \"/\") != 0;
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
    }
}
",
            "class Shop {
    boolean isLocal(String path, String root) {
        return !path.startsWith(root + \"/\");
    }
}
",
        ),
        Example::fixed(
            "java",
            r#"class Shop {
    boolean isOption(String text) {
        return text.indexOf('-') == 0 || text.indexOf('"') == 0;
               ^^^^^^^^^^^^^^^^^^^^^^ only the start
                                         ^^^^^^^^^^^^^^^^^^^^^^ only the start
    }
}
"#,
            r#"class Shop {
    boolean isOption(String text) {
        return text.startsWith("-") || text.startsWith("\"");
    }
}
"#,
        ),
        Example::bad(
            "java",
            "class Shop {
    boolean isOption(String text, char sign) {
        return text.indexOf(sign) == 0;
               ^^^^^^^^^^^^^^^^^^^^^^^ only the start
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isUrl(String text) {
        return text.startsWith(\"http://\");
    }
}
",
        ),
        Example::good(
            "java",
            "class Shop {
    boolean isFirst(List<String> names) {
        return names.indexOf(\"a\") == 0;
    }
}
",
        ),
        Example::bad(
            "c",
            "int is_url(const char *text) {
    return strstr(text, \"http://\") == text;
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
}
",
        ),
        Example::bad(
            "c",
            "int is_local(const char *path) {
    if (strchr(path, '/') == path) return 0;
        ^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
    return 1;
}
",
        ),
        Example::good(
            "c",
            "int is_url(const char *text) {
    return strncmp(text, \"http://\", 7) == 0;
}
",
        ),
        Example::good(
            "c",
            "int has(const char *text) {
    return strstr(text, \"x\") == NULL;
}
",
        ),
        Example::bad(
            "cpp",
            "bool is_url(const std::string& text) {
    return text.find(\"http://\") == 0;
           ^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
}
",
        ),
        Example::bad(
            "cpp",
            "bool is_url(const char* text) {
    return strstr(text, \"http://\") == text;
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ only the start
}
",
        ),
        Example::good(
            "cpp",
            "bool is_url(const std::string& text) {
    return text.rfind(\"http://\", 0) == 0;
}
",
        ),
        Example::good(
            "cpp",
            "bool has(const std::string& text) {
    return text.find(\"x\") == std::string::npos;
}
",
        ),
    ],
    kinds: &[Kind::Compare],
    check,
};

/// How a language looks for a text, and how it asks for a prefix.
#[derive(Debug)]
struct Search {
    /// Methods of texts that search.
    methods: &'static [&'static str],
    /// Functions that search their first argument for their second.
    functions: &'static [&'static str],
    /// What stands for the start of the text.
    start: &'static str,
    /// The method or function that asks for a prefix.
    prefix: &'static str,
}

const SEARCHES: ByLanguage<Search> = &[
    (&["python"], Search { methods: &["find"], functions: &[], start: "0", prefix: "startswith" }),
    (
        &["javascript", "typescript", "java"],
        Search { methods: &["indexOf"], functions: &[], start: "0", prefix: "startsWith" },
    ),
    (
        &["rust"],
        Search { methods: &["find"], functions: &[], start: "Some(0)", prefix: "starts_with" },
    ),
    (
        &["go"],
        Search {
            methods: &[],
            functions: &["strings.Index"],
            start: "0",
            prefix: "strings.HasPrefix",
        },
    ),
    (&["c"], Search { methods: &[], functions: &["strstr", "strchr"], start: "", prefix: "" }),
    (
        &["cpp"],
        Search {
            methods: &["find"],
            functions: &["strstr", "strchr", "std.strstr", "std.strchr"],
            start: "0",
            prefix: "",
        },
    ),
];

fn check(context: &mut Context<'_>, id: NodeId) {
    let tree = context.tree;
    let is_negated = match tree.node(id).operator {
        Operator::Equal | Operator::StrictEqual => false,
        Operator::NotEqual | Operator::StrictNotEqual => true,
        _ => return,
    };
    let Some(table) = context.in_language(SEARCHES) else { return };
    let sides = [Role::Left, Role::Right].map(|role| tree.child(id, role));
    let [Some(left), Some(right)] = sides else { return };
    let (call, start) = if tree.kind(left) == Kind::Call { (left, right) } else { (right, left) };
    let arguments = context.arguments(call);
    let mut edits = match (context.method(call), arguments.as_slice()) {
        (Some((receiver, method)), [part]) if table.methods.contains(&method) => {
            if context.text(start) != table.start || !is_text(context, receiver, *part) {
                return;
            }
            let (whole, text, from) = (tree.span(id), tree.span(receiver), tree.span(*part));
            let searched = part;
            match asked_for(context, *part) {
                Some(part) => vec![
                    (Span::new(whole.start, text.start), String::new()),
                    (Span::new(text.end, from.start), format!(".{}(", table.prefix)),
                    (from, part),
                    (Span::new(from.end, whole.end), ")".to_owned()),
                ]
                .into_iter()
                .filter(|(span, text)| *span != from || text != context.text(*searched))
                .collect(),
                None => Vec::new(),
            }
        }
        (_, [text, _]) => {
            let path = context.called(call);
            if !path.is_some_and(|path| table.functions.contains(&&*path)) {
                return;
            }
            let is_start = if table.start.is_empty() || table.prefix.is_empty() {
                tree.is_same(*text, start)
            } else {
                context.text(start) == table.start
            };
            if !is_start {
                return;
            }
            let (whole, text) = (tree.span(id), tree.span(*text));
            vec![
                (Span::new(whole.start, text.start), format!("{}(", table.prefix)),
                (Span::new(tree.span(call).end, whole.end), String::new()),
            ]
        }
        _ => return,
    };
    let shown = context.excerpt(call);
    let report = context
        .report(id, format!("`{shown}` searches all of the text, O(n), though only the start is asked for"))
        .because("Its result is only compared with the start of the text: finds further on count for nothing.");
    if table.prefix.is_empty() || edits.is_empty() {
        report.emit();
    } else {
        let not = match (is_negated, table.prefix) {
            (false, _) => "",
            (true, "startswith") => "not ",
            (true, _) => "!",
        };
        if let Some((_, start)) = edits.first_mut() {
            start.insert_str(0, not);
        }
        report.fix("Ask for the prefix", Safety::Safe, edits).emit();
    }
}

/// How what is looked for is handed to the question for a prefix; nothing if it cannot be. Java looks
/// for single characters, too, but asks for texts only.
fn asked_for(context: &Context<'_>, part: NodeId) -> Option<String> {
    let text = context.text(part);
    if context.in_language(&[(&["java"], ())]).is_none() {
        return Some(text.to_owned());
    }
    if context.tree.kind(part) == Kind::Character {
        let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
        let escaped = match inner {
            "\"" => "\\\"",
            "\\'" => "'",
            other => other,
        };
        return Some(format!("\"{escaped}\""));
    }
    (context.types().of(part) == Some(ValueType::String)).then(|| text.to_owned())
}

/// Whether a text is searched for a text, as far as types and literals tell.
fn is_text(context: &Context<'_>, receiver: NodeId, part: NodeId) -> bool {
    match context.types().of(receiver) {
        Some(of) => of == ValueType::String,
        // Lists have such a method, too: a text within a text must be told by what is looked for.
        None => {
            matches!(context.tree.kind(receiver), Kind::Name | Kind::Member | Kind::Call)
                && matches!(
                    context.tree.kind(part),
                    Kind::String | Kind::Template | Kind::Character
                )
                && ends_open(context.text(part))
        }
    }
}

/// Whether a literal looks like the beginning of something: lists hold whole words.
fn ends_open(literal: &str) -> bool {
    let inner = literal.trim_end_matches(['"', '\'', '`']);
    inner.ends_with(|it: char| !it.is_alphanumeric())
}
