//! From our types to the protocol's.

use std::collections::HashMap;
use std::str::FromStr;

use analysis::context::Similar;
use analysis::findings::{Edit, Finding, Severity};
use analysis::rules::{self, Tag};
use analysis::text::{PositionEncoding, Snapshot, Span};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_lsp::ls_types as lsp;

use super::commanding::DOCUMENTATION_COMMAND;
use super::from_proto::Features;
use super::handlers::DISMISS_COMMAND;
use crate::server::actions::{Action, Effect, Plan};
use crate::server::explain::{Explanation, page_of};
use crate::server::glance::Glance;
use crate::server::state::Analysed;

/// The parameters of `textDocument/publishDiagnostics`.
#[derive(Serialize)]
pub(super) struct Publication<'a> {
    uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i32>,
    diagnostics: Vec<lsp::Diagnostic>,
}

/// The diagnostics of an analysis, to be pushed; none for a document that was closed.
pub(super) fn publication<'a>(
    uri: &'a str,
    analysed: Option<&Analysed>,
    features: &Features,
) -> Publication<'a> {
    Publication {
        uri,
        version: analysed.and_then(|analysed| analysed.version),
        diagnostics: analysed.map(|it| diagnostics(it, features)).unwrap_or_default(),
    }
}

/// The diagnostics of an analysis.
pub(super) fn diagnostics(analysed: &Analysed, features: &Features) -> Vec<lsp::Diagnostic> {
    let uri = lsp::Uri::from_str(&analysed.uri).ok();
    let one = |finding| diagnostic(analysed, finding, uri.as_ref(), features);
    analysed.analysis.findings.iter().map(one).collect()
}

/// The answer to `textDocument/diagnostic`; `previous` is the result the client still has.
pub(super) fn report(
    analysed: Option<&Analysed>,
    previous: Option<&str>,
    features: &Features,
) -> lsp::DocumentDiagnosticReport {
    let result_id = analysed.map(|analysed| analysed.revision.to_string());
    if let Some(result_id) = result_id.clone().filter(|id| previous == Some(id)) {
        return lsp::RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: lsp::UnchangedDocumentDiagnosticReport {
                result_id,
            },
        }
        .into();
    }
    let items = analysed.map(|it| diagnostics(it, features)).unwrap_or_default();
    lsp::RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: lsp::FullDocumentDiagnosticReport { result_id, items },
    }
    .into()
}

/// A file's part of the answer to `workspace/diagnostic`.
pub(super) fn workspace_report(
    analysed: &Analysed,
    previous: Option<&str>,
    features: &Features,
) -> Option<lsp::WorkspaceDocumentDiagnosticReport> {
    let uri = lsp::Uri::from_str(&analysed.uri).ok()?;
    let version = analysed.version.map(i64::from);
    let result_id = analysed.revision.to_string();
    if previous == Some(&*result_id) {
        let unchanged_document_diagnostic_report =
            lsp::UnchangedDocumentDiagnosticReport { result_id };
        return Some(lsp::WorkspaceDocumentDiagnosticReport::Unchanged(
            lsp::WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version,
                unchanged_document_diagnostic_report,
            },
        ));
    }
    let items = diagnostics(analysed, features);
    Some(full_report(uri, version, Some(result_id), items))
}

/// The same for a file in which nothing is found any more.
pub(super) fn empty_report(uri: lsp::Uri) -> lsp::WorkspaceDocumentDiagnosticReport {
    full_report(uri, None, None, Vec::new())
}

fn full_report(
    uri: lsp::Uri,
    version: Option<i64>,
    result_id: Option<String>,
    items: Vec<lsp::Diagnostic>,
) -> lsp::WorkspaceDocumentDiagnosticReport {
    let full_document_diagnostic_report = lsp::FullDocumentDiagnosticReport { result_id, items };
    lsp::WorkspaceDocumentDiagnosticReport::Full(lsp::WorkspaceFullDocumentDiagnosticReport {
        uri,
        version,
        full_document_diagnostic_report,
    })
}

fn diagnostic(
    analysed: &Analysed,
    finding: &Finding,
    uri: Option<&lsp::Uri>,
    features: &Features,
) -> lsp::Diagnostic {
    let related = uri.filter(|_| features.related && !finding.related.is_empty()).map(|uri| {
        let one = |related: &analysis::findings::Related| lsp::DiagnosticRelatedInformation {
            location: match related.elsewhere.as_ref() {
                Some(place) => elsewhere(place).unwrap_or_else(|| lsp::Location {
                    uri: uri.clone(),
                    range: range(analysed, finding.span, features.encoding),
                }),
                None => lsp::Location {
                    uri: uri.clone(),
                    range: range(analysed, related.span, features.encoding),
                },
            },
            message: related.message.clone(),
        };
        finding.related.iter().map(one).collect()
    });
    let page = || lsp::Uri::from_str(&page_of(finding)?).ok();
    let data = || json!({"fingerprint": finding.fingerprint, "confidence": finding.confidence});
    lsp::Diagnostic {
        range: range(analysed, finding.span, features.encoding),
        severity: Some(severity(finding.severity)),
        code: Some(lsp::NumberOrString::String(finding.rule.to_owned())),
        code_description: features
            .code_description
            .then(page)
            .flatten()
            .map(|href| lsp::CodeDescription { href }),
        source: Some("omnistack".to_owned()),
        message: finding.message.clone(),
        related_information: related,
        tags: tag(finding.rule, features).map(|tag| vec![tag]),
        data: features.data.then(data),
    }
}

/// A place in another file. What stands before a function in its line is nearly always of ASCII, so
/// that all clients count its columns alike.
fn elsewhere(place: &analysis::findings::Place) -> Option<lsp::Location> {
    let uri = lsp::Uri::from_file_path(&place.file)?;
    let start = lsp::Position { line: place.line, character: place.column };
    Some(lsp::Location { uri, range: lsp::Range { start, end: start } })
}

/// A link to a line, counted from 0, of a file of the workspace's index.
pub(super) fn link(file: &str, line: u32) -> Option<String> {
    let uri = lsp::Uri::from_file_path(file)?;
    Some(format!("{}#L{}", uri.as_str(), line + 1))
}

/// A function that is like another: its place, its name, and how alike they are.
pub(super) fn similar(similar: &Similar) -> Option<serde_json::Value> {
    let uri = lsp::Uri::from_file_path(&*similar.file)?;
    let start = lsp::Position { line: similar.line, character: similar.column };
    let location = lsp::Location { uri, range: lsp::Range { start, end: start } };
    let similarity = (f64::from(similar.similarity) * 100.0).round() / 100.0;
    Some(json!({"location": location, "name": similar.name, "similarity": similarity}))
}

/// A code lens. It does nothing when clicked.
pub(super) fn lens(analysed: &Analysed, glance: Glance, features: &Features) -> lsp::CodeLens {
    let command = lsp::Command { title: glance.text, command: String::new(), arguments: None };
    let range = range(analysed, glance.span, features.encoding);
    lsp::CodeLens { range, command: Some(command), data: None }
}

/// An inlay hint.
pub(super) fn hint(analysed: &Analysed, glance: Glance, features: &Features) -> lsp::InlayHint {
    lsp::InlayHint {
        position: range(analysed, glance.span, features.encoding).start,
        label: lsp::InlayHintLabel::String(glance.text),
        kind: None,
        text_edits: None,
        tooltip: Some(lsp::InlayHintTooltip::String(
            "How the loop's time grows with its input, together with the loops around it"
                .to_owned(),
        )),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}

/// What the rule's metadata say of the code, for a client that shows such code in its own way.
fn tag(rule: &str, features: &Features) -> Option<lsp::DiagnosticTag> {
    match rules::find(rule)?.tag()? {
        Tag::Unnecessary => features.unnecessary.then_some(lsp::DiagnosticTag::UNNECESSARY),
        Tag::Deprecated => features.deprecated.then_some(lsp::DiagnosticTag::DEPRECATED),
    }
}

fn severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Hint => lsp::DiagnosticSeverity::HINT,
        Severity::Information => lsp::DiagnosticSeverity::INFORMATION,
        Severity::Warning => lsp::DiagnosticSeverity::WARNING,
        Severity::Error => lsp::DiagnosticSeverity::ERROR,
    }
}

/// The name of an encoding.
pub(super) fn encoding(encoding: PositionEncoding) -> lsp::PositionEncodingKind {
    match encoding {
        PositionEncoding::Utf8 => lsp::PositionEncodingKind::UTF8,
        PositionEncoding::Utf16 => lsp::PositionEncodingKind::UTF16,
        PositionEncoding::Utf32 => lsp::PositionEncodingKind::UTF32,
    }
}

/// A range of a document.
pub(super) fn range(analysed: &Analysed, span: Span, encoding: PositionEncoding) -> lsp::Range {
    let position = |offset| position(analysed.document.snapshot(), offset, encoding);
    lsp::Range { start: position(span.start), end: position(span.end) }
}

fn position(snapshot: &Snapshot, offset: u32, encoding: PositionEncoding) -> lsp::Position {
    let position = snapshot.position(offset, encoding);
    lsp::Position { line: position.line, character: position.column }
}

/// A hover.
pub(super) fn hover(
    analysed: &Analysed,
    explanation: Explanation,
    features: &Features,
) -> lsp::Hover {
    let kind =
        if features.markdown { lsp::MarkupKind::Markdown } else { lsp::MarkupKind::PlainText };
    lsp::Hover {
        contents: lsp::HoverContents::Markup(lsp::MarkupContent { kind, value: explanation.text }),
        range: Some(range(analysed, explanation.span, features.encoding)),
    }
}

/// What an action that its client resolves later carries meanwhile.
#[derive(Serialize, Deserialize)]
pub(super) struct Unresolved {
    /// The document.
    pub(super) uri: lsp::Uri,
    /// What is to be done.
    pub(super) plan: Plan,
}

/// A code action; with an edit if there is one already.
pub(super) fn action(
    analysed: &Analysed,
    action: Action<'_>,
    edit: Option<lsp::WorkspaceEdit>,
    features: &Features,
) -> lsp::CodeAction {
    let uri = lsp::Uri::from_str(&analysed.uri).ok();
    let arguments = match &action.plan {
        Plan::Dismiss { fingerprint } => {
            Some((DISMISS_COMMAND, vec![json!(*analysed.uri), json!(fingerprint)]))
        }
        Plan::Explain { rule } => Some((DOCUMENTATION_COMMAND, vec![json!(rule)])),
        _ => None,
    };
    let command = arguments.map(|(command, arguments)| lsp::Command {
        title: action.title.clone(),
        command: command.to_owned(),
        arguments: Some(arguments),
    });
    let finding = action.finding;
    let diagnostics = finding.map(|it| vec![diagnostic(analysed, it, uri.as_ref(), features)]);
    let is_unresolved = edit.is_none() && action.plan.is_edit();
    let unresolved = uri.filter(|_| is_unresolved).map(|uri| Unresolved { uri, plan: action.plan });
    lsp::CodeAction {
        title: action.title,
        kind: Some(lsp::CodeActionKind::from(action.kind.as_str())),
        diagnostics,
        edit,
        command,
        is_preferred: (features.preferred && action.preferred).then_some(true),
        disabled: None,
        data: unresolved.and_then(|it| serde_json::to_value(it).ok()),
    }
}

/// What an action does, as the client's edit.
pub(super) fn effect(
    analysed: &Analysed,
    effect: Effect,
    features: &Features,
) -> Option<lsp::WorkspaceEdit> {
    match effect {
        Effect::Edits(edits) => {
            let edit = |edit: Edit| lsp::TextEdit {
                range: range(analysed, edit.span, features.encoding),
                new_text: edit.replacement,
            };
            let uri = lsp::Uri::from_str(&analysed.uri).ok()?;
            let edits = edits.into_iter().map(edit).collect();
            Some(workspace_edit(uri, analysed.version, edits, features))
        }
        Effect::Settings(settings) => {
            let uri = lsp::Uri::from_file_path(&settings.path)?;
            let is_new = settings.before.is_none();
            let before = settings.before.unwrap_or_else(|| Snapshot::new(""));
            let position = |offset| position(&before, offset, features.encoding);
            let Edit { span, replacement } = settings.edit;
            let range = lsp::Range { start: position(span.start), end: position(span.end) };
            let edits = vec![lsp::TextEdit { range, new_text: replacement }];
            let edit = workspace_edit(uri.clone(), settings.version, edits, features);
            if !is_new {
                return Some(edit);
            }
            let Some(lsp::DocumentChanges::Edits(edits)) = edit.document_changes else {
                return None;
            };
            let options = lsp::CreateFileOptions { overwrite: None, ignore_if_exists: Some(true) };
            let file = lsp::CreateFile { uri, options: Some(options), annotation_id: None };
            let creation = lsp::DocumentChangeOperation::Op(lsp::ResourceOp::Create(file));
            let edits = edits.into_iter().map(lsp::DocumentChangeOperation::Edit);
            let operations = std::iter::once(creation).chain(edits).collect();
            let document_changes = Some(lsp::DocumentChanges::Operations(operations));
            Some(lsp::WorkspaceEdit { document_changes, ..lsp::WorkspaceEdit::default() })
        }
    }
}

/// The edits of one document.
// The URI is the protocol's own type; its hash never changes.
#[allow(clippy::mutable_key_type)]
pub(super) fn workspace_edit(
    uri: lsp::Uri,
    version: Option<i32>,
    edits: Vec<lsp::TextEdit>,
    features: &Features,
) -> lsp::WorkspaceEdit {
    if features.document_changes {
        let edits = lsp::TextDocumentEdit {
            text_document: lsp::OptionalVersionedTextDocumentIdentifier { uri, version },
            edits: edits.into_iter().map(lsp::OneOf::Left).collect(),
        };
        let document_changes = Some(lsp::DocumentChanges::Edits(vec![edits]));
        return lsp::WorkspaceEdit { document_changes, ..lsp::WorkspaceEdit::default() };
    }
    let changes = Some(HashMap::from([(uri, edits)]));
    lsp::WorkspaceEdit { changes, ..lsp::WorkspaceEdit::default() }
}
