//! Context: what a file must know of the other files of its workspace.
//!
//! A unit's [`Outline`] is made when it is lowered; a file's outlines make its [`Summary`], which is
//! compact and outlives the trees; the summaries of all files make the [`WorkspaceIndex`], which
//! finds out what a call calls ([`Resolver`]) and who calls a function. What the rules get to see of
//! it are a unit's [`Callees`]; what people get to see are a file's [`FileSymbol`]s, what is
//! [`Found`] by name, and calls both ways.
//!
//! Whether a name means a function of another file is never guessed: where several would do, or a
//! part of the way is not known, the answer is that nobody knows.

mod callees;
mod calls;
mod cost;
mod description;
mod graph;
mod index;
mod matching;
mod mentions;
pub mod outline;
mod paths;
pub(crate) mod profile;
mod quality;
mod resolve;
mod search;
mod sharded;
mod sketch;
mod spellings;
mod summary;
mod suspects;
mod symbols;
mod twins;

pub use callees::{Callees, Foreign, may_matter};
pub use calls::{Callable, CallsWith, FunctionName};
pub use cost::{Cost, CostClass, Costs};
pub use description::Description;
pub use graph::{CallCounts, Count};
pub use index::{CallSite, WorkspaceIndex};
pub use outline::{Outline, SymbolKind};
pub use paths::normal as normal_path;
pub use profile::Profile;
pub use quality::{Quality, Reason};
pub use resolve::{Resolver, Target};
pub use search::Found;
pub use sketch::Sketch;
pub use summary::{Definition, Summary, SummaryUnit, plain_name};
pub use suspects::Suspects;
pub use symbols::FileSymbol;
pub(crate) use twins::OwnTwins;
pub use twins::{Similar, Twin};
