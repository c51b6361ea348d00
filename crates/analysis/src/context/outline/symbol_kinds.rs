//! What kind of thing a definition is, as far as the generic tree leaves it to the text: the words
//! before a class's name, what follows a declared name.

use super::symbols::SymbolKind;
use crate::ir::{Kind, NodeId, Role, Tree};
use crate::text::Span;

/// What kind of class it is.
pub(super) fn class_kind(tree: &Tree, id: NodeId) -> SymbolKind {
    let span = tree.span(id);
    let name = tree.child(id, Role::Name).or_else(|| tree.child(id, Role::Attribute));
    let body = tree.child(id, Role::Body);
    let end = name.or(body).map_or(span.end, |it| tree.span(it).start);
    // What a decorator says is its own.
    let decorators = tree.children_with(id, Role::Decorator);
    let start = decorators.map(|it| tree.span(it).end).filter(|it| *it <= end).max();
    let head = Span::new(start.unwrap_or(span.start), end).of(tree.source());
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    let words = head.split(|it| !is_part(it)).filter(|it| !it.is_empty());
    let mut found = None;
    for word in words {
        found = match word {
            // `enum class`
            "class" | "struct" if found == Some(SymbolKind::Enum) => found,
            "class" => Some(SymbolKind::Class),
            "struct" | "union" | "record" => Some(SymbolKind::Struct),
            "enum" => Some(SymbolKind::Enum),
            "interface" | "trait" => Some(SymbolKind::Interface),
            "type" => Some(SymbolKind::TypeAlias),
            "impl" if name.is_none() => Some(SymbolKind::Implementation),
            _ => found,
        };
    }
    found.unwrap_or_else(|| match body.map(|it| tree.text(it)) {
        // Go says it after the name.
        Some(text) if text.starts_with("interface") => SymbolKind::Interface,
        Some(text) if text.starts_with("struct") => SymbolKind::Struct,
        None if name.is_some() => SymbolKind::TypeAlias,
        _ => SymbolKind::Class,
    })
}

/// Whether what is declared is a function that has no body here.
pub(super) fn has_parameters(tree: &Tree, definition: NodeId, name: NodeId) -> bool {
    let end = tree.span(name).end;
    let rest = tree.source().get(end as usize..).unwrap_or("");
    let at = end + (rest.len() - rest.trim_start().len()) as u32;
    if !rest.trim_start().starts_with('(') {
        return false;
    }
    let is_list = |it: NodeId| tree.kind(it) == Kind::Type && tree.span(it).start == at;
    let lists = tree.children_with(definition, Role::Type).any(is_list);
    // A member of an annotation is written as a method, and has no parameters.
    lists || tree.role(name) == Role::Attribute
}

/// Whether a name is spelled as constants are.
pub(super) fn is_constant_name(name: &str) -> bool {
    name.len() > 1
        && name.chars().any(char::is_uppercase)
        && name.chars().all(|it| it.is_uppercase() || it.is_numeric() || it == '_')
}

/// The name that a macro's definition gives it, as a part of its text.
pub(super) fn macro_name(text: &str) -> Option<(Span, SymbolKind)> {
    let (rest, is_preprocessor) = match text.strip_prefix('#') {
        Some(rest) => (rest.trim_start().strip_prefix("define")?, true),
        None => (text.strip_prefix("macro_rules!")?, false),
    };
    let name = rest.trim_start();
    let length = name.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(name.len());
    let start = (text.len() - name.len()) as u32;
    let takes_arguments = name.get(length..).is_some_and(|it| it.starts_with('('));
    let is_constant = is_preprocessor && !takes_arguments;
    let kind = if is_constant { SymbolKind::Constant } else { SymbolKind::Macro };
    (length > 0).then(|| (Span::new(start, start + length as u32), kind))
}
