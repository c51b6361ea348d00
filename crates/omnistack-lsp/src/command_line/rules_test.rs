//! `rules test`: runs the tests of users' rules, and prints what passed, and what failed and how.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use analysis::custom::CustomRules as _;
use clap::{Args, Subcommand};
use user_rules::testing::{Case, Outcome, Tested, run as run_tests};
use user_rules::{RuleSet, Weight};

use super::CommandError;
use super::terminal::{count, printable};
use crate::configuration::Configurations;
use crate::own_rules::tests::{TestFile, test_files};
use crate::workspace::display_path;

/// What can be done with rules of your own.
#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// Test the rules in `.omnistack/rules`, those that `sgconfig.yml` names, and those of packs.
    Test(TestOptions),
}

/// Options of `rules test`.
#[derive(Debug, Args)]
pub(super) struct TestOptions {
    /// The folder whose rules are tested.
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// Only the tests of rules whose id matches this glob.
    #[arg(long, value_name = "GLOB")]
    filter: Option<String>,
    /// Take the settings from this file, not from the nearest omnistack.toml.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Says on standard error what is wrong with rules of users; the others run. Tells whether some
/// cannot: what they would have found is missing, so that a run without findings says little.
pub(super) fn tell_of_rules(configurations: &Configurations) -> bool {
    let problems = configurations.rule_problems();
    for (weight, problem) in &problems {
        let kind = kind(*weight);
        let _ = writeln!(io::stderr(), "{kind}: {}", printable(&from_here(problem)));
    }
    problems.iter().any(|(weight, _)| *weight == Weight::Error)
}

/// How a problem is called.
fn kind(weight: Weight) -> &'static str {
    match weight {
        Weight::Note => "note",
        Weight::Warning => "warning",
        Weight::Error => "error",
    }
}

/// Runs the command.
pub(super) fn run(command: &RulesCommand) -> Result<ExitCode, CommandError> {
    let RulesCommand::Test(options) = command;
    if !options.folder.is_dir() {
        return Err(CommandError::NoSuchPath { path: options.folder.display().to_string() });
    }
    let only = match &options.filter {
        Some(glob) => Some(globset::Glob::new(glob).map_err(|error| CommandError::Filter {
            glob: glob.clone(),
            detail: error.kind().to_string(),
        })?),
        None => None,
    };
    let only = only.map(|it| it.compile_matcher());
    let layers = vec![Configurations::environment()];
    let configurations = Configurations::new(layers, options.config.clone());
    let own = configurations.rules_for(&options.folder.join(crate::configuration::FILE_NAME));
    let problems = configurations.all_problems();
    if !problems.is_empty() {
        return Err(CommandError::Configuration { problems });
    }
    let mut summary = Summary::default();
    let mut output = io::BufWriter::new(anstream::AutoStream::auto(io::stdout()));
    for (weight, problem) in configurations.rule_problems() {
        // A rule that does not run is no rule that passes.
        summary.wrong += usize::from(weight == Weight::Error);
        let kind = kind(weight);
        writeln!(io::stderr(), "{kind}: {}", printable(&from_here(&problem)))?;
    }
    let files = test_files(&configurations.places_of_rules(&options.folder));
    let rules = own.rules.clone();
    for file in &files {
        summary.run(&mut output, file, rules.as_ref(), only.as_ref())?;
    }
    summary.finish(&mut output, rules.as_deref())?;
    output.flush()?;
    Ok(match (summary.wrong, summary.failed) {
        (0, 0) => ExitCode::SUCCESS,
        (0, _) => ExitCode::from(1),
        _ => ExitCode::from(2),
    })
}

#[derive(Debug, Default)]
struct Summary {
    passed: usize,
    failed: usize,
    /// Files and rules that could not be tested.
    wrong: usize,
    files: usize,
    tested: Vec<String>,
}

impl Summary {
    fn run(
        &mut self,
        output: &mut dyn Write,
        file: &TestFile,
        rules: Option<&Arc<RuleSet>>,
        only: Option<&globset::GlobMatcher>,
    ) -> Result<(), CommandError> {
        let name = shown(&file.path);
        let text = match &file.text {
            Ok(text) => text,
            Err(why) => {
                self.wrong += 1;
                writeln!(io::stderr(), "error: {name} {why}")?;
                return Ok(());
            }
        };
        let empty = user_rules::compile(&[]).rules;
        let rules = rules.map_or(&empty, |it| it);
        let Tested { cases, problems } = run_tests(rules, text, &|id| file.snapshots(id));
        self.files += 1;
        for problem in problems {
            self.wrong += 1;
            let before = text.get(..problem.span.start).unwrap_or("");
            let line = before.matches('\n').count() + 1;
            writeln!(io::stderr(), "error: {name}:{line}: {}", printable(&problem.message))?;
        }
        let wanted = |it: &&Case| only.is_none_or(|only| only.is_match(&it.id));
        let cases: Vec<&Case> = cases.iter().filter(wanted).collect();
        let mut ids: Vec<&str> = cases.iter().map(|it| it.id.as_str()).collect();
        ids.dedup();
        for id in ids {
            let own: Vec<&&Case> = cases.iter().filter(|it| it.id == id).collect();
            let failed = own.iter().filter(|it| it.outcome != Outcome::Passed).count();
            let passed = own.len() - failed;
            self.passed += passed;
            self.failed += failed;
            self.tested.push(id.to_owned());
            let verdict = if failed == 0 { "pass" } else { "FAIL" };
            let of_failed = if failed == 0 { String::new() } else { format!(", {failed} failed") };
            writeln!(output, "{verdict}  {}  ({passed} passed{of_failed})", printable(id))?;
            for case in own {
                failure(output, &name, case)?;
            }
        }
        Ok(())
    }

    fn finish(&self, output: &mut dyn Write, rules: Option<&RuleSet>) -> io::Result<()> {
        let mut untested: Vec<&str> = rules
            .iter()
            .flat_map(|it| it.rules())
            .map(|it| it.name())
            .filter(|name| !self.tested.iter().any(|it| it == name))
            .collect();
        untested.dedup();
        if self.files == 0 {
            writeln!(
                output,
                "no tests here; they are in .omnistack/rule-tests, or beside rules in files whose \
                 names end in -test.yml"
            )?;
        }
        let tests = count(self.passed + self.failed, "test");
        write!(output, "{tests}: {} passed, {} failed", self.passed, self.failed)?;
        if !untested.is_empty() {
            let rules = count(untested.len(), "rule");
            write!(output, "; {rules} without tests")?;
        }
        writeln!(output)
    }
}

/// Says how a case failed.
fn failure(output: &mut dyn Write, file: &str, case: &Case) -> io::Result<()> {
    let line = case.line;
    match &case.outcome {
        Outcome::Passed => return Ok(()),
        Outcome::Silent => {
            writeln!(output, "  {file}:{line}: found nothing in code that is invalid:")?;
            excerpt(output, &case.code)?;
        }
        Outcome::Noisy(found) => {
            writeln!(output, "  {file}:{line}: found something in code that is valid:")?;
            excerpt(output, &case.code)?;
            for (line, text) in found {
                let first = text.lines().next().unwrap_or("");
                writeln!(output, "    found in line {line}: {}", printable(first))?;
            }
        }
        Outcome::Differs(differences) => {
            writeln!(output, "  {file}:{line}: found something else than its snapshot shows:")?;
            excerpt(output, &case.code)?;
            for it in differences {
                writeln!(output, "    {} differs; expected:", it.what)?;
                excerpt(output, &it.expected)?;
                writeln!(output, "    but it is:")?;
                excerpt(output, &it.found)?;
            }
        }
    }
    Ok(())
}

fn excerpt(output: &mut dyn Write, text: &str) -> io::Result<()> {
    for line in text.trim_end().lines() {
        writeln!(output, "    | {}", printable(line))?;
    }
    Ok(())
}

/// A sentence that starts with a path, which then starts from the current folder.
fn from_here(problem: &str) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let here = format!("{}/", here.display());
    problem.strip_prefix(&here).unwrap_or(problem).to_owned()
}

fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    display_path(path.strip_prefix(here).unwrap_or(path))
}
