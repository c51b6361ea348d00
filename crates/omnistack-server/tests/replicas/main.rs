//! What replicas share, with a real Redis: limits across replicas, sealing, outages, and whole
//! servers behind a balancer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod buckets;
mod flights;
mod outages;
mod processes;
mod sealed;
mod topology;
