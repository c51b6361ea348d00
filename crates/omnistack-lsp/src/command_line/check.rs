//! `check`: discover, read, analyse, filter, fix, print.

use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use analysis::configuration::Configuration;
use analysis::context::{Resolver, Summary, Suspects, normal_path};
use analysis::engine::{Analysis, Beside, NoCache};
use analysis::languages::Language;
use analysis::text::Snapshot;
use models::decision::Changed;
use rayon::prelude::*;

use super::baseline::{Baseline, Looked};
use super::changed::ChangedLines;
use super::filter::Filter;
use super::guard::analyse_text;
use super::options::CheckOptions;
use super::progress::Progress;
use super::report::{Located, Report};
use super::sources::Sources;
use super::surroundings::{self, Surroundings};
use super::{CommandError, output, rules_test, terminal};
use crate::configuration::{Configurations, FileConfiguration};
use crate::dismissed::leave_out;
use crate::fixing::{Fixed, Fixer, diff};
use crate::history::{Head, head, is_added};
use crate::predictions::{Freshness, Predictions, source_of_environment};
use crate::workspace::{Skip, SkipReason, SourceFile, display_path};

/// Deep syntax needs no deep stack, but grammars' own code is not ours to bound.
const WORKER_STACK: usize = 8 << 20;
/// Fixing analyses a file again, with most functions as they were.
const PREDICTION_BYTES: u64 = 8 << 20;
/// The network takes milliseconds for a function, the rules microseconds. Of more source text than
/// this, only changed files are predicted, unless the user wants all of it.
const PREDICTED_BYTES: u64 = 2 << 20;

/// Runs `check`.
pub(super) fn run(options: &CheckOptions) -> Result<ExitCode, CommandError> {
    options.check_combination()?;
    let mut run = Run {
        options,
        configurations: options.configurations()?,
        // The paths are looked at first: a wrong one explains what git would say of it.
        filter: options.check_paths().and_then(|()| Filter::of(options))?,
        predictions: Predictions::new(Some(source_of_environment()), PREDICTION_BYTES),
        modified: OnceLock::new(),
        predicts_all: true,
        outside: HashSet::new(),
    };
    let mut sources = Sources::of(options)?;
    run.outside = std::mem::take(&mut sources.outside);
    run.filter.retain_files(&mut sources.files);
    run.configure(&mut sources)?;
    run.plan_predictions(&sources);
    let lacks_rules = rules_test::tell_of_rules(&run.configurations);
    let nothing_known = sources.is_empty();
    let outcomes = run.analyse_all(&sources)?;
    let mut report = Report { skipped: sources.skipped, ..Report::default() };
    let mut fixed = Vec::new();
    let mut damaged = Vec::new();
    // What cannot be mended is printed as it came: the reader takes it for the new text.
    let mut mended_input = sources.input;
    let mut looked_at = HashSet::new();
    let mut unwritten = Vec::new();
    for outcome in outcomes {
        report.files += usize::from(outcome.analysed.is_some());
        looked_at.extend(outcome.analysed.map(|path| display_path(&path)));
        unwritten.extend(outcome.unwritten);
        report.lines += outcome.lines;
        report.functions += outcome.functions;
        report.findings.extend(outcome.findings);
        report.skipped.extend(outcome.skipped);
        fixed.extend(outcome.fixed);
        damaged.extend(outcome.damaged);
        mended_input = outcome.mended_input.or(mended_input);
    }
    report.skipped.sort_by(|a, b| (&a.path, a.reason).cmp(&(&b.path, b.reason)));
    if nothing_known {
        let _ = writeln!(io::stderr(), "note: no file of a supported language here");
    }
    if let Some(path) = options.baseline.as_ref().filter(|_| options.write_baseline) {
        write_baseline(&report, path)?;
        // From now on all of them are known.
        report.findings.clear();
    } else {
        run.compare_with_baseline(&mut report, &looked_at)?;
    }
    if let Some(problem) = run.predictions.problem() {
        let _ = writeln!(io::stderr(), "note: {}", terminal::printable(&problem));
    }
    note_named_skips(&report, options);
    note_damage(&damaged, options);
    run.note_unmended(&report);
    match output::print(options, &report, &fixed, mended_input.as_deref()) {
        // `omnistack-lsp check | head` ends quietly, and tells by its code what it found.
        Err(CommandError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {}
        printed => printed?,
    }
    for error in &unwritten {
        let _ = writeln!(io::stderr(), "error: {error}");
    }
    if lacks_rules || !unwritten.is_empty() {
        return Ok(ExitCode::from(2));
    }
    let found = !report.findings.is_empty() && !options.exit_zero;
    Ok(if found { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Says which files were left out although the user named them: the exit code does not.
fn note_named_skips(report: &Report, options: &CheckOptions) {
    for skip in report.skipped.iter().filter(|skip| options.names(&skip.path)) {
        let wholly = if skip.reason == SkipReason::Panic { "wholly " } else { "" };
        let (path, reason) = (display_path(&skip.path), skip.reason.as_str());
        let detail = &skip.detail;
        let note = format!("note: {path} was not {wholly}checked ({reason}): {detail}");
        let _ = writeln!(io::stderr(), "{}", terminal::printable(&note));
    }
}

/// Says which of the files that the user named could not be parsed: "no findings" does not mean that
/// all is well with them.
fn note_damage(damaged: &[Arc<Path>], options: &CheckOptions) {
    for path in damaged.iter().filter(|path| options.names(path)) {
        let path = display_path(path);
        let note = format!("note: {path} has syntax errors: nothing is said of what stands there");
        let _ = writeln!(io::stderr(), "{}", terminal::printable(&note));
    }
}

/// What became of one file. It holds no source text, so that a run over many files need not.
#[derive(Debug, Default)]
struct Outcome {
    /// Its path, if it was analysed.
    analysed: Option<Arc<Path>>,
    lines: u64,
    functions: u64,
    findings: Vec<Located>,
    skipped: Vec<Skip>,
    fixed: Option<Fixed>,
    /// Why its fixes could not be written.
    unwritten: Option<CommandError>,
    /// Its path, if it has syntax errors.
    damaged: Option<Arc<Path>>,
    /// Standard input with its fixes.
    mended_input: Option<Vec<u8>>,
    /// What other files may know of it.
    summary: Option<Arc<Summary>>,
    /// Whether it is to be mended, now that all is known.
    is_to_be_mended: bool,
}

impl Outcome {
    fn skipped(skip: Skip) -> Self {
        Self { skipped: vec![skip], ..Self::default() }
    }
}

/// What all files are analysed with.
struct Run<'a> {
    options: &'a CheckOptions,
    configurations: Configurations,
    filter: Filter,
    predictions: Predictions,
    /// Files that differ from the newest revision, once somebody wants to know.
    modified: OnceLock<ChangedLines>,
    /// Whether the network is asked about files that do not.
    predicts_all: bool,
    /// Files outside all that the user named, which a link led to. They are not written to.
    outside: HashSet<PathBuf>,
}

impl Run<'_> {
    /// Reads the configuration files that concern the sources, and leaves out the files that they
    /// exclude; one that the user named stays.
    fn configure(&self, sources: &mut Sources) -> Result<(), CommandError> {
        sources.files.retain(|(path, _)| {
            !self.configurations.for_file(path).is_excluded || self.options.names(path)
        });
        let named = sources.standard_input.as_ref().map(|source| source.path.clone());
        // Where there is no file at all, wrong settings are still wrong.
        let anywhere = named.unwrap_or_else(|| PathBuf::from("."));
        self.configurations.for_file(&anywhere);
        let root = self.options.roots().into_iter().next().unwrap_or_default();
        let folder = if root.is_file() { root.parent().unwrap_or(&root) } else { &root };
        let settings = self.configurations.for_folder(folder);
        self.predictions.choose(settings.predict.model.as_ref().map(|it| it.0.as_path()));
        let keeps = self.options.cache && !self.options.no_cache;
        self.predictions.keep_in(settings.cache.place().filter(|_| keeps));
        match self.configurations.all_problems() {
            problems if problems.is_empty() => Ok(()),
            problems => Err(CommandError::Configuration { problems }),
        }
    }

    /// Finds out whether the network can be asked about all there is.
    fn plan_predictions(&mut self, sources: &Sources) {
        let options = self.options;
        if options.predict || options.changed_since.is_some() || !self.predicts_by_default() {
            return;
        }
        let size = |(path, _): &(PathBuf, Language)| path.metadata().map_or(0, |it| it.len());
        let bytes: u64 = sources.files.iter().map(size).sum();
        if bytes > PREDICTED_BYTES {
            self.predicts_all = false;
            let note = "note: this is much source text; the network was asked about changed files \
                        only (--predict asks it about all, --no-predict about none)";
            let _ = writeln!(io::stderr(), "{note}");
        }
    }

    /// Whether there are predictions although the user asked for none by name.
    fn predicts_by_default(&self) -> bool {
        let configuration = self.configurations.for_file(Path::new(".")).configuration;
        self.options.select.is_empty() && configuration.wants_predictions()
    }

    /// Whether a file differs from the newest revision. Where there is no history, none does.
    fn is_modified(&self, path: &Path) -> bool {
        let ask = || ChangedLines::since("HEAD", &self.options.roots()).unwrap_or_default();
        self.modified.get_or_init(ask).has_file(path)
    }

    /// Which functions of a file are changed, and whether the network is asked about it.
    fn advice(&self, source: &SourceFile, configuration: &Configuration) -> (Freshness, bool) {
        if self.options.changed_since.is_some() {
            // Only what changed is reported, so all that matters is fresh.
            return (Freshness::All(Changed::Yes), true);
        }
        if configuration.wants_predictions() && self.is_modified(&source.path) {
            match head(&source.path, &source.text) {
                Head::Text(text) => {
                    let known =
                        self.predictions.units(source.language, text, configuration, &NoCache);
                    return (Freshness::Since(known), true);
                }
                // What is added to the next revision was just written.
                Head::New if is_added(&source.path) => {
                    return (Freshness::All(Changed::Yes), true);
                }
                Head::New | Head::Unknown => {}
            }
        }
        (Freshness::All(Changed::No), self.predicts_all)
    }

    fn analyse_all(&self, sources: &Sources) -> Result<Vec<Outcome>, CommandError> {
        if let Some(source) = &sources.standard_input {
            return Ok(vec![self.analyse(source, None)]);
        }
        let count = self.options.thread_count();
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(count)
            .stack_size(WORKER_STACK)
            .build()
            .map_err(|error| CommandError::Threads { count, detail: error.to_string() })?;
        let progress = Progress::start(sources.files.len());
        let size_limit = Configuration::default().size_limit;
        let read = |(path, language): &(PathBuf, Language), known: Surroundings<'_>| {
            match SourceFile::read(path, *language, size_limit) {
                Ok(source) => self.analyse(&source, Some(known)),
                Err(skip) => Outcome::skipped(skip),
            }
        };
        let alone = |file: &(PathBuf, Language)| {
            let outcome = read(file, Surroundings::Unread);
            progress.advance();
            outcome
        };
        let files = &sources.files;
        let outcomes: Vec<Outcome> = pool.install(|| files.par_iter().map(alone).collect());
        let index = surroundings::index(files, outcomes.iter().map(|it| it.summary.as_ref()));
        let suspects = Suspects::of(&index);
        let again = |resolver: &mut Resolver<'_>,
                     (file, outcome): (&(PathBuf, Language), Outcome)| {
            let is_affected = outcome
                .summary
                .as_ref()
                .is_some_and(|it| surroundings::is_affected(resolver, &suspects, &file.0, it));
            let repeats = || {
                let wants = self.configurations.for_file(&file.0).configuration.wants_twins();
                let summary = outcome.summary.as_ref().filter(|_| wants);
                summary.is_some_and(|it| index.has_twin_before(&file.0.to_string_lossy(), it))
            };
            if is_affected || outcome.is_to_be_mended || repeats() {
                read(file, Surroundings::Read(&index))
            } else {
                outcome
            }
        };
        let outcomes = pool.install(|| {
            let pairs = files.par_iter().zip(outcomes);
            pairs.map_init(|| Resolver::new(&index), again).collect()
        });
        progress.finish();
        Ok(outcomes)
    }

    /// Analyses a file; what it finds is written back when the other files are known, or when
    /// nobody knows them.
    fn analyse(&self, source: &SourceFile, known: Option<Surroundings<'_>>) -> Outcome {
        let options = self.options;
        let path = normal_path(&source.path.to_string_lossy());
        let FileConfiguration { configuration, dismissed, settings, .. } =
            self.configurations.for_file(&source.path);
        let is_wanted = |it: &Surroundings<'_>| {
            settings.features.cross_file || matches!(it, Surroundings::Unread)
        };
        let workspace = known.filter(is_wanted).map(|it| it.workspace(&path)).unwrap_or_default();
        let (freshness, asks) = self.advice(source, &configuration);
        let analyse = |text: &str| {
            let advice = self.predictions.advice_if(asks, freshness.clone());
            let (snapshot, mut analysis) = analyse_text(
                source.language,
                text,
                &configuration,
                &Beside { adviser: &advice, workspace },
            );
            leave_out(&mut analysis.findings, &dismissed);
            (snapshot, analysis)
        };
        let (mut snapshot, mut analysis) = analyse(&source.text);
        if let Some(skipped) = &analysis.skipped {
            return Outcome::skipped(Skip::by_engine(&source.path, skipped));
        }
        let filter = self.filter.for_file(&source.path, &snapshot, &analysis);
        let mut outcome = Outcome { summary: together(&mut analysis), ..Outcome::default() };
        let mends = options.mends() && !self.outside.contains(&source.path);
        let is_first = matches!(known, Some(Surroundings::Unread));
        outcome.is_to_be_mended = mends && is_first && !analysis.findings.is_empty();
        if mends && !is_first {
            let fixer = Fixer {
                with_unsafe: options.unsafe_fixes,
                may_fix: &|finding| filter.may_fix(finding),
                analyse: &analyse,
            };
            if let Some(mended) = fixer.fix(&snapshot, &analysis) {
                let diff = options
                    .diff
                    .then(|| diff(&source.path, snapshot.text(), mended.snapshot.text()));
                let writes = diff.is_none() && !options.prints_mended_input();
                let written = if writes { source.write(mended.snapshot.text()) } else { Ok(()) };
                match written {
                    Ok(()) => {
                        outcome.fixed = Some(Fixed { count: mended.count, diff });
                        if !options.diff {
                            (snapshot, analysis) = (mended.snapshot, mended.analysis);
                        }
                    }
                    // The other files are mended all the same, and this one's findings told.
                    Err(error) => {
                        let path = source.path.display().to_string();
                        let action = "write the fixes to";
                        outcome.unwritten =
                            Some(CommandError::File { action, path, source: error });
                    }
                }
            }
        }
        if options.prints_mended_input() {
            outcome.mended_input = Some(source.encode(snapshot.text()));
        }
        let keep = |finding: &_| filter.passes(finding);
        describe(&mut outcome, source, &snapshot, analysis, &keep);
        outcome
    }

    /// Leaves out what the baseline knows, and sees to those of its entries that are gone.
    fn compare_with_baseline(
        &mut self,
        report: &mut Report,
        files: &HashSet<String>,
    ) -> Result<(), CommandError> {
        let predicted =
            self.predicts_all && self.predicts_by_default() && self.predictions.problem().is_none();
        let options = self.options;
        let (Some(baseline), Some(path)) = (&mut self.filter.baseline, &options.baseline) else {
            return Ok(());
        };
        let unfound = baseline.remove_known(&mut report.findings);
        if options.leaves_out() {
            return Ok(());
        }
        let roots = &options.roots();
        let gone = baseline.gone(&unfound, &Looked { roots, files, predicted });
        let (count, name) = (terminal::count(gone.len(), "finding"), path.display());
        if options.prune_baseline {
            baseline.prune(&gone);
            baseline.write(path)?;
            let _ = writeln!(io::stderr(), "removed {count} from {name}");
        } else if !gone.is_empty() {
            let (are, them) = if gone.len() == 1 { ("is", "it") } else { ("are", "them") };
            let mend = format!("--prune-baseline removes {them} from there");
            let _ = writeln!(io::stderr(), "note: {count} of {name} {are} gone; {mend}");
        }
        Ok(())
    }

    /// Says which files with findings were left as they are because a link led to them.
    fn note_unmended(&self, report: &Report) {
        let is_outside = |it: &&Located| self.outside.contains(&*it.path);
        let found = report.findings.iter().filter(|_| self.options.mends()).filter(is_outside);
        let paths: BTreeSet<&Path> = found.map(|it| &*it.path).collect();
        for path in paths {
            let path = display_path(path);
            let note = format!("note: {path} was not mended: it lies outside what was named");
            let _ = writeln!(io::stderr(), "{}", terminal::printable(&note));
        }
    }
}

/// What an analysis says to other files, in memory of its own.
fn together(analysis: &mut Analysis) -> Option<Arc<Summary>> {
    let scattered = analysis.summary.take()?;
    Some(Arc::new(scattered.moved_together()))
}

/// Adds to the outcome what the last analysis says.
fn describe(
    outcome: &mut Outcome,
    source: &SourceFile,
    snapshot: &Snapshot,
    analysis: Analysis,
    keep: &dyn Fn(&analysis::findings::Finding) -> bool,
) {
    outcome.lines = u64::from(analysis.lines);
    outcome.functions = analysis.functions.len() as u64;
    for panic in &analysis.panics {
        let detail = format!("{} failed on a part of the file: {}", panic.rule, panic.message);
        outcome.skipped.push(Skip::new(&source.path, SkipReason::Panic, detail));
    }
    let path: Arc<Path> = Arc::from(source.path.as_path());
    outcome.analysed = Some(Arc::clone(&path));
    outcome.damaged = (analysis.syntax_errors > 0).then(|| Arc::clone(&path));
    let findings = analysis.findings.into_iter().filter(keep);
    outcome.findings =
        findings.map(|it| Located::new(&path, source.language, snapshot, it)).collect();
}

fn write_baseline(report: &Report, path: &Path) -> Result<(), CommandError> {
    Baseline::of(&report.findings).write(path)?;
    let findings = terminal::count(report.findings.len(), "finding");
    let _ = writeln!(io::stderr(), "wrote {findings} to {}", path.display());
    Ok(())
}
