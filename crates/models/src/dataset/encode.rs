//! Encoding: given functions as a batch each, in their order, for comparing the trainer's network
//! with the product's.

use std::io::Write;
use std::path::Path;

use analysis::languages::Language;
use serde::Deserialize;

use super::stream::read_vocabulary;
use super::{DatasetError, batch, lines, sample::Sample};
use crate::features::Vocabulary;
use crate::snippet::Snippet;

/// A function.
#[derive(Clone, Debug, Deserialize)]
pub struct Function {
    /// The id of its language.
    pub language: String,
    /// Its text.
    pub code: String,
}

/// The samples of a function, one for each window; none for what cannot be read.
pub fn samples(function: &Function, vocabulary: &Vocabulary) -> Vec<Sample> {
    let language = Language::from_id(&function.language);
    let Some(snippet) = language.and_then(|it| Snippet::read(&function.code, it)) else {
        return Vec::new();
    };
    let features = snippet.features();
    let windows = features.windows();
    let encode = |window| Sample::of_window(&features, window, vocabulary, None);
    windows.iter().filter_map(encode).collect()
}

/// Writes each window of each function of a file as a batch of one.
///
/// # Errors
/// [`DatasetError`] when a file cannot be read, or the reader has gone.
pub fn encode(file: &Path, data: &Path, out: &mut impl Write) -> Result<(), DatasetError> {
    let vocabulary = read_vocabulary(data)?;
    lines::each(file, |function: Function| {
        for sample in samples(&function, &vocabulary) {
            batch::write(&[&sample], out).map_err(DatasetError::Reader)?;
        }
        Ok(())
    })
}
