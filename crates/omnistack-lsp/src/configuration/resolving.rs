//! What layers come to: their tables merged into settings, and the engine's configuration that follows.

use std::sync::Arc;

use analysis::configuration::Configuration;
use serde_json::{Map, Value};
use user_rules::RuleSet;

use super::layers::{ADDED_UP, Fragment, STRUCTURE};
use super::problems::below;
use super::settings::{Settings, SeverityName};
use super::text::put;

/// The settings that fragments give, and the engine's configuration that follows.
pub(super) fn resolve(fragments: &[Fragment<'_>]) -> (Settings, Configuration) {
    resolve_with(fragments, None)
}

/// The same with rules that users wrote.
pub(super) fn resolve_with(
    fragments: &[Fragment<'_>],
    own: Option<Arc<RuleSet>>,
) -> (Settings, Configuration) {
    // What was checked can be read.
    let settings: Settings =
        serde_json::from_value(Value::Object(merged(fragments))).unwrap_or_default();
    let mut configuration = Configuration::default();
    if let Some(own) = own {
        configuration = configuration.with_custom(own);
    }
    // All names were checked, too.
    let rules = &settings.rules;
    let _ = match &rules.select {
        Some(selectors) => configuration.select(selectors),
        None => configuration.select(&[rules.profile.as_str()]),
    };
    let _ = configuration.ignore(&rules.ignore);
    if !settings.predict.enabled {
        let _ = configuration.ignore(&["predict"]);
    }
    configuration.check_generated = settings.generated;
    configuration.set_limits(rules.limits.into());
    // A later layer's word on a category holds over an earlier one's on a rule.
    for severities in fragments.iter().filter_map(|it| it.settings.get("severity")) {
        for (selector, name) in severities.as_object().into_iter().flatten() {
            let name = serde_json::from_value::<SeverityName>(name.clone());
            if let Ok(name) = name {
                let _ = configuration.set_severity(selector, name.into());
            }
        }
    }
    (settings, configuration)
}

/// Fragments merged, later ones over earlier ones, setting by setting.
pub(super) fn merged(fragments: &[Fragment<'_>]) -> Map<String, Value> {
    let mut merged = Map::new();
    for fragment in fragments {
        if replaces_rules(fragment.settings) {
            for key in ["profile", "select", "ignore"] {
                merged.remove(key);
            }
        }
        if selects_predictions(fragment.settings)
            && let Some(Value::Object(predict)) = merged.get_mut("predict")
        {
            predict.remove("enabled");
        }
        merge(&mut merged, fragment.settings);
    }
    merged
}

/// Puts settings over others; tables are merged.
fn merge(into: &mut Map<String, Value>, from: &Map<String, Value>) {
    let mut open = Vec::new();
    for (key, value) in from.iter().filter(|(key, _)| !STRUCTURE.contains(&key.as_str())) {
        match (into.get_mut(key), value) {
            (Some(Value::Array(list)), Value::Array(more)) if ADDED_UP.contains(&key.as_str()) => {
                list.extend(more.iter().cloned());
            }
            _ => open.push((below("", key), value)),
        }
    }
    let mut root = Value::Object(std::mem::take(into));
    while let Some((pointer, value)) = open.pop() {
        let adds_up = ADDED_UP.iter().any(|it| pointer.get(1..) == Some(*it));
        match (root.pointer_mut(&pointer), value) {
            (Some(Value::Array(list)), Value::Array(more)) if adds_up => {
                list.extend(more.iter().cloned());
            }
            (Some(Value::Object(_)), Value::Object(more)) => {
                open.extend(more.iter().map(|(key, value)| (below(&pointer, key), value)));
            }
            _ => put(&mut root, &pointer, value.clone()),
        }
    }
    if let Value::Object(merged) = root {
        *into = merged;
    }
}

/// Whether it says anew which rules run.
pub(super) fn replaces_rules(settings: &Map<String, Value>) -> bool {
    settings.contains_key("profile") || settings.contains_key("select")
}

/// Whether it names rules of the network, which is then wanted although an earlier layer turned it
/// off.
fn selects_predictions(settings: &Map<String, Value>) -> bool {
    let selectors = settings.get("select").and_then(Value::as_array);
    let is_predicted = |it: &str| it == "predict" || it.starts_with("predict/");
    selectors.into_iter().flatten().filter_map(Value::as_str).any(is_predicted)
}
