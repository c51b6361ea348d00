//! A request or notification from its arrival to its end.

use std::time::Instant;

use serde_json::Value;
use telemetry::metrics::{metrics, slow};
use telemetry::traces::{self, Link};
use tracing::Span;
use tracing::field::Empty;

/// The methods that get a number of their own. A client can send any name, and a metric must not
/// have as many values of a label as somebody likes.
const METHODS: [&str; 45] = [
    "callHierarchy/incomingCalls",
    "callHierarchy/outgoingCalls",
    "codeAction/resolve",
    "codeLens/resolve",
    "completionItem/resolve",
    "documentLink/resolve",
    "initialize",
    "inlayHint/resolve",
    "omnistack/status",
    "shutdown",
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/completion",
    "textDocument/declaration",
    "textDocument/definition",
    "textDocument/diagnostic",
    "textDocument/documentColor",
    "textDocument/documentHighlight",
    "textDocument/documentLink",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/formatting",
    "textDocument/hover",
    "textDocument/implementation",
    "textDocument/inlayHint",
    "textDocument/inlineValue",
    "textDocument/linkedEditingRange",
    "textDocument/moniker",
    "textDocument/onTypeFormatting",
    "textDocument/prepareCallHierarchy",
    "textDocument/prepareRename",
    "textDocument/prepareTypeHierarchy",
    "textDocument/rangeFormatting",
    "textDocument/references",
    "textDocument/rename",
    "textDocument/selectionRange",
    "textDocument/semanticTokens/full",
    "textDocument/semanticTokens/range",
    "textDocument/signatureHelp",
    "textDocument/typeDefinition",
    "workspace/diagnostic",
    "workspace/executeCommand",
    "workspace/symbol",
    "workspace/willRenameFiles",
    "workspaceSymbol/resolve",
];

/// A message of the client that is being dealt with.
pub(in crate::server) struct Exchange {
    method: &'static str,
    began: Instant,
    /// What is done for it belongs into this span.
    pub(in crate::server) span: Span,
}

impl Exchange {
    /// A message has arrived. If it names a span of its own, ours becomes a part of that.
    pub(in crate::server) fn begin(method: &str, params: Option<&Value>) -> Self {
        let span = tracing::debug_span!(
            "message",
            otel.name = method,
            otel.kind = "server",
            rpc.system = "jsonrpc",
            rpc.method = method,
            failed = Empty,
        );
        if traces::is_on() {
            named(params).adopt(&span);
        }
        let known = METHODS.binary_search(&method).ok().and_then(|at| METHODS.get(at));
        Self { method: known.copied().unwrap_or("other"), began: Instant::now(), span }
    }

    /// A request was answered.
    pub(in crate::server) fn answered(self, is_ok: bool) {
        let took = self.began.elapsed();
        if !is_ok {
            self.span.record("failed", true);
        }
        metrics().request(self.method, took);
        slow::note("request", self.method, took);
    }
}

/// The span that a message's parameters name.
fn named(params: Option<&Value>) -> Link {
    let Some(params) = params else { return Link::NONE };
    let text = |key: &str| {
        let own = params.get("_meta").and_then(|it| it.get(key)).or_else(|| params.get(key));
        own.and_then(Value::as_str)
    };
    text("traceparent").map_or(Link::NONE, |it| Link::parse(it, text("tracestate")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_in_order_and_others_share_a_number() {
        assert!(METHODS.is_sorted());
        assert_eq!(Exchange::begin("textDocument/hover", None).method, "textDocument/hover");
        assert_eq!(Exchange::begin("somebody/else's", None).method, "other");
    }
}
