//! Calls across files: each call of the sample workspaces is resolved as the label in its line says.
//!
//! A label is a comment at the end of a line, `-> file:name` for what the calls of the line call, by
//! their order, or `-> ?` where nobody can know.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "kept/mod.rs"]
mod kept;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::context::{
    CallsWith, FunctionName, Resolver, SummaryUnit, Suspects, SymbolKind, WorkspaceIndex,
    may_matter,
};
use analysis::engine::{Beside, Document, NoCache, Workspace, analyze_with};
use analysis::languages::Language;
use analysis::text::Snapshot;

/// The files below a folder of `tests/workspaces`, with their paths relative to it.
fn files(workspace: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workspaces").join(workspace);
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

fn index(files: &[(String, String)], roots: &[(&str, &str)]) -> WorkspaceIndex {
    let mut index = WorkspaceIndex::default();
    for (name, folder) in roots {
        index.add_root(name, folder);
    }
    for (path, text) in files {
        let language = Language::from_path(Path::new(path)).unwrap().of_text(Path::new(path), text);
        let mut document = Document::new(language, Snapshot::new(text.as_str()));
        let beside = Beside { workspace: Workspace::Unread, ..Beside::NOTHING };
        let (configuration, token) = (Configuration::default(), CancellationToken::new());
        let analysis =
            analyze_with(&mut document, &configuration, &NoCache, &beside, &token).unwrap();
        index.insert(path, analysis.summary.expect("a summary"));
    }
    index
}

/// What the calls of each line call, the lines counted from 1.
fn resolved(index: &WorkspaceIndex, path: &str, text: &str) -> Vec<(usize, String)> {
    let resolver = Resolver::new(index);
    let summary = index.summary(path).unwrap();
    let mut found = Vec::new();
    for (at, call) in summary.calls() {
        let start = summary.unit(at).unwrap().to_file(call.span).start;
        let line = text[..start as usize].matches('\n').count() + 1;
        if let Some(target) = resolver.callee(path, at, call) {
            found.push((line, format!("{}:{}", target.file, index.name_of(&target))));
        }
    }
    found
}

fn check(workspace: &str, roots: &[(&str, &str)]) {
    let files = files(workspace);
    let index = index(&files, roots);
    let (mut labels, mut wrong) = (0, Vec::new());
    for (path, text) in &files {
        let found = resolved(&index, path, text);
        for (at, line) in text.lines().enumerate() {
            let label = line.rsplit_once("-> ").map(|(_, label)| label.trim());
            let label = label.filter(|it| *it == "?" || it.contains(':'));
            let mut expected: Vec<&str> =
                label.map_or(Vec::new(), |it| it.split(", ").filter(|it| *it != "?").collect());
            let here = found.iter().filter(|(line, _)| *line == at + 1);
            let mut here: Vec<&str> = here.map(|(_, it)| it.as_str()).collect();
            labels += usize::from(label.is_some());
            expected.sort_unstable();
            here.sort_unstable();
            if expected != here {
                wrong.push(format!("{path}:{}: {line}\n    found {here:?}", at + 1));
            }
        }
    }
    assert!(labels >= 10, "{workspace}: only {labels} labels");
    assert!(wrong.is_empty(), "{workspace}:\n{}", wrong.join("\n"));
    check_callers(&index, &files);
}

/// Whoever calls a function is found among its callers, though most files are not looked at.
fn check_callers(index: &WorkspaceIndex, files: &[(String, String)]) {
    let resolver = Resolver::new(index);
    let mut callers: BTreeMap<(String, String), BTreeSet<(String, u32)>> = BTreeMap::new();
    for (path, _) in files {
        let summary = index.summary(path).unwrap();
        for (at, call) in summary.calls() {
            if let Some(target) = resolver.callee(path, at, call) {
                let start = summary.unit(at).unwrap().to_file(call.span).start;
                let called = (target.file.to_string(), index.name_of(&target));
                callers.entry(called).or_default().insert((path.clone(), start));
            }
        }
    }
    for ((file, function), expected) in callers {
        let found = index.callers(&file, &function);
        let found: BTreeSet<(String, u32)> =
            found.into_iter().map(|it| (it.file.to_string(), it.span.start)).collect();
        assert_eq!(found, expected, "who calls {function} of {file}");
    }
}

/// Analyses a file among others, with what was kept of it.
fn analyse(
    index: &WorkspaceIndex,
    path: &str,
    text: &str,
    cache: &kept::Everything,
) -> analysis::engine::Analysis {
    let language = Language::from_path(Path::new(path)).unwrap();
    let mut document = Document::new(language, Snapshot::new(text));
    let beside = Beside { workspace: Workspace::Read { index, path }, ..Beside::NOTHING };
    let (configuration, token) = (Configuration::default(), CancellationToken::new());
    analyze_with(&mut document, &configuration, cache, &beside, &token).unwrap()
}

#[test]
fn a_change_of_another_file_checks_only_the_units_that_call_what_changed() {
    const CALLER: &str = "from shapes import draw, fill
from shapes import save as keep

def show(width, height):
    draw(height, width)

def other(width, height):
    fill(width, height)

def third(x):
    return keep(x)
";
    let shapes = |draw: &str, fill: &str| {
        format!(
            "def draw({draw}):\n    pass\n\ndef fill({fill}):\n    pass\n\ndef save(x):\n    pass\n"
        )
    };
    let summarised = |text: String| index(&[("shapes.py".to_owned(), text)], &[]);
    let cache = kept::Everything::default();
    let run = |text: String| {
        let analysis = analyse(&summarised(text), "caller.py", CALLER, &cache);
        let rules: Vec<&str> = analysis.findings.iter().map(|it| it.rule).collect();
        (analysis.work.lowered, analysis.work.checked, rules)
    };
    let swapped = "bug/swapped-arguments";
    let first = shapes("width, height", "width, height");
    assert_eq!(run(first.clone()), (4, 4, vec![swapped]));
    assert_eq!(run(first.clone()), (0, 0, vec![swapped]));
    // Other lines above and in the functions change nothing.
    assert_eq!(run(format!("import os\n\n{first}\nvalue = 1\n")), (0, 0, vec![swapped]));
    assert_eq!(run(shapes("height, width", "width, height")), (0, 1, vec![]));
    assert_eq!(run(shapes("height, width", "height, width")), (0, 1, vec![swapped]));
    let moved = format!("\n\n\n{}", shapes("width, height", "width, height"));
    let analysis = analyse(&summarised(moved), "caller.py", CALLER, &cache);
    assert_eq!(analysis.work.checked, 0);
    let place = analysis.findings[0].related[0].elsewhere.as_ref().unwrap();
    assert_eq!((place.file.as_str(), place.line), ("shapes.py", 3), "where it stands now");
}

#[test]
fn what_need_not_be_analysed_again_would_not_change() {
    let callers = [
        "from shapes import draw\n\ndef f(width, height):\n    draw(width, height)\n",
        "from shapes import draw\n\ndef f(width, height):\n    draw(height, width)\n",
        "from shapes import draw as d\n\ndef f(width, height):\n    d(height, width)\n",
        "import shapes\n\ndef f(a):\n    shapes.draw(a)\n",
        "import shapes\n\nasync def f(a):\n    shapes.save(a)\n",
        "import shapes\n\nasync def f(a):\n    await shapes.save(a)\n",
        "from shapes import Base\n\nclass A(Base):\n    def f(self):\n        self.save()\n",
        "from shapes import Base\n\nclass A(Base):\n    def f(self):\n        self.go()\n\nclass B:\n    async def go(self):\n        await x()\n",
    ];
    let shapes = "def draw(width, height):\n    pass\n\nasync def save(x):\n    await y()\n\nclass Base:\n    async def save(self):\n        await y()\n    def go(self):\n        pass\n";
    for (number, caller) in callers.iter().enumerate() {
        let files = [
            ("a.py".to_owned(), (*caller).to_owned()),
            ("shapes.py".to_owned(), shapes.to_owned()),
        ];
        let index = index(&files, &[]);
        let (resolver, suspects) = (Resolver::new(&index), Suspects::of(&index));
        let summary = index.summary("a.py").unwrap();
        let again = may_matter(&resolver, &suspects, "a.py", summary);
        let cache = kept::Everything::default;
        let alone = analyse(&WorkspaceIndex::default(), "a.py", caller, &cache()).findings;
        let among = analyse(&index, "a.py", caller, &cache()).findings;
        assert!(again || alone == among, "{caller}");
        assert_eq!(again, ![0, 5].contains(&number), "{caller}");
    }
}

#[test]
fn python() {
    check("python", &[]);
}

#[test]
fn typescript() {
    check("typescript", &[]);
}

#[test]
fn javascript() {
    check("javascript", &[]);
}

#[test]
fn rust() {
    check("rust", &[("shop-core", "core")]);
}

#[test]
fn go() {
    check("go", &[("example.com/shop", "")]);
}

#[test]
fn java() {
    check("java", &[]);
}

#[test]
fn c() {
    check("c", &[]);
}

#[test]
fn cpp() {
    check("cpp", &[]);
}

#[test]
fn callers_are_found_in_all_files_and_callees_in_theirs() {
    let files = files("python");
    let index = index(&files, &[]);
    let callers = index.callers("shop/prices.py", "total");
    let named: Vec<String> =
        callers.iter().map(|it| format!("{} {}", it.file, it.caller)).collect();
    assert_eq!(
        named,
        [
            "scripts/run.py ",
            "scripts/run.py ",
            "shop/orders.py later",
            "shop/orders.py place_order"
        ]
    );
    let called = index.callees("shop/models.py", "Order.save");
    let named: Vec<String> = called.iter().map(|(_, it)| index.name_of(it)).collect();
    assert_eq!(named, ["Base.describe"]);
}

/// A function as a text: its file and dotted name, and the texts of the places.
fn shown(files: &[(String, String)], caller: Option<&str>, calls: &[CallsWith]) -> Vec<String> {
    let text = |file: &str| &files.iter().find(|(path, _)| path == file).unwrap().1;
    let one = |calls: &CallsWith| {
        let text = text(caller.unwrap_or(&calls.function.file));
        let places: Vec<&str> = calls.places.iter().map(|it| it.of(text)).collect();
        format!("{}:{} {}", calls.function.file, calls.function.name, places.join(" "))
    };
    calls.iter().map(one).collect()
}

#[test]
fn calls_are_followed_both_ways() {
    let files = files("python");
    let index = index(&files, &[]);
    let never = CancellationToken::new();
    let prices = &files.iter().find(|(path, _)| path == "shop/prices.py").unwrap().1;
    let at = prices.find("def total").unwrap() as u32 + 5;
    let total = index.callable_at("shop/prices.py", at).expect("a function");
    assert_eq!((&*total.file, total.name.as_str()), ("shop/prices.py", "total"));
    assert_eq!(index.callable_at("shop/prices.py", at - 4), None, "not in its name");
    let callable = index.callable(&total).unwrap();
    assert_eq!((callable.name.as_str(), callable.kind), ("total", Some(SymbolKind::Function)));
    assert_eq!(callable.name_span.of(prices), "total");
    assert!(callable.span.of(prices).starts_with("def total("));
    let incoming = index.incoming(&total, &never);
    assert_eq!(
        shown(&files, None, &incoming),
        [
            "scripts/run.py: total total",
            "shop/orders.py:later total",
            "shop/orders.py:place_order total",
        ]
    );
    let module = index.callable(&incoming[0].function).unwrap();
    assert_eq!((module.name.as_str(), module.kind), ("run.py", None));
    // From a caller back to it, and at the call itself.
    let outgoing = index.outgoing(&incoming[2].function);
    let named = shown(&files, Some("shop/orders.py"), &outgoing);
    assert!(named.contains(&"shop/prices.py:total total".to_owned()), "{named:?}");
    let call = incoming[2].places[0];
    assert_eq!(index.callable_at("shop/orders.py", call.start), Some(total.clone()));
    never.cancel();
    assert_eq!(index.incoming(&total, &never), []);
    assert_eq!(index.callable_at("shop/none.py", 0), None);
    let gone = FunctionName { file: "shop/prices.py".into(), name: "gone".to_owned() };
    assert_eq!((index.callable(&gone), index.outgoing(&gone)), (None, vec![]));
}

#[test]
fn each_resolved_call_is_found_from_both_ends() {
    let workspaces: [(&str, &[(&str, &str)]); 8] = [
        ("python", &[]),
        ("typescript", &[]),
        ("javascript", &[]),
        ("rust", &[("shop-core", "core")]),
        ("go", &[("example.com/shop", "")]),
        ("java", &[]),
        ("c", &[]),
        ("cpp", &[]),
    ];
    for (workspace, roots) in workspaces {
        let files = files(workspace);
        let index = index(&files, roots);
        let never = CancellationToken::new();
        let mut count = 0;
        for (file, summary) in index.files() {
            let names = summary.units().iter().map(SummaryUnit::qualified_name);
            for name in names.collect::<BTreeSet<String>>() {
                let caller = FunctionName { file: Arc::clone(file), name };
                for calls in index.outgoing(&caller) {
                    let callable = index.callable(&calls.function);
                    assert!(callable.is_some(), "{workspace}: {:?}", calls.function);
                    let incoming = index.incoming(&calls.function, &never);
                    let back = incoming.iter().find(|it| it.function == caller);
                    let back = back.map(|it| &it.places);
                    assert_eq!(back, Some(&calls.places), "{workspace}: {caller:?} {calls:?}");
                    count += 1;
                }
            }
        }
        assert!(count >= 3, "{workspace}: {count}");
    }
}

#[test]
fn the_order_of_files_does_not_matter_and_what_is_removed_is_forgotten() {
    let files = files("typescript");
    let forward = index(&files, &[]);
    let mut backward = files.clone();
    backward.reverse();
    let mut backward = index(&backward, &[]);
    let all = |index: &WorkspaceIndex| {
        let of_file = |(path, text): &(String, String)| resolved(index, path, text);
        files.iter().map(of_file).collect::<Vec<_>>()
    };
    assert_eq!(all(&forward), all(&backward));
    let copy = backward.clone();
    assert!(backward.remove("src/models/price.ts"));
    assert!(!backward.remove("src/models/price.ts"));
    assert_eq!(all(&forward), all(&copy), "a copy stays as it was");
    let left = files.iter().filter(|(path, _)| path != "src/models/price.ts");
    let left: Vec<_> = left.flat_map(|(path, text)| resolved(&backward, path, text)).collect();
    assert!(!left.iter().any(|(_, it)| it.contains("price.ts")), "{left:?}");
    let summary = Arc::clone(forward.summary("src/models/price.ts").unwrap());
    assert!(backward.insert("src/models/price.ts", Arc::clone(&summary)));
    assert!(!backward.insert("./src/models/price.ts", summary), "the same exports");
    assert_eq!(all(&forward), all(&backward));
    assert_eq!(forward.weight(), backward.weight());
}
