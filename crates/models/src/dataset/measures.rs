//! Records for the evaluation command, as JSON lines: functions of a split with bugs made on
//! purpose, the same functions as they are, and the real fixes kept for evaluation.

use std::io::Write;
use std::path::Path;

use analysis::languages::Language;
use serde_json::{Value, json};

use super::fixes::{Fix, split_of};
use super::shards::{self, Record};
use super::{DatasetError, lines};
use crate::features::LANGUAGE_ORDER;
use crate::injection::inject;
use crate::random::Random;
use crate::snippet::Snippet;

/// Which functions.
#[derive(Clone, Debug)]
pub struct Functions<'a> {
    /// The dataset.
    pub data: &'a Path,
    /// The split: train, validation or test.
    pub split: &'a str,
    /// How many of each language.
    pub count: usize,
    /// Other seeds give other functions and bugs.
    pub seed: u64,
}

impl Functions<'_> {
    /// Writes functions as they are: records with `language` and `code`.
    ///
    /// # Errors
    /// [`DatasetError`] when the dataset cannot be read, or the reader has gone.
    pub fn write_clean(&self, out: &mut impl Write) -> Result<(), DatasetError> {
        self.each(
            |record, _| {
                Snippet::read(&record.text, record.language)?;
                Some(json!({"language": record.language.id(), "code": record.text}))
            },
            out,
        )
    }

    /// Writes functions with a bug made on purpose: records with `language`, `buggy`, `fixed` and
    /// `bug_type`, what repairs it.
    ///
    /// # Errors
    /// [`DatasetError`] when the dataset cannot be read, or the reader has gone.
    pub fn write_pairs(&self, out: &mut impl Write) -> Result<(), DatasetError> {
        self.each(
            |record, random| {
                let original = Snippet::read(&record.text, record.language)?;
                let mutant = inject(&original, &original.features(), random)?;
                let (buggy, fixed) = (mutant.snippet.text(), original.text());
                Some(json!({"language": record.language.id(), "buggy": buggy, "fixed": fixed,
                "bug_type": mutant.kind.name()}))
            },
            out,
        )
    }

    fn each(
        &self,
        make: impl Fn(&Record, &mut Random) -> Option<Value>,
        out: &mut impl Write,
    ) -> Result<(), DatasetError> {
        let mut random = Random::new(self.seed);
        for name in LANGUAGE_ORDER {
            let mut records = Vec::new();
            for shard in shards::list(&self.data.join(self.split), name)? {
                records.extend(shards::read(&shard)?);
            }
            // A record names its language, not its dialect.
            let plain = Language::from_id(name);
            records.retain(|record| Some(record.language) == plain);
            random.shuffle(&mut records);
            let values = records.iter().filter_map(|record| make(record, &mut random));
            for value in values.take(self.count) {
                writeln!(out, "{value}").map_err(DatasetError::Reader)?;
            }
        }
        Ok(())
    }
}

/// Writes the real fixes of a split's repositories.
///
/// # Errors
/// [`DatasetError`] when the file cannot be read, or the reader has gone.
pub fn write_fixes(file: &Path, split: &str, out: &mut impl Write) -> Result<(), DatasetError> {
    lines::each(file, |fix: Fix| {
        if split_of(&fix.repo) == split {
            let Fix { language, buggy, fixed, bug_type, .. } = fix;
            let record = json!({"language": language, "buggy": buggy, "fixed": fixed,
                "bug_type": bug_type});
            writeln!(out, "{record}").map_err(DatasetError::Reader)?;
        }
        Ok(())
    })
}
