//! The dataset: correct functions of public packages, and the batches made of them.
//!
//! [`build`](fn@build) walks the packages that were downloaded, cuts them into functions
//! ([`functions`]), drops what is excluded, doubled or damaged ([`near`]), splits by project and
//! writes shards ([`shards`]). [`stream`] reads shards for ever, makes bugs on the fly and writes
//! batches for the trainer ([`batch`]); [`fixes`] does the same with real fixes.

pub mod batch;
mod build;
pub mod encode;
pub mod fixes;
pub mod functions;
pub mod lines;
pub mod measures;
pub mod near;
pub mod packages;
pub mod sample;
pub mod shards;
mod show;
pub mod stream;

use std::io;
use std::path::PathBuf;

pub use build::{Options, Report, build};
pub use show::show;

/// Why a dataset cannot be built or read.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// A file cannot be read or written.
    #[error("{path} cannot be used ({source}); check that it exists and is yours to use")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file has other contents than expected.
    #[error("{path} is not what it should be: {problem}; build the dataset again")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The list of packages has a row of another shape.
    #[error(
        "line {line} of {path} needs five fields, parted by tabs: use, language, registry, name, licence"
    )]
    Row {
        /// The list.
        path: PathBuf,
        /// Its line.
        line: usize,
    },
    /// A line is no record of the kind that is wanted.
    #[error("line {line} of {path} is no record of the wanted kind: {problem}")]
    Record {
        /// The file.
        path: PathBuf,
        /// Its line.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// Whoever reads the batches has gone.
    #[error("the batches could not be handed on: {0}")]
    Reader(io::Error),
}

impl DatasetError {
    /// For `map_err`: a file that cannot be used.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
