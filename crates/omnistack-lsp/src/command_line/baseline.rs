//! Baselines: findings one knows of and has decided to live with for now.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::hash::Hash;
use std::io;
use std::path::Path;

use analysis::findings::Finding;
use serde::{Deserialize, Serialize};

use super::CommandError;
use super::report::Located;

/// The version of the file's format.
const VERSION: u32 = 1;

/// Known findings. They are told by fingerprint, which survives moves within and between files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Baseline {
    version: u32,
    findings: Vec<Known>,
    #[serde(skip)]
    fingerprints: HashSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    path: String,
    rule: String,
    fingerprint: String,
}

impl Known {
    fn of(located: &Located) -> Self {
        Self {
            path: located.display_path(),
            rule: located.finding.rule.to_owned(),
            fingerprint: located.finding.fingerprint.clone(),
        }
    }
}

impl Baseline {
    /// A baseline of these findings.
    pub(super) fn of(findings: &[Located]) -> Self {
        let mut findings: Vec<Known> = findings.iter().map(Known::of).collect();
        findings.sort();
        Self { version: VERSION, findings, fingerprints: HashSet::new() }
    }

    /// Reads a baseline file.
    ///
    /// # Errors
    /// [`CommandError::File`] when it cannot be read, [`CommandError::Baseline`] when it is none.
    pub(super) fn read(path: &Path) -> Result<Self, CommandError> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => CommandError::NoBaseline { path: name.clone() },
            _ => CommandError::File { action: "read", path: name.clone(), source },
        })?;
        let invalid = |detail: String| CommandError::Baseline { path: name.clone(), detail };
        let mut baseline: Self =
            serde_json::from_str(&text).map_err(|error| invalid(error.to_string()))?;
        if baseline.version != VERSION {
            return Err(invalid(format!("version {}, not {VERSION}", baseline.version)));
        }
        let fingerprints = baseline.findings.iter().map(|it| it.fingerprint.clone());
        baseline.fingerprints = fingerprints.collect();
        Ok(baseline)
    }

    /// Writes the file.
    ///
    /// # Errors
    /// [`CommandError::File`] when it cannot be written.
    pub(super) fn write(&self, path: &Path) -> Result<(), CommandError> {
        let name = path.display().to_string();
        let mut text = serde_json::to_string_pretty(self)
            .map_err(|error| CommandError::Output(io::Error::other(error)))?;
        text.push('\n');
        fs::write(path, text).map_err(|source| CommandError::File {
            action: "write",
            path: name,
            source,
        })
    }

    /// Whether some entry is about a finding like this one.
    pub(super) fn knows(&self, finding: &Finding) -> bool {
        self.fingerprints.contains(&finding.fingerprint)
    }

    /// Removes the known findings, each as often as it is known. An entry covers a finding of its
    /// own file first, so that a copy of known code in another file is what counts as new.
    pub(super) fn remove_known(&self, findings: &mut Vec<Located>) {
        let mut in_place: HashMap<&Known, usize> = HashMap::new();
        let mut anywhere: HashMap<&str, usize> = HashMap::new();
        for known in &self.findings {
            *in_place.entry(known).or_default() += 1;
            *anywhere.entry(&known.fingerprint).or_default() += 1;
        }
        let found: Vec<Known> = findings.iter().map(Known::of).collect();
        let mut is_known: Vec<bool> = found.iter().map(|it| take(&mut in_place, &it)).collect();
        for (known, is_known) in found.iter().zip(&is_known) {
            if *is_known {
                take(&mut anywhere, &known.fingerprint.as_str());
            }
        }
        for (known, is_known) in found.iter().zip(&mut is_known) {
            *is_known = *is_known || take(&mut anywhere, &known.fingerprint.as_str());
        }
        let mut is_known = is_known.into_iter();
        findings.retain(|_| !is_known.next().unwrap_or(false));
    }
}

/// Takes one of what is left of `key`; whether there was one.
fn take<K: Eq + Hash>(left: &mut HashMap<K, usize>, key: &K) -> bool {
    match left.get_mut(key) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}
