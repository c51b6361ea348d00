//! The routes over real sockets: what goes in, what comes out, and what an error says.

mod analyze;
mod documents;
mod models;
mod predict;
mod server;
