//! Kinds of numbers: whether an expression is surely an integer, and of which sort, or a floating
//! point number. From literals, declarations and conversions; silence means nothing.

use super::types::Types;
use crate::ir::{Kind, NodeId, Operator, OperatorClass, Role};
use crate::languages::NumberKind;

/// How far variables and operands are followed.
const MOST_STEPS: u8 = 6;

/// Words of a declared type that say nothing of the number.
const QUALIFIERS: &[&str] = &[
    "const",
    "volatile",
    "static",
    "register",
    "final",
    "mutable",
    "constexpr",
    "inline",
    "extern",
    "mut",
];

/// Derives kinds of numbers in a unit.
#[derive(Clone, Copy, Debug)]
pub struct Numbers<'a> {
    /// The unit's types.
    pub types: Types<'a>,
}

impl Numbers<'_> {
    /// The kind of number an expression is, if that is sure.
    pub fn of(&self, id: NodeId) -> Option<NumberKind> {
        self.of_expression(id, MOST_STEPS)
    }

    /// The kind of number that a type, as it is written, stands for.
    pub fn named(&self, text: &str) -> Option<NumberKind> {
        let known = self.types.language.spec().knowledge.numbers;
        let mut found = None;
        for word in text.trim_start_matches([':', ' ']).split_whitespace() {
            if QUALIFIERS.contains(&word) {
                continue;
            }
            let word = word.strip_prefix("std::").unwrap_or(word);
            let (kind, _) = known.iter().find(|(_, words)| words.contains(&word))?;
            // `unsigned int`, `long double`
            found = Some(match found {
                None | Some(NumberKind::Signed) => *kind,
                Some(before) => before,
            });
        }
        found
    }

    fn of_expression(&self, id: NodeId, steps: u8) -> Option<NumberKind> {
        let steps = steps.checked_sub(1)?;
        let tree = self.types.tree;
        let node = tree.node(id);
        match node.kind {
            Kind::Number => Some(literal(tree.text(id))),
            Kind::Name => self.variable(id, steps),
            Kind::Cast => self.named(conversion(tree.text(tree.child(id, Role::Type)?))),
            Kind::Call => self.called(id),
            Kind::Unary if matches!(node.operator, Operator::Negate | Operator::Plus) => {
                let operand = tree.children(id).find(|it| tree.kind(*it) != Kind::Operator)?;
                self.of_expression(operand, steps)
            }
            Kind::Binary if node.operator.class() == Some(OperatorClass::Arithmetic) => {
                let left = self.of_expression(tree.child(id, Role::Left)?, steps);
                let right = self.of_expression(tree.child(id, Role::Right)?, steps);
                let kinds = [left, right];
                if kinds.contains(&Some(NumberKind::Float)) {
                    return Some(NumberKind::Float);
                }
                let (left, right) = (left?, right?);
                Some(if left == NumberKind::Unsigned { left } else { right })
            }
            _ => None,
        }
    }

    /// A conversion that is written as a call, or a function whose result is known.
    fn called(&self, call: NodeId) -> Option<NumberKind> {
        let tree = self.types.tree;
        let callee = tree.child(call, Role::Callee)?;
        if let Some(named) = self.named(conversion(tree.text(callee))) {
            return Some(named);
        }
        let results = self.types.language.spec().knowledge.number_results;
        let name = tree.name(callee);
        let is_known = |path: &str| match path.strip_prefix('.') {
            Some(method) => method == name && tree.kind(callee) == Kind::Member,
            None => {
                super::paths::ends_in(path, name)
                    && self.types.paths.of(callee).as_deref() == Some(path)
            }
        };
        let known = results.iter().find(|(_, paths)| paths.iter().any(|path| is_known(path)));
        known.map(|(kind, _)| *kind)
    }

    /// What a variable is declared as; where its type is left to its value, what that is.
    fn variable(&self, name: NodeId, steps: u8) -> Option<NumberKind> {
        let (tree, bindings) = (self.types.tree, self.types.bindings);
        let binding = bindings.resolve(name)?;
        let declared_at = bindings.binding(binding)?.declared_at;
        let declaration = tree.node(declared_at).parent;
        if !matches!(tree.kind(declaration), Kind::Declare | Kind::Parameter) {
            return None;
        }
        let annotation = tree.child(declaration, Role::Type);
        match annotation.map(|it| tree.text(it)) {
            Some(text) if !matches!(text, "auto" | "var" | "const auto" | "auto const") => {
                // Only the variable itself is of that type: not what it points to, or an element.
                let start = tree.span(declaration).start as usize;
                let end = tree.span(declared_at).end as usize;
                let whole = tree.source().get(start..end).unwrap_or("");
                let is_plain = !whole.contains(['*', '&', '[', '<', '(']);
                let has_size = tree.child(declaration, Role::Index).is_some();
                (is_plain && !has_size).then(|| self.named(text)).flatten()
            }
            None if self.types.language.spec().knowledge.declarations_name_types => None,
            _ => {
                let mut values = bindings.definitions(binding).map(|it| {
                    let parent = tree.node(it).parent;
                    // One name, one value: not a part of a pattern.
                    tree.child(parent, Role::Value).filter(|_| tree.role(it) == Role::Target)
                });
                let first = self.of_expression(values.next()??, steps)?;
                let agrees = |value: Option<NodeId>| {
                    value.and_then(|it| self.of_expression(it, steps)) == Some(first)
                };
                values.all(agrees).then_some(first)
            }
        }
    }
}

/// The type that a conversion names: `double` in `static_cast<double>`.
fn conversion(text: &str) -> &str {
    let inner = text.strip_prefix("static_cast<").and_then(|rest| rest.strip_suffix('>'));
    inner.unwrap_or(text)
}

/// What a number is by its digits and suffix.
fn literal(text: &str) -> NumberKind {
    let text = text.to_ascii_lowercase();
    let is_based = ["0x", "0b", "0o"].iter().any(|base| text.starts_with(base));
    let has_fraction = text.contains('.') || text.ends_with("f32") || text.ends_with("f64");
    let is_float = has_fraction || text.contains('e') || text.ends_with(['f', 'd']);
    if is_float && (!is_based || text.contains('.')) {
        NumberKind::Float
    } else if text.contains('u') {
        NumberKind::Unsigned
    } else {
        NumberKind::Signed
    }
}
