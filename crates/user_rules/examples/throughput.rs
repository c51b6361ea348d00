//! How fast files are analysed with rules of users beside the engine's own: lines per second, with
//! none, 10 and 50 rules, over the files below the folders that are named.
//!
//! `cargo run --profile quick -p user_rules --example throughput -- [--threads N] FOLDER…`
//!
//! The rules are made here, ten for each of five shapes: a pattern, a pattern with a constraint, a
//! kind with a condition within, a kind within another, and a choice of patterns. `--write FOLDER`
//! writes them as files, for another tool to be measured with the same.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::engine::{Document, NoCache, analyze};
use analysis::languages::Language;
use analysis::text::Snapshot;
use rayon::prelude::*;
use user_rules::{Text, compile};

const LANGUAGES: [(&str, &str, &str, &str); 5] = [
    ("python", "call", "function_definition", "identifier"),
    ("javascript", "call_expression", "function_declaration", "identifier"),
    ("typescript", "call_expression", "function_declaration", "identifier"),
    ("go", "call_expression", "function_declaration", "identifier"),
    ("java", "method_invocation", "method_declaration", "identifier"),
];
const NAMES: [&str; 10] =
    ["print", "log", "open", "close", "get", "set", "add", "remove", "find", "parse"];

fn rules(count: usize) -> String {
    let mut rules = Vec::new();
    for (round, name) in NAMES.iter().enumerate() {
        for (language, call, function, identifier) in LANGUAGES {
            let rule = match (round + rules.len()) % 5 {
                0 => format!("rule: {{pattern: \"{name}($$$ARGS)\"}}"),
                1 => format!(
                    "rule: {{pattern: \"$A.{name}($B)\"}}\nconstraints: {{B: {{regex: \"^[a-z]\"}}}}"
                ),
                2 => format!(
                    "rule: {{kind: {call}, has: {{kind: {identifier}, regex: \"^{name}\", stopBy: end}}}}"
                ),
                3 => format!(
                    "rule: {{kind: {identifier}, regex: \"^{name}$\", inside: {{kind: {function}, stopBy: end}}}}"
                ),
                _ => format!(
                    "rule: {{any: [{{pattern: \"{name}($A)\"}}, {{pattern: \"{name}($A, $B)\"}}]}}"
                ),
            };
            let id = format!("{language}-{round}");
            rules.push(format!(
                "id: {id}\nlanguage: {language}\nseverity: warning\nmessage: found {name}\n{rule}\n"
            ));
        }
    }
    rules.truncate(count);
    rules.join("---\n")
}

fn collect(folder: &Path, files: &mut Vec<(Language, String)>) {
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = folder.read_dir() else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if entry.file_type().is_ok_and(|it| it.is_dir()) {
                open.push(path);
            } else if let Some(language) = Language::from_path(&path)
                && let Ok(text) = std::fs::read_to_string(&path)
                && text.len() < 1 << 20
            {
                files.push((language, text));
            }
        }
    }
}

/// How long the process has worked, where the system tells it in hundredths.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or("").split_whitespace();
    let ticks: Vec<f64> = fields.skip(11).take(2).filter_map(|it| it.parse().ok()).collect();
    ticks.iter().sum::<f64>() / 100.0
}

fn main() {
    let mut folders = Vec::new();
    let mut threads = 1;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--threads" => threads = arguments.next().unwrap().parse().unwrap(),
            "--write" => {
                let folder = PathBuf::from(arguments.next().unwrap());
                for count in [10, 50] {
                    let folder = folder.join(format!("{count}"));
                    std::fs::create_dir_all(folder.join("rules")).unwrap();
                    std::fs::write(folder.join("rules/all.yml"), rules(count)).unwrap();
                    std::fs::write(folder.join("sgconfig.yml"), "ruleDirs: [rules]\n").unwrap();
                }
            }
            folder => folders.push(PathBuf::from(folder)),
        }
    }
    let mut files = Vec::new();
    for folder in &folders {
        collect(folder, &mut files);
    }
    let lines: usize = files.iter().map(|(_, text)| text.lines().count()).sum();
    println!("{} files, {lines} lines, {threads} threads", files.len());
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(8 << 20).build().unwrap();
    for own in [true, false] {
        for count in [0, 10, 50] {
            let text =
                Text { name: "a.yml".to_owned(), text: rules(count).into(), is_utility: false };
            let compiled = compile(&[text]);
            assert!(compiled.problems.is_empty(), "{:?}", compiled.problems);
            let mut configuration = Configuration::default().with_custom(Arc::new(compiled.rules));
            if !own {
                configuration.select(&["custom"]).unwrap();
            }
            let (start, before) = (Instant::now(), processor_seconds());
            let findings: usize = pool.install(|| {
                files
                    .par_iter()
                    .map(|(language, text)| {
                        let mut document = Document::new(*language, Snapshot::new(text.as_str()));
                        let token = CancellationToken::new();
                        let analysis =
                            analyze(&mut document, &configuration, &NoCache, &token).unwrap();
                        let is_custom = |it: &&analysis::findings::Finding| it.custom.is_some();
                        analysis.findings.iter().filter(is_custom).count()
                    })
                    .sum()
            });
            let seconds = start.elapsed().as_secs_f64();
            let worked = processor_seconds() - before;
            println!(
                "{} rules of our own, {count:2} of the user's: {seconds:.2} s, {worked:.2} s of processor, {:.0} lines/s, \
                 {findings} findings",
                if own { "with" } else { "without" },
                lines as f64 / seconds
            );
        }
    }
}
