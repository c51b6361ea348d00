//! From the protocol's types to ours, forgivingly: what clients get wrong is put right here.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::PathBuf;

use analysis::context::normal_path;
use analysis::text::{Position, PositionEncoding, Snapshot, Span, TextChange};
use serde::Deserialize;
use serde_json::Value;
use tower_lsp::ls_types as lsp;

use crate::server::actions::Wanted;

/// What the client can do, as far as it matters to us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)]
pub(super) struct Features {
    /// How it counts columns.
    pub(super) encoding: PositionEncoding,
    /// It asks for diagnostics rather than receiving them.
    pub(super) pull: bool,
    /// It can be asked to pull diagnostics again.
    pub(super) refresh: bool,
    /// It renders Markdown in hovers.
    pub(super) markdown: bool,
    /// It takes edits that name a version.
    pub(super) document_changes: bool,
    /// It takes code actions rather than only commands.
    pub(super) code_actions: bool,
    /// It understands preferred code actions.
    pub(super) preferred: bool,
    /// It shows related places of a diagnostic.
    pub(super) related: bool,
    /// It shows links to documentation.
    pub(super) code_description: bool,
    /// It keeps a diagnostic's data.
    pub(super) data: bool,
    /// It can be asked to tell when files change.
    pub(super) watch: bool,
    /// It can be asked for its settings.
    pub(super) configuration: bool,
    /// It tells of changes of its settings where it is asked to.
    pub(super) configuration_registration: bool,
    /// It shows how far work is.
    pub(super) progress: bool,
    /// It asks for the edit of a code action when the action is taken.
    pub(super) resolve_edits: bool,
    /// It makes files.
    pub(super) create_files: bool,
    /// It can be asked to make an edit.
    pub(super) apply_edits: bool,
    /// It can be asked to show a page.
    pub(super) show_documents: bool,
    /// It takes a document's symbols in one another.
    pub(super) nested_symbols: bool,
    /// It shows code as unnecessary.
    pub(super) unnecessary: bool,
    /// It shows code as deprecated.
    pub(super) deprecated: bool,
    /// It can be asked to ask for code lenses again.
    pub(super) lens_refresh: bool,
    /// It can be asked to ask for inlay hints again.
    pub(super) hint_refresh: bool,
    /// It wants to be told what the daemon is at.
    pub(super) conditions: bool,
}

/// Reads a client's capabilities.
pub(super) fn features(capabilities: &lsp::ClientCapabilities) -> Features {
    let text = capabilities.text_document.as_ref();
    let workspace = capabilities.workspace.as_ref();
    let encodings = capabilities.general.as_ref().and_then(|it| it.position_encodings.as_ref());
    let encoding = encodings.into_iter().flatten().find_map(encoding).unwrap_or_default();
    let publish = text.and_then(|it| it.publish_diagnostics.as_ref());
    let tags = publish.and_then(|it| it.tag_support.as_ref()).map(|it| &it.value_set);
    let has_tag = |tag| tags.is_some_and(|tags| tags.contains(&tag));
    let actions = text.and_then(|it| it.code_action.as_ref());
    let resolved = actions.and_then(|it| it.resolve_support.as_ref()).map(|it| &it.properties);
    let keeps_data = actions.and_then(|it| it.data_support).unwrap_or(false);
    let edits = workspace.and_then(|it| it.workspace_edit.as_ref());
    let operations = edits.and_then(|it| it.resource_operations.as_ref());
    let window = capabilities.window.as_ref();
    let hover = text.and_then(|it| it.hover.as_ref()).and_then(|it| it.content_format.as_ref());
    Features {
        encoding,
        pull: text.is_some_and(|it| it.diagnostic.is_some()),
        refresh: workspace
            .and_then(|it| it.diagnostics.as_ref())
            .and_then(|it| it.refresh_support)
            .unwrap_or(false),
        markdown: hover.is_some_and(|formats| formats.contains(&lsp::MarkupKind::Markdown)),
        document_changes: workspace
            .and_then(|it| it.workspace_edit.as_ref())
            .and_then(|it| it.document_changes)
            .unwrap_or(false),
        code_actions: actions.is_some_and(|it| it.code_action_literal_support.is_some()),
        preferred: actions.and_then(|it| it.is_preferred_support).unwrap_or(false),
        related: publish.and_then(|it| it.related_information).unwrap_or(false),
        code_description: publish.and_then(|it| it.code_description_support).unwrap_or(false),
        data: publish.and_then(|it| it.data_support).unwrap_or(false),
        watch: workspace
            .and_then(|it| it.did_change_watched_files)
            .and_then(|it| it.dynamic_registration)
            .unwrap_or(false),
        configuration: workspace.and_then(|it| it.configuration).unwrap_or(false),
        configuration_registration: workspace
            .and_then(|it| it.did_change_configuration)
            .and_then(|it| it.dynamic_registration)
            .unwrap_or(false),
        progress: capabilities
            .window
            .as_ref()
            .and_then(|it| it.work_done_progress)
            .unwrap_or(false),
        resolve_edits: keeps_data && resolved.is_some_and(|it| it.iter().any(|it| it == "edit")),
        create_files: operations.is_some_and(|it| it.contains(&lsp::ResourceOperationKind::Create)),
        apply_edits: workspace.and_then(|it| it.apply_edit).unwrap_or(false),
        show_documents: window
            .and_then(|it| it.show_document.as_ref())
            .is_some_and(|it| it.support),
        nested_symbols: text
            .and_then(|it| it.document_symbol.as_ref())
            .and_then(|it| it.hierarchical_document_symbol_support)
            .unwrap_or(false),
        unnecessary: has_tag(lsp::DiagnosticTag::UNNECESSARY),
        deprecated: has_tag(lsp::DiagnosticTag::DEPRECATED),
        lens_refresh: workspace
            .and_then(|it| it.code_lens.as_ref())
            .and_then(|it| it.refresh_support)
            .unwrap_or(false),
        hint_refresh: workspace
            .and_then(|it| it.inlay_hint.as_ref())
            .and_then(|it| it.refresh_support)
            .unwrap_or(false),
        conditions: capabilities
            .experimental
            .as_ref()
            .and_then(|it| it.get("omnistackStatus")?.as_bool())
            .unwrap_or(false),
    }
}

fn encoding(kind: &lsp::PositionEncodingKind) -> Option<PositionEncoding> {
    match kind.as_str() {
        "utf-8" => Some(PositionEncoding::Utf8),
        "utf-16" => Some(PositionEncoding::Utf16),
        "utf-32" => Some(PositionEncoding::Utf32),
        _ => None,
    }
}

/// The folders that a client works in.
#[allow(deprecated, reason = "older clients name their folder by these only")]
pub(super) fn folders(params: &lsp::InitializeParams) -> Vec<PathBuf> {
    let named = params.workspace_folders.iter().flatten().filter_map(|it| file_path(&it.uri));
    let named: Vec<PathBuf> = named.collect();
    let root = || params.root_uri.as_ref().and_then(file_path);
    let root = || root().or_else(|| params.root_path.as_deref().map(PathBuf::from));
    if named.is_empty() { root().into_iter().collect() } else { named }
}

/// The path under which the workspace's index keeps a document; empty for one without a file.
pub(super) fn index_path(uri: &lsp::Uri) -> String {
    let path = file_path(uri).map(|path| normal_path(&path.to_string_lossy()));
    path.unwrap_or_default()
}

/// The file that a URI names, if it names one: what other schemes name may look like a path.
pub(super) fn file_path(uri: &lsp::Uri) -> Option<PathBuf> {
    let is_file = uri.scheme().as_str().eq_ignore_ascii_case("file");
    uri.to_file_path().filter(|_| is_file).map(Cow::into_owned)
}

/// What a client asks code actions for.
pub(super) fn wanted(
    params: &lsp::CodeActionParams,
    snapshot: &Snapshot,
    encoding: PositionEncoding,
) -> Wanted {
    let offset = |at| snapshot.offset(position(at), encoding);
    let (start, end) = (offset(params.range.start), offset(params.range.end));
    let only = params.context.only.as_ref();
    let fingerprint =
        |it: &lsp::Diagnostic| Some(it.data.as_ref()?.get("fingerprint")?.as_str()?.to_owned());
    Wanted {
        span: Span::new(start.min(end), start.max(end)),
        only: only.map(|it| it.iter().map(|kind| kind.as_str().to_owned()).collect()),
        named: params.context.diagnostics.iter().filter_map(fingerprint).collect(),
    }
}

/// A position.
pub(super) fn position(position: lsp::Position) -> Position {
    Position { line: position.line, column: position.character }
}

/// An edit.
pub(super) fn change(change: lsp::TextDocumentContentChangeEvent) -> TextChange {
    let range = change.range.map(|range| {
        let (start, end) = (position(range.start), position(range.end));
        // Some clients name the ends of a selection in the order it was made.
        (start.min(end), start.max(end))
    });
    TextChange { range, text: change.text }
}

/// Stands for the version of a document where the client tells none.
const NO_VERSION: i32 = i32::MIN;

/// A document's version, if the client told one.
pub(super) fn version(version: i32) -> Option<i32> {
    (version != NO_VERSION).then_some(version)
}

/// Why a message that changes a document cannot be understood: without it, the text that we have is
/// not the client's.
pub(super) fn misunderstood(method: &str, params: Option<&Value>) -> Option<String> {
    if method != "textDocument/didChange" {
        return None;
    }
    let error = lsp::DidChangeTextDocumentParams::deserialize(params?).err()?;
    let uri = params?.pointer("/textDocument/uri").and_then(Value::as_str);
    let uri = uri.unwrap_or("a document");
    Some(format!(
        "An edit of {uri} cannot be understood ({error}); close and open it to go on with its text."
    ))
}

/// Whether what a URI names only shows what is kept elsewhere, as the revisions that version control
/// shows do: neither a file, nor a text that is yet to become one, nor a part of a notebook.
pub(super) fn is_view(uri: &lsp::Uri) -> bool {
    let scheme = uri.scheme().as_str();
    let written = ["file", "untitled", "vscode-notebook-cell"];
    !written.iter().any(|it| scheme.eq_ignore_ascii_case(it))
}

/// Puts right, before types are checked, what would make a whole message unreadable: positions
/// that are negative or absurd, versions that are none, and URIs with characters that should have
/// been escaped.
pub(super) fn mend(method: &str, params: &mut Value) {
    if !method.starts_with("textDocument/") {
        return;
    }
    if let Some(Value::String(uri)) =
        params.get_mut("textDocument").and_then(|document| document.get_mut("uri"))
        && let Some(escaped) = escape(uri)
    {
        *uri = escaped;
    }
    if matches!(method, "textDocument/didOpen" | "textDocument/didChange")
        && let Some(document) = params.get_mut("textDocument")
        && document.is_object()
    {
        let number = document.get("version").and_then(Value::as_f64);
        // The conversion saturates, which is what is wanted here.
        document["version"] = number.map_or(NO_VERSION, |it| it as i32).into();
    }
    if let Some(Value::Array(changes)) = params.get_mut("contentChanges") {
        for change in changes {
            // Deprecated, not needed, and sometimes wrong.
            if let Value::Object(change) = change {
                change.remove("rangeLength");
            }
            mend_range(change);
        }
    }
    mend_range(params);
    if let Some(position) = params.get_mut("position") {
        mend_position(position);
    }
}

fn mend_range(holder: &mut Value) {
    let Some(range) = holder.get_mut("range") else { return };
    for end in ["start", "end"] {
        if let Some(position) = range.get_mut(end) {
            mend_position(position);
        }
    }
}

fn mend_position(position: &mut Value) {
    for coordinate in ["line", "character"] {
        let Some(value) = position.get_mut(coordinate) else { continue };
        if value.as_u64().is_some_and(|value| u32::try_from(value).is_ok()) {
            continue;
        }
        // The conversion saturates, which is what is wanted here.
        #[allow(clippy::cast_sign_loss)]
        if let Some(number) = value.as_f64() {
            *value = Value::from(number.clamp(0.0, f64::from(u32::MAX)) as u32);
        }
    }
}

/// The URI with percent escapes for what may not stand in one; nothing if all is well.
pub(super) fn escape(uri: &str) -> Option<String> {
    let is_fine = |at: usize, byte: u8| match byte {
        b'%' => uri
            .as_bytes()
            .get(at + 1..at + 3)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
        b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'[' | b']' => false,
        _ => byte.is_ascii_graphic(),
    };
    if uri.bytes().enumerate().all(|(at, byte)| is_fine(at, byte)) {
        return None;
    }
    let mut escaped = String::with_capacity(uri.len() + 16);
    for (at, byte) in uri.bytes().enumerate() {
        if is_fine(at, byte) {
            escaped.push(byte as char);
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    Some(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn absurd_positions_are_clamped() {
        let mut params = json!({"contentChanges": [
            {"range": {"start": {"line": -1, "character": -5}, "end": {"line": 1e30, "character": 2.5}},
             "rangeLength": -3, "text": "x"}]});
        mend("textDocument/didChange", &mut params);
        let range = &params["contentChanges"][0]["range"];
        assert_eq!(range["start"], json!({"line": 0, "character": 0}));
        assert_eq!(range["end"], json!({"line": u32::MAX, "character": 2}));
    }

    #[test]
    fn unescaped_uris_are_escaped_and_good_ones_left_alone() {
        assert_eq!(escape("file:///a%20b/%C3%BC.py?x#W0sZm"), None);
        assert_eq!(escape("file:///a b/ü%.py").as_deref(), Some("file:///a%20b/%C3%BC%25.py"));
    }
}
