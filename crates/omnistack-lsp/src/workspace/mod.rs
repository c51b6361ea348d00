//! The workspace's files: which there are, and their text.

mod discovery;
mod manifests;
mod source_file;
mod survey;

pub use discovery::{Discovered, discover, is_discoverable};
pub use manifests::Manifests;
pub use source_file::{Skip, SkipReason, SourceFile, display_path, language_of};
pub use survey::{Stamp, stamp, survey};
