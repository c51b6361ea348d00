//! What expressions come to, given what is known of variables.

use super::domain::{Constant, Nullness, State, Value};
use super::flow::Flow;
use crate::ir::{Flags, Kind, NodeId, Operator, Role};

/// How deep an expression is followed; deeper ones may be anything.
const DEEPEST: u8 = 6;

impl Flow<'_> {
    /// What an expression comes to.
    pub(super) fn evaluate(&self, state: &State, id: NodeId) -> Value {
        self.evaluate_to(state, id, DEEPEST)
    }

    fn evaluate_to(&self, state: &State, id: NodeId, depth: u8) -> Value {
        let tree = self.tree;
        let Some(depth) = depth.checked_sub(1) else { return Value::UNKNOWN };
        let part = |role| {
            tree.child(id, role).map_or(Value::UNKNOWN, |it| self.evaluate_to(state, it, depth))
        };
        match tree.kind(id) {
            Kind::Null => Value::null(id, super::Reason::Assigned),
            Kind::Number => match integer(tree.text(id)) {
                Some(number) => Value::constant(id, Constant::Range(number, number)),
                None => Value::some(id),
            },
            Kind::Boolean => {
                let truth = tree.text(id).eq_ignore_ascii_case("true");
                Value::constant(id, Constant::Boolean(truth))
            }
            Kind::String => Value::constant(id, Constant::Text(tree.node(id).symbol)),
            Kind::List
            | Kind::Map
            | Kind::Set
            | Kind::Template
            | Kind::Lambda
            | Kind::Function
            | Kind::Comprehension
            | Kind::Regex
            | Kind::Character
            | Kind::Class
            | Kind::Reference
            | Kind::Compare => Value::some(id),
            Kind::Tuple if !tree.flags(id).has(Flags::HAS_VALUE) => Value::some(id),
            Kind::Call if tree.flags(id).has(Flags::CONSTRUCT) => Value::some(id),
            Kind::Name => match self.tracked(id) {
                Some(binding) => state.get(binding),
                None => Value::UNKNOWN,
            },
            Kind::Assign | Kind::LetCondition => part(Role::Value),
            Kind::Ternary => part(Role::Then).join(part(Role::Else)),
            Kind::Unary => unary(id, tree.node(id).operator, part(Role::Operand)),
            Kind::Binary => binary(id, tree.node(id).operator, part(Role::Left), part(Role::Right)),
            Kind::Logical if tree.node(id).operator != Operator::And => {
                let right = part(Role::Right);
                let is_some = right.nullness == Nullness::Never;
                if is_some { Value::some(id) } else { Value::UNKNOWN }
            }
            _ => Value::UNKNOWN,
        }
    }

    /// What a condition comes to, if that is sure.
    pub(super) fn truth(&self, state: &State, condition: NodeId) -> Option<bool> {
        let tree = self.tree;
        match tree.kind(condition) {
            Kind::Compare => self.compared(state, condition),
            Kind::Name => {
                let value = self.evaluate(state, condition);
                match (value.nullness, value.constant) {
                    (Nullness::Always, _) | (_, Constant::Range(0, 0)) => Some(false),
                    (_, Constant::Boolean(truth)) => Some(truth),
                    (_, Constant::Range(low, high)) if low > 0 || high < 0 => Some(true),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn compared(&self, state: &State, id: NodeId) -> Option<bool> {
        let tree = self.tree;
        let operator = tree.node(id).operator;
        let (left, right) = (tree.child(id, Role::Left)?, tree.child(id, Role::Right)?);
        let (a, b) = (self.evaluate(state, left), self.evaluate(state, right));
        let negate = |truth: Option<bool>| truth.map(|truth| !truth);
        match operator {
            Operator::Equal | Operator::StrictEqual | Operator::Is => self.equal(operator, a, b),
            Operator::NotEqual | Operator::StrictNotEqual | Operator::IsNot => {
                negate(self.equal(operator, a, b))
            }
            Operator::Less => less(a, b),
            Operator::Greater => less(b, a),
            Operator::GreaterEqual => negate(less(a, b)),
            Operator::LessEqual => negate(less(b, a)),
            _ => None,
        }
    }

    fn equal(&self, operator: Operator, a: Value, b: Value) -> Option<bool> {
        match (a.nullness, b.nullness) {
            // `null` and `undefined` are both null, and differ by `===`.
            (Nullness::Always, Nullness::Always) => {
                let is_strict =
                    matches!(operator, Operator::StrictEqual | Operator::StrictNotEqual);
                return (!is_strict).then_some(true);
            }
            (Nullness::Always, Nullness::Never) | (Nullness::Never, Nullness::Always) => {
                return Some(false);
            }
            _ => {}
        }
        match (a.constant, b.constant) {
            (Constant::Range(a, b), Constant::Range(c, d)) => {
                if b < c || d < a {
                    Some(false)
                } else {
                    (a == b && c == d && a == c).then_some(true)
                }
            }
            (Constant::Boolean(a), Constant::Boolean(b)) => Some(a == b),
            (Constant::Text(a), Constant::Text(b)) => {
                let plain = |text: &str| !text.contains('\\');
                let (a, b) = (self.tree.symbol_text(a), self.tree.symbol_text(b));
                let same_quotes = a.chars().next() == b.chars().next();
                (same_quotes && plain(a) && plain(b)).then(|| a == b)
            }
            _ => None,
        }
    }
}

fn less(a: Value, b: Value) -> Option<bool> {
    let (Constant::Range(a, b), Constant::Range(c, d)) = (a.constant, b.constant) else {
        return None;
    };
    if b < c { Some(true) } else { (a >= d).then_some(false) }
}

fn unary(id: NodeId, operator: Operator, value: Value) -> Value {
    match (operator, value.constant) {
        (Operator::Negate, Constant::Range(low, high)) => {
            match (high.checked_neg(), low.checked_neg()) {
                (Some(low), Some(high)) => Value::constant(id, Constant::Range(low, high)),
                _ => Value::some(id),
            }
        }
        (Operator::Not, Constant::Boolean(truth)) => Value::constant(id, Constant::Boolean(!truth)),
        (Operator::Not | Operator::TypeOf, _) => Value::some(id),
        _ => Value::UNKNOWN,
    }
}

fn binary(id: NodeId, operator: Operator, left: Value, right: Value) -> Value {
    let (Constant::Range(a, b), Constant::Range(c, d)) = (left.constant, right.constant) else {
        return Value::UNKNOWN;
    };
    let whole = |it: i64| it != i64::MIN && it != i64::MAX;
    let add = |x: i64, y: i64, open: i64| {
        if whole(x) && whole(y) { x.checked_add(y).unwrap_or(open) } else { open }
    };
    let range = match operator {
        Operator::Add => Constant::Range(add(a, c, i64::MIN), add(b, d, i64::MAX)),
        Operator::Subtract => Constant::Range(
            add(a, d.checked_neg().unwrap_or(i64::MIN), i64::MIN),
            add(b, c.checked_neg().unwrap_or(i64::MAX), i64::MAX),
        ),
        Operator::Multiply if a == b && c == d => match a.checked_mul(c) {
            Some(product) => Constant::Range(product, product),
            None => Constant::Any,
        },
        _ => Constant::Any,
    };
    // Sums may wrap around where integers have a width.
    let fits = |it: i64| !whole(it) || i32::try_from(it).is_ok();
    match range.bounded() {
        Constant::Range(low, high) if fits(low) && fits(high) => Value::constant(id, range),
        _ => Value::UNKNOWN,
    }
}

/// The value of a plain decimal integer literal.
pub(super) fn integer(text: &str) -> Option<i64> {
    let digits = text.trim_end_matches(['u', 'U', 'l', 'L', 'n']);
    let octal = digits.len() > 1 && digits.starts_with('0');
    if octal {
        return None;
    }
    digits.parse().ok().or_else(|| digits.replace('_', "").parse().ok())
}
