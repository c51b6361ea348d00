//! Random edits of a text that is kept as an editor keeps it, with places as the protocol counts
//! them.

/// Pieces that edits put in: what people type, what breaks syntax, what is wider than a byte.
const PIECES: [&str; 24] = [
    "x",
    " ",
    "\n",
    "    ",
    "(",
    ")",
    "{",
    "}",
    "[",
    "\"",
    "'",
    "# ",
    "// ",
    ";",
    ":",
    "= ",
    "==",
    "if ",
    "return ",
    "\n\n",
    "é",
    "𝒳 = 1\n",
    "/*",
    "*/",
];

/// A small generator of numbers (xorshift64*, Vigna 2016): the same seed, the same run.
#[derive(Debug)]
pub(super) struct Random(u64);

impl Random {
    /// Starts with a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`, or 0.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap_or(0) % limit.max(1)
    }

    /// True so many times in a hundred.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// A replacement, by line and UTF-16 column.
#[derive(Debug, PartialEq)]
pub(super) struct Edit {
    pub(super) from: (usize, usize),
    pub(super) to: (usize, usize),
    pub(super) text: String,
}

/// A text that is edited.
#[derive(Clone, Debug)]
pub(super) struct Text {
    original: String,
    now: String,
}

impl Text {
    pub(super) fn new(text: String) -> Self {
        Self { original: text.clone(), now: text }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.now
    }

    /// Edits the text at random.
    pub(super) fn edit(&mut self, random: &mut Random) -> Edit {
        let (from, to, text) = match random.below(100) {
            // Undone, as when a branch is checked out.
            0..=2 => (0, self.now.len(), self.original.clone()),
            3..=9 => {
                // Lines copied from elsewhere in the file.
                let lines: Vec<&str> = self.now.split_inclusive('\n').collect();
                let first = random.below(lines.len());
                let copied: String =
                    lines.iter().skip(first).take(1 + random.below(8)).copied().collect();
                let at = self.start_of_line(random.below(lines.len() + 1));
                (at, at, copied)
            }
            10..=24 => {
                let from = self.place(random);
                let to = self.later(from, 1 + random.below(60));
                (from, to, String::new())
            }
            25..=34 => {
                let from = self.place(random);
                let to = self.later(from, random.below(20));
                (from, to, self.piece(random))
            }
            _ => {
                let at = self.place(random);
                (at, at, self.piece(random))
            }
        };
        let edit = Edit { from: self.position(from), to: self.position(to), text };
        self.now.replace_range(from..to, &edit.text);
        if self.now.len() > self.original.len() * 2 + 4_000 {
            // Nobody's file grows without an end.
            self.now.truncate(from);
            let whole = Edit { from: edit.from, to: (usize::MAX >> 33, 0), text: String::new() };
            return whole;
        }
        edit
    }

    fn piece(&self, random: &mut Random) -> String {
        if random.chance(30) {
            // A word that stands somewhere in the file.
            let from = self.place(random);
            let word = |c: &char| c.is_alphanumeric() || *c == '_';
            return self.now.get(from..).unwrap_or("").chars().take_while(word).collect();
        }
        PIECES.get(random.below(PIECES.len())).copied().unwrap_or("x").to_owned()
    }

    fn place(&self, random: &mut Random) -> usize {
        self.later(random.below(self.now.len() + 1), 0)
    }

    /// A place so many bytes on, or a little more: between two characters.
    fn later(&self, from: usize, bytes: usize) -> usize {
        let mut at = (from + bytes).min(self.now.len());
        while !self.now.is_char_boundary(at) {
            at += 1;
        }
        at
    }

    fn start_of_line(&self, line: usize) -> usize {
        let mut starts = self.now.split_inclusive('\n').scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some(start)
        });
        starts.nth(line).unwrap_or(self.now.len())
    }

    fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.now.get(..offset).unwrap_or(&self.now);
        let line = before.rsplit('\n').next().unwrap_or("");
        (before.matches('\n').count(), line.encode_utf16().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_say_what_they_do() {
        let mut random = Random::new(7);
        let mut text =
            Text::new("def f(é):\n    return '𝒳' + é\n\n\ndef g():\n    pass\n".to_owned());
        for _ in 0..3_000 {
            let before = text.clone();
            let edit = text.edit(&mut random);
            // Applied by line and UTF-16 column, it gives the same text.
            let place = |(line, column): (usize, usize)| {
                if line > before.as_str().matches('\n').count() {
                    return before.as_str().len();
                }
                let start = before.start_of_line(line);
                let rest = before.as_str().get(start..).unwrap_or("");
                let mut units = 0;
                let inside = rest.chars().take_while(|c| {
                    units += c.len_utf16();
                    units <= column
                });
                start + inside.map(char::len_utf8).sum::<usize>()
            };
            let mut applied = before.as_str().to_owned();
            applied.replace_range(place(edit.from)..place(edit.to), &edit.text);
            assert_eq!(applied, text.as_str());
        }
    }
}
