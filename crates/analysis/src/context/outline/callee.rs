//! What a call calls, and what class a variable's object is of, as far as the unit's own text says.

use super::spelling::{class_of_annotation, is_class_name};
use super::{CallTraits, Reader, Root, Written};
use crate::facts::{BindingId, BindingKind, ScopeId};
use crate::ir::{Access, Flags, Kind, NodeId, Role};

/// How many steps are followed from a variable to the class of its object.
const MOST_STEPS: u8 = 3;

impl Reader<'_> {
    /// What a call calls; nothing for what has no name.
    pub(super) fn callee(&self, call: NodeId) -> Option<(Written, CallTraits)> {
        let tree = self.tree;
        let callee = tree.child(call, Role::Callee)?;
        let mut traits = CallTraits::default();
        let constructs = tree.flags(call).has(Flags::CONSTRUCT);
        let written = match tree.kind(callee) {
            // Java's own methods.
            Kind::Attribute => {
                traits.set(CallTraits::BARE_METHOD, true);
                Written { root: Root::Free, path: tree.name(callee).into() }
            }
            // `new C(1)`
            Kind::Type => {
                traits.set(CallTraits::CONSTRUCTS, true);
                Written { root: Root::Free, path: class_of_annotation(tree.text(callee))? }
            }
            Kind::Name => {
                let written = self.written(callee)?;
                traits.set(CallTraits::BARE, written.root == Root::Free);
                written
            }
            Kind::Member => {
                let (written, on_object) = self.member(callee, MOST_STEPS)?;
                traits.set(CallTraits::ON_OBJECT, on_object);
                written
            }
            _ => return None,
        };
        traits.set(CallTraits::CONSTRUCTS, constructs);
        traits.set(CallTraits::AWAITED, tree.kind(tree.node(call).parent) == Kind::Await);
        Some((written, traits))
    }

    /// Where a call names what it calls, counted from its start, and how long that name is; nothing
    /// where it is too far or too long to be told.
    pub(super) fn place_of_name(&self, call: NodeId) -> (u16, u16) {
        let tree = self.tree;
        let Some(callee) = tree.child(call, Role::Callee) else { return (0, 0) };
        let name = tree.child(callee, Role::Attribute).unwrap_or(callee);
        let span = tree.span(name);
        let at = u16::try_from(span.start.saturating_sub(tree.span(call).start));
        at.and_then(|at| Ok((at, u16::try_from(span.len())?))).unwrap_or((0, 0))
    }

    /// A method's path: through names, or through the class of an object, which is told.
    fn member(&self, callee: NodeId, steps: u8) -> Option<(Written, bool)> {
        let tree = self.tree;
        let receiver = tree.child(callee, Role::Receiver)?;
        let is_single = tree.children_with(callee, Role::Receiver).nth(1).is_none();
        if is_single && let Some(class) = self.class_of(receiver, steps) {
            let path = format!("{}.{}", class.path, tree.name(callee)).into();
            return Some((Written { path, ..class }, true));
        }
        let written = self.written(callee)?;
        Some((written, false))
    }

    /// A name or chain of members as it is written.
    pub(super) fn written(&self, id: NodeId) -> Option<Written> {
        let tree = self.tree;
        let mut parts: Vec<&str> = Vec::new();
        let mut at = id;
        while tree.kind(at) == Kind::Member {
            parts.push(tree.name(at));
            let mut receivers = tree.children_with(at, Role::Receiver);
            let first = receivers.next()?;
            let from = parts.len();
            parts.extend(receivers.map(|middle| tree.name(middle)));
            if let Some(middle) = parts.get_mut(from..) {
                middle.reverse();
            }
            at = first;
        }
        let text = tree.name(at);
        let root = match tree.kind(at) {
            Kind::Name
                if matches!(text, "self" | "this" | "cls" | "Self")
                    && !parts.is_empty()
                    && !self.is_path_from_module(at) =>
            {
                self.own(at)
            }
            Kind::Name if text == "super" && !self.has_paths_with_super() => self.base_of_own(at),
            Kind::Name if self.is_path_from_module(at) => Root::Free,
            Kind::Name => self.root(at),
            // `super().run()`
            Kind::Call if self.is_super(at) => self.base_of_own(at),
            Kind::Call if self.required(at).is_some() => {
                self.import_at(at).map_or(Root::Unknown, Root::Import)
            }
            _ => Root::Unknown,
        };
        // A name that is an import has no path beyond it.
        if root == Root::Free {
            parts.push(text);
        }
        parts.reverse();
        Some(Written { root, path: parts.join(".").into() })
    }

    /// Where a path starts whose first name this is.
    fn root(&self, name: NodeId) -> Root {
        let Some(id) = self.bindings.resolve(name) else { return Root::Free };
        let Some(binding) = self.bindings.binding(id) else { return Root::Unknown };
        if self.is_module && binding.scope == ScopeId(0) {
            return Root::Free;
        }
        let import = self.import_of(binding.declared_at);
        let is_only = self.bindings.definitions(id).nth(1).is_none();
        import.filter(|_| is_only).map_or(Root::Unknown, Root::Import)
    }

    /// Whether `super` is what the class around the unit inherits from.
    fn base_of_own(&self, at: NodeId) -> Root {
        if self.own(at) == Root::Own { Root::Base } else { Root::Unknown }
    }

    /// Whether the object that `self` names is the one of the class around the unit.
    fn own(&self, name: NodeId) -> Root {
        let tree = self.tree;
        if self.is_module {
            return Root::Unknown;
        }
        let mut functions = 0;
        for id in tree.ancestors(name) {
            match tree.kind(id) {
                Kind::Class => return Root::Unknown,
                Kind::Function => functions += 1,
                // An arrow keeps the object of what stands around it.
                Kind::Lambda => functions += u8::from(has_own_object(tree.text(id))),
                _ => {}
            }
        }
        let is_name = matches!(tree.name(name), "self" | "cls");
        let bound = self.bindings.resolve(name).and_then(|it| self.bindings.binding(it));
        let is_parameter = bound.is_none_or(|it| it.kind == BindingKind::Parameter);
        // A nested function has another `this`, though it sees the `self` around it.
        if (functions <= 1 || is_name) && is_parameter { Root::Own } else { Root::Unknown }
    }

    /// Whether the name is Rust's `self` that a path of modules starts with.
    fn is_path_from_module(&self, name: NodeId) -> bool {
        let after = self.tree.source().get(self.tree.span(name).end as usize..).unwrap_or("");
        self.tree.name(name) == "self" && after.trim_start().starts_with("::")
    }

    fn is_super(&self, call: NodeId) -> bool {
        let tree = self.tree;
        let callee = tree.child(call, Role::Callee);
        callee.is_some_and(|it| tree.kind(it) == Kind::Name && tree.name(it) == "super")
            && tree.child(call, Role::Argument).is_none()
    }

    /// Whether `super` is the module around: Rust's.
    fn has_paths_with_super(&self) -> bool {
        self.language.spec().knowledge.path_separator == "::"
    }

    /// The class of the object that an expression surely gives.
    pub(super) fn class_of(&self, id: NodeId, steps: u8) -> Option<Written> {
        let steps = steps.checked_sub(1)?;
        let tree = self.tree;
        match tree.kind(id) {
            // Whatever holds it (`self: Pin<&mut Self>`), it is an object of the class around.
            Kind::Name if self.own(id) == Root::Own && tree.name(id) == "self" => None,
            Kind::Name => {
                let binding = self.bindings.resolve(id)?;
                let scope = self.bindings.binding(binding)?.scope;
                // Of what the module binds, the whole file asks; it has an entry of its own.
                let is_of_module = self.is_module && scope == ScopeId(0);
                if is_of_module { None } else { self.class_of_binding(binding, steps) }
            }
            Kind::Call => self.class_made(id),
            Kind::Reference | Kind::Await => self.class_of(tree.child(id, Role::Value)?, steps),
            // `Cart { … }`
            Kind::Map => {
                let class = tree.child(id, Role::Type)?;
                self.annotated(class)
            }
            _ => None,
        }
    }

    /// The class of the only object that a variable ever holds.
    pub(super) fn class_of_binding(&self, id: BindingId, steps: u8) -> Option<Written> {
        let tree = self.tree;
        let mut definitions = self.bindings.definitions(id);
        let (only, more) = (definitions.next(), definitions.next());
        let binding = self.bindings.binding(id)?;
        let name = match (only, more) {
            (Some(only), None) => only,
            // `Cart cart;` gives no value.
            (None, None) => binding.declared_at,
            _ => return None,
        };
        if tree.role(name) != Role::Target || tree.node(name).access == Access::ReadWrite {
            return None;
        }
        let definition = tree.node(name).parent;
        if !matches!(tree.kind(definition), Kind::Parameter | Kind::Declare | Kind::Assign) {
            return None;
        }
        let around = tree.node(definition).parent;
        let is_row = [definition, around].map(|it| tree.kind(it)) == [Kind::Declare; 2];
        let annotation = tree
            .child(definition, Role::Type)
            .or_else(|| is_row.then(|| tree.child(around, Role::Type))?);
        if let Some(annotated) = annotation.and_then(|it| self.annotated(it)) {
            return Some(annotated);
        }
        self.class_of(tree.child(definition, Role::Value)?, steps)
    }

    /// The class that an annotation names.
    fn annotated(&self, annotation: NodeId) -> Option<Written> {
        let path = class_of_annotation(self.tree.text(annotation))?;
        self.at_root(path)
    }

    /// A dotted path whose first name is looked up among the unit's imports.
    fn at_root(&self, path: Box<str>) -> Option<Written> {
        let (first, rest) = path.split_once('.').unwrap_or((&path, ""));
        if matches!(first, "Self" | "self") {
            return None;
        }
        let own = self.imports.iter().position(|(_, it)| it.local.as_deref() == Some(first));
        match own.filter(|_| !self.is_module) {
            Some(at) => {
                Some(Written { root: Root::Import(u16::try_from(at).ok()?), path: rest.into() })
            }
            None => Some(Written { root: Root::Free, path }),
        }
    }

    /// The class of the object that a call makes.
    fn class_made(&self, call: NodeId) -> Option<Written> {
        let tree = self.tree;
        let Some(callee) = tree.child(call, Role::Callee) else {
            // `Cart cart(1);`
            return self.annotated(tree.child(tree.node(call).parent, Role::Type)?);
        };
        let name = tree.name(callee);
        let written = match tree.kind(callee) {
            Kind::Type => return self.annotated(callee),
            Kind::Name | Kind::Member => self.written(callee)?,
            _ => return None,
        };
        let is_path = self.has_paths_with_super();
        // `Cart::new(1)`
        if is_path && matches!(name, "new" | "default" | "new_in" | "with_capacity") {
            let (class, _) = written.path.rsplit_once('.')?;
            let last = class.rsplit('.').next().unwrap_or(class);
            let class: Box<str> = Some(class).filter(|_| is_class_name(last))?.into();
            return Some(Written { path: class, ..written });
        }
        let makes = is_class_name(name) && (!is_path || tree.flags(call).has(Flags::CONSTRUCT));
        let is_known = matches!(written.root, Root::Free | Root::Import(_));
        let constructs = tree.flags(call).has(Flags::CONSTRUCT);
        (makes && is_known && (constructs || self.makes_by_name())).then_some(written)
    }

    /// Whether calling a name in capitals makes an object, rather than calling a public function.
    fn makes_by_name(&self) -> bool {
        self.language.spec().imports.capitals_make_objects()
    }
}

/// Whether a function without a name has an object of its own, unlike an arrow.
fn has_own_object(text: &str) -> bool {
    let text = text.trim_start();
    text.strip_prefix("async").unwrap_or(text).trim_start().starts_with("function")
}
