//! OmniStack's predictor: what the network sees, what it learns from, and what it says.
//!
//! A unit's IR becomes token positions and candidate rewrites in [`features`]; [`snippet`] does the
//! same for a function that stands alone, without its file. Training takes correct functions,
//! applies to each a rewrite that makes a bug of it ([`injection`]), and asks the network to find
//! the rewrite back; [`dataset`] gathers the functions and hands out the batches.
//!
//! Serving goes on from the features: [`predictor`] is the network, [`decision`] makes alarms of
//! its scores, [`findings`] makes findings of alarms, [`model`] keeps all that belongs to one
//! network together, and [`evaluation`] measures it.
//!
//! [`wire`] is what daemons and team servers say to each other about all that.
//!
//! Apart from all that, [`embedding`] makes vectors of texts with a sentence encoder of others, for
//! the search by meaning.
//!
//! Invariants: the same code makes the features in training and serving; every function returns
//! its result for any input text; every walk over a tree is a loop.

pub mod dataset;
pub mod decision;
pub mod embedding;
pub mod evaluation;
pub mod features;
pub mod findings;
pub mod injection;
pub mod model;
mod parallel;
pub mod predictor;
pub mod random;
mod rounding;
pub mod snippet;
pub mod wire;
