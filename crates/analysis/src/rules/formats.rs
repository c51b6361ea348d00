//! Formats that are written out, the calls that fill them, and their places: what the rules about
//! formats share.

use super::{ByLanguage, Context};
use crate::ir::{Kind, NodeId, Role};
use crate::languages::ValueType;

/// A function that formats, and which of its arguments is the format.
type Formatter = (&'static str, usize);

/// What a language's format functions are, and whether arguments too many are an error.
pub(super) struct Formatting {
    pub(super) functions: &'static [Formatter],
    pub(super) reports_more: bool,
    /// Directives that take no argument.
    pub(super) without: &'static [char],
}

pub(super) const FORMATTING: ByLanguage<Formatting> = &[
    (
        &["python"],
        Formatting {
            functions: &[
                ("logging.debug", 0),
                ("logging.info", 0),
                ("logging.warning", 0),
                ("logging.error", 0),
                ("logging.critical", 0),
                ("logging.exception", 0),
            ],
            reports_more: true,
            without: &['%'],
        },
    ),
    (
        &["javascript", "typescript"],
        Formatting {
            functions: &[
                ("console.log", 0),
                ("console.error", 0),
                ("console.warn", 0),
                ("console.info", 0),
                ("util.format", 0),
            ],
            reports_more: false,
            without: &['%', 'c'],
        },
    ),
    (
        &["go"],
        Formatting {
            functions: &[
                ("fmt.Printf", 0),
                ("fmt.Sprintf", 0),
                ("fmt.Errorf", 0),
                ("fmt.Fprintf", 1),
                ("log.Printf", 0),
                ("log.Fatalf", 0),
                ("log.Panicf", 0),
                ("fmt.Fscanf", 1),
                ("fmt.Sscanf", 1),
                ("fmt.Scanf", 0),
                ("fmt.Appendf", 1),
            ],
            reports_more: true,
            without: &['%'],
        },
    ),
    (
        &["java"],
        Formatting {
            functions: &[
                ("String.format", 0),
                ("java.lang.String.format", 0),
                ("System.out.printf", 0),
                ("System.err.printf", 0),
            ],
            reports_more: true,
            without: &['%', 'n'],
        },
    ),
    (
        &["c", "cpp"],
        Formatting {
            functions: &[
                ("printf", 0),
                ("fprintf", 1),
                ("sprintf", 1),
                ("snprintf", 2),
                ("dprintf", 1),
                ("syslog", 1),
                ("scanf", 0),
                ("sscanf", 1),
                ("fscanf", 1),
                ("std.printf", 0),
                ("std.fprintf", 1),
                ("std.sprintf", 1),
                ("std.snprintf", 2),
            ],
            reports_more: true,
            without: &['%', 'm'],
        },
    ),
];

/// One place of a format.
pub(super) struct Directive<'a> {
    /// The letter that says what is shown.
    pub(super) conversion: char,
    /// The name of the value, in parentheses.
    pub(super) key: Option<&'a str>,
    /// Numbers that are given as values of their own.
    pub(super) stars: usize,
}

/// Methods that format, where the receiver is what such methods are called on.
const METHODS: ByLanguage<(&[&str], &[&str])> = &[
    (
        &["python"],
        (
            &["debug", "info", "warning", "error", "critical", "exception"],
            &["log", "logger", "LOG", "LOGGER", "_log", "_logger", "self.log", "self.logger"],
        ),
    ),
    (
        &["go"],
        (
            &["Errorf", "Fatalf", "Logf", "Skipf", "Infof", "Warnf", "Warningf", "Debugf"],
            &["t", "b", "tb", "log", "logger", "klog", "glog"],
        ),
    ),
];

/// Whether all of a format is written out. C puts strings and macros together that stand side by
/// side, and what the macros hold is not known.
fn is_written_out(context: &Context<'_>, format: NodeId) -> bool {
    if !context.knowledge().disables_by_condition {
        return true;
    }
    let mut inside = false;
    let mut letters = context.text(format).chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => inside = !inside,
            '\\' if inside => {
                letters.next();
            }
            // `L"…"`, `u8"…"`
            'A'..='Z' | 'a'..='z' | '_' if !inside => {
                let word: String = std::iter::once(letter)
                    .chain(letters.by_ref().take_while(|it| it.is_alphanumeric() || *it == '_'))
                    .collect();
                if !matches!(word.as_str(), "L" | "u" | "U" | "u8") {
                    return false;
                }
                // The letter after the prefix was the quote.
                inside = true;
            }
            _ => {}
        }
    }
    true
}

/// The format of a call that formats, where it is written out, and the values for its places, where
/// each of them stands for one.
pub(super) fn literal_format(context: &Context<'_>, id: NodeId) -> Option<(NodeId, Vec<NodeId>)> {
    let tree = context.tree;
    let formatting = context.in_language(FORMATTING)?;
    let is_java = context.language.id() == "java";
    let named = context.called(id).and_then(|path| {
        let (_, at) = formatting.functions.iter().find(|(name, _)| *name == &*path)?;
        Some(*at)
    });
    let method = || {
        let (receiver, name) = context.method(id)?;
        let (methods, receivers) = context.in_language(METHODS)?;
        let is_known = methods.contains(&name) && receivers.contains(&context.text(receiver));
        is_known.then_some(0)
    };
    let at = named.or_else(method)?;
    let arguments = context.arguments(id);
    let format = arguments.get(at).copied()?;
    let is_literal = tree.kind(format) == Kind::String
        && is_written_out(context, format)
        && (context.text(format).starts_with(['"', '\''])
            || context.language.id() == "go" && context.text(format).starts_with('`'));
    let values: Vec<NodeId> = arguments.get(at + 1..)?.to_vec();
    let is_open = values.iter().any(|it| {
        // A name in capitals may be a macro that stands for several values.
        let named = match tree.kind(*it) {
            Kind::Call => tree.child(*it, Role::Callee).unwrap_or(*it),
            _ => *it,
        };
        let is_name = tree.kind(named) == Kind::Name;
        let is_macro = is_name && !tree.name(named).contains(char::is_lowercase);
        matches!(tree.kind(*it), Kind::Spread | Kind::Argument | Kind::Macro)
            || is_macro && context.knowledge().disables_by_condition
            || context.text(*it).ends_with("...")
            || is_java && values.len() == 1 && may_be_array(context, *it)
    });
    (is_literal && !is_open).then_some((format, values))
}

/// Whether one value may stand for all: an array.
pub(super) fn may_be_array(context: &Context<'_>, value: NodeId) -> bool {
    let tree = context.tree;
    let is_text = context.types().of(value) == Some(ValueType::String);
    let declared = context.types().declared(value).map_or("", |it| context.text(it));
    match tree.kind(value) {
        Kind::Name => !is_text && (declared.is_empty() || declared.contains(['[', '.'])),
        Kind::Call | Kind::Member => !is_text,
        Kind::List | Kind::Cast => true,
        _ => false,
    }
}

/// A text's inside, where it is one literal.
pub(super) fn plain_text<'a>(context: &Context<'a>, id: NodeId) -> Option<&'a str> {
    let text = context.text(id);
    let quote = text.chars().next().filter(|it| matches!(it, '"' | '\'' | '`'))?;
    let inside = text.strip_prefix(quote)?.strip_suffix(quote)?;
    // Texts side by side, and those over several lines.
    let is_one = !inside.replace("\\\\", "").replace(&format!("\\{quote}"), "").contains(quote);
    is_one.then_some(inside)
}

/// The directives of a format; nothing where places are numbered.
pub(super) fn directives(format: &str) -> Option<Vec<Directive<'_>>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = format.get(at..)?.find('%') {
        at += start + 1;
        let mut key = None;
        let mut stars = 0;
        loop {
            let rest = format.get(at..)?;
            let Some(it) = rest.chars().next() else {
                found.push(Directive { conversion: '\0', key, stars });
                return Some(found);
            };
            at += it.len_utf8();
            match it {
                '(' => {
                    let length = rest.find(')')?;
                    key = rest.get(1..length);
                    at += length;
                }
                '*' => stars += 1,
                '[' | '$' | '<' => return None,
                '#' | '+' | '-' | ' ' | '.' | ',' | '\'' | '0'..='9' => {}
                // The length of what follows.
                'l' | 'h' | 'q' | 'L' | 'j' | 'z' | 't'
                    if format.get(at..)?.starts_with(|next: char| {
                        if it == 'q' || it == 't' {
                            "diouxX".contains(next) && it == 't'
                        } else {
                            "diouxXnfFeEgGaAcsplhL".contains(next)
                        }
                    }) => {}
                _ => {
                    found.push(Directive { conversion: it, key, stars });
                    break;
                }
            }
        }
    }
    Some(found)
}
