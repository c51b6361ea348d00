//! Framing: bytes from the client in, message bodies out. The first stage of the daemon.
//!
//! The decoder never gives up. Headers are matched in any case and any order, unknown headers are
//! skipped, and wherever a length turns out to be wrong it continues at the next header it can
//! see. That is sound because a header followed by a raw line break cannot occur inside valid JSON:
//! within a string the break would be escaped, and outside a string the header is no token.

use std::io::{self, Write};

/// A body longer than this many bytes is refused.
pub const BODY_LIMIT: usize = 256 << 20;

const HEADER: &[u8] = b"content-length:";
/// A header block longer than this is no header block.
const BLOCK_LIMIT: usize = 16 << 10;

/// What the decoder found next in the bytes it was given.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// The body of a message: valid JSON, unless every repair failed.
    Body(Vec<u8>),
    /// Bytes that belong to no message, reported once until the next message.
    Garbage(&'static str),
    /// A message whose body is over the limit; it is skipped.
    TooLarge(usize),
}

/// Cuts a stream of bytes into frames.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    /// Bytes of `buffer` already consumed.
    consumed: usize,
    /// The body being awaited.
    body: Option<Awaited>,
    /// Bytes are being skipped up to the next header, and that was reported.
    skipping: bool,
    /// Bytes after `consumed` already searched in vain for a header.
    searched: usize,
}

#[derive(Clone, Copy, Debug)]
struct Awaited {
    length: usize,
    /// Bytes of it already searched for a header that must not be there.
    searched: usize,
}

/// A header block found in the buffer, by offsets after what is consumed.
struct Block {
    start: usize,
    end: usize,
    length: usize,
}

impl Decoder {
    /// Takes bytes from the client.
    pub fn feed(&mut self, bytes: &[u8]) {
        if self.consumed > 0 && self.consumed >= self.buffer.len() / 2 {
            self.buffer.drain(..self.consumed);
            self.consumed = 0;
            if self.buffer.is_empty() && self.buffer.capacity() > 1 << 20 {
                self.buffer = Vec::new();
            }
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// The next frame, or nothing until more bytes come.
    pub fn next_frame(&mut self) -> Option<Frame> {
        match self.body {
            Some(awaited) => self.body(awaited),
            None => self.header(),
        }
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.consumed..).unwrap_or(&[])
    }

    fn consume(&mut self, bytes: usize) {
        self.consumed = (self.consumed + bytes).min(self.buffer.len());
        self.searched = 0;
    }

    fn header(&mut self) -> Option<Frame> {
        let rest = self.rest();
        let from = self.searched.saturating_sub(HEADER.len());
        match find_block(rest, from, true) {
            Found::Block(block) => {
                let clean = is_clean(rest.get(..block.start).unwrap_or(&[]));
                let reported = std::mem::replace(&mut self.skipping, false);
                self.consume(block.end);
                if block.length > BODY_LIMIT {
                    self.skipping = true;
                    return Some(Frame::TooLarge(block.length));
                }
                self.body = Some(Awaited { length: block.length, searched: 0 });
                if clean || reported {
                    return self.next_frame();
                }
                Some(Frame::Garbage("bytes between messages"))
            }
            Found::Partial(start) => {
                self.searched = start;
                None
            }
            Found::Nothing => {
                let hopeless = is_hopeless(rest);
                let length = rest.len();
                self.searched = length;
                if self.skipping {
                    self.consume(length.saturating_sub(HEADER.len()));
                    return None;
                }
                if !hopeless {
                    return None;
                }
                self.skipping = true;
                self.consume(length.saturating_sub(HEADER.len()));
                Some(Frame::Garbage("no Content-Length header"))
            }
        }
    }

    fn body(&mut self, awaited: Awaited) -> Option<Frame> {
        let rest = self.rest();
        let Some(body) = rest.get(..awaited.length) else {
            // A header inside what should be the body means that the length was too long.
            let from = awaited.searched.saturating_sub(BLOCK_LIMIT);
            if let Found::Block(block) = find_block(rest, from, false) {
                return Some(self.cut(block.start));
            }
            let searched = rest.len();
            self.body = Some(Awaited { searched, ..awaited });
            return None;
        };
        if is_json(body) {
            let body = mend_surrogates(body).unwrap_or_else(|| body.to_vec());
            self.take(awaited.length);
            return Some(Frame::Body(body));
        }
        // Too long: a whole value, and then the start of the next header.
        let mut values =
            serde_json::Deserializer::from_slice(body).into_iter::<serde::de::IgnoredAny>();
        if let Some(Ok(_)) = values.next() {
            let end = values.byte_offset();
            let tail = body.get(end..).unwrap_or(&[]).trim_ascii_start();
            let overlap = tail.len().min(HEADER.len() - 1);
            let same = tail.get(..overlap).zip(HEADER.get(..overlap));
            if same.is_some_and(|(a, b)| a.eq_ignore_ascii_case(b)) {
                return Some(self.cut(end));
            }
        }
        if let Found::Block(block) = find_block(rest, 0, false)
            && block.start < awaited.length
        {
            return Some(self.cut(block.start));
        }
        // Too short, or no JSON at all: the caller's parser says so; what is left of the body is
        // skipped silently.
        let body = body.to_vec();
        self.take(awaited.length);
        self.skipping = true;
        Some(Frame::Body(body))
    }

    fn take(&mut self, length: usize) {
        self.body = None;
        self.consume(length);
    }

    fn cut(&mut self, length: usize) -> Frame {
        let body = self.rest().get(..length).unwrap_or(&[]).to_vec();
        self.take(length);
        self.skipping = true;
        Frame::Body(body)
    }
}

enum Found {
    Block(Block),
    /// A header that starts here may still become a block.
    Partial(usize),
    Nothing,
}

/// The first header block that carries a usable length. With `lenient`, a line break may be a lone
/// `\n`.
fn find_block(bytes: &[u8], from: usize, lenient: bool) -> Found {
    let mut at = from;
    while let Some(start) = find_header(bytes, at) {
        match parse_block(bytes, start, lenient) {
            Parsed::Block(block) => return Found::Block(block),
            Parsed::Partial => return Found::Partial(start),
            Parsed::Invalid => at = start + HEADER.len(),
        }
    }
    Found::Nothing
}

fn find_header(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        // The colon is rarer than any letter, and has one case only.
        let colon = at + memchr::memchr(b':', bytes.get(at..)?)?;
        let start = (colon + 1).checked_sub(HEADER.len()).filter(|start| *start >= from);
        if let Some(start) = start
            && bytes.get(start..=colon).is_some_and(|name| name.eq_ignore_ascii_case(HEADER))
        {
            return Some(start);
        }
        at = colon + 1;
    }
}

enum Parsed {
    Block(Block),
    Partial,
    Invalid,
}

fn parse_block(bytes: &[u8], start: usize, lenient: bool) -> Parsed {
    let mut at = start;
    let mut length = None;
    loop {
        let rest = bytes.get(at..).unwrap_or(&[]);
        let Some(end) = memchr::memchr(b'\n', rest) else {
            return if bytes.len() - start > BLOCK_LIMIT {
                Parsed::Invalid
            } else {
                Parsed::Partial
            };
        };
        let line = rest.get(..end).unwrap_or(&[]);
        let bare = line.strip_suffix(b"\r");
        if bare.is_none() && !lenient {
            return Parsed::Invalid;
        }
        let line = bare.unwrap_or(line);
        at += end + 1;
        if line.is_empty() {
            return match length {
                Some(length) => Parsed::Block(Block { start, end: at, length }),
                None => Parsed::Invalid,
            };
        }
        let Some((name, value)) = split_header(line) else { return Parsed::Invalid };
        if name.eq_ignore_ascii_case(b"content-length") {
            let digits = std::str::from_utf8(value.trim_ascii()).ok();
            let Some(value) = digits.and_then(|digits| digits.parse::<usize>().ok()) else {
                return Parsed::Invalid;
            };
            length = Some(value);
        }
    }
}

fn split_header(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memchr(b':', line)?;
    let (name, value) = line.split_at_checked(colon)?;
    let is_name = !name.is_empty()
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    is_name.then_some((name, value.get(1..).unwrap_or(&[])))
}

/// Whether these bytes before a `Content-Length` header are only other headers of its block.
fn is_clean(before: &[u8]) -> bool {
    before.trim_ascii().is_empty()
        || before.ends_with(b"\n")
            && before
                .trim_ascii_start()
                .split_inclusive(|byte| *byte == b'\n')
                .all(|line| split_header(line.trim_ascii_end()).is_some())
}

/// Whether no continuation of these bytes can be a clean header block.
fn is_hopeless(bytes: &[u8]) -> bool {
    let bytes = bytes.trim_ascii_start();
    let Some(first) = bytes.first() else { return false };
    matches!(first, b'{' | b'[')
        || bytes.len() > BLOCK_LIMIT
        || memchr::memmem::find(bytes, b"\r\n\r\n").is_some()
        || memchr::memmem::find(bytes, b"\n\n").is_some()
}

fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
        && std::str::from_utf8(bytes).is_ok()
}

/// Replaces escapes of half a surrogate pair, which some editors send while such a character is
/// being typed, by the escape of U+FFFD: equally long in UTF-16, so that positions stay right.
fn mend_surrogates(body: &[u8]) -> Option<Vec<u8>> {
    memchr::memmem::find(body, b"\\ud").or_else(|| memchr::memmem::find(body, b"\\uD"))?;
    let unit = |at: usize| -> Option<u16> {
        let escape = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(escape).ok()?, 16).ok()
    };
    let mut mended = body.to_vec();
    let mut at = 0;
    while let Some(offset) = memchr::memchr(b'\\', body.get(at..).unwrap_or(&[])) {
        at += offset;
        match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                mended.get_mut(at..at + 6)?.copy_from_slice(b"\\ufffd");
                at += 6;
            }
            Some(_) => at += 6,
            None => at += 2,
        }
    }
    Some(mended)
}

/// Writes one message with its header.
///
/// # Errors
/// Whatever the writer reports.
pub fn write_message(output: &mut dyn Write, body: &[u8]) -> io::Result<()> {
    let mut message = Vec::with_capacity(body.len() + 32);
    write!(message, "Content-Length: {}\r\n\r\n", body.len())?;
    message.extend_from_slice(body);
    output.write_all(&message)?;
    output.flush()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn frames(chunks: &[&[u8]]) -> Vec<Frame> {
        let mut decoder = Decoder::default();
        let mut found = Vec::new();
        for chunk in chunks {
            decoder.feed(chunk);
            while let Some(frame) = decoder.next_frame() {
                found.push(frame);
            }
        }
        found
    }

    fn message(header: &str, body: &str) -> Vec<u8> {
        format!("{header}\r\n\r\n{body}").into_bytes()
    }

    fn body(text: &str) -> Frame {
        Frame::Body(text.as_bytes().to_vec())
    }

    const NEXT: &str = r#"{"next":1}"#;

    fn next() -> Vec<u8> {
        message(&format!("Content-Length: {}", NEXT.len()), NEXT)
    }

    #[test]
    fn headers_in_any_case_and_order_and_bytes_in_any_portions() {
        let mut bytes =
            message("content-LENGTH:2\r\nContent-Type: any/thing; charset=latin-9", "{}");
        bytes.extend(message("Content-Type: x\r\nX-Other: y\r\nContent-Length:   4  ", "[12]"));
        bytes.extend(next());
        let expected = vec![body("{}"), body("[12]"), body(NEXT)];
        assert_eq!(frames(&[&bytes]), expected);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(frames(&single), expected);
    }

    #[test]
    fn a_length_that_is_too_short_costs_one_message() {
        let mut bytes = message("Content-Length: 20", r#"{"pad":"aaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#);
        bytes.extend(next());
        let found = frames(&[&bytes]);
        assert_eq!(found, vec![body(r#"{"pad":"aaaaaaaaaaaa"#), body(NEXT)]);
    }

    #[test]
    fn a_length_that_is_too_long_costs_nothing() {
        for excess in [1, 10, 30, 5000] {
            let mut bytes = message(&format!("Content-Length: {}", 2 + excess), "{}");
            bytes.extend(next());
            assert_eq!(frames(&[&bytes]), vec![body("{}"), body(NEXT)], "{excess}");
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(frames(&single), vec![body("{}"), body(NEXT)], "{excess} by bytes");
        }
    }

    #[test]
    fn a_missing_or_absurd_length_is_reported_once_and_skipped() {
        for header in ["Content-Length: abc", "Content-Length: -5", "Content-Type: x", "nonsense"] {
            let mut bytes = message(header, r#"{"lost":"content-length: 7"}"#);
            bytes.extend(next());
            let found = frames(&[&bytes]);
            assert!(matches!(found.first(), Some(Frame::Garbage(_))), "{header}: {found:?}");
            assert_eq!(found.get(1..), Some(&[body(NEXT)][..]), "{header}");
        }
        assert_eq!(frames(&[b"{\"no\":\"header\"}"]).len(), 1);
    }

    #[test]
    fn an_oversize_body_is_refused_and_what_follows_is_read() {
        let mut bytes = message("Content-Length: 99999999999", r#"{"huge":1}"#);
        bytes.extend(next());
        assert_eq!(frames(&[&bytes]), vec![Frame::TooLarge(99_999_999_999), body(NEXT)]);
    }

    #[test]
    fn half_a_surrogate_pair_becomes_a_replacement_character() {
        let text = r#"{"t":"\ud83d x \ud83d\ude00 \\ud83d \udc00"}"#;
        let bytes = message(&format!("Content-Length: {}", text.len()), text);
        assert_eq!(
            frames(&[&bytes]),
            vec![body(r#"{"t":"\ufffd x \ud83d\ude00 \\ud83d \ufffd"}"#)]
        );
    }

    proptest::proptest! {
        #[test]
        fn after_any_garbage_in_any_portions_the_next_message_is_read(
            garbage in proptest::collection::vec(proptest::num::u8::ANY, 0..300),
            header in proptest::option::of("(?i)content-length: ?[0-9]{0,3}"),
            portion in 1_usize..64,
        ) {
            let mut bytes = header.map(String::into_bytes).unwrap_or_default();
            bytes.extend(garbage);
            bytes.extend(b"\r\n");
            bytes.extend(next());
            // What swallowed the start of one message must not swallow the second.
            bytes.extend(next());
            let chunks: Vec<&[u8]> = bytes.chunks(portion).collect();
            let found = frames(&chunks);
            proptest::prop_assert_eq!(found.last(), Some(&body(NEXT)));
        }
    }
}
