//! Context: what a file must know of the other files of its workspace.
//!
//! A unit's [`Outline`] is made when it is lowered; a file's outlines make its [`Summary`], which is
//! compact and outlives the trees; the summaries of all files make the [`WorkspaceIndex`], which
//! finds out what a call calls ([`Resolver`]) and who calls a function. What the rules get to see of
//! it are a unit's [`Callees`].
//!
//! Whether a name means a function of another file is never guessed: where several would do, or a
//! part of the way is not known, the answer is that nobody knows.

mod aliases;
mod callees;
mod cost;
mod graph;
mod index;
pub mod outline;
mod paths;
pub(crate) mod profile;
mod quality;
mod resolve;
mod sharded;
mod sketch;
mod summary;
mod suspects;
mod twins;

pub use callees::{Callees, Foreign, may_matter};
pub use cost::{Cost, CostClass, Costs};
pub use graph::{CallCounts, Count};
pub use index::{CallSite, WorkspaceIndex};
pub use outline::Outline;
pub use paths::normal as normal_path;
pub use profile::Profile;
pub use quality::{Quality, Reason};
pub use resolve::{Resolver, Target};
pub use sketch::Sketch;
pub use summary::{Definition, Summary, SummaryUnit};
pub use suspects::Suspects;
pub(crate) use twins::OwnTwins;
pub use twins::{Similar, Twin};
