//! The service: models, and what they say of functions.

/// Models, and the threads that run them.
#[derive(Debug)]
pub struct Service {}
