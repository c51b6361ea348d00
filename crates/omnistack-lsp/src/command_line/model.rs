//! `model`: which models there are, whether they are whole, and how well they do.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use models::decision::Changed;
use models::evaluation::{self, clean, clean_table, pairs, pairs_table};
use models::model::{Model, Source};
use serde::Serialize;
use serde_json::json;

use super::CommandError;
use crate::configuration::Configurations;
use crate::predictions::source_of_environment;

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// What to do with models.
#[derive(Debug, Subcommand)]
pub(super) enum ModelCommand {
    /// List the models.
    List {
        /// How to print them.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Look whether the models are whole: checksums, shapes, numbers.
    Verify {
        /// How to print the result.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Measure how well the model finds known bugs, or how often it cries wolf.
    Evaluate(EvaluateOptions),
}

/// Options of `model evaluate`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["pairs", "clean"]))]
pub(super) struct EvaluateOptions {
    /// Functions before and after a fix: JSON lines with `language`, `buggy`, `fixed` and perhaps
    /// `bug_type` and `bug_line`, plain or compressed with gzip; `-` for standard input.
    #[arg(long, value_name = "FILE")]
    pairs: Option<PathBuf>,
    /// Correct functions: JSON lines with `language` and `code`, plain or compressed with gzip; `-`
    /// for standard input.
    #[arg(long, value_name = "FILE")]
    clean: Option<PathBuf>,
    /// How to print the measures.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Judge by the thresholds for changed code, not by those for code that has stood for a while.
    #[arg(long)]
    changed: bool,
    /// How many threads to use.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

/// Runs `model`.
pub(super) fn run(command: &ModelCommand) -> Result<ExitCode, CommandError> {
    match command {
        ModelCommand::List { format } => list(*format),
        ModelCommand::Verify { format } => verify(*format),
        ModelCommand::Evaluate(options) => evaluate(options),
    }
}

/// The model that predictions are made with here: the one that the settings of this folder name, or
/// else the environment, or the one inside the program.
fn source() -> Result<Source, CommandError> {
    let configurations = Configurations::new(vec![Configurations::environment()], None);
    let settings = configurations.for_folder(Path::new("."));
    let named = settings.predict.model.as_ref().map(|it| it.0.clone());
    match configurations.all_problems() {
        problems if problems.is_empty() => {}
        problems => return Err(CommandError::Configuration { problems }),
    }
    let named = named.filter(|folder| !folder.as_os_str().is_empty());
    Ok(named.map_or_else(source_of_environment, Source::Folder))
}

/// Where the model in use is from.
fn place(source: &Source) -> String {
    match source {
        Source::Embedded => "embedded".to_owned(),
        Source::Folder(folder) => folder.display().to_string(),
    }
}

fn list(format: Format) -> Result<ExitCode, CommandError> {
    let source = source()?;
    let manifest = source.manifest()?;
    let bytes = source.size()?;
    let mut output = io::stdout().lock();
    if format == Format::Json {
        let entry = json!({"id": manifest.id, "task": manifest.task, "place": place(&source),
            "format": manifest.format, "licence": manifest.licence, "bytes": bytes,
            "files": manifest.files});
        return print_json(&mut output, &[entry]);
    }
    writeln!(output, "{}  {}", manifest.id, manifest.task)?;
    writeln!(output, "  {}, {bytes} bytes, {}", place(&source), manifest.licence)?;
    for (file, sum) in &manifest.files {
        writeln!(output, "  {sum}  {file}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn verify(format: Format) -> Result<ExitCode, CommandError> {
    let source = source()?;
    let model = source.read()?;
    model.warm_up()?;
    let mut output = io::stdout().lock();
    let parameters = model.predictor.parameters();
    let (id, languages) = (&model.manifest.id, model.thresholds.languages.len());
    if format == Format::Json {
        let entry = json!({"id": id, "place": place(&source), "ok": true,
            "parameters": parameters, "languages": languages, "silent": model.gaps()});
        return print_json(&mut output, &[entry]);
    }
    writeln!(
        output,
        "{id} is whole: {parameters} parameters, thresholds for {languages} languages"
    )?;
    if let Some(note) = model.gaps_told() {
        writeln!(output, "{note}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn evaluate(options: &EvaluateOptions) -> Result<ExitCode, CommandError> {
    let model = source()?.read()?;
    let available = || std::thread::available_parallelism().map_or(1, usize::from);
    let how = evaluation::Options {
        changed: if options.changed { Changed::Yes } else { Changed::No },
        threads: options.threads.map_or_else(available, usize::from),
    };
    match (&options.pairs, &options.clean) {
        (Some(file), _) => {
            let measures = pairs::evaluate(&model, file, how)?;
            print(&model, options, file, &measures, &pairs_table(&measures))
        }
        (None, Some(file)) => {
            let measures = clean::evaluate(&model, file, how)?;
            print(&model, options, file, &measures, &clean_table(&measures))
        }
        // The parser wants one of them.
        (None, None) => Ok(ExitCode::from(2)),
    }
}

fn print(
    model: &Model,
    options: &EvaluateOptions,
    file: &Path,
    measures: &impl Serialize,
    table: &str,
) -> Result<ExitCode, CommandError> {
    let mut output = io::stdout().lock();
    if options.format == Format::Json {
        return print_json(&mut output, measures);
    }
    let thresholds = if options.changed { "changed" } else { "unchanged" };
    writeln!(
        output,
        "{}, {}, thresholds for {thresholds} code",
        model.manifest.id,
        file.display()
    )?;
    writeln!(output, "\n{}", table.trim_end())?;
    Ok(ExitCode::SUCCESS)
}

fn print_json(
    output: &mut impl Write,
    value: &(impl Serialize + ?Sized),
) -> Result<ExitCode, CommandError> {
    serde_json::to_writer_pretty(&mut *output, value).map_err(io::Error::from)?;
    writeln!(output)?;
    Ok(ExitCode::SUCCESS)
}
