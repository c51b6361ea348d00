//! Baselines: findings one knows of and has decided to live with for now. A run leaves them out, says
//! which of them are gone, and removes those from the file if asked to.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::hash::Hash;
use std::io;
use std::path::{Path, PathBuf};

use analysis::findings::Finding;
use serde::{Deserialize, Serialize};

use super::CommandError;
use super::output::refuse_read_only;
use super::report::Located;

/// The version of the file's format.
const VERSION: u32 = 1;

/// What every version of the file says.
#[derive(Deserialize)]
struct Versioned {
    version: serde_json::Value,
}

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
        let broken = |error: serde_json::Error| invalid(error.to_string());
        // The version first: only of our own is it known what else must be there.
        let Versioned { version } = serde_json::from_str(&text).map_err(broken)?;
        if version != VERSION {
            let found = version.to_string();
            return Err(CommandError::BaselineVersion { path: name.clone(), found, read: VERSION });
        }
        let mut baseline: Self = serde_json::from_str(&text).map_err(broken)?;
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
        refuse_read_only(path).map_err(|source| CommandError::File {
            action: "write",
            path: name.clone(),
            source,
        })?;
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

    /// Removes the known findings, each as often as it is known, and gives the entries that none of
    /// the findings answered to. An entry covers a finding of its own file first, so that a copy of
    /// known code in another file is what counts as new.
    pub(super) fn remove_known(&self, findings: &mut Vec<Located>) -> Unfound {
        let mut in_place: HashMap<&Known, Vec<usize>> = HashMap::new();
        for (at, known) in self.findings.iter().enumerate() {
            in_place.entry(known).or_default().push(at);
        }
        let found: Vec<Known> = findings.iter().map(Known::of).collect();
        let mut is_known: Vec<bool> =
            found.iter().map(|it| take(&mut in_place, &it).is_some()).collect();
        let mut anywhere: HashMap<&str, Vec<usize>> = HashMap::new();
        for (known, left) in in_place {
            anywhere.entry(&known.fingerprint).or_default().extend(left);
        }
        // The same entries answer in each run.
        for left in anywhere.values_mut() {
            left.sort_unstable();
        }
        for (known, is_known) in found.iter().zip(&mut is_known) {
            *is_known = *is_known || take(&mut anywhere, &known.fingerprint.as_str()).is_some();
        }
        let mut is_known = is_known.into_iter();
        findings.retain(|_| !is_known.next().unwrap_or(false));
        Unfound(anywhere.into_values().flatten().collect())
    }

    /// The entries that are gone: nothing answered to them, and they would have been found if they
    /// were there still.
    pub(super) fn gone(&self, unfound: &Unfound, looked: &Looked<'_>) -> HashSet<usize> {
        let is_gone = |at: &usize| self.findings.get(*at).is_some_and(|it| looked.covers(it));
        unfound.0.iter().copied().filter(is_gone).collect()
    }

    /// Removes entries.
    pub(super) fn prune(&mut self, gone: &HashSet<usize>) {
        let mut at = 0..;
        self.findings.retain(|_| at.next().is_none_or(|at| !gone.contains(&at)));
    }
}

/// Entries that no finding answered to, by their places in the file.
#[derive(Debug)]
pub(super) struct Unfound(Vec<usize>);

/// What a run looked at: of anything else, it cannot tell whether it is gone.
#[derive(Debug)]
pub(super) struct Looked<'a> {
    /// Where it looked for files.
    pub(super) roots: &'a [PathBuf],
    /// The files that were analysed.
    pub(super) files: &'a HashSet<String>,
    /// Whether the network was asked about all of them.
    pub(super) predicted: bool,
}

impl Looked<'_> {
    /// Whether what the entry is about would have been found.
    fn covers(&self, known: &Known) -> bool {
        if known.rule.starts_with("predict/") && !self.predicted {
            return false;
        }
        let path = Path::new(&known.path);
        self.files.contains(&known.path) || (path.symlink_metadata().is_err() && self.holds(path))
    }

    /// Whether the path lies below one of the roots.
    fn holds(&self, path: &Path) -> bool {
        let below = |root: &PathBuf| {
            let root = root.strip_prefix(".").unwrap_or(root);
            // The empty path is the current folder, where every relative one lies.
            if root.as_os_str().is_empty() { path.is_relative() } else { path.starts_with(root) }
        };
        self.roots.iter().any(below)
    }
}

/// Takes one of what is left of `key`, if there is one.
fn take<K: Eq + Hash>(left: &mut HashMap<K, Vec<usize>>, key: &K) -> Option<usize> {
    left.get_mut(key)?.pop()
}
