//! How JavaScript's syntax maps to the IR.

use crate::languages::Row;

pub(super) static ROWS: &[Row] = &[];
