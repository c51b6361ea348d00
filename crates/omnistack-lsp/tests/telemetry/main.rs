//! What the real process tells of itself: metrics over a socket, traces to a collector that speaks
//! the protocol, logs in files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code, reason = "shared with the tests of the server")]
#[path = "../server/client.rs"]
mod client;
mod files;
mod metrics;
mod receiver;
mod scraping;
mod status;
mod traces;
