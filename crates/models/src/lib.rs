//! OmniStack's predictor: what the network sees, and what it learns from.
//!
//! A unit's IR becomes token positions and candidate rewrites in [`features`]; [`snippet`] does the
//! same for a function that stands alone, without its file. Training takes correct functions,
//! applies to each a rewrite that makes a bug of it ([`injection`]), and asks the network to find
//! the rewrite back; [`dataset`] gathers the functions and hands out the batches.
//!
//! Invariants: the same code makes the features in training and serving; every function returns
//! its result for any input text; every walk over a tree is a loop.

pub mod dataset;
pub mod features;
pub mod injection;
pub mod random;
pub mod snippet;
