//! The stream: batches of correct functions and bugs made of them, without end or once through.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::DatasetError;
use super::batch;
use super::sample::Sample;
use super::shards::{self, Record};
use crate::features::{Features, LANGUAGE_ORDER, Vocabulary, Window};
use crate::injection::{Label, Mutant, inject};
use crate::random::Random;
use crate::snippet::Snippet;

/// Samples gathered before they are sorted by length and cut into batches.
const POOL: usize = 4_096;
/// A language's share grows with its functions to this power: thin ones get more than theirs.
const EVENNESS: f64 = 0.5;

/// Of the functions that are tests, so many are learned from: what a test expects is often known
/// to its author alone.
const TESTS: f64 = 0.3;

/// What to stream.
#[derive(Clone, Debug)]
pub struct Options {
    /// The dataset.
    pub data: PathBuf,
    /// `train`, `validation` or `test`.
    pub split: String,
    /// Other seeds, other bugs and another order.
    pub seed: u64,
    /// Positions in a batch, padding included.
    pub tokens: usize,
    /// Ends after so many functions of each language, each taken once; without it, never.
    pub once: Option<usize>,
    /// The share of the functions that come with a bug too; all come as they are.
    pub bugs: f64,
}

/// Writes batches until the reader has gone, or once through.
///
/// # Errors
/// [`DatasetError`] when the dataset cannot be read, or the reader has gone.
pub fn stream(options: &Options, out: &mut impl Write) -> Result<(), DatasetError> {
    let vocabulary = read_vocabulary(&options.data)?;
    let mut random = Random::new(options.seed);
    let folder = options.data.join(&options.split);
    let mut sources = Vec::new();
    for language in LANGUAGE_ORDER {
        let files = shards::list(&folder, language)?;
        if !files.is_empty() {
            sources.push(Source { files, next: 0, records: Vec::new(), given: 0 });
        }
    }
    let mut pool = Pool { vocabulary, tokens: options.tokens, samples: Vec::new(), pairs: 0 };
    let bugs = options.bugs;
    if let Some(most) = options.once {
        for source in &mut sources {
            for file in source.files.clone() {
                for record in shards::read(&file)? {
                    if source.given >= most {
                        break;
                    }
                    source.given += 1;
                    pool.add(&record, bugs, &mut random, out)?;
                }
            }
        }
        return pool.flush(&mut random, out);
    }
    let weights: Vec<f64> =
        sources.iter().map(|source| (source.files.len() as f64).powf(EVENNESS)).collect();
    while let Some(source) = random.weighted(&weights).and_then(|at| sources.get_mut(at)) {
        let record = source.next(&mut random)?;
        if is_test(&record.text) && random.unit() > TESTS {
            continue;
        }
        pool.add(&record, bugs, &mut random, out)?;
    }
    Ok(())
}

/// Whether a function looks like a test.
fn is_test(text: &str) -> bool {
    let head: String = text.lines().take(4).flat_map(|line| [line, "\n"]).collect();
    ["def test", "@Test", "#[test]", "func Test", "void test", "TEST("]
        .iter()
        .any(|it| head.contains(it))
}

/// Reads the vocabulary of a dataset.
///
/// # Errors
/// [`DatasetError`] when it cannot be read.
pub fn read_vocabulary(data: &Path) -> Result<Vocabulary, DatasetError> {
    let path = data.join("vocabulary.txt");
    let text = std::fs::read_to_string(&path).map_err(DatasetError::file(&path))?;
    Ok(Vocabulary::from_text(&text))
}

/// The functions of one language, round and round.
struct Source {
    files: Vec<PathBuf>,
    next: usize,
    records: Vec<Record>,
    given: usize,
}

impl Source {
    fn next(&mut self, random: &mut Random) -> Result<Record, DatasetError> {
        loop {
            if let Some(record) = self.records.pop() {
                return Ok(record);
            }
            if self.next == 0 {
                random.shuffle(&mut self.files);
            }
            let Some(file) = self.files.get(self.next) else {
                self.next = 0;
                continue;
            };
            self.next = (self.next + 1) % self.files.len();
            self.records = shards::read(file)?;
            if self.records.is_empty() {
                let problem = "it has no record".to_owned();
                return Err(DatasetError::Damaged { path: file.clone(), problem });
            }
            random.shuffle(&mut self.records);
        }
    }
}

/// What a bug is to its correct original.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// This candidate takes it back.
    Repaired(Label),
    /// No candidate does; the texts differ from this byte on.
    BeyondRepair(u32),
}

/// Samples that wait for others of their length.
pub(super) struct Pool {
    pub(super) vocabulary: Vocabulary,
    pub(super) tokens: usize,
    pub(super) samples: Vec<Sample>,
    pub(super) pairs: u32,
}

impl Pool {
    /// Adds a function as it is and, for a share of them, with a bug.
    fn add(
        &mut self,
        record: &Record,
        bugs: f64,
        random: &mut Random,
        out: &mut impl Write,
    ) -> Result<(), DatasetError> {
        let Some(clean) = Snippet::read(&record.text, record.language) else { return Ok(()) };
        let features = clean.features();
        if let Some(Mutant { snippet, label, .. }) = inject(&clean, &features, random) {
            let is_added = self.add_pair(&features, &snippet.features(), Change::Repaired(label));
            if is_added && bugs < 1.0 && random.unit() >= bugs {
                self.samples.pop();
            }
        }
        self.flush_when_full(random, out)
    }

    /// Adds the window of `clean` with what was changed, then the same window of `buggy`; tells
    /// whether there is such a window.
    pub(super) fn add_pair(
        &mut self,
        clean: &Features<'_>,
        buggy: &Features<'_>,
        change: Change,
    ) -> bool {
        let windows = buggy.windows();
        let holds = |window: &Window| match change {
            Change::Repaired(label) => window.groups.contains(&label.group),
            Change::BeyondRepair(at) => buggy
                .positions
                .get(window.positions.clone())
                .and_then(<[_]>::last)
                .is_some_and(|last| last.token.span.end > at),
        };
        let at = windows.iter().position(holds).unwrap_or(0);
        let other = clean.windows();
        let (Some(window), Some(other)) = (windows.get(at), other.get(at)) else { return false };
        let label = match change {
            Change::Repaired(label) => Some(label),
            Change::BeyondRepair(_) => None,
        };
        let buggy = Sample::of_window(buggy, window, &self.vocabulary, label);
        let clean = Sample::of_window(clean, other, &self.vocabulary, None);
        let (Some(clean), Some(buggy)) = (clean, buggy) else { return false };
        self.pairs = self.pairs.wrapping_add(1);
        let pair = self.pairs;
        self.samples.push(Sample { pair, ..clean });
        self.samples.push(Sample { pair, is_beyond_repair: label.is_none(), ..buggy });
        true
    }

    pub(super) fn flush_when_full(
        &mut self,
        random: &mut Random,
        out: &mut impl Write,
    ) -> Result<(), DatasetError> {
        if self.samples.len() < POOL { Ok(()) } else { self.flush(random, out) }
    }

    pub(super) fn flush(
        &mut self,
        random: &mut Random,
        out: &mut impl Write,
    ) -> Result<(), DatasetError> {
        for samples in batch::cut(&self.samples, self.tokens, random) {
            batch::write(&samples, out).map_err(DatasetError::Reader)?;
        }
        self.samples.clear();
        out.flush().map_err(DatasetError::Reader)
    }
}
