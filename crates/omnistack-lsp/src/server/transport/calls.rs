//! The call hierarchy as the protocol shows it. An item carries the dotted name of its function, so
//! that it means the same function after edits that move it.

use analysis::cancellation::CancellationToken;
use analysis::context::{CallsWith, FunctionName, normal_path};
use analysis::text::PositionEncoding;
use serde_json::json;
use tower_lsp::ls_types as lsp;

use super::{from_proto, symbols};
use crate::server::state::Outlook;

/// The function that is called or defined at a position.
pub(super) fn prepare(
    outlook: &Outlook,
    at: &lsp::TextDocumentPositionParams,
    encoding: PositionEncoding,
) -> Option<Vec<lsp::CallHierarchyItem>> {
    let path = path(outlook, &at.text_document.uri)?;
    let summary = outlook.index.summary(&path)?;
    let offset = summary.offset(from_proto::position(at.position), encoding);
    let function = outlook.index.callable_at(&path, offset)?;
    Some(vec![item(outlook, &function, encoding)?])
}

/// Who calls an item's function.
pub(super) fn incoming(
    outlook: &Outlook,
    of: &lsp::CallHierarchyItem,
    encoding: PositionEncoding,
    cancel: &CancellationToken,
) -> Option<Vec<lsp::CallHierarchyIncomingCall>> {
    let calls = outlook.index.incoming(&function(outlook, of)?, cancel);
    let one = |calls: CallsWith| {
        Some(lsp::CallHierarchyIncomingCall {
            from: item(outlook, &calls.function, encoding)?,
            from_ranges: ranges(outlook, &calls.function.file, &calls, encoding)?,
        })
    };
    Some(calls.into_iter().filter_map(one).collect())
}

/// What an item's function calls.
pub(super) fn outgoing(
    outlook: &Outlook,
    of: &lsp::CallHierarchyItem,
    encoding: PositionEncoding,
) -> Option<Vec<lsp::CallHierarchyOutgoingCall>> {
    let caller = function(outlook, of)?;
    let one = |calls: CallsWith| {
        Some(lsp::CallHierarchyOutgoingCall {
            to: item(outlook, &calls.function, encoding)?,
            from_ranges: ranges(outlook, &caller.file, &calls, encoding)?,
        })
    };
    Some(outlook.index.outgoing(&caller).into_iter().filter_map(one).collect())
}

fn ranges(
    outlook: &Outlook,
    caller: &str,
    calls: &CallsWith,
    encoding: PositionEncoding,
) -> Option<Vec<lsp::Range>> {
    let summary = outlook.index.summary(caller)?;
    Some(calls.places.iter().map(|place| symbols::range(summary, *place, encoding)).collect())
}

fn item(
    outlook: &Outlook,
    function: &FunctionName,
    encoding: PositionEncoding,
) -> Option<lsp::CallHierarchyItem> {
    let summary = outlook.index.summary(&function.file)?;
    let callable = outlook.index.callable(function)?;
    Some(lsp::CallHierarchyItem {
        name: callable.name,
        kind: callable.kind.map_or(lsp::SymbolKind::MODULE, symbols::kind),
        tags: None,
        detail: (!callable.container.is_empty()).then_some(callable.container),
        uri: symbols::uri(outlook, &function.file)?,
        range: symbols::range(summary, callable.span, encoding),
        selection_range: symbols::range(summary, callable.name_span, encoding),
        data: Some(json!({"function": function.name})),
    })
}

/// The function that an item stands for.
fn function(outlook: &Outlook, item: &lsp::CallHierarchyItem) -> Option<FunctionName> {
    let name = item.data.as_ref()?.get("function")?.as_str()?.to_owned();
    let file = path(outlook, &item.uri)?.into();
    Some(FunctionName { file, name })
}

/// A document's path as the index keeps it.
fn path(outlook: &Outlook, uri: &lsp::Uri) -> Option<String> {
    let open = outlook.open.iter().find(|(_, open)| ***open == *uri.as_str());
    open.map(|(path, _)| path.clone())
        .or_else(|| Some(normal_path(&from_proto::file_path(uri)?.to_string_lossy())))
}
