//! The options of `check`, as typed by the user and as used.

use std::path::{Path, PathBuf};

use analysis::findings::Severity;
use clap::{Args, ValueEnum};

use super::{CommandError, selectors};
use crate::configuration::{Configurations, Layer, Source};

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people: source excerpts with carets.
    #[default]
    Text,
    /// For programs.
    Json,
    /// The Static Analysis Results Interchange Format, 2.1.0.
    Sarif,
    /// Annotations of GitHub's workflow log.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// Reviewdog's diagnostic format.
    Rdjson,
    /// A JUnit report.
    Junit,
}

impl OutputFormat {
    /// Its name as a flag's value.
    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// A severity as a flag's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SeverityArgument {
    /// Hints and everything above.
    Hint,
    /// Information and everything above.
    Information,
    /// Warnings and errors.
    Warning,
    /// Errors only.
    Error,
}

impl From<SeverityArgument> for Severity {
    fn from(argument: SeverityArgument) -> Self {
        match argument {
            SeverityArgument::Hint => Self::Hint,
            SeverityArgument::Information => Self::Information,
            SeverityArgument::Warning => Self::Warning,
            SeverityArgument::Error => Self::Error,
        }
    }
}

/// Options of `check`.
#[derive(Clone, Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct CheckOptions {
    /// Files and folders to look at; the current folder if none is named.
    #[arg(value_name = "PATHS")]
    pub paths: Vec<PathBuf>,
    /// How to print the findings.
    #[arg(long, value_enum, default_value_t)]
    pub format: OutputFormat,
    /// Write the findings to a file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Run these rules instead of the recommended ones: ids, categories, globs, profiles, or ALL.
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave these rules out.
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Take the settings from this file, not from the nearest omnistack.toml.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Leave out findings below this severity.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub min_severity: Option<SeverityArgument>,
    /// Leave out findings we are less sure of, 0 to 1.
    #[arg(long, value_name = "CONFIDENCE", value_parser = confidence)]
    pub min_confidence: Option<f32>,
    /// Leave out the predictions of the network.
    #[arg(long)]
    pub no_predict: bool,
    /// Ask the network about every function, however much source text there is.
    #[arg(long, conflicts_with = "no_predict")]
    pub predict: bool,
    /// Apply the safe fixes; text from standard input is printed with them.
    #[arg(long)]
    pub fix: bool,
    /// With --fix or --diff: apply the fixes that change what the program does, too.
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Print what --fix would change, and change nothing.
    #[arg(long, conflicts_with = "statistics")]
    pub diff: bool,
    /// Leave out the findings that this file lists.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all findings to the baseline file.
    #[arg(long, requires = "baseline")]
    pub write_baseline: bool,
    /// Remove from the baseline file what is not found any more.
    #[arg(
        long,
        requires = "baseline",
        conflicts_with_all = [
            "write_baseline", "changed_since", "select", "ignore", "min_severity",
            "min_confidence", "stdin_filename",
        ]
    )]
    pub prune_baseline: bool,
    /// Only findings in functions changed since this git revision.
    #[arg(long, value_name = "REVISION")]
    pub changed_since: Option<String>,
    /// Print how often each rule found something: instead of the findings in text, beside them in
    /// JSON.
    #[arg(long)]
    pub statistics: bool,
    /// How many threads to use.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// End with 0 although there are findings.
    #[arg(long)]
    pub exit_zero: bool,
    /// Keep nothing on disk between runs (the default).
    #[arg(long, overrides_with = "cache")]
    pub no_cache: bool,
    /// Keep predictions on disk between runs, in the folder of the setting `cache.folder` or the
    /// user's own for caches.
    #[arg(long, overrides_with = "no_cache")]
    pub cache: bool,
    /// Read the text from standard input and take it for a file of this name.
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
}

fn confidence(text: &str) -> Result<f32, String> {
    let value: f32 = text.parse().map_err(|_| "give a number from 0 to 1".to_owned())?;
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err("give a number from 0 to 1".to_owned())
    }
}

impl CheckOptions {
    /// The settings that the flags make, over those of files and the environment.
    ///
    /// # Errors
    /// [`CommandError::Selector`] for a selector that names nothing.
    pub fn configurations(&self) -> Result<Configurations, CommandError> {
        let mut ignored = self.ignore.clone();
        ignored.extend(self.no_predict.then(|| "predict".to_owned()));
        let root = self.roots().into_iter().next().unwrap_or_default();
        let resolved = |it: &[String]| selectors::resolved(it, &root, self.config.as_ref());
        let selected = resolved(&self.select)?;
        let ignored = resolved(&ignored)?;
        let mut flags = serde_json::Map::new();
        for (key, selectors) in [("select", &selected), ("ignore", &ignored)] {
            if !selectors.is_empty() {
                flags.insert(key.to_owned(), selectors.clone().into());
            }
        }
        let layers = vec![Configurations::environment(), Layer::new(Source::Flags, flags)];
        Ok(Configurations::of_folders(layers, self.config.clone(), &self.roots()))
    }

    /// Looks whether the options go together, so that none is silently ignored.
    ///
    /// # Errors
    /// [`CommandError::DiffFormat`], [`CommandError::StatisticsFormat`],
    /// [`CommandError::PathBesideInput`] and [`CommandError::NamelessInput`].
    pub fn check_combination(&self) -> Result<(), CommandError> {
        if self.diff && self.format != OutputFormat::Text {
            return Err(CommandError::DiffFormat { format: self.format.name() });
        }
        let counts = matches!(self.format, OutputFormat::Text | OutputFormat::Json);
        if self.statistics && !counts {
            return Err(CommandError::StatisticsFormat { format: self.format.name() });
        }
        let is_input = |path: &&PathBuf| path.as_os_str() == "-";
        let other = self.paths.iter().find(|path| !is_input(path));
        match (&self.stdin_filename, other) {
            (Some(_), Some(path)) => {
                Err(CommandError::PathBesideInput { path: path.display().to_string() })
            }
            (None, _) if self.paths.iter().any(|path| is_input(&path)) => {
                Err(CommandError::NamelessInput)
            }
            _ => Ok(()),
        }
    }

    /// Looks whether the named paths are there.
    ///
    /// # Errors
    /// [`CommandError::NoSuchPath`] for the first that is not.
    pub fn check_paths(&self) -> Result<(), CommandError> {
        match self.roots().iter().find(|path| path.symlink_metadata().is_err()) {
            Some(path) => Err(CommandError::NoSuchPath { path: path.display().to_string() }),
            None => Ok(()),
        }
    }

    /// Where to look for files.
    pub fn roots(&self) -> Vec<PathBuf> {
        // What is read from standard input lies nowhere else.
        if self.paths.is_empty() || self.stdin_filename.is_some() {
            return vec![PathBuf::from(".")];
        }
        self.paths.clone()
    }

    /// Whether the user named this very file, rather than a folder around it.
    pub fn names(&self, path: &Path) -> bool {
        self.paths.iter().chain(&self.stdin_filename).any(|named| named == path)
    }

    /// Whether fixes are applied, to files or to show what they would do.
    pub fn mends(&self) -> bool {
        self.fix || self.diff
    }

    /// Whether flags leave out findings that a run without them has.
    pub fn leaves_out(&self) -> bool {
        !self.select.is_empty()
            || !self.ignore.is_empty()
            || self.min_severity.is_some()
            || self.min_confidence.is_some()
            || self.changed_since.is_some()
            || self.stdin_filename.is_some()
    }

    /// Whether standard output gets the text from standard input with its fixes.
    pub fn prints_mended_input(&self) -> bool {
        self.fix && !self.diff && self.stdin_filename.is_some()
    }

    /// How many threads to use.
    pub fn thread_count(&self) -> usize {
        let available = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(available, usize::from)
    }
}
