//! How long an engine that goes back to try again may take to match a regular expression.
//!
//! Such engines take time exponential in the text where a repeated group can match one and the same
//! text in several ways, and something after the group fails: `(\w+)+$`. [`find`] reads a pattern
//! once, from left to right; for each part it keeps which letters, repeated, the part matches. It
//! reports what is sure, and says nothing about constructs it does not know.

mod letters;

use letters::{Letters, control, shorthand};

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
    let mut found = match reader.read() {
        Read::Found(suspect) => Some(suspect),
        Read::Nothing => None,
        Read::Unknown => return None,
    };
    if found.is_none() && is_whole {
        let group = reader.groups.pop()?;
        found = group.current.suspects.into_iter().find(|it| !it.takes_all);
    }
    let Suspect { start, end, letters, .. } = found?;
    Some(Explosion { start, end, letter: letters.first()?.example() })
}

/// What came of reading a pattern.
enum Read {
    /// A group that explodes.
    Found(Suspect),
    /// No such group before the end.
    Nothing,
    /// Something that is not understood.
    Unknown,
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

    /// Reads to the end, or to the first group that explodes.
    fn read(&mut self) -> Read {
        while !self.rest().is_empty() {
            let Some(found) = self.part() else { return Read::Unknown };
            if let Some(suspect) = found.into_iter().next() {
                return Read::Found(suspect);
            }
        }
        // An open group is a mistake, or a construct not known here.
        if self.groups.len() == 1 { Read::Nothing } else { Read::Unknown }
    }

    /// Reads a part with its repetition; gives a group that it makes explode, or nothing for what
    /// is not understood.
    fn part(&mut self) -> Option<Vec<Suspect>> {
        let start = self.at;
        let letter = self.next()?;
        let (item, overlap, mut suspects, start) = match letter {
            '(' => {
                self.open(start)?;
                return Some(Vec::new());
            }
            '|' => {
                let group = self.groups.last_mut()?;
                let done = std::mem::replace(&mut group.current, Alternative::new());
                group.done.push(done);
                return Some(Vec::new());
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
        let found = current.push(repeated);
        current.suspects.extend(suspects);
        Some(found.into_iter().collect())
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
