//! A server under pressure, over real sockets: requests that are too large, too slow, too deep or too
//! many, TLS, and the orderly end.

mod bodies;
mod limits;
mod server;
mod sockets;
mod tls;
