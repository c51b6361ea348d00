//! Showing what the network learns from, for whoever judges the bugs made on purpose.

use std::io::Write;
use std::path::Path;

use super::{DatasetError, shards};
use crate::injection::inject;
use crate::random::Random;
use crate::snippet::Snippet;

/// Writes, for some functions of a language, the line that a bug was made in, before and after.
///
/// # Errors
/// [`DatasetError`] when the dataset cannot be read, or the reader has gone.
pub fn show(
    data: &Path,
    language: &str,
    count: usize,
    seed: u64,
    out: &mut impl Write,
) -> Result<(), DatasetError> {
    let mut random = Random::new(seed);
    let files = shards::list(&data.join("train"), language)?;
    let Some(file) = files.get(random.below(files.len())) else { return Ok(()) };
    let mut records = shards::read(file)?;
    random.shuffle(&mut records);
    for record in records.iter().take(count) {
        let Some(original) = Snippet::read(&record.text, record.language) else { continue };
        let Some(mutant) = inject(&original, &original.features(), &mut random) else { continue };
        let changed = original.text().lines().zip(mutant.snippet.text().lines());
        writeln!(out, "{}", mutant.kind.name()).map_err(DatasetError::Reader)?;
        for (before, after) in changed.filter(|(before, after)| before != after) {
            writeln!(out, "- {}\n+ {}", before.trim(), after.trim())
                .map_err(DatasetError::Reader)?;
        }
    }
    Ok(())
}
