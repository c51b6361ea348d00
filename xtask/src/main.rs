//! OmniStack's chores: `cargo xtask <chore>`.
//!
//! Every chore is a module: [`setup`] installs what tests need, [`testing`] runs them,
//! [`generate`] writes the files that follow from others, [`new_rule`] starts a rule, [`ecosystem`]
//! tells how the rules fare on real code, [`lowering`] how much of it the tables know, [`metrics`] whether other tools measure it alike, [`compare`]
//! how fast others check it, [`bench`] how fast the daemon answers beside another, [`smoke`] trains a small predictor from nothing, [`fuzz`] looks for
//! panics and hangs, [`soak`] edits for a long time, [`editors`] tries the product in real ones, [`scrape`] has a real Prometheus look at the daemon,
//! [`dist`] builds what is given to others, [`integrations`] has their programs read what ours
//! writes, [`deploy`] and [`schemathesis`] do so for the team server, and [`tidy`] checks what no
//! compiler checks. They share [`project`], which knows where things are and how to run a program.
//!
//! Invariant: nothing here depends on a crate of the product, so that a chore can mend a product
//! that does not build.

mod bench;
mod compare;
mod deploy;
mod dist;
mod ecosystem;
mod editors;
mod fuzz;
mod generate;
mod integrations;
mod lowering;
mod metrics;
mod new_rule;
mod page;
mod project;
mod schemathesis;
mod scrape;
mod setup;
mod smoke;
mod soak;
mod testing;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use project::{Failure, Project, run_program};

/// OmniStack's chores.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Install what the tests need, where it is missing.
    Setup {
        /// Also install what only continuous integration needs.
        #[arg(long)]
        ci: bool,
    },
    /// Set up, then run every test.
    Test {
        /// Leave out those that take an editor with a window.
        #[arg(long)]
        no_editors: bool,
    },
    /// Write the rule registry and the rules' pages.
    Generate {
        /// Write nothing; fail when a generated file differs from what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Start a rule: its file, its registration and its page.
    NewRule {
        /// The rule's id, as in `bug/self-comparison`.
        id: String,
    },
    /// Check well-known packages, and write what the rules say about them.
    Ecosystem {
        /// Only check the labels: fetch and write nothing.
        #[arg(long)]
        check: bool,
    },
    /// Count what the lowering tables do not know of well-known packages.
    Lowering {
        /// Write nothing; like without this, fail when it is 1 % of a language, or more.
        #[arg(long)]
        check: bool,
        /// A folder with sources; by default, the packages that `ecosystem` downloads.
        #[arg(long)]
        sources: Option<std::path::PathBuf>,
    },
    /// Compare functions' metrics with those of other tools, and write how often they agree.
    Metrics {
        /// At most so many files of each language, chosen at random; 0 for all.
        #[arg(long, default_value_t = 300)]
        files: usize,
    },
    /// Measure the checker beside others, and write the ratios.
    Compare,
    /// Measure the daemon beside others, and write the ratios.
    Bench {
        /// What is measured.
        #[arg(value_enum)]
        what: Measured,
    },
    /// Analyse mutated real files, and fail when one panics or hangs.
    Fuzz {
        /// For how many seconds.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// The same seed mutates the same files in the same way.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Folders with sources; by default, those at hand.
        paths: Vec<std::path::PathBuf>,
    },
    /// Edit real files at random in a long session, and fail when the daemon panics, says something
    /// stale, or grows.
    Soak {
        /// How many steps.
        #[arg(long, default_value_t = 100_000)]
        steps: u64,
        /// The same seed does the same.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Folders with sources; by default, the examples.
        paths: Vec<std::path::PathBuf>,
    },
    /// Have a real Prometheus scrape the daemon, by way of its service-discovery files.
    Scrape,
    /// Train a small predictor, from packages to evaluation, and fail when it learns nothing.
    Smoke,
    /// Try the product in a real editor, which is installed where it is missing.
    Editors {
        /// What is tried.
        #[command(subcommand)]
        editor: editors::Editor,
    },
    /// Build what is given to others: archive, wheel, extension, list of contents, checksums.
    Dist {
        /// For which target; by default, one that runs on any Linux, or this machine's.
        #[arg(long)]
        target: Option<String>,
    },
    /// Have the programs of others read what ours writes, and fail when one does not take it.
    Integrations,
    /// Check what deploys the team server, as far as that goes without containers and clusters.
    Deploy,
    /// Ask the team server all that its `OpenAPI` document allows, and what it does not.
    Schemathesis,
    /// Check the length of source files and the links between documents.
    Tidy,
    /// Run what continuous integration runs.
    Ci,
}

/// What `bench` measures.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Measured {
    /// The language server, beside `ruff server`.
    Lsp,
    /// The team server, beside a bare route of axum and the predictor itself.
    Server,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let project = Project::of_this_workspace();
    let outcome = match arguments.chore {
        Chore::Setup { ci } => setup::run(&project, ci),
        Chore::Test { no_editors } => testing::run(&project, !no_editors),
        Chore::Generate { check } => generate::run(&project, check),
        Chore::NewRule { id } => new_rule::run(&project, &id),
        Chore::Ecosystem { check: true } => ecosystem::check_labels(&project),
        Chore::Ecosystem { check: false } => ecosystem::run(&project),
        Chore::Bench { what: Measured::Lsp } => bench::lsp(&project),
        Chore::Bench { what: Measured::Server } => bench::server::run(&project),
        Chore::Compare => compare::run(&project),
        Chore::Lowering { check, sources } => lowering::run(&project, check, sources),
        Chore::Metrics { files } => metrics::run(&project, files),
        Chore::Dist { target } => dist::run(&project, target),
        Chore::Integrations => integrations::run(&project),
        Chore::Deploy => deploy::run(&project),
        Chore::Schemathesis => schemathesis::run(&project),
        Chore::Fuzz { seconds, seed, paths } => fuzz::run(&project, seconds, seed, paths),
        Chore::Soak { steps, seed, paths } => soak::run(&project, steps, seed, paths),
        Chore::Scrape => scrape::run(&project),
        Chore::Smoke => smoke::run(&project),
        Chore::Editors { editor } => editors::run(&project, editor),
        Chore::Tidy => tidy::run(&project),
        Chore::Ci => run_program(project.command("bash").arg(".ci/run")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure);
            ExitCode::FAILURE
        }
    }
}

fn report(failure: &Failure) {
    eprintln!("error: {failure}");
}
