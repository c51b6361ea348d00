//! The protocol's methods. Each handler makes one synchronous send to the state before it awaits
//! anything, so that messages take effect in the order in which they came.

use std::future::Future;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, OnceLock};

use analysis::cancellation::CancellationToken;
use analysis::text::Span;
use serde_json::Value;
use telemetry::traces::Link;
use tokio::sync::oneshot;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types as lsp;

use super::commanding::{
    self, DOCUMENTATION_COMMAND, EXPLAIN_COMMAND, FIX_ALL_COMMAND, RESTART_COMMAND,
};
use super::from_proto::{self, Features};
use super::looking::SEARCH_COMMAND;
use super::{ClientHandle, calls, symbols, to_proto};
use crate::server::actions::ActionKind;
use crate::server::explain::explain;
use crate::server::function::{Style, describe, similar_at};
use crate::server::glance;
use crate::server::observing::page;
use crate::server::parent::Parent;
use crate::server::state::{Analysed, Command, Opening, Outlook, Rewrites, SettingsDocument};
use crate::server::status::Status;

/// The custom request that tells how the daemon does.
pub(super) const STATUS: &str = "omnistack/status";
const STATUS_COMMAND: &str = "omnistack.status";
/// The same for people.
const STATUS_TEXT_COMMAND: &str = "omnistack.statusText";
/// The command that dismisses a prediction: the document's URI and the finding's fingerprint.
pub(super) const DISMISS_COMMAND: &str = "omnistack.dismissPrediction";
/// The command that tells which functions are like the one at a place: the document's URI and a
/// position.
const SIMILAR_COMMAND: &str = "omnistack.similarCode";
/// How many functions it names.
const MOST_SIMILAR: usize = 50;

/// The command that has all files of the workspace analysed, until the session ends.
const CHECK_COMMAND: &str = "omnistack.checkWorkspace";

const COMMANDS: [&str; 10] = [
    STATUS_COMMAND,
    STATUS_TEXT_COMMAND,
    DISMISS_COMMAND,
    SIMILAR_COMMAND,
    SEARCH_COMMAND,
    FIX_ALL_COMMAND,
    RESTART_COMMAND,
    EXPLAIN_COMMAND,
    DOCUMENTATION_COMMAND,
    CHECK_COMMAND,
];

/// What `initialize` told us; set once per session.
#[derive(Debug, Default)]
pub(super) struct Greeting {
    /// What the client can do.
    pub(super) features: Features,
    /// The process to outlive by no more than a moment.
    pub(super) parent: Option<Parent>,
    /// The folders that it works in.
    pub(super) folders: Vec<PathBuf>,
    /// Whether it is to be shown code lenses.
    pub(super) lenses: AtomicBool,
    /// Whether it is to be shown inlay hints.
    pub(super) hints: AtomicBool,
}

/// The methods' shared state.
pub(super) struct Handlers {
    /// Where the documents live.
    pub(super) state: Sender<Command>,
    /// What the client said of itself.
    pub(super) greeting: Arc<OnceLock<Greeting>>,
    /// For what is asked of the client.
    pub(super) client: ClientHandle,
    /// What could be rewritten in the document that was asked about last.
    pub(super) rewrites: Mutex<Option<(Arc<Analysed>, Rewrites)>>,
}

impl Handlers {
    /// Handlers of a session whose documents live behind `state`.
    pub(super) fn new(state: Sender<Command>, client: ClientHandle) -> Self {
        let greeting = Arc::clone(&client.greeting);
        Self { state, greeting, client, rewrites: Mutex::default() }
    }

    pub(super) fn features(&self) -> Features {
        self.greeting.get().map(|greeting| greeting.features.clone()).unwrap_or_default()
    }

    pub(super) fn tell(&self, command: Command) {
        let cause = Link::current();
        let command =
            if cause.is_none() { command } else { Command::Within(cause, Box::new(command)) };
        if self.state.send(command).is_err() {
            tracing::error!("the documents' thread is gone");
        }
    }

    /// Asks at once; the future only waits for the answer.
    pub(super) fn analysed(
        &self,
        uri: &lsp::Uri,
    ) -> impl Future<Output = Result<Option<Arc<Analysed>>>> + use<> {
        let (reply, answer) = oneshot::channel();
        self.tell(Command::Analysed { uri: uri.as_str().into(), reply });
        async move { answer.await.map_err(|_| Error::new(ErrorCode::ContentModified)) }
    }

    /// A configuration file that is open, asked for at once.
    pub(super) fn settings_document(
        &self,
        uri: &lsp::Uri,
    ) -> impl Future<Output = Option<Arc<SettingsDocument>>> + use<> {
        let (reply, answer) = oneshot::channel();
        self.tell(Command::SettingsDocument { uri: uri.as_str().into(), reply });
        async move { answer.await.ok().flatten() }
    }

    /// Asks at once how the daemon does; the future only waits for the answer.
    fn ask_status(&self) -> impl Future<Output = Result<Status>> {
        let (reply, answer) = oneshot::channel();
        self.tell(Command::Status { reply });
        async move { answer.await.map_err(|_| Error::internal_error()) }
    }

    /// How the daemon does.
    pub(super) async fn status(&self) -> Result<Value> {
        let status = self.ask_status().await?;
        serde_json::to_value(status).map_err(|_| Error::internal_error())
    }
}

impl Handlers {
    /// The functions that are like the one at a place.
    async fn similar_code(&self, arguments: &[Value]) -> Result<Value> {
        let what = || Error::invalid_params("It takes a URI and a position.");
        let [uri, position] = arguments else { return Err(what()) };
        let uri: lsp::Uri = serde_json::from_value(uri.clone()).map_err(|_| what())?;
        let position: lsp::Position =
            serde_json::from_value(position.clone()).map_err(|_| what())?;
        let encoding = self.features().encoding;
        let Some(analysed) = self.analysed(&uri).await? else {
            return Ok(Value::Array(Vec::new()));
        };
        let position = from_proto::position(position);
        let offset = analysed.document.snapshot().offset(position, encoding);
        let path = from_proto::index_path(&uri);
        let find = move |outlook: &Outlook, _: &CancellationToken| {
            let found = similar_at(&analysed, &path, &outlook.index, offset, MOST_SIMILAR);
            Value::Array(found.iter().filter_map(to_proto::similar).collect())
        };
        self.look(find).await
    }
}

impl LanguageServer for Handlers {
    async fn initialize(&self, params: lsp::InitializeParams) -> Result<lsp::InitializeResult> {
        let features = from_proto::features(&params.capabilities);
        let parent = params.process_id.and_then(Parent::find);
        let folders = from_proto::folders(&params);
        let _ = self.greeting.set(Greeting { features, parent, folders, ..Greeting::default() });
        let features = self.features();
        self.tell(Command::Initialize {
            encoding: features.encoding,
            pull: features.pull,
            options: params.initialization_options,
        });
        Ok(lsp::InitializeResult {
            capabilities: capabilities(&features),
            server_info: Some(lsp::ServerInfo {
                name: "omnistack".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            offset_encoding: None,
        })
    }

    async fn initialized(&self, _: lsp::InitializedParams) {
        let folders = self.greeting.get().map(|greeting| greeting.folders.clone());
        self.tell(Command::ReadWorkspace(folders.unwrap_or_default()));
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: lsp::DidOpenTextDocumentParams) {
        let document = params.text_document;
        self.tell(Command::Open(Opening {
            uri: document.uri.as_str().into(),
            path: from_proto::file_path(&document.uri),
            is_view: from_proto::is_view(&document.uri),
            language: document.language_id,
            version: from_proto::version(document.version),
            text: document.text,
        }));
    }

    async fn did_change(&self, params: lsp::DidChangeTextDocumentParams) {
        self.tell(Command::Change {
            uri: params.text_document.uri.as_str().into(),
            version: from_proto::version(params.text_document.version),
            changes: params.content_changes.into_iter().map(from_proto::change).collect(),
        });
    }

    async fn did_close(&self, params: lsp::DidCloseTextDocumentParams) {
        self.tell(Command::Close { uri: params.text_document.uri.as_str().into() });
    }

    async fn did_save(&self, params: lsp::DidSaveTextDocumentParams) {
        // Of settings, what lies on the disk counts; a client that watches files tells it twice.
        let saved = from_proto::file_path(&params.text_document.uri);
        let is_settings = |it: &std::path::Path| it.extension().is_some_and(|it| it == "toml");
        if let Some(path) = saved.filter(|it| is_settings(it)) {
            self.tell(Command::FilesChanged(vec![path]));
        }
    }

    async fn did_change_watched_files(&self, params: lsp::DidChangeWatchedFilesParams) {
        let files = params.changes.iter().filter_map(|it| from_proto::file_path(&it.uri));
        self.tell(Command::FilesChanged(files.collect()));
    }

    async fn did_change_workspace_folders(&self, params: lsp::DidChangeWorkspaceFoldersParams) {
        let paths = |folders: Vec<lsp::WorkspaceFolder>| {
            folders.iter().filter_map(|it| from_proto::file_path(&it.uri)).collect()
        };
        let (added, removed) = (paths(params.event.added), paths(params.event.removed));
        self.tell(Command::Folders { added, removed });
    }

    async fn did_change_configuration(&self, params: lsp::DidChangeConfigurationParams) {
        self.tell(Command::Configure(params.settings));
    }

    async fn hover(&self, params: lsp::HoverParams) -> Result<Option<lsp::Hover>> {
        let at = params.text_document_position_params;
        let features = self.features();
        let Some(analysed) = self.analysed(&at.text_document.uri).await? else { return Ok(None) };
        let position = from_proto::position(at.position);
        let offset = analysed.document.snapshot().offset(position, features.encoding);
        let path = from_proto::index_path(&at.text_document.uri);
        let describe = move |outlook: &Outlook, _: &CancellationToken| {
            let style = Style { markdown: features.markdown, link: &to_proto::link };
            let finding = explain(&analysed, offset, features.markdown);
            let function = describe(&analysed, &path, &outlook.index, offset, style);
            let all = match (finding, function) {
                (Some(finding), Some(function)) => finding.before(&function, features.markdown),
                (finding, function) => finding.or(function)?,
            };
            Some(to_proto::hover(&analysed, all, &features))
        };
        self.look(describe).await
    }

    async fn code_action(
        &self,
        params: lsp::CodeActionParams,
    ) -> Result<Option<lsp::CodeActionResponse>> {
        self.offer(params).await
    }

    async fn code_action_resolve(&self, action: lsp::CodeAction) -> Result<lsp::CodeAction> {
        self.resolve(action).await
    }

    async fn code_lens(&self, params: lsp::CodeLensParams) -> Result<Option<Vec<lsp::CodeLens>>> {
        let analysed = self.analysed(&params.text_document.uri).await?;
        // Settings that came before the request are in force by now.
        let wanted = self.greeting.get().is_some_and(|it| it.lenses.load(Ordering::Relaxed));
        let Some(analysed) = analysed.filter(|_| wanted) else { return Ok(None) };
        let (path, features) = (from_proto::index_path(&params.text_document.uri), self.features());
        let find = move |outlook: &Outlook, cancel: &CancellationToken| {
            let found = glance::lenses(&analysed, &path, &outlook.index, cancel);
            found.into_iter().map(|it| to_proto::lens(&analysed, it, &features)).collect()
        };
        self.look(find).await.map(Some)
    }

    async fn inlay_hint(
        &self,
        params: lsp::InlayHintParams,
    ) -> Result<Option<Vec<lsp::InlayHint>>> {
        let analysed = self.analysed(&params.text_document.uri).await?;
        let wanted = self.greeting.get().is_some_and(|it| it.hints.load(Ordering::Relaxed));
        let Some(analysed) = analysed.filter(|_| wanted) else { return Ok(None) };
        let features = self.features();
        let offset = |position| {
            let position = from_proto::position(position);
            analysed.document.snapshot().offset(position, features.encoding)
        };
        let within = Span::new(offset(params.range.start), offset(params.range.end));
        let find = move |_: &Outlook, _: &CancellationToken| {
            let found = glance::hints(&analysed, within);
            found.into_iter().map(|it| to_proto::hint(&analysed, it, &features)).collect()
        };
        self.look(find).await.map(Some)
    }

    async fn document_symbol(
        &self,
        params: lsp::DocumentSymbolParams,
    ) -> Result<Option<lsp::DocumentSymbolResponse>> {
        let features = self.features();
        let analysed = self.analysed(&params.text_document.uri).await?;
        Ok(analysed.and_then(|analysed| symbols::of_document(&analysed, &features)))
    }

    async fn symbol(
        &self,
        params: lsp::WorkspaceSymbolParams,
    ) -> Result<Option<lsp::WorkspaceSymbolResponse>> {
        self.symbols_of_workspace(params.query).await.map(Some)
    }

    async fn prepare_call_hierarchy(
        &self,
        params: lsp::CallHierarchyPrepareParams,
    ) -> Result<Option<Vec<lsp::CallHierarchyItem>>> {
        let at = params.text_document_position_params;
        let encoding = self.features().encoding;
        self.look(move |outlook, _| calls::prepare(outlook, &at, encoding)).await
    }

    async fn incoming_calls(
        &self,
        params: lsp::CallHierarchyIncomingCallsParams,
    ) -> Result<Option<Vec<lsp::CallHierarchyIncomingCall>>> {
        let encoding = self.features().encoding;
        self.look(move |outlook, cancel| calls::incoming(outlook, &params.item, encoding, cancel))
            .await
    }

    async fn outgoing_calls(
        &self,
        params: lsp::CallHierarchyOutgoingCallsParams,
    ) -> Result<Option<Vec<lsp::CallHierarchyOutgoingCall>>> {
        let encoding = self.features().encoding;
        self.look(move |outlook, _| calls::outgoing(outlook, &params.item, encoding)).await
    }

    async fn diagnostic(
        &self,
        params: lsp::DocumentDiagnosticParams,
    ) -> Result<lsp::DocumentDiagnosticReportResult> {
        let features = self.features();
        let analysed = self.analysed(&params.text_document.uri).await?;
        let previous = params.previous_result_id.as_deref();
        let report = to_proto::report(analysed.as_deref(), previous, &features);
        Ok(lsp::DocumentDiagnosticReportResult::Report(report))
    }

    async fn workspace_diagnostic(
        &self,
        params: lsp::WorkspaceDiagnosticParams,
    ) -> Result<lsp::WorkspaceDiagnosticReportResult> {
        self.pull_all(params).await
    }

    async fn execute_command(&self, params: lsp::ExecuteCommandParams) -> Result<Option<Value>> {
        match params.command.as_str() {
            STATUS_COMMAND => self.status().await.map(Some),
            STATUS_TEXT_COMMAND => Ok(Some(Value::from(page(&self.ask_status().await?)))),
            DISMISS_COMMAND => {
                let [uri, fingerprint] = params.arguments.as_slice() else {
                    return Err(Error::invalid_params("It takes a URI and a fingerprint."));
                };
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let (uri, fingerprint) = (text(uri).into(), text(fingerprint));
                self.tell(Command::Dismiss { uri, fingerprint });
                Ok(None)
            }
            SIMILAR_COMMAND => self.similar_code(&params.arguments).await.map(Some),
            FIX_ALL_COMMAND => self.fix_all(&params.arguments).await,
            RESTART_COMMAND => {
                self.tell(Command::Restart);
                Ok(None)
            }
            EXPLAIN_COMMAND => commanding::explain(&params.arguments),
            DOCUMENTATION_COMMAND => self.show_documentation(&params.arguments),
            CHECK_COMMAND => self.check_workspace().await.map(Some),
            SEARCH_COMMAND => self.search_by_meaning(&params.arguments).await.map(Some),
            unknown => Err(Error::invalid_params(format!("There is no command `{unknown}` here."))),
        }
    }
}

fn capabilities(features: &Features) -> lsp::ServerCapabilities {
    let kinds = ActionKind::ALL.iter().map(|kind| lsp::CodeActionKind::new(kind.as_str()));
    // Editors that fix on saving ask for this one.
    let kinds = kinds.chain([lsp::CodeActionKind::SOURCE_FIX_ALL]);
    let pull = lsp::DiagnosticServerCapabilities::Options(lsp::DiagnosticOptions {
        identifier: Some("omnistack".to_owned()),
        inter_file_dependencies: true,
        workspace_diagnostics: features.refresh,
        work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
    });
    lsp::ServerCapabilities {
        position_encoding: Some(to_proto::encoding(features.encoding)),
        text_document_sync: Some(lsp::TextDocumentSyncCapability::Options(
            lsp::TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(lsp::TextDocumentSyncKind::INCREMENTAL),
                save: Some(lsp::TextDocumentSyncSaveOptions::Supported(true)),
                ..lsp::TextDocumentSyncOptions::default()
            },
        )),
        hover_provider: Some(lsp::HoverProviderCapability::Simple(true)),
        code_action_provider: Some(lsp::CodeActionProviderCapability::Options(
            lsp::CodeActionOptions {
                code_action_kinds: Some(kinds.collect()),
                resolve_provider: Some(features.resolve_edits),
                ..lsp::CodeActionOptions::default()
            },
        )),
        code_lens_provider: Some(lsp::CodeLensOptions { resolve_provider: Some(false) }),
        inlay_hint_provider: Some(lsp::OneOf::Left(true)),
        document_symbol_provider: Some(lsp::OneOf::Left(true)),
        workspace_symbol_provider: Some(lsp::OneOf::Left(true)),
        call_hierarchy_provider: Some(lsp::CallHierarchyServerCapability::Simple(true)),
        diagnostic_provider: features.pull.then_some(pull),
        execute_command_provider: Some(lsp::ExecuteCommandOptions {
            commands: COMMANDS.map(str::to_owned).to_vec(),
            ..lsp::ExecuteCommandOptions::default()
        }),
        workspace: Some(lsp::WorkspaceServerCapabilities {
            workspace_folders: Some(lsp::WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(lsp::OneOf::Left(true)),
            }),
            ..lsp::WorkspaceServerCapabilities::default()
        }),
        ..lsp::ServerCapabilities::default()
    }
}
