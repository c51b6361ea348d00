//! The way to a team server: endpoints, tokens, retries, and when to give up.
//!
//! [`Client::predict`] sends functions and gives back findings, all within one deadline. On the way,
//! [`endpoints`] picks a server, by how busy and how fast each has been, and leaves out those whose
//! [`breaker`] is open; [`tokens`] comes by the token; [`transport`] sends and reads, over TLS;
//! [`backoff`] says how long to wait before another try; and [`answers`] looks at what came, since
//! what comes over a network is checked like any other input, and [`words`] sees to it that what it
//! says is shown as words. [`Health`] is what all of that comes
//! to, for the status.
//!
//! **Invariants: a token goes to the endpoints of the settings only, over https or to this machine,
//! and into no log; a call ends by its deadline; dropping its future closes the request; an answer is
//! valid as a whole, or it is none.**

mod answers;
mod backoff;
mod breaker;
mod client;
mod endpoints;
mod error;
mod health;
mod random;
mod settings;
mod tokens;
mod transport;
mod words;

pub use answers::Answer;
pub use client::{Client, Observer, Outcome};
pub use error::{Error, SetupError};
pub use health::{Counts, Health, State};
pub use settings::{Endpoint, Pace, Settings, TokenSource, endpoint};
