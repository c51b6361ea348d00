//! Configuration files as documents: what is wrong with them is published at its place, from the
//! editor's text while they are open and from the disk otherwise, and taken back when it is mended.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use analysis::text::{Snapshot, TextChange};

use super::State;
use crate::configuration::{Configurations, FILE_NAME, Fault, FileReport, Problem};

/// A configuration file, and what is wrong with it.
#[derive(Debug)]
pub struct SettingsDocument {
    /// Its URI, as the client spells it; nothing while it is not open.
    pub uri: Option<Arc<str>>,
    /// The file.
    pub path: PathBuf,
    /// The client's version, while it is open.
    pub version: Option<i32>,
    /// Its text.
    pub snapshot: Snapshot,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// What is set now, for whoever wants to change it.
#[derive(Clone, Debug, Default)]
pub struct SettingsOutlook {
    /// What holds.
    pub configurations: Arc<Configurations>,
    /// Configuration files that are open.
    pub open: Vec<Arc<SettingsDocument>>,
}

impl State {
    /// What is set now.
    pub(super) fn settings_outlook(&self) -> SettingsOutlook {
        let open = self.settings.documents.values().cloned().collect();
        SettingsOutlook { configurations: Arc::clone(&self.configurations), open }
    }

    /// Whether settings are read from a file.
    pub(super) fn is_settings_file(&self, path: &Path) -> bool {
        path.file_name().is_some_and(|it| it == FILE_NAME)
            || self.settings.published.contains_key(path)
            || self.configurations.bases().contains(path)
            || self.configurations.reads_rules(path)
    }

    /// A document was opened that is of no language we know.
    pub(super) fn open_settings(
        &mut self,
        uri: &Arc<str>,
        path: Option<PathBuf>,
        version: Option<i32>,
        text: String,
    ) {
        let Some(path) = path.filter(|it| self.is_settings_file(it)) else { return };
        self.look_at_settings(uri, path, version, Snapshot::new(text));
    }

    /// A document was edited that is of no language we know.
    pub(super) fn change_settings(
        &mut self,
        uri: &Arc<str>,
        version: Option<i32>,
        changes: &[TextChange],
    ) {
        let Some(document) = self.settings.documents.get(uri) else { return };
        let (path, mut snapshot) = (document.path.clone(), document.snapshot.clone());
        for change in changes {
            snapshot = snapshot.apply(change, self.encoding).0;
        }
        self.look_at_settings(uri, path, version, snapshot);
    }

    /// A document was closed that is of no language we know: what lies on the disk counts again.
    pub(super) fn close_settings(&mut self, uri: &Arc<str>) {
        let Some(document) = self.settings.documents.remove(uri) else { return };
        let path = document.path.clone();
        let (problems, snapshot) = (Vec::new(), Snapshot::new(String::new()));
        let uri = Some(Arc::clone(uri));
        let closed =
            SettingsDocument { uri, path: path.clone(), version: None, snapshot, problems };
        self.client.publish_settings(&Arc::new(closed));
        if let Some(report) = self.settings.published.get(&path)
            && !report.problems.is_empty()
        {
            self.client.publish_settings(&Arc::new(on_disk(report)));
        }
    }

    fn look_at_settings(
        &mut self,
        uri: &Arc<str>,
        path: PathBuf,
        version: Option<i32>,
        snapshot: Snapshot,
    ) {
        let faults = &self.settings.faults;
        let report = self.configurations.report_on(&path, snapshot.text(), faults);
        let problems = report.map(|it| it.problems).unwrap_or_default();
        let own = Some(Arc::clone(uri));
        let document = Arc::new(SettingsDocument { uri: own, path, version, snapshot, problems });
        self.client.publish_settings(&document);
        self.settings.documents.insert(Arc::clone(uri), document);
    }

    /// A configuration file that is open.
    pub(super) fn settings_document(&self, uri: &str) -> Option<Arc<SettingsDocument>> {
        self.settings.documents.get(uri).cloned()
    }

    /// Settings of files that turned out not to work.
    fn faults(&self) -> Vec<Fault> {
        let folder = self.folders().first().cloned().unwrap_or_default();
        let found = [
            ("/predict/model", self.predictions.problem()),
            ("/search/model", self.meaning.search.status().problem),
        ];
        let fault = |(pointer, problem): (_, Option<String>)| {
            self.configurations.fault(&folder, pointer, &problem?)
        };
        found.into_iter().filter_map(fault).collect()
    }

    /// Publishes what is wrong with configuration files, as far as that has changed; with `anew`,
    /// after all that was known was forgotten.
    pub(super) fn publish_settings(&mut self, anew: bool) {
        if !self.settings.is_begun {
            return;
        }
        if anew {
            // What was published of a file stays until it is known whether it still holds.
            for folder in self.folders() {
                self.configurations.for_folder(folder);
            }
            // Rules are read with the settings of the folders that they are for.
            let is_toml = |it: &&PathBuf| it.extension().is_some_and(|it| it == "toml");
            for folder in
                self.settings.published.keys().filter(is_toml).filter_map(|it| it.parent())
            {
                self.configurations.for_folder(folder);
            }
        }
        let (reads, faults) = (self.configurations.reads(), self.faults());
        let is_fault_new = faults != self.settings.faults;
        if !anew && !is_fault_new && reads == self.settings.reads {
            return;
        }
        (self.settings.reads, self.settings.faults) = (reads, faults);
        let reports = self.configurations.reports(&self.settings.faults);
        let before = std::mem::take(&mut self.settings.published);
        let problems = |all: &BTreeMap<PathBuf, FileReport>, path: &Path| {
            all.get(path).map(|it| it.problems.clone()).unwrap_or_default()
        };
        for path in before.keys().chain(reports.keys().filter(|it| !before.contains_key(*it))) {
            let is_open = self.settings.documents.values().any(|it| it.path == *path);
            let (old, new) = (problems(&before, path), problems(&reports, path));
            let is_moved = || {
                let text =
                    |all: &BTreeMap<PathBuf, FileReport>| all.get(path).map(|it| it.text.clone());
                text(&before) != text(&reports)
            };
            if is_open || (old == new && (new.is_empty() || !is_moved())) {
                continue;
            }
            let gone = || FileReport { path: path.clone(), text: Arc::from(""), problems: vec![] };
            let report = reports.get(path).cloned().unwrap_or_else(gone);
            self.client.publish_settings(&Arc::new(on_disk(&report)));
        }
        self.settings.published = reports;
        self.watch_settings();
        // What is open may extend what has changed.
        if anew || is_fault_new {
            let open: Vec<Arc<SettingsDocument>> =
                self.settings.documents.values().cloned().collect();
            for document in open {
                let (Some(uri), version) = (&document.uri, document.version) else { continue };
                let faults = &self.settings.faults;
                let text = document.snapshot.text();
                let report = self.configurations.report_on(&document.path, text, faults);
                if report.is_some_and(|it| it.problems != document.problems) {
                    let (path, snapshot) = (document.path.clone(), document.snapshot.clone());
                    self.look_at_settings(uri, path, version, snapshot);
                }
            }
        }
    }
}

fn on_disk(report: &FileReport) -> SettingsDocument {
    SettingsDocument {
        uri: None,
        path: report.path.clone(),
        version: None,
        snapshot: Snapshot::new(report.text.to_string()),
        problems: report.problems.clone(),
    }
}
