//! The commands that manage clients, tokens and keys, as an operator runs them beside a server.
