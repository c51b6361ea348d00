//! How long an engine that goes back to try again may take to match a regular expression.
//!
//! Such engines take time exponential in the text where a repeated group can match one and the same
//! text in several ways, and something after the group fails: `(\w+)+$`. [`find`] reads a pattern
//! once, from left to right; for each part it keeps which letters, repeated, the part matches. It
//! reports what is sure, and says nothing about constructs it does not know.

/// A part of a pattern on which matching may take exponential time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explosion {
    /// Where the repeated group starts in the pattern, in bytes.
    pub start: usize,
    /// Where it ends, with its repetition.
    pub end: usize,
    /// A letter that, repeated, the group matches in many ways.
    pub letter: char,
}

/// Letters: a bit for each of ASCII's; beyond these, all are taken for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Letters {
    ascii: u128,
    others: bool,
}

impl Letters {
    const NONE: Self = Self { ascii: 0, others: false };
    const ALL: Self = Self { ascii: u128::MAX, others: true };

    fn of(letter: char) -> Self {
        let code = u32::from(letter);
        match 1_u128.checked_shl(code) {
            Some(bit) => Self { ascii: bit, others: false },
            None => Self { ascii: 0, others: true },
        }
    }

    fn range(from: char, to: char) -> Self {
        let ascii = (from..=to.min('\u{7f}')).fold(0, |all, it| all | Self::of(it).ascii);
        Self { ascii, others: !to.is_ascii() }
    }

    fn or(self, other: Self) -> Self {
        Self { ascii: self.ascii | other.ascii, others: self.others || other.others }
    }

    fn and(self, other: Self) -> Self {
        Self { ascii: self.ascii & other.ascii, others: self.others && other.others }
    }

    fn not(self) -> Self {
        Self { ascii: !self.ascii, others: !self.others }
    }

    fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// Whether nearly every letter is among them.
    fn is_nearly_all(self) -> bool {
        self.others && self.ascii.count_ones() >= 120
    }

    /// One of them, a readable one if there is any.
    fn example(self) -> char {
        let readable = ('a'..='z').chain('0'..='9').chain('!'..='~').chain([' ', '\t', '\n']);
        let mut among = readable.filter(|it| !self.and(Self::of(*it)).is_empty());
        among.next().unwrap_or('\u{e9}')
    }
}

/// What is known of a part of a pattern.
#[derive(Clone, Copy, Debug)]
struct Item {
    /// Letters of which some repetition is matched.
    pump: Letters,
    /// Letters of which repetitions of any length are matched.
    stretch: Letters,
    /// Whether it matches the empty text.
    is_nullable: bool,
    /// Whether it is one letter, exactly.
    is_letter: bool,
    /// Whether it is the end of the text, or of a line.
    is_end: bool,
}

impl Item {
    /// What matches no repeated letter as far as is known, and may never fail: an anchor, a look
    /// around, a reference.
    const OPAQUE: Self = Self {
        pump: Letters::NONE,
        stretch: Letters::NONE,
        is_nullable: false,
        is_letter: false,
        is_end: false,
    };
    const END: Self = Self { is_end: true, ..Self::OPAQUE };

    fn letter(letters: Letters) -> Self {
        Self { pump: letters, is_letter: true, ..Self::OPAQUE }
    }
}

/// A group whose matching explodes if something after it fails.
#[derive(Clone, Debug)]
struct Suspect {
    start: usize,
    end: usize,
    /// The letters, one after the other, of a text that it matches in many ways.
    letters: Vec<Letters>,
    /// Whether it matches any text: it only fails if a letter after it is missing.
    takes_all: bool,
}

/// One alternative while it is read.
#[derive(Clone, Debug)]
struct Alternative {
    /// Letters that each part that must match something matches, repeated.
    common: Letters,
    /// Letters that some part stretches over.
    stretches: Letters,
    /// Letters that the parts that may be left out match.
    optional: Letters,
    is_nullable: bool,
    /// The letters it is made of, if it is nothing but letters.
    spelled: Option<Vec<Letters>>,
    suspects: Vec<Suspect>,
}

impl Alternative {
    fn new() -> Self {
        Self {
            common: Letters::ALL,
            stretches: Letters::NONE,
            optional: Letters::NONE,
            is_nullable: true,
            spelled: Some(Vec::new()),
            suspects: Vec::new(),
        }
    }

    fn pump(&self) -> Letters {
        if self.is_nullable { self.optional } else { self.common }
    }

    /// Adds a part; gives a group before it that the part makes explode.
    fn push(&mut self, item: Item) -> Option<Suspect> {
        let mut found = None;
        if item.is_nullable {
            // What takes anything leaves nothing to fail.
            if item.pump.is_nearly_all() {
                self.suspects.clear();
            }
            self.optional = self.optional.or(item.pump);
        } else {
            found = self.suspects.iter_mut().find_map(|suspect| {
                if suspect.takes_all && item.is_end || !item.is_end && item.pump.is_empty() {
                    return None;
                }
                for letters in &mut suspect.letters {
                    *letters = letters.and(item.pump.not());
                }
                suspect.letters.iter().all(|it| !it.is_empty()).then(|| suspect.clone())
            });
            self.suspects.clear();
            self.common = self.common.and(item.pump);
            self.is_nullable = false;
        }
        self.stretches = self.stretches.or(item.stretch);
        match &mut self.spelled {
            Some(letters) if item.is_letter && letters.len() < 8 => letters.push(item.pump),
            _ => self.spelled = None,
        }
        found
    }
}

/// A group while it is read.
#[derive(Clone, Debug)]
struct Group {
    start: usize,
    /// Whether it only looks, or does not go back: what is in it does not count outside.
    is_opaque: bool,
    done: Vec<Alternative>,
    current: Alternative,
}

impl Group {
    fn new(start: usize, is_opaque: bool) -> Self {
        Self { start, is_opaque, done: Vec::new(), current: Alternative::new() }
    }

    /// The whole group as a part, letters that two alternatives match, and the suspects in it.
    fn close(self) -> (Item, Vec<Letters>, Vec<Suspect>) {
        let mut all = self.done;
        all.push(self.current);
        let mut item = Item { is_nullable: false, ..Item::OPAQUE };
        let mut suspects = Vec::new();
        for one in &all {
            item.pump = item.pump.or(one.pump());
            item.stretch = item.stretch.or(one.pump().and(one.stretches));
            item.is_nullable |= one.is_nullable;
            suspects.extend(one.suspects.iter().cloned());
        }
        if self.is_opaque {
            return (Item::OPAQUE, Vec::new(), Vec::new());
        }
        (item, overlap(&all), suspects)
    }
}

/// The letters of which two alternatives match the same text: one spelled in letters, and one of a
/// single letter that may stand for each of them.
fn overlap(all: &[Alternative]) -> Vec<Letters> {
    // Longer lists are names, of which each starts in its own way.
    if all.len() > 12 {
        return Vec::new();
    }
    for (at, one) in all.iter().enumerate() {
        let Some(letters) = one.spelled.as_deref().filter(|it| !it.is_empty()) else { continue };
        for (other, single) in all.iter().enumerate() {
            let Some([single]) = single.spelled.as_deref().filter(|_| other != at) else {
                continue;
            };
            let shared: Vec<Letters> = letters.iter().map(|it| it.and(*single)).collect();
            if shared.iter().all(|it| !it.is_empty()) {
                return shared;
            }
        }
    }
    Vec::new()
}

/// How deep groups may nest, and how long a pattern may be.
const LIMITS: (usize, usize) = (64, 4096);

/// The first part of a pattern on which matching may explode; `is_whole` where the engine asks the
/// whole text to match.
pub fn find(pattern: &str, is_whole: bool) -> Option<Explosion> {
    if pattern.len() > LIMITS.1 {
        return None;
    }
    let mut reader = Reader { pattern, at: 0, groups: vec![Group::new(0, false)] };
    let mut found = reader.read()?;
    if found.is_none() && is_whole {
        let group = reader.groups.pop()?;
        found = group.current.suspects.into_iter().find(|it| !it.takes_all);
    }
    let Suspect { start, end, letters, .. } = found?;
    Some(Explosion { start, end, letter: letters.first()?.example() })
}

/// Reads a pattern.
struct Reader<'a> {
    pattern: &'a str,
    at: usize,
    groups: Vec<Group>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.pattern.get(self.at..).unwrap_or("")
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.rest().chars().next()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    /// Reads to the end, or to the first group that explodes; nothing for what is not understood.
    fn read(&mut self) -> Option<Option<Suspect>> {
        loop {
            let start = self.at;
            let Some(letter) = self.next() else { break };
            let (item, overlap, mut suspects, start) = match letter {
                '(' => {
                    self.open(start)?;
                    continue;
                }
                '|' => {
                    let group = self.groups.last_mut()?;
                    let done = std::mem::replace(&mut group.current, Alternative::new());
                    group.done.push(done);
                    continue;
                }
                ')' => {
                    let group = self.groups.pop().filter(|_| !self.groups.is_empty())?;
                    let start = group.start;
                    let (item, overlap, suspects) = group.close();
                    (item, overlap, suspects, start)
                }
                '^' => (Item::OPAQUE, Vec::new(), Vec::new(), start),
                '$' => (Item::END, Vec::new(), Vec::new(), start),
                '.' => (Item::letter(Letters::of('\n').not()), Vec::new(), Vec::new(), start),
                '[' => (Item::letter(self.class()?), Vec::new(), Vec::new(), start),
                '\\' => (self.escape()?, Vec::new(), Vec::new(), start),
                '*' | '+' | '?' => return None,
                other => (Item::letter(Letters::of(other)), Vec::new(), Vec::new(), start),
            };
            let repeated = self.repeat(item, overlap, start, &mut suspects)?;
            let current = &mut self.groups.last_mut()?.current;
            if let Some(found) = current.push(repeated) {
                return Some(Some(found));
            }
            current.suspects.extend(suspects);
        }
        // An open group is a mistake, or a construct not known here.
        (self.groups.len() == 1).then_some(None)
    }

    /// What follows an opening parenthesis says what the group is.
    fn open(&mut self, start: usize) -> Option<()> {
        let mut is_opaque = false;
        if self.rest().starts_with('?') {
            let kinds = [
                ("?:", false),
                ("?=", true),
                ("?!", true),
                ("?<=", true),
                ("?<!", true),
                ("?>", true),
            ];
            let kind = kinds.iter().find(|(sign, _)| self.rest().starts_with(sign));
            let length = match kind {
                Some((sign, opaque)) => {
                    is_opaque = *opaque;
                    sign.len()
                }
                // `(?<name>…)`, `(?P<name>…)`
                None if self.rest().starts_with("?<") || self.rest().starts_with("?P<") => {
                    self.rest().find('>')? + 1
                }
                None => return None,
            };
            self.at += length;
        }
        if self.groups.len() >= LIMITS.0 {
            return None;
        }
        self.groups.push(Group::new(start, is_opaque));
        Some(())
    }

    /// Applies the repetition that follows a part, if any.
    fn repeat(
        &mut self,
        item: Item,
        overlap: Vec<Letters>,
        start: usize,
        suspects: &mut Vec<Suspect>,
    ) -> Option<Item> {
        let Some((least, is_unbounded)) = self.repetition() else { return Some(item) };
        // What does not go back does not explode.
        if self.rest().starts_with('+') {
            self.at += 1;
            suspects.clear();
            return Some(Item::OPAQUE);
        }
        if self.rest().starts_with('?') {
            self.at += 1;
        }
        if self.rest().starts_with(['*', '+']) {
            return None;
        }
        let mut repeated = item;
        repeated.is_nullable |= least == 0;
        repeated.is_letter = false;
        if is_unbounded {
            repeated.stretch = item.pump;
            let letters = if item.stretch.is_empty() { overlap } else { vec![item.stretch] };
            if !letters.is_empty() {
                // With `$` at the ends of lines, what stops at one does not fail either.
                let takes_all = item.pump.or(Letters::of('\n')) == Letters::ALL;
                suspects.push(Suspect { start, end: self.at, letters, takes_all });
            }
        }
        Some(repeated)
    }

    /// A repetition: how often at least, and whether there is no most.
    fn repetition(&mut self) -> Option<(usize, bool)> {
        let known = match self.rest().chars().next()? {
            '*' => Some((0, true)),
            '+' => Some((1, true)),
            '?' => Some((0, false)),
            _ => None,
        };
        if known.is_some() {
            self.at += 1;
            return known;
        }
        let inside = self.rest().strip_prefix('{')?;
        let length = inside.find('}')?;
        let counts = inside.get(..length)?;
        let (least, most) = counts.split_once(',').unwrap_or((counts, counts));
        let least = least.parse().ok()?;
        let is_unbounded = most.is_empty();
        if !is_unbounded {
            most.parse::<usize>().ok()?;
        }
        self.at += length + 2;
        Some((least, is_unbounded))
    }

    /// What follows a backslash outside a class.
    fn escape(&mut self) -> Option<Item> {
        let letter = self.next()?;
        if let Some(letters) = shorthand(letter) {
            return Some(Item::letter(letters));
        }
        match letter {
            'Z' | 'z' => Some(Item::END),
            'b' | 'B' | 'A' | 'G' | '0'..='9' => Some(Item::OPAQUE),
            't' | 'n' | 'r' | 'f' | 'v' => Some(Item::letter(control(letter))),
            // Letters by number or property, references by name, quoted text.
            it if it.is_ascii_alphabetic() => None,
            it => Some(Item::letter(Letters::of(it))),
        }
    }

    /// The letters of a class, after its opening bracket.
    fn class(&mut self) -> Option<Letters> {
        let is_negated = self.rest().starts_with('^');
        self.at += usize::from(is_negated);
        let mut letters = Letters::NONE;
        let mut before: Option<char> = None;
        let mut is_first = true;
        loop {
            let letter = self.next()?;
            match letter {
                ']' if !is_first => break,
                // Classes within classes, and their intersections.
                '[' => return None,
                '&' if self.rest().starts_with('&') => return None,
                '-' if before.is_some() && !self.rest().starts_with(']') => {
                    let from = before.take()?;
                    let to = match self.next()? {
                        '\\' => self.next().filter(|it| !it.is_ascii_alphanumeric())?,
                        '[' => return None,
                        other => other,
                    };
                    letters = letters.or(Letters::range(from, to));
                }
                '\\' => {
                    let escaped = self.next()?;
                    before = None;
                    if let Some(known) = shorthand(escaped) {
                        letters = letters.or(known);
                    } else if matches!(escaped, 't' | 'n' | 'r' | 'f' | 'v' | 'b') {
                        letters = letters.or(control(escaped));
                    } else if escaped.is_ascii_alphanumeric() {
                        return None;
                    } else {
                        letters = letters.or(Letters::of(escaped));
                        before = Some(escaped);
                    }
                }
                other => {
                    letters = letters.or(Letters::of(other));
                    before = Some(other);
                }
            }
            is_first = false;
        }
        Some(if is_negated { letters.not() } else { letters })
    }
}

/// The letters that a short escape stands for.
fn shorthand(letter: char) -> Option<Letters> {
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
fn control(letter: char) -> Letters {
    Letters::of(match letter {
        't' => '\t',
        'n' => '\n',
        'r' => '\r',
        'f' => '\u{c}',
        'b' => '\u{8}',
        _ => '\u{b}',
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(pattern: &str) -> Option<&str> {
        find(pattern, false).and_then(|it| pattern.get(it.start..it.end))
    }

    #[test]
    fn repeated_repetitions_explode_where_something_after_them_fails() {
        assert_eq!(part(r"^(\w+)+$"), Some(r"(\w+)+"));
        assert_eq!(part(r"^(\w+\s?)*$"), Some(r"(\w+\s?)*"));
        assert_eq!(part(r"x(?:a*)*b"), Some("(?:a*)*"));
        assert_eq!(part(r"((?<name>[a-z\d]+)*-)?x"), Some(r"(?<name>[a-z\d]+)*"));
        assert_eq!(part(r"^((ab*|a+)+)!"), Some("(ab*|a+)+"));
        assert_eq!(part(r"(a+){2,}="), Some("(a+){2,}"));
        assert_eq!(part(r"([^\]]+)*\]"), Some(r"([^\]]+)*"));
    }

    #[test]
    fn alternatives_that_match_the_same_explode() {
        assert_eq!(part(r"(?:.|\s)*x$"), Some(r"(?:.|\s)*"));
        assert_eq!(part(r#""(\\.|[^"])*""#), Some(r#"(\\.|[^"])*"#));
        assert_eq!(part(r"(\w|\d)+$"), Some(r"(\w|\d)+"));
    }

    #[test]
    fn what_matches_in_one_way_does_not() {
        for pattern in [
            r"^(\w+\s)*$",
            r"^([^,]+,)*$",
            r"(\w+)+",
            r"(\w+)+\w",
            r"(\w+)+\b",
            r"(?:[^;]+)+(?=;|$)",
            r#""((?:\\"|.)*?)""#,
            r"^(.+)+$",
            r"([\s\S]+)+$",
            r"(\w+)*.*$",
            r#""(?:\\.|[^"\\])*""#,
            r"(?:.|\n)*x",
            r"(?:\s*,\s*\w+)*$",
            r"(?:\d+\.)+\d+$",
            r"(?:a+){3}$",
            r"^(\b\w+)*$",
            r"(?>\w+)+$",
            r"^(?:\w++)+$",
            r"^(\w+|\p{L})*$",
            "(?=(a+)+)b",
            "(a",
            "a)",
            "[a",
            "a**",
        ] {
            assert_eq!(part(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn a_whole_match_fails_at_the_end() {
        assert_eq!(find(r"(a+)+", true), Some(Explosion { start: 0, end: 5, letter: 'a' }));
        assert_eq!(find(r"(\d+)", true), None);
    }
}
