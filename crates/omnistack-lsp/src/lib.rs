//! The daemon: the engine behind the Language Server Protocol.
//!
//! Invariants: only [`server`]'s transport knows protocol types; one thread owns the documents;
//! nothing the client does or leaves undone can stop the process from answering or from ending.

pub mod server;
