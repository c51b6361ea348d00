//! Ids of rules, kept for as long as the process lives: findings carry their rule's id by reference,
//! and outlive the set of rules that found them.
//!
//! The same id is kept once, however often its file is read again, so that what is kept is bounded
//! by the different ids that somebody has ever written.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use analysis::custom::PREFIX;

static KNOWN: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);

/// The id under which a rule of this name is reported.
pub(crate) fn id_of(name: &str) -> &'static str {
    let id = format!("{PREFIX}{name}");
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_with(HashSet::new);
    if let Some(id) = known.get(id.as_str()) {
        return id;
    }
    let id: &'static str = Box::leak(id.into_boxed_str());
    known.insert(id);
    id
}
