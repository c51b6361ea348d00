//! Where a value comes from: whether somebody outside the program decides it, as far as one
//! function shows. Rules about what must not come from outside ask here; the
//! [text put together](super::built_text) from such values is next door.
//!
//! A value is followed back through assignments, joined and formatted text, and calls known to
//! hand on what they are given. Any other call ends the way: it may well have cleaned the value. So
//! does a test of the value, by a function, a pattern or a set of what is allowed.

mod parameters;

use std::rc::Rc;

use crate::facts::paths::{Paths, ends_in};
use crate::facts::{BindingId, BindingKind, Bindings, Memo};
use crate::ir::{Access, Kind, NodeId, Operator, Role, Tree};
use crate::languages::{Knowledge, Outside};

/// Who decides a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// Whoever sends a request over the network.
    Client,
    /// Whoever starts the program or writes its input.
    User,
}

impl Sender {
    /// The sender in a sentence, after "comes from".
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Client => "a client's request",
            Self::User => "outside the program",
        }
    }
}

/// A value that comes from outside.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// Who decides it.
    pub sender: Sender,
    /// Where it comes in.
    pub source: NodeId,
    /// Whether it is one segment of a path, and so holds no slash.
    pub is_segment: bool,
}

/// What was found out about where a variable's values come from.
#[derive(Debug)]
pub(super) struct Traced {
    is_vetted: bool,
    source: Option<Origin>,
    values: Vec<NodeId>,
}

/// How many steps back a value is followed, and how many of a variable's values are looked at.
const STEPS: usize = 64;
/// How far around a read its condition is looked for; beyond it nobody would see it either.
const LEVELS: usize = 24;
/// Calls in conditions that say nothing of what a text holds.
const PROBES: &[&str] = &[
    "len",
    "strlen",
    "exists",
    "existsSync",
    "isfile",
    "isdir",
    "is_file",
    "is_dir",
    "isFile",
    "isDirectory",
    "isEmpty",
    "is_empty",
    "empty",
    "trim",
    "isBlank",
    "size",
    "length",
    "Stat",
    "access",
    "stat",
    "sizeof",
];
/// Methods that give a part of their receiver, which their arguments name.
const LOOKUPS: &[&str] = &[
    "get",
    "Get",
    "getlist",
    "getone",
    "pop",
    "nth",
    "at",
    "getParameter",
    "getValue",
    "Value",
    "slice",
    "substring",
    "split",
    "Split",
];
/// Words in the names of functions that make a text harmless, or stop at one that is not.
const CLEANING: &[&str] = &[
    "escape",
    "quote",
    "sanitize",
    "sanitise",
    "valid",
    "secure",
    "clean",
    "check",
    "allow",
    "verify",
    "whitelist",
    "purify",
    "safe",
];

/// Finds out where values come from.
#[derive(Clone, Copy, Debug)]
pub struct Origins<'a> {
    /// The unit's IR.
    pub tree: &'a Tree,
    /// Its bindings.
    pub bindings: &'a Bindings,
    /// Its dotted paths.
    pub paths: Paths<'a>,
    /// What is known of the language's libraries.
    pub knowledge: &'static Knowledge,
    /// Where answers about variables are kept.
    pub memo: &'a Memo,
}

/// Whether a function's name says that it makes a text harmless.
pub fn cleans(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    !lower.starts_with("un") && CLEANING.iter().any(|word| lower.contains(word))
}

impl Origins<'_> {
    fn known(&self) -> &'static Outside {
        &self.knowledge.outside
    }

    /// Where a value comes from, if that is outside.
    pub fn of(&self, expression: NodeId) -> Option<Origin> {
        let mut pending = vec![expression];
        let mut seen: Vec<BindingId> = Vec::new();
        for _ in 0..STEPS {
            let at = pending.pop()?;
            if let Some(sender) = self.sender(at) {
                return Some(Origin { sender, source: at, is_segment: false });
            }
            match self.tree.kind(at) {
                Kind::Name => {
                    let Some(binding) = self.bindings.resolve(at) else { continue };
                    let traced = self.traced(binding);
                    if seen.contains(&binding) || traced.is_vetted {
                        continue;
                    }
                    if traced.source.is_some() {
                        return traced.source;
                    }
                    seen.push(binding);
                    pending.extend(&traced.values);
                }
                _ => self.passed_on(at, &mut pending),
            }
        }
        None
    }

    /// What is known of a variable; looking through all that is done with it takes its time, so
    /// that happens once.
    fn traced(&self, binding: BindingId) -> Rc<Traced> {
        self.memo.traced(binding, || {
            let is_vetted = self.looks_vetted(binding) || self.is_cleaned(binding);
            let source = self.of_parameter(binding).or_else(|| self.filled(binding));
            Traced { is_vetted, source, values: self.values(binding) }
        })
    }

    /// Whether something looks at the variable before it is used: a call in a condition, a set of
    /// what is allowed, or a function whose name says so.
    pub fn is_vetted(&self, binding: BindingId) -> bool {
        self.traced(binding).is_vetted
    }

    /// The parts of an expression that it hands on.
    fn passed_on(&self, at: NodeId, pending: &mut Vec<NodeId>) {
        let tree = self.tree;
        let joins =
            |operator| matches!(operator, Operator::Add | Operator::Remainder | Operator::Divide);
        match tree.kind(at) {
            Kind::Binary if !joins(tree.node(at).operator) => {}
            Kind::Call => {
                let Some(callee) = tree.child(at, Role::Callee) else {
                    return pending.extend(tree.children_with(at, Role::Argument));
                };
                if !self.known().passing.contains(&tree.name(callee)) {
                    return;
                }
                if tree.kind(callee) == Kind::Member {
                    let receiver = tree.child(callee, Role::Receiver);
                    pending.extend(receiver);
                    // What is looked up in a variable is not what it is looked up by.
                    let is_variable = receiver.is_some_and(|it| self.paths.of(it).is_none());
                    if is_variable && LOOKUPS.contains(&tree.name(callee)) {
                        return;
                    }
                }
                pending.extend(tree.children_with(at, Role::Argument));
            }
            Kind::Index | Kind::Member => pending.extend(tree.child(at, Role::Receiver)),
            Kind::Ternary => {
                pending.extend(tree.children_with(at, Role::Then));
                pending.extend(tree.children_with(at, Role::Else));
            }
            Kind::Macro if tree.name(at) != "format" => {}
            Kind::Argument | Kind::Cast => pending.extend(tree.child(at, Role::Value)),
            Kind::Binary
            | Kind::Macro
            | Kind::Template
            | Kind::Logical
            | Kind::Await
            | Kind::Propagate
            | Kind::Reference
            | Kind::Dereference
            | Kind::Spread
            | Kind::List
            | Kind::Tuple => pending.extend(tree.children(at)),
            _ => {}
        }
    }

    /// Who decides what an expression gives, where it comes in from outside right there.
    fn sender(&self, at: NodeId) -> Option<Sender> {
        let (tree, known) = (self.tree, self.known());
        let named = match tree.kind(at) {
            Kind::Call => tree.child(at, Role::Callee)?,
            Kind::Member | Kind::Name => at,
            _ => return None,
        };
        let name = tree.name(named);
        if tree.kind(named) == Kind::Member
            && known.request_members.contains(&name)
            && let Some(receiver) = tree.child(named, Role::Receiver)
            && matches!(tree.kind(receiver), Kind::Name | Kind::Member)
            && known.request_names.contains(&tree.name(receiver))
            && self.is_handed_in(receiver)
        {
            return Some(Sender::Client);
        }
        let ends = |paths: &[&str]| paths.iter().any(|path| ends_in(path, name));
        if !ends(known.request_paths) && !ends(known.local_paths) {
            return None;
        }
        let path = self.paths.of(named)?;
        if known.request_paths.contains(&&*path) {
            return Some(Sender::Client);
        }
        known.local_paths.contains(&&*path).then_some(Sender::User)
    }

    /// Whether a request was handed in, rather than made here to be sent.
    fn is_handed_in(&self, receiver: NodeId) -> bool {
        let Some(binding) = self.bindings.resolve(receiver) else { return true };
        let kind = self.bindings.binding(binding).map(|it| it.kind);
        matches!(kind, Some(BindingKind::Parameter | BindingKind::Import))
    }

    /// The values a variable gets, unless one of them is itself made harmless.
    fn values(&self, binding: BindingId) -> Vec<NodeId> {
        let tree = self.tree;
        let mut values = Vec::new();
        for name in self.bindings.definitions(binding).take(STEPS) {
            let Some(value) = self.value_of(name) else { continue };
            // `name = clean(name)`
            let calls = tree.kind(value) == Kind::Call
                && tree
                    .child(value, Role::Callee)
                    .is_some_and(|callee| !self.known().passing.contains(&tree.name(callee)));
            if calls && self.mentions(value, binding) {
                return Vec::new();
            }
            values.push(value);
        }
        values.extend(self.written_by_calls(binding));
        values
    }

    /// Whether one of a variable's values was made harmless by a function.
    fn is_cleaned(&self, binding: BindingId) -> bool {
        let tree = self.tree;
        let definitions = self.bindings.definitions(binding).take(STEPS);
        definitions.filter_map(|it| self.value_of(it)).any(|value| {
            let callee = tree.child(value, Role::Callee).filter(|_| tree.kind(value) == Kind::Call);
            callee.is_some_and(|it| cleans(tree.name(it)))
        })
    }

    /// Whether a variable is named within a node.
    fn mentions(&self, node: NodeId, binding: BindingId) -> bool {
        let names = self.bindings.occurrences(binding);
        let first = names.partition_point(|it| *it < node);
        names.get(first).is_some_and(|it| self.tree.is_within(*it, node))
    }

    /// The value that a definition gives, also where it takes that apart.
    pub fn value_of(&self, name: NodeId) -> Option<NodeId> {
        let tree = self.tree;
        let defining = |it: &NodeId| {
            matches!(tree.kind(*it), Kind::Declare | Kind::Assign | Kind::LetCondition)
        };
        let mut patterns = tree.ancestors(name).take(LEVELS).take_while(|it| {
            matches!(
                tree.kind(*it),
                Kind::Pattern | Kind::Map | Kind::Pair | Kind::Tuple | Kind::List
            )
        });
        let outermost = patterns.by_ref().last().unwrap_or(name);
        let holder = tree.parent(outermost).filter(defining)?;
        let value = tree.child(holder, Role::Value)?;
        if outermost == name || tree.kind(value) != Kind::Tuple {
            return Some(value);
        }
        let at = tree.children(outermost).position(|it| it == name)?;
        tree.children(value).nth(at)
    }

    /// What calls write to a variable that they are given: `snprintf(command, …, name)`, and
    /// the variable itself where a call fills it with input.
    fn written_by_calls(&self, binding: BindingId) -> Vec<NodeId> {
        let (tree, known) = (self.tree, self.known());
        let mut written = Vec::new();
        if known.filling.is_empty() {
            return written;
        }
        for name in self.bindings.occurrences(binding) {
            let call = tree.node(*name).parent;
            let Some(callee) = tree.child(call, Role::Callee) else { continue };
            if tree.kind(call) == Kind::Call && is_writer(tree.name(callee)) {
                let arguments = tree.children_with(call, Role::Argument);
                if tree.child(call, Role::Argument) == Some(*name) {
                    written.extend(arguments.skip(1));
                }
            }
        }
        written
    }

    /// Where input is written to a variable.
    fn filled(&self, binding: BindingId) -> Option<Origin> {
        let (tree, known) = (self.tree, self.known());
        if known.filling.is_empty() {
            return None;
        }
        self.bindings.occurrences(binding).iter().find_map(|name| {
            let parent = tree.node(*name).parent;
            let holder = if tree.kind(parent) == Kind::Reference {
                tree.node(parent).parent
            } else {
                parent
            };
            let fills = match tree.kind(holder) {
                Kind::Call => {
                    let callee = tree.child(holder, Role::Callee)?;
                    let at = tree
                        .children_with(holder, Role::Argument)
                        .position(|it| tree.is_within(*name, it))?;
                    known
                        .filling
                        .iter()
                        .any(|(path, number)| ends_in(path, tree.name(callee)) && *number == at)
                }
                // `std::cin >> name`
                Kind::Binary if tree.node(holder).operator == Operator::ShiftRight => {
                    let mut left = tree.child(holder, Role::Left)?;
                    for _ in 0..LEVELS {
                        if tree.kind(left) != Kind::Binary {
                            break;
                        }
                        left = tree.child(left, Role::Left)?;
                    }
                    tree.name(left) == "cin"
                }
                _ => false,
            };
            fills.then_some(Origin { sender: Sender::User, source: holder, is_segment: false })
        })
    }

    fn looks_vetted(&self, binding: BindingId) -> bool {
        let tree = self.tree;
        let reads = self.bindings.occurrences(binding).iter().copied();
        reads.filter(|it| tree.node(*it).access == Access::Read).any(|read| {
            let mut tests = false;
            for at in tree.ancestors(read).take(LEVELS) {
                tests |= match tree.kind(at) {
                    Kind::Call => {
                        let callee = tree.child(at, Role::Callee);
                        let name = callee.map_or("", |it| tree.name(it));
                        // `check(name);`
                        if cleans(name)
                            && tree.kind(tree.node(at).parent) == Kind::ExpressionStatement
                        {
                            return true;
                        }
                        !PROBES.contains(&name)
                    }
                    Kind::Compare => {
                        matches!(tree.node(at).operator, Operator::In | Operator::NotIn)
                    }
                    _ => false,
                };
                match tree.role(at) {
                    Role::Condition | Role::Subject => {
                        return tests || tree.role(at) == Role::Subject;
                    }
                    _ if tree.kind(at).is_statement() => {
                        return tests && tree.kind(at) == Kind::Assert;
                    }
                    _ => {}
                }
            }
            false
        })
    }
}

/// Whether a function writes what it is given to its first argument.
pub fn is_writer(name: &str) -> bool {
    matches!(
        name,
        "sprintf"
            | "snprintf"
            | "strcpy"
            | "strncpy"
            | "strcat"
            | "strncat"
            | "strlcpy"
            | "strlcat"
    )
}
