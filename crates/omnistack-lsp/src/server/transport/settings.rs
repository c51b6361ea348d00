//! Settings in the protocol: what the client is asked about them, what it answers, what is wrong with
//! configuration files, and how to mend it.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use analysis::text::PositionEncoding;
use serde_json::{Value, json};
use tower_lsp::ls_types as lsp;

use super::from_proto::{self, Features};
use super::{ClientHandle, notification, to_proto};
use crate::configuration::{Mistake, Problem};
use crate::server::actions::ActionKind;
use crate::server::state::{Abilities, SettingsClient, SettingsDocument};

/// The section of an editor's settings that is ours.
const SECTION: &str = "omnistack";
/// Patterns of the files that settings are read from.
pub(super) const WATCHED: [&str; 3] =
    ["**/omnistack.toml", "**/.omnistack/**", "**/sgconfig.{yml,yaml}"];

impl SettingsClient for ClientHandle {
    fn abilities(&self) -> Abilities {
        let features = self.greeting().map(|it| &it.features);
        Abilities {
            pull: features.is_some_and(|it| it.configuration),
            watch: features.is_some_and(|it| it.watch),
            patience: self.patience,
        }
    }

    fn ask_for_settings(&self, name: &str, folders: &[PathBuf]) {
        let scoped = |folder: &PathBuf| {
            let uri = lsp::Uri::from_file_path(folder);
            json!({"scopeUri": uri, "section": SECTION})
        };
        let items: Vec<Value> = std::iter::once(json!({"section": SECTION}))
            .chain(folders.iter().map(scoped))
            .collect();
        self.request(name, "workspace/configuration", &json!({"items": items}));
    }

    fn publish_settings(&self, document: &Arc<SettingsDocument>) {
        let Some(uri) = uri_of(document) else { return };
        let (key, document) = (Arc::from(uri.as_str()), Arc::clone(document));
        let uri = self.spelling(uri.as_str());
        let greeting = Arc::clone(&self.greeting);
        let make = move || {
            let features = greeting.get().map(|it| it.features.clone()).unwrap_or_default();
            let diagnostics: Vec<lsp::Diagnostic> =
                document.problems.iter().map(|it| diagnostic(&document, it, &features)).collect();
            let mut publication = json!({"uri": *uri, "diagnostics": diagnostics});
            if let Some(version) = document.version {
                publication["version"] = json!(version);
            }
            notification("textDocument/publishDiagnostics", &publication)
        };
        self.outbound.replace(key, Box::new(make));
    }
}

/// The registration for changes of settings, where the client wants one.
pub(super) fn registration(features: &Features) -> Option<Value> {
    features.configuration_registration.then(|| {
        json!({"id": "omnistack-configuration", "method": "workspace/didChangeConfiguration",
            "registerOptions": {"section": SECTION}})
    })
}

fn uri_of(document: &SettingsDocument) -> Option<lsp::Uri> {
    match &document.uri {
        Some(uri) => lsp::Uri::from_str(uri).ok(),
        None => lsp::Uri::from_file_path(&document.path),
    }
}

fn diagnostic(
    document: &SettingsDocument,
    problem: &Problem,
    features: &Features,
) -> lsp::Diagnostic {
    let severity = match problem.mistake {
        Mistake::Syntax | Mistake::Rule | Mistake::Pack => lsp::DiagnosticSeverity::ERROR,
        Mistake::Untrusted | Mistake::RuleNote => lsp::DiagnosticSeverity::INFORMATION,
        _ => lsp::DiagnosticSeverity::WARNING,
    };
    lsp::Diagnostic {
        range: range(document, problem, features.encoding),
        severity: Some(severity),
        code: Some(lsp::NumberOrString::String(format!("settings/{}", problem.mistake.as_str()))),
        source: Some("omnistack".to_owned()),
        message: problem.message.clone(),
        ..lsp::Diagnostic::default()
    }
}

fn range(document: &SettingsDocument, problem: &Problem, encoding: PositionEncoding) -> lsp::Range {
    let (start, end) = problem.span.unwrap_or((0, 0));
    let position = |offset: usize| {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let position = document.snapshot.position(offset, encoding);
        lsp::Position { line: position.line, character: position.column }
    };
    lsp::Range { start: position(start), end: position(end) }
}

/// What can be done about what is wrong at a place of a configuration file.
pub(super) fn actions(
    document: &SettingsDocument,
    params: &lsp::CodeActionParams,
    features: &Features,
) -> Vec<lsp::CodeActionOrCommand> {
    let kind = ActionKind::QuickFix;
    let only = params.context.only.as_ref();
    if only.is_some_and(|only| !only.iter().any(|it| kind.is_wanted_as(it.as_str()))) {
        return Vec::new();
    }
    let offset = |position| {
        let position = from_proto::position(position);
        document.snapshot.offset(position, features.encoding) as usize
    };
    let (start, end) = (offset(params.range.start), offset(params.range.end));
    let is_here = |it: &&Problem| it.span.is_some_and(|it| it.0 <= end && start <= it.1);
    let action = |problem: &Problem| {
        let replacement = problem.replacement.as_ref()?;
        let edit = lsp::TextEdit {
            range: range(document, problem, features.encoding),
            new_text: replacement.clone(),
        };
        let uri = uri_of(document)?;
        let action = lsp::CodeAction {
            title: format!("Change to `{}`", replacement.trim_matches('"')),
            kind: Some(lsp::CodeActionKind::from(kind.as_str())),
            diagnostics: Some(vec![diagnostic(document, problem, features)]),
            edit: Some(to_proto::workspace_edit(uri, document.version, vec![edit], features)),
            is_preferred: features.preferred.then_some(true),
            ..lsp::CodeAction::default()
        };
        Some(action.into())
    };
    document.problems.iter().filter(is_here).filter_map(action).collect()
}
