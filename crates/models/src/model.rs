//! Models: weights, vocabulary and thresholds with a manifest that says what they are.
//!
//! The model that ships stands inside the binary; it is unpacked when it is asked for, never while
//! a process starts. A folder of the same shape can be used in its place.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use analysis::cancellation::CancellationToken;
use analysis::languages::Language;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::decision::evidence::Signs;
use crate::decision::{Changed, Choice, Judgement, Thresholds, judge, judge_all};
use crate::features::{FORMAT_VERSION, Features, LANGUAGE_ORDER};
use crate::predictor::{ModelError, Predictor};
use crate::snippet::Snippet;

/// Version of the manifest.
const MANIFEST_VERSION: u32 = 1;
/// What a model has to be for.
const TASK: &str = "bug-localization-and-repair";
/// The files of a model.
pub const FILES: [&str; 3] = [WEIGHTS, VOCABULARY, THRESHOLDS];
const WEIGHTS: &str = "predictor.safetensors";
const VOCABULARY: &str = "vocabulary.txt";
const THRESHOLDS: &str = "calibration.json";
/// The file that says what the others are.
pub const MANIFEST: &str = "manifest.json";

static EMBEDDED: [(&str, &[u8]); 4] = [
    (MANIFEST, include_bytes!("../weights/manifest.json")),
    (WEIGHTS, include_bytes!("../weights/predictor.safetensors")),
    (VOCABULARY, include_bytes!("../weights/vocabulary.txt")),
    (THRESHOLDS, include_bytes!("../weights/calibration.json")),
];

/// What a model says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the manifest.
    pub manifest: u32,
    /// Its name and version.
    pub id: String,
    /// What it is for.
    pub task: String,
    /// Version of the features it reads.
    pub format: u32,
    /// The licence of its weights.
    pub licence: String,
    /// The SHA-256 of each file.
    pub files: BTreeMap<String, String>,
}

/// Where a model's files are.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Source {
    /// Inside this program.
    #[default]
    Embedded,
    /// In a folder.
    Folder(PathBuf),
}

impl Source {
    fn file(&self, name: &str) -> Result<Cow<'static, [u8]>, ModelError> {
        let missing = || ModelError::Missing { file: self.show(name) };
        match self {
            Self::Embedded => {
                let found = EMBEDDED.iter().find(|(known, _)| *known == name);
                found.map(|(_, bytes)| Cow::Borrowed(*bytes)).ok_or_else(missing)
            }
            Self::Folder(folder) => {
                fs::read(folder.join(name)).map(Cow::Owned).map_err(|_| missing())
            }
        }
    }

    /// How messages name a file of it.
    fn show(&self, name: &str) -> String {
        match self {
            Self::Embedded => name.to_owned(),
            Self::Folder(folder) => folder.join(name).display().to_string(),
        }
    }

    /// Its manifest.
    ///
    /// # Errors
    /// [`ModelError`] when there is none, or one of another version.
    pub fn manifest(&self) -> Result<Manifest, ModelError> {
        let bytes = self.file(MANIFEST)?;
        let unreadable =
            |problem: String| ModelError::Unreadable { file: self.show(MANIFEST), problem };
        let version: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
        let version = version.get("manifest").and_then(serde_json::Value::as_u64);
        if version != Some(u64::from(MANIFEST_VERSION)) {
            let found = version.map_or_else(|| "none".to_owned(), |it| it.to_string());
            return Err(unreadable(format!(
                "it is of version {found}, this program reads version {MANIFEST_VERSION}"
            )));
        }
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
        if manifest.format != FORMAT_VERSION {
            return Err(ModelError::Version { found: manifest.format.to_string() });
        }
        if manifest.task != TASK {
            return Err(ModelError::Task { found: manifest.task });
        }
        Ok(manifest)
    }

    /// Bytes of its files.
    ///
    /// # Errors
    /// [`ModelError`] when one is missing.
    pub fn size(&self) -> Result<usize, ModelError> {
        FILES.iter().try_fold(0, |sum, name| Ok(sum + self.file(name)?.len()))
    }

    /// A file whose checksum is the manifest's.
    fn checked(&self, manifest: &Manifest, name: &str) -> Result<Cow<'static, [u8]>, ModelError> {
        let bytes = self.file(name)?;
        let expected = manifest.files.get(name).cloned().unwrap_or_default();
        let found = checksum(&bytes);
        if found == expected {
            Ok(bytes)
        } else {
            Err(ModelError::Checksum { file: self.show(name), found, expected })
        }
    }

    /// Reads the whole model.
    ///
    /// # Errors
    /// [`ModelError`] when a file is missing, damaged, or of another version.
    pub fn read(&self) -> Result<Model, ModelError> {
        let manifest = self.manifest()?;
        let unreadable = |file: &str, problem: String| {
            let file = self.show(file);
            ModelError::Unreadable { file, problem }
        };
        let vocabulary = self.checked(&manifest, VOCABULARY)?;
        let vocabulary = std::str::from_utf8(&vocabulary)
            .map_err(|error| unreadable(VOCABULARY, error.to_string()))?;
        let thresholds = serde_json::from_slice(&self.checked(&manifest, THRESHOLDS)?)
            .map_err(|error| unreadable(THRESHOLDS, error.to_string()))?;
        let predictor = Predictor::read(&self.checked(&manifest, WEIGHTS)?, vocabulary)?;
        Ok(Model { manifest, predictor, thresholds })
    }
}

/// A model that can be asked.
#[derive(Debug)]
pub struct Model {
    /// What it is.
    pub manifest: Manifest,
    /// Its network.
    pub predictor: Predictor,
    /// When it speaks.
    pub thresholds: Thresholds,
}

/// A rewrite to show, and what else the network considered.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// The rewrite; its signs are those that made it likelier.
    pub choice: Choice,
    /// The signs that made it less likely.
    pub against: Signs,
    /// How sure we are of it, 0 to 1.
    pub confidence: f32,
    /// The next likely rewrites.
    pub runners_up: Vec<Choice>,
}

impl Model {
    /// Has the network judge a small function once, so that the first function of the user does not
    /// wait for memory that was never touched.
    ///
    /// # Errors
    /// [`ModelError::NoAnswer`] when what comes out is not a number.
    pub fn warm_up(&self) -> Result<(), ModelError> {
        const FUNCTION: &str = "def total(width, height):\n    return width * width\n";
        let python = Language::from_id("python");
        let Some(snippet) = python.and_then(|it| Snippet::read(FUNCTION, it)) else {
            return Ok(());
        };
        let judgement = self.judge(&snippet.features(), &CancellationToken::new());
        let is_number = judgement.is_some_and(|it| it.score.is_finite());
        if is_number { Ok(()) } else { Err(ModelError::NoAnswer) }
    }

    /// The languages it has no thresholds for, so that it says nothing of them.
    pub fn gaps(&self) -> Vec<&'static str> {
        let known = &self.thresholds.languages;
        LANGUAGE_ORDER.into_iter().filter(|it| !known.contains_key(*it)).collect()
    }

    /// The same as a sentence, if there are any.
    pub fn gaps_told(&self) -> Option<String> {
        let gaps = self.gaps();
        let told = || {
            format!(
                "There are no predictions in {}: the model has no thresholds for it",
                gaps.join(", ")
            )
        };
        (!gaps.is_empty()).then(told)
    }

    /// Judges a unit; nothing when cancelled.
    pub fn judge(&self, features: &Features<'_>, cancel: &CancellationToken) -> Option<Judgement> {
        judge(&self.predictor, &self.thresholds.evidence, features, cancel)
    }

    /// Judges several units, in batches; nothing when cancelled.
    pub fn judge_all(
        &self,
        units: &[&Features<'_>],
        cancel: &CancellationToken,
    ) -> Option<Vec<Judgement>> {
        judge_all(&self.predictor, &self.thresholds.evidence, units, cancel)
    }

    /// What to show of a judgement, if anything.
    pub fn alarm(&self, judgement: &Judgement, language: &str, changed: Changed) -> Option<Alarm> {
        let choice = judgement.alarm(&self.thresholds, language, changed)?;
        let runners_up = judgement.choices.iter().skip(1);
        let (signs, against) = choice.signs.weighed(&self.thresholds.evidence);
        Some(Alarm {
            choice: Choice { signs, ..choice },
            against,
            confidence: self.thresholds.confidence(choice.log_odds, changed),
            runners_up: runners_up.filter(|it| !it.is_groundless).copied().collect(),
        })
    }
}

/// The SHA-256 of bytes, in hexadecimal.
fn checksum(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The network of a folder that has no thresholds and manifest yet.
///
/// # Errors
/// [`ModelError`] when the weights or the vocabulary cannot be used.
pub fn unsealed(folder: &Path) -> Result<Predictor, ModelError> {
    let source = Source::Folder(folder.to_owned());
    let vocabulary = source.file(VOCABULARY)?;
    Predictor::read(&source.file(WEIGHTS)?, &String::from_utf8_lossy(&vocabulary))
}

/// Writes thresholds beside weights.
///
/// # Errors
/// [`ModelError`] when they cannot be written.
pub fn write_thresholds(folder: &Path, thresholds: &Thresholds) -> Result<(), ModelError> {
    write(&folder.join(THRESHOLDS), thresholds)
}

fn write(path: &Path, value: &impl Serialize) -> Result<(), ModelError> {
    let text = serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    fs::write(path, text).map_err(|error| ModelError::Unreadable {
        file: path.display().to_string(),
        problem: error.to_string(),
    })
}

/// Writes the manifest of a folder whose other files are there; gives the checksums.
///
/// # Errors
/// [`ModelError`] when a file is missing, unusable, or cannot be written.
pub fn seal(folder: &Path, licence: &str) -> Result<Manifest, ModelError> {
    let source = Source::Folder(folder.to_owned());
    let mut files = BTreeMap::new();
    for name in FILES {
        files.insert(name.to_owned(), checksum(&source.file(name)?));
    }
    let weights = files.get(WEIGHTS).and_then(|sum| sum.get(..8)).unwrap_or_default();
    let manifest = Manifest {
        manifest: MANIFEST_VERSION,
        id: format!("omnistack-predictor-{FORMAT_VERSION}-{weights}"),
        task: TASK.to_owned(),
        format: FORMAT_VERSION,
        licence: licence.to_owned(),
        files,
    };
    write(&folder.join(MANIFEST), &manifest)?;
    source.read()?;
    Ok(manifest)
}
