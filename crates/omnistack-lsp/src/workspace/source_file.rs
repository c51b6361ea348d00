//! Reading a source file: its bytes become text, or a reason why not.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use analysis::engine::Skipped;
use analysis::languages::Language;
use serde::Serialize;

/// Why a file was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SkipReason {
    /// Larger than the configured limit.
    TooLarge,
    /// Holds NUL bytes.
    Binary,
    /// Not UTF-8.
    Encoding,
    /// The operating system would not let us read it.
    Unreadable,
    /// A symbolic link to a folder around it.
    SymlinkLoop,
    /// Parsing took too long.
    Timeout,
    /// A rule panicked on it; the other rules' findings are there.
    Panic,
}

impl SkipReason {
    /// Its name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Binary => "binary",
            Self::Encoding => "encoding",
            Self::Unreadable => "unreadable",
            Self::SymlinkLoop => "symlink_loop",
            Self::Timeout => "timeout",
            Self::Panic => "panic",
        }
    }
}

/// A file that was left out, or not wholly analysed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skip {
    /// The file, as it was named or found.
    pub path: PathBuf,
    /// Why.
    pub reason: SkipReason,
    /// Why, in words.
    pub detail: String,
}

impl Skip {
    /// A skip of `path`.
    pub fn new(path: &Path, reason: SkipReason, detail: impl Into<String>) -> Self {
        Self { path: path.to_owned(), reason, detail: detail.into() }
    }

    /// What the engine says of a text it did not analyse.
    pub fn by_engine(path: &Path, skipped: &Skipped) -> Self {
        let reason = match skipped {
            Skipped::TooLarge { .. } => SkipReason::TooLarge,
            Skipped::Binary { .. } => SkipReason::Binary,
            Skipped::Timeout { .. } => SkipReason::Timeout,
        };
        Self::new(path, reason, skipped.to_string())
    }
}

/// A source file's text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The file, as it was named or found.
    pub path: PathBuf,
    /// Its language.
    pub language: Language,
    /// Its text, without a byte-order mark.
    pub text: String,
    /// Whether a byte-order mark stood before the text, to be kept when it is written.
    pub has_byte_order_mark: bool,
}

const BYTE_ORDER_MARK: &str = "\u{feff}";

impl SourceFile {
    /// Reads a file of a known language.
    ///
    /// # Errors
    /// A [`Skip`] that says why there is no text.
    pub fn read(path: &Path, language: Language, size_limit: usize) -> Result<Self, Skip> {
        let unreadable = |error: std::io::Error| {
            Skip::new(path, SkipReason::Unreadable, format!("cannot be read: {error}"))
        };
        let size = fs::metadata(path).map_err(unreadable)?.len();
        if size > size_limit as u64 {
            let detail = format!("{size} bytes are over the limit of {size_limit}");
            return Err(Skip::new(path, SkipReason::TooLarge, detail));
        }
        Self::decode(path, language, fs::read(path).map_err(unreadable)?)
    }

    /// Makes text of bytes.
    ///
    /// # Errors
    /// A [`Skip`] for binary data and text that is not UTF-8.
    pub fn decode(path: &Path, language: Language, bytes: Vec<u8>) -> Result<Self, Skip> {
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            let detail = "UTF-16 text: save the file as UTF-8 to have it analysed";
            return Err(Skip::new(path, SkipReason::Encoding, detail));
        }
        if let Some(at) = memchr::memchr(0, &bytes) {
            let detail = format!("a NUL byte at offset {at}: not source text");
            return Err(Skip::new(path, SkipReason::Binary, detail));
        }
        let mut text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let detail =
                format!("invalid UTF-8 at byte {at}: save the file as UTF-8 to have it analysed");
            Skip::new(path, SkipReason::Encoding, detail)
        })?;
        let has_byte_order_mark = text.starts_with(BYTE_ORDER_MARK);
        if has_byte_order_mark {
            text.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(Self { path: path.to_owned(), language, text, has_byte_order_mark })
    }

    /// Writes a new text in place of the file's, with the byte-order mark it had.
    ///
    /// # Errors
    /// The operating system's.
    pub fn write(&self, text: &str) -> std::io::Result<()> {
        let mark = if self.has_byte_order_mark { BYTE_ORDER_MARK } else { "" };
        fs::write(&self.path, format!("{mark}{text}"))
    }
}

/// The language of a file: by its name, else by the interpreter its first line names.
pub(super) fn language_of(path: &Path) -> Option<Language> {
    if path.extension().is_some() {
        return Language::from_path(path);
    }
    let mut start = [0_u8; 128];
    let read = fs::File::open(path).and_then(|mut file| file.read(&mut start)).ok()?;
    let start = start.get(..read).filter(|start| start.starts_with(b"#!"))?;
    Language::from_first_line(&String::from_utf8_lossy(start))
}
