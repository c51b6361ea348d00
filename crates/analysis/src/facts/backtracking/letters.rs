//! Sets of letters: what a class, an escape or a sign of a pattern matches.

/// Letters: a bit for each of ASCII's; beyond these, all are taken for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Letters {
    ascii: u128,
    others: bool,
}

impl Letters {
    pub(super) const NONE: Self = Self { ascii: 0, others: false };
    pub(super) const ALL: Self = Self { ascii: u128::MAX, others: true };

    pub(super) fn of(letter: char) -> Self {
        let code = u32::from(letter);
        match 1_u128.checked_shl(code) {
            Some(bit) => Self { ascii: bit, others: false },
            None => Self { ascii: 0, others: true },
        }
    }

    pub(super) fn range(from: char, to: char) -> Self {
        let ascii = (from..=to.min('\u{7f}')).fold(0, |all, it| all | Self::of(it).ascii);
        Self { ascii, others: !to.is_ascii() }
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self { ascii: self.ascii | other.ascii, others: self.others || other.others }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self { ascii: self.ascii & other.ascii, others: self.others && other.others }
    }

    pub(super) fn not(self) -> Self {
        Self { ascii: !self.ascii, others: !self.others }
    }

    pub(super) fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// Whether nearly every letter is among them.
    pub(super) fn is_nearly_all(self) -> bool {
        self.others && self.ascii.count_ones() >= 120
    }

    /// One of them, a readable one if there is any.
    pub(super) fn example(self) -> char {
        let readable = ('a'..='z').chain('0'..='9').chain('!'..='~').chain([' ', '\t', '\n']);
        let mut among = readable.filter(|it| !self.and(Self::of(*it)).is_empty());
        among.next().unwrap_or('\u{e9}')
    }
}

/// The letters that a short escape stands for.
pub(super) fn shorthand(letter: char) -> Option<Letters> {
    let digits = Letters::range('0', '9');
    let word =
        digits.or(Letters::range('a', 'z')).or(Letters::range('A', 'Z')).or(Letters::of('_'));
    let space = Letters::range('\t', '\r').or(Letters::of(' '));
    match letter {
        'd' => Some(digits),
        'D' => Some(digits.not()),
        'w' => Some(word),
        'W' => Some(word.not()),
        's' => Some(space),
        'S' => Some(space.not()),
        _ => None,
    }
}

/// The letter that an escape of a control character stands for.
pub(super) fn control(letter: char) -> Letters {
    Letters::of(match letter {
        't' => '\t',
        'n' => '\n',
        'r' => '\r',
        'f' => '\u{c}',
        'b' => '\u{8}',
        _ => '\u{b}',
    })
}
