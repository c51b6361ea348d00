//! What stands beside a document when it is analysed: who gives advice, and the rest of its workspace.

use super::adviser::{Adviser, NoAdviser};
use crate::context::WorkspaceIndex;

/// What stands beside a document.
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    /// Who gives advice.
    pub adviser: &'a dyn Adviser,
    /// The other files.
    pub workspace: Workspace<'a>,
}

/// What is known of a document's workspace.
#[derive(Clone, Copy, Debug, Default)]
pub enum Workspace<'a> {
    /// Nothing, and nobody asks.
    #[default]
    Unknown,
    /// Nothing yet: the document's summary is wanted.
    Unread,
    /// The summaries of its files.
    Read {
        /// The summaries.
        index: &'a WorkspaceIndex,
        /// The document's path.
        path: &'a str,
    },
}

impl Beside<'_> {
    /// Nothing at all.
    pub const NOTHING: Self = Self { adviser: &NoAdviser, workspace: Workspace::Unknown };
}
