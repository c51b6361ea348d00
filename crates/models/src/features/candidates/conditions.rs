//! Candidates at conditions: negations put in and taken away.

use analysis::ir::{Kind, NodeId, Operator, Role};
use analysis::text::Span;

use super::{Collector, Edit, Piece, RewriteKind};

impl Collector<'_> {
    pub(super) fn conditions(&mut self) {
        for id in self.tree.ids() {
            match self.tree.kind(id) {
                Kind::Unary if self.tree.node(id).operator == Operator::Not => {
                    self.negation_taken_away(id);
                }
                Kind::Name | Kind::Member | Kind::Call | Kind::Index => {
                    self.negation(id);
                    self.offset(id);
                }
                _ => {}
            }
        }
    }

    fn negation_taken_away(&mut self, id: NodeId) {
        let operator = self.tree.child(id, Role::Operator);
        let operand = self.tree.children(id).last();
        let (Some(operator), Some(operand)) = (operator, operand) else { return };
        let Some(at) = self.heads.of(id) else { return };
        let (sign, value) = (self.tree.span(operator), self.tree.span(operand));
        if sign.end > value.start {
            return;
        }
        // What stands between belongs to the operand: its opening parenthesis.
        let between = Span::new(sign.end, value.start).of(self.tree.source());
        let blank = between.len() - between.trim_start().len();
        let span = Span::new(sign.start, sign.end + blank as u32);
        self.single(RewriteKind::DropNegation, at, Edit::Replace(span, Piece::Text("")));
    }

    fn negation(&mut self, id: NodeId) {
        let node = self.tree.node(id);
        let parent = self.tree.kind(node.parent);
        let is_tested = match node.role {
            Role::Condition => parent != Kind::ForCount,
            Role::Left | Role::Right => parent == Kind::Logical,
            _ => false,
        };
        if !is_tested || self.is_damaged(id) {
            return;
        }
        let Some(at) = self.heads.of(id) else { return };
        let span = Span::new(node.span.start, node.span.start);
        self.single(
            RewriteKind::Negate,
            at,
            Edit::Replace(span, Piece::Text(self.spelling.negation())),
        );
    }
}
