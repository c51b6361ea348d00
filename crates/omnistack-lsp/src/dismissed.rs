//! Dismissed predictions: a file in the workspace remembers which ones somebody has read and found
//! wrong, so that neither the editor nor the command line shows them again.

use std::collections::HashSet;
use std::fs;
use std::hash::BuildHasher;
use std::io;
use std::path::{Path, PathBuf};

use analysis::findings::Finding;
use serde::{Deserialize, Serialize};

use crate::configuration::FILE_NAME;

/// Where the file lies in the workspace.
pub const DISMISSED: &str = ".omnistack/dismissed.json";
/// Version of the file's format.
const VERSION: u32 = 1;

/// Why a prediction cannot be dismissed.
#[derive(Debug, thiserror::Error)]
pub enum DismissError {
    /// The document has no file, so there is no workspace to remember it in.
    #[error("a prediction can be dismissed once the document is saved as a file")]
    NoFile,
    /// The workspace's file cannot be read or written.
    #[error("cannot {action} {path}: {source}; see that the file can be written")]
    File {
        /// What was tried.
        action: &'static str,
        /// With which file.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// The workspace's file holds something else.
    #[error("{path} holds no dismissed predictions ({problem}); mend or remove it")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Contents {
    version: u32,
    predictions: Vec<Known>,
}

/// A prediction, told by its fingerprint; the rest is for people who read the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    path: String,
    rule: String,
    message: String,
    fingerprint: String,
}

/// The file of the workspace around a folder, if it has one.
pub fn file_of(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(DISMISSED)).find(|file| file.is_file())
}

/// The fingerprints dismissed in the workspace around a folder, and what is wrong with the file.
pub fn of_folder(folder: &Path) -> (HashSet<String>, Option<String>) {
    match file_of(folder).map(|file| read(&file)) {
        None => (HashSet::new(), None),
        Some(Ok(contents)) => {
            (contents.predictions.into_iter().map(|it| it.fingerprint).collect(), None)
        }
        Some(Err(error)) => (HashSet::new(), Some(format!("{error}."))),
    }
}

/// Leaves out the predictions that were dismissed.
pub fn leave_out<S: BuildHasher>(findings: &mut Vec<Finding>, dismissed: &HashSet<String, S>) {
    if !dismissed.is_empty() {
        findings.retain(|it| !it.is_prediction() || !dismissed.contains(&it.fingerprint));
    }
}

/// Remembers a prediction as dismissed in the workspace of its file: beside the settings, else at
/// the root of the repository, else in the file's own folder.
///
/// # Errors
/// [`DismissError`] when the workspace's file cannot be read or written.
pub fn dismiss(path: &Path, finding: &Finding) -> Result<(), DismissError> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder =
        path.parent().filter(|_| path.file_name().is_some()).ok_or(DismissError::NoFile)?;
    let holds = |names: &'static [&'static str]| {
        folder.ancestors().find(move |folder| names.iter().any(|it| folder.join(it).exists()))
    };
    let root = holds(&[DISMISSED]).or_else(|| holds(&[FILE_NAME, ".git"])).unwrap_or(folder);
    let file = root.join(DISMISSED);
    let mut contents = if file.exists() { read(&file)? } else { Contents::default() };
    contents.version = VERSION;
    let shown = path.strip_prefix(root).unwrap_or(&path);
    contents.predictions.push(Known {
        path: shown.to_string_lossy().replace('\\', "/"),
        rule: finding.rule.to_owned(),
        message: finding.message.clone(),
        fingerprint: finding.fingerprint.clone(),
    });
    contents.predictions.sort();
    contents.predictions.dedup();
    write(&file, &contents)
}

fn read(file: &Path) -> Result<Contents, DismissError> {
    let path = file.display().to_string();
    let text = fs::read_to_string(file);
    let text =
        text.map_err(|source| DismissError::File { action: "read", path: path.clone(), source })?;
    let contents: Contents = serde_json::from_str(&text).map_err(|error| {
        DismissError::Damaged { path: path.clone(), problem: error.to_string() }
    })?;
    if contents.version == VERSION {
        return Ok(contents);
    }
    let problem = format!("version {}, not {VERSION}", contents.version);
    Err(DismissError::Damaged { path, problem })
}

/// Writes beside the file and puts the new one in its place, so that it is never half a file.
fn write(file: &Path, contents: &Contents) -> Result<(), DismissError> {
    let text = serde_json::to_string_pretty(contents).unwrap_or_default() + "\n";
    let beside = file.with_extension("json.new");
    let written = file
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(&beside, text))
        .and_then(|()| fs::rename(&beside, file));
    written.map_err(|source| DismissError::File {
        action: "write",
        path: file.display().to_string(),
        source,
    })
}
