//! Builds the predictor's training data and hands it to the trainer.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool prints")]

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use models::dataset::{DatasetError, Options, build, fixes, show, stream};

#[derive(Debug, Parser)]
#[command(name = "omnistack-models", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The functions the network learns from.
    Dataset {
        #[command(subcommand)]
        command: Dataset,
    },
}

#[derive(Debug, Subcommand)]
enum Dataset {
    /// Cuts downloaded packages into functions and writes shards, vocabulary and manifest.
    Build {
        /// The list of packages.
        #[arg(long, default_value = "training/corpus.tsv")]
        list: PathBuf,
        /// Where `training/fetch.py` put the packages.
        #[arg(long, default_value = "target/corpus")]
        corpus: PathBuf,
        /// Where the dataset goes.
        #[arg(long, default_value = "target/dataset")]
        out: PathBuf,
    },
    /// Writes batches of functions, half of them with a bug made on purpose, to standard output.
    Stream {
        /// The dataset.
        #[arg(long, default_value = "target/dataset")]
        data: PathBuf,
        /// The split: train, validation or test.
        #[arg(long, default_value = "train")]
        split: String,
        /// Other seeds give other bugs.
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// Positions in a batch, padding included.
        #[arg(long, default_value_t = 6_000)]
        tokens: usize,
        /// End after so many functions of each language.
        #[arg(long)]
        once: Option<usize>,
    },
    /// Shows bugs made on purpose: the line before and after.
    Show {
        /// The language of the functions.
        language: String,
        /// The dataset.
        #[arg(long, default_value = "target/dataset")]
        data: PathBuf,
        /// How many functions.
        #[arg(long, default_value_t = 20)]
        count: usize,
        /// Other seeds give other functions.
        #[arg(long, default_value_t = 0)]
        seed: u64,
    },
    /// Writes batches of real fixes to standard output, once through.
    Fixes {
        /// The fixes: JSON lines, compressed with gzip.
        file: PathBuf,
        /// The dataset whose vocabulary counts.
        #[arg(long, default_value = "target/dataset")]
        data: PathBuf,
        /// The repositories kept for evaluation instead of the others.
        #[arg(long)]
        held_out: bool,
        /// Seed of the order.
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// Positions in a batch, padding included.
        #[arg(long, default_value_t = 6_000)]
        tokens: usize,
    },
}

fn main() -> ExitCode {
    let Command::Dataset { command } = Arguments::parse().command;
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        // The trainer has had enough.
        Err(DatasetError::Reader(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Dataset) -> Result<(), DatasetError> {
    let mut out = BufWriter::new(io::stdout().lock());
    match command {
        Dataset::Build { list, corpus, out: folder } => {
            let options = Options { list, corpus, out: folder };
            let report = build(&options, |line| eprintln!("{line}"))?;
            for (part, count) in &report.kept {
                writeln!(out, "{part:24} {count:9}").map_err(DatasetError::Reader)?;
            }
            let (read, dropped) = (report.read, report.dropped);
            writeln!(out, "{read} functions read, {dropped} dropped").map_err(DatasetError::Reader)
        }
        Dataset::Stream { data, split, seed, tokens, once } => {
            stream::stream(&stream::Options { data, split, seed, tokens, once }, &mut out)
        }
        Dataset::Show { language, data, count, seed } => {
            show(&data, &language, count, seed, &mut out)
        }
        Dataset::Fixes { file, data, held_out, seed, tokens } => {
            let options = fixes::Options { file, data, held_out, seed, tokens };
            let report = fixes::stream(&options, &mut out)?;
            for (kind, (all, repairable)) in &report.by_type {
                eprintln!("{kind:24} {repairable:6} of {all:6}");
            }
            let fixes::Report { fixes, read, repairable, .. } = report;
            eprintln!("{fixes} fixes, {read} read, {repairable} repairable by one candidate");
            Ok(())
        }
    }
}
