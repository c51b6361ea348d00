//! The dataset, from packages on disk to batches.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use models::dataset::near::Seen;
use models::dataset::{self, batch, fixes, packages::Package, shards, stream};
use tempfile::TempDir;

fn function(name: &str, at: usize) -> String {
    format!(
        "def {name}_{at}(first, second, items):\n    total = first + {at}\n    for item in items:\n        \
         if item.{name} < total and not second:\n            total -= item.price_{at}\n            \
         note_{name}(item, total)\n    return total\n\n"
    )
}

fn put(folder: &Path, file: &str, text: &str) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join(file), text).unwrap();
}

/// A corpus of a few projects; the first is excluded, and one vendors a copy of its function.
fn corpus() -> (TempDir, dataset::Report) {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    let mut list = String::from("# use\tlanguage\tregistry\tname\tlicence\n");
    list += "train\tpython\tpypi\tmissing\tMIT\n";
    for project in 0..40 {
        let own: String = (0..4).map(|at| function(&format!("name{project}"), at)).collect();
        let text = own + &function("secret", 0);
        put(&root.join(format!("corpus/pypi/p{project}x")), "a.py", &text);
        writeln!(list, "train\tpython\tpypi\tp{project}x\tMIT").unwrap();
    }
    put(&root.join("corpus/pypi/judge"), "b.py", &function("secret", 0));
    list += "exclude\tpython\tpypi\tjudge\tany\n";
    put(root, "corpus.tsv", &list);
    let options = dataset::Options {
        list: root.join("corpus.tsv"),
        corpus: root.join("corpus"),
        out: root.join("dataset"),
    };
    let report = dataset::build(&options, |_| ()).unwrap();
    (folder, report)
}

fn number(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at * 4..at * 4 + 4].try_into().unwrap()) as usize
}

/// The length of the first batch by the documented layout.
fn batch_length(bytes: &[u8]) -> usize {
    assert_eq!(number(bytes, 0), batch::MAGIC as usize);
    let [b, t, g, c] = [1, 2, 3, 4].map(|at| number(bytes, at));
    20 + b * (2 + 2 + 1 + 4 + 4 + 4) + t * (10 + 4 + 8) + g * 3 + c * (4 + 1 + 10)
}

#[test]
fn excluded_functions_and_copies_are_left_out() {
    let (folder, report) = corpus();
    assert_eq!(report.packages, 41);
    let mut seen = 0;
    for split in ["train", "validation", "test"] {
        let part = folder.path().join("dataset").join(split);
        for shard in shards::list(&part, "python").unwrap_or_default() {
            for record in shards::read(&shard).unwrap() {
                assert!(!record.text.contains("secret"));
                let (_, own) = &report.projects[record.project as usize];
                assert_eq!(*own, split);
                seen += 1;
            }
        }
    }
    assert_eq!(seen, report.kept.values().sum::<usize>());
    assert!(seen >= 40, "{report:?}");
    assert!(report.kept.contains_key("train/python") && report.kept.len() > 1);
}

#[test]
fn batches_follow_their_layout_and_repeat_for_equal_seeds() {
    let (folder, _) = corpus();
    let options = stream::Options {
        data: folder.path().join("dataset"),
        split: "train".to_owned(),
        seed: 5,
        tokens: 600,
        once: Some(30),
        bugs: 1.0,
    };
    let mut bytes = Vec::new();
    stream::stream(&options, &mut bytes).unwrap();
    let mut again = Vec::new();
    stream::stream(&options, &mut again).unwrap();
    assert_eq!(bytes, again);
    let mut rest = bytes.as_slice();
    let mut samples = 0;
    while !rest.is_empty() {
        samples += number(rest, 1);
        rest = &rest[batch_length(rest)..];
    }
    assert_eq!(samples % 2, 0, "each function comes with a bug of its own");
    assert!(samples >= 40);
}

#[test]
fn real_fixes_that_a_rewrite_repairs_become_batches() {
    let (folder, _) = corpus();
    let fixed = function("real", 1);
    let record = |repo: usize, buggy: &str| {
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        format!(
            "{{\"repo\":\"r{repo}\",\"language\":\"python\",\"buggy\":{},\"fixed\":{}}}\n",
            quoted(buggy),
            quoted(&fixed)
        )
    };
    let buggy = fixed.replace("item.real < total", "item.real > total");
    let lines: String =
        (0..20).map(|repo| record(repo, &buggy) + &record(repo, "def f(): pass")).collect();
    let file = folder.path().join("fixes.jsonl.gz");
    let mut packed = flate2::write::GzEncoder::new(
        fs::File::create(&file).unwrap(),
        flate2::Compression::fast(),
    );
    std::io::Write::write_all(&mut packed, lines.as_bytes()).unwrap();
    packed.finish().unwrap();
    let mut total = fixes::Report::default();
    for split in ["train", "validation", "test"] {
        let data = folder.path().join("dataset");
        let (split, file) = (split.to_owned(), file.clone());
        let options = fixes::Options { file, data, split, seed: 1, tokens: 600, times: 1 };
        let mut bytes = Vec::new();
        let report = fixes::stream(&options, &mut bytes).unwrap();
        assert_eq!(report.repairable * 2, report.fixes);
        assert_eq!(bytes.is_empty(), report.fixes == 0);
        total.fixes += report.fixes;
        total.repairable += report.repairable;
    }
    assert_eq!((total.fixes, total.repairable), (40, 20));
}

#[test]
fn near_copies_are_told_from_other_functions() {
    let mut seen = Seen::default();
    let tokens: Vec<u32> = (0..200).map(|at| at * 7 % 101).collect();
    assert!(seen.is_new(&tokens));
    assert!(!seen.is_new(&tokens));
    let mut changed = tokens.clone();
    changed[100] = 9_999;
    assert!(!seen.is_new(&changed), "one token of two hundred");
    let other: Vec<u32> = (0..200).map(|at| at * 13 % 97 + 1000).collect();
    assert!(seen.is_new(&other));
}

#[test]
fn packages_of_one_team_are_one_project() {
    let project = |registry: &str, name: &str| {
        let (registry, name) = (registry.to_owned(), name.to_owned());
        Package { is_excluded: false, language: "go".to_owned(), registry, name }.project()
    };
    assert_eq!(project("npm", "@scope/one"), project("npm", "@scope/two"));
    assert_eq!(project("crates", "big-one"), project("crates", "big_two"));
    assert_eq!(
        project("debian", "golang-site-owner-a-dev"),
        project("debian", "golang-site-owner-b-dev")
    );
    assert_eq!(project("debian-source", "cat9"), project("debian-source", "cat10"));
    assert_ne!(project("pypi", "one"), project("pypi", "two"));
}

#[test]
fn a_broken_shard_or_list_is_told() {
    let (folder, _) = corpus();
    let train = folder.path().join("dataset/train");
    let shard = shards::list(&train, "python").unwrap().remove(0);
    let whole = fs::read(&shard).unwrap();
    fs::write(&shard, &whole[..whole.len() / 2]).unwrap();
    let told = shards::read(&shard).unwrap_err().to_string();
    assert!(told.contains("python-000.gz"), "{told}");
    put(folder.path(), "bad.tsv", "train\tpython\n");
    let told = Package::read_list(&folder.path().join("bad.tsv")).unwrap_err().to_string();
    assert!(told.contains("line 1") && told.contains("five fields"), "{told}");
}
