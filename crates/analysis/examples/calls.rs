//! Measures how many calls are resolved in real projects, for the table in docs/architecture.md.
//!
//! `calls FOLDER…` takes each folder for a workspace and prints, by language: files, calls, those of
//! unknown objects, those whose name the workspace defines, and how many of these are resolved. With
//! `--list`, it prints each call of a name that the workspace defines, and what it calls: file, line,
//! name, and target or `?`, parted by tabs, for comparison with what others say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::context::{Resolver, WorkspaceIndex};
use analysis::engine::{Document, summarize};
use analysis::languages::Language;
use analysis::text::Snapshot;

#[derive(Default)]
struct Count {
    files: usize,
    calls: usize,
    unknown: usize,
    outside: usize,
    named: usize,
    resolved: usize,
}

fn main() {
    let mut folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let lists = folders.first().is_some_and(|it| it == Path::new("--list"));
    if lists {
        folders.remove(0);
    }
    let mut counts: BTreeMap<&'static str, Count> = BTreeMap::new();
    for folder in folders {
        measure(&folder, lists, &mut counts);
    }
    if lists {
        return;
    }
    println!("language\tfiles\tcalls\tunknown objects\tnamed here\tresolved\trate");
    for (language, it) in counts {
        let rate = it.resolved as f64 * 100.0 / it.named.max(1) as f64;
        let (files, calls) = (it.files, it.calls + it.unknown);
        println!(
            "{language}\t{files}\t{calls}\t{}\t{}\t{}\t{rate:.1}",
            it.unknown, it.named, it.resolved
        );
    }
}

fn measure(folder: &Path, lists: bool, counts: &mut BTreeMap<&'static str, Count>) {
    let mut index = WorkspaceIndex::default();
    let mut texts = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if let Ok(entries) = std::fs::read_dir(&path) {
            open.extend(entries.map(|it| it.unwrap().path()));
            continue;
        }
        if path.file_name().is_some_and(|it| it == "go.mod")
            && let Ok(text) = std::fs::read_to_string(&path)
            && let Some(name) = text.lines().find_map(|it| it.strip_prefix("module "))
        {
            index.add_root(name.trim(), &path.parent().unwrap().to_string_lossy());
        }
        let Some(language) = Language::from_path(&path) else { continue };
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let language = language.of_text(&path, &text);
        let mut document = Document::new(language, Snapshot::new(text.as_str()));
        let (configuration, token) = (Configuration::default(), CancellationToken::new());
        if let Some(summary) = summarize(&mut document, &configuration, &token).unwrap() {
            index.insert(&path.to_string_lossy(), summary);
            texts.insert(path.to_string_lossy().into_owned(), text);
        }
    }
    let mut defined: HashSet<(&str, &str)> = HashSet::new();
    for (_, summary) in index.files() {
        let language = family(summary.language);
        for (_, unit) in summary.definitions() {
            defined.insert((language, &unit.name));
        }
        for class in summary.module().iter().flat_map(|it| &it.classes) {
            defined.insert((language, class.name.rsplit('.').next().unwrap()));
        }
    }
    let resolver = Resolver::new(&index);
    for (path, text) in &texts {
        let summary = index.summary(path).unwrap();
        let count = counts.entry(summary.language.id()).or_default();
        count.files += 1;
        for unit in summary.units() {
            count.unknown += unit.outline.unknown as usize;
        }
        for (at, call) in summary.calls() {
            count.calls += 1;
            let unit = summary.unit(at).unwrap();
            let written = unit.outline.path(call);
            let name = written.rsplit('.').next().unwrap();
            if !defined.contains(&(family(summary.language), name)) {
                continue;
            }
            let target = resolver.callee(path, at, call);
            if target.is_none() && resolver.leads_outside(path, at, call) {
                count.outside += 1;
                continue;
            }
            count.named += 1;
            count.resolved += usize::from(target.is_some());
            if lists {
                let start = unit.to_file(call.span).start as usize;
                let line = text[..start].matches('\n').count() + 1;
                let said = target
                    .map_or("?".to_owned(), |it| format!("{}:{}", it.file, index.name_of(&it)));
                println!("{path}\t{line}\t{written}\t{said}");
            }
        }
    }
}

/// Languages that call each other count as one.
fn family(language: Language) -> &'static str {
    match language.id() {
        "typescript" => "javascript",
        "cpp" => "c",
        id => id,
    }
}
