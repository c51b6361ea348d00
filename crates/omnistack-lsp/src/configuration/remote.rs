//! The settings of the way to a team server.
//!
//! A workspace's files may narrow what is sent, and name the project that it belongs to. Where to,
//! and with whose token, they may not say: nobody who opens a repository sends code elsewhere, or runs
//! a command, because it says so.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::layers::{Fragment, Layer};
use super::patterns::Place;
use super::settings::{Pattern, SettingPath};
use super::{Configurations, editor_of, files, layers, resolving};

/// A team server, which predicts in place of the network on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case")]
pub struct RemoteSettings {
    /// A certificate to show to the server (PEM), for servers that want one; with `key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-needs-trust" = true, "x-personal" = true))]
    pub certificate: Option<SettingPath>,
    /// The id of a client, for which the server gives tokens; its secret is in the variable
    /// `OMNISTACK_REMOTE_CLIENT_SECRET`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-needs-trust" = true, "x-personal" = true))]
    pub client_id: Option<String>,
    /// How many milliseconds a server has for one function; for each further one in the same request
    /// it has 10 more. What does not come in time is predicted on this machine.
    #[schemars(range(min = 10, max = 60_000), extend("x-needs-trust" = true, "x-personal" = true))]
    pub deadline_ms: u32,
    /// The addresses of the server, such as `https://omnistack.example.org`; of several, any will
    /// do. The variable `OMNISTACK_REMOTE_URL`, which takes one address, holds over them.
    #[schemars(extend("x-needs-trust" = true, "x-personal" = true))]
    pub endpoints: Vec<String>,
    /// Files of which nothing is sent. All that is set anywhere adds up. Patterns start from the
    /// folder of the `omnistack.toml` that they stand in; all others (the user's file, the editor, the
    /// environment), from the folder of the workspace that holds the file.
    pub exclude: Vec<Pattern>,
    /// Files of which functions are sent, all if there are none here. Where several places set it,
    /// each has to have a pattern for a file. Patterns start where those of `exclude` do.
    pub include: Vec<Pattern>,
    /// The key of `certificate` (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-needs-trust" = true, "x-personal" = true))]
    pub key: Option<SettingPath>,
    /// The model to ask, if it is not the server's own choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-needs-trust" = true, "x-personal" = true))]
    pub model: Option<String>,
    /// The project that the workspace belongs to, for tokens that are limited to some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Certificates (PEM) to trust in beside the system's.
    #[schemars(extend("x-needs-trust" = true, "x-personal" = true))]
    pub roots: Vec<SettingPath>,
    /// A program that prints a token, and its arguments. It is run without a shell.
    #[schemars(extend("x-needs-trust" = true, "x-personal" = true))]
    pub token_command: Vec<String>,
    /// A file that holds a token. It is read again when it changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-needs-trust" = true, "x-personal" = true))]
    pub token_file: Option<SettingPath>,
}

impl Default for RemoteSettings {
    fn default() -> Self {
        Self {
            certificate: None,
            client_id: None,
            deadline_ms: 400,
            endpoints: Vec::new(),
            exclude: Vec::new(),
            include: Vec::new(),
            key: None,
            model: None,
            project: None,
            roots: Vec::new(),
            token_command: Vec::new(),
            token_file: None,
        }
    }
}

impl Configurations {
    /// Where a team server is and how to come by a token, by the user's own file, the editor and the
    /// environment: in this, a workspace's files have no say. Nothing in a workspace that is not
    /// trusted.
    pub fn remote(&self) -> Option<RemoteSettings> {
        if !self.session.is_trusted {
            return None;
        }
        let mut layers = self.before.clone();
        layers.push(self.session.editor.clone());
        layers.extend(self.session.after.iter().cloned());
        let table = resolving::merged(&layers::fragments(&layers, &[])).remove("remote");
        // What was checked can be read.
        Some(table.and_then(|it| serde_json::from_value(it).ok()).unwrap_or_default())
    }

    /// Why nothing of a file is sent although no pattern leaves it out: some settings that could do so
    /// cannot be read.
    pub fn withheld(&self, path: &Path) -> Option<String> {
        let folder = self.folder_of(path);
        let why = folder.layers.iter().find_map(|it| it.doubt.as_deref())?;
        Some(format!("{why}, so nothing is sent to the team server"))
    }

    /// Whether functions of a file may be sent to a team server; `resolved` is where the file is, by
    /// way of no link. It has to be allowed under both names. The answer is remembered, since this is
    /// asked again and again while somebody types.
    pub fn may_be_sent(&self, path: &Path, resolved: &Path) -> bool {
        // Whether a text without a file is meant for others, nobody has said.
        if !self.session.is_trusted || path.as_os_str().is_empty() {
            return false;
        }
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let known = || self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (path, resolved.to_owned());
        if let Some(is_sent) = known().get(&key) {
            return *is_sent;
        }
        let is_sent = self.is_sent(&key.0, resolved);
        known().insert(key, is_sent);
        is_sent
    }

    fn is_sent(&self, path: &Path, resolved: &Path) -> bool {
        let own = &self.folder_of(path).layers;
        if !is_sent(own, self.place(path)) {
            return false;
        }
        if path == resolved {
            return true;
        }
        // What holds where the file is, holds for it as well.
        let folder = resolved.parent().unwrap_or(Path::new("/"));
        let there = self.layers(files::nearest(folder), None, editor_of(&self.session, folder));
        let place = self.place(resolved);
        [own, &there].into_iter().all(|it| is_sent(it, place) && !layers::is_excluded(it, place))
    }
}

/// Where a file is, by way of no link, as far as that can be told: a file that is yet to be written, is
/// in its folder.
pub fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for above in path.ancestors() {
        let rest = path.strip_prefix(above).unwrap_or(Path::new(""));
        if let Ok(real) = above.canonicalize() {
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    path
}

/// Whether every layer that lists files to send has this one, none leaves it out, and all of them are
/// known.
fn is_sent(layers: &[Layer], place: Place<'_>) -> bool {
    if layers.iter().any(|it| it.doubt.is_some()) {
        return false;
    }
    let tables = || layers.iter().flat_map(Layer::tables);
    let of_remote = |it: &Fragment<'_>, key: &str| {
        let patterns = it.settings.get("remote")?.get(key)?.as_array()?;
        Some(patterns.clone()).filter(|it| !it.is_empty()).map(Value::Array)
    };
    // Whether a pattern was meant for the file may be in doubt; then it is not sent.
    let leaves_out = |it: Fragment<'_>| {
        let patterns = of_remote(&it, "exclude");
        it.layer.matches(patterns.as_ref(), place, Place::may_fit)
    };
    let lets_in = |it: Fragment<'_>| {
        let Some(patterns) = of_remote(&it, "include") else { return true };
        it.layer.matches(Some(&patterns), place, Place::surely_fits)
    };
    tables().all(lets_in) && !tables().any(leaves_out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::super::schema::{self, Kind};
    use super::super::{Mistake, SessionLayers, Source};
    use super::*;

    /// A session in a folder with this file, and with these settings of the editor.
    fn session(text: &str, editor: &Value) -> (tempfile::TempDir, Configurations) {
        session_with(text, editor, Vec::new(), Vec::new())
    }

    /// The same with layers of the user's before it, and of the environment after it.
    fn session_with(
        text: &str,
        editor: &Value,
        before: Vec<Layer>,
        after: Vec<Layer>,
    ) -> (tempfile::TempDir, Configurations) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("omnistack.toml"), text).unwrap();
        let editor = Layer::of_editor([editor]);
        assert_eq!(editor.problems, []);
        let is_trusted = editor.is_trusted();
        let roots = vec![folder.path().to_owned()];
        let layers = SessionLayers { editor, after, is_trusted, roots, ..SessionLayers::default() };
        let mut configurations = Configurations::of_session(layers);
        configurations.before = before;
        (folder, configurations)
    }

    /// Whether a file may be sent, wherever it is.
    fn is_sent(configurations: &Configurations, path: &Path) -> bool {
        configurations.may_be_sent(path, &super::resolved(path))
    }

    #[test]
    fn a_workspace_may_only_narrow() {
        let root = Kind::File.schema();
        let table = schema::resolved(root, &root["properties"]["remote"]);
        let open: Vec<&str> = table["properties"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, schema)| schema.get("x-personal").is_none())
            .map(|(key, _)| key.as_str())
            .collect();
        assert_eq!(open, ["exclude", "include", "project"]);
    }

    #[test]
    fn a_workspace_names_no_server_and_no_command() {
        let text = "[remote]\nendpoints = ['https://evil.example']\n\
            token-command = ['sh', '-c', 'touch /tmp/x']\ntoken-file = 'a'\nroots = ['b']\n\
            certificate = 'c'\nkey = 'd'\nclient-id = 'e'\nmodel = 'f'\ndeadline-ms = 1000\n\
            project = 'shop'\nexclude = ['secret/']\n\
            [environment.ci.remote]\nendpoints = ['https://evil.example']\n";
        let editor = json!({"remote": {"endpoints": ["https://good.example"]}});
        let (folder, configurations) = session(text, &editor);
        let file = folder.path().join("a.py");
        let settings = &configurations.for_file(&file).settings.remote;
        let expected = RemoteSettings {
            endpoints: vec!["https://good.example".to_owned()],
            project: Some("shop".to_owned()),
            exclude: vec![Pattern("secret/".to_owned())],
            ..RemoteSettings::default()
        };
        assert_eq!(settings, &expected);
        let own = configurations.remote().unwrap();
        assert_eq!(own.endpoints, ["https://good.example"]);
        assert!(own.exclude.is_empty() && own.token_command.is_empty());
        let told = configurations.folder_of(&file);
        let told: Vec<_> = told.layers.iter().flat_map(|it| &it.problems).collect();
        assert_eq!(told.len(), 10, "{told:?}");
        assert!(told.iter().all(|it| it.mistake == Mistake::Untrusted));
    }

    #[test]
    fn patterns_of_all_layers_hold() {
        let text = "[remote]\ninclude = ['src/**', 'lib/**']\nexclude = ['*_secret.py']\n";
        let editor = json!({"remote": {"exclude": ["keys.py", "src/vault/"]}});
        let (folder, configurations) = session(text, &editor);
        let sent = |path: &str| is_sent(&configurations, &folder.path().join(path));
        assert!(sent("src/a.py") && sent("lib/deep/b.py"));
        assert!(!sent("tools/a.py") && !sent("src/a_secret.py") && !sent("src/keys.py"));
        assert!(!sent("src/vault/a.py") && sent("lib/src/vault/a.py"));
        assert!(!is_sent(&configurations, Path::new("")));
    }

    /// The layers of a user, an editor and an environment that set this.
    fn elsewhere(settings: &Value) -> [(Value, Vec<Layer>, Vec<Layer>); 3] {
        let of_user = |text| {
            let source = Source::User("/home/me/.config/omnistack/omnistack.toml".into());
            vec![Layer::of_text(source, text, None)]
        };
        let table = settings.as_object().unwrap().clone();
        let text = toml::to_string(settings).unwrap();
        let none = json!({});
        [
            (none.clone(), of_user(text), Vec::new()),
            (none, Vec::new(), vec![Layer::new(Source::Environment, table)]),
            (settings.clone(), Vec::new(), Vec::new()),
        ]
    }

    #[test]
    fn patterns_that_stand_elsewhere_start_from_the_folder_of_the_workspace() {
        for pattern in
            ["services/vault/", "/services/vault/", "services/**", "services/vault", "./services/"]
        {
            for (editor, before, after) in elsewhere(&json!({"remote": {"exclude": [pattern]}})) {
                let (folder, configurations) = session_with("", &editor, before, after);
                let sent = |path: &str| is_sent(&configurations, &folder.path().join(path));
                assert!(!sent("services/vault/a.py"), "{pattern}");
                assert!(sent("other/vaults/a.py"), "{pattern}");
            }
        }
        let include = json!({"remote": {"include": ["services/**"]}});
        for (editor, before, after) in elsewhere(&include) {
            let (folder, configurations) = session_with("", &editor, before, after);
            let sent = |path: &str| is_sent(&configurations, &folder.path().join(path));
            assert!(sent("services/vault/a.py") && !sent("other/services/a.py"));
        }
        let exclude = json!({"exclude": ["services/vault/"],
            "paths": [{"match": ["lib/*.py"], "limits": {"lines": 7}}]});
        for (editor, before, after) in elsewhere(&exclude) {
            let (folder, configurations) = session_with("", &editor, before, after);
            let of = |path: &str| configurations.for_file(&folder.path().join(path));
            assert!(of("services/vault/a.py").is_excluded);
            assert!(!of("other/services/vault/a.py").is_excluded);
            assert_eq!(of("lib/a.py").settings.rules.limits.lines, 7);
        }
    }

    #[test]
    fn where_a_pattern_may_be_meant_nothing_is_sent() {
        let editor = json!({"remote": {"exclude": ["services/vault/"]}});
        let (folder, mut configurations) = session_with("", &editor, Vec::new(), Vec::new());
        // A folder of the workspace within another one.
        configurations.starts.push(folder.path().join("services"));
        assert!(!is_sent(&configurations, &folder.path().join("services/vault/a.py")));
        // No folder at all.
        configurations.starts.clear();
        assert!(!is_sent(&configurations, &folder.path().join("deep/services/vault/a.py")));
        assert!(is_sent(&configurations, &folder.path().join("services/a.py")));
        // An absolute path.
        let place = Path::new("/home/me/secret/a.py");
        let roots = ["/home/me".into()];
        let place = Place { path: place, roots: &roots };
        assert!(place.may_fit("/home/me/secret/", None) && place.may_fit("/secret/", None));
        assert!(!place.may_fit("home/", None) && !place.may_fit("/home/you/", None));
        // What is to be sent has to be meant for sure.
        let place = Place { roots: &[], ..place };
        assert!(!place.surely_fits("secret/*.py", None) && place.surely_fits("*.py", None));
    }

    #[test]
    fn while_settings_cannot_be_read_nothing_is_sent() {
        let unreadable = [
            "[remote]\nexclude = ['a.py'",
            "[remote]\nexclude = ['a.py']\n[limits",
            "[remote]\nexclude = 'a.py'\n",
            "remote = ['a.py']\n",
            "[remote]\nexclude = ['a/[']\n",
            "[remote]\nexlude = ['a.py']\n",
            "[remot]\nexclude = ['a.py']\n",
            "[environment.dev.remote]\ninclude = 1\n",
            "environment = 1\n",
            "exclude = 'a.py'\n",
            "extends = 'nowhere.toml'\n",
            "extends = 1\n",
        ];
        for text in unreadable {
            let (folder, configurations) = session(text, &json!({}));
            let file = folder.path().join("b.py");
            assert!(!is_sent(&configurations, &file), "{text}");
            let why = configurations.withheld(&file).unwrap();
            assert!(why.contains("omnistack.toml") && why.contains("nothing is sent"), "{why}");
        }
        let readable = [
            "",
            "[remote]\nendpoints = ['https://evil.example']\n",
            "[limits]\nlines = 'many'\n",
            "slect = ['bug']\n",
        ];
        for text in readable {
            let (folder, configurations) = session(text, &json!({}));
            let file = folder.path().join("b.py");
            assert!(is_sent(&configurations, &file), "{text}");
            assert_eq!(configurations.withheld(&file), None);
        }
        let wrong = json!({"remote": {"exclude": "a.py"}}).as_object().unwrap().clone();
        for source in [Source::Editor, Source::Environment] {
            let after = vec![Layer::new(source, wrong.clone())];
            let (folder, configurations) = session_with("", &json!({}), Vec::new(), after);
            assert!(!is_sent(&configurations, &folder.path().join("b.py")));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_no_way_around_a_pattern() {
        use std::os::unix::fs::symlink;

        let write = |folder: &Path, name: &str, text: &str| {
            std::fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
            std::fs::write(folder.join(name), text).unwrap();
        };
        let elsewhere = tempfile::tempdir().unwrap();
        write(elsewhere.path(), "vault/a.py", "");
        write(elsewhere.path(), "open/a.py", "");
        write(elsewhere.path(), "open/own.py", "");
        write(elsewhere.path(), "omnistack.toml", "[remote]\nexclude = ['open/own.py']\n");
        for pattern in ["vault/", "/vault/"] {
            let editor = json!({"remote": {"exclude": [pattern]}, "exclude": ["left/"]});
            let (folder, configurations) = session("", &editor);
            let root = folder.path();
            write(root, "vault/a.py", "");
            write(root, "open/a.py", "");
            write(root, "left/a.py", "");
            symlink(root.join("vault"), root.join("alias")).unwrap();
            symlink(root.join("vault/a.py"), root.join("open/link.py")).unwrap();
            symlink(root.join("open"), root.join("door")).unwrap();
            symlink(root.join("left"), root.join("right")).unwrap();
            symlink(elsewhere.path().join("open"), root.join("far")).unwrap();
            let sent = |path: &str| is_sent(&configurations, &root.join(path));
            assert!(!sent("alias/a.py") && !sent("alias/new.py") && !sent("open/link.py"));
            assert!(!sent("right/a.py"));
            assert!(sent("open/a.py") && sent("door/a.py"));
            // What is said where the file is, holds too.
            assert!(sent("far/a.py") && !sent("far/own.py"));
        }

        // A whole workspace that is reached by a link is where it is.
        let (folder, _) = session("[remote]\ninclude = ['src/**']\n", &json!({}));
        let link = elsewhere.path().join("link");
        symlink(folder.path(), &link).unwrap();
        write(folder.path(), "src/vault/a.py", "");
        write(folder.path(), "src/a.py", "");
        let editor = Layer::of_editor([&json!({"remote": {"exclude": ["src/vault/"]}})]);
        let layers = SessionLayers { editor, roots: vec![link.clone()], ..Default::default() };
        let configurations = Configurations::of_session(layers);
        assert!(is_sent(&configurations, &link.join("src/a.py")));
        assert!(!is_sent(&configurations, &link.join("src/vault/a.py")));
        assert!(!is_sent(&configurations, &folder.path().join("src/vault/a.py")));
    }

    #[test]
    fn nothing_is_sent_from_a_workspace_that_is_not_trusted() {
        let editor = json!({"trusted": false, "remote": {"endpoints": ["https://good.example"]}});
        let (folder, configurations) = session("", &editor);
        assert_eq!(configurations.remote(), None);
        assert!(!is_sent(&configurations, &folder.path().join("a.py")));
    }
}
