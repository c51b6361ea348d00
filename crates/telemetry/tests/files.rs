//! What telemetry leaves on the disk stays bounded.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use telemetry::logs::RotatingFile;
use telemetry::panics::{Report, Reports};

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn full_log_files_make_room_for_the_next_ones() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("logs");
    let mut file = RotatingFile::bounded(&folder, "test", 100, 3).unwrap();
    std::fs::write(folder.join("other.log"), "not ours").unwrap();
    for line in 0..40 {
        file.write(format!("line {line:02} of nineteen\n").as_bytes()).unwrap();
    }
    let names = names(&folder);
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(names.contains(&"other.log".to_owned()));
    let present = folder.join(format!("test-{}.log", std::process::id()));
    let text = std::fs::read_to_string(&present).unwrap();
    assert!(text.ends_with("line 39 of nineteen\n"), "{text}");
    for name in names.iter().filter(|it| it.starts_with("test-")) {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(text.len() <= 100 && text.lines().all(|it| it.ends_with("nineteen")), "{text}");
    }

    // A process that starts goes on in its own file, and a line over the limit is kept whole.
    drop(file);
    let mut file = RotatingFile::bounded(&folder, "test", 100, 3).unwrap();
    file.write(&[b'x'; 300]).unwrap();
    file.write(b"after\n").unwrap();
    assert_eq!(std::fs::read_to_string(&present).unwrap(), "after\n");
}

#[test]
fn reports_of_panics_are_few_and_say_what_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let mut reports = Reports::in_folder(folder.path());
    let report = |line: u32| Report {
        place: format!("crates/analysis/src/rules/bugs/some_rule.rs:{line}:1"),
        message: "index out of bounds".to_owned(),
        rule: None,
        thread: "analyse-0".to_owned(),
        version: "0.1.0",
        times: 1,
        last_seen: u64::from(line),
    };
    for line in 0..50 {
        reports.add(report(line));
    }
    assert_eq!(names(folder.path()).len(), 20);
    for _ in 0..8 {
        reports.add(report(49));
    }
    reports.blame(&report(49).place, "bug/some-rule");
    let name = "0.1.0-crates-analysis-src-rules-bugs-some-rule.rs-49-1.json";
    let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&kept["rule"], &kept["times"]), (&"bug/some-rule".into(), &9.into()));
    assert_eq!(names(folder.path()).len(), 20);
}
