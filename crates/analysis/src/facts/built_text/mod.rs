//! Text put together: its fixed parts, and the values that stand between them.
//!
//! Joined text, text with interpolations, and the usual format functions all come out the same:
//! a list of [`Hole`]s with what stands before each. A variable that is given one text is looked
//! through. Rules that ask what goes into a query or a command read this; whether a value
//! [comes from outside](super::outside) is another fact.

mod literals;

use crate::facts::outside::{Origins, cleans, is_writer};
use crate::facts::types::Types;
use crate::facts::{BindingId, Entry};
use crate::ir::{Access, Kind, NodeId, Operator, Role};
use crate::languages::ValueType;

use literals::{between_holes, filled_in};

pub use literals::content;

/// A value in a text.
#[derive(Clone, Debug)]
pub struct Hole {
    /// The value.
    pub node: NodeId,
    /// The length of the fixed text before it.
    pub at: usize,
}

/// A text put together.
#[derive(Clone, Debug, Default)]
pub struct BuiltText {
    /// Its fixed parts, one after the other.
    pub fixed: String,
    /// The values between them, in order.
    pub holes: Vec<Hole>,
}

impl BuiltText {
    /// The fixed text before a hole.
    pub fn before(&self, hole: &Hole) -> &str {
        self.fixed.get(..hole.at).unwrap_or("")
    }

    /// The fixed text after a hole.
    pub fn after(&self, hole: &Hole) -> &str {
        self.fixed.get(hole.at..).unwrap_or("")
    }
}

/// How many parts a text is taken apart into.
const PARTS: usize = 96;
/// How many mentions of a variable are looked at for what is written to it.
const OCCURRENCES: usize = 256;
/// Methods and functions that hand on a text as it is.
const SAME: &[&str] = &[
    "to_string",
    "to_owned",
    "into",
    "as_str",
    "as_ref",
    "c_str",
    "data",
    "str",
    "string",
    "String",
    "toString",
    "strip",
    "trim",
    "dedent",
    "encode",
    "text",
    "from",
    "as_bytes",
    "new",
    "clone",
    "valueOf",
    "StringBuilder",
    "StringBuffer",
    "string_view",
];
/// Calls whose result is a number, or stands in for values that are sent apart.
const PLAIN: &[&str] = &[
    "int",
    "float",
    "len",
    "size",
    "length",
    "Number",
    "parseInt",
    "parseFloat",
    "Atoi",
    "count",
    "id",
    "bool",
    "getpid",
    "getppid",
    "getpgid",
    "getuid",
    "mkstemp",
    "mkdtemp",
    "mktemp",
    "NamedTemporaryFile",
    "hash",
    "ord",
    "Itoa",
    "ParseInt",
    "hex",
    "uuid4",
    "now",
    "time",
];

/// Takes texts apart.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// Where values come from.
    pub origins: Origins<'a>,
    /// What they are.
    pub types: Types<'a>,
}

enum Part {
    Fixed(String),
    Value(NodeId),
}

impl Texts<'_> {
    /// A text taken apart; a lone value is a text with one hole.
    pub fn take_apart(&self, expression: NodeId) -> BuiltText {
        let mut built = BuiltText::default();
        let mut seen = Vec::new();
        let mut pending = vec![Part::Value(expression)];
        for _ in 0..PARTS {
            let node = match pending.pop() {
                None => return built,
                Some(Part::Fixed(text)) => {
                    built.fixed.push_str(&text);
                    continue;
                }
                Some(Part::Value(node)) => node,
            };
            let from = pending.len();
            if self.parts(node, &mut seen, &mut pending) {
                // The first part is to be taken first.
                if let Some(new) = pending.get_mut(from..) {
                    new.reverse();
                }
            } else {
                built.holes.push(Hole { node, at: built.fixed.len() });
            }
        }
        built
    }

    /// Splits a node into its parts, in order; whether it has any.
    fn parts(&self, node: NodeId, seen: &mut Vec<NodeId>, into: &mut Vec<Part>) -> bool {
        let tree = self.types.tree;
        match tree.kind(node) {
            Kind::String | Kind::Character => into.push(Part::Fixed(content(tree.text(node)))),
            Kind::Number | Kind::Boolean => into.push(Part::Fixed(tree.text(node).to_owned())),
            Kind::Binary => match tree.node(node).operator {
                Operator::Add => {
                    let sides = [Role::Left, Role::Right].map(|role| tree.child(node, role));
                    into.extend(sides.into_iter().flatten().map(Part::Value));
                }
                Operator::Remainder => return self.percent_operator(node, into),
                _ => return false,
            },
            Kind::Template => self.template(node, into),
            Kind::Macro if matches!(tree.name(node), "format" | "format_args") => {
                let arguments: Vec<NodeId> = tree.children_with(node, Role::Argument).collect();
                return self.formatted(&arguments, into);
            }
            Kind::Reference | Kind::Argument | Kind::Cast | Kind::Await | Kind::Propagate => {
                let Some(value) = tree.child(node, Role::Value) else { return false };
                into.push(Part::Value(value));
            }
            Kind::Call => return self.call(node, into),
            Kind::Name => return self.variable(node, seen, into),
            _ => return false,
        }
        true
    }

    /// What stands in a text with interpolations.
    fn template(&self, node: NodeId, into: &mut Vec<Part>) {
        let tree = self.types.tree;
        let source = tree.source();
        let span = tree.span(node);
        let mut from = span.start as usize;
        for child in tree.children(node) {
            let at = tree.span(child);
            let between = source.get(from..at.start as usize).unwrap_or("");
            into.push(Part::Fixed(between_holes(between, from == span.start as usize).to_owned()));
            into.push(Part::Value(child));
            from = at.end as usize;
        }
        let rest = source.get(from..span.end as usize).unwrap_or("");
        let rest = between_holes(rest, false).trim_end_matches(['"', '\'', '`']);
        into.push(Part::Fixed(rest.to_owned()));
    }

    /// `"… %s" % values`
    fn percent_operator(&self, node: NodeId, into: &mut Vec<Part>) -> bool {
        let tree = self.types.tree;
        let sides = [Role::Left, Role::Right].map(|role| tree.child(node, role));
        let [Some(left), Some(right)] = sides else { return false };
        if tree.kind(left) != Kind::String {
            return false;
        }
        let values: Vec<NodeId> = match tree.kind(right) {
            Kind::Tuple => tree.children(right).collect(),
            Kind::Map => {
                tree.children(right).filter_map(|pair| tree.child(pair, Role::Value)).collect()
            }
            _ => vec![right],
        };
        filled_in(&content(tree.text(left)), &values, into);
        true
    }

    /// A call of a format function, or one that hands on a text.
    fn call(&self, node: NodeId, into: &mut Vec<Part>) -> bool {
        let tree = self.types.tree;
        let arguments: Vec<NodeId> = tree.children_with(node, Role::Argument).collect();
        let Some(callee) = tree.child(node, Role::Callee) else {
            // `std::string text("…");`
            let [only] = arguments.as_slice() else { return false };
            into.push(Part::Value(*only));
            return true;
        };
        let receiver = tree.child(callee, Role::Receiver);
        let name = tree.name(callee);
        let is_text = |it: NodeId| matches!(tree.kind(it), Kind::String | Kind::Template);
        match name {
            "format" | "formatted" if receiver.is_some_and(is_text) => {
                let Some(format) = receiver else { return false };
                let all: Vec<NodeId> = std::iter::once(format).chain(arguments).collect();
                self.formatted(&all, into)
            }
            "format" | "Sprintf" | "sprintf" | "Sprint" | "vformat" => {
                self.formatted(&arguments, into)
            }
            "concat" | "append" => {
                into.extend(receiver.into_iter().chain(arguments).map(Part::Value));
                receiver.is_some()
            }
            _ if SAME.contains(&name) => {
                let inside = match arguments.as_slice() {
                    [] => receiver,
                    [only] => Some(*only),
                    _ => None,
                };
                into.extend(inside.map(Part::Value));
                inside.is_some()
            }
            _ => false,
        }
    }

    /// A format and its values.
    fn formatted(&self, arguments: &[NodeId], into: &mut Vec<Part>) -> bool {
        let tree = self.types.tree;
        let Some((format, values)) = arguments.split_first() else { return false };
        match tree.kind(*format) {
            Kind::String => filled_in(&content(tree.text(*format)), values, into),
            Kind::Template => {
                self.template(*format, into);
                into.extend(values.iter().copied().map(Part::Value));
            }
            _ => return false,
        }
        true
    }

    /// A variable that is given one text, which may grow.
    fn variable(&self, name: NodeId, seen: &mut Vec<NodeId>, into: &mut Vec<Part>) -> bool {
        let (tree, bindings) = (self.types.tree, self.types.bindings);
        let Some(binding) = bindings.resolve(name) else { return false };
        let Some(bound) = bindings.binding(binding).filter(|_| !says_harmless(tree.name(name)))
        else {
            return false;
        };
        // What was made sure of a variable holds for it only, not for what it is set to.
        if seen.contains(&bound.declared_at) || self.origins.is_vetted(binding) {
            return false;
        }
        let mut texts = Vec::new();
        let mut plain = 0;
        for definition in bindings.definitions(binding).take_while(|it| *it < name) {
            let Some(value) = self.origins.value_of(definition) else {
                // `char line[80];`
                if tree.kind(tree.node(definition).parent) == Kind::Declare {
                    continue;
                }
                return false;
            };
            plain += usize::from(tree.node(definition).access != Access::ReadWrite);
            texts.push(value);
            if plain > 1 || texts.len() > PARTS {
                return false;
            }
        }
        let from = into.len();
        if !self.types.language.spec().knowledge.outside.filling.is_empty() {
            texts.extend(self.written(binding, name, into));
        }
        if texts.is_empty() && into.len() == from {
            into.truncate(from);
            return false;
        }
        seen.push(bound.declared_at);
        into.extend(texts.into_iter().map(Part::Value));
        true
    }

    /// The texts that `snprintf` and the like write to a variable before a place; their formats go
    /// straight among the parts.
    fn written(&self, binding: BindingId, before: NodeId, into: &mut Vec<Part>) -> Vec<NodeId> {
        let (tree, bindings) = (self.types.tree, self.types.bindings);
        let mut texts = Vec::new();
        let names = bindings.occurrences(binding).iter().take(OCCURRENCES);
        for name in names.take_while(|it| **it < before) {
            let call = tree.node(*name).parent;
            let Some(callee) = tree.child(call, Role::Callee) else { continue };
            let arguments: Vec<NodeId> = tree.children_with(call, Role::Argument).collect();
            if arguments.first() != Some(name) || !is_writer(tree.name(callee)) {
                continue;
            }
            match (tree.name(callee), arguments.as_slice()) {
                ("sprintf", [_, rest @ ..]) | ("snprintf", [_, _, rest @ ..]) => {
                    self.formatted(rest, into);
                }
                (_, [_, text, ..]) => texts.push(*text),
                _ => {}
            }
        }
        texts
    }

    /// Whether a value cannot change what a text means: a number, a constant, something escaped,
    /// placeholders.
    pub fn is_harmless(&self, value: NodeId) -> bool {
        let tree = self.types.tree;
        if matches!(self.types.of(value), Some(ValueType::Number | ValueType::Boolean)) {
            return true;
        }
        let name = tree.name(value);
        let is_constant = name.len() > 1 && !name.chars().any(char::is_lowercase);
        match tree.kind(value) {
            Kind::Name if self.types.bindings.resolve(value).is_none() => {
                let entry = self.types.paths.environment.and_then(|it| it.entry(name));
                is_constant || matches!(entry, Some(Entry::Variable(_) | Entry::Import(_)))
            }
            Kind::Name | Kind::Member => is_constant || says_harmless(name),
            Kind::Call => {
                let callee = tree.child(value, Role::Callee);
                let name = callee.map_or("", |it| tree.name(it));
                // What is appended to a fresh builder is not known here.
                let is_builder = matches!(name, "StringBuilder" | "StringBuffer")
                    && tree.child(value, Role::Argument).is_none();
                is_builder
                    || PLAIN.contains(&name)
                    || cleans(name)
                    || says_harmless(name)
                    || matches!(name, "join" | "Join") && self.joins_harmless(value)
                    || self.is_chosen_here(value)
            }
            Kind::Ternary => [Role::Then, Role::Else].into_iter().all(|role| {
                let branch = tree.child(value, role);
                branch.is_some_and(|it| tree.kind(it).is_literal())
            }),
            Kind::Binary => tree.node(value).operator != Operator::Add,
            kind => kind.is_literal(),
        }
    }

    /// Whether a call of a known function is given nothing but literals:
    /// `os.path.expanduser("~/notes")`.
    fn is_chosen_here(&self, call: NodeId) -> bool {
        let tree = self.types.tree;
        let mut arguments = tree.children_with(call, Role::Argument).peekable();
        let callee = tree.child(call, Role::Callee);
        arguments.peek().is_some()
            && arguments.all(|it| tree.kind(it).is_literal())
            && callee.is_some_and(|it| self.types.paths.of(it).is_some())
            && self.origins.of(call).is_none()
    }

    /// Whether a call joins nothing but what is harmless: `", ".join("?" for _ in values)`.
    fn joins_harmless(&self, call: NodeId) -> bool {
        let tree = self.types.tree;
        let argument = tree.child(call, Role::Argument);
        // `os.path.join(tempdir, "name")`
        if tree.children_with(call, Role::Argument).count() > 1 {
            return tree.children_with(call, Role::Argument).all(|it| {
                tree.kind(it) == Kind::String
                    || tree.kind(it) == Kind::Name && says_harmless(tree.name(it))
            });
        }
        // `values.map(() => '?').join(', ')`
        let mapped = tree
            .child(call, Role::Callee)
            .and_then(|it| tree.child(it, Role::Receiver))
            .filter(|it| tree.child(*it, Role::Callee).is_some_and(|it| tree.name(it) == "map"))
            .and_then(|it| tree.child(it, Role::Argument))
            .and_then(|it| tree.child(it, Role::Body));
        if mapped.is_some_and(|it| {
            tree.kind(it).is_literal()
                || ["`$$", "`@", "`:"].iter().any(|sign| tree.text(it).starts_with(sign))
        }) {
            return true;
        }
        argument.is_some_and(|it| match tree.kind(it) {
            Kind::Comprehension => tree
                .child(it, Role::Body)
                .is_some_and(|body| tree.kind(body).is_literal() || self.is_cleaned(body)),
            Kind::Binary => tree.node(it).operator == Operator::Multiply,
            Kind::Name => says_harmless(tree.name(it)),
            _ => false,
        })
    }

    fn is_cleaned(&self, value: NodeId) -> bool {
        let tree = self.types.tree;
        tree.child(value, Role::Callee).is_some_and(|it| cleans(tree.name(it)))
    }
}

/// Whether a name says that its value stands in for others, or was made harmless.
fn says_harmless(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [
        "placeholder",
        "escaped",
        "quoted",
        "marks",
        "count",
        "limit",
        "offset",
        "sanitized",
        "encoded",
        "tempdir",
        "temp_dir",
        "tmpdir",
        "tmp_dir",
    ]
    .iter()
    .any(|word| lower.contains(word))
}
