//! Archives of rules: their files of YAML, read in memory and within limits.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use flate2::read::GzDecoder;

use super::files::{MOST_BYTES, MOST_BYTES_IN_ALL, MOST_FILES, is_yaml};

/// So much is unpacked of an archive, whatever it holds.
const MOST_UNPACKED: u64 = 4 * MOST_BYTES_IN_ALL;

/// A kind of archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Tar,
    GzippedTar,
    Zip,
}

impl Kind {
    /// The kind of a file, by its name.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let endings = [
            (".tar.gz", Self::GzippedTar),
            (".tgz", Self::GzippedTar),
            (".tar", Self::Tar),
            (".zip", Self::Zip),
        ];
        endings.into_iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, kind)| kind)
    }
}

/// A file of YAML in an archive.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) text: Arc<str>,
}

/// The files of YAML in an archive, in the order of their paths.
pub(super) fn entries(path: &Path, kind: Kind) -> Result<Vec<Entry>, String> {
    let file = File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
    let reader = BufReader::new(file);
    let mut entries = match kind {
        Kind::Tar => of_tar(reader)?,
        Kind::GzippedTar => of_tar(GzDecoder::new(reader))?,
        Kind::Zip => of_zip(reader)?,
    };
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(entries)
}

fn of_tar(reader: impl Read) -> Result<Vec<Entry>, String> {
    let damaged = |error: std::io::Error| format!("is no archive that can be read: {error}");
    // What is skipped is unpacked, too: an archive can claim any size.
    let mut archive = tar::Archive::new(reader.take(MOST_UNPACKED));
    let mut kept = Kept::default();
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = entry.path().map_err(damaged)?.into_owned();
        kept.add(&path, entry.size(), &mut entry)?;
    }
    Ok(kept.entries)
}

fn of_zip(reader: BufReader<File>) -> Result<Vec<Entry>, String> {
    let damaged = |error: zip::result::ZipError| format!("is no archive that can be read: {error}");
    let mut archive = zip::ZipArchive::new(reader).map_err(damaged)?;
    let mut kept = Kept::default();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(damaged)?;
        if !entry.is_file() {
            continue;
        }
        let path = PathBuf::from(entry.name().map_err(damaged)?.into_owned());
        let size = entry.size();
        kept.add(&path, size, &mut entry)?;
    }
    Ok(kept.entries)
}

#[derive(Default)]
struct Kept {
    entries: Vec<Entry>,
    bytes: u64,
    files: usize,
}

impl Kept {
    fn add(&mut self, path: &Path, size: u64, content: &mut dyn Read) -> Result<(), String> {
        self.files += 1;
        if self.files > 10 * MOST_FILES {
            return Err(format!("holds more than {} files", 10 * MOST_FILES));
        }
        let Some(path) = plain(path).filter(|it| is_yaml(it)) else { return Ok(()) };
        let is_hidden = |it: Component<'_>| it.as_os_str().to_string_lossy().starts_with('.');
        if path.components().any(is_hidden) || path.iter().any(|it| it == "__snapshots__") {
            return Ok(());
        }
        if size > MOST_BYTES {
            return Err(format!(
                "holds {}, which is over the limit of {MOST_BYTES} bytes",
                path.display()
            ));
        }
        let mut bytes = Vec::new();
        // What an entry says of its size may be wrong.
        content
            .take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| format!("is no archive that can be read: {error}"))?;
        self.bytes += bytes.len() as u64;
        if bytes.len() as u64 > MOST_BYTES || self.bytes > MOST_BYTES_IN_ALL {
            return Err(format!("holds more than {MOST_BYTES_IN_ALL} bytes of rules"));
        }
        let text = String::from_utf8(bytes)
            .map_err(|_| format!("holds {}, which is not in UTF-8", path.display()))?;
        self.entries.push(Entry { path, text: Arc::from(text.trim_start_matches('\u{feff}')) });
        Ok(())
    }
}

/// A path within an archive; nothing for one that would lead out of it.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => plain.push(part),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(plain)
}
