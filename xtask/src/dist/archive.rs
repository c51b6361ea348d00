//! Archives that are the same to the byte for the same files, and the checksums of what is given out.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;

use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use tar::{Builder, EntryType, Header};

use super::written;
use crate::project::{Failure, files_below, write};

/// The name that `sha256sum --check` and the installers look for.
const CHECKSUMS: &str = "SHA256SUMS";

/// Packs a folder under a name, in the order of paths, without times and owners.
pub(crate) fn pack(folder: &Path, name: &str, to: &Path) -> Result<(), Failure> {
    let files = files_below(folder)?;
    let pack = || -> io::Result<()> {
        let compressed =
            GzBuilder::new().mtime(0).write(BufWriter::new(File::create(to)?), Compression::best());
        let mut archive = Builder::new(compressed);
        for path in &files {
            let content = fs::read(path)?;
            let inner = path.strip_prefix(folder).unwrap_or(path);
            let mut header = Header::new_gnu();
            header.set_entry_type(EntryType::Regular);
            header.set_size(content.len() as u64);
            // The programs, which lie beside the texts, are what runs.
            let is_text = inner.extension().is_some_and(|it| it != "exe")
                || inner.to_string_lossy().starts_with("LICENSE");
            let is_below = inner.components().count() > 1;
            header.set_mode(if is_text || is_below { 0o644 } else { 0o755 });
            archive.append_data(&mut header, Path::new(name).join(inner), content.as_slice())?;
        }
        archive.into_inner()?.finish()?.into_inner()?.sync_all()
    };
    pack().map_err(|source| written(to, source))
}

/// Writes the checksums of files, by their names.
pub(crate) fn write_checksums(folder: &Path, files: &[std::path::PathBuf]) -> Result<(), Failure> {
    let mut lines = Vec::new();
    for path in files {
        let content = fs::read(path).map_err(|source| Failure::File {
            verb: "read",
            path: path.clone(),
            source,
        })?;
        let mut sum = String::new();
        for byte in Sha256::digest(&content) {
            // Writing to a string cannot fail.
            let _ = write!(sum, "{byte:02x}");
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        lines.push(format!("{sum}  {name}\n"));
    }
    lines.sort_by(|a, b| a.split("  ").nth(1).cmp(&b.split("  ").nth(1)));
    write(&folder.join(CHECKSUMS), &lines.concat())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_make_the_same_archive() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("a");
        let pack_again = |name: &str| {
            for (path, text) in [("program", "x"), ("LICENSE-MIT", "l"), ("man/man1/p.1", "m")] {
                write(&folder.join(path), text).unwrap();
            }
            let to = scratch.path().join(name);
            pack(&folder, "p-1", &to).unwrap();
            fs::read(to).unwrap()
        };
        let first = pack_again("1.tar.gz");
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(first, pack_again("2.tar.gz"));
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(first.as_slice()));
        let entries = archive.entries().unwrap().map(|entry| {
            let entry = entry.unwrap();
            let path = entry.path().unwrap().to_string_lossy().into_owned();
            (path, entry.header().mode().unwrap())
        });
        let expected = [
            ("p-1/LICENSE-MIT".to_owned(), 0o644),
            ("p-1/man/man1/p.1".to_owned(), 0o644),
            ("p-1/program".to_owned(), 0o755),
        ];
        assert_eq!(entries.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn checksums_are_as_sha256sum_writes_them() {
        let scratch = tempfile::tempdir().unwrap();
        let files = ["b", "a"].map(|name| scratch.path().join(name));
        for path in &files {
            write(path, "").unwrap();
        }
        write_checksums(scratch.path(), &files).unwrap();
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let text = fs::read_to_string(scratch.path().join(CHECKSUMS)).unwrap();
        assert_eq!(text, format!("{empty}  a\n{empty}  b\n"));
    }
}
