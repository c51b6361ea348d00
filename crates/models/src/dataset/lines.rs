//! JSON lines, plain or compressed with gzip, as records are handed from program to program.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde::de::DeserializeOwned;

use super::DatasetError;

/// How a gzip file starts.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Stands for standard input.
const STANDARD_INPUT: &str = "-";

/// Calls `take` with each record of a file, or of standard input for `-`; empty lines are passed
/// over, and so is the mark that some programs put before a text in UTF-8.
///
/// # Errors
/// [`DatasetError`] when the file cannot be read, or a line is no such record; whatever `take` says.
pub fn each<T: DeserializeOwned>(
    path: &Path,
    mut take: impl FnMut(T) -> Result<(), DatasetError>,
) -> Result<(), DatasetError> {
    let unusable = || DatasetError::file(path);
    let plain: Box<dyn Read> = if path.as_os_str() == STANDARD_INPUT {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(unusable())?)
    };
    let mut plain = BufReader::new(plain);
    let is_compressed = plain.fill_buf().map_err(unusable())?.starts_with(&GZIP);
    let reader: Box<dyn Read> =
        if is_compressed { Box::new(MultiGzDecoder::new(plain)) } else { Box::new(plain) };
    for (number, line) in BufReader::new(reader).lines().enumerate() {
        let line = line.map_err(unusable())?;
        let line = if number == 0 { line.trim_start_matches('\u{feff}') } else { &line };
        if line.trim().is_empty() {
            continue;
        }
        let record = serde_json::from_str(line).map_err(|problem| DatasetError::Record {
            path: path.to_owned(),
            line: number + 1,
            problem: without_line(&problem),
        })?;
        take(record)?;
    }
    Ok(())
}

/// What is wrong with a record. The parser counts lines within it: there is one.
fn without_line(problem: &serde_json::Error) -> String {
    let (line, column) = (problem.line(), problem.column());
    let text = problem.to_string();
    text.replace(&format!(" at line {line} column {column}"), &format!(" at column {column}"))
}
