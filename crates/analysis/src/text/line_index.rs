//! Line starts, and the conversion between byte offsets and protocol positions.

use memchr::memchr_iter;

/// The unit in which a protocol counts columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PositionEncoding {
    /// Bytes of UTF-8.
    Utf8,
    /// UTF-16 code units, LSP's default.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// A zero-based line and column; the column counts units of some [`PositionEncoding`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Zero-based line.
    pub line: u32,
    /// Zero-based column.
    pub column: u32,
}

/// The byte offsets at which lines start. Lines end at `\n`, `\r\n` or a lone `\r`, as LSP says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
    ascii: bool,
}

impl LineIndex {
    /// Indexes `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = Vec::with_capacity(bytes.len() / 32 + 1);
        starts.push(0);
        if memchr::memchr(b'\r', bytes).is_none() {
            starts.extend(memchr_iter(b'\n', bytes).map(|at| at as u32 + 1));
        } else {
            for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
                let pair = bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n');
                if !pair {
                    starts.push(at as u32 + 1);
                }
            }
        }
        Self { starts, ascii: text.is_ascii() }
    }

    /// Number of lines; a text without a line break has one.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// Number of lines as `wc` counts them: what stands after the last line break counts only if it
    /// is not empty.
    pub fn physical_lines(&self, text: &str) -> u32 {
        let last = self.starts.last().copied().unwrap_or(0);
        self.line_count() - u32::from(last as usize == text.len())
    }

    /// Zero-based line that holds the byte at `offset`.
    pub fn line_of(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1) as u32
    }

    /// Byte offset of the first byte of `line`, or nothing past the last line.
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.starts.get(line as usize).copied()
    }

    /// Byte offset just past the last byte of `line` before its line break.
    pub fn line_end(&self, text: &str, line: u32) -> u32 {
        let next = self.line_start(line + 1).unwrap_or(text.len() as u32) as usize;
        let start = self.line_start(line).unwrap_or(text.len() as u32) as usize;
        let content = text.get(start..next).unwrap_or("");
        (start + content.trim_end_matches(['\n', '\r']).len()) as u32
    }

    /// The position of a byte offset. An offset past the end, or inside a character, is moved back
    /// to the nearest character start.
    pub fn position(&self, text: &str, offset: u32, encoding: PositionEncoding) -> Position {
        let offset = floor_char_boundary(text, offset);
        let line = self.line_of(offset);
        let start = self.line_start(line).unwrap_or(0);
        let prefix = text.get(start as usize..offset as usize).unwrap_or("");
        let column = if self.ascii { prefix.len() as u32 } else { width(prefix, encoding) };
        Position { line, column }
    }

    /// The byte offset of a position. A line past the end becomes the end of the text, a column
    /// past the end of its line the end of that line, a column inside a character its start.
    pub fn offset(&self, text: &str, position: Position, encoding: PositionEncoding) -> u32 {
        let Some(start) = self.line_start(position.line) else { return text.len() as u32 };
        let end = self.line_end(text, position.line);
        if self.ascii {
            return start.saturating_add(position.column).min(end);
        }
        let line = text.get(start as usize..end as usize).unwrap_or("");
        let mut seen = 0;
        for (at, character) in line.char_indices() {
            seen += character_width(character, encoding);
            if seen > position.column {
                return start + at as u32;
            }
        }
        end
    }
}

fn width(text: &str, encoding: PositionEncoding) -> u32 {
    match encoding {
        PositionEncoding::Utf8 => text.len() as u32,
        PositionEncoding::Utf16 => text.chars().map(|c| c.len_utf16() as u32).sum(),
        PositionEncoding::Utf32 => text.chars().count() as u32,
    }
}

fn character_width(character: char, encoding: PositionEncoding) -> u32 {
    match encoding {
        PositionEncoding::Utf8 => character.len_utf8() as u32,
        PositionEncoding::Utf16 => character.len_utf16() as u32,
        PositionEncoding::Utf32 => 1,
    }
}

/// The largest character start at or before `offset`.
pub(crate) fn floor_char_boundary(text: &str, offset: u32) -> u32 {
    let mut at = (offset as usize).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at as u32
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_units_of_the_encoding() {
        let text = "a😀é\r\nb\rc\n";
        let index = LineIndex::new(text);
        assert_eq!(index.line_count(), 4);
        let after_emoji = "a😀".len() as u32;
        for (encoding, column) in [
            (PositionEncoding::Utf8, 5),
            (PositionEncoding::Utf16, 3),
            (PositionEncoding::Utf32, 2),
        ] {
            let position = Position { line: 0, column };
            assert_eq!(index.position(text, after_emoji, encoding), position);
            assert_eq!(index.offset(text, position, encoding), after_emoji);
        }
    }

    #[test]
    fn positions_out_of_range_are_clamped() {
        let text = "ab\r\ncd";
        let index = LineIndex::new(text);
        let offset =
            |line, column| index.offset(text, Position { line, column }, PositionEncoding::Utf16);
        assert_eq!(offset(0, 99), 2, "the end of its line, before the break");
        assert_eq!(offset(9, 0), 6, "the end of the text");
        assert_eq!(offset(1, u32::MAX), 6);
        assert_eq!(
            index.position("😀", 2, PositionEncoding::Utf8),
            Position { line: 0, column: 0 }
        );
    }
}
