//! What replicas share, with a real Redis: limits across replicas, sealing, outages, and whole
//! servers behind a balancer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod buckets;
mod clients;
mod flights;
mod outages;
mod processes;
#[allow(dead_code, reason = "the tests of the daemon use the rest of it")]
#[path = "../../../omnistack-lsp/tests/telemetry/receiver.rs"]
mod receiver;
mod sealed;
mod topology;
mod traces;
#[path = "../http/waiting.rs"]
mod waiting;

/// What the receiver takes from its tests.
mod client {
    pub(crate) const LIMIT: std::time::Duration = std::time::Duration::from_secs(20);
}
