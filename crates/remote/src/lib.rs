//! The way to a team server: endpoints, tokens, retries, and when to give up.
