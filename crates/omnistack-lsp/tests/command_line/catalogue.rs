//! `rules` and `explain`.

use analysis::rules;
use serde_json::Value;

use crate::workspace::Workspace;

#[test]
fn rules_are_listed_for_programs() {
    let run = Workspace::new().run(&["rules", "--format", "json"]);
    let listed: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, listed.len()), (0, rules::all().len()));
    let keys = ["category", "fix", "id", "languages", "profile", "severity", "since", "summary"];
    for rule in &listed {
        let object = rule.as_object().unwrap();
        let mut own: Vec<&str> = object.keys().map(String::as_str).collect();
        own.sort_unstable();
        assert_eq!(own, keys);
        let (id, category) = (rule["id"].as_str().unwrap(), rule["category"].as_str().unwrap());
        assert!(id.starts_with(&format!("{category}/")), "{id}");
        assert!(rule["fix"].is_null() || rule["fix"] == "safe" || rule["fix"] == "unsafe");
        assert!(!rule["languages"].as_array().unwrap().is_empty());
    }
}

#[test]
fn rules_are_listed_for_people() {
    for format in ["text", "markdown"] {
        let run = Workspace::new().run(&["rules", "--format", format]);
        assert_eq!(run.code, 0);
        for rule in rules::all() {
            assert!(run.stdout.contains(rule.summary), "{format}: {}", rule.id);
        }
    }
}

#[test]
fn a_rule_is_explained_by_id_or_name() {
    let workspace = Workspace::new();
    for name in ["bug/self-comparison", "self-comparison"] {
        for format in ["text", "markdown", "json"] {
            let run = workspace.run(&["explain", name, "--format", format]);
            assert_eq!(run.code, 0);
            assert!(run.stdout.contains("bug/self-comparison"), "{}", run.stdout);
        }
    }
    let run = workspace.run(&["explain", "bug/self-comparison", "--format", "json"]);
    let explanation: Value = serde_json::from_str(&run.stdout).unwrap();
    let rule = rules::find("bug/self-comparison").unwrap();
    assert_eq!(explanation["why"], rule.documentation.why);
}

#[test]
fn an_unknown_rule_is_an_error_that_names_the_nearest() {
    let run = Workspace::new().run(&["explain", "bug/self-comparson"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("did you mean `bug/self-comparison`"), "{}", run.stderr);
}
