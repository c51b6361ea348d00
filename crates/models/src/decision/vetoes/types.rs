//! Types: two variables whose types are sure and different are not taken for each other, and where
//! types are checked, the code as it stands has passed.

use std::borrow::Cow;

use analysis::facts::paths::Paths;
use analysis::facts::types::Types;
use analysis::facts::{BindingId, BindingKind};
use analysis::ir::{Kind, NodeId};
use analysis::languages::ValueType;

use crate::features::Features;

/// Words that say nothing of which type it is.
const VAGUE: &[&str] = &[
    "any",
    "Any",
    "object",
    "Object",
    "unknown",
    "auto",
    "var",
    "val",
    "let",
    "interface{}",
    "void",
    "T",
    "_",
    "never",
    "Self",
    "self",
    "this",
    "Union",
    "Optional",
    "dyn",
    "impl",
    "typename",
];
/// Numbers, which are turned into each other without a word where types are lenient.
const NUMBERS: &[&str] = &[
    "byte",
    "short",
    "int",
    "long",
    "float",
    "double",
    "char",
    "bool",
    "unsigned",
    "signed",
    "size_t",
    "ssize_t",
    "ptrdiff_t",
    "number",
    "Byte",
    "Short",
    "Integer",
    "Long",
    "Float",
    "Double",
    "Character",
];
/// Languages in which a number of another type is another type.
const STRICT: &[&str] = &["go", "rust"];
/// Languages that check types before a program runs.
const CHECKED: &[&str] = &["go", "rust", "java", "c", "cpp", "typescript"];

/// Whether a language checks types before a program runs.
pub(super) fn is_checked(features: &Features<'_>) -> bool {
    CHECKED.contains(&features.language.id())
}

/// Whether two variables have types that are sure, and different.
pub(in crate::decision) fn clash(features: &Features<'_>, old: BindingId, new: BindingId) -> bool {
    let made = made(features, old).zip(made(features, new));
    if made.is_some_and(|(old, new)| old != new) {
        return true;
    }
    let declared = declared(features, old).zip(declared(features, new));
    let is_strict = STRICT.contains(&features.language.id());
    declared.is_some_and(|(old, new)| differ(&old, &new, is_strict))
}

/// The type of what a variable surely holds, of those that every language has.
fn made(features: &Features<'_>, variable: BindingId) -> Option<ValueType> {
    types(features).of_binding(variable).filter(|it| *it != ValueType::Null)
}

fn types<'a>(features: &'a Features<'_>) -> Types<'a> {
    let Features { tree, bindings, language, .. } = *features;
    let paths = Paths { tree, bindings, environment: None };
    Types { tree, bindings, paths, language, memo: None }
}

/// The type of an expression, if it is sure.
pub(super) fn of(features: &Features<'_>, id: NodeId) -> Option<ValueType> {
    types(features).of(id).filter(|it| *it != ValueType::Null)
}

/// Whether two names are declared with types that differ.
pub(super) fn names_clash(features: &Features<'_>, first: NodeId, second: NodeId) -> bool {
    let of = |name: NodeId| features.bindings.resolve(name);
    of(first).zip(of(second)).is_some_and(|(first, second)| clash(features, first, second))
}

/// The type a variable is declared to have, in a form in which equal types are equal.
fn declared<'a>(features: &Features<'a>, variable: BindingId) -> Option<Cow<'a, str>> {
    let Features { tree, bindings, language, .. } = *features;
    let binding = bindings.binding(variable)?;
    if !matches!(binding.kind, BindingKind::Variable | BindingKind::Parameter) {
        return None;
    }
    let annotation = types(features).declared(binding.declared_at);
    let Some(annotation) = annotation else {
        // Nobody gives this name to anything else.
        let is_error = language.id() == "go" && tree.symbol_text(binding.symbol) == "err";
        return is_error.then_some(Cow::Borrowed("error"));
    };
    let is_parameter = tree
        .parent(binding.declared_at)
        .is_some_and(|it| matches!(tree.kind(it), Kind::Parameter | Kind::Declare));
    if !is_parameter {
        return None;
    }
    let text = plain(tree.span(annotation).of(tree.source()));
    let head = text.split(['<', '[', '(', ' ']).next().unwrap_or_default();
    let is_vague = VAGUE.contains(&head)
        || text.contains(['|', '?', '{'])
        // A type parameter.
        || head.len() == 1;
    if is_vague || text.is_empty() {
        return None;
    }
    let is_lenient = !STRICT.contains(&language.id());
    let is_number = |word: &str| NUMBERS.contains(&word) || word.ends_with("_t");
    if is_lenient && text.split(' ').all(is_number) {
        return Some(Cow::Borrowed("number"));
    }
    Some(Cow::Borrowed(text))
}

/// A type without what does not make it another one.
fn plain(text: &str) -> &str {
    const BEFORE: &[&str] =
        &[":", "&", "const ", "final ", "mut ", "readonly ", "volatile ", "struct ", "enum "];
    let mut text = text.trim();
    loop {
        let shorter = BEFORE.iter().find_map(|it| text.strip_prefix(it));
        // `'a `
        let shorter = shorter.or_else(|| text.strip_prefix('\'')?.split_once(' ').map(|it| it.1));
        match shorter {
            Some(shorter) => text = shorter.trim_start(),
            None => return text.trim_end_matches(['&', ' ']),
        }
    }
}

/// Whether two types are different, and not one a kind of the other as far as names tell.
fn differ(old: &str, new: &str, is_strict: bool) -> bool {
    let is_basic = |it: &str| it.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
    if is_strict && is_basic(old) && is_basic(new) {
        return old != new;
    }
    let lower = |it: &str| it.to_ascii_lowercase();
    let (old, new) = (lower(old), lower(new));
    !old.contains(&new) && !new.contains(&old)
}
