//! The daemon and the command line: the engine behind the Language Server Protocol, and behind a
//! terminal.
//!
//! Invariants: only [`server`]'s transport knows protocol types; one thread owns the documents;
//! nothing the client does or leaves undone can stop the process from answering or from ending.
//! [`command_line`] and [`server`] call the same engine with the same configuration, so that both
//! say the same of the same text; [`configuration`] tells which. [`predictions`] lets the engine ask
//! the network, [`history`] tells which functions are new, [`dismissed`] which predictions somebody
//! has read already, and [`store`] keeps predictions on disk. [`meanings`] holds what functions mean,
//! for the search by meaning, and [`own_rules`] where the rules
//! are that users write.

pub mod command_line;
pub mod configuration;
pub mod dismissed;
mod fixing;
pub mod history;
pub mod meanings;
pub mod own_rules;
pub mod predictions;
pub mod server;
pub mod store;
pub mod workspace;
