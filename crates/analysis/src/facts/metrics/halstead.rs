//! Halstead's measures: how much a reader has to take in, by the number of operators and operands.

use rustc_hash::FxHashSet;

use crate::ir::{Kind, NodeId, Operator, Tree};

/// Operators and operands of a function (M. H. Halstead, *Elements of Software Science*, 1977), with
/// all that is defined inside.
///
/// What acts is an operator: operators as they are written, calls, accesses, and the words of
/// statements. What is acted upon is an operand: names and literals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Halstead {
    /// Different operators.
    pub distinct_operators: u32,
    /// Different operands.
    pub distinct_operands: u32,
    /// Operators.
    pub operators: u32,
    /// Operands.
    pub operands: u32,
}

impl Halstead {
    /// Counts those of a function.
    pub fn of_function(tree: &Tree, function: NodeId) -> Self {
        let mut operators: FxHashSet<(Kind, Operator)> = FxHashSet::default();
        let mut operands: FxHashSet<u32> = FxHashSet::default();
        let mut halstead = Self::default();
        for id in tree.descendants(function) {
            let node = tree.node(id);
            if is_operand(node.kind) {
                halstead.operands += 1;
                operands.insert(node.symbol.0);
            } else if is_operator(node.kind) {
                halstead.operators += 1;
                operators.insert((node.kind, node.operator));
            }
        }
        halstead.distinct_operators = operators.len() as u32;
        halstead.distinct_operands = operands.len() as u32;
        halstead
    }

    /// How many different words there are.
    pub fn vocabulary(self) -> u32 {
        self.distinct_operators + self.distinct_operands
    }

    /// How many words there are.
    pub fn length(self) -> u32 {
        self.operators + self.operands
    }

    /// The bits that it takes to write the function down.
    pub fn volume(self) -> f64 {
        let vocabulary = f64::from(self.vocabulary().max(1));
        f64::from(self.length()) * vocabulary.log2()
    }

    /// How hard it is to write or to understand.
    pub fn difficulty(self) -> f64 {
        let uses = f64::from(self.operands) / f64::from(self.distinct_operands.max(1));
        f64::from(self.distinct_operators) / 2.0 * uses
    }

    /// How many elementary decisions it takes to understand it.
    pub fn effort(self) -> f64 {
        self.volume() * self.difficulty()
    }
}

fn is_operand(kind: Kind) -> bool {
    kind.is_literal() || matches!(kind, Kind::Name | Kind::Attribute | Kind::Template)
}

fn is_operator(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Assign
            | Kind::If
            | Kind::Ternary
            | Kind::Switch
            | Kind::Case
            | Kind::ForEach
            | Kind::ForCount
            | Kind::While
            | Kind::Infinite
            | Kind::Try
            | Kind::Catch
            | Kind::Finally
            | Kind::With
            | Kind::Defer
            | Kind::Return
            | Kind::Raise
            | Kind::Break
            | Kind::Continue
            | Kind::Yield
            | Kind::Await
            | Kind::Assert
            | Kind::Delete
            | Kind::Call
            | Kind::Macro
            | Kind::Spread
            | Kind::Member
            | Kind::Index
            | Kind::Range
            | Kind::Binary
            | Kind::Logical
            | Kind::Compare
            | Kind::Unary
            | Kind::Update
            | Kind::List
            | Kind::Tuple
            | Kind::Map
            | Kind::Set
            | Kind::ComprehensionFor
            | Kind::ComprehensionIf
            | Kind::Cast
            | Kind::Reference
            | Kind::Dereference
            | Kind::Propagate
            | Kind::LetCondition
            | Kind::Goto
            | Kind::Fallthrough
            | Kind::Spawn
            | Kind::Send
            | Kind::Lambda
            | Kind::Function
    )
}
