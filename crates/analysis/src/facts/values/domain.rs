//! The lattice: what one variable holds, and what all of them do.

use super::super::BindingId;
use crate::ir::{NodeId, Symbol};

/// Whether a value is null (`None`, `nil`, `undefined`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nullness {
    /// Nothing is known.
    #[default]
    Unknown,
    /// It is not.
    Never,
    /// It is, whatever way led here.
    Always,
    /// It is on some ways that lead here.
    Sometimes,
}

/// Why a value may be null.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It was assigned.
    #[default]
    Assigned,
    /// A call gave it that may give null.
    Returned,
    /// It was tested, and the test says so.
    Tested,
}

/// A value known at analysis time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Constant {
    /// Any value.
    #[default]
    Any,
    /// A truth value.
    Boolean(bool),
    /// An integer, both ends included; the ends of `i64` mean no bound.
    Range(i64, i64),
    /// A string literal, by its symbol.
    Text(Symbol),
}

/// What is known of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// Whether it is null.
    pub nullness: Nullness,
    /// Why it may be.
    pub reason: Reason,
    /// Its constant.
    pub constant: Constant,
    /// The node that told: an assigned value, a test.
    pub because: NodeId,
}

impl Value {
    /// Nothing is known.
    pub(super) const UNKNOWN: Self = Self {
        nullness: Nullness::Unknown,
        reason: Reason::Assigned,
        constant: Constant::Any,
        because: NodeId::ROOT,
    };

    /// Null, for a reason.
    pub(super) fn null(because: NodeId, reason: Reason) -> Self {
        Self { nullness: Nullness::Always, reason, because, ..Self::UNKNOWN }
    }

    /// Not null.
    pub(super) fn some(because: NodeId) -> Self {
        Self { nullness: Nullness::Never, because, ..Self::UNKNOWN }
    }

    /// A constant, which is not null.
    pub(super) fn constant(because: NodeId, constant: Constant) -> Self {
        Self { nullness: Nullness::Never, constant, because, ..Self::UNKNOWN }
    }

    pub(super) fn is_unknown(&self) -> bool {
        self.nullness == Nullness::Unknown && self.constant == Constant::Any
    }

    /// The only integer it can be.
    pub fn integer(&self) -> Option<i64> {
        match self.constant {
            Constant::Range(low, high) if low == high => Some(low),
            _ => None,
        }
    }

    /// What holds of this value and of the other.
    pub(super) fn join(self, other: Self) -> Self {
        use Nullness::{Always, Never, Sometimes, Unknown};
        let nullness = match (self.nullness, other.nullness) {
            (a, b) if a == b => a,
            (Unknown, Never) | (Never, Unknown) => Unknown,
            _ => Sometimes,
        };
        let is_null = |value: &Self| matches!(value.nullness, Always | Sometimes);
        let told = match (is_null(&self), is_null(&other)) {
            (true, true) if other.reason < self.reason => other,
            (false, true) => other,
            _ => self,
        };
        let constant = self.constant.join(other.constant);
        Self { nullness, constant, reason: told.reason, because: told.because }
    }
}

impl Constant {
    fn join(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::Range(a, b), Self::Range(c, d)) => Self::Range(a.min(c), b.max(d)).bounded(),
            _ => Self::Any,
        }
    }

    /// A range without bounds says nothing.
    pub(super) fn bounded(self) -> Self {
        match self {
            Self::Range(i64::MIN, i64::MAX) => Self::Any,
            other => other,
        }
    }
}

/// Variables that are followed at one place, at most.
const MOST_KNOWN: usize = 128;

/// What is known of variables at one place: those not listed may hold anything. Ordered by
/// binding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State(Vec<(BindingId, Value)>);

impl State {
    pub(super) fn get(&self, binding: BindingId) -> Value {
        match self.0.binary_search_by_key(&binding, |(known, _)| *known) {
            Ok(at) => self.0.get(at).map_or(Value::UNKNOWN, |(_, value)| *value),
            Err(_) => Value::UNKNOWN,
        }
    }

    pub(super) fn set(&mut self, binding: BindingId, value: Value) {
        match self.0.binary_search_by_key(&binding, |(known, _)| *known) {
            Ok(at) if value.is_unknown() => {
                self.0.remove(at);
            }
            Ok(at) => {
                if let Some(slot) = self.0.get_mut(at) {
                    slot.1 = value;
                }
            }
            // More known variables at one place than this are a generator's.
            Err(_) if value.is_unknown() || self.0.len() >= MOST_KNOWN => {}
            Err(at) => self.0.insert(at, (binding, value)),
        }
    }

    /// Keeps what holds in both; whether anything changed.
    pub(super) fn join(&mut self, other: &Self) -> bool {
        let mut joined = Vec::with_capacity(self.0.len());
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        loop {
            let (binding, value) = match (left.peek(), right.peek()) {
                (None, None) => break,
                (Some((a, value)), Some((b, _))) if a < b => (*a, value.join(Value::UNKNOWN)),
                (Some((a, value)), None) => (*a, value.join(Value::UNKNOWN)),
                (Some((a, value)), Some((b, other))) if a == b => (*a, value.join(*other)),
                (_, Some((b, value))) => (*b, value.join(Value::UNKNOWN)),
            };
            left.next_if(|(known, _)| *known == binding);
            right.next_if(|(known, _)| *known == binding);
            if !value.is_unknown() {
                joined.push((binding, value));
            }
        }
        let changed = joined != self.0;
        self.0 = joined;
        changed
    }

    /// Drops the bounds of ranges that still move.
    pub(super) fn widen(&mut self, earlier: &Self) {
        for (binding, value) in &mut self.0 {
            let before = earlier.get(*binding).constant;
            if let (Constant::Range(low, high), Constant::Range(low_before, high_before)) =
                (value.constant, before)
            {
                let low = if low < low_before { i64::MIN } else { low };
                let high = if high > high_before { i64::MAX } else { high };
                value.constant = Constant::Range(low, high).bounded();
            }
        }
        self.0.retain(|(_, value)| !value.is_unknown());
    }
}
