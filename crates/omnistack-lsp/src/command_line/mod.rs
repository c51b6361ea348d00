//! The command line: arguments become typed options, options become work, work becomes output and
//! an exit code: 0 nothing found, 1 findings, 2 an error.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod baseline;
mod catalogue;
mod changed;
mod check;
mod config;
mod context;
mod excerpt;
mod filter;
mod github;
mod gitlab;
mod guard;
mod json;
mod junit;
mod model;
mod options;
mod output;
mod own_rules;
mod progress;
mod rdjson;
mod reference;
mod report;
mod rules_test;
mod sarif;
mod selectors;
mod shell;
mod sources;
mod surroundings;
mod terminal;

pub use excerpt::Excerpt;
pub use options::CheckOptions;
pub use report::{Located, Place, Report};

/// What a script wants to know.
const EXIT_CODES: &str =
    "Exit codes: 0 when nothing was found, 1 when there are findings, 2 on an error.";

/// OmniStack finds likely bugs and slow code in Python, JavaScript, TypeScript, Rust, Go, Java, C
/// and C++.
///
/// Without a command it is a language server on standard input and output.
#[derive(Debug, Parser)]
#[command(name = "omnistack-lsp", version, about, max_term_width = 100)]
#[command(after_help = EXIT_CODES)]
struct Arguments {
    /// Speak the Language Server Protocol on standard input and output (the default).
    #[arg(long)]
    stdio: bool,
    /// The process id of the editor; editors' libraries add it, and the protocol says it again.
    #[arg(long = "clientProcessId", value_name = "PID", hide = true)]
    client_process_id: Option<u32>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Find bugs in files and folders.
    Check(Box<CheckOptions>),
    /// Print what there is to know of functions: metrics, quality, cost, and who calls them.
    Context(context::ContextOptions),
    /// List the rules.
    #[command(args_conflicts_with_subcommands = true)]
    Rules {
        /// How to print them.
        #[arg(long, value_enum, default_value_t)]
        format: catalogue::Format,
        #[command(subcommand)]
        command: Option<rules_test::RulesCommand>,
    },
    /// Explain a rule.
    Explain {
        /// Its id, or its name without the category.
        rule: String,
        /// How to print it.
        #[arg(long, value_enum, default_value_t)]
        format: catalogue::Format,
    },
    /// Show, describe and start settings.
    Config {
        #[command(subcommand)]
        command: config::ConfigCommand,
    },
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, for `man`.
    Man {
        /// Write a page for each command to this folder instead.
        #[arg(long, value_name = "FOLDER", conflicts_with = "format")]
        folder: Option<PathBuf>,
        /// How to print it.
        #[arg(long, value_enum, default_value_t)]
        format: shell::ManualFormat,
    },
    /// List, verify and evaluate the models that predict.
    Model {
        #[command(subcommand)]
        command: model::ModelCommand,
    },
}

/// Why a command could not do its work. Each says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A path that was named is not there.
    #[error("{path}: no such file or folder; check the spelling")]
    NoSuchPath {
        /// The path.
        path: String,
    },
    /// A diff was asked for in a format that has none.
    #[error("--diff prints a diff, not {format}; leave out --diff or --format {format}")]
    DiffFormat {
        /// The format.
        format: String,
    },
    /// Counts were asked for in a format that has no place for them.
    #[error("--statistics counts in text and json, not in {format}; leave it out")]
    StatisticsFormat {
        /// The format.
        format: String,
    },
    /// A path was named beside the text from standard input.
    #[error(
        "--stdin-filename checks standard input only; leave out {path}, or check it without \
         --stdin-filename"
    )]
    PathBesideInput {
        /// The path.
        path: String,
    },
    /// Standard input was to be read, of which nothing tells the language.
    #[error("`-` is standard input; say with --stdin-filename what file it is to be taken for")]
    NamelessInput,
    /// A rule selector names nothing.
    #[error("{0}; `omnistack-lsp rules` lists them")]
    Selector(#[from] analysis::configuration::UnknownSelector),
    /// Settings of a file or the environment are wrong.
    #[error("the configuration is wrong:\n  {}", problems.join("\n  "))]
    Configuration {
        /// What is wrong, a sentence each.
        problems: Vec<String>,
    },
    /// A rule that is not there was to be explained.
    #[error("there is no rule `{name}`{}; `omnistack-lsp rules` lists them", hint(nearest.as_deref()))]
    NoSuchRule {
        /// What was asked for.
        name: String,
        /// The nearest id.
        nearest: Option<String>,
    },
    /// A glob that means nothing.
    #[error("--filter: `{glob}` is no glob: {detail}")]
    Filter {
        /// The glob.
        glob: String,
        /// What is wrong with it.
        detail: String,
    },
    /// There are settings already.
    #[error("{path} is there already; --force overwrites it")]
    SettingsThere {
        /// The file.
        path: String,
    },
    /// A file that we were told to use could not be read or written.
    #[error("cannot {action} {path}: {source}")]
    File {
        /// What was tried.
        action: &'static str,
        /// With which file.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// A baseline that is not there.
    #[error("there is no baseline {path}; make it with --write-baseline")]
    NoBaseline {
        /// The file.
        path: String,
    },
    /// A baseline that we did not write.
    #[error("{path} is no baseline ({detail}); write it anew with --write-baseline")]
    Baseline {
        /// The file.
        path: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A baseline that another version wrote.
    #[error(
        "the baseline {path} was written by another version of OmniStack (its format is {found}, \
         this one reads {read}); write it anew with --write-baseline"
    )]
    BaselineVersion {
        /// The file.
        path: String,
        /// The version of its format.
        found: String,
        /// The version that is read.
        read: u32,
    },
    /// `git` did not tell what changed.
    #[error("cannot tell what changed since `{revision}`: {detail}")]
    Revision {
        /// The revision asked for.
        revision: String,
        /// What git said.
        detail: String,
    },
    /// The operating system has no threads to give.
    #[error("cannot start {count} threads ({detail}); ask for fewer with --threads")]
    Threads {
        /// How many were asked for.
        count: usize,
        /// What the system said.
        detail: String,
    },
    /// The model cannot be used.
    #[error(transparent)]
    Model(#[from] models::predictor::ModelError),
    /// What a model is to be measured on cannot be used.
    #[error(transparent)]
    Records(#[from] models::dataset::DatasetError),
    /// Standard output is gone or broken.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default()
}

/// Runs what the process's arguments ask for.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // A reader that went away before the help was printed is no failure of ours.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let result = match arguments.command {
        None => return crate::server::run_stdio(crate::server::Options::default()),
        Some(Command::Check(options)) => check::run(&options),
        Some(Command::Context(options)) => context::run(&options),
        Some(Command::Rules { command: Some(command), .. }) => rules_test::run(&command),
        Some(Command::Rules { format, command: None }) => catalogue::rules(format),
        Some(Command::Explain { rule, format }) => catalogue::explain(&rule, format),
        Some(Command::Config { command }) => config::run(&command),
        Some(Command::Completions { shell }) => shell::completions(shell),
        Some(Command::Man { folder, format }) => shell::manual(folder.as_deref(), format),
        Some(Command::Model { command }) => model::run(&command),
    };
    match result {
        Ok(code) => code,
        // `omnistack-lsp rules | head` ends quietly.
        Err(CommandError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}
