//! The settings there are: their names, types, defaults and descriptions.
//!
//! This is the one place where a setting is defined. From these structures follow the JSON Schemas
//! ([`super::schema`]), the check of what somebody wrote ([`super::checking`]), the environment's
//! variables, the reference in `docs/configuration.md`, and `config show` and `config init`. To add
//! a setting, add a field with a description to the structure of its table (or a structure with a
//! field in [`Settings`]), set its default, and read it where it matters: from
//! `FileConfiguration::settings` for a file, from `Configurations::for_folder` for a folder or the
//! session. Then run `cargo xtask generate`.
//!
//! A field is a setting in kebab case. What only an editor or the user's own file may set in an
//! untrusted workspace (whatever names a path or a host) is marked by
//! `#[schemars(extend("x-needs-trust" = true))]`, and what a workspace's files may never set by
//! `"x-personal" = true` too.

use std::collections::BTreeMap;
use std::path::PathBuf;

use analysis::configuration::Limits;
use analysis::findings::Severity;
use analysis::rules;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::remote::RemoteSettings;
use super::telemetry::TelemetrySettings;

/// How the schema calls texts that name rules.
pub(super) const SELECTOR_FORMAT: &str = "rule-selector";
/// What names sets of rules, beside profiles.
pub(super) const CATEGORIES: [&str; 7] =
    ["ALL", "bug", "custom", "perf", "practice", "predict", "security"];
/// How the schema calls texts that are paths.
pub(super) const PATH_FORMAT: &str = "path";
/// How the schema calls texts that are patterns of paths.
pub(super) const PATTERN_FORMAT: &str = "path-pattern";

/// Settings of OmniStack, in the file `omnistack.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct FileSettings {
    /// Files whose settings come before those of this one. Paths start from this file's folder. In
    /// an untrusted workspace they may not lead out of it.
    pub extends: OneOrMany,
    /// Settings that hold in one environment only, over the others of the same file:
    /// `[environment.ci]` holds where the variable `OMNISTACK_ENVIRONMENT` is `ci`, and, without
    /// that variable, where `CI` is set.
    pub environment: BTreeMap<String, Settings>,
    /// What holds everywhere.
    #[serde(flatten)]
    pub settings: Settings,
}

/// Settings of OmniStack, in an editor's section `omnistack`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct EditorSettings {
    /// Whether the workspace's own settings may name paths and hosts. In an untrusted workspace
    /// those of its settings that do are left out.
    pub trusted: bool,
    /// What any file of settings can hold, too.
    #[serde(flatten)]
    pub settings: Settings,
}

impl Default for EditorSettings {
    fn default() -> Self {
        Self { trusted: true, settings: Settings::default() }
    }
}

/// All that can be set anywhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct Settings {
    /// Which rules run, and how.
    #[serde(flatten)]
    pub rules: RuleSettings,
    /// Rules of your own.
    #[serde(rename = "rules")]
    pub own_rules: OwnRuleSettings,
    /// Files that are left out.
    pub exclude: Vec<Pattern>,
    /// Whether files are looked at that a program wrote, as a comment at their start says.
    pub generated: bool,
    /// Predictions of the network.
    pub predict: PredictSettings,
    /// A team server, which predicts in place of the network on this machine. Where it is and how to
    /// come by a token, only the user's own file, the editor and the environment say; nothing is sent
    /// from a workspace that is not trusted.
    pub remote: RemoteSettings,
    /// What is kept, in memory and on disk.
    pub cache: CacheSettings,
    /// The search for functions.
    pub search: SearchSettings,
    /// Parts of OmniStack that can be turned on and off.
    pub features: FeatureSettings,
    /// Lines above functions (code lenses): quality, callers, hot spots.
    pub lens: LensSettings,
    /// The cost class at the head of loops (inlay hints).
    pub hints: HintSettings,
    /// The workspace as a whole.
    pub workspace: WorkspaceSettings,
    /// What the language server tells of itself. Only the user's own file, the editor and the
    /// environment have a say in it: what a workspace's file says is left out.
    #[schemars(extend("x-needs-trust" = true, "x-personal" = true))]
    pub telemetry: TelemetrySettings,
    /// Settings for some files only, in the order of the entries.
    pub paths: Vec<PathSettings>,
}

/// Which rules run, how severe they are, and what they measure by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct RuleSettings {
    /// The set of rules to run.
    pub profile: ProfileName,
    /// The rules to run instead of a profile's: ids, categories, globs, profiles, or `ALL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub select: Option<Vec<Selector>>,
    /// Rules that do not run, of those selected.
    pub ignore: Vec<Selector>,
    /// The severity of the findings of some rules.
    #[schemars(extend("propertyNames" = {"$ref": "#/$defs/Selector"}))]
    pub severity: BTreeMap<String, SeverityName>,
    /// What counts as too much of a function.
    pub limits: LimitSettings,
}

/// Rules of your own, beside those in `.omnistack/rules` and those that `sgconfig.yml` names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct OwnRuleSettings {
    /// Packs of rules: folders, or archives of folders (`.tar.gz`, `.tgz`, `.tar` or `.zip`). Paths
    /// start from this file's folder; nothing is fetched.
    #[schemars(extend("x-needs-trust" = true))]
    pub packs: Vec<SettingPath>,
}

/// Settings for some files only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(transform = super::schema::without_defaults)]
pub struct PathSettings {
    /// The files that they are for.
    #[serde(rename = "match")]
    pub patterns: Vec<Pattern>,
    /// What holds for them.
    #[serde(flatten)]
    pub rules: RuleSettings,
}

/// Limits of what rules measure of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct LimitSettings {
    /// Cognitive complexity.
    pub complexity: u32,
    /// Lines.
    pub lines: u32,
    /// Branches and loops within each other.
    pub nesting: u32,
    /// Parameters.
    pub parameters: u32,
}

impl Default for LimitSettings {
    fn default() -> Self {
        let Limits { complexity, lines, nesting, parameters } = Limits::default();
        Self { complexity, lines, nesting, parameters }
    }
}

impl From<LimitSettings> for Limits {
    fn from(limits: LimitSettings) -> Self {
        let LimitSettings { complexity, lines, nesting, parameters } = limits;
        Self { complexity, lines, nesting, parameters }
    }
}

/// Predictions of the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct PredictSettings {
    /// Whether the network is asked. A later layer that selects `predict` or one of its rules turns
    /// it on.
    pub enabled: bool,
    /// The folder of another model to predict with, of the shape that `omnistack-models calibrate`
    /// writes. One model serves a session: that of its first folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-needs-trust" = true))]
    pub model: Option<SettingPath>,
}

impl Default for PredictSettings {
    fn default() -> Self {
        Self { enabled: true, model: None }
    }
}

/// What is kept, in memory and on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct CacheSettings {
    /// Megabytes of memory from which on the language server lets go of all that it can make again:
    /// functions it has read, predictions, the network. What holds for the first folder of a session
    /// holds for all of it.
    pub ceiling: u32,
    /// Whether an editor's session keeps predictions on disk, so that the next one need not make
    /// them again. `check` does so with `--cache`.
    pub disk: bool,
    /// The folder that they are kept in, instead of the user's own for caches.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-needs-trust" = true))]
    pub folder: Option<SettingPath>,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self { ceiling: 1024, disk: false, folder: None }
    }
}

impl CacheSettings {
    /// The folder to keep things in.
    pub fn place(&self) -> Option<PathBuf> {
        let chosen = self.folder.as_ref().map(|it| it.0.clone());
        chosen.or_else(crate::store::default_folder)
    }
}

/// Lines above functions (code lenses): quality, callers, hot spots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct LensSettings {
    /// Whether they are shown. What holds for the first folder of a session holds for all of it.
    pub enabled: bool,
}

/// The cost class at the head of loops (inlay hints).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct HintSettings {
    /// Whether it is shown. What holds for the first folder of a session holds for all of it.
    pub enabled: bool,
}

/// The search for functions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct SearchSettings {
    /// The folder of a sentence encoder of BERT's kind (`config.json`, `tokenizer.json` and
    /// `model.safetensors`), with which functions are found by what they mean. One encoder serves a
    /// session: that of its first folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-needs-trust" = true))]
    pub model: Option<SettingPath>,
}

/// Parts of OmniStack that can be turned on and off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct FeatureSettings {
    /// Whether calls are followed into other files.
    pub cross_file: bool,
    /// Whether findings of `perf` and `practice` weigh less in test code.
    pub soft_tests: bool,
}

impl Default for FeatureSettings {
    fn default() -> Self {
        Self { cross_file: true, soft_tests: true }
    }
}

/// The workspace as a whole. An editor's session reads this for each of its folders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct WorkspaceSettings {
    /// Whether an editor shows what is found in files that are not open, too.
    pub diagnostics: bool,
}

/// A set of rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProfileName {
    /// Rules that are nearly always right.
    #[default]
    Recommended,
    /// Also rules about matters of taste.
    Strict,
    /// Also rules that are not proven yet.
    Preview,
}

impl ProfileName {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Strict => "strict",
            Self::Preview => "preview",
        }
    }
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SeverityName {
    /// Shown where an editor shows hints.
    Hint,
    /// Worth knowing.
    Information,
    /// Likely wrong.
    Warning,
    /// Wrong.
    Error,
}

impl From<SeverityName> for Severity {
    fn from(name: SeverityName) -> Self {
        match name {
            SeverityName::Hint => Self::Hint,
            SeverityName::Information => Self::Information,
            SeverityName::Warning => Self::Warning,
            SeverityName::Error => Self::Error,
        }
    }
}

/// One path, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(PathBuf),
    /// Several.
    Many(Vec<PathBuf>),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl OneOrMany {
    /// All of them.
    pub fn into_vec(self) -> Vec<PathBuf> {
        match self {
            Self::One(path) => vec![path],
            Self::Many(paths) => paths,
        }
    }
}

/// A path, that starts from the folder of the file that sets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = PATH_FORMAT))]
pub struct SettingPath(pub PathBuf);

/// Names rules: an id, a name without its category, a category, a glob, a profile, or `ALL`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Selector(pub String);

impl AsRef<str> for Selector {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl JsonSchema for Selector {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Selector".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // Any text is allowed, since globs are; the ids are there for editors to offer.
        let ids: Vec<&str> = rules::all().iter().map(|rule| rule.id).collect();
        json_schema!({
            "description": "Names rules: an id, a name without its category, a category, a glob, a profile, or `ALL`.",
            "type": "string",
            "format": SELECTOR_FORMAT,
            "anyOf": [{"enum": CATEGORIES}, {"enum": ids}, {}],
        })
    }
}

/// A pattern of paths as in `.gitignore`: one without a slash holds at any depth, and a folder
/// stands for all below it. It starts from the folder of the file of settings that it stands in, else
/// from the folder of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("format" = PATTERN_FORMAT))]
pub struct Pattern(pub String);
