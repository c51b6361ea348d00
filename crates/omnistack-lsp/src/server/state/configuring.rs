//! How the session's settings change: by the client, and by rules that turn out to be unreliable.

use std::sync::Arc;

use analysis::rules;

use super::State;
use crate::configuration::{Configurations, Layer, Source};

impl State {
    pub(super) fn configure(&mut self) {
        // What an editor sends later replaces, key by key, what it sent at the start.
        let sent = [self.options.as_ref(), self.settings.as_ref()];
        let of_editor = Layer::of_editor(sent.into_iter().flatten());
        let mut layers = vec![of_editor, Configurations::environment()];
        for problem in layers.iter().flat_map(|it| &it.problems) {
            self.tell_once(problem.to_string());
        }
        let mut disabled = serde_json::Map::new();
        disabled.insert("ignore".to_owned(), self.disabled.clone().into());
        layers.push(Layer::new(Source::Session, disabled));
        self.adopt(layers);
    }

    pub(super) fn tell_once(&mut self, problem: String) {
        if !self.told.contains(&problem) {
            self.client.log(&problem);
            self.told.insert(problem);
        }
    }

    /// Uses these settings from now on; what is open is analysed again if they differ.
    fn adopt(&mut self, layers: Vec<Layer>) {
        if layers == self.layers {
            return;
        }
        self.layers = layers;
        self.reread();
    }

    /// Reads the files again, and has what is open analysed with what they say now.
    pub(super) fn reread(&mut self) {
        self.configurations = Arc::new(Configurations::new(self.layers.clone(), None));
        self.tell_of_glances();
        let uris: Vec<Arc<str>> = self.entries.keys().cloned().collect();
        self.analyse_all_again(&uris);
        if self.pull && !uris.is_empty() {
            self.client.refresh();
        }
    }

    /// Tells the client's handle which lenses and hints are wanted.
    pub(super) fn tell_of_glances(&self) {
        let settings = self.configurations.for_folder(self.surroundings.first_folder());
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
