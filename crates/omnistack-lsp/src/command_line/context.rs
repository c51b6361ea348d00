//! `context`: what there is to know of functions: metrics, quality, cost, and who calls them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use analysis::cancellation::CancellationToken;
use analysis::context::{CallCounts, Profile, Summary, normal_path};
use analysis::engine::{Document, profiles, summarize};
use analysis::languages::Language;
use analysis::text::{PositionEncoding, Snapshot, Span};
use clap::{Args, ValueEnum};
use rayon::prelude::*;
use serde::Serialize;

use super::{CommandError, surroundings, terminal};
use crate::configuration::{Configurations, FileConfiguration};
use crate::workspace::{SourceFile, discover, display_path};

/// The version of the JSON output.
const VERSION: u32 = 1;
/// Deep syntax needs no deep stack, but grammars' own code is not ours to bound.
const WORKER_STACK: usize = 8 << 20;

/// How functions are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A table, one line for each function, the worst first.
    #[default]
    Text,
    /// For programs: all that is known, in the order of the files.
    Json,
}

/// Options of `context`.
#[derive(Clone, Debug, Args)]
pub(super) struct ContextOptions {
    /// Files and folders to look at; the current folder if none is named.
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// How to print them.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// How many threads to use.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

#[derive(Serialize)]
struct Output {
    version: u32,
    functions: Vec<Function>,
    summary: Totals,
}

#[derive(Serialize)]
struct Totals {
    files: usize,
    functions: usize,
    skipped: Vec<Skipped>,
}

#[derive(Serialize)]
struct Skipped {
    path: String,
    reason: &'static str,
}

#[derive(Serialize)]
struct Function {
    path: String,
    language: Language,
    name: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    is_outermost: bool,
    lines: u32,
    parameters: u32,
    nesting: u32,
    cyclomatic: u32,
    cognitive: u32,
    decisions: DecisionCounts,
    halstead: HalsteadMeasures,
    cost: CostEntry,
    quality: QualityEntry,
    /// Functions that call it, and that it calls; unknown for a function inside another.
    callers: Option<u32>,
    callees: Option<u32>,
}

#[derive(Serialize)]
struct DecisionCounts {
    branches: u32,
    loops: u32,
    cases: u32,
    handlers: u32,
    conditionals: u32,
    operators: u32,
    comprehensions: u32,
    propagations: u32,
    defaults: u32,
    compilations: u32,
    #[serde(rename = "uncounted")]
    not_counted: NotCounted,
}

#[derive(Serialize)]
struct NotCounted {
    default_cases: u32,
    assertions: u32,
    completions: u32,
    finals: u32,
}

#[derive(Serialize)]
struct HalsteadMeasures {
    distinct_operators: u32,
    distinct_operands: u32,
    operators: u32,
    operands: u32,
    volume: f64,
    difficulty: f64,
    effort: f64,
}

#[derive(Serialize)]
struct CostEntry {
    class: String,
    name: &'static str,
    /// The line of the loop that causes it.
    line: Option<u32>,
}

#[derive(Serialize)]
struct QualityEntry {
    score: u8,
    reasons: Vec<ReasonEntry>,
}

#[derive(Serialize)]
struct ReasonEntry {
    name: &'static str,
    found: u32,
    free: u32,
    points: u8,
}

/// What became of one file.
#[derive(Default)]
struct Outcome {
    functions: Vec<(u32, Function)>,
    summary: Option<Arc<Summary>>,
    skipped: Option<Skipped>,
}

/// Runs `context`.
pub(super) fn run(options: &ContextOptions) -> Result<ExitCode, CommandError> {
    let roots =
        if options.paths.is_empty() { vec![PathBuf::from(".")] } else { options.paths.clone() };
    if let Some(path) = roots.iter().find(|path| path.symlink_metadata().is_err()) {
        return Err(CommandError::NoSuchPath { path: path.display().to_string() });
    }
    let available = || std::thread::available_parallelism().map_or(1, usize::from);
    let count = options.threads.map_or_else(available, usize::from);
    let configurations =
        Configurations::of_folders(vec![Configurations::environment()], None, &roots);
    let mut found = discover(&roots, count);
    found.files.retain(|(path, _)| {
        !configurations.for_file(path).is_excluded || options.paths.contains(path)
    });
    match configurations.all_problems() {
        problems if problems.is_empty() => {}
        problems => return Err(CommandError::Configuration { problems }),
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(count)
        .stack_size(WORKER_STACK)
        .build()
        .map_err(|error| CommandError::Threads { count, detail: error.to_string() })?;
    let outcomes: Vec<Outcome> = pool.install(|| {
        let read = |(path, language): &(PathBuf, Language)| read(path, *language, &configurations);
        found.files.par_iter().map(read).collect()
    });
    let summaries = outcomes.iter().map(|it| it.summary.as_ref());
    let index = surroundings::index(&found.files, summaries);
    let counts = CallCounts::of(&index);
    let mut output = Output {
        version: VERSION,
        functions: Vec::new(),
        summary: Totals { files: 0, functions: 0, skipped: Vec::new() },
    };
    let reason = |skip: &crate::workspace::Skip| Skipped {
        path: display_path(&skip.path),
        reason: skip.reason.as_str(),
    };
    output.summary.skipped.extend(found.skipped.iter().map(reason));
    for ((path, _), outcome) in found.files.iter().zip(outcomes) {
        output.summary.files += usize::from(outcome.skipped.is_none());
        output.summary.skipped.extend(outcome.skipped);
        let key = normal_path(&path.to_string_lossy());
        for (unit, mut function) in outcome.functions {
            if function.is_outermost {
                let count = counts.get(&key, unit);
                (function.callers, function.callees) = (Some(count.callers), Some(count.callees));
            }
            output.functions.push(function);
        }
    }
    output.summary.functions = output.functions.len();
    let stdout = io::stdout().lock();
    match options.format {
        Format::Json => print_json(stdout, &output)?,
        Format::Text => print_table(stdout, &mut output.functions)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path, language: Language, configurations: &Configurations) -> Outcome {
    let FileConfiguration { configuration, .. } = configurations.for_file(path);
    let skipped = |reason| Outcome {
        skipped: Some(Skipped { path: display_path(path), reason }),
        ..Outcome::default()
    };
    let source = match SourceFile::read(path, language, configuration.size_limit) {
        Ok(source) => source,
        Err(skip) => return skipped(skip.reason.as_str()),
    };
    let cancel = CancellationToken::new();
    let mut document = Document::new(source.language, Snapshot::new(source.text));
    let Ok(Some(summary)) = summarize(&mut document, &configuration, &cancel) else {
        return skipped("not_parsed");
    };
    let found = profiles(&mut document, &configuration, &cancel).unwrap_or_default();
    let snapshot = document.snapshot();
    let functions = found.iter().map(|it| (it.unit, function(path, language, snapshot, it)));
    Outcome { functions: functions.collect(), summary: Some(summary), skipped: None }
}

fn function(path: &Path, language: Language, snapshot: &Snapshot, profile: &Profile) -> Function {
    let place = |offset| {
        let position = snapshot.position(offset, PositionEncoding::Utf32);
        (position.line + 1, position.column + 1)
    };
    let Profile { metrics, decisions, halstead, quality, .. } = profile;
    let ((line, column), (end_line, end_column)) =
        (place(profile.span.start), place(profile.span.end));
    let round = |value: f64| (value * 10.0).round() / 10.0;
    Function {
        path: display_path(path),
        language,
        name: profile.name.clone(),
        line,
        column,
        end_line,
        end_column,
        is_outermost: profile.is_outermost,
        lines: metrics.lines,
        parameters: metrics.parameters,
        nesting: metrics.nesting,
        cyclomatic: metrics.cyclomatic,
        cognitive: metrics.cognitive,
        decisions: DecisionCounts {
            branches: decisions.branches,
            loops: decisions.loops,
            cases: decisions.cases,
            handlers: decisions.handlers,
            conditionals: decisions.conditionals,
            operators: decisions.operators,
            comprehensions: decisions.comprehensions,
            propagations: decisions.propagations,
            defaults: decisions.defaults,
            compilations: decisions.compilations,
            not_counted: NotCounted {
                default_cases: decisions.default_cases,
                assertions: decisions.assertions,
                completions: decisions.completions,
                finals: decisions.finals,
            },
        },
        halstead: HalsteadMeasures {
            distinct_operators: halstead.distinct_operators,
            distinct_operands: halstead.distinct_operands,
            operators: halstead.operators,
            operands: halstead.operands,
            volume: round(halstead.volume()),
            difficulty: round(halstead.difficulty()),
            effort: round(halstead.effort()),
        },
        cost: CostEntry {
            class: profile.cost.to_string(),
            name: profile.cost.name(),
            line: profile.cause.map(|Span { start, .. }| place(start).0),
        },
        quality: QualityEntry {
            score: quality.score,
            reasons: quality
                .reasons
                .iter()
                .map(|it| ReasonEntry {
                    name: it.name,
                    found: it.found,
                    free: it.free,
                    points: it.points,
                })
                .collect(),
        },
        callers: None,
        callees: None,
    }
}

fn print_json(mut to: impl Write, output: &Output) -> io::Result<()> {
    let mut text = Vec::new();
    serde_json::to_writer(&mut text, output).map_err(io::Error::other)?;
    text.push(b'\n');
    to.write_all(&text)
}

/// Prints the outermost functions, the worst first.
fn print_table(mut to: impl Write, functions: &mut Vec<Function>) -> io::Result<()> {
    functions.retain(|it| it.is_outermost);
    functions.sort_by_key(|it| {
        (it.quality.score, std::cmp::Reverse(it.cognitive), it.path.clone(), it.line)
    });
    writeln!(
        to,
        "quality cyclomatic cognitive nesting lines parameters cost       callers callees function"
    )?;
    for it in functions {
        let line = format!(
            "{:7} {:10} {:9} {:7} {:5} {:10} {:10} {:7} {:7} {} ({}:{})",
            it.quality.score,
            it.cyclomatic,
            it.cognitive,
            it.nesting,
            it.lines,
            it.parameters,
            it.cost.class,
            it.callers.unwrap_or(0),
            it.callees.unwrap_or(0),
            it.name,
            it.path,
            it.line,
        );
        writeln!(to, "{}", terminal::printable(&line))?;
    }
    Ok(())
}
