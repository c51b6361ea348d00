//! The server as a client meets it: over pipes within the process, or as a process of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod actions;
mod calls;
#[path = "../certain_model/mod.rs"]
mod certain_model;
mod client;
mod closed_files;
mod commands;
mod conditions;
mod documents;
mod findings;
mod functions;
mod lifecycle;
mod meaning;
mod own_rules;
mod parity;
mod predictions;
mod process;
mod remote;
mod robustness;
mod settings;
mod symbols;
mod turning_off;
mod unreliable_rules;
mod workspace;
