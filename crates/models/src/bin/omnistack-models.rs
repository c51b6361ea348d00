//! Builds the predictor's training data and hands it to the trainer; sets the thresholds of what
//! was trained.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool prints")]

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use models::dataset::measures::{Functions, write_fixes};
use models::dataset::{DatasetError, Options, build, encode, fixes, show, stream};
use models::decision::calibrate::{self, calibrate};
use models::model;
use models::predictor::ModelError;

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
    /// Sets a model's thresholds by what its network says of functions it has never seen, and
    /// writes its manifest.
    Calibrate {
        /// The folder with weights and vocabulary.
        #[arg(long, default_value = "crates/models/weights")]
        model: PathBuf,
        /// The dataset.
        #[arg(long, default_value = "target/dataset")]
        data: PathBuf,
        /// Real fixes: JSON lines, plain or compressed with gzip.
        #[arg(long)]
        fixes: Option<PathBuf>,
        /// Functions of each language.
        #[arg(long, default_value_t = 20_000)]
        functions: usize,
        /// Threads.
        #[arg(long, default_value_t = 1)]
        threads: usize,
        /// A file for what the network said. When it is there, it is read instead of asking again.
        #[arg(long)]
        said: Option<PathBuf>,
    },
    /// Writes the manifest of a model's folder.
    Seal {
        /// The folder with weights, vocabulary and thresholds.
        #[arg(default_value = "crates/models/weights")]
        model: PathBuf,
    },
}

/// The splits of a dataset.
const SPLITS: [&str; 3] = ["train", "validation", "test"];
/// The licence of the weights we train.
const LICENCE: &str = "Apache-2.0 OR MIT";

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    #[error(transparent)]
    Model(#[from] ModelError),
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
    /// Writes batches of functions, as they are and with a bug made on purpose, to standard output.
    Stream {
        /// The dataset.
        #[arg(long, default_value = "target/dataset")]
        data: PathBuf,
        /// The split: train, validation or test.
        #[arg(long, default_value = "train", value_parser = SPLITS)]
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
        /// The share of the functions that come with a bug too, from 0 to 1.
        #[arg(long, default_value_t = 1.0)]
        bugs: f64,
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
    /// Writes records for `omnistack-lsp model evaluate` to standard output.
    Evaluation {
        /// Which records.
        #[arg(value_enum)]
        records: Records,
        /// The dataset.
        #[arg(long, default_value = "target/dataset")]
        data: PathBuf,
        /// The split: train, validation or test.
        #[arg(long, default_value = "test", value_parser = SPLITS)]
        split: String,
        /// Functions of each language.
        #[arg(long, default_value_t = 400)]
        count: usize,
        /// Other seeds give other functions and bugs.
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// The real fixes: JSON lines, plain or compressed with gzip.
        #[arg(long, required_if_eq("records", "fixes"))]
        fixes: Option<PathBuf>,
    },
    /// Writes given functions (JSON lines with `language` and `code`), each as a batch of its own.
    Encode {
        /// The functions.
        file: PathBuf,
        /// The folder whose vocabulary counts.
        #[arg(long, default_value = "target/dataset")]
        data: PathBuf,
    },
    /// Writes batches of real fixes to standard output, once through.
    Fixes {
        /// The fixes: JSON lines, compressed with gzip.
        file: PathBuf,
        /// The dataset whose vocabulary counts.
        #[arg(long, default_value = "target/dataset")]
        data: PathBuf,
        /// The split: train, validation or test.
        #[arg(long, default_value = "train", value_parser = SPLITS)]
        split: String,
        /// How often a fix is written that a candidate repairs; any other, once.
        #[arg(long, default_value_t = 1)]
        times: usize,
        /// Seed of the order.
        #[arg(long, default_value_t = 0)]
        seed: u64,
        /// Positions in a batch, padding included.
        #[arg(long, default_value_t = 6_000)]
        tokens: usize,
    },
}

/// Kinds of records to evaluate with.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Records {
    /// Functions with a bug made on purpose, and as they were.
    Injected,
    /// Functions as they are.
    Clean,
    /// Real fixes of the repositories kept for evaluation.
    Fixes,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Dataset { command } => run(command).map_err(Failure::Dataset),
        Command::Calibrate { model, data, fixes, functions, threads, said } => {
            set_thresholds(&model, &calibrate::Options { data, fixes, functions, threads, said })
        }
        Command::Seal { model } => seal(&model),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // The trainer has had enough.
        Err(Failure::Dataset(DatasetError::Reader(error)))
            if error.kind() == io::ErrorKind::BrokenPipe =>
        {
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn set_thresholds(folder: &Path, options: &calibrate::Options) -> Result<(), Failure> {
    let predictor = model::unsealed(folder)?;
    let thresholds = calibrate(&predictor, options, |line| eprintln!("{line}"))?;
    model::write_thresholds(folder, &thresholds)?;
    seal(folder)
}

fn seal(folder: &Path) -> Result<(), Failure> {
    println!("{}", model::seal(folder, LICENCE)?.id);
    Ok(())
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
        Dataset::Stream { data, split, seed, tokens, once, bugs } => {
            stream::stream(&stream::Options { data, split, seed, tokens, once, bugs }, &mut out)
        }
        Dataset::Show { language, data, count, seed } => {
            show(&data, &language, count, seed, &mut out)
        }
        Dataset::Evaluation { records, data, split, count, seed, fixes } => {
            let functions = Functions { data: &data, split: &split, count, seed };
            match (records, fixes) {
                (Records::Clean, _) => functions.write_clean(&mut out),
                (Records::Fixes, Some(file)) => write_fixes(&file, &split, &mut out),
                (Records::Injected | Records::Fixes, _) => functions.write_pairs(&mut out),
            }
        }
        Dataset::Encode { file, data } => encode::encode(&file, &data, &mut out),
        Dataset::Fixes { file, data, split, times, seed, tokens } => {
            let options = fixes::Options { file, data, split, times, seed, tokens };
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
