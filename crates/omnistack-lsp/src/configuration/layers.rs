//! Settings in layers: each from one place, checked when it is made, and merged into what holds.
//!
//! Later layers hold over earlier ones, setting by setting. Within a layer, the table of the
//! environment that is active holds over the rest, and an entry for paths over both, for the files
//! that it matches.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::checking::{Wrong, check, leave_out_untrusted};
use super::patterns::Place;
use super::problems::{Mistake, Problem, Source, below, shortened};
use super::schema::{self, Kind};
use super::text::{self, Places};

/// Settings that are no settings of a file: where others are, and for what.
pub(super) const STRUCTURE: [&str; 5] = ["environment", "extends", "match", "paths", "trusted"];
/// Lists to which a later layer adds.
pub(super) const ADDED_UP: [&str; 3] = ["exclude", "ignore", "remote/exclude"];

/// So many mistakes of a kind are told of one file.
const MOST_TOLD: usize = 100;

/// Settings from one place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// Where they come from.
    pub source: Source,
    /// The folder that paths in it start from.
    pub folder: Option<PathBuf>,
    /// The same folder with links followed.
    pub(super) resolved_folder: Option<PathBuf>,
    /// The files that it extends, whether or not they are there.
    pub bases: Vec<PathBuf>,
    /// What is wrong with them.
    pub problems: Vec<Problem>,
    /// How much more is wrong than these.
    pub untold: usize,
    /// Why it is not known what it says of sending, in words that tell of the layer.
    pub(super) doubt: Option<String>,
    /// The settings that are right.
    settings: Map<String, Value>,
    /// The environment that is active.
    environment: Option<Arc<str>>,
    /// The file's text, and where the settings stand in it.
    text: Arc<str>,
    places: Places,
}

/// Some of a layer's settings, that hold together.
#[derive(Clone, Debug)]
pub(super) struct Fragment<'a> {
    pub(super) layer: &'a Layer,
    /// JSON pointer to them.
    pub(super) pointer: String,
    pub(super) settings: &'a Map<String, Value>,
}

impl Layer {
    /// Settings that are no file's.
    pub fn new(source: Source, mut settings: Map<String, Value>) -> Self {
        let kind = if source == Source::Editor { Kind::Editor } else { Kind::File };
        let wrong = check(&mut settings, kind, &source);
        let mut layer = Self { source, settings, ..Self::default() };
        layer.tell_all(wrong);
        layer
    }

    /// What an editor sent, the newest last: sections, or objects that hold one.
    pub fn of_editor<'a>(sent: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut settings = Map::new();
        let mut strange = Vec::new();
        for value in sent {
            match value.get("omnistack").unwrap_or(value) {
                Value::Object(section) => settings.extend(section.clone()),
                // An empty table of Lua is written like an empty list.
                empty if empty.is_null() || empty.as_array().is_some_and(Vec::is_empty) => {}
                other => strange.push(other),
            }
        }
        let mut layer = Self::new(Source::Editor, settings);
        for value in strange {
            let message = format!("The settings must be a table; {} is ignored.", shortened(value));
            layer.problems.push(layer.problem(Mistake::WrongValue, message, None));
        }
        layer
    }

    /// Whether it says nothing against trusting the workspace.
    pub fn is_trusted(&self) -> bool {
        self.settings.get("trusted").and_then(Value::as_bool).unwrap_or(true)
    }

    /// A file's settings, with the environment that is active.
    pub(super) fn of_text(source: Source, text: String, environment: Option<Arc<str>>) -> Self {
        let text::Parsed { mut settings, places, errors } = text::parse(&text);
        let wrong = check(&mut settings, Kind::File, &source);
        let folder = source.file().and_then(Path::parent).map(Path::to_owned);
        let text: Arc<str> = text.into();
        let mut layer =
            Self { source, folder, settings, environment, text, places, ..Self::default() };
        for (span, message) in errors.into_iter().take(MOST_TOLD) {
            let message = format!("This is no TOML: {}.", message.trim_end_matches('.'));
            let problem = layer.problem(Mistake::Syntax, message, None);
            layer.problems.push(problem.at(&layer.text, span));
        }
        if !layer.problems.is_empty() {
            layer.doubt_all();
        }
        layer.tell_all(wrong);
        layer
    }

    /// A file without settings, and why it has none.
    pub(super) fn unreadable(source: Source, why: String) -> Self {
        let mut layer = Self { source, ..Self::default() };
        layer.doubt_all();
        layer.problems.push(layer.problem(Mistake::Syntax, why, None));
        layer
    }

    fn problem(&self, mistake: Mistake, message: String, replacement: Option<String>) -> Problem {
        let source = self.source.clone();
        Problem { source, line: None, span: None, mistake, message, replacement }
    }

    fn doubt_all(&mut self) {
        self.doubt = Some(format!("{} cannot be read", self.source));
    }

    fn tell_all(&mut self, wrong: Vec<Wrong>) {
        if self.doubt.is_none() && wrong.iter().any(|it| it.hides_what_is_sent(&self.source)) {
            let place = match &self.source {
                Source::User(file) | Source::File(file) => file.display().to_string(),
                other => format!("the settings of the {other}"),
            };
            self.doubt = Some(format!("what {place} says of it is wrong"));
        }
        // Who has made so many mistakes has made one.
        self.untold += wrong.len().saturating_sub(MOST_TOLD);
        for Wrong { pointer, is_key, mistake, message, nearest } in
            wrong.into_iter().take(MOST_TOLD)
        {
            self.tell(&pointer, is_key, mistake, message, nearest);
        }
    }

    /// Leaves out what only the person who runs this may set, which a workspace's files are told: a
    /// repository that somebody opens must not decide where traces of their work go.
    pub(super) fn leave_out_personal(&mut self) {
        let environments = self.settings.get("environment").and_then(Value::as_object);
        let names = environments.into_iter().flat_map(Map::keys);
        let tables: Vec<String> = std::iter::once(String::new())
            .chain(names.map(|name| below("/environment", name)))
            .collect();
        let mut misplaced = Vec::new();
        for table in &tables {
            for personal in schema::personal() {
                let pointer = format!("{table}{personal}");
                if self.remove(&pointer) {
                    misplaced.push(pointer);
                }
            }
        }
        for pointer in misplaced {
            let name = self.source.name_of(&pointer);
            let message = format!(
                "`{name}` is ignored here; set it in your own file, the editor or the environment."
            );
            self.tell(&pointer, true, Mistake::Untrusted, message, None);
        }
    }

    /// Takes a setting out; whether it was there.
    fn remove(&mut self, pointer: &str) -> bool {
        let Some((above, key)) = pointer.rsplit_once('/') else { return false };
        let table = match above.strip_prefix('/').map(|it| it.split_once('/').unwrap_or((it, ""))) {
            None => Some(&mut self.settings),
            Some((first, rest)) => self.settings.get_mut(first).and_then(|it| {
                let rest = if rest.is_empty() { String::new() } else { format!("/{rest}") };
                it.pointer_mut(&rest)?.as_object_mut()
            }),
        };
        table.is_some_and(|it| it.remove(key).is_some())
    }

    /// Leaves out what a workspace has to be trusted for.
    pub(super) fn leave_out_untrusted(&mut self) {
        let wrong = leave_out_untrusted(&mut self.settings, &self.source);
        self.tell_all(wrong);
    }

    /// Adds something that is wrong at a place.
    pub(super) fn tell(
        &mut self,
        pointer: &str,
        is_key: bool,
        mistake: Mistake,
        message: String,
        nearest: Option<String>,
    ) {
        if mistake == Mistake::Extends {
            self.doubt = Some(format!("what {} extends cannot be read", self.source));
        }
        let problem = self.problem_at(pointer, is_key, mistake, message, nearest);
        self.problems.push(problem);
    }

    /// Something that is wrong at a place.
    pub(super) fn problem_at(
        &self,
        pointer: &str,
        is_key: bool,
        mistake: Mistake,
        message: String,
        nearest: Option<String>,
    ) -> Problem {
        let place = if is_key { self.places.key(pointer) } else { self.places.value(pointer) };
        let is_bare =
            |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it));
        let quoted = |it: String| if is_key && is_bare(&it) { it } else { format!("\"{it}\"") };
        let problem = self.problem(mistake, message, nearest.map(quoted));
        match place {
            Some(span) => problem.at(&self.text, span),
            None => problem,
        }
    }

    /// Whether one of its problems has this message.
    pub(super) fn tells(&self, message: &str) -> bool {
        self.problems.iter().any(|it| it.message == message)
    }

    /// What stands at a JSON pointer.
    pub(super) fn get(&self, pointer: &str) -> Option<&Value> {
        let (key, rest) = pointer.strip_prefix('/')?.split_once('/').map_or_else(
            || (pointer.trim_start_matches('/'), ""),
            |(key, _)| (key, pointer.get(1 + key.len()..).unwrap_or("")),
        );
        self.settings.get(key)?.pointer(rest)
    }

    /// The line in the file where a setting stands, from 1.
    pub(super) fn line_of(&self, pointer: &str) -> Option<usize> {
        let span = self.places.key(pointer)?;
        Some(self.text.get(..span.start)?.matches('\n').count() + 1)
    }

    /// The text of the file.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// What holds for all files: the layer's own settings, then those of the environment.
    pub(super) fn tables(&self) -> impl Iterator<Item = Fragment<'_>> {
        let own = Fragment { layer: self, pointer: String::new(), settings: &self.settings };
        let active = self.environment.as_deref().and_then(|name| {
            let pointer = below("/environment", name);
            let settings = self.get(&pointer)?.as_object()?;
            Some(Fragment { layer: self, pointer, settings })
        });
        std::iter::once(own).chain(active)
    }

    /// The entries for paths, in their order.
    pub(super) fn entries(&self) -> impl Iterator<Item = Fragment<'_>> {
        self.tables().flat_map(move |table| {
            let list = table.settings.get("paths").and_then(Value::as_array);
            list.into_iter().flatten().enumerate().filter_map(move |(index, entry)| {
                let pointer = format!("{}/paths/{index}", table.pointer);
                Some(Fragment { layer: self, pointer, settings: entry.as_object()? })
            })
        })
    }

    /// Whether one of the patterns fits a file, as `fits` says of each, given the layer's folder if
    /// that is above the file.
    pub(super) fn matches<'p>(
        &self,
        patterns: Option<&Value>,
        place: Place<'p>,
        fits: Fits<'p>,
    ) -> bool {
        let own = self.folder.as_ref().and_then(|it| std::path::absolute(it).ok());
        let folders = [own.as_deref(), self.resolved_folder.as_deref()];
        let folder = folders.into_iter().flatten().find(|it| place.path.starts_with(it));
        let patterns = patterns.and_then(Value::as_array);
        let mut patterns = patterns.into_iter().flatten().filter_map(Value::as_str);
        patterns.any(|pattern| fits(&place, pattern, folder))
    }
}

/// How a pattern fits a file.
type Fits<'p> = fn(&Place<'p>, &str, Option<&Path>) -> bool;

/// Which entries for paths apply to a file, over all layers.
pub(super) fn matching_entries(layers: &[Layer], place: Place<'_>) -> Vec<bool> {
    let matches = |it: Fragment<'_>| it.layer.matches(it.settings.get("match"), place, Place::fits);
    layers.iter().flat_map(Layer::entries).map(matches).collect()
}

/// Whether a layer says to leave a file out.
pub(super) fn is_excluded(layers: &[Layer], place: Place<'_>) -> bool {
    let mut tables = layers.iter().flat_map(Layer::tables);
    tables.any(|it| it.layer.matches(it.settings.get("exclude"), place, Place::fits))
}

/// All that holds, in the order in which it does, with those entries for paths that apply.
pub(super) fn fragments<'a>(layers: &'a [Layer], entries: &[bool]) -> Vec<Fragment<'a>> {
    let mut applies = entries.iter().copied();
    let mut fragments = Vec::new();
    for layer in layers {
        fragments.extend(layer.tables());
        fragments.extend(layer.entries().filter(|_| applies.next().unwrap_or(false)));
    }
    fragments
}

#[cfg(test)]
mod tests {
    use super::super::resolving::resolve;
    use super::*;
    use analysis::configuration::Configuration;
    use serde_json::json;

    fn layers(values: &[Value]) -> Vec<Layer> {
        values.iter().map(|value| Layer::of_editor([value])).collect()
    }

    fn of_file(text: &str, environment: Option<&str>) -> Layer {
        let source = Source::File(PathBuf::from("/project/omnistack.toml"));
        Layer::of_text(source, text.to_owned(), environment.map(Arc::from))
    }

    fn place(path: &str) -> Place<'_> {
        Place { path: Path::new(path), roots: &[] }
    }

    fn told(layers: &[Layer]) -> Vec<String> {
        layers.iter().flat_map(|it| &it.problems).map(ToString::to_string).collect()
    }

    fn configuration(layers: &[Layer], entries: &[bool]) -> Configuration {
        resolve(&fragments(layers, entries)).1
    }

    fn is_on(configuration: &Configuration, id: &str) -> bool {
        analysis::rules::find(id).is_some_and(|rule| configuration.is_enabled(rule))
    }

    #[test]
    fn an_unknown_key_is_reported_with_the_nearest_known_one() {
        let layers = layers(&[json!({"omnistack": {"selct": [], "limits": {"linse": 1}}})]);
        assert_eq!(
            told(&layers),
            [
                "Unknown setting `omnistack.limits.linse`; did you mean `lines`?",
                "Unknown setting `omnistack.selct`; did you mean `select`?",
            ]
        );
    }

    #[test]
    fn wrong_values_leave_the_defaults() {
        let settings = json!({
            "select": 5, "ignore": [7, "nonsense/x"], "severity": {"bug": "loud", "bgu": "hint"},
            "profile": "all", "limits": {"lines": -1, "nesting": 2.5}, "generated": null
        });
        let layers = layers(&[settings, json!(3)]);
        assert_eq!(configuration(&layers, &[]), Configuration::default());
        assert_eq!(told(&layers).len(), 9, "{:?}", told(&layers));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let layer = of_file("exclude = [\"a/[\", \"b\"]\n[limits]\nlines = \"many\"\n", None);
        let path = "/project/omnistack.toml";
        assert_eq!(
            told(std::slice::from_ref(&layer)),
            [
                format!(
                    "{path}:1: `exclude[0]` must be a pattern such as \"tests/**\"; \"a/[\" is ignored."
                ),
                format!("{path}:3: `limits.lines` must be a whole number; \"many\" is ignored."),
            ]
        );
        assert!(is_excluded(&[layer], place("/project/x/b")));
    }

    #[test]
    fn later_layers_hold_over_earlier_ones() {
        let layers =
            layers(&[json!({"select": ["bug"], "ignore": ["perf"]}), json!({"select": []})]);
        assert!(told(&layers).is_empty());
        let configuration = configuration(&layers, &[]);
        assert!(analysis::rules::all().iter().all(|rule| !configuration.is_enabled(rule)));
    }

    #[test]
    fn tables_are_merged_and_lists_of_what_to_leave_out_add_up() {
        let layers = layers(&[
            json!({"limits": {"lines": 5, "nesting": 1}, "ignore": ["perf"], "exclude": ["a"]}),
            json!({"limits": {"lines": 6}, "ignore": ["bug"], "exclude": ["b"]}),
        ]);
        let settings = resolve(&fragments(&layers, &[])).0;
        assert_eq!((settings.rules.limits.lines, settings.rules.limits.nesting), (6, 1));
        assert_eq!(settings.rules.ignore.len(), 2);
        assert_eq!(settings.exclude.len(), 2);
    }

    #[test]
    fn entries_for_paths_hold_where_they_match() {
        let text = "exclude = [\"vendor/\"]\n\
            [[paths]]\nmatch = [\"tests/**\", \"*_gen.py\"]\nignore = [\"perf\"]\n";
        let layers = [of_file(text, None)];
        let matching = |path: &str| matching_entries(&layers, place(path));
        assert_eq!(matching("/project/tests/deep/a.py"), [true]);
        assert_eq!(matching("/project/src/a_gen.py"), [true]);
        assert_eq!(matching("/project/src/tests.py"), [false]);
        assert_eq!(matching("/elsewhere/a.py"), [false]);
        assert!(is_excluded(&layers, place("/project/lib/vendor/a.py")));
        assert!(!is_excluded(&layers, place("/project/lib/a.py")));
        assert!(is_on(&configuration(&layers, &[false]), "perf/string-concat-in-loop"));
        assert!(!is_on(&configuration(&layers, &[true]), "perf/string-concat-in-loop"));
    }

    #[test]
    fn an_environment_holds_over_the_rest_of_its_file() {
        let text = "profile = \"strict\"\n[limits]\nlines = 5\nnesting = 2\n\
            [environment.ci]\nignore = [\"perf\"]\nlimits.lines = 9\n\
            [[environment.ci.paths]]\nmatch = [\"a.py\"]\nselect = []\n\
            [environment.other]\nlimts = 3\n";
        let resolved = |environment, entries: &[bool]| {
            let layers = [of_file(text, environment)];
            assert_eq!(told(&layers).len(), 1);
            let (settings, configuration) = resolve(&fragments(&layers, entries));
            let limits = settings.rules.limits;
            let on = is_on(&configuration, "perf/string-concat-in-loop");
            (limits.lines, limits.nesting, on, is_on(&configuration, "bug/self-comparison"))
        };
        assert_eq!(resolved(None, &[]), (5, 2, true, true));
        assert_eq!(resolved(Some("ci"), &[false]), (9, 2, false, true));
        assert_eq!(resolved(Some("ci"), &[true]), (9, 2, false, false));
        assert_eq!(resolved(Some("staging"), &[]), (5, 2, true, true));
    }

    #[test]
    fn predictions_can_be_turned_off() {
        let on =
            |layers: &[Layer]| (configuration(layers, &[]).wants_predictions(), told(layers).len());
        assert_eq!(on(&[]), (true, 0));
        assert_eq!(on(&layers(&[json!({"predict": {"enabled": true}})])), (true, 0));
        assert_eq!(on(&layers(&[json!({"predict": {"enabled": false}})])), (false, 0));
        let twice = [json!({"predict": {"enabled": false}}), json!({"predict": {"enabled": true}})];
        assert_eq!(on(&layers(&twice)), (true, 0));
        let off_but = |later: Value| layers(&[json!({"predict": {"enabled": false}}), later]);
        assert_eq!(on(&off_but(json!({"profile": "strict"}))), (false, 0));
        assert_eq!(on(&off_but(json!({"select": ["predict"]}))), (true, 0));
        assert_eq!(on(&layers(&[json!({"predict": {"enabld": false}})])), (true, 1));
        assert_eq!(on(&layers(&[json!({"predict": {"enabled": "no"}})])), (true, 1));
    }
}
