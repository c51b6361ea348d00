//! Candidates at operators and literals.

use analysis::ir::{Kind, NodeId, Operator, OperatorClass, Role};
use smallvec::SmallVec;

use super::{Candidate, Collector, Edit, Features, Payload, Piece, RewriteKind, replacing};
use crate::features::{Position, TokenClass};
use analysis::text::Span;

/// Larger numbers are data, seldom off by one.
const LARGEST_NUMBER: u32 = 1024;

impl Collector<'_> {
    pub(super) fn operations(&mut self, features: &Features<'_>) {
        for (at, position) in features.positions.iter().enumerate() {
            let at = at as u32;
            let node = position.token.node;
            match position.token.class {
                TokenClass::Operator => {
                    let operator = self.tree.node(node).operator;
                    self.operator(at, position, operator);
                    self.offset_taken_away(at, node);
                }
                // A plain assignment's sign is no leaf of the IR.
                TokenClass::Sign
                    if self.tree.kind(node) == Kind::Assign
                        && features.text(position) == "="
                        && self.may_be_augmented(node) =>
                {
                    self.operator(at, position, Operator::Assign);
                }
                TokenClass::Number => self.number(at, position, features.text(position)),
                TokenClass::Literal if self.tree.kind(node) == Kind::Boolean => {
                    self.boolean(at, position, features.text(position));
                }
                _ => {}
            }
        }
    }

    fn operator(&mut self, at: u32, position: &Position, operator: Operator) {
        use OperatorClass as C;
        let parent = self.tree.node(position.token.node).parent;
        let kind = match operator.class() {
            Some(C::Comparison) => RewriteKind::Comparison,
            Some(C::Logical) => RewriteKind::Logical,
            Some(C::Arithmetic) => RewriteKind::Arithmetic,
            Some(C::Bitwise) => RewriteKind::Bitwise,
            Some(C::Assignment) => RewriteKind::Assignment,
            Some(C::Unary) if self.tree.kind(parent) == Kind::Update => RewriteKind::Assignment,
            _ => return,
        };
        let spelling = self.spelling;
        let span = position.token.span;
        let offered: SmallVec<[Candidate; 6]> = spelling
            .alternatives(operator)
            .iter()
            .filter(|other| **other != operator)
            .filter_map(|other| spelling.operator(*other))
            .map(|text| replacing(span, Piece::Text(text)))
            .collect();
        self.group(kind, at, offered);
    }

    /// Whether the target of an assignment had a value before.
    fn may_be_augmented(&self, assignment: NodeId) -> bool {
        let Some(target) = self.tree.child(assignment, Role::Target) else { return false };
        match self.tree.kind(target) {
            Kind::Member | Kind::Index => true,
            Kind::Name => self.bindings.resolve(target).is_some_and(|binding| {
                self.bindings.occurrences(binding).first().is_some_and(|first| *first < target)
            }),
            _ => false,
        }
    }

    fn number(&mut self, at: u32, position: &Position, text: &str) {
        let node = position.token.node;
        let parent = self.tree.node(self.tree.node(node).parent);
        let starts_count = parent.kind == Kind::Declare && parent.role == Role::Initializer;
        let adds = parent.kind == Kind::Binary
            && matches!(parent.operator, Operator::Add | Operator::Subtract);
        let compares = parent.kind == Kind::Compare;
        if !(self.is_bound(node) || starts_count || adds || compares) {
            return;
        }
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit())
            && (text.len() == 1 || !text.starts_with('0'));
        let Some(number) = text.parse::<u32>().ok().filter(|it| is_plain && *it <= LARGEST_NUMBER)
        else {
            return;
        };
        let mut others: SmallVec<[u32; 4]> = SmallVec::new();
        for other in [number.checked_sub(1), Some(number + 1)].into_iter().flatten() {
            others.push(other);
        }
        if number <= 2 {
            others.extend((0..=2_u32).filter(|other| other.abs_diff(number) > 1));
        }
        let span = position.token.span;
        let offered = others.into_iter().map(|other| replacing(span, Piece::Number(other)));
        self.group(RewriteKind::Number, at, offered);
    }

    fn boolean(&mut self, at: u32, position: &Position, text: &str) {
        let other = match text {
            "true" => "false",
            "false" => "true",
            "True" => "False",
            "False" => "True",
            "TRUE" => "FALSE",
            "FALSE" => "TRUE",
            _ => return,
        };
        let edit = Edit::Replace(position.token.span, Piece::Text(other));
        self.single(RewriteKind::Boolean, at, edit);
    }

    /// `x + 1` and `x - 1` may have been meant as `x`.
    fn offset_taken_away(&mut self, at: u32, operator: NodeId) {
        let id = self.tree.node(operator).parent;
        let operation = self.tree.node(id);
        let sign = operation.operator;
        if operation.kind != Kind::Binary || !matches!(sign, Operator::Add | Operator::Subtract) {
            return;
        }
        let left = self.tree.child(id, Role::Left);
        let right = self.tree.child(id, Role::Right);
        let (Some(left), Some(right)) = (left, right) else { return };
        if self.tree.kind(right) == Kind::Number && self.tree.text(right) == "1" {
            let span = Span::new(self.tree.span(left).end, self.tree.span(right).end);
            self.single(RewriteKind::DropOffset, at, Edit::Replace(span, Piece::Text("")));
        }
    }

    /// One more or one less, where a bound stands.
    pub(super) fn offset(&mut self, id: NodeId) {
        let kind = self.tree.kind(id);
        if !matches!(kind, Kind::Name | Kind::Member | Kind::Call) || !self.is_bound(id) {
            return;
        }
        let Some(at) = self.heads.of(id) else { return };
        let end = self.tree.span(id).end;
        let offered = [" + 1", " - 1"].map(|text| Candidate {
            payload: Payload::Piece(Piece::Text(text)),
            edit: Edit::Replace(Span::new(end, end), Piece::Text(text)),
        });
        self.group(RewriteKind::AddOffset, at, offered);
    }
}
