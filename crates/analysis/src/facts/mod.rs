//! Facts: what is computed about a unit before rules look at it.
//!
//! Names are resolved eagerly ([`bindings`]), since nearly every rule asks; loop nesting, control
//! flow, types and paths are small functions over the tree, computed where a rule asks. What a
//! unit must know of the rest of its file is its [`Environment`].

pub mod arguments;
pub mod backtracking;
pub mod bindings;
pub mod built_text;
pub mod cleanup;
pub mod control_flow;
pub mod dataflow;
pub mod environment;
pub mod graph;
mod in_force;
pub mod initialization;
pub mod liveness;
pub mod loops;
mod memo;
pub mod metrics;
pub mod numbers;
pub mod outside;
pub mod paths;
pub mod purity;
mod resolve;
pub mod resources;
pub mod spent;
pub mod types;
pub mod values;

pub use bindings::{Binding, BindingId, BindingKind, Bindings, Scope, ScopeId, ScopeKind};
pub use environment::{Entry, Environment, Signature};
pub use memo::Memo;

use crate::ir::Tree;
use crate::languages::Language;

/// Facts about one unit that depend on its own text only.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Scopes, bindings, and where they are defined and used.
    pub bindings: Bindings,
    /// What the unit offers to the rest of the file.
    pub offers: environment::Offers,
}

impl Facts {
    /// Computes the facts of a unit.
    pub fn compute(tree: &Tree, language: Language) -> Self {
        let bindings = resolve::resolve(tree, language);
        let offers = environment::Offers::of_unit(tree, &bindings, language);
        Self { bindings, offers }
    }

    /// Bytes they occupy.
    pub fn weight(&self) -> usize {
        self.bindings.weight() + self.offers.weight()
    }
}
