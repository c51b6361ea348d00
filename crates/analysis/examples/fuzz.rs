//! Looks for texts that make the engine panic or hang: real files, mutated as editing, merging and
//! cutting mutate them, analysed with every rule.
//!
//! `fuzz SECONDS SEED PATH…` runs for so long over the files below the paths; the same seed and
//! files give the same texts. A text that panics, or takes more than a second per thousand lines,
//! is cut down to the lines that matter, written to `target/fuzz-failure.<extension>` and ends the run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::panic)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::engine::{Document, NoCache, analyze};
use analysis::languages::Language;
use analysis::text::Snapshot;

/// The xorshift generator of Marsaglia (2003): small, and the same everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [seconds, seed, paths @ ..] = arguments.as_slice() else {
        println!("usage: fuzz SECONDS SEED PATH…");
        return ExitCode::from(2);
    };
    let begin = Instant::now();
    let end = begin + Duration::from_secs(seconds.parse().expect("seconds"));
    let mut chance = Chance(seed.parse::<u64>().expect("a number") | 1);
    let files = files_below(paths);
    assert!(!files.is_empty(), "no file of a supported language below the paths");
    std::panic::set_hook(Box::new(|_| {}));
    let (mut texts, mut lines) = (0_u64, 0_u64);
    let mut slowest = 0.0_f64;
    while Instant::now() < end {
        let path = &files[chance.below(files.len())];
        let other = &files[chance.below(files.len())];
        let (Ok(text), Ok(other)) = (std::fs::read_to_string(path), std::fs::read_to_string(other))
        else {
            continue;
        };
        let language = Language::from_path(path).unwrap();
        let text = mutate(text, &other, &mut chance);
        let count = text.lines().count().max(1);
        let started = processor_time(begin);
        let failure = failure(language, &text);
        let pace = (processor_time(begin) - started) * 1000.0 / count.max(100) as f64;
        slowest = slowest.max(pace);
        texts += 1;
        lines += count as u64;
        if let Some(failure) = failure {
            let text = cut_down(language, &text);
            let extension = path.extension().unwrap().to_string_lossy();
            let target = format!("target/fuzz-failure.{extension}");
            std::fs::create_dir_all("target").unwrap();
            std::fs::write(&target, text).unwrap();
            println!("{failure}: from {}, cut down to {target}", path.display());
            return ExitCode::FAILURE;
        }
    }
    println!(
        "{texts} texts, {lines} lines, no panic, no hang; slowest {slowest:.3} s per 1,000 lines"
    );
    ExitCode::SUCCESS
}

fn files_below(paths: &[String]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    while let Some(path) = open.pop() {
        if path.is_symlink() || path.ends_with("target") {
            continue;
        }
        if let Ok(entries) = std::fs::read_dir(&path) {
            open.extend(entries.flatten().map(|entry| entry.path()));
        } else if Language::from_path(&path).is_some() {
            let size = path.metadata().map_or(0, |it| it.len());
            if (1..200_000).contains(&size) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The processor time of this thread: other programs don't count. Where the system does not tell
/// (`schedstat` is Linux's), the time that passed.
fn processor_time(begin: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|it| it.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| begin.elapsed().as_secs_f64(), |it| it / 1e9)
}

/// What goes wrong with a text, if anything. A text is only slow if it is so every time: the machine
/// may have had other things to do.
fn failure(language: Language, text: &str) -> Option<String> {
    let mut configuration = Configuration::default();
    configuration.select(&["ALL".to_owned()]).expect("ALL is a selector");
    // Short texts get the time of a thousand lines.
    let allowed = text.lines().count().max(1000) as f64 / 1000.0;
    let mut taken = 0.0;
    let begin = Instant::now();
    for _ in 0..4 {
        let started = processor_time(begin);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let mut document = Document::new(language, Snapshot::new(text));
            analyze(&mut document, &configuration, &NoCache, &CancellationToken::new())
        }));
        let Ok(outcome) = outcome else { return Some("a panic outside rules".to_owned()) };
        let analysis = outcome.expect("nobody cancels");
        if let Some(panic) = analysis.panics.first() {
            return Some(format!("a panic in {}: {}", panic.rule, panic.message));
        }
        taken = processor_time(begin) - started;
        if taken <= allowed {
            return None;
        }
    }
    Some(format!("{taken:.1} s for {allowed:.1} thousand lines"))
}

/// A text like those that editing leaves behind.
fn mutate(text: String, other: &str, chance: &mut Chance) -> String {
    let mut text = text;
    for _ in 0..=chance.below(6) {
        text = mutate_once(text, other, chance);
    }
    text
}

fn mutate_once(mut text: String, other: &str, chance: &mut Chance) -> String {
    const PIECES: &[&str] = &[
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        "`",
        "/*",
        "*/",
        "//",
        "#",
        ";",
        ":",
        ",",
        "=",
        "==",
        "=>",
        "->",
        "&&",
        "||",
        "!",
        "?",
        "if ",
        "else ",
        "for ",
        "while ",
        "return ",
        "await ",
        "async ",
        "try ",
        "catch ",
        "finally ",
        "switch ",
        "case ",
        "match ",
        "function ",
        "def ",
        "class ",
        "lambda ",
        "let ",
        "null",
        "None",
        "0",
        "\n",
        "\r\n",
        "\t",
        "é",
        "𝒳",
        "\u{feff}",
    ];
    let place = |text: &str, chance: &mut Chance| {
        let mut at = chance.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    match chance.below(8) {
        0 | 1 => {
            let at = place(&text, chance);
            text.insert_str(at, PIECES[chance.below(PIECES.len())]);
        }
        2 => {
            let from = place(&text, chance);
            let length = chance.below(12);
            let end = text[from..].char_indices().nth(length).map_or(text.len(), |it| from + it.0);
            text.replace_range(from..end, "");
        }
        3 => text.truncate(place(&text, chance)),
        4 | 5 => {
            // Lines moved, doubled or dropped.
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            let from = chance.below(lines.len());
            let count = chance.below(20).min(lines.len() - from);
            let taken: Vec<&str> = lines[from..from + count].to_vec();
            if chance.below(2) == 0 {
                lines.drain(from..from + count);
            }
            let to = chance.below(lines.len() + 1);
            for _ in 0..=chance.below(3) {
                lines.splice(to..to, taken.iter().copied());
            }
            text = lines.concat();
        }
        6 => {
            // Lines of another file, as a bad merge leaves them.
            let lines: Vec<&str> = other.split_inclusive('\n').collect();
            let from = chance.below(lines.len());
            let count = chance.below(40).min(lines.len() - from);
            let at = place(&text, chance);
            text.insert_str(at, &lines[from..from + count].concat());
        }
        _ => {
            // One word everywhere instead of another.
            let words: Vec<&str> = text
                .split(|it: char| !it.is_alphanumeric() && it != '_')
                .filter(|it| !it.is_empty())
                .collect();
            if let (Some(a), Some(b)) =
                (words.get(chance.below(words.len())), words.get(chance.below(words.len())))
                && a.len() > 2
            {
                text = text.replace(*a, b);
            }
        }
    }
    text
}

/// Drops ever smaller runs of lines while the text still fails.
fn cut_down(language: Language, text: &str) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let mut run = lines.len() / 2;
    while run > 0 {
        let mut at = 0;
        while at < lines.len() {
            let end = (at + run).min(lines.len());
            let rest = [&lines[..at], &lines[end..]].concat();
            if failure(language, &rest.concat()).is_some() {
                lines = rest;
            } else {
                at = end;
            }
        }
        run /= 2;
    }
    lines.concat()
}
