//! Building the dataset from downloaded packages.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::DatasetError;
use super::functions::functions;
use super::near::Seen;
use super::packages::Package;
use super::shards::{self, Record};
use crate::features::FORMAT_VERSION;
use crate::features::subtokens::subtokens;
use crate::snippet::Snippet;

/// Words in the vocabulary.
const WORDS: usize = 10_000;
/// Of one package at most so many functions are taken, lest one project fills a language.
const MOST_OF_PACKAGE: usize = 25_000;
/// Of a hundred projects, so many are for validation, and as many for the test.
const HELD_OUT: u64 = 8;

/// What to build from, and where to.
#[derive(Clone, Debug)]
pub struct Options {
    /// The list of packages.
    pub list: PathBuf,
    /// Where the downloaded packages are.
    pub corpus: PathBuf,
    /// Where the dataset goes.
    pub out: PathBuf,
}

/// What was built.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Version of the features it is meant for.
    pub format: u32,
    /// Packages of the list that were there.
    pub packages: usize,
    /// Functions that were read.
    pub read: usize,
    /// Functions dropped as doubles, near-doubles or excluded.
    pub dropped: usize,
    /// Functions kept, by `split/language`.
    pub kept: BTreeMap<String, usize>,
    /// Projects by number, with their split.
    pub projects: Vec<(String, &'static str)>,
}

/// The split a project belongs to; the same on every run.
fn split_of(project: &str) -> &'static str {
    match xxh3_64(project.as_bytes()) % 100 {
        0..HELD_OUT => "validation",
        at if at < 2 * HELD_OUT => "test",
        _ => "train",
    }
}

/// Builds the dataset: shards, vocabulary and manifest. `tell` hears of each package.
///
/// # Errors
/// [`DatasetError`] when the list, a folder or a file cannot be used.
pub fn build(options: &Options, mut tell: impl FnMut(&str)) -> Result<Report, DatasetError> {
    let packages = Package::read_list(&options.list)?;
    let mut report = Report { format: FORMAT_VERSION, ..Report::default() };
    let mut seen = Seen::default();
    let mut numbers: FxHashMap<String, u32> = FxHashMap::default();
    let mut kept: BTreeMap<(&'static str, &'static str), Vec<Record>> = BTreeMap::new();
    // What is excluded is seen first, so that copies of it count as doubles.
    let (excluded, train): (Vec<_>, Vec<_>) = packages.iter().partition(|it| it.is_excluded);
    for package in excluded.into_iter().chain(train) {
        let folder = package.folder(&options.corpus);
        if !folder.is_dir() {
            continue;
        }
        report.packages += 1;
        let project = package.project();
        let split = split_of(&project);
        let number = *numbers.entry(project.clone()).or_insert_with(|| {
            report.projects.push((project, split));
            report.projects.len() as u32 - 1
        });
        let mut taken = 0;
        for path in files_below(&folder)? {
            if taken >= MOST_OF_PACKAGE && !package.is_excluded {
                break;
            }
            // What is not text is no source.
            let Ok(source) = fs::read_to_string(&path) else { continue };
            for function in functions(&path, &source) {
                report.read += 1;
                let is_new = seen.is_new(&function.tokens);
                if !is_new || package.is_excluded || !package.holds(function.language.id()) {
                    report.dropped += 1;
                    continue;
                }
                taken += 1;
                let record =
                    Record { language: function.language, project: number, text: function.text };
                kept.entry((split, function.language.id())).or_default().push(record);
            }
        }
        tell(&format!("{} {}: {taken} functions", package.registry, package.name));
    }
    write_out(&options.out, kept, &mut report)?;
    Ok(report)
}

fn write_out(
    out: &Path,
    kept: BTreeMap<(&'static str, &'static str), Vec<Record>>,
    report: &mut Report,
) -> Result<(), DatasetError> {
    let mut counts = WordCounts::default();
    for ((split, language), mut records) in kept {
        // A random order that is the same on every run.
        records.sort_by_cached_key(|record| xxh3_64(record.text.as_bytes()));
        if split == "train" {
            counts.add_language(&records);
        }
        shards::write(&out.join(split), language, &records)?;
        report.kept.insert(format!("{split}/{language}"), records.len());
    }
    let path = out.join("vocabulary.txt");
    fs::write(&path, counts.vocabulary()).map_err(DatasetError::file(&path))?;
    let path = out.join("manifest.json");
    let manifest = serde_json::to_string_pretty(&report).unwrap_or_default();
    fs::write(&path, manifest).map_err(DatasetError::file(&path))
}

/// How often words occur, each language counting alike.
#[derive(Default)]
struct WordCounts(FxHashMap<Box<str>, f64>);

impl WordCounts {
    /// Functions looked at per language: enough to tell common words from rare ones.
    const SAMPLE: usize = 30_000;

    fn add_language(&mut self, records: &[Record]) {
        let mut counts: FxHashMap<Box<str>, u32> = FxHashMap::default();
        let mut total = 0_u32;
        for record in records.iter().take(Self::SAMPLE) {
            let Some(snippet) = Snippet::read(&record.text, record.language) else { continue };
            let features = snippet.features();
            for position in &features.positions {
                subtokens(features.text(position), |word| {
                    total += 1;
                    if let Some(count) = counts.get_mut(word) {
                        *count += 1;
                    } else {
                        counts.insert(word.into(), 1);
                    }
                });
            }
        }
        for (word, count) in counts {
            *self.0.entry(word).or_default() += f64::from(count) / f64::from(total.max(1));
        }
    }

    fn vocabulary(self) -> String {
        let mut words: Vec<(Box<str>, f64)> = self.0.into_iter().collect();
        words.sort_by(|(a, count_a), (b, count_b)| count_b.total_cmp(count_a).then(a.cmp(b)));
        words.into_iter().take(WORDS).fold(String::new(), |text, (word, _)| text + &word + "\n")
    }
}

/// The files below a folder, in order of their paths.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, DatasetError> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(DatasetError::file(&folder))? {
            let entry = entry.map_err(DatasetError::file(&folder))?;
            let kind = entry.file_type().map_err(DatasetError::file(entry.path()))?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}
