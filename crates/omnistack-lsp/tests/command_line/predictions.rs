//! Predictions on the command line, and the models they come from.

use std::path::Path;

use models::model::FILES;
use serde_json::{Value, json};

use crate::certain_model::{TWO, write_model};
use crate::workspace::{Run, Workspace, binary};

fn run_with(workspace: &Workspace, model: &Path, arguments: &[&str]) -> Run {
    let mut command = binary();
    command.current_dir(workspace.root()).args(arguments);
    command.env_remove("OMNISTACK_PREDICT_ENABLED").env("OMNISTACK_PREDICT_MODEL", model);
    Run::of(&command.output().unwrap())
}

const CHECK: [&str; 4] = ["check", "--format", "json", "a.py"];

#[test]
fn predictions_come_with_words_a_repair_and_a_confidence() {
    let (workspace, model) = (Workspace::with("a.py", TWO), Workspace::new());
    write_model(model.root(), Some(-99.0), None);
    let findings = run_with(&workspace, model.root(), &CHECK).findings();
    assert_eq!(findings.len(), 2, "{findings:#?}");
    for finding in &findings {
        assert_eq!(finding["category"], "predict");
        assert!(finding["message"].as_str().unwrap().contains('`'));
        assert!((0.0..=1.0).contains(&finding["confidence"].as_f64().unwrap()));
        assert_eq!(finding["fixes"][0]["safety"], "unsafe");
    }
    for off in [&["--no-predict"][..], &["--select", "ALL"], &["--min-confidence", "1"]] {
        let run = run_with(&workspace, model.root(), &[&CHECK, off].concat());
        assert_eq!(run.places(), [""; 0], "{off:?}");
    }
    workspace.write("omnistack.toml", "[predict]\nenabled = false\n");
    assert_eq!(run_with(&workspace, model.root(), &CHECK).code, 0);
}

#[test]
fn changed_functions_are_judged_by_their_own_thresholds() {
    let (workspace, model) = (Workspace::with("a.py", TWO), Workspace::new());
    write_model(model.root(), None, Some(-99.0));
    workspace.git(&["init", "--quiet"]);
    workspace.git(&["add", "."]);
    workspace.git(&["commit", "--quiet", "-m", "first"]);
    assert_eq!(run_with(&workspace, model.root(), &CHECK).code, 0);
    workspace.write("a.py", TWO.replace("left - right", "left + right"));
    let findings = run_with(&workspace, model.root(), &CHECK).findings();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["line"], 6);
    let since = [&CHECK[..], &["--changed-since", "HEAD"]].concat();
    assert_eq!(run_with(&workspace, model.root(), &since).findings().len(), 1);
}

#[test]
fn a_file_that_is_added_was_just_written() {
    let (workspace, model) = (Workspace::with("b.py", "x = 1\n"), Workspace::new());
    write_model(model.root(), None, Some(-99.0));
    workspace.git(&["init", "--quiet"]);
    workspace.git(&["add", "."]);
    workspace.git(&["commit", "--quiet", "-m", "first"]);
    workspace.write("a.py", TWO);
    assert_eq!(run_with(&workspace, model.root(), &CHECK).code, 0, "untracked: may be anything");
    workspace.git(&["add", "a.py"]);
    assert_eq!(run_with(&workspace, model.root(), &CHECK).findings().len(), 2);
    workspace.git(&["commit", "--quiet", "-m", "second"]);
    assert_eq!(run_with(&workspace, model.root(), &CHECK).code, 0);
}

#[test]
fn what_a_file_does_again_and_again_is_meant() {
    let function =
        |name: &str| format!("def {name}(width, height):\n    return width * height\n\n\n");
    let (workspace, model) = (Workspace::new(), Workspace::new());
    write_model(model.root(), Some(-99.0), None);
    for (names, count) in [(&["one", "two"][..], 2), (&["one", "two", "three"], 0)] {
        let text: String = names.iter().map(|name| function(name)).collect();
        workspace.write("a.py", text);
        let findings = run_with(&workspace, model.root(), &CHECK).findings();
        assert_eq!(findings.len(), count, "{findings:#?}");
    }
}

#[test]
fn the_model_that_the_settings_name_is_the_one_that_is_verified() {
    let (workspace, model) = (Workspace::new(), Workspace::new());
    write_model(model.root(), Some(-99.0), None);
    let folder = model.root().display().to_string().replace('\\', "/");
    workspace.write("omnistack.toml", format!("[predict]\nmodel = \"{folder}\"\n"));
    let list = workspace.run(&["model", "list", "--format", "json"]);
    let list: Value = serde_json::from_str(&list.stdout).unwrap();
    assert_eq!(list[0]["place"], json!(folder));
    let verify = workspace.run(&["model", "verify"]);
    assert!(verify.stdout.contains("thresholds for 1 languages"), "{}", verify.stdout);
    assert!(verify.stdout.contains("There are no predictions in javascript"), "{}", verify.stdout);
    let manifest = model.root().join("manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace("bug-localization-and-repair", "poetry")).unwrap();
    let verify = workspace.run(&["model", "verify"]);
    assert_eq!(verify.code, 2);
    assert!(verify.stderr.contains("the model is made for `poetry`"), "{}", verify.stderr);
}

#[test]
fn much_text_is_predicted_where_it_changed_or_when_asked_for() {
    let (workspace, model) = (Workspace::with("a.py", TWO), Workspace::new());
    write_model(model.root(), Some(-99.0), Some(-99.0));
    workspace.write("data.py", format!("x = [\n{}]\n", "    1000000,\n".repeat(180_000)));
    let run = run_with(&workspace, model.root(), &["check", "--format", "json"]);
    assert_eq!(run.findings().len(), 0);
    assert!(run.stderr.contains("--predict"), "{}", run.stderr);
    let asked = run_with(&workspace, model.root(), &["check", "--format", "json", "--predict"]);
    assert_eq!((asked.findings().len(), asked.stderr.as_str()), (2, ""));
}

#[test]
fn dismissed_predictions_stay_away() {
    let (workspace, model) = (Workspace::with("a.py", TWO), Workspace::new());
    write_model(model.root(), Some(-99.0), None);
    let findings = run_with(&workspace, model.root(), &CHECK).findings();
    let known = json!({"path": "a.py", "rule": findings[0]["rule"],
        "message": "", "fingerprint": findings[0]["fingerprint"]});
    let contents = json!({"version": 1, "predictions": [known]});
    workspace.write(".omnistack/dismissed.json", contents.to_string());
    let left = run_with(&workspace, model.root(), &CHECK).findings();
    assert_eq!(left, findings[1..]);
    workspace.write(".omnistack/dismissed.json", "{");
    let damaged = run_with(&workspace, model.root(), &CHECK);
    assert_eq!(damaged.code, 2);
    assert!(damaged.stderr.contains("dismissed.json holds no dismissed"), "{}", damaged.stderr);
}

#[test]
fn a_comment_can_silence_a_prediction_and_is_not_unused() {
    let ignored = TWO.replace("height\n", "height  # omnistack: ignore[predict]\n");
    let (workspace, model) = (Workspace::with("a.py", ignored), Workspace::new());
    write_model(model.root(), Some(-99.0), None);
    let lines = |run: Run| run.findings().iter().map(|it| it["line"].clone()).collect::<Vec<_>>();
    assert_eq!(lines(run_with(&workspace, model.root(), &CHECK)), [6]);
}

type Damage = &'static dyn Fn(&Path);

/// Each way of damaging a model, and what the message must name.
#[test]
fn a_damaged_model_is_told_of_and_the_rules_go_on() {
    let faulty = "def f(x):\n    return x <= x\n";
    let workspace = Workspace::with("a.py", faulty);
    let damage: [(&str, Damage, &str); 5] = [
        ("missing", &|it| std::fs::remove_file(it.join(FILES[0])).unwrap(), "is missing"),
        ("checksum", &|it| std::fs::write(it.join(FILES[1]), "x\n").unwrap(), "SHA-256"),
        ("cut off", &|it| cut(&it.join(FILES[0])), "SHA-256"),
        ("manifest", &|it| std::fs::write(it.join("manifest.json"), "{").unwrap(), "manifest.json"),
        (
            "version",
            &|it| std::fs::write(it.join("manifest.json"), "{\"manifest\": 9}").unwrap(),
            "version 9",
        ),
    ];
    for (name, break_it, says) in damage {
        let model = Workspace::new();
        write_model(model.root(), Some(-99.0), None);
        break_it(model.root());
        let run = run_with(&workspace, model.root(), &CHECK);
        assert_eq!(run.places(), ["a.py:2:12 bug/self-comparison"], "{name}");
        assert!(
            run.stderr.contains("no predictions") && run.stderr.contains(says),
            "{name}: {}",
            run.stderr
        );
        let verify = run_with(&workspace, model.root(), &["model", "verify"]);
        assert_eq!((verify.code, verify.stdout.as_str()), (2, ""), "{name}");
        assert!(verify.stderr.contains(says), "{name}: {}", verify.stderr);
    }
}

fn cut(file: &Path) {
    let bytes = std::fs::read(file).unwrap();
    std::fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
}

#[test]
fn models_are_listed_and_verified() {
    let workspace = Workspace::new();
    let list = workspace.run(&["model", "list", "--format", "json"]);
    let list: Value = serde_json::from_str(&list.stdout).unwrap();
    assert!(list[0]["id"].as_str().unwrap().starts_with("omnistack-predictor-"));
    assert_eq!(list[0]["place"], "embedded");
    assert!(list[0]["bytes"].as_u64().unwrap() < 25_000_000);
    let verify = workspace.run(&["model", "verify", "--format", "json"]);
    let verify: Value = serde_json::from_str(&verify.stdout).unwrap();
    assert_eq!((&verify[0]["ok"], &verify[0]["languages"]), (&json!(true), &json!(8)));
    assert!(workspace.run(&["model", "list"]).stdout.contains("embedded"));
    assert!(workspace.run(&["model", "verify"]).stdout.contains("is whole"));
}

fn lines(records: &[Value]) -> String {
    let mut lines: Vec<String> = records.iter().map(Value::to_string).collect();
    lines.push(String::new());
    lines.join("\n")
}

#[test]
fn pairs_are_evaluated_in_three_groups() {
    let workspace = Workspace::new();
    let pair = |language: &str, buggy: &str, fixed: &str| json!({"language": language, "buggy": buggy, "fixed": fixed, "bug_type": "operator"});
    let records = [
        // A method as it stood in its class.
        pair(
            "python",
            "    def f(self, a):\n        return a < 0\n",
            "    def f(self, a):\n        return a > 0\n",
        ),
        pair(
            "java",
            "  int f(int a) {\n    return a + 1;\n  }\n",
            "  int f(int a) {\n    return a - 1;\n  }\n",
        ),
        pair("klingon", "x", "y"),
        pair("python", "", ""),
    ];
    workspace.write("pairs.jsonl", lines(&records));
    let run = workspace.run(&["model", "evaluate", "--pairs", "pairs.jsonl", "--format", "json"]);
    let measures: Value = serde_json::from_str(&run.stdout).unwrap();
    let overall = &measures["overall"];
    assert_eq!((&overall["pairs"], &overall["unparsed"]), (&json!(4), &json!(2)));
    for key in [
        "detected",
        "localized",
        "joint",
        "paired_accuracy",
        "paired_by_length",
        "paired_accuracy_same_length",
        "false_alarm_rate",
        "joint_at_2_percent_false_alarms",
    ] {
        assert!((0.0..=1.0).contains(&overall[key].as_f64().unwrap()), "{key}");
    }
    for key in ["recall_at_alarms", "precision_at_alarms"] {
        for alarms in ["1", "5", "10"] {
            assert!(overall[key][alarms].is_number(), "{key} {alarms}");
        }
    }
    // Both that can be read exchange one token, so the count of tokens tells nothing of them.
    assert_eq!((&overall["same_length"], &overall["paired_by_length"]), (&json!(2), &json!(0.25)));
    assert_eq!(measures["by_language"].as_object().unwrap().len(), 3);
    assert_eq!(measures["by_language"]["klingon"]["paired_accuracy_same_length"], Value::Null);
    assert_eq!(measures["by_type"]["operator"]["pairs"], 4);
    let table = workspace.run(&["model", "evaluate", "--pairs", "pairs.jsonl"]).stdout;
    assert!(table.contains("| **overall** | 4 | 2 |"), "{table}");
}

#[test]
fn correct_functions_are_counted_with_their_alarms() {
    let (workspace, model) = (Workspace::new(), Workspace::new());
    write_model(model.root(), Some(-99.0), Some(99.0));
    let function = "def one(width, height):\n    return width * height\n";
    let records = [
        json!({"language": "python", "code": function}),
        json!({"language": "rust", "code": "fn f(a: u8, b: u8) -> u8 { a + b }"}),
    ];
    workspace.write("clean.jsonl", lines(&records));
    let evaluate = ["model", "evaluate", "--clean", "clean.jsonl", "--format", "json"];
    let measures: Value =
        serde_json::from_str(&run_with(&workspace, model.root(), &evaluate).stdout).unwrap();
    assert_eq!(measures["overall"]["alarms_per_1000_functions"], 500.0);
    assert_eq!(measures["by_language"]["python"]["alarms_per_1000_lines"], 500.0);
    assert_eq!(measures["by_language"]["rust"]["alarms"], 0);
    let types = measures["by_type"].as_object().unwrap().values();
    assert_eq!(types.filter(|it| it["alarms"] == 1).count(), 1);
    let changed = run_with(&workspace, model.root(), &[&evaluate[..], &["--changed"]].concat());
    let changed: Value = serde_json::from_str(&changed.stdout).unwrap();
    assert_eq!(changed["overall"]["alarms"], 0);
    let table = run_with(&workspace, model.root(), &evaluate[..4]).stdout;
    assert!(table.contains("| **overall** | 2 | 0 |"), "{table}");
}

#[test]
fn records_come_in_the_forms_that_people_have() {
    let workspace = Workspace::new();
    let code = "def f(a):\n    return a < 0\n";
    let records = ["Python", "py", "python"].map(|language| {
        json!({"language": language, "buggy": code, "fixed": code.replace('<', ">"), "bug_type": "b"})
    });
    // A byte order mark, and the lines of another system.
    let text = format!("\u{feff}{}", lines(&records).replace('\n', "\r\n"));
    let mut command = binary();
    command.current_dir(workspace.root());
    command.args(["model", "evaluate", "--pairs", "-", "--format", "json"]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let measures: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&measures["overall"]["pairs"], &measures["overall"]["unparsed"]),
        (&json!(3), &json!(0))
    );
    assert_eq!(measures["by_language"].as_object().unwrap().keys().collect::<Vec<_>>(), ["python"]);
    for (name, id) in [("js", "javascript"), ("ts", "typescript"), ("C++", "cpp"), ("golang", "go")]
    {
        let record = json!({"language": name, "code": "f"});
        workspace.write("clean.jsonl", lines(&[record]));
        let run =
            workspace.run(&["model", "evaluate", "--clean", "clean.jsonl", "--format", "json"]);
        let measures: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(measures["by_language"][id]["functions"], 1, "{name}");
    }
}

#[test]
fn nothing_to_evaluate_gives_nothing() {
    let workspace = Workspace::with("empty.jsonl", "");
    let run = workspace.run(&["model", "evaluate", "--pairs", "empty.jsonl", "--format", "json"]);
    assert!(!run.stdout.contains("-0.0"), "{}", run.stdout);
    let run = workspace.run(&["model", "evaluate", "--clean", "empty.jsonl", "--format", "json"]);
    let measures: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(measures["by_type"], json!({}));
}

#[test]
fn what_cannot_be_evaluated_is_an_error() {
    let workspace = Workspace::with("bad.jsonl", "{\"language\": \"python\"}\n");
    for (arguments, says) in [
        (&["--pairs", "bad.jsonl"][..], "line 1 of bad.jsonl"),
        (&["--clean", "absent.jsonl"], "absent.jsonl"),
        (&[], "--pairs"),
    ] {
        let run = workspace.run(&[&["model", "evaluate"], arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(says), "{}", run.stderr);
        assert!(run.stderr.matches("line").count() <= 2, "one line is enough: {}", run.stderr);
    }
}

#[test]
fn a_function_of_ten_thousand_tokens_is_judged_window_by_window() {
    let body = "    total = total + width * height\n".repeat(2_000);
    let text = format!("def one(width, height, total):\n{body}    return total\n");
    let (workspace, model) = (Workspace::with("a.py", text), Workspace::new());
    write_model(model.root(), Some(-99.0), None);
    assert_eq!(run_with(&workspace, model.root(), &CHECK).findings().len(), 1);
}

#[test]
fn a_file_of_settings_names_a_model_by_a_path_from_its_own_folder() {
    let workspace = Workspace::with("inner/a.py", TWO);
    workspace.write("model/README", "");
    write_model(&workspace.path("model"), Some(-99.0), None);
    workspace.write("omnistack.toml", "[predict]\nmodel = \"model\"\n");
    let mut command = binary();
    command.current_dir(workspace.path("inner")).args(CHECK);
    command.env_remove("OMNISTACK_PREDICT_ENABLED").env_remove("OMNISTACK_PREDICT_MODEL");
    assert_eq!(Run::of(&command.output().unwrap()).findings().len(), 2);
}

#[test]
fn predictions_are_kept_on_disk_where_that_is_wanted() {
    let (workspace, model, kept) =
        (Workspace::with("a.py", TWO), Workspace::new(), Workspace::new());
    write_model(model.root(), Some(-99.0), None);
    let run = |more: &[&str]| {
        let mut command = binary();
        command.current_dir(workspace.root()).args(CHECK).args(more);
        command.env_remove("OMNISTACK_PREDICT_ENABLED");
        command.env("OMNISTACK_PREDICT_MODEL", model.root()).env("XDG_CACHE_HOME", kept.root());
        Run::of(&command.output().unwrap())
    };
    let messages = |run: &Run| {
        let messages: Vec<String> =
            run.findings().iter().map(|it| it["message"].as_str().unwrap().to_owned()).collect();
        messages
    };
    let first = messages(&run(&[]));
    assert_eq!(first.len(), 2);
    assert!(!kept.path("omnistack").exists(), "nothing is kept that nobody asked for");
    assert_eq!(messages(&run(&["--cache"])), first);
    // What stands on the disk is what the next run tells, without asking the network.
    let mut files = std::fs::read_dir(kept.path("omnistack")).unwrap().map(|it| it.unwrap().path());
    let file = files.find(|it| it.extension().is_some_and(|it| it == "sqlite")).unwrap();
    let database = rusqlite::Connection::open(&file).unwrap();
    let mark = "UPDATE predictions SET found = replace(found, 'looks wrong', 'was wrong before')";
    assert_eq!(database.execute(mark, []).unwrap(), 2);
    drop(database);
    let again = messages(&run(&["--cache"]));
    assert!(again.iter().all(|it| it.contains("was wrong before")), "{again:?}");
    assert_eq!(messages(&run(&["--no-cache"])), first);
    // Another folder, by the settings; and one that cannot be.
    workspace.write("omnistack.toml", "[cache]\nfolder = \"kept\"\n");
    assert_eq!(messages(&run(&["--cache"])), first);
    assert!(workspace.path("kept").is_dir());
    workspace.write("omnistack.toml", "[cache]\nfolder = \"a.py\"\n");
    assert_eq!(messages(&run(&["--cache"])), first);
}
