//! The team server: one inference backend for many developers.
//!
//! A request comes in at [`listening`], passes the [`guard`] (who is it, may they, how often), reaches
//! its handler in [`api`], which asks the [`service`] for what models say, and leaves as JSON of
//! `models::wire` or as a [`problem`]. What replicas share is kept in the [`store`].
//!
//! Invariants: no route is served that the table in [`access`] does not name; no secret is ever
//! written to a log; an outage of the store costs speed and sharing, never an answer.

pub mod access;
pub mod access_log;
pub mod api;
pub mod audit;
pub mod auth;
pub mod command_line;
pub mod configuration;
pub mod guard;
pub mod listening;
pub mod metrics;
mod private_file;
pub mod problem;
pub mod service;
pub mod state;
pub mod store;
pub mod usage;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks. A thread that panicked meanwhile keeps nobody else from going on.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
