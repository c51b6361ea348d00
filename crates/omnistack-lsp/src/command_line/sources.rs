//! What a run is about: the files below the paths that were named, or the text from standard input.

use std::collections::HashSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use analysis::configuration::Configuration;
use analysis::languages::Language;

use super::CommandError;
use super::options::CheckOptions;
use crate::workspace::{Discovered, Skip, SourceFile, discover};

/// What is to be analysed.
#[derive(Default)]
pub(super) struct Sources {
    /// Files with their languages, in the order of their paths.
    pub(super) files: Vec<(PathBuf, Language)>,
    /// Files outside all that the user named, which a link led to.
    pub(super) outside: HashSet<PathBuf>,
    /// The text from standard input.
    pub(super) standard_input: Option<SourceFile>,
    /// What was read of standard input, where it is to be printed again.
    pub(super) input: Option<Vec<u8>>,
    /// What was left out already.
    pub(super) skipped: Vec<Skip>,
}

impl Sources {
    /// Finds the files, or reads standard input.
    ///
    /// # Errors
    /// [`CommandError::File`] when standard input cannot be read.
    pub(super) fn of(options: &CheckOptions) -> Result<Self, CommandError> {
        if let Some(name) = &options.stdin_filename {
            let keeps = options.prints_mended_input();
            return Self::standard_input(name, Configuration::default().size_limit, keeps);
        }
        let found = discover(&options.roots(), options.thread_count());
        let Discovered { files, outside, skipped } = found;
        Ok(Self { files, outside, skipped, ..Self::default() })
    }

    fn standard_input(name: &Path, size_limit: usize, keeps: bool) -> Result<Self, CommandError> {
        let mut bytes = Vec::new();
        // One byte too many suffices to see that there are too many; some inputs have no end.
        let mut input = io::stdin().lock().take(size_limit as u64 + 1);
        input.read_to_end(&mut bytes).map_err(|source| CommandError::File {
            action: "read",
            path: "standard input".to_owned(),
            source,
        })?;
        let text = String::from_utf8_lossy(bytes.get(..128.min(bytes.len())).unwrap_or(&[]));
        let language = Language::from_path(name).or_else(|| Language::from_first_line(&text));
        let input = keeps.then(|| bytes.clone());
        let mut sources = Self { input, ..Self::default() };
        match language.map(|language| SourceFile::decode(name, language, bytes)) {
            Some(Ok(source)) => sources.standard_input = Some(source),
            Some(Err(skip)) => sources.skipped.push(skip),
            None => {}
        }
        Ok(sources)
    }

    /// Whether nothing here is of a supported language.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.standard_input.is_none() && self.skipped.is_empty()
    }
}
