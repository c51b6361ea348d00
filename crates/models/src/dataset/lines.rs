//! JSON lines, plain or compressed with gzip, as records are handed from program to program.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde::de::DeserializeOwned;

use super::DatasetError;

/// How a gzip file starts.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Calls `take` with each record of a file; empty lines are passed over.
///
/// # Errors
/// [`DatasetError`] when the file cannot be read, or a line is no such record; whatever `take` says.
pub fn each<T: DeserializeOwned>(
    path: &Path,
    mut take: impl FnMut(T) -> Result<(), DatasetError>,
) -> Result<(), DatasetError> {
    let unusable = || DatasetError::file(path);
    let mut file = File::open(path).map_err(unusable())?;
    let mut start = Vec::new();
    file.by_ref().take(GZIP.len() as u64).read_to_end(&mut start).map_err(unusable())?;
    file.rewind().map_err(unusable())?;
    let reader: Box<dyn Read> =
        if start == GZIP { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    for (number, line) in BufReader::new(reader).lines().enumerate() {
        let line = line.map_err(unusable())?;
        if line.trim().is_empty() {
            continue;
        }
        let record = serde_json::from_str(&line).map_err(|problem| DatasetError::Record {
            path: path.to_owned(),
            line: number + 1,
            problem: problem.to_string(),
        })?;
        take(record)?;
    }
    Ok(())
}
