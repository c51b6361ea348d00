//! The routes over real sockets: what goes in, what comes out, and what an error says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::similar_names,
    missing_docs
)]

mod analyze;
mod documents;
mod models;
mod predict;
mod server;
