//! Settings from the client, made into the engine's configuration.
//!
//! Nothing a client sends can break the session: what is not understood is reported and left out.

use analysis::configuration::{Configuration, nearest};
use analysis::findings::Severity;
use serde_json::{Map, Value};

const KNOWN: [&str; 4] = ["ignore", "predict", "select", "severity"];

/// The configuration that the layers give, later ones overriding earlier ones key by key, and a
/// sentence for each thing that is wrong with them.
pub fn resolve(layers: &[Option<&Value>]) -> (Configuration, Vec<String>) {
    let mut merged = Map::new();
    for layer in layers.iter().flatten() {
        // Editors send either the section or the object that holds it.
        let section = layer.get("omnistack").unwrap_or(layer);
        if let Value::Object(section) = section {
            merged.extend(section.clone());
        }
    }
    let mut problems = Vec::new();
    let mut configuration = Configuration::default();
    for key in merged.keys().filter(|key| !KNOWN.contains(&key.as_str())) {
        problems.push(match nearest(key, KNOWN.iter().copied()) {
            Some(nearest) => {
                format!("Unknown setting `omnistack.{key}`; did you mean `{nearest}`?")
            }
            None => format!("Unknown setting `omnistack.{key}`."),
        });
    }
    let selectors = strings(&merged, "select", &mut problems);
    if merged.get("select").is_some_and(Value::is_array) {
        let known = retain_known(selectors, "select", &mut problems);
        // Every name was checked one by one.
        let _ = configuration.select(&known);
    }
    let ignored = strings(&merged, "ignore", &mut problems);
    let known = retain_known(ignored, "ignore", &mut problems);
    let _ = configuration.ignore(&known);
    match merged.get("severity") {
        None | Some(Value::Null) => {}
        Some(Value::Object(severities)) => {
            for (selector, name) in severities {
                set_severity(&mut configuration, selector, name, &mut problems);
            }
        }
        Some(_) => problems.push(
            "The setting `omnistack.severity` must map rules to severities; it is ignored."
                .to_owned(),
        ),
    }
    (configuration, problems)
}

fn strings(settings: &Map<String, Value>, key: &str, problems: &mut Vec<String>) -> Vec<String> {
    match settings.get(key) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(values)) => {
            let mut strings = Vec::new();
            for value in values {
                match value.as_str() {
                    Some(text) => strings.push(text.to_owned()),
                    None => problems.push(format!(
                        "The setting `omnistack.{key}` takes names of rules; `{value}` is ignored."
                    )),
                }
            }
            strings
        }
        Some(_) => {
            problems.push(format!(
                "The setting `omnistack.{key}` must be a list of rules; it is ignored."
            ));
            Vec::new()
        }
    }
}

fn retain_known(selectors: Vec<String>, key: &str, problems: &mut Vec<String>) -> Vec<String> {
    let is_known = |selector: &String| match Configuration::default().ignore(&[selector]) {
        Ok(()) => true,
        Err(error) => {
            problems.push(format!("In the setting `omnistack.{key}`, {error}."));
            false
        }
    };
    selectors.into_iter().filter(is_known).collect()
}

fn set_severity(
    configuration: &mut Configuration,
    selector: &str,
    name: &Value,
    problems: &mut Vec<String>,
) {
    let severity = Severity::ALL.into_iter().find(|it| name.as_str() == Some(it.as_str()));
    let Some(severity) = severity else {
        problems.push(format!(
            "The severity of `{selector}` must be hint, information, warning or error; {name} is \
             ignored."
        ));
        return;
    };
    if let Err(error) = configuration.set_severity(selector, severity) {
        problems.push(format!("In the setting `omnistack.severity`, {error}."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_unknown_key_is_reported_with_the_nearest_known_one() {
        let (_, problems) = resolve(&[Some(&json!({"omnistack": {"selct": []}}))]);
        assert_eq!(problems, ["Unknown setting `omnistack.selct`; did you mean `select`?"]);
    }

    #[test]
    fn wrong_values_leave_the_defaults() {
        let settings =
            json!({"select": 5, "ignore": [7, "nonsense/x"], "severity": {"bug": "loud"}});
        let (configuration, problems) = resolve(&[Some(&settings), Some(&json!(3)), None]);
        assert_eq!(configuration, Configuration::default());
        assert_eq!(problems.len(), 4, "{problems:?}");
    }

    #[test]
    fn later_layers_override_earlier_ones_key_by_key() {
        let (first, second) =
            (json!({"select": ["bug"], "ignore": ["perf"]}), json!({"select": []}));
        let (configuration, problems) = resolve(&[Some(&first), Some(&second)]);
        assert!(problems.is_empty());
        assert!(analysis::rules::all().iter().all(|rule| !configuration.is_enabled(rule)));
    }
}
