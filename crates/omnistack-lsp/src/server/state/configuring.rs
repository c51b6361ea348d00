//! How the session's settings change: by the client, which pushes them or is asked for them, by
//! files, by the workspace's folders, and by rules that turn out to be unreliable.
//!
//! Nothing here waits for the client. A question carries a name, and its answer comes back as a
//! command like any other; only the answer to the newest question counts. At the start, documents
//! wait a moment for the first answer, so that nobody sees findings that the settings turn off.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use analysis::rules;
use serde_json::Value;

use super::settings_documents::SettingsDocument;
use super::{Command, State};
use crate::configuration::{
    Configurations, Fault, FileReport, Layer, SessionLayers, Settings, Source,
};
use crate::server::observing;
use crate::server::watcher::{self, Watched};

/// What the names of questions about settings begin with.
const QUESTION: &str = "omnistack-settings-";

/// So much of what is wrong with settings is shown to the user; the rest is counted.
const MOST_SHOWN: usize = 3;

/// What a client can do about settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// It can be asked for them.
    pub pull: bool,
    /// It tells when files change.
    pub watch: bool,
    /// How long documents wait for its first settings.
    pub patience: Duration,
}

/// How the state speaks to the client about settings; a client may know nothing of that.
pub trait SettingsClient {
    /// What it can do.
    fn abilities(&self) -> Abilities {
        Abilities::default()
    }
    /// Asks for the settings of the session, and then of each folder; the answer bears this name.
    fn ask_for_settings(&self, _name: &str, _folders: &[PathBuf]) {}
    /// What is wrong with a configuration file has changed.
    fn publish_settings(&self, _document: &Arc<SettingsDocument>) {}
}

/// What the client said of settings, and what was made of it.
#[derive(Debug, Default)]
pub(super) struct SessionSettings {
    /// At the start.
    pub(super) options: Option<Value>,
    /// By itself, later.
    pushed: Option<Value>,
    /// When it was asked.
    pulled: Option<Value>,
    pulled_by_folder: Vec<(PathBuf, Value)>,
    /// Questions asked so far; the newest one bears this number.
    questions: u64,
    /// The folders that the newest question was about.
    asked_about: Vec<PathBuf>,
    /// Whether the client is ready to be told of files.
    pub(super) is_begun: bool,
    /// Whether documents wait for the first answer.
    pub(super) is_awaited: bool,
    layers: SessionLayers,
    /// The workspace's folders.
    folders: Vec<PathBuf>,
    /// What the user was told of settings that are wrong.
    pub(super) told: HashSet<String>,
    /// Configuration files that are open, by URI.
    pub(super) documents: HashMap<Arc<str>, Arc<SettingsDocument>>,
    /// What was said of configuration files that are not.
    pub(super) published: BTreeMap<PathBuf, FileReport>,
    /// Settings of files that turned out not to work.
    pub(super) faults: Vec<Fault>,
    /// How much the configurations had read when that was said.
    pub(super) reads: u64,
    /// Looks at configuration files that the client does not look at.
    watcher: Option<Sender<Vec<Watched>>>,
}

impl State {
    /// The client is ready: settings are asked for, and the workspace is read.
    pub(super) fn begin(&mut self, folders: Vec<PathBuf>) {
        self.client.watch();
        let abilities = self.client.abilities();
        // Without a thread to look at files, they are read when the editor's settings change.
        self.settings.watcher = watcher::start(self.commands.clone()).ok();
        self.settings.folders = folders;
        self.settings.is_begun = true;
        self.configure();
        self.publish_settings(true);
        if !abilities.pull {
            self.read_workspace();
            return;
        }
        self.settings.is_awaited = true;
        self.ask_for_settings();
        let commands = self.commands.clone();
        let late = move || drop(commands.send(Command::SettingsLate));
        self.pause.after(abilities.patience, &Arc::from(QUESTION), Box::new(late));
    }

    /// The workspace has other folders.
    pub(super) fn change_folders(&mut self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        let folders = &mut self.settings.folders;
        folders.retain(|it| !removed.contains(it));
        let added: Vec<PathBuf> = added.into_iter().filter(|it| !folders.contains(it)).collect();
        folders.extend(added.iter().cloned());
        self.settings.pulled_by_folder.retain(|(it, _)| !removed.contains(it));
        self.configure();
        self.forget_folders(removed);
        self.read_folders(added);
        self.watch_files();
        self.ask_for_settings();
    }

    /// The workspace's folders.
    pub(super) fn folders(&self) -> &[PathBuf] {
        &self.settings.folders
    }

    /// The settings of the session as a whole: those of its first folder.
    pub(super) fn session_settings(&self) -> Arc<Settings> {
        let folder = self.folders().first().cloned().unwrap_or_default();
        self.configurations.for_folder(&folder)
    }

    fn ask_for_settings(&mut self) {
        if !self.client.abilities().pull {
            return;
        }
        self.settings.questions += 1;
        self.settings.asked_about.clone_from(&self.settings.folders);
        let name = format!("{QUESTION}{}", self.settings.questions);
        self.client.ask_for_settings(&name, &self.settings.asked_about);
    }

    /// The client answered a question; nothing when it could not.
    pub(super) fn take_answer(&mut self, name: &str, answer: Option<Value>) {
        let number = name.strip_prefix(QUESTION).and_then(|it| it.parse::<u64>().ok());
        if number != Some(self.settings.questions) {
            return;
        }
        if let Some(Value::Array(answers)) = answer {
            let mut answers = answers.into_iter();
            self.settings.pulled = answers.next().filter(|it| !it.is_null());
            let folders = std::mem::take(&mut self.settings.asked_about);
            let by_folder = folders.into_iter().zip(answers).filter(|(_, it)| !it.is_null());
            self.settings.pulled_by_folder = by_folder.collect();
            self.configure();
        }
        self.stop_waiting();
    }

    /// Documents wait for the first settings no longer.
    pub(super) fn stop_waiting(&mut self) {
        if !std::mem::take(&mut self.settings.is_awaited) {
            return;
        }
        let uris: Vec<Arc<str>> = self.entries.keys().cloned().collect();
        self.analyse_all_again(&uris);
        self.read_workspace();
    }

    /// The client says that its settings changed, perhaps to what.
    pub(super) fn take_settings(&mut self, settings: Value) {
        if !settings.is_null() {
            self.settings.pushed = Some(settings);
            self.configure();
        }
        self.ask_for_settings();
    }

    /// Makes layers of what is known.
    pub(super) fn configure(&mut self) {
        let own = &self.settings;
        // What an editor sends later replaces, key by key, what it sent before.
        let sent: Vec<&Value> = [&own.options, &own.pushed].into_iter().flatten().collect();
        let of_editor =
            |pulled: Option<&Value>| Layer::of_editor(sent.iter().copied().chain(pulled));
        let editor = of_editor(own.pulled.as_ref());
        let by_folder: Vec<(PathBuf, Layer)> = own
            .pulled_by_folder
            .iter()
            .map(|(folder, pulled)| (folder.clone(), of_editor(Some(pulled))))
            .collect();
        let mut after = vec![Configurations::environment()];
        let layers = [&editor].into_iter().chain(by_folder.iter().map(|it| &it.1)).chain(&after);
        let untold = layers.clone().map(|it| it.untold).sum();
        let problems: Vec<String> =
            layers.flat_map(|it| &it.problems).map(ToString::to_string).collect();
        let mut disabled = serde_json::Map::new();
        disabled.insert("ignore".to_owned(), self.disabled.clone().into());
        after.push(Layer::new(Source::Session, disabled));
        let options = own.options.iter().map(|it| Layer::of_editor([it]));
        // Trust that was refused at the start is not given back by what a workspace may hold.
        let is_trusted = options.chain([editor.clone()]).all(|it| it.is_trusted());
        let roots = own.folders.clone();
        self.tell_of_problems(problems, untold);
        self.adopt(SessionLayers { editor, by_folder, after, is_trusted, roots });
    }

    /// Tells the user what is wrong with settings that stand in no file, as far as that was not told
    /// in this session: in one message, however much it is. The log has it all.
    fn tell_of_problems(&mut self, mut problems: Vec<String>, untold: usize) {
        problems.retain(|it| self.settings.told.insert(it.clone()));
        let shown = problems.len().min(MOST_SHOWN);
        let others = problems.len() - shown + untold;
        let mut message = problems.get(..shown).unwrap_or(&[]).join(" ");
        if message.is_empty() {
            return;
        }
        if others > 0 {
            let is_cut =
                if untold > 0 { format!("\n… and {untold} more.") } else { String::new() };
            self.client.log(&format!("{}{is_cut}", problems.join("\n")));
            // Writing to a text does not fail.
            let _ = write!(message, " {others} more settings are wrong; the log names them.");
        }
        self.client.show(&message);
    }

    pub(super) fn tell_once(&mut self, problem: String) {
        if !self.settings.told.contains(&problem) {
            self.client.log(&problem);
            self.settings.told.insert(problem);
        }
    }

    /// Uses these settings from now on; what is open is analysed again if they differ.
    fn adopt(&mut self, layers: SessionLayers) {
        if layers == self.settings.layers {
            return;
        }
        self.settings.layers = layers;
        self.reread();
    }

    /// Reads the files again, and has what is open analysed with what they say now.
    pub(super) fn reread(&mut self) {
        let before = Arc::clone(&self.configurations);
        self.configurations = Arc::new(Configurations::of_session(self.settings.layers.clone()));
        let excluded = |it: &Configurations, folder: &Path| it.for_folder(folder).exclude.clone();
        let folders: Vec<PathBuf> = self
            .folders()
            .iter()
            .filter(|it| excluded(&before, it) != excluded(&self.configurations, it))
            .cloned()
            .collect();
        let session = self.session_settings();
        let model = session.predict.model.as_ref().map(|it| it.0.as_path());
        self.predictions.choose(model);
        self.told.forget_problem();
        self.configure_team();
        self.configure_meaning();
        self.tell_of_glances();
        for problem in observing::configure(&self.configurations.telemetry()) {
            self.tell_once(problem);
        }
        self.settings.reads = 0;
        self.publish_settings(true);
        if self.settings.is_awaited {
            return;
        }
        self.decide_on_closed();
        // The client is told what holds now, also where that is what held before.
        self.entries.values_mut().for_each(|entry| entry.looks_again = false);
        let uris: Vec<Arc<str>> = self.entries.keys().cloned().collect();
        self.analyse_all_again(&uris);
        if self.pull && !uris.is_empty() {
            self.client.refresh();
        }
        if self.is_workspace_read() {
            self.read_folders(folders);
            self.watch_files();
        }
    }

    /// Files have changed: those that settings are read from matter to all others.
    pub(super) fn take_changed_files(&mut self, files: Vec<PathBuf>) {
        let is_settings =
            |it: &PathBuf| self.is_settings_file(it) || it.ends_with(crate::dismissed::DISMISSED);
        if files.iter().any(is_settings) {
            self.reread();
        }
        self.reread_files(files);
    }

    /// Has the files looked at that settings are or would be read from, as far as the client does
    /// not: what lies below the workspace's folders, it may.
    pub(super) fn watch_settings(&self) {
        let Some(watcher) = &self.settings.watcher else { return };
        let open = self.entries.values().filter_map(|it| it.path.parent().map(Path::to_owned));
        let folders: HashSet<PathBuf> = open.chain(self.folders().iter().cloned()).collect();
        let around: HashSet<&Path> = folders.iter().flat_map(|it| it.ancestors()).collect();
        let names = [
            crate::configuration::FILE_NAME,
            crate::dismissed::DISMISSED,
            crate::own_rules::RULES,
            crate::own_rules::AST_GREP[0],
            crate::own_rules::AST_GREP[1],
        ];
        let candidates = around.iter().flat_map(|it| names.map(|name| it.join(name)));
        let others = self.settings.published.keys().cloned().chain(Configurations::user_file());
        let others = others.chain(self.configurations.bases());
        let others = others.chain(self.configurations.rule_files());
        // The client is asked to look at what is named as settings are, and at rules where they
        // usually are; not at packs and at folders that `sgconfig.yml` names.
        let is_usual = |it: &PathBuf| {
            let has_name = |name: &str| it.iter().any(|part| part == name);
            has_name(".omnistack")
                || it.ends_with(crate::configuration::FILE_NAME)
                || crate::own_rules::AST_GREP.iter().any(|name| it.ends_with(name))
        };
        let is_watched = |it: &PathBuf| {
            self.client.abilities().watch
                && is_usual(it)
                && self.folders().iter().any(|folder| it.starts_with(folder))
        };
        let wanted = candidates.chain(others).filter(|it| !is_watched(it));
        // It is gone when the session is over.
        let _ = watcher.send(wanted.map(Watched::from_now).collect());
    }

    /// Tells the client's handle which lenses and hints are wanted.
    pub(super) fn tell_of_glances(&self) {
        let settings = self.session_settings();
        self.client.glances(settings.lens.enabled, settings.hints.enabled);
    }

    /// Turns off rules that have panicked too often, and tells the user once each.
    pub(super) fn disable_unreliable_rules(&mut self) {
        let panics = self.cache.panics();
        if panics == std::mem::replace(&mut self.rule_panics, panics) {
            return;
        }
        for index in self.cache.unreliable_rules() {
            let Some(rule) = rules::all().get(index) else { continue };
            if self.disabled.contains(&rule.id) {
                continue;
            }
            self.disabled.push(rule.id);
            self.client.show(&format!(
                "The rule `{}` failed repeatedly and is off until the editor is restarted.",
                rule.id
            ));
        }
        self.configure();
    }
}
