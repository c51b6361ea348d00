//! Real fixes: pairs of functions before and after a small repair, from public histories.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use analysis::languages::Language;
use flate2::read::MultiGzDecoder;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::DatasetError;
use super::stream::{Pool, read_vocabulary};
use crate::injection::find_repair;
use crate::random::Random;
use crate::snippet::Snippet;

/// Of a hundred repositories, so many are kept for evaluation.
const HELD_OUT: u64 = 20;

/// One fix.
#[derive(Clone, Debug, Deserialize)]
struct Fix {
    repo: String,
    language: String,
    buggy: String,
    fixed: String,
    #[serde(default)]
    bug_type: String,
}

/// What to stream.
#[derive(Clone, Debug)]
pub struct Options {
    /// The fixes, as JSON lines, compressed.
    pub file: PathBuf,
    /// The dataset whose vocabulary counts.
    pub data: PathBuf,
    /// Whether the held-out repositories are wanted, or the others.
    pub held_out: bool,
    /// Seed of the order.
    pub seed: u64,
    /// Positions in a batch, padding included.
    pub tokens: usize,
}

/// What became of the fixes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Fixes of the wanted repositories.
    pub fixes: usize,
    /// Those of which both sides could be read.
    pub read: usize,
    /// Those that one of our candidates repairs exactly.
    pub repairable: usize,
    /// Fixes and repairable ones by the kind their source gives.
    pub by_type: BTreeMap<String, (usize, usize)>,
}

/// Writes every fix that a candidate repairs, with its fixed side, once; tells how many there are.
///
/// # Errors
/// [`DatasetError`] when a file cannot be read, or the reader has gone.
pub fn stream(options: &Options, out: &mut impl Write) -> Result<Report, DatasetError> {
    let vocabulary = read_vocabulary(&options.data)?;
    let mut pool = Pool { vocabulary, tokens: options.tokens, samples: Vec::new(), pairs: 0 };
    let mut random = Random::new(options.seed);
    let mut report = Report::default();
    let mut chosen = read(&options.file)?;
    chosen.retain(|fix| (xxh3_64(fix.repo.as_bytes()) % 100 < HELD_OUT) == options.held_out);
    random.shuffle(&mut chosen);
    for fix in chosen {
        report.fixes += 1;
        let of_type = report.by_type.entry(fix.bug_type).or_default();
        of_type.0 += 1;
        let Some(language) = Language::from_id(&fix.language) else { continue };
        let sides = (Snippet::read(&fix.buggy, language), Snippet::read(&fix.fixed, language));
        let (Some(before), Some(after)) = sides else { continue };
        report.read += 1;
        let features = before.features();
        let Some((label, _)) = find_repair(&features, after.text(), None) else { continue };
        report.repairable += 1;
        of_type.1 += 1;
        pool.add_pair(&after.features(), &features, Some(label));
        pool.flush_when_full(&mut random, out)?;
    }
    pool.flush(&mut random, out)?;
    Ok(report)
}

fn read(path: &Path) -> Result<Vec<Fix>, DatasetError> {
    let file = File::open(path).map_err(DatasetError::file(path))?;
    let mut fixes = Vec::new();
    for line in BufReader::new(MultiGzDecoder::new(file)).lines() {
        let line = line.map_err(DatasetError::file(path))?;
        fixes.push(serde_json::from_str(&line).map_err(|problem| DatasetError::Damaged {
            path: path.to_owned(),
            problem: problem.to_string(),
        })?);
    }
    Ok(fixes)
}
