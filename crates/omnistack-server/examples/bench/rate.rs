//! The predictor's own rate: the same functions, without a network between.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use analysis::cancellation::CancellationToken;
use analysis::languages::Language;
use clap::Args;
use models::features::Features;
use models::model::Source;
use models::snippet::Snippet;
use models::wire::{PredictRequest, Unit};

/// Functions of a batch.
const BATCH: usize = 32;

#[derive(Args)]
pub(crate) struct Options {
    /// A folder of source files, whose functions are judged.
    folder: PathBuf,
    /// The file that a request with these functions is written to.
    #[arg(long)]
    write: PathBuf,
    /// Threads.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

/// The outermost functions of all files of a folder.
fn functions(options: &Options) -> Result<Vec<Unit>, Box<dyn std::error::Error>> {
    let (mut folders, mut files) = (vec![options.folder.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut units = Vec::new();
    for path in files {
        let Some(language) = Language::from_path(&path) else { continue };
        let text = std::fs::read_to_string(&path)?;
        let grammar = language.lowering().grammar();
        let limit = Duration::from_secs(2);
        let never = CancellationToken::new();
        let syntax = analysis::syntax::parse(grammar, &text, None, limit, &never)?;
        for (unit, _) in analysis::ir::units::units(syntax.tree(), &text, language) {
            let code = unit.span.of(&text).to_owned();
            let parses = || Snippet::read(&code, language).is_some_and(|it| it.errors == 0);
            if !unit.is_module && parses() {
                units.push(Unit { language: language.id().to_owned(), code, ..Unit::default() });
            }
        }
    }
    Ok(units)
}

pub(crate) fn print(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let units = functions(options)?;
    let request = PredictRequest { units, ..PredictRequest::default() };
    std::fs::write(&options.write, serde_json::to_vec(&request)?)?;
    let read = |it: &Unit| Snippet::read(&it.code, Language::from_id(&it.language)?);
    let snippets: Vec<Snippet> = request.units.iter().filter_map(read).collect();
    let features: Vec<Features<'_>> = snippets.iter().map(Snippet::features).collect();
    let model = Source::Embedded.read()?;
    let rate = |batch: usize| {
        let began = Instant::now();
        let judge = || {
            let (never, mut judged) = (CancellationToken::new(), 0);
            while began.elapsed() < Duration::from_secs(options.seconds) {
                for some in features.chunks(batch) {
                    let some: Vec<&Features<'_>> = some.iter().collect();
                    judged += model.judge_all(&some, &never).map_or(0, |it| it.len());
                }
            }
            judged
        };
        let judged: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..options.threads).map(|_| scope.spawn(judge)).collect();
            threads.into_iter().filter_map(|it| it.join().ok()).sum()
        });
        judged as f64 / began.elapsed().as_secs_f64()
    };
    let (batched, single) = (rate(BATCH), rate(1));
    let tokens: usize = features.iter().map(|it| it.positions.len()).sum();
    let result = serde_json::json!({
        "functions": features.len(),
        "tokens_per_function": tokens / features.len().max(1),
        "batched": batched,
        "single": single,
    });
    println!("{result}");
    Ok(())
}
