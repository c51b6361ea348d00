//! Symbols as the protocol shows them: those of a document, in one another or in a row, and those
//! that a search over the workspace finds.

use std::collections::HashSet;
use std::path::Path;
use std::str::FromStr;

use analysis::cancellation::CancellationToken;
use analysis::context::{FileSymbol, Found, FunctionName, Summary, SymbolKind, normal_path};
use analysis::text::{PositionEncoding, Span};
use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;

use super::from_proto::Features;
use super::looking::Alike;
use super::to_proto;
use crate::server::state::{Analysed, Outlook};

/// How many symbols a search finds at most.
const MOST_FOUND: usize = 200;
/// How many functions a search by meaning finds at most.
pub(super) const MOST_ALIKE: usize = 50;
/// How deep symbols stand in one another at most; what is deeper is shown there. Writing and freeing
/// them is recursive, and so is reading them.
const DEEPEST: usize = 48;

/// A document's symbols; nothing for one that was not analysed.
pub(super) fn of_document(
    analysed: &Analysed,
    features: &Features,
) -> Option<lsp::DocumentSymbolResponse> {
    let summary = analysed.analysis.summary.as_ref()?;
    let symbols = summary.symbols();
    if features.nested_symbols {
        Some(nested(analysed, &symbols, features.encoding).into())
    } else {
        let uri = lsp::Uri::from_str(&analysed.uri).ok()?;
        let one = |symbol: &FileSymbol<'_>| {
            let range = to_proto::range(analysed, symbol.name_span, features.encoding);
            let container = (!symbol.container.is_empty()).then(|| symbol.container.to_owned());
            information(symbol.name.to_owned(), symbol.kind, uri.clone(), range, container)
        };
        Some(symbols.iter().map(one).collect::<Vec<_>>().into())
    }
}

/// The symbols in one another, built from the last one on, when all inside it is known.
fn nested(
    analysed: &Analysed,
    symbols: &[FileSymbol<'_>],
    encoding: PositionEncoding,
) -> Vec<lsp::DocumentSymbol> {
    let mut parents: Vec<Option<usize>> = Vec::with_capacity(symbols.len());
    let mut depths: Vec<usize> = Vec::with_capacity(symbols.len());
    for symbol in symbols {
        let depth = |at: usize| depths.get(at).copied().unwrap_or(0);
        let above = |at: usize| parents.get(at).copied().flatten();
        let parent =
            symbol.parent.and_then(|at| if depth(at) < DEEPEST { Some(at) } else { above(at) });
        depths.push(parent.map_or(0, |at| depth(at) + 1));
        parents.push(parent);
    }
    let mut outermost = Vec::new();
    let mut inside: Vec<Vec<lsp::DocumentSymbol>> = symbols.iter().map(|_| Vec::new()).collect();
    for (at, symbol) in symbols.iter().enumerate().rev() {
        let mut children = inside.get_mut(at).map(std::mem::take).unwrap_or_default();
        children.reverse();
        let shown = document_symbol(analysed, symbol, children, encoding);
        let parent = parents.get(at).copied().flatten();
        parent.and_then(|at| inside.get_mut(at)).unwrap_or(&mut outermost).push(shown);
    }
    outermost.reverse();
    outermost
}

#[allow(deprecated, reason = "the type has a field that is out of use")]
fn document_symbol(
    analysed: &Analysed,
    symbol: &FileSymbol<'_>,
    children: Vec<lsp::DocumentSymbol>,
    encoding: PositionEncoding,
) -> lsp::DocumentSymbol {
    // What stands apart from its class says which it is.
    let is_apart = symbol.parent.is_none() && !symbol.container.is_empty();
    lsp::DocumentSymbol {
        name: symbol.name.to_owned(),
        detail: is_apart.then(|| symbol.container.to_owned()),
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: to_proto::range(analysed, symbol.span, encoding),
        selection_range: to_proto::range(analysed, symbol.name_span, encoding),
        children: (!children.is_empty()).then_some(children),
    }
}

/// The symbols of the workspace that fit what was typed.
pub(super) fn of_workspace(
    outlook: &Outlook,
    query: &str,
    encoding: PositionEncoding,
    cancel: &CancellationToken,
) -> lsp::WorkspaceSymbolResponse {
    let found = outlook.index.find(query, MOST_FOUND, cancel);
    found_symbols(outlook, found, encoding).into()
}

/// What is asked by a query that is a question rather than a name: several words, or what follows a
/// question mark.
pub(super) fn question(query: &str) -> Option<String> {
    let query = query.trim();
    let marked = query.strip_prefix('?').map(str::trim_start);
    let is_words = query.contains(char::is_whitespace);
    let question = marked.or(is_words.then_some(query))?;
    (!question.is_empty()).then(|| question.to_owned())
}

/// The functions that mean what was asked, then the symbols whose names fit it.
pub(super) fn by_meaning(
    outlook: &Outlook,
    query: &str,
    alike: Option<Alike>,
    encoding: PositionEncoding,
    cancel: &CancellationToken,
) -> lsp::WorkspaceSymbolResponse {
    let alike = alike.unwrap_or_default();
    let mut found: Vec<lsp::SymbolInformation> =
        alike.iter().filter_map(|(function, _)| shown(outlook, function, encoding)).collect();
    let named = outlook.index.find(query.trim_start_matches('?'), MOST_FOUND, cancel);
    for symbol in found_symbols(outlook, named, encoding) {
        if found.len() < MOST_FOUND && !found.iter().any(|it| it.location == symbol.location) {
            found.push(symbol);
        }
    }
    found.into()
}

/// A function by its name.
fn shown(
    outlook: &Outlook,
    function: &FunctionName,
    encoding: PositionEncoding,
) -> Option<lsp::SymbolInformation> {
    let summary = outlook.index.summary(&function.file)?;
    let callable = outlook.index.callable(function)?;
    let range = range(summary, callable.name_span, encoding);
    let container = (!callable.container.is_empty()).then_some(callable.container);
    let uri = uri(outlook, &function.file)?;
    Some(information(callable.name, callable.kind?, uri, range, container))
}

/// The text and the number that the command takes.
pub(super) fn search_arguments(arguments: &[Value]) -> Option<(String, usize)> {
    let (question, most) = match arguments {
        [question] => (question, MOST_ALIKE as u64),
        [question, most] => (question, most.as_u64()?),
        _ => return None,
    };
    let most = usize::try_from(most).unwrap_or(MOST_FOUND).min(MOST_FOUND);
    Some((question.as_str()?.to_owned(), most))
}

/// The command's answer: symbols, each with how alike it is, where there is an encoder to tell.
pub(super) fn search_answer(
    outlook: &Outlook,
    query: &str,
    alike: Option<Alike>,
    (most, encoding): (usize, PositionEncoding),
    cancel: &CancellationToken,
) -> Value {
    let symbols: Vec<(lsp::SymbolInformation, Option<f32>)> = if let Some(alike) = alike {
        let one = |(function, likeness): &(FunctionName, f32)| {
            Some((shown(outlook, function, encoding)?, Some(*likeness)))
        };
        alike.iter().filter_map(one).collect()
    } else {
        let named = outlook.index.find(query, most, cancel);
        let named = found_symbols(outlook, named, encoding);
        named.into_iter().map(|it| (it, None)).collect()
    };
    let one = |(symbol, likeness): (lsp::SymbolInformation, Option<f32>)| {
        json!({"name": symbol.name, "kind": symbol.kind, "containerName": symbol.container_name,
            "location": symbol.location, "likeness": likeness})
    };
    symbols.into_iter().map(one).collect()
}

/// The files by which something is found that is found by another path to the same file, too: one that
/// is open counts, then one without links.
fn twice(outlook: &Outlook, found: &[Found]) -> HashSet<String> {
    // Only what is open is known by a path with links.
    let is_open = |file: &str| outlook.open.contains_key(file);
    let files: HashSet<&str> = found.iter().map(|it| &*it.file).filter(|it| is_open(it)).collect();
    let mut twice = HashSet::new();
    for file in files {
        let Some(real) = Path::new(file).canonicalize().ok() else { continue };
        let real = normal_path(&real.to_string_lossy());
        if real != file {
            twice.insert(if is_open(&real) { file.to_owned() } else { real });
        }
    }
    twice
}

/// What was found, as the protocol shows it.
pub(super) fn found_symbols(
    outlook: &Outlook,
    found: Vec<Found>,
    encoding: PositionEncoding,
) -> Vec<lsp::SymbolInformation> {
    let twice = twice(outlook, &found);
    let one = |found: Found| {
        let summary = outlook.index.summary(&found.file)?;
        let range = range(summary, found.name_span, encoding);
        let container = (!found.container.is_empty()).then_some(found.container);
        Some(information(found.name, found.kind, uri(outlook, &found.file)?, range, container))
    };
    found.into_iter().filter(|it| !twice.contains(&*it.file)).filter_map(one).collect()
}

/// A range of a file whose text is not at hand.
pub(super) fn range(summary: &Summary, span: Span, encoding: PositionEncoding) -> lsp::Range {
    let position = |offset| {
        let position = summary.position(offset, encoding);
        lsp::Position { line: position.line, character: position.column }
    };
    lsp::Range { start: position(span.start), end: position(span.end) }
}

/// A file as the client spells it.
pub(super) fn uri(outlook: &Outlook, file: &str) -> Option<lsp::Uri> {
    match outlook.open.get(file) {
        Some(uri) => lsp::Uri::from_str(uri).ok(),
        None => lsp::Uri::from_file_path(file),
    }
}

#[allow(deprecated, reason = "the type has a field that is out of use")]
fn information(
    name: String,
    of: SymbolKind,
    uri: lsp::Uri,
    range: lsp::Range,
    container_name: Option<String>,
) -> lsp::SymbolInformation {
    let location = lsp::Location { uri, range };
    let (tags, deprecated) = (None, None);
    lsp::SymbolInformation { name, kind: kind(of), tags, deprecated, location, container_name }
}

/// A kind of symbol, as the protocol has it.
pub(super) fn kind(kind: SymbolKind) -> lsp::SymbolKind {
    match kind {
        SymbolKind::Class => lsp::SymbolKind::CLASS,
        SymbolKind::Struct => lsp::SymbolKind::STRUCT,
        SymbolKind::Interface => lsp::SymbolKind::INTERFACE,
        SymbolKind::Enum => lsp::SymbolKind::ENUM,
        SymbolKind::TypeAlias => lsp::SymbolKind::TYPE_PARAMETER,
        SymbolKind::Implementation | SymbolKind::Object => lsp::SymbolKind::OBJECT,
        SymbolKind::Namespace => lsp::SymbolKind::NAMESPACE,
        SymbolKind::Function | SymbolKind::Macro => lsp::SymbolKind::FUNCTION,
        SymbolKind::Method => lsp::SymbolKind::METHOD,
        SymbolKind::Constructor => lsp::SymbolKind::CONSTRUCTOR,
        SymbolKind::Property => lsp::SymbolKind::PROPERTY,
        SymbolKind::Field => lsp::SymbolKind::FIELD,
        SymbolKind::EnumMember => lsp::SymbolKind::ENUM_MEMBER,
        SymbolKind::Constant => lsp::SymbolKind::CONSTANT,
        SymbolKind::Variable => lsp::SymbolKind::VARIABLE,
    }
}
