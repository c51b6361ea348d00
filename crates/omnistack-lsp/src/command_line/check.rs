//! `check`: discover, read, analyse, filter, print.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use analysis::cancellation::CancellationToken;
use analysis::configuration::Configuration;
use analysis::engine::{Analysis, Document, NoCache, analyze};
use analysis::languages::Language;
use analysis::text::Snapshot;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use super::baseline::Baseline;
use super::changed::ChangedLines;
use super::fixing::{self, Fixed};
use super::options::{CheckOptions, OutputFormat};
use super::report::{Located, Report};
use super::{CommandError, json, sarif, terminal};
use crate::workspace::{Skip, SkipReason, SourceFile, discover};

/// Deep syntax needs no deep stack, but grammars' own code is not ours to bound.
const WORKER_STACK: usize = 8 << 20;

/// Runs `check`.
pub(super) fn run(options: &CheckOptions) -> Result<ExitCode, CommandError> {
    let configuration = options.configuration()?;
    let sources = Sources::of(options)?;
    let changed = match &options.changed_since {
        Some(revision) => Some(ChangedLines::since(revision)?),
        None => None,
    };
    let outcomes = analyse_all(&sources, options, &configuration)?;
    let mut report = Report { skipped: sources.skipped, ..Report::default() };
    let mut fixed = Vec::new();
    for outcome in outcomes {
        outcome.add_to(&mut report, &mut fixed, changed.as_ref());
    }
    report.skipped.sort_by(|a, b| (&a.path, a.reason).cmp(&(&b.path, b.reason)));
    filter(&mut report, options);
    if report.files == 0 && report.skipped.is_empty() {
        let _ = writeln!(io::stderr(), "note: no file of a supported language here");
    }
    if options.diff {
        return print_diff(&fixed, options);
    }
    if let Some(path) = &options.baseline {
        if options.write_baseline {
            return write_baseline(&report, path);
        }
        Baseline::read(path)?.remove_known(&mut report.findings);
    }
    print(&report, &fixed, options)?;
    let found = !report.findings.is_empty() && !options.exit_zero;
    Ok(if found { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// What is to be analysed.
struct Sources {
    files: Vec<(PathBuf, Language)>,
    standard_input: Option<SourceFile>,
    skipped: Vec<Skip>,
}

impl Sources {
    fn of(options: &CheckOptions) -> Result<Self, CommandError> {
        if let Some(name) = &options.stdin_filename {
            return Self::standard_input(name);
        }
        for path in &options.paths {
            if path.symlink_metadata().is_err() {
                return Err(CommandError::NoSuchPath { path: path.display().to_string() });
            }
        }
        let found = discover(&options.paths, options.thread_count());
        Ok(Self { files: found.files, standard_input: None, skipped: found.skipped })
    }

    fn standard_input(name: &Path) -> Result<Self, CommandError> {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(bytes.get(..128.min(bytes.len())).unwrap_or(&[]));
        let language = Language::from_path(name).or_else(|| Language::from_first_line(&text));
        let language = language
            .ok_or_else(|| CommandError::UnknownLanguage { name: name.display().to_string() })?;
        let (standard_input, skipped) = match SourceFile::decode(name, language, bytes) {
            Ok(source) => (Some(source), Vec::new()),
            Err(skip) => (None, vec![skip]),
        };
        Ok(Self { files: Vec::new(), standard_input, skipped })
    }
}

/// What became of one file.
struct Outcome {
    path: PathBuf,
    language: Language,
    analysed: Result<(Snapshot, Analysis), Skip>,
    fixed: Option<Fixed>,
}

impl Outcome {
    fn add_to(self, report: &mut Report, fixed: &mut Vec<Fixed>, changed: Option<&ChangedLines>) {
        let Self { path, language, analysed, .. } = self;
        fixed.extend(self.fixed);
        let (snapshot, analysis) = match analysed {
            Ok(analysed) => analysed,
            Err(skip) => return report.skipped.push(skip),
        };
        if let Some(skipped) = &analysis.skipped {
            return report.skipped.push(Skip::by_engine(&path, skipped));
        }
        for panic in &analysis.panics {
            let rule = panic.rule.unwrap_or("the engine");
            let detail = format!("{rule} failed on a part of the file: {}", panic.message);
            report.skipped.push(Skip::new(&path, SkipReason::Panic, detail));
        }
        report.files += 1;
        report.lines += u64::from(analysis.lines);
        report.functions += analysis.functions.len() as u64;
        let is_changed = |finding: &analysis::findings::Finding| {
            changed.is_none_or(|changed| {
                changed.touch(&path, &snapshot, &analysis.functions, finding.span)
            })
        };
        report.findings.extend(analysis.findings.iter().filter(|it| is_changed(it)).map(
            |finding| Located {
                path: path.clone(),
                language,
                snapshot: snapshot.clone(),
                finding: finding.clone(),
            },
        ));
    }
}

fn analyse_all(
    sources: &Sources,
    options: &CheckOptions,
    configuration: &Configuration,
) -> Result<Vec<Outcome>, CommandError> {
    if let Some(source) = &sources.standard_input {
        return Ok(vec![analyse(source.clone(), options, configuration)]);
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.thread_count())
        .stack_size(WORKER_STACK)
        .build()
        .map_err(|error| CommandError::Output(io::Error::other(error)))?;
    let progress = progress_bar(sources.files.len());
    let outcomes = pool.install(|| {
        sources
            .files
            .par_iter()
            .map(|(path, language)| {
                let outcome = match SourceFile::read(path, *language, configuration.size_limit) {
                    Ok(source) => analyse(source, options, configuration),
                    Err(skip) => Outcome {
                        path: path.clone(),
                        language: *language,
                        analysed: Err(skip),
                        fixed: None,
                    },
                };
                progress.inc(1);
                outcome
            })
            .collect()
    });
    progress.finish_and_clear();
    Ok(outcomes)
}

/// A progress bar on a terminal, shown when the run takes longer than half a second.
fn progress_bar(files: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let target = ProgressDrawTarget::stderr_with_hz(10);
    let bar = ProgressBar::with_draw_target(Some(files as u64), target);
    if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos}/{len} files, {eta} left") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}

fn analyse(source: SourceFile, options: &CheckOptions, configuration: &Configuration) -> Outcome {
    let analyse_text = |text: &str| analyse_text(source.language, text, configuration);
    let (mut snapshot, mut analysis) = analyse_text(&source.text);
    let mut fixed = None;
    if options.fix || options.diff {
        let applied = fixing::fix(&snapshot, &analysis, options.unsafe_fixes, &analyse_text);
        if let Some((after, after_analysis, count)) = applied {
            let before = std::mem::replace(&mut snapshot, after);
            fixed = Some(Fixed::new(source.clone(), before, snapshot.clone(), count));
            if !options.diff {
                analysis = after_analysis;
            }
        }
    }
    let analysed = match &fixed {
        Some(fixed) if options.fix && options.stdin_filename.is_none() => {
            source.write(fixed.after.text()).map_err(|error| {
                let detail = format!("the fixes cannot be written: {error}");
                Skip::new(&source.path, SkipReason::Unreadable, detail)
            })
        }
        _ => Ok(()),
    };
    Outcome {
        path: source.path,
        language: source.language,
        analysed: analysed.map(|()| (snapshot, analysis)),
        fixed,
    }
}

fn analyse_text(
    language: Language,
    text: &str,
    configuration: &Configuration,
) -> (Snapshot, Analysis) {
    let snapshot = Snapshot::new(text);
    let mut document = Document::new(language, snapshot.clone());
    let token = CancellationToken::new();
    // Nobody holds the token, so nothing cancels.
    let analysis = analyze(&mut document, configuration, &NoCache, &token).unwrap_or_default();
    (snapshot, analysis)
}

fn filter(report: &mut Report, options: &CheckOptions) {
    report.findings.retain(|located| {
        let finding = &located.finding;
        options.min_severity.is_none_or(|least| finding.severity >= least.into())
            && options.min_confidence.is_none_or(|least| finding.confidence >= least)
    });
}

fn print_diff(fixed: &[Fixed], options: &CheckOptions) -> Result<ExitCode, CommandError> {
    let mut output = output(options)?;
    for fixed in fixed {
        output.write_all(fixed.diff().as_bytes())?;
    }
    output.flush()?;
    let code = u8::from(!fixed.is_empty() && !options.exit_zero);
    Ok(ExitCode::from(code))
}

fn write_baseline(report: &Report, path: &Path) -> Result<ExitCode, CommandError> {
    let baseline = Baseline::of(&report.findings);
    baseline.write(path)?;
    let _ =
        writeln!(io::stderr(), "wrote {} findings to {}", report.findings.len(), path.display());
    Ok(ExitCode::SUCCESS)
}

/// Where the findings go: a file, or standard output with colours as its reader takes them.
fn output(options: &CheckOptions) -> Result<Box<dyn Write>, CommandError> {
    match &options.output {
        None => Ok(Box::new(BufWriter::new(anstream::AutoStream::auto(io::stdout())))),
        Some(path) => match File::create(path) {
            Ok(file) => Ok(Box::new(BufWriter::new(anstream::StripStream::new(file)))),
            Err(source) => {
                let path = path.display().to_string();
                Err(CommandError::File { action: "write", path, source })
            }
        },
    }
}

fn print(report: &Report, fixed: &[Fixed], options: &CheckOptions) -> Result<(), CommandError> {
    let mut output = output(options)?;
    // With --fix, standard input's mended text is the output.
    if options.fix && options.stdin_filename.is_some() {
        if let Some(fixed) = fixed.first() {
            output.write_all(fixed.after.text().as_bytes())?;
            output.flush()?;
            return Ok(());
        }
    }
    match options.format {
        OutputFormat::Text if options.statistics => terminal::statistics(&mut output, report)?,
        OutputFormat::Text => terminal::write(&mut output, report, fixed)?,
        OutputFormat::Json => json::write(&mut output, report)?,
        OutputFormat::Sarif => sarif::write(&mut output, report)?,
        OutputFormat::Github => terminal::github(&mut output, report)?,
    }
    output.flush()?;
    Ok(())
}
