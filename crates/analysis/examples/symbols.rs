//! Measures the search for symbols by name, and what keeping them costs.
//!
//! `symbols FOLDER… [-- QUERY…]` takes all folders for one workspace and prints how many files and
//! symbols it holds, what they weigh, how long it takes to find a function's callers, and for each query how long it took at its quickest and what came first.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::path::PathBuf;
use std::time::Instant;

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::context::WorkspaceIndex;
use analysis::engine::{Document, summarize};
use analysis::languages::Language;
use analysis::text::Snapshot;

const QUERIES: [&str; 7] = ["", "a", "get", "gcu", "parse_config", "Client.send", "xyzzy"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut parts = arguments.split(|it| it == "--");
    let folders = parts.next().unwrap_or_default();
    let queries: Vec<&str> = parts.next().unwrap_or_default().iter().map(String::as_str).collect();
    let queries = if queries.is_empty() { QUERIES.to_vec() } else { queries };
    let index = index(folders.iter().map(PathBuf::from).collect());
    let never = CancellationToken::new();
    let summaries = || index.files().map(|(_, summary)| summary);
    let units = summaries().flat_map(|summary| summary.units());
    let symbols: usize = units.map(|unit| unit.outline.symbols.weight()).sum();
    let lines: usize = summaries().map(|summary| summary.lines().weight()).sum();
    let (files, count) = (index.len(), index.symbol_count());
    println!("{files} files, {count} symbols, {} bytes", index.weight());
    println!("symbols {symbols} bytes, lines {lines} bytes");
    let added = (symbols + lines) / files.max(1);
    println!("per file {} bytes, of these {added} for symbols", index.weight() / files.max(1));
    let mut slowest = (0.0, String::new());
    let (mut asked, mut total) = (0, 0.0);
    for (file, summary) in index.files().take(40) {
        for (_, unit) in summary.definitions().take(2) {
            let name = unit.qualified_name();
            let started = Instant::now();
            let count = index.callers(file, &name).len();
            let took = started.elapsed().as_secs_f64() * 1000.0;
            (asked, total) = (asked + 1, total + took);
            if took > slowest.0 {
                slowest = (took, format!("{count} callers of {name}"));
            }
        }
    }
    let mean = total / f64::from(asked.max(1));
    println!("callers: {mean:.1} ms, at most {:.1} ms ({})", slowest.0, slowest.1);
    for query in queries {
        let mut times: Vec<f64> = Vec::new();
        let mut found = Vec::new();
        for _ in 0..9 {
            let started = Instant::now();
            found = index.find(query, 200, &never);
            times.push(started.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        let first: Vec<String> =
            found.iter().take(5).map(|it| format!("{}.{}", it.container, it.name)).collect();
        println!("{query:?}\t{:.1} ms\t{} found\t{}", times[0], found.len(), first.join(" "));
    }
}

fn index(mut open: Vec<PathBuf>) -> WorkspaceIndex {
    let mut index = WorkspaceIndex::default();
    while let Some(path) = open.pop() {
        if let Ok(entries) = std::fs::read_dir(&path) {
            open.extend(entries.map(|it| it.unwrap().path()));
            continue;
        }
        let Some(language) = Language::from_path(&path) else { continue };
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let language = language.of_text(&path, &text);
        let mut document = Document::new(language, Snapshot::new(text.as_str()));
        let (configuration, token) = (Configuration::default(), CancellationToken::new());
        if let Some(summary) = summarize(&mut document, &configuration, &token).unwrap() {
            index.insert(&path.to_string_lossy(), summary);
        }
    }
    index
}
