//! Line starts and wide characters of a text that is not kept: enough to tell positions from
//! offsets, in about a byte a line.

use super::{LineIndex, Position, PositionEncoding};

/// Counts positions in a text without it.
///
/// For each line there is a number: twice its length, and one more if it holds characters of more
/// than a byte. Those follow as runs: the bytes before a run, and four times the number of its
/// characters, with their width in the lowest bits. Numbers take seven bits a byte, the lowest first.
#[derive(Clone, Debug, Default)]
pub struct LineTable {
    bytes: Box<[u8]>,
}

impl LineTable {
    /// Makes the table of a text and its lines.
    pub fn new(text: &str, lines: &LineIndex) -> Self {
        let mut bytes = Vec::with_capacity(lines.line_count() as usize + 16);
        for line in 0..lines.line_count() {
            let start = lines.line_start(line).unwrap_or(0) as usize;
            let end = lines.line_start(line + 1).map_or(text.len(), |it| it as usize);
            let line = text.get(start..end).unwrap_or("");
            let is_wide = !line.is_ascii();
            write(&mut bytes, (line.len() as u32) << 1 | u32::from(is_wide));
            if is_wide {
                write_runs(&mut bytes, line);
            }
        }
        Self { bytes: bytes.into() }
    }

    /// The position of a byte offset; beyond the end, that of the end.
    pub fn position(&self, offset: u32, encoding: PositionEncoding) -> Position {
        let mut numbers = Numbers { bytes: &self.bytes };
        let (mut line, mut start) = (0, 0);
        while let Some(head) = numbers.next() {
            let length = head >> 1;
            let is_last = numbers.is_last_line(head);
            if offset < start + length || is_last {
                let bytes = offset.saturating_sub(start).min(length);
                let narrower = if head & 1 == 1 { numbers.narrower(bytes, encoding) } else { 0 };
                return Position { line, column: bytes - narrower };
            }
            if head & 1 == 1 {
                numbers.skip_runs();
            }
            line += 1;
            start += length;
        }
        Position { line, column: 0 }
    }

    /// The byte offset of a position, clamped as it is with the text at hand; a line's end counts as a
    /// part of it.
    pub fn offset(&self, position: Position, encoding: PositionEncoding) -> u32 {
        let mut numbers = Numbers { bytes: &self.bytes };
        let (mut line, mut start) = (0, 0);
        while let Some(head) = numbers.next() {
            let length = head >> 1;
            if line == position.line {
                let bytes = match head & 1 {
                    1 => numbers.bytes_of(position.column, encoding),
                    _ => position.column,
                };
                return start + bytes.min(length);
            }
            if head & 1 == 1 {
                numbers.skip_runs();
            }
            line += 1;
            start += length;
        }
        start
    }

    /// Bytes it occupies.
    pub fn weight(&self) -> usize {
        self.bytes.len()
    }
}

fn write(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Writes how many runs there are, and the runs.
fn write_runs(bytes: &mut Vec<u8>, line: &str) {
    // Of each run: where it starts, how wide its characters are, how many there are.
    let mut runs: Vec<(u32, u32, u32)> = Vec::new();
    for (at, character) in line.char_indices() {
        let (at, width) = (at as u32, character.len_utf8() as u32);
        match runs.last_mut() {
            _ if width == 1 => {}
            Some((start, of, count)) if *of == width && *start + *of * *count == at => *count += 1,
            _ => runs.push((at, width, 1)),
        }
    }
    write(bytes, runs.len() as u32);
    let mut from = 0;
    for (start, width, count) in runs {
        write(bytes, start - from);
        write(bytes, count << 2 | (width - 1));
        from = start + width * count;
    }
}

struct Numbers<'a> {
    bytes: &'a [u8],
}

impl Numbers<'_> {
    fn next(&mut self) -> Option<u32> {
        let (mut number, mut shift) = (0_u32, 0_u32);
        loop {
            let (byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            number |= u32::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            shift += 7;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
    }

    /// Whether nothing follows the line whose head was just read.
    fn is_last_line(&self, head: u32) -> bool {
        let mut after = Numbers { bytes: self.bytes };
        if head & 1 == 1 {
            after.skip_runs();
        }
        after.bytes.is_empty()
    }

    fn skip_runs(&mut self) {
        for _ in 0..self.next().unwrap_or(0).saturating_mul(2) {
            if self.next().is_none() {
                return;
            }
        }
    }

    /// How many bytes the first units of a line are.
    fn bytes_of(&mut self, units: u32, encoding: PositionEncoding) -> u32 {
        let mut left = units;
        let mut bytes = 0_u32;
        for _ in 0..self.next().unwrap_or(0) {
            let (Some(gap), Some(run)) = (self.next(), self.next()) else { break };
            let (width, count) = ((run & 3) + 1, run >> 2);
            let of_one = units_of(width, encoding);
            if left <= gap {
                break;
            }
            left -= gap;
            let passed = count.min(left / of_one);
            bytes += gap + passed * width;
            left -= passed * of_one;
            if passed < count {
                // Inside a character: its start.
                return bytes;
            }
        }
        bytes.saturating_add(left)
    }

    /// By how much the first bytes of a line are more than the units they count as.
    fn narrower(&mut self, bytes: u32, encoding: PositionEncoding) -> u32 {
        let (mut at, mut less) = (0, 0);
        for _ in 0..self.next().unwrap_or(0) {
            let (Some(gap), Some(run)) = (self.next(), self.next()) else { break };
            let (width, count) = ((run & 3) + 1, run >> 2);
            let units = units_of(width, encoding);
            at += gap;
            if at >= bytes {
                break;
            }
            less += (width - units) * count.min((bytes - at) / width);
            at += width * count;
        }
        less
    }
}

/// How many units a character of so many bytes counts as.
fn units_of(width: u32, encoding: PositionEncoding) -> u32 {
    match encoding {
        PositionEncoding::Utf8 => width,
        PositionEncoding::Utf16 => 1 + u32::from(width == 4),
        PositionEncoding::Utf32 => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Snapshot;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn positions_are_those_of_the_text(text in "[a-z é€😀\r\n\u{4e2d}]{0,200}") {
            let snapshot = Snapshot::new(text.as_str());
            let table = LineTable::new(&text, snapshot.lines());
            let offsets = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            for offset in offsets.map(|it| it as u32) {
                for encoding in
                    [PositionEncoding::Utf8, PositionEncoding::Utf16, PositionEncoding::Utf32]
                {
                    let position = snapshot.position(offset, encoding);
                    prop_assert_eq!(table.position(offset, encoding), position);
                    prop_assert_eq!(table.offset(position, encoding), offset);
                }
            }
        }
    }

    #[test]
    fn a_line_of_ascii_takes_a_byte() {
        let text = "let answer = 42;\n".repeat(1000);
        let table = LineTable::new(&text, Snapshot::new(text.as_str()).lines());
        assert_eq!(table.weight(), 1001);
        assert_eq!(
            table.position(17 * 500 + 4, PositionEncoding::Utf16),
            Position { line: 500, column: 4 }
        );
        assert_eq!(table.position(u32::MAX, PositionEncoding::Utf16).line, 1000);
        assert_eq!(LineTable::default().position(5, PositionEncoding::Utf8), Position::default());
    }
}
