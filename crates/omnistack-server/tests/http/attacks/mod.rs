//! Attacks on a real server on a real socket: forged tokens, stolen sessions, other people's routes,
//! requests that are not what they seem, and an external issuer that is not always there.

mod clients;
mod commands;
mod forged;
mod issuer;
mod keys;
mod requests;
mod routes;
mod server;
mod sessions;
