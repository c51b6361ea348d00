//! Text: immutable snapshots of a document, byte spans, protocol positions and edits.
//!
//! The first stage of the flow. Text is kept contiguous rather than in a rope: the parser, the
//! lowering and every rule want `&str`, and copying a file costs microseconds (ADR 0003).

mod line_index;
mod line_table;
mod snapshot;
mod span;

pub use line_index::{LineIndex, Position, PositionEncoding};
pub use line_table::LineTable;
pub use snapshot::{InputEdit, Snapshot, TextChange};
pub use span::Span;
