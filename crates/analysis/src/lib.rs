//! OmniStack's engine.
//!
//! Data flows one way, and the modules stand in that order: [`text`] → [`syntax`] → [`languages`]
//! → [`ir`] → [`facts`] → [`context`] → [`rules`] → [`engine`]. A lower module never knows a higher one.
//!
//! Invariants: this crate does no I/O, starts no thread, is never async and has no mutable global
//! state; every function returns its result for any input text; every walk over a tree is
//! iterative, so that no input can overflow the stack.

pub mod cancellation;
pub mod configuration;
pub mod context;
pub mod custom;
pub mod engine;
pub mod facts;
pub mod findings;
pub mod ir;
pub mod languages;
pub mod rules;
pub mod suppression;
pub mod syntax;
pub mod text;
