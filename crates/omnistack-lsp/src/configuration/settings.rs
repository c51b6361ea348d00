//! Settings in layers, made into the engine's configuration.
//!
//! Nothing that somebody wrote can break a session: what is not understood is reported and left
//! out, and the rest holds.

use std::path::{Path, PathBuf};

use analysis::configuration::{Configuration, nearest};
use analysis::findings::Severity;
use globset::GlobBuilder;
use serde_json::{Map, Value};

/// Keys of a layer. `predict` belongs to the network.
const KNOWN: [&str; 10] = [
    "exclude",
    "extends",
    "generated",
    "ignore",
    "limits",
    "paths",
    "predict",
    "profile",
    "select",
    "severity",
];
/// Keys of an entry for paths.
const KNOWN_FOR_PATHS: [&str; 6] = ["ignore", "limits", "match", "profile", "select", "severity"];

/// Settings from one place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// Where they come from, for messages; empty for what an editor sends.
    pub source: String,
    /// The folder that paths in it start from.
    pub folder: Option<PathBuf>,
    /// The settings.
    pub settings: Map<String, Value>,
}

impl Layer {
    /// What an editor sends: either the section or the object that holds it.
    pub fn of_editor(value: &Value) -> Self {
        let section = value.get("omnistack").unwrap_or(value);
        let settings = section.as_object().cloned().unwrap_or_default();
        Self { settings, ..Self::default() }
    }

    /// How a message names a setting.
    fn name(&self, key: &str) -> String {
        match &*self.source {
            "" => format!("the setting `omnistack.{key}`"),
            source => format!("{source}: `{key}`"),
        }
    }

    /// The entries for paths, in their order.
    fn entries(&self) -> impl Iterator<Item = &Map<String, Value>> {
        let entries = self.settings.get("paths").and_then(Value::as_array);
        entries.into_iter().flatten().filter_map(Value::as_object)
    }

    fn matches(&self, patterns: Option<&Value>, path: &Path) -> bool {
        let below = self.folder.as_ref().and_then(|folder| {
            let folder = std::path::absolute(folder).ok()?;
            path.strip_prefix(folder).ok().map(Path::to_owned)
        });
        let path = below.as_deref().unwrap_or(path);
        let patterns = patterns.and_then(Value::as_array);
        let mut patterns = patterns.into_iter().flatten().filter_map(Value::as_str);
        patterns.any(|pattern| glob(pattern).is_some_and(|glob| glob.is_match(path)))
    }
}

/// `tests/**` and `*.py` mean what they mean in `.gitignore`: a pattern without a slash holds at any
/// depth, and a folder stands for all below it.
fn glob(pattern: &str) -> Option<globset::GlobMatcher> {
    let anchored = pattern.trim_start_matches("./");
    let pattern = match (anchored.trim_end_matches('/').contains('/'), anchored.ends_with('/')) {
        (false, false) => format!("**/{anchored}"),
        (false, true) => format!("**/{anchored}**"),
        (true, true) => format!("{}**", anchored.trim_start_matches('/')),
        (true, false) => anchored.trim_start_matches('/').to_owned(),
    };
    let glob = GlobBuilder::new(&pattern).literal_separator(true).build().ok()?;
    Some(glob.compile_matcher())
}

/// The layer of the environment, asked for by name.
pub(super) fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Layer {
    let mut settings = Map::new();
    let list = |text: String| {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        Value::Array(names.map(Value::from).collect())
    };
    for (key, name) in [("select", "OMNISTACK_SELECT"), ("ignore", "OMNISTACK_IGNORE")] {
        if let Some(text) = variable(name) {
            settings.insert(key.to_owned(), list(text));
        }
    }
    if let Some(profile) = variable("OMNISTACK_PROFILE") {
        settings.insert("profile".to_owned(), Value::from(profile));
    }
    if let Some(text) = variable("OMNISTACK_PREDICT_ENABLED") {
        let enabled = match text.trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Value::Bool(true),
            "0" | "false" | "no" | "off" => Value::Bool(false),
            _ => Value::from(text),
        };
        let predict = Map::from_iter([("enabled".to_owned(), enabled)]);
        settings.insert("predict".to_owned(), Value::Object(predict));
    }
    Layer { source: "environment".to_owned(), folder: None, settings }
}

/// Which entries for paths apply to a file, over all layers.
pub(super) fn matching_entries(layers: &[Layer], path: &Path) -> Vec<bool> {
    let of_layer = |layer: &Layer| -> Vec<bool> {
        layer.entries().map(|entry| layer.matches(entry.get("match"), path)).collect()
    };
    layers.iter().flat_map(of_layer).collect()
}

/// Whether a layer says to leave a file out.
pub(super) fn is_excluded(layers: &[Layer], path: &Path) -> bool {
    layers.iter().any(|layer| layer.matches(layer.settings.get("exclude"), path))
}

/// The configuration that the layers give, later ones over earlier ones, and a sentence for each
/// thing that is wrong with them.
pub fn resolve(layers: &[Layer]) -> (Configuration, Vec<String>) {
    let entries =
        layers.iter().flat_map(|layer| layer.entries().map(|_| false)).collect::<Vec<_>>();
    let (configuration, mut problems) = resolve_with(layers, &entries);
    for layer in layers {
        problems.extend(problems_of_paths(layer));
    }
    (configuration, problems)
}

/// As [`resolve`], with those entries for paths that apply.
pub(super) fn resolve_with(layers: &[Layer], entries: &[bool]) -> (Configuration, Vec<String>) {
    let mut configuration = Configuration::default();
    let mut problems = Vec::new();
    let mut entries = entries.iter().copied();
    for layer in layers {
        unknown_keys(layer, &layer.settings, &KNOWN, &mut problems);
        apply(&mut configuration, layer, &layer.settings, &mut problems);
        for entry in layer.entries() {
            if entries.next().unwrap_or(false) {
                apply(&mut configuration, layer, entry, &mut Vec::new());
            }
        }
    }
    (configuration, problems)
}

/// What is wrong with a layer's entries for paths and patterns.
fn problems_of_paths(layer: &Layer) -> Vec<String> {
    let mut problems = Vec::new();
    for entry in layer.entries() {
        unknown_keys(layer, entry, &KNOWN_FOR_PATHS, &mut problems);
        if !entry.get("match").is_some_and(Value::is_array) {
            problems.push(format!(
                "In {}, an entry needs `match`, a list of patterns such as \"tests/**\".",
                layer.name("paths")
            ));
        }
        apply(&mut Configuration::default(), layer, entry, &mut problems);
    }
    let lists = layer.entries().map(|entry| ("match", entry.get("match")));
    for (key, list) in lists.chain([("exclude", layer.settings.get("exclude"))]) {
        for pattern in list.and_then(Value::as_array).into_iter().flatten() {
            if pattern.as_str().is_none_or(|pattern| glob(pattern).is_none()) {
                problems.push(format!("In {}, {pattern} is no pattern.", layer.name(key)));
            }
        }
    }
    problems
}

fn unknown_keys(
    layer: &Layer,
    settings: &Map<String, Value>,
    known: &[&str],
    problems: &mut Vec<String>,
) {
    for key in settings.keys().filter(|key| !known.contains(&key.as_str())) {
        let name = match &*layer.source {
            "" => format!("Unknown setting `omnistack.{key}`"),
            source => format!("{source}: unknown setting `{key}`"),
        };
        problems.push(match nearest(key, known.iter().copied()) {
            Some(nearest) => format!("{name}; did you mean `{nearest}`?"),
            None => format!("{name}."),
        });
    }
}

/// Tells of keys below a setting that are not known.
fn unknown_keys_of(
    layer: &Layer,
    setting: &str,
    values: &Map<String, Value>,
    known: &[&str],
    problems: &mut Vec<String>,
) {
    for key in values.keys().filter(|key| !known.contains(&key.as_str())) {
        let name = layer.name(&format!("{setting}.{key}"));
        problems.push(match nearest(key, known.iter().copied()) {
            Some(nearest) => format!("{name} is not known; did you mean `{nearest}`?"),
            None => format!("{name} is not known."),
        });
    }
}

/// Sets limits one by one, and tells of names and numbers that are none.
fn set_limits(
    configuration: &mut Configuration,
    layer: &Layer,
    wanted: &Map<String, Value>,
    problems: &mut Vec<String>,
) {
    const NAMES: [&str; 4] = ["complexity", "lines", "nesting", "parameters"];
    let mut limits = configuration.limits();
    for (name, value) in wanted {
        let number = value.as_u64().and_then(|it| u32::try_from(it).ok());
        let slot = match name.as_str() {
            "complexity" => &mut limits.complexity,
            "lines" => &mut limits.lines,
            "nesting" => &mut limits.nesting,
            "parameters" => &mut limits.parameters,
            _ => {
                let hint = nearest(name, NAMES.into_iter())
                    .map(|it| format!("; did you mean `{it}`?"))
                    .unwrap_or_default();
                problems.push(format!(
                    "In {}, no limit is called `{name}`{hint}",
                    layer.name("limits")
                ));
                continue;
            }
        };
        match number {
            Some(number) => *slot = number,
            None => problems.push(format!(
                "In {}, `{name}` must be a whole number; {value} is ignored.",
                layer.name("limits")
            )),
        }
    }
    configuration.set_limits(limits);
}

fn apply(
    configuration: &mut Configuration,
    layer: &Layer,
    settings: &Map<String, Value>,
    problems: &mut Vec<String>,
) {
    match settings.get("profile") {
        None | Some(Value::Null) => {}
        Some(Value::String(profile)) if analysis::rules::Profile::from_name(profile).is_some() => {
            // The name was checked just now.
            let _ = configuration.select(&[profile]);
        }
        Some(other) => problems.push(format!(
            "In {}, the profile must be recommended, strict or preview; {other} is ignored.",
            layer.name("profile")
        )),
    }
    if let Some(selectors) = names(layer, settings, "select", problems) {
        // Every name was checked one by one.
        let _ = configuration.select(&selectors);
    }
    if let Some(selectors) = names(layer, settings, "ignore", problems) {
        let _ = configuration.ignore(&selectors);
    }
    match settings.get("predict").map(|predict| (predict, predict.get("enabled"))) {
        None | Some((Value::Null, _)) => {}
        Some((Value::Object(predict), enabled)) => {
            unknown_keys_of(layer, "predict", predict, &["enabled"], problems);
            match enabled {
                None | Some(Value::Null | Value::Bool(true)) => {}
                Some(Value::Bool(false)) => {
                    // The name of a category is known.
                    let _ = configuration.ignore(&["predict"]);
                }
                Some(other) => problems.push(format!(
                    "{} must be true or false; {other} is ignored.",
                    layer.name("predict.enabled")
                )),
            }
        }
        Some(_) => {
            problems.push(format!("{} must hold `enabled`; it is ignored.", layer.name("predict")));
        }
    }
    match settings.get("generated") {
        None | Some(Value::Null) => {}
        Some(Value::Bool(wanted)) => configuration.check_generated = *wanted,
        Some(other) => problems.push(format!(
            "{} must be true or false; {other} is ignored.",
            layer.name("generated")
        )),
    }
    match settings.get("limits") {
        None | Some(Value::Null) => {}
        Some(Value::Object(limits)) => set_limits(configuration, layer, limits, problems),
        Some(_) => problems
            .push(format!("{} must hold names and numbers; it is ignored.", layer.name("limits"))),
    }
    match settings.get("severity") {
        None | Some(Value::Null) => {}
        Some(Value::Object(severities)) => {
            for (selector, name) in severities {
                set_severity(configuration, layer, selector, name, problems);
            }
        }
        Some(_) => problems.push(format!(
            "In {}, rules must be mapped to severities; it is ignored.",
            layer.name("severity")
        )),
    }
}

/// A list of selectors, those that name nothing left out.
fn names(
    layer: &Layer,
    settings: &Map<String, Value>,
    key: &str,
    problems: &mut Vec<String>,
) -> Option<Vec<String>> {
    let values = match settings.get(key) {
        None | Some(Value::Null) => return None,
        Some(Value::Array(values)) => values,
        Some(_) => {
            problems.push(format!("In {}, a list of rules is wanted.", layer.name(key)));
            return None;
        }
    };
    let mut found = Vec::new();
    for value in values {
        let Some(selector) = value.as_str() else {
            problems.push(format!("In {}, {value} is no name of a rule.", layer.name(key)));
            continue;
        };
        match Configuration::default().ignore(&[selector]) {
            Ok(()) => found.push(selector.to_owned()),
            Err(error) => problems.push(format!("In {}, {error}.", layer.name(key))),
        }
    }
    Some(found)
}

fn set_severity(
    configuration: &mut Configuration,
    layer: &Layer,
    selector: &str,
    name: &Value,
    problems: &mut Vec<String>,
) {
    let severity = Severity::ALL.into_iter().find(|it| name.as_str() == Some(it.as_str()));
    let Some(severity) = severity else {
        problems.push(format!(
            "In {}, the severity of `{selector}` must be hint, information, warning or error; \
             {name} is ignored.",
            layer.name("severity")
        ));
        return;
    };
    if let Err(error) = configuration.set_severity(selector, severity) {
        problems.push(format!("In {}, {error}.", layer.name("severity")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn layers(values: &[Value]) -> Vec<Layer> {
        values.iter().map(Layer::of_editor).collect()
    }

    #[test]
    fn an_unknown_key_is_reported_with_the_nearest_known_one() {
        let (_, problems) = resolve(&layers(&[json!({"omnistack": {"selct": []}})]));
        assert_eq!(problems, ["Unknown setting `omnistack.selct`; did you mean `select`?"]);
    }

    #[test]
    fn wrong_values_leave_the_defaults() {
        let settings = json!({
            "select": 5, "ignore": [7, "nonsense/x"], "severity": {"bug": "loud"}, "profile": "all"
        });
        let (configuration, problems) = resolve(&layers(&[settings, json!(3)]));
        assert_eq!(configuration, Configuration::default());
        assert_eq!(problems.len(), 5, "{problems:?}");
    }

    #[test]
    fn later_layers_hold_over_earlier_ones() {
        let values = [json!({"select": ["bug"], "ignore": ["perf"]}), json!({"select": []})];
        let (configuration, problems) = resolve(&layers(&values));
        assert!(problems.is_empty());
        assert!(analysis::rules::all().iter().all(|rule| !configuration.is_enabled(rule)));
    }

    #[test]
    fn entries_for_paths_hold_where_they_match() {
        let layer = Layer {
            source: "omnistack.toml".to_owned(),
            folder: Some(PathBuf::from("/project")),
            settings: json!({"paths": [{"match": ["tests/**", "*_gen.py"], "ignore": ["perf"]}],
                             "exclude": ["vendor/"]})
            .as_object()
            .cloned()
            .unwrap_or_default(),
        };
        let layers = [layer];
        let matching = |path: &str| matching_entries(&layers, Path::new(path));
        assert_eq!(matching("/project/tests/deep/a.py"), [true]);
        assert_eq!(matching("/project/src/a_gen.py"), [true]);
        assert_eq!(matching("/project/src/tests.py"), [false]);
        assert_eq!(matching("/elsewhere/a.py"), [false]);
        assert!(is_excluded(&layers, Path::new("/project/lib/vendor/a.py")));
        assert!(!is_excluded(&layers, Path::new("/project/lib/a.py")));
        let (configuration, _) = resolve_with(&layers, &[true]);
        let perf = analysis::rules::find("perf/string-concat-in-loop");
        assert!(perf.is_some_and(|rule| !configuration.is_enabled(rule)));
    }

    #[test]
    fn predictions_can_be_turned_off() {
        let on = |layers: &[Layer]| {
            let (configuration, problems) = resolve(layers);
            let mut predicted =
                analysis::rules::all().iter().filter(|it| it.id.starts_with("predict/"));
            (predicted.any(|rule| configuration.is_enabled(rule)), problems.len())
        };
        assert_eq!(on(&[]), (true, 0));
        assert_eq!(on(&layers(&[json!({"predict": {"enabled": true}})])), (true, 0));
        assert_eq!(on(&layers(&[json!({"predict": {"enabled": false}})])), (false, 0));
        assert_eq!(on(&layers(&[json!({"predict": {"enabld": false}})])), (true, 1));
        assert_eq!(on(&layers(&[json!({"predict": {"enabled": "no"}})])), (true, 1));
        let environment = |value: &'static str| {
            of_environment(move |name| {
                (name == "OMNISTACK_PREDICT_ENABLED").then(|| value.to_owned())
            })
        };
        assert_eq!(on(&[environment("false")]), (false, 0));
        assert_eq!(on(&[environment("perhaps")]), (true, 1));
    }

    #[test]
    fn the_environment_is_a_layer() {
        let layer = of_environment(|name| {
            (name == "OMNISTACK_SELECT").then(|| "bug/self-comparison, perf".to_owned())
        });
        let (configuration, problems) = resolve(&[layer]);
        assert!(problems.is_empty());
        let on = |id| analysis::rules::find(id).is_some_and(|rule| configuration.is_enabled(rule));
        assert!(on("bug/self-comparison") && !on("bug/self-assignment"));
    }
}
