//! Commands that a client's user gives. What they want of the client is asked of it without waiting
//! for the answer.

use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use analysis::configuration::nearest;
use analysis::rules::{self, Rule, page};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types as lsp;

use super::ClientHandle;
use super::handlers::Handlers;
use super::to_proto;
use crate::server::explain::rule_page;

/// Applies the safe fixes in a document, which its argument names.
pub(super) const FIX_ALL_COMMAND: &str = "omnistack.fixAll";
/// Forgets all that was read and found, and begins anew.
pub(super) const RESTART_COMMAND: &str = "omnistack.restart";
/// Answers with the documentation of a rule, in Markdown.
pub(super) const EXPLAIN_COMMAND: &str = "omnistack.explain";
/// Shows the page of a rule.
pub(super) const DOCUMENTATION_COMMAND: &str = "omnistack.documentation";

/// Tells our requests apart.
static REQUESTS: AtomicU64 = AtomicU64::new(0);

impl Handlers {
    /// Has the client apply the safe fixes of a document.
    pub(super) async fn fix_all(&self, arguments: &[Value]) -> Result<Option<Value>> {
        let uri = argument(arguments, "the URI of a document")?;
        let uri = lsp::Uri::from_str(uri).map_err(|_| Error::invalid_params("No URI."))?;
        let features = self.features();
        if !features.apply_edits {
            return Err(Error::invalid_params("This editor applies no edits on request."));
        }
        let Some(analysed) = self.analysed(&uri).await? else {
            let what = format!("{} is no open document of a language we know.", uri.as_str());
            return Err(Error::invalid_params(what));
        };
        let fixes = self.mended(&analysed, None).await?;
        let edit = fixes.and_then(|it| to_proto::effect(&analysed, it, &features));
        if let Some(edit) = edit {
            self.client.apply("Fix all safe findings", &edit);
        }
        Ok(None)
    }

    /// Shows the page of a rule, or its summary where the client shows no pages.
    pub(super) fn show_documentation(&self, arguments: &[Value]) -> Result<Option<Value>> {
        let rule = rule(arguments)?;
        let page = rule_page(rule.id);
        if self.features().show_documents {
            let params = json!({"uri": page, "external": true});
            self.client.request(&next_id("show"), "window/showDocument", &params);
        } else {
            self.client.tell(&format!("{}: {}. See {page}", rule.id, rule.summary));
        }
        Ok(None)
    }
}

impl ClientHandle {
    /// Asks the client to make an edit.
    fn apply(&self, label: &str, edit: &lsp::WorkspaceEdit) {
        let params = json!({"label": label, "edit": edit});
        self.request(&next_id("apply"), "workspace/applyEdit", &params);
    }

    /// Tells the user something that is no trouble.
    fn tell(&self, message: &str) {
        self.notify("window/showMessage", &json!({"type": 3, "message": message}));
    }
}

/// The documentation of the rule that the argument names.
pub(super) fn explain(arguments: &[Value]) -> Result<Option<Value>> {
    Ok(Some(Value::String(page::markdown(rule(arguments)?))))
}

fn next_id(purpose: &str) -> String {
    format!("omnistack-{purpose}-{}", REQUESTS.fetch_add(1, Ordering::Relaxed))
}

fn argument<'a>(arguments: &'a [Value], what: &str) -> Result<&'a str> {
    let first = arguments.first().and_then(Value::as_str);
    first.ok_or_else(|| Error::invalid_params(format!("It takes {what}.")))
}

fn rule(arguments: &[Value]) -> Result<&'static Rule> {
    let name = argument(arguments, "the name of a rule")?;
    rules::find(name).ok_or_else(|| {
        let known = nearest(name, rules::all().iter().map(|rule| rule.id));
        let hint = known.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
        Error::invalid_params(format!("There is no rule `{name}`{hint}"))
    })
}
