//! `smoke`: the whole way of the predictor in minutes: packages, dataset, training in two phases,
//! export, calibration and evaluation, by the commands that `training/README.md` documents.
//!
//! What comes out is no good model. The chore fails when a step does, when the network learns
//! nothing, or when the product cannot use what was trained.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::project::{Failure, Project, output_of, read, run_program, write};
use crate::setup;

/// Small packages of the corpus, some of every split.
const PACKAGES: [&str; 14] = [
    "click",
    "Jinja2",
    "Werkzeug",
    "starlette",
    "traitlets",
    "kombu",
    "jedi",
    "pip",
    "indexmap",
    "bytes",
    "aho-corasick",
    "http",
    "bumpalo",
    "crossbeam-epoch",
];
/// How long each of the two phases trains.
const MINUTES: &str = "1";
/// The loss must fall by this share from the first entry of the curve to the last.
const LEAST_LEARNED: f64 = 0.05;

struct Smoke<'a> {
    project: &'a Project,
    python: PathBuf,
    folder: PathBuf,
}

/// Trains, evaluates and judges.
pub(crate) fn run(project: &Project) -> Result<(), Failure> {
    let python = setup::trainer(project)?;
    let folder = project.path("target/smoke");
    let smoke = Smoke { project, python, folder };
    // Packages stay for the next time; all else is made anew.
    for part in ["dataset", "run", "model"] {
        let _ = fs::remove_dir_all(smoke.folder.join(part));
    }
    project.build_programs()?;
    smoke.build_dataset()?;
    let fixes = smoke.records("train", "fixes.jsonl", true)?;
    smoke.train(&[])?;
    smoke.train(&["--fixes", &text(&fixes), "--bugs", "0.5", "--decay-minutes", MINUTES])?;
    smoke.judge_curve()?;
    smoke.seal(&fixes)?;
    smoke.evaluate()
}

impl Smoke<'_> {
    fn build_dataset(&self) -> Result<(), Failure> {
        let mut fetch = self.project.command(&text(&self.python));
        fetch.args(["training/fetch.py", "--out", &self.path("corpus"), "--names"]);
        run_program(fetch.args(PACKAGES))?;
        let (corpus, dataset) = (self.path("corpus"), self.path("dataset"));
        self.models(&["dataset", "build", "--corpus", &corpus, "--out", &dataset])
    }

    /// One phase; it goes on where the one before stopped.
    fn train(&self, options: &[&str]) -> Result<(), Failure> {
        let models = text(&self.project.built("debug", "omnistack-models"));
        let (dataset, out) = (self.path("dataset"), self.path("run"));
        let mut train = self.project.command(&text(&self.python));
        train.args(["training/train.py", "--binary", &models, "--data", &dataset, "--out", &out]);
        train.args(["--minutes", MINUTES, "--width", "128", "--layers", "1", "--tokens", "2000"]);
        train.args(["--rate", "2e-3", "--validation", "20", "--log-steps", "10"]);
        run_program(train.args(options))
    }

    fn judge_curve(&self) -> Result<(), Failure> {
        let curve = read(&self.folder.join("run/curve.jsonl"))?;
        let entries = curve.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let entries: Vec<Value> = entries.collect();
        let measured = entries.iter().filter(|entry| entry.get("validation").is_some()).count();
        let losses: Vec<f64> =
            entries.iter().filter_map(|entry| entry.get("loss")?.as_f64()).collect();
        let (Some(first), Some(last)) = (losses.first(), losses.last()) else {
            return Err(Failure::Told("the training was too short for an entry".to_owned()));
        };
        println!("smoke: the loss fell from {first} to {last}; measured {measured} times");
        if measured < 2 || last > &(first * (1.0 - LEAST_LEARNED)) {
            return Err(Failure::Told("the network has learned nothing".to_owned()));
        }
        Ok(())
    }

    /// Makes what was trained a model that the product takes.
    fn seal(&self, fixes: &Path) -> Result<(), Failure> {
        let model = self.folder.join("model");
        fs::create_dir_all(&model).map_err(|source| written(&model, source))?;
        let parts = ["run/predictor.safetensors", "dataset/vocabulary.txt"];
        for part in parts {
            let from = self.folder.join(part);
            let to = model.join(from.file_name().unwrap_or_default());
            fs::copy(&from, &to).map_err(|source| written(&to, source))?;
        }
        let (dataset, fixes) = (self.path("dataset"), text(fixes));
        self.models(&[
            "calibrate",
            "--model",
            &self.path("model"),
            "--data",
            &dataset,
            "--fixes",
            &fixes,
            "--functions",
            "100",
            "--threads",
            "2",
        ])
    }

    fn evaluate(&self) -> Result<(), Failure> {
        let pairs = self.records("test", "pairs.jsonl", false)?;
        let program = text(&self.project.built("debug", "omnistack-lsp"));
        let mut verify = self.project.command(&program);
        run_program(verify.args(["model", "verify"]).env(MODEL, self.path("model")))?;
        let mut command = self.project.command(&program);
        command.args(["model", "evaluate", "--format", "json", "--pairs", &text(&pairs)]);
        command.env(MODEL, self.path("model"));
        let measures: Value =
            serde_json::from_slice(&output_of(&mut command)?).map_err(|error| {
                Failure::Told(format!("the evaluation printed no measures: {error}"))
            })?;
        let number = |key| measures.get("overall").and_then(|it| it.get(key)?.as_f64());
        let (Some(pairs), Some(paired)) = (number("pairs"), number("paired_accuracy")) else {
            return Err(Failure::Told("the evaluation lacks measures".to_owned()));
        };
        println!("smoke: {pairs} pairs of projects never seen, {paired} of them told apart");
        if pairs < 20.0 || paired <= 0.0 {
            return Err(Failure::Told("the evaluation saw nothing".to_owned()));
        }
        Ok(())
    }

    /// Functions of a split with bugs made on purpose; as fixes, each of a repository.
    fn records(&self, split: &str, file: &str, are_fixes: bool) -> Result<PathBuf, Failure> {
        let mut command =
            self.project.command(&text(&self.project.built("debug", "omnistack-models")));
        command.args(["dataset", "evaluation", "injected", "--count", "100", "--split", split]);
        command.args(["--data", &self.path("dataset")]);
        let output = output_of(&mut command)?;
        let mut lines = String::new();
        for (at, line) in String::from_utf8_lossy(&output).lines().enumerate() {
            let mut record: Value = serde_json::from_str(line)
                .map_err(|error| Failure::Told(format!("a record is no JSON: {error}")))?;
            if let (true, Some(record)) = (are_fixes, record.as_object_mut()) {
                record.insert("repo".to_owned(), format!("repository-{at}").into());
            }
            lines += &record.to_string();
            lines.push('\n');
        }
        let path = self.folder.join(file);
        write(&path, &lines)?;
        Ok(path)
    }

    fn models(&self, arguments: &[&str]) -> Result<(), Failure> {
        let program = text(&self.project.built("debug", "omnistack-models"));
        run_program(self.project.command(&program).args(arguments))
    }

    fn path(&self, part: &str) -> String {
        text(&self.folder.join(part))
    }
}

/// Where the product looks for a model other than its own.
const MODEL: &str = "OMNISTACK_PREDICT_MODEL";

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn written(path: &Path, source: std::io::Error) -> Failure {
    Failure::File { verb: "write", path: path.to_owned(), source }
}
