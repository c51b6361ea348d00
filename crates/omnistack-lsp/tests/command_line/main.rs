//! The command line as a user meets it: the real binary, real files, exit codes and output.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod across_files;
mod bad_input;
mod baseline;
mod catalogue;
#[path = "../certain_model/mod.rs"]
mod certain_model;
mod changed;
mod configuration;
mod context;
mod examples;
mod files;
mod fixes;
mod formats;
mod interchange;
mod options;
mod own_rules;
mod predictions;
mod settings;
mod shells;
mod workspace;
