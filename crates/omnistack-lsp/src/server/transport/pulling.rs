//! Diagnostics of the whole workspace, for a client that asks for them: piece by piece as they are
//! found, if it takes that, else all at once.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc::unbounded_channel;
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types as lsp;

use super::handlers::Handlers;
use super::to_proto;
use crate::server::state::Command;

/// How many reports are sent in one piece, at most.
const PIECE: usize = 64;

impl Handlers {
    /// What is found in all files; of those whose result the client has, only that it has not changed.
    pub(super) async fn pull_all(
        &self,
        params: lsp::WorkspaceDiagnosticParams,
    ) -> Result<lsp::WorkspaceDiagnosticReportResult> {
        let (reply, mut reports) = unbounded_channel();
        self.tell(Command::ReportAll(reply));
        let features = self.features();
        let mut previous: HashMap<String, String> = params
            .previous_result_ids
            .into_iter()
            .map(|it| (it.uri.as_str().to_owned(), it.value))
            .collect();
        let token = params.partial_result_params.partial_result_token;
        let mut items = Vec::new();
        while let Some(analysed) = reports.recv().await {
            let known = previous.remove(&*analysed.uri);
            items.extend(to_proto::workspace_report(&analysed, known.as_deref(), &features));
            let is_piece = items.len() >= PIECE || reports.is_empty();
            if let Some(token) = token.as_ref().filter(|_| is_piece) {
                self.partial(token, &mut items);
            }
        }
        // Nothing is found any more in what is left.
        let mut gone: Vec<String> = previous.into_keys().collect();
        gone.sort_unstable();
        let gone = gone.iter().filter_map(|uri| lsp::Uri::from_str(uri).ok());
        items.extend(gone.map(to_proto::empty_report));
        if let Some(token) = token {
            self.partial(&token, &mut items);
        }
        Ok(lsp::WorkspaceDiagnosticReport { items }.into())
    }

    /// Has all files of the workspace analysed, and answers with how much is found in how many.
    pub(super) async fn check_workspace(&self) -> Result<Value> {
        self.tell(Command::CheckAll);
        let (reply, mut reports) = unbounded_channel();
        self.tell(Command::ReportAll(reply));
        // A file may be analysed more than once meanwhile: its last findings count.
        let mut found: HashMap<Arc<str>, usize> = HashMap::new();
        while let Some(analysed) = reports.recv().await {
            found.insert(Arc::clone(&analysed.uri), analysed.analysis.findings.len());
        }
        let files = found.values().filter(|count| **count > 0).count();
        Ok(json!({"files": files, "findings": found.values().sum::<usize>()}))
    }

    fn partial(
        &self,
        token: &lsp::ProgressToken,
        items: &mut Vec<lsp::WorkspaceDocumentDiagnosticReport>,
    ) {
        let items = std::mem::take(items);
        if !items.is_empty() {
            let value = lsp::WorkspaceDiagnosticReportPartialResult { items };
            self.client.notify("$/progress", &json!({"token": token, "value": value}));
        }
    }
}
