//! Code actions: what is offered, and what becomes of an offer that was taken. Whatever costs time
//! is done on the pool.

use std::borrow::Cow;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use analysis::cancellation::CancellationToken;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types as lsp;

use super::handlers::Handlers;
use super::looking::CancelledOnDrop;
use super::to_proto::{self, Unresolved};
use super::{from_proto, settings};
use crate::server::actions::{ActionKind, Effect, Place, Plan, actions, effect};
use crate::server::pool::Errand;
use crate::server::state::{Analysed, Command, Rewrites, SettingsOutlook};

impl Handlers {
    /// What the client can offer its user at a place.
    pub(super) async fn offer(
        &self,
        params: lsp::CodeActionParams,
    ) -> Result<Option<lsp::CodeActionResponse>> {
        let features = self.features();
        let uri = &params.text_document.uri;
        let (analysed, settings) = (self.analysed(uri), self.settings_document(uri));
        let outlook = self.settings_outlook();
        let (analysed, settings) = (analysed.await?, settings.await);
        if let Some(settings) = settings.filter(|_| features.code_actions) {
            return Ok(Some(settings::actions(&settings, &params, &features)));
        }
        let Some(analysed) = analysed.filter(|_| features.code_actions) else { return Ok(None) };
        let snapshot = analysed.document.snapshot();
        let wanted = from_proto::wanted(&params, snapshot, features.encoding);
        let rewrites = if wanted.is_wanted(ActionKind::Rewrite) {
            self.rewrites(&analysed).await?
        } else {
            Rewrites::default()
        };
        let place = self.place(&params.text_document.uri, outlook.await);
        let work = move || -> lsp::CodeActionResponse {
            let found = actions(&analysed, &rewrites, &wanted, &place).into_iter();
            let offer = |action: crate::server::actions::Action<'_>| {
                let is_command = !action.plan.is_edit();
                if features.resolve_edits || is_command {
                    return Some(to_proto::action(&analysed, action, None, &features).into());
                }
                let effect = effect(&analysed, &rewrites, &action.plan, &place).ok()?;
                let edit = to_proto::effect(&analysed, effect, &features)?;
                Some(to_proto::action(&analysed, action, Some(edit), &features).into())
            };
            found.filter_map(offer).collect()
        };
        self.on_pool(work).await.map(Some)
    }

    /// Adds the edit to an action that was offered without.
    pub(super) async fn resolve(&self, mut action: lsp::CodeAction) -> Result<lsp::CodeAction> {
        let data = action.data.clone();
        let Some(unresolved) =
            data.and_then(|data| serde_json::from_value::<Unresolved>(data).ok())
        else {
            return Ok(action);
        };
        let Unresolved { uri, plan } = unresolved;
        let features = self.features();
        let (analysed, outlook) = (self.analysed(&uri), self.settings_outlook());
        let closed = || refused("The document is not open any more.");
        let analysed = analysed.await?.ok_or_else(closed)?;
        let rewrites = match plan {
            Plan::Rewrite { .. } => self.rewrites(&analysed).await?,
            _ => Rewrites::default(),
        };
        let place = self.place(&uri, outlook.await);
        let mended = match &plan {
            Plan::FixAll => Some(self.mended(&analysed, None).await?),
            Plan::FixRule { rule } => Some(self.mended(&analysed, Some(rule.clone())).await?),
            _ => None,
        };
        let work = move || {
            let effect = match mended {
                Some(effect) => effect.ok_or("There is nothing left to mend.".to_owned()),
                None => effect(&analysed, &rewrites, &plan, &place),
            };
            let edit = to_proto::effect(&analysed, effect?, &features);
            edit.ok_or_else(|| "This editor takes no such edit.".to_owned())
        };
        action.edit = Some(self.on_pool(work).await?.map_err(refused)?);
        Ok(action)
    }

    /// What mends all that can be mended in a document; nothing if there is nothing.
    pub(super) async fn mended(
        &self,
        analysed: &Arc<Analysed>,
        rule: Option<String>,
    ) -> Result<Option<Effect>> {
        let guard = CancelledOnDrop(CancellationToken::new());
        let (reply, answer) = oneshot::channel();
        let (analysed, cancel) = (Arc::clone(analysed), guard.0.clone());
        self.tell(Command::Mend { analysed, rule, cancel, reply });
        let edits = answer.await.map_err(|_| Error::new(ErrorCode::ContentModified))?;
        Ok((!edits.is_empty()).then_some(Effect::Edits(edits)))
    }

    /// What could be rewritten in a document; found once for each state of it.
    async fn rewrites(&self, analysed: &Arc<Analysed>) -> Result<Rewrites> {
        let known = || self.rewrites.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, rewrites)) = &*known()
            && Arc::ptr_eq(of, analysed)
        {
            return Ok(Arc::clone(rewrites));
        }
        let guard = CancelledOnDrop(CancellationToken::new());
        let (reply, answer) = oneshot::channel();
        let (analysed, cancel) = (Arc::clone(analysed), guard.0.clone());
        self.tell(Command::Rewrites { analysed: Arc::clone(&analysed), cancel, reply });
        let found = answer.await.map_err(|_| Error::new(ErrorCode::ContentModified))?;
        *known() = Some((analysed, Arc::clone(&found)));
        Ok(found)
    }

    /// Runs work on the pool, before all else that waits there.
    async fn on_pool<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let job = move || {
            // Nobody waits any more if this fails.
            let _ = reply.send(work());
        };
        self.tell(Command::Run(Errand(Box::new(job))));
        answer.await.map_err(|_| Error::internal_error())
    }

    /// Where a document stands. A new settings file goes into the innermost folder of the workspace
    /// around it, else beside it.
    fn place(&self, uri: &lsp::Uri, outlook: SettingsOutlook) -> Place {
        let path = from_proto::file_path(uri);
        let folders = self.greeting.get().map(|it| it.folders.as_slice()).unwrap_or_default();
        let around = |path: &Path| -> Option<PathBuf> {
            let around = folders.iter().filter(|it| path.starts_with(it));
            let innermost = around.max_by_key(|it| it.components().count());
            innermost.cloned().or_else(|| path.parent().map(Path::to_owned))
        };
        let features = self.features();
        let may_create = features.create_files && features.document_changes;
        let folder = path.as_deref().filter(|_| may_create).and_then(around);
        Place { path, folder, outlook }
    }

    /// What is set now, asked for at once.
    fn settings_outlook(&self) -> impl Future<Output = SettingsOutlook> + use<> {
        let (reply, answer) = oneshot::channel();
        self.tell(Command::SettingsOutlook { reply });
        async move { answer.await.unwrap_or_default() }
    }
}

/// A request that was understood, and cannot be met.
fn refused(why: impl Into<Cow<'static, str>>) -> Error {
    /// The protocol's `RequestFailed`.
    const CODE: ErrorCode = ErrorCode::ServerError(-32803);
    Error { code: CODE, message: why.into(), data: None }
}
