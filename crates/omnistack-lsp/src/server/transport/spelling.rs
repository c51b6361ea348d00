//! How the client spells documents: what it opens under a URI with characters that should have been
//! escaped is known by the escaped one, and told of as it was opened.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::{ClientHandle, from_proto};

/// The client's own spellings, by those that we use.
pub(super) type Spellings = Arc<Mutex<HashMap<String, Arc<str>>>>;

impl ClientHandle {
    /// Remembers how a document is spelt that is opened by this message.
    pub(super) fn note_spelling(&self, method: &str, params: Option<&Value>) {
        if method != "textDocument/didOpen" {
            return;
        }
        let uri = params.and_then(|it| it.pointer("/textDocument/uri")).and_then(Value::as_str);
        let Some((uri, escaped)) = uri.and_then(|uri| Some((uri, from_proto::escape(uri)?))) else {
            return;
        };
        let mut known = self.spellings.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(escaped, uri.into());
    }

    /// The client's spelling of a document.
    pub(super) fn spelling(&self, uri: &str) -> Arc<str> {
        let known = self.spellings.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(uri).cloned().unwrap_or_else(|| uri.into())
    }
}
