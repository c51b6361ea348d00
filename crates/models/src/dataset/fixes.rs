//! Real fixes: pairs of functions before and after a small repair, from public histories.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use analysis::languages::Language;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::stream::{Change, Pool, read_vocabulary};
use super::{DatasetError, lines};
use crate::injection::find_repair;
use crate::random::Random;
use crate::snippet::Snippet;

/// Of a hundred repositories, so many are kept for evaluation …
const TEST: u64 = 20;
/// … and so many for setting thresholds.
const VALIDATION: u64 = 10;

/// One fix.
#[derive(Clone, Debug, Deserialize)]
pub struct Fix {
    /// The repository it comes from.
    pub repo: String,
    /// The id of its language.
    pub language: String,
    /// The function before.
    pub buggy: String,
    /// The function after.
    pub fixed: String,
    #[serde(default)]
    /// What kind of bug its source calls it.
    pub bug_type: String,
}

/// What to stream.
#[derive(Clone, Debug)]
pub struct Options {
    /// The fixes, as JSON lines, compressed.
    pub file: PathBuf,
    /// The dataset whose vocabulary counts.
    pub data: PathBuf,
    /// The split: `train`, `validation` or `test`.
    pub split: String,
    /// Seed of the order.
    pub seed: u64,
    /// Positions in a batch, padding included.
    pub tokens: usize,
    /// How often a fix is written that a candidate repairs; any other, once.
    pub times: usize,
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

/// The split of a repository: `train`, `validation` or `test`.
pub fn split_of(repository: &str) -> &'static str {
    match xxh3_64(repository.as_bytes()) % 100 {
        number if number < TEST => "test",
        number if number < TEST + VALIDATION => "validation",
        _ => "train",
    }
}

/// Writes every fix, each side with the other, once; tells how many a candidate repairs.
///
/// # Errors
/// [`DatasetError`] when a file cannot be read, or the reader has gone.
pub fn stream(options: &Options, out: &mut impl Write) -> Result<Report, DatasetError> {
    let vocabulary = read_vocabulary(&options.data)?;
    let mut pool = Pool { vocabulary, tokens: options.tokens, samples: Vec::new(), pairs: 0 };
    let mut random = Random::new(options.seed);
    let mut report = Report::default();
    let mut chosen: Vec<Fix> = Vec::new();
    lines::each(&options.file, |fix: Fix| {
        chosen.extend((split_of(&fix.repo) == options.split).then_some(fix));
        Ok(())
    })?;
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
        let change = match find_repair(&features, after.text(), None) {
            Some((label, _)) => {
                report.repairable += 1;
                of_type.1 += 1;
                Change::Repaired(label)
            }
            None => Change::BeyondRepair(first_difference(before.text(), after.text())),
        };
        let times = if matches!(change, Change::Repaired(_)) { options.times } else { 1 };
        for _ in 0..times {
            pool.add_pair(&after.features(), &features, change);
        }
        pool.flush_when_full(&mut random, out)?;
    }
    pool.flush(&mut random, out)?;
    Ok(report)
}

/// The byte from which on two texts differ.
fn first_difference(one: &str, other: &str) -> u32 {
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    u32::try_from(same).unwrap_or(u32::MAX)
}
