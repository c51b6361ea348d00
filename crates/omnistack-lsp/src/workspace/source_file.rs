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
        let language = language.of_text(path, &text);
        Ok(Self { path: path.to_owned(), language, text, has_byte_order_mark })
    }

    /// A new text as bytes, with the byte-order mark the file had.
    pub fn encode(&self, text: &str) -> Vec<u8> {
        let mark = if self.has_byte_order_mark { BYTE_ORDER_MARK } else { "" };
        format!("{mark}{text}").into_bytes()
    }

    /// Writes a new text in place of the file's. A file that is read-only stays as it is, even where
    /// the user's rights would do.
    ///
    /// # Errors
    /// The operating system's.
    pub fn write(&self, text: &str) -> std::io::Result<()> {
        if fs::metadata(&self.path)?.permissions().readonly() {
            let kind = std::io::ErrorKind::PermissionDenied;
            return Err(std::io::Error::new(kind, "it is read-only"));
        }
        fs::write(&self.path, self.encode(text))
    }
}

/// A path as it is shown: without a leading `./`, and with `/` between its parts.
pub fn display_path(path: &Path) -> String {
    let path = path.to_string_lossy();
    let path = path.strip_prefix("./").unwrap_or(&path);
    if std::path::MAIN_SEPARATOR == '/' { path.to_owned() } else { path.replace('\\', "/") }
}

/// The language of a file: by its name, else by the interpreter its first line names.
pub fn language_of(path: &Path) -> Option<Language> {
    if path.extension().is_some() {
        return Language::from_path(path);
    }
    let mut file = fs::File::open(path).ok()?;
    // Most files without an extension are no scripts, which two bytes tell.
    let mut start = [0_u8; 128];
    let (mark, rest) = start.split_at_mut(2);
    file.read_exact(mark).ok().filter(|()| mark == b"#!")?;
    let read = file.read(rest).ok()?;
    Language::from_first_line(&String::from_utf8_lossy(start.get(..read + 2)?))
}

/// Whether the file may be run, where the system tells.
#[cfg(unix)]
pub(super) fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

/// Whether the file may be run; not every system tells.
#[cfg(not(unix))]
pub(super) fn is_executable(_: &Path) -> bool {
    true
}
