//! What can be set: the schemas, against all that is shipped or documented, and against what is
//! understood.

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
    let examples = examples(document);
    assert!(!examples.is_empty());
    for example in examples {
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
