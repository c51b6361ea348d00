//! What can be set: the schemas, against all that is shipped or documented, and against what is
//! understood.

use std::path::Path;

use serde_json::{Value, json};

use crate::workspace::{CLEAN, Workspace};

fn schema(arguments: &[&str]) -> Value {
    let workspace = Workspace::with("a.py", CLEAN);
    let run = workspace.run(&[&["config", "schema"], arguments].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    serde_json::from_str(&run.stdout).unwrap()
}

fn as_json(text: &str) -> Value {
    let table: toml::Table = toml::from_str(text).unwrap();
    serde_json::to_value(table).unwrap()
}

/// The examples in TOML of a document.
fn examples(document: &str) -> Vec<&str> {
    let blocks = document.split("```toml\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap()).collect()
}

fn errors(schema: &Value, value: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).unwrap();
    validator.iter_errors(value).map(|it| format!("{}: {it}", it.instance_path)).collect()
}

#[test]
fn what_is_documented_is_valid_and_understood() {
    let schema = schema(&[]);
    let document = include_str!("../../../../docs/configuration.md");
    let mut examples: Vec<String> = examples(document).into_iter().map(str::to_owned).collect();
    assert!(!examples.is_empty());
    // So are the files that the repository ships.
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let files = ignore::Walk::new(repository).filter_map(Result::ok);
    let settings = files.filter(|it| it.file_name() == "omnistack.toml");
    examples.extend(settings.map(|it| std::fs::read_to_string(it.path()).unwrap()));
    for example in &examples {
        assert_eq!(errors(&schema, &as_json(example)), [""; 0], "{example}");
        let workspace = Workspace::with("project/a.py", CLEAN);
        workspace.write("shared/omnistack.toml", "");
        workspace.write("project/omnistack.toml", example);
        let run = workspace.check(&["project"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{example}");
    }
}

#[test]
fn the_schema_and_the_check_agree() {
    let schema = schema(&[]);
    let cases = [
        ("profile = \"strict\"", true),
        ("profile = \"strickt\"", false),
        ("select = []", true),
        ("select = \"bug\"", false),
        ("select = [3]", false),
        ("limits.lines = 3", true),
        ("limits.lines = -3", false),
        ("limits.lines = 3.5", false),
        ("limits.lines = 1000000000000", false),
        ("limits.line = 3", false),
        ("features.cross-file = false", true),
        ("features.cross_file = false", false),
        ("features = true", false),
        ("[severity]\nperf = \"hint\"", true),
        ("[severity]\nperf = \"loud\"", false),
        ("extends = \"b.toml\"", true),
        ("extends = [\"b.toml\"]", true),
        ("extends = 3", false),
        ("[[paths]]\nmatch = [\"a\"]\nlimits.nesting = 2", true),
        ("[[paths]]\nignore = []", false),
        ("[paths]\nmatch = []", false),
        ("[environment.ci]\ngenerated = true", true),
        ("[environment.ci]\nextends = []", false),
        ("environment = \"ci\"", false),
        ("trusted = false", false),
    ];
    for (text, is_valid) in cases {
        let workspace = Workspace::with("a.py", CLEAN);
        workspace.write("b.toml", "");
        workspace.write("omnistack.toml", text);
        let run = workspace.check(&[]);
        assert_eq!(run.code, if is_valid { 0 } else { 2 }, "{text}: {}", run.stderr);
        assert_eq!(errors(&schema, &as_json(text)).is_empty(), is_valid, "{text}");
    }
}

#[test]
fn an_editor_can_say_more() {
    let schema = schema(&["--editor"]);
    assert_eq!(errors(&schema, &json!({"trusted": false, "profile": "strict"})), [""; 0]);
    assert_eq!(errors(&schema, &json!({"extends": []})).len(), 1);
    // A default that an editor knows of it sends, and what it sends holds over files.
    assert!(!schema.to_string().contains("\"default\""));
}

#[test]
fn an_environment_of_its_own() {
    let workspace = Workspace::with("a.py", CLEAN);
    workspace.write(
        "omnistack.toml",
        "[environment.strict]\nselect = [\"practice\"]\nlimits.lines = 1\n",
    );
    let run = |variables: &[(&str, &str)]| workspace.run_with(&["check"], variables).code;
    assert_eq!(run(&[]), 0);
    assert_eq!(run(&[("OMNISTACK_ENVIRONMENT", "strict")]), 1);
    assert_eq!(run(&[("OMNISTACK_LIMITS_LINES", "1"), ("OMNISTACK_SELECT", "long-function")]), 1);
    assert_eq!(run(&[("OMNISTACK_LIMITS_LINES", "few")]), 2);
}

#[test]
fn what_holds_is_shown_with_the_place_where_it_was_set() {
    let workspace = Workspace::with("inner/a.py", CLEAN);
    workspace.write("base.toml", "ignore = [\"perf\"]\n[limits]\nlines = 7\n");
    workspace.write(
        "omnistack.toml",
        "extends = \"base.toml\"\nignore = [\"security\"]\n[[paths]]\nmatch = [\"a.py\"]\n\
         severity.bug = \"hint\"\n[environment.ci]\nlimits.nesting = 2\n",
    );
    let variables = [("OMNISTACK_ENVIRONMENT", "ci"), ("OMNISTACK_FEATURES_CROSS_FILE", "false")];
    let json = ["config", "show", "inner/a.py", "--format", "json"];
    let run = workspace.run_with(&json, &variables);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["environment"], "ci");
    assert_eq!(report["files"].as_array().unwrap().len(), 2);
    let setting = |name: &str| {
        let settings = report["settings"].as_array().unwrap().iter();
        let one = settings.clone().find(|it| it["name"] == name);
        let one = one.unwrap_or_else(|| panic!("{name} in {report}"));
        let origins = one["origins"].as_array().unwrap().iter().map(|it| {
            let file = it["path"].as_str().and_then(|it| it.rsplit('/').next()).unwrap_or("");
            format!("{} {file} {}", it["kind"].as_str().unwrap(), it["line"])
        });
        (one["value"].clone(), origins.collect::<Vec<_>>())
    };
    let all = |value: Value, origins: &[&str]| {
        (value, origins.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(setting("profile"), all(json!("recommended"), &["default  null"]));
    let both = ["file base.toml 1", "file omnistack.toml 2"];
    assert_eq!(setting("ignore"), all(json!(["perf", "security"]), &both));
    assert_eq!(setting("limits.lines"), all(json!(7), &["file base.toml 3"]));
    assert_eq!(setting("limits.nesting"), all(json!(2), &["file omnistack.toml 7"]));
    assert_eq!(setting("severity.bug"), all(json!("hint"), &["file omnistack.toml 5"]));
    assert_eq!(setting("features.cross-file"), all(json!(false), &["environment  null"]));
    // A folder has the settings of its files, but for entries for paths.
    let text = workspace.run(&["config", "show"]).stdout;
    let line = |name: &str| text.lines().find(|it| it.starts_with(name)).unwrap();
    assert!(line("limits.lines = 7").ends_with("base.toml:3"), "{text}");
    assert!(line("limits.nesting = 5").ends_with("# default"), "{text}");
    assert!(!text.contains("severity.bug"), "{text}");
}

#[test]
fn wrong_settings_are_shown_and_told() {
    let workspace = Workspace::with("a.py", CLEAN);
    workspace
        .write("omnistack.toml", "exclude = [\"a.py\"]\n[limits]\nlines = \"x\"\nnesting = 1\n");
    let run = workspace.run(&["config", "show", "a.py"]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("left out") && run.stdout.contains("limits.nesting = 1"));
    assert!(run.stderr.contains("omnistack.toml:3: `limits.lines` must be a whole number"));
    assert_eq!(workspace.run(&["config", "show", "missing.py"]).code, 2);
}

#[test]
fn a_file_to_start_with() {
    let schema = schema(&[]);
    let workspace = Workspace::with("src/a.py", CLEAN);
    workspace.write("b.go", "package b\n");
    workspace.write("vendor/c.js", "x();\n");
    let run = workspace.run(&["config", "init", "--yes"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let text = workspace.text("omnistack.toml");
    assert!(text.contains("# Found here: Go, Python.\n"), "{text}");
    let settings = as_json(&text);
    assert_eq!(settings["exclude"], json!(["vendor/"]));
    assert_eq!(settings["profile"], "recommended");
    assert_eq!(errors(&schema, &settings), [""; 0]);
    let run = workspace.check(&[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    // So is what it shows in comments.
    let shown: Vec<&str> = text
        .lines()
        .map(|line| {
            line.strip_prefix("# ")
                .filter(|it| it.contains(" = ") || it.starts_with('['))
                .unwrap_or(line)
        })
        .collect();
    assert_eq!(errors(&schema, &as_json(&shown.join("\n"))), [""; 0], "{}", shown.join("\n"));
    // What is there is kept.
    workspace.write("omnistack.toml", "# mine\n");
    let run = workspace.run(&["config", "init", "--yes"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--force"), "{}", run.stderr);
    assert_eq!(workspace.text("omnistack.toml"), "# mine\n");
    // Nobody is asked where there is no terminal.
    assert_eq!(workspace.run(&["config", "init", "--force"]).code, 0);
    assert!(workspace.text("omnistack.toml").contains("profile"));
    assert_eq!(workspace.run(&["config", "init", "missing"]).code, 2);
}

#[test]
fn what_nobody_would_write_is_told_soon() {
    let workspace = Workspace::with("a.py", CLEAN);
    let refused = |text: &[u8]| {
        workspace.write("omnistack.toml", text);
        let run = workspace.check(&[]);
        assert_eq!(run.code, 2, "{}", run.stderr);
        run.stderr
    };
    assert!(refused(b"\xff\xfe\x00").contains("cannot be read"));
    assert!(refused("#".repeat((1 << 20) + 1).as_bytes()).contains("over the limit"));
    refused("select = ".repeat(1000).as_bytes());
    refused(format!("select = {}", "[".repeat(100_000)).as_bytes());
    refused(format!("a{}", ".a".repeat(100_000)).as_bytes());
    let many = format!("select = [{}]\n", "3, \"bug\", ".repeat(10_000));
    assert!(refused(many.as_bytes()).lines().count() < 200);
    assert!(refused("key =\n".repeat(10_000).as_bytes()).lines().count() < 200);
}
