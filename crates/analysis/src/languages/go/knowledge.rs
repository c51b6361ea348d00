//! What is known of Go's standard library.

use crate::languages::Knowledge;

pub(super) static KNOWLEDGE: Knowledge = Knowledge { path_separator: ".", ..Knowledge::NOTHING };
