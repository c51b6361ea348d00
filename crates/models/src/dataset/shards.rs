//! Shards: compressed files of functions, some ten thousand each, in random order.
//!
//! Of each language and split there are `SPLIT/LANGUAGE-NNN.gz`. A record is the length of the
//! language's name (1 byte), the name as editors know the dialect, the number of its project
//! (4 bytes), the length of its text (4 bytes) and the text; numbers are little-endian.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use analysis::languages::Language;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use super::DatasetError;

/// Functions in a shard.
pub const SHARD: usize = 20_000;

/// A function as it stands in a shard.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its language and dialect.
    pub language: Language,
    /// The number of its project, which the manifest names.
    pub project: u32,
    /// Its text.
    pub text: Box<str>,
}

/// The id that leads back to a language in its dialect.
fn dialect_id(language: Language) -> &'static str {
    let own = language.dialect().editor_ids.iter();
    own.copied().find(|id| Language::from_id(id).is_some()).unwrap_or(language.id())
}

/// Writes the functions of one language and split; returns how many shards they fill.
///
/// # Errors
/// [`DatasetError`] when a file cannot be written.
pub fn write(folder: &Path, language: &str, records: &[Record]) -> Result<usize, DatasetError> {
    std::fs::create_dir_all(folder).map_err(DatasetError::file(folder))?;
    for (number, chunk) in records.chunks(SHARD).enumerate() {
        let path = folder.join(format!("{language}-{number:03}.gz"));
        write_shard(&path, chunk).map_err(DatasetError::file(path))?;
    }
    Ok(records.len().div_ceil(SHARD))
}

fn write_shard(path: &Path, records: &[Record]) -> std::io::Result<()> {
    let file = BufWriter::new(File::create(path)?);
    let mut out = GzEncoder::new(file, Compression::new(4));
    for record in records {
        let id = dialect_id(record.language);
        out.write_all(&[id.len() as u8])?;
        out.write_all(id.as_bytes())?;
        out.write_all(&record.project.to_le_bytes())?;
        out.write_all(&(record.text.len() as u32).to_le_bytes())?;
        out.write_all(record.text.as_bytes())?;
    }
    out.finish()?.flush()
}

/// The shards of a language and split, in order.
///
/// # Errors
/// [`DatasetError`] when the folder cannot be read.
pub fn list(folder: &Path, language: &str) -> Result<Vec<PathBuf>, DatasetError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(DatasetError::file(folder))? {
        let path = entry.map_err(DatasetError::file(folder))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.strip_prefix(language).is_some_and(|rest| rest.starts_with('-')) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Reads a shard.
///
/// # Errors
/// [`DatasetError`] when the file cannot be read or was not written by [`write()`].
pub fn read(path: &Path) -> Result<Vec<Record>, DatasetError> {
    let file = File::open(path).map_err(DatasetError::file(path))?;
    let mut bytes = Vec::new();
    let mut decoder = GzDecoder::new(BufReader::new(file));
    decoder.read_to_end(&mut bytes).map_err(DatasetError::file(path))?;
    let mut rest = bytes.as_slice();
    let mut records = Vec::new();
    while !rest.is_empty() {
        let Some(record) = take_record(&mut rest) else {
            let problem = format!("record {} is cut off", records.len());
            return Err(DatasetError::Damaged { path: path.to_owned(), problem });
        };
        records.push(record);
    }
    Ok(records)
}

fn take_record(rest: &mut &[u8]) -> Option<Record> {
    let length = *rest.split_off_first()? as usize;
    let id = std::str::from_utf8(rest.split_off(..length)?).ok()?;
    let project = take_number(rest)?;
    let length = take_number(rest)? as usize;
    let text = std::str::from_utf8(rest.split_off(..length)?).ok()?;
    Some(Record { language: Language::from_id(id)?, project, text: text.into() })
}

fn take_number(rest: &mut &[u8]) -> Option<u32> {
    let bytes = rest.split_off(..4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}
