//! Looks for work that grows faster than the text: the examples of every rule, repeated within one
//! function or block, analysed with every rule at two lengths.
//!
//! `scaling` prints the examples whose time grows by more than twice as much as their length.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::{Duration, Instant};

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::engine::{Document, NoCache, analyze};
use analysis::languages::Language;
use analysis::rules;
use analysis::text::Snapshot;

/// Repetitions, and how much more there are of them the second time.
const SHORT: usize = 400;
const GROWTH: usize = 4;

fn main() {
    for rule in rules::all() {
        for example in rule.examples {
            let code = example.code.replace(['«', '»'], "");
            let Some(language) = Language::from_id(example.language) else { continue };
            let short = time(language, &repeated(language.id(), &code, SHORT));
            let long = time(language, &repeated(language.id(), &code, SHORT * GROWTH));
            let ratio = long.as_secs_f64() / short.as_secs_f64().max(1e-9);
            if long > Duration::from_millis(200) && ratio > 2.0 * GROWTH as f64 {
                let (id, start) = (rule.id, code.lines().find(|it| !it.trim().is_empty()));
                println!("{ratio:5.1} {long:8.1?} {} {id}: {start:?}", language.id());
            }
        }
    }
}

/// The code many times over, in one function or block.
fn repeated(language: &str, code: &str, times: usize) -> String {
    if language == "python" {
        let indented = format!("    {}\n", code.replace('\n', "\n    "));
        return format!("def many(values):\n{}", indented.repeat(times));
    }
    let head = match language {
        "go" => "package a\nfunc many() {\n",
        "rust" => "fn many() {\n",
        "java" => "class Many { void many() {\n",
        "javascript" | "typescript" => "function many() {\n",
        _ => "void many() {\n",
    };
    format!("{head}{}}}\n", format!("{code}\n").repeat(times))
}

fn time(language: Language, text: &str) -> Duration {
    let mut document = Document::new(language, Snapshot::new(text));
    let started = Instant::now();
    let mut configuration = Configuration::default();
    configuration.select(&["ALL".to_owned()]).unwrap();
    let _ = analyze(&mut document, &configuration, &NoCache, &CancellationToken::new());
    started.elapsed()
}
