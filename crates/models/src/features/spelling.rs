//! How languages write operators, and which operators are mistaken for one another.

use analysis::ir::Operator;
use analysis::languages::Language;

/// How a language writes what rewrites put in.
#[allow(clippy::struct_excessive_bools, reason = "each is an independent trait of a language")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spelling {
    words: bool,
    strict: bool,
    floor: bool,
    power: bool,
    await_is_suffix: bool,
    coalesces: bool,
}

impl Spelling {
    /// The spelling of a language.
    pub fn of(language: Language) -> Self {
        let plain = Self {
            words: false,
            strict: false,
            floor: false,
            power: false,
            await_is_suffix: false,
            coalesces: false,
        };
        match language.id() {
            "python" => Self { words: true, floor: true, power: true, ..plain },
            "javascript" | "typescript" => {
                Self { strict: true, power: true, coalesces: true, ..plain }
            }
            "rust" => Self { await_is_suffix: true, ..plain },
            _ => plain,
        }
    }

    /// What stands before a negated expression.
    pub fn negation(self) -> &'static str {
        if self.words { "not " } else { "!" }
    }

    /// Whether waiting is written after the call.
    pub fn await_is_suffix(self) -> bool {
        self.await_is_suffix
    }

    /// How the operator is written; nothing where the language lacks it.
    pub fn operator(self, operator: Operator) -> Option<&'static str> {
        use Operator as O;
        Some(match operator {
            O::And if self.words => "and",
            O::Or if self.words => "or",
            O::And => "&&",
            O::Or => "||",
            O::Coalesce if self.coalesces => "??",
            O::In if self.words => "in",
            O::NotIn if self.words => "not in",
            O::Is if self.words => "is",
            O::IsNot if self.words => "is not",
            O::StrictEqual if self.strict => "===",
            O::StrictNotEqual if self.strict => "!==",
            O::FloorDivide if self.floor => "//",
            O::FloorDivideAssign if self.floor => "//=",
            O::Power if self.power => "**",
            _ => return symbol(operator),
        })
    }

    /// The operators that may have been meant instead.
    pub fn alternatives(self, operator: Operator) -> &'static [Operator] {
        use Operator as O;
        const LOOSE: &[O] =
            &[O::Equal, O::NotEqual, O::Less, O::LessEqual, O::Greater, O::GreaterEqual];
        const STRICT: &[O] = &[
            O::StrictEqual,
            O::StrictNotEqual,
            O::Less,
            O::LessEqual,
            O::Greater,
            O::GreaterEqual,
        ];
        match operator {
            O::Less | O::LessEqual | O::Greater | O::GreaterEqual if self.strict => STRICT,
            O::Equal | O::NotEqual | O::Less | O::LessEqual | O::Greater | O::GreaterEqual => LOOSE,
            O::StrictEqual | O::StrictNotEqual => STRICT,
            O::In | O::NotIn => &[O::In, O::NotIn],
            O::Is | O::IsNot => &[O::Is, O::IsNot],
            O::And | O::Or | O::Coalesce if self.words => &[O::And, O::Or],
            O::And => &[O::Or, O::BitAnd],
            O::Or => &[O::And, O::Coalesce, O::BitOr],
            O::Coalesce => &[O::And, O::Or],
            O::Add
            | O::Subtract
            | O::Multiply
            | O::Divide
            | O::FloorDivide
            | O::Remainder
            | O::Power => {
                &[O::Add, O::Subtract, O::Multiply, O::Divide, O::FloorDivide, O::Remainder]
            }
            O::BitAnd => &[O::BitOr, O::BitXor, O::And],
            O::BitOr => &[O::BitAnd, O::BitXor, O::Or],
            O::BitXor => &[O::BitAnd, O::BitOr],
            O::ShiftLeft | O::ShiftRight | O::ShiftRightUnsigned => &[O::ShiftLeft, O::ShiftRight],
            O::Assign => &[O::AddAssign, O::SubtractAssign],
            O::AddAssign | O::SubtractAssign | O::MultiplyAssign | O::DivideAssign => {
                &[O::Assign, O::AddAssign, O::SubtractAssign, O::MultiplyAssign]
            }
            O::BitAndAssign | O::BitOrAssign | O::BitXorAssign => {
                &[O::Assign, O::BitAndAssign, O::BitOrAssign, O::BitXorAssign]
            }
            O::ShiftLeftAssign | O::ShiftRightAssign => &[O::ShiftLeftAssign, O::ShiftRightAssign],
            O::Increment | O::Decrement => &[O::Increment, O::Decrement],
            _ => &[],
        }
    }
}

/// Operators that every language which has them writes alike.
fn symbol(operator: Operator) -> Option<&'static str> {
    use Operator as O;
    Some(match operator {
        O::Add => "+",
        O::Subtract => "-",
        O::Multiply => "*",
        O::Divide => "/",
        O::Remainder => "%",
        O::BitAnd => "&",
        O::BitOr => "|",
        O::BitXor => "^",
        O::ShiftLeft => "<<",
        O::ShiftRight => ">>",
        O::Equal => "==",
        O::NotEqual => "!=",
        O::Less => "<",
        O::LessEqual => "<=",
        O::Greater => ">",
        O::GreaterEqual => ">=",
        O::Assign => "=",
        O::AddAssign => "+=",
        O::SubtractAssign => "-=",
        O::MultiplyAssign => "*=",
        O::DivideAssign => "/=",
        O::BitAndAssign => "&=",
        O::BitOrAssign => "|=",
        O::BitXorAssign => "^=",
        O::ShiftLeftAssign => "<<=",
        O::ShiftRightAssign => ">>=",
        O::Increment => "++",
        O::Decrement => "--",
        _ => return None,
    })
}
