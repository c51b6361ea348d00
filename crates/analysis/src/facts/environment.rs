//! What a unit must know of the rest of its file: the module's imports, functions and variables.
//!
//! A unit's findings depend on its own text and on those entries whose names it uses;
//! [`Environment::digest`] hashes just these, so that a change elsewhere in the file leaves the
//! cached findings of most units valid.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::Xxh3;

use super::paths::{Paths, import_path};
use super::types::Types;
use super::{BindingKind, Bindings, Facts, ScopeId};
use crate::ir::units::Unit;
use crate::ir::{Flags, Kind, NodeId, Role, Tree};
use crate::languages::{Language, ValueType};

/// What a fix may write into a unit that does not mention it yet, if the module imports it.
const NAMES_OF_FIXES: [&str; 1] = ["asyncio"];

/// What a name bound by the module means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Entry {
    /// An import, with its dotted path.
    Import(Box<str>),
    /// A function of the file.
    Function,
    /// A class of the file.
    Class,
    /// A variable, with its type if that is sure.
    Variable(Option<ValueType>),
}

impl Entry {
    /// The path, for an import.
    pub fn import_path(&self) -> Option<&str> {
        match self {
            Self::Import(path) => Some(path),
            _ => None,
        }
    }

    /// The type, for a variable.
    pub fn value_type(&self) -> Option<ValueType> {
        match self {
            Self::Variable(value) => *value,
            Self::Function => Some(ValueType::Function),
            _ => None,
        }
    }
}

/// How a function of the file is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    /// Names of its parameters, in order, without the receiver that Python and Rust list first.
    pub parameters: Box<[Box<str>]>,
    /// How many of them a call has to give.
    pub required: u16,
    /// Whether a call may give more than there are parameters.
    pub takes_more: bool,
    /// Whether calling it gives something to await.
    pub is_async: bool,
    /// Whether calling it gives an iterator that can be run through once.
    pub is_generator: bool,
}

/// What one unit offers to the others of its file.
#[derive(Clone, Debug, Default)]
pub struct Offers {
    /// Names the module binds; only the module unit has any.
    entries: Vec<(Box<str>, Entry)>,
    /// The function's signature; only function units have one.
    signature: Option<Arc<Signature>>,
}

impl Offers {
    /// Gathers what a unit offers.
    pub fn of_unit(tree: &Tree, bindings: &Bindings, language: Language) -> Self {
        if tree.kind(NodeId::ROOT) == Kind::Module {
            return Self { entries: module_entries(tree, bindings, language), signature: None };
        }
        let function = tree.ids().find(|id| tree.kind(*id).is_function());
        // What the parser did not understand has no signature to rely on.
        let is_whole = |function: &NodeId| {
            let mut parameters = tree.children_with(*function, Role::Parameter);
            !parameters.any(|it| tree.flags(it).has(Flags::DAMAGED))
        };
        let signature =
            function.filter(is_whole).map(|function| Arc::new(signature(tree, function)));
        Self { entries: Vec::new(), signature }
    }

    /// How the unit's function is called, if it is one.
    pub fn signature(&self) -> Option<&Arc<Signature>> {
        self.signature.as_ref()
    }

    /// Bytes they occupy, roughly.
    pub fn weight(&self) -> usize {
        self.entries.len() * 64 + 64
    }
}

fn module_entries(tree: &Tree, bindings: &Bindings, language: Language) -> Vec<(Box<str>, Entry)> {
    let types = Types {
        tree,
        bindings,
        paths: Paths { tree, bindings, environment: None },
        language,
        memo: None,
    };
    let in_module = bindings.iter().filter(|(_, binding)| binding.scope == ScopeId(0));
    in_module
        .map(|(id, binding)| {
            let path = import_path(tree, binding.kind, binding.declared_at);
            let entry = match (path, binding.kind) {
                (Some(path), _) => Entry::Import(path.into_owned().into()),
                (None, BindingKind::Function) => Entry::Function,
                (None, BindingKind::Class) => Entry::Class,
                _ => Entry::Variable(types.of_binding(id)),
            };
            (tree.symbol_text(binding.symbol).into(), entry)
        })
        .collect()
}

fn signature(tree: &Tree, function: NodeId) -> Signature {
    let mut parameters: Vec<Box<str>> = Vec::new();
    let (mut required, mut takes_more) = (0, false);
    for parameter in tree.children_with(function, Role::Parameter) {
        let is_optional = tree.child(parameter, Role::Default).is_some()
            || tree.flags(parameter).has(Flags::OPTIONAL);
        let mut targets = tree.children_with(parameter, Role::Target).peekable();
        // C: `int f(void)`; Rust: `&self`; Python's `*` and `/`.
        if targets.peek().is_none() {
            let text = tree.text(parameter);
            let is_nothing = text == "void" || text.contains("self") || matches!(text, "*" | "/");
            if !is_nothing {
                takes_more |= text.contains("...");
                parameters.push("".into());
                required += u16::from(!is_optional);
            }
            takes_more |= text == "*";
            continue;
        }
        for target in targets {
            let name = tree.text(target);
            let gathers = tree.kind(target) == Kind::Spread
                || tree.text(parameter).contains("...")
                || tree.text(parameter).starts_with('*');
            let is_receiver = matches!(name, "self" | "cls" | "this");
            if parameters.is_empty() && is_receiver && tree.flags(function).has(Flags::METHOD) {
                continue;
            }
            takes_more |= gathers;
            parameters.push(name.into());
            required += u16::from(!is_optional && !gathers);
        }
    }
    // A decorator may make something else of it.
    let is_plain = tree.kind(NodeId::ROOT) != Kind::Decorated;
    Signature {
        parameters: parameters.into(),
        required: if is_plain { required } else { 0 },
        // A function of JavaScript may look at `arguments`.
        takes_more: takes_more || !is_plain || tree.symbol("arguments").is_some(),
        is_async: tree.flags(function).has(Flags::ASYNC) && is_plain,
        is_generator: tree.flags(function).has(Flags::GENERATOR) || hands_out(tree, function),
    }
}

/// Whether a function hands out values, where nothing else marks it as a generator.
fn hands_out(tree: &Tree, function: NodeId) -> bool {
    let mut yields = tree.descendants(function).filter(|it| tree.kind(*it) == Kind::Yield);
    yields.any(|it| tree.enclosing_function(it) == function)
}

/// What the module of a file binds, and how its functions are called.
#[derive(Clone, Debug, Default)]
pub struct Environment<'a> {
    entries: FxHashMap<&'a str, &'a Entry>,
    /// Of functions outside classes; nothing for names that several have.
    signatures: FxHashMap<&'a str, Option<&'a Signature>>,
    /// Of methods; nothing for names that several have.
    methods: FxHashMap<&'a str, Option<&'a Signature>>,
    /// Names of methods, in order, of which each method of that name has to be awaited.
    async_methods: Vec<&'a str>,
}

impl<'a> Environment<'a> {
    /// Gathers it from the units of a file.
    pub fn of_file(units: impl Iterator<Item = (&'a Unit, &'a Facts)>) -> Self {
        let mut environment = Self::default();
        let mut methods: FxHashMap<&str, bool> = FxHashMap::default();
        for (unit, facts) in units {
            let entries = facts.offers.entries.iter();
            environment.entries.extend(entries.map(|(name, entry)| (&**name, entry)));
            // A marker may make something else of the function.
            let is_itself = !unit.is_test && !unit.is_rewritten;
            let signature = facts.offers.signature.as_deref().filter(|_| is_itself);
            let Some(signature) = signature else { continue };
            let others = if unit.container.is_empty() {
                &mut environment.signatures
            } else {
                &mut environment.methods
            };
            others
                .entry(&unit.name)
                .and_modify(|known| *known = known.filter(|it| *it == signature))
                .or_insert(Some(signature));
            if !unit.container.is_empty() {
                let is_async = signature.is_async && !signature.is_generator;
                *methods.entry(&unit.name).or_insert(true) &= is_async;
            }
        }
        let is_async = |(name, is_async): (_, bool)| is_async.then_some(name);
        environment.async_methods = methods.into_iter().filter_map(is_async).collect();
        environment.async_methods.sort_unstable();
        environment
    }

    /// Whether whatever method of the file bears that name, calling it gives something to await.
    pub fn is_async_method(&self, name: &str) -> bool {
        self.async_methods.binary_search(&name).is_ok()
    }

    /// What the module binds under a name.
    pub fn entry(&self, name: &str) -> Option<&'a Entry> {
        self.entries.get(name).copied()
    }

    /// How the module's function of that name is called.
    pub fn signature(&self, name: &str) -> Option<&'a Signature> {
        self.signatures.get(name).copied().flatten()
    }

    /// How the one method of that name in the file is called.
    pub fn method(&self, name: &str) -> Option<&'a Signature> {
        self.methods.get(name).copied().flatten()
    }

    /// Hashes what of it the unit uses.
    pub fn digest(&self, tree: &Tree, facts: &Facts, hasher: &mut Xxh3) {
        self.async_methods.hash(hasher);
        for symbol in tree.symbols() {
            if let Some(signature) = self.method(symbol) {
                symbol.hash(hasher);
                signature.hash(hasher);
            }
        }
        for name in NAMES_OF_FIXES {
            self.entry(name).hash(hasher);
        }
        for symbol in facts.bindings.free_names() {
            let name = tree.symbol_text(*symbol);
            if let Some(entry) = self.entry(name) {
                name.hash(hasher);
                entry.hash(hasher);
            }
            if let Some(signature) = self.signature(name) {
                signature.hash(hasher);
            }
            hasher.write_u8(0xff);
        }
    }
}
