//! The client against servers over real sockets: what it sends, what it makes of what comes, when it
//! tries again and when it gives up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod answering;
mod encrypting;
mod retrying;
mod service;
mod signing_in;
