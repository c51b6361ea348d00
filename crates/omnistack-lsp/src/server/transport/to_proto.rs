//! From our types to the protocol's.

use std::collections::HashMap;
use std::str::FromStr;

use analysis::context::Similar;
use analysis::findings::{Edit, Finding, Severity};
use analysis::text::{PositionEncoding, Span};
use serde::Serialize;
use serde_json::json;
use tower_lsp::ls_types as lsp;

use super::from_proto::Features;
use super::handlers::DISMISS_COMMAND;
use crate::server::actions::Action;
use crate::server::explain::{Explanation, rule_page};
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
        version: analysed.map(|analysed| analysed.version),
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
    let page = || lsp::Uri::from_str(&rule_page(finding.rule)).ok();
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

/// Rules about code that could go, or should be replaced, say so in their names.
fn tag(rule: &str, features: &Features) -> Option<lsp::DiagnosticTag> {
    let name = rule.rsplit('/').next().unwrap_or(rule);
    let speaks_of = |words: &[&str]| name.split('-').any(|word| words.contains(&word));
    if features.unnecessary && speaks_of(&["unused", "unreachable", "redundant", "useless"]) {
        Some(lsp::DiagnosticTag::UNNECESSARY)
    } else if features.deprecated && speaks_of(&["deprecated"]) {
        Some(lsp::DiagnosticTag::DEPRECATED)
    } else {
        None
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

fn range(analysed: &Analysed, span: Span, encoding: PositionEncoding) -> lsp::Range {
    let position = |offset| {
        let position = analysed.document.snapshot().position(offset, encoding);
        lsp::Position { line: position.line, character: position.column }
    };
    lsp::Range { start: position(span.start), end: position(span.end) }
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

/// A code action.
pub(super) fn action(
    analysed: &Analysed,
    action: Action<'_>,
    features: &Features,
) -> lsp::CodeAction {
    let uri = lsp::Uri::from_str(&analysed.uri).ok();
    let edit = |edit: Edit| lsp::TextEdit {
        range: range(analysed, edit.span, features.encoding),
        new_text: edit.replacement,
    };
    let finding = action.finding;
    let command = finding.filter(|_| action.dismisses).map(|finding| lsp::Command {
        title: action.title.clone(),
        command: DISMISS_COMMAND.to_owned(),
        arguments: Some(vec![json!(*analysed.uri), json!(finding.fingerprint)]),
    });
    let edits: Vec<lsp::TextEdit> = action.edits.into_iter().map(edit).collect();
    let uri_of_edits = uri.clone().filter(|_| command.is_none());
    lsp::CodeAction {
        title: action.title,
        kind: Some(lsp::CodeActionKind::from(action.kind.as_str())),
        diagnostics: finding.map(|it| vec![diagnostic(analysed, it, uri.as_ref(), features)]),
        edit: uri_of_edits.map(|uri| workspace_edit(uri, analysed.version, edits, features)),
        command,
        is_preferred: (features.preferred && action.preferred).then_some(true),
        ..lsp::CodeAction::default()
    }
}

/// The edits of one document.
// The URI is the protocol's own type; its hash never changes.
#[allow(clippy::mutable_key_type)]
pub(super) fn workspace_edit(
    uri: lsp::Uri,
    version: i32,
    edits: Vec<lsp::TextEdit>,
    features: &Features,
) -> lsp::WorkspaceEdit {
    if features.document_changes {
        let edits = lsp::TextDocumentEdit {
            text_document: lsp::OptionalVersionedTextDocumentIdentifier {
                uri,
                version: Some(version),
            },
            edits: edits.into_iter().map(lsp::OneOf::Left).collect(),
        };
        let document_changes = Some(lsp::DocumentChanges::Edits(vec![edits]));
        return lsp::WorkspaceEdit { document_changes, ..lsp::WorkspaceEdit::default() };
    }
    let changes = Some(HashMap::from([(uri, edits)]));
    lsp::WorkspaceEdit { changes, ..lsp::WorkspaceEdit::default() }
}
