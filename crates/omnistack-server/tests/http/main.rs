//! Servers in this process, over real sockets: their routes, attacks on them, and what they do under
//! pressure.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::similar_names,
    missing_docs
)]

mod api;
mod attacks;
mod pressure;
mod running;
mod waiting;
