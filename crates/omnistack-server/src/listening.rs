//! Listening: sockets, TLS, and the orderly end.
