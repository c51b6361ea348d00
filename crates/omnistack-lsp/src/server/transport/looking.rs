//! Requests about the whole workspace: each is one send to the state, which has it answered from its
//! index on the pool, or by whoever tells what functions mean.

use std::future::Future;

use analysis::cancellation::CancellationToken;
use analysis::context::FunctionName;
use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types as lsp;

use super::handlers::Handlers;
use super::symbols;
use crate::server::state::{Command, Look, Outlook};

/// The command that finds functions by what they mean: a text, and how many are wanted.
pub(super) const SEARCH_COMMAND: &str = "omnistack.searchByMeaning";
/// Functions, each with how alike it is to what was asked.
pub(super) type Alike = Vec<(FunctionName, f32)>;

impl Handlers {
    /// Asks about the whole workspace, at once; the future only waits for the answer, and where nobody
    /// waits any more, the token is set.
    pub(super) fn look<T: Send + 'static>(
        &self,
        find: impl FnOnce(&Outlook, &CancellationToken) -> T + Send + 'static,
    ) -> impl Future<Output = Result<T>> {
        let (reply, answer) = oneshot::channel();
        let guard = CancelledOnDrop(CancellationToken::new());
        let cancel = guard.0.clone();
        self.tell(Command::Look(Look::new(move |outlook| {
            if !cancel.is_cancelled() {
                // Nobody waits any more if this fails.
                let _ = reply.send(find(outlook, &cancel));
            }
        })));
        async move {
            let answer = answer.await.map_err(|_| Error::new(ErrorCode::ContentModified));
            drop(guard);
            answer
        }
    }

    /// Asks which functions mean what a text says, at most so many; `show` gets nothing where there
    /// is no encoder to tell.
    fn look_by_meaning<T: Send + 'static>(
        &self,
        question: String,
        most: usize,
        show: impl FnOnce(&Outlook, Option<Alike>, &CancellationToken) -> T + Send + 'static,
    ) -> impl Future<Output = Result<T>> {
        let (reply, answer) = oneshot::channel();
        let guard = CancelledOnDrop(CancellationToken::new());
        let cancel = guard.0.clone();
        self.tell(Command::Look(Look::new(move |outlook| {
            let (around, search) = (outlook.clone(), outlook.meaning.clone());
            let answer = move |found| {
                if !cancel.is_cancelled() {
                    // Nobody waits any more if this fails.
                    let _ = reply.send(show(&around, found, &cancel));
                }
            };
            search.ask(&question, most, Box::new(answer));
        })));
        async move {
            let answer = answer.await.map_err(|_| Error::new(ErrorCode::ContentModified));
            drop(guard);
            answer
        }
    }

    /// The symbols that fit what was typed: by name, or what it says.
    pub(super) async fn symbols_of_workspace(
        &self,
        query: String,
    ) -> Result<lsp::WorkspaceSymbolResponse> {
        let encoding = self.features().encoding;
        if let Some(question) = symbols::question(&query) {
            let show = move |outlook: &Outlook, found, cancel: &CancellationToken| {
                symbols::by_meaning(outlook, &query, found, encoding, cancel)
            };
            return self.look_by_meaning(question, symbols::MOST_ALIKE, show).await;
        }
        let find = move |outlook: &Outlook, cancel: &CancellationToken| {
            symbols::of_workspace(outlook, &query, encoding, cancel)
        };
        self.look(find).await
    }

    /// The functions that mean what the command's arguments say.
    pub(super) async fn search_by_meaning(&self, arguments: &[Value]) -> Result<Value> {
        let (question, most) = symbols::search_arguments(arguments)
            .ok_or_else(|| Error::invalid_params("It takes a text and a number."))?;
        let encoding = self.features().encoding;
        let query = question.clone();
        let show = move |outlook: &Outlook, found, cancel: &CancellationToken| {
            symbols::search_answer(outlook, &query, found, (most, encoding), cancel)
        };
        self.look_by_meaning(question, most, show).await
    }
}

/// Sets a token when the request that waits for the work is given up.
pub(super) struct CancelledOnDrop(pub(super) CancellationToken);

impl Drop for CancelledOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
