//! Baselines: findings one knows of and has decided to live with for now.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

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
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    path: String,
    rule: String,
    fingerprint: String,
}

impl Baseline {
    /// A baseline of these findings.
    pub(super) fn of(findings: &[Located]) -> Self {
        let mut findings: Vec<Known> = findings
            .iter()
            .map(|located| Known {
                path: located.display_path(),
                rule: located.finding.rule.to_owned(),
                fingerprint: located.finding.fingerprint.clone(),
            })
            .collect();
        findings.sort();
        Self { version: VERSION, findings }
    }

    /// Reads a baseline file.
    ///
    /// # Errors
    /// [`CommandError::File`] when it cannot be read, [`CommandError::Baseline`] when it is none.
    pub(super) fn read(path: &Path) -> Result<Self, CommandError> {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|source| CommandError::File {
            action: "read",
            path: name.clone(),
            source,
        })?;
        let invalid = |detail: String| CommandError::Baseline { path: name.clone(), detail };
        let baseline: Self =
            serde_json::from_str(&text).map_err(|error| invalid(error.to_string()))?;
        if baseline.version != VERSION {
            return Err(invalid(format!("version {}, not {VERSION}", baseline.version)));
        }
        Ok(baseline)
    }

    /// Writes the file.
    ///
    /// # Errors
    /// [`CommandError::File`] when it cannot be written.
    pub(super) fn write(&self, path: &Path) -> Result<(), CommandError> {
        let name = path.display().to_string();
        let mut text = serde_json::to_string_pretty(self)
            .map_err(|error| CommandError::Output(std::io::Error::other(error)))?;
        text.push('\n');
        fs::write(path, text).map_err(|source| CommandError::File {
            action: "write",
            path: name,
            source,
        })
    }

    /// Removes the known findings, each as often as it is known.
    pub(super) fn remove_known(&self, findings: &mut Vec<Located>) {
        let mut known: HashMap<(String, String), usize> = HashMap::new();
        for it in &self.findings {
            *known.entry((it.rule.clone(), it.fingerprint.clone())).or_default() += 1;
        }
        findings.retain(|located| {
            let key = (located.finding.rule.to_owned(), located.finding.fingerprint.clone());
            match known.get_mut(&key) {
                Some(left) if *left > 0 => {
                    *left -= 1;
                    false
                }
                _ => true,
            }
        });
    }
}
